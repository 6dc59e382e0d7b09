# SPDX-License-Identifier: MIT
"""People who chat through the HTTP gateway and a proxy that does its worst.

Each session is a place in a conversation of two.  Everybody numbers what they
say; what they hear must be what the other said, each once and in order, and
so must the acknowledgements.
"""

from __future__ import annotations

import asyncio
import dataclasses
import os
import random
import re
import resource
import time

import gateway
import harness
import msn

AMY, BOB = "amy@example.com", "bob@example.com"
PATIENCE = 60.0     # for what is still to come at the end


class Lost(Exception):
    """The connection to the proxy broke."""


@dataclasses.dataclass
class Figures:
    requests: int = 0
    lost_before: int = 0
    lost_behind: int = 0
    repeated: int = 0
    delayed: int = 0
    abandoned: int = 0
    said: int = 0
    heard: int = 0
    acked: int = 0
    trips: list[float] = dataclasses.field(default_factory=list)
    busy: float = 0.0   # of a processor, while all chat
    idle: float = 0.0   # and while all only wait
    rss_kib: int = 0    # per session

    def trip(self, share: float) -> float:
        return sorted(self.trips)[int(len(self.trips) * share)] * 1e3 \
            if self.trips else 0.0


class Proxy:
    """Passes requests on, or not, or twice, or late."""

    def __init__(self, server: harness.Server, dice: random.Random,
                 figures: Figures, late: float) -> None:
        """late: the seconds something may be under way."""
        self.server = server
        self.most = late
        self.dice = dice
        self.figures = figures
        self.free: list[tuple[asyncio.StreamReader,
                              asyncio.StreamWriter]] = []
        self.late: set[asyncio.Task[gateway.Answer | None]] = set()
        self.hostile = False

    async def fetch(self, data: bytes) -> gateway.Answer | None:
        """One request to the server; None for a bad request."""
        self.figures.requests += 1
        if self.free and self.dice.random() < 0.9:
            reader, writer = self.free.pop()
        else:
            reader, writer = await asyncio.open_connection(
                self.server.host, self.server.http_port)
        writer.write(data)
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        status, *lines = head.split("\r\n")[:-2]
        reply = msn.Reply(status, [
            (key, value.strip()) for key, _, value in
            (line.partition(":") for line in lines)])
        reply.body = await reader.readexactly(
            int(reply.exact("Content-Length")))
        self.free.append((reader, writer))
        return gateway.Answer(reply) if reply.status == 200 else None

    def copy(self, data: bytes, delay: float
             ) -> asyncio.Task[gateway.Answer | None]:
        """On its way whoever waits for it."""
        async def go() -> gateway.Answer | None:
            if delay:
                await asyncio.sleep(delay)
            return await self.fetch(data)

        task = asyncio.create_task(go())
        self.late.add(task)
        task.add_done_callback(self.late.discard)
        return task

    async def pass_on(self, data: bytes) -> gateway.Answer | None:
        fate, delay = self.dice.random(), self.dice.random()
        figures = self.figures
        if not self.hostile or fate > 0.3:
            return await asyncio.shield(self.copy(data, 0))
        if fate < 0.06:
            figures.lost_before += 1
            await asyncio.sleep(delay / 10)
            raise Lost
        if fate < 0.12:
            figures.lost_behind += 1
            task = self.copy(data, delay / 10)
            # at once, or with the answer
            if delay < 0.5:
                await asyncio.sleep(delay)
            else:
                await asyncio.shield(task)
            raise Lost
        if fate < 0.18:
            figures.delayed += 1
            return await asyncio.shield(self.copy(data, delay))
        figures.repeated += 1
        both = [self.copy(data, 0),
                self.copy(data, delay * self.most if fate < 0.25 else 0)]
        if fate < 0.25:
            return await asyncio.shield(both[0])
        self.dice.shuffle(both)
        return await asyncio.shield(both[0])

    async def settle(self) -> None:
        """Until nothing is under way any more."""
        while self.late:
            await asyncio.wait(set(self.late))

    def close(self) -> None:
        for _, writer in self.free:
            writer.close()


