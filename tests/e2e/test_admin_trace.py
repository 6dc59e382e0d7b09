# SPDX-License-Identifier: MIT
"""The wire of one account on an admin page."""

from __future__ import annotations

import base64
import re
import time
import urllib.parse

import admin
import chat
import classic
import harness
import live
import msn
from test_secrets import CANARY, WHO, spellings
from test_trace import Tracer

BOB = "bob@example.com"
EVIL = "<script>alert(1)</script>\"'&{{key}}"
WORDS = "words of nobody's concern"


def start(me: admin.Admin, email: str) -> str:
    page = me.look("/admin/trace")
    return me.look("/admin/trace", page.hidden | {
        "address": email, "start": "x"}).text


def until(me: admin.Admin, words: str) -> bytes:
    deadline = time.monotonic() + 10
    while True:
        reply = me.ask("/admin/trace")
        assert reply.exact("Refresh") == "2"
        if words.encode() in reply.body:
            return reply.body
        assert time.monotonic() < deadline, reply.body


def test_a_page_shows_one_account_without_secrets_and_without_words(
        make_server):
    port = harness.free_ports(1)[0]
    server = admin.make(make_server, **{
        "accounts.md5": "on", "ns.ctp": "on", "chat.port": str(port),
        "chat.plain": "on"})
    server.add_user(WHO, CANARY)
    me = admin.Admin(server)
    assert "like alice@" in start(me, "nobody")
    assert f"Watching {WHO}: 0 lines" in start(me, WHO.upper())
    seen = b""

    # every way in, with a name that is a page of its own
    bob = msn.sign_in(server, BOB, dialect=9)
    bob.online()
    for dialect in classic.DIALECTS:
        old = classic.sign_in(server, WHO, dialect, CANARY)
        old.online()
        old.hang_up()
    old = classic.Classic(server, WHO, 2)
    old.ver()
    old.ask_once("USR", "CTP", "I", WHO)
    old.accept(old.ask_once("USR", "CTP", "S", msn.quote(CANARY)))
    old.hang_up()
    seen += until(me, "&gt; ")
    for dialect in live.DIALECTS:
        live.sign_in(server, WHO, dialect, CANARY).hang_up()
    client = chat.Client(server)
    client.say("AUTHENTICATE PLAIN")
    client.until(r"AUTHENTICATE \+")
    client.say("AUTHENTICATE " + base64.b64encode(
        f"\0{WHO}\0{CANARY}".encode()).decode())
    client.until(" 903 ")
    client.plain("canary")
    client.join("#r")
    client.say(f"PRIVMSG #r :{WORDS}")
    client.say("PING <b>done</b>")
    client.until("PONG")
    seen += until(me, "PING ")
    person = msn.sign_in(server, WHO, CANARY, dialect=12)
    person.online()
    person.name = urllib.parse.quote(EVIL, safe="<>'&/{}()")
    person.ask_once("PRP", "MFN", person.name)
    board = person.open_board()
    seat = board.invite(bob)
    seat.expect_roster([person])
    board.expect_joined(bob)
    board.tell("N", msn.text(WORDS))
    seat.tell("N", msn.text(WORDS * 2))
    board.expect_told(bob, msn.text(WORDS * 2))
    seen += until(me, f"MSG {BOB}")

    assert b"USR" in seen and b"***" in seen and b" bytes)" in seen
    assert b"&lt;script&gt;alert(1)" in seen and b"{{key}}" in seen
    assert b"<script" not in seen and b"<b>done" not in seen
    assert WORDS.encode() not in seen
    assert not [s for s in spellings(CANARY) if s in seen]
    assert not re.search(rb"\bt=", seen)  # tickets
    assert b"RNG" not in seen  # that is bob's
    page = me.look("/admin/trace")  # well formed, with all of that in it
    assert WHO in page.text

    # it ends with its button, and lets go of everything
    page = me.press("/admin/trace", "stop")
    assert "Watching" not in page.text and "MSG" not in page.text
    assert me.ask("/admin/trace").get("Refresh") is None
    for what in ("watch", "unwatch"):
        assert f"event=admin do={what} to=" in server.log()


def test_two_who_watch_and_a_server_that_stops(make_server):
    server = admin.make(make_server)
    me = admin.Admin(server)
    start(me, BOB)
    tracer = Tracer(server, BOB)
    try:
        msn.sign_in(server, BOB, dialect=9)
        until(me, f"OK {BOB}")
        tracer.until(f"OK {BOB}")
        assert server.stop() == 0
        assert tracer.process.wait(20) == 0
    finally:
        tracer.end()
