# SPDX-License-Identifier: MIT
"""A person at a browser of today, by keyboard alone, at three sizes, by day
and by night.  Where there is no Chromium this is skipped."""

from __future__ import annotations

import pytest

import admin
import chat
import chrome
import harness
import live_oim as oim
import msn
import visitor

AMY, BOB = "amy@example.com", "bob@example.com"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(chrome.PROGRAM is None, reason="no chromium")]

# The least contrast of any text with what is behind it, and where.  A gradient
# counts as both its ends.
CONTRAST = r"""
(() => {
  const rgb = s => (s.match(/rgba?\([^)]*\)/g) || []).map(
      c => c.match(/[\d.]+/g).map(Number)).filter(c => c[3] !== 0);
  const light = c => c.slice(0, 3).map(v => v / 255).map(
      v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
      .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = e => {
    for (; e; e = e.parentElement) {
      const style = getComputedStyle(e);
      const found = rgb(style.backgroundImage).concat(
          rgb(style.backgroundColor));
      if (found.length) return found;
    }
    return [[255, 255, 255]];
  };
  let worst = [99, ''];
  for (const e of document.querySelectorAll('body *')) {
    const own = e.tagName == 'INPUT' || [...e.childNodes].some(
        n => n.nodeType == 3 && n.data.trim());
    if (!own || e.type == 'hidden') continue;
    const text = light(rgb(getComputedStyle(e).color)[0]);
    for (const c of behind(e)) {
      const [a, b] = [text, light(c)].sort((x, y) => y - x);
      const ratio = (a + 0.05) / (b + 0.05);
      if (ratio < worst[0]) worst = [ratio, e.outerHTML.slice(0, 80)];
    }
  }
  return worst;
})()
"""
WIDER = "document.documentElement.scrollWidth - window.innerWidth"
SMALLEST = """Math.min(...[...document.querySelectorAll(
    'input:not([type=hidden]), textarea, select')].map(e => e.offsetHeight))"""


def look_at(browser: chrome.Chrome) -> None:
    for size in chrome.SIZES:
        for dark in (False, True):
            browser.look(size, dark)
            where = (browser.run("location.pathname"), size, dark)
            assert browser.run(WIDER) <= 0, where
            ratio, text = browser.run(CONTRAST)
            assert ratio >= 4.5, (where, ratio, text)
            assert browser.run(f"!({SMALLEST} < 28)"), where
    browser.look("desktop")


def words(browser: chrome.Chrome) -> str:
    return str(browser.run("document.body.innerText"))


