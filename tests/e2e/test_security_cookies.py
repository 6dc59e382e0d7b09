# SPDX-License-Identifier: MIT
"""What a cookie, a ticket or a link opens, and nothing else."""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Callable

import pytest

import admin
import harness
import live_rst as rst
import live_soap as soap
import msn
import visitor

AMY, BOB = "amy@example.com", "bob@example.com"


@pytest.fixture
def site(house):
    yield house
    msn.close_all()


def collect(site: harness.Server) -> dict[str, str]:
    """One of everything that is sealed, for the same person."""
    tls, plain = visitor.Visitor(site), visitor.Visitor(site, None)
    tls.sign_in(AMY)
    plain.sign_in(AMY)
    given = msn.fresh_challenge(site)
    old = msn.form(site, "/login.srf", {
        "login": AMY, "passwd": harness.PEOPLE[AMY]})
    cookies = dict(re.match(r"([^=]*)=\s*([^;]*)", line).groups()
                   for line in old.all("Set-Cookie"))
    reset = site.ctl("user", "reset-link", AMY).stdout
    run = admin.Admin(site)
    return {
        "the cookie": tls.cookies["MSPSec"],
        "the old form's cookie": cookies["MSPSec"],
        "the cookie of programs": cookies["MSPAuth"],
        "the cookie in clear": plain.cookies["NudgePlain"],
        "a stranger's form": visitor_form(site),
        "a challenge": dict(urllib.parse.parse_qsl(
            given.replace(",", "&")))["tpf"],
        "a ticket": msn.ticket(site, AMY, harness.PEOPLE[AMY], given)
        .split("&")[0].removeprefix("t="),
        "a long ticket": rst.tokens(site, AMY)[rst.MESSENGER].bare,
        "a service ticket": rst.tokens(site, AMY)[rst.CONTACTS].bare,
        "a link for a password": urllib.parse.unquote(
            reset.strip().partition("?t=")[2]),
        "the operator's link": urllib.parse.unquote(
            admin.link(site).partition("?t=")[2]),
        "the operator's cookie": run.cookies["__Host-NudgeAdmin"],
        "an empty one": "", "some text": "x" * 120,
    }


def visitor_form(site: harness.Server) -> str:
    me = visitor.Visitor(site)
    me.look("/sign-in")
    return me.cookies["__Host-NudgeForm"]


# ---- what is opened; True: it was ----

def page(site: harness.Server, host: str | None, cookie: str,
         value: str) -> bool:
    me = visitor.Visitor(site, host)
    me.cookies = {cookie: value}
    reply = me.ask("/account")
    assert reply.status in (200, 302)
    return AMY.encode() in reply.body


def form_key(site: harness.Server, value: str) -> bool:
    """Is a form heeded that is tied to this?  Every browser gets one of its
    own when it has none that is good."""
    me = visitor.Visitor(site)
    me.cookies = {"__Host-NudgeForm": value}
    me.look("/sign-in")
    return me.cookies["__Host-NudgeForm"] == value


def reset(site: harness.Server, value: str) -> bool:
    return "Choose a new password" in visitor.Visitor(site).look(
        "/reset?t=" + msn.quote(value)).text


def run(site: harness.Server, value: str) -> bool:
    me = admin.Admin(site, enter=False)
    me.cookies = {"__Host-NudgeAdmin": value}
    return me.ask("/admin").status == 200


def enter(site: harness.Server, value: str) -> bool:
    return admin.Admin(site, enter=False).ask(
        "/admin/enter", {"t": value}).status == 302


def services(site: harness.Server, value: str) -> bool:
    try:
        soap.Client(site, f"t={value}&p=").find_all()
    except soap.Fault:
        return False
    return True


def mail(site: harness.Server, value: str) -> bool:
    """Programs post what the notification server gave them."""
    reply = msn.form(site, "/ppsecure/md5auth.srf", {
        "auth": value, "username": AMY, "rru": "/cgi-bin/HoTMaiL"})
    return "MSPSec=" in str(reply.all("Set-Cookie")) and reply.status == 302


def notification(site: harness.Server, value: str) -> bool:
    person = msn.Person(site, AMY, 9)
    person.challenge()
    got = person.usr_s(f"t={value}&p=")
    person.hang_up()
    return got.words[2:3] == ["OK"]


def login(site: harness.Server, value: str) -> bool:
    """Is this a challenge of ours?  Then the ticket opens a session."""
    reply = msn.login(site, msn.credentials(
        AMY, harness.PEOPLE[AMY], f"tpf={value}" if value else "lc=1033"))
    assert reply.status == 200
    return notification(site, reply.ticket[2:].partition("&")[0])


