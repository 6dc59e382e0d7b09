#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""People who do to a chat room whatever a chat room can suffer.

    hostile.py HOST PORT EACH

EACH clients of every kind, until standard input ends; a client whose
connection was closed comes again.  Prints how many came, once that many are
connected, and a line of JSON at the end: connections made, bytes sent.
"""

from __future__ import annotations

import json
import os
import random
import selectors
import socket
import sys
import typing

ROOM = "#hostile"
SOURCE = ("127.0.0.66", 0)
READ_MAX = 65536
Words = typing.Iterator[bytes]


def come_in(name: str) -> bytes:
    return f"NICK {name}\r\nUSER {name} 0 * :{name}\r\n".encode()


def flood(name: str) -> Words:
    """Says as much as goes, and wants to know everything."""
    yield come_in(name) + f"JOIN {ROOM}\r\n".encode()
    while True:
        yield (f"PRIVMSG {ROOM} :".encode() + b"x" * 400 + b"\r\n"
               + f"NAMES {ROOM}\r\nLISTX\r\nWHO {ROOM}\r\n".encode()) * 8


def nicks(name: str) -> Words:
    """Has another name with every line."""
    yield come_in(name) + f"JOIN {ROOM}\r\n".encode()
    turn = 0
    while True:
        turn += 1
        yield f"NICK {name}-{turn}\r\n".encode() * 16


def doors(name: str) -> Words:
    """Comes and goes, and makes rooms."""
    yield come_in(name)
    while True:
        rooms = ",".join(f"#h{random.randrange(10000)}" for _ in range(8))
        yield f"JOIN {ROOM}\r\nPART {ROOM}\r\nJOIN {rooms}\r\n".encode() * 8


def gatekeepers(_: str) -> Words:
    """Handshakes that are none."""
    yield b"IRCVERS IRC8 MSN-OCX!9.02.0310.2401 en-us\r\n"
    kind = random.randrange(3)
    if kind == 0:
        yield b"AUTH GateKeeper I :GKSSP\\0\0\0\3\\0\\0\\0\1\\0\\0\\0\r\n"
        yield b"AUTH GateKeeper S :" + random.randbytes(64) + b"\r\n"
    elif kind == 1:
        yield b"AUTH GateKeeper I :" + random.randbytes(300) + b"\r\n"
    else:
        yield b"AUTH GateKeeperPassport I :\\q\r\n"
    while True:
        yield b"AUTH GateKeeper S :\\\r\n"


def halves(name: str) -> Words:
    """Never comes to the end of a line."""
    yield come_in(name) + f"JOIN {ROOM}\r\nPRIVMSG {ROOM} :".encode()
    for _ in range(500):
        yield b"x"
    while True:
        yield b""


def long_lines(_: str) -> Words:
    yield b"PRIVMSG " + b"x" * 100_000
    while True:
        yield b""


def strangers(_: str) -> Words:
    """Says a lot, but never who it is."""
    while True:
        yield b"PONG :x\r\n" * 100


def deaf(name: str) -> Words:
    """Asks, and reads no answer."""
    yield come_in(name) + f"JOIN {ROOM}\r\n".encode()
    while True:
        yield f"NAMES {ROOM}\r\nLISTX\r\n".encode() * 8


KINDS = [flood, nicks, doors, gatekeepers, halves, long_lines, strangers,
         deaf]


class Client:
    """One of them; its number stays when it comes again."""

    def __init__(self, room: Crowd, number: int) -> None:
        self.room, self.number = room, number
        self.kind = KINDS[number % len(KINDS)]
        self.connect()

    def connect(self) -> None:
        self.words = self.kind(f"h{self.number}")
        self.left = b""
        self.socket = socket.socket()
        self.socket.bind(SOURCE)
        self.socket.setblocking(False)
        self.socket.connect_ex(self.room.where)
        self.room.selector.register(
            self.socket, selectors.EVENT_READ | selectors.EVENT_WRITE, self)
        self.room.made += 1

    def again(self) -> None:
        self.room.selector.unregister(self.socket)
        self.socket.close()
        self.connect()

    def ready(self, events: int) -> None:
        try:
            if events & selectors.EVENT_READ and self.kind is not deaf:
                if self.socket.recv(READ_MAX) == b"":
                    self.again()
                    return
            if events & selectors.EVENT_WRITE:
                self.left = self.left or next(self.words)
                sent = self.socket.send(self.left) if self.left else 0
                self.left = self.left[sent:]
                self.room.sent += sent
        except BlockingIOError:
            pass
        except OSError:
            self.again()


class Crowd:
    def __init__(self, host: str, port: int, each: int) -> None:
        self.selector = selectors.DefaultSelector()
        self.where = (host, port)
        self.made = self.sent = 0
        self.clients = [Client(self, n) for n in range(each * len(KINDS))]
        self.selector.register(sys.stdin, selectors.EVENT_READ)

    def run(self) -> None:
        print(len(self.clients), flush=True)
        while True:
            for key, events in self.selector.select():
                if key.data is None:
                    return
                key.data.ready(events)


if __name__ == "__main__":
    os.nice(19)
    crowd = Crowd(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    crowd.run()
    print(json.dumps({"connections": crowd.made, "bytes": crowd.sent}))
