# SPDX-License-Identifier: MIT
"""Accounts that live at another server: "there" knows the passwords of
there.example, and its people sign in "here"."""

from __future__ import annotations

import csv
import pathlib
import time
from collections.abc import Iterator

import pytest

import admin
import classic
import harness
import live
import live_rst as rst
import live_soap as soap
import msn
import visitor

BOB = "bob@example.com"
SECRET = "Canary' & <\u00e4> 77,%"
DIALECTS = (8, 12, 15, 18)
PEOPLE = {d: f"msnp{d}@there.example" for d in DIALECTS}
PAGE, OLD, MOVER = (f"{n}@there.example" for n in ("page", "old", "mover"))


class Two:
    def __init__(self, here: harness.Server, there: harness.Server) -> None:
        self.here = here
        self.there = there


@pytest.fixture(scope="module")
def two(mold: pathlib.Path, tmp_path_factory: pytest.TempPathFactory
        ) -> Iterator[Two]:
    folders = [tmp_path_factory.mktemp(name) for name in ("here", "there")]
    for folder in folders:
        harness.copy_mold(mold, folder)
    there = harness.Server(folders[1]).start()
    # copies of one folder have the same keys: here, tickets must differ
    for _ in range(2):
        there.ctl("keys", "rotate")
    for email in (*PEOPLE.values(), PAGE, OLD, MOVER):
        there.add_user(email, SECRET)
    here = harness.Server(folders[0], **{
        "upstream.servers":
            f"there=https://localhost:{there.https_port}/RST2.srf",
        "upstream.domains": "there.example=there",
        "upstream.ca": f"there={there.ca}",
        "upstream.fallback-days": "there=7",
        "upstream.failures": "1000",
    }).start()
    yield Two(here, there)
    msn.close_all()
    here.close()
    there.close()


def sign_in(server: harness.Server, dialect: int,
            password: str = SECRET) -> msn.Person:
    email = PEOPLE[dialect]
    if dialect >= 13:
        return live.sign_in(server, email, dialect, password)
    return msn.sign_in(server, email, password, dialect)


def until_kept(server: harness.Server, email: str) -> None:
    """A verifier is made while its owner is signed in already."""
    end = time.monotonic() + 10
    while "\nverifier\tkept" not in server.ctl("user", "show", email).stdout:
        assert time.monotonic() < end, email
        time.sleep(0.02)


def talk(ann: msn.Person, bob: msn.Person) -> None:
    here = bob.open_board()
    there = live.invite(here, ann)
    there.expect_roster([bob])
    here.expect_joined(ann)
    for sender, wire, other in ((bob, here, there), (ann, there, here)):
        payload = msn.text(f"hello from MSNP{sender.dialect}")
        t = wire.tell("A", payload)
        wire.expect(f"ACK {t}")
        other.expect_told(sender, payload)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_people_of_there_sign_in_here_and_talk_to_ours(two, dialect):
    assert PEOPLE[dialect] not in two.here.ctl("user", "list").stdout
    ann = sign_in(two.here, dialect)
    ann.online()
    bob = msn.sign_in(two.here, BOB, dialect=12)
    bob.online()
    talk(ann, bob)
    ann.hang_up()
    bob.hang_up()
    shown = two.here.ctl("user", "show", PEOPLE[dialect]).stdout
    assert "\nhome\tthere\n" in shown and "\nstate\tenabled\n" in shown
    # nobody there is online by it, and our own people are never asked about
    assert two.there.stat("ns.sign-ins") == 0
    asked = two.here.stat("login.elsewhere")
    msn.sign_in(two.here, BOB, dialect=12).hang_up()
    assert two.here.stat("login.elsewhere") == asked


@pytest.mark.covers("real-accounts 13 #21")
def test_cookies_of_a_tweener_sign_in_are_ours(two):
    challenge = msn.fresh_challenge(two.here, PEOPLE[8])
    reply = msn.login(two.here,
                      msn.credentials(PEOPLE[8], SECRET, challenge),
                      host="login.passport.com")
    assert reply.status == 200
    cookies = {c.split("=")[0]: c for c in reply.all("Set-Cookie")}
    for name in ("MSPAuth", "MSPSec", "MSPProf"):
        assert "domain=.passport.com" in cookies[name], cookies[name]


@pytest.mark.covers("real-accounts 13 #6")
def test_a_wrong_password_is_a_wrong_password(two):
    email = PEOPLE[12]
    challenge = msn.fresh_challenge(two.here, email)
    reply = msn.login(two.here, msn.credentials(email, "no", challenge))
    assert reply.status == 401
    assert "da-status=failed" in reply.get("WWW-Authenticate")
    for kind, code, status in (
            (rst.OLD, "wsse:FailedAuthentication", b"0x80048823"),
            (rst.NEW, "wst:FailedAuthentication", b"0x80048821")):
        with pytest.raises(rst.Refused) as refused:
            rst.tokens(two.here, email, "no", kind)
        assert refused.value.code == code
        assert status in refused.value.reply.body
    assert rst.not_rst(two.here, email, "no") is None


@pytest.mark.covers("real-accounts 13 #9")
def test_policies_of_every_form_are_answered(two):
    wishes = ((rst.BASE, None), ("a.example", "MBI"),
              ("b.example", "MBI_SSL"), ("c.example", "MBI_KEY"),
              (rst.CLEAR, "MBI_KEY_OLD"), ("d.example", "?fs=1&id=24000"),
              ("e.example", None))
    for kind in (rst.OLD, rst.NEW):
        got = rst.tokens(two.here, PEOPLE[18], SECRET, kind, wishes=wishes)
        assert list(got) == [address for address, _ in wishes]


