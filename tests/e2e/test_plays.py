# SPDX-License-Identifier: MIT
"""People who meet and talk."""

from __future__ import annotations

import random
import struct

import pytest

import msn

AMY, BOB, CID = "amy@example.com", "bob@example.com", "cid@example.com"


def meet(server, first: int = 9, second: int = 9
         ) -> tuple[msn.Person, msn.Person]:
    """Two who have each other on their lists, both online."""
    amy = msn.sign_in(server, AMY, dialect=first)
    bob = msn.sign_in(server, BOB, dialect=second)
    assert amy.online() == []
    assert bob.online() == []
    amy.add("FL", BOB)
    amy.everything()
    bob.everything()
    bob.add("FL", AMY)
    bob.everything()
    amy.everything()
    return amy, bob


@pytest.mark.covers(
    "ns-classic 15 #61", "ns-classic 15 #65", "ns-classic 15 #66",
    "ns-classic 15 #67", "ns-classic 15 #87", "ns-classic 15 #89",
    "ns-classic 15 #94", "ns-classic 15 #95")
def test_two_people_meet_and_see_each_other_come_and_go(server):
    amy = msn.sign_in(server, AMY, dialect=9)
    bob = msn.sign_in(server, BOB, dialect=9)
    assert amy.online() == []
    bob.sync()

    # amy adds bob, who has announced nothing yet
    amy.add("FL", BOB)
    bprs = [amy.read().line for _ in range(4)]
    assert bprs == [f"BPR {amy.serial} {BOB} PHH",
                    f"BPR {amy.serial} {BOB} PHW",
                    f"BPR {amy.serial} {BOB} PHM",
                    f"BPR {amy.serial} {BOB} MOB N"]
    amy.expect_nothing()
    got = bob.read()
    assert got.words[:3] == ["ADD", "0", "RL"]
    assert int(got.words[3]) > bob.serial
    assert got.words[4:] == [AMY, amy.name]

    # bob comes online: amy is told, bob is not (amy is not on his list)
    bob.chg("NLN")
    amy.expect_sees(bob, "NLN")
    bob.expect_nothing()

    # bob adds amy: he is told at once, with the number of his command
    bob.add("FL", AMY)
    for _ in range(4):
        assert bob.read().verb == "BPR"
    bob.expect_re(bob.sees(amy, "NLN", f"ILN {bob.trid}"))
    assert amy.read().words[:3] == ["ADD", "0", "RL"]

    # each state reaches the other
    for state in ("BSY", "IDL", "BRB", "AWY", "PHN", "LUN", "NLN"):
        amy.chg(state)
        bob.expect_sees(amy, state)

    # hiding looks like leaving, and the hidden still see
    amy.chg("HDN")
    bob.expect(f"FLN {AMY}")
    bob.chg("BSY")
    amy.expect_sees(bob, "BSY")
    amy.chg("NLN")
    bob.expect_sees(amy, "NLN")

    # a reset is noticed like a sign-out
    bob.wire.reset()
    amy.expect(f"FLN {BOB}")
    amy.say("OUT")
    amy.expect_closed()


@pytest.mark.covers("sb 14 #3", "sb 14 #7", "sb 14 #10", "sb 14 #21",
                    "sb 14 #22", "sb 14 #24", "sb 14 #29", "sb 14 #30",
                    "sb 14 #31", "sb 14 #32", "sb 14 #33", "sb 14 #40",
                    "sb 14 #41", "sb 14 #43")
def test_two_people_talk(server):
    amy, bob = meet(server)
    here = amy.open_board()

    # nobody is there yet
    assert here.ask_once("MSG", "A", payload=msn.text("?")).line == \
        f"NAK {here.trid}"
    assert here.ask_once("MSG", "N", payload=msn.text("?")).line == \
        f"NAK {here.trid}"

    there = here.invite(bob)
    there.expect_roster([amy])
    here.expect_joined(bob)
    there.expect_nothing()

    there.tell("U", msn.typing(BOB))
    here.expect_told(bob, msn.typing(BOB))
    there.expect_nothing()

    t = here.tell("A", msn.text("Hello! How are you?"))
    here.expect(f"ACK {t}")
    there.expect_told(amy, msn.text("Hello! How are you?"))
    here.tell("N", msn.text("caf\u00e9 \u2603"))
    there.expect_told(amy, msn.text("caf\u00e9 \u2603"))
    here.expect_nothing()

    there.say("OUT")
    there.expect_closed()
    here.expect(f"BYE {BOB}")

    # the one who stays may ring again, in the same session
    number = here.id
    there = here.invite(bob)
    assert here.id == number
    there.expect_roster([amy])
    here.expect_joined(bob)
    here.wire.reset()
    there.expect(f"BYE {AMY}")


