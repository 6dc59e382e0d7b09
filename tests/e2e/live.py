# SPDX-License-Identifier: MIT
"""Clients of MSNP13 to MSNP18 at the notification server and in
switchboards, written from ns-modern.md.

A Live person has the manners of the programs of its dialect: MSNP13 and 14
take a ticket by TWN and show it to the address book as a cookie, 15 and later
prove a secret, 16 and later have a place of their own (a machine GUID), and
all keep their lists by SOAP and tell the notification server of them by ADL.
"""

from __future__ import annotations

import contextlib
import re
import urllib.parse
import uuid
from collections.abc import Iterator

import classic
import harness
import msn
import live_rst as rst
import live_soap as soap
import live_sso as sso

DIALECTS = (13, 14, 15, 16, 18)
EVERY = msn.DIALECTS + DIALECTS
PLACED = 16             # from here on an account can be at several places
FL, AL, BL, RL, PL = 1, 2, 4, 8, 16
MAC = ["0x0409", "mac", "10.14.6", "i386", "macmsgs", "8.0.1", "macmsgs"]
BUILDS = {13: "8.0.0787", 14: "8.0.0812", 15: "8.5.1302", 16: "9.0.1407",
          18: "14.0.8117.0416"}


def encode(text: str) -> str:
    """As clients write a name."""
    return urllib.parse.quote(text, safe="")


@contextlib.contextmanager
def coming_from(address: str) -> Iterator[None]:
    """Whoever connects now does it from there."""
    msn.Wire.source = address
    try:
        yield
    finally:
        msn.Wire.source = ""


class LiveMixin:
    """Which lines have a payload from MSNP13 on."""

    def read(self: msn.Line) -> msn.Message:  # type: ignore[misc]
        line = self.wire.line()
        assert "  " not in line and not line.endswith(" "), repr(line)
        words = line.split(" ")
        last = words[-1]
        has = words[0] in ("MSG", "NOT", "GCF", "ADL", "RML", "FQY", "UBX",
                           "UBN", "UBM", "IPG", "UUX") and last != "OK"
        if re.fullmatch(r"\d{3}", words[0]):
            has = len(words) > 2
        if not has:
            return msn.Message(line)
        assert re.fullmatch(r"\d+", last), line
        return msn.Message(line, self.wire.take(int(last)))


def ml(*people: tuple[str, int], first: bool = False) -> bytes:
    """A membership list: e-mail and list bits of each, one domain once."""
    domains: dict[str, list[str]] = {}
    for email, bits in people:
        local, _, domain = email.partition("@")
        domains.setdefault(domain, []).append(
            f'<c n="{local}" l="{bits}" t="1"/>')
    inside = "".join(f'<d n="{domain}">{"".join(cs)}</d>'
                     for domain, cs in domains.items())
    return f'<ml{" l=" + chr(34) + "1" + chr(34) if first else ""}>' \
        f"{inside}</ml>".encode()


