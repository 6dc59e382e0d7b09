# SPDX-License-Identifier: MIT
"""Clients of 2003 to 2005 in Python, written from the documents.

Everything blocks with a deadline.  "Nobody receives anything" is shown by a
PNG whose QNG is the next thing that comes.
"""

from __future__ import annotations

import re
import socket
import ssl
import struct
import urllib.parse
import warnings
import weakref

import harness

DIALECTS = (8, 9, 10, 11, 12)
SECONDS = 20.0
MSNOBJ = ("%3Cmsnobj%20Creator%3D%22amy%40example.com%22%20Size%3D%22"
          "18174%22%20Type%3D%223%22%2F%3E")

OPEN: "weakref.WeakSet[Wire]" = weakref.WeakSet()


def close_all() -> None:
    for wire in list(OPEN):
        wire.hang_up()


# ---------------------------------------------------------------- bytes

class Wire:
    """A TCP connection read by lines and by counts."""
    source = ""  # where they come from: live.coming_from()

    def __init__(self, host: str, port: int) -> None:
        self.sock: socket.socket = socket.create_connection(
            (host, port), SECONDS, (self.source, 0) if self.source else None)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.inbox = b""
        OPEN.add(self)

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def fill(self) -> bool:
        """Read more; False at the end of the stream (or a reset)."""
        try:
            more = self.sock.recv(65536)
        except ConnectionResetError:
            return False
        self.inbox += more
        return more != b""

    def line(self) -> str:
        while b"\r\n" not in self.inbox:
            assert self.fill(), f"closed; before that: {self.inbox!r}"
        line, self.inbox = self.inbox.split(b"\r\n", 1)
        return line.decode("utf-8")

    def take(self, count: int) -> bytes:
        while len(self.inbox) < count:
            assert self.fill(), f"closed inside a payload: {self.inbox!r}"
        data, self.inbox = self.inbox[:count], self.inbox[count:]
        return data

    def rest(self) -> bytes:
        """Everything until the server closes."""
        while self.fill():
            pass
        data, self.inbox = self.inbox, b""
        return data

    def hang_up(self) -> None:
        OPEN.discard(self)
        self.sock.close()

    def reset(self) -> None:
        """Close with a TCP reset."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                             struct.pack("ii", 1, 0))
        self.hang_up()


# ---------------------------------------------------------------- MSNP

class Message:
    """A command line of the server and what its payload held."""

    def __init__(self, line: str, payload: bytes = b"") -> None:
        self.line = line
        self.words = line.split(" ")
        self.verb = self.words[0]
        self.payload = payload

    def __repr__(self) -> str:
        return self.line + (f" {self.payload!r}" if self.payload else "")


class Line:
    """One MSNP connection: notification server or switchboard."""

    PAYLOADS = {"MSG", "UBX", "NOT", "IPG"}

    def __init__(self, host: str, port: int,
                 relay: harness.Server | None = None) -> None:
        """relay: go through this server's HTTP gateway."""
        self.wire = relay.tunnel(self, host) if relay else Wire(host, port)
        self.address = (host, port)
        self.trid = 0

    # -- sending
    def raw(self, data: bytes | str) -> None:
        self.wire.send(data.encode() if isinstance(data, str) else data)

    def say(self, line: str) -> None:
        self.raw(line + "\r\n")

    def ask(self, verb: str, *words: str, payload: bytes | None = None) -> int:
        """A command with the next TrID, which is returned."""
        self.trid += 1
        line = " ".join((verb, str(self.trid)) + words)
        if payload is None:
            self.say(line)
        else:
            self.raw(f"{line} {len(payload)}\r\n".encode() + payload)
        return self.trid

    # -- receiving
    def read(self) -> Message:
        line = self.wire.line()
        assert "  " not in line and not line.endswith(" "), repr(line)
        words = line.split(" ")
        if words[0] in self.PAYLOADS or (
                words[0] == "GCF" and len(words) == 4):
            return Message(line, self.wire.take(int(words[-1])))
        return Message(line)

    def expect(self, line: str) -> None:
        got = self.read()
        assert got.line == line, f"got {got.line!r}, wanted {line!r}"

    def expect_re(self, pattern: str) -> re.Match[str]:
        got = self.read()
        found = re.fullmatch(pattern, got.line)
        assert found, f"got {got.line!r}, wanted {pattern!r}"
        return found

    def until(self, verb: str) -> tuple[list[Message], Message]:
        """What came before the next such verb, and that message."""
        before = []
        while True:
            got = self.read()
            if got.verb == verb:
                return before, got
            before.append(got)
            assert len(before) < 10000

    def everything(self) -> list[Message]:
        """What the server has said by the time it answers a PNG."""
        self.say("PNG")
        return self.until("QNG")[0]

    def expect_nothing(self) -> None:
        assert self.everything() == []

    def expect_closed(self, before: bytes = b"") -> None:
        assert self.wire.rest() == before

    def ask_once(self, verb: str, *words: str,
                 payload: bytes | None = None) -> Message:
        """A command and the next thing that comes."""
        self.ask(verb, *words, payload=payload)
        return self.read()

    def hang_up(self) -> None:
        self.wire.hang_up()


