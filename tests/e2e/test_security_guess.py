# SPDX-License-Identifier: MIT
"""Guessing passwords, links and codes is slow work at every door."""

from __future__ import annotations

import base64
import contextlib
import os
import pathlib
import re
import socket
import time
import urllib.parse
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest

import admin
import chat
import classic
import harness
import live_rst as rst
import msn
import visitor

AMY, BOB, CID, EVE = (f"{n}@example.com" for n in ("amy", "bob", "cid", "eve"))


@contextlib.contextmanager
def place(address: str) -> Iterator[None]:
    """Whoever connects comes from there."""
    connect = socket.create_connection

    def from_there(where, timeout=None, *more):  # type: ignore[no-untyped-def]
        return connect(where, timeout, source_address=(address, 0))

    socket.create_connection = from_there  # type: ignore[assignment]
    try:
        yield
    finally:
        socket.create_connection = connect


@pytest.fixture(scope="module")
def site(mold, tmp_path_factory):
    folder = tmp_path_factory.mktemp("guess")
    harness.copy_mold(mold, folder)
    server = harness.Server(folder, **{
        "ns.ctp": "on", "web.plain-passwords": "on", "chat.plain": "on",
        "accounts.signup": "invite", "limit.signups": "3",
        "chat.port": str(harness.free_ports(1)[0]),
        "admin.port": str(harness.free_ports(1)[0])}).start()
    yield server
    msn.close_all()
    server.close()


# ---- the doors; each says "in", or what it said instead ----

def on_page(host: str | None) -> "Door":
    def knock(site: harness.Server, who: str, password: str) -> str:
        me = visitor.Visitor(site, host)
        form = me.look("/sign-in").hidden
        reply = me.ask("/sign-in", form | {"email": who,
                                           "password": password})
        return said_on_page(me, reply)
    return knock


def said_on_page(me: visitor.Visitor, reply: msn.Reply) -> str:
    if reply.status == 302:
        return "in"
    text = visitor.Sane(reply.body.decode()).text
    for words in ("is not right", "wait a minute"):
        if words in text:
            return f"{reply.status} {words}"
    return text


INSIDE: dict[str, visitor.Visitor] = {}


def on_own_page(path: str) -> "Door":
    """Whoever left a browser open must not lose the password to the next."""
    def knock(site: harness.Server, who: str, password: str) -> str:
        me = INSIDE[who]
        form = me.look(path).hidden
        # two new ones that differ: nothing is changed if the old is right
        reply = me.ask(path, form | {"old": password, "password": "a" * 9,
                                     "again": "b" * 9, "off": "x"})
        text = visitor.Sane(reply.body.decode()).text
        if "not the same" in text or "none any more" in text:
            return "in"
        return said_on_page(me, reply)
    return knock


def login2(site: harness.Server, who: str, password: str) -> str:
    reply = msn.login(site, msn.credentials(who, password,
                                            msn.fresh_challenge(site)))
    if reply.status == 200:
        return "in"
    items = reply.passport("WWW-Authenticate")
    return f"{reply.status} {items[0].split()[-1]} " + next(
        i for i in items if i.startswith("ts="))


def login_form(site: harness.Server, who: str, password: str) -> str:
    reply = msn.form(site, "/login.srf", {"login": who, "passwd": password})
    if "MSPSec=" in str(reply.all("Set-Cookie")):
        return "in"
    text = reply.body.decode()
    return "wait a minute" if "wait a minute" in text else re.search(
        r"is not right|Please sign in", text)[0]


def token_service(kind: rst.Kind) -> "Door":
    def knock(site: harness.Server, who: str, password: str) -> str:
        try:
            rst.tokens(site, who, password, kind)
        except rst.Refused as refused:
            # what is behind the code differs from answer to answer
            return str(refused.args[0] if refused.args else refused)
        return "in"
    return knock


def not_rst(site: harness.Server, who: str, password: str) -> str:
    reply = rst.post(site, "/NotRST.srf", b"", "login.live.com",
                     f"X-User: {who}", f"X-Password: {password}")
    if reply.get("X-Token"):
        return "in"
    return f"{reply.status} {reply.get('X-Error') or ''}".strip()


def digest(site: harness.Server, who: str, password: str) -> str:
    person = classic.Classic(site, who, 7)
    if password == harness.PEOPLE.get(who):
        password = classic.app_password(site, who)
    got = person.prove(person.challenge(), password)
    person.hang_up()
    return "in" if got.words[2:3] == ["OK"] else got.verb