class Live(LiveMixin, msn.Person):
    """Somebody at a notification server, MSNP13 to 18."""

    def __init__(self, server: harness.Server, email: str, dialect: int,
                 host: str | None = None, port: int | None = None,
                 guid: str | None = None) -> None:
        super().__init__(server, email, dialect, host, port)
        self.caps = str(1085276192 + dialect)
        self.more = str(131088 + dialect) if dialect >= PLACED else "0"
        self.guid = guid or str(uuid.uuid4())
        self.cvr_words = ["0x0409", "winnt", "6.1.0", "i386", "MSNMSGR",
                          BUILDS.get(dialect, "8.5.1302"), "msmsgs"]
        self.tokens: dict[str, rst.Token] = {}
        self.book: soap.Client | None = None
        self.ids: dict[str, str] = {}

    @property
    def placed(self) -> bool:
        return self.dialect >= PLACED

    @property
    def mac(self) -> bool:
        return "macmsgs" in self.cvr_words

    @property
    def soap(self) -> soap.Client:
        assert self.book is not None
        return self.book

    # -- forms
    def who(self, other: msn.Person | str) -> str:
        """How this dialect writes an address."""
        email = other if isinstance(other, str) else other.email
        if self.dialect == 13:
            return email
        return f"1:{email}" if self.dialect >= 18 else f"{email} 1"

    def caps_of(self, other: msn.Person) -> str:
        if not self.placed or self.mac:
            return other.caps
        return f"{other.caps}:{getattr(other, 'more', '0')}"

    @property
    def place(self) -> str:
        return f"{self.email};{{{self.guid}}}" if self.placed else self.email

    # -- signing in, step by step
    def ver(self) -> None:
        t = self.ask("VER", f"MSNP{self.dialect}", "CVR0")
        self.expect_re(rf"VER {t} MSNP{self.dialect}( CVR0)?")

    def cvr(self) -> None:
        t = self.ask("CVR", *self.cvr_words, self.email)
        build = re.escape(self.cvr_words[5])
        self.expect_re(rf"CVR {t} {build} {build} {build} \S+ \S+")

    def asked(self, *words: str) -> msn.Message:
        """USR I; what comes behind the GCF."""
        t = self.ask("USR", *words, self.email)
        got = self.read()
        if got.verb == "GCF":
            assert got.words[:2] == ["GCF", "0"]
            got = self.read()
        assert got.words[0] != "USR" or got.words[1] == str(t)
        return got

    def usr_i(self) -> msn.Message:
        return self.asked("TWN", "I")

    def nonce(self) -> str:
        """VER, CVR, USR SSO I; the nonce."""
        self.ver()
        self.cvr()
        got = self.asked("SSO", "I")
        assert got.words[:1] + got.words[2:5] == [
            "USR", "SSO", "S", "MBI_KEY_OLD"], got
        assert len(got.words) == 6
        assert re.fullmatch(r"[A-Za-z0-9+/]{64}", got.words[5])
        return got.words[5]

    def prove(self, ticket: str, proof: str, *more: str) -> msn.Message:
        """USR SSO S with the place where the dialect has one."""
        if not more and self.placed:
            more = (f"{{{self.guid}}}",)
        return self.ask_once("USR", "SSO", "S", ticket, proof, *more)

    def accept(self, got: msn.Message) -> None:
        """USR OK, and what is pushed behind it."""
        assert got.line == f"USR {self.trid} OK {self.email} 1 0", got
        self.expect("SBS 0 null")
        first = self.read()
        assert first.words[:3] == ["MSG", "Hotmail", "Hotmail"], first
        assert first.payload.endswith(b"\r\n\r\n")
        for line in first.payload.decode().split("\r\n"):
            key, colon, value = line.partition(":")
            if colon:
                self.profile[key] = value.strip()
        assert self.profile["Content-Type"].startswith(
            "text/x-msmsgsprofile")
        assert self.profile["ABCHMigrated"] == "1"

    def enter(self, ticket: str) -> None:
        self.accept(self.usr_s(ticket))

    def sign(self, tokens: dict[str, rst.Token]) -> None:
        """All of the way on a fresh connection."""
        self.tokens = tokens
        if self.dialect < 15:
            self.challenge()
            self.enter(tokens[rst.MESSENGER].text)
            self.book = soap.Client(self.server,
                                    cookie=tokens[rst.MESSENGER].bare)
            return
        clear = tokens[rst.CLEAR]
        assert clear.secret is not None
        nonce = self.nonce()
        self.accept(self.prove(clear.text, sso.blob(clear.secret, nonce)))
        self.book = soap.Client(self.server,
                                tokens[rst.CONTACTS].text)

    # -- lists
    def sync(self) -> list[msn.Message]:
        """FindMembership and the book, then the first ADL, BLP and PRP."""
        early = self.news()
        roles = self.soap.roles()
        book = self.whole_book()
        assert book.me is not None
        bits = {email: FL for email, who in book.contacts.items()
                if who.user}
        for role, bit in (("Allow", AL), ("Block", BL)):
            for email in roles[role]:
                bits[email] = bits.get(email, 0) | bit
        self.expect_re(f"ADL {self.tell('ADL', *bits.items(), first=True)}"
                       " OK")
        t = self.ask("BLP", "AL")
        self.expect(f"BLP {t} AL")
        self.call_oneself(encode(book.me.display))
        return early

    def call_oneself(self, word: str) -> None:
        """As every program of these years does after its sign-in."""
        t = self.ask("PRP", "MFN", word)
        before, got = self.until("PRP")
        assert got.words[:3] == ["PRP", str(t), "MFN"], got
        assert urllib.parse.unquote(got.words[3]) == \
            urllib.parse.unquote(word)
        assert self.foreign(before) == [], before
        self.name = got.words[3]

    def whole_book(self) -> soap.Book:
        book = self.soap.find_paged() if self.dialect >= 18 \
            else self.soap.find_all()
        self.ids = {c.address: c.id for c in book.contacts.values()}
        return book

    def tell(self, verb: str, *people: tuple[str, int],
             first: bool = False) -> int:
        return self.ask(verb, payload=ml(*people, first=first))

    def told(self, verb: str, *people: tuple[str, int]) -> list[msn.Message]:
        """ADL or RML; the news that came with its OK."""
        t = self.tell(verb, *people)
        before, got = self.until(verb)
        while got.words[1] == "0":
            before.append(got)
            more, got = self.until(verb)
            before += more
        assert got.line == f"{verb} {t} OK", got
        return self.foreign(before) + self.news()

    # -- presence
    def look(self, state: str, obj: str = "0") -> list[str]:
        return [state, self.caps_of(self) if not self.mac
                else f"{self.caps}:{self.more}", obj]

    def chg(self, state: str = "NLN", obj: str = "0") -> None:
        """What precedes the echo belongs to others."""
        words = self.look(state, obj)
        t = self.ask("CHG", *words)
        self.expect(" ".join(["CHG", str(t)] + words))

    def online(self, state: str = "NLN") -> list[msn.Message]:
        self.sync()
        if self.placed:
            self.uux(f"<EndpointData><Capabilities>{self.caps}:{self.more}"
                     "</Capabilities></EndpointData>")
            self.uux("<PrivateEndpointData><EpName>PC</EpName><Idle>false"
                     "</Idle><ClientType>1</ClientType><State>NLN</State>"
                     "</PrivateEndpointData>")
        self.everything()
        self.chg(state)
        return self.news()

    def uux(self, text: str) -> None:
        """Places may hear of themselves at once."""
        t = self.ask("UUX", payload=text.encode())
        _, got = self.until("UUX")
        assert got.line == f"UUX {t} 0", got

    def is_own(self, got: msn.Message) -> bool:
        """Told of oneself: only where places are known."""
        words = [w for w in (self.email, f"1:{self.email}")
                 if w in got.words]
        own = bool(words) and got.verb in ("UBX", "NLN", "ILN")
        assert not own or self.placed, got
        return own

    def news(self) -> list[msn.Message]:
        """What the server has said, but for what is about oneself, mail and
        notices of a changed address book."""
        return self.foreign(self.everything())

    def foreign(self, got: list[msn.Message]) -> list[msn.Message]:
        return [m for m in got
                if not self.is_own(m) and m.verb not in ("NOT", "MSG")]

    def sees(self, other: msn.Person, state: str, head: str = "NLN") -> str:
        parts = ["NLN" if self.dialect >= 18 else head, state,
                 re.escape(self.who(other)), re.escape(other.name),
                 self.caps_of(other)]
        return " ".join(parts) + r"( \S+)?"

    def gone(self, other: msn.Person) -> str:
        tail = "" if self.dialect == 13 else r"( \S+)?"
        return f"FLN {re.escape(self.who(other))}{tail}"

    def looks(self, got: list[msn.Message], other: msn.Person
              ) -> list[msn.Message]:
        return [m for m in got if m.verb in ("ILN", "NLN", "FLN")
                and (f" {self.who(other)} " in m.line + " ")]

    def expect_sees(self, other: msn.Person, state: str,
                    head: str = "NLN") -> None:
        got = self.news()
        looks = self.looks(got, other)
        assert looks, got
        assert re.fullmatch(self.sees(other, state, head),
                            looks[-1].line), looks
        for m in got:
            assert m in looks or (
                m.verb == "UBX" and m.words[1].endswith(other.email)), got

    def note_of(self, got: list[msn.Message], other: msn.Person
                ) -> bytes | None:
        """The last personal message told of somebody."""
        notes = [m for m in got if m.verb == "UBX"
                 and m.line.rpartition(" ")[0] == f"UBX {self.who(other)}"]
        return notes[-1].payload if notes else None

    # -- conversations
    def xfr(self) -> tuple[str, int, str]:
        t = self.ask("XFR", "SB")
        tail = " U messenger.msn.com" + (" 1" if self.dialect >= 14 else "")
        before, got = self.until("XFR")
        found = re.fullmatch(
            rf"XFR {t} SB ([^: ]+):(\d+) CKI (\S+){re.escape(tail)}",
            got.line)
        assert found, got
        return found.group(1), int(found.group(2)), found.group(3)

    def open_board(self) -> LiveBoard:
        host, port, cookie = self.xfr()
        board = LiveBoard(self, host, port)
        t = board.ask("USR", self.place, cookie)
        board.expect(f"USR {t} OK {self.place} {self.name}")
        return board

    def rung(self, caller: msn.Person) -> tuple[str, str, int, str]:
        tail = " U messenger.msn.com" + (" 1" if self.dialect >= 14 else "")
        _, got = self.until("RNG")
        found = re.fullmatch(
            rf"RNG (\d+) ([^: ]+):(\d+) CKI (\S+) {re.escape(caller.email)} "
            rf"{re.escape(caller.name)}{re.escape(tail)}", got.line)
        assert found, got
        assert 0 < int(found.group(1)) < 2**31
        return (found.group(1), found.group(2), int(found.group(3)),
                found.group(4))


