# SPDX-License-Identifier: MIT
"""A page of another site makes a browser send our forms: nothing happens."""

from __future__ import annotations

import re
import sqlite3
import urllib.parse

import pytest

import admin
import chrome
import doors
import harness
import live_oim as oim
import msn
import visitor

AMY, BOB, EVE = "amy@example.com", "bob@example.com", "eve@example.com"
EVIL = "https://evil.example"
# What a browser of today says of a form that comes from another site.
TALES = {
    "its origin": f"Origin: {EVIL}",
    "the page it was on": f"Referer: {EVIL}/page",
    "another site": "Sec-Fetch-Site: cross-site",
    "a neighbour": "Sec-Fetch-Site: same-site",
    "a name like ours": f"Origin: {EVIL}/login.live.com",
}


def test_every_form_of_the_program_has_its_row_here():
    """When this fails: add the path to a table of doors.py."""
    known = {f.path for f in doors.FORMS} | set(doors.NO_FORM)
    there = {r.path for r in doors.POSTS}
    assert there - known == set(), "no test sends forged forms to these"
    assert known - there == set(), "these are gone"
    assert {f.path for f in doors.FORMS} & set(doors.NO_FORM) == set()
    admins = {r.path for r in doors.POSTS if r.at("HTTP_ADMIN")}
    assert {f.path for f in doors.ADMIN} | {"/admin/enter"} == admins


def test_every_form_in_a_file_posts_to_a_known_path_and_has_a_key():
    found = 0
    for folder in ("web/pages", "nexus/pages"):
        for file in sorted((harness.ROOT / folder).glob("*.html")):
            text = file.read_text()
            forms = re.findall(r"<form ([^>]*)>(.*?)(?:</form>|$)", text,
                               re.S)
            assert len(forms) == text.count("<form"), file.name
            for head, body in forms:
                if 'method="get"' in head:
                    continue
                path = re.search(r'action="([^"]*)"', head)[1]
                found += 1
                assert 'method="post"' in head, (file.name, head)
                # that of the wizard is the sign-up page's, too
                paths = {"/sign-up", "/uixpwiz.srf"} \
                    if path == "{{action}}" else {path}
                assert paths <= {r.path for r in doors.POSTS}, path
                # a form may go on in another file: sign_up, sign_up_end
                more = "" if "</form>" in text else "".join(
                    f.read_text() for f in file.parent.glob(
                        f"{file.stem}_*.html"))
                assert path in doors.KEYLESS or 'name="key"' in body + more, \
                    f"{file.name}: the form of {path} has no key"
                assert "enctype" not in head or "multipart" in head
    assert found >= 25


# ---- what can be seen of the server ----

def state(server: harness.Server) -> tuple[list[str], list[str]]:
    """All that is kept, and what the operator's pages noted."""
    db = sqlite3.connect(f"file:{server.data}/nudge.db?mode=ro", uri=True)
    # from where people sign in is written when it suits, after the answer
    kept = [line for line in db.iterdump()
            if not line.startswith(('INSERT INTO "networks"',
                                    'INSERT INTO "signins"'))]
    db.close()
    return kept, [line.split(" ", 1)[1] for line in server.log().splitlines()
                  if "event=admin " in line and "enter" not in line]


def raw(me: visitor.Visitor, method: str, path: str, fields: dict[str, str],
        *more: str) -> msn.Reply:
    """As Browser.ask, but nothing of the answer is kept."""
    body = urllib.parse.urlencode(fields)
    head = [f"{method} {path} HTTP/1.1", f"Host: {me.host}", *more]
    if me.cookies:
        head.append("Cookie: " + "; ".join(
            f"{k}={v}" for k, v in me.cookies.items()))
    if method not in ("GET", "HEAD"):
        head.append(f"Content-Length: {len(body)}")
        return me.fetch(("\r\n".join(head) + "\r\n\r\n" + body).encode())
    head[0] = f"{method} {path}?{body} HTTP/1.1"
    return me.fetch(("\r\n".join(head) + "\r\n\r\n").encode())


