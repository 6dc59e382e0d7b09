# SPDX-License-Identifier: MIT
"""A hundred good people who sign in, talk and change their lists, two and
two; and others who sign in for the first time since the server's start.

good.py SECONDS: prints a line of JSON.  MSNP9, from ns-classic.md and
passport.md; every fourth pair asks for its tickets by TLS.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import ssl
import sys
import time
import typing

from house import FRESH, GOOD, PASSWORD, SERVER_V4, address, good_ip

LIMIT = 10.0      # seconds that a sign-in may take
MESSAGES = 5      # in one conversation
PAUSE = (1.0, 3.0)
FRESH_EVERY = 0.5
PAYLOADS = {"MSG", "UBX", "NOT", "IPG"}
TEXT = ("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n"
        "\r\n{}")

CONTEXT = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
CONTEXT.check_hostname = False
CONTEXT.verify_mode = ssl.CERT_NONE


class Sad(Exception):
    """The server did not do what it should."""


class Tally:
    def __init__(self) -> None:
        self.times: dict[str, list[float]] = {"known": [], "fresh": [],
                                              "acks": []}
        self.failed: list[str] = []
        self.sent = self.told = self.lost = self.changes = self.talks = 0

    def json(self) -> str:
        return json.dumps({
            "known": sorted(self.times["known"]),
            "fresh": sorted(self.times["fresh"]),
            "acks": sorted(self.times["acks"]), "failed": self.failed,
            "sent": self.sent, "told": self.told, "lost": self.lost,
            "changes": self.changes, "talks": self.talks})


class Line:
    """One MSNP connection; what nobody asked for is passed over."""

    def __init__(self, streams: typing.Any) -> None:
        self.reader, self.writer = streams
        self.trid = 0

    async def read(self) -> list[str]:
        line = await self.reader.readline()
        if not line:
            raise Sad("closed")
        words = line.decode(errors="replace").split()
        if words and words[0] in PAYLOADS:
            await self.reader.readexactly(int(words[-1]))
        return words

    async def ask(self, verb: str, *words: str, body: str | None = None
                  ) -> list[str]:
        self.trid += 1
        text = " ".join((verb, str(self.trid)) + words)
        if body is None:
            self.writer.write((text + "\r\n").encode())
        else:
            data = body.encode()
            self.writer.write(f"{text} {len(data)}\r\n".encode() + data)
        while True:
            got = await self.read()
            if len(got) > 1 and got[1] == str(self.trid):
                if got[0].isdigit() or got[0] == "NAK":
                    raise Sad(f"{verb} {' '.join(words[:2])}: {got[0]}")
                return got

    async def until(self, verb: str, *has: str) -> list[str]:
        while True:
            got = await self.read()
            if got[0] == verb and all(h in got for h in has):
                return got

    def close(self) -> None:
        self.writer.close()


class Person:
    def __init__(self, number: int) -> None:
        self.email = address(number)
        self.ip = good_ip(number)
        self.tls = number // 2 % 4 == 0
        self.line: Line

    async def connect(self, port: int, **more: typing.Any) -> typing.Any:
        return await asyncio.open_connection(
            SERVER_V4, port, local_addr=(self.ip, 0), limit=1 << 20, **more)

    async def ticket(self, challenge: str) -> str:
        if self.tls:
            reader, writer = await self.connect(443, ssl=CONTEXT)
        else:
            reader, writer = await self.connect(80)
        try:
            writer.write((
                "GET /login2.srf HTTP/1.1\r\nHost: login.live.com\r\n"
                "Connection: close\r\nAuthorization: Passport1.4 "
                "OrgVerb=GET,OrgURL=http%3A%2F%2Fmessenger%2Emsn%2Ecom,"
                f"sign-in={self.email.replace('@', '%40')},pwd={PASSWORD},"
                f"{challenge}\r\n\r\n").encode())
            reply = (await reader.read(-1)).decode(errors="replace")
        finally:
            writer.close()
        found = re.search(r"from-PP='([^']+)'", reply)
        if not found:
            raise Sad("ticket: " + (reply.split("\r\n")[0] or "closed"))
        return found.group(1)

    async def enter(self) -> None:
        self.line = Line(await self.connect(1863))
        await self.line.ask("VER", "MSNP9", "CVR0")
        await self.line.ask("CVR", "0x0409", "winnt", "5.1", "i386",
                            "MSNMSGR", "6.2.0205", "MSMSGS", self.email)
        got = await self.line.ask("USR", "TWN", "I", self.email)
        await self.line.ask("USR", "TWN", "S", await self.ticket(got[4]))

    async def sign_in(self, tally: Tally, kind: str = "known") -> bool:
        began = time.monotonic()
        try:
            await asyncio.wait_for(self.enter(), LIMIT)
        except (Sad, OSError, asyncio.TimeoutError, ValueError,
                asyncio.IncompleteReadError) as why:
            took = time.monotonic() - began
            tally.failed.append(
                f"{kind}: {type(why).__name__} {why} after {took:.1f} s")
            return False
        tally.times[kind].append(time.monotonic() - began)
        return True

    async def online(self, tally: Tally) -> None:
        await self.line.ask("SYN", "0")
        await self.line.ask("CHG", "NLN")
        who = address(GOOD + 1 + random.randrange(FRESH))
        for verb in ("ADD", "REM"):
            words = ["FL", who] + ([who] if verb == "ADD" else [])
            await self.line.ask(verb, *words)
            tally.changes += 1

    async def board(self, there: str, *words: str) -> Line:
        host, _, port = there.rpartition(":")
        assert host == SERVER_V4, there
        line = Line(await self.connect(int(port)))
        await line.ask(*words)
        return line


async def listen(board: Line, count: int) -> int:
    for n in range(count):
        await board.until("MSG")
    return count


async def talk(here: Person, there: Person, tally: Tally) -> None:
    got = await here.line.ask("XFR", "SB")
    said = await here.board(got[3], "USR", here.email, got[5])
    await said.ask("CAL", there.email)
    rung = await there.line.until("RNG", here.email)
    heard = await there.board(rung[2], "ANS", there.email, rung[4], rung[1])
    await said.until("JOI", there.email)
    ears = asyncio.create_task(listen(heard, MESSAGES))
    sent = 0
    try:
        for n in range(MESSAGES):
            began = time.monotonic()
            await said.ask("MSG", "A", body=TEXT.format(n))
            tally.times["acks"].append(time.monotonic() - began)
            sent += 1
        await asyncio.wait_for(ears, LIMIT)
        tally.told += sent
    except asyncio.TimeoutError:
        tally.lost += sent
    finally:
        tally.sent += sent
        ears.cancel()
        said.close()
        heard.close()


async def pair(number: int, until: float, tally: Tally) -> None:
    two = Person(number), Person(number + 1)
    await asyncio.sleep(random.random() * PAUSE[1])
    while time.monotonic() < until:
        came = await asyncio.gather(*(p.sign_in(tally) for p in two))
        if all(came):
            try:
                for p in two:
                    await asyncio.wait_for(p.online(tally), LIMIT)
                await asyncio.wait_for(talk(*two, tally), LIMIT)
                tally.talks += 1
            except (Sad, OSError, asyncio.TimeoutError,
                    asyncio.IncompleteReadError) as why:
                tally.failed.append(f"talk: {type(why).__name__} {why}")
        for p, there in zip(two, came):
            if there:
                p.line.writer.write(b"OUT\r\n")
                p.line.close()
        await asyncio.sleep(random.uniform(*PAUSE))


async def newcomers(first: int, until: float, tally: Tally) -> None:
    for number in range(first, GOOD + FRESH + 1):
        if time.monotonic() > until:
            return
        person = Person(number)
        if await person.sign_in(tally, "fresh"):
            person.line.close()
        await asyncio.sleep(FRESH_EVERY)


async def everybody(seconds: float, first: int) -> Tally:
    tally = Tally()
    until = time.monotonic() + seconds
    await asyncio.gather(
        *(pair(n, until, tally) for n in range(1, GOOD + 1, 2)),
        newcomers(first, until, tally))
    return tally


async def warm() -> None:
    """Everybody's password is remembered from now on."""
    tally = Tally()
    turns = asyncio.Semaphore(4)

    async def one(number: int) -> None:
        person = Person(number)
        async with turns:
            if not await person.sign_in(tally):
                raise SystemExit(f"siege: {person.email}: {tally.failed}")
            person.line.close()

    await asyncio.gather(*(one(n) for n in range(1, GOOD + 1)))


def main() -> None:
    seconds = float(sys.argv[1])
    asyncio.run(warm())
    print("ready", flush=True)
    sys.stdin.readline()
    print(asyncio.run(everybody(seconds, GOOD + 1)).json(), flush=True)


if __name__ == "__main__":
    main()