class Chatter:
    """A client: one request at a time, sent until an answer comes."""

    def __init__(self, proxy: Proxy, name: str, other: str) -> None:
        self.proxy = proxy
        self.figures = proxy.figures
        self.dice = proxy.dice
        self.name, self.other = name, other
        self.id = ""
        self.inbox = b""
        self.lines: list[str] = []
        self.said = self.heard = self.acked = 0
        self.due: list[float] = []     # when what is not acked was said
        self.told = asyncio.Event()

    async def ask(self, query: str, body: bytes = b"") -> None:
        data = gateway.request(query, body)
        while True:
            try:
                answer = await self.proxy.pass_on(data)
                break
            except Lost:
                continue
        # who comes too late by far may find an id that has moved on, but
        # nobody here goes on before it has an answer
        assert answer is not None, (self.name, query)
        assert not answer.closed, self.inbox
        self.id = answer.id
        self.inbox += answer.body
        self.read()

    async def open(self) -> None:
        await self.ask("Action=open&Server=SB&IP=127.0.0.1")

    async def say(self, body: bytes) -> None:
        await self.ask(f"SessionID={self.id}", body)

    async def poll(self, lifespan: int) -> None:
        await self.ask(
            f"Action=poll&SessionID={self.id}&Lifespan={lifespan}")

    async def wait_line(self, pattern: str) -> re.Match[str]:
        while True:
            for line in self.lines:
                found = re.fullmatch(pattern, line)
                if found:
                    self.lines.remove(line)
                    return found
            await self.poll(2)

    def read(self) -> None:
        """Whole commands only: an answer ends with one (sb 12.2)."""
        while self.inbox:
            line, _, rest = self.inbox.partition(b"\r\n")
            words = line.decode().split(" ")
            if words[0] == "MSG":
                size = int(words[-1])
                assert len(rest) >= size, self.inbox
                self.hear(words[1], rest[:size])
                rest = rest[size:]
            elif words[0] == "ACK":
                self.acked += 1
                assert words[1] == str(self.acked), (self.name, words)
                self.figures.trips.append(
                    time.monotonic() - self.due.pop(0))
                self.figures.acked += 1
            else:
                assert rest or self.inbox.endswith(b"\r\n"), self.inbox
                self.lines.append(line.decode())
            self.inbox = rest

    def hear(self, who: str, payload: bytes) -> None:
        self.heard += 1
        self.figures.heard += 1
        assert who == self.other
        assert payload == self.payload(self.heard), (self.name, self.heard,
                                                     payload)

    @staticmethod
    def payload(number: int) -> bytes:
        return (b"%d\r\n\0\xff" % number) * (1 + number % 40)

    async def chat(self, until: float, pace: float) -> None:
        """Say something now and then; in between, hold a poll."""
        while time.monotonic() < until:
            if self.dice.random() < 0.5:
                # as a client that gives up its poll to speak
                poll = asyncio.ensure_future(
                    self.poll(1 + int(self.proxy.most)))
                await asyncio.wait([poll], timeout=self.dice.random() * pace)
                if not poll.done():
                    poll.cancel()
                    self.figures.abandoned += 1
                else:
                    poll.result()
            else:
                await self.poll(self.dice.choice((0, 1, 1)))
            body = b""
            for _ in range(self.dice.choice((0, 1, 1, 2))):
                self.said += 1
                self.figures.said += 1
                payload = self.payload(self.said)
                body += b"MSG %d A %d\r\n" % (self.said, len(payload))
                body += payload
                self.due.append(time.monotonic())
            if body:
                await self.say(body)
            await asyncio.sleep(self.dice.random() * pace)

    async def finish(self, other: Chatter) -> None:
        end = time.monotonic() + PATIENCE
        while self.acked < self.said or self.heard < other.said:
            assert time.monotonic() < end, (self.name, self.acked, self.said,
                                            self.heard, other.said)
            await self.poll(1)


async def pair(proxy: Proxy, amy: msn.Person, bob: msn.Person
               ) -> tuple[Chatter, Chatter]:
    one, two = Chatter(proxy, AMY, BOB), Chatter(proxy, BOB, AMY)
    _, _, cookie = amy.xfr()
    await one.open()
    await one.say(f"USR 0 {AMY} {cookie}\r\n".encode())
    await one.wait_line(rf"USR 0 OK {AMY} \S+")
    await two.open()
    await one.say(f"CAL 0 {BOB}\r\n".encode())
    await one.wait_line(r"CAL 0 RINGING \d+")
    number, _, _, cookie = bob.rung(amy)
    await two.say(f"ANS 0 {BOB} {cookie} {number}\r\n".encode())
    await two.wait_line("ANS 0 OK")
    await one.wait_line(rf"JOI {BOB} \S+")
    return one, two


def processor(pid: int) -> float:
    """Seconds a process has run."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as f:
        fields = f.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> int:
    with open(f"/proc/{pid}/status", encoding="ascii") as f:
        return next(int(line.split()[1]) for line in f
                    if line.startswith("VmRSS:"))


async def run(server: harness.Server, figures: Figures, sessions: int,
              seconds: float, seed: int) -> None:
    proxy = Proxy(server, random.Random(seed), figures,
                  min(5.0, seconds / 4))
    amy, bob = (msn.sign_in(server, who, dialect=9) for who in (AMY, BOB))
    amy.online()
    bob.online()
    before = memory(server.pid)
    pairs = [await pair(proxy, amy, bob) for _ in range(sessions // 2)]
    everybody = [who for two in pairs for who in two]
    figures.rss_kib = (memory(server.pid) - before) // sessions

    proxy.hostile = True
    pace = max(1.0, sessions / 250)
    began, ran = time.monotonic(), processor(server.pid)
    await asyncio.gather(*(who.chat(began + seconds, pace)
                           for who in everybody))
    figures.busy = (processor(server.pid) - ran) / (time.monotonic() - began)
    await asyncio.gather(*(a.finish(b) for one, two in pairs
                           for a, b in ((one, two), (two, one))))
    # late copies of what is done with harm nobody
    proxy.hostile = False
    await proxy.settle()
    await asyncio.gather(*(who.poll(0) for who in everybody))
    polls = asyncio.gather(*(who.poll(60) for who in everybody))
    await asyncio.sleep(0.5)
    began, ran = time.monotonic(), processor(server.pid)
    await asyncio.sleep(min(10.0, seconds / 2))
    figures.idle = (processor(server.pid) - ran) / (time.monotonic() - began)
    assert not polls.done()
    # nobody heard anything more
    polls.cancel()
    assert figures.said == figures.heard == figures.acked
    for who in everybody:
        proxy.copy(gateway.request(f"SessionID={who.id}", b"OUT\r\n"), 0)
    await proxy.settle()
    proxy.close()


def soak(server: harness.Server, sessions: int, seconds: float, seed: int
         ) -> Figures:
    figures = Figures()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    asyncio.run(run(server, figures, sessions, seconds, seed))
    return figures
