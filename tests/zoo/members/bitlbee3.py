# SPDX-License-Identifier: MIT
"""BitlBee 3.0.5 (MSNP15) and 3.2.2 (MSNP18): programs-1 §6."""

from __future__ import annotations

import base64
import re

import live_rst as rst
import markup
import web
from newer import (Conn, ENDPOINT, Habits, Message, Newer, PRIVATE, SECURE,
                   UNASKED)

# programs-1 §6 rule 17
FATAL = frozenset(
    "500 501 510 520 540 600 601 602 603 604 605 700 710 711 712 714 717 910 "
    "911 912 914 915 916 917 918 919 922 923 924 928".split())
SPARE = ("208", "216", "217", "713")
INDEX = {"1": rst.CLEAR, "2": rst.CONTACTS, "3": SECURE,
         "4": "storage.msn.com"}


class BitlBee305(Newer):
    NAME, DIALECT, SOURCE = "BitlBee 3.0.5", 15, "programs-1 §6"
    CAN = frozenset({"block", "gone", "call again", "group", "elsewhere",
                     "again"})
    CVR = ("0x0409", "mac", "10.2.0", "ppc", "macmsgs", "3.5.1", "macmsgs")
    WISHES = ((rst.BASE, None), (rst.CLEAR, "MBI_KEY_OLD"),
              (rst.CONTACTS, "MBI"), (SECURE, "MBI_SSL"),
              ("storage.msn.com", "MBI"))
    # programs-1 §6 rule 8: plain HTTP, port 80
    BOOK_HOST, BOOK_PLAIN = "contacts.msn.com", True
    WEB_AGENT = "User-Agent: BitlBee 3.0.5\r\nAccept: text/*\r\n"
    # programs-1 §6 rules 11, 18: any error of three words has a payload
    NS = Habits(payload={"MSG": 2, "IPG": 0, "UBX": 2, "NOT": 0, "GCF": 1,
                         "ADL": 1},
                error_payload=1, error_words=3, ends="any", runs=True,
                unknown="ignore", unasked=UNASKED)
    SB = Habits(payload={"MSG": 2}, ends="any", runs=True, unknown="ignore")
    COUNTS = {"ns_VER": (2, 99), "ns_NLN": (5, 99), "ns_ILN": (5, 99),
              "ns_RNG": (6, 99), "ns_XFR": (5, 99), "ns_MSG": (3, 3),
              "sb_MSG": (3, 3)}
    TEXT = ("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8"
            "\r\nUser-Agent: BitlBee 3.0.5\r\n"
            "X-MMS-IM-Format: FN=MS%20Shell%20Dlg; EF=; CO=0; CS=0; PF=0"
            "\r\n\r\n")
    BYE_ENDS = False

    def no_length(self, conn: Conn, got: Message) -> int | None:
        if got.verb == "ADL":
            return None
        return super().no_length(conn, got)

    def take_payload(self, got: Message) -> None:
        # programs-1 §6 rule 1: all CR and LF behind a line are skipped
        self.need(got.payload[:1] not in (b"\r", b"\n"),
                  "a payload that begins with a line end", got)

    def dispatch(self, conn: Conn, got: Message) -> None:
        self.take_payload(got)
        super().dispatch(conn, got)     # programs-1 §6 rule 20: "ignore"

    def prove(self, conn: Conn, policy: str, nonce: str) -> None:
        self.need(len(nonce) == 64, "a nonce of another length", nonce)
        super().prove(conn, policy, nonce)

    # programs-1 §6 rule 7: the end of the reply is the server's close
    def http_post(self, host, path, body, headers, plain=False, version="1.0",
             until="close") -> web.Answer:
        return super().http_post(host, path, body, headers, plain, version,
                                 until)

    def rst_read(self, got: web.Answer) -> bool:
        root = markup.parse(self.NAME, got.body)
        for token in root.named("wsse:BinarySecurityToken"):
            where = INDEX.get(token.attrs.get("Id", "")[-1:])
            if where is None:
                continue
            self.tickets[where] = token.text
            if where == rst.CLEAR:
                assert token.parent is not None
                assert token.parent.parent is not None
                secret = token.parent.parent.word(
                    "wst:RequestedProofToken/wst:BinarySecret")
                self.need(secret, "no secret beside the first", got.body)
                self.secret = base64.b64decode(secret or "")
        if rst.CLEAR in self.tickets:
            return True
        fault = root.find("S:Envelope/S:Fault") or \
            root.find("S:Envelope/S:Body/S:Fault")
        self.need(fault, "neither a token nor S:Fault", got.body)
        assert fault is not None
        self.refused = fault.word("faultstring") or "?"
        return False

    # ---- lists ----
    def ns_MSG(self, conn: Conn, got: Message) -> None:
        """programs-1 §6 rule 19: CHL and MSG before the list are right."""
        headers, _ = got.text()
        if headers.get("Content-Type", "").startswith(
                "text/x-msmsgsprofile"):
            self.profiled = True
            self.finish(conn)

    def signed(self, conn: Conn, got: Message) -> None:
        self.profiled = False
        self.need(len(got.words) >= 4, "USR OK", got)
        self.fetch_membership()
        self.fetch_book()
        # programs-1 §6 rule 9: a Me with a CID
        self.need(self.cid, "hangs: no Me with a CID")
        # what it brings is of no weight
        self.soap_call("GetProfile", "")
        # programs-1 §6 rule 10: each must be answered
        self.wait_for(conn, "BLP", "AL")
        self.step = "blp"

    def check_member(self, member: markup.Node) -> None:
        self.need(member.word("PassportName") is not None,
                  "a Member without PassportName", member)

    step = ""

    def finish(self, conn: Conn) -> None:
        if self.open_asks or not self.step:
            return
        if self.step == "blp":
            self.step = "adl"
            for part in self.ml(self.bits(), first=True):
                self.wait_for(conn, "ADL", payload=part)
        elif self.step == "adl":
            self.step = "prp"
            self.wait_for(conn, "PRP", "MFN", self.email)
        elif self.step == "prp" and self.profiled:
            self.step = ""
            self.online = True
            self.go("NLN")

    ML_MOST = 140

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
        elif got.verb in FATAL | {"280"}:
            conn.close()

    # ---- programs-1 §6 rule 16: an idle board serves the next call ----
    def sb_BYE(self, conn: Conn, got: Message) -> None:
        super().sb_BYE(conn, got)
        if not conn.people:
            conn.peer = ""
            conn.open = False

    def call_of(self, email: str) -> bool:
        for board in self.boards:
            if not board.people and not board.peer and board.sock:
                board.peer = email
                board.ask("CAL", email)
                return True
        return False

    def send(self, email: str, flag: str, payload: bytes) -> None:
        if self.board_of(email) is None and email not in self.waiting \
                and any(not b.people and not b.peer and b.sock
                        for b in self.boards):
            self.waiting[email] = [(flag, payload)]
            self.call_of(email)
            return
        super().send(email, flag, payload)