def test_a_person_walks_through_every_page(make_server, tmp_path):
    server = make_server(**{"accounts.signup": "invite"})
    code = server.ctl("invite").stdout.strip()
    reset = server.ctl("user", "reset-link", BOB).stdout.strip()
    site = f"https://127.0.0.1:{server.https_port}"
    browser = chrome.Chrome(tmp_path / "profile")
    try:
        browser.go(site + "/")
        look_at(browser)
        browser.press("Sign up")
        look_at(browser)
        new = {"E-mail": "new@example.org", "Name": "Zo\u00eb \u2603",
               "Password": "long enough", "The same": "long enough"}
        browser.fill(**new, Invite="wrong")
        browser.press("Sign up")
        assert "This code is not known" in words(browser)
        look_at(browser)
        browser.fill(**new, Invite=code.lower())
        browser.press("Sign up")
        assert "Welcome!" in words(browser)
        look_at(browser)
        browser.fill(Name="Zo\u00eb again")
        browser.press("Keep this name")
        assert "is changed" in words(browser)
        assert "Zo\u00eb again" in server.ctl("user", "list").stdout

        oim.Sender(server, AMY).send("new@example.org", "<i>Hello</i> there")
        browser.press("My messages")
        assert "<i>Hello</i> there" in words(browser)
        look_at(browser)
        browser.press(AMY)
        assert "<i>Hello</i> there" in words(browser)
        look_at(browser)
        browser.press("answer")
        look_at(browser)
        browser.fill(Message="And to you")
        browser.press("Send")
        assert "Your message waits" in words(browser)
        waiting, = oim.Reader(server, AMY).metadata()
        assert waiting["E"] == "new@example.org"

        browser.press("My account")
        browser.press("Report somebody")
        look_at(browser)
        browser.fill(**{"Address of whom": "eve@example.com",
                        "What happened": "Words <b>nobody</b> wants"})
        browser.press("Report it")
        assert "Thank you" in words(browser)
        look_at(browser)

        browser.press("My account")
        browser.press("A password for old programs")
        look_at(browser)
        browser.fill(**{"The password": "long enough"})
        browser.press("Make one")
        assert "shown only now" in words(browser)
        look_at(browser)
        browser.press("Back to my account")
        browser.press("Change my password")
        look_at(browser)
        browser.fill(**{"Old": "long enough", "New": "other one",
                        "The new": "other one"})
        browser.press("Change it")
        assert "password is changed" in words(browser)
        browser.press("Sign out")
        look_at(browser)
        browser.press("Sign out")
        assert "You are signed out" in words(browser)
        browser.press("My account")
        look_at(browser)
        browser.fill(**{"E-mail": "new@example.org", "Password": "other one"})
        browser.press("Sign in")
        assert "new@example.org" in words(browser)
        browser.press("Delete my account")
        look_at(browser)
        browser.fill(**{"Your password": "other one"})
        browser.press("Delete my account")
        assert "is deleted" in words(browser)
        assert "new@example.org" not in server.ctl("user", "list").stdout

        for path in ("/connect", "/connect?client=msn6&system=win98",
                     "/connect/test"):
            browser.go(site + path)
            look_at(browser)
        browser.go(reset)
        look_at(browser)
        browser.fill(**{"New": "third one", "The new": "third one"})
        browser.press("Keep it")
        assert "is kept" in words(browser)
        assert browser.refused == [], "nothing breaks the pages' own rules"
    finally:
        browser.close()


def test_a_person_finds_a_chat_room_and_gets_a_nickname(make_server,
                                                        tmp_path):
    server = make_server(**{"chat.port": str(harness.free_ports(1)[0]),
                            "chat.plain": "on",
                            "chat.codebase": "http://cabs.example/c.cab"})
    host = chat.Client(server)
    host.plain("host")
    host.join("#Tea\\bRoom")
    host.say("TOPIC #Tea\\bRoom :Leaves, and <b>pots</b> " + "long" * 25)
    host.say("PING x")
    host.until("PONG")
    browser = chrome.Chrome(tmp_path / "profile")
    try:
        browser.go(f"https://127.0.0.1:{server.https_port}/")
        browser.press("Chat rooms")
        look_at(browser)
        assert "<b>pots</b>" in words(browser)
        browser.press("Tea Room")
        look_at(browser)
        browser.fill(**{"A name for": "Sysop"})
        browser.press("Come in")
        assert "cannot be a nickname" in words(browser)
        browser.fill(**{"A name for": "visitor"})
        browser.press("Come in")
        look_at(browser)
        assert "cannot show the chat control" in words(browser)
        assert "Room #Tea\\bRoom" in words(browser)
        browser.ask("Page.navigate", url="about:blank")
        browser.go(f"https://127.0.0.1:{server.https_port}"
                   "/chatroom.msnw?rm=Tea+Room")
        browser.press("Sign in")
        browser.fill(**{"E-mail": AMY, "Password": harness.PEOPLE[AMY]})
        browser.press("Sign in")
        look_at(browser)
        browser.fill(**{"A nickname": "Amy-tea"})
        browser.press("Register")
        look_at(browser)
        browser.press("Chat as Amy-tea")
        assert browser.run("document.querySelector("
                           "'param[name=NickName]').value") == "Amy-tea"
        assert browser.run("document.querySelector('h1').innerText"
                           ) == "Tea Room"
        look_at(browser)
        browser.press("All rooms")
        browser.fill(Its_name="New one")
        browser.press("Go there")
        assert "New one" in words(browser)
        assert browser.refused == [], "nothing breaks the pages' own rules"
    finally:
        browser.close()
        host.close()


