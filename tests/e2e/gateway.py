# SPDX-License-Identifier: MIT
"""MSNP through the HTTP gateway, as a client behind a proxy speaks it.

A Tunnel is a msn.Wire, so every Person and Board can stand on one: put the
address into server.relayed.
"""

from __future__ import annotations

import re
import time

import harness
import msn

PATH = "/gateway/gateway.dll"
HOST = "gateway.messenger.hotmail.com"
LIFESPAN = 5


class Answer:
    """What the gateway said; checks what it must always be (sb 12.2)."""

    def __init__(self, reply: msn.Reply) -> None:
        assert reply.status_line == "HTTP/1.1 200 OK", reply.status_line
        assert reply.exact("Content-Type") == "application/x-msn-messenger"
        assert int(reply.exact("Content-Length")) == len(reply.body)
        assert reply.all("Transfer-Encoding") == []
        parts = reply.exact("X-MSN-Messenger").split("; ")
        found = re.fullmatch(r"SessionID=(\d+)\.(\d+)", parts[0])
        assert found, parts
        self.prefix, self.turn = found.groups()
        self.id = f"{self.prefix}.{self.turn}"
        assert parts[1].startswith("GW-IP="), parts
        self.host = parts[1].removeprefix("GW-IP=")
        assert parts[2:] in ([], ["Session=close"]), parts
        self.closed = len(parts) == 3
        self.body = reply.body


def request(query: str, body: bytes = b"", *, target: str = PATH,
            host: str = HOST, headers: str = "") -> bytes:
    """As MSN Messenger 5 wrote it."""
    return (f"POST {target}?{query} HTTP/1.1\r\n"
            "Accept: */*\r\nAccept-Language: en-us\r\nUser-Agent: MSMSGS\r\n"
            f"Host: {host}\r\nProxy-Connection: Keep-Alive\r\n"
            "Connection: Keep-Alive\r\nPragma: no-cache\r\n"
            "Content-Type: application/x-msn-messenger\r\n"
            f"{headers}Content-Length: {len(body)}\r\n\r\n").encode() + body


def post(server: harness.Server, query: str, body: bytes = b"",
         name: str | None = None, **more: str) -> msn.Reply:
    """One request on a connection of its own; name: by TLS."""
    reply = msn.fetch(server, request(query, body, **more), name)
    told = reply.get("X-MSN-Messenger")
    if told and "Action=open" in query and "Session=close" not in told:
        server.tunnels.append(Left(server, told))
    return reply


class Left:
    """A session that nobody goes on with; it would keep a stopping server
    waiting."""

    def __init__(self, server: harness.Server, told: str) -> None:
        self.server, self.told = server, told

    def hang_up(self) -> None:
        try:
            post(self.server, self.told.split("; ")[0], b"OUT\r\n")
        except (OSError, AssertionError):
            pass


class Tunnel(msn.Wire):
    """A gateway session.  One request at a time, on one connection."""

    def __init__(self, server: harness.Server, target: str,
                 first: bytes = b"", kind: str = "NS",
                 name: str | None = None) -> None:
        self.inbox = b""
        self.web = msn.Web(server, name)
        self.closed = False
        # somebody nobody knows any more still has a session
        server.tunnels.append(self)
        self.server = server
        self.told = self.take_in(self.exchange(
            f"Action=open&Server={kind}&IP={target}", first))

    @property
    def id(self) -> str:
        return self.told.id

    def exchange(self, query: str, body: bytes = b"") -> Answer:
        self.web.send(request(query, body))
        return Answer(self.web.answer())

    def take_in(self, answer: Answer) -> Answer:
        self.inbox += answer.body
        self.closed = answer.closed
        self.told = answer
        return answer

    def send(self, data: bytes) -> None:
        if self.closed:
            return  # as with TCP: nobody says so
        self.take_in(self.exchange(f"SessionID={self.id}", data))

    def poll(self, lifespan: int | None = None) -> Answer:
        query = f"Action=poll&SessionID={self.id}"
        if lifespan is not None:
            query += f"&Lifespan={lifespan}"
        return self.take_in(self.exchange(query))

    def fill(self) -> bool:
        end = time.monotonic() + msn.SECONDS
        before = len(self.inbox)
        while not self.closed and len(self.inbox) == before:
            assert time.monotonic() < end, "nothing comes"
            self.poll(LIFESPAN)
        return len(self.inbox) > before

    def hang_up(self) -> None:
        """There is no other way to leave at once than to say so."""
        if not self.closed:
            self.closed = True
            try:
                post(self.server, f"SessionID={self.id}", b"OUT\r\n")
            except (OSError, AssertionError):
                pass  # the server is gone, or knows
        self.web.hang_up()

    def reset(self) -> None:
        self.hang_up()
