# SPDX-License-Identifier: MIT
"""aMSN of 2013 at MSNP15 and MSNP18: programs-2 §2."""

from __future__ import annotations

import base64
import re

import live_rst as rst
import markup
import scenario
import web
from newer import (Conn, ENDPOINT, Habits, LAST, Message, Newer, PRIVATE,
                   SECURE, UNASKED)

ANSWERS = ("S:Envelope/S:Body/wst:RequestSecurityTokenResponseCollection/"
           "wst:RequestSecurityTokenResponse")
LENGTHS = {verb: LAST for verb in
           "MSG NOT PAG IPG UBX GCF UBN UBM FQY ADL RML".split()}
BODIES = frozenset({"ADL", "RML", "FQY"})


class Amsn15(Newer):
    NAME, DIALECT, SOURCE = "aMSN 2013, MSNP15", 15, "programs-2 §2"
    CAN = frozenset({"block", "gone", "picture", "group", "nudge",
                     "elsewhere", "again"})
    FLAG = "A"
    CVR = ("0x0409", "winnt", "5.1", "i386", "MSNMSGR", "8.0.0812", "msmsgs")
    WISHES = ((rst.BASE, None), (rst.CONTACTS, "MBI"),
              (rst.MESSENGER, "?id=507"), (rst.CLEAR, "MBI_KEY_OLD"),
              (SECURE, "MBI_SSL"), ("spaces.live.com", "MBI"),
              ("storage.msn.com", "MBI"))
    WEB_AGENT = "User-Agent: MSMSGS\r\nAccept: */*\r\n"
    BOOK_HOST = "contacts.msn.com"
    OBJECT = scenario.OBJECT
    CAPS = "2788999236"
    # programs-2 §2 rule 7: an error to its ADL has a body if its last word
    # is a number; so the number must be one
    NS = Habits(payload=LENGTHS, error_payload=LAST, error_words=2,
                error_of=BODIES, unknown="ignore", unasked=UNASKED)
    SB = Habits(payload={"MSG": LAST}, unknown="ignore")

    def no_length(self, conn: Conn, got: Message) -> int | None:
        if got.verb in BODIES:
            return None
        return super().no_length(conn, got)

    def dispatch(self, conn: Conn, got: Message) -> None:
        if got.verb in BODIES and got.payload:
            # programs-2 §2 rule 8: bodies with TrID 0 alone
            self.need(got.verb == "FQY" or got.words[0] == "0",
                      "a body with a TrID", got)
        super().dispatch(conn, got)

    # ---- programs-2 §2 rule 1: three lines at once ----
    def start(self) -> None:
        super().start()
        conn = self.ns
        assert conn is not None
        self.state = "v"
        for line in (conn.line("CVR", *self.CVR, self.email),
                     conn.line("USR", "SSO", "I", self.email)):
            conn.raw(line)

    # programs-2 §2 rule 2: the answers come in this order
    def step(self, got: Message, was: str, now: str) -> None:
        self.need(self.state == was, "hangs: answers out of order", got)
        self.state = now

    def ns_VER(self, conn: Conn, got: Message) -> None:
        self.step(got, "v", "i")
        # programs-2 §2 rule 3
        self.need(f"MSNP{self.DIALECT}" in got.words, "VER", got)

    def ns_CVR(self, conn: Conn, got: Message) -> None:
        self.step(got, "i", "u")

    def ns_USR(self, conn: Conn, got: Message) -> None:
        self.need(self.state == "u", "hangs: answers out of order", got)
        if got.words[1] == "OK":
            return
        self.need(got.words[1:3] == ["SSO", "S"], "no challenge", got)
        self.prove(conn, "MBI_KEY_OLD", got.words[4])

    # ---- programs-2 §2 rules 4, 5: by address, fixed paths and prefixes ----
    def rst_read(self, got: web.Answer) -> bool:
        self.need(re.match(r"HTTP/1\.1 (2\d\d|500) ", got.status),
                  "another status", got.raw)
        root = markup.parse(self.NAME, got.body)
        fault = root.word("S:Envelope/S:Fault/faultcode")
        if fault is not None:
            self.need(fault == "wsse:FailedAuthentication", "another fault",
                      got.body)
            self.refused = "bad password"
            return False
        clock = root.find("S:Envelope/S:Header/psf:pp/psf:serverInfo")
        self.need(clock is not None and "ServerTime" in clock.attrs,
                  "no ServerTime", got.body)
        for answer in root.all(ANSWERS):
            where = answer.word("wsp:AppliesTo/wsa:EndpointReference/"
                                "wsa:Address")
            self.need(answer.find("wst:LifeTime"), "no wst:LifeTime",
                      got.body)
            token = answer.word("wst:RequestedSecurityToken/"
                                "wsse:BinarySecurityToken")
            if where and token:
                self.tickets[where] = token
            secret = answer.word("wst:RequestedProofToken/wst:BinarySecret")
            if where == rst.CLEAR:
                self.need(secret, "no secret", got.body)
                self.secret = base64.b64decode(secret or "")
        self.need(self.secret, "no ticket", got.body)
        return True

    # programs-2 §2 rule 6: the prefix is soap: (Newer.BODY)
    def check_contact(self, contact: markup.Node) -> None:
        for path in ("contactId", "contactInfo/contactType"):
            self.need(contact.find(path), f"no {path}", contact)

    def read_book(self, result: markup.Node) -> None:
        self.need(result.word("ab/abInfo/OwnerCID"), "no OwnerCID")
        super().read_book(result)

    def lists_read(self, conn: Conn) -> None:
        conn.ask("BLP", "AL")
        for part in self.ml(self.bits(), first=True):
            conn.ask("ADL", payload=part)
        conn.ask("PRP", "MFN", self.email)
        self.go("NLN")

    def answered(self, conn: Conn, got: Message) -> None: ...

    # programs-2 §2 rule 11: the echo is what it wanted, or it says it again
    def ns_CHG(self, conn: Conn, got: Message) -> None:
        _, state, caps, obj = got.words
        want = self.CAPS if self.PLACES else self.CAPS.partition(":")[0]
        self.need(state == self.wanted_state and caps == want
                  and obj == self.OBJECT, "CHG said once more", got)
        self.online = True

    wanted_state = ""

    def go(self, state: str) -> None:
        self.wanted_state = state
        super().go(state)

    # programs-2 §2 rules 9, 10: "1:" is cut; its own NLN is its state
    def own(self, conn: Conn, got: Message, state: str,
            rest: list[str]) -> None:
        self.own_state = state

    own_state = ""

    # programs-2 §2 rule 16: it comes again after these
    def ns_error(self, conn: Conn, got: Message, asked: str) -> None:
        if got.verb in ("911", "927"):
            self.refused = got.verb
        elif got.verb in ("500", "600", "601", "928", "931"):
            conn.close()
            self.start()
        elif got.verb in ("200", "201", "205", "206", "208", "210", "224",
                          "416"):
            self.shown.append(got.line)

    # programs-2 §2 rule 15: two PNG without QNG, and it leaves
    def ns_QNG(self, conn: Conn, got: Message) -> None:
        self.silent = 0

    silent = 0

    def check(self) -> None:
        super().check()
        assert self.ns is not None
        self.silent = 2
        for _ in range(2):
            self.ns.say("PNG")
        self.world.until(lambda: not self.silent, self, "QNG")

    def sb_error(self, conn: Conn, got: Message, asked: str) -> None:
        if asked == "CAL" and got.verb in ("215", "216", "217", "713"):
            self.waiting.pop(conn.peer, None)
        self.shown.append(f"{asked}: {got}")


