# SPDX-License-Identifier: MIT
"""msnlib 3.7: MSNP8, only through a dispatch server (programs-2 §9)."""

from __future__ import annotations

import urllib.parse

import web
from lists import Lists
from strict import Conn, Habits, LAST, Message, UNASKED8, hostport


class Msnlib(Lists):
    NAME, DIALECT, SOURCE = "msnlib 3.7", 8, "programs-2 §9"
    SETTINGS = {"ns.dispatch": "on"}
    CAN = frozenset({"block", "gone", "again", "group", "elsewhere"})
    FLAG = "A"
    CAPS = ""
    NS = Habits(payload={"MSG": LAST, "NOT": 0}, unknown="ignore",
                unasked=UNASKED8)
    SB = Habits(payload={"MSG": LAST}, unknown="ignore")
    # rule 5: exact counts
    COUNTS = {"ns_SYN": (4, 4), "ns_LSG": (3, 3), "ns_LST": (3, 4),
              "ns_ILN": (4, 99), "ns_RNG": (6, 99), "ns_XFR": (5, 99),
              "sb_IRO": (5, 5)}                     # rule 7: no caps in IRO

    def start(self) -> None:
        self.referred = False
        self.last = ""
        self.connect("ns", self.world.ns).ask("VER", "MSNP8", "CVR0")

    def ns_VER(self, conn: Conn, got: Message) -> None:
        words = ["0x0409", "win", "4.10", "i386", "MSNMSGR", "5.0.0544",
                 "MSMSGS"]
        if not self.referred:
            conn.ask("CVR", *words, self.email)
            return
        conn.trid += 1
        conn.asked[conn.trid] = "CVR"               # rule 2: a TAB
        conn.say(f"CVR {conn.trid} {' '.join(words)}\t{self.email}")

    def ns_CVR(self, conn: Conn, got: Message) -> None:
        conn.ask("USR", "TWN", "I", self.email)

    def ns_XFR(self, conn: Conn, got: Message) -> None:
        if got.words[1] == "SB":
            self.xfr_sb(conn, got)
            return
        where = hostport(conn, got.words[2])
        conn.close()
        self.referred = True
        ns = self.connect("ns", where)
        ns.trid = conn.trid                         # they run on
        ns.ask("VER", "MSNP8", "CVR0")

    def ns_USR(self, conn: Conn, got: Message) -> None:
        if got.words[1:3] == ["TWN", "S"]:
            self.need(self.referred, "crashes: no XFR came", got)   # 1
            ticket = self.ticket(got.words[3])
            if ticket:
                conn.ask("USR", "TWN", "S", ticket)
            return
        self.need(got.words[1] == "OK", "USR", got)
        self.nick = got.words[3]
        conn.ask("SYN", "0")

    def ticket(self, challenge: str) -> str:
        got = web.ask(self.world, self.NAME, "nexus.passport.com",
                      b"GET /rdr/pprdr.asp HTTP/1.0\r\n\r\n")
        urls = got.need(got.header("PassportURLs"), "no PassportURLs")
        pairs = {}
        for item in urls.split(","):                # rule 8, rule E
            self.need("=" in item, "no = in PassportURLs", urls)
            key, value = item.split("=", 1)
            pairs[key] = value
        url = "https://" + pairs["DALogin"]
        ru = "http%3A%2F%2Fmessenger%2Emsn%2Ecom"
        for _ in range(4):
            _, host, path = web.split_url(self.NAME, url)
            # rules 3, 4: the whole URL, and keys twice
            got = web.ask(self.world, self.NAME, host, (
                f"GET {url} HTTP/1.1\r\nAuthorization: Passport1.4 "
                f"OrgVerb=GET,OrgURL={ru},"
                f"sign-in={urllib.parse.quote(self.email, safe='')},"
                f"pwd={urllib.parse.quote(self.password, safe='')},"
                f"lc=1033,id=507,tw=40,fs=1,ru={ru},ct=0,kpp=1,kv=5,"
                f"ver=2.1.0173.1,{challenge}\r\nHost: {host}\r\n\r\n"
                ).encode())
            if " 302 " not in got.status:
                break
            url = got.need(got.header("Location"), "302")
        if " 200 " not in got.status:
            self.refused = got.status
            return ""
        told = got.need(got.header("Authentication-Info"), "no ticket")
        items = told.split(",")
        at = [i for i, item in enumerate(items)
              if item.startswith("from-PP=")]
        self.need(at and at[0] > 0, "from-PP is first, or missing", told)
        value = items[at[0]].split("=", 1)[1]
        self.need(value[0] == value[-1] == "'", "not quoted", told)
        return value[1:-1]

    def ns_SYN(self, conn: Conn, got: Message) -> None:
        self.left = int(got.words[2])
        self.complete(conn)

    def ns_LST(self, conn: Conn, got: Message) -> None:
        self.listed(got.words[0], int(got.words[2]))
        self.last = got.words[0]
        self.left -= 1
        self.complete(conn)

    def complete(self, conn: Conn) -> None:
        if self.left == 0:
            self.online = True
            self.go("NLN")

    def look(self) -> list[str]:
        return []

    def ns_BPR(self, conn: Conn, got: Message) -> None:         # rule 11
        if len(got.words) <= 2:
            self.need(self.last, "BPR without a LST", got)
        else:
            self.know(conn, got, got.words[1])

    def know(self, conn: Conn, got: Message, email: str) -> None:
        self.need(email in self.friends, "KeyError: a stranger", got)  # 6

    def ns_MSG(self, conn: Conn, got: Message) -> None: ...

    def ns_error(self, conn: Conn, got: Message, asked: str) -> None:
        if got.verb[0] == "9" and not self.online:
            self.refused = got.verb
            return
        self.shown.append(got.line)

    sb_error = ns_error

    # ---- boards ----
    def sb_USR(self, conn: Conn, got: Message) -> None:
        conn.ask("CAL", conn.peer)

    def sb_ANS(self, conn: Conn, got: Message) -> None:
        conn.open = True
        self.flush(conn)

    def sb_JOI(self, conn: Conn, got: Message) -> None:
        conn.open = True
        self.joined(conn, got.words[0])
        if got.words[0] == conn.peer:               # rule 10: to the letter
            self.flush(conn)

    def leave(self) -> None:
        for board in self.boards:                   # rule 9
            if board.sock is not None:
                board.ask("BYE", self.email)
                board.close()
        self.boards.clear()
        super().leave()


MEMBERS = {"msnlib-3.7": Msnlib}
