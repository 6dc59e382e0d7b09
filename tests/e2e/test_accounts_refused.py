# SPDX-License-Identifier: MIT
"""What the account pages refuse, and whom."""

from __future__ import annotations

import time

import pytest

import harness
import msn
import visitor
from test_security_guess import place

AMY, BOB = "amy@example.com", "bob@example.com"
NASTY = "\"'><script>alert(1)</script><img src=x onerror=a()>{{key}}&lt;\u2603"
GOOD = {"email": "new@b.c", "name": "", "password": "long enough",
        "again": "long enough"}


@pytest.fixture
def open_server(make_server):
    return make_server(**{"accounts.signup": "open"})


@pytest.mark.covers("settings accounts.signup")
def test_a_closed_server_offers_no_sign_up(server):
    me = visitor.Visitor(server)
    assert "/sign-up" not in me.look("/").links
    page = me.look("/sign-up")
    assert "cannot sign up" in page.text and page.inputs == {}
    form = me.look("/sign-in")
    assert "cannot sign up" in me.look("/sign-up", form.hidden | GOOD).text
    assert "new@b.c" not in server.ctl("user", "list").stdout


@pytest.mark.covers("settings accounts.signup")
def test_each_refusal_of_a_sign_up_has_its_words(open_server):
    me = visitor.Visitor(open_server)
    for bad, words in (
            ({"email": "nobody"}, "an address like"),
            ({"email": "a@b@c"}, "an address like"),
            ({"email": "a b@c.d"}, "an address like"),
            ({"email": ""}, "an address like"),
            ({"email": "x" * 130 + "@b.c"}, "an address like"),
            ({"name": "x" * 388}, "too long"),
            ({"name": "a\nb"}, "no text"),
            ({"again": "long enougH"}, "not the same"),
            ({"password": "", "again": ""}, "8 to 256"),
            ({"password": "seven77", "again": "seven77"}, "8 to 256"),
            ({"password": "x" * 257, "again": "x" * 257}, "8 to 256"),
            ({"email": AMY.upper()}, "has this address")):
        page = me.fill("/sign-up", **(GOOD | bad))
        assert words in page.text, (bad, page.text)
        assert page.inputs, "the form is there again"
        assert page.typed["email"] == (GOOD | bad)["email"]
    assert "Welcome!" in me.fill("/sign-up", **GOOD).text


@pytest.mark.covers("settings limit.signups")
def test_a_flood_of_accounts_is_stopped(make_server):
    server = make_server(**{"accounts.signup": "first-login",
                            "limit.signups": "3"})
    me = visitor.Visitor(server)
    assert "Welcome!" in me.sign_up("one@b.c", "long enough").text
    assert "has this address" in me.sign_up("one@b.c", "long enough").text
    assert msn.sign_in(server, "two@b.c", "x", 9).online() == []
    assert "too many" in me.sign_up("three@b.c", "long enough", 429).text
    reply = msn.login(server, msn.credentials(
        "four@b.c", "x", msn.fresh_challenge(server)))
    assert reply.status == 401
    people = server.ctl("user", "list").stdout
    assert "two@b.c" in people and "three" not in people
    assert "four@b.c" not in people
    # who has an account is not troubled
    assert AMY in me.sign_in(AMY).text
    assert "signup.flood" in server.ctl("stats").stdout


def test_guessing_passwords_is_slowed(server):
    me = visitor.Visitor(server)
    for _ in range(10):
        assert "not right" in me.sign_in(AMY, "wrong guess").text
    assert "wait a minute" in me.sign_in(AMY, status=429).text
    # an address that nobody has is told in the same words
    with place("127.0.40.2"):
        me = visitor.Visitor(server)
        for _ in range(10):
            assert "address or the password is not right" in me.sign_in(
                "nobody@b.c", "wrong guess").text
        assert "wait a minute" in me.sign_in("nobody@b.c", "x", 429).text
    # who is signed in cannot guess fast either
    with place("127.0.40.3"):
        other = visitor.Visitor(server)
        other.sign_in(BOB)
        for n in range(11):
            begun = time.monotonic()
            path = ("/account/delete", "/account/password")[n % 2]
            page = other.fill(path, old="wrong guess", password="long enough",
                              again="long enough")
            assert "is not right" in page.text
        assert time.monotonic() - begun > 0.9
    # nor from another network, where nothing is known of him
    with place("127.0.41.3"):
        for _ in range(10):
            other.fill("/account/delete", old="wrong guess")
        page = other.fill("/account/delete", 429, old=harness.PEOPLE[BOB])
        assert "wait a minute" in page.text
    assert BOB in server.ctl("user", "list").stdout
    # who knows it has lost a moment, and no more
    with place("127.0.40.3"):
        page = other.fill("/account/password", old=harness.PEOPLE[BOB],
                          password="long enough", again="long enough")
        assert "is kept" in page.text


