# SPDX-License-Identifier: MIT
"""Every purpose of common/auth/tokens.def at every door of it, on a server
that runs; and when what was opened ends."""

from __future__ import annotations

import base64
import re
import urllib.parse
from collections.abc import Callable

import pytest

import admin
import chat
import classic
import harness
import live
import live_rst as rst
import live_soap as soap
import live_sso as sso
import msn
import visitor
from test_security_cookies import (enter, form_key, notification, page, reset,
                                   run, services, visitor_form)

AMY, BOB, EVE = "amy@example.com", "bob@example.com", "eve@example.com"
DEF = (harness.ROOT / "common/auth/tokens.def").read_text()
DOORS = re.findall(r"^DOOR\((\w+),", DEF, re.M)
PURPOSES = {name: set(re.findall(r"AT\((\w+)\)", doors)) for name, doors in
            re.findall(r"^TOKEN\((\w+),.*?((?:AT\(\w+\)[ |]*)+),", DEF, re.M)}
# Where nothing is to be seen from outside, or nobody gives one today:
# tests/proto/test_tokens.c goes there.
HIDDEN_DOORS = {"ROLE", "SUBSCRIPTION"}
HIDDEN_PURPOSES = {"ROLE"}


@pytest.fixture
def site(make_server):
    yield make_server(**{
        "web.plain-passwords": "on", "chat.plain": "on", "chat.lines": "0",
        "chat.port": str(harness.free_ports(1)[0]),
        "admin.port": str(harness.free_ports(1)[0])})
    msn.close_all()


def cookies_of(reply: msn.Reply) -> dict[str, str]:
    return {m[1]: m[2] for line in reply.all("Set-Cookie")
            if (m := re.match(r"([^=]*)=\s*([^;]*)", line))}


def circle(site: harness.Server) -> str:
    """The seal in what the address book gives for circles."""
    person = live.sign_in(site, AMY, 18)
    text = person.soap.find_paged().ticket
    person.hang_up()
    found = re.search(r"<Sig>([^<]*)</Sig>", text)
    assert found, text
    return base64.b64decode(found.group(1)).decode()


def collect(site: harness.Server) -> dict[str, str]:
    """One of each, for the same person."""
    tls, plain = visitor.Visitor(site), visitor.Visitor(site, None)
    tls.sign_in(AMY)
    plain.sign_in(AMY)
    old = cookies_of(msn.form(site, "/login.srf", {
        "login": AMY, "passwd": harness.PEOPLE[AMY]}))
    given = msn.fresh_challenge(site)
    tokens = rst.tokens(site, AMY)
    room = tls.ask("/chatroom.msnw?rm=%25%23Room").body.decode()
    subscriber = re.search(r'"SubscriberInfo" VALUE="([^"]*)"', room)
    person = admin.Admin(site)
    reset_link = site.ctl("user", "reset-link", AMY).stdout
    return {
        "TICKET": msn.ticket(site, AMY, harness.PEOPLE[AMY], given)
        .split("&")[0].removeprefix("t="),
        "TICKET_LONG": tokens[rst.MESSENGER].bare,
        "TICKET_PROVEN": tokens[rst.CLEAR].bare,
        "TICKET_BARE": rst.not_rst(site, AMY, harness.PEOPLE[AMY]) or "",
        "TICKET_SERVICE": tokens[rst.CONTACTS].bare,
        "WEB": circle(site),
        "COOKIE": tls.cookies["MSPSec"],
        "PLAIN": plain.cookies["NudgePlain"],
        "CHAT": old["MSPAuth"],
        "SUBSCRIBER": subscriber.group(1) if subscriber else "",
        "RESET": urllib.parse.unquote(
            reset_link.strip().partition("?t=")[2]),
        "FORM": visitor_form(site),
        "ADMIN_LINK": urllib.parse.unquote(
            admin.link(site).partition("?t=")[2]),
        "ADMIN": person.cookies["__Host-NudgeAdmin"],
    }


# ---- doors; True: it opened ----