class LiveBoard(LiveMixin, msn.Board):
    """A place in a switchboard, MSNP13 to 18."""

    who: Live  # type: ignore[assignment]

    def seats(self, other: msn.Person) -> list[str]:
        """How somebody in here is written: at a place, then without it
        (field-runs 2.4)."""
        if self.who.placed and getattr(other, "placed", False):
            return [other.place, other.email]  # type: ignore[attr-defined]
        return [other.email]

    def tail(self, other: msn.Person) -> str:
        return f" {self.who.caps_of(other)}"

    def invite(self, other: msn.Person) -> msn.Board:
        return invite(self, other)

    def expect_roster(self, others: list[msn.Person]) -> None:
        want = {f"{s} {p.name}{self.tail(p)}": s == p.email
                for p in others for s in self.seats(p)}
        total = len(want)
        for n in range(1, total + 1):
            got = self.read()
            head = f"IRO {self.trid} {n} {total} "
            assert got.line.startswith(head), got
            line = got.line.removeprefix(head)
            assert line in want, (line, want)
            assert n < total or want[line], "the bare line is the last"
            del want[line]
        self.expect(f"ANS {self.trid} OK")
        if len(self.seats(self.who)) > 1:
            self.expect_joined(self.who)

    def expect_joined(self, other: msn.Person) -> None:
        for seat in self.seats(other):
            self.expect(f"JOI {seat} {other.name}{self.tail(other)}")

    def expect_left(self, other: msn.Person) -> None:
        for seat in self.seats(other):
            self.expect_re(f"BYE {re.escape(seat)}( 1)?")