def clear_text(site: harness.Server, who: str, password: str) -> str:
    person = classic.Classic(site, who, 2)
    person.ver()
    person.ask_once("USR", "CTP", "I", who)
    got = person.ask_once("USR", "CTP", "S", msn.quote(password))
    person.hang_up()
    return "in" if got.words[2:3] == ["OK"] else got.verb


def sasl(site: harness.Server, who: str, password: str) -> str:
    client = chat.Client(site)
    client.say("CAP REQ :sasl")
    client.say("AUTHENTICATE PLAIN")
    client.until(r"AUTHENTICATE \+")
    client.say(b"AUTHENTICATE " + base64.b64encode(
        b"\0" + who.encode() + b"\0" + password.encode()))
    got = client.until(r" 90[0-9] ").split(" ")[1]
    client.close()
    return "in" if got == "900" else got


Knock = Callable[[harness.Server, str, str], str]
Door = Knock


class Row(NamedTuple):
    file: str       # which asks the core
    knock: Knock
    wrong: str
    locked: str


DOORS = {
    "the sign-in page": Row("web/signin.c", on_page(visitor.HOST),
                            "200 is not right", "429 wait a minute"),
    "the sign-in page in clear": Row(
        "web/signin.c", on_page(None), "200 is not right",
        "429 wait a minute"),
    "a new password": Row(
        "web/password.c", on_own_page("/account/password"),
        "200 is not right", "429 wait a minute"),
    "an app-password": Row(
        "web/app_password.c", on_own_page("/account/app-password"),
        "200 is not right", "429 wait a minute"),
    "the end of an account": Row(
        "web/delete.c", on_own_page("/account/delete"),
        "200 is not right", "429 wait a minute"),
    "login2.srf": Row("nexus/login.c", login2, "401 da-status=failed ts=-3",
                      "401 da-status=failed-noretry ts=-1"),
    "login.srf": Row("nexus/form.c", login_form, "is not right",
                     "wait a minute"),
    "RST.srf": Row("nexus/rst.c", token_service(rst.OLD),
                   "wsse:FailedAuthentication", "wsse:FailedAuthentication"),
    "RST2.srf": Row("nexus/rst.c", token_service(rst.NEW),
                    "wst:FailedAuthentication", "wst:FailedAuthentication"),
    "NotRST.srf": Row("nexus/ppcrl.c", not_rst, "200", "200"),
    "USR MD5": Row("ns/cmd_md5.c", digest, "911", "911"),
    "USR CTP": Row("ns/cmd_md5.c", clear_text, "911", "911"),
    "chat": Row("chat/cmd_sasl.c", sasl, "904", "904"),
}
# web_prove() is that of three pages, nexus_visit_password() of four doors.
ASKS = re.compile(r"\b(signin_password|signin_digest|web_prove|"
                  r"nexus_visit_password)\(")
BETWEEN = {"web/fields.c", "nexus/visit.c"}


def test_every_door_that_takes_a_password_has_its_row_here():
    """When this fails: add the door that is new to DOORS."""
    found = set()
    for file in harness.ROOT.rglob("*.c"):
        name = file.relative_to(harness.ROOT).as_posix()
        if not name.startswith(("tests/", "build/", "core/")) and \
                ASKS.search(file.read_text()):
            found.add(name)
    assert found - BETWEEN == {row.file for row in DOORS.values()}


@pytest.mark.covers("passport 13 #35")
@pytest.mark.parametrize("half", [0, 1])
def test_every_door_counts_and_every_door_is_shut(site, half):
    """Ten failures, one at each door, and the eleventh try is in vain at all
    of them, from there."""
    who = (BOB, CID)[half]
    right = harness.PEOPLE[who]
    names = list(DOORS)
    ten = (names + names)[half * 3:half * 3 + 10]
    with place(f"127.0.9.{half + 1}"):
        classic.app_password(site, who)
        INSIDE[who] = visitor.Visitor(site)
        INSIDE[who].sign_in(who, right)
    # a network from which nobody signed in to that account
    with place(f"127.0.1.{half + 1}"):
        for name in ten:
            assert DOORS[name].knock(site, who, "guess") == \
                DOORS[name].wrong, name
        for name, door in DOORS.items():
            assert door.knock(site, who, right) == door.locked, name
        # others come in from the same place
        assert DOORS["login.srf"].knock(site, EVE, harness.PEOPLE[EVE]) == "in"
    # and from elsewhere nobody is kept out by a stranger
    with place(f"127.0.2.{half + 1}"):
        for name, door in DOORS.items():
            # these would take something away
            if name not in ("an app-password", "the end of an account"):
                assert door.knock(site, who, right) == "in", name


