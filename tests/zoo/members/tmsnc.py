# SPDX-License-Identifier: MIT
"""tmsnc 0.3: MSNP11, which reads one recv() for each answer (programs-2
§10)."""

from __future__ import annotations

import contextlib
import dataclasses
import re
import time
import urllib.parse

import web
from lists import Lists10
from strict import Broke, Conn, Habits, LAST, Message, UNASKED8, hostport

HOST = "loginnet.passport.com"


class TmsncConn(Conn):
    """rule 12: a line that crosses a packet is lost."""

    def drain(self) -> None:
        super().drain()
        if self.buffer and self.sock is not None and not self.paused:
            raise self.broke("a line crosses a packet", self.buffer)


class Tmsnc(Lists10):
    NAME, DIALECT, SOURCE = "tmsnc 0.3", 11, "programs-2 §10"
    CAN = frozenset({"block", "gone", "elsewhere"})
    # rule 12: one packet is whole lines; UBX with its body (rule 10).  MSG,
    # GCF and NOT have no row on the NS: their payload is read as lines.
    NS = Habits(payload={"UBX": LAST}, segment=frozenset({"UBX"}),
                unknown="ignore", unasked=UNASKED8, body=512, recv=512)
    LATER = dataclasses.replace(NS, recv=65536)     # byte by byte
    SB = Habits(payload={"MSG": LAST}, segment=frozenset({"MSG"}),
                unknown="ignore")

    def connect(self, kind: str, where: tuple[str, int]) -> Conn:
        conn = super().connect(kind, where)
        conn.__class__ = TmsncConn
        return conn

    def start(self) -> None:
        self.refused = ""
        where = self.world.ns
        while True:
            conn = self.connect("ns", where)
            conn.paused = True
            got = self.enter(conn)
            if got != "XFR":
                break
            where = hostport(conn, self.words[3])
            conn.close()
        if self.refused:
            return
        self.lists_of(conn)
        conn.paused, conn.habits = False, self.LATER
        self.online = True
        self.go("NLN")

    def answer(self, conn: Conn) -> str:
        """One recv(), compared from its first byte (rule 2)."""
        data = conn.recv()
        self.need(data, "closed")
        return data.decode()

    def enter(self, conn: Conn) -> str:
        offer = "VER 1 MSNP11 MSNP10 CVR0\r\n"
        conn.say(offer[:-2])
        got = self.answer(conn)
        self.need(got == offer, "VER is not the same line", repr(got))  # 1
        conn.say("CVR 2 0x0409 tmsnc 0.3.0 unix TMSNC 0.3.0 MSMSGS "
                 + self.email)
        got = self.answer(conn)
        self.need(got.startswith("CVR") and got.count("\r\n") == 1
                  and got.endswith("\r\n"), "CVR is not alone", repr(got))
        conn.say(f"USR 3 TWN I {self.email}")
        got = self.answer(conn)
        self.words = got.removesuffix("\r\n").split(" ")
        if got.startswith("XFR"):
            return "XFR"
        self.need(got.startswith("USR") and got.endswith("\r\n")
                  and len(self.words) == 5, "USR is not alone", repr(got))
        # rule 3: the last two bytes of the packet are cut
        ticket = self.ticket(self.words[4])
        if not ticket:
            return ""
        conn.say(f"USR 4 TWN S {ticket}")
        got = self.answer(conn)
        self.need(got.startswith("USR"), "no USR first", repr(got))
        conn.trid = 4
        return "USR"

    def ticket(self, challenge: str) -> str:
        path = "//login2.srf?lc=1033"                           # rule 13
        for _ in range(4):
            got = web.ask(self.world, self.NAME, HOST, (
                f"GET {path} HTTP/1.1\r\nAuthorization: Passport1.4 "
                "OrgVerb=GET,OrgURL=http%3A%2F%2Fmessenger%2Emsn%2Ecom,"
                f"sign-in={urllib.parse.quote(self.email, safe='')},"
                f"pwd={urllib.parse.quote(self.password, safe='')},"
                f"{challenge}\r\nHost: {HOST}:443\r\n\r\n").encode(),
                sni=False, check=False, old=True)               # rule 14
            # rule 4: closed, and less than 2 KB
            self.need(len(got.raw) < 2047, "the answer is too long", got.raw)
            if not got.status.startswith("HTTP/1.1 302"):
                break
            name, _, where = got.lines[-1].partition(": ")
            self.need(name == "Location", "Location is not the last", got.raw)
            found = re.fullmatch(r"https://[^/]+/([^/]+)", where)
            self.need(found, "not one level", where)
            assert found is not None
            path = "//" + found.group(1)
        if not got.status.startswith("HTTP/1.1 200"):
            self.refused = got.status
            return ""
        parts = got.raw.decode().split("'")
        self.need(len(parts) >= 3, "no quoted pair", got.raw)
        self.need(parts[1].startswith("t="), "another quoted pair", parts[1])
        self.need(len(parts[1]) < 512, "the ticket is too long", parts[1])
        return parts[1]                                         # rule 5

    def lists_of(self, conn: Conn) -> None:
        assert conn.sock is not None
        conn.sock.settimeout(1.0)       # rule 6: all until 1 s of silence
        with contextlib.suppress(Broke):
            while conn.recv():
                pass
        conn.sock.settimeout(self.world.patience)
        conn.ask("SYN", "0", "0")
        lines = self.lines(conn)
        words = next(lines).split(" ")
        self.need(words[0] == "SYN", "SYN is not first", words)     # rule 7
        left, groups = int(words[4]), int(words[5])
        while left:
            line = next(lines)
            words = line.split(" ")
            if words[0] == "LSG":
                groups -= 1
            elif words[0] == "LST":
                self.need(groups == 0, "LST before LSG", line)      # rule 9
                left -= 1
                self.one(words[1:], line)
        conn.buffer = self.rest

    def lines(self, conn: Conn):
        self.rest = b""
        end = time.monotonic() + self.world.patience
        while time.monotonic() < end:
            line, found, rest = self.rest.partition(b"\r\n")
            if found:
                self.rest = rest
                yield line.decode()
                continue
            more = conn.recv()
            self.need(more, "closed in the list")
            self.rest += more
        raise self.broke("hangs in the list")

    def one(self, words: list[str], line: str) -> None:
        email, bits = "", ""
        for word in words:
            if word.startswith("N="):
                email = word[2:]
            elif word.startswith("C="):
                self.guids[email] = word[2:]
                self.need(len(word) <= 66, "a long guid", word)
            elif word[0].isdigit() and "-" not in word:
                bits = word     # rule 8: the last numeric word is the list
        self.need(email and bits, "LST", line)
        self.need(len(email) <= 64, "a long address", email)
        self.listed(email, int(bits))

    # ---- later: whole lines in each packet ----
    def dispatch(self, conn: Conn, got: Message) -> None:
        if got.verb in ("MSG", "GCF", "NOT") and conn.kind == "ns":
            return              # and its payload is read as lines
        super().dispatch(conn, got)

    def unknown(self, conn: Conn, got: Message) -> None:
        # a payload's lines land here; they are ignored without harm
        if conn.kind != "ns":
            super().unknown(conn, got)

    def ns_UBX(self, conn: Conn, got: Message) -> None:
        if not got.payload:
            return
        self.need(got.words[0] in self.friends, "an error is shown: UBX of "
                  "a stranger", got)
        self.need(b"<PSM>" in got.payload, "UBX without PSM", got)

    def ns_FLN(self, conn: Conn, got: Message) -> None:
        # the rest of the line is the address
        self.seen[" ".join(got.words)] = "FLN"

    def ns_error(self, conn: Conn, got: Message, asked: str) -> None:
        self.shown.append(got.line)

    sb_error = ns_error

    def ns_OUT(self, conn: Conn, got: Message) -> None:
        self.lost = " ".join(got.words)

    # ---- calling: each answer is the first of the next recv ----
    def call(self, email: str) -> None:
        ns = self.ns
        assert ns is not None
        ns.paused = True
        t = ns.ask("XFR", "SB")
        got = self.answer(ns)
        self.need(got.startswith("XFR"), "XFR is not first", repr(got))
        words = got.split("\r\n")[0].split(" ")
        self.need(words[1] == str(t) and words[4] == "CKI", "XFR", got)
        ns.paused = False
        ns.buffer += got.partition("\r\n")[2].encode()
        board = self.connect("sb", hostport(ns, words[3]))
        board.paused, board.peer = True, email
        board.ask("USR", self.email, words[5])
        got = self.answer(board)
        self.need(got.startswith("USR"), "USR is not first", repr(got))
        board.ask("CAL", email)
        got = self.answer(board)
        # rule 11: a JOI behind it would be lost
        self.need(re.fullmatch(r"CAL \d+ RINGING \d+\r\n", got),
                  "CAL's answer is not alone", repr(got))
        board.paused = False

    def sb_MSG(self, conn: Conn, got: Message) -> None:
        head, blank, body = got.payload.partition(b"\r\n\r\n")
        self.need(blank, "no empty line", got)
        headers = head.decode().split("\r\n")
        if any(h.startswith("Content-Type: text/plain") for h in headers):
            self.heard.append((got.words[0], body.decode(
                "utf-8", "surrogateescape")))
        for h in headers:
            if h.startswith("TypingUser: "):
                self.typists.append(h.removeprefix("TypingUser: "))


MEMBERS = {"tmsnc-0.3": Tmsnc}