class Person(Line):
    """Somebody at a notification server."""

    def __init__(self, server: harness.Server, email: str, dialect: int,
                 host: str | None = None, port: int | None = None) -> None:
        super().__init__(host or server.host, port or server.ns_port,
                         server if email in server.relayed else None)
        self.server = server
        self.email = email
        self.dialect = dialect
        self.name = email
        self.caps = str(1342558252 + dialect)
        self.serial = 0
        self.profile: dict[str, str] = {}

    # -- signing in, step by step
    def ver(self) -> None:
        t = self.ask("VER", f"MSNP{self.dialect}", "CVR0")
        self.expect(f"VER {t} MSNP{self.dialect} CVR0")

    def cvr(self) -> None:
        t = self.ask("CVR", "0x0409", "winnt", "5.1", "i386", "MSNMSGR",
                     "7.5.0324", "MSMSGS", self.email)
        self.expect_re(rf"CVR {t} \S+ \S+ \S+ \S+ \S+")

    def usr_i(self) -> Message:
        return self.ask_once("USR", "TWN", "I", self.email)

    def challenge(self) -> str:
        """VER, CVR, USR I; the string of the answer."""
        self.ver()
        self.cvr()
        got = self.usr_i()
        assert got.words[:1] + got.words[2:4] == ["USR", "TWN", "S"], got
        assert len(got.words) == 5
        return got.words[4]

    def usr_s(self, ticket: str, *more: str) -> Message:
        return self.ask_once("USR", "TWN", "S", ticket, *more)

    def enter(self, ticket: str) -> None:
        """USR S, its OK, and what is pushed behind it."""
        got = self.usr_s(ticket)
        head = f"USR {self.trid} OK {self.email.lower()}"
        if self.dialect < 10:
            found = re.fullmatch(re.escape(head) + r" (\S+) 1 0", got.line)
            assert found, got
            self.name = found.group(1)
        else:
            assert got.line == head + " 1 0", got
        if self.dialect >= 11:
            self.expect("SBS 0 null")
        first = self.read()
        assert first.words[:3] == ["MSG", "Hotmail", "Hotmail"], first
        assert first.payload.endswith(b"\r\n\r\n")
        for line in first.payload.decode().split("\r\n"):
            key, colon, value = line.partition(": ")
            if colon:
                self.profile[key] = value

    # -- lists
    def sync(self) -> list[Message]:
        words = ("0",) if self.dialect < 10 else ("0", "0")
        self.ask("SYN", *words)
        got = self.everything()
        head = got[0].words
        assert head[:2] == ["SYN", str(self.trid)], got
        if self.dialect < 10:
            self.serial = int(head[2])
        contacts, groups = int(head[-2]), int(head[-1])
        verbs = [m.verb for m in got]
        assert verbs.count("LST") == contacts
        assert verbs.count("LSG") == groups
        for m in got:
            if m.line.startswith("PRP MFN "):
                self.name = m.words[2]
        return got

    def bump(self, got: Message, at: int) -> None:
        """Serials of MSNP8 and 9 only grow."""
        if self.dialect < 10:
            serial = int(got.words[at])
            assert serial > self.serial, got
            self.serial = serial

    def add(self, where: str, who: str) -> Message:
        """Onto FL, AL or BL; returns the echo."""
        if self.dialect < 10:
            words = [where, who, who] + (["0"] if where == "FL" else [])
            self.ask("ADD", *words)
            got = self.read()
            assert got.words[:3] == ["ADD", str(self.trid), where], got
            assert got.words[4] == who
            self.bump(got, 3)
        else:
            words = [where, f"N={who}"]
            if where == "FL":
                words.append(f"F={who}")
            self.ask("ADC", *words)
            got = self.read()
            assert got.words[:4] == ["ADC", str(self.trid), where,
                                     f"N={who}"], got
        return got

    def remove(self, where: str, who: str) -> Message:
        if self.dialect >= 10 and where == "FL":
            raise AssertionError("by GUID: give it as who")
        got = self.ask_once("REM", where, who)
        assert got.words[:3] == ["REM", str(self.trid), where], got
        assert got.words[-1] == who, got
        if self.dialect < 10:
            self.bump(got, 3)
        return got

    # -- presence
    def look(self, state: str, obj: str = "0") -> list[str]:
        words = [state, self.caps]
        return words + [obj] if self.dialect >= 9 else words

    def chg(self, state: str = "NLN", obj: str = "0") -> None:
        words = self.look(state, obj)
        t = self.ask("CHG", *words)
        self.expect(" ".join(["CHG", str(t)] + words))

    def online(self, state: str = "NLN") -> list[Message]:
        """SYN, CHG; what came behind the echo of CHG."""
        self.sync()
        self.chg(state)
        return self.everything()

    def sees(self, other: Person, state: str, head: str = "NLN") -> str:
        """A pattern for the notice this person gets about the other."""
        parts = [head, state, re.escape(other.email), re.escape(other.name),
                 other.caps]
        pattern = " ".join(parts)
        return pattern + r"( \S+)?" if self.dialect >= 9 else pattern

    def expect_sees(self, other: Person, state: str,
                    head: str = "NLN") -> None:
        """The notice, and in MSNP11+ perhaps a personal message with it."""
        self.expect_re(self.sees(other, state, head))
        if self.dialect >= 11:
            for more in self.everything():
                assert more.words[:2] == ["UBX", other.email], more

    # -- conversations
    def xfr(self) -> tuple[str, int, str]:
        t = self.ask("XFR", "SB")
        found = self.expect_re(rf"XFR {t} SB ([^ ]+):(\d+) CKI (\S+)")
        return found.group(1).strip("[]"), int(found.group(2)), found.group(3)

    def open_board(self) -> Board:
        host, port, cookie = self.xfr()
        board = Board(self, host, port)
        t = board.ask("USR", self.email, cookie)
        board.expect(f"USR {t} OK {self.email} {self.name}")
        return board

    def rung(self, caller: Person) -> tuple[str, str, int, str]:
        """The RNG: session id, host, port, cookie."""
        found = self.expect_re(
            rf"RNG (\d+) ([^ ]+):(\d+) CKI (\S+) "
            rf"{re.escape(caller.email)} {re.escape(caller.name)}")
        assert 0 < int(found.group(1)) < 2**31
        return (found.group(1), found.group(2).strip("[]"), int(found.group(3)),
                found.group(4))