def test_guesses_made_at_once_are_no_more_than_one_after_another(site):
    """The right one is among them, and is not told apart."""
    who = "example@passport.com"
    given = msn.fresh_challenge(site)
    with place("127.0.8.1"):
        webs = [msn.Web(site, None) for _ in range(16)]
        for n, web in enumerate(webs):
            word = f"guess {n}" if n < 15 else harness.PEOPLE[who]
            web.send(("GET /login2.srf HTTP/1.1\r\nHost: x\r\nAuthorization: "
                      f"{msn.credentials(who, word, given)}\r\n\r\n").encode())
        told = [str(web.answer().passport("WWW-Authenticate")) for web in webs]
    assert len([t for t in told if "ts=-3" in t]) == 10
    assert len([t for t in told if "ts=-1" in t]) == 6
    with place("127.0.8.2"):
        assert login2(site, who, harness.PEOPLE[who]) == "in"


# ---- links and codes ----

def test_links_are_not_guessed(site):
    link = site.ctl("user", "reset-link", AMY).stdout.strip()
    good = link[link.index("/reset"):]
    with place("127.0.3.1"):
        me = visitor.Visitor(site)
        form = me.look("/sign-in").hidden
        for n in range(60):
            if n % 2:
                reply = me.ask(good[:-4] + f"{n:04}")
            else:
                reply = me.ask("/reset", form | {
                    "t": urllib.parse.unquote(good[-60:-2]) + f"{n:02}",
                    "password": "long enough", "again": "long enough"})
            assert b"link was used" in reply.body and reply.status == 200
        for path, fields in ((good[:-4] + "0000", None),
                             ("/reset", form | {"t": "x"})):
            reply = me.ask(path, fields)
            assert reply.status == 429 and b"wait a minute" in reply.body
            assert b'type="password"' not in reply.body
        # whoever has a good one guesses nothing
        assert b'type="password"' in me.ask(good).body
    with place("127.0.3.2"):
        me = visitor.Visitor(site)
        assert "is kept" in me.fill(good, password="her secret",
                                    again="her secret").text
        # once: it is like any other that is not good
        assert "link was used" in me.look(good).text
    site.ctl("user", "passwd", AMY, "--password", harness.PEOPLE[AMY])


def test_the_way_in_for_who_runs_the_server_is_not_guessed(site):
    path = admin.link(site)
    with place("127.0.3.3"):
        me = admin.Admin(site, enter=False)
        for n in range(60):
            assert me.ask("/admin/enter", {"t": f"{n}"}).status == 403
        reply = me.ask("/admin/enter", {"t": "60"})
        assert reply.status == 429 and b"wait a minute" in reply.body
        assert me.cookies == {}
        # whoever has a good one guesses nothing
        assert admin.Admin(site, enter=False).fill(path).title == "Overview"


def sign_up(site: harness.Server, **fields: str) -> str:
    me = visitor.Visitor(site)
    form = me.look("/sign-up").hidden
    reply = me.ask("/sign-up", form | {
        "name": "", "password": "long enough", "again": "long enough"}
        | fields)
    return "in" if reply.status == 302 else visitor.Sane(
        reply.body.decode()).text


def test_invite_codes_are_not_guessed_and_accounts_not_made_in_floods(site):
    code = site.ctl("invite", "--uses", "100").stdout.split()[0]
    with place("127.0.4.1"):
        for n in range(3):
            assert "code is not known" in sign_up(
                site, email="guess@b.c", invite=f"AAAA-{n}")
        for invite in ("AAAA-4", code):
            assert "too many of these" in sign_up(
                site, email="guess@b.c", invite=invite)
    with place("127.0.4.2"):
        for n in range(3):
            assert sign_up(site, email=f"flood{n}@b.c", invite=code) == "in"
        assert "too many of these" in sign_up(site, email="flood3@b.c",
                                              invite=code)
        assert DOORS["the sign-in page"].knock(
            site, "flood0@b.c", "long enough") == "in"
    with place("127.0.4.3"):
        assert sign_up(site, email="else@b.c", invite=code) == "in"
    people = site.ctl("user", "list").stdout
    assert "flood2@b.c" in people and "guess@b.c" not in people
    assert "flood3@b.c" not in people


