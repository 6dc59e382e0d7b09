# SPDX-License-Identifier: MIT
"""MSNP13 and later, as most programs have it: a ticket of a token service,
lists by web services, presence with a network or "1:".  What a program reads
in its own way it overrides."""

from __future__ import annotations

import base64
import re
import typing
import urllib.parse
import uuid
import xml.etree.ElementTree as ET
from xml.sax.saxutils import escape

import live_oim
import live_rst as rst
import live_soap as soap
import live_sso as sso
import markup
import web
from strict import Conn, Habits, LAST, Message, UNASKED8
from talk import Talker, decode, encode

UNASKED = UNASKED8 | {"SBS"}
SECURE = "messengersecure.live.com"
# what most of them ask for, in this order
USUAL = ((rst.BASE, None), (rst.CLEAR, "MBI_KEY_OLD"),
         (rst.MESSENGER, "?id=507"), (rst.CONTACTS, "MBI"),
         (SECURE, "MBI_SSL"), ("spaces.live.com", "MBI"),
         ("storage.msn.com", "MBI"))
SERVICES = ("<serviceFilter><Types><ServiceType>Messenger</ServiceType>"
            "<ServiceType>Invitation</ServiceType>"
            "<ServiceType>SocialNetwork</ServiceType>"
            "<ServiceType>Space</ServiceType>"
            "<ServiceType>Profile</ServiceType></Types></serviceFilter>")
RSI = live_oim.RSI
ENDPOINT = "<EndpointData><Capabilities>{caps}</Capabilities></EndpointData>"
PRIVATE = ("<PrivateEndpointData><EpName>PC</EpName><Idle>false</Idle>"
           "<ClientType>1</ClientType><State>NLN</State>"
           "</PrivateEndpointData>")


