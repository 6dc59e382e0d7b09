# SPDX-License-Identifier: MIT
"""Each dialect with each: lists, presence, a conversation."""

from __future__ import annotations

import re

import pytest

import msn

AMY, BOB = "amy@example.com", "bob@example.com"


def check_added(watcher: msn.Person, who: msn.Person) -> None:
    """The news that who has put watcher on the forward list, which may stand
    behind other news."""
    if watcher.dialect < 10:
        _, got = watcher.until("ADD")
        assert got.words[1:3] == ["0", "RL"]
        assert int(got.words[3]) > watcher.serial
        watcher.serial = int(got.words[3])
        assert got.words[4:] == [who.email, who.name]
    else:
        _, got = watcher.until("ADC")
        assert got.line == (f"ADC 0 RL N={who.email} F={who.name}")


def befriend(a: msn.Person, b: msn.Person) -> str:
    """a puts the visible b on FL; returns how a names b in REM FL."""
    echo = a.add("FL", b.email)
    key = b.email
    if a.dialect >= 10:
        found = re.fullmatch(r"C=([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})",
                             echo.words[-1])
        assert found, echo
        key = found.group(1)
    got = a.everything()
    assert [m.verb for m in got if m.verb == "BPR"] == ["BPR"] * 4
    lines = [m.line for m in got if m.verb == "ILN"]
    assert len(lines) == 1, got
    assert re.fullmatch(a.sees(b, "NLN", f"ILN {a.trid}"), lines[0])
    check_added(b, a)
    return key


def entry(a: msn.Person, b: msn.Person) -> msn.Message:
    """b in a's list, as SYN tells it."""
    got = [m for m in a.sync() if m.verb == "LST"
           and b.email in (m.words[1], m.words[1].removeprefix("N="))]
    assert len(got) == 1, got
    return got[0]


@pytest.mark.covers(
    "ns-classic 15 #52", "ns-classic 15 #53", "ns-classic 15 #54",
    "ns-classic 15 #55", "ns-classic 15 #57", "ns-classic 15 #61",
    "ns-classic 15 #66", "ns-classic 15 #67", "ns-classic 15 #69",
    "ns-classic 15 #72", "ns-classic 15 #87", "ns-classic 15 #93",
    "ns-classic 15 #104", "sb 14 #10", "sb 14 #22", "sb 14 #25",
    "sb 14 #34")
@pytest.mark.parametrize("second", msn.DIALECTS)
@pytest.mark.parametrize("first", msn.DIALECTS)
def test_these_two_add_see_and_talk_to_each_other(server, first, second):
    amy = msn.sign_in(server, AMY, dialect=first)
    bob = msn.sign_in(server, BOB, dialect=second)
    amy.online()
    bob.online()

    # lists
    key = befriend(amy, bob)
    befriend(bob, amy)
    amy.everything()
    amy.add("AL", BOB)
    bob.add("AL", AMY)
    amy.expect_nothing()
    bob.expect_nothing()
    line = entry(amy, bob)
    if first < 10:
        assert line.words == ["LST", BOB, bob.email, "11", "0"]
    else:
        assert line.words[1] == f"N={BOB}"
        assert f"C={key}" in line.words
        at = line.words.index(f"C={key}")
        bits = int(line.words[at + 1])
        assert bits & ~24 == 3 and bits & 24
        assert line.words[at + 2:] == (["1"] if first == 12 else [])

    # presence, both ways
    amy.chg("BSY")
    bob.expect_sees(amy, "BSY")
    bob.chg("AWY")
    amy.expect_sees(bob, "AWY")
    amy.say("PNG")
    amy.expect("QNG" if first < 9 else "QNG 60")

    # a conversation
    here = amy.open_board()
    there = here.invite(bob)
    there.expect_roster([amy])
    here.expect_joined(bob)
    for sender, wire, other in ((amy, here, there), (bob, there, here)):
        payload = msn.text(f"hello from MSNP{sender.dialect}")
        t = wire.tell("A", payload)
        wire.expect(f"ACK {t}")
        other.expect_told(sender, payload)
    there.say("OUT")
    here.expect(f"BYE {BOB}")

    # and the end of it
    got = amy.ask_once("REM", "FL", key)
    assert got.words[:3] == ["REM", str(amy.trid), "FL"]
    assert got.words[-1] == key
    got = bob.read()
    assert got.words[:3] == ["REM", "0", "RL"] and got.words[-1] == AMY
    bob.chg("LUN")
    amy.expect_nothing()
    amy.hang_up()
    bob.expect(f"FLN {AMY}")
