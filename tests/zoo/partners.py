# SPDX-License-Identifier: MIT
"""The four partners every program meets: clients of MSNP9, 12, 15 and 18 as
the documents have them.  They take whatever a correct server of their dialect
may say, so that a failure is the program's that is tried."""

from __future__ import annotations

import re
import typing
import uuid
import xml.etree.ElementTree as ET

import live_rst as rst
import live_soap as soap
import live_sso as sso
import msn
from strict import Conn, Habits, LAST, Member, Message, UNASKED8
from talk import Talker, decode, encode

PAYLOADS = {"MSG": LAST, "NOT": LAST, "IPG": LAST, "UBX": LAST, "GCF": LAST,
            "UBN": LAST, "UBM": LAST, "ADL": LAST, "RML": LAST, "FQY": LAST}


class Messenger(Talker):
    """What all of them do."""

    CAPS = "1342558252"
    BUILD = "6.0.0602"
    CAN = frozenset({"nudge", "file", "block", "gone"})
    NS = Habits(payload=PAYLOADS, error_payload=LAST, unasked=UNASKED8
                | {"SBS", "NOT"})

    object = "0"

    def start(self) -> None:
        conn = self.connect("ns", self.world.ns)
        conn.ask("VER", f"MSNP{self.DIALECT}", "CVR0")

    def no_length(self, conn: Conn, got: Message) -> int | None:
        """ADL n OK and the like."""
        return None

    def ns_VER(self, conn: Conn, got: Message) -> None:
        self.need(got.words[1] == f"MSNP{self.DIALECT}", "another version",
                  got)
        conn.ask("CVR", "0x0409", "winnt", "5.1", "i386", "MSNMSGR",
                 self.BUILD, "MSMSGS", self.email)

    def ns_CVR(self, conn: Conn, got: Message) -> None:
        conn.ask("USR", "TWN", "I", self.email)

    def ns_XFR(self, conn: Conn, got: Message) -> None:
        if got.words[1] == "SB":
            self.xfr_sb(conn, got)
            return
        conn.close()
        self.start()

    def ns_USR(self, conn: Conn, got: Message) -> None:
        if got.words[1] == "TWN":
            ticket = msn.ticket(self.world.server, self.email, self.password,
                                got.words[3])
            conn.ask("USR", "TWN", "S", ticket)
            return
        self.need(got.words[1] == "OK", "USR without OK", got)
        self.signed(conn)

    def signed(self, conn: Conn) -> None:
        conn.ask("SYN", *(["0"] if self.DIALECT < 10 else ["0", "0"]))

    def ns_error(self, conn: Conn, got: Message, asked: str) -> None:
        if asked in ("USR", "VER", "CVR"):
            self.refused = got.verb
            return
        self.shown.append(f"{asked} {got}")

    sb_error = ns_error

    def ns_SBS(self, conn: Conn, got: Message) -> None: ...
    def ns_GTC(self, conn: Conn, got: Message) -> None: ...
    def ns_BLP(self, conn: Conn, got: Message) -> None: ...
    def ns_PRP(self, conn: Conn, got: Message) -> None: ...
    def ns_BPR(self, conn: Conn, got: Message) -> None: ...
    def ns_LSG(self, conn: Conn, got: Message) -> None: ...
    def ns_MSG(self, conn: Conn, got: Message) -> None: ...
    def ns_GCF(self, conn: Conn, got: Message) -> None: ...
    def ns_NOT(self, conn: Conn, got: Message) -> None: ...
    def ns_UBX(self, conn: Conn, got: Message) -> None: ...
    def ns_UUX(self, conn: Conn, got: Message) -> None: ...

    def ns_OUT(self, conn: Conn, got: Message) -> None:
        self.lost = " ".join(got.words) or "OUT"

    # ---- lists of MSNP9 and 12 ----
    def ns_SYN(self, conn: Conn, got: Message) -> None:
        self.left = int(got.words[-2])
        self.listed(conn)

    def ns_LST(self, conn: Conn, got: Message) -> None:
        plain = [w for w in got.words if not re.match(r"[NFC]=", w)]
        fields = dict(w.split("=", 1) for w in got.words
                      if re.match(r"[NFC]=", w))
        email = fields.get("N") or plain.pop(0)
        if self.DIALECT < 10:
            plain.pop(0)
        bits = int(plain[0])
        for bit, name in ((1, "FL"), (2, "AL"), (4, "BL"), (8, "RL"),
                          (16, "PL")):
            if bits & bit:
                self.lists[name].add(email)
        if bits & 1:
            self.friends.add(email)
        elif bits & 24 and not bits & 6:
            self.questions.append(email)
        self.left -= 1
        self.listed(conn)

    def listed(self, conn: Conn) -> None:
        if self.left == 0:
            self.go("NLN")

    def go(self, state: str) -> None:
        assert self.ns is not None
        self.ns.ask("CHG", state, *self.look())

    def look(self) -> list[str]:
        return [self.CAPS, self.object]

    def rename(self, name: str) -> None:
        assert self.ns is not None
        if self.DIALECT < 10:
            self.ns.ask("REA", self.email, encode(name))
        else:
            self.ns.ask("PRP", "MFN", encode(name))

    def ns_REA(self, conn: Conn, got: Message) -> None: ...

    def show(self, obj: str) -> None:
        """A display picture, or 0."""
        self.object = obj
        self.go("NLN")

    def ns_CHG(self, conn: Conn, got: Message) -> None:
        self.online = True

    def add(self, email: str) -> None:
        assert self.ns is not None
        if self.DIALECT < 10:
            self.ns.ask("ADD", "FL", email, email, "0")
            if email not in self.lists["AL"]:
                self.ns.ask("ADD", "AL", email, email)
        else:
            self.ns.ask("ADC", "FL", f"N={email}", f"F={email}")
            if email not in self.lists["AL"]:
                self.ns.ask("ADC", "AL", f"N={email}")

    def accept(self, email: str) -> None:
        self.questions.remove(email)
        self.add(email)

    def ns_ADD(self, conn: Conn, got: Message) -> None:
        """ADD n FL serial address nick [group]."""
        self.put(got.words[1], got.words[3])

    def ns_ADC(self, conn: Conn, got: Message) -> None:
        self.put(got.words[1], got.words[2].removeprefix("N="))

    def put(self, where: str, email: str) -> None:
        self.lists[where].add(email)
        if where == "FL":
            self.friends.add(email)
        elif where == "RL" and email not in self.lists["AL"] \
                and email not in self.questions:
            self.questions.append(email)

    def ns_REM(self, conn: Conn, got: Message) -> None:
        if "@" in got.words[-1]:
            self.lists[got.words[1]].discard(got.words[-1])

    def block(self, email: str) -> None:
        assert self.ns is not None
        verb, word = ("ADD", email) if self.DIALECT < 10 \
            else ("ADC", f"N={email}")
        self.ns.ask("REM", "AL", email)
        self.ns.ask(verb, "BL", word, *([email] if verb == "ADD" else []))

    def unblock(self, email: str) -> None:
        assert self.ns is not None
        verb, word = ("ADD", email) if self.DIALECT < 10 \
            else ("ADC", f"N={email}")
        self.ns.ask("REM", "BL", email)
        self.ns.ask(verb, "AL", word, *([email] if verb == "ADD" else []))

    # ---- presence ----
    NICK = 2            # where the name stands behind the state

    def ns_ILN(self, conn: Conn, got: Message) -> None:
        self.saw(got.words[1], got.words[2], got.words[1 + self.NICK])

    def ns_NLN(self, conn: Conn, got: Message) -> None:
        self.saw(got.words[0], got.words[1], got.words[self.NICK])

    def ns_FLN(self, conn: Conn, got: Message) -> None:
        self.saw("FLN", got.words[0], "")

    def saw(self, state: str, word: str, name: str) -> None:
        email = word.removeprefix("1:")
        self.seen[email] = state
        if name:
            self.names[email] = decode(name)

    # ---- boards: with places or without ----
    def cut(self, conn: Conn, word: str) -> str:
        return word.partition(";")[0]

    def nudge(self, email: str) -> None:
        self.send(email, "N", (
            "MIME-Version: 1.0\r\nContent-Type: text/x-msnmsgr-datacast"
            "\r\n\r\nID: 1\r\n\r\n\r\n").encode())


