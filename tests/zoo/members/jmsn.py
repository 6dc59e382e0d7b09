# SPDX-License-Identifier: MIT
"""jMSN: MSNP10 (programs-2 §4)."""

from __future__ import annotations

import re
import urllib.parse

import web
from lists import Lists10
from strict import Conn, Habits, LAST, Message, UNASKED8

NUMBERLESS = frozenset("MSG NLN FLN RNG JOI BYE OUT BPR LSG LST".split())
PIECES = re.compile(rb"(MIME-Version: 1\.0)\r\n(Content-Type: [^\r\n]*)\r\n"
                    rb"([^\r\n]*)\r\n([^\n]*)\n?(.*)", re.S)


class Jmsn(Lists10):
    NAME, DIALECT, SOURCE = "jMSN", 10, "programs-2 §4"
    PRODUCT = ("msmsgs@msnmsgr.com", "Q1P7W2E4J9R8U3S5")
    CAN = frozenset({"block", "gone", "elsewhere"})
    # CR is dropped anywhere, LF ends; NOT has no row: its payload is lines
    NS = Habits(payload={"MSG": LAST}, ends="lf", first=0, unknown="ignore",
                unasked=UNASKED8)
    SB = Habits(payload={"MSG": LAST}, ends="lf", unknown="ignore")

    def start(self) -> None:
        self.complete = False
        self.never: set[str] = set()    # who cannot be called any more
        # rule 1: TrID 0; the last word has a letter O
        self.connect("ns", self.world.ns).ask("VER", "MSNP10", "MSNP9",
                                              "CVRO")

    def dispatch(self, conn: Conn, got: Message) -> None:
        # rule 10: a number in the first word, or it is thrown away
        if got.verb not in NUMBERLESS and not (
                got.words and got.words[0].isdigit()):
            return
        super().dispatch(conn, got)

    def ns_VER(self, conn: Conn, got: Message) -> None:         # rule 2
        conn.ask("CVR", "0x0412", "Linux", "5.4.0", "amd64", "MSNMSGR",
                 "6.2.0605", "MSMSGS", self.email)

    def ns_CVR(self, conn: Conn, got: Message) -> None:
        conn.ask("USR", "TWN", "I", self.email)

    def ns_USR(self, conn: Conn, got: Message) -> None:
        if got.words[1:3] == ["TWN", "S"]:
            ticket = self.ticket(got.words[3])
            if ticket:
                conn.ask("USR", "TWN", "S", ticket)
            return
        self.need(got.words[1] == "OK", "USR", got)
        conn.ask("SYN", "0", "0")

    def ticket(self, challenge: str) -> str:
        # rule 3: always this host; the password is not encoded (§17)
        got = web.ask(self.world, self.NAME, "loginnet.passport.com", (
            "GET /login2.srf HTTP/1.1\r\nAuthorization: Passport1.4 "
            "OrgVerb=GET,OrgURL=http%3A%2F%2Fmessenger%2Emsn%2Ecom,"
            f"sign-in={urllib.parse.quote(self.email, safe='')},"
            f"pwd={self.password},{challenge}\r\nUser-Agent: MSMSGS\r\n"
            "Host: loginnet.passport.com\r\nConnection: Keep-Alive\r\n"
            "Cache-Control: no-cache\r\n\r\n").encode(), until="head")
        if " 401 " in got.status:
            self.refused = "401"        # rule 5: vanishes without a word
            return ""
        told = got.header("Authentication-Info")
        if told is None:
            return "t=0&p=0"
        _, found, rest = told.partition("from-PP=")             # rule 4
        self.need(found, "no from-PP", told)
        return rest.partition(",")[0].replace("'", "")

    # ---- lists (rules 6, 7) ----
    def ns_SYN(self, conn: Conn, got: Message) -> None:
        conn.ask("CHG", "NLN", "805306404")

    def ns_CHG(self, conn: Conn, got: Message) -> None:
        if not self.complete:
            self.complete = True
            self.online = True
            conn.ask("CHG", "NLN", "0")

    def ns_LSG(self, conn: Conn, got: Message) -> None:
        self.need(not self.complete, "LSG behind CHG's answer", got)

    def ns_LST(self, conn: Conn, got: Message) -> None:
        self.need(not self.complete, "LST behind CHG's answer", got)
        words = got.words
        self.need(words[0].startswith("N="), "LST", got)
        email = words[0][2:]
        if len(words) == 2:                                     # rule 13
            bits = words[1]
        elif words[2].startswith("C="):
            bits, self.guids[email] = words[3], words[2][2:]
        else:
            bits = words[2]
        self.need(re.fullmatch(r"\d+", bits), "no list number", got)
        self.listed(email, int(bits))
        if int(bits) & 16:                                      # rule 14
            conn.ask("REM", "PL", email)
            conn.ask("ADC", "RL", f"N={email}")

    def look(self) -> list[str]:
        return ["0"]

    def ns_MSG(self, conn: Conn, got: Message) -> None: ...

    def ns_error(self, conn: Conn, got: Message, asked: str) -> None:
        if asked == "XFR":
            self.never.add(self.wanted.pop(int(got.words[0])))
        if asked in ("USR", "CVR", "VER"):
            self.refused = got.verb

    def sb_error(self, conn: Conn, got: Message, asked: str) -> None: ...

    def ns_XFR(self, conn: Conn, got: Message) -> None:
        self.xfr_sb(conn, got)

    def call(self, email: str) -> None:
        self.need(email not in self.never, "cannot be called again", email)
        super().call(email)

    # ---- boards ----
    def sb_BYE(self, conn: Conn, got: Message) -> None:
        email = got.words[0]
        if email in conn.people:
            conn.people.remove(email)
        if not conn.people:                                     # rule 12
            conn.say("OUT")
            conn.close()
            self.boards.remove(conn)

    def sb_MSG(self, conn: Conn, got: Message) -> None:
        # rules 8, 9: places, not names
        found = PIECES.match(got.payload)
        self.need(found, "the lines of a MSG", got)
        assert found is not None
        kind = found.group(2).removeprefix(b"Content-Type: ")
        if kind == b"text/x-msmsgscontrol":
            self.typists.append(found.group(3).decode()
                                .removeprefix("TypingUser: "))
        elif kind.startswith(b"text/plain"):
            self.heard.append((got.words[0], found.group(5).decode(
                "utf-8", "surrogateescape")))


MEMBERS = {"jmsn": Jmsn}
