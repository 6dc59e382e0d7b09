# SPDX-License-Identifier: MIT
"""emesene 1.6.3 at MSNP15, with offline messages: programs-1 §8."""

from __future__ import annotations

import base64
import html
import re

import live_rst as rst
import markup
import web
from newer import Conn, Habits, LAST, Message, Newer, SECURE, UNASKED

LENGTHS = {verb: LAST for verb in "UBX GCF MSG NOT ADL RML".split()}


class Emesene(Newer):
    NAME, DIALECT, SOURCE = "emesene 1.6.3", 15, "programs-1 §8"
    CAN = frozenset({"block", "gone", "group", "nudge", "elsewhere",
                     "offline", "leave word", "picture", "again"})
    FLAG = "A"                  # programs-1 §8 rule 12: check()
    CVR = ("0x0c0a", "winnt", "5.1", "i386", "MSNMSGR", "8.1.0178", "msmsgs")
    WISHES = ((rst.BASE, None), (rst.CLEAR, "MBI_KEY_OLD"),
              (rst.MESSENGER, "?id=507"),
              ("local-bay.contacts.msn.com", "MBI"), (SECURE, "MBI_SSL"),
              ("storage.msn.com", "MBI"))
    WEB_AGENT = "User-Agent: MSN Explorer/9.0 (MSN 8.0; TmstmpExt)\r\n"
    BOOK_HOST = "local-bay.contacts.msn.com"
    # programs-1 §8 rules 3, 4: lines end in CR LF (of a bare LF a letter is
    # lost); the length is the last word, of these verbs alone
    NS = Habits(payload=LENGTHS, unknown="ignore", unasked=UNASKED)
    SB = Habits(payload={"MSG": LAST}, unknown="ignore")
    # programs-1 §8 rule 11
    COUNTS = {"sb_IRO": (6, 6), "ns_UBX": (3, 3), "sb_JOI": (2, 99)}
    BYE_ENDS = True

    def no_length(self, conn: Conn, got: Message) -> int | None:
        if got.verb in ("ADL", "RML"):
            return None
        return super().no_length(conn, got)

    # programs-1 §8 rule 2: until the profile nothing else may come
    def dispatch(self, conn: Conn, got: Message) -> None:
        if conn.kind == "ns" and not self.listed:
            answers = got.verb in ("VER", "CVR", "USR") and \
                got.words[0] == str(conn.trid)
            if re.fullmatch(r"\d{3}", got.verb):
                self.refused = got.verb
                return
            self.need(answers or got.verb in ("XFR", "MSG", "GCF", "SBS"),
                      "login error", got)
        super().dispatch(conn, got)

    def ns_VER(self, conn: Conn, got: Message) -> None:
        # programs-1 §8 rule 1
        self.need(got.words[1].startswith("MSNP15"), "VER", got)
        super().ns_VER(conn, got)

    def ns_USR(self, conn: Conn, got: Message) -> None:
        if got.words[1] != "OK":
            self.prove(conn, "MBI_KEY_OLD", got.words[-1])

    def cut_password(self) -> str:
        return self.password

    # programs-1 §8 rules 5, 6: names with these prefixes
    def rst_read(self, got: web.Answer) -> bool:
        text = got.body.decode()
        if "<faultcode>" in text:
            found = re.search(r"<faultstring>([^<]*)<", text)
            self.need(found, "no <faultstring>", text)
            assert found is not None
            self.refused = found.group(1)
            return False
        root = markup.parse(self.NAME, got.body)
        for answer in root.named("wst:RequestSecurityTokenResponse"):
            where = answer.named("wsa:Address")
            self.need(where, "no wsa:Address", text)
            token = answer.named("wsse:BinarySecurityToken")
            if token:
                self.need("&p=" in token[0].text, "no &p=", text)
                self.tickets[where[0].text] = token[0].text
            secret = answer.named("wst:BinarySecret")
            if where[0].text == rst.CLEAR:
                self.need(secret, "no wst:BinarySecret", text)
                self.secret = base64.b64decode(secret[0].text)
        self.tickets[rst.CONTACTS] = self.tickets[
            "local-bay.contacts.msn.com"]
        return True

    # programs-1 §8 rules 7, 8: tags as they are spelled here
    def read_book(self, result: markup.Node) -> None:
        _, found, rest = self.body.partition("<contactType>Me</contactType>")
        self.need(found, "no <contactType>Me</contactType>", self.body)
        _, found, rest = rest.partition("<CID>")
        self.need(found, "no <CID> behind its own contact", self.body)
        self.cid = rest.partition("<")[0]
        super().read_book(result)

    body = ""

    def http_post(self, *words, **how) -> web.Answer:
        got = super().http_post(*words, **how)
        self.body = got.body.decode()
        self.need("PassportAuthFail" not in self.body, "renews its ticket",
                  self.body)
        return got

    # programs-1 §8 rule 9: both lists, then BLP and ADL
    def lists_read(self, conn: Conn) -> None:
        conn.ask("BLP", "BL")
        for part in self.ml(self.bits(), first=True):
            conn.ask("ADL", payload=part)
        conn.ask("PRP", "MFN", self.email)
        self.go("NLN")

    def answered(self, conn: Conn, got: Message) -> None: ...

    def ns_CHG(self, conn: Conn, got: Message) -> None:
        self.online = True

    # programs-1 §8 rule 15
    def pushed(self, conn: Conn, got: Message) -> None:
        found = re.match(rb'<ml><d n="([^"]+)"><c n="([^"]+)" .*t="1"',
                         got.payload)
        self.need(found, "an ADL of another shape", got)
        assert found is not None
        self.ask_about(f"{found.group(2).decode()}@{found.group(1).decode()}")

    # programs-1 §8 rule 10: a picture with exactly six words (seven)
    def saw(self, conn: Conn, got: Message, state: str,
            words: list[str]) -> None:
        super().saw(conn, got, state, words)
        if len(words) != 5:
            self.objects.pop(words[0], None)

    # programs-1 §8 rule 14: PNG only after a CHL came
    def ns_CHL(self, conn: Conn, got: Message) -> None:
        super().ns_CHL(conn, got)
        conn.say("PNG")

    def ns_QNG(self, conn: Conn, got: Message) -> None:
        self.need(got.words and int(got.words[0]) > 0, "QNG", got)

    # programs-1 §8 rule 13: one line, and no empty child
    def letter(self, m: markup.Node) -> None:
        for child in m.nodes:
            self.need(child.inside, f"crashes: an empty {child.name}", m)
        number = m.word("I") or ""
        got = self.rsi("GetMessage", f"<messageId>{number}</messageId>"
                       "<alsoMarkAsRead>false</alsoMarkAsRead>")
        _, found, rest = got.body.decode().partition("<GetMessageResult>")
        self.need(found, "no <GetMessageResult>", got.body)
        text = rest.partition("</GetMessageResult>")[0]
        sender = re.search(r"(?m)^From: =\?utf-8\?B\?[^?]*\?= "
                           r"&lt;([^&\n]*)&gt;", text)
        self.need(sender, "no From", text)
        assert sender is not None
        coded = re.split(r"\r?\n\r?\n", text, maxsplit=1)[1]
        self.mail.append((html.unescape(sender.group(1)),
                          base64.b64decode(coded).decode()))

    def challenge_of(self, answer: web.Answer) -> str:
        """By literal text, in the namespace of its request (field-runs
        2.6)."""
        _, found, rest = answer.body.decode().partition(
            f'<LockKeyChallenge xmlns="{self.STORE_NS}">')
        return rest.partition("<")[0] if found else ""


MEMBERS = {"emesene": Emesene}
