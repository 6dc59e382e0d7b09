# SPDX-License-Identifier: MIT
"""What strangers type and what programs send is text on every page."""

from __future__ import annotations

import html.parser
import json
import re
import time
import urllib.parse
import xml.etree.ElementTree as ET

import pytest

import admin
import chrome
import doors
import harness
import live
import live_oim as oim
import live_rst as rst
import live_soap as soap
import msn
import visitor

AMY, BOB, CID = "amy@example.com", "bob@example.com", "cid@example.com"

# Each does harm somewhere, if it is anything but text there.
HOSTILE = [
    "<script>document.title='x5s'</script>",
    "\"><img src=x onerror=document.title='x5s'>",
    "' onmouseover='x5s()' style='x:y",
    "javascript:x5s()", "</title><svg onload=x5s()>", "</textarea><b>x5s",
    "--><!--x5s-->", "]]><x5s/>", "&lt;b&gt;x5s&amp;lt;", "&#60;x5s&#62;",
    "{{key}}{{words}}", "<!-- part: end -->", "@STYLE@ %n%s%1$n",
    "x5s\u2028\u2029\u202e\ufeff\u00a0\u200d", "\ufffe\uffff x5s",
    "=cmd|' /C x5s'!A1", "-x5s", "@x5s", "+x5s",
    "${x5s} #{x5s} <%= x5s %>", "&x5s;<!ENTITY x5s SYSTEM 'x'>",
]
# No text at all: overlong forms of '<', halves of characters, NULs, controls.
BROKEN = [b"\xc0\xbcx5s\xc0\xbe", b"\xe0\x80\xbcx5s", b"\xff<x5s", b"x5s\xe2",
          b"\xed\xa0\x80x5s", b"<x5\x00s>", b"x5s\x01\x1b[31m\x7f"]


