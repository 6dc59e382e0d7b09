# SPDX-License-Identifier: MIT
"""People who change their lists as fast as they can, until the server dies;
and the books that say what must be there when it lives again.

The changes of one account are ordered.  What an account is found to be must
be what some number of them made, and no fewer than were acknowledged to it
or shown to somebody else.
"""

from __future__ import annotations

import dataclasses
import os
import random
import selectors
import signal
import socket
import time

import harness
import msn

FL, AL, BL, RL, PL = 1, 2, 4, 8, 16
PEOPLE = tuple(harness.PEOPLE)
SECRETIVE = ("pat@example.com", "quin@example.com")
PHONES = ("PHH", "PHW", "PHM")
GROUPS_MAX = 5
WINDOW_MAX = 12
LOAD_SECONDS = 0.3
SETTINGS = {"token.ticket-lifetime": "86400", "log.level": "warn"}


# ---------------------------------------------------------------- the books

@dataclasses.dataclass(frozen=True)
class Contact:
    lists: int = 0
    name: str = ""
    groups: frozenset[int] = frozenset()


@dataclasses.dataclass
class State:
    """An account as far as its own changes make it."""

    name: str = ""
    flags: dict[str, str] = dataclasses.field(default_factory=dict)
    contacts: dict[str, Contact] = dataclasses.field(default_factory=dict)
    groups: dict[int, str] = dataclasses.field(default_factory=dict)

    def copy(self) -> State:
        return State(self.name, dict(self.flags), dict(self.contacts),
                     dict(self.groups))

    def of(self, who: str) -> Contact:
        return self.contacts.get(who, Contact())

    def allows(self, who: str) -> bool:
        lists = self.of(who).lists
        if lists & (AL | BL):
            return not lists & BL
        return self.flags["BLP"] == "AL"

    def view(self) -> dict[str, object]:
        """What two states must agree on.  The name of somebody who is not
        on the forward list is others' business too."""
        seen: dict[str, object] = {"name": self.name, **self.flags,
                                   "groups": sorted(self.groups.values())}
        for who, c in self.contacts.items():
            if c.lists & FL:
                seen[who] = (c.lists, c.name,
                             sorted(self.groups[g] for g in c.groups))
            elif c.lists:
                seen[who] = c.lists
        return seen


def from_sync(person: msn.Person, got: list[msn.Message]
              ) -> tuple[State, dict[str, int], dict[int, str],
                         dict[str, str]]:
    """The account, all list bits, the words for groups and for contacts."""
    state = State(person.name, {key: "" for key in PHONES} | {"MOB": "N"})
    bits: dict[str, int] = {}
    group_words: dict[int, str] = {}
    guids: dict[str, str] = {}
    old = person.dialect < 10
    label = {"0": -1}
    for m in got:
        if m.verb in ("GTC", "BLP"):
            state.flags[m.verb] = m.words[1]
        elif m.verb == "PRP" and m.words[1] != "MFN":
            state.flags[m.words[1]] = m.words[2]
        elif m.verb == "LSG" and (not old or m.words[1] != "0"):
            word, name = ((m.words[1], m.words[2]) if old
                          else (m.words[2], m.words[1]))
            label[word] = len(group_words)
            group_words[label[word]] = word
            state.groups[label[word]] = name
    for m in got:
        if m.verb != "LST":
            continue
        words = m.words[1:]
        who = words.pop(0).removeprefix("N=")
        name = words.pop(0).removeprefix("F=")
        if words[0].startswith("C="):
            guids[who] = words.pop(0)[2:]
        bits[who] = int(words.pop(0))
        if person.dialect == 12:
            assert words.pop(0) == "1"
        inside = words.pop(0).split(",") if words else []
        assert not words, m
        lists = bits[who] & (FL | AL | BL)
        if lists:
            state.contacts[who] = Contact(
                lists, name if lists & FL else "",
                frozenset(label[w] for w in inside) - {-1})
    return state, bits, group_words, guids


