# SPDX-License-Identifier: MIT
"""Programs of the zoo among themselves: what one writes, the other reads."""

from __future__ import annotations

import pytest

import members
import scenario

AMY, BOB = "amy@example.com", "bob@example.com"

# Those that need no dispatch server, one of each kind.
FEW = [name for name in (
    "bitlbee-1.2.8", "libpurple-2.4.3", "msn-pecan", "jml-12", "kwerty",
    "gtmess-0.98", "msnp11-sdk") if name in members.TABLE]


@pytest.mark.long
@pytest.mark.parametrize("second", FEW)
@pytest.mark.parametrize("first", FEW)
def test_two_programs_do_the_eight_steps(make_world, first, second):
    world = make_world()
    a = members.make(members.TABLE[first], world, AMY)
    b = members.make(members.TABLE[second], world, BOB)
    run = scenario.Run(world, a, b)
    if not run.eight():
        pytest.fail("\n".join([f"-- {a.NAME}", *a.journal[-12:],
                               f"-- {b.NAME}", *b.journal[-12:],
                               str(run.outcomes)]), pytrace=False)
