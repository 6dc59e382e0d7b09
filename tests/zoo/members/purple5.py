# SPDX-License-Identifier: MIT
"""libpurple 2.5.9 (MSNP15) and 2.12 (MSNP18, by TCP or by the gateway):
programs-1 §4 and §5."""

from __future__ import annotations

import base64
import email.utils
import re

import live_oim
import live_rst as rst
import markup
import scenario
import web
from newer import (Conn, ENDPOINT, Habits, Message, Newer, PRIVATE, UNASKED,
                   USUAL, letter_text)
from tunnel import Tunnel

LISTS = frozenset({"ADL", "RML", "FQY"})
TRUST = "~RequestSecurityTokenResponse"


class Purple259(Newer):
    NAME, DIALECT, SOURCE = "libpurple 2.5.9", 15, "programs-1 §4"
    CAN = frozenset({"block", "gone", "picture", "group", "nudge",
                     "elsewhere", "offline", "leave word", "again"})
    RAW_XML = True              # the name is not escaped
    FLAG = "A"                  # programs-1 §4 rule 18
    RST_PATH = "//RST.srf"
    BODY = "~Envelope/~Body"
    AGENT = "Purple/2.5.9"
    # programs-1 §4 rule 15: UBX address network length
    NS = Habits(payload={"MSG": 2, "UBM": 3, "UBX": 2, "UUX": 1, "GCF": 1,
                         "NOT": 0, "IPG": 0, "ADL": 1, "RML": 1, "FQY": 1},
                error_payload=1, unknown="ignore", unasked=UNASKED)
    SB = Habits(payload={"MSG": 2}, unknown="ignore")
    # programs-1 §4 rule 14: words of ILN and NLN
    COUNTS = {"ns_ILN": (5, 7), "ns_NLN": (5, 6), "ns_UBX": (3, 3),
              "ns_XFR": (5, 99), "sb_JOI": (2, 99), "sb_IRO": (5, 99)}
    OBJECT_AT = 6               # the words of a NLN that has an object
    TEXT = ("MIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=UTF-8\r\n"
            "User-Agent: {agent}\r\n"
            "X-MMS-IM-Format: FN=Segoe%20UI; EF=; CO=0; PF=0; RL=0\r\n\r\n")
    CLIENT_CAPS = ("MIME-Version: 1.0\r\nContent-Type: text/x-clientcaps"
                   "\r\n\r\nClient-Name: {agent}\r\nChat-Logging: Y\r\n")

    def no_length(self, conn: Conn, got: Message) -> int | None:
        if got.verb in LISTS:
            return None
        return super().no_length(conn, got)

    def prove(self, conn: Conn, policy: str, nonce: str) -> None:
        # programs-1 §4 rule 2: the blob has room for this length alone
        self.need(len(nonce) == 64, "a nonce of another length", nonce)
        super().prove(conn, policy, nonce)

    # ---- programs-1 §4 rule 3: two slashes, no blank behind the colon ----
    def rst_ask(self, body: str) -> web.Answer:
        return self.http_post("login.live.com", self.RST_PATH, body, (
            "SOAPAction: \r\nContent-Type:text/xml; charset=utf-8\r\n"
            "Cookie: \r\nAccept: */*\r\nCache-Control: no-cache\r\n"
            + self.WEB_AGENT))

    def http_post(self, *words, **how) -> web.Answer:
        got = super().http_post(*words, **how)
        # programs-1 §4 rules 3, 17: its own reader of HTTP
        self.need(got.raw.startswith(b"HTTP/1.1 ")
                  and b"chunked" not in got.raw.partition(b"\r\n\r\n")[0],
                  "HTTP it cannot read", got.raw)
        if re.match(r"HTTP/1.1 30[01] ", got.status):
            self.need(got.header("Location"), "no Location", got.raw)
        return got

    def rst_read(self, got: web.Answer) -> bool:
        root = markup.parse(self.NAME, got.body)
        fault = root.find("~Envelope/~Fault")
        if fault is not None:
            # programs-1 §4 rule 8: directly in Envelope, exactly this code
            self.need(fault.word("faultcode") == "wsse:FailedAuthentication",
                      "another fault: tries for ever", got.body)
            self.refused = fault.word("faultstring") or "wrong password"
            return False
        found = root.find("~Envelope/~Body/~RequestSecurityTokenResponse"
                          "Collection")
        self.need(found, "invalid response: tries for ever", got.body)
        assert found is not None
        for answer in found.inside:
            # programs-1 §4 rule 4: siblings are walked without a look
            self.need(isinstance(answer, markup.Node),
                      "crashes: text between answers", answer)
            assert isinstance(answer, markup.Node)
            where = answer.word("~AppliesTo/~EndpointReference/~Address")
            # programs-1 §4 rule 5
            self.need(where, "crashes: no Address", got.body)
            assert where is not None
            self.need(answer.find("~LifeTime/~Expires"), "no LifeTime",
                      got.body)
            self.take_token(answer, where)
        self.need(self.secret and rst.CLEAR in self.tickets, "no token",
                  got.body)
        return True

    def take_token(self, answer: markup.Node, where: str) -> None:
        token = answer.find("~RequestedSecurityToken/~BinarySecurityToken")
        if token is None:
            self.need(answer.find("~RequestedSecurityToken/~EncryptedData/"
                                  "~CipherData/~CipherValue"), "no cipher")
            return
        # programs-1 §4 rule 6: seven letters, then the index
        number = re.fullmatch(r"[A-Za-z]{7}(\d+)", token.attrs.get("Id", ""))
        self.need(number, "an Id of another form", token.attrs)
        assert number is not None
        self.need(self.WISHES[int(number.group(1))][0] == where,
                  "the index of another ticket", token.attrs)
        # programs-1 §4 rule 7
        self.need(len(token.text) <= 1022, "a token too long", token.text)
        self.need(re.fullmatch(r"t=[^&=]*&p=.*", token.text), "t= and p=",
                  token.text)
        self.tickets[where] = token.text
        secret = answer.word("~RequestedProofToken/~BinarySecret")
        if where == rst.CLEAR and secret:
            self.secret = base64.b64decode(secret)

    # ---- lists ----
    def dispatch(self, conn: Conn, got: Message) -> None:
        if conn.kind == "ns" and got.payload \
                and re.fullmatch(r"\d{3}", got.verb):
            # programs-1 §4 rule 13
            self.need(conn.question(got) in LISTS,
                      "a payload it leaves unread", got)
        super().dispatch(conn, got)

    def ns_MSG(self, conn: Conn, got: Message) -> None:
        # programs-1 §4 rule 1: nothing begins before it comes from there
        self.need(got.words[0] == "Hotmail", "not from Hotmail", got)
        super().ns_MSG(conn, got)

    def check_member(self, member: markup.Node) -> None:
        # programs-1 §4 rule 9
        kind = member.attrs.get("xsi:type", member.attrs.get("type", ""))
        self.need(kind in ("PassportMember", "EmailMember", "PhoneMember"),
                  "crashes: a Member without type", member)

    def done(self, got: web.Answer, method: str) -> markup.Node:
        # programs-1 §4 rule 10: but for ABDoesNotExist it asks for ever
        root = markup.parse(self.NAME, got.body)
        fault = root.find(f"{self.BODY}/~Fault")
        self.need(fault is None, f"{method}: asks for ever", got.body)
        found = root.find(f"{self.BODY}/~{method}Response")
        self.need(found, f"no {method}Response", got.body)
        assert found is not None
        return found.find(f"~{method}Result") or found

    def check_contact(self, contact: markup.Node) -> None:
        # programs-1 §4 rule 11
        for path in ("contactId", "contactInfo", "contactInfo/contactType"):
            self.need(contact.find(path), f"crashes: no {path}", contact)
        for note in contact.all("contactInfo/annotations/Annotation"):
            self.need(note.word("Name"), "an Annotation without Name", note)

    # programs-1 §4 rule 12: Newer.ml has at most 150 people, and it is in
    # when each of them is answered
    def finish(self, conn: Conn) -> None:
        self.online = True
        self.go("NLN")
        conn.ask("UUX", payload=b"<Data><PSM></PSM><CurrentMedia>"
                 b"</CurrentMedia></Data>")
        conn.ask("PRP", "MFN", self.email)

    def pushed(self, conn: Conn, got: Message) -> None:
        """It fetches who waits again, and they must be there."""
        people = [f"{c.attrs['n']}@{d.attrs['n']}" for d in markup.parse(
            self.NAME, got.payload).all("ml/d") for c in d.all("c")
            if int(c.attrs["l"]) & 8]
        if not people:
            return
        self.fetch_membership()
        for who in people:
            if who not in self.lists["AL"]:
                self.need(who in self.roles.get("Pending", []),
                          "nobody is pending", who)
            self.ask_about(who)

    def accept(self, email: str) -> None:
        number = self.numbers.get(("Pending", email))
        self.questions.remove(email)
        if number:
            self.member("DeleteMember", "Pending", email, number)
            self.member("AddMember", "Reverse", email)
        self.add(email)

    # ---- presence ----
    def saw(self, conn: Conn, got: Message, state: str,
            words: list[str]) -> None:
        who = words[0].partition(":")[2] if self.PLACES else words[0]
        if who not in self.friends | {self.email}:
            return              # unknown: ignored
        super().saw(conn, got, state, words)
        if len(words) != self.OBJECT_AT - 1:
            self.objects.pop(who, None)

    def own(self, conn: Conn, got: Message, state: str,
            rest: list[str]) -> None: ...

    def ns_UBX(self, conn: Conn, got: Message) -> None:
        if got.payload:
            markup.parse(self.NAME, got.payload)

    # ---- boards ----
    def sb_JOI(self, conn: Conn, got: Message) -> None:
        conn.open = True
        self.joined(conn, self.cut(conn, got.words[0]))
        conn.ask("MSG", "U",
                 payload=self.CLIENT_CAPS.format(agent=self.AGENT).encode())
        self.flush(conn)

    def sb_error(self, conn: Conn, got: Message, asked: str) -> None:
        if not (got.verb == "215" and asked == "CAL"):
            self.shown.append(f"{asked}: {got}")

    def say(self, email: str, text: str) -> None:
        self.send(email, "A",
                  (self.TEXT.format(agent=self.AGENT) + text).encode())

    # programs-1 §4 rule 19: the only other's BYE ends the board (Talker)

    # ---- programs-1 §4 rule 16 ----
    def letter(self, m: markup.Node) -> None:
        number, who = m.word("I"), m.word("E")
        self.need(number and who and m.word("N") is not None
                  and m.word("RT"), "a short M", m)
        text = self.fetch_letter(number or "")
        self.need("\r" not in text and "\n\n" in text, "line ends", text)
        sender = re.search(r"(?m)^From: [^\n]*<([^>\n]*)>", text)
        date = re.search(r"(?m)^Date: ([^\n]*)", text)
        self.need(sender and date, "no From or Date", text)
        assert sender is not None and date is not None
        self.need(email.utils.parsedate(date.group(1)), "a Date", text)
        self.mail.append((sender.group(1), letter_text(text)))

    def challenge_of(self, answer: web.Answer) -> str:
        fault = markup.parse(self.NAME, answer.body).find(
            "~Envelope/~Body/~Fault")
        self.need(fault, "no Fault", answer.body)
        assert fault is not None
        self.need(fault.word("faultcode") == "q0:AuthenticationFailed",
                  "another fault", answer.body)
        return fault.word("detail/LockKeyChallenge") or ""


