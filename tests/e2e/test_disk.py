# SPDX-License-Identifier: MIT
"""Disks that are full or slow, and lists that are long: those who do not
need them do not feel them."""

from __future__ import annotations

import os
import select
import sqlite3
import time

import pytest

import harness
import msn

AMY, BOB, CID, EVE = (f"{name}@example.com"
                      for name in ("amy", "bob", "cid", "eve"))
SLOW_MS = 500
CONTACTS = 600


class Chat:
    """Amy and Bob, who talk."""

    def __init__(self, server: harness.Server) -> None:
        self.amy = msn.sign_in(server, AMY, dialect=12)
        self.bob = msn.sign_in(server, BOB, dialect=9)
        self.amy.online()
        self.bob.online()
        self.here = self.amy.open_board()
        self.there = self.here.invite(self.bob)
        self.there.expect_roster([self.amy])
        self.here.expect_joined(self.bob)
        self.took: list[float] = []

    def say(self) -> None:
        """A message there and one back."""
        for sender, wire, other in ((self.amy, self.here, self.there),
                                    (self.bob, self.there, self.here)):
            payload = msn.text(f"number {len(self.took)}")
            began = time.monotonic()
            t = wire.tell("A", payload)
            other.expect_told(sender, payload)
            self.took.append(time.monotonic() - began)
            wire.expect(f"ACK {t}")

    def p99(self) -> float:
        return sorted(self.took)[len(self.took) * 99 // 100]


def lists(person: msn.Person) -> list[str]:
    return sorted(m.line for m in person.sync()
                  if m.verb in ("LST", "LSG", "PRP", "GTC", "BLP"))


def is_quiet(person: msn.Person) -> bool:
    return not select.select([person.wire.sock], [], [], 0)[0]


@pytest.mark.covers("design 4.3")
def test_a_full_disk_loses_nothing_and_chatting_goes_on(make_volatile):
    server = make_volatile().start()
    chat = Chat(server)
    cid = msn.sign_in(server, CID, dialect=8)
    cid.sync()
    cid.add("AL", BOB)
    t = cid.ask("REA", CID, "Cid")
    cid.expect_re(rf"REA {t} \d+ {CID} Cid")
    before = lists(cid)

    server.disk.write_text("full")
    # the first to notice is shown out instead of being told it were done
    cid.ask("REA", CID, "lost")
    said = cid.wire.rest()
    assert said in (b"", b"OUT SSD\r\n"), said
    server.wait_stat("close.store-failed", 1)
    assert server.stat("store.failures") >= 1
    chat.say()

    # reading goes on: others sign in, and so does who was shown out
    eve = msn.sign_in(server, EVE, dialect=10)
    assert "BLP AL" in lists(eve)
    cid = msn.sign_in(server, CID, dialect=8)
    assert cid.name == "Cid"
    assert lists(cid) == before
    # changes are refused, and nobody is thrown out for asking
    for words in (("ADD", "AL", AMY, AMY), ("REM", "AL", BOB),
                  ("REA", CID, "lost"), ("ADG", "lost", "0"), ("BLP", "BL")):
        t = cid.ask(*words)
        cid.expect(f"500 {t}")
    t = eve.ask("PRP", "MFN", "lost")
    eve.expect(f"500 {t}")
    for words in (("passwd", EVE, "--password", "lost"),
                  ("add", "new@example.com", "--password", "lost")):
        done = server.ctl("user", *words, check=False)
        assert done.returncode != 0
        assert "try later" in done.stdout + done.stderr
    assert lists(cid) == before
    for _ in range(20):
        chat.say()
    chat.amy.expect_nothing()
    chat.bob.expect_nothing()

    server.disk.write_text("")
    for _ in range(100):
        got = cid.ask_once("ADD", "AL", AMY, AMY)
        if got.verb == "ADD":
            break
        assert got.line == f"500 {cid.trid}"
        time.sleep(0.05)
    assert got.verb == "ADD", got
    t = eve.ask("PRP", "MFN", "Eve")
    eve.expect(f"PRP {t} MFN Eve")
    chat.say()
    # which ends his sessions
    server.ctl("user", "passwd", BOB, "--password", "another")
    after = lists(cid)

    server.kill()
    server.start()
    cid = msn.sign_in(server, CID, dialect=8)
    assert cid.name == "Cid"
    assert lists(cid) == after
    assert any(line.startswith(f"LST {AMY} ") for line in after)
    assert any(line.startswith(f"LST {BOB} ") for line in after)
    eve = msn.sign_in(server, EVE, dialect=10)
    eve.sync()
    assert eve.name == "Eve"
    msn.sign_in(server, BOB, "another")


def test_a_server_starts_on_a_full_disk(make_volatile):
    server = make_volatile()
    server.disk.write_text("full")
    server.start()
    chat = Chat(server)
    chat.say()
    # what sign-ins leave behind has failed before: the disk is known to be full
    t = chat.amy.ask("PRP", "MFN", "lost")
    chat.amy.expect(f"500 {t}")
    chat.say()
    server.disk.write_text("")


@pytest.mark.covers("design 4.3")
def test_a_slow_disk_is_felt_only_by_who_waits_for_it(make_volatile):
    server = make_volatile().start()
    chat = Chat(server)
    cid = msn.sign_in(server, CID, dialect=10)
    eve = msn.sign_in(server, EVE, dialect=9)
    cid.online()
    eve.online()
    eve.add("FL", CID)
    eve.everything()
    cid.everything()

    server.disk.write_text(f"slow {SLOW_MS}")
    began = time.monotonic()
    t = cid.ask("PRP", "MFN", "Slow")
    while is_quiet(cid) and is_quiet(eve):
        chat.say()
    took = time.monotonic() - began
    cid.expect(f"PRP {t} MFN Slow")
    cid.name = "Slow"
    eve.expect_sees(cid, "NLN")
    # neither of them heard of it before it was on the disk
    assert took >= SLOW_MS / 1000, took
    assert len(chat.took) >= 20, len(chat.took)
    assert chat.p99() < 0.05, chat.p99()
    assert max(chat.took) < SLOW_MS / 2000, max(chat.took)
    server.disk.write_text("")


@pytest.mark.covers("design 4.3")
def test_a_telephone_that_is_not_on_the_disk_yet_is_read_by_nobody(
        make_volatile):
    server = make_volatile().start()
    bob = msn.sign_in(server, BOB, dialect=10)
    cid = msn.sign_in(server, CID, dialect=10)
    bob.sync()
    bob.add("FL", CID)
    cid.everything()
    cid.add("AL", BOB)
    bob.hang_up()
    bob = msn.Person(server, BOB, 9)
    ticket = msn.ticket(server, BOB, harness.PEOPLE[BOB], bob.challenge())

    server.disk.write_text(f"slow {SLOW_MS}")
    began = time.monotonic()
    t = cid.ask("PRP", "PHH", "555")
    bob.enter(ticket)
    bob.ask("SYN", "0")
    _, got = bob.until("BPR")
    took = time.monotonic() - began
    assert got.line == "BPR PHH 555"
    assert took >= SLOW_MS / 1000, took
    cid.expect(f"PRP {t} PHH 555")
    server.disk.write_text("")


@pytest.mark.covers("design 4.3")
def test_a_name_that_is_not_on_the_disk_yet_is_taken_into_no_conversation(
        make_volatile):
    server = make_volatile().start()
    amy = msn.sign_in(server, AMY, dialect=9)
    cid = msn.sign_in(server, CID, dialect=9)
    amy.online()
    cid.online()
    board = amy.open_board()

    server.disk.write_text(f"slow {SLOW_MS}")
    began = time.monotonic()
    rename = server.control("user", "rename", CID, "Slow")
    server.ctl("ping")
    cid.name = "Slow"
    board.invite(cid).expect_roster([amy])
    board.expect_joined(cid)
    took = time.monotonic() - began
    assert took >= SLOW_MS / 1000, took
    assert rename.recv(1) == b"\0"
    rename.close()
    server.disk.write_text("")


def test_an_operators_change_is_finished_before_the_server_stops(
        make_volatile):
    server = make_volatile().start()
    server.disk.write_text(f"slow {SLOW_MS}")
    rename = server.control("user", "rename", CID, "Slow")
    server.ctl("ping")
    assert server.stop() == 0
    assert rename.recv(1) == b"\0"
    rename.close()
    server.disk.write_text("")
    server.start()
    assert f"{CID}\tSlow\t" in server.ctl("user", "list").stdout


def many_contacts(server: harness.Server, email: str) -> None:
    """As a stopped server's file would hold them."""
    db = sqlite3.connect(server.data / "nudge.db")
    with db:
        owner, = db.execute("SELECT id FROM accounts WHERE address = ?",
                            (email,)).fetchone()
        db.executemany(
            "INSERT INTO contacts (owner, address, position, id, lists, "
            "groups, name) VALUES (?, ?, ?, ?, ?, ?, ?)",
            ((owner, f"friend{i}@example.com", i, os.urandom(16), 3, 0,
              f"Friend%20number%20{i}") for i in range(CONTACTS)))
    db.close()


def test_a_list_of_600_people_is_not_felt_by_others(make_server):
    server = make_server(start=False)
    many_contacts(server, CID)
    server.start()
    chat = Chat(server)
    cid = msn.sign_in(server, CID, dialect=12)
    for _ in range(15):
        cid.ask("SYN", "0", "0")
        for _ in range(10):
            chat.say()
    cid.say("PNG")
    before, _ = cid.until("QNG")
    assert [m.verb for m in before].count("LST") == 15 * CONTACTS
    assert chat.p99() < 0.05, chat.p99()
