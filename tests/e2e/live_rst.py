# SPDX-License-Identifier: MIT
"""Clients of the token services (rst.md): RST.srf, RST2.srf, NotRST.srf."""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ET
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

import harness
import msn

BASE = "http://Passport.NET/tb"
CLEAR = "messengerclear.live.com"
MESSENGER = "messenger.msn.com"
CONTACTS = "contacts.msn.com"
# what libpurple asks for
USUAL = ((BASE, None), (CLEAR, "MBI_KEY_OLD"), (MESSENGER, "?id=507"),
         (CONTACTS, "MBI"), ("messengersecure.live.com", "MBI_SSL"),
         ("spaces.live.com", "MBI"), ("storage.msn.com", "MBI"))

WSU = ("http://docs.oasis-open.org/wss/2004/01/"
       "oasis-200401-wss-wssecurity-utility-1.0.xsd")
PPCRL = "http://schemas.microsoft.com/Passport/SoapServices/PPCRL"
PSF = "http://schemas.microsoft.com/Passport/SoapServices/SOAPFault"
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"


class Kind(NamedTuple):
    path: str
    soap: str
    wsse: str
    wst: str
    wsa: str
    wsp: str
    life: str


OLD = Kind("/RST.srf", "http://schemas.xmlsoap.org/soap/envelope/",
           "http://schemas.xmlsoap.org/ws/2003/06/secext",
           "http://schemas.xmlsoap.org/ws/2004/04/trust",
           "http://schemas.xmlsoap.org/ws/2004/03/addressing",
           "http://schemas.xmlsoap.org/ws/2002/12/policy", "LifeTime")
NEW = Kind("/RST2.srf", "http://www.w3.org/2003/05/soap-envelope",
           "http://docs.oasis-open.org/wss/2004/01/"
           "oasis-200401-wss-wssecurity-secext-1.0.xsd",
           "http://schemas.xmlsoap.org/ws/2005/02/trust",
           "http://www.w3.org/2005/08/addressing",
           "http://schemas.xmlsoap.org/ws/2004/09/policy", "Lifetime")


class Token(NamedTuple):
    text: str               # "t=...&p="
    secret: bytes | None

    @property
    def bare(self) -> str:
        """As a cookie holds it."""
        return self.text.removeprefix("t=").partition("&")[0]


class Refused(Exception):
    """The fault a token service answered with."""

    def __init__(self, code: str, reply: msn.Reply) -> None:
        super().__init__(code)
        self.code = code
        self.reply = reply


def wish(kind: Kind, number: int, address: str, policy: str | None) -> str:
    out = (f'<wst:RequestSecurityToken Id="RST{number}"><wst:RequestType>'
           "http://schemas.xmlsoap.org/ws/"
           + ("2004/04/security/trust/Issue" if kind is OLD
              else "2005/02/trust/Issue")
           + "</wst:RequestType><wsp:AppliesTo><wsa:EndpointReference>"
           f"<wsa:Address>{escape(address)}</wsa:Address>"
           "</wsa:EndpointReference></wsp:AppliesTo>")
    if policy is not None:
        prefix = "wsse" if kind is OLD else "wsp"
        out += f"<{prefix}:PolicyReference URI={quoteattr(policy)}/>"
    return out + "</wst:RequestSecurityToken>"


def request(kind: Kind, email: str, password: str,
            wishes: tuple[tuple[str, str | None], ...] = USUAL) -> bytes:
    head = (
        f'<ps:AuthInfo xmlns:ps="{PPCRL}" Id="PPAuthInfo"><ps:HostingApp>'
        "{7108E71A-9926-4FCB-BCC9-9A9D3F32E423}</ps:HostingApp>"
        f"<ps:BinaryVersion>{4 if kind is OLD else 5}</ps:BinaryVersion>"
        "<ps:UIVersion>1</ps:UIVersion><ps:Cookies></ps:Cookies>"
        "<ps:RequestParams>AQAAAAIAAABsYwQAAAAxMDMz</ps:RequestParams>"
        "</ps:AuthInfo><wsse:Security>"
        f'<wsse:UsernameToken {"" if kind is OLD else "wsu:"}Id="user">'
        f"<wsse:Username>{escape(email)}</wsse:Username>"
        f"<wsse:Password>{escape(password)}</wsse:Password>"
        "</wsse:UsernameToken></wsse:Security>")
    if kind is NEW:
        head = (
            '<wsa:Action s:mustUnderstand="1">'
            "http://schemas.xmlsoap.org/ws/2005/02/trust/RST/Issue"
            '</wsa:Action><wsa:To s:mustUnderstand="1">'
            "HTTPS://login.live.com:443//RST2.srf</wsa:To>"
            "<wsa:MessageID>1795152715</wsa:MessageID>") + head
    body = "".join(wish(kind, n, *w) for n, w in enumerate(wishes))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<s:Envelope xmlns:s="{kind.soap}" xmlns:wsse="{kind.wsse}"'
        f' xmlns:wsp="{kind.wsp}" xmlns:wsu="{WSU}" xmlns:wsa="{kind.wsa}"'
        f' xmlns:wst="{kind.wst}"><s:Header>{head}</s:Header><s:Body>'
        f'<ps:RequestMultipleSecurityTokens xmlns:ps="{PPCRL}" Id="RSTS">'
        f"{body}</ps:RequestMultipleSecurityTokens></s:Body></s:Envelope>"
    ).encode()


