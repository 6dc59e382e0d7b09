# SPDX-License-Identifier: MIT
"""What somebody can change: each function changes the state as the server
should, and returns the command that asks for it, or None when there is
nothing of the kind to do."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from books import AL, BL, FL, PHONES, Contact, State

if TYPE_CHECKING:
    from torture import Busy

GROUPS_MAX = 5


class Deed(NamedTuple):
    verb: str
    words: list[str]
    group: int | None = None    # whose word the answer tells
    friend: str | None = None   # whose GUID it tells


def pick(busy: Busy, state: State,
         wanted: Callable[[str, Contact], object]) -> str | None:
    """Somebody whose entry is as wanted."""
    who = [p for p in busy.world.everybody if p != busy.email
           and wanted(p, state.of(p))]
    return busy.random.choice(who) if who else None


def known_groups(busy: Busy, state: State) -> list[int]:
    return [g for g in state.groups if g in busy.group_words]


def put(state: State, who: str, **changes: object) -> None:
    state.contacts[who] = dataclasses.replace(
        state.of(who), **changes)  # type: ignore[arg-type]


def add_friend(busy: Busy, state: State) -> Deed | None:
    who = pick(busy, state, lambda p, c: not c.lists & FL)
    if who is None:
        return None
    name = busy.world.word("c")
    group = busy.random.choice([None, *known_groups(busy, state)])
    put(state, who, lists=state.of(who).lists | FL, name=name,
        groups=frozenset() if group is None else frozenset([group]))
    busy.guids.pop(who, None)
    if busy.old:
        word = "0" if group is None else busy.group_words[group]
        return Deed("ADD", ["FL", who, name, word], friend=who)
    words = ["FL", f"N={who}", f"F={name}"]
    if group is not None:
        words.append(busy.group_words[group])
    return Deed("ADC", words, friend=who)


def remove_friend(busy: Busy, state: State) -> Deed | None:
    who = pick(busy, state, lambda p, c: c.lists & FL
               and (busy.old or p in busy.guids))
    if who is None:
        return None
    word = who if busy.old else busy.guids.pop(who)
    put(state, who, lists=state.of(who).lists & ~FL, name="",
        groups=frozenset())
    return Deed("REM", ["FL", word])


def into_group(busy: Busy, state: State) -> Deed | None:
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
        return Deed("ADD", ["FL", who, who, busy.group_words[group]])
    return Deed("ADC", ["FL", f"C={busy.guids[who]}",
                        busy.group_words[group]])


def out_of_group(busy: Busy, state: State) -> Deed | None:
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
    return Deed("REM", ["FL", who if busy.old else busy.guids[who],
                        busy.group_words[group]])


def decide(busy: Busy, state: State) -> Deed | None:
    """Allow or block somebody, or forget that."""
    who = pick(busy, state, lambda p, c: True)
    assert who is not None
    lists = state.of(who).lists
    if lists & (AL | BL):
        put(state, who, lists=lists & ~(AL | BL))
        return Deed("REM", ["AL" if lists & AL else "BL", who])
    bit, word = busy.random.choice(((AL, "AL"), (BL, "BL")))
    put(state, who, lists=lists | bit)
    if busy.old:
        return Deed("ADD", [word, who, who])
    return Deed("ADC", [word, f"N={who}"])


def rename_friend(busy: Busy, state: State) -> Deed | None:
    who = pick(busy, state, lambda p, c: c.lists & FL
               and (busy.old or p in busy.guids))
    if who is None:
        return None
    name = busy.world.word("c")
    put(state, who, name=name)
    if busy.old:
        return Deed("REA", [who, name])
    return Deed("SBP", [busy.guids[who], "MFN", name])


def rename_self(busy: Busy, state: State) -> Deed | None:
    state.name = busy.world.word("n")
    if busy.old:
        return Deed("REA", [busy.email, state.name])
    return Deed("PRP", ["MFN", state.name])


def make_group(busy: Busy, state: State) -> Deed | None:
    if len(state.groups) >= GROUPS_MAX:
        return None
    label = busy.world.number()
    state.groups[label] = busy.world.word("g")
    words = [state.groups[label]] + (["0"] if busy.old else [])
    return Deed("ADG", words, group=label)


def rename_group(busy: Busy, state: State) -> Deed | None:
    groups = known_groups(busy, state)
    if not groups:
        return None
    group = busy.random.choice(groups)
    state.groups[group] = busy.world.word("g")
    words = [busy.group_words[group], state.groups[group]]
    return Deed("REG", words + (["0"] if busy.old else []))


def remove_group(busy: Busy, state: State) -> Deed | None:
    groups = known_groups(busy, state)
    if len(groups) < 3:
        return None
    group = busy.random.choice(groups)
    word = busy.group_words.pop(group)
    del state.groups[group]
    for who, c in list(state.contacts.items()):
        put(state, who, groups=c.groups - {group})
    return Deed("RMG", [word])


def switch(busy: Busy, state: State) -> Deed | None:
    key, a, b = busy.random.choice((("GTC", "A", "N"), ("BLP", "AL", "BL")))
    state.flags[key] = b if state.flags[key] == a else a
    return Deed(key, [state.flags[key]])


def telephone(busy: Busy, state: State) -> Deed | None:
    key = busy.random.choice(PHONES)
    state.flags[key] = busy.world.word("55")
    return Deed("PRP", [key, state.flags[key]])


KINDS = (add_friend, add_friend, remove_friend, into_group, into_group,
         out_of_group, decide, decide, rename_friend, rename_self,
         rename_self, make_group, rename_group, remove_group, switch,
         telephone)
