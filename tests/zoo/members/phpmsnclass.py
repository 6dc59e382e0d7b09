# SPDX-License-Identifier: MIT
"""phpmsnclass at MSNP15: programs-2 §11."""

from __future__ import annotations

import base64
import re
import time

import live_rst as rst
import markup
import web
from newer import Conn, Habits, Message, Newer, SECURE, UNASKED

# programs-2 §11 rules 2, 3: in this order, without a line break between
TOKENS = re.compile(
    r'<wsse:BinarySecurityToken Id="Compact1">(.*?)<'
    r".*?<wst:BinarySecret>(.*?)<"
    r'.*?<wsse:BinarySecurityToken Id="PPToken2">(.*?)<'
    r'.*?<wsse:BinarySecurityToken Id="Compact3">(.*?)<'
    r'.*?<wsse:BinarySecurityToken Id="Compact4">(.*?)<'
    r'.*?<wsse:BinarySecurityToken Id="Compact5">(.*?)<'
    r'.*?<wsse:BinarySecurityToken Id="Compact6">(.*?)<')


class PhpMsn(Newer):
    NAME, DIALECT, SOURCE = "phpmsnclass", 15, "programs-2 §11"
    CAN = frozenset({"gone", "offline", "leave word", "again"})
    CANNOT = {"typing": "drops what somebody is typing"}
    CVR = ("0x0409", "winnt", "5.1", "i386", "MSMSGS", "8.1.0178", "msmsgs")
    WISHES = ((rst.BASE, None), (rst.CLEAR, "MBI_KEY_OLD"),
              (rst.MESSENGER, "?id=507"), (SECURE, "MBI_SSL"),
              (rst.CONTACTS, "MBI"), ("storage.msn.com", "MBI"),
              ("sup.live.com", "MBI"))
    RAW_XML = True              # the name is not escaped
    BOOK_HOST = "contacts.msn.com"
    WEB_AGENT = "User-Agent: MSN Explorer/9.0 (MSN 8.0; TmstmpExt)\r\n"
    CAPS = "1342177280"
    # programs-2 §11 rule 6: NOT is not known, its payload is lines;
    # programs-2 §11 rule 9: of UBX the third word
    NS = Habits(payload={"MSG": 2, "UBX": 2, "UBM": 3, "GCF": 1, "ADL": 1,
                         "RML": 1}, line=4095, unknown="ignore",
                unasked=UNASKED, tail=True)
    SB = Habits(payload={"MSG": 2}, line=4095, unknown="ignore")

    def no_length(self, conn: Conn, got: Message) -> int | None:
        if got.verb in ("ADL", "RML"):
            return None
        return super().no_length(conn, got)

    def unknown(self, conn: Conn, got: Message) -> None:
        """Lines of a NOT; what is glued to its end is lost with it."""

    def rst_ask(self, body: str) -> web.Answer:
        """No User-Agent, lines that end in LF."""
        return self.http_post("login.live.com", "/RST.srf",
                              body.replace("?><", "?>\n<", 1),
                              "Content-Type: text/xml\r\nAccept: */*\r\n")

    def rst_read(self, got: web.Answer) -> bool:
        text = got.body.decode()
        # programs-2 §11 rules 2, 3
        found = TOKENS.search(text)
        if found is None:
            self.need("FailedAuthentication" in text, "no tickets", text)
            self.refused = "wrong password"
            return False
        words = [w.replace("&amp;", "&") for w in found.groups()]
        self.secret = base64.b64decode(words.pop(1))
        self.tickets = {a: t for (a, _), t in zip(self.WISHES[1:], words)}
        # programs-2 §11 rule 15
        self.need(re.fullmatch(r"t=.*&p=.*", self.tickets[rst.MESSENGER]),
                  "no t= and p=", text)
        return True

    # ---- lists by strings ----
    def signed(self, conn: Conn, got: Message) -> None:
        self.fetch_membership()
        self.fetch_book()
        self.bits()
        # programs-2 §11 rules 7, 8: five in one go, and no error to any
        conn.raw(conn.line("BLP", "BL") + b"".join(
            conn.line("ADL", payload=part)
            for part in self.ml(self.bits(), first=True))
            + conn.line("PRP", "MFN", self.email)
            + conn.line("CHG", "NLN", self.CAPS, "0")
            + conn.line("UUX", payload=b"<Data><PSM></PSM></Data>"))
        self.online = True

    def profile(self, conn: Conn, headers: dict[str, str]) -> None: ...
    def answered(self, conn: Conn, got: Message) -> None: ...

    def fetch_membership(self) -> None:
        """programs-2 §11 rule 4."""
        from newer import SERVICES
        import live_soap as soap
        got = self.soap_call("FindMembership", SERVICES, soap.SHARING)
        self.need(" 200 " in got.status, "FindMembership", got.raw)
        text = got.body.decode()
        self.roles = {}
        for part in text.split("<Membership>")[1:]:
            role = re.search(r"<MemberRole>(.*?)</MemberRole>", part)
            self.need(role, "no <MemberRole>", part)
            assert role is not None
            self.need(len(re.findall("<Member[ >]", part)) == part.count(
                '<Member xsi:type="PassportMember">'), "a Member tag", part)
            for one in part.split('<Member xsi:type="PassportMember">')[1:]:
                self.need("<MembershipId>" in one
                          and "<Type>Passport</Type>" in one, "a Member", one)
                who = re.search(r"<PassportName>(.*?)</PassportName>", one)
                self.need(who, "no <PassportName>", one)
                assert who is not None
                self.roles.setdefault(role.group(1), []).append(who.group(1))

    # programs-2 §11 rule 5: one line, a blank before "/>"
    def pushed(self, conn: Conn, got: Message) -> None:
        found = re.fullmatch(
            rb'<ml><d n="([^"]+)"><c n="([^"]+)" .*t="1".* /></d></ml>',
            got.payload)
        self.need(found, "never hears that it was added", got)
        assert found is not None
        self.ask_about(f"{found.group(2).decode()}@{found.group(1).decode()}")

    # programs-2 §11 rule 1: any number is the end
    def ns_error(self, conn: Conn, got: Message, asked: str) -> None:
        self.need(asked == "USR", "signs off and comes again", got)
        self.refused = got.verb

    def sb_error(self, conn: Conn, got: Message, asked: str) -> None:
        if got.verb == "217":
            self.shown.append(got.line)

    def ns_CHL(self, conn: Conn, got: Message) -> None:
        super().ns_CHL(conn, got)
        self.go("NLN")

    # ---- boards: programs-2 §11 rules 10, 11, 12 ----
    def ns_RNG(self, conn: Conn, got: Message) -> None:
        self.go("NLN")
        self.soap_call("ABContactAdd", self.add_body(got.words[4]))
        time.sleep(1)
        super().ns_RNG(conn, got)

    def joined(self, conn: Conn, email: str) -> None:
        self.need(email == conn.peer, "another spelling of the address",
                  email)
        super().joined(conn, email)

    def sb_BYE(self, conn: Conn, got: Message) -> None:
        conn.people.clear()
        super().sb_BYE(conn, got)

    # ---- programs-2 §11 rules 13, 14 ----
    def mail_data(self, body: str) -> None:
        found = re.search(r"Mail-Data: (.*?)\r\n", body)
        self.need(found or "Mail-Data" not in body, "Mail-Data", body)
        super().mail_data(body)

    def letter(self, m: markup.Node) -> None:
        for name in ("T", "E", "I"):
            self.need(m.word(name), f"no {name} in M", m)
        text = self.fetch_letter(m.word("I") or "")
        lines = text.replace("\r\n", "\n").split("\n")
        blank = lines.index("")
        self.need("" in lines[blank + 1:], "no empty line at the end", text)
        coded = "".join(lines[blank + 1:lines.index("", blank + 1)])
        self.mail.append((m.word("E") or "",
                          base64.b64decode(coded).decode()))

    def challenge_of(self, answer: web.Answer) -> str:
        found = re.search(r"<LockKeyChallenge [^>]*>(.*?)</LockKeyChallenge>",
                          answer.body.decode())
        return found.group(1) if found else ""


MEMBERS = {"phpmsnclass": PhpMsn}