LOCKS: dict[str, tuple[Callable[[harness.Server, str], bool], set[str]]] = {
    "the pages": (lambda s, v: page(s, visitor.HOST, "MSPSec", v), {
        "the cookie", "the old form's cookie"}),
    "the pages, by another name": (lambda s, v: page(
        s, visitor.HOST, "NudgePlain", v), set()),
    "the pages in clear": (lambda s, v: page(s, None, "NudgePlain", v), {
        "the cookie in clear"}),
    "the pages in clear, by the other's name": (lambda s, v: page(
        s, None, "MSPSec", v), set()),
    "a form": (form_key, {"a stranger's form"}),
    "a new password": (reset, {"a link for a password"}),
    "the operator's pages": (run, {"the operator's cookie"}),
    "web services": (services, {"a ticket", "a long ticket",
                                "a service ticket"}),
    # none of them is signed in: see test_tokens.py
    "the mailbox": (mail, set()),
    "the notification server": (notification, {"a ticket", "a long ticket"}),
    "the login server": (login, {"a challenge"}),
    "the operator's door": (enter, {"the operator's link"}),
}


def test_each_key_opens_its_own_doors_and_no_other(site):
    keys = collect(site)
    assert len(set(keys.values())) == len(keys)
    for name, (opens, good) in LOCKS.items():
        opened = {key for key, value in keys.items() if opens(site, value)}
        assert opened == good, (name, opened ^ good)
    # one letter, a tail, a head, or the case: and it is none
    for name in ("the cookie", "the cookie in clear", "the operator's cookie"):
        value = keys[name]
        lock = {"the cookie": "the pages",
                "the cookie in clear": "the pages in clear"}.get(
                    name, "the operator's pages")
        for wrong in (value[:-1], value + "A", value[1:], value.swapcase(),
                      value[:40] + ("A" if value[40] != "A" else "B")
                      + value[41:], " "):
            assert not LOCKS[lock][0](site, wrong), (name, wrong)


# ---- from sign-in to sign-out ----

@pytest.mark.parametrize("host", [visitor.HOST, None], ids=["tls", "plain"])
def test_a_planted_cookie_is_not_the_one_after_the_sign_in(site, host):
    session = "MSPSec" if host else "NudgePlain"
    attacker = visitor.Visitor(site, host)
    attacker.sign_in(BOB)
    for planted in (attacker.cookies[session], "planted", ""):
        me = visitor.Visitor(site, host)
        me.cookies[session] = planted
        me.cookies |= {n: c for n, c in attacker.cookies.items() if "Form" in n}
        me.sign_in(AMY)
        mine = me.cookies[session]
        assert mine != planted
        # what the attacker planted, or has, is not Amy's
        assert AMY not in attacker.look("/account").text
        # and a form that he got is not hers
        key = attacker.look("/sign-in").hidden["key"]
        assert me.ask("/account", {"key": key, "name": "x"}).status == 403
    # each sign-in is a new cookie, and the one before is over
    again = visitor.Visitor(site, host)
    again.cookies = dict(me.cookies)
    again.sign_in(AMY)
    assert again.cookies[session] != mine
    assert me.look("/account").title == "Sign in"


@pytest.mark.parametrize("host", [visitor.HOST, None], ids=["tls", "plain"])
def test_what_ends_a_stay_ends_it_for_whoever_copied_it(site, host):
    who = f"stay-{bool(host)}@example.com".lower()
    site.add_user(who, "of her own")
    ends = {
        "signing out": lambda me: me.fill("/sign-out"),
        "a new password": lambda me: me.fill(
            "/account/password", old="of her own", password="of her own",
            again="of her own"),
        "the operator's": lambda me: site.ctl(
            "user", "passwd", who, "--password", "of her own"),
        "switched off": lambda me: site.ctl("user", "disable", who),
    }
    for name, end in ends.items():
        me, elsewhere = visitor.Visitor(site, host), visitor.Visitor(site, host)
        me.sign_in(who, "of her own")
        elsewhere.sign_in(who, "of her own")
        copy = visitor.Visitor(site, host)
        copy.cookies = dict(me.cookies)
        end(me)
        assert who.encode() not in copy.ask("/account").body, name
        assert (who.encode() in elsewhere.ask("/account").body) == (
            name == "signing out"), name
        if name == "a new password":
            assert who in me.look("/account").text