def invite(board: msn.Board, other: msn.Person) -> msn.Board:
    """CAL, RNG, ANS in anybody's dialect; the other's place."""
    t = board.ask("CAL", other.email)
    found = board.expect_re(rf"CAL {t} RINGING (\d+)")
    number, host, port, cookie = other.rung(board.who)
    assert number == found.group(1)
    kind = LiveBoard if isinstance(other, Live) else msn.Board
    there = kind(other, host, port)  # type: ignore[arg-type]
    board.id = there.id = number
    word = other.place if isinstance(other, Live) else other.email
    there.ask("ANS", word, cookie, number)
    return there


def expect_left(board: msn.Board, other: msn.Person) -> None:
    if isinstance(board, LiveBoard):
        board.expect_left(other)
    else:
        board.expect(f"BYE {other.email}")


def sign_in(server: harness.Server, email: str, dialect: int,
            password: str | None = None, guid: str | None = None,
            tokens: dict[str, rst.Token] | None = None) -> Live:
    """The whole way of a program of these years."""
    if tokens is None:
        tokens = rst.tokens(server, email, password,
                            rst.NEW if dialect >= 18 else rst.OLD)
    person = Live(server, email, dialect, guid=guid)
    person.sign(tokens)
    return person


def anybody(server: harness.Server, email: str, dialect: int
            ) -> msn.Person:
    """Signed in with any dialect."""
    if dialect in DIALECTS:
        return sign_in(server, email, dialect)
    if dialect in classic.DIALECTS:
        return classic.sign_in(server, email, dialect)
    return msn.sign_in(server, email, dialect=dialect)


def news(person: msn.Person) -> list[msn.Message]:
    return person.news() if isinstance(person, Live) \
        else person.everything()