POSTS = {
    "/sign-in": {"email": AMY, "password": harness.PEOPLE[AMY]},
    "/sign-up": GOOD,
    "/sign-out": {},
    "/account": {"name": "forged"},
    "/account/password": {"old": harness.PEOPLE[AMY],
                          "password": "long enough", "again": "long enough"},
    "/account/app-password": {"old": harness.PEOPLE[AMY]},
    "/account/delete": {"old": harness.PEOPLE[AMY]},
    "/cgi-bin/compose": {"to": BOB, "text": "forged"},
    "/report": {"about": BOB, "text": "forged"},
}


def test_no_other_site_can_send_a_form(open_server):
    me = visitor.Visitor(open_server)
    me.sign_in(AMY)
    me.look("/sign-up")
    other = visitor.Visitor(open_server)
    other.sign_in(BOB)
    other.look("/sign-in")
    keys = [{}, {"key": ""}, {"key": "0" * 32},
            {"key": other.look("/account").hidden["key"]},
            {"key": other.look("/sign-in").hidden["key"]}]
    before = dict(me.cookies)
    for path, fields in POSTS.items():
        for key in keys:
            reply = me.ask(path, fields | key)
            assert reply.status in (200, 403), (path, key)
            assert me.cookies == before, "nobody else is signed in"
    people = open_server.ctl("user", "list").stdout
    assert "new@b.c" not in people and "forged" not in people
    assert open_server.ctl("report", "list").stdout == ""
    assert AMY in me.look("/account").text
    # a browser without cookies is told
    reply = visitor.Visitor(open_server).ask("/sign-in", POSTS["/sign-in"])
    assert b"keeps no cookies" in reply.body


def test_nothing_changes_by_a_link(server):
    me = visitor.Visitor(server)
    me.sign_in(AMY)
    key = me.look("/account").hidden["key"]
    for path, fields in POSTS.items():
        query = "&".join(f"{k}={msn.quote(v)}" for k, v in
                         (fields | {"key": key}).items())
        me.ask(f"{path}?{query}")
    assert "forged" not in server.ctl("user", "list").stdout
    assert server.ctl("report", "list").stdout == ""
    assert AMY in me.look("/account").text


def test_what_people_type_is_never_a_part_of_the_page(make_server):
    server = make_server(**{"accounts.signup": "invite"})
    me = visitor.Visitor(server)
    page = me.fill("/sign-up", email=NASTY, name=NASTY, invite=NASTY,
                   password=NASTY, again=NASTY)
    assert page.typed | {"password": "", "again": ""} == {
        "email": NASTY, "name": NASTY, "invite": NASTY, "password": "",
        "again": ""}
    page = me.fill("/sign-in", email=NASTY, password=NASTY)
    assert page.typed["email"] == NASTY
    me.look("/reset?t=" + msn.quote(NASTY))
    me.look("/sign-in?to=" + msn.quote(NASTY))
    plain = visitor.Visitor(server, None)
    plain.look("/reset?t=" + msn.quote(NASTY), status=403)
    plain.look("/reset?t=" + NASTY.replace("\u2603", ""). replace(" ", "")
               .replace("&", ""), status=403)
    for host in ("<b>", "a\"b", "x y", "[::1]:80", "a:b:c", ""):
        plain.host = host
        plain.look("/sign-in", status=403)
    me.sign_in(AMY)
    assert me.fill("/account", name=NASTY).typed["name"] == NASTY
    me.look("/account?done=" + msn.quote(NASTY))
    me.fill("/account/password", old=NASTY, password=NASTY, again="x")
    me.fill("/account/delete", old=NASTY)
    me.fill("/account/app-password", old=NASTY, off=NASTY)
    page = me.fill("/cgi-bin/compose", to=NASTY, text=NASTY)
    assert page.typed["to"] == NASTY
    me.fill("/cgi-bin/compose", to=AMY, text=NASTY)
    assert NASTY in me.look("/cgi-bin/HoTMaiL").text


def test_a_cookie_given_before_the_sign_in_is_not_the_one_after(server):
    me = visitor.Visitor(server)
    attacker = visitor.Visitor(server)
    attacker.sign_in(BOB)
    me.cookies["MSPSec"] = attacker.cookies["MSPSec"]
    planted = me.cookies["MSPSec"]
    me.sign_in(AMY)
    assert me.cookies["MSPSec"] != planted
    first = me.cookies["MSPSec"]
    assert AMY in me.look("/account").text
    assert attacker.look("/account").title == "Sign in", "it was left"
    me.sign_in(AMY)
    assert me.cookies["MSPSec"] != first
    for forged in ("", "x", first[:-1] + "!", first + "x"):
        me.cookies["MSPSec"] = forged
        assert me.look("/account").title == "Sign in"


def test_who_is_switched_off_is_out(server):
    me = visitor.Visitor(server)
    me.sign_in(AMY)
    server.ctl("user", "disable", AMY)
    assert "switched off" in me.look("/account", status=403).text
    assert "switched off" in visitor.Visitor(server).sign_in(
        AMY, status=403).text
    assert "Welcome" in me.look("/").text
