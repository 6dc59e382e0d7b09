# SPDX-License-Identifier: MIT
"""em-msn (Ruby) at MSNP18: programs-2 §13."""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ET

import live_rst as rst
import live_soap as soap
import web
from newer import Conn, Habits, LAST, Message, Newer, UNASKED

A, S = soap.A, soap.S


class EmMsn(Newer):
    NAME, DIALECT, SOURCE = "em-msn", 18, "programs-2 §13"
    CAN = frozenset({"gone", "again"})
    # programs-2 §13 rule 10: it sends no ADL, and adds nobody
    CANNOT = {"add": "keeps no list of its own", "accept": "adds nobody"}
    PREPARED = True             # both are on each other's list
    PLACES = True
    OFFER = ("MSNP18", "CVR0")
    # programs-2 §13 rule 11
    CVR = ("0x0409", "winnt", "5.1", "i386", "MSNMSGR", "8.5.1302", "BC01")
    WISHES = ((rst.BASE, None), (rst.CLEAR, "MBI_KEY_OLD"),
              (rst.CONTACTS, "MBI"))
    RAW_XML = True
    ESCAPED = False
    FLAG = "A"
    CAPS = "0"
    BOOK_HOST = "contacts.msn.com"
    NS = Habits(payload={"MSG": LAST, "NOT": LAST, "GCF": LAST, "UBX": LAST,
                         "ADL": LAST, "RML": LAST}, unknown="ignore",
                unasked=UNASKED)
    SB = Habits(payload={"MSG": LAST}, unknown="ignore")

    def __init__(self, world, email, password) -> None:
        super().__init__(world, email, password)
        self.bare = self.guid.strip("{}")

    # programs-2 §13 rule 12: its GUID without braces
    def prove(self, conn: Conn, policy: str, nonce: str) -> None:
        self.guid, kept = self.bare, self.guid
        super().prove(conn, policy, nonce)
        self.guid = kept

    def no_length(self, conn: Conn, got: Message) -> int | None:
        if got.verb in ("ADL", "RML"):
            return None
        return super().no_length(conn, got)

    # programs-2 §13 rules 1, 2: prefix S on the top; by address and Id
    def rst_read(self, got: web.Answer) -> bool:
        text = got.body.decode()
        top = re.search(r"<S:Envelope[^>]*>", text)
        self.need(top and "xmlns:S=" in top.group(0),
                  "throws: the top does not declare S", text)
        root = ET.fromstring(text)
        kind = self.KIND
        if root.find(f".//{{{kind.soap}}}Fault") is not None:
            self.refused = root.findtext(".//faultstring") or "?"
            return False
        for answer in root.iter(
                f"{{{kind.wst}}}RequestSecurityTokenResponse"):
            where = answer.findtext(f".//{{{kind.wsa}}}Address") or ""
            token = answer.find(f".//{{{kind.wsse}}}BinarySecurityToken")
            want = {rst.CLEAR: "Compact1", rst.CONTACTS: "Compact2"}
            if token is not None and token.get("Id") == want.get(where):
                self.tickets[where] = token.text or ""
                if where == rst.CLEAR:
                    self.secret = base64.b64decode(answer.findtext(
                        f".//{{{kind.wst}}}BinarySecret") or "")
        self.need(len(self.tickets) == 2 and self.secret, "no tickets", text)
        return True

    # programs-2 §13 rule 5: the leading digits of a word are a TrID
    def dispatch(self, conn: Conn, got: Message) -> None:
        if conn.kind == "ns" and got.words and got.verb not in (
                "MSG", "NOT", "GCF", "RNG"):
            number = re.match(r"\d+", got.words[0])
            if number and got.words[0].startswith("1:"):
                self.need(conn.trid > 1, "it wakes who waits for 1", got)
        super().dispatch(conn, got)

    # programs-2 §13 rule 3: the first MSG, whatever it is
    def ns_MSG(self, conn: Conn, got: Message) -> None:
        if self.listed:
            return
        self.listed = True
        self.read_people()
        self.changed = False
        self.go("NLN")
        self.online = True

    changed = False

    def read_people(self) -> None:
        got = self.soap_call("FindMembership", "<serviceFilter><Types>"
                             "<ServiceType>Messenger</ServiceType></Types>"
                             "</serviceFilter>", soap.SHARING)
        root = ET.fromstring(got.body)
        by_cid: dict[str, str] = {}
        for member in root.iter(f"{A}Member"):
            cid = member.findtext(f"{A}CID") or ""
            who = member.findtext(f"{A}PassportName") or ""
            # programs-2 §13 rule 6
            self.need(by_cid.setdefault(cid, who) == who,
                      "two people become one", got.body)
        self.friends |= set(by_cid.values())

    def profile(self, conn: Conn, headers: dict[str, str]) -> None: ...

    # programs-2 §13 rule 4: CHG's answer before its ILNs
    def ns_CHG(self, conn: Conn, got: Message) -> None:
        self.changed = True

    def ns_ILN(self, conn: Conn, got: Message) -> None:
        self.need(self.changed, "ILN wakes who waits for CHG", got)
        super().ns_ILN(conn, got)

    def ns_ADL(self, conn: Conn, got: Message) -> None:
        found = ET.fromstring(got.payload).find("d/c")
        self.need(found is not None and found.get("n"), "ADL", got)

    # ---- boards: any JOI sends (programs-2 §13 rule 7) ----
    def sb_JOI(self, conn: Conn, got: Message) -> None:
        conn.open = True
        who = self.cut(conn, got.words[0])
        self.joined(conn, who)
        for flag, payload in self.waiting.pop(conn.peer, []):
            self.post(conn, flag, payload)

    def cut(self, conn: Conn, word: str) -> str:
        return word.partition(";")[0]

    def sb_BYE(self, conn: Conn, got: Message) -> None:
        conn.people.clear()
        super().sb_BYE(conn, got)

    def say(self, email: str, text: str) -> None:
        """Without accents: it counts letters, not bytes, and would be
        short."""
        super().say(email, self.as_sent(text))

    def as_sent(self, text: str) -> str:
        return text.encode("ascii", "replace").decode()

    # programs-2 §13 rule 9: no PNG, ever
    def ns_QNG(self, conn: Conn, got: Message) -> None:
        raise self.broke("QNG to no PNG", got)


MEMBERS = {"em-msn": EmMsn}
