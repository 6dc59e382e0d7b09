# SPDX-License-Identifier: MIT
"""People who change their lists as fast as they can, until the server dies,
and what must be there when it lives again.

The changes of one account are ordered.  What an account is found to be must
be what some number of them made, and no fewer than were acknowledged to it
or shown to somebody else.
"""

from __future__ import annotations

import os
import pathlib
import random
import selectors
import signal
import socket
import time

import harness
import msn
from books import FL, PHONES, PL, RL, Book, from_sync
from deeds import KINDS, Deed

PEOPLE = tuple(harness.PEOPLE)
SECRETIVE = ("pat@example.com", "quin@example.com")
WINDOW_MAX = 12
LOAD_SECONDS = 0.3
RESTORE_EVERY = 4       # rounds, where there are such
RESTORE_SECONDS = 20.0
BEFORE_MAX, AFTER_MAX = 200, 200  # changes acknowledged around the backup
SETTINGS = {"token.ticket-lifetime": "86400", "log.level": "warn"}


# ---------------------------------------------------------------- people

class Busy:
    """Somebody who is signed in and changes things."""

    def __init__(self, world: World, person: msn.Person) -> None:
        self.world = world
        self.random = world.random
        self.person = person
        self.email = person.email
        self.old = person.dialect < 10
        state, self.bits, self.group_words, self.guids = from_sync(
            person, person.sync())
        self.book = Book([state])
        self.waiting: dict[int, Deed] = {}
        self.refused = False  # the disk is full: nothing changes any more
        self.inbox = b""

    # -- asking
    def send(self) -> None:
        """As many commands as may be unanswered now."""
        if self.refused:
            return
        room = self.random.randint(1, WINDOW_MAX) - len(self.waiting)
        lines = [self.one() for _ in range(room)]
        if lines:
            try:
                self.person.wire.sock.sendall("".join(lines).encode())
            except OSError:
                pass  # it is dead, and what it said will still be read

    def one(self) -> str:
        state = self.book.states[-1].copy()
        tries = list(KINDS)
        self.random.shuffle(tries)
        for kind in tries:
            deed = kind(self, state)
            if deed is not None:
                break
        assert deed is not None
        self.person.trid += 1
        self.book.states.append(state)
        self.waiting[self.person.trid] = deed
        return " ".join([deed.verb, str(self.person.trid), *deed.words]
                        ) + "\r\n"

    # -- hearing
    def hear(self, data: bytes) -> None:
        self.inbox += data
        while (end := self.inbox.find(b"\r\n")) >= 0:
            words = self.inbox[:end].decode().split(" ")
            size = int(words[-1]) if words[0] in msn.Line.PAYLOADS else 0
            if len(self.inbox) < end + 2 + size:
                return
            self.inbox = self.inbox[end + 2 + size:]
            self.heard(words)

    def heard(self, words: list[str]) -> None:
        verb = words[0]
        if verb == "OUT":
            assert self.world.full, words
            return
        if verb in ("NLN", "ILN", "FLN", "BPR") or words[1:2] == ["0"]:
            self.shown(words)
            return
        deed = self.waiting.pop(int(words[1]))
        if self.world.full and (verb == "500" or self.refused):
            # what was asked behind a refused change may make no sense, or
            # be so already, which is said by an echo
            assert verb.isdigit() or verb in ("BLP", "GTC"), words
            self.refused = True
            return
        assert verb == deed.verb, f"{self.email}: {words}"
        self.book.acked += 1
        self.world.acked += 1
        if self.old:
            self.serial(words[3 if verb in ("ADD", "REM") else 2])
        if deed.group is not None:
            self.group_words[deed.group] = words[4 if self.old else 3]
        if deed.friend is not None and not self.old:
            self.guids[deed.friend] = next(
                w[2:] for w in words if w.startswith("C="))

    def serial(self, word: str) -> None:
        serials = self.world.serials
        serials[self.email] = max(serials.get(self.email, 0), int(word))

    def shown(self, words: list[str]) -> None:
        """Something about somebody else."""
        me, verb = self.email, words[0]
        text = " ".join(words)
        self.world.shown += 1
        if verb in ("NLN", "ILN"):
            at = 2 if verb == "NLN" else 3
            who, name = words[at:at + 2]
            self.world.book(who).was_shown(
                me, "look", text,
                lambda s: s.name == name and s.allows(me))
        elif verb == "FLN" and self.world.full:
            pass  # who was shown out is gone as well
        elif verb == "FLN":
            self.world.book(words[1]).was_shown(
                me, "look", text, lambda s: not s.allows(me))
        elif verb == "BPR":
            if self.old:
                self.serial(words.pop(1))
            if len(words) == 4 and words[2] in PHONES:
                _, who, key, value = words
                if who in self.world.busy:
                    self.world.book(who).was_shown(
                        me, key, text, lambda s: s.flags[key] == value)
        elif verb in ("ADD", "ADC"):
            if self.old:
                self.serial(words.pop(3))
            who, name = (w.removeprefix("N=").removeprefix("F=")
                         for w in words[3:5])
            self.world.book(who).was_shown(
                me, "list", text,
                lambda s: bool(s.of(me).lists & FL) and s.name == name)
        elif verb == "REM":
            if self.old:
                self.serial(words.pop(3))
            self.world.book(words[3]).was_shown(
                me, "list", text, lambda s: not s.of(me).lists & FL)
        else:
            raise AssertionError(words)


