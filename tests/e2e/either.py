# SPDX-License-Identifier: MIT
"""One way to say what somebody of any dialect does with the lists: the old
programs by ADD, ADC, REM and so on, those of the Live years by SOAP with ADL
and RML beside it."""

from __future__ import annotations

import dataclasses
import re
import urllib.parse

import classic
import live
import live_soap as soap
import msn
from live import AL, BL, FL, PL, RL


@dataclasses.dataclass(frozen=True)
class Entry:
    bits: int
    name: str                   # decoded; of the forward list
    groups: frozenset[str]      # by name


def decode(word: str) -> str:
    return urllib.parse.unquote(word)


# ---------------------------------------------------------------- reading

def classic_lists(a: msn.Person) -> tuple[dict[str, Entry], dict[str, str]]:
    """The same of MSNP2 to 7: a line for each list somebody is on."""
    groups: dict[str, str] = {}
    found: dict[str, Entry] = {}
    got = a.sync()
    for m in got:
        if m.verb == "LSG":
            groups[decode(m.words[6])] = m.words[5]
    labels = {key: name for name, key in groups.items() if key != "0"}
    for m in got:
        if m.verb != "LST" or m.words[4] == "0":
            continue
        email, name, *more = m.words[6:]
        was = found.get(email, Entry(0, "", frozenset()))
        inside = more[0].split(",") if more else []
        found[email] = Entry(
            was.bits | {"FL": FL, "AL": AL, "BL": BL, "RL": RL}[m.words[2]],
            decode(name), was.groups | {labels[k] for k in inside
                                        if k in labels})
    return found, {name: key for key, name in labels.items()}


def old_lists(a: msn.Person) -> tuple[dict[str, Entry], dict[str, str]]:
    """Everybody on a list, and the groups: name to what names it."""
    groups: dict[str, str] = {}
    labels: dict[str, str] = {}
    found = {}
    got = a.sync()
    for m in got:
        if m.verb == "LSG":
            key, name = (m.words[1], m.words[2]) if a.dialect < 10 \
                else (m.words[2], m.words[1])
            groups[decode(name)] = key
            labels[key] = decode(name)
    for m in got:
        if m.verb != "LST":
            continue
        if a.dialect < 10:
            email, name, bits, *more = m.words[1:]
        else:
            fields = {w[0]: w[2:] for w in m.words[1:] if w[1:2] == "="}
            plain = [w for w in m.words[1:] if w[1:2] != "="]
            email, name = fields["N"], fields.get("F", "")
            bits, more = plain[0], plain[1:]
            if a.dialect >= 12:
                assert more.pop(0) == "1", m
        keys = more[0].split(",") if more else []
        found[email] = Entry(int(bits), decode(name), frozenset(
            labels[k] for k in keys if k in labels and k != "0"))
    if a.dialect < 10:
        groups = {n: k for n, k in groups.items() if k != "0"}
    return found, groups


def web_lists(web: soap.Client, paged: bool = False
              ) -> tuple[dict[str, Entry], dict[str, str]]:
    book = web.find_paged() if paged else web.find_all()
    roles = web.roles()
    bits: dict[str, int] = {}
    for role, bit in (("Allow", AL), ("Block", BL), ("Reverse", RL),
                      ("Pending", PL)):
        for email in roles[role]:
            bits[email] = bits.get(email, 0) | bit
    for email in book.contacts:
        bits[email] = bits.get(email, 0) | FL
    found = {}
    for email, value in bits.items():
        c = book.contacts.get(email)
        found[email] = Entry(value, c.quick if c else "", frozenset(
            book.groups[g] for g in c.groups) if c else frozenset())
    return found, {name: guid for guid, name in book.groups.items()}


def lists(a: msn.Person) -> tuple[dict[str, Entry], dict[str, str]]:
    if isinstance(a, live.Live):
        return web_lists(a.soap, a.dialect >= 18)
    if isinstance(a, classic.Classic):
        return classic_lists(a)
    return old_lists(a)


def entry(a: msn.Person, b: msn.Person | str) -> Entry:
    email = b if isinstance(b, str) else b.email
    return lists(a)[0].get(email, Entry(0, "", frozenset()))


# ---------------------------------------------------------------- writing

def befriend(a: msn.Person, b: msn.Person) -> list[msn.Message]:
    """a puts b on the forward list; what came with that."""
    if isinstance(a, live.Live):
        a.ids[b.email] = a.soap.contact_add(b.email, allow=False)
        by_soap = a.looks(a.news(), b)
        got = a.told("ADL", (b.email, FL))
        # who was told by way of SOAP may be told again in answer to ADL
        assert len(by_soap) <= 1, by_soap
        return got if a.looks(got, b) else by_soap + got
    echo = a.add("FL", b.email)
    if a.dialect >= 10:
        a.__dict__.setdefault("ids", {})[b.email] = \
            echo.words[-1].removeprefix("C=")
    return [m for m in a.everything() if m.verb != "BPR"]


