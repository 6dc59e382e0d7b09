# SPDX-License-Identifier: MIT
"""Each version of Microsoft's chat control (tests/e2e/test_chat_controls.py)
from the page to the talk of two, as rows of the table; and each fault of
field-runs 3 put back."""

from __future__ import annotations

import re

import pytest

import chat
import harness
import msn
import mutants_controls as faults
import scenario
import test_chat_controls as controls

VERSIONS = {v.name: v for v in controls.VERSIONS}
# field-runs 3.3
CLSIDS = {
    "4.5": "F58E1CEF-A068-4c15-BA5E-587CAF3EE8C6",
    "4.2": "7a32634b-029c-4836-a023-528983982a49",
    "4.1": "29c13b62-b9f7-4cd3-8cef-0a58a1a99441",
    "4.0": "e87a6788-1d0f-4444-8898-1d25829b6755",
    "3.0": "81361155-FAF9-11d3-B0D3-00C04F612FF1"}
SAID = b"\x01S \x0b\x01Palatino\\bLinotype;0 caf\xc3\xa9 \xe2\x98\x83\x01"


class Walk:
    """Two controls of one version; the outcome of each step."""

    def __init__(self, server: harness.Server, name: str) -> None:
        self.server, self.version = server, VERSIONS[name]
        self.outcomes = dict.fromkeys(scenario.STEPS, "-")

    def all(self) -> None:
        for act in (self.page, self.pages, self.directory, self.room,
                    self.find, self.talk, self.whisper, self.topic,
                    self.leave):
            name = act.__name__
            self.outcomes[name] = "failed"
            act()
            self.outcomes[name] = "ok"
        self.one.line.close()

    def page(self) -> None:
        self.one = controls.Control(self.server, self.version, "one", "zoo")
        ids = re.findall(r'CLASSID="CLSID:([^"]*)"', self.one.text)
        assert [i.lower() for i in ids] == [
            CLSIDS[self.version.name].lower()], ids

    def pages(self) -> None:
        """The pages that it opens by itself."""
        for way in ("/create.msnw?rhx=" + b"%#new".hex(),
                    "/default.msnw", "/subscribe.msnw"):
            reply = None
            while reply is None or reply.status == 302:
                reply = msn.fetch(self.server, f"GET {way} HTTP/1.1\r\n"
                                  "Host: chat.msn.com\r\n\r\n".encode(),
                                  None)
                way = reply.get("Location") or way
            assert reply.status == 200, (way, reply.status)

    def directory(self) -> None:
        self.where = self.one.create()

    def room(self) -> None:
        self.one.enter(self.where, "88")

    def find(self) -> None:
        self.two = controls.Control(self.server, self.version, "two", "zoo")
        self.two.enter(self.two.find(f"FINDS {self.two.word}"), "",
                       owner=False)

    def talk(self) -> None:
        for a, b in ((self.one, self.two), (self.two, self.one)):
            a.line.say(f"PRIVMSG {a.word} :".encode() + SAID)
            got = b.line.read()
            while b" PRIVMSG " not in got:
                got = b.line.read()
            assert got.endswith(b":" + SAID), got

    def whisper(self) -> None:
        self.one.line.say(f"WHISPER {self.one.word} >two :psst")
        got = self.two.line.read()
        assert b" WHISPER " in got and got.endswith(b":psst"), got

    def topic(self) -> None:
        """Shown once."""
        self.one.line.say(f"PROP {self.one.word} TOPIC :%Tea")
        self.one.line.say(f"PRIVMSG {self.one.word} :after")
        lines = [self.two.line.read()]
        while not lines[-1].endswith(b":after"):
            lines.append(self.two.line.read())
        told = b"\n".join(lines).count(b"Tea")
        assert told == 1, lines

    def leave(self) -> None:
        self.two.line.close()       # without a word
        got = self.one.line.read()
        while b">two!" not in got:
            got = self.one.line.read()
        assert b" QUIT" in got or b" PART" in got, got


def settings() -> dict[str, str]:
    return {"chat.port": str(harness.free_ports(1)[0]), "chat.plain": "on",
            "chat.lines": "0"}


@pytest.mark.parametrize("name", VERSIONS)
def test_a_control_makes_a_room_and_two_of_them_talk(make_world, record,
                                                     name):
    """programs-2 §16 rules 1-10, 12-13; field-runs 3.1, field-runs 3.2,
    field-runs 3.3, field-runs 3.4, field-runs 3.5."""
    walk = Walk(make_world(**settings()).server, name)
    record(program=f"MSN Chat Control {name}", dialect=99, partner="itself",
           first=True, outcomes=walk.outcomes, member=f"control-{name}")
    walk.all()


@pytest.mark.long
@pytest.mark.parametrize(("fault", "name"), [
    pytest.param(f, name, id=f"{f.source} {f.what}-{name}")
    for f in faults.FAULTS for name in f.versions])
def test_a_control_fails_when_the_fault_is_back(make_world, monkeypatch,
                                                fault, name):
    fetch, read = msn.fetch, chat.Client.read

    def changed_page(*words, **how):
        reply = fetch(*words, **how)
        body = faults.change(fault, reply.body)
        return reply._replace(body=body) if hasattr(reply, "_replace") \
            else setattr(reply, "body", body) or reply

    def changed_line(line):
        got = read(line)
        new, _, rest = faults.change(fault, got).partition(b"\r\n")
        if rest:
            line.buffer = rest + b"\r\n" + line.buffer
        return new

    if fault.where == "page":
        monkeypatch.setattr(msn, "fetch", changed_page)
    else:
        monkeypatch.setattr(chat.Client, "read", changed_line)
    walk = Walk(make_world(**settings()).server, name)
    with pytest.raises((AssertionError, OSError, EOFError)):
        walk.all()
