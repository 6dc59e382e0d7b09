# SPDX-License-Identifier: MIT
"""The Java MSN library at MSNP13 to 15: programs-2 §3."""

from __future__ import annotations

import base64
import re
import urllib.parse

import live_rst as rst
import markup
import web
from newer import (Conn, Habits, LAST, Message, Newer, SECURE, UNASKED,
                   letter_text)

# programs-2 §3 rules 9, 10; §0 rules A and B
LENGTHS = {verb: LAST for verb in "MSG NOT UBX GCF ADL RML FQY UBM".split()}


class Jml15(Newer):
    NAME, DIALECT, SOURCE = "Java MSN library, MSNP15", 15, "programs-2 §3"
    CAN = frozenset({"block", "gone", "nudge", "group", "elsewhere",
                     "offline", "leave word", "picture", "again"})
    CVR = ("0x409", "winnt", "5.1", "i386", "MSNMSGR", "8.5.1302", "msmsgs")
    RAW_XML = True          # name and password are not escaped
    ESCAPED = False
    WISHES = ((rst.BASE, None), (rst.CLEAR, "MBI_KEY_OLD"),
              (rst.MESSENGER, "?id=507"), (rst.CONTACTS, "MBI"),
              (SECURE, "MBI_SSL"), ("spaces.live.com", "MBI"),
              ("storage.msn.com", "MBI"))
    WEB_AGENT = ("User-Agent: MSN Explorer/9.0 (MSN 8.0; TmstmpExt)\r\n"
                 "Accept: text/*\r\n")
    BOOK_HOST = "contacts.msn.com"
    # programs-2 §3 rules 9, 10: 241 has a length; ADL 0 in one segment
    NS = Habits(payload=LENGTHS, error_payload=LAST, error_words=2,
                error_only=frozenset({"241", "508"}),
                segment=frozenset({"ADL", "241", "508"}), unknown="ignore",
                unasked=UNASKED)
    SB = Habits(payload={"MSG": LAST}, unknown="ignore")
    SSO = True

    def no_length(self, conn: Conn, got: Message) -> int | None:
        if got.verb in ("ADL", "RML", "FQY"):
            return None
        return super().no_length(conn, got)

    def cut_password(self) -> str:
        return self.password

    # programs-2 §3 rule 1: the first dialect (Newer.ns_VER)
    # programs-2 §3 rule 2
    def ns_USR(self, conn: Conn, got: Message) -> None:
        if got.words[1] == "OK":
            self.need(got.words[-1] == "0", "USR OK of a switchboard", got)
        super().ns_USR(conn, got)

    # programs-2 §3 rule 4: by Id, the proof by its grandparent
    def rst_read(self, got: web.Answer) -> bool:
        root = markup.parse(self.NAME, got.body)
        tokens = {t.attrs.get("Id", ""): t
                  for t in root.named("wsse:BinarySecurityToken")}
        first = tokens.get("Compact1")
        if first is None:
            # programs-2 §3 rule 15
            self.need("FailedAuthentication" in got.body.decode(),
                      "no Compact1", got.body)
            self.refused = "wrong password"
            return False
        assert first.parent is not None and first.parent.parent is not None
        secret = first.parent.parent.word(
            "wst:RequestedProofToken/wst:BinarySecret")
        self.need(secret, "no secret by the grandparent", got.body)
        self.secret = base64.b64decode(secret or "")
        for number in range(1, 7):
            token = tokens.get(f"Compact{number}")
            if token is not None:
                self.tickets[self.WISHES[number][0]] = token.text
        # without Compact2 no offline message can be fetched
        self.need(rst.MESSENGER in self.tickets, "no Compact2", got.body)
        return True

    # programs-2 §3 rule 7: xmlns stands on the Response itself
    def done(self, got: web.Answer, method: str) -> markup.Node:
        root = markup.parse(self.NAME, got.body)
        found = root.find(f"soap:Envelope/soap:Body/{method}Response")
        self.need(found and "xmlns" in found.attrs, "no xmlns", got.body)
        return super().done(got, method)

    # programs-2 §3 rule 8
    def check_contact(self, contact: markup.Node) -> None:
        self.need(contact.find("contactInfo/contactType"),
                  "crashes: no contactType", contact)

    def check_member(self, member: markup.Node) -> None:
        self.need(re.fullmatch(
            r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)",
            member.word("JoinedDate") or ""), "JoinedDate", member)

    def lists_read(self, conn: Conn) -> None:
        conn.ask("BLP", "AL")
        for part in self.ml(self.bits(), first=True):
            self.wait_for(conn, "ADL", payload=part)

    def ns_BLP(self, conn: Conn, got: Message) -> None: ...
    def ns_PRP(self, conn: Conn, got: Message) -> None: ...

    def finish(self, conn: Conn) -> None:
        conn.ask("PRP", "MFN", urllib.parse.quote(self.email))
        self.go("NLN")

    # programs-2 §3 rule 12: complete at QNG to its first PNG after CHG
    def ns_CHG(self, conn: Conn, got: Message) -> None:
        if not self.online:
            conn.say("PNG")

    def ns_QNG(self, conn: Conn, got: Message) -> None:
        self.online = True

    # programs-2 §3 rule 11: a bad object, and the old picture stays
    def saw(self, conn: Conn, got: Message, state: str,
            words: list[str]) -> None:
        who = words[0]
        old = self.objects.get(who)
        super().saw(conn, got, state, words)
        if who not in self.objects and old and words[-1] not in ("0",):
            self.objects[who] = old

    # programs-2 §3 rule 13: OUT of any kind closes
    def ns_OUT(self, conn: Conn, got: Message) -> None:
        super().ns_OUT(conn, got)
        conn.close()

    def letter(self, m: markup.Node) -> None:
        text = self.fetch_letter(m.word("I") or "")
        self.mail.append((m.word("E") or "", letter_text(text)))

    def challenge_of(self, answer: web.Answer) -> str:
        for found in markup.parse(self.NAME, answer.body).named(
                "LockKeyChallenge"):
            if found.attrs.get("xmlns") == self.STORE_NS:
                return found.text
        return ""


