# SPDX-License-Identifier: MIT
"""A client of the token services, written from their documents alone."""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

import harness
import msn

SAMPLES = harness.ROOT / "tests" / "fuzz" / "corpus" / "rst"
BASE = "http://Passport.NET/tb"
CLEAR = "messengerclear.live.com"
PSF = "{http://schemas.microsoft.com/Passport/SoapServices/SOAPFault}"
WSU = ("http://docs.oasis-open.org/wss/2004/01/"
       "oasis-200401-wss-wssecurity-utility-1.0.xsd")


class Kind:
    """What the two services differ in."""

    def __init__(self, path: str, media: str, **names: str) -> None:
        self.path = path
        self.media = media
        self.names = names
        self.life = "LifeTime" if path == "/RST.srf" else "Lifetime"

    def tag(self, prefix: str, name: str) -> str:
        return "{" + self.names[prefix] + "}" + name


RST = Kind(
    "/RST.srf", "text/xml",
    S="http://schemas.xmlsoap.org/soap/envelope/",
    wsse="http://schemas.xmlsoap.org/ws/2003/06/secext",
    wst="http://schemas.xmlsoap.org/ws/2004/04/trust",
    wsa="http://schemas.xmlsoap.org/ws/2004/03/addressing",
    wsp="http://schemas.xmlsoap.org/ws/2002/12/policy")
RST2 = Kind(
    "/RST2.srf", "application/soap+xml",
    S="http://www.w3.org/2003/05/soap-envelope",
    wsse="http://docs.oasis-open.org/wss/2004/01/"
         "oasis-200401-wss-wssecurity-secext-1.0.xsd",
    wst="http://schemas.xmlsoap.org/ws/2005/02/trust",
    wsa="http://www.w3.org/2005/08/addressing",
    wsp="http://schemas.xmlsoap.org/ws/2004/09/policy")


def request(kind: Kind, email: str, password: str,
            targets: dict[str, str]) -> bytes:
    """A document that asks for tickets: {address: policy}."""
    spaces = " ".join(f"xmlns:{p}={quoteattr(n)}"
                      for p, n in kind.names.items())
    policy = "wsse" if kind is RST else "wsp"
    wants = "".join(
        f'<wst:RequestSecurityToken Id="RST{i}"><wst:RequestType>'
        f"{kind.names['wst']}/Issue</wst:RequestType><wsp:AppliesTo>"
        f"<wsa:EndpointReference><wsa:Address>{escape(address)}"
        "</wsa:Address></wsa:EndpointReference></wsp:AppliesTo>"
        + (f"<{policy}:PolicyReference URI={quoteattr(uri)}/>" if uri else "")
        + "</wst:RequestSecurityToken>"
        for i, (address, uri) in enumerate(targets.items()))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><S:Envelope {spaces}>'
        "<S:Header><wsse:Security><wsse:UsernameToken><wsse:Username>"
        f"{escape(email)}</wsse:Username><wsse:Password>{escape(password)}"
        "</wsse:Password></wsse:UsernameToken></wsse:Security></S:Header>"
        '<S:Body><ps:RequestMultipleSecurityTokens Id="RSTS" xmlns:ps='
        '"http://schemas.microsoft.com/Passport/SoapServices/PPCRL">'
        f"{wants}</ps:RequestMultipleSecurityTokens></S:Body></S:Envelope>"
    ).encode()


def sample(name: str, email: str, password: str) -> bytes:
    """What a client once sent, with another name and password."""
    text = (SAMPLES / name).read_text(encoding="utf-8")
    text = text.replace("alice@example.com", escape(email))
    return re.sub(r"(<wsse:Password>).*(</wsse:Password>)",
                  lambda m: m[1] + escape(password) + m[2], text).encode()


def head(path: str, body: bytes, host: str = "login.live.com",
         **headers: str) -> bytes:
    lines = [f"POST {path} HTTP/1.1", f"Host: {host}"]
    lines += [f"{key.replace('_', '-')}: {value}"
              for key, value in headers.items()]
    lines += [f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


def post(server: harness.Server, path: str, body: bytes,
         name: str | None = "login.live.com") -> msn.Reply:
    return msn.fetch(server, head(
        path, body, Content_Type="text/xml",
        User_Agent="Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; "
                   "IDCRL 4.100.313.1; IDCRL-cfg 4.0.5633.0)"), name)


class Token:
    """One RequestSecurityTokenResponse."""

    def __init__(self, kind: Kind, node: ET.Element) -> None:
        tag = kind.tag
        address = node.find(f".//{tag('wsa', 'Address')}")
        assert address is not None
        self.address = address.text
        given = node.find(tag("wst", "RequestedSecurityToken"))
        assert given is not None and len(given) == 1
        self.id = given[0].get("Id")
        self.ticket = given[0].text
        self.base = given[0].tag.endswith("}EncryptedData")
        life = node.find(tag("wst", kind.life))
        assert life is not None
        self.life = [child.text for child in life]
        secret = node.find(f".//{tag('wst', 'BinarySecret')}")
        self.secret = None if secret is None else \
            base64.b64decode(secret.text or "", validate=True)
        self.references = [r.get("URI") for r in
                           node.iter(tag("wsse", "Reference"))]


class Answer:
    """The document a service gave."""

    def __init__(self, kind: Kind, reply: msn.Reply) -> None:
        assert reply.exact("Content-Type") == kind.media + "; charset=utf-8"
        assert reply.body.startswith(b"<?xml ")
        self.root = ET.fromstring(reply.body)
        assert self.root.tag == kind.tag("S", "Envelope")
        self.pp = self.root.find(f"{kind.tag('S', 'Header')}/{PSF}pp")
        assert self.pp is not None
        self.state = self.pp.findtext(PSF + "authstate")
        self.status = self.pp.findtext(PSF + "reqstatus")
        self.tokens = [Token(kind, node) for node in self.root.iter(
            kind.tag("wst", "RequestSecurityTokenResponse"))]
        self.properties = {
            p.get("Name"): p.text for p in self.pp.iter(PSF + "credProperty")}

    def ticket(self, address: str) -> str:
        found = [t.ticket for t in self.tokens if t.address == address]
        assert len(found) == 1 and found[0], found
        return found[0]


def tickets(server: harness.Server, email: str, password: str,
            targets: dict[str, str], kind: Kind = RST) -> Answer:
    reply = post(server, kind.path, request(kind, email, password, targets))
    assert reply.status == 200
    return Answer(kind, reply)
