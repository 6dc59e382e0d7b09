# SPDX-License-Identifier: MIT
"""Kwerty: MSNP12 on .NET (programs-2 §7)."""

from __future__ import annotations

import re

import web
from lists import Lists10
from strict import Conn, Habits, LAST, Message, UNASKED8, hostport
from talk import decode

URLS = {"DARealm", "DALogin", "DAReg", "Properties", "Privacy",
        "GeneralRedir", "Help", "ConfigVersion"}


def least(**words: int) -> dict[str, tuple[int, int]]:
    """The verb is counted in the program's table."""
    return {key: (n - 1, 99) for key, n in words.items()}


class Kwerty(Lists10):
    NAME, DIALECT, SOURCE = "Kwerty", 12, "programs-2 §7"
    PRODUCT = ("PROD0120PW!CCV9@", "C1BX{V4W}Q3*10SM")
    CAN = frozenset({"block", "gone", "group", "elsewhere"})
    ASKS = False            # additions bear TrID 0 and are never shown
    FLAG = "A"              # its ACK must come (rule 11; Talker.check)
    CAPS = "268435456"
    # CR LF pair; GCF and UBN have no row: their payload is read as lines
    NS = Habits(payload={"MSG": LAST, "NOT": LAST, "UBX": LAST},
                unknown="ignore", unasked=UNASKED8)
    SB = Habits(payload={"MSG": LAST}, unknown="ignore", body=1664 + 512)
    # rule 1
    COUNTS = least(ns_CVR=2, ns_USR=5, ns_XFR=6, ns_SYN=6, ns_PRP=3,
                   ns_CHG=4, ns_SBP=5, ns_LSG=3, ns_LST=3, ns_NLN=5,
                   ns_ILN=6, ns_FLN=2, ns_UBX=3, ns_UUX=3, ns_QNG=2,
                   ns_NOT=2, ns_OUT=2, ns_RNG=7, ns_CHL=3, ns_SBS=3,
                   sb_ANS=3, sb_CAL=4, sb_JOI=3, sb_IRO=6, sb_BYE=2,
                   ns_ADG=4, ns_RMG=3, ns_MSG=4, sb_MSG=4)

    def start(self) -> None:
        self.left: int | None = None
        self.pending = 0
        self.connect("ns", self.world.ns).ask("VER", "MSNP12")

    def ns_VER(self, conn: Conn, got: Message) -> None:
        conn.ask("CVR", "0x0409", "winnt", "5.0", "1386", "MSMSGS",
                 "5.0.0482", "WindowsMessenger", self.email)

    def ns_CVR(self, conn: Conn, got: Message) -> None:
        conn.ask("USR", "TWN", "I", self.email)

    def ns_USR(self, conn: Conn, got: Message) -> None:
        if got.words[1:3] == ["TWN", "S"]:
            ticket = self.ticket(got.words[3])
            if ticket:
                conn.ask("USR", "TWN", "S", ticket)
            return
        conn.ask("SYN", "0", "0")

    def ticket(self, challenge: str) -> str:
        got = web.ask(self.world, self.NAME, "nexus.passport.com", (
            b"GET /rdr/pprdr.asp HTTP/1.1\r\nHost: nexus.passport.com\r\n"
            b"Connection: Close\r\n\r\n"), mono=True)
        urls = got.need(got.header("PassportURLs"), "no PassportURLs")
        pairs: dict[str, str] = {}
        for item in urls.split(","):                        # rule 2
            self.need(item.count("=") == 1, "not one = in", item)
            key, value = item.split("=")
            self.need(key not in pairs, "twice", key)
            pairs[key] = value
        self.need(set(pairs) >= URLS, "names of PassportURLs", urls)
        url = "https://" + pairs["DALogin"]
        for _ in range(4):
            _, host, path = web.split_url(self.NAME, url)
            # neither the name nor the password is encoded (§17)
            got = web.ask(self.world, self.NAME, host, (
                f"GET {path} HTTP/1.1\r\nAuthorization: Passport1.4 "
                "OrgVerb=GET,OrgURL=http%3A%2F%2Fmessenger%2Emsn%2Ecom,"
                f"sign-in={self.email},pwd={self.password},{challenge}\r\n"
                f"Host: {host}\r\nConnection: Close\r\n\r\n").encode(),
                mono=True)
            if " 302 " not in got.status:
                break
            url = got.need(got.header("Location"), "302")
        if " 200 " not in got.status:
            self.refused = got.status
            return ""
        told = got.need(got.header("Authentication-Info"), "no ticket")
        parts = told.split("'")                             # rule 3
        self.need(len(parts) >= 3, "no quoted pair", told)
        return parts[1]

    # ---- lists (rule 5) ----
    def ns_SYN(self, conn: Conn, got: Message) -> None:
        self.left = int(got.words[3]) + int(got.words[4])
        self.complete(conn)

    def ns_LSG(self, conn: Conn, got: Message) -> None:
        self.count(conn)

    def ns_LST(self, conn: Conn, got: Message) -> None:
        found, rest = self.fields(got)
        self.need("N" in found and rest and rest[0].isdigit(), "LST", got)
        if "C" in found:
            self.guids[found["N"]] = found["C"]
        self.listed(found["N"], int(rest[0]))
        self.count(conn)

    def count(self, conn: Conn) -> None:
        self.need(self.left, "more lines than SYN said")
        assert self.left is not None
        self.left -= 1
        self.complete(conn)

    def complete(self, conn: Conn) -> None:
        if self.left == 0:
            self.go("NLN")

    def ask_about(self, email: str) -> None: ...

    def ns_BPR(self, conn: Conn, got: Message) -> None:
        if not self.online:                                 # rule 7
            self.need(len(got.words) >= 2, "BPR without a value", got)

    def uint(self, word: str, got: Message) -> None:        # rule 6
        self.need(re.fullmatch(r"\d+", word) and int(word) < 1 << 32,
                  "caps are no uint32", got)

    def ns_CHG(self, conn: Conn, got: Message) -> None:
        self.uint(got.words[2], got)
        self.online = True

    def saw(self, conn: Conn, got: Message, words: list[str]) -> None:
        self.uint(words[3], got)
        email, old = words[1], self.names.get(words[1])
        super().saw(conn, got, words)
        if old != decode(words[2]) and email in self.guids:  # rule 15
            conn.ask("SBP", self.guids[email], "MFN", words[2])
            self.pending += 1

    def ns_SBP(self, conn: Conn, got: Message) -> None:
        self.pending -= 1

    def check(self) -> None:
        super().check()
        self.need(self.pending == 0, "SBP without an answer")

    def ns_UUX(self, conn: Conn, got: Message) -> None: ...
    def ns_UBX(self, conn: Conn, got: Message) -> None: ...
    def ns_SBS(self, conn: Conn, got: Message) -> None: ...

    def message(self, got: Message) -> dict[str, str]:      # rules 8, 9
        head, blank, _ = got.payload.decode().partition("\r\n\r\n")
        self.need(blank, "no empty line", got)
        found: dict[str, str] = {}
        for line in head.split("\r\n"):
            self.need(": " in line, "crashes: a header without ': '", got)
            key, _, value = line.partition(": ")
            self.need(key not in found, "crashes: a header twice", got)
            found[key] = value
        return found

    def ns_MSG(self, conn: Conn, got: Message) -> None:
        self.message(got)

    def ns_error(self, conn: Conn, got: Message, asked: str) -> None:
        if asked == "USR":
            self.refused = got.verb
            return
        raise self.broke("throws", got)                     # rule 12

    sb_error = ns_error

    def ns_OUT(self, conn: Conn, got: Message) -> None:     # rule 14
        self.lost = got.words[0]

    def ns_XFR(self, conn: Conn, got: Message) -> None:     # rule 4
        if got.words[1] == "NS":
            where = hostport(conn, got.words[2])
            conn.close()
            self.connect("ns", where).ask("VER", "MSNP12")
            return
        self.xfr_sb(conn, got)

    # ---- boards ----
    def sb_IRO(self, conn: Conn, got: Message) -> None:
        super().sb_IRO(conn, got)
        conn.open = got.words[1] == got.words[2]

    def sb_ANS(self, conn: Conn, got: Message) -> None:     # rule 10
        self.need(got.words[1] == "OK", "ANS", got)
        self.need(conn.open, "ANS OK before the last IRO", got)
        self.flush(conn)

    def sb_MSG(self, conn: Conn, got: Message) -> None:
        self.message(got)
        super().sb_MSG(conn, got)

    def accept(self, email: str) -> None:
        self.put("AL", email)
        self.put("FL", email)


MEMBERS = {"kwerty": Kwerty}