class BitlBee322(BitlBee305):
    NAME, DIALECT = "BitlBee 3.2.2", 18
    OFFER = ("MSNP18", "CVR0")
    CAN = BitlBee305.CAN | {"second place"}
    PLACES = True
    BOOK_PLAIN = False
    CAPS = "2148073472:48"
    WEB_AGENT = "User-Agent: BitlBee 3.2.2\r\nAccept: text/*\r\n"
    NS = Habits(payload={"MSG": 2, "IPG": 0, "UBX": 1, "UBM": 5, "NOT": 0,
                         "GCF": 1, "ADL": 1},
                error_payload=1, error_words=3, ends="any", runs=True,
                unknown="ignore", unasked=UNASKED)
    # programs-1 §6 rule 12: six words with the verb
    COUNTS = {"ns_VER": (2, 99), "ns_NLN": (5, 99), "ns_ILN": (5, 99),
              "ns_RNG": (6, 99), "ns_XFR": (5, 99), "ns_MSG": (3, 3),
              "sb_MSG": (3, 3), "sb_JOI": (2, 99), "sb_IRO": (5, 99)}

    def http_post(self, host, path, body, headers, plain=False, version="1.1",
             until="length") -> web.Answer:
        return Newer.http_post(self, host, path, body, headers, plain, version,
                          until)

    def finish(self, conn: Conn) -> None:
        was = self.online
        super().finish(conn)
        if self.online and not was:
            for text in (ENDPOINT.format(caps=self.CAPS), PRIVATE,
                         "<Data><PSM></PSM></Data>"):
                conn.ask("UUX", payload=text.encode())

    # programs-1 §6 rule 13: QNG before the next PNG
    def ns_QNG(self, conn: Conn, got: Message) -> None:
        self.pinged = True

    def check(self) -> None:
        super().check()
        self.pinged = False
        assert self.ns is not None
        self.ns.say("PNG")
        self.world.until(lambda: self.pinged, self, "QNG")

    # programs-1 §6 rules 14, 15: names with ';' are passed over; the bare
    # IRO of two must be the last, or it is a group
    def sb_IRO(self, conn: Conn, got: Message) -> None:
        number, total, who = got.words[1], got.words[2], got.words[3]
        if ";" in who:
            return
        self.joined(conn, who)
        conn.group = number != total and total != "1"

    def sb_ANS(self, conn: Conn, got: Message) -> None:
        self.need(not (getattr(conn, "group", False)
                       and len(conn.people) == 1),
                  "a talk of two opens as a group", got)
        super().sb_ANS(conn, got)

    def sb_JOI(self, conn: Conn, got: Message) -> None:
        if ";" not in got.words[0]:
            super().sb_JOI(conn, got)

    def cut(self, conn: Conn, word: str) -> str:
        return word.partition(";")[0]

    def sb_BYE(self, conn: Conn, got: Message) -> None:
        if ";" in got.words[0] and len(conn.people) > 1:
            return
        super().sb_BYE(conn, got)


MEMBERS = {"bitlbee-3.0.5": BitlBee305, "bitlbee-3.2.2": BitlBee322}
