# SPDX-License-Identifier: MIT
"""The faults that mutants.py puts back: what stood between a program and a
server that is right today."""

from __future__ import annotations

import re
import socket
import typing

from world import Mutant

class Row(typing.NamedTuple):
    """A fault: whence it is known, what it is, and who must see it."""

    source: str
    what: str
    make: typing.Callable[[], Mutant]
    victims: tuple[str, ...]
    password: str = ""      # another than the usual one
    first: bool = True      # the program begins


PAYLOADS = frozenset("MSG NOT GCF UBX UBN UBM IPG ADL RML FQY UUX".split())
Rewrite = typing.Callable[[str, bytes], "bytes | list[bytes] | None"]


class Lines(Mutant):
    """Rewrites whole messages of the server.

    change(conn, line, payload) returns the bytes instead, or None: as it is.
    """

    def __init__(self) -> None:
        self.rest: dict[int, bytes] = {}

    def change(self, conn: typing.Any, line: str, payload: bytes
               ) -> "bytes | list[bytes] | None":
        return None

    def down(self, conn: typing.Any, data: bytes) -> list[bytes]:
        data = self.rest.pop(id(conn), b"") + data
        out = [b""]
        while True:
            head, end, behind = data.partition(b"\r\n")
            if not end:
                break
            line = head.decode("utf-8", "surrogateescape")
            words = line.split(" ")
            size = 0
            if (words[0] in PAYLOADS or (words[0].isdigit()
                                         and len(words) > 2)) \
                    and words[-1].isdigit():
                size = int(words[-1])
            if len(behind) < size:
                break
            payload, data = behind[:size], behind[size:]
            new = self.change(conn, line, payload)
            if new is None:
                new = head + b"\r\n" + payload
            if isinstance(new, bytes):
                out[-1] += new
            else:
                out[-1] += new[0]
                out += new[1:]
        self.rest[id(conn)] = data
        return [piece for piece in out if piece]


class Sub(Lines):
    """Replaces lines by a pattern."""

    def __init__(self, pattern: str, new: str, kind: str = "ns") -> None:
        super().__init__()
        self.pattern, self.new, self.kind = re.compile(pattern), new, kind

    def change(self, conn, line, payload):
        if conn.kind not in (self.kind, "ds" if self.kind == "ns" else ""):
            return None
        if not self.pattern.fullmatch(line):
            return None
        new = self.pattern.sub(self.new, line)
        return (new + "\r\n").encode() + payload if new else b""


class Payload(Lines):
    """Replaces bytes of a verb's payload; the length follows."""

    def __init__(self, verb: str, pattern: bytes, new: bytes) -> None:
        super().__init__()
        self.verb, self.pattern, self.new = verb, pattern, new

    def change(self, conn, line, payload):
        words = line.split(" ")
        if words[0] != self.verb:
            return None
        new = re.sub(self.pattern, self.new, payload, flags=re.S)
        words[-1] = str(len(new))
        return " ".join(words).encode() + b"\r\n" + new


class Cut(Lines):
    """Header and payload in two segments."""

    def __init__(self, *verbs: str) -> None:
        super().__init__()
        self.verbs = verbs

    def change(self, conn, line, payload):
        if line.split(" ")[0] not in self.verbs or not payload:
            return None
        return [line.encode() + b"\r\n", payload]


class PlaceGone(Lines):
    """The second place of somebody comes and leaves at once, and that is
    told."""

    def __init__(self) -> None:
        super().__init__()
        self.there: set[tuple[int, str]] = set()

    def change(self, conn, line, payload):
        words = line.split(" ")
        if words[0] != "JOI" or ";" not in words[1]:
            return None
        who = id(conn), words[1].partition(";")[0]
        if who in self.there:
            return f"{line}\r\nBYE {words[1]}\r\n".encode()
        self.there.add(who)
        return None


class Torn(Lines):
    """A notice in two packets."""

    def change(self, conn, line, payload):
        if not line.startswith("NLN "):
            return None
        data = line.encode() + b"\r\n"
        return [data[:9], data[9:]]


class Refused218(Lines):
    """2.2: BLP and GTC that change nothing are answered 218."""

    def change(self, conn, line, payload):
        words = line.split(" ")
        if words[0] in ("BLP", "GTC") and words[1].isdigit() \
                and conn.asked.get(int(words[1])) == words[0]:
            return f"218 {words[1]}\r\n".encode()
        return None