class Jml14(Jml15):
    """At 13 and 14 it proves itself by a ticket of login2."""

    NAME, DIALECT = "Java MSN library, MSNP14", 14
    OFFER = ("MSNP14", "CVR0")
    CVR = ("0x409", "winnt", "5.1", "i386", "MSNMSGR", "8.1.0178", "msmsgs")
    CAN = frozenset({"block", "gone", "nudge", "group", "elsewhere",
                     "again", "picture"})

    def ns_CVR(self, conn: Conn, got: Message) -> None:
        conn.ask("USR", "TWN", "I", self.email)

    def ns_USR(self, conn: Conn, got: Message) -> None:
        if got.words[1:3] == ["TWN", "S"]:
            ticket = self.login2(got.words[3])
            if ticket and self.fetch_tickets("MBI_KEY_OLD"):
                conn.ask("USR", "TWN", "S", ticket)
            return
        super().ns_USR(conn, got)

    def login2(self, challenge: str) -> str:
        got = web.ask(self.world, self.NAME, "nexus.passport.com", (
            b"GET /rdr/pprdr.asp HTTP/1.1\r\nHost: nexus.passport.com\r\n"
            b"Connection: close\r\nAccept: text/*\r\n\r\n"))
        urls = got.need(got.header("PassportURLs"), "no PassportURLs")
        found = re.search(r"DALogin=([^,]*)", urls)
        self.need(found, "no DALogin", urls)
        assert found is not None
        # programs-2 §3 rule 3: it wants https there, its own fault
        url = "https://" + found.group(1).removeprefix("https://")
        for _ in range(4):
            _, host, path = web.split_url(self.NAME, url)
            got = web.ask(self.world, self.NAME, host, (
                f"GET {path} HTTP/1.1\r\nAuthorization: Passport1.4 "
                f"OrgVerb=GET,OrgURL={urllib.parse.quote(url, safe='')},"
                f"sign-in={urllib.parse.quote(self.email, safe='')},"
                f"pwd={urllib.parse.quote(self.password, safe='')},"
                f"{challenge}\r\nHost: {host}\r\nConnection: close\r\n"
                "Accept: text/*\r\n\r\n").encode())
            if " 302 " not in got.status:
                break
            # programs-2 §3 rule 14
            url = got.need(got.header("Location"), "302")
        if " 401 " in got.status:
            self.refused = "401"        # programs-2 §3 rule 15
            return ""
        told = got.need(got.header("Authentication-Info"), "no ticket")
        ticket = re.search(r"from-PP='([^']*)'", told)
        self.need(ticket, "no from-PP", told)
        assert ticket is not None
        return ticket.group(1)


class Jml13(Jml14):
    NAME, DIALECT = "Java MSN library, MSNP13", 13
    OFFER = ("MSNP13", "CVR0")

    def about(self, words: list[str], got: Message
              ) -> tuple[str, str, list[str]]:
        """No network before 14."""
        self.need(len(words) >= 3, "too few words", got)
        return words[0], words[1], words[2:]

    def ns_FLN(self, conn: Conn, got: Message) -> None:
        self.seen[got.words[0]] = "FLN"
        self.objects.pop(got.words[0], None)


MEMBERS = {"jml-13": Jml13, "jml-14": Jml14, "jml-15": Jml15}
