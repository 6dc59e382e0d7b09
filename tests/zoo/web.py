# SPDX-License-Identifier: MIT
"""HTTP and TLS as old programs read them: by literal text.

Every name of the network is the server under test: the connection goes to its
port, the name is asked for by SNI (unless the program has none) and checked
against the certificate (unless the program does not).
"""

from __future__ import annotations

import re
import socket
import ssl
import typing
import warnings

import msn
from world import Broke, Mutant, World


def tls(world: World, host: str, *, sni: bool = True, check: bool = True,
        old: bool = False, mono: str = "") -> ssl.SSLSocket:
    """A TLS connection to one of the network's names.  mono: a program on
    that, which takes no leaf with addresses (field-runs 2.8)."""
    sni = sni and world.mutant(mono).SNI
    context = msn.tls_context(world.server, old)
    if not (sni and check):
        context.check_hostname = False
    if not check:
        context.verify_mode = ssl.CERT_NONE
    plain = world.connect(world.https)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        sock = context.wrap_socket(plain,
                                   server_hostname=host if sni else None)
    names = (sock.getpeercert() or {}).get("subjectAltName", ())
    if mono and any(name[0] == "IP Address" for name in names):
        raise Broke(f"{mono}: UNSUPPORTED_CONSTRAINT_TYPE: {names}")
    return sock


class Answer:
    """What came, and how it was cut into reads."""

    def __init__(self, who: str, raw: bytes, closed: bool) -> None:
        self.who = who
        self.raw = raw
        self.closed = closed        # by the server, while it was read
        head, blank, self.body = raw.partition(b"\r\n\r\n")
        self.whole_head = bool(blank)
        self.head = head.decode("utf-8", "surrogateescape")
        self.lines = self.head.split("\r\n")
        self.status = self.lines[0]

    def broke(self, what: str) -> Broke:
        return Broke(f"{self.who}: {what}: {self.raw[:700]!r}")

    def literal(self, text: str, end: str) -> str | None:
        """What stands between a literal text and the next end, anywhere in
        the head; None without either."""
        _, found, rest = self.head.partition(text)
        if not found:
            return None
        value, found, _ = (rest + "\r\n").partition(end)
        return value if found else None

    def header(self, name: str, sep: str = ": ") -> str | None:
        """The value of a header spelled exactly so."""
        for line in self.lines[1:]:
            if line.startswith(name + sep):
                return line[len(name + sep):]
        return None

    def need(self, value: str | None, what: str) -> str:
        if value is None:
            raise self.broke(what)
        return value


def read_to_close(sock: socket.socket, limit: int = 1 << 20) -> bytes:
    """A program that waits for the server to close: hangs if it does not."""
    data = b""
    while len(data) < limit:
        try:
            more = sock.recv(65536)
        except (ssl.SSLEOFError, ConnectionResetError):
            break
        if not more:
            break
        data += more
    return data


def read_head(sock: socket.socket) -> tuple[bytes, bool]:
    """Up to the empty line, with what came in the same read."""
    data = b""
    while b"\r\n\r\n" not in data:
        try:
            more = sock.recv(65536)
        except (ssl.SSLEOFError, ConnectionResetError):
            more = b""
        if not more:
            return data, True
        data += more
    return data, False


def read_length(sock: socket.socket, who: str,
                literal: bytes = b"\r\nContent-Length: ") -> bytes:
    """By Content-Length spelled exactly so; nothing may follow."""
    data, closed = read_head(sock)
    head, blank, body = data.partition(b"\r\n\r\n")
    if not blank:
        raise Broke(f"{who}: no whole HTTP head: {data[:300]!r}")
    _, found, rest = (head + b"\r\n").partition(literal)
    if not found:
        raise Broke(f"{who}: no {literal!r} in {head!r}")
    size = re.match(rb"(\d+)\r\n", rest)
    if size is None:
        raise Broke(f"{who}: no number behind {literal!r}: {head!r}")
    want = int(size.group(1))
    while len(body) < want and not closed:
        more = sock.recv(65536)
        closed = not more
        body += more
    if len(body) != want:
        raise Broke(f"{who}: {len(body)} bytes, Content-Length {want}")
    return head + b"\r\n\r\n" + body


