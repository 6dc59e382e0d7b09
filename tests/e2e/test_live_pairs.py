# SPDX-License-Identifier: MIT
"""MSNP8 to MSNP18, each with each: lists, presence, names, a conversation."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

import either
import live
import live_oim as oim
import mailbox
import msn
from live import AL, BL, FL, PL, RL

AMY, BOB = "amy@example.com", "bob@example.com"
SONG = "see you \u2603 <&> tomorrow"
NAME = "Amy \u2603 <&> \u00e4\u00f6\u00fc"


def seen(watcher: msn.Person, got: list[msn.Message], other: msn.Person,
         state: str) -> None:
    """Exactly one notice of the other's state, perhaps with a note."""
    looks = [m for m in got if m.verb in ("ILN", "NLN", "FLN")]
    assert len(looks) == 1, got
    if state == "FLN":
        want = watcher.gone(other) if isinstance(watcher, live.Live) \
            else f"FLN {re.escape(other.email)}"
    else:
        head = r"(NLN|ILN \d+)"
        want = watcher.sees(other, state, head)
    assert re.fullmatch(want, looks[0].line), (want, looks)
    for m in got:
        assert m in looks or m.verb == "UBX", got


def leave(a: msn.Person) -> None:
    """Gone for the server when this returns."""
    a.say("OUT")
    a.wire.rest()
    a.hang_up()


def meet(server, first: int, second: int) -> tuple[msn.Person, msn.Person]:
    amy = live.anybody(server, AMY, first)
    bob = live.anybody(server, BOB, second)
    amy.online()
    bob.online()
    for a, b in ((amy, bob), (bob, amy)):
        seen(a, either.befriend(a, b), b, "NLN")
        assert either.told_of(either.absorb(b), b, a)
    for a, b in ((amy, bob), (bob, amy)):
        either.put(a, "AL", b)
        either.absorb(a)
        either.absorb(b)
    return amy, bob


def send_offline(sender: msn.Person, to: msn.Person) -> None:
    """By what the sender's program has: a web service or a web page."""
    if sender.dialect < 11:
        mailbox.leave(sender, to.email, SONG)
    else:
        oim.Sender(sender.server, sender.email, sender.dialect > 12).send(
            to.email, SONG)


def read_offline(reader: msn.Person, sender: msn.Person,
                 told: list[msn.Message]) -> None:
    assert len(told) == 1, told
    if reader.dialect < 11:
        assert b"Inbox-Unread: 1\r\n" in told[0].payload
        assert [(m.sender, m.text) for m in mailbox.read_all(reader)] == [
            (sender.email, SONG)]
    else:
        service = oim.Reader(reader.server, reader.email)
        waiting, = oim.read_md(ET.fromstring(
            oim.fields(told[0])[1]["Mail-Data"]))
        assert waiting["E"] == sender.email
        assert oim.words(service.message(waiting["I"])) == SONG
        service.delete(waiting["I"])
    got = [m for m in reader.everything() if m.verb == "MSG"]
    assert len(got) == 1 and b"Message-Delta: 1\r\n" in got[0].payload, got


PAIRS = [(a, b) for a in live.EVERY for b in live.EVERY
         if a in live.DIALECTS or b in live.DIALECTS]


