# SPDX-License-Identifier: MIT
"""Messages of those who were away, in a browser."""

from __future__ import annotations

import html
import re
import sqlite3

import pytest

import classic
import harness
import live
import live_oim as oim
import mailbox
import msn

AMY, BOB = "amy@example.com", "bob@example.com"
SONG = "<b>Gr\u00fc\u00dfe</b> \u2603 & \U0001f600\nsecond line"
OLD = (2, 3, 4, 5, 6, 7, 8, 9, 10)


def told_fewer(person: msn.Person) -> list[bytes]:
    return [m.payload for m in person.everything() if m.verb == "MSG"
            and b"activemailnotification" in m.payload]


@pytest.mark.covers("field-notes 16")
@pytest.mark.parametrize("dialect", OLD)
def test_looking_at_the_inbox_changes_nothing(server, dialect):
    amy = oim.Sender(server, AMY)
    amy.send(BOB, SONG, "Zo\u00eb <x>")
    amy.send(BOB, "again")
    bob = live.anybody(server, BOB, dialect)
    if dialect > 2:
        assert bob.profile["EmailEnabled"] == "1", "or it shows no inbox"
    bob.online()
    browser, page = mailbox.enter(bob, "INBOX")
    # whatever a browser fetches of its own accord
    for link in re.findall(r'src="(/cgi-bin/[^"]*)"', page):
        assert browser.ask(html.unescape(link)).status == 200
    assert len(oim.Reader(server, BOB).metadata()) == 2
    assert "2 new messages, 2 in all" in page
    got = mailbox.rows(page)
    assert [(r.state, r.name) for r in got] == [
        ("New", AMY), ("New", "Zo\u00eb <x>")], "newest first"
    assert got[1].begin == SONG
    browser.page("/cgi-bin/read?m=" + got[0].path.partition("=")[2])
    assert browser.ask(got[0].path, method="HEAD").status == 200
    assert len(oim.Reader(server, BOB).metadata()) == 2
    assert told_fewer(bob) == []
    assert len(mailbox.rows(browser.page("/cgi-bin/HoTMaiL"))) == 2


@pytest.mark.parametrize("dialect", OLD)
def test_a_message_that_was_opened_is_read_and_stays(server, dialect):
    amy = oim.Sender(server, AMY)
    amy.send(BOB, SONG, "Zo\u00eb <x>")
    amy.send(BOB, "again")
    bob = live.anybody(server, BOB, dialect)
    bob.online()
    browser, page = mailbox.enter(bob, "INBOX")
    first = mailbox.rows(page)[1]
    got = mailbox.letter(browser.page(first.path))
    assert (got.name, got.sender, got.text) == ("Zo\u00eb <x>", AMY, SONG)
    # programs are told of what is new alone, and count with it
    waiting, = oim.Reader(server, BOB).metadata()
    told = told_fewer(bob)
    assert len(told) == (dialect > 2), "MSNP2 has no words for it"
    for payload in told:
        assert b"Message-Delta: 1\r\n" in payload
    assert mailbox.letter(browser.page(first.path)).text == SONG, "again"
    assert told_fewer(bob) == []
    page = browser.page("/cgi-bin/HoTMaiL")
    assert "1 new message, 2 in all" in page
    assert [r.state for r in mailbox.rows(page)] == ["New", "Read"]
    bob.hang_up()
    server.restart()
    bob = live.anybody(server, BOB, dialect)
    if dialect > 2:
        bob.chg() if dialect < 13 else bob.online()
    else:
        bob.online()
    browser, page = mailbox.enter(bob, "INBOX")
    assert [r.state for r in mailbox.rows(page)] == ["New", "Read"]
    # a program that fetches the other one still deletes it
    reader = oim.Reader(server, BOB)
    reader.delete(waiting["I"])
    assert [r.state for r in mailbox.rows(
        browser.page("/cgi-bin/HoTMaiL"))] == ["Read"]
    assert reader.metadata() == []


