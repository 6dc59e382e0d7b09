# SPDX-License-Identifier: MIT
"""What programs show when they are not let in."""

from __future__ import annotations

import pytest

import members

AMY = "amy@example.com"


@pytest.mark.long
@pytest.mark.parametrize("name", members.TABLE)
def test_a_wrong_password_is_shown_as_one(make_world, name):
    """Not a hang, and no other fault."""
    kind = members.TABLE[name]
    world = make_world(**kind.SETTINGS)
    one = members.make(kind, world, AMY)
    one.password = "not the right one"
    one.start()
    world.until(lambda: one.refused, one, "being told of a wrong password")
    assert not one.online


@pytest.mark.parametrize("password", ["a%41b,c&d", "ab,cd=ef", "x=%2Cy z"])
@pytest.mark.parametrize("name", ["jmsn", "kwerty", "msnp11-sdk"])
@pytest.mark.long
def test_a_raw_password_ends_where_the_challenge_begins(make_world, name,
                                                        password):
    """programs-2 §17: they write it as it is."""
    kind = members.TABLE[name]
    world = make_world(**kind.SETTINGS)
    world.server.ctl("user", "passwd", AMY, "--password", password)
    one = members.make(kind, world, AMY)
    one.password = password
    one.sign_in()