def proven(site: harness.Server, value: str) -> bool:
    """With the secret of the ticket that has one."""
    person = live.Live(site, AMY, 15)
    secret = site.__dict__["secrets"].get(value, b"x" * 24)
    got = person.prove(f"t={value}&p=", sso.blob(secret, person.nonce()))
    person.hang_up()
    return got.words[2:3] == ["OK"]


def unproven(site: harness.Server, value: str) -> bool:
    person = live.Live(site, AMY, 15)
    person.nonce()
    got = person.ask_once("USR", "SSO", "S", f"t={value}&p=")
    person.hang_up()
    return got.words[2:3] == ["OK"]


def post_mail(site: harness.Server, value: str, *more: str,
              email: str = AMY) -> msn.Reply:
    """As programs do from a file on the disk."""
    body = urllib.parse.urlencode({"auth": value, "username": email,
                                   "rru": "/cgi-bin/HoTMaiL"})
    head = ["POST /ppsecure/md5auth.srf HTTP/1.1",
            "Host: loginnet.passport.com", *more,
            f"Content-Length: {len(body)}"]
    return msn.fetch(site, ("\r\n".join(head) + "\r\n\r\n" + body).encode(),
                     "loginnet.passport.com")


def mail_opened(reply: msn.Reply) -> bool:
    return reply.status == 302 and "MSPSec=" in str(reply.all("Set-Cookie"))


def menu(site: harness.Server, value: str) -> bool:
    """While a session is there that was opened with it."""
    person: msn.Person = msn.Person(site, AMY, 9)
    person.challenge()
    person.usr_s(f"t={value}&p=")
    if not mail_opened(post_mail(site, value)):
        person.hang_up()
        person = live.Live(site, AMY, 15)
        secret = site.__dict__["secrets"].get(value, b"x" * 24)
        person.prove(f"t={value}&p=", sso.blob(secret, person.nonce()))
    opened = mail_opened(post_mail(site, value))
    person.hang_up()
    return opened


def mailbox_page(site: harness.Server, value: str) -> bool:
    me = visitor.Visitor(site, "loginnet.passport.com")
    me.cookies = {"MSPSec": value}
    return me.ask("/cgi-bin/HoTMaiL").status == 200


def member(site: harness.Server, value: str) -> chat.Client:
    """A control that was given this, and is let in."""
    client = chat.Client(site)
    client.say("IRCVERS IRC8 MSN-OCX!9.02.0310.2401 en-us")
    client.until(" 800 ")
    client.gatekeeper("GateKeeperPassport", 3, b"127.0.0.1", bytes(16))
    client.until("S :OK")
    client.say(f"AUTH GateKeeperPassport S :{len(value):08X}{value}"
               "00000004prof")
    client.until(r"AUTH GateKeeperPassport \* ")
    return client


def rooms(site: harness.Server, value: str) -> bool:
    try:
        member(site, value).close()
    except EOFError:
        return False
    return True


def room_pages(site: harness.Server, value: str) -> bool:
    """Whichever cookie it is in; without TLS, too."""
    found = False
    for host in (visitor.HOST, None):
        me = visitor.Visitor(site, host)
        me.cookies = {"MSPSec": value, "NudgePlain": value, "MSPAuth": value}
        found |= AMY.encode() in me.ask("/chat").body
    return found


def sha(site: harness.Server, value: str) -> bool:
    person = live.sign_in(site, AMY, 18)
    seal = base64.b64encode(value.encode()).decode()
    word = base64.b64encode(
        f"<SignedTicket><Data>AAAA</Data><Sig>{seal}</Sig></SignedTicket>"
        .encode()).decode()
    got = [m.line for m in person.everything()]
    trid = person.ask("USR", "SHA", "A", word)
    while not (got and got[-1].startswith((f"USR {trid} ", "911 "))):
        got.append(person.read().line)
    person.hang_up()
    return got[-1].startswith("USR")


