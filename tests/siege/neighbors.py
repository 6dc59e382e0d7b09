# SPDX-License-Identifier: MIT
"""Attacks by people who have accounts here, upon one victim above all; what
the victim is promised is in victim.py of the same name."""

from __future__ import annotations

import random
import typing

import there
from attacks import (ENOUGH, Flood, Session, attacker_ips,
                     for_a_while, sessions)
from house import ATTACKERS, BLOCKED, CROWDED, FRESH, GOOD, VICTIM, address
from there import live, msn

FIRST = GOOD + FRESH + 1
HELLO = b"MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nhello"
SAID = b"MSG 1 U 1500\r\n" + bytes(1500)


def known_by(numbers: typing.Iterable[int], dialect: int = 18
             ) -> list[msn.Person]:
    return [there.enter(FIRST + n, dialect) for n in numbers]


def mail_of(people: list[msn.Person], s: float) -> dict[str, int]:
    def deed() -> None:
        for one in people:
            one.ask("UUM", address(VICTIM), "1", "1", payload=HELLO)
            there.skip(one)
    return for_a_while(s, deed, 0.01)


def mail_few(s: float) -> dict[str, int]:
    """15: four people fill a mailbox"""
    return mail_of(known_by(range(BLOCKED, BLOCKED + 4)), s)


def mail_many(s: float) -> dict[str, int]:
    """15: many strangers fill a mailbox"""
    return mail_of(known_by(range(BLOCKED, ATTACKERS)), s)


def nagging(s: float) -> dict[str, int]:
    """15: ADD and REM, ADL and RML over and over, by two who are blocked and
    by two strangers each"""
    old = known_by((0, 1, BLOCKED, BLOCKED + 1), 9)
    new = known_by((2, 3, BLOCKED + 2, BLOCKED + 3))
    who = address(VICTIM)

    def deed() -> None:
        for one in old:
            one.ask("ADD", "FL", who, who, "0")
            one.ask("REM", "FL", who)
            there.skip(one)
        for one in new:
            one.ask("ADL", payload=live.ml((who, 3)))
            one.ask("RML", payload=live.ml((who, 1)))
            there.skip(one)
    return for_a_while(s, deed, 0.01)


def crowding(s: float) -> dict[str, int]:
    """14: more strangers onto a list that is full of them"""
    people = known_by(range(ATTACKERS), 9)
    who = address(CROWDED)

    def deed() -> None:
        for one in people:
            one.ask("ADD", "FL", who, who, "0")
            one.ask("REM", "FL", who)
            there.skip(one)
    return for_a_while(s, deed, 0.02)


def calls_away(s: float) -> dict[str, int]:
    """12: CALs without end to people who are not there, and to one who is"""
    here = sessions()
    boards: list[Session | None] = [None] * len(here)

    def board_of(one: Session) -> Session:
        got = one.ask("XFR", "SB")
        board = Session.__new__(Session)
        board.ip, board.inbox, board.trid = one.ip, b"", 0
        board.sock = board.dial(1863)
        board.ask("USR", one.email, got[5])
        return board

    def deed() -> None:
        for n, one in enumerate(here):
            try:
                board = boards[n] = boards[n] or board_of(one)
                for _ in range(10):
                    board.say("CAL", address(
                        GOOD + random.randrange(1, FRESH + 1)))
                board.say("CAL", address(VICTIM))
                board.skip()
            except OSError:
                boards[n] = None
    return for_a_while(s, deed, 0.01)


def rooms_one(s: float) -> dict[str, int]:
    """15: a hundred guests of one address take all the chat rooms"""
    def guest() -> bytes:
        joins = "".join(f"JOIN #o{random.randrange(ENOUGH)}\r\n"
                        for _ in range(10))
        name = f"o{random.randrange(ENOUGH)}"
        return f"NICK {name}\r\nUSER {name} 0 * :x\r\n{joins}".encode()
    return Flood([6667], guest, rate=200, places=attacker_ips()[:1] * 100
                 ).run(s)


def files(s: float) -> dict[str, int]:
    """15: files sent in conversations as fast as they are taken"""
    people = known_by(range(BLOCKED, BLOCKED + 8), 9)
    seats = []
    for one, other in zip(people[::2], people[1::2]):
        with live.coming_from(one.wire.sock.getsockname()[0]):
            for _ in range(4):
                board = one.open_board()
                seats.append((board, board.invite(other)))
    for board, other in seats:
        other.until("ANS")
        board.until("JOI")
        board.wire.sock.setblocking(False)
    rest = {board: b"" for board, _ in seats}
    said = 0

    def deed() -> None:
        nonlocal said
        for board, other in seats:
            try:
                data = rest[board] or SAID * 40
                n = board.wire.sock.send(data)
                rest[board] = data[n:]
                said += n
            except BlockingIOError:
                pass
            there.skip(other)
    return for_a_while(s, deed, 0.001) | {"bytes": said}


def reports(s: float) -> dict[str, int]:
    """15: the list of reports is full; more and more come"""
    people = known_by(range(ATTACKERS))

    def deed() -> None:
        for one in people:
            one.ask("VAS", address(VICTIM), "0", payload=b"spam")
            there.skip(one)
    return for_a_while(s, deed, 0.02)


ATTACKS = (mail_few, mail_many, nagging, crowding, calls_away, rooms_one,
           files, reports)