class Siege:
    """Forged forms against one browser; keys are those of other browsers."""

    def __init__(self, server: harness.Server, me: visitor.Visitor,
                 keys: dict[str, str]) -> None:
        self.server = server
        self.me = me
        self.keys = {"no key": None, "an empty one": "", "zeros": "0" * 32,
                     "half of one": "f" * 16} | keys
        self.before = state(server)
        doors.keep_line(me)

    def refused(self, reply: msn.Reply, what: str) -> None:
        assert reply.status == 403, (what, reply.status_line)
        assert reply.get("Set-Cookie") is None or "MSPSec" not in str(
            reply.all("Set-Cookie")), what
        text = self.me.SANE(reply.body.decode()).text
        assert "too old" in text and "once more" in text, (what, text)

    def same(self, what: str) -> None:
        assert state(self.server) == self.before, what

    def lay(self, form: doors.Form, fields: dict[str, str], key: str) -> None:
        """Every forgery, then the honest one, which must be heeded."""
        good = fields | {"key": key}
        here = form.path
        for name, forged in self.keys.items():
            extra = {} if forged is None else {"key": forged}
            self.refused(raw(self.me, "POST", here, fields | extra),
                         f"{here}: {name}")
        self.refused(raw(self.me, "POST", f"{here}?key={key}", fields),
                     f"{here}: a key in the address")
        for name, header in TALES.items():
            self.refused(raw(self.me, "POST", here, good, header),
                         f"{here}: {name}")
        if not form.get_too:
            for method in ("GET", "HEAD"):
                reply = raw(self.me, method, here, good)
                assert reply.status in (200, 302, 404), (here, method)
        for method in ("post", "PUT", "DELETE", "PATCH", "TRACE", "QUERY"):
            assert raw(self.me, method, here, good).status in (400, 405), here
        self.same(here)
        self.heed(form, good)
        self.before = state(self.server)

    def heed(self, form: doors.Form, good: dict[str, str]) -> None:
        reply = raw(self.me, "POST", form.path, good, "Origin: null",
                    "Sec-Fetch-Site: same-origin")
        assert reply.status in (200, 302), (form.path, reply.body)
        said = "\n".join(f"{k}: {v}" for k, v in reply.headers) + \
            reply.body.decode("utf-8", "replace")
        assert form.done in said, (form.path, said)
        if not form.done:
            assert state(self.server) != self.before, \
                f"{form.path}: the honest form changes nothing"
        self.me.keep(reply)


def key_of(who: visitor.Visitor, path: str) -> str:
    return who.look(path).hidden["key"]


def fill(form: doors.Form, **known: str) -> dict[str, str]:
    return {k: v.replace("{", "%(").replace("}", ")s") % known
            if v.startswith("{") else v for k, v in form.fields.items()}


# ---- the tables ----

@pytest.fixture
def site(house):
    yield house
    msn.close_all()


def others(site: harness.Server, host: str | None) -> dict[str, str]:
    """Keys that are good elsewhere."""
    eve, again, nobody = (visitor.Visitor(site, host) for _ in range(3))
    eve.sign_in(EVE)
    again.sign_in(AMY)
    return {"eve's key": key_of(eve, "/account"),
            "her key in another browser": key_of(again, "/account"),
            "a stranger's key": key_of(nobody, "/sign-in")}


@pytest.mark.parametrize("host", [visitor.HOST, None], ids=["tls", "plain"])
def test_no_other_site_fills_in_a_form_of_who_is_signed_in(site, host):
    ports = "HTTP_TLS" if host else "HTTP_PLAIN"
    who, password = f"siege-{ports.lower()}@example.com", "of her own"
    site.add_user(who, password)
    oim.Sender(site, EVE).send(who, "hello")
    me = visitor.Visitor(site, host)
    me.sign_in(who, password)
    siege = Siege(site, me, others(site, host))
    for form in doors.OWN:
        route = next(r for r in doors.POSTS if r.path == form.path)
        if not route.at(ports):
            continue
        if "MSPSec" not in me.cookies and "NudgePlain" not in me.cookies:
            me.sign_in(who, password)
            siege.before = state(site)
        there = form.look or form.path
        if "{m}" in there:
            there = next(link for link in me.look("/cgi-bin/HoTMaiL").links
                         if "message?m=" in link)
        hidden = me.look(there).hidden
        siege.before = state(site)  # opening it has marked it
        siege.lay(form, fill(form, password=password, m=hidden.get("m", "")),
                  hidden["key"])