def test_the_way_out_of_passport_is_a_way_out(site):
    """/logout takes the cookies away, and what was copied opens nothing."""
    def signed_in() -> visitor.Visitor:
        me = visitor.Visitor(site)
        reply = msn.form(site, "/login.srf", {
            "login": AMY, "passwd": harness.PEOPLE[AMY]})
        me.cookies = dict(re.match(r"([^=]*)=\s*([^;]*)", line).groups()
                          for line in reply.all("Set-Cookie")
                          if line.startswith(("MSPSec=", "MSPAuth=")))
        assert page(site, visitor.HOST, "MSPSec", me.cookies["MSPSec"])
        return me

    for path in ("/logout", "/logout.srf"):
        me = signed_in()
        copied = dict(me.cookies)
        msn.fetch(site, (f"GET {path} HTTP/1.1\r\nHost: {me.host}\r\nCookie: "
                         + "; ".join(f"{k}={v}" for k, v in copied.items())
                         + "\r\n\r\n").encode(), me.host)
        for cookie in copied.values():
            assert not page(site, visitor.HOST, "MSPSec", cookie), path
            assert not mail(site, cookie)
    # but no other site signs anybody out
    me = signed_in()
    msn.fetch(site, (f"GET /logout HTTP/1.1\r\nHost: {me.host}\r\n"
                     "Sec-Fetch-Site: cross-site\r\nCookie: "
                     f"MSPSec={me.cookies['MSPSec']}\r\n\r\n").encode(),
              me.host)
    assert page(site, visitor.HOST, "MSPSec", me.cookies["MSPSec"])


# ---- how cookies are set ----

TLS_LINE = (r"{name}=[^;,\s]*(; expires=Thu, 30-Oct-1980 16:00:00 GMT)?"
            r"{domain}; path=/; secure; HttpOnly; SameSite=Strict")
PLAIN_LINE = (r"{name}=[^;,\s]*(; expires=Thu, 30-Oct-1980 16:00:00 GMT)?"
              r"{domain}; path=/; HttpOnly; SameSite=Strict")


def lines_of(me: visitor.Visitor) -> list[str]:
    """Every Set-Cookie on the way in and out."""
    found: list[str] = []
    keep = me.keep

    def note(reply: msn.Reply) -> None:
        found.extend(reply.all("Set-Cookie"))
        keep(reply)

    me.keep = note  # type: ignore[method-assign]
    me.sign_in(AMY)
    me.fill("/account", name="Amy")
    me.fill("/sign-out")
    return found


def test_cookies_go_nowhere_they_need_not_go(site):
    hosts = {"login.live.com": "; domain=.live.com",
             "loginnet.passport.com": "; domain=.passport.com",
             "login.live.com.evil.example": "", "127.0.0.1": "",
             "xlive.com": ""}
    for host, domain in hosts.items():
        me = visitor.Visitor(site)
        me.fetch = lambda request: msn.fetch(   # type: ignore[method-assign]
            site, request, visitor.HOST)
        me.host = host
        lines = lines_of(me)
        assert len(lines) >= 6
        for line in lines:
            name = line.partition("=")[0]
            assert name in ("MSPSec", "MSPAuth", "MSPProf", "MSPVis",
                            "MSNChatNN", "MSNREGCOOKIE",
                            "__Host-NudgeForm"), line
            # a name that begins so has no domain, or browsers refuse it
            where = "" if name.startswith("__Host-") else re.escape(domain)
            assert re.fullmatch(TLS_LINE.format(name=name, domain=where),
                                line), line
    for line in lines_of(visitor.Visitor(site, None)):
        name = line.partition("=")[0]
        assert name in ("NudgePlain", "NudgeForm", "MSPAuth", "MSPProf",
                        "MSPVis", "MSNChatNN", "MSNREGCOOKIE"), line
        assert re.fullmatch(PLAIN_LINE.format(
            name=name, domain=r"; domain=\.live\.com" if "Form" not in name
            else ""), line), line
    run = admin.Admin(site, enter=False)
    path = admin.link(site)
    reply = run.ask("/admin/enter", run.look(path).hidden)
    line, = reply.all("Set-Cookie")
    assert re.fullmatch(TLS_LINE.format(name="__Host-NudgeAdmin", domain=""),
                        line), line
    # the old form's, which old programs read, are secure where it counts
    old = msn.form(site, "/login.srf", {
        "login": AMY, "passwd": harness.PEOPLE[AMY]})
    for line in old.all("Set-Cookie"):
        if line.startswith("MSPSec="):
            assert "HTTPOnly" in line, line
            assert line.endswith(";secure=;SameSite=Lax"), line