def test_pages_say_where_the_password_is_kept(two):
    email = PAGE
    two.here.settings["accounts.signup"] = "open"
    two.here.restart()
    me = visitor.Visitor(two.here)
    page = me.sign_up("new@there.example", "long enough", status=403)
    assert "you sign in here with that one" in page.text
    page = me.sign_in(email, SECRET)
    assert "The server there keeps your password" in page.text
    page = me.look("/account/password", status=403)
    assert "The server there keeps your password" in page.text
    assert "password" not in page.typed
    # deleting asks for the password of there
    page = me.fill("/account/delete", old="no")
    assert "not right" in page.text
    page = me.fill("/account/delete", old=SECRET)
    assert page.title == "Goodbye"
    assert email not in two.here.ctl("user", "list").stdout
    me.sign_in(email, SECRET)       # and it can be made again
    for words in (("passwd", email, "--password", "long enough"),
                  ("reset-link", email), ("home", email, "nowhere")):
        done = two.here.ctl("user", *words, check=False)
        assert done.returncode == 1
    assert "upstream.servers" in done.stdout + done.stderr


def test_old_programs_need_a_password_of_their_own(two):
    assert rst.not_rst(two.here, OLD, SECRET)
    old = classic.sign_in(two.here, OLD, 5)
    old.hang_up()
    with pytest.raises(AssertionError):
        classic.sign_in(two.here, OLD, 5, SECRET)


def test_who_moves_here_gets_a_password_here(two):
    email = MOVER
    assert rst.not_rst(two.here, email, SECRET)
    done = two.here.ctl("user", "home", email, "here")
    assert "nudgectl user passwd" in done.stdout
    with pytest.raises(rst.Refused):
        rst.tokens(two.here, email, SECRET)
    two.here.ctl("user", "passwd", email, "--password", "kept here")
    live.sign_in(two.here, email, 15, "kept here").hang_up()
    two.here.ctl("user", "home", email, "there")
    live.sign_in(two.here, email, 15, SECRET).hang_up()


def test_while_there_is_down_people_come_back_by_what_is_kept(two):
    for dialect in DIALECTS:
        sign_in(two.here, dialect).hang_up()
        until_kept(two.here, PEOPLE[dialect])
    assert two.there.stop() == 0
    two.here.restart()
    for dialect in DIALECTS:
        ann = sign_in(two.here, dialect)
        ann.online()
        ann.hang_up()
    assert two.here.stat("login.elsewhere-kept") == len(DIALECTS)
    # a password nobody can judge now is no wrong one
    email = PEOPLE[12]
    challenge = msn.fresh_challenge(two.here, email)
    reply = msn.login(two.here, msn.credentials(email, "no", challenge))
    assert reply.status == 503 and reply.get("Retry-After")
    with pytest.raises(rst.Refused) as refused:
        rst.tokens(two.here, "nobody@there.example", "no", rst.NEW)
    assert refused.value.code == "wst:RequestFailed"
    two.there.start()
    sign_in(two.here, 12).hang_up()


def test_the_admin_pages_know_who_lives_elsewhere(make_server):
    server = admin.make(make_server, **{
        "upstream.servers": "far=https://localhost:1/RST2.srf",
        "upstream.domains": "far.example=far"})
    me = admin.Admin(server)
    far = "ann@far.example"
    me.fill("/admin/move", table=(
        "address,name,password,made,disabled,home\n"
        f"{far},Ann,,,,far\nbob@far.example,Bob,,,,nowhere\n"))
    end = time.monotonic() + 10
    while me.ask("/admin/task").get("Refresh") is not None:
        assert time.monotonic() < end
    assert "1 new, 1 not possible" in me.look("/admin/task").text
    assert "lives at far" in me.look("/admin/accounts?q=ann").text
    page = me.look(f"/admin/account?address={far}")
    assert "Its password is kept by far" in page.text
    rows = {r[0]: r for r in csv.reader(
        me.ask("/admin/export.csv").body.decode().splitlines())}
    assert rows[far][4:] == ["no", "far"] and rows[BOB][4:] == ["no", ""]
    page = me.press(f"/admin/account?address={far}", "reset")
    assert "Another server keeps its password" in page.text


def test_tickets_of_there_open_doors_here_when_they_are_passed_on(two):
    two.here.settings["upstream.mode"] = "there=relay"
    two.here.restart()
    for dialect in (15, 18):
        email = PEOPLE[dialect]
        tokens = rst.tokens(two.here, email, SECRET, rst.NEW)
        here = live.sign_in(two.here, email, dialect, tokens=tokens)
        there = live.sign_in(two.there, email, dialect, tokens=tokens)
        here.online()
        there.hang_up()
        caller = soap.Client(two.here, tokens[rst.CONTACTS].text)
        assert caller.find_all().me.address == email
        caller.close()
        here.hang_up()
    # such tickets are in memory alone
    two.here.restart()
    with pytest.raises(AssertionError):
        live.sign_in(two.here, email, dialect, tokens=tokens)


@pytest.mark.covers("real-accounts 13 #23")
def test_no_password_of_there_is_written_down_here(two):
    for dialect in DIALECTS:
        sign_in(two.here, dialect).hang_up()
        until_kept(two.here, PEOPLE[dialect])
    assert two.here.stop() == 0
    forms = [SECRET.encode(), b"Canary' &amp;", b"Canary", b"Q2FuYXJ5",
             b"Canary%27"]
    seen = 0
    for path in sorted(two.here.folder.rglob("*")):
        if not path.is_file():
            continue
        seen += 1
        data = path.read_bytes()
        for form in forms:
            assert form not in data, path
    assert seen > 2
    two.here.start()