class Board(Line):
    """Somebody's place in a switchboard."""

    def __init__(self, who: Person, host: str, port: int) -> None:
        super().__init__(host, port, who.server
                         if who.email in who.server.relayed else None)
        self.who = who
        self.id = ""

    def tail(self, other: Person) -> str:
        """MSNP12 is told the capability number of others."""
        return f" {other.caps}" if self.who.dialect >= 12 else ""

    def invite(self, other: Person) -> Board:
        """CAL, RNG, ANS; returns the other's place.  The others of the board
        must read their JOI themselves."""
        t = self.ask("CAL", other.email)
        found = self.expect_re(rf"CAL {t} RINGING (\d+)")
        number, host, port, cookie = other.rung(self.who)
        assert number == found.group(1)
        board = Board(other, host, port)
        self.id = board.id = number
        board.ask("ANS", other.email, cookie, number)
        return board

    def expect_roster(self, others: list[Person]) -> None:
        n = len(others)
        for _ in others:
            got = self.read()
            assert got.verb == "IRO" and got.words[1] == str(self.trid), got
            who = next(p for p in others if p.email == got.words[4])
            others = [p for p in others if p is not who]
            want = (f"IRO {self.trid} {n - len(others)} {n} {who.email} "
                    f"{who.name}{self.tail(who)}")
            assert got.line == want, f"got {got.line!r}, wanted {want!r}"
        self.expect(f"ANS {self.trid} OK")

    def expect_joined(self, other: Person) -> None:
        self.expect(f"JOI {other.email} {other.name}{self.tail(other)}")

    def tell(self, letter: str, payload: bytes) -> int:
        return self.ask("MSG", letter, payload=payload)

    def expect_told(self, sender: Person, payload: bytes) -> None:
        got = self.read()
        assert got.line == (f"MSG {sender.email} {sender.name} "
                            f"{len(payload)}"), got
        assert got.payload == payload


