# SPDX-License-Identifier: MIT
"""People who come to the server from a container of another network.

usage: guest.py DEED JSON.  The JSON: ns, http, https, dns (ports), here and
there (two addresses of the server's host), ca (a file).
"""

from __future__ import annotations

import dataclasses
import json
import pathlib
import socket
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "e2e"))

import classic  # noqa: E402
import either  # noqa: E402
import live  # noqa: E402
import msn  # noqa: E402
import oldtls  # noqa: E402
import readme  # noqa: E402

AMY, BOB, NEW = "amy@example.com", "bob@example.com", "new@example.com"
PASSWORD = "a & secret"
# Internet Explorer 5 or 6 as installed: see docs/CLIENTS.md
UNTOUCHED = "v2:0300:0004,0005,000a,0009,0064,0062,0003,0006,0013,0012,0063"


@dataclasses.dataclass
class Place:
    """What the clients ask of a server, at one of its addresses."""

    host: str
    ns_port: int
    http_port: int
    https_port: int
    ca: str
    relayed: frozenset[str] = frozenset()


def place(facts: dict[str, str], at: str = "here") -> Place:
    return Place(facts[at], int(facts["ns"]), int(facts["http"]),
                 int(facts["https"]), facts["ca"])


def come(facts: dict[str, str], at: str, email: str, dialect: int
         ) -> msn.Person:
    """Signed in at this address, by the whole way of the dialect."""
    server = place(facts, at)
    if dialect in live.DIALECTS:
        return live.sign_in(server, email, dialect,  # type: ignore[arg-type]
                            PASSWORD)
    if dialect in classic.DIALECTS:
        return classic.sign_in(
            server, email, dialect, PASSWORD)  # type: ignore[arg-type]
    return msn.sign_in(server, email, PASSWORD,  # type: ignore[arg-type]
                       dialect)


def join(facts: dict[str, str]) -> None:
    """Two make their accounts on the page."""
    for email in (AMY, BOB):
        readme.Newcomer(place(facts)).join(  # type: ignore[arg-type]
            email, PASSWORD)


def meet(facts: dict[str, str]) -> None:
    """MSN 5 and Windows Live Messenger 8.5 add each other and talk.  Each is
    told the address that he dialled, the other another one."""
    amy = come(facts, "here", AMY, 8)
    bob = come(facts, "there", BOB, 15)
    for person in (amy, bob):
        person.online()  # type: ignore[attr-defined]
    for person, other in ((amy, bob), (bob, amy)):
        either.befriend(person, other)
        either.put(person, "AL", other)
    for person, other in ((amy, bob), (bob, amy)):
        live.news(person)
        other.chg("BSY")
        person.expect_sees(other, "BSY")
    for person in (amy, bob):
        live.news(person)
    board = amy.open_board()
    assert board.address == (facts["here"], int(facts["ns"]))
    seat = live.invite(board, bob)
    assert seat.address == (facts["there"], int(facts["ns"]))
    seat.expect_roster([amy])
    board.expect_joined(bob)
    for sender, one, other in ((amy, board, seat), (bob, seat, board)):
        words = msn.text(f"hello from MSNP{sender.dialect}")
        t = one.tell("A", words)
        one.expect(f"ACK {t}")
        other.expect_told(sender, words)


def recall(facts: dict[str, str]) -> None:
    """Everything is as it was left."""
    for email, dialect, other in ((AMY, 9, BOB), (BOB, 15, AMY)):
        person = come(facts, "here", email, dialect)
        found = either.lists(person)[0]
        assert {who: e.bits for who, e in found.items()} == {
            other: live.FL | live.AL | live.RL}, found


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
    """The names lead here, whoever comes has an account, which serves the
    oldest programs too, and the oldest TLS is spoken."""
    here = socket.inet_aton(facts["here"])
    for name in ("messenger.hotmail.com", "login.live.com", "hotmail.com",
                 "by1.mail.live.com", "svcs.microsoft.com"):
        assert resolve(facts, name, 1) == (0, [here]), name
        assert resolve(facts, name, 28) == (0, []), name
    come(facts, "here", NEW, 12).sync()
    for dialect in (2, 7):
        come(facts, "here", NEW, dialect).sync()
    assert [line[1:] for line in oldtls.old(
        f"{facts['here']}:{facts['https']}", UNTOUCHED)] == [
            [how, "SSL3.0", "RC4-SHA", "cut"] for how in
            ("full", "resumed")]


def shut(facts: dict[str, str]) -> None:
    """The room is closed: no stranger gets in any more, and nobody who speaks
    nothing better than SSL 3.0."""
    server = place(facts)
    reply = msn.login(server, msn.credentials(  # type: ignore[arg-type]
        "stranger@example.com", PASSWORD,
        msn.fresh_challenge(server)))  # type: ignore[arg-type]
    assert reply.status == 401, reply.headers
    assert oldtls.old(f"{facts['here']}:{facts['https']}",
                      UNTOUCHED)[0][1] == "failed"


if __name__ == "__main__":
    {"join": join, "meet": meet, "recall": recall, "room": room,
     "shut": shut}[sys.argv[1]](json.loads(sys.argv[2]))
