# SPDX-License-Identifier: MIT
"""What all programs of one test live in: a server, its names, and one loop
that reads every connection."""

from __future__ import annotations

import select
import socket
import time
import typing

import harness

SECONDS = 20.0      # longer than any answer of this server takes


class Broke(AssertionError):
    """Where the real program would have failed: "program: what, bytes"."""


class Wire(typing.Protocol):
    """What the loop reads."""

    sock: socket.socket | None

    def readable(self) -> None: ...


class Mutant:
    """What stands between one program and the server and puts a fault back;
    see mutants.py.  This one changes nothing."""

    SNI = True

    def down(self, conn: typing.Any, data: bytes) -> list[bytes]:
        """What the server says on an MSNP connection, by reads."""
        return [data]

    def up(self, conn: typing.Any, data: bytes) -> bytes:
        return data

    def request(self, host: str | None, data: bytes) -> bytes:
        """HTTP, as the program sends it."""
        return data

    def answer(self, host: str | None, data: bytes) -> bytes:
        return data


class World:
    """Each test has one."""

    def __init__(self, server: harness.Server) -> None:
        self.server = server
        self.wires: list[Wire] = []
        self.patience = SECONDS
        self.mutants: dict[str, Mutant] = {}    # by the program's NAME
        self.tick: list[typing.Callable[[], None]] = []
        self.ns = (server.host, server.ns_port)
        self.http = (server.host, server.http_port)
        self.https = (server.host, server.https_port)

    def mutant(self, name: str) -> Mutant:
        return self.mutants.get(name) or Mutant()

    def connect(self, where: tuple[str, int]) -> socket.socket:
        sock = socket.create_connection(where, timeout=self.patience)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return sock

    def turn(self, seconds: float = 0.02) -> bool:
        """Read what is there, once; False when nothing was."""
        for call in list(self.tick):
            call()
        live = {w.sock: w for w in self.wires if w.sock is not None}
        if not live:
            time.sleep(seconds)
            return False
        ready, _, _ = select.select(list(live), [], [], seconds)
        for sock in ready:
            if live[sock].sock is sock:     # not closed by one before it
                live[sock].readable()
        return bool(ready)

    def until(self, true: typing.Callable[[], typing.Any], who: typing.Any,
              what: str, seconds: float = 0.0) -> None:
        """Go on reading until something is so; who waits for ever is
        broken."""
        end = time.monotonic() + (seconds or self.patience)
        while not true():
            if time.monotonic() > end:
                last = "\n".join(who.journal[-12:])
                raise Broke(f"{who.NAME}: hangs: {what}\n{last}")
            self.turn()

    def quiet(self, seconds: float = 0.1) -> None:
        """Go on reading until nobody has said anything for a moment."""
        end = time.monotonic() + SECONDS
        since = time.monotonic()
        while time.monotonic() - since < seconds:
            if self.turn():
                since = time.monotonic()
            if time.monotonic() > end:
                raise Broke("there is no end of it")

    def close(self) -> None:
        self.tick.clear()
        for wire in self.wires:
            if wire.sock is not None:
                wire.sock.close()
                wire.sock = None