@dataclasses.dataclass
class Book:
    """What one account did and what was said about it, in one life."""

    states: list[State]
    acked: int = 0
    # how far each watcher has been shown this account, stream by stream
    shown: dict[tuple[str, str], int] = dataclasses.field(
        default_factory=dict)

    @property
    def least(self) -> int:
        return max([self.acked, *self.shown.values()])

    def was_shown(self, watcher: str, stream: str, what: str,
                  fits: "object") -> None:
        """The first state from the last shown one on that looks so."""
        at = self.shown.get((watcher, stream), 0)
        for i in range(at, len(self.states)):
            if fits(self.states[i]):  # type: ignore[operator]
                self.shown[watcher, stream] = i
                return
        raise AssertionError(f"{watcher} was shown what never was: {what}")


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
        self.waiting: dict[int, tuple[str, int | None, str | None]] = {}
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
            done = kind(self, state)
            if done is not None:
                break
        verb, words, group, friend = done
        self.person.trid += 1
        self.book.states.append(state)
        self.waiting[self.person.trid] = (verb, group, friend)
        return " ".join([verb, str(self.person.trid), *words]) + "\r\n"

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
        expected, group, friend = self.waiting.pop(int(words[1]))
        if self.world.full and (verb == "500" or self.refused):
            # what was asked behind a refused change may make no sense
            assert verb.isdigit(), words
            self.refused = True
            return
        assert verb == expected, f"{self.email}: {words}"
        self.book.acked += 1
        self.world.acked += 1
        if self.old:
            self.serial(words[3 if verb in ("ADD", "REM") else 2])
        if group is not None:
            self.group_words[group] = words[4 if self.old else 3]
            if self.old:
                self.group_words[group] = words[4]
        if friend is not None and not self.old:
            found = [w[2:] for w in words if w.startswith("C=")]
            self.guids[friend] = found[0]

    def serial(self, word: str) -> None:
        serials = self.world.serials
        serials[self.email] = max(serials.get(self.email, 0), int(word))

    def shown(self, words: list[str]) -> None:
        """Something about somebody else."""
        me, verb = self.email, words[0]
        text = " ".join(words)
        self.world.shown += 1
        if verb in ("NLN", "ILN"):
            who, name = words[-len(words) + (2 if verb == "NLN" else 3):][:2]
            self.world.book(who).was_shown(
                me, "look", text,
                lambda s: s.name == name and s.allows(me))
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


Done = "tuple[str, list[str], int | None, str | None] | None"


def pick(busy: Busy, state: State, wanted: "object") -> str | None:
    """Somebody whose entry is as wanted."""
    who = [p for p in busy.world.everybody if p != busy.email
           and wanted(p, state.of(p))]  # type: ignore[operator]
    return busy.random.choice(who) if who else None


def known_groups(busy: Busy, state: State) -> list[int]:
    return [g for g in state.groups if g in busy.group_words]


def put(state: State, who: str, **changes: object) -> None:
    state.contacts[who] = dataclasses.replace(
        state.of(who), **changes)  # type: ignore[arg-type]


def add_friend(busy: Busy, state: State) -> Done:
    who = pick(busy, state, lambda p, c: not c.lists & FL)
    if who is None:
        return None
    name = busy.world.word("c")
    groups = known_groups(busy, state) + [None]
    group = busy.random.choice(groups)
    put(state, who, lists=state.of(who).lists | FL, name=name,
        groups=frozenset() if group is None else frozenset([group]))
    busy.guids.pop(who, None)
    if busy.old:
        return "ADD", ["FL", who, name,
                       busy.group_words.get(group, "0")], None, who
    words = ["FL", f"N={who}", f"F={name}"]
    if group is not None:
        words.append(busy.group_words[group])
    return "ADC", words, None, who


def remove_friend(busy: Busy, state: State) -> Done:
    who = pick(busy, state, lambda p, c: c.lists & FL
               and (busy.old or p in busy.guids))
    if who is None:
        return None
    word = who if busy.old else busy.guids.pop(who)
    put(state, who, lists=state.of(who).lists & ~FL, name="",
        groups=frozenset())
    return "REM", ["FL", word], None, None


def into_group(busy: Busy, state: State) -> Done:
    # by number whoever is in no group would stay in group 0 as well
    who = pick(busy, state, lambda p, c: c.lists & FL
               and (c.groups if busy.old else p in busy.guids))
    if who is None:
        return None
    groups = [g for g in known_groups(busy, state)
              if g not in state.of(who).groups]
    if not groups:
        return None
    group = busy.random.choice(groups)
    put(state, who, groups=state.of(who).groups | {group})
    if busy.old:
        return "ADD", ["FL", who, who, busy.group_words[group]], None, None
    return "ADC", ["FL", f"C={busy.guids[who]}",
                   busy.group_words[group]], None, None