def text(words: str) -> bytes:
    return ("MIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=UTF-8\r\n"
            "X-MMS-IM-Format: FN=Arial; EF=I; CO=0; CS=0; PF=22\r\n"
            f"\r\n{words}").encode()


def typing(email: str) -> bytes:
    return ("MIME-Version: 1.0\r\n"
            "Content-Type: text/x-msmsgscontrol\r\n"
            f"TypingUser: {email}\r\n\r\n\r\n").encode()


# ---------------------------------------------------------------- HTTP, TLS

def tls_context(server: harness.Server, old: bool = False) -> ssl.SSLContext:
    """Trusts the server's CA alone and checks names; old speaks TLS 1.0 and
    1.1 only."""
    context = ssl.create_default_context(cafile=str(server.ca))
    context.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)
    if old:
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context


class Web(Wire):
    """A connection to the HTTP or HTTPS port."""

    def __init__(self, server: harness.Server, name: str | None,
                 old: bool = False) -> None:
        """name: the host a TLS client asks for; None is plain HTTP."""
        port = server.http_port if name is None else server.https_port
        super().__init__(server.host, port)
        if name is not None:
            self.sock = tls_context(server, old).wrap_socket(
                self.sock, server_hostname=name)

    def fill(self) -> bool:
        try:
            return super().fill()
        except ssl.SSLEOFError:
            return False

    def answer(self, head: bool = False) -> Reply:
        status = self.line()
        headers = []
        while line := self.line():
            key, colon, value = line.partition(":")
            assert colon, line
            headers.append((key, value.strip()))
        reply = Reply(status, headers)
        length = reply.get("Content-Length")
        if length is not None and not head:
            reply.body = self.take(int(length))
        return reply


