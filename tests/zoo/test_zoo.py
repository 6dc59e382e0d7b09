# SPDX-License-Identifier: MIT
"""Every program of the zoo meets every partner, both ways."""

from __future__ import annotations

import pytest

import harness
import members
import partners
import scenario

AMY, BOB = "amy@example.com", "bob@example.com"


def cases() -> list[object]:
    """The short choice: each program begins with one partner."""
    found = []
    for name, kind in members.TABLE.items():
        usual = members.usual_partner(kind)
        for partner in partners.TABLE:
            for first in (True, False):
                short = partner == usual and first
                found.append(pytest.param(
                    name, partner, first,
                    id=f"{name}-{'to' if first else 'from'}-{partner}",
                    marks=() if short else pytest.mark.long))
    return found


@pytest.mark.parametrize(("name", "partner", "first"), cases())
def test_a_program_does_all_it_can_with_a_partner(
        make_world, record, name, partner, first):
    kind, other = members.TABLE[name], partners.TABLE[partner]
    world = make_world(**(other.SETTINGS | kind.SETTINGS))
    members.prepare(world, kind, AMY, BOB)
    one = members.make(kind, world, AMY)
    two = other(world, BOB, harness.PEOPLE[BOB])
    a, b = (one, two) if first else (two, one)
    run = scenario.Run(world, a, b)
    good = run.eight() and run.extras()
    shown = {step: what for step, what in run.outcomes.items()
             if step not in scenario.EXTRAS or step in kind.CAN}
    record(program=one.NAME, dialect=one.DIALECT, partner=partner,
           first=first, member=name, outcomes=shown)
    if not good:
        pytest.fail("\n".join(
            [f"-- {one.NAME}", *one.journal[-25:],
             f"-- {two.NAME}", *two.journal[-12:], "-- steps",
             *(f"{k}: {v}" for k, v in run.outcomes.items())]),
            pytrace=False)
