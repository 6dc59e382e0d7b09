# SPDX-License-Identifier: MIT
"""MSN Messenger 5.0: MSNP8, as its published session has it (seed 004)."""

from __future__ import annotations

import re
import urllib.parse

import web
from lists import Lists
from strict import Conn, Habits, LAST, Message, UNASKED8, hostport

# What the published challenge looked like: these keys in this order.
CHALLENGE = re.compile(
    r"lc=1033,id=507,tw=40,fs=1,ru=http%3A%2F%2Fmessenger%2Emsn%2Ecom,"
    r"ct=\d{10},kpp=1,kv=5,ver=2\.1\.0173\.1,tpf=[0-9a-f]{32}")


class Msn5(Lists):
    NAME, DIALECT, SOURCE = "MSN Messenger 5.0", 8, "seed 004"
    SETTINGS = {"ns.dispatch": "on"}
    CAN = frozenset({"block", "gone", "again", "group", "elsewhere", "file"})
    CAPS = "0"
    NS = Habits(payload={"MSG": LAST, "NOT": LAST, "IPG": LAST},
                unasked=UNASKED8)
    SB = Habits(payload={"MSG": LAST})
    # the words of the time: no objects, no bare forms
    COUNTS = {"ns_VER": (3, 3), "ns_CVR": (6, 6), "ns_ILN": (5, 5),
              "ns_NLN": (4, 4), "ns_FLN": (1, 1), "ns_LST": (3, 4),
              "ns_LSG": (3, 3), "ns_SYN": (4, 4), "ns_RNG": (6, 6),
              "ns_XFR": (5, 5), "sb_USR": (4, 4), "sb_JOI": (2, 2),
              "sb_IRO": (5, 5), "sb_BYE": (1, 2), "sb_MSG": (3, 3)}

    def start(self) -> None:
        conn = self.connect("ns", self.world.ns)
        conn.ask("VER", "MSNP8", "CVR0")

    def ns_VER(self, conn: Conn, got: Message) -> None:
        self.need(got.line == "VER 1 MSNP8 CVR0", "another VER", got)
        conn.ask("CVR", "0x0409", "win", "4.10", "i386", "MSNMSGR",
                 "5.0.0544", "MSMSGS", self.email)

    def ns_CVR(self, conn: Conn, got: Message) -> None:
        for word in got.words[1:4]:
            self.need(re.fullmatch(r"\d+\.\d+\.\d{4}", word), "CVR", got)
        for word in got.words[4:]:
            self.need(word.startswith("http"), "CVR without URLs", got)
        conn.ask("USR", "TWN", "I", self.email)

    def ns_XFR(self, conn: Conn, got: Message) -> None:
        if got.words[1] == "SB":
            self.xfr_sb(conn, got)
            return
        # XFR 3 NS 207.46.106.35:1863 0 207.46.104.20:1863
        self.need(got.words[1] == "NS" and got.words[3] == "0", "XFR", got)
        hostport(conn, got.words[4])
        where = hostport(conn, got.words[2])
        conn.close()
        self.connect("ns", where).ask("VER", "MSNP8", "CVR0")

    def ns_USR(self, conn: Conn, got: Message) -> None:
        if got.words[1:3] == ["TWN", "S"]:
            self.need(len(got.words) == 4
                      and CHALLENGE.fullmatch(got.words[3]),
                      "a challenge unlike the published one", got)
            ticket = self.ticket(got.words[3])
            if ticket:
                conn.ask("USR", "TWN", "S", ticket)
            return
        # USR 4 OK example@passport.com example%20friendlyname 1 0
        self.need(re.fullmatch(
            rf"USR 4 OK {re.escape(self.email)} \S+ 1 0", got.line),
            "USR OK in another form", got)
        conn.ask("SYN", "0")

    def ticket(self, challenge: str) -> str:
        """Nexus, then the login server, with the published requests."""
        got = web.ask(self.world, self.NAME, "nexus.passport.com",
                      b"GET /rdr/pprdr.asp HTTP/1.0\r\n\r\n")
        self.need(got.status == "HTTP/1.1 200 OK", "Nexus", got.raw)
        urls = got.need(got.header("PassportURLs"), "no PassportURLs")
        pairs = dict(item.split("=", 1) for item in urls.split(","))
        url = "https://" + pairs["DALogin"]
        for _ in range(3):
            _, host, path = web.split_url(self.NAME, url)
            got = web.ask(self.world, self.NAME, host, (
                f"GET {path} HTTP/1.1\r\nAuthorization: Passport1.4 "
                "OrgVerb=GET,OrgURL=http%3A%2F%2Fmessenger%2Emsn%2Ecom,"
                f"sign-in={urllib.parse.quote(self.email, safe='')},"
                f"pwd={urllib.parse.quote(self.password, safe='')},"
                f"{challenge}\r\nHost: {host}\r\n\r\n").encode())
            if got.status != "HTTP/1.1 302 Found":
                break
            url = got.need(got.header("Location"), "302 without Location")
        if got.status == "HTTP/1.1 401 Unauthorized":
            told = got.need(got.header("WWW-Authenticate"), "401 without it")
            self.need("cbtxt=" in told, "no cbtxt", told)
            self.refused = "401"
            return ""
        self.need(got.status == "HTTP/1.1 200 OK", "login", got.raw)
        told = got.need(got.header("Authentication-Info"), "no ticket")
        found = re.fullmatch(
            r"Passport1\.4 da-status=success,tname=MSPAuth,tname=MSPProf,"
            r"tname=MSPSec,from-PP='(t=[^&']+&p=[^&']+)',"
            r"ru=http://messenger\.msn\.com", told)
        self.need(found, "Authentication-Info in another form", told)
        assert found is not None
        return found.group(1)

    def ns_SYN(self, conn: Conn, got: Message) -> None:
        self.left = int(got.words[2])
        self.done(conn)

    def ns_LST(self, conn: Conn, got: Message) -> None:
        bits = int(got.words[2])
        self.need((len(got.words) == 4) == bool(bits & 1),
                  "groups where none belong, or none", got)
        self.listed(got.words[0], bits)
        self.left -= 1
        self.done(conn)

    def done(self, conn: Conn) -> None:
        if self.left == 0:
            self.go("NLN")

    def ns_CHG(self, conn: Conn, got: Message) -> None:
        self.need(got.words[2:] == [self.CAPS], "CHG unlike it was sent",
                  got)
        self.online = True

    def ns_MSG(self, conn: Conn, got: Message) -> None:
        self.need(got.words[:2] == ["Hotmail", "Hotmail"], "who?", got)
        got.text()

    def ns_OUT(self, conn: Conn, got: Message) -> None:
        self.need(got.words, "OUT without a reason", got)
        self.lost = got.words[0]

    def ns_error(self, conn: Conn, got: Message, asked: str) -> None:
        self.shown.append(got.line)
        if asked == "USR":
            self.refused = got.verb


MEMBERS = {"msn-5.0": Msn5}