def key_of(a: msn.Person, b: msn.Person) -> str:
    if isinstance(a, live.Live) or a.dialect >= 10:
        return a.ids[b.email]  # type: ignore[attr-defined]
    return b.email


def unfriend(a: msn.Person, b: msn.Person) -> None:
    if isinstance(a, live.Live):
        a.soap.contact_delete(a.ids.pop(b.email))
        a.told("RML", (b.email, FL))
        return
    got = a.ask_once("REM", "FL", key_of(a, b))
    assert got.words[:3] == ["REM", str(a.trid), "FL"], got
    a.bump(got, 3)


def put(a: msn.Person, role: str, b: msn.Person) -> None:
    """Onto AL or BL."""
    if isinstance(a, live.Live):
        a.soap.add_member({"AL": "Allow", "BL": "Block"}[role], b.email)
        a.told("ADL", (b.email, {"AL": AL, "BL": BL}[role]))
        return
    a.add(role, b.email)


def take(a: msn.Person, role: str, b: msn.Person) -> None:
    if isinstance(a, live.Live):
        a.soap.delete_member({"AL": "Allow", "BL": "Block"}[role], b.email)
        a.told("RML", (b.email, {"AL": AL, "BL": BL}[role]))
        return
    a.remove(role, b.email)


def block(a: msn.Person, b: msn.Person) -> None:
    """b is on AL."""
    take(a, "AL", b)
    put(a, "BL", b)


def unblock(a: msn.Person, b: msn.Person) -> None:
    take(a, "BL", b)
    put(a, "AL", b)


def rename(a: msn.Person, text: str) -> None:
    """One's own name."""
    word = live.encode(text)
    if a.dialect < 10:
        got = a.ask_once("REA", a.email, word)
        assert got.words[:2] == ["REA", str(a.trid)], got
        a.bump(got, 2)
    else:
        t = a.ask("PRP", "MFN", word)
        _, got = a.until("PRP")
        assert got.line == f"PRP {t} MFN {word}"
    assert decode(got.words[-1]) == text
    a.name = got.words[-1]


def group_add(a: msn.Person, name: str) -> str:
    """What names the new group."""
    if isinstance(a, live.Live):
        return a.soap.group_add(name)
    word = live.encode(name)
    got = a.ask_once("ADG", word, *(["0"] if a.dialect < 10 else []))
    assert got.verb == "ADG", got
    if a.dialect < 10:
        a.bump(got, 2)
        return got.words[4]
    return got.words[-1]


def group_put(a: msn.Person, group: str, b: msn.Person) -> None:
    if isinstance(a, live.Live):
        a.soap.group_put(group, a.ids[b.email])
        return
    if a.dialect < 10:
        got = a.ask_once("ADD", "FL", b.email, b.email, group)
        a.bump(got, 3)
    else:
        got = a.ask_once("ADC", "FL", f"C={key_of(a, b)}", group)
    assert got.verb in ("ADD", "ADC"), got


def group_remove(a: msn.Person, group: str) -> None:
    if isinstance(a, live.Live):
        a.soap.group_delete(group)
        return
    got = a.ask_once("RMG", group)
    assert got.verb == "RMG", got
    a.bump(got, 2)


# ---------------------------------------------------------------- news

def told_of(got: list[msn.Message], watcher: msn.Person, who: msn.Person,
            added: bool = True) -> bool:
    """Whether the watcher hears that who has put him on a list, or taken
    him from it."""
    local, _, domain = who.email.partition("@")
    for m in got:
        if isinstance(watcher, live.Live):
            if m.verb == ("ADL" if added else "RML") and m.words[1] == "0":
                text = m.payload.decode()
                assert re.match(rf'<ml><d n="{domain}"><c n="{local}" ',
                                text), text
                assert ' l="8"' in text and ' t="1"' in text
                if added:
                    found = re.search(r' f="([^"]*)"', text)
                    assert found and decode(found.group(1)) == \
                        decode(who.name), text
                return True
        elif m.words[:3] == [{True: "ADD", False: "REM"}[added]
                             if watcher.dialect < 10 or not added
                             else "ADC", "0", "RL"]:
            assert m.words[-1] == (
                who.email if not added or watcher.dialect >= 10
                else who.name) or who.email in m.line, m
            return True
    return False


def part(a: msn.Person, b: msn.Person) -> None:
    """Each takes the other off the lists."""
    for one, other in ((a, b), (b, a)):
        absorb(one)
        if entry(one, other).bits & live.FL:
            unfriend(one, other)
            assert told_of(absorb(other), other, one, added=False)
        take(one, "AL", other)
        absorb(one)
        absorb(other)


def absorb(a: msn.Person) -> list[msn.Message]:
    """What has come, with the serial of old lists kept."""
    got = live.news(a)
    for m in got:
        if a.dialect < 10 and m.verb in ("ADD", "REM"):
            a.serial = max(a.serial, int(m.words[3]))
    return got
