# SPDX-License-Identifier: MIT
"""Programs that prove what they are when they are asked."""

from __future__ import annotations

import pytest

import members

AMY = "amy@example.com"


@pytest.mark.long
@pytest.mark.parametrize("name", [
    name for name, kind in members.TABLE.items()
    if getattr(kind, "PRODUCT", None)])
def test_a_program_proves_itself_with_its_own_key(make_world, name):
    """programs-1 §1 rule 18, §2, §3; programs-2 §4 rule 8, §7."""
    kind = members.TABLE[name]
    world = make_world(**({"ns.challenge": "on"} | kind.SETTINGS))
    if kind.NEEDS_FRIEND:
        members.befriend(world, AMY, "eve@example.com")
    one = members.make(kind, world, AMY)
    one.sign_in()
    world.until(lambda: one.proved, one, "QRY's answer")
    world.server.wait_stat("ns.chl-right", 1)
    world.quiet()
    assert one.online and not one.lost and not one.shown