class Newer(Talker):
    OFFER: tuple[str, ...] = ("MSNP15", "CVR0")
    CVR = ("0x0409", "winnt", "5.1", "i386", "MSNMSGR", "8.5.1302", "BC01")
    KIND = rst.OLD
    RST_PATH = "/RST.srf"
    WISHES: tuple[tuple[str, str | None], ...] = USUAL
    WEB_AGENT = "User-Agent: Mozilla/4.0 (compatible; MSIE 6.0)\r\n"
    ESCAPED = True              # name and password in its XML
    BOOK_HOST = "local-bay.contacts.msn.com"
    BOOK_PLAIN = False          # by port 80
    BOOK = "ABFindAll"          # or ABFindContactsPaged
    CAPS = "1342558252"
    OBJECT = "0"
    UNTIL = "length"            # how it reads the end of an HTTP answer
    BODY = "soap:Envelope/soap:Body"
    PRODUCT = ("PROD0119GSJUC$18", "ILTXC!4IXB5FB*PX")
    PLACES = False              # MSNP16 and later

    def __init__(self, world, email, password) -> None:
        super().__init__(world, email, password)
        self.guid = "{" + str(uuid.uuid4()) + "}"
        self.tickets: dict[str, str] = {}
        self.secret = b""
        self.objects: dict[str, str] = {}
        self.numbers: dict[tuple[str, str], str] = {}
        self.contact_ids: dict[str, str] = {}
        self.cid = ""
        self.run = "{" + str(uuid.uuid4()).upper() + "}"
        self.stored = 0
        self.key = ""

    # ---- sign-in ----
    def start(self) -> None:
        self.listed = False
        self.removed = 0
        self.open_asks: set[int] = set()
        self.roles: dict[str, list[str]] = {}
        self.connect("ns", self.world.ns).ask("VER", *self.OFFER)

    def ns_VER(self, conn: Conn, got: Message) -> None:
        self.need(got.words[1] == f"MSNP{self.DIALECT}", "another version",
                  got)
        conn.ask("CVR", *self.CVR, self.email)

    def ns_CVR(self, conn: Conn, got: Message) -> None:
        conn.ask("USR", "SSO", "I", self.email)

    def ns_USR(self, conn: Conn, got: Message) -> None:
        if got.words[1] == "OK":
            self.signed(conn, got)
            return
        self.need(got.words[1:3] == ["SSO", "S"] and len(got.words) >= 5,
                  "no challenge", got)
        self.prove(conn, got.words[3], got.words[4])

    def signed(self, conn: Conn, got: Message) -> None: ...

    def prove(self, conn: Conn, policy: str, nonce: str) -> None:
        if not self.fetch_tickets(policy):
            return
        words = ["SSO", "S", self.tickets[rst.CLEAR],
                 sso.blob(self.secret, nonce)]
        conn.ask("USR", *words, *([self.guid] if self.PLACES else []))

    # ---- the token service ----
    def rst_body(self, policy: str) -> str:
        wishes = tuple((a, policy if a == rst.CLEAR else p)
                       for a, p in self.WISHES)
        body = rst.request(self.KIND, "\1", "\2", wishes).decode()
        change = escape if self.ESCAPED else str
        return body.replace("\1", change(self.email)).replace(
            "\2", change(self.cut_password()))

    def cut_password(self) -> str:
        return self.password[:16]

    def rst_ask(self, body: str) -> web.Answer:
        return self.http_post("login.live.com", self.RST_PATH, body,
                         "Content-Type: text/xml; charset=utf-8\r\n"
                         + self.WEB_AGENT)

    def fetch_tickets(self, policy: str) -> bool:
        """False: it says that it was refused."""
        return self.rst_read(self.rst_ask(self.rst_body(policy)))

    def rst_read(self, got: web.Answer) -> bool:
        raise NotImplementedError

    def http_post(self, host: str, path: str, body: str, headers: str,
             plain: bool = False, version: str = "1.1",
             until: str = "") -> web.Answer:
        data = body.encode()
        until = until or self.UNTIL
        return web.ask(self.world, self.NAME, host, (
            f"POST {path} HTTP/{version}\r\n{headers}Host: {host}\r\n"
            f"Content-Length: {len(data)}\r\n"
            + ("" if version == "1.0" else "Connection: close\r\n"
               if until == "close" else "Connection: Keep-Alive\r\n")
            + "\r\n").encode() + data, until=until, plain=plain)

    # ---- web services ----
    def soap_call(self, method: str, inner: str, path: str = soap.BOOK,
             scenario: str = "Initial") -> web.Answer:
        body = soap.envelope(f'<{method} xmlns="{soap.AB}">{inner}'
                             f"</{method}>", self.tickets[rst.CONTACTS],
                             scenario).decode()
        return self.http_post(self.BOOK_HOST, path, body, (
            f'SOAPAction: "{soap.AB}/{method}"\r\n'
            "Content-Type: text/xml; charset=utf-8\r\n"
            + self.WEB_AGENT), plain=self.BOOK_PLAIN)

    def done(self, got: web.Answer, method: str) -> markup.Node:
        """The Result of a method; a fault of any kind is too much."""
        root = markup.parse(self.NAME, got.body)
        self.need(" 200 " in got.status, f"{method} failed", got.raw)
        found = root.find(f"{self.BODY}/{method}Response")
        self.need(found, f"no {method}Response", got.body)
        assert found is not None
        return found.find(f"{method}Result") or found

    def fetch_membership(self) -> None:
        self.read_membership(self.done(self.soap_call(
            "FindMembership", SERVICES, soap.SHARING), "FindMembership"))

    def fetch_book(self) -> None:
        if self.BOOK == "ABFindAll":
            inner = (f"<abId>{soap.OWN}</abId><abView>Full</abView>"
                     "<deltasOnly>false</deltasOnly>"
                     f"<lastChange>{soap.NEVER}</lastChange>")
        else:
            inner = ("<abView>MessengerClient8</abView><extendedContent>"
                     "AB AllGroups CircleResult</extendedContent>"
                     "<filterOptions><DeltasOnly>false</DeltasOnly>"
                     f"<LastChanged>{soap.NEVER}</LastChanged>"
                     "<ContactFilter><IncludeHiddenContacts>true"
                     "</IncludeHiddenContacts></ContactFilter>"
                     "</filterOptions><pageContext><PageSize>1500</PageSize>"
                     "<Direction>Forward</Direction></pageContext>")
        self.read_book(self.done(self.soap_call(self.BOOK, inner), self.BOOK))

    def read_membership(self, result: markup.Node) -> None:
        service = [s for s in result.all("Services/Service")
                   if s.word("Info/Handle/Type") == "Messenger"]
        self.need(len(service) == 1, "no service Messenger")
        self.roles = {}
        for part in service[0].all("Memberships/Membership"):
            role = part.word("MemberRole")
            self.need(role, "a Membership without MemberRole")
            assert role is not None
            people = self.roles.setdefault(role, [])
            for member in part.all("Members/Member"):
                self.check_member(member)
                email = member.word("PassportName")
                if email and member.word("Deleted") != "true":
                    people.append(email)
                    self.numbers[role, email] = \
                        member.word("MembershipId") or ""

    def check_member(self, member: markup.Node) -> None: ...

    def read_book(self, result: markup.Node) -> None:
        small = self.BOOK == "ABFindAll"
        for contact in result.all("contacts/Contact" if small
                                  else "Contacts/Contact"):
            self.check_contact(contact)
            if contact.word("fDeleted") == "true":
                continue
            info = contact.find("contactInfo")
            self.need(info, "a Contact without contactInfo")
            assert info is not None
            if info.word("contactType") == "Me":
                self.cid = info.word("CID") or ""
                continue
            email = info.word("passportName")
            if email and info.word("isMessengerUser") == "true":
                self.friends.add(email)
                self.contact_ids[email] = contact.word("contactId") or ""

    def check_contact(self, contact: markup.Node) -> None: ...

    def bits(self) -> dict[str, int]:
        """What goes into ADL."""
        found = {email: 1 for email in self.friends}
        for role, bit, name in (("Allow", 2, "AL"), ("Block", 4, "BL")):
            for email in self.roles.get(role, []):
                found[email] = found.get(email, 0) | bit
                self.lists[name].add(email)
        for email in self.roles.get("Pending", []):
            if not found.get(email, 0) & 6:
                self.ask_about(email)
        return found

    def ask_about(self, email: str) -> None:
        if email not in self.lists["AL"] | self.lists["BL"] \
                and email not in self.questions:
            self.questions.append(email)

    # ---- lists on the wire ----
    ML_END = "/>"
    ML_MOST = 150           # people of one ADL

    def ml(self, people: dict[str, int], first: bool = False
           ) -> list[bytes]:
        """As many payloads as it takes."""
        found = []
        rest = list(people.items())
        while rest or not found:
            part, rest = rest[:self.ML_MOST], rest[self.ML_MOST:]
            domains: dict[str, str] = {}
            for email, bits in part:
                local, _, domain = email.partition("@")
                domains[domain] = domains.get(domain, "") + (
                    f'<c n="{local}" l="{bits}" t="1"{self.ML_END}')
            inside = "".join(f'<d n="{d}">{c}</d>'
                             for d, c in domains.items())
            top = '<ml l="1">' if first else "<ml>"
            found.append(f"{top}{inside}</ml>".encode())
        return found

    def wait_for(self, conn: Conn, verb: str, *words: str,
                 payload: bytes | None = None) -> None:
        """It is in when this is answered, too."""
        self.open_asks.add(conn.ask(verb, *words, payload=payload))

    def answered(self, conn: Conn, got: Message) -> None:
        number = int(got.words[0])
        if number in self.open_asks:
            self.open_asks.discard(number)
            if not self.open_asks:
                self.finish(conn)

    def finish(self, conn: Conn) -> None:
        self.online = True

    def ns_ADL(self, conn: Conn, got: Message) -> None:
        if got.words[0] == "0":
            self.pushed(conn, got)
            return
        self.need(got.words[1:] == ["OK"], "ADL refused", got)
        self.answered(conn, got)

    def pushed(self, conn: Conn, got: Message) -> None:
        """Somebody added its user."""
        for d in ET.fromstring(got.payload):
            for c in d:
                if int(c.attrib["l"]) & 8:
                    self.ask_about(f"{c.attrib['n']}@{d.attrib['n']}")

    def ns_GCF(self, conn: Conn, got: Message) -> None: ...
    def ns_SBS(self, conn: Conn, got: Message) -> None: ...
    def ns_UUX(self, conn: Conn, got: Message) -> None: ...
    def ns_UBX(self, conn: Conn, got: Message) -> None: ...
    def ns_UBN(self, conn: Conn, got: Message) -> None: ...
    def ns_NOT(self, conn: Conn, got: Message) -> None: ...
    def ns_QNG(self, conn: Conn, got: Message) -> None: ...

    def ns_BLP(self, conn: Conn, got: Message) -> None:
        self.answered(conn, got)

    def ns_PRP(self, conn: Conn, got: Message) -> None:
        self.answered(conn, got)

    def ns_CHG(self, conn: Conn, got: Message) -> None: ...

    def ns_FQY(self, conn: Conn, got: Message) -> None:
        self.answered(conn, got)

    def ns_OUT(self, conn: Conn, got: Message) -> None:
        self.lost = " ".join(got.words) or "OUT"

    def ns_XFR(self, conn: Conn, got: Message) -> None:
        self.xfr_sb(conn, got)

    def ns_error(self, conn: Conn, got: Message, asked: str) -> None:
        if asked == "USR":
            self.refused = got.verb
            return
        self.shown.append(f"{asked} {got}")

    def sb_error(self, conn: Conn, got: Message, asked: str) -> None:
        self.shown.append(f"{asked}: {got}")

    def ns_MSG(self, conn: Conn, got: Message) -> None:
        headers, body = got.text()
        kind = headers.get("Content-Type", "")
        if kind.startswith("text/x-msmsgsprofile"):
            if not self.listed:
                self.listed = True
                self.profile(conn, headers)
        elif "mdatanotification" in kind or "oimnotification" in kind:
            self.mail_data(body)

    def profile(self, conn: Conn, headers: dict[str, str]) -> None:
        """What most begin with the lists at."""
        self.fetch_membership()
        self.fetch_book()
        self.lists_read(conn)

    def lists_read(self, conn: Conn) -> None:
        self.wait_for(conn, "BLP", "AL")
        for part in self.ml(self.bits(), first=True):
            self.wait_for(conn, "ADL", payload=part)

    # ---- presence ----
    def about(self, words: list[str], got: Message
              ) -> tuple[str, str, list[str]]:
        """Address, nick, and what follows: words begin with the address."""
        if self.PLACES:
            net, colon, email = words[0].partition(":")
            self.need(colon and net.isdigit(), "no network", got)
            return email, words[1], words[2:]
        self.need(len(words) >= 3 and words[1].isdigit(), "no network", got)
        return words[0], words[2], words[3:]

    def ns_ILN(self, conn: Conn, got: Message) -> None:
        self.saw(conn, got, got.words[1], got.words[2:])

    def ns_NLN(self, conn: Conn, got: Message) -> None:
        self.saw(conn, got, got.words[0], got.words[1:])

    def saw(self, conn: Conn, got: Message, state: str,
            words: list[str]) -> None:
        email, nick, rest = self.about(words, got)
        if email == self.email:
            self.own(conn, got, state, rest)
            return
        self.seen[email] = state
        self.names[email] = decode(nick)
        self.objects.pop(email, None)
        if len(rest) > 1 and rest[1].startswith("%3Cmsnobj%20"):
            self.objects[email] = rest[1]

    def own(self, conn: Conn, got: Message, state: str,
            rest: list[str]) -> None: ...

    def ns_FLN(self, conn: Conn, got: Message) -> None:
        word = got.words[0]
        if self.PLACES:
            self.need(":" in word, "no network", got)
            word = word.partition(":")[2]
        else:
            self.need(len(got.words) > 1, "no network", got)
        self.seen[word] = "FLN"
        self.objects.pop(word, None)

    def go(self, state: str) -> None:
        assert self.ns is not None
        self.ns.ask("CHG", state, self.CAPS, self.OBJECT)

    # ---- what its user does with people ----
    def add_body(self, email: str) -> str:
        return (
            f'<abId>{soap.OWN}</abId><contacts><Contact xmlns="{soap.AB}">'
            "<contactInfo><contactType>Regular</contactType>"
            f"<passportName>{escape(email)}</passportName>"
            "<isMessengerUser>true</isMessengerUser></contactInfo></Contact>"
            "</contacts>")

    def contact_add(self, email: str) -> None:
        got = self.done(self.soap_call(
            "ABContactAdd", self.add_body(email), scenario="ContactSave"),
            "ABContactAdd")
        guid = got.word("guid")
        self.need(guid, "no guid of a new contact")
        self.contact_ids[email] = guid or ""

    def member(self, method: str, role: str, email: str,
               number: str = "") -> None:
        who = f"<MembershipId>{number}</MembershipId>" if number else ""
        name = "" if number else \
            f"<PassportName>{escape(email)}</PassportName>"
        self.done(self.soap_call(method, (
            "<serviceHandle><Id>0</Id><Type>Messenger</Type><ForeignId>"
            "</ForeignId></serviceHandle><memberships><Membership>"
            f"<MemberRole>{role}</MemberRole><Members><Member "
            'xsi:type="PassportMember" xmlns:xsi="http://www.w3.org/2001/'
            f'XMLSchema-instance"><Type>Passport</Type>{who}<State>Accepted'
            f"</State>{name}</Member></Members></Membership></memberships>"),
            soap.SHARING, "ContactMsgrAPI"), method)

    def tell(self, verb: str, email: str, bits: int) -> None:
        assert self.ns is not None
        self.ns.ask(verb, payload=self.ml({email: bits})[0])

    def add(self, email: str) -> None:
        self.contact_add(email)
        self.friends.add(email)
        if email not in self.lists["AL"] | self.lists["BL"]:
            self.member("AddMember", "Allow", email)
            self.lists["AL"].add(email)
        self.tell("ADL", email, 3)

    def accept(self, email: str) -> None:
        self.questions.remove(email)
        self.add(email)

    def ns_RML(self, conn: Conn, got: Message) -> None:
        self.removed += 1

    def block(self, email: str) -> None:
        """What RML took away DeleteMember takes away with success
        (field-runs 2.15)."""
        had = self.removed
        self.tell("RML", email, 2)
        self.world.until(lambda: self.removed > had, self, "RML's answer")
        self.member("DeleteMember", "Allow", email)
        self.member("AddMember", "Block", email)
        self.tell("ADL", email, 4)

    def unblock(self, email: str) -> None:
        self.tell("RML", email, 4)
        self.member("DeleteMember", "Block", email)
        self.member("AddMember", "Allow", email)
        self.tell("ADL", email, 2)

    # ---- boards ----
    def place(self) -> str:
        return f"{self.email};{self.guid}" if self.PLACES else self.email

    def nudge(self, email: str) -> None:
        self.send(email, "N", (
            "MIME-Version: 1.0\r\nContent-Type: text/x-msnmsgr-datacast"
            "\r\n\r\nID: 1\r\n\r\n\r\n").encode())

    # ---- messages left for it ----
    def mail_data(self, body: str) -> None:
        """The headers of the notice, and every M of Mail-Data."""
        found = re.search(r"Mail-Data: ([^\r]*)\r", body)
        if found is None:
            return
        text = found.group(1)
        if text == "too-large":
            return
        for m in markup.parse(self.NAME, text.encode()).named("M"):
            self.letter(m)

    def letter(self, m: markup.Node) -> None: ...

    def rsi(self, method: str, inner: str) -> web.Answer:
        cookie = re.fullmatch(r"t=(.*?)&p=(.*)",
                              self.tickets[rst.MESSENGER])
        self.need(cookie, "no t= and p=", self.tickets[rst.MESSENGER])
        assert cookie is not None
        return self.http_post("rsi.hotmail.com", "/rsi/rsi.asmx", (
            '<?xml version="1.0" encoding="utf-8"?><soap:Envelope '
            f'xmlns:soap="{soap.ENVELOPE}"><soap:Header>'
            f'<PassportCookie xmlns="{RSI}"><t>{cookie.group(1)}</t>'
            f"<p>{cookie.group(2)}</p></PassportCookie></soap:Header>"
            f'<soap:Body><{method} xmlns="{RSI}">{inner}</{method}>'
            "</soap:Body></soap:Envelope>"),
            f'SOAPAction: "{RSI}/{method}"\r\n'
            "Content-Type: text/xml; charset=utf-8\r\n" + self.WEB_AGENT)

    def fetch_letter(self, number: str) -> str:
        """The text of GetMessageResult."""
        got = self.rsi("GetMessage", f"<messageId>{number}</messageId>"
                       "<alsoMarkAsRead>false</alsoMarkAsRead>")
        self.need(" 200 " in got.status, "GetMessage failed", got.raw)
        found = markup.parse(self.NAME, got.body).named("~GetMessageResult")
        self.need(found, "no GetMessageResult", got.body)
        return found[0].text

    STORE = live_oim.NEW + "Store2"
    STORE_NS = live_oim.OLD

    def store(self, email: str, text: str) -> web.Answer:
        """An action of 2006 with elements of 2004 (field-runs 2.6)."""
        coded = base64.b64encode(text.encode()).decode()
        ns = self.STORE_NS
        self.stored += 1
        name = base64.b64encode(self.email.encode()).decode()
        body = (
            '<?xml version="1.0" encoding="utf-8"?><soap:Envelope '
            f'xmlns:soap="{soap.ENVELOPE}"><soap:Header>'
            f'<From memberName="{self.email}" friendlyName="=?utf-8?B?'
            f'{name}?=" xml:lang="en-US" proxy="MSNMSGR" xmlns="{ns}" '
            f'msnpVer="MSNP{self.DIALECT}" buildVer="8.5.1288"/>'
            f'<To memberName="{email}" xmlns="{ns}"/><Ticket passport="'
            f'{escape(self.tickets[SECURE])}" appid="{self.PRODUCT[0]}" '
            f'lockkey="{self.key}" xmlns="{ns}"/>'
            '<Sequence xmlns="http://schemas.xmlsoap.org/ws/2003/03/rm">'
            '<Identifier xmlns="http://schemas.xmlsoap.org/ws/2002/07/'
            'utility">http://messenger.msn.com</Identifier>'
            f"<MessageNumber>{self.stored}</MessageNumber></Sequence>"
            f'</soap:Header><soap:Body><MessageType xmlns="{ns}">text'
            f'</MessageType><Content xmlns="{ns}">MIME-Version: 1.0\r\n'
            "Content-Type: text/plain; charset=UTF-8\r\n"
            "Content-Transfer-Encoding: base64\r\n"
            "X-OIM-Message-Type: OfflineMessage\r\n"
            f"X-OIM-Run-Id: {self.run}\r\n"
            f"X-OIM-Sequence-Num: {self.stored}\r\n\r\n{coded}\r\n"
            "</Content></soap:Body></soap:Envelope>")
        return self.http_post("ows.messenger.msn.com", "/OimWS/oim.asmx", body,
                         f'SOAPAction: "{self.STORE}"\r\nContent-Type: '
                         "text/xml; charset=utf-8\r\n" + self.WEB_AGENT)

    def challenge_of(self, answer: web.Answer) -> str:
        """The LockKeyChallenge of a fault, or nothing."""
        raise NotImplementedError

    def write_offline(self, email: str, text: str) -> None:
        for _ in range(2):
            got = self.store(email, text)
            if " 200 " in got.status:
                return
            digits = self.challenge_of(got)
            self.need(digits, "no LockKeyChallenge to be seen", got.body)
            self.key = live_oim.lock_key(digits, self.PRODUCT)
        raise self.broke("an offline message is refused", got.body)


def letter_text(text: str, blank: str = "\n\n") -> str:
    """Behind the headers of a mail, decoded."""
    return base64.b64decode(text.partition(blank)[2]).decode()


__all__ = ["Conn", "ENDPOINT", "Habits", "LAST", "Message", "Newer",
           "PRIVATE", "SECURE", "UNASKED", "USUAL", "encode", "letter_text",
           "typing", "urllib"]
