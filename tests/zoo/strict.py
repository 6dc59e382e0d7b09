# SPDX-License-Identifier: MIT
"""The base of every program of the zoo: strict in everything.

A connection takes CR LF as the only line end, single spaces between words,
answers only to what was asked, verbs it has a handler for, and payloads of
the verbs in its table.  A program's Habits say what it tolerates besides.
"""

from __future__ import annotations

import dataclasses
import re
import socket
import typing

from world import Broke, World

# Verbs that come unasked and have no TrID, in every dialect.
UNASKED = frozenset(
    "MSG NLN FLN RNG JOI BYE QNG NOT UBX UBN UBM IPG OUT".split())
# With MSNP5 to 7, BPR has the list's serial there; from MSNP8 on what follows
# SYN has nothing there.
UNASKED7 = UNASKED | {"BPR"}
UNASKED8 = UNASKED | frozenset("BPR LST LSG GTC BLP PRP".split())
LAST = -1           # the length is the last word


@dataclasses.dataclass(frozen=True)
class Habits:
    """How a program reads lines.  The defaults tolerate nothing."""

    # verb: the word that is the length, 0 for the first behind the verb, or
    # LAST.  A verb that is not here has no payload, whatever comes.
    payload: typing.Mapping[str, int] = dataclasses.field(
        default_factory=dict)
    # the same for errors; None: no error has a payload.  Fewer words than
    # error_words (the number counted): none either.
    error_payload: int | None = None
    error_words: int = 3
    # these numbers alone; these questions alone; empty: all
    error_only: frozenset[str] = frozenset()
    error_of: frozenset[str] = frozenset()
    ends: str = "crlf"          # crlf, lf (CR before it cut), any
    runs: bool = False          # several spaces are one
    unknown: str = "fatal"      # or "ignore"
    numbered: bool = True       # answers must bear the TrID of a question
    unasked: frozenset[str] = UNASKED
    line: int = 8192            # the longest line, with its end
    body: int = 65536           # the longest payload
    segment: frozenset[str] = frozenset()   # header and payload in one recv
    first: int = 1              # the first TrID
    tail: bool = False          # a space at the end of a line is cut off
    recv: int = 65536           # bytes of one read


@dataclasses.dataclass
class Message:
    """A line: its verb, the words behind it, its payload."""

    line: str
    verb: str
    words: list[str]
    payload: bytes = b""

    def __str__(self) -> str:
        return self.line + (f" {self.payload!r}" if self.payload else "")

    def text(self) -> tuple[dict[str, str], str]:
        """The headers of a MSG and what stands behind them."""
        head, blank, body = self.payload.partition(b"\r\n\r\n")
        if not blank:
            raise Broke(f"no empty line in {self}")
        found = {}
        for line in head.decode("utf-8").split("\r\n"):
            key, colon, value = line.partition(": ")
            if not colon:
                raise Broke(f"no ': ' in {line!r} of {self}")
            found[key] = value
        return found, body.decode("utf-8", "surrogateescape")