def add_block_rename_sort_and_talk(server, first: int, second: int) -> None:
    amy, bob = meet(server, first, second)

    # lists
    for a, b in ((amy, bob), (bob, amy)):
        bits = either.entry(a, b).bits
        assert bits & ~(RL | PL) == FL | AL and bits & (RL | PL), bits

    # presence, both ways
    amy.chg("BSY")
    seen(bob, either.absorb(bob), amy, "BSY")
    bob.chg("AWY")
    seen(amy, either.absorb(amy), bob, "AWY")

    # names
    either.rename(amy, NAME)
    if first >= 10:
        seen(bob, either.absorb(bob), amy, "BSY")
    else:
        either.absorb(bob)
        amy.chg("AWY")
        seen(bob, either.absorb(bob), amy, "AWY")
        amy.chg("BSY")
        either.absorb(bob)
    either.absorb(amy)

    # groups
    group = either.group_add(amy, NAME)
    either.group_put(amy, group, bob)
    assert either.entry(amy, bob).groups == {NAME}
    either.group_remove(amy, group)
    assert either.entry(amy, bob).groups == frozenset()
    either.absorb(amy)
    assert either.absorb(bob) == []

    # a conversation
    here = amy.open_board()
    there = live.invite(here, bob)
    there.expect_roster([amy])
    here.expect_joined(bob)
    for sender, wire, other in ((amy, here, there), (bob, there, here)):
        payload = msn.text(f"hello from MSNP{sender.dialect}")
        t = wire.tell("A", payload)
        wire.expect(f"ACK {t}")
        other.expect_told(sender, payload)
    there.say("OUT")
    live.expect_left(here, bob)
    here.hang_up()

    # blocks
    either.block(amy, bob)
    seen(bob, either.absorb(bob), amy, "FLN")
    assert either.entry(amy, bob).bits & (AL | BL) == BL
    amy.chg("PHN")
    assert either.absorb(bob) == []
    either.unblock(amy, bob)
    seen(bob, either.absorb(bob), amy, "PHN")
    assert either.entry(amy, bob).bits & (AL | BL) == AL

    # and the end of it
    either.absorb(amy)
    either.unfriend(amy, bob)
    assert either.told_of(either.absorb(bob), bob, amy, added=False)
    bob.chg("LUN")
    assert [m for m in either.absorb(amy) if m.verb in ("NLN", "ILN")] == []
    either.absorb(amy)
    either.rename(amy, amy.email)
    either.part(amy, bob)
    leave(amy)
    leave(bob)


@pytest.mark.covers(
    "soap 11 #33", "soap 11 #34", "soap 11 #35", "soap 11 #37",
    "soap 11 #39", "soap 11 #43", "soap 11 #55", "soap 11 #93",
    "ns-modern 11 #4", "ns-modern 11 #5", "ns-modern 11 #6")
@pytest.mark.parametrize("first,second", PAIRS)
def test_these_two_add_block_rename_sort_and_talk(walk, shared, first,
                                                  second):
    add_block_rename_sort_and_talk(walk, first, second)
    shared.clean = True


@pytest.mark.covers("soap 11 #43", "soap 11 #45", "soap 11 #47")
@pytest.mark.parametrize("first,second", PAIRS)
def test_these_two_come_and_go_hide_say_something_and_leave_messages(
        walk, shared, first, second):
    amy, bob = meet(walk, first, second)
    leave(amy)
    seen(bob, either.absorb(bob), amy, "FLN")
    send_offline(bob, amy)
    ids = amy.__dict__.get("ids", {})
    amy = live.anybody(walk, AMY, first)
    amy.__dict__.setdefault("ids", {}).update(ids)
    amy.sync()
    assert either.absorb(bob) == [], "before the first CHG"
    assert [m for m in live.news(amy)
            if m.verb in ("ILN", "NLN", "FLN")] == []
    amy.chg("IDL")
    told = amy.everything()
    got = [m for m in told if m.verb in ("ILN", "NLN", "FLN")
           and amy.email not in m.line]
    seen(amy, got, bob, "NLN")
    assert {m.verb for m in told} <= {"ILN", "NLN", "UBX", "MSG"}
    look = [m for m in got if m.verb in ("ILN", "NLN")][0]
    if first < 18:
        assert look.words[:2] == ["ILN", str(amy.trid)]
    read_offline(amy, bob, [m for m in told if m.verb == "MSG"])
    seen(bob, either.absorb(bob), amy, "IDL")

    if second >= 11:
        note = "<Data><PSM>a &amp; b</PSM><CurrentMedia></CurrentMedia></Data>"
        t = bob.ask("UUX", payload=note.encode())
        _, got = bob.until("UUX")
        assert got.line == f"UUX {t} 0"
        either.absorb(bob)
        got = either.absorb(amy)
        if first >= 11:
            assert [m.verb for m in got if m.verb != "NLN"] == ["UBX"], got
            data = ET.fromstring(got[-1].payload)
            assert data.findtext("PSM") == "a & b"
            assert b"PrivateEndpointData" not in got[-1].payload
        else:
            assert got == []
    amy.chg("HDN")
    seen(bob, either.absorb(bob), amy, "FLN")
    bob.chg("BRB")
    seen(amy, either.absorb(amy), bob, "BRB")
    amy.chg("NLN")
    seen(bob, either.absorb(bob), amy, "NLN")

    either.part(amy, bob)
    leave(amy)
    leave(bob)
    shared.clean = True
