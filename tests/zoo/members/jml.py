# SPDX-License-Identifier: MIT
"""The Java MSN library at MSNP8 to 12 (programs-2 §3)."""

from __future__ import annotations

import re
import urllib.parse

import web
from lists import Lists, Lists10
from strict import Conn, Habits, LAST, Message, UNASKED8

NUMBERLESS = UNASKED8


class Jml(Lists10):
    NAME, DIALECT, SOURCE = "Java MSN library, MSNP12", 12, "programs-2 §3"
    CAN = frozenset({"block", "gone", "nudge", "group", "elsewhere"})
    ALLOWS = True
    BUILD = "7.0.0777"
    # lines are (3 letters)(rest) and must end in CR LF; the length is the
    # digits at the end (rule A: of 241 and 508, too)
    NS = Habits(payload={"MSG": LAST, "NOT": LAST, "UBX": LAST, "GCF": LAST},
                unasked=NUMBERLESS, unknown="ignore")
    SB = Habits(payload={"MSG": LAST}, unknown="ignore")

    def start(self) -> None:
        self.left = self.groups_left = -1
        self.pings = 0
        self.behind = ""        # whose BPR come now
        self.connect("ns", self.world.ns).ask(
            "VER", f"MSNP{self.DIALECT}", "CVR0")

    def ns_VER(self, conn: Conn, got: Message) -> None:
        self.need(got.words[1] == f"MSNP{self.DIALECT}",
                  "the first dialect of VER", got)              # rule 1
        conn.ask("CVR", "0x0409", "winnt", "5.1", "i386", "MSNMSGR",
                 self.BUILD, "msmsgs", self.email)

    def ns_CVR(self, conn: Conn, got: Message) -> None:
        conn.ask("USR", "TWN", "I", self.email)

    def ns_USR(self, conn: Conn, got: Message) -> None:
        if got.words[1:3] == ["TWN", "S"]:
            ticket = self.ticket(got.words[3])
            if ticket:
                conn.ask("USR", "TWN", "S", ticket)
            return
        self.need(got.words[1] == "OK" and got.words[-1] == "0",
                  "USR OK of a switchboard", got)               # rule 2
        conn.ask("SYN", *(["0"] if self.DIALECT < 10 else ["0", "0"]))

    def ticket(self, challenge: str) -> str:
        got = web.ask(self.world, self.NAME, "nexus.passport.com", (
            b"GET /rdr/pprdr.asp HTTP/1.1\r\nHost: nexus.passport.com\r\n"
            b"Connection: close\r\nAccept: text/*\r\n\r\n"))
        urls = got.need(got.header("PassportURLs"), "no PassportURLs")
        found = re.search(r"DALogin=([^,]*)", urls)
        self.need(found, "no DALogin", urls)
        assert found is not None
        # rule 3: it wants a scheme there, which is its own fault; who uses
        # it gives it the address
        url = "https://" + found.group(1).removeprefix("https://")
        for _ in range(4):
            _, host, path = web.split_url(self.NAME, url)
            got = web.ask(self.world, self.NAME, host, (
                f"GET {path} HTTP/1.1\r\nAuthorization: Passport1.4 "
                f"OrgVerb=GET,OrgURL={urllib.parse.quote(url, safe='')},"
                f"sign-in={urllib.parse.quote(self.email, safe='')},"
                f"pwd={urllib.parse.quote(self.password, safe='')},"
                f"{challenge}\r\nHost: {host}\r\nConnection: close\r\n"
                "Accept: text/*\r\n\r\n").encode())
            if " 302 " not in got.status:
                break
            url = got.need(got.header("Location"), "302")       # rule 14
        if " 401 " in got.status:
            self.refused = "401"                                # rule 15
            return ""
        self.need(" 200 " in got.status, "login2", got.raw)
        told = got.need(got.header("Authentication-Info"), "no ticket")
        ticket = re.search(r"from-PP='([^']*)'", told)
        self.need(ticket, "no from-PP", told)
        assert ticket is not None
        return ticket.group(1)

    # ---- lists: both counts exact (rule 5) ----
    def ns_SYN(self, conn: Conn, got: Message) -> None:
        n, g = got.words[-2:]
        self.need(len(got.words) == (4 if self.DIALECT < 10 else 5),
                  "words of SYN", got)
        self.left, self.groups_left = int(n), int(g)
        self.complete(conn)

    def ns_LSG(self, conn: Conn, got: Message) -> None:
        self.groups_left -= 1
        self.complete(conn)

    def ns_LST(self, conn: Conn, got: Message) -> None:
        # N= first, F= second, the list number behind C=
        words = got.words
        self.need(words[0].startswith("N=") and words[1].startswith("F="),
                  "LST without N= and F=", got)
        at = 3 if words[2].startswith("C=") else 2
        self.need(re.fullmatch(r"\d+", words[at]), "no list number", got)
        email = words[0][2:]
        if at == 3:
            self.guids[email] = words[2][2:]
        self.note_list(conn, email, int(words[at]))

    def note_list(self, conn: Conn, email: str, bits: int) -> None:
        self.listed(email, bits)
        self.behind = email if bits & 1 else ""
        self.left -= 1
        self.complete(conn)

    def ns_BPR(self, conn: Conn, got: Message) -> None:
        self.need(self.behind, "BPR not behind its LST or ADD", got)    # 6

    def dispatch(self, conn: Conn, got: Message) -> None:
        super().dispatch(conn, got)
        if conn.kind == "ns" and got.verb not in ("LST", "BPR"):
            self.behind = got.words[3] if got.verb in ("ADD", "ADC") \
                and got.words[1] == "FL" else ""
            if got.verb in ("ILN", "NLN") and self.online:
                # told together with an addition
                self.behind = got.words[2 if got.verb == "ILN" else 1]

    def complete(self, conn: Conn) -> None:
        self.need(self.left >= 0 and self.groups_left >= 0,
                  "more lines than SYN said")
        if self.left == 0 and self.groups_left == 0:
            self.go("NLN")

    def ns_CHG(self, conn: Conn, got: Message) -> None:
        if not self.online:
            conn.say("PNG")

    def ns_QNG(self, conn: Conn, got: Message) -> None:
        self.need(len(got.words) < 2, "QNG", got)
        self.online = True                                      # rule 12

    def ns_MSG(self, conn: Conn, got: Message) -> None:
        got.text()

    def ns_SBS(self, conn: Conn, got: Message) -> None: ...
    def ns_UBX(self, conn: Conn, got: Message) -> None: ...
    def ns_GCF(self, conn: Conn, got: Message) -> None: ...

    def saw(self, conn: Conn, got: Message, words: list[str]) -> None:
        super().saw(conn, got, words)
        if len(words) > 4 and words[4] not in ("0", ""):        # rule 11
            obj = urllib.parse.unquote(words[4])
            if obj.startswith("<msnobj ") and obj.endswith("/>"):
                self.objects[words[1]] = words[4]

    def ns_error(self, conn: Conn, got: Message, asked: str) -> None:
        self.shown.append(got.line)
        if asked == "USR":
            self.refused = got.verb

    sb_error = ns_error

    def ns_OUT(self, conn: Conn, got: Message) -> None:         # rule 13
        self.lost = " ".join(got.words) or "OUT"
        conn.close()

    def ns_XFR(self, conn: Conn, got: Message) -> None:
        self.xfr_sb(conn, got)

    def nudge(self, email: str) -> None:
        self.send(email, "N", (
            "MIME-Version: 1.0\r\nContent-Type: text/x-msnmsgr-datacast"
            "\r\n\r\nID: 1\r\n\r\n").encode())


class Jml11(Jml):
    NAME, DIALECT = "Java MSN library, MSNP11", 11


class Jml10(Jml):
    NAME, DIALECT, BUILD = "Java MSN library, MSNP10", 10, "6.2.0205"


class Jml9(Jml):
    NAME, DIALECT, BUILD = "Java MSN library, MSNP9", 9, "6.0.0602"

    put = Lists.put

    def ns_LST(self, conn: Conn, got: Message) -> None:
        self.need(3 <= len(got.words) <= 4, "words of LST", got)
        self.note_list(conn, got.words[0], int(got.words[2]))


class Jml8(Jml9):
    NAME, DIALECT, BUILD = "Java MSN library, MSNP8", 8, "5.0.0544"
    OBJECT = False


MEMBERS = {"jml-12": Jml, "jml-11": Jml11, "jml-10": Jml10, "jml-9": Jml9,
           "jml-8": Jml8}