def test_a_first_login_is_no_way_around_the_limit(make_server):
    server = make_server(**{"accounts.signup": "first-login",
                            "limit.signups": "2", "ns.ctp": "on"})
    doors = [DOORS[name] for name in (
        "the sign-in page", "login.srf", "login2.srf", "RST.srf", "RST2.srf",
        "NotRST.srf", "USR CTP")]
    made = 0
    with place("127.0.5.1"):
        for n, door in enumerate(doors):
            made += door.knock(server, f"new{n}@b.c", "chosen") == "in"
    assert made == 2
    people = server.ctl("user", "list").stdout
    assert len(re.findall(r"^new\d@b\.c", people, re.M)) == 2
    with place("127.0.5.2"):
        assert doors[0].knock(server, "other@b.c", "chosen") == "in"


# ---- who pays ----

def prove(site: harness.Server, who: str, word: str) -> str:
    """By a digest, which costs the server next to nothing."""
    person = classic.Classic(site, who, 7)
    got = person.prove(person.challenge(), word)
    person.hang_up()
    return "in" if got.words[2:3] == ["OK"] else got.verb


def first_sign_in(site: harness.Server, who: str, address: str) -> float:
    """Seconds of one that needs a hash: nobody did it since the start."""
    with place(address):
        begun = time.monotonic()
        assert login2(site, who, harness.PEOPLE[who]) == "in"
        return time.monotonic() - begun


def test_strangers_guesses_keep_nobody_out_at_home(make_server):
    """Six places with ten wrong digests each; and it is remembered across a
    restart where home is."""
    server = make_server(**{"limit.connections": "2000"})
    word = classic.app_password(server, BOB)
    with place("127.0.20.1"):
        assert prove(server, BOB, word) == "in"
    server.stop()
    server.start()
    for n in range(6):
        with place(f"127.0.{21 + n}.1"):
            for _ in range(10):
                assert prove(server, BOB, "guess") == "911"
    with place("127.0.20.2"):
        begun = time.monotonic()
        assert prove(server, BOB, word) == "in"
        assert login2(server, BOB, harness.PEOPLE[BOB]) == "in"
        assert time.monotonic() - begun < 1
    # on a journey it takes a moment
    with place("127.0.27.1"):
        assert prove(server, BOB, word) == "in"


def guess_links(me: visitor.Visitor, n: int) -> None:
    form = me.look("/sign-in").hidden
    for k in range(n):
        me.ask("/reset", form | {"t": f"{k}", "password": "long enough",
                                 "again": "long enough"})


def test_one_guesser_costs_others_behind_his_address_a_moment(make_server):
    """And nothing, where they signed in before."""
    server = make_server()
    with place("127.0.28.1"):
        assert login2(server, AMY, harness.PEOPLE[AMY]) == "in"
        guess_links(visitor.Visitor(server), 60)
        begun = time.monotonic()
        assert login_form(server, AMY, harness.PEOPLE[AMY]) == "in"
        assert time.monotonic() - begun < 0.5
    with place("127.0.28.2"):
        guess_links(visitor.Visitor(server), 20)
        begun = time.monotonic()
        assert login2(server, BOB, harness.PEOPLE[BOB]) == "in"
        assert 0.5 < time.monotonic() - begun < 5


def test_a_party_that_signs_in_at_once_is_not_taken_for_a_guesser(
        make_server):
    """Forty people behind one address, who were never here before."""
    people = [f"guest{n}@example.com" for n in range(40)]
    server = make_server(**{"accounts.signup": "first-login",
                            "limit.signups": "1000"})
    given = msn.fresh_challenge(server)
    with place("127.0.33.1"):
        webs = [msn.Web(server, None) for _ in people]
        for who, web in zip(people, webs):
            web.send(("GET /login2.srf HTTP/1.1\r\nHost: x\r\n"
                      "Authorization: "
                      + msn.credentials(who, "party", given)
                      + "\r\n\r\n").encode())
        assert [web.answer().status for web in webs] == [200] * len(people)
    assert server.stat("login.good") == len(people)
    assert server.stat("login.slowed") == 0