def out_of_group(busy: Busy, state: State) -> Done:
    least = 2 if busy.old else 1  # by number the last one takes all
    who = pick(busy, state, lambda p, c: len(c.groups) >= least
               and (busy.old or p in busy.guids))
    if who is None:
        return None
    groups = sorted(state.of(who).groups & set(busy.group_words))
    if not groups:
        return None
    group = busy.random.choice(groups)
    put(state, who, groups=state.of(who).groups - {group})
    return "REM", ["FL", who if busy.old else busy.guids[who],
                   busy.group_words[group]], None, None


def decide(busy: Busy, state: State) -> Done:
    """Allow or block somebody, or forget that."""
    who = pick(busy, state, lambda p, c: True)
    assert who is not None
    lists = state.of(who).lists
    if lists & (AL | BL):
        put(state, who, lists=lists & ~(AL | BL))
        return "REM", ["AL" if lists & AL else "BL", who], None, None
    bit, word = busy.random.choice(((AL, "AL"), (BL, "BL")))
    put(state, who, lists=lists | bit)
    if busy.old:
        return "ADD", [word, who, who], None, None
    return "ADC", [word, f"N={who}"], None, None


def rename_friend(busy: Busy, state: State) -> Done:
    who = pick(busy, state, lambda p, c: c.lists & FL
               and (busy.old or p in busy.guids))
    if who is None:
        return None
    name = busy.world.word("c")
    put(state, who, name=name)
    if busy.old:
        return "REA", [who, name], None, None
    return "SBP", [busy.guids[who], "MFN", name], None, None


def rename_self(busy: Busy, state: State) -> Done:
    state.name = busy.world.word("n")
    if busy.old:
        return "REA", [busy.email, state.name], None, None
    return "PRP", ["MFN", state.name], None, None


def make_group(busy: Busy, state: State) -> Done:
    if len(state.groups) >= GROUPS_MAX:
        return None
    label = busy.world.number()
    state.groups[label] = busy.world.word("g")
    words = [state.groups[label]] + (["0"] if busy.old else [])
    return "ADG", words, label, None


def rename_group(busy: Busy, state: State) -> Done:
    groups = known_groups(busy, state)
    if not groups:
        return None
    group = busy.random.choice(groups)
    state.groups[group] = busy.world.word("g")
    words = [busy.group_words[group], state.groups[group]]
    return "REG", words + (["0"] if busy.old else []), None, None


def remove_group(busy: Busy, state: State) -> Done:
    groups = known_groups(busy, state)
    if len(groups) < 3:
        return None
    group = busy.random.choice(groups)
    word = busy.group_words.pop(group)
    del state.groups[group]
    for who, c in list(state.contacts.items()):
        put(state, who, groups=c.groups - {group})
    return "RMG", [word], None, None


def switch(busy: Busy, state: State) -> Done:
    key, a, b = busy.random.choice((("GTC", "A", "N"), ("BLP", "AL", "BL")))
    state.flags[key] = b if state.flags[key] == a else a
    return key, [state.flags[key]], None, None


def telephone(busy: Busy, state: State) -> Done:
    key = busy.random.choice(PHONES)
    state.flags[key] = busy.world.word("55")
    return "PRP", [key, state.flags[key]], None, None


KINDS = (add_friend, add_friend, remove_friend, into_group, into_group,
         out_of_group, decide, decide, rename_friend, rename_self,
         rename_self, make_group, rename_group, remove_group, switch,
         telephone)


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
            assert secret.sock is not None
            if secret.sock.fileno() < 0:
                continue
            data = last_words(secret.sock)
            if not self.full or data[:1] == b"\0":
                self.passwords += secret.heard(data)
            secret.sock.close()

    def round(self, fills: bool) -> None:
        self.sign_in()
        self.appear()
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
            early: bool = False, fills: bool = False) -> World:
    """early: some of what was not synced reaches the disk all the same;
    fills: at some moment there is no room any more."""
    world = World(server, seed)
    server.start()
    world.prepare()
    for i in range(rounds):
        if early:
            server.environment["NUDGE_TEST_SEED"] = str(seed * 1000 + i + 1)
        try:
            world.round(fills)
        except BaseException:
            print(f"seed {seed}, round {i}")
            raise
    world.sign_in()
    for busy in world.busy.values():
        busy.person.hang_up()
    return world
