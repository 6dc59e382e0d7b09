# SPDX-License-Identifier: MIT
"""What programs show when they are not let in."""

from __future__ import annotations

import re

import pytest

import members
from members.purple5 import Purple212Gateway
from tunnel import Tunnel
from world import Broke, Mutant

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


class Hasty(Tunnel):
    """The end of a session counts before the body (BitlBee 3.5.1)."""

    def recv_some(self) -> bytes | None:
        data = super().recv_some()
        return b"" if self.last and data else data


class Refused(Purple212Gateway):
    """Says a dialect that nobody knows."""

    OFFER = ("MSNP99", "CVR0")

    def connect(self, kind, where):
        self.ns = Hasty(self, kind, where, self.NS)
        return self.ns

    def ns_VER(self, conn, got):
        self.need(got.words == ["1", "0"], "VER", got)
        self.refused = "no dialect"


class AtOnce(Mutant):
    """The refusal comes with the end of the session."""

    def answer(self, host, data):
        if b"VER 1 0" not in data:
            return data
        return re.sub(rb"(X-MSN-Messenger: )[^\r]*", rb"\1Session=close", data)


@pytest.mark.long
@pytest.mark.parametrize("mutant", [False, True])
def test_a_refusal_by_the_gateway_is_read_before_its_end(make_world, mutant):
    """field-runs 2.14."""
    world = make_world()
    if mutant:
        world.patience = 3.0
        world.mutants[Refused.NAME] = AtOnce()
    one = Refused(world, AMY, "any")
    one.start()
    if not mutant:
        world.until(lambda: one.refused, one, "a refusal")
        return
    with pytest.raises(Broke):
        world.until(lambda: one.refused, one, "a refusal")
