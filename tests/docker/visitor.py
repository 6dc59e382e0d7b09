# SPDX-License-Identifier: MIT
"""Clients that run in a container of another network than the server's.

usage: visitor.py DEED JSON.  The JSON: ns, http, https (ports), ca (a file),
here and there (two addresses of the server's host).
"""

from __future__ import annotations

import dataclasses
import json
import pathlib
import socket
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "e2e"))

import msn  # noqa: E402

AMY, BOB, NEW = "amy@example.com", "bob@example.com", "new@example.com"
PASSWORD = "a & secret"


@dataclasses.dataclass
class Place:
    """What msn asks of a server, at one of its addresses."""

    host: str
    ns_port: int
    http_port: int
    https_port: int
    ca: str
    relayed: frozenset[str] = frozenset()


def arrive(facts: dict[str, str], at: str, email: str, dialect: int) -> Place:
    """Dial an address of the server; XFR NS must carry it."""
    place = Place(facts[at], int(facts["ns"]), int(facts["http"]),
                  int(facts["https"]), facts["ca"])
    dispatch = msn.Person(place, email, dialect)  # type: ignore[arg-type]
    dispatch.ver()
    dispatch.cvr()
    got = dispatch.usr_i()
    assert got.words[:1] + got.words[2:4] == [
        "XFR", "NS", f"{place.host}:{place.ns_port}"], got
    dispatch.hang_up()
    return place


def come(facts: dict[str, str], at: str, email: str, dialect: int
         ) -> msn.Person:
    place = arrive(facts, at, email, dialect)
    return msn.sign_in(place, email, PASSWORD,  # type: ignore[arg-type]
                       dialect)


def meet(facts: dict[str, str]) -> None:
    """Each is told the address that he dialled, the other another one."""
    amy = come(facts, "here", AMY, 9)
    bob = come(facts, "there", BOB, 9)
    for person in (amy, bob):
        person.sync()
    for person, other in ((amy, BOB), (bob, AMY)):
        for where in ("FL", "AL"):
            person.everything()
            person.add(where, other)
    for person in (amy, bob):
        person.everything()
        person.chg()
    for person in (amy, bob):
        person.everything()
    host, port, cookie = amy.xfr()
    assert (host, port) == (facts["here"], int(facts["ns"]))
    board = msn.Board(amy, host, port)
    board.ask("USR", AMY, cookie)
    board.until("USR")
    board.ask("CAL", BOB)
    board.until("CAL")
    number, host, port, cookie = bob.rung(amy)
    assert (host, port) == (facts["there"], int(facts["ns"]))
    seat = msn.Board(bob, host, port)
    seat.ask("ANS", BOB, cookie, number)
    seat.until("ANS")
    board.expect_joined(bob)
    board.tell("N", msn.text("hello"))
    seat.expect_told(amy, msn.text("hello"))


def recall(facts: dict[str, str]) -> None:
    """Everything is as it was left."""
    for email, other in ((AMY, BOB), (BOB, AMY)):
        person = come(facts, "here", email, 9)
        lists = [m.words for m in person.sync() if m.verb == "LST"]
        assert [(w[1], w[3]) for w in lists] == [(other, "11")], lists


def resolve(facts: dict[str, str], name: str, kind: int
            ) -> tuple[int, list[bytes]]:
    """Status and answers of one question to the host's DNS server."""
    labels = b"".join(bytes([len(x)]) + x.encode() for x in name.split("."))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(10)
        s.sendto(struct.pack(">6H", 7, 0x100, 1, 0, 0, 0) + labels +
                 b"\0" + struct.pack(">2H", kind, 1),
                 (facts["here"], int(facts["dns"])))
        got = s.recv(2000)
    _, flags, _, answers, _, _ = struct.unpack(">6H", got[:12])
    rest = got[12 + len(labels) + 1 + 4:]
    found = []
    for _ in range(answers):
        size, = struct.unpack(">H", rest[10:12])  # behind a pointer
        found.append(rest[12:12 + size])
        rest = rest[12 + size:]
    return flags & 15, found


def room(facts: dict[str, str]) -> None:
    """The names lead here, and whoever comes has an account."""
    here = socket.inet_aton(facts["here"])
    for name in ("messenger.hotmail.com", "login.live.com", "hotmail.com",
                 "by1.mail.live.com", "svcs.microsoft.com"):
        assert resolve(facts, name, 1) == (0, [here]), name
        assert resolve(facts, name, 28) == (0, []), name
    come(facts, "here", NEW, 12).sync()


def shut(facts: dict[str, str]) -> None:
    """The room is closed: no stranger gets in any more."""
    stranger = "stranger@example.com"
    place = arrive(facts, "here", stranger, 12)
    person = msn.Person(place, stranger, 12)  # type: ignore[arg-type]
    reply = msn.login(place, msn.credentials(  # type: ignore[arg-type]
        stranger, PASSWORD, person.challenge()))
    assert reply.status == 401, reply.headers


if __name__ == "__main__":
    {"meet": meet, "recall": recall, "room": room, "shut": shut}[
        sys.argv[1]](json.loads(sys.argv[2]))