@pytest.mark.parametrize("host", [visitor.HOST, None], ids=["tls", "plain"])
def test_no_other_site_fills_in_a_form_of_anybody(site, host):
    email = f"new-{'tls' if host else 'plain'}@example.com"
    me = visitor.Visitor(site, host)
    siege = Siege(site, me, others(site, host))
    link = site.ctl("user", "reset-link", EVE).stdout.strip()
    reset = urllib.parse.unquote(link.partition("?t=")[2])
    siege.before = state(site)
    for form in doors.ANYBODY:
        if host is None and "MSPSec" in form.done:
            form = form._replace(done="Set-Cookie: NudgePlain=")
        there = (form.look or form.path).replace(
            "{reset}", urllib.parse.quote(reset))
        siege.lay(form, fill(form, reset=reset, email=email,
                             other=f"wizard-{email}"), key_of(me, there))
        me.cookies = {k: v for k, v in me.cookies.items() if "Form" in k}
    site.ctl("user", "passwd", EVE, "--password", harness.PEOPLE[EVE])


def wait_for_task(me: admin.Admin) -> None:
    while me.ask("/admin/task").get("Refresh") is not None:
        pass


def test_no_other_site_runs_the_server(site):
    me, other = admin.Admin(site), admin.Admin(site)
    person = visitor.Visitor(site)
    person.sign_in(BOB)
    person.fill("/report", about=EVE, kind="spam", text="of the tests")
    report = me.look("/admin/reports").hidden["id"]
    siege = Siege(site, me, {
        "another operator's key": key_of(other, "/admin/tell"),
        "a person's key": key_of(person, "/account")})
    for form in doors.ADMIN:
        key = key_of(me, form.look or "/admin/tell")
        siege.lay(form, fill(form, report=report), key)
        if "task" in form.done:
            wait_for_task(me)
            siege.before = state(site)
    # and who is not inside is not heeded with any key
    stranger = admin.Admin(site, enter=False)
    key = key_of(other, "/admin/tell")
    for cookies in ({}, {"__Host-NudgeAdmin": "x"}, person.cookies):
        stranger.cookies = dict(cookies)
        for form in doors.ADMIN:
            reply = raw(stranger, "POST", form.path,
                        fill(form, report=report) | {"key": key})
            assert reply.status == 403 and b"admin-link" in reply.body
    assert state(site) == siege.before


def test_no_other_site_signs_anybody_in_by_the_old_form(site):
    """/login.srf has no key, as programs post it too."""
    me = visitor.Visitor(site)
    fields = {"login": BOB, "passwd": harness.PEOPLE[BOB]}
    for name, header in TALES.items():
        reply = raw(me, "POST", "/login.srf", fields, header)
        assert reply.status == 200 and reply.all("Set-Cookie") == [], name
        assert b"Please sign in." in reply.body
    # nor does a page that hides where it is, or a file on the disk
    reply = raw(me, "POST", "/login.srf", fields, "Origin: null")
    assert reply.all("Set-Cookie") == []
    for headers in (["X: y"], [f"Origin: https://{me.host}"],
                    [f"Referer: https://{me.host}:{site.https_port}/x"],
                    ["Sec-Fetch-Site: same-origin"],
                    ["Sec-Fetch-Site: same-origin", "Origin: null"]):
        reply = raw(me, "POST", "/login.srf", fields, *headers)
        assert "MSPSec=" in str(reply.all("Set-Cookie")), headers
    # so its own page lets the browser say where it is
    assert raw(me, "GET", "/login.srf", {}).all("Referrer-Policy")[-1] == \
        "same-origin"
    # and by GET nobody is signed in at all
    assert raw(me, "GET", "/login.srf", fields).all("Set-Cookie") == []


@pytest.mark.slow
@pytest.mark.skipif(chrome.PROGRAM is None, reason="no chromium")
def test_a_real_browser_says_where_a_form_comes_from(site, tmp_path):
    there = f"https://127.0.0.1:{site.https_port}"
    browser = chrome.Chrome(tmp_path / "profile")

    def words() -> str:
        return str(browser.run("document.title + document.body.innerText"))

    try:
        browser.go("data:text/html," + urllib.parse.quote(
            f'<form method=post action="{there}/login.srf">'
            f'<input name=login value="{BOB}">'
            f'<input name=passwd value="{harness.PEOPLE[BOB]}"></form>'))
        browser.run("window.before = true; document.forms[0].submit()")
        browser.loaded("before")
        assert "Please sign in." in words()
        browser.go(there + "/account")
        assert "My account" not in words().split("\n", maxsplit=1)[0]
        # the same from the page itself
        browser.go(there + "/login.srf")
        browser.fill(**{"E-mail": BOB, "Password": harness.PEOPLE[BOB]})
        browser.press("Sign in")
        assert "You are signed in." in words()
        browser.go(there + "/account")
        assert BOB in words()
        assert browser.refused == []
    finally:
        browser.close()