def test_messages_are_kept_and_deleted_by_their_buttons(server):
    amy = oim.Sender(server, AMY)
    for n in range(3):
        amy.send(BOB, f"number {n}")
    bob = msn.sign_in(server, BOB, dialect=8)
    browser, page = mailbox.enter(bob, "INBOX")
    two, one, zero = mailbox.rows(page)
    page = mailbox.act(browser, zero.path, "Keep")
    assert [r.state for r in mailbox.rows(page)] == ["New", "New", "Kept"]
    page = mailbox.act(browser, one.path, "Delete")
    assert [r.begin for r in mailbox.rows(page)] == ["number 2", "number 0"]
    browser.page(two.path)
    page = browser.page("/cgi-bin/HoTMaiL")
    page = browser.page("/cgi-bin/message", mailbox.hidden(page)
                        | {"do": "Delete all that I have read"})
    assert [(r.state, r.begin) for r in mailbox.rows(page)] == [
        ("Kept", "number 0")]
    assert "not there any more" in browser.page(one.path)
    page = mailbox.act(browser, zero.path, "Keep no longer")
    assert [r.state for r in mailbox.rows(page)] == ["Read"]
    page = mailbox.act(browser, zero.path, "Delete")
    assert "You have no messages" in page


def test_what_was_read_goes_after_its_days(make_server):
    server = make_server()
    amy = oim.Sender(server, AMY)
    for words in ("kept", "read", "new"):
        amy.send(BOB, words)
    bob = msn.sign_in(server, BOB, dialect=8)
    browser, page = mailbox.enter(bob, "INBOX")
    _, read, kept = mailbox.rows(page)
    browser.page(read.path)
    mailbox.act(browser, kept.path, "Keep")
    server.stop()
    db = sqlite3.connect(server.data / "nudge.db")
    db.execute("UPDATE messages SET read = read - 31 * 86400, "
               "sent = sent - 3000000000 WHERE read <> 0")
    db.commit()
    db.close()
    server.start()
    browser, page = mailbox.enter(msn.sign_in(server, BOB, dialect=8),
                                  "INBOX")
    assert [(r.state, r.begin) for r in mailbox.rows(page)] == [
        ("New", "new"), ("Kept", "kept")]
    assert "not there any more" in browser.page(read.path)


@pytest.mark.parametrize("dialect", OLD)
def test_a_message_that_comes_meanwhile_is_told_and_read(server, dialect):
    bob = live.anybody(server, BOB, dialect)
    bob.online("HDN")
    amy = oim.Sender(server, AMY)
    amy.send(BOB, "there?")
    told = bob.read()
    assert b"emailnotification" in told.payload
    assert b"Post-URL: https://loginnet.passport.com/ppsecure/md5auth.srf" \
        in told.payload
    assert [m.text for m in mailbox.read_all(bob)] == ["there?"]
    assert mailbox.read_all(bob) == []


def test_a_long_mailbox_comes_page_by_page(server):
    amy = oim.Sender(server, AMY)
    for n in range(25):
        amy.send(BOB, f"number {n}")
    bob = msn.sign_in(server, BOB, dialect=8)
    browser, path, fields = mailbox.go(bob, "INBOX")
    page = browser.page(path, fields)
    assert "25 new messages" in page and "Newer" not in page
    assert [r.begin for r in mailbox.rows(page)] == [
        f"number {n}" for n in range(24, 4, -1)]
    page = browser.page("/cgi-bin/HoTMaiL?p=2")
    assert [r.begin for r in mailbox.rows(page)] == [
        f"number {n}" for n in range(4, -1, -1)]
    assert "?p=1" in page and "Older" not in page
    for odd in ("0", "3", "x", "4294967295", "-1"):
        page = browser.page(f"/cgi-bin/HoTMaiL?p={odd}")
        assert len(mailbox.rows(page)) == 20