class Purple212(Purple259):
    NAME, DIALECT, SOURCE = "libpurple 2.12", 18, "programs-1 §5"
    OFFER = ("MSNP18", "CVR0")
    WISHES = USUAL + (("sup.live.com", "MBI"),)
    BOOK = "ABFindContactsPaged"
    CAN = Purple259.CAN | {"second place"}
    PLACES = True
    AGENT = "Purple/2.12.0"
    CAPS = "2788999228:0"
    OBJECT = scenario.OBJECT    # its own picture
    OBJECT_AT = 5
    # programs-1 §5 rule 4: UBX two words, UBN three, UBM six
    NS = Habits(payload={"MSG": 2, "UBM": 5, "UBX": 1, "UBN": 2, "UUX": 1,
                         "GCF": 1, "NOT": 0, "IPG": 0, "ADL": 1, "RML": 1,
                         "FQY": 1},
                error_payload=1, error_of=LISTS, unknown="ignore",
                unasked=UNASKED)
    COUNTS = {"ns_ILN": (4, 6), "ns_NLN": (4, 5), "ns_UBX": (2, 2),
              "ns_UBN": (3, 3), "ns_UBM": (6, 6), "ns_XFR": (5, 99),
              "sb_JOI": (2, 99), "sb_IRO": (5, 99)}

    def ns_VER(self, conn: Conn, got: Message) -> None:
        # programs-1 §5 rule 1: the highest number is the one
        known = [int(w[4:]) for w in got.words if re.match(r"MSNP\d", w)]
        self.need(known and max(known) == 18, "not MSNP18", got)
        conn.ask("CVR", *self.CVR, self.email)

    # programs-1 §5 rule 2: the GUID in braces, in USR and on boards: Newer

    def read_book(self, result: markup.Node) -> None:
        super().read_book(result)
        ticket = result.word("CircleResult/CircleTicket")
        if ticket:                      # programs-1 §5 rule 3
            assert self.ns is not None
            self.circle = self.ns.ask("USR", "SHA", "A", base64.b64encode(
                ticket.encode()).decode())

    circle = -1

    def ns_USR(self, conn: Conn, got: Message) -> None:
        if int(got.words[0]) != self.circle:
            super().ns_USR(conn, got)

    def ns_error(self, conn: Conn, got: Message, asked: str) -> None:
        self.need(int(got.words[0]) != self.circle, "USR SHA refused", got)
        super().ns_error(conn, got, asked)

    def finish(self, conn: Conn) -> None:
        """UUX and CHG in one write (field-runs 2.5)."""
        self.online = True
        conn.raw(conn.line("UUX", payload=ENDPOINT.format(
            caps=self.CAPS).encode()) + conn.line(
                "CHG", "NLN", self.CAPS, self.OBJECT))
        conn.ask("UUX", payload=PRIVATE.encode())
        conn.ask("UUX", payload=b"<Data><PSM></PSM><CurrentMedia>"
                 b"</CurrentMedia></Data>")
        conn.ask("PRP", "MFN", self.email)

    def profile(self, conn: Conn, headers: dict[str, str]) -> None:
        # programs-1 §5 rule 9: 30 s after, it goes on without the rest; no
        # server of ours is given that long
        super().profile(conn, headers)

    def own(self, conn: Conn, got: Message, state: str,
            rest: list[str]) -> None:
        # programs-1 §5 rule 8
        self.need(len(rest) > 1 and rest[1] == self.OBJECT,
                  "its own picture is deleted", got)

    # programs-1 §5 rules 5, 7: ';{…}' is cut off, people are counted; a JOI
    # of either form lets the queue go
    def cut(self, conn: Conn, word: str) -> str:
        return word.partition(";")[0]

    def sb_BYE(self, conn: Conn, got: Message) -> None:
        # programs-1 §5 rule 6: of two, any BYE is the end; of more, one with
        # a place finds nobody
        if ";" in got.words[0] and len(conn.people) > 1:
            return
        if len(conn.people) == 1:
            conn.people.clear()
        super().sb_BYE(conn, got)


class Purple212Gateway(Purple212):
    """By HTTP: programs-1 §5 rule 10 (tunnel.py)."""

    NAME = "libpurple 2.12, gateway"

    def connect(self, kind: str, where: tuple[str, int]) -> Conn:
        conn = Tunnel(self, kind, where, self.SB if kind == "sb" else self.NS)
        if kind == "sb":
            self.boards.append(conn)
        else:
            self.ns = conn
        return conn

    def leave(self) -> None:
        """Its last words need their request."""
        for conn in [*self.boards, self.ns]:
            if conn is not None and conn.sock is not None:
                conn.say("OUT")
        self.online = False
        self.world.until(lambda: self.ns is None or self.ns.sock is None,
                         self, "the end of its session")

    def hang_up_boards(self) -> None:
        for conn in self.boards:
            conn.say("OUT")


MEMBERS = {"libpurple-2.5.9": Purple259, "libpurple-2.12": Purple212,
           "libpurple-2.12-gateway": Purple212Gateway}
