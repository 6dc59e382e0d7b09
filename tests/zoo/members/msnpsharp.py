# SPDX-License-Identifier: MIT
"""MSNPSharp 3.2.1 at MSNP18: programs-2 §5."""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ET

import live_rst as rst
import live_soap as soap
import web
from newer import (Conn, ENDPOINT, Habits, LAST, Message, Newer, PRIVATE,
                   SECURE, UNASKED)

PAYLOADS = {verb: LAST for verb in (
    "MSG NOT GCF UBN FQY DEL GET PUT NFY SDG IPG UBX UBM UUN ADL RML".split())}
# programs-2 §0 rule A, §5 rule 2
ERRORS = frozenset("203 204 205 210 234 241 508 509 511 933".split())
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
FIELDS = re.compile(r"\{[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}")


class MsnpSharp(Newer):
    NAME, DIALECT, SOURCE = "MSNPSharp 3.2.1", 18, "programs-2 §5"
    CAN = frozenset({"second place", "block", "gone", "group", "nudge", "elsewhere",
                     "again", "picture"})
    OFFER = ("MSNP18", "CVR0")
    CVR = ("0x040c", "winnt", "5.1", "i386", "MSNMSGR", "14.0.8089.0726",
           "msmsgs")
    FLAG = "A"
    PLACES = CALLS_ITSELF = True
    KIND, RST_PATH = rst.NEW, "/RST2.srf"
    WISHES = ((rst.BASE, None), (rst.CLEAR, "MBI_KEY_OLD"),
              (rst.MESSENGER, "?id=507"), (rst.CONTACTS, "MBI"),
              (SECURE, "MBI_SSL"), ("storage.msn.com", "MBI"))
    WEB_AGENT = ("User-Agent: Mozilla/4.0 (compatible; MSIE 6.0; MS Web "
                 "Services Client Protocol 2.0.50727.3053)\r\n")
    BOOK_HOST = "byrdr.omega.contacts.msn.com"
    BOOK = "ABFindContactsPaged"
    CAPS = "2788999228:48"
    # programs-2 §5 rule 2
    NS = Habits(payload=PAYLOADS, error_payload=LAST, error_words=2,
                error_only=ERRORS, ends="lf", unknown="ignore",
                unasked=UNASKED)
    SB = Habits(payload=PAYLOADS, error_payload=LAST, error_words=2,
                error_only=ERRORS, ends="lf", unknown="ignore")
    # programs-2 §5 rules 1, 10: a missing word closes the socket
    COUNTS = {"ns_NLN": (4, 99), "ns_UBX": (2, 99), "ns_RNG": (6, 99),
              "ns_XFR": (5, 99), "sb_JOI": (3, 99), "sb_IRO": (6, 99)}

    def no_length(self, conn: Conn, got: Message) -> int | None:
        if got.verb in ("ADL", "RML", "FQY"):
            return None
        return super().no_length(conn, got)

    def dispatch(self, conn: Conn, got: Message) -> None:
        # programs-2 §5 rules 1, 3, 4: a fourth byte; OUT has a reason and
        # QNG a number
        self.need(len(got.line) > 3, "throws: a bare verb", got)
        super().dispatch(conn, got)

    def ns_VER(self, conn: Conn, got: Message) -> None:
        self.need(re.match(r"MSNP\d\d", got.words[1]), "VER", got)
        super().ns_VER(conn, got)

    def ns_USR(self, conn: Conn, got: Message) -> None:
        if got.words[1] == "OK":
            self.need(len(got.words) >= 5, "USR OK of other words", got)
            conn.say("PNG")
        super().ns_USR(conn, got)

    # ---- programs-2 §5 rules 6, 14: by namespace; times exact ----
    def rst_read(self, got: web.Answer) -> bool:
        kind = self.KIND
        root = ET.fromstring(got.body)
        fault = root.find(f"{{{kind.soap}}}Body/{{{kind.soap}}}Fault")
        if fault is not None:
            self.refused = fault.findtext(
                f".//{{{kind.soap}}}Text") or "wrong password"
            return False
        for name in ("credProperty", "extProperty"):
            found = [e for e in root.iter(f"{{{rst.PSF}}}{name}")
                     if e.get("Name") == "CID"]
            self.need(found, f"no CID in {name}", got.body)
            self.hex_cid = found[0].text or ""
        for answer in root.iter(
                f"{{{kind.wst}}}RequestSecurityTokenResponse"):
            where = answer.findtext(
                f"{{{kind.wsp}}}AppliesTo/{{{kind.wsa}}}EndpointReference/"
                f"{{{kind.wsa}}}Address") or ""
            life = answer.find(f"{{{kind.wst}}}{kind.life}")
            self.need(life is not None and len(life) == 2 and all(
                re.fullmatch(TIME, t.text or "") for t in life),
                "a time of another form", got.body)
            token = answer.findtext(
                f"{{{kind.wst}}}RequestedSecurityToken/"
                f"{{{kind.wsse}}}BinarySecurityToken")
            if token is not None:
                self.tickets[where] = token
            if where == rst.CLEAR:
                self.secret = base64.b64decode(answer.findtext(
                    f"{{{kind.wst}}}RequestedProofToken/"
                    f"{{{kind.wst}}}BinarySecret") or "")
        self.need(self.secret, "no secret", got.body)
        return True

    # ---- programs-2 §5 rule 5: the profile begins the lists ----
    def profile(self, conn: Conn, headers: dict[str, str]) -> None:
        self.need(headers["ClientPort"].isdigit(), "ClientPort", headers)
        self.need(re.fullmatch(r"\d+(\.\d+){3}", headers["ClientIP"]),
                  "ClientIP", headers)
        super().profile(conn, headers)

    def fetch_book(self) -> None:
        super().fetch_book()
        self.stored_profile()

    # programs-2 §5 rule 15: StorageUserHeader/Cid is 32 bits (field-runs
    # 2.9)
    def stored_profile(self) -> None:
        space = "http://www.msn.com/webservices/storage/2008"
        ticket = self.tickets["storage.msn.com"].replace("&", "&amp;")
        got = self.http_post("storage.msn.com",
                             "/storageservice/SchematizedStore.asmx", (
            '<?xml version="1.0" encoding="utf-8"?><soap:Envelope '
            f'xmlns:soap="{soap.ENVELOPE}"><soap:Header>'
            f'<StorageApplicationHeader xmlns="{space}"><ApplicationID>'
            "Messenger Client 8.5</ApplicationID><Scenario>RoamingSeed"
            "</Scenario></StorageApplicationHeader>"
            f'<StorageUserHeader xmlns="{space}"><Puid>0</Puid>'
            f"<TicketToken>{ticket}</TicketToken></StorageUserHeader>"
            f'</soap:Header><soap:Body><GetProfile xmlns="{space}">'
            "<profileHandle><Alias><Name>"
            f"{self.cid}</Name><NameSpace>MyCidStuff</NameSpace></Alias>"
            "<RelationshipName>MyProfile</RelationshipName></profileHandle>"
            "<profileAttributes><ResourceID>true</ResourceID><DateModified>"
            "true</DateModified><ExpressionProfileAttributes><DisplayName>"
            "true</DisplayName><PersonalStatus>true</PersonalStatus>"
            "</ExpressionProfileAttributes></profileAttributes></GetProfile>"
            "</soap:Body></soap:Envelope>"),
            f'SOAPAction: "{space}/GetProfile"\r\n'
            "Content-Type: text/xml; charset=utf-8\r\n" + self.WEB_AGENT)
        root = ET.fromstring(got.body)
        for cid in root.iter(f"{{{space}}}Cid"):
            self.need(re.fullmatch(r"-?\d+", cid.text or "")
                      and abs(int(cid.text or "")) < 1 << 31,
                      "a Cid of more than 32 bits", got.body)
        if " 200 " not in got.status:
            # programs-2 §5 rule 14: faults are known by their text
            self.need("does not exist" in got.body.decode(), "a fault",
                      got.body)

    # programs-2 §5 rule 7: all ADL are answered OK (Newer.wait_for)
    def lists_read(self, conn: Conn) -> None:
        for part in self.ml(self.bits(), first=True):
            self.wait_for(conn, "ADL", payload=part)

    def finish(self, conn: Conn) -> None:
        for text in (ENDPOINT.format(caps=self.CAPS), PRIVATE,
                     "<Data><PSM></PSM></Data>"):
            conn.ask("UUX", payload=text.encode())
        conn.ask("BLP", "AL")
        conn.ask("PRP", "MFN", self.email)
        self.online = True
        self.go("NLN")

    # programs-2 §5 rule 8: ILN is not known
    def ns_ILN(self, conn: Conn, got: Message) -> None: ...

    # programs-2 §5 rule 9
    def saw(self, conn: Conn, got: Message, state: str,
            words: list[str]) -> None:
        self.need(re.fullmatch(r"\d+:\d+", words[2]),
                  "closes: no numbers for capabilities", got)
        super().saw(conn, got, state, words)

    def ns_QNG(self, conn: Conn, got: Message) -> None:
        self.need(int(got.words[0]) > 0, "QNG", got)

    # programs-2 §5 rule 13
    def ns_NOT(self, conn: Conn, got: Message) -> None:
        inner = ET.fromstring(ET.fromstring(got.payload).findtext(
            "MSG/BODY") or "")
        if inner.findtext("Service") == "ABCHInternal":
            number = int(self.hex_cid, 16)
            number -= (1 << 64) if number >> 63 else 0
            self.need(inner.findtext("CID") == str(number),
                      "a CID that is not that of RST2", got)

    # programs-2 §5 rule 16: more than one and it never advances.  Told of a
    # network it adds once more, is told that it has, and asks again, some
    # times over (field-runs 2.10)
    asked_about = 0

    def ns_FQY(self, conn: Conn, got: Message) -> None:
        people = list(ET.fromstring(got.payload).iter("c"))
        self.need(len(people) == 1, "an endless loop", got)
        if people[0].get("t", "0") != "0" and self.asked_about < 5:
            self.asked_about += 1
            again = self.soap_call("ABContactAdd", self.add_body(
                self.last_asked), scenario="ContactSave")
            self.need(b"ContactAlreadyExists" in again.body,
                      "another fault", again.body)
            self.ask_fqy(conn, people[0].get("n", ""), self.last_asked)

    last_asked = ""

    def ask_fqy(self, conn: Conn, local: str, email: str) -> None:
        self.last_asked = email
        conn.ask("FQY", payload=(
            f'<ml><d n="{email.partition("@")[2]}"><c n="{local}" /></d>'
            "</ml>").encode())

    def add(self, email: str) -> None:
        super().add(email)
        assert self.ns is not None
        self.ask_fqy(self.ns, email.partition("@")[0], email)

    # ---- boards: programs-2 §5 rule 11 ----
    def sb_USR(self, conn: Conn, got: Message) -> None:
        self.need(got.words[1:2] == ["OK"], "USR without OK", got)
        conn.calls = [conn.peer]
        conn.ask("CAL", self.email)

    def sb_CAL(self, conn: Conn, got: Message) -> None:
        super().sb_CAL(conn, got)
        if getattr(conn, "calls", []):
            conn.ask("CAL", conn.calls.pop())

    def sb_error(self, conn: Conn, got: Message, asked: str) -> None:
        self.need(asked != "CAL" or not getattr(conn, "calls", []),
                  "its call of itself is refused: everything stops", got)
        super().sb_error(conn, got, asked)

    # programs-2 §5 rules 10, 12
    def cut(self, conn: Conn, word: str) -> str:
        email, semicolon, guid = word.partition(";")
        self.need(not semicolon or FIELDS.fullmatch(guid), "a GUID", word)
        return email

    def sb_JOI(self, conn: Conn, got: Message) -> None:
        if self.cut(conn, got.words[0]) != self.email:
            super().sb_JOI(conn, got)

    def sb_BYE(self, conn: Conn, got: Message) -> None:
        if ";" not in got.words[0]:
            super().sb_BYE(conn, got)


MEMBERS = {"msnpsharp-18": MsnpSharp}
