# SPDX-License-Identifier: MIT
"""What is kept of people, for how long, and that it is so."""

from __future__ import annotations

import html
import json
import re
import sqlite3

import harness
import live
import msn
import visitor

AMY, BOB = "amy@example.com", "bob@example.com"


def page_rows(server: harness.Server) -> list[list[str]]:
    reply = visitor.Visitor(server).ask("/privacy")
    assert reply.status == 200
    visitor.Sane(reply.body.decode())
    return [[html.unescape(cell) for cell in re.findall(
        "<td>(.*?)</td>", row)] for row in re.findall(
            "<tr><td>.*?</tr>", reply.body.decode())]


def test_the_page_and_the_document_say_the_same(server):
    text = (harness.ROOT / "docs/PRIVACY.md").read_text("utf-8")
    rows = [[cell.strip() for cell in line.strip("|\n").split(" | ")]
            for line in text.splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 10
    assert page_rows(server) == rows
    assert "/privacy" in visitor.Visitor(server).look("/").links


def test_the_page_says_what_the_settings_are(make_server):
    server = make_server(**{"mail.read-days": "7",
                            "accounts.sign-in-days": "0"})
    spans = " ".join(row[1] for row in page_rows(server))
    assert "then 7 days" in spans and "not at all; they go" in spans


def places(server: harness.Server) -> list[tuple]:
    db = sqlite3.connect(server.data / "nudge.db")
    try:
        return db.execute(
            "SELECT address, peer FROM signins JOIN accounts ON "
            "accounts.id = owner ORDER BY address").fetchall()
    finally:
        db.close()


def test_addresses_of_sign_ins_are_in_the_copy_and_go_in_time(make_server):
    server = make_server()
    for email in (AMY, BOB):
        msn.sign_in(server, email, dialect=9).hang_up()
    live.sign_in(server, AMY, 15).hang_up()
    me = visitor.Visitor(server)
    me.sign_in(AMY)
    got = json.loads(me.ask("/account/export").body)
    place, = got["addresses I signed in from"]
    assert place["address"] == "127.0.0.1"
    assert place["first"] and place["last"]
    assert places(server) == [(AMY, "127.0.0.1"), (BOB, "127.0.0.1")]
    # gone with the account
    server.ctl("user", "del", BOB)
    assert places(server) == [(AMY, "127.0.0.1")]
    # and after its days, for whoever asks before it is swept, too
    server.stop()
    db = sqlite3.connect(server.data / "nudge.db")
    db.execute("UPDATE signins SET last = last - 31 * 86400, "
               "peer = '192.0.2.7'")
    db.commit()
    db.close()
    server.start()
    me = visitor.Visitor(server)
    me.sign_in(AMY)
    got = json.loads(me.ask("/account/export").body)
    assert [p["address"] for p in got["addresses I signed in from"]] == [
        "127.0.0.1"]


def test_none_are_kept_where_the_settings_say_so(make_server):
    server = make_server(**{"accounts.sign-in-days": "0"})
    msn.sign_in(server, AMY, dialect=9).hang_up()
    server.stop()
    assert places(server) == []


def test_no_page_says_who_is_online_or_has_a_birthday(server):
    """Nobody said that it may."""
    amy = live.sign_in(server, AMY, 15)
    amy.online()
    amy.soap.contact_update(None, "<birthdate>1980-05-17T00:00:00Z"
                            "</birthdate>", "ContactBirthDate")
    assert b"1980-05-17" in amy.soap.post(
        live.soap.BOOK, live.soap.envelope(
            f'<ABFindAll xmlns="{live.soap.AB}"/>', amy.soap.ticket)).body
    bob = live.sign_in(server, BOB, 15)
    bob.soap.contact_add(AMY)
    book = bob.soap.post(live.soap.BOOK, live.soap.envelope(
        f'<ABFindAll xmlns="{live.soap.AB}"/>', bob.soap.ticket)).body
    assert b"1980-05-17" not in book
    stranger = visitor.Visitor(server)
    for path in ("/", "/today", "/AppDirectory/Directory.aspx", "/chat",
                 "/connect", "/privacy", "/profile.msnw?nick=amy"):
        for name in (b"amy@", b"1980"):
            assert name not in stranger.ask(path).body, path