# ---------------------------------------------------------------- passwords

class Secret:
    """An account whose password is changed over and over."""

    def __init__(self, email: str, password: str) -> None:
        self.email = email
        self.known = password
        self.asked: str | None = None
        self.sock: socket.socket | None = None
        self.web: msn.Web | None = None

    def change(self, server: harness.Server, password: str) -> socket.socket:
        self.asked = password
        self.sock = server.control("user", "passwd", self.email,
                                   "--password", password)
        return self.sock

    def heard(self, data: bytes) -> bool:
        """True when the change was acknowledged."""
        if not data:
            return False
        assert data[0] == 0, data
        assert self.asked is not None
        self.known, self.asked = self.asked, None
        return True

    # -- afterwards
    def try_password(self, server: harness.Server, password: str,
                     challenge: str) -> None:
        head = msn.credentials(self.email, password, challenge)
        self.web = msn.Web(server, None)
        self.web.send(("GET /login2.srf HTTP/1.1\r\nHost: login.live.com\r\n"
                       f"Authorization: {head}\r\n\r\n").encode())

    def opened(self) -> bool:
        assert self.web is not None
        reply = self.web.answer()
        self.web.hang_up()
        assert reply.status in (200, 401), reply.status_line
        return reply.status == 200


def ticket(server: harness.Server, email: str) -> str:
    """Over plain HTTP: it is good for every life of the server."""
    secret = Secret(email, harness.PEOPLE[email])
    secret.try_password(server, secret.known,
                        msn.fresh_challenge(server, email))
    assert secret.web is not None
    reply = secret.web.answer()
    secret.web.hang_up()
    assert reply.status == 200, reply.status_line
    return reply.ticket


# ---------------------------------------------------------------- the world