class Reader(html.parser.HTMLParser):
    """Every attribute of a page that is an address, and all text."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str,
                        attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in ("script", "iframe", "object", "embed", "base",
                           "style"), tag
        for name, value in attrs:
            value = value or ""
            assert not name.startswith("on") and name != "style", (tag, name)
            if name in ("href", "src", "action"):
                assert re.match(r"(/|#|https?://|$)", value), (tag, value)
                assert not value.startswith("//"), value
            elif name in ("value", "content"):
                self.words.append(value)

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return "\n".join(self.words)


def shown(text: str) -> str:
    """No reader of XML takes these as they are, so pages have them mended."""
    return re.sub("[\ufffe\uffff]", "\ufffd", text)


def check(reply: msn.Reply, *texts: str, sane: type = visitor.Sane) -> Reader:
    assert reply.status == 200, reply.status_line
    page = reply.body.decode("utf-8", "strict")
    sane(page)      # which knows each tag and attribute that may be there
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", page)
    found = Reader(page)
    for text in texts:
        assert shown(text) in found.text, (text, found.text)
    return found


@pytest.fixture
def site(house):
    yield house
    msn.close_all()


def signed_in(site: harness.Server, who: str) -> visitor.Visitor:
    me = visitor.Visitor(site)
    me.sign_in(who)
    return me


# ---- names, by every way a name comes in ----

def test_a_name_is_text_wherever_it_is_shown(site):
    amy = msn.sign_in(site, AMY, dialect=9)
    amy.online()
    amy.everything()
    site.add_user("watcher@example.com", "watches")
    watcher = msn.sign_in(site, "watcher@example.com", "watches", 9)
    watcher.online()
    watcher.add("FL", AMY)
    watcher.everything()
    me, run = signed_in(site, AMY), admin.Admin(site)
    tickets = rst.tokens(site, AMY)
    services = soap.Client(site, tickets[rst.CONTACTS].text)
    for number, name in enumerate(HOSTILE):
        if number % 2:
            amy.ask_once("REA", AMY, msn.quote(name))
        else:
            reply = me.ask("/account", me.look("/account").hidden
                           | {"name": name})
            assert reply.status == 302, name
            amy.everything()
        name = name.strip()     # forms forgive blanks around it
        check(me.ask("/account"), name)
        check(run.ask("/admin/online"), name, sane=admin.Sane)
        check(run.ask(f"/admin/account?address={AMY}"), name, sane=admin.Sane)
        check(run.ask("/admin/accounts?q=amy"), name, sane=admin.Sane)
        if number % 3 == 0:     # one may take ten of them in an hour
            export = json.loads(me.ask("/account/export").body)
            assert export["name"] == name
        book = services.find_all()
        assert book.me is not None
        assert book.me.display == shown(name).replace("\ufffd", "")
        told = [m for m in watcher.everything() if m.verb in ("NLN", "ILN")]
        assert told and urllib.parse.unquote(told[-1].words[4 - (
            told[-1].verb == "NLN")]) == name, told
    table = run.ask("/admin/export.csv").body.decode()
    assert "'+x5s" not in table or '"\'+x5s"' in table


def test_a_name_that_is_no_text_is_refused_or_mended(site):
    amy = msn.sign_in(site, AMY, dialect=9)
    amy.online()
    amy.everything()
    me, run = signed_in(site, AMY), admin.Admin(site)
    for name in BROKEN:
        amy.ask("REA", AMY, urllib.parse.quote_from_bytes(name, safe=""))
        amy.everything()
        for reply, sane in ((me.ask("/account"), visitor.Sane),
                            (run.ask("/admin/online"), admin.Sane)):
            check(reply, sane=sane)
        key = me.look("/account").hidden["key"]
        body = (b"key=" + key.encode() + b"&name="
                + urllib.parse.quote_from_bytes(name).encode())
        cookies = "; ".join(f"{k}={v}" for k, v in me.cookies.items())
        reply = me.fetch((
            f"POST /account HTTP/1.1\r\nHost: {me.host}\r\n"
            f"Cookie: {cookies}\r\nContent-Length: {len(body)}\r\n\r\n"
            ).encode() + body)
        page = check(reply, "no text")
        assert "\ufffd" in page.text, "what was typed is shown, mended"
    assert soap.Client(site, rst.tokens(site, AMY)[rst.CONTACTS].text
                       ).find_all().me is not None


# ---- what programs say of themselves ----

def test_what_a_program_says_of_itself_is_text(site):
    run = admin.Admin(site)
    for said in HOSTILE[:12] + [b.decode("latin-1") for b in BROKEN]:
        amy = msn.sign_in(site, AMY, dialect=9)
        amy.online()
        amy.everything()
        word = re.sub(r"[\s\x00]", "_", said)
        amy.ask("CVR", "0x0409", "winnt", "5.1", "i386", word, "1" + word,
                "x", AMY)
        amy.everything()
        page = check(run.ask("/admin/online"), AMY, sane=admin.Sane)
        if word.isascii() and word.isprintable() and len(word) < 20:
            assert word in page.text
        site.ctl("online")
        amy.hang_up()


# ---- messages for who is away ----

def test_a_message_is_text_in_the_mailbox(site):
    sender = oim.Sender(site, BOB)
    for start in range(0, len(HOSTILE), 5):
        some = HOSTILE[start:start + 5]
        for text in some:
            sender.send(CID, text + "\r\nsecond line", name=text)
        me = signed_in(site, CID)
        reply = me.ask("/cgi-bin/HoTMaiL")
        check(reply, *some)
        for text, row in zip(reversed(some), re.findall(
                r"/cgi-bin/message\?m=\w+", reply.body.decode())):
            opened = check(me.ask(row), text)
            assert opened.text.count("second line") == 1
    writer = signed_in(site, BOB)
    for text in HOSTILE:
        page = writer.fill("/cgi-bin/compose", to=text, text=text)
        assert page.typed["to"] == shown(text)
        check(writer.ask("/cgi-bin/compose?to=" + msn.quote(text)), text)
    export = json.loads(signed_in(site, CID).ask("/account/export").body)
    assert export["address"] == CID


# ---- what is shown back ----

def test_what_is_typed_or_asked_is_shown_as_text_or_not_at_all(site):
    me, stranger = signed_in(site, AMY), visitor.Visitor(site)
    run = admin.Admin(site)
    for who in (me, stranger, run):
        doors.keep_line(who)
    asked = {r.example for r in doors.ROUTES if "HTTP_GET" in r.methods}
    words = ("name", "email", "to", "t", "done", "q", "after", "address", "m",
             "client", "system", "n", "invite", "ru", "token", "user", "key",
             "page", "network", "note", "id", "room", "who")
    for number, text in enumerate(HOSTILE + BROKEN):
        query = "&".join(f"{w}={msn.quote(text)}" for w in words)
        for path in sorted(asked):
            if number % 4 and not path.startswith("/admin"):
                continue    # a few of them, as they are many
            who = run if path.startswith("/admin") else (
                me if number % 8 == 0 and path not in
                ("/logout", "/logout.srf", "/account/export") else stranger)
            if who is run and number % 6:
                continue
            reply = who.ask(f"{path}?{query}")
            kind = reply.get("Content-Type") or ""
            if not kind.startswith("text/html"):
                assert not reply.body.lstrip().startswith(b"<html"), path
                continue
            Reader(reply.body.decode("utf-8", "strict"))
            for location in reply.all("Location"):
                assert "x5s" not in location, (path, location)


def test_the_headers_of_a_request_are_no_part_of_a_page(site):
    """Host, User-Agent, Referer: they are told by whoever asks."""
    for text in HOSTILE:
        line = text.encode("utf-8").replace(b"\n", b"")
        for path in ("/", "/connect", "/connect/test", "/sign-in",
                     "/connect/get/hosts.bat?client=msn5&system=winxp",
                     "/connect/dnsmasq.conf", "/cgi-bin/HoTMaiL", "/account"):
            reply = msn.fetch(site, (
                f"GET {path} HTTP/1.1\r\nHost: ".encode() + line
                + b"\r\nUser-Agent: " + line + b"\r\nReferer: " + line
                + b"\r\nX-Forwarded-Host: " + line + b"\r\n\r\n"), None)
            assert line not in reply.body or b"<" not in line, (path, text)
            if re.fullmatch(r"[\w.:-]+", text):
                continue    # this could be a host
            assert b"x5s" not in reply.body, (path, text)
            assert "x5s" not in str(reply.all("Location")), (path, text)


# ---- what the operator types, and what comes in files ----

def test_what_comes_in_files_and_notes_is_text(site):
    run = admin.Admin(site)
    doors.keep_line(run)
    rows = "".join(f'"{t.replace(chr(34), chr(34) * 2)}",'
                   f'"{t.replace(chr(34), chr(34) * 2)}",long enough\n'
                   for t in HOSTILE)
    run.fill("/admin/move", table=rows)
    end = time.monotonic() + 60
    while run.ask("/admin/task").get("Refresh") and time.monotonic() < end:
        time.sleep(0.01)
    check(run.ask("/admin/task"), *(t.strip() for t in HOSTILE
                                    if not t.startswith(("-", "+", "=", "@"))),
          sane=admin.Sane)
    for number, text in enumerate(HOSTILE):
        reply = run.ask("/admin/bans", run.look("/admin/bans").hidden | {
            "network": f"192.0.2.{number + 1}", "note": text})
        check(reply, text, sane=admin.Sane)
        run.look("/admin/bans", {
            "key": run.look("/admin/tell").hidden["key"], "lift": "x",
            "network": f"192.0.2.{number + 1}"})
        page = run.fill("/admin/accounts", address=text, name=text)
        assert page.typed["address"].strip() == shown(text).strip()
        check(run.ask("/admin/accounts?q=" + msn.quote(text)), text,
              sane=admin.Sane)
    # a name out of a file is the same everywhere as one of a program
    run.fill("/admin/move", table=f"file@example.com,\"{'<b>x5s</b>'}\",a b c")
    while run.ask("/admin/task").get("Refresh") and time.monotonic() < end:
        time.sleep(0.01)
    check(run.ask("/admin/account?address=file@example.com"), "<b>x5s</b>",
          sane=admin.Sane)
    bad = run.fill(f"/admin/contacts?address={AMY}", file=(
        "<messenger><service><contactlist><contact>&lt;script&gt;x5s"
        "</contact><contact>a<![CDATA[<b>]]>@b</contact></contactlist>"
        "</service></messenger>"))
    assert bad.title


def test_what_everybody_is_told_cannot_end_its_message(site):
    run = admin.Admin(site)
    old = msn.sign_in(site, AMY, dialect=9)
    new = live.sign_in(site, BOB, 15)
    for person in (old, new):
        person.online()
        person.everything()
    for text in HOSTILE:
        run.press("/admin/tell", "announce", text=text)
        for person in (old, new):
            got = [m for m in person.everything() if m.payload]
            assert len(got) == 1, (text, got)
            if got[0].verb == "NOT":
                root = ET.fromstring(got[0].payload.rstrip(b"\0"))
                assert "".join(root.itertext()).strip(), text


# ---- groups, contacts and answers in XML ----

def test_groups_and_contacts_are_text_in_the_web_services(site):
    services = soap.Client(site, rst.tokens(site, AMY)[rst.CONTACTS].text)
    amy = msn.sign_in(site, AMY, dialect=9)
    amy.online()
    amy.everything()
    names = [t for t in HOSTILE if shown(t) == t]
    for start in range(0, len(names), 10):
        ids = {services.group_add(t): t for t in names[start:start + 10]}
        book = services.find_all()
        assert {k: v for k, v in book.groups.items() if k in ids} == ids
        for guid in ids:
            services.group_delete(guid)
    site.add_user("friend@example.com", "a friend")
    friend = services.contact_add("friend@example.com")
    for text in names:
        services.annotate(friend, **{"AB.NickName": text})
        contact = services.find_all().contacts["friend@example.com"]
        assert contact.annotations["AB.NickName"] == text
    for bad in BROKEN:
        amy.ask("ADG", urllib.parse.quote_from_bytes(bad, safe=""), "0")
        amy.everything()
    assert services.find_all().me is not None, "it is still XML"


def test_what_token_services_and_log_ins_answer_is_well_formed(site):
    for text in HOSTILE:
        for kind in (rst.OLD, rst.NEW):
            reply = rst.post(site, kind.path, rst.request(
                kind, text.replace("\ufffe", "").replace("\uffff", ""),
                "x", rst.USUAL))
            ET.fromstring(reply.body)
            assert b"<script" not in reply.body and b"<b>" not in reply.body
        reply = msn.form(site, "/login.srf", {
            "login": text, "passwd": "wrong", "ru": text})
        page = Reader(reply.body.decode("utf-8", "strict"))
        assert shown(text) in page.text or "@" not in text
        reply = msn.login(site, msn.credentials(
            text, "x", msn.fresh_challenge(site)))
        assert "x5s" not in str(reply.headers)


# ---- a browser has the last word ----

CANARY = "<img src=x onerror=document.title='x5s'><script>window.x5s=1</script>"


@pytest.mark.slow
@pytest.mark.skipif(chrome.PROGRAM is None, reason="no chromium")
def test_a_real_browser_runs_nothing_of_it(make_server, tmp_path):
    server = admin.make(make_server)
    server.ctl("user", "rename", AMY, CANARY)
    oim.Sender(server, BOB).send(AMY, CANARY, name=CANARY)
    amy = msn.sign_in(server, BOB, dialect=9)
    amy.online()
    server.ctl("user", "rename", BOB, CANARY)
    amy.ask("CVR", "0x0409", "winnt", "5.1", "i386",
            CANARY.replace(" ", "/"), "1", "x", BOB)
    amy.everything()
    run = admin.Admin(server)
    run.fill("/admin/bans", network="192.0.2.1", note=CANARY)
    run.fill("/admin/move", table=f'"{CANARY}","{CANARY}",x\n')
    quoted = msn.quote(CANARY)
    browser = chrome.Chrome(tmp_path / "profile")

    def look(site: str, *paths: str) -> None:
        for path in paths:
            browser.go(site + path)
            got = browser.run(
                "[document.title, !!window.x5s, document.scripts.length,"
                " document.querySelectorAll('[onerror]').length,"
                " document.body.innerText.includes('onerror') ||"
                " [...document.querySelectorAll('input')].some("
                "   e => e.value.includes('onerror'))]")
            assert "x5s" not in got[0] and got[1:4] == [False, 0, 0], (
                path, got)
            assert got[4] or path.startswith(("/sign-in", "/reset")), path

    try:
        site = f"https://127.0.0.1:{server.https_port}"
        browser.go(site + "/sign-in")
        browser.fill(**{"E-mail": AMY, "Password": harness.PEOPLE[AMY]})
        browser.press("Sign in")
        look(site, "/account", f"/cgi-bin/compose?to={quoted}",
             "/cgi-bin/HoTMaiL", f"/sign-in?to={quoted}",
             f"/reset?t={quoted}")
        site = f"https://127.0.0.1:{server.settings['admin.port']}"
        browser.go(site + admin.link(server))
        browser.press("Come in")
        look(site, "/admin/online", "/admin/accounts", "/admin/bans",
             f"/admin/accounts?q={quoted}", "/admin/task",
             f"/admin/account?address={AMY}")
        # the policy holds even if a page did not
        browser.run("const s = document.createElement('script');"
                    "s.textContent = 'window.x5s = 1';"
                    "document.body.append(s)")
        assert browser.run("!!window.x5s") is False
    finally:
        browser.close()
