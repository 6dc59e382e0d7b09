# SPDX-License-Identifier: MIT
"""How msnp11-sdk reads (programs-2 §14).  The crate itself runs in rust/."""

from __future__ import annotations

import re

import web
from lists import Lists10
from strict import Conn, Habits, LAST, Message, UNASKED8
from talk import encode

# rule 10: what it knows; it waits for ever at another
ERRORS = {"CVR": "420 710 731", "USR": "500 601 910 911 921 923 928 931",
          "SYN": "603", "CHG": "201", "ADC": "201 208 215 224 603",
          "CAL": "208 215 216 217", "MSG": "282"}


class SdkConn(Conn):
    """rule 1: an unfinished rest of a read is dropped."""

    def drain(self) -> None:
        super().drain()
        if self.buffer and self.sock is not None:
            line = self.take_line()
            if line is None:
                raise self.broke("a line crosses a read", self.buffer)


class Sdk11(Lists10):
    NAME, DIALECT, SOURCE = "msnp11-sdk (its reading)", 11, "programs-2 §14"
    CAN = frozenset({"block", "gone", "nudge", "picture", "group",
                     "elsewhere"})
    FLAG = "A"
    CAPS = "1073741824"
    NS = Habits(payload={"GCF": LAST, "MSG": LAST, "UBX": LAST}, recv=1664,
                unknown="ignore", unasked=UNASKED8)
    SB = Habits(payload={"MSG": LAST}, recv=1664, unknown="ignore")
    COUNTS = {"sb_JOI": (2, 99), "sb_IRO": (5, 99), "ns_NLN": (4, 99),
              "ns_ILN": (5, 99), "ns_XFR": (5, 99), "ns_RNG": (6, 99)}
    TEXT = ("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8"
            "\r\nX-MMS-IM-Format: FN=Segoe%20UI; EF=; CO=0; CS=1; PF=0"
            "\r\n\r\n")

    def connect(self, kind: str, where: tuple[str, int]) -> Conn:
        conn = super().connect(kind, where)
        conn.__class__ = SdkConn
        return conn

    def start(self) -> None:
        self.connect("ns", self.world.ns).ask("VER", "MSNP11", "CVR0")

    def ns_VER(self, conn: Conn, got: Message) -> None:
        self.need(got.words[1] == "MSNP11", "VER", got)
        conn.ask("CVR", "0x0409", "winnt", "10", "i386", "msnp11-sdk",
                 "0.13", "msmsgs", self.email)

    def ns_CVR(self, conn: Conn, got: Message) -> None:
        conn.ask("USR", "TWN", "I", self.email)

    def ns_XFR(self, conn: Conn, got: Message) -> None:
        if got.words[1] == "SB":
            self.xfr_sb(conn, got)
            return
        host, _, port = got.words[2].rpartition(":")
        conn.close()
        self.connect("ns", (host, int(port))).ask("VER", "MSNP11", "CVR0")

    def ns_USR(self, conn: Conn, got: Message) -> None:
        if got.words[1:3] == ["TWN", "S"]:
            ticket = self.ticket(got.words[3])
            if ticket:
                conn.ask("USR", "TWN", "S", ticket)
            return
        self.need(got.words[1] == "OK", "USR", got)
        conn.ask("SYN", "0", "0")
        conn.ask("GCF", "Shields.xml")                      # rule 5

    def ticket(self, challenge: str) -> str:
        # rule 3: it is given the login URL; nothing is encoded (§17)
        host = "login.live.com"
        for path in ("/login2.srf", "/login2.srf?lc=1033"):
            got = web.ask(self.world, self.NAME, host, (
                f"GET {path} HTTP/1.1\r\nauthorization: Passport1.4 "
                "OrgVerb=GET,OrgURL=http%3A%2F%2Fmessenger%2Emsn%2Ecom,"
                f"sign-in={self.email},pwd={self.password},{challenge}\r\n"
                f"accept: */*\r\nhost: {host}\r\n\r\n").encode(),
                until="head")
            if " 302 " not in got.status:
                break
        told = got.header("Authentication-Info")
        if told is None or "from-PP='" not in told:
            self.refused = got.status
            return ""
        # rule 4: everything behind it without the quotes, `,ru=…` too
        return told.partition("from-PP='")[2].replace("'", "")

    def ns_SYN(self, conn: Conn, got: Message) -> None: ...

    def ns_GCF(self, conn: Conn, got: Message) -> None:
        self.need(int(got.words[0]) > 0, "GCF of another TrID", got)
        conn.say("PNG")

    def ns_QNG(self, conn: Conn, got: Message) -> None:
        self.need(got.words and re.fullmatch(r"\d+", got.words[0])
                  and int(got.words[0]) > 5, "disconnects at QNG", got)  # 2
        if not self.online:
            self.go("NLN")

    def ns_CHG(self, conn: Conn, got: Message) -> None:
        if not self.online:
            conn.ask("PRP", "MFN", encode("Amy S"))
        self.online = True

    def ns_PRP(self, conn: Conn, got: Message) -> None:
        if got.words[0].isdigit():                          # rule 6
            self.need(got.words[1:] == ["MFN", encode("Amy S")],
                      "another echo of PRP", got)

    def ns_LST(self, conn: Conn, got: Message) -> None:
        found, rest = self.fields(got)
        self.listed(found["N"], int(rest[0]))

    def ns_ADC(self, conn: Conn, got: Message) -> None:
        if got.words[0] != "0" and got.words[1] == "FL":    # rule 7
            self.need(len(got.words) >= 5 and
                      got.words[4].startswith("C="), "ADC FL", got)
        if got.words[0] == "0":                             # rule 13
            self.need(got.words[1] == "RL", "a push of another list", got)
        super().ns_ADC(conn, got)

    def saw(self, conn: Conn, got: Message, words: list[str]) -> None:
        """The object is the sixth word, the verb and a TrID not counted."""
        super().saw(conn, got, words)
        self.objects.pop(words[1], None)
        if len(words) > 4 and words[4] != "0":
            self.objects[words[1]] = words[4]

    def ns_SBS(self, conn: Conn, got: Message) -> None: ...
    def ns_UBX(self, conn: Conn, got: Message) -> None: ...
    def ns_MSG(self, conn: Conn, got: Message) -> None: ...

    def ns_error(self, conn: Conn, got: Message, asked: str) -> None:
        self.need(got.verb in ERRORS.get(asked, ""), "waits for ever", got)
        if asked in ("CVR", "USR"):
            self.refused = got.verb
        self.shown.append(got.line)

    sb_error = ns_error

    # ---- boards: rules 8, 9 ----
    def sb_MSG(self, conn: Conn, got: Message) -> None:
        head, blank, body = got.payload.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        self.need(blank and len(lines) >= 2, "the lines of a MSG", got)
        kind = lines[1].removeprefix("Content-Type: ")
        if kind.startswith("text/plain"):
            self.heard.append((got.words[0], body.decode(
                "utf-8", "surrogateescape")))
        elif kind == "text/x-msmsgscontrol":
            self.need(lines[2].startswith("TypingUser: "), "line 3", got)
            self.typists.append(lines[2].removeprefix("TypingUser: "))
        elif kind == "application/x-msnmsgrp2p":            # rule 12
            if f"P2P-Dest: {self.email}" in lines:
                self.pieces.append(body)
        elif kind.startswith("text/x-msnmsgr-datacast"):
            if body.startswith(b"ID: 1\r\n"):
                self.nudged.append(got.words[0])

    def nudge(self, email: str) -> None:
        self.send(email, "N", (
            "MIME-Version: 1.0\r\nContent-Type: text/x-msnmsgr-datacast"
            "\r\n\r\nID: 1\r\n\r\n\r\n").encode())


MEMBERS = {"msnp11-sdk": Sdk11}
