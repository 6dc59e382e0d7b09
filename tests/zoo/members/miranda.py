# SPDX-License-Identifier: MIT
"""Miranda IM 0.9.37 at MSNP18, by TCP and by the gateway: programs-1 §9."""

from __future__ import annotations

import base64
import re

import live_rst as rst
import markup
import web
from newer import (Conn, ENDPOINT, Habits, Message, Newer, PRIVATE, SECURE,
                   UNASKED, letter_text)
from tunnel import Tunnel

LISTS = frozenset({"ADL", "RML", "FQY"})
RSTR = ("S:Body/wst:RequestSecurityTokenResponseCollection/"
        "wst:RequestSecurityTokenResponse")


class Miranda(Newer):
    NAME, DIALECT, SOURCE = "Miranda 0.9.37", 18, "programs-1 §9"
    CAN = frozenset({"second place", "block", "gone", "picture", "group", "nudge",
                     "elsewhere", "offline", "again"})
    OFFER = ("MSNP18", "MSNP17", "CVR0")
    CVR = ("0x0409", "winnt", "5.1.0", "i386", "MSNMSGR", "14.0.8117.0416",
           "msmsgs")
    FLAG = "A"
    PLACES = CALLS_ITSELF = True
    KIND, RST_PATH = rst.NEW, "/RST2.srf"
    WISHES = ((rst.BASE, None), (rst.CLEAR, "MBI_KEY_OLD"),
              (rst.MESSENGER, "?id=507"), (rst.CONTACTS, "MBI"),
              (SECURE, "MBI_SSL"), ("storage.msn.com", "MBI"),
              ("sup.live.com", "MBI"))
    WEB_AGENT = "User-Agent: MSN Explorer/9.0 (MSN 8.0; TmstmpExt)\r\n"
    BOOK_HOST = "byrdr.omega.contacts.msn.com"
    BOOK = "ABFindContactsPaged"
    CAPS = "2788999228:48"
    PRODUCT = ("PROD0120PW!CCV9@", "C1BX{V4W}Q3*10SM")
    # programs-1 §9 rules 6, 9: 8192 bytes; an error's payload is read in
    # the form of four words alone
    NS = Habits(payload={"MSG": 2, "UBX": 1, "UBN": 2, "UBM": 5, "NOT": 0,
                         "GCF": 1, "UUX": 1, "ADL": 1, "RML": 1, "FQY": 1},
                error_payload=2, error_words=4, unknown="ignore", body=8192,
                line=8192, unasked=UNASKED)
    SB = Habits(payload={"MSG": 2}, unknown="ignore", line=8192)
    # programs-1 §9 rules 2, 12
    COUNTS = {"ns_USR": (4, 99), "ns_RNG": (9, 9), "ns_XFR": (5, 99),
              "ns_NLN": (3, 99), "ns_FLN": (1, 99), "sb_USR": (3, 99),
              "sb_IRO": (4, 99), "sb_JOI": (2, 99), "ns_UBM": (6, 6)}

    def no_length(self, conn: Conn, got: Message) -> int | None:
        if got.verb in LISTS:
            # programs-1 §9 rule 21: one word, OK
            self.need(got.words[1:] == ["OK"], "ADL, RML, FQY", got)
            return None
        return super().no_length(conn, got)

    # programs-1 §9 rule 1: CVR and USR in one write
    def ns_VER(self, conn: Conn, got: Message) -> None:
        self.need(len(got.words) >= 2, "VER", got)
        conn.raw(conn.line("CVR", *self.CVR, self.email)
                 + conn.line("USR", "SSO", "I", self.email))

    def ns_CVR(self, conn: Conn, got: Message) -> None: ...

    # programs-1 §9 rule 4: Newer.cut_password has 16 characters

    # programs-1 §9 rule 3
    def rst_read(self, got: web.Answer) -> bool:
        self.need(got.status.startswith("HTTP/1.1 200 "),
                  "cannot reach Passport", got.raw)
        top = markup.parse(self.NAME, got.body).find("S:Envelope")
        self.need(top, "no S:Envelope", got.body)
        assert top is not None
        fault = top.find("S:Body/S:Fault/S:Detail")
        if fault is not None:
            self.need(fault.word("psf:error/psf:value") == "0x80048821",
                      "a fault it cannot read", got.body)
            self.refused = "wrong password"
            return False
        for answer in top.all(RSTR):
            where = answer.word("wsp:AppliesTo/wsa:EndpointReference/"
                                "wsa:Address")
            self.need(where, "no Address", got.body)
            assert where is not None
            token = answer.word("wst:RequestedSecurityToken/"
                                "wsse:BinarySecurityToken")
            if token:
                self.tickets[where] = token
            secret = answer.word("wst:RequestedProofToken/wst:BinarySecret")
            if where == rst.CLEAR:
                self.secret = base64.b64decode(secret or "")
            elif where == rst.BASE:
                self.need(secret and answer.find(
                    "wst:RequestedSecurityToken/EncryptedData"), "no TB",
                    got.body)
        self.need(self.secret and "&" in self.tickets[rst.MESSENGER],
                  "no tickets", got.body)
        return True

    # ---- lists ----
    def profile(self, conn: Conn, headers: dict[str, str]) -> None:
        # programs-1 §9 rule 5
        for name in ("ABCHMigrated", "lang_preference", "EmailEnabled",
                     "ClientIP"):
            self.need(name in headers, f"crashes: no {name}", headers)
        super().profile(conn, headers)

    # programs-1 §9 rule 10: status 200, or OUT (Newer.done)
    def check_member(self, member: markup.Node) -> None:
        self.need(member.word("Type") in ("Passport", "Phone", "Email"),
                  "a Member", member)

    def read_book(self, result: markup.Node) -> None:
        self.need(result.word("Ab/abInfo/OwnerCID"), "no OwnerCID")
        super().read_book(result)

    def lists_read(self, conn: Conn) -> None:
        conn.ask("UUX", payload=ENDPOINT.format(caps=self.CAPS).encode())
        conn.ask("BLP", "AL")
        for part in self.ml(self.bits(), first=True):
            conn.ask("ADL", payload=part)
        conn.ask("PRP", "MFN", self.email)
        conn.ask("UUX", payload=PRIVATE.encode())
        self.go("NLN")

    def answered(self, conn: Conn, got: Message) -> None: ...

    # programs-1 §9 rule 11
    def ns_CHG(self, conn: Conn, got: Message) -> None:
        self.online = True

    # programs-1 §9 rules 7, 8: two words (three), 4000 bytes
    def ns_UBX(self, conn: Conn, got: Message) -> None:
        self.need(len(got.words) == 2 and len(got.payload) <= 4000,
                  "the payload is left in the stream", got)

    def ns_UBN(self, conn: Conn, got: Message) -> None:
        self.need(len(got.words) == 3 and len(got.payload) <= 4000,
                  "the payload is left in the stream", got)

    def ns_UUX(self, conn: Conn, got: Message) -> None:
        self.need(len(got.payload) <= 4000, "UUX too long", got)

    def saw(self, conn: Conn, got: Message, state: str,
            words: list[str]) -> None:
        super().saw(conn, got, state, words)
        who, _, rest = self.about(words, got)
        if not int(rest[0].partition(":")[0]) & 0xf0000000:
            self.objects.pop(who, None)

    # programs-1 §9 rule 17: it drops a line silent for 65 s
    def ns_QNG(self, conn: Conn, got: Message) -> None:
        self.need(got.words and int(got.words[0]) <= 64, "QNG", got)
        self.pinged = True

    def check(self) -> None:
        super().check()
        self.pinged = False
        assert self.ns is not None
        self.ns.say("PNG")
        self.world.until(lambda: self.pinged, self, "QNG")

    def ns_error(self, conn: Conn, got: Message, asked: str) -> None:
        if got.verb in ("500", "600", "601", "911"):
            self.refused = self.lost = got.verb
            conn.close()
        elif got.verb in ("913", "210", "215", "715") or int(got.verb) > 500:
            self.shown.append(got.line)

    # ---- boards: programs-1 §9 rules 6, 12 ----
    def xfr_sb(self, conn: Conn, got: Message) -> None:
        self.need(len(got.words[2]) <= 79 and len(got.words[4]) <= 129,
                  "memory overwritten", got)
        super().xfr_sb(conn, got)

    def ns_RNG(self, conn: Conn, got: Message) -> None:
        self.need(len(got.words[0]) <= 49 and len(got.words[1]) <= 79
                  and len(got.words[3]) + 1 + len(got.words[0]) <= 129,
                  "memory overwritten", got)
        super().ns_RNG(conn, got)

    # programs-1 §9 rule 13: itself; its bare JOI; then the contact
    def sb_USR(self, conn: Conn, got: Message) -> None:
        self.need(got.words[1:2] == ["OK"], "USR without OK", got)
        conn.ask("CAL", self.email)

    def sb_JOI(self, conn: Conn, got: Message) -> None:
        who = got.words[0]
        if ";" in who:              # programs-1 §9 rule 14
            conn.places.add(who)
        elif who == self.email:
            if conn.peer and not conn.people and not conn.open:
                conn.ask("CAL", conn.peer)
        else:
            super().sb_JOI(conn, got)

    def sb_IRO(self, conn: Conn, got: Message) -> None:
        if ";" in got.words[3]:
            conn.places.add(got.words[3])
        else:
            super().sb_IRO(conn, got)

    def cut(self, conn: Conn, word: str) -> str:
        return word.partition(";")[0]

    # programs-1 §9 rule 15
    def sb_BYE(self, conn: Conn, got: Message) -> None:
        if ";" not in got.words[0]:
            super().sb_BYE(conn, got)

    # programs-1 §9 rule 16
    def sb_error(self, conn: Conn, got: Message, asked: str) -> None:
        self.shown.append(f"{asked}: {got}")
        if got.verb == "217":
            conn.close()

    # programs-1 §9 rule 19
    def sb_MSG(self, conn: Conn, got: Message) -> None:
        self.need("@" in got.words[0] or got.words[0] == "Hotmail",
                  "a sender", got)
        super().sb_MSG(conn, got)

    # programs-1 §9 rule 20: the version by P2P-Dest
    def piece(self, email: str, data: bytes) -> None:
        self.send(email, "D", (
            "MIME-Version: 1.0\r\nContent-Type: application/x-msnmsgrp2p\r\n"
            f"P2P-Dest: {email}\r\nP2P-Src: {self.email}\r\n\r\n"
        ).encode() + data)

    def received(self, conn: Conn, sender: str, headers: dict[str, str],
                 body: str) -> None:
        if "P2P-Dest" in headers:
            self.need(headers["P2P-Dest"] in (self.email, self.place()),
                      "a piece for another place", headers)
        super().received(conn, sender, headers, body)

    def letter(self, m: markup.Node) -> None:
        text = self.fetch_letter(m.word("I") or "")
        when = re.search(r"(?m)^X-OriginalArrivalTime: (.*)$", text)
        self.need(when is None or re.search(r"\[[0-9A-F]+\.[0-9A-F]+\]",
                                            when.group(1)), "no FILETIME",
                  text)
        self.mail.append((m.word("E") or "", letter_text(text)))


class Gate(Tunnel):
    """programs-1 §9 rules 6, 18: the order of the header, 39 bytes each."""

    def recv_some(self) -> bytes | None:
        got = super().recv_some()
        self.need(len(self.session) <= 39 and len(self.host) <= 39,
                  "memory overwritten", self.host)
        return got


class MirandaGateway(Miranda):
    """programs-1 §9 rules 6, 18 (Gate)."""

    NAME = "Miranda 0.9.37, gateway"

    def connect(self, kind: str, where: tuple[str, int]) -> Conn:
        conn = Gate(self, kind, where, self.SB if kind == "sb" else self.NS)
        if kind == "sb":
            self.boards.append(conn)
        else:
            self.ns = conn
        return conn

    def leave(self) -> None:
        for conn in [*self.boards, self.ns]:
            if conn is not None and conn.sock is not None:
                conn.say("OUT")
        self.online = False
        self.world.until(lambda: self.ns is None or self.ns.sock is None,
                         self, "the end of its session")

    def hang_up_boards(self) -> None:
        for conn in self.boards:
            conn.say("OUT")


MEMBERS = {"miranda": Miranda, "miranda-gateway": MirandaGateway}
