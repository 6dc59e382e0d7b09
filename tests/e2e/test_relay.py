# SPDX-License-Identifier: MIT
"""What programs send each other through a switchboard besides words, by each
version: the server passes it on and does not look into it."""

from __future__ import annotations

import pytest

import classic
import either
import live
import msn
from test_live_pairs import leave, meet
from test_plays import p2p

EVERY = classic.DIALECTS + live.EVERY
# Old and new programs may meet.
PAIRS = [(a, a) for a in EVERY] + [(2, 18), (18, 2), (8, 16), (12, 15)]


def boards(amy: msn.Person, bob: msn.Person) -> tuple[msn.Board, msn.Board]:
    here = amy.open_board()
    there = live.invite(here, bob)
    there.expect_roster([amy])
    here.expect_joined(bob)
    return here, there


def picture(amy: msn.Person, bob: msn.Person, here: msn.Board,
            there: msn.Board) -> None:
    """In pieces, each of which the other side's program answers."""
    data = bytes(range(256)) * 12 + b"\r\n\0"
    for at in range(0, len(data), 1202):
        for sender, wire, other, part in (
                (amy, here, there, p2p(7, at, data[at:at + 1202], len(data))),
                (bob, there, here, p2p(8, at, b"", len(data)))):
            t = wire.tell("D", part)
            wire.expect(f"ACK {t}")
            other.expect_told(sender, part)


def invitation(command: str, more: str) -> bytes:
    return ("MIME-Version: 1.0\r\n"
            "Content-Type: text/x-msmsgsinvite; charset=UTF-8\r\n\r\n"
            f"{more}Invitation-Command: {command}\r\n"
            "Invitation-Cookie: 33267\r\n\r\n").encode()


OFFER = invitation("INVITE", (
    "Application-Name: File Transfer\r\n"
    "Application-GUID: {5D3E02AB-6190-11d3-BBBB-00C04F795683}\r\n")) + (
    b"Application-File: \xe2\x98\x83.txt\r\nApplication-FileSize: 8904\r\n")
ACCEPT = invitation("ACCEPT", "IP-Address: 192.0.2.7\r\nPort: 6891\r\n"
                    "AuthCookie: 93301\r\nLaunch-Application: FALSE\r\n")


@pytest.mark.covers("field-runs 4 #4")
@pytest.mark.parametrize("first,second", PAIRS)
def test_two_programs_agree_on_a_file_and_send_a_picture(walk, shared, first,
                                                         second):
    amy, bob = meet(walk, first, second)
    here, there = boards(amy, bob)
    t = here.tell("A", OFFER)
    here.expect(f"ACK {t}")
    there.expect_told(amy, OFFER)
    there.tell("U", ACCEPT)
    here.expect_told(bob, ACCEPT)
    if min(first, second) >= 9:
        picture(amy, bob, here, there)
    there.say("OUT")
    live.expect_left(here, bob)
    here.hang_up()
    either.part(amy, bob)
    leave(amy)
    leave(bob)
    shared.clean = True