class Amsn18(Amsn15):
    NAME, DIALECT = "aMSN 2013, MSNP18", 18
    CALLS_ITSELF = True
    OFFER = ("MSNP18", "CVR0")
    CVR = ("0x0409", "winnt", "5.1", "i386", "MSNMSGR", "14.0.8050.1202",
           "msmsgs")
    CAN = Amsn15.CAN | {"second place"}
    PLACES = True
    CAPS = "2788999236:48"

    def lists_read(self, conn: Conn) -> None:
        for text in (ENDPOINT.format(caps=self.CAPS), PRIVATE):
            conn.ask("UUX", payload=text.encode())
        super().lists_read(conn)

    def ns_UBX(self, conn: Conn, got: Message) -> None:
        self.need(":" in got.words[0], "no network", got)
        if got.payload:
            markup.parse(self.NAME, got.payload)

    # programs-2 §2 rule 12: itself first, then the person
    def sb_USR(self, conn: Conn, got: Message) -> None:
        self.need(got.words[1:2] == ["OK"], "USR without OK", got)
        conn.raw(conn.line("CAL", self.email) + conn.line("CAL", conn.peer))

    # programs-2 §2 rule 14: cut at ';', its own and known ones skipped
    def cut(self, conn: Conn, word: str) -> str:
        return word.partition(";")[0].lower()

    def sb_JOI(self, conn: Conn, got: Message) -> None:
        if self.cut(conn, got.words[0]) != self.email:
            super().sb_JOI(conn, got)

    # programs-2 §2 rule 13: compared as it is sent
    def sb_BYE(self, conn: Conn, got: Message) -> None:
        if got.words[0] in conn.people:
            super().sb_BYE(conn, got)


MEMBERS = {"amsn-2013-15": Amsn15, "amsn-2013-18": Amsn18}