def post(server: harness.Server, path: str, body: bytes,
         host: str = "login.live.com", *headers: str) -> msn.Reply:
    head = [f"POST {path} HTTP/1.1", f"Host: {host}",
            "Content-Type: text/xml; charset=utf-8", "User-Agent: MSMSGS",
            f"Content-Length: {len(body)}", *headers, "", ""]
    return msn.fetch(server, "\r\n".join(head).encode() + body, host)


def one(where: ET.Element, path: str) -> ET.Element:
    found = where.findall(path)
    assert len(found) == 1, (path, ET.tostring(where))
    return found[0]


def word(where: ET.Element, path: str) -> str:
    return (one(where, path).text or "").strip()


def fault(kind: Kind, reply: msn.Reply, root: ET.Element) -> Refused:
    """RST.srf puts it below the Envelope, RST2.srf into the Body."""
    if kind is OLD:
        code = word(root, f"{{{kind.soap}}}Fault/faultcode")
    else:
        code = word(root, f"{{{kind.soap}}}Body/{{{kind.soap}}}Fault/"
                    f"{{{kind.soap}}}Code/{{{kind.soap}}}Subcode/"
                    f"{{{kind.soap}}}Value")
    return Refused(code, reply)


def read(kind: Kind, reply: msn.Reply,
         wishes: tuple[tuple[str, str | None], ...]) -> dict[str, Token]:
    """The tickets by address; checks everything a client relies on."""
    assert reply.body.startswith(b"<?xml"), reply.body[:100]
    assert len(reply.body) < 16384, "a library reads no more"
    assert reply.get("Transfer-Encoding") is None
    assert (reply.get("Content-Type") or "").startswith(
        "text/xml" if kind is OLD else "application/soap+xml")
    root = ET.fromstring(reply.body)
    assert root.tag == f"{{{kind.soap}}}Envelope"
    if b"Fault>" in reply.body:
        raise fault(kind, reply, root)
    assert reply.status == 200
    pp = one(root, f"{{{kind.soap}}}Header/{{{PSF}}}pp")
    assert word(pp, f"{{{PSF}}}reqstatus") == "0x0"
    assert word(pp, f"{{{PSF}}}authstate") == "0x48803"
    rst = f"{{{kind.wst}}}RequestSecurityTokenResponse"
    answers = one(root, f"{{{kind.soap}}}Body/{rst}Collection")
    for answer in answers:
        assert answer.tail is None, "white space between the answers"
    assert answers.text is None
    assert [a.tag for a in answers] == [rst] * len(answers)
    assert len(answers) == len(wishes)
    tokens = {}
    for n, (answer, (address, policy)) in enumerate(zip(answers, wishes)):
        assert word(answer, f"{{{kind.wsp}}}AppliesTo/"
                    f"{{{kind.wsa}}}EndpointReference/"
                    f"{{{kind.wsa}}}Address") == address
        life = one(answer, f"{{{kind.wst}}}{kind.life}")
        for end in ("Created", "Expires"):
            assert re.fullmatch(TIME, word(life, f"{{{WSU}}}{end}"))
        tokens[address] = read_token(kind, n, answer, address, policy)
    return tokens


def read_token(kind: Kind, number: int, answer: ET.Element, address: str,
               policy: str | None) -> Token:
    proof = answer.findall(f"{{{kind.wst}}}RequestedProofToken/"
                           f"{{{kind.wst}}}BinarySecret")
    keyed = address == BASE or (policy or "").startswith("MBI_KEY")
    assert len(proof) == (1 if keyed else 0), address
    secret = None
    if proof:
        assert len(proof[0].text or "") == 32
        secret = base64.b64decode(proof[0].text or "", validate=True)
    inside = one(answer, f"{{{kind.wst}}}RequestedSecurityToken")
    if address == BASE:
        data = one(inside, "{http://www.w3.org/2001/04/xmlenc#}"
                   "EncryptedData")
        assert data.get("Id") == "BinaryDAToken0"
        return Token("", secret)
    token = one(inside, f"{{{kind.wsse}}}BinarySecurityToken")
    where = token.get("Id") or ""
    assert re.fullmatch(rf"(Compact|PPToken){number}", where), where
    text = token.text or ""
    assert re.fullmatch(r"t=[^ ,'&]{10,150}&p=[^ ,'&]*", text), text
    return Token(text, secret)


def tokens(server: harness.Server, email: str, password: str | None = None,
           kind: Kind = OLD, host: str = "login.live.com",
           wishes: tuple[tuple[str, str | None], ...] = USUAL
           ) -> dict[str, Token]:
    """Sign in to a token service."""
    if password is None:
        password = harness.PEOPLE[email]
    reply = post(server, kind.path, request(kind, email, password, wishes),
                 host)
    return read(kind, reply, wishes)


def not_rst(server: harness.Server, email: str, password: str) -> str | None:
    """What the replacement DLL for old programs does."""
    reply = post(server, "/NotRST.srf", b"", "login.live.com",
                 f"X-User: {email}", f"X-Password: {password}")
    assert reply.status == 200
    return reply.get("X-Token")
