# SPDX-License-Identifier: MIT
"""What one is promised while others are at it: victim.py ATTACK SECONDS.
Prints a line of JSON: what was seen, and which promises were broken."""

from __future__ import annotations

import collections
import json
import socket
import sys
import time
import typing

import there
from house import (ATTACKERS, BLOCKED, CROWDED, FRESH, FRIEND, GOOD, SERVER_V4, STRANGERS,
                   VICTIM, address, good_ip)
from there import live, msn

import live_oim as oim
import visitor

FIRST = GOOD + FRESH + 1
AT_MOST = 3.0     # seconds that anything may take
LIST_AT_MOST = 10.0
NOTICES = 20      # of one pair, a minute; it goes on and off
MAIL_STRANGERS = 100
REPORTS = 5       # an hour
ROOMS_TAKEN = 90  # or it was no attack
HELLO = b"MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nhello"


class Promise:
    """begin() before the attack, again() during it, end() after it."""

    pause = 0.5

    def __init__(self) -> None:
        self.broken: list[str] = []
        self.done = 0
        self.begin()

    def begin(self) -> None:
        pass

    def again(self) -> None:
        pass

    def end(self) -> str:
        return f"{self.done} times"

    def run(self, seconds: float) -> dict[str, typing.Any]:
        began = time.monotonic()
        try:
            while time.monotonic() < began + seconds:
                self.again()
                self.done += 1
                time.sleep(self.pause)
            self.seconds = time.monotonic() - began
            seen = self.end()
        except (AssertionError, OSError, oim.Fault) as why:
            self.broken.append(f"{type(why).__name__} {why}"[:200])
            seen = "failed"
        return {"seen": seen, "broken": self.broken}

    def took(self, began: float, what: str, most: float = AT_MOST) -> None:
        if time.monotonic() - began > most:
            self.broken.append(f"{what}: {time.monotonic() - began:.1f} s")


class Mail(Promise):
    """A friend's mail arrives; strangers leave no more than their half."""

    pause = 1.0

    def begin(self) -> None:
        self.friend = there.enter(FRIEND, 18)
        self.before = self.waiting()[address(FRIEND)]

    def waiting(self) -> collections.Counter[str]:
        """How many messages wait for the victim, by sender."""
        there.harness.PEOPLE[address(VICTIM)] = there.PASSWORD
        with live.coming_from(good_ip(VICTIM)):
            all_ = oim.Reader(there.There(), address(VICTIM)).metadata()
        return collections.Counter(m["E"] for m in all_)

    def again(self) -> None:
        began = time.monotonic()
        self.friend.ask("UUM", address(VICTIM), "1", "1", payload=HELLO)
        self.friend.expect_nothing()  # as it is when all is well
        self.took(began, "a friend's mail")

    def end(self) -> str:
        by = self.waiting()
        # those of the attack before are still there
        friend = by.pop(address(FRIEND), 0) - self.before
        if friend != self.done:
            self.broken.append(f"mail lost: {friend} of {self.done}")
        if not 0 < sum(by.values()) <= MAIL_STRANGERS:
            self.broken.append(f"{sum(by.values())} of strangers wait")
        return f"{friend} of a friend, {sum(by.values())} of strangers"


