# SPDX-License-Identifier: MIT
"""Each fault that was mended is seen when it is put back."""

from __future__ import annotations

import pytest

import members
import mutants
import partners

CASES = [pytest.param(row, name, id=f"{row.source} {row.what}-{name}")
         for row in mutants.TABLE for name in row.victims
         if name in members.TABLE]


@pytest.mark.long
@pytest.mark.parametrize(("row", "name"), CASES)
def test_a_program_fails_when_the_fault_is_back(make_world, row, name):
    kind = members.TABLE[name]
    other = partners.TABLE[members.usual_partner(kind)]
    world = make_world(**(other.SETTINGS | kind.SETTINGS))
    assert mutants.meet(world, name, row), f"{name} saw nothing"


def test_each_fault_has_somebody_who_sees_it():
    for row in mutants.TABLE:
        assert set(row.victims) & set(members.TABLE), row.what