OPENS: dict[str, Callable[[harness.Server, str], bool]] = {
    "CHAT": rooms,  # before what signs in with it uses it up
    "SIGN_IN": notification,
    "SIGN_IN_PROVEN": proven,
    "SIGN_IN_BARE": unproven,
    "SERVICES": services,
    "MAIL": mailbox_page,
    "PAGES": lambda s, v: page(s, visitor.HOST, "MSPSec", v),
    "PAGES_CLEAR": lambda s, v: page(s, None, "NudgePlain", v),
    "CHAT_PAGES": room_pages,
    "RESET": reset,
    "FORM": form_key,
    "ADMIN": run,
    "ADMIN_ENTER": enter,
    "CIRCLE": sha,
}


def test_every_purpose_opens_its_doors_and_no_other(site):
    keys = collect(site)
    assert set(OPENS) | HIDDEN_DOORS | {"MENU"} == set(DOORS)
    site.__dict__["secrets"] = {}
    tokens = rst.tokens(site, AMY)
    keys["TICKET_PROVEN"] = tokens[rst.CLEAR].bare
    site.__dict__["secrets"][keys["TICKET_PROVEN"]] = tokens[rst.CLEAR].secret
    for door, opens in OPENS.items():
        opened = {name for name, value in keys.items() if opens(site, value)}
        good = {name for name in keys if door in PURPOSES[name]}
        assert opened == good, (door, opened ^ good)
    # what is spent now is made anew
    given = msn.fresh_challenge(site)
    keys["TICKET"] = msn.ticket(site, AMY, harness.PEOPLE[AMY], given).split(
        "&")[0].removeprefix("t=")
    opened = {name for name, value in keys.items() if menu(site, value)}
    assert opened == {n for n in keys if "MENU" in PURPOSES[n]}

    # and what the profile of the first years has, of a session that is there
    old = classic.sign_in(site, AMY, 7)
    value = old.profile["MSPAuth"]
    for door, opens in OPENS.items():
        # (who signs in as somebody is the only one)
        if door in ("CIRCLE", "SIGN_IN", "SIGN_IN_PROVEN", "SIGN_IN_BARE"):
            continue
        assert opens(site, value) == (door in PURPOSES["MENU"]), door
    reply = post_mail(site, value)
    assert mail_opened(reply)
    # which gives another one of its kind
    browser = cookies_of(reply)
    assert "MSPAuth" not in browser
    for door, opens in OPENS.items():
        if door == "CIRCLE":
            old.hang_up()
        assert opens(site, browser["MSPSec"]) == (
            door in PURPOSES["MENU"]), door
    assert set(keys) | HIDDEN_PURPOSES | {"MENU"} == set(PURPOSES)


# ---- the form that opens the inbox ----

FILE = (["X: y"], ["Origin: null"],
        ["Origin: null", "Sec-Fetch-Site: cross-site"])
OTHERS = (["Origin: https://evil.example"], ["Sec-Fetch-Site: cross-site"],
          ["Sec-Fetch-Site: same-site"], ["Referer: https://evil.example/x"],
          ["Origin: https://evil.example", "Sec-Fetch-Site: cross-site"])


def test_the_inbox_opens_from_a_file_while_the_session_is_there(server):
    amy = msn.sign_in(server, AMY, dialect=9)
    value = amy.profile["MSPAuth"]
    for headers in FILE:
        assert mail_opened(post_mail(server, value, *headers)), headers
    for headers in OTHERS:
        reply = post_mail(server, value, *headers)
        assert not mail_opened(reply) and not reply.all("Set-Cookie"), headers
        # the other page that such a form posts to leads nowhere either
        token = urllib.parse.urlencode({
            "token": "ru=" + msn.quote("http://www.hotmail.com/")})
        for ok, more in ((False, headers), (True, [])):
            got = msn.fetch(server, (
                "POST /ppsecure/sha1auth.srf HTTP/1.1\r\n"
                "Host: login.live.com\r\n" + "".join(
                    f"{h}\r\n" for h in more) +
                f"Content-Length: {len(token)}\r\n\r\n{token}").encode(),
                "login.live.com")
            assert (got.status == 302) == ok, headers
    # spent, and its session is over
    amy.hang_up()
    while server.stat("sessions") > 0:
        pass
    bob = msn.sign_in(server, BOB, dialect=9)
    assert not mail_opened(post_mail(server, value))
    assert not mail_opened(post_mail(server, bob.profile["MSPAuth"]))
    # but the web services as before
    soap.Client(server, f"t={value}&p=").find_all()