class Lists(Promise):
    """Nothing of who is blocked, and of the others little."""

    def begin(self) -> None:
        self.victim = there.enter(VICTIM, 9)

    def end(self) -> str:
        heard = collections.Counter(
            w for m in self.victim.everything() for w in set(m.words)
            if w.endswith(address(VICTIM)[5:]))
        blocked = sum(heard[address(FIRST + n)] for n in range(BLOCKED))
        others = [heard[address(FIRST + n)]
                  for n in range(BLOCKED, BLOCKED + 4)]
        if blocked:
            self.broken.append(f"{blocked} notices of who is blocked")
        most = NOTICES * (1 + int(self.seconds // 60))
        if not 0 < max(others) <= most:
            self.broken.append(f"{max(others)} notices of one stranger")
        return f"{blocked} of who is blocked, {others} of strangers"


class Crowded(Promise):
    """Signs in with a list full of strangers."""

    pause = 1.5

    def again(self) -> None:
        began = time.monotonic()
        person = there.enter(CROWDED, (9, 12)[self.done % 2], False)
        self.took(began, "SYN", LIST_AT_MOST)
        person.ask("SYN", *("0",) * (1 + self.done % 2))
        self.listed = sum(m.verb == "LST" for m in person.everything())
        # one of the attacker's comes, the oldest goes; then it goes itself
        if not STRANGERS - ATTACKERS <= self.listed <= STRANGERS:
            self.broken.append(f"{self.listed} on the lists")
        person.say("OUT")
        person.hang_up()

    def end(self) -> str:
        return f"{self.done} sign-ins, {self.listed} people"


class Rings(Promise):
    """A friend's ring is heard."""

    def begin(self) -> None:
        self.friend, self.victim = (there.enter(n, 9)
                                    for n in (FRIEND, VICTIM))

    def again(self) -> None:
        self.friend.everything()
        began = time.monotonic()
        with live.coming_from(good_ip(FRIEND)):
            board = self.friend.open_board()
        t = board.ask("CAL", address(VICTIM))
        board.expect_re(rf"CAL {t} RINGING \d+")
        while True:
            got = self.victim.read()
            if got.verb == "RNG" and address(FRIEND) in got.words:
                break
        there_host, _, port = got.words[2].rpartition(":")
        with live.coming_from(good_ip(VICTIM)):
            answer = msn.Board(self.victim, there_host, int(port))
        answer.ask("ANS", address(VICTIM), got.words[4], got.words[1])
        answer.until("ANS")
        self.took(began, "a friend's ring")
        answer.hang_up()
        board.hang_up()


class Room(Promise):
    """Somebody else opens a room, though others have taken many."""

    others = 0

    def again(self) -> None:
        self.count()
        began = time.monotonic()
        name = f"v{self.done}"
        with socket.create_connection(
                (SERVER_V4, 6667), 10,
                (good_ip(VICTIM + self.done % 30), 0)) as sock:
            sock.sendall(f"NICK {name}\r\nUSER {name} 0 * :x\r\n"
                         f"JOIN #mine{self.done}\r\n".encode())
            got = b""
            while b" JOIN " not in got:
                more = sock.recv(65536)
                assert more, got[-200:]
                got += more
                assert b" 471 " not in got and b" 405 " not in got \
                    and b" 437 " not in got and b" 403 " not in got, got
        self.took(began, "a room")

    def count(self) -> None:
        with socket.create_connection((SERVER_V4, 6667), 10,
                                      (good_ip(FRIEND), 0)) as sock:
            sock.sendall(f"NICK w{self.done}\r\nUSER w 0 * :x\r\n"
                         "LIST\r\n".encode())
            got = b""
            while b" 323 " not in got:
                more = sock.recv(65536)
                assert more, got[-200:]
                got += more
        self.others = max(self.others, got.count(b" 322 "))

    def end(self) -> str:
        if self.others < ROOMS_TAKEN:
            self.broken.append("the attack took no rooms")
        return f"{self.done} opened, {self.others} of others there"


class Reports(Promise):
    """Somebody else reports, and it is taken."""

    def begin(self) -> None:
        there.harness.PEOPLE[address(FRIEND)] = there.PASSWORD
        with live.coming_from(good_ip(FRIEND)):
            self.page = visitor.Visitor(there.There())
            self.page.sign_in(address(FRIEND))

    def again(self) -> None:
        if self.done >= REPORTS:
            return
        with live.coming_from(good_ip(FRIEND)):
            got = self.page.fill("/report", about=address(FIRST),
                                 kind="insult", text="they fill your list")
        assert "will read it" in got.text, got.text

    def end(self) -> str:
        return f"{min(self.done, REPORTS)} reports taken"


PROMISES: dict[str, type[Promise]] = {
    "mail-few": Mail, "mail-many": Mail, "nagging": Lists,
    "crowding": Crowded, "calls": Rings, "calls-away": Rings, "rooms": Room,
    "rooms-one": Room, "reports": Reports}


def main() -> None:
    promise = PROMISES[sys.argv[1]]()
    print("ready", flush=True)
    sys.stdin.readline()
    print(json.dumps(promise.run(float(sys.argv[2]))), flush=True)


if __name__ == "__main__":
    main()