class SealElsewhere(Lines):
    """2.1: the seal of a challenge in a key of its own."""

    FALSE = "0123456789abcdef" * 2

    def __init__(self) -> None:
        super().__init__()
        self.seals: set[str] = set()

    def change(self, conn, line, payload):
        found = re.fullmatch(r"(USR \d+ TWN S .*)tpf=([0-9a-f]{32})(.*)",
                             line)
        if found is None:
            return None
        self.seals.add(found.group(2))
        return (f"{found.group(1)}rn={found.group(2)},tpf={self.FALSE}"
                f"{found.group(3)}\r\n").encode()

    def request(self, host, data):
        found = re.search(rb"rn=([0-9a-f]{32}),", data)
        if found is not None:
            data = data.replace(found.group(0), b"").replace(
                self.FALSE.encode(), found.group(1))
        return data


class ReferredOnce(Mutant):
    """2.7: who comes again soon is not referred, but let in."""

    def __init__(self) -> None:
        self.times = 0
        self.said: list[bytes] = []

    def up(self, conn, data):
        if data.startswith((b"VER", b"CVR", b"USR")) \
                and b" TWN S " not in data:
            if data.startswith(b"VER"):
                self.said = []
            self.said.append(data)
        return data

    def down(self, conn, data):
        if not re.match(rb"XFR \d+ NS ", data):
            return [data]
        self.times += 1
        if self.times == 1:
            return [data]
        conn.sock.close()
        conn.sock = socket.create_connection(conn.member.world.ns, timeout=8)
        for line in self.said:
            conn.sock.sendall(line)
            data = conn.sock.recv(65536)
        return [data]


class Raw(Mutant):
    """§3, §4: a password written raw is decoded, and ends at a comma."""

    def request(self, host, data):
        def cut(found):
            word = re.split(rb",(?!lc=|id=)", found.group(1))[0]
            return b"pwd=" + re.sub(
                rb"%41", b"A", word) + b",lc="
        return re.sub(rb"pwd=(.*?),lc=", cut, data)


class Http(Mutant):
    """Rewrites answers of one host, or of all."""

    def __init__(self, pattern: bytes, new: bytes, host: str = "") -> None:
        self.pattern, self.new, self.host = pattern, new, host

    def answer(self, host, data):
        if self.host and host != self.host:
            return data
        was = len(data.partition(b"\r\n\r\n")[2])
        data = re.sub(self.pattern, self.new, data, flags=re.S)
        return said_again(data, was)


def said_again(data: bytes, was: int) -> bytes:
    """The length of a body that was changed."""
    head, blank, body = data.partition(b"\r\n\r\n")
    return head.replace(b": %d" % was, b": %d" % len(body)) + blank + body


class Unremoved(Mutant):
    """2.15: what RML took away DeleteMember does not find."""

    FAULT = (b'<?xml version="1.0"?><soap:Envelope xmlns:soap="http://schemas.'
             b'xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault><faultcode>'
             b"soap:Client</faultcode><faultstring>Member does not exist"
             b"</faultstring><detail><errorcode>MemberDoesNotExist"
             b"</errorcode></detail></soap:Fault></soap:Body></soap:Envelope>")

    def __init__(self) -> None:
        self.removed = False

    def up(self, conn, data):
        self.removed = self.removed or b"RML " in data
        return data

    def answer(self, host, data):
        if not self.removed or b"DeleteMemberResponse" not in data:
            return data
        return (b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: %d"
                b"\r\n\r\n" % len(self.FAULT)) + self.FAULT


class OwnNot(Lines):
    """2.11: a change goes back to who made it."""

    def change(self, conn, line, payload):
        member = conn.member
        if not re.fullmatch(r"ADL [1-9]\d* OK", line) or not member.online:
            return None
        body = ('<NOTIFICATION id="0" siteid="45705" siteurl="http://contacts'
                '.msn.com"><TO pid="0x0:0x0" name="x"><VIA agent="messenger"'
                '/></TO><MSG id="0"><SUBSCR url="s.htm"/><ACTION url="a.htm"/>'
                "<BODY>&lt;NotificationData&gt;&lt;Service&gt;ABCHInternal"
                f"&lt;/Service&gt;&lt;CID&gt;{member.cid}&lt;/CID&gt;&lt;"
                "/NotificationData&gt;</BODY></MSG></NOTIFICATION>\r\n"
                ).encode()
        return f"{line}\r\nNOT {len(body)}\r\n".encode() + body


class NoName(Mutant):
    """2.8: the leaf that has addresses."""

    SNI = False