class Reply:
    """Headers keep their order and spelling."""

    def __init__(self, status: str, headers: list[tuple[str, str]]) -> None:
        self.status_line = status
        found = re.fullmatch(r"HTTP/1\.[01] (\d{3}) \S.*", status)
        assert found, status
        self.status = int(found.group(1))
        self.headers = headers
        self.body = b""

    @property
    def names(self) -> list[str]:
        return [key for key, _ in self.headers]

    def exact(self, name: str) -> str:
        """The value of a header spelled exactly so."""
        found = [value for key, value in self.headers if key == name]
        assert len(found) == 1, f"{name} in {self.headers}"
        return found[0]

    def all(self, name: str) -> list[str]:
        return [v for k, v in self.headers if k.lower() == name.lower()]

    def get(self, name: str) -> str | None:
        found = self.all(name)
        return found[0] if found else None

    def passport(self, name: str) -> list[str]:
        """The items of a Passport1.4 header."""
        value = self.exact(name)
        assert value.startswith("Passport1.4 "), value
        return value.removeprefix("Passport1.4 ").split(",")

    @property
    def ticket(self) -> str:
        found = re.search(r"from-PP='([^']*)'",
                          self.exact("Authentication-Info"))
        assert found, self.headers
        return found.group(1)


def fetch(server: harness.Server, request: bytes, name: str | None,
          old: bool = False) -> Reply:
    """One request on a connection of its own, given byte by byte."""
    web = Web(server, name, old)
    try:
        try:
            web.send(request)
        except OSError:
            pass  # it may have answered before it had read everything
        return web.answer(head=request.startswith(b"HEAD "))
    finally:
        web.hang_up()


def nexus(server: harness.Server) -> tuple[str, str]:
    """Host and path of the login server, as the Nexus tells them."""
    reply = fetch(server, b"GET /rdr/pprdr.asp HTTP/1.0\r\n\r\n",
                  "nexus.passport.com")
    assert reply.status == 200
    urls = dict(item.split("=", 1)
                for item in reply.exact("PassportURLs").split(","))
    host, slash, path = urls["DALogin"].partition("/")
    return host, slash + path


def quote(value: str | bytes) -> str:
    return urllib.parse.quote(value, safe="")


ORG = "OrgVerb=GET,OrgURL=http%3A%2F%2Fmessenger%2Emsn%2Ecom"


def credentials(email: str, password: str | bytes, challenge: str) -> str:
    """As MSN 5 to 7 wrote them."""
    return (f"Passport1.4 {ORG},sign-in={quote(email)},"
            f"pwd={quote(password)},{challenge}")


def login(server: harness.Server, authorization: str | None,
          method: str = "GET", path: str = "/login2.srf",
          host: str = "login.live.com") -> Reply:
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}"]
    if authorization is not None:
        lines.append(f"Authorization: {authorization}")
    return fetch(server, ("\r\n".join(lines) + "\r\n\r\n").encode(), host)


def ticket(server: harness.Server, email: str, password: str | bytes,
           challenge: str) -> str:
    """Nexus, then the login server it names."""
    host, path = nexus(server)
    reply = login(server, credentials(email, password, challenge), path=path,
                  host=host)
    assert reply.status == 200, reply.headers
    return reply.ticket


def sign_in(server: harness.Server, email: str, password: str | None = None,
            dialect: int = 12, host: str | None = None) -> Person:
    """The whole way: dispatch, notification server, Nexus, login server,
    notification server."""
    if password is None:
        password = harness.PEOPLE[email]
    person = Person(server, email, dialect, host)
    person.ver()
    person.cvr()
    got = person.usr_i()
    if got.verb == "XFR":
        there, _, port = got.words[3].rpartition(":")
        person.expect_closed()
        person = Person(server, email, dialect, there, int(port))
        person.ver()
        person.cvr()
        got = person.usr_i()
    assert got.words[2:4] == ["TWN", "S"], got
    person.enter(ticket(server, email, password, got.words[4]))
    return person


def fresh_challenge(server: harness.Server, email: str = "amy@example.com"
                    ) -> str:
    """The string of a TWN S on a connection that is then given up."""
    person = Person(server, email, 8)
    try:
        return person.challenge()
    finally:
        person.hang_up()


def form(server: harness.Server, path: str, fields: dict[str, str],
         host: str = "login.live.com") -> Reply:
    """A browser's POST."""
    body = urllib.parse.urlencode(fields).encode()
    head = (f"POST {path} HTTP/1.1\r\nHost: {host}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n")
    return fetch(server, head.encode() + body, host)
