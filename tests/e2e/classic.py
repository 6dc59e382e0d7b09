# SPDX-License-Identifier: MIT
"""Clients of 1999 to 2002: MSNP2 to MSNP7, written from ns-classic.md.

They prove a password by MD5, read each list by itself, and know people by
address and name alone.
"""

from __future__ import annotations

import hashlib
import re

import harness
import msn

DIALECTS = (2, 3, 4, 5, 6, 7)
BUILDS = {2: "1.0.0863", 3: "2.0.0083", 4: "2.2.1053", 5: "3.0.0283",
          6: "3.6.0025", 7: "4.6.0083"}
# The versions each program offered (ns-classic 3.3).
OFFERS = {2: (2,), 3: (3, 2), 4: (4, 3), 5: (5, 4), 6: (6, 5),
          7: (7, 6, 5, 4)}
LISTS = ("FL", "AL", "BL", "RL")


def app_password(server: harness.Server, email: str) -> str:
    """Made once for each server and account, and kept."""
    made = server.__dict__.setdefault("app_passwords", {})
    if email not in made:
        made[email] = server.ctl("user", "app-password",
                                 email).stdout.strip()
    return made[email]


def proof(challenge: str, password: str) -> str:
    return hashlib.md5((challenge + password).encode()).hexdigest()


class Classic(msn.Person):
    """Somebody at a notification server, MSNP2 to 7."""

    def __init__(self, server: harness.Server, email: str, dialect: int,
                 host: str | None = None, port: int | None = None) -> None:
        super().__init__(server, email, dialect, host, port)
        self.caps = "0"     # what later versions are told of it

    # -- signing in, step by step
    def ver(self) -> None:
        names = [f"MSNP{n}" for n in OFFERS[self.dialect]]
        t = self.ask("VER", *names,
                     *(["CVR0"] if self.dialect == 7 else []))
        self.expect(f"VER {t} {' '.join(names)}")

    def cvr(self) -> None:
        """After the first CHG, in these years."""
        words = ["0x0409", "winnt", "5.0", "i386", "MSMSGS",
                 BUILDS[self.dialect]]
        if self.dialect >= 4:
            words.append("MSMSGS")
        t = self.ask("CVR", *words)
        build = re.escape(BUILDS[self.dialect])
        self.expect_re(rf"CVR {t} {build} {build} {build} \S+ \S+")

    def inf(self) -> None:
        t = self.ask("INF")
        clear = "(,CTP)?" if self.dialect == 2 else ""
        self.expect_re(f"INF {t} MD5{clear}")

    def usr_i(self) -> msn.Message:
        return self.ask_once("USR", "MD5", "I", self.email)

    def challenge(self) -> str:
        self.ver()
        self.inf()
        got = self.usr_i()
        assert got.words[:1] + got.words[2:4] == ["USR", "MD5", "S"], got
        assert len(got.words) == 5
        return got.words[4]

    def prove(self, challenge: str, password: str) -> msn.Message:
        return self.ask_once("USR", "MD5", "S", proof(challenge, password))

    def accept(self, got: msn.Message) -> None:
        """USR OK, and the profile behind it."""
        tail = " 1" if self.dialect >= 6 else ""
        found = re.fullmatch(
            rf"USR {self.trid} OK {re.escape(self.email)} (\S+){tail}",
            got.line)
        assert found, got
        self.name = found.group(1)
        first = self.read()
        assert first.words[:3] == ["MSG", "Hotmail", "Hotmail"], first
        text = first.payload.decode()
        assert text.endswith("\r\n\r\n")
        for line in text.split("\r\n"):
            key, colon, value = line.partition(": ")
            if colon:
                self.profile[key] = value
        assert ("EmailEnabled" in self.profile) == (self.dialect >= 3)

    # -- lists
    def sync(self) -> list[msn.Message]:
        t = self.ask("SYN", "0")
        got = self.everything()
        assert got[0].words[:2] == ["SYN", str(t)], got
        self.serial = int(got[0].words[2])
        serial = got[0].words[2]
        counted: dict[str, list[tuple[int, int]]] = {}
        for m in got[1:]:
            if m.verb == "BPR":
                assert m.words[1] == serial and self.dialect >= 5, m
                continue
            assert m.words[1] == str(t), m
            if m.verb == "LST":
                kind, at = m.words[2], 4
            elif m.verb == "LSG":
                kind, at = "LSG", 3
            else:
                assert m.words[2] == serial and len(m.words) >= 4, m
                continue
            assert m.words[at - 1] == serial, m
            counted.setdefault(kind, []).append(
                (int(m.words[at]), int(m.words[at + 1])))
        for kind, numbers in counted.items():
            n = numbers[0][1]
            assert numbers == ([(i + 1, n) for i in range(n)]
                               or [(0, 0)]), (kind, got)
        assert [k for k in counted if k != "LSG"] == list(LISTS), got
        assert ("LSG" in counted) == (self.dialect >= 7)
        assert got[-1].words[:3] == ["LST", str(t), "RL"], got
        return got

    def add(self, where: str, who: str) -> msn.Message:
        words = [where, who, who]
        if where == "FL" and self.dialect >= 7:
            words.append("0")
        got = self.ask_once("ADD", *words)
        assert got.words[:3] == ["ADD", str(self.trid), where], got
        assert got.words[4:] == words[1:], got
        self.bump(got, 3)
        return got

    # -- presence
    def look(self, state: str, obj: str = "0") -> list[str]:
        return [state]

    def sees(self, other: msn.Person, state: str, head: str = "NLN") -> str:
        return " ".join([head, state, re.escape(other.email),
                         re.escape(other.name)])


def sign_in(server: harness.Server, email: str, dialect: int,
            password: str | None = None) -> Classic:
    """The whole way: dispatch, notification server."""
    if password is None:
        password = app_password(server, email)
    person = Classic(server, email, dialect)
    person.ver()
    person.inf()
    got = person.usr_i()
    if got.verb == "XFR":
        there, _, port = got.words[3].rpartition(":")
        assert got.words[4] == "0"
        assert len(got.words) == (6 if dialect >= 7 else 5), got
        person.expect_closed()
        person = Classic(server, email, dialect, there, int(port))
        person.ver()
        person.inf()
        got = person.usr_i()
    assert got.words[2:4] == ["MD5", "S"], got
    person.accept(person.prove(got.words[4], password))
    return person
