# SPDX-License-Identifier: MIT
"""papyon 0.5.7 at MSNP15 and MSNP18: programs-1 §7."""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ET

import live_rst as rst
import live_soap as soap
import markup
import web
from newer import (Conn, ENDPOINT, Habits, LAST, Message, Newer, PRIVATE,
                   UNASKED, letter_text)

FREE = frozenset("QNG IPG NOT NLN FLN GCF QRY SBS UBN UBM UBX RNG JOI BYE MSG "
                 "OUT".split())
# programs-1 §7 rule 4: the last word, for its verbs and for every error
LENGTHS = {verb: LAST for verb in
           "GCF MSG UBN UBM UBX IPG NOT ADL RML FQY".split()}
KNOWN = {"Passport", "Email", "Phone", "Role", "Service", "Everyone",
         "Partner", "Domain", "Circle", "Group", "Guid", "ExternalID"}
A, S = soap.A, soap.S


class Papyon15(Newer):
    NAME, DIALECT, SOURCE = "papyon 0.5.7, MSNP15", 15, "programs-1 §7"
    CAN = frozenset({"block", "gone", "picture", "group", "nudge",
                     "elsewhere", "offline", "leave word", "again"})
    OFFER: tuple[str, ...] = ("MSNP15",)
    CVR = ("0x0409", "winnt", "5.1", "i386", "MSNMSGR", "8.1.0178", "msmsgs")
    FLAG = "A"
    BOOK_HOST = "contacts.msn.com"
    WEB_AGENT = "User-Agent: papyon/0.5.7\r\nAccept: text/*\r\n"
    # programs-1 §7 rules 1, 4: numbers begin at 0; the last word is the
    # length, for every error, too
    NS = Habits(payload=LENGTHS, error_payload=LAST, unknown="ignore",
                unasked=UNASKED, first=0)
    SB = Habits(payload=LENGTHS, error_payload=LAST, unknown="ignore",
                first=0)
    # programs-1 §7 rules 2, 12: words of USR, JOI and IRO
    COUNTS = {"ns_USR": (4, 5), "ns_FLN": (2, 99), "sb_JOI": (3, 99),
              "sb_IRO": (6, 99)}

    def no_length(self, conn: Conn, got: Message) -> int | None:
        if got.verb in ("ADL", "RML", "FQY"):
            return None
        return super().no_length(conn, got)

    def dispatch(self, conn: Conn, got: Message) -> None:
        # programs-1 §7 rule 3
        self.need(re.fullmatch(r"[A-Z0-9]{3}", got.verb),
                  "closes: a verb of another length", got)
        if got.verb not in FREE:
            self.need(got.words and re.fullmatch(r"\d+", got.words[0]),
                      "closes: no TrID", got)
        super().dispatch(conn, got)

    # ---- programs-1 §7 rule 15: HTTP ----
    def http_post(self, *words, **how) -> web.Answer:
        got = super().http_post(*words, **how)
        self.need(re.match(r"HTTP/1\.[01] \d{3} \S", got.status),
                  "no reason in the status line", got.raw)
        self.need(all(":" in line for line in got.lines[1:]),
                  "a header without a colon", got.raw)
        return got

    # ---- programs-1 §7 rules 5, 6: names by namespace ----
    def rst_read(self, got: web.Answer) -> bool:
        root = ET.fromstring(got.body)
        kind = self.KIND
        fault = root.find(f"{{{kind.soap}}}Fault")
        if fault is None:
            fault = root.find(f"{{{kind.soap}}}Body/{{{kind.soap}}}Fault")
        if fault is not None:
            self.need((fault.findtext("faultcode") or "").endswith(
                "FailedAuthentication"), "another fault", got.body)
            self.refused = "wrong password"
            return False
        wst, wsse = kind.wst, kind.wsse
        for answer in root.iter(f"{{{wst}}}RequestSecurityTokenResponse"):
            where = answer.findtext(
                f"{{{kind.wsp}}}AppliesTo/{{{kind.wsa}}}EndpointReference/"
                f"{{{kind.wsa}}}Address")
            self.need(where in [a for a, _ in self.WISHES],
                      "an assertion: an Address not asked for", got.body)
            assert where is not None
            for end in ("Created", "Expires"):
                self.need(answer.findtext(
                    f"{{{wst}}}LifeTime/{{{rst.WSU}}}{end}"), "LifeTime",
                    got.body)
            token = answer.findtext(f"{{{wst}}}RequestedSecurityToken/"
                                    f"{{{wsse}}}BinarySecurityToken")
            if token is not None:
                self.tickets[where] = token
            secret = answer.findtext(f"{{{wst}}}RequestedProofToken/"
                                     f"{{{wst}}}BinarySecret")
            if where == rst.CLEAR:
                self.secret = base64.b64decode(secret or "")
        self.need(self.secret, "no secret", got.body)
        return True

    # ---- lists ----
    def ns_MSG(self, conn: Conn, got: Message) -> None:
        # programs-1 §7 rule 7: each line of the profile has a colon
        if b"text/x-msmsgsprofile" in got.payload:
            for line in got.payload.decode().split("\r\n"):
                self.need(":" in line or not line, "a line without a colon",
                          line)
        super().ns_MSG(conn, got)

    def profile(self, conn: Conn, headers: dict[str, str]) -> None:
        conn.ask("BLP", "AL")
        self.fetch_membership()
        self.fetch_book()
        # programs-1 §7 rule 19: 7500 bytes of ADL
        for part in self.ml(self.bits(), first=True):
            self.need(len(part) <= 7500, "an ADL too long")
            conn.ask("ADL", payload=part)

    def check_member(self, member: markup.Node) -> None:
        # programs-1 §7 rule 9
        self.need(member.word("Type") in KNOWN and member.word(
            "MembershipId"), "an exception: all is lost", member)

    def check_contact(self, contact: markup.Node) -> None:
        cid = contact.word("contactInfo/CID")
        self.need(cid is None or re.fullmatch(r"-?\d+", cid), "a CID", cid)

    # programs-1 §7 rule 8: in at the first ADL OK of its own
    def answered(self, conn: Conn, got: Message) -> None:
        if got.verb == "ADL" and not self.online:
            self.online = True
            conn.say("PNG")
            self.go("NLN")

    def ns_BLP(self, conn: Conn, got: Message) -> None: ...

    # programs-1 §7 rule 14: the seconds are required
    def ns_QNG(self, conn: Conn, got: Message) -> None:
        self.need(got.words and got.words[0].isdigit(), "QNG", got)
        self.pinged = True

    pinged = False

    def check(self) -> None:
        super().check()
        self.need(self.pinged, "no QNG in time: closes")

    # programs-1 §7 rule 10: an object must parse, or the NLN is lost
    def saw(self, conn: Conn, got: Message, state: str,
            words: list[str]) -> None:
        _, _, rest = self.about(words, got)
        if len(rest) > 1 and rest[1] not in ("0", "1"):
            self.need(re.fullmatch(r"%3Cmsnobj%20.*Creator.*Size.*Type.*"
                                   r"Location.*%3E", rest[1]),
                      "the NLN is lost", got)
        super().saw(conn, got, state, words)

    # programs-1 §7 rule 16; raw quotes within (field-runs 2.11)
    def ns_NOT(self, conn: Conn, got: Message) -> None:
        self.need(b"&quot;" not in got.payload, "quotes escaped twice", got)
        root = ET.fromstring(got.payload)
        self.need(root.get("id") == "0" and root.get("siteid") == "45705",
                  "another notification", got)
        via = root.find("TO/VIA")
        self.need(via is not None and via.get("agent") == "messenger", "VIA",
                  got)
        inner = ET.fromstring(root.findtext("MSG/BODY") or "")
        self.need(inner.findtext("CID") == self.cid,
                  "somebody else's CID", got)
        self.synced += 1
        # what it changed itself does not come back to it
        self.need(not self.changing, "a second synchronization", got)

    synced = 0
    changing = False

    def add(self, email: str) -> None:
        self.changing = True
        super().add(email)
        self.world.quiet(0.05)
        self.changing = False

    # ---- programs-1 §7 rule 17 ----
    def letter(self, m: markup.Node) -> None:
        for name in ("I", "T", "E", "N", "RT"):
            self.need(m.find(name), f"no {name} in M", m)
        text = self.fetch_letter(m.word("I") or "")
        self.need(re.search(r"(?m)^X-OIM-Run-Id: \{[^}\n]*\}\r?$", text)
                  and re.search(r"(?m)^X-OIM-Sequence-Num: \d+\r?$", text),
                  "no run or number", text)
        self.mail.append((m.word("E") or "", letter_text(text)))

    def write_offline(self, email: str, text: str) -> None:
        """Its way to a lock key is broken: the fault tells the namespace of
        the challenge (field-runs 2.6); a key is taken from there."""
        super().write_offline(email, text)

    def challenge_of(self, answer: web.Answer) -> str:
        return ET.fromstring(answer.body).findtext(
            f"{S}Body/{S}Fault/detail/{{{self.STORE_NS}}}LockKeyChallenge"
        ) or ""

    # programs-1 §7 rule 18: at most five pieces without their ACK
    def piece(self, email: str, data: bytes) -> None:
        self.need(len(self.unacked) < 5, "too many under way")
        super().piece(email, data)


