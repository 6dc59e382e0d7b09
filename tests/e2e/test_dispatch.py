# SPDX-License-Identifier: MIT
"""Referrals, and the addresses clients are told."""

from __future__ import annotations

import pytest

import msn

AMY, BOB = "amy@example.com", "bob@example.com"


def first_answer(server, email: str, dialect: int = 9,
                 host: str | None = None) -> msn.Message:
    person = msn.Person(server, email, dialect, host)
    person.ver()
    person.cvr()
    got = person.usr_i()
    if got.verb == "XFR":
        person.expect_closed()
    person.hang_up()
    return got


@pytest.mark.covers("ns-classic 15 #30", "field-notes 15")
@pytest.mark.parametrize("dialect", msn.DIALECTS)
def test_each_sign_in_is_referred_once(make_server, dialect):
    """field-runs 2.7: programs that insist on it come again and again."""
    server = make_server(**{"ns.dispatch": "on"})
    here = f"127.0.0.1:{server.ns_port}"
    for who in (AMY, BOB):
        for _ in range(2):
            got = first_answer(server, who, dialect)
            assert got.line == f"XFR 3 NS {here} 0 {here}"
            got = first_answer(server, who, dialect)
            assert got.words[2:4] == ["TWN", "S"]
    server.wait_stat("close.referred", 4)


@pytest.mark.covers("ns-classic 15 #30")
def test_a_server_that_does_not_dispatch_refers_nobody(server):
    assert first_answer(server, AMY).words[2:4] == ["TWN", "S"]


@pytest.mark.covers("ns-classic 15 #30")
def test_the_whole_way_through_the_dispatch_server(make_server):
    server = make_server(**{"ns.dispatch": "on"})
    for dialect in msn.DIALECTS:
        person = msn.sign_in(server, AMY, dialect=dialect)
        person.online()
        person.hang_up()


@pytest.mark.covers("sb 9")
def test_each_client_is_told_the_address_it_reached(make_server):
    server = make_server(**{"ns.dispatch": "on", "listen.address": "*"})
    got = first_answer(server, AMY, host="127.0.0.2")
    here = f"127.0.0.2:{server.ns_port}"
    assert got.line == f"XFR 3 NS {here} 0 {here}"

    amy = msn.sign_in(server, AMY, dialect=9, host="127.0.0.2")
    bob = msn.sign_in(server, BOB, dialect=9, host="127.0.0.1")
    amy.online()
    bob.online()
    host, port, cookie = amy.xfr()
    assert (host, port) == ("127.0.0.2", server.ns_port)
    board = msn.Board(amy, host, port)
    t = board.ask("USR", AMY, cookie)
    board.expect(f"USR {t} OK {AMY} {amy.name}")
    board.ask("CAL", BOB)
    board.expect_re(r"CAL \d+ RINGING \d+")
    _, host, port, _ = bob.rung(amy)
    assert (host, port) == ("127.0.0.1", server.ns_port)


@pytest.mark.covers("sb 9")
def test_a_public_address_is_told_to_everybody(make_server):
    server = make_server(**{"ns.dispatch": "on",
                            "public.address": "im.example.org"})
    there = f"im.example.org:{server.ns_port}"
    got = first_answer(server, AMY)
    assert got.words[:4] == ["XFR", "3", "NS", there]
    amy = msn.sign_in(server, AMY, dialect=9)
    amy.online()
    host, port, _ = amy.xfr()
    assert (host, port) == ("im.example.org", server.ns_port)


def test_a_host_that_programs_have_no_room_for_is_told_as_its_address(
        make_server):
    """programs-1 9: Miranda has 79 characters for host and port."""
    long = "a-name-of-" + "x" * 53 + ".example.org"
    server = make_server(**{"ns.dispatch": "on", "public.address": long})
    here = f"127.0.0.1:{server.ns_port}"
    assert first_answer(server, AMY, 12).line == f"XFR 3 NS {here} 0 {here}"
    server = make_server(**{"ns.dispatch": "on", "public.address": long[4:]})
    here = f"{long[4:]}:{server.ns_port}"
    assert first_answer(server, AMY, 12).line == f"XFR 3 NS {here} 0 {here}"