def test_over_plain_http_one_is_led_to_the_secure_page_or_warned(make_server,
                                                                 tmp_path):
    server = make_server(**{"accounts.signup": "open"})
    browser = chrome.Chrome(tmp_path / "profile")
    try:
        site = f"http://127.0.0.1:{server.http_port}"
        browser.go(site + "/sign-in")
        look_at(browser)
        browser.press(f"https://127.0.0.1:{server.https_port}/sign-in")
        assert browser.run("location.protocol") == "https:"
        assert "Sign in" in words(browser)

        server.settings["web.plain-passwords"] = "on"
        server.restart()
        browser.go(site + "/sign-in")
        assert "not encrypted" in words(browser)
        look_at(browser)
        browser.fill(**{"E-mail": AMY, "Password": harness.PEOPLE[AMY]})
        browser.press("Sign in")
        assert AMY in words(browser)
        assert browser.run("location.protocol") == "http:"
    finally:
        browser.close()


def test_whoever_runs_the_server_walks_through_the_admin_pages(make_server,
                                                               tmp_path):
    server = admin.make(make_server)
    amy = msn.sign_in(server, AMY, dialect=9)
    amy.online()
    person = visitor.Visitor(server)
    person.sign_in(BOB)
    person.fill("/report", about=AMY, kind="insult", text="Words\nand more")
    site = f"https://127.0.0.1:{server.settings['admin.port']}"
    browser = chrome.Chrome(tmp_path / "profile")

    def seen(path: str, *expected: str) -> None:
        browser.go(site + path)
        look_at(browser)
        for word in expected:
            assert word in words(browser), (path, word)

    try:
        seen("/", "nudgectl admin-link")
        browser.go(site + admin.link(server))
        look_at(browser)
        browser.press("Come in")
        look_at(browser)
        assert "1 signed in" in words(browser)
        assert browser.run("document.querySelector('polyline')"
                           ".getBBox().width") is not None
        browser.press("Who is online")
        look_at(browser)
        assert AMY in words(browser) and "MSNP9" in words(browser)
        browser.press("Accounts")
        look_at(browser)
        browser.fill(**{"A part": "bob"})
        browser.press("Look")
        assert BOB in words(browser) and AMY + "\t" not in words(browser)
        browser.press(BOB)
        look_at(browser)
        browser.press("Switch off")
        assert "is switched off" in words(browser)
        browser.press("Switch on")
        browser.press("Contacts from")
        look_at(browser)
        browser.press("Invite codes")
        browser.press("Make a code")
        look_at(browser)
        browser.press("Bans")
        browser.fill(**{"Address": "192.0.2.7", "Why": "a test"})
        browser.press("Ban it")
        look_at(browser)
        browser.press("Import")
        look_at(browser)
        browser.fill(**{"Or the lines": "new@example.org,New,"})
        browser.press("Make them")
        browser.go(site + "/admin/task")
        look_at(browser)
        assert "of 1; " in words(browser)
        seen("/admin/everyone", "stays blocked")
        seen("/admin/backup", "Careful")
        browser.press("Reports")
        look_at(browser)
        assert "Words" in words(browser) and BOB in words(browser)
        browser.fill(**{"Note": "looked at"})
        browser.press("Close it")
        look_at(browser)
        browser.press("Trace")
        look_at(browser)
        browser.fill(**{"Address": AMY})
        browser.press("Watch it")
        amy.chg("BSY")
        browser.go(site + "/admin/trace")
        assert "CHG" in words(browser)
        look_at(browser)
        browser.press("Stop")
        browser.press("Tell everybody")
        browser.fill(**{"In how many": "12"})
        browser.press("Say so")
        look_at(browser)
        assert "12 minutes" in words(browser)
        browser.press("Sign out")
        browser.press("Sign out")
        assert "You are signed out" in words(browser)
        assert browser.refused == [], "nothing breaks the pages' own rules"
    finally:
        browser.close()