class Conn:
    """One MSNP connection of a program.  What comes goes to the handlers of
    its member: KIND_VERB, KIND_error, KIND_closed."""

    def __init__(self, member: "Member", kind: str,
                 where: tuple[str, int], habits: Habits) -> None:
        self.member = member
        self.kind = kind
        self.habits = habits
        self.trid = habits.first - 1
        self.asked: dict[int, str] = {}
        self.buffer = b""
        self.sock: socket.socket | None = member.world.connect(where)
        self.pieces: list[bytes] = []
        self.paused = False     # a program that reads by itself
        # what a program knows of a board
        self.peer = ""                      # whom it was opened for
        self.people: list[str] = []         # who is in it besides oneself
        self.queue: list[tuple[str, bytes]] = []
        self.open = False
        self.places: set[str] = set()       # addresses with ";{guid}"
        member.world.wires.append(self)

    # ---- writing ----
    def raw(self, data: bytes) -> None:
        self.member.note(self, ">", data)
        data = self.member.world.mutant(self.member.NAME).up(self, data)
        if self.sock is None:
            raise Broke(f"{self.member.NAME}: writes {data!r} to a "
                        f"connection that was closed")
        try:
            self.sock.sendall(data)
        except OSError as error:
            raise Broke(f"{self.member.NAME}: {error} while writing "
                        f"{data!r}") from error

    def line(self, verb: str, *words: str,
             payload: bytes | None = None) -> bytes:
        """The bytes of the next command; takes a TrID."""
        self.trid += 1
        self.asked[self.trid] = verb
        all_words = [verb, str(self.trid), *words]
        if payload is not None:
            all_words.append(str(len(payload)))
        return (" ".join(all_words) + "\r\n").encode() + (payload or b"")

    def ask(self, verb: str, *words: str,
            payload: bytes | None = None) -> int:
        self.raw(self.line(verb, *words, payload=payload))
        return self.trid

    def say(self, line: str) -> None:
        self.raw(line.encode() + b"\r\n")

    # ---- reading ----
    def broke(self, what: str, data: object = "") -> Broke:
        return Broke(f"{self.member.NAME}: {what}"
                     + (f": {data}" if data != "" else ""))

    def recv(self) -> bytes:
        """One read of the program; empty at the end."""
        while True:
            data = self.recv_some()
            if data is not None:
                return data

    def recv_some(self) -> bytes | None:
        """None: a mutant has kept all of it."""
        assert self.sock is not None
        if not self.pieces:
            try:
                data = self.sock.recv(self.habits.recv)
            except ConnectionResetError:
                data = b""
            except TimeoutError as late:
                raise self.broke("hangs in a read") from late
            # what a mutant cuts into pieces comes in as many reads
            self.pieces = self.member.world.mutant(
                self.member.NAME).down(self, data) if data else [b""]
            if not self.pieces:
                return None
        data = self.pieces.pop(0)
        self.member.note(self, "<", data)
        return data

    def readable(self) -> None:
        self.read_once()
        while self.pieces and self.sock is not None:
            self.read_once()

    def read_once(self) -> None:
        data = self.recv_some()
        if data is None:
            return
        if not data:
            self.close()
            rest, self.buffer = self.buffer, b""
            self.member.ended(self, rest)
            return
        self.buffer += data
        self.drain()

    def drain(self) -> None:
        """Take every whole message out of the buffer."""
        while self.sock is not None and not self.paused:
            got = self.take()
            if got is None:
                return
            self.member.dispatch(self, got)

    def take_line(self) -> tuple[bytes, bytes] | None:
        """The next line and what is behind it."""
        ends = self.habits.ends
        if ends == "any":
            found = re.search(rb"[\r\n]+", self.buffer)
            if found is None:
                return None
            return self.buffer[:found.start()], self.buffer[found.end():]
        line, end, rest = self.buffer.partition(
            b"\n" if ends == "lf" else b"\r\n")
        if not end:
            return None
        if ends == "lf":
            return line.removesuffix(b"\r"), rest
        return line, rest

    def take(self) -> Message | None:
        found = self.take_line()
        if found is None:
            if len(self.buffer) > self.habits.line:
                raise self.broke("a line has no end", self.buffer[:80])
            return None
        raw, rest = found
        if len(raw) + 2 > self.habits.line:
            raise self.broke(f"a line of {len(raw)} bytes", raw[:80])
        if b"\n" in raw or b"\r" in raw or b"\0" in raw:
            raise self.broke("a bare line end inside a line", raw)
        line = raw.decode("utf-8", "surrogateescape")
        if self.habits.tail:
            line = line.rstrip(" ")
        words = line.split() if self.habits.runs else line.split(" ")
        if "" in words:
            raise self.broke("an empty word", raw)
        got = Message(line, words[0], words[1:])
        size = self.size(got)
        if size is None:
            self.buffer = rest
            return got
        if size > self.habits.body:
            raise self.broke(f"a payload of {size} bytes", raw)
        if len(rest) < size:
            if got.verb in self.habits.segment:
                raise self.broke("header and payload in two segments",
                                 self.buffer)
            return None
        got.payload, self.buffer = rest[:size], rest[size:]
        return got

    def size(self, got: Message) -> int | None:
        """The length of a message's payload, as this program finds it."""
        h = self.habits
        if re.fullmatch(r"\d{3}", got.verb):
            if h.error_payload is None or \
                    len(got.words) + 1 < h.error_words:
                return None
            if h.error_only and got.verb not in h.error_only:
                return None
            if h.error_of and self.question(got) not in h.error_of:
                return None
            at = h.error_payload
        elif got.verb in h.payload:
            at = h.payload[got.verb]
        else:
            return None
        if at != LAST and at >= len(got.words):
            return self.member.no_length(self, got)
        word = got.words[at]
        if not re.fullmatch(r"\d+", word):
            return self.member.no_length(self, got)
        return int(word)

    def question(self, got: Message) -> str:
        """The verb that an error answers."""
        if got.words and re.fullmatch(r"\d+", got.words[0]):
            return self.asked.get(int(got.words[0]), "")
        return ""

    def close(self) -> None:
        if self.sock is not None:
            self.sock.close()
            self.sock = None

    def __bool__(self) -> bool:
        return True


