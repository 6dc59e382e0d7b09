# SPDX-License-Identifier: MIT
"""Clients of the services for offline messages (soap.md 5)."""

from __future__ import annotations

import base64
import email
import email.header
import email.message
import hashlib
import re
import struct
import uuid
import xml.etree.ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

import harness
import live_rst as rst
import live_soap as soap
import msn

RSI = "http://www.hotmail.msn.com/ws/2004/09/oim/rsi"
OLD = "http://messenger.msn.com/ws/2004/09/oim/"
NEW = "http://messenger.live.com/ws/2006/09/oim/"
RM = "http://schemas.xmlsoap.org/ws/2003/03/rm"
SECURE = "messengersecure.live.com"
PRODUCT = ("PROD0119GSJUC$18", "ILTXC!4IXB5FB*PX")
OLD_PRODUCT = ("PROD01065C%ZFN6F", "O4BG@C7BWLYQX?5G")


def lock_key(challenge: str, product: tuple[str, str] = PRODUCT) -> str:
    """ns-modern 3.12."""
    name, key = product
    most = 0x7FFFFFFF
    digest = struct.unpack(
        "<4I", hashlib.md5((challenge + key).encode()).digest())
    k = [d & most for d in digest]
    text = (challenge + name).encode()
    text += b"0" * (-len(text) % 8)
    words = struct.unpack(f"<{len(text) // 4}I", text)
    high = low = 0
    for first, second in zip(words[::2], words[1::2]):
        t = (0x0E79A9C1 * first) % most + high
        t = (k[0] * t + k[1]) % most
        high = (second + t) % most
        high = (k[2] * high + k[3]) % most
        low += high + t
    high, low = (high + k[1]) % most, (low + k[3]) % most
    return struct.pack("<4I", digest[0] ^ high, digest[1] ^ low,
                       digest[2] ^ high, digest[3] ^ low).hex()


class Fault(Exception):
    def __init__(self, reply: msn.Reply) -> None:
        text = reply.body.decode()
        found = re.search(r"<faultcode[^>]*>([^<]*)</faultcode>", text)
        assert found, text
        self.code = found.group(1)      # as it is written, with its prefix
        self.text = text
        challenge = re.search(r"<LockKeyChallenge[^>]*>(\d+)<", text)
        self.challenge = challenge.group(1) if challenge else None
        super().__init__(self.code)


def one(root: ET.Element, path: str) -> ET.Element:
    found = root.findall(path)
    assert len(found) == 1, (path, ET.tostring(root))
    return found[0]


def post(server: harness.Server, host: str, path: str, action: str,
         body: str) -> ET.Element:
    data = body.encode()
    reply = msn.fetch(server, soap.head(path, len(data), f'"{action}"', host,
                                        "Connection: close") + data, host)
    assert reply.status in (200, 500), reply.status_line
    if reply.status == 500:
        raise Fault(reply)
    return ET.fromstring(reply.body.decode())


def coded(text: str) -> str:
    return f"=?utf-8?B?{base64.b64encode(text.encode()).decode()}?="