@pytest.mark.parametrize("dialect", classic.DIALECTS + live.EVERY)
def test_writing_to_somebody_who_is_away(server, dialect):
    bob = live.anybody(server, BOB, dialect)
    mailbox.leave(bob, AMY, SONG)
    reader = oim.Reader(server, AMY)
    waiting, = reader.metadata()
    message = reader.message(waiting["I"])
    assert oim.words(message).replace("\r\n", "\n") == SONG
    assert waiting["E"] == BOB

    browser, page = mailbox.enter(bob, "COMPOSE", AMY)
    key = mailbox.hidden(page)
    for refused, words in (
            ({"to": "nobody@example.com", "text": "x"}, "Nobody takes"),
            ({"to": AMY, "text": " "}, "empty"),
            ({"to": AMY, "text": "x" * 8193}, "longer")):
        assert words in browser.page("/cgi-bin/compose", key | refused)
    forged = {"to": AMY, "text": "x", "key": "0" * 32}
    assert browser.ask("/cgi-bin/compose", key | forged).status == 403
    assert len(reader.metadata()) == 1


def test_who_is_blocked_leaves_nothing(server):
    amy = live.sign_in(server, AMY, 15)
    amy.soap.add_member("Block", BOB)
    bob = msn.sign_in(server, BOB, dialect=8)
    browser, path, fields = mailbox.go(bob, "COMPOSE", AMY)
    key = mailbox.hidden(browser.page(path, fields))
    assert "Nobody takes" in browser.page("/cgi-bin/compose",
                                          key | {"to": AMY, "text": "hi"})
    assert oim.Reader(server, AMY).metadata() == []


def test_nobody_else_opens_a_mailbox(server):
    oim.Sender(server, AMY).send(BOB, "secret words")
    bob = msn.sign_in(server, BOB, dialect=8)
    browser, path, fields = mailbox.go(bob, "INBOX")
    row, = mailbox.rows(browser.page(path, fields))
    stranger = mailbox.Browser(server, browser.host)
    for there in ("/cgi-bin/HoTMaiL", row.path):
        page = stranger.ask(there)
        assert page.exact("Location") == "/sign-in?to=messages"
    stranger.cookies["MSPSec"] = browser.cookies["MSPSec"][:-1] + "!"
    assert stranger.ask("/cgi-bin/HoTMaiL").status == 302
    amy = msn.sign_in(server, AMY, dialect=8)
    other, path, fields = mailbox.go(amy, "INBOX")
    page = other.page(path, fields)
    assert "no messages" in page
    assert "not there any more" in other.page(row.path)
    number = row.path.partition("=")[2]
    assert "too old" in other.ask("/cgi-bin/message", {
        "m": number, "do": "Delete", "key": "0" * 32}).body.decode()
    assert len(oim.Reader(server, BOB).metadata()) == 1
    # by the sign-in form, which leads back
    reply = stranger.ask("/login.srf", {
        "login": BOB, "passwd": harness.PEOPLE[BOB],
        "ru": "/cgi-bin/HoTMaiL"})
    assert reply.status == 302
    assert "secret words" in stranger.page(reply.exact("Location"))


def test_plain_http_leads_to_tls(server):
    reply = msn.fetch(server, b"GET /cgi-bin/HoTMaiL HTTP/1.0\r\n\r\n", None)
    assert reply.status == 302
    assert reply.exact("Location") == \
        "https://loginnet.passport.com/cgi-bin/HoTMaiL"
    # by a name of the operator's it is that name's, not a stranger's
    reply = msn.fetch(server, b"GET /cgi-bin/HoTMaiL HTTP/1.1\r\n"
                      b"Host: chat.example.org:8080\r\n\r\n", None)
    assert reply.exact("Location") == (
        f"https://chat.example.org:{server.https_port}/cgi-bin/HoTMaiL")
