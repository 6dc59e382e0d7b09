# SPDX-License-Identifier: MIT
"""Messages of those who were away, in a browser."""

from __future__ import annotations

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


@pytest.mark.covers("field-notes 16")
@pytest.mark.parametrize("dialect", OLD)
def test_seeing_the_page_to_its_end_deletes_what_it_shows(server, dialect):
    amy = oim.Sender(server, AMY)
    amy.send(BOB, SONG, "Zo\u00eb <x>")
    amy.send(BOB, "again")
    bob = live.anybody(server, BOB, dialect)
    if dialect > 2:
        assert bob.profile["EmailEnabled"] == "1", "or it shows no inbox"
    bob.online()
    browser, page = mailbox.enter(bob, "INBOX")
    got = mailbox.letters(page)
    assert [(m.name, m.sender, m.text) for m in got] == [
        ("Zo\u00eb <x>", AMY, SONG), (AMY, AMY, "again")]
    assert "2 of 2" in page

    # a page that never came to its end was not read
    assert len(mailbox.letters(browser.page("/cgi-bin/HoTMaiL"))) == 2
    picture, = mailbox.pictures(page)
    assert browser.ask(picture, method="HEAD").status == 200
    assert len(oim.Reader(server, BOB).metadata()) == 2

    assert browser.ask(picture).body[:6] == b"GIF89a"
    assert oim.Reader(server, BOB).metadata() == []
    told = [m for m in bob.everything() if m.verb == "MSG"]
    assert len(told) == (dialect > 2), "MSNP2 has no words for it"
    for m in told:
        assert b"Message-Delta: 2\r\n" in m.payload
    assert browser.ask(picture).status == 200, "seen twice"
    assert "No messages wait" in browser.page("/cgi-bin/HoTMaiL")


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


def test_a_long_mailbox_is_read_page_by_page(server):
    amy = oim.Sender(server, AMY)
    for n in range(25):
        amy.send(BOB, f"number {n}")
    bob = msn.sign_in(server, BOB, dialect=8)
    browser, path, fields = mailbox.go(bob, "INBOX")
    page = browser.page(path, fields)
    assert "20 of 25" in page
    # the button does what the picture does, and leads on
    page = browser.page("/cgi-bin/read", mailbox.hidden(page))
    assert [m.text for m in mailbox.letters(page)] == [
        f"number {n}" for n in range(20, 25)]
    assert "No messages" in browser.page("/cgi-bin/read",
                                         mailbox.hidden(page))


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
    picture, = mailbox.pictures(browser.page(path, fields))
    stranger = mailbox.Browser(server, browser.host)
    page = stranger.ask("/cgi-bin/HoTMaiL")
    assert page.exact("Location") == "/sign-in?to=messages"
    assert stranger.ask(picture).status == 403
    stranger.cookies["MSPSec"] = browser.cookies["MSPSec"][:-1] + "!"
    assert stranger.ask("/cgi-bin/HoTMaiL").status == 302
    amy = msn.sign_in(server, AMY, dialect=8)
    other, path, fields = mailbox.go(amy, "INBOX")
    assert "No messages" in other.page(path, fields)
    assert other.ask(picture).status == 200, "not hers: nothing happens"
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
