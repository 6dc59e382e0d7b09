# SPDX-License-Identifier: MIT
"""BitlBee 1.2.8: MSNP8 with a ticket of RST.srf (programs-1 §6.1)."""

from __future__ import annotations

import re
import urllib.parse
import xml.etree.ElementTree as ET

import live_rst as rst
import web
from lists import Lists
from strict import Conn, Habits, Message, UNASKED8, hostport

FATAL = frozenset(
    "500 501 510 520 540 600 601 602 603 604 605 700 710 711 712 714 717 910 "
    "911 912 914 915 916 917 918 919 922 923 924 928".split())
SPARE = ("208", "216", "217", "713")


class BitlBee12(Lists):
    NAME, DIALECT, SOURCE = "BitlBee 1.2.8", 8, "programs-1 §6.1"
    CAN = frozenset({"block", "gone", "call again", "group", "elsewhere",
                     "file"})
    CAPS = ""
    # Any CR or LF ends a line; runs of spaces are one; MSG 2, IPG 0.
    NS = Habits(payload={"MSG": 2, "IPG": 0}, ends="any", runs=True,
                unknown="ignore", unasked=UNASKED8)
    SB = Habits(payload={"MSG": 2}, ends="any", runs=True, unknown="ignore")
    # rule 2: counts (the verb not counted here); rule 6 follows of them
    COUNTS = {"ns_VER": (2, 99), "ns_XFR": (5, 5), "ns_LST": (3, 4),
              "ns_LSG": (3, 3), "ns_CHL": (2, 2), "ns_ILN": (5, 5),
              "ns_NLN": (4, 4), "ns_FLN": (1, 99), "ns_RNG": (6, 6),
              "ns_MSG": (3, 3), "sb_USR": (4, 4), "sb_ANS": (2, 2),
              "sb_IRO": (5, 5), "sb_CAL": (3, 3), "sb_JOI": (2, 2),
              "sb_BYE": (1, 99), "sb_MSG": (3, 3)}
    TEXT = ("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8"
            "\r\nUser-Agent: BitlBee 1.2.8\r\n"
            "X-MMS-IM-Format: FN=MS%20Shell%20Dlg; EF=; CO=0; CS=0; PF=0"
            "\r\n\r\n")
    TYPING = ("MIME-Version: 1.0\r\nContent-Type: text/x-msmsgscontrol\r\n"
              "TypingUser: {email}\r\n\r\n\r\n")
    BYE_ENDS = False        # rule 16: the board is kept as a spare

    def start(self) -> None:
        self.left: int | None = None
        self.connect("ns", self.world.ns).ask("VER", "MSNP8", "CVR0")

    def dispatch(self, conn: Conn, got: Message) -> None:
        if got.payload[:1] in (b"\r", b"\n"):           # rule 1
            raise self.broke("a payload that begins with a line end", got)
        super().dispatch(conn, got)

    def ns_VER(self, conn: Conn, got: Message) -> None:
        self.need(got.words[1].startswith("MSNP8"), "VER", got)
        conn.ask("CVR", "0x0409", "mac", "10.2.0", "ppc", "macmsgs",
                 "3.5.1", "macmsgs", self.email)

    def ns_CVR(self, conn: Conn, got: Message) -> None:
        conn.ask("USR", "TWN", "I", self.email)

    def ns_USR(self, conn: Conn, got: Message) -> None:
        if got.words[1:3] == ["TWN", "S"]:
            self.need(len(got.words) == 4, "words of USR TWN S", got)
            ticket = self.ticket(got.words[3])
            if not ticket:
                return
            line = conn.line("USR", "TWN", "S", ticket)
            # rule 4: it is printed to 1024 bytes with its end
            self.need(len(line) < 1024, "the ticket is too long", line)
            conn.raw(line)
            return
        self.need(got.words[1] == "OK" and len(got.words) >= 6, "USR", got)
        conn.ask("SYN", "0")

    def ticket(self, challenge: str) -> str:
        policy = "?" + urllib.parse.unquote(challenge).replace(",", "&")
        body = rst.request(rst.OLD, self.email, self.password[:16],
                           ((rst.BASE, None), (rst.MESSENGER, policy)))
        got = web.ask(self.world, self.NAME, "loginnet.passport.com", (
            "POST /RST.srf HTTP/1.0\r\nAccept: text/*\r\n"
            "User-Agent: BitlBee 1.2.8\r\nHost: loginnet.passport.com\r\n"
            f"Content-Length: {len(body)}\r\nCache-Control: no-cache"
            "\r\n\r\n").encode() + body)                # rule 3: HTTP/1.0
        # also for faults
        self.need(re.match(r"HTTP/1\.[01] 200 ", got.status), "status",
                  got.raw)
        # literal names of any case; the last token wins
        text = got.body.decode()
        last = ""
        for name, rest in re.findall(
                r"(?is)<wsse:BinarySecurityToken([^>]*)>([^<]*)<", text):
            which = re.search(r'Id="(Compact|PPToken)\d+"', name)
            if which:
                last = rest.replace("&amp;", "&")
        if last:
            self.need("<wst:RequestedSecurityToken>" in text, "RST", text)
            return last
        ET.fromstring(text)
        found = re.search(r"(?s)<S:Envelope.*<S:Fault.*?<faultstring>"
                          r"(.*?)</faultstring>", text)
        self.need(found, "neither a token nor S:Fault", text)
        assert found is not None
        self.refused = found.group(1)
        return ""

    def ns_SYN(self, conn: Conn, got: Message) -> None:
        # rule 5: other counts mean "unchanged", and no list comes
        self.need(len(got.words) == 4, "SYN of other words: no list", got)
        self.left = int(got.words[2])
        if self.left == 0:
            self.finish()

    def ns_LST(self, conn: Conn, got: Message) -> None:
        self.listed(got.words[0], int(got.words[2]))
        assert self.left is not None
        self.left -= 1
        if self.left == 0:
            self.finish()

    def finish(self) -> None:
        self.online = True
        self.go("NLN")

    def look(self) -> list[str]:
        return []

    def ns_ADD(self, conn: Conn, got: Message) -> None:
        self.need(got.words[1] != "RL" or len(got.words) >= 5, "ADD", got)
        super().ns_ADD(conn, got)

    def ns_MSG(self, conn: Conn, got: Message) -> None:
        self.need(int(got.words[2]) > 0, "an empty MSG", got)
        got.text()

    def ns_OUT(self, conn: Conn, got: Message) -> None:
        self.lost = " ".join(got.words) or "OUT"

    def ns_XFR(self, conn: Conn, got: Message) -> None:
        if got.words[1] == "NS":
            where = hostport(conn, got.words[2])
            conn.close()
            self.connect("ns", where).ask("VER", "MSNP8", "CVR0")
            return
        self.xfr_sb(conn, got)

    # rule 17
    def ns_error(self, conn: Conn, got: Message, asked: str) -> None:
        self.shown.append(got.line)
        if got.verb in FATAL:
            self.refused = self.lost = got.verb
            conn.close()

    def sb_error(self, conn: Conn, got: Message, asked: str) -> None:
        self.shown.append(got.line)
        if got.verb in SPARE:
            self.waiting.pop(conn.peer, None)
            conn.peer = ""
        elif got.verb in FATAL | {"911", "280"}:
            conn.close()

    def sb_CAL(self, conn: Conn, got: Message) -> None:
        self.need(re.fullmatch(r"\d+", got.words[2]), "CAL", got)

    # rule 16: a new CAL on a board that everybody left must work
    def sb_BYE(self, conn: Conn, got: Message) -> None:
        super().sb_BYE(conn, got)
        if not conn.people:
            conn.peer = ""
            conn.open = False

    def call(self, email: str) -> None:
        for board in self.boards:
            if not board.people and not board.peer and board.sock:
                board.peer = email
                board.ask("CAL", email)
                return
        super().call(email)


MEMBERS = {"bitlbee-1.2.8": BitlBee12}