def test_a_cookie_for_a_ticket_lives_no_longer_and_is_no_ticket(server):
    amy = msn.sign_in(server, AMY, dialect=9)
    value = amy.profile["MSPAuth"]
    cookie = cookies_of(post_mail(server, value))["MSPSec"]

    def times(token: str) -> tuple[int, int]:
        raw = base64.b64decode(token.replace("!", "+").replace("*", "/")
                               + "=" * (-len(token) % 4))
        return (int.from_bytes(raw[15:21], "big"),
                int.from_bytes(raw[21:27], "big"))

    assert times(cookie)[1] <= times(value)[1]
    assert not mail_opened(post_mail(server, cookie))
    server.ctl("user", "passwd", AMY, "--password", "another")
    me = visitor.Visitor(server)
    me.cookies = {"MSPSec": cookie}
    assert AMY.encode() not in me.ask("/account").body


def test_no_other_site_signs_anybody_out(server):
    for path in ("/logout", "/logout.srf"):
        for headers in OTHERS:
            me = visitor.Visitor(server)
            me.sign_in(AMY)
            reply = msn.fetch(server, (
                f"GET {path} HTTP/1.1\r\nHost: {me.host}\r\n" + "".join(
                    f"{h}\r\n" for h in headers)
                + f"Cookie: MSPSec={me.cookies['MSPSec']}\r\n\r\n").encode(),
                me.host)
            # the browser keeps its cookies, and they are good
            assert not reply.all("Set-Cookie"), (path, headers)
            assert b'href="/sign-out"' in reply.body
            assert AMY in me.look("/account").text, (path, headers)


# ---- a new password ----

ENDS = {
    "nudgectl": lambda s, who, me: s.ctl(
        "user", "passwd", who, "--password", "of her own"),
    "the page": lambda s, who, me: me.fill(
        "/account/password", old="of her own", password="of her own",
        again="of her own"),
    "a link": lambda s, who, me: visitor.Visitor(s).fill(
        s.ctl("user", "reset-link", who).stdout.strip().partition(
            str(s.https_port))[2], password="of her own",
        again="of her own"),
    "switched off": lambda s, who, me: s.ctl("user", "disable", who),
    "the operator's page": lambda s, who, me: admin.Admin(s).press(
        f"/admin/account?address={who}", "disable", address=who),
    "deleted": lambda s, who, me: s.ctl("user", "del", who),
}


@pytest.mark.parametrize("way", ENDS)
@pytest.mark.parametrize("how", ["tcp", "gateway"])
def test_a_new_password_ends_what_the_old_one_opened(make_server, way, how):
    server = admin.make(make_server)
    who = "ida@example.com"
    server.add_user(who, "of her own")
    bob = msn.sign_in(server, BOB, dialect=9)
    bob.sync()
    bob.chg("NLN")
    if how == "gateway":
        server.relayed.add(who)
    ida = msn.sign_in(server, who, "of her own", dialect=9)
    ida.sync()
    ida.chg("NLN")
    bob.everything()
    bob.add("FL", who)
    bob.everything()
    bob.add("AL", who)
    ida.everything()
    ida.add("AL", BOB)
    bob.everything()
    board = ida.open_board()
    his = board.invite(bob)
    his.expect_roster([ida])
    board.expect_joined(bob)
    me = visitor.Visitor(server)
    me.sign_in(who, "of her own")
    ticket = ida.profile["MSPAuth"]

    ENDS[way](server, who, me)
    # the others see her go, from the conversation, too
    assert bob.until("FLN")[1].words[1] == who
    assert his.until("BYE")[1].words[1] == who
    assert ida.until("OUT")[1].line == "OUT SSD"
    with pytest.raises(soap.Fault):
        soap.Client(server, f"t={ticket}&p=").find_all()
    # but not who made the change
    stays = who.encode() in me.ask("/account").body
    assert stays == (way == "the page")
    if way in ("switched off", "the operator's page"):
        server.ctl("user", "enable", who)
        assert who.encode() not in me.ask("/account").body