def test_a_hundred_guesses_make_nobody_elses_first_sign_in_wait(
        make_server):
    """From ten addresses of one network, ten at a time: each address is
    within what is answered at once, so all their hashes are waited for."""
    server = make_server()
    quiet = first_sign_in(server, AMY, "127.0.31.1")
    given = msn.fresh_challenge(server)
    webs = []
    for n in range(10):
        with place(f"127.0.30.{n + 1}"):
            for k in range(10):
                web = msn.Web(server, None)
                web.send(("GET /login2.srf HTTP/1.1\r\nHost: x\r\n"
                          "Authorization: "
                          + msn.credentials(f"n{n}k{k}@b.c", "no", given)
                          + "\r\n\r\n").encode())
                webs.append(web)
    busy = first_sign_in(server, BOB, "127.0.32.1")
    # an address that has signed in well before is not even in their line
    again = first_sign_in(server, CID, "127.0.31.7")
    for web in webs:
        web.sock.close()
    assert max(busy, again) < 2 * quiet + 1, (quiet, busy, again)


def test_a_password_changed_while_it_is_looked_at_opens_nothing(server):
    """The hashes of the old one are at work, or wait, as the new one is
    set."""
    given = msn.fresh_challenge(server)
    for turn in range(2):
        server.add_user(f"t{turn}@example.com", "the old one")
        who = f"t{turn}@example.com"
        webs = []
        for n in range(8):
            with place(f"127.0.{40 + n}.1"):
                webs.append(msn.Web(server, None))
            webs[-1].send((
                "GET /login2.srf HTTP/1.1\r\nHost: x\r\nAuthorization: "
                + msn.credentials(who, "the old one", given)
                + "\r\n\r\n").encode())
        server.told("user", "passwd", who, "--password", "the new one")
        for reply in [web.answer() for web in webs]:
            if reply.status != 200:
                continue
            line = msn.Person(server, who, 9)
            line.challenge()
            assert line.usr_s(reply.ticket).verb == "911"


# ---- who is here? ----

def mended(text: str, who: str) -> str:
    """Without what differs from answer to answer."""
    text = text.replace(who, "WHO").replace(who.replace("@", "%40"), "WHO")
    text = re.sub(r"[0-9a-f]{32}", "KEY", text)
    return re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z|\w{3}, \d\d .{17} GMT", "TIME",
                  text)


def test_no_door_tells_whether_an_address_is_known(site):
    """The answers are the same bytes."""
    site.ctl("user", "disable", "example@passport.com")
    for n, (name, door) in enumerate(DOORS.items()):
        if name in ("a new password", "an app-password",
                    "the end of an account"):
            continue    # one is known there
        off = ["example@passport.com"] if door.file.startswith("web") \
            else []     # behind the others is the same question
        with place(f"127.0.6.{n + 3}"):
            answers = {door.knock(site, who, "no such") for who in
                       (EVE, "nobody@example.com", *off)}
        assert answers == {door.wrong}, name
    site.ctl("user", "enable", "example@passport.com")
    with place("127.0.6.2"):
        pages = []
        for who in (EVE, "ewe@example.com"):
            me = visitor.Visitor(site)
            form = me.look("/sign-in").hidden
            for path, fields in (
                    ("/sign-in", form | {"email": who, "password": "no"}),
                    ("/login.srf", {"login": who, "passwd": "no"}),
                    ("/reset?t=x", None)):
                reply = me.ask(path, fields)
                pages.append(mended(str(reply.headers) + reply.body.decode(),
                                    who))
        assert pages[:3] == pages[3:]


def work(site: harness.Server) -> float:
    """Seconds its processors gave to the server: those that others take from
    it are no part of them."""
    words = pathlib.Path(f"/proc/{site.pid}/stat").read_text().rpartition(
        ")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def test_an_unknown_address_takes_as_long_as_a_wrong_password(site):
    """Both cost a hash, which is what takes the time; and the locked, none."""
    def cost(who: str, answer: str, address: str) -> float:
        with place(address):
            begun = work(site)
            for n in range(5):
                assert login_form(site, who, f"no {n}") == answer
            return work(site) - begun

    known = cost(EVE, "is not right", "127.0.7.1")
    unknown = cost("nobody.at.all@example.com", "is not right", "127.0.7.2")
    assert 0.5 < unknown / known < 2, (unknown, known)
    with place("127.0.7.1"):
        for n in range(5):
            assert login_form(site, EVE, "no") == "is not right"
    locked = cost(EVE, "wait a minute", "127.0.7.1")
    assert locked < known / 2, (locked, known)
