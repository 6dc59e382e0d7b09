# SPDX-License-Identifier: MIT
"""The partners get on with each other, so what breaks elsewhere is not
theirs."""

from __future__ import annotations

import pytest

import harness
import partners
import scenario

AMY, BOB = "amy@example.com", "bob@example.com"


@pytest.mark.parametrize("second", partners.TABLE)
@pytest.mark.parametrize("first", partners.TABLE)
@pytest.mark.long
def test_the_partners_do_everything_with_each_other(make_world, first,
                                                    second):
    world = make_world()
    a = partners.TABLE[first](world, AMY, harness.PEOPLE[AMY])
    b = partners.TABLE[second](world, BOB, harness.PEOPLE[BOB])
    run = scenario.Run(world, a, b)
    good = run.eight() and run.extras()
    assert good, "\n".join([str(run.outcomes), *a.journal[-20:], "--",
                            *b.journal[-20:]])
