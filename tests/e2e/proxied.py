# SPDX-License-Identifier: MIT
"""What a proxy says before its client does, written from the public
specification (haproxy.org, proxy-protocol.txt)."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable

import harness
import msn

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
Ends = tuple[str, int, str, int]  # client, its port, reached, its port


def is_v6(ends: Ends) -> bool:
    return ":" in ends[0]


def v1(ends: Ends) -> bytes:
    client, port, reached, to = ends
    family = "TCP6" if is_v6(ends) else "TCP4"
    return f"PROXY {family} {client} {reached} {port} {to}\r\n".encode()


def v2(ends: Ends, extensions: bytes = b"") -> bytes:
    client, port, reached, to = ends
    family = socket.AF_INET6 if is_v6(ends) else socket.AF_INET
    block = (socket.inet_pton(family, client) +
             socket.inet_pton(family, reached) +
             struct.pack(">HH", port, to) + extensions)
    return (SIGNATURE + (b"\x21\x21" if is_v6(ends) else b"\x21\x11") +
            struct.pack(">H", len(block)) + block)


UNKNOWN = b"PROXY UNKNOWN\r\n"
LOCAL = SIGNATURE + b"\x20\x00\x00\x00"


class Relay:
    """A proxy on a free port: brings every connection to one port of the
    server, from its own address, behind a header that names the client."""

    def __init__(self, port: int, client: str,
                 header: Callable[[Ends], bytes] = lambda ends: b"",
                 source: str = "127.0.0.2") -> None:
        self.to = port
        self.client = client
        self.header = header
        self.source = source
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = dial(self.to, self.source)
            reached = "2001:db8::1" if ":" in self.client else "127.0.0.1"
            server.sendall(self.header((self.client, 4660, reached,
                                        self.port)))
            for one, other in ((client, server), (server, client)):
                threading.Thread(target=pour, args=(one, other),
                                 daemon=True).start()

    def close(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


def dial(port: int, source: str) -> socket.socket:
    sock = socket.create_connection(("127.0.0.1", port), timeout=msn.SECONDS,
                                    source_address=(source, 0))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def pour(one: socket.socket, other: socket.socket) -> None:
    one.settimeout(None)
    with contextlib.suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
    with contextlib.suppress(OSError):
        other.shutdown(socket.SHUT_WR)


class Through:
    """The server as a client sees it who comes through relays."""

    def __init__(self, server: harness.Server, client: str,
                 header: Callable[[Ends], bytes] = lambda ends: b"",
                 source: str = "127.0.0.2") -> None:
        self.relays = [Relay(port, client, header, source) for port in
                       (server.ns_port, server.http_port, server.https_port)]
        self.host = "127.0.0.1"
        self.ns_port, self.http_port, self.https_port = (
            relay.port for relay in self.relays)
        self.ca = server.ca
        self.relayed: set[str] = set()

    def close(self) -> None:
        for relay in self.relays:
            relay.close()