class Member:
    """One program at one person's machine.

    What its user sees stands in the attributes; what its user does are the
    methods at the end.  What the program does with a line is a handler:
    ns_VERB, sb_VERB, ns_error, sb_error.
    """

    NAME = "?"              # as its row in docs/CLIENTS.md
    DIALECT = 0
    SOURCE = ""             # "programs-1 §1"
    NS = Habits()
    SB: Habits | None = None        # None: reads boards as it reads the NS
    SETTINGS: dict[str, str] = {}   # what the server must be told
    # "ns_NLN": least and most words behind the verb that it takes
    COUNTS: typing.Mapping[str, tuple[int, int]] = {}
    ASKS = True             # shows who added its user
    # what this program can beyond the eight steps: see scenario.EXTRAS
    CAN: frozenset[str] = frozenset()
    # steps that the real program cannot do, and why
    CANNOT: dict[str, str] = {}
    RAW_XML = False         # "&" in a password makes ill-formed XML of it
    PREPARED = False        # adds nobody: both are friends beforehand
    NEEDS_FRIEND = False    # hangs while nobody is on its list

    def __init__(self, world: World, email: str, password: str) -> None:
        self.world = world
        self.email = email
        self.password = password
        self.nick = email
        self.journal: list[str] = []
        self.online = False             # its user sees the contact list
        self.refused = ""               # why it says it cannot sign in
        self.lost = ""                  # why it says it was signed out
        self.friends: set[str] = set()
        self.lists: dict[str, set[str]] = {
            name: set() for name in ("FL", "AL", "BL", "RL", "PL")}
        self.seen: dict[str, str] = {}          # address: state
        self.names: dict[str, str] = {}
        self.questions: list[str] = []          # who asks to be accepted
        self.heard: list[tuple[str, str]] = []  # who said what
        self.typists: list[str] = []            # who is typing
        self.pieces: list[bytes] = []           # of pictures and files
        self.invitations: list[dict[str, str]] = []
        self.nudged: list[str] = []
        self.shown: list[str] = []              # popups
        self.mail: list[tuple[str, str]] = []   # offline messages
        self.ns: Conn | None = None
        self.boards: list[Conn] = []

    # ---- the journal, for whoever must find out what went wrong ----
    def note(self, conn: Conn, way: str, data: bytes) -> None:
        self.journal.append(f"{conn.kind} {way} {data[:600]!r}")

    def broke(self, what: str, data: object = "") -> Broke:
        return Broke(f"{self.NAME}: {what}"
                     + (f": {data}" if data != "" else ""))

    def need(self, true: object, what: str, data: object = "") -> None:
        """Where the program needs something to be so."""
        if not true:
            raise self.broke(what, data)

    # ---- lines ----
    def connect(self, kind: str, where: tuple[str, int]) -> Conn:
        habits = self.NS if kind != "sb" or self.SB is None else self.SB
        conn = Conn(self, kind, where, habits)
        if kind == "sb":
            self.boards.append(conn)
        else:
            self.ns = conn
        return conn

    def dispatch(self, conn: Conn, got: Message) -> None:
        if re.fullmatch(r"\d{3}", got.verb):
            asked = conn.question(got)
            if conn.habits.numbered and not asked:
                raise self.broke("an error to nothing that was asked", got)
            getattr(self, f"{conn.kind}_error")(conn, got, asked)
            return
        handler = getattr(self, f"{conn.kind}_{got.verb}", None)
        if handler is None:
            self.unknown(conn, got)
            return
        self.check_number(conn, got)
        least, most = self.COUNTS.get(f"{conn.kind}_{got.verb}", (0, 99))
        if not least <= len(got.words) <= most:
            raise self.broke(f"{len(got.words)} words, not {least} to "
                             f"{most}", got)
        try:
            handler(conn, got)
        except (IndexError, KeyError, ValueError) as error:
            raise self.broke(f"throws {error!r}", got) from error

    def check_number(self, conn: Conn, got: Message) -> None:
        """An answer bears the TrID of a question of its kind; 0 is what the
        server says by itself."""
        h = conn.habits
        if not h.numbered or got.verb in h.unasked:
            return
        word = got.words[0] if got.words else ""
        if word == "0":
            return
        if not re.fullmatch(r"\d+", word) or int(word) not in conn.asked:
            raise self.broke("an answer to nothing that was asked", got)
        asked = conn.asked[int(word)]
        if asked != got.verb and (asked, got.verb) not in (
                ("USR", "XFR"), ("SYN", "LST"), ("SYN", "GTC"),
                ("SYN", "BLP"), ("SYN", "PRP"), ("SYN", "LSG"),
                ("CHG", "ILN"), ("ADD", "ILN"), ("ADC", "ILN"),
                ("ADL", "ILN"), ("ANS", "IRO"), ("MSG", "ACK"),
                ("MSG", "NAK"), ("SYN", "BPR")):
            raise self.broke(f"an answer to {asked}", got)

    def unknown(self, conn: Conn, got: Message) -> None:
        """A verb the program has no handler for."""
        if conn.habits.unknown == "fatal":
            raise self.broke("unknown", got)
        if not re.fullmatch(r"[A-Z]{3}", got.verb):
            raise self.broke("the stream is lost", got)

    def no_length(self, conn: Conn, got: Message) -> int | None:
        """A verb of the table whose length is missing."""
        raise self.broke("no length where the program looks for it", got)

    def ended(self, conn: Conn, rest: bytes) -> None:
        """The server closed."""
        if rest:
            raise self.broke("closed inside a line or payload", rest)
        if conn.kind == "sb":
            if conn in self.boards:
                self.boards.remove(conn)
            conn.people.clear()
            return
        if conn is self.ns:
            self.ns_closed(conn)

    def ns_closed(self, conn: Conn) -> None:
        self.online = False
        self.lost = self.lost or "closed"

    def ns_error(self, conn: Conn, got: Message, asked: str) -> None:
        raise self.broke(f"an error to {asked or 'nothing'}", got)

    def sb_error(self, conn: Conn, got: Message, asked: str) -> None:
        raise self.broke(f"an error to {asked or 'nothing'}", got)

    def check(self) -> None:
        """What must have come by the end."""

    # ---- what its user does ----
    def start(self) -> None:
        """Begin to sign in."""
        raise NotImplementedError

    def sign_in(self) -> None:
        """Until its user sees the list."""
        self.start()
        self.world.until(lambda: self.online or self.refused, self,
                         "signing in")
        if not self.online:
            raise self.broke(f"refused: {self.refused}")

    def add(self, email: str) -> None:
        raise NotImplementedError

    def accept(self, email: str) -> None:
        """Says yes to a question, and adds who asked."""
        raise NotImplementedError

    def go(self, state: str) -> None:
        """NLN, AWY, HDN..."""
        assert self.ns is not None
        self.ns.ask("CHG", state)

    def say(self, email: str, text: str) -> None:
        raise NotImplementedError

    def as_sent(self, text: str) -> str:
        """What others read when its user writes this."""
        return text

    def type_to(self, email: str) -> None:
        raise NotImplementedError

    def hang_up_boards(self) -> None:
        """Closes its windows."""
        for board in self.boards:
            if board.sock is not None:
                board.say("OUT")
                board.close()
        self.boards.clear()

    def leave(self) -> None:
        """Signs out."""
        self.hang_up_boards()
        if self.ns is not None and self.ns.sock is not None:
            self.ns.say("OUT")
            self.ns.close()
        self.online = False


def hostport(conn: Conn, word: str) -> tuple[str, int]:
    """host:port of XFR and RNG."""
    host, colon, port = word.rpartition(":")
    if not colon or not re.fullmatch(r"\d+", port):
        raise conn.broke("no host:port", word)
    return host, int(port)


__all__ = ["Broke", "Conn", "Habits", "LAST", "Member", "Message", "UNASKED",
           "UNASKED7", "UNASKED8", "World", "hostport"]