class Messenger6(Messenger):
    """MSN Messenger 6.0."""

    NAME, DIALECT = "partner MSNP9", 9


class Messenger75(Messenger):
    """MSN Messenger 7.5."""

    NAME, DIALECT, BUILD = "partner MSNP12", 12, "7.5.0324"


class Live(Messenger):
    """Windows Live Messenger 8.5: lists by web service."""

    NAME, DIALECT, BUILD = "partner MSNP15", 15, "8.5.1302"
    NICK = 3            # the network is before it
    KIND = rst.OLD

    def __init__(self, world: typing.Any, email: str, password: str) -> None:
        super().__init__(world, email, password)
        self.guid = str(uuid.uuid4())
        self.tokens: dict[str, rst.Token] = {}
        self.book: soap.Client | None = None

    def start(self) -> None:
        self.book = None
        super().start()

    def ns_CVR(self, conn: Conn, got: Message) -> None:
        conn.ask("USR", "SSO", "I", self.email)

    def ns_USR(self, conn: Conn, got: Message) -> None:
        if got.words[1] == "OK":
            return
        self.need(got.words[1:3] == ["SSO", "S"], "no challenge", got)
        self.tokens = rst.tokens(self.world.server, self.email,
                                 self.password, self.KIND)
        clear = self.tokens[rst.CLEAR]
        assert clear.secret is not None
        conn.ask("USR", "SSO", "S", clear.text,
                 sso.blob(clear.secret, got.words[4]), *self.guids())

    def guids(self) -> list[str]:
        return []

    def ns_MSG(self, conn: Conn, got: Message) -> None:
        if b"text/x-msmsgsprofile" in got.payload and self.book is None:
            self.signed(conn)

    def signed(self, conn: Conn) -> None:
        self.book = soap.Client(self.world.server,
                                self.tokens[rst.CONTACTS].text)
        roles = self.book.roles()
        book = self.book.find_all()
        bits = {email: 1 for email in book.contacts}
        self.friends |= set(bits)
        for role, bit, name in (("Allow", 2, "AL"), ("Block", 4, "BL")):
            for email in roles[role]:
                bits[email] = bits.get(email, 0) | bit
                self.lists[name].add(email)
        for email in roles["Pending"]:
            if not bits.get(email, 0) & 6:
                self.questions.append(email)
        conn.ask("BLP", "AL")
        conn.ask("ADL", payload=ml(bits, first=True))
        conn.ask("PRP", "MFN", encode(self.email))
        self.places(conn)
        self.go("NLN")

    def places(self, conn: Conn) -> None: ...

    def ns_ADL(self, conn: Conn, got: Message) -> None:
        if got.words[0] != "0":
            self.need(got.words[1] == "OK", "ADL refused", got)
            return
        for d in ET.fromstring(got.payload):
            for c in d:
                if int(c.attrib["l"]) & 8:
                    self.put("RL", f"{c.attrib['n']}@{d.attrib['n']}")

    def ns_RML(self, conn: Conn, got: Message) -> None: ...

    def tell(self, verb: str, email: str, bits: int) -> None:
        assert self.ns is not None
        self.ns.ask(verb, payload=ml({email: bits}))

    def add(self, email: str) -> None:
        assert self.book is not None
        self.book.contact_add(email)
        self.tell("ADL", email, 3)
        self.friends.add(email)
        self.lists["AL"].add(email)

    def block(self, email: str) -> None:
        self.tell("RML", email, 2)
        self.tell("ADL", email, 4)

    def unblock(self, email: str) -> None:
        self.tell("RML", email, 4)
        self.tell("ADL", email, 2)


