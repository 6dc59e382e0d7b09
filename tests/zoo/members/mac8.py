# SPDX-License-Identifier: MIT
"""Messenger for Mac 8.0.1, as its published session has it (seed 002;
ns-modern, soap)."""

from __future__ import annotations

import re
import urllib.parse

import live_rst as rst
import web
from newer import Conn, Habits, LAST, Message, Newer, UNASKED


class Mac8(Newer):
    NAME, DIALECT, SOURCE = "Messenger for Mac 8.0.1", 16, "seed 002"
    CAN = frozenset({"block", "gone", "group", "elsewhere", "again",
                     "picture"})
    OFFER = ("MSNP16", "MSNP15", "MSNP14", "MSNP13", "CVR0")
    CVR = ("0x0409", "mac", "10.14.6", "i386", "macmsgs", "8.0.1", "macmsgs")
    BOOK_HOST = "byrdr.omega.contacts.msn.com"
    CAPS = "1085276192:131088"
    WEB_AGENT = "User-Agent: Messenger/8.0.1\r\nAccept: */*\r\n"
    ML_END = " />"
    NS = Habits(payload={verb: LAST for verb in
                         "MSG NOT GCF UBX UBN UBM ADL RML FQY UUX".split()},
                error_payload=LAST, unasked=UNASKED)
    SB = Habits(payload={"MSG": LAST})
    COUNTS = {"ns_ILN": (7, 7), "ns_NLN": (6, 6), "ns_UBX": (3, 3),
              "ns_CHG": (3, 4), "sb_JOI": (3, 3), "sb_IRO": (6, 6)}

    def no_length(self, conn: Conn, got: Message) -> int | None:
        if got.verb in ("ADL", "RML", "FQY"):
            return None
        return super().no_length(conn, got)

    def ns_VER(self, conn: Conn, got: Message) -> None:
        self.need(got.words[1] == "MSNP16", "VER", got)
        conn.ask("CVR", *self.CVR, self.email)

    def ns_CVR(self, conn: Conn, got: Message) -> None:
        self.need(len(got.words) == 6, "CVR", got)
        conn.ask("USR", "TWN", "I", self.email)

    def ns_USR(self, conn: Conn, got: Message) -> None:
        if got.words[1] == "OK":
            return
        self.need(got.words[1:3] == ["TWN", "S"] and len(got.words) == 4,
                  "no challenge", got)
        self.challenge = got.words[3]
        ticket = self.ticket()
        if ticket:
            conn.ask("USR", "TWN", "S", ticket,
                     self.guid.strip("{}").replace("-", ""))

    challenge = ""

    def ticket(self) -> str:
        """A login for each service, by a POST without a body."""
        got = web.ask(self.world, self.NAME, "nexus.passport.com", (
            b"GET /rdr/pprdr.asp HTTP/1.1\r\nHost: nexus.passport.com\r\n"
            b"Connection: close\r\n\r\n"))
        found = re.search(r"DALogin=([^/,]+)(/[^,\r]*)", got.need(
            got.header("PassportURLs"), "no PassportURLs"))
        self.need(found, "no DALogin", got.raw)
        assert found is not None
        host, path = found.groups()
        got = web.ask(self.world, self.NAME, host, (
            f"POST {path} HTTP/1.1\r\nAuthorization: Passport1.4 "
            f"{self.challenge},OrgVerb=GET,OrgURL=http%3A%2F%2F"
            "messenger.msn.com,"
            f"sign-in={urllib.parse.quote(self.email, safe='')},"
            f"pwd={urllib.parse.quote(self.password, safe='')}\r\n"
            f"Host: {host}\r\nConnection: close\r\n\r\n").encode())
        if " 401 " in got.status:
            self.refused = "401"
            return ""
        self.need(" 200 " in got.status, "login", got.raw)
        told = got.need(got.header("Authentication-Info"), "no ticket")
        self.need(told.startswith("Passport1.4 da-status=success,"),
                  "no success", told)
        ticket = re.search(r"from-PP='([^']*)'", told)
        self.need(ticket, "no from-PP", told)
        assert ticket is not None
        self.tickets[rst.CONTACTS] = ticket.group(1)
        return ticket.group(1)

    def profile(self, conn: Conn, headers: dict[str, str]) -> None:
        self.ticket()
        self.fetch_membership()
        self.ticket()
        self.fetch_book()
        for part in self.ml(self.bits(), first=True):
            conn.ask("ADL", payload=part)
        conn.ask("PRP", "MFN", self.email)
        conn.ask("BLP", "AL")
        self.go("NLN")
        for text in (
                "<Data><PSM></PSM><CurrentMedia></CurrentMedia></Data>",
                f"<EndpointData><Capabilities>{self.CAPS}</Capabilities>"
                "</EndpointData>",
                "<PrivateEndpointData><EpName>Rhodes</EpName><ClientType>1"
                "</ClientType></PrivateEndpointData>"):
            conn.ask("UUX", payload=text.encode())
        for words in ("MOBILE", "PROFILE 0x0409", "CHGMOB"):
            conn.ask("URL", *words.split())
        conn.trid += 1
        conn.asked[conn.trid] = "UUN"
        conn.raw(f"UUN {conn.trid} {self.email} 8 9\r\nignore me".encode())
        conn.trid += 1
        conn.say(f"PNG {conn.trid}")

    def go(self, state: str) -> None:
        assert self.ns is not None
        self.ns.ask("CHG", state, self.CAPS)

    def answered(self, conn: Conn, got: Message) -> None: ...

    def ns_CHG(self, conn: Conn, got: Message) -> None:
        self.need(got.words[2] == self.CAPS, "CHG comes back otherwise", got)

    def ns_URL(self, conn: Conn, got: Message) -> None:
        self.need(len(got.words) == 4, "URL", got)

    def ns_UUN(self, conn: Conn, got: Message) -> None:
        self.need(got.words[1] == "OK", "UUN", got)

    def ns_QNG(self, conn: Conn, got: Message) -> None:
        self.need(int(got.words[0]) > 0, "QNG", got)
        self.online = True

    # it says places of its own, and so knows those of others
    def cut(self, conn: Conn, word: str) -> str:
        return word.partition(";")[0]

    def sb_BYE(self, conn: Conn, got: Message) -> None:
        if ";" not in got.words[0]:
            super().sb_BYE(conn, got)

    def ns_UUX(self, conn: Conn, got: Message) -> None:
        self.need(got.words[1] == "0", "UUX", got)


MEMBERS = {"mac-8": Mac8}
