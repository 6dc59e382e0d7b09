# SPDX-License-Identifier: MIT
"""MSNP2 to MSNP7 with each version there is: lists, presence, a conversation.

A server of its own for each of these many walks would take most of the time:
a walk leaves everything as it found it, and the next one goes on there.
"""

from __future__ import annotations

import pytest

import classic
import either
import live
import msn
from live import AL, BL, FL, PL, RL
from test_live_pairs import leave, meet, seen

AMY, BOB = "amy@example.com", "bob@example.com"
NAME = live.encode("Amy \u2603 <&>")
ALL = classic.DIALECTS + live.EVERY
PAIRS = [(a, b) for a in ALL for b in ALL
         if a in classic.DIALECTS or b in classic.DIALECTS]


def rename(a: msn.Person, word: str) -> None:
    got = a.ask_once("REA", a.email, word)
    assert got.line == f"REA {a.trid} {got.words[2]} {a.email} {word}"
    a.bump(got, 2)
    a.name = word


def edit(amy: msn.Person, bob: msn.Person) -> None:
    """What old programs change beside the lists, and back."""
    for word in (NAME, amy.email):
        rename(amy, word)
        seen(bob, either.absorb(bob), amy, "BSY")
    if amy.dialect < 7:
        return
    group = either.group_add(amy, "Some Group")
    either.group_put(amy, group, bob)
    assert either.entry(amy, bob).groups == {"Some Group"}
    either.group_remove(amy, group)
    assert either.entry(amy, bob).groups == frozenset()


def talk(amy: msn.Person, bob: msn.Person) -> None:
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


def add_see_block_and_talk(server, first: int, second: int) -> None:
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

    if first in classic.DIALECTS:
        edit(amy, bob)
    talk(amy, bob)

    # blocks
    either.block(amy, bob)
    seen(bob, either.absorb(bob), amy, "FLN")
    assert either.entry(amy, bob).bits & (AL | BL) == BL
    either.unblock(amy, bob)
    seen(bob, either.absorb(bob), amy, "BSY")

    # coming and going
    leave(amy)
    seen(bob, either.absorb(bob), amy, "FLN")
    again = live.anybody(server, AMY, first)
    again.__dict__.setdefault("ids", {}).update(
        amy.__dict__.get("ids", {}))
    again.sync()
    assert either.absorb(bob) == [], "before the first CHG"
    again.chg("IDL")
    seen(again, live.news(again), bob, "AWY")
    seen(bob, either.absorb(bob), again, "IDL")

    # and the end of it
    either.part(again, bob)
    leave(again)
    leave(bob)


@pytest.mark.covers(
    "ns-classic 15 #46", "ns-classic 15 #47", "ns-classic 15 #61",
    "ns-classic 15 #66", "ns-classic 15 #67", "ns-classic 15 #69",
    "ns-classic 15 #75", "ns-classic 15 #86",
    "ns-classic 15 #87", "ns-classic 15 #92", "ns-classic 15 #93",
    "sb 14 #10", "sb 14 #22", "sb 14 #25")
@pytest.mark.parametrize("first,second", PAIRS)
def test_these_two_add_see_block_and_talk_to_each_other(walk, shared, first,
                                                        second):
    add_see_block_and_talk(walk, first, second)
    shared.clean = True