def p2p(number: int, offset: int, data: bytes, total: int) -> bytes:
    head = struct.pack("<IIQQIIIIQ", 4711, number, offset, total, len(data),
                       0x20, 99, 0, 0)
    return (b"MIME-Version: 1.0\r\nContent-Type: application/x-msnmsgrp2p"
            b"\r\nP2P-Dest: bob@example.com\r\n\r\n"
            + head + data + struct.pack(">I", 1))


@pytest.mark.covers("sb 14 #29", "sb 14 #34", "sb 14 #35", "sb 14 #38",
                    "sb 14 #63")
def test_ten_kilobytes_of_picture_arrive_byte_for_byte(server):
    amy, bob = meet(server)
    here = amy.open_board()
    there = here.invite(bob)
    there.expect_roster([amy])
    here.expect_joined(bob)

    dice = random.Random(8)
    picture = bytes(dice.randrange(256) for _ in range(10 * 1024 - 12))
    picture = b"\0\r\n\r\nPNG\r\n\0" + picture + b"\r\n"
    got = b""
    for offset in range(0, len(picture), 1202):
        part = p2p(7, offset, picture[offset:offset + 1202], len(picture))
        t = here.tell("D", part)
        here.expect(f"ACK {t}")
        there.expect_told(amy, part)
        got += part[-4 - len(picture[offset:offset + 1202]):-4]
    assert got == picture

    # the largest there is, in three segments, and one that has no type
    big = msn.text("")
    big += b"\xff" * (1664 - len(big))
    here.trid += 1
    data = f"MSG {here.trid} N 1664\r\n".encode() + big
    for piece in (data[:5], data[5:700], data[700:]):
        here.raw(piece)
    there.expect_told(amy, big)
    chunk = (b"Message-ID: {7B7B34E6-7A8D-44FF-926C-1799156B58AA}\r\n"
             b"Chunk: 1\r\n\r\nsecond part")
    here.tell("N", chunk)
    there.expect_told(amy, chunk)
    here.expect_nothing()


@pytest.mark.covers("sb 14 #16", "sb 14 #20", "sb 14 #23", "sb 14 #24",
                    "sb 14 #39", "sb 14 #41", "sb 14 #42")
def test_a_third_person_joins_and_leaves(server):
    amy, bob = meet(server)
    cid = msn.sign_in(server, CID, dialect=9)
    cid.online()
    here = amy.open_board()
    there = here.invite(bob)
    there.expect_roster([amy])
    here.expect_joined(bob)

    third = there.invite(cid)  # any member may ring
    third.expect_roster([amy, bob])
    here.expect_joined(cid)
    there.expect_joined(cid)
    assert here.ask_once("CAL", CID).line == f"215 {here.trid}"

    for sender, wire, others in ((amy, here, (there, third)),
                                 (cid, third, (here, there))):
        wire.tell("N", msn.text(f"it is {sender.email}"))
        for other in others:
            other.expect_told(sender, msn.text(f"it is {sender.email}"))
        wire.expect_nothing()

    third.say("OUT")
    here.expect(f"BYE {CID}")
    there.expect(f"BYE {CID}")
    here.tell("U", msn.typing(AMY))
    there.expect_told(amy, msn.typing(AMY))
    there.wire.reset()
    here.expect(f"BYE {BOB}")
    here.expect_nothing()


@pytest.mark.covers("sb 14 #1", "sb 14 #2", "sb 14 #4", "sb 14 #6",
                    "sb 14 #11", "sb 14 #12", "sb 14 #13", "sb 14 #14",
                    "sb 14 #15", "sb 14 #17", "sb 14 #26", "sb 14 #27",
                    "ns-classic 15 #109")