class World:
    def __init__(self, server: harness.Server, seed: int) -> None:
        self.server = server
        self.random = random.Random(seed)
        self.everybody = PEOPLE + SECRETIVE
        self.busy: dict[str, Busy] = {}
        self.serials: dict[str, int] = {}
        self.secrets = [Secret(email, "first") for email in SECRETIVE]
        self.tickets: dict[str, str] = {}
        self.full = False
        self.count = self.acked = self.shown = self.passwords = 0
        self.restores = 0

    def number(self) -> int:
        self.count += 1
        return self.count + 1000

    def word(self, letter: str) -> str:
        return f"{letter}{self.number()}"

    def book(self, who: str) -> Book:
        return self.busy[who].book

    def prepare(self) -> None:
        """Once, on a server that runs."""
        for secret in self.secrets:
            self.server.add_user(secret.email, secret.known)
        self.take_tickets()

    def take_tickets(self) -> None:
        for email in PEOPLE:
            self.tickets[email] = ticket(self.server, email)

    # -- signing in, which is looking what is there
    def sign_in(self) -> None:
        before = self.busy
        self.busy = {}
        for secret in self.secrets:
            secret.try_password(self.server, secret.known,
                                msn.fresh_challenge(self.server))
        for email in PEOPLE:
            person = msn.Person(self.server, email,
                                self.random.choice(msn.DIALECTS))
            person.challenge()
            person.enter(self.tickets[email])
            self.busy[email] = Busy(self, person)
            if email in before:
                self.compare(before[email], self.busy[email])
        self.compare_both_sides()
        for secret in self.secrets:
            self.compare_password(secret)

    def compare(self, before: Busy, now: Busy) -> None:
        found = now.book.states[0].view()
        book = before.book
        for i in range(book.least, len(book.states)):
            if book.states[i].view() == found:
                break
        else:
            others = [i for i in range(book.least)
                      if book.states[i].view() == found]
            want = book.states[book.least].view()
            differ = {key: (want.get(key), found.get(key))
                      for key in {*want, *found}
                      if want.get(key) != found.get(key)}
            raise AssertionError(
                f"{now.email}: {book.acked} changes were acknowledged, "
                f"{book.least} of {len(book.states) - 1} were known; found "
                f"is {others or 'none of them'}; there should be and is: "
                f"{differ}")
        if now.old:
            least = self.serials.get(now.email, 0)
            assert now.person.serial >= least, (now.email, least)

    def compare_both_sides(self) -> None:
        """Whoever has somebody on the forward list is on that one's
        reverse list."""
        for a in self.busy.values():
            for b in self.busy.values():
                forward = a.bits.get(b.email, 0) & FL
                reverse = b.bits.get(a.email, 0) & (RL | PL)
                assert bool(forward) == bool(reverse), (a.email, b.email)

    def compare_password(self, secret: Secret) -> None:
        if secret.opened():
            secret.asked = None
            return
        assert secret.asked is not None, f"{secret.email}: {secret.known}"
        secret.try_password(self.server, secret.asked,
                            msn.fresh_challenge(self.server))
        assert secret.opened(), (secret.email, secret.known, secret.asked)
        secret.known, secret.asked = secret.asked, None

    def appear(self) -> None:
        for busy in self.busy.values():
            busy.person.ask("CHG", *busy.person.look("NLN"))
        for _ in range(2):  # the last one's news reach the first one
            for busy in self.busy.values():
                for m in busy.person.everything():
                    if m.verb != "CHG" and m.verb != "UBX":
                        busy.heard(m.words)

    # -- load
    def load(self, fills: bool) -> None:
        """Everybody at once, until the random moment; then SIGKILL.  The
        disk may have been full for some time then."""
        full_at = self.acked + self.random.randint(1, 200) if fills else 1e9
        kind = self.random.choice(("acks", "acks", "time", "password"))
        acks = self.acked + self.random.randint(1, 400)
        passwords = self.passwords
        end = time.monotonic() + LOAD_SECONDS
        if kind == "time":
            end -= self.random.random() * LOAD_SECONDS
        with selectors.DefaultSelector() as ready:
            for busy in self.busy.values():
                busy.person.wire.sock.setblocking(True)
                busy.send()
                ready.register(busy.person.wire.sock, 1, busy)
            for secret in self.secrets:
                ready.register(secret.change(self.server, self.word("pw")),
                               1, secret)
            while time.monotonic() < end:
                if self.acked >= full_at and not self.full:
                    self.full = True
                    self.server.disk.write_text("full")
                if kind == "acks" and self.acked >= acks:
                    break
                if kind == "password" and self.passwords > passwords:
                    break
                for key, _ in ready.select(max(0, end - time.monotonic())):
                    self.serve(ready, key.fileobj, key.data)
        os.kill(self.server.pid, signal.SIGKILL)
        self.read_the_rest()
        self.server.wait()

    def serve(self, ready: selectors.BaseSelector, sock: socket.socket,
              who: Busy | Secret) -> None:
        data = last_words(sock)
        if isinstance(who, Busy):
            who.hear(data)
            who.send()
            if not data:
                assert self.full, f"{who.email} was disconnected"
                ready.unregister(sock)
            return
        ready.unregister(sock)
        sock.close()
        if self.full and data[:1] != b"\0":
            return
        assert who.heard(data), who.email
        self.passwords += 1
        ready.register(who.change(self.server, self.word("pw")), 1, who)

    def read_the_rest(self) -> None:
        """What it said before it died counts."""
        for busy in self.busy.values():
            wire = busy.person.wire
            wire.sock.settimeout(msn.SECONDS)
            while (data := last_words(wire.sock)):
                busy.hear(data)
            wire.hang_up()
        for secret in self.secrets:
            if secret.sock is None or secret.sock.fileno() < 0:
                continue
            data = last_words(secret.sock)
            if not self.full or data[:1] == b"\0":
                self.passwords += secret.heard(data)
            secret.sock.close()

    # -- a backup while everybody changes everything, and a restore
    def load_and_restore(self, path: pathlib.Path) -> None:
        """Until the backup is long done; then SIGKILL, and what was in the
        backup is the server's."""
        control: socket.socket | None = None
        begin = self.acked + self.random.randint(1, BEFORE_MAX)
        floor: dict[str, int] = {}
        serials: dict[str, int] = {}
        stop = 0
        end = time.monotonic() + RESTORE_SECONDS
        with selectors.DefaultSelector() as ready:
            for busy in self.busy.values():
                busy.person.wire.sock.setblocking(True)
                busy.send()
                ready.register(busy.person.wire.sock, 1, busy)
            while not stop or self.acked < stop:
                assert time.monotonic() < end, (self.acked, stop)
                if control is None and self.acked >= begin:
                    floor = {email: busy.book.least
                             for email, busy in self.busy.items()}
                    serials = dict(self.serials)
                    control = self.server.control("backup", "-")
                    ready.register(control, 1)
                for key, _ in ready.select(1):
                    if key.fileobj is not control:
                        self.serve(ready, key.fileobj, key.data)
                        continue
                    ready.unregister(control)
                    sent = b"".join(iter(lambda: control.recv(1 << 20), b""))
                    control.close()
                    assert sent[0] == 0
                    assert int.from_bytes(sent[1:9], "big") == len(sent) - 9
                    path.write_bytes(sent[9:])
                    stop = self.acked + self.random.randint(1, AFTER_MAX)
        os.kill(self.server.pid, signal.SIGKILL)
        self.read_the_rest()
        self.server.wait()
        self.server.ctl("restore", str(path))
        path.unlink()
        # what must be there is what was known when the backup began
        for email, busy in self.busy.items():
            busy.book.acked = floor[email]
            busy.book.shown.clear()
        self.serials = serials
        self.restores += 1

    def outlived(self) -> None:
        """What was given before the restore opens nothing any more."""
        for email, old in self.tickets.items():
            person = msn.Person(self.server, email, 9)
            person.challenge()
            assert person.usr_s(old).words[0] == "911", email
            person.hang_up()
        self.take_tickets()

    def round(self, fills: bool, restores: bool) -> None:
        self.sign_in()
        self.appear()
        if restores:
            self.load_and_restore(self.server.folder / "backup.db")
            self.server.start()
            self.outlived()
            return
        self.load(fills)
        self.full = False
        # only the volatile disk obeys: a sync that takes long is often cut
        self.server.disk.write_text(
            self.random.choice(("", "slow 2", "slow 20")))
        self.server.start()


def last_words(sock: socket.socket) -> bytes:
    try:
        return sock.recv(65536)
    except ConnectionResetError:
        return b""


def torture(server: harness.Server, rounds: int, seed: int,
            early: bool = False, fills: bool = False,
            restores: bool = False) -> World:
    """early: some of what was not synced reaches the disk all the same;
    fills: at some moment there is no room any more; restores: some rounds end
    with the restore of a backup that was taken in the middle of them."""
    world = World(server, seed)
    server.start()
    world.prepare()
    for i in range(rounds):
        if early:
            server.environment["NUDGE_TEST_SEED"] = str(seed * 1000 + i + 1)
        try:
            world.round(fills, restores and i % RESTORE_EVERY == 3)
        except BaseException:
            print(f"seed {seed}, round {i}")
            raise
    world.sign_in()
    for busy in world.busy.values():
        busy.person.hang_up()
    # all those changes took nobody's password
    for email in PEOPLE:
        ticket(server, email)
    return world
