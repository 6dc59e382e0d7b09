# SPDX-License-Identifier: MIT
"""TLS byte by byte, for what no library would say: hellos of any shape,
records of any length."""

from __future__ import annotations

import os
import socket
import struct

import harness

HANDSHAKE, ALERT, CHANGE = 22, 21, 20


def record(kind: int, body: bytes, version: int = 0x0301) -> bytes:
    return struct.pack("!BHH", kind, version, len(body)) + body


def message(kind: int, body: bytes) -> bytes:
    return struct.pack("!B", kind) + struct.pack("!I", len(body))[1:] + body


def extension(kind: int, body: bytes) -> bytes:
    return struct.pack("!HH", kind, len(body)) + body


def pairs(*numbers: int) -> bytes:
    """A list of two-byte numbers behind its length."""
    body = struct.pack(f"!{len(numbers)}H", *numbers)
    return struct.pack("!H", len(body)) + body


def hello(version: int, suites: tuple[int, ...], *extensions: bytes,
          session: bytes = b"") -> bytes:
    """The message alone; send it in record()s."""
    body = struct.pack("!H", version) + os.urandom(32)
    body += bytes([len(session)]) + session + pairs(*suites) + b"\1\0"
    if extensions:
        more = b"".join(extensions)
        body += struct.pack("!H", len(more)) + more
    return message(1, body)


def hello_v2(version: int, suites: tuple[int, ...]) -> bytes:
    specs = b"".join(b"\0" + struct.pack("!H", s) for s in suites)
    body = struct.pack("!BHHHH", 1, version, len(specs), 0, 16)
    body += specs + os.urandom(16)
    return struct.pack("!H", 0x8000 | len(body)) + body


class Peer:
    """A connection to the TLS port; what comes is cut into records."""

    def __init__(self, server: harness.Server, port: int | None = None):
        self.sock = socket.create_connection(
            (server.host, port or server.https_port), timeout=10)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> "Peer":
        return self

    def __exit__(self, *_: object) -> None:
        self.sock.close()

    def send(self, data: bytes) -> bool:
        """False: the server had enough of us."""
        try:
            self.sock.sendall(data)
        except ConnectionError:
            return False
        return True

    def take(self, n: int) -> bytes | None:
        data = b""
        while len(data) < n:
            try:
                part = self.sock.recv(n - len(data))
            except ConnectionError:
                part = b""
            if not part:
                return None
            data += part
        return data

    def record(self) -> tuple[int, bytes] | None:
        """None: the end."""
        head = self.take(5)
        if head is None:
            return None
        body = self.take(struct.unpack("!H", head[3:])[0])
        return None if body is None else (head[0], body)

    def messages(self, last: int) -> list[tuple[int, bytes]]:
        """Handshake messages in the clear up to one of this kind."""
        found: list[tuple[int, bytes]] = []
        rest = b""
        while not found or found[-1][0] != last:
            got = self.record()
            assert got is not None and got[0] == HANDSHAKE, got
            rest += got[1]
            while len(rest) >= 4:
                n = int.from_bytes(rest[1:4], "big")
                if len(rest) < 4 + n:
                    break
                found.append((rest[0], rest[4:4 + n]))
                rest = rest[4 + n:]
        return found

    def alert(self) -> int | None:
        """The fatal one that ends it, past everything before; None: there
        was none."""
        got = self.record()
        while got is not None:
            if got[0] == ALERT and got[1][:1] == b"\2":
                return got[1][1]
            got = self.record()
        return None


def said(messages: list[tuple[int, bytes]]) -> tuple[int, int]:
    """Version and suite of the ServerHello."""
    assert messages[0][0] == 2
    body = messages[0][1]
    at = 35 + body[34]
    return (struct.unpack("!H", body[:2])[0],
            struct.unpack("!H", body[at:at + 2])[0])