def test_who_may_not_be_rung_and_what_does_not_open_a_door(server):
    amy, bob = meet(server)
    cid = msn.sign_in(server, CID, dialect=9)
    cid.sync()
    assert cid.ask_once("XFR", "SB").line == f"913 {cid.trid}"
    cid.chg("HDN")
    assert cid.ask_once("XFR", "SB").line == f"913 {cid.trid}"

    host, port, cookie = amy.xfr()
    wrong = msn.Board(bob, host, port)
    wrong.ask("USR", BOB, cookie)
    wrong.expect("911 1")
    wrong.expect_closed()

    host, port, cookie = amy.xfr()
    here = msn.Board(amy, host, port)
    here.ask("USR", AMY.upper(), cookie)
    here.expect(f"USR 1 OK {AMY} {amy.name}")
    again = msn.Board(amy, host, port)
    again.ask("USR", AMY, cookie)
    again.expect("911 1")
    again.expect_closed()

    for who, code in (("nobody@example.com", 217), ("eve@example.com", 217),
                      (CID, 217), ("nonsense", 208)):
        assert here.ask_once("CAL", who).line == f"{code} {here.trid}"
    assert here.ask_once("CAL", AMY).line == f"215 {here.trid}"

    bob.add("BL", AMY)
    amy.expect(f"FLN {BOB}")
    board = amy.open_board()
    assert board.ask_once("CAL", BOB).line == f"217 {board.trid}"
    bob.expect_nothing()
    bob.remove("BL", AMY)
    amy.expect_sees(bob, "NLN")

    t = board.ask("CAL", BOB)
    board.expect_re(rf"CAL {t} RINGING \d+")
    number, host, port, cookie = bob.rung(amy)
    other = msn.Board(bob, host, port)
    other.ask("ANS", BOB, cookie, str(int(number) + 1))
    assert other.wire.rest() in (b"", b"911 1\r\n")
    other = msn.Board(bob, host, port)
    other.ask("ANS", BOB, cookie, number)
    assert other.wire.rest() == b"911 1\r\n"


@pytest.mark.covers("ns-classic 15 #44", "ns-classic 15 #39",
                    "sb 14 #46")
def test_a_second_sign_in_replaces_the_first_and_nobody_notices(server):
    amy, bob = meet(server)
    here = amy.open_board()
    there = here.invite(bob)
    there.expect_roster([amy])
    here.expect_joined(bob)
    assert amy.ask_once("USR", "TWN", "I", AMY).line == f"207 {amy.trid}"

    again = msn.sign_in(server, AMY, dialect=9)
    amy.expect("OUT OTH")
    amy.expect_closed()
    here.expect_closed()
    there.expect(f"BYE {AMY}")
    for got in again.online():
        assert got.verb == "ILN", got
    for got in bob.everything():
        assert got.verb == "NLN", got


@pytest.mark.covers("ns-classic 15 #96", "ns-classic 15 #97",
                    "ns-classic 15 #98", "ns-classic 15 #93",
                    "field-notes 13")
def test_personal_messages_and_pictures_reach_those_who_know_them(server):
    amy, bob = meet(server, 12, 11)
    cid = msn.sign_in(server, CID, dialect=8)
    cid.online()
    cid.add("FL", AMY)
    cid.everything()
    amy.everything()

    note = b"<Data><PSM>caf\xc3\xa9 &amp; co</PSM><CurrentMedia>" \
           b"</CurrentMedia></Data>"
    t = amy.ask("UUX", payload=note)
    amy.expect(f"UUX {t} 0")
    got = bob.read()
    assert got.line == f"UBX {AMY} {len(note)}" and got.payload == note
    cid.expect_nothing()

    amy.chg("NLN", msn.MSNOBJ)
    got = bob.read()
    assert got.line == (f"NLN NLN {AMY} {amy.name} {amy.caps} "
                        f"{msn.MSNOBJ}")
    assert all(m.verb == "UBX" for m in bob.everything())
    for got in cid.everything():
        assert got.line == f"NLN NLN {AMY} {amy.name} {amy.caps}"

    amy.chg("HDN", msn.MSNOBJ)
    bob.expect(f"FLN {AMY}")
    other = note.replace(b"co", b"me")
    t = amy.ask("UUX", payload=other)
    amy.expect(f"UUX {t} 0")
    bob.expect_nothing()
    amy.chg("NLN", msn.MSNOBJ)
    assert bob.read().verb == "NLN"
    got = bob.read()
    assert got.line == f"UBX {AMY} {len(other)}" and got.payload == other


@pytest.mark.covers("ns-classic 15 #88", "ns-classic 15 #92",
                    "ns-classic 15 #81", "ns-classic 15 #64")
def test_the_blocked_see_nobody(server):
    amy, bob = meet(server)
    amy.add("BL", BOB)
    bob.expect(f"FLN {AMY}")
    assert amy.ask_once("ADD", "AL", BOB, BOB).line == f"219 {amy.trid}"
    amy.chg("BSY")
    bob.expect_nothing()
    bob.chg("AWY")
    amy.expect_sees(bob, "AWY")  # blocking is one-way

    bob.hang_up()
    amy.expect(f"FLN {BOB}")
    bob = msn.sign_in(server, BOB, dialect=9)
    assert bob.online() == []
    amy.expect_sees(bob, "NLN")
    amy.remove("BL", BOB)
    bob.expect_sees(amy, "BSY")

    t = amy.ask("BLP", "BL")
    amy.expect_re(rf"BLP {t} \d+ BL")
    bob.expect(f"FLN {AMY}")
    t = amy.ask("BLP", "AL")
    amy.expect_re(rf"BLP {t} \d+ AL")
    bob.expect_sees(amy, "BSY")
