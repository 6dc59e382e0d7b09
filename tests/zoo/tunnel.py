# SPDX-License-Identifier: MIT
"""MSNP by the HTTP gateway, as libpurple reads it (programs-1 §2, 9)."""

from __future__ import annotations

import re
import time

from strict import Conn, Habits, Member

FIRST = "gateway.messenger.hotmail.com"


class Tunnel(Conn):
    """A connection whose bytes go by POST; one request at a time.

    Strict (programs-1 §2 rule 19): the answer begins with one of two literal
    status lines, X-MSN-Messenger is there and is split at "; ", the session
    has a dot in its name, and Content-Length is what one read brought: two
    answers in one read hang the program.
    """

    POLL = 0.25             # seconds; the program waits 2

    def __init__(self, member: Member, kind: str, where: tuple[str, int],
                 habits: Habits) -> None:
        super().__init__(member, kind, member.world.http, habits)
        self.host = FIRST
        self.session = ""
        self.query = (f"Action=open&Server={'SB' if kind == 'sb' else 'NS'}"
                      f"&IP={where[0]}")
        self.out = b""
        self.busy = False
        self.next = 0.0
        self.last = False           # the gateway said that it is over
        member.world.tick.append(self.tick)

    def raw(self, data: bytes) -> None:
        self.member.note(self, ">", data)
        if self.sock is None:
            raise self.broke("writes to a closed session", data)
        self.out += data
        self.tick()

    def tick(self) -> None:
        """Send what waits, or ask whether there is something."""
        if self.busy or self.sock is None:
            return
        if not self.out and (not self.session
                             or time.monotonic() < self.next):
            return
        query = self.query
        if self.session:
            query = f"SessionID={self.session}" if self.out else \
                f"Action=poll&SessionID={self.session}"
        body, self.out, self.busy = self.out, b"", True
        self.sock.sendall((
            f"POST http://{self.host}/gateway/gateway.dll?{query} HTTP/1.1"
            "\r\nAccept: */*\r\nAccept-Language: en-us\r\n"
            f"User-Agent: MSMSGS\r\nHost: {self.host}\r\n"
            "Proxy-Connection: Keep-Alive\r\nConnection: Keep-Alive\r\n"
            "Pragma: no-cache\r\n"
            "Content-Type: application/x-msn-messenger\r\n"
            f"Content-Length: {len(body)}\r\n\r\n").encode() + body)

    def recv_some(self) -> bytes | None:
        assert self.sock is not None
        raw = b""
        while True:
            more = self.sock.recv(65536)
            if not more:
                self.need(self.last, "the gateway closed", raw)
                return b""
            raw += more
            head, blank, body = raw.partition(b"\r\n\r\n")
            size = re.search(rb"\r\nContent-Length: (\d+)(\r|$)", head)
            if blank:
                self.need(size, "no Content-Length", raw)
                assert size is not None
                if len(body) >= int(size.group(1)):
                    break
        raw = self.member.world.mutant(self.member.NAME).answer(
            self.host, raw)
        head, _, body = raw.partition(b"\r\n\r\n")
        assert size is not None
        self.need(len(body) == int(size.group(1)), "hangs: two answers", raw)
        self.need(raw.startswith((b"HTTP/1.0 200 OK", b"HTTP/1.1 200 OK")),
                  "another status line", raw)
        found = re.search(r"\r\nX-MSN-Messenger: ([^\r]*)", head.decode())
        self.need(found, "no X-MSN-Messenger", raw)
        assert found is not None
        parts = dict(part.partition("=")[::2]
                     for part in found.group(1).split("; "))
        self.busy = False
        self.next = time.monotonic() + self.POLL
        if parts.get("Session") == "close":
            self.last = True
            self.session = ""
            self.member.world.tick.remove(self.tick)
            self.pieces = [b""]             # its end, behind the body
        else:
            self.need("." in parts.get("SessionID", "") and "GW-IP" in parts,
                      "X-MSN-Messenger", raw)
            self.session = parts["SessionID"]
            self.host = parts["GW-IP"]
        if body:
            self.member.note(self, "<", body)
        return body or (b"" if self.last else None)

    def read_once(self) -> None:
        if self.pieces == [b""]:
            self.pieces = []
            rest, self.buffer = self.buffer, b""
            self.close()
            self.member.ended(self, rest)
            return
        super().read_once()

    def need(self, true: object, what: str, data: object = "") -> None:
        if not true:
            raise self.broke(what, data)

    def close(self) -> None:
        if self.tick in self.member.world.tick:
            self.member.world.tick.remove(self.tick)
        super().close()