class Live2009(Live):
    """Windows Live Messenger 2009: with places."""

    NAME, DIALECT, BUILD = "partner MSNP18", 18, "14.0.8117.0416"
    CAPS = "2789003324:48"
    NICK = 2
    KIND = rst.NEW

    def guids(self) -> list[str]:
        return [f"{{{self.guid}}}"]

    def place(self) -> str:
        return f"{self.email};{{{self.guid}}}"

    def places(self, conn: Conn) -> None:
        for text in (
                f"<EndpointData><Capabilities>{self.CAPS}</Capabilities>"
                "</EndpointData>",
                "<PrivateEndpointData><EpName>PC</EpName><Idle>false</Idle>"
                "<ClientType>1</ClientType><State>NLN</State>"
                "</PrivateEndpointData>"):
            conn.ask("UUX", payload=text.encode())

    def ns_UBN(self, conn: Conn, got: Message) -> None: ...


def ml(people: dict[str, int], first: bool = False) -> bytes:
    """A membership list: each domain once."""
    domains: dict[str, str] = {}
    for email, bits in people.items():
        local, _, domain = email.partition("@")
        domains[domain] = domains.get(domain, "") + \
            f'<c n="{local}" l="{bits}" t="1"/>'
    inside = "".join(f'<d n="{d}">{cs}</d>' for d, cs in domains.items())
    return f'<ml{" l=" + chr(34) + "1" + chr(34) if first else ""}>' \
        f"{inside}</ml>".encode()


TABLE: dict[str, type[Member]] = {
    "msnp9": Messenger6, "msnp12": Messenger75, "msnp15": Live,
    "msnp18": Live2009}

__all__ = ["Live", "Live2009", "Messenger6", "Messenger75", "TABLE", "ml"]
