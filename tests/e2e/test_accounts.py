# SPDX-License-Identifier: MIT
"""People make, keep and end their accounts in a browser."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import threading
import time
import urllib.parse

import pytest

import classic
import harness
import live
import live_oim as oim
import msn
import visitor

AMY, BOB, NEW = "amy@example.com", "bob@example.com", "new.one@example.org"
SNOW = "Zo\u00eb \u2603 <b>& \U0001f600</b>"
PUBLIC = ("/", "/sign-up", "/sign-in", "/sign-out", "/reset?t=x")
OWN = ("/account", "/account/password", "/account/delete",
       "/account/app-password", "/report", "/sign-out",
       "/cgi-bin/HoTMaiL", "/cgi-bin/compose")


@pytest.mark.covers("settings accounts.signup")
def test_the_life_of_an_account(make_server):
    server = make_server(**{"accounts.signup": "open"})
    me = visitor.Visitor(server)
    assert "/sign-up" in me.look("/").links
    page = me.sign_up(" New.One@Example.org ", "chosen one", name=SNOW)
    assert "Welcome!" in page.text and NEW in page.text
    assert page.typed["name"] == SNOW

    # programs of both ages sign in with it
    old = msn.sign_in(server, NEW, "chosen one", 8)
    assert urllib.parse.unquote(old.name) == SNOW
    old.online()
    amy = msn.sign_in(server, AMY, dialect=9)
    amy.online()
    amy.add("FL", NEW)
    amy.everything()
    old.hang_up()
    amy.read()
    new = live.sign_in(server, NEW, 15, "chosen one")
    new.online()
    amy.everything()

    # another name, which a friend sees
    page = me.fill("/account", name="Short ")
    assert "is changed" in page.text and page.typed["name"] == "Short"
    seen = [m for m in amy.everything() if m.verb == "NLN"]
    assert [m.words[3] for m in seen] == ["Short"]
    page = me.fill("/account", name="")
    assert page.typed["name"] == ""
    assert [m.words[3] for m in amy.everything() if m.verb == "NLN"] == [NEW]

    # another password ends what was given for the old one
    elsewhere = visitor.Visitor(server)
    elsewhere.sign_in(NEW, "chosen one")
    tokens = new.tokens
    before = dict(me.cookies)
    page = me.fill("/account/password", old="chosen one",
                   password="other one", again="other one")
    assert "password is changed" in page.text
    assert me.cookies["MSPSec"] != before["MSPSec"]
    assert elsewhere.look("/account").title == "Sign in"
    with pytest.raises(AssertionError):
        live.sign_in(server, NEW, 15, tokens=tokens)
    assert live.sign_in(server, NEW, 15, "other one").email == NEW

    # and the end of it
    page = me.fill("/account/delete", old="chosen one")
    assert "not right" in page.text
    page = me.fill("/account/delete", old="other one")
    assert "deleted" in page.text and "MSPSec" not in me.cookies
    assert [m.line for m in amy.everything() if m.verb == "FLN"] == [
        f"FLN {NEW}"]
    assert NEW not in server.ctl("user", "list").stdout
    assert me.look("/account").title == "Sign in"
    assert "not right" in me.sign_in(NEW, "other one").text


def test_signing_in_leads_where_one_wanted_to_go_and_out_again(server):
    me = visitor.Visitor(server)
    assert me.look("/cgi-bin/HoTMaiL").title == "Sign in"
    page = me.fill("/sign-in?to=messages", email=AMY,
                   password=harness.PEOPLE[AMY])
    assert page.title == "Messages" and AMY in page.text
    assert visitor.Visitor(server).ask("/cgi-bin/compose").exact(
        "Location") == "/sign-in?to=write"
    for path in OWN:
        assert AMY in me.look(path).text, path
    # no word leads anywhere else
    other = visitor.Visitor(server)
    form = other.look("/sign-in?to=https://evil.example/")
    reply = other.ask("/sign-in", form.hidden | {
        "email": AMY, "password": harness.PEOPLE[AMY], "to": "//evil"})
    assert reply.exact("Location") == "/account"

    stolen = visitor.Visitor(server)
    stolen.cookies = dict(me.cookies)
    assert AMY in stolen.look("/account").text
    assert me.fill("/sign-out").text.count("You are signed out") == 1
    assert "MSPSec" not in me.cookies
    assert me.look("/account").title == "Sign in"
    # what was copied before opens nothing either
    assert stolen.look("/account").title == "Sign in"
    # the other browser is still in
    assert AMY in other.look("/account").text


def test_an_export_holds_everything(server):
    amy = msn.sign_in(server, AMY, dialect=9)
    amy.online()
    amy.ask_once("REA", AMY, urllib.parse.quote(SNOW))
    amy.ask_once("PRP", "PHM", "1%20234")
    amy.ask_once("ADG", "Old%20friends", "0")
    amy.add("FL", BOB)
    amy.everything()
    amy.add("BL", "eve@example.com")
    for n in range(25):
        oim.Sender(server, BOB).send(AMY, f'number {n} "\u2603"\nmore')
    me = visitor.Visitor(server)
    me.sign_in(AMY)
    reply = me.ask("/account/export")
    assert reply.exact("Content-Disposition") == \
        'attachment; filename="my-account.json"'
    assert reply.exact("Cache-Control") == "private, max-age=0"
    got = json.loads(reply.body)
    assert (got["address"], got["name"]) == (AMY, SNOW)
    assert got["mobile telephone"] == "1 234"
    assert [g["name"] for g in got["groups"]][1:] == ["Old friends"]
    assert {p["address"]: p["lists"] for p in got["people"]} == {
        BOB: ["my contact"], "eve@example.com": ["blocked"]}
    assert [m["text"] for m in got["messages"]] == [
        f'number {n} "\u2603"\nmore' for n in range(25)]
    assert {m["from"] for m in got["messages"]} == {BOB}
    assert harness.PEOPLE[AMY] not in reply.body.decode()
    for _ in range(9):
        assert me.ask("/account/export").status == 200
    assert me.ask("/account/export").status == 429
    assert visitor.Visitor(server).ask("/account/export").exact(
        "Location") == "/sign-in"


def reset_path(server, email):
    link = server.ctl("user", "reset-link", email).stdout.strip()
    start = f"https://127.0.0.1:{server.https_port}/reset?"
    assert link.startswith(start)
    return link.removeprefix(start[:-len("/reset?")])


def test_a_reset_link_serves_once(server):
    path = reset_path(server, AMY)
    other = reset_path(server, AMY)
    signed_in = visitor.Visitor(server)
    signed_in.sign_in(AMY)
    me = visitor.Visitor(server)
    assert "not the same" in me.fill(path, password="first one",
                                     again="second one").text
    assert "8 to 256" in me.fill(path, password="short",
                                 again="short").text
    page = me.fill(path, password="first one", again="first one")
    assert "is kept" in page.text and page.inputs == {}
    for gone in (path, other):
        page = me.look(gone)
        assert "was used" in page.text and page.inputs == {}
    assert signed_in.look("/account").title == "Sign in"
    assert "not right" in me.sign_in(AMY).text
    assert AMY in me.sign_in(AMY, "first one").text

    # no other token will do, nor will this one open anything else
    path = reset_path(server, BOB)
    token = urllib.parse.unquote(path.partition("=")[2])
    assert "was used" in me.look(
        "/reset?t=" + urllib.parse.quote(me.cookies["MSPSec"])).text
    me.cookies["MSPSec"] = token
    assert me.look("/account").title == "Sign in"
    server.ctl("user", "disable", BOB)
    assert "switched off" in me.look(path, status=403).text
    assert server.ctl("user", "reset-link", BOB, check=False).returncode == 1
    assert server.ctl("user", "reset-link", "x@y", check=False).stderr == \
        "no such account\n"


def test_a_password_for_old_programs_is_made_and_taken_away(server):
    me = visitor.Visitor(server)
    me.sign_in(AMY)
    path = "/account/app-password"
    assert "is not right" in me.fill(path, old="wrong").text
    page = me.fill(path, old=harness.PEOPLE[AMY])
    made, = re.findall(r"\b[a-z2-9]{5}-[a-z2-9]{5}-[a-z2-9]{4}\b", page.text)
    assert classic.sign_in(server, AMY, 5, made).online() == []
    assert made not in me.look(path).text, "it is shown once"
    # nothing else opens with it
    assert "not right" in visitor.Visitor(server).sign_in(AMY, made).text
    page = me.fill(path, old=harness.PEOPLE[AMY], off="Take it away")
    assert "none any more" in page.text
    with pytest.raises(AssertionError):
        classic.sign_in(server, AMY, 5, made)


@pytest.mark.covers("settings accounts.signup")
def test_invite_codes_make_as_many_accounts_as_they_have_uses(make_server):
    server = make_server(**{"accounts.signup": "invite"})
    me = visitor.Visitor(server)
    assert "invite" in me.look("/sign-up").inputs
    for bad in ("", "nonsense", "AAAA-BBBB-CCCC"):
        page = me.sign_up("a@b.c", "long enough", invite=bad)
        assert "not known" in page.text, bad
    code = server.ctl("invite", "--uses", "2", "--days", "1").stdout.strip()
    # who has no code is not told whom there is
    assert "not known" in me.sign_up(AMY, "long enough", invite="x").text
    assert "has this address" in me.sign_up(AMY, "long enough",
                                            invite=code).text
    assert "Welcome!" in me.sign_up(
        "one@b.c", "long enough",
        invite=code.lower().replace("-", " ")).text
    assert code + "\t1\t" in server.ctl("invite", "list").stdout

    # one is left: of many at once, one gets it
    results = []

    def try_it(n):
        text = visitor.Visitor(server).sign_up(
            f"race{n}@b.c", "long enough", invite=code).text
        results.append("Welcome!" in text)

    threads = [threading.Thread(target=try_it, args=(n,)) for n in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(results) == [False, False, False, True]
    assert server.ctl("user", "list").stdout.count("\nrace") == 1
    assert server.ctl("invite", "list").stdout == ""

    # one that is taken back; and what is left survives the server's death
    gone, kept = (server.ctl("invite").stdout.strip() for _ in range(2))
    server.ctl("invite", "revoke", gone.lower())
    server.kill()
    server.start()
    assert [line.split("\t")[0] for line in server.ctl(
        "invite", "list").stdout.splitlines()] == [kept]
    assert server.ctl("invite", "revoke", gone, check=False).returncode == 1
    for words in (("--uses", "0"), ("--uses", "10001"), ("--days", "x")):
        assert server.ctl("invite", *words, check=False).returncode == 1
    for words in (("more",), ("--uses",)):
        assert server.ctl("invite", *words, check=False).returncode == 2


def test_plain_http_takes_no_password_unless_the_operator_says_so(
        make_server):
    server = make_server(**{"accounts.signup": "open"})
    me = visitor.Visitor(server, None)
    assert me.look("/").title == "Welcome"
    for path in PUBLIC[1:] + OWN[:3]:
        page = me.look(path, status=403)
        assert page.inputs == {}
        assert f"https://{visitor.HOST}:{server.https_port}{path}" in \
            page.links
    reply = me.ask("/sign-in", {"email": AMY,
                                "password": harness.PEOPLE[AMY]})
    assert reply.status == 403 and reply.all("Set-Cookie") == []

    server = make_server(**{"accounts.signup": "open",
                            "public.address": "2001:db8::1",
                            "web.plain-passwords": "on"})
    assert server.ctl("user", "reset-link", AMY).stdout.startswith(
        f"https://[2001:db8::1]:{server.https_port}/reset?t=")
    me = visitor.Visitor(server, None)
    for path in PUBLIC[1:3]:
        assert "not encrypted" in me.look(path).text
        assert "not encrypted" not in visitor.Visitor(server).look(path).text
    assert "Welcome!" in me.sign_up(NEW, "long enough").text
    assert set(me.cookies) == {"NudgePlain", "NudgeForm"}
    assert "not encrypted" in me.look("/account/password").text
    # what travelled openly opens nothing over TLS, nor the other way round
    tls = visitor.Visitor(server)
    tls.cookies = {"MSPSec": me.cookies["NudgePlain"],
                   "NudgePlain": me.cookies["NudgePlain"]}
    assert tls.look("/account").title == "Sign in"
    tls.sign_in(AMY)
    plain = visitor.Visitor(server, None)
    plain.cookies = {"NudgePlain": tls.cookies["MSPSec"],
                     "MSPSec": tls.cookies["MSPSec"]}
    assert plain.look("/account").title == "Sign in"
    assert "signed out" in me.fill("/sign-out").text
    assert me.look("/account").title == "Sign in"


def test_the_style_is_kept_as_long_as_it_is_the_same(server):
    me = visitor.Visitor(server)
    style, = (u for u in me.look("/").links if u.startswith("/style"))
    assert re.fullmatch(r"/style\.css\?v=\d+", style)
    reply = me.ask(style)
    assert reply.exact("Content-Type") == "text/css; charset=utf-8"
    assert "max-age=31536000" in reply.exact("Cache-Control")
    assert reply.body.startswith(b"/* SPDX") and b"@import" not in reply.body
    assert me.ask("/style.css").exact("Cache-Control") == "max-age=3600"


def test_every_link_of_ours_leads_somewhere(server):
    me = visitor.Visitor(server)
    me.sign_in(AMY)
    seen, todo = set(), {"/"}
    while todo - seen:
        path = (todo - seen).pop()
        seen.add(path)
        if path.startswith(("/connect", "/style.css", "/account/export")):
            continue
        todo |= set(me.look(path).links)
    assert set(OWN) <= seen


@pytest.mark.skipif(shutil.which("w3m") is None, reason="no w3m")
def test_pages_are_readable_as_plain_text(make_server):
    server = make_server(**{"accounts.signup": "invite",
                            "web.plain-passwords": "on"})
    me = visitor.Visitor(server, None)
    text = subprocess.run(
        ["w3m", "-dump", "-cols", "80", "-T", "text/html", "-I", "UTF-8",
         "-O", "UTF-8"], input=me.ask("/sign-up").body, timeout=30,
        capture_output=True, check=True).stdout.decode()
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    assert lines[:2] == ["Nudge", "Sign up"]
    for label in ("E-mail address:", "Name that your friends see:",
                  "Invite code:", "The same password again:"):
        assert lines[lines.index(label) + 1].startswith("["), text
    assert "[Sign up]" in lines
    assert any(line.startswith("Careful: this page is not encrypted")
               for line in lines)


@pytest.mark.covers("design 4.3")
def test_what_a_page_said_is_done_survives_a_power_cut(make_volatile):
    server = make_volatile(**{"accounts.signup": "invite"}).start()
    me = visitor.Visitor(server)
    code = server.ctl("invite", "--uses", "3").stdout.strip()
    assert "Welcome!" in me.sign_up(NEW, "long enough", invite=code).text
    server.kill()
    server.start()
    assert code + "\t2\t" in server.ctl("invite", "list").stdout
    assert NEW in me.look("/account").text, "the cookie is good, too"

    # a disk that takes nothing: nothing is promised, nothing used up
    server.disk.write_text("full")
    other = visitor.Visitor(server)
    for _ in range(2):
        page = other.sign_up("lost@b.c", "long enough", 503, invite=code)
        assert "disk is full" in page.text and "MSPSec" not in other.cookies
    assert "disk is full" in me.fill("/account", 503, name="lost").text
    assert "disk is full" in me.fill("/account/delete", 503,
                                     old="long enough").text
    assert server.ctl("invite", check=False).returncode == 1
    server.disk.write_text("")
    for _ in range(100):
        done = server.ctl("invite", "--uses", "9", check=False)
        if done.returncode == 0:
            break
        time.sleep(0.05)
    assert done.returncode == 0
    assert code + "\t2\t" in server.ctl("invite", "list").stdout
    assert "lost" not in server.ctl("user", "list").stdout
    assert "Welcome!" in other.sign_up("lost@b.c", "long enough",
                                       invite=code).text
    assert AMY in other.sign_in(AMY).text


IE5 = ("Accept: image/gif, image/x-xbitmap, image/jpeg, image/pjpeg, */*\r\n"
       "Accept-Language: en-us\r\nAccept-Encoding: gzip, deflate\r\n"
       "User-Agent: Mozilla/4.0 (compatible; MSIE 5.0; Windows 98; DigExt)\r\n"
       "Host: 192.0.2.1\r\nConnection: Keep-Alive\r\n")


def test_a_browser_of_1999_signs_in_over_plain_http(make_server):
    """It knows no attribute of a cookie but path, and sends a line end behind
    each form, on the connection that the next request comes by."""
    server = make_server(**{"web.plain-passwords": "on"})
    web = msn.Web(server, None)
    web.send(f"GET /sign-in HTTP/1.1\r\n{IE5}\r\n".encode())
    reply = web.answer()
    assert "Content-Encoding" not in reply.names
    stranger = reply.exact("Set-Cookie").split(";")[0]
    body = urllib.parse.urlencode(
        visitor.Sane(reply.body.decode()).hidden
        | {"email": AMY, "password": harness.PEOPLE[AMY]})
    web.send((f"POST /sign-in HTTP/1.1\r\n{IE5}"
              f"Referer: http://192.0.2.1/sign-in\r\nCookie: {stranger}\r\n"
              "Content-Type: application/x-www-form-urlencoded\r\n"
              f"Content-Length: {len(body)}\r\nCache-Control: no-cache\r\n"
              f"\r\n{body}\r\n").encode())
    reply = web.answer()
    assert (reply.status, reply.exact("Location")) == (302, "/account")
    session = reply.exact("Set-Cookie").split(";")[0]
    web.send(f"GET /account HTTP/1.1\r\n{IE5}Cookie: {stranger}; {session}"
             "\r\n\r\n".encode())
    assert AMY in visitor.Sane(web.answer().body.decode()).text
