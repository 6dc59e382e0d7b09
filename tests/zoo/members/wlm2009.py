# SPDX-License-Identifier: MIT
"""Windows Live Messenger 2009 (14.0.8117) as the documents have it
(ns-modern, rst, soap): MSNP18 with RST2."""

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

A, S = soap.A, soap.S


class Wlm2009(Newer):
    NAME, DIALECT, SOURCE = "Windows Live Messenger 2009", 18, "ns-modern"
    CAN = frozenset({"second place", "block", "gone", "group", "nudge", "picture",
                     "elsewhere", "offline", "leave word", "again"})
    OFFER = ("MSNP18", "MSNP17", "CVR0")
    CVR = ("0x0409", "winnt", "6.0.6000", "i386", "MSNMSGR",
           "14.0.8117.0416", "msmsgs")
    PLACES = True
    KIND, RST_PATH = rst.NEW, "/RST2.srf"
    WEB_AGENT = ("User-Agent: Mozilla/4.0 (compatible; MSIE 8.0; Windows NT "
                 "6.0; IDCRL 5.000.818.0; IDCRL-cfg 6.0.12004.0; App "
                 "msnmsgr.exe, 14.0.8117.416, {7108E71A-9926-4FCB-BCC9-"
                 "9A9D3F32E423})\r\n")
    BOOK_HOST = "contacts.msn.com"
    BOOK = "ABFindContactsPaged"
    CAPS = "2789003324:48"
    PRODUCT = ("PROD0120PW!CCV9@", "C1BX{V4W}Q3*10SM")
    FLAG = "A"
    NS = Habits(payload={verb: LAST for verb in
                         "MSG NOT GCF UBX UBN UBM ADL RML FQY UUX".split()},
                error_payload=LAST, unasked=UNASKED)
    SB = Habits(payload={"MSG": LAST})
    # ns-modern: words of each line
    COUNTS = {"ns_VER": (2, 3), "ns_CVR": (6, 6), "ns_USR": (4, 5),
              "ns_NLN": (5, 5), "ns_ILN": (6, 6), "ns_FLN": (1, 3),
              "ns_UBX": (2, 2), "ns_UBN": (3, 3), "ns_RNG": (9, 9),
              "ns_CHG": (4, 4), "sb_JOI": (3, 3), "sb_IRO": (6, 6),
              "sb_BYE": (1, 2)}

    def no_length(self, conn: Conn, got: Message) -> int | None:
        if got.verb in ("ADL", "RML", "FQY"):
            return None
        return super().no_length(conn, got)

    def rst_read(self, got: web.Answer) -> bool:
        kind = self.KIND
        root = ET.fromstring(got.body)
        fault = root.find(f"{{{kind.soap}}}Body/{{{kind.soap}}}Fault")
        if fault is not None:
            self.refused = fault.findtext(
                f".//{{{rst.PSF}}}value") or "another fault"
            return False
        for answer in root.iter(
                f"{{{kind.wst}}}RequestSecurityTokenResponse"):
            where = answer.findtext(
                f"{{{kind.wsp}}}AppliesTo/{{{kind.wsa}}}EndpointReference/"
                f"{{{kind.wsa}}}Address") or ""
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

    def check_member(self, member: markup.Node) -> None:
        self.need(member.attrs.get("xsi:type") and member.word("Type")
                  and member.word("MembershipId"), "a Member", member)

    def lists_read(self, conn: Conn) -> None:
        super().lists_read(conn)
        self.wait_for(conn, "UUX", payload=ENDPOINT.format(
            caps=self.CAPS).encode())
        self.wait_for(conn, "UUX", payload=PRIVATE.encode())

    def ns_UUX(self, conn: Conn, got: Message) -> None:
        self.need(got.words[1] == "0", "UUX", got)
        self.answered(conn, got)

    def finish(self, conn: Conn) -> None:
        if not self.online:
            self.online = True
            conn.ask("PRP", "MFN", self.email)
            self.go("NLN")
            conn.say("PNG")

    def ns_QNG(self, conn: Conn, got: Message) -> None:
        self.need(len(got.words) == 1 and int(got.words[0]) > 0, "QNG", got)

    def ns_UBX(self, conn: Conn, got: Message) -> None:
        if got.payload:
            for place in ET.fromstring(got.payload).iter("EndpointData"):
                self.need(re.fullmatch(r"\{[0-9a-f-]{36}\}",
                                       place.get("id") or ""), "no GUID",
                          got)

    # a line for each place, and the bare one (field-runs 2.4)
    def cut(self, conn: Conn, word: str) -> str:
        email, semicolon, place = word.partition(";")
        self.need(not semicolon or re.fullmatch(r"\{[0-9a-f-]{36}\}",
                                                place.lower()), "GUID", word)
        return email

    def sb_BYE(self, conn: Conn, got: Message) -> None:
        if ";" not in got.words[0]:
            super().sb_BYE(conn, got)

    def letter(self, m: markup.Node) -> None:
        self.mail.append((m.word("E") or "", letter_text(
            self.fetch_letter(m.word("I") or ""))))

    def challenge_of(self, answer: web.Answer) -> str:
        return ET.fromstring(answer.body).findtext(
            f"{S}Body/{S}Fault/detail/{{{self.STORE_NS}}}LockKeyChallenge"
        ) or ""


MEMBERS = {"wlm-2009": Wlm2009}
