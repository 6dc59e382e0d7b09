# SPDX-License-Identifier: MIT
"""The books kept on accounts: what each of them did, and what was said about
it to anybody."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import msn

FL, AL, BL, RL, PL = 1, 2, 4, 8, 16
PHONES = ("PHH", "PHW", "PHM")


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
                  fits: Callable[[State], bool]) -> None:
        """The first state from the last shown one on that looks so."""
        at = self.shown.get((watcher, stream), 0)
        for i in range(at, len(self.states)):
            if fits(self.states[i]):
                self.shown[watcher, stream] = i
                return
        raise AssertionError(f"{watcher} was shown what never was: {what}")
