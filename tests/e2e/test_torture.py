# SPDX-License-Identifier: MIT
"""What was acknowledged, or shown to anybody, survives whatever kills the
server, at any moment.  NUDGE_ROUNDS says how often, NUDGE_SEED where chance
begins."""

from __future__ import annotations

import os

import pytest

import harness
import torture

ROUNDS = int(os.environ.get("NUDGE_ROUNDS", "5"))
SEED = int(os.environ.get("NUDGE_SEED", "1"))

pytestmark = pytest.mark.timeout(60 + 3 * ROUNDS)


def survives(server: harness.Server, what: str, **how: bool) -> None:
    world = torture.torture(server, ROUNDS, SEED, **how)
    assert world.acked > ROUNDS
    assert world.shown > ROUNDS
    assert (world.restores > 0) == (how.get("restores", False) and ROUNDS > 3)
    print(f"{what}: {ROUNDS} rounds, {world.acked} changes acknowledged, "
          f"{world.shown} shown, {world.passwords} passwords changed, "
          f"{world.restores} restores, nothing lost")


def test_what_was_acknowledged_survives_kills_under_load(make_server):
    survives(make_server(start=False, **torture.SETTINGS),
             "kill -9 and restores", restores=True)


@pytest.mark.slow
def test_what_was_acknowledged_survives_power_cuts_under_load(make_volatile):
    survives(make_volatile(**torture.SETTINGS), "power cut")


@pytest.mark.slow
def test_it_does_when_the_disk_wrote_some_of_it_early(make_volatile):
    survives(make_volatile(**torture.SETTINGS), "torn power cut", early=True)


@pytest.mark.slow
def test_it_does_when_the_disk_was_full_before_the_cut(make_volatile):
    survives(make_volatile(**torture.SETTINGS), "full disk", fills=True)