class Papyon18(Papyon15):
    NAME, DIALECT = "papyon 0.5.7, MSNP18", 18
    CALLS_ITSELF = True
    OFFER = ("MSNP18", "MSNP16", "MSNP15")
    CAN = Papyon15.CAN | {"second place"}
    PLACES = True
    CAPS = "2788999228:48"
    COUNTS = {"ns_USR": (4, 5), "sb_JOI": (3, 99), "sb_IRO": (6, 99)}

    def __init__(self, world, email, password) -> None:
        super().__init__(world, email, password)
        self.guid = self.guid.upper()
        self.noted: set[str] = set()

    def go(self, state: str) -> None:
        if not self.noted:
            assert self.ns is not None
            self.noted.add(self.email)
            for text in (ENDPOINT.format(caps=self.CAPS), PRIVATE):
                self.ns.ask("UUX", payload=text.encode())
        super().go(state)

    # programs-1 §7 rule 11: a picture is taken after UBX
    def ns_UBX(self, conn: Conn, got: Message) -> None:
        self.noted.add(got.words[0].partition(":")[2])
        if got.payload:
            for place in ET.fromstring(got.payload).iter("EndpointData"):
                self.need(re.fullmatch(r"\{[0-9A-Fa-f-]{36}\}",
                                       place.get("id") or ""), "no GUID",
                          got)

    # programs-1 §7 rule 12: it calls itself, and waits for its bare JOI
    def sb_USR(self, conn: Conn, got: Message) -> None:
        conn.ask("CAL", self.email)

    def sb_JOI(self, conn: Conn, got: Message) -> None:
        who = got.words[0]
        if ";" in who:
            conn.places.add(who)
        elif who == self.email:
            if conn.peer and not conn.people:
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

    # programs-1 §7 rule 13
    def sb_BYE(self, conn: Conn, got: Message) -> None:
        who = got.words[0]
        if ";" in who:
            self.need(who in conn.places, "a BYE of a place it never saw",
                      got)
            conn.places.discard(who)
        else:
            super().sb_BYE(conn, got)


MEMBERS = {"papyon-15": Papyon15, "papyon-18": Papyon18}
