# SPDX-License-Identifier: MIT
"""Each version of Microsoft's chat control (tests/e2e/test_chat_controls.py),
as rows of the table."""

from __future__ import annotations

import pytest

import harness
import test_chat_controls as controls

VERSIONS = controls.VERSIONS


@pytest.mark.parametrize("version", VERSIONS, ids=lambda v: v.name)
def test_a_control_makes_a_room_and_two_of_them_talk(make_world, record,
                                                     version):
    """programs-2 §16 rules 1-10, 12; field-runs 3.1, 3.2, 3.3, 3.5."""
    world = make_world(**{"chat.port": str(harness.free_ports(1)[0]),
                          "chat.plain": "on", "chat.lines": "0"})
    outcomes: dict[str, str] = {}
    record(program=f"MSN Chat Control {version.name}", dialect=99,
           partner="itself", first=True, outcomes=outcomes,
           member=f"control-{version.name}")

    def step(name, act):
        outcomes[name] = "failed"
        found = act()
        outcomes[name] = "ok"
        return found

    server = world.server
    one = step("page", lambda: controls.Control(server, version, "one",
                                                "zoo"))
    where = step("directory", one.create)
    step("room", lambda: one.enter(where, "88"))
    two = controls.Control(server, version, "two", "zoo")
    step("find", lambda: two.enter(two.find(f"FINDS {two.word}"), ""))
    said = b"\x01S \x0b\x01Palatino\\bLinotype;0 caf\xc3\xa9 \xe2\x98\x83\x01"

    def talk():
        for a, b in ((one, two), (two, one)):
            a.line.say(f"PRIVMSG {a.word} :".encode() + said)
            got = b.line.read()
            while b" PRIVMSG " not in got:
                got = b.line.read()
            assert got.endswith(b":" + said), got

    def whisper():
        one.line.say(f"WHISPER {one.word} >two :psst")
        got = two.line.read()
        assert b" WHISPER " in got and got.endswith(b":psst"), got

    def leave():
        two.line.close()        # without a word
        got = one.line.read()
        while b">two!" not in got:
            got = one.line.read()
        assert b" QUIT" in got or b" PART" in got, got

    step("talk", talk)
    step("whisper", whisper)
    step("leave", leave)
    one.line.close()