class Sender:
    """Somebody's program, sending to those who are away."""

    def __init__(self, server: harness.Server, email: str,
                 new: bool = True, elements: str = OLD) -> None:
        """Programs of MSNP13 to 15 write an action of 2006 and elements of
        2004, in whose namespace they are answered (field-runs 2.6)."""
        self.server = server
        self.email = email
        self.ns = elements
        self.action = f"{NEW}Store2" if new else f"{OLD}Store"
        self.product = PRODUCT if new else OLD_PRODUCT
        self.ticket = rst.tokens(server, email)[SECURE].text
        self.key = ""
        self.run = f"{{{str(uuid.uuid4()).upper()}}}"
        self.sent = 0

    def store(self, to: str, text: str, name: str = "", **other: str) -> None:
        """One request; Fault when it is refused."""
        number = self.sent + 1
        says = {"from": self.email, "key": self.key, "run": self.run,
                "ticket": self.ticket} | other
        lines = base64.encodebytes(text.encode()).decode().strip()
        root = post(self.server, "ows.messenger.msn.com", "/OimWS/oim.asmx",
                    self.action, (
            '<?xml version="1.0" encoding="utf-8"?>'
            f'<soap:Envelope xmlns:soap="{soap.ENVELOPE}"><soap:Header>'
            f'<From memberName={quoteattr(says["from"])}'
            f' friendlyName={quoteattr(coded(name or self.email))}'
            f' xml:lang="en-US" proxy="MSNMSGR" xmlns="{self.ns}"'
            ' msnpVer="MSNP15" buildVer="8.5.1288"/>'
            f'<To memberName={quoteattr(to)} xmlns="{self.ns}"/>'
            f'<Ticket passport={quoteattr(says["ticket"])}'
            f' appid={quoteattr(self.product[0])}'
            f' lockkey={quoteattr(says["key"])} xmlns="{self.ns}"/>'
            f'<Sequence xmlns="{RM}"><Identifier xmlns="http://schemas.'
            'xmlsoap.org/ws/2002/07/utility">http://messenger.msn.com'
            f"</Identifier><MessageNumber>{number}</MessageNumber>"
            f'</Sequence></soap:Header><soap:Body><MessageType xmlns="{self.ns}">'
            f'text</MessageType><Content xmlns="{self.ns}">MIME-Version: 1.0\r\n'
            "Content-Type: text/plain; charset=UTF-8\r\n"
            "Content-Transfer-Encoding: base64\r\n"
            "X-OIM-Message-Type: OfflineMessage\r\n"
            f'X-OIM-Run-Id: {says["run"]}\r\nX-OIM-Sequence-Num: {number}\r\n'
            f"\r\n{escape(lines)}</Content></soap:Body></soap:Envelope>"))
        taken = one(root, f"{soap.S}Header/{{{RM}}}SequenceAcknowledgment/"
                    f"{{{RM}}}AcknowledgmentRange")
        assert taken.attrib == {"Upper": str(number), "Lower": str(number)}
        one(root, f"{soap.S}Body/{{{self.ns}}}StoreResponse/"
            f"{{{self.ns}}}PointsConsumed")
        self.sent = number

    def send(self, to: str, text: str, name: str = "") -> None:
        """As programs do: answer a challenge when there is one."""
        try:
            self.store(to, text, name)
        except Fault as fault:
            if fault.code != "q0:AuthenticationFailed" \
                    or fault.challenge is None:
                raise
            self.key = lock_key(fault.challenge, self.product)
            self.store(to, text, name)


class Reader:
    """Somebody's program, reading what waits."""

    def __init__(self, server: harness.Server, email: str) -> None:
        self.server = server
        self.ticket = rst.tokens(server, email)[rst.MESSENGER].text

    def call(self, method: str, inner: str) -> ET.Element:
        t, p = re.fullmatch(r"t=([^&]*)&p=(.*)", self.ticket).groups()
        root = post(self.server, "rsi.hotmail.com", "/rsi/rsi.asmx",
                    f"{RSI}/{method}", (
            '<?xml version="1.0" encoding="utf-8"?>'
            f'<soap:Envelope xmlns:soap="{soap.ENVELOPE}"><soap:Header>'
            f'<PassportCookie xmlns="{RSI}"><t>{t}</t><p>{p}</p>'
            f'</PassportCookie></soap:Header><soap:Body><{method}'
            f' xmlns="{RSI}">{inner}</{method}></soap:Body>'
            "</soap:Envelope>"))
        return one(root, f"{soap.S}Body/{{{RSI}}}{method}Response")

    def metadata(self) -> list[dict[str, str]]:
        md = one(self.call("GetMetadata", ""), f"{{{RSI}}}MD")
        return read_md(md, f"{{{RSI}}}")

    def message(self, number: str) -> email.message.Message:
        got = one(self.call(
            "GetMessage", f"<messageId>{number}</messageId>"
            "<alsoMarkAsRead>false</alsoMarkAsRead>"),
            f"{{{RSI}}}GetMessageResult").text or ""
        assert "\r" not in got and "\n\n" in got
        return email.message_from_string(got)

    def delete(self, *ids: str) -> None:
        self.call("DeleteMessages", "<messageIds>" + "".join(
            f"<messageId>{i}</messageId>" for i in ids) + "</messageIds>")


def read_md(md: ET.Element, ns: str = "") -> list[dict[str, str]]:
    return [{el.tag[len(ns):]: el.text or "" for el in m}
            for m in md.findall(f"{ns}M")]


def words(message: email.message.Message) -> str:
    """The text of a message that was read."""
    return message.get_payload(decode=True).decode("utf-8")


def sender(message: email.message.Message) -> str:
    """Its name, decoded."""
    name = (message["From"] or "").rpartition(" <")[0]
    text, charset = email.header.decode_header(name)[0]
    return text.decode(charset) if isinstance(text, bytes) else text


def fields(notice: msn.Message) -> tuple[str, dict[str, str]]:
    """Type and inner headers of a server's MSG."""
    assert notice.line.startswith("MSG Hotmail Hotmail "), notice
    head, _, inner = notice.payload.decode().partition("\r\n\r\n")
    kind = re.search(r"^Content-Type: text/x-msmsgs(\w+)", head, re.M)
    assert kind and inner.endswith("\r\n"), notice.payload
    return kind.group(1), dict(
        line.split(": ", 1) for line in inner.split("\r\n") if line)
