# SPDX-License-Identifier: MIT
"""What works over TCP works through the HTTP gateway: plays of the other
files, with one or both of two people behind a proxy."""

from __future__ import annotations

import pytest

import classic
import live
import msn
import test_25_pairs
import test_classic_pairs
import test_live_pairs
import test_plays

AMY, BOB, CID = "amy@example.com", "bob@example.com", "cid@example.com"
BOTH, ONE = {AMY, BOB, CID}, {AMY}

PLAYS = [
    test_plays.test_two_people_meet_and_see_each_other_come_and_go,
    test_plays.test_two_people_talk,
    test_plays.test_ten_kilobytes_of_picture_arrive_byte_for_byte,
    test_plays.test_a_third_person_joins_and_leaves,
    test_plays.test_who_may_not_be_rung_and_what_does_not_open_a_door,
    test_plays.test_a_second_sign_in_replaces_the_first_and_nobody_notices,
    test_plays.test_personal_messages_and_pictures_reach_those_who_know_them,
    test_plays.test_the_blocked_see_nobody,
]


@pytest.mark.covers("soap 11 #116", "sb 14 #60", "sb 14 #63")
@pytest.mark.parametrize("relayed", (BOTH, ONE), ids=("all", "one"))
@pytest.mark.parametrize("play", PLAYS, ids=lambda p: p.__name__[5:])
def test_through_the_gateway(server, play, relayed):
    server.relayed = relayed
    play(server)


@pytest.mark.covers("soap 11 #116")
@pytest.mark.parametrize("dialect", classic.DIALECTS + live.EVERY)
def test_every_dialect_through_the_gateway_and_beside_it(server, dialect):
    server.relayed = ONE
    if dialect in classic.DIALECTS:
        test_classic_pairs.add_see_block_and_talk(server, dialect, dialect)
    elif dialect in msn.DIALECTS:
        test_25_pairs.test_these_two_add_see_and_talk_to_each_other(
            server, dialect, dialect)
    else:
        test_live_pairs.add_block_rename_sort_and_talk(
            server, dialect, dialect)
    assert server.stat("gateway.requests") > 10