def test_an_app_password_ends_with_all_it_opened(server):
    ida = classic.sign_in(server, AMY, 7)
    value = ida.profile["MSPAuth"]
    cookie = cookies_of(post_mail(server, value))["MSPSec"]
    me = visitor.Visitor(server)
    me.sign_in(AMY)
    me.host = "loginnet.passport.com"
    for end in (["--off"], []):
        menu_browser = visitor.Visitor(server, "loginnet.passport.com")
        menu_browser.cookies = {"MSPSec": cookie}
        assert menu_browser.ask("/cgi-bin/HoTMaiL").status == 200
        for path in ("/account", "/account/export", "/account/password"):
            assert AMY.encode() not in menu_browser.ask(path).body, path
        with pytest.raises(soap.Fault):
            soap.Client(server, cookie=value).find_all()
        made = server.ctl("user", "app-password", AMY, *end).stdout.strip()
        ida.expect("OUT SSD")
        assert menu_browser.ask("/cgi-bin/HoTMaiL").status == 302
        assert not mail_opened(post_mail(server, value))
        # the account's own password has opened nothing less
        assert AMY in me.look("/account").text
        if end:
            made = server.ctl("user", "app-password", AMY).stdout.strip()
            ida = classic.sign_in(server, AMY, 7, made)
            value = ida.profile["MSPAuth"]
            cookie = cookies_of(post_mail(server, value))["MSPSec"]


# ---- what signs in ----

def test_tickets_of_who_knows_a_secret_sign_in_proven_alone(server):
    tokens = rst.tokens(server, AMY)
    # and what it asks for afterwards, by itself
    later = rst.tokens(server, AMY, wishes=(
        (rst.BASE, None), (rst.CONTACTS, "MBI")))
    for value in (tokens[rst.CLEAR].bare, tokens[rst.CONTACTS].bare,
                  later[rst.CONTACTS].bare):
        assert not notification(server, value)
        for dialect in (13, 15, 16):
            person = live.Live(server, AMY, dialect)
            person.challenge()
            assert person.usr_s(f"t={value}&p=").words[0] == "911", dialect
            person.hang_up()
        soap.Client(server, f"t={value}&p=").find_all()
    # programs that know no secret go on as before, at any dialect they speak
    for dialect in (12, 13, 16):
        kind = live.Live if dialect > 12 else msn.Person
        for value in (rst.not_rst(server, AMY, harness.PEOPLE[AMY]),
                      rst.tokens(server, AMY, wishes=(
                          (rst.BASE, None), (rst.MESSENGER, "?id=507")))[rst.MESSENGER].bare):
            person = kind(server, AMY, dialect)
            person.challenge()
            assert person.usr_s(f"t={value}&p=").words[2:3] == ["OK"]
            person.hang_up()


def test_who_knows_a_secret_is_known_for_it_after_a_restart(make_server):
    server = make_server()

    def bare():
        """What somebody gets who has the password and asks for no secret."""
        return rst.tokens(server, AMY, wishes=(
            (rst.BASE, None), (rst.CONTACTS, "MBI")))[rst.CONTACTS].bare

    assert notification(server, bare())
    rst.tokens(server, AMY)
    for how in ("at once", "after a restart"):
        assert not notification(server, bare()), how
        assert server.stop() == 0
        server.start()
    assert not notification(server, bare())


@pytest.mark.parametrize("way", ["passwd", "disable", "del"])
def test_who_only_listens_in_a_chat_room_goes_with_the_password(site, way):
    """At once, not at the next ping."""
    value = cookies_of(msn.form(site, "/login.srf", {
        "login": AMY, "passwd": harness.PEOPLE[AMY]}))["MSPAuth"]
    client = member(site, value)
    client.say("NICK amy")
    client.until(" 001 amy ")
    client.join("%#Talk")
    more = ["--password", "another"] if way == "passwd" else []
    site.ctl("user", way, AMY, *more)
    client.until("ERROR :.*Account changed")