class Altered:
    """A connection whose HTTP a mutant rewrites: the answer is read as HTTP
    says, and given to the program's own reader then."""

    @staticmethod
    def over(sock: typing.Any, mutant: Mutant, host: str | None
             ) -> typing.Any:
        return sock if type(mutant) is Mutant else Altered(sock, mutant, host)

    def __init__(self, sock: typing.Any, mutant: Mutant, host: str | None
                 ) -> None:
        self.sock, self.mutant, self.host = sock, mutant, host
        self.left: bytes | None = None
        self.ends = False

    def sendall(self, data: bytes) -> None:
        self.sock.sendall(self.mutant.request(self.host, data))
        self.left = None

    def recv(self, size: int) -> bytes:
        if self.left is None:
            data, self.ends = read_head(self.sock)
            found = re.search(rb"(?i)\r\ncontent-length: *(\d+)", data)
            closes = re.search(rb"(?i)\r\nconnection: *close", data)
            want = int(found.group(1)) if found and not closes else 1 << 30
            while not self.ends and len(data.partition(
                    b"\r\n\r\n")[2]) < want:
                try:
                    more = self.sock.recv(65536)
                except ssl.SSLEOFError:
                    more = b""
                self.ends = not more
                data += more
            self.left = self.mutant.answer(self.host, data)
        if not self.left and not self.ends:
            raise TimeoutError
        data, self.left = self.left[:size], self.left[size:]
        return data

    def close(self) -> None:
        self.sock.close()


def ask(world: World, who: str, host: str, request: bytes, *,
        until: str = "close", sni: bool = True, check: bool = True,
        old: bool = False, plain: bool = False, mono: bool = False,
        limit: int = 1 << 20) -> Answer:
    """One request on a connection of its own.

    until: "close" (a server that keeps the connection hangs the program),
    "head" (the body is never read), "length".
    """
    sock: socket.socket = world.connect(world.http) if plain else \
        tls(world, host, sni=sni, check=check, old=old,
            mono=who if mono else "")
    try:
        sock = Altered.over(sock, world.mutant(who), host)
        sock.sendall(request)
        closed = until == "close"
        if until == "length":
            data = read_length(sock, who)
        elif until == "head":
            data, closed = read_head(sock)
        else:
            data = read_to_close(sock, limit)
        return Answer(who, data, closed)
    except TimeoutError as late:
        raise Broke(f"{who}: hangs in HTTP with {host}: "
                    f"{request[:200]!r}") from late
    finally:
        sock.close()


class Kept:
    """A connection that a program keeps for several requests."""

    def __init__(self, world: World, who: str, host: str | None,
                 **how: typing.Any) -> None:
        """host: of a TLS connection; None: the plain port."""
        self.who = who
        sock: socket.socket = world.connect(world.http) \
            if host is None else tls(world, host, **how)
        self.sock = Altered.over(sock, world.mutant(who), host)

    def ask(self, request: bytes) -> Answer:
        self.sock.sendall(request)
        try:
            return Answer(self.who, read_length(self.sock, self.who), False)
        except TimeoutError as late:
            raise Broke(f"{self.who}: hangs in HTTP: "
                        f"{request[:200]!r}") from late

    def close(self) -> None:
        self.sock.close()


def split_url(who: str, url: str) -> tuple[str, str, str]:
    """scheme, host and path of an absolute URL."""
    found = re.fullmatch(r"(https?)://([^/:]+)(?::\d+)?(/.*)", url)
    if found is None:
        raise Broke(f"{who}: not an absolute URL: {url!r}")
    return found.group(1), found.group(2), found.group(3)
