# SPDX-License-Identifier: MIT
"""Many strangers who say nothing shut no door: they come from sixteen IPv4
addresses and one IPv6 /48, as a proxy tells, and hold what they get."""

from __future__ import annotations

import socket

import pytest

import gateway
import harness
import msn
import proxied

AMY = "amy@example.com"
PROXY = "127.0.0.2"
CEILING = 100


@pytest.fixture
def server(make_server):
    return make_server(**{"listen.proxy": PROXY, "chat.plain": "on",
                          "limit.sign-ins": str(CEILING),
                          "chat.port": str(harness.free_ports(1)[0])})


def attackers(count: int) -> list[str]:
    """A third by IPv6, each in another /56 of the /48."""
    return [f"2001:db8:66:{n % 256:x}00::{n + 1:x}" if n % 3 == 0
            else f"198.51.{n % 16}.66" for n in range(count)]


def hold(port: int, count: int, words: bytes = b"") -> list[socket.socket]:
    held = []
    for client in attackers(count):
        sock = proxied.dial(port, PROXY)
        reached = "2001:db8::1" if ":" in client else "127.0.0.1"
        sock.sendall(proxied.v1((client, 4660, reached, port)) + words)
        held.append(sock)
    return held


def good_one(server: harness.Server) -> None:
    """Amy comes from a network of her own, and signs in."""
    through = proxied.Through(server, "203.0.113.5", proxied.v1, PROXY)
    try:
        there = msn.Person(through, AMY, 12)
        there.enter(msn.ticket(through, AMY, harness.PEOPLE[AMY],
                               there.challenge()))
        there.hang_up()
    finally:
        through.close()


def test_silent_connections_to_1863_keep_nobody_out(server):
    held = hold(server.ns_port, 3 * CEILING)
    server.wait_stat("ns.connections", 3 * CEILING)
    good_one(server)
    assert server.stat("close.gave-way") > CEILING
    assert len(held) == 3 * CEILING


def test_opens_of_the_gateway_keep_nobody_out(server):
    opening = gateway.request(gateway_open())
    held = hold(server.http_port, 2 * CEILING, opening)
    # some did not come as far as that
    server.wait_stat("gateway.requests", CEILING + CEILING // 4)
    good_one(server)
    # and they are gone at once, not when their client would have polled
    assert server.stat("gateway.open") <= CEILING + 1
    assert held


def gateway_open() -> str:
    return "Action=open&Server=NS&IP=messenger.hotmail.com"


@pytest.mark.parametrize("door", ["http", "https", "chat"])
def test_silent_connections_to_the_other_doors_keep_nobody_out(server, door):
    held = hold(int(server.settings[f"{door}.port"]), 3 * CEILING)
    server.wait_stat("close.gave-way", CEILING)
    good_one(server)
    assert held


def test_whoever_is_in_is_never_sent_away(server):
    amy = msn.Person(server, AMY, 12)  # from this machine
    amy.enter(msn.ticket(server, AMY, harness.PEOPLE[AMY], amy.challenge()))
    amy.online()
    held = hold(server.ns_port, 3 * CEILING)
    server.wait_stat("close.gave-way", CEILING)
    amy.expect_nothing()
    assert held


# ---- bodies ----

SOAP = "/abservice/abservice.asmx"


def post(server: harness.Server, body: bytes, path: str = SOAP,
         headers: str = "") -> int:
    request = (f"POST {path} HTTP/1.1\r\nHost: contacts.msn.com\r\n"
               f"Content-Type: text/xml\r\n{headers}"
               f"Content-Length: {len(body)}\r\n\r\n").encode() + body
    return msn.fetch(server, request, None).status


def test_a_stranger_sends_64_kib_and_who_has_a_ticket_more(make_server):
    server = make_server()
    ticket = msn.ticket(server, AMY, harness.PEOPLE[AMY],
                        msn.fresh_challenge(server))
    shown = f"<a><TicketToken>{ticket.replace('&', '&amp;')}</TicketToken>"
    long = 300 * 1024
    assert post(server, b"<a>".ljust(64 * 1024)) == 500
    assert post(server, b"<a>".ljust(64 * 1024 + 1)) == 413
    assert post(server, shown.encode().ljust(long)) == 500
    late = b"<a>".ljust(4096) + shown.encode()
    assert post(server, late.ljust(long)) == 413
    body = b"<a>".ljust(long)
    assert post(server, body, headers=f"Cookie: MSPSec={ticket}\r\n") == 500
    assert post(server, body, headers="Cookie: MSPSec=AQ" + "A" * 93
                + "\r\n") == 413


def test_the_longest_body_a_stranger_has_reason_to_send_passes():
    """What clients of every kind sent to the token services, and to web
    services: a stranger's is short, and a long one shows its ticket early
    (rst, soap, programs-1, programs-2)."""
    corpus = harness.ROOT / "tests" / "fuzz" / "corpus"
    longest = 0
    for kind in ("rst", "soap"):
        for path in (corpus / kind).iterdir():
            body = path.read_bytes()
            longest = max(longest, len(body))
            early = b"TicketToken" in body[:4096] or b"<t>" in body[:4096]
            assert len(body) <= 64 * 1024 or early, path
    assert 2000 < longest <= 64 * 1024
