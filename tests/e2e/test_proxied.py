# SPDX-License-Identifier: MIT
"""Behind a proxy that tells whose connections it brings."""

from __future__ import annotations

import contextlib
import socket
import ssl
import time
from collections.abc import Iterator

import pytest

import harness
import msn
import proxied
from proxied import dial, v1, v2

AMY, BOB, CID = "amy@example.com", "bob@example.com", "cid@example.com"
PROXY = "127.0.0.2"
ENDS = ("192.0.2.7", 4660, "203.0.113.9", 1863)
V6_ENDS = ("2001:db8::7", 4660, "2001:db8::9", 1863)
DOORS = ("ns", "http", "https", "admin")
GET = b"GET /healthz HTTP/1.0\r\n\r\n"


@pytest.fixture
def server(make_server):
    """Every door is behind the proxy; 127.0.0.1 is none."""
    return make_server(**{"listen.proxy": PROXY,
                          "admin.port": str(harness.free_ports(1)[0])})


def port_of(server: harness.Server, door: str) -> int:
    return int(server.settings[f"{door}.port"])


def ask(server: harness.Server, sock: socket.socket, door: str) -> bytes:
    """What the door says to the first words of a client."""
    if door in ("https", "admin"):
        sock = msn.tls_context(server).wrap_socket(
            sock, server_hostname="localhost")
    sock.sendall(b"VER 1 MSNP8 CVR0\r\n" if door == "ns" else GET)
    with contextlib.suppress(ssl.SSLEOFError):
        return sock.recv(4096)
    return b""


def expect_answer(server: harness.Server, sock: socket.socket, door: str
                  ) -> None:
    got = ask(server, sock, door)
    want = b"VER 1 MSNP8 CVR0\r\n" if door == "ns" else b"HTTP/1."
    assert got.startswith(want), (door, got)
    sock.close()


@contextlib.contextmanager
def counted(server: harness.Server, reason: str, times: int = 1
            ) -> Iterator[None]:
    before = server.stat(f"close.{reason}")
    yield
    server.wait_stat(f"close.{reason}", before + times)
    assert server.stat(f"close.{reason}") == before + times


@pytest.mark.parametrize("header", [v1, v2])
def test_two_people_behind_a_proxy_talk(server, header):
    with contextlib.ExitStack() as stack:
        people = []
        for who, client in ((AMY, "192.0.2.7"), (BOB, "2001:db8::7")):
            way = proxied.Through(server, client, header)
            stack.callback(way.close)
            person = msn.sign_in(way, who, dialect=9)
            assert person.profile["ClientIP"] == client
            person.online()
            people.append(person)
        amy, bob = people
        online = server.ctl("online").stdout
        assert f"{AMY}\tMSNP9\t192.0.2.7:4660\t" in online
        assert f"{BOB}\tMSNP9\t[2001:db8::7]:4660\t" in online
        host, port, _ = amy.xfr()
        assert (host, port) == amy.address
        bob_port = bob.address[1]
        here = amy.open_board()
        here.ask("CAL", BOB)
        number = here.expect_re(r"CAL \d+ RINGING (\d+)").group(1)
        _, host, port, cookie = bob.rung(amy)
        # the other end of the header: what this client reached
        assert (host, port) == ("2001:db8::1", bob_port)
        there = msn.Board(bob, "127.0.0.1", bob_port)
        there.ask("ANS", BOB, cookie, number)
        there.expect_roster([amy])
        here.expect_joined(bob)
        here.tell("N", msn.text("hello"))
        there.expect_told(amy, msn.text("hello"))
        for person in people:
            person.hang_up()
        server.wait_log(f"peer=192.0.2.7:4660 account={AMY}")


def test_a_header_comes_in_any_pieces_at_every_door(server):
    for door in DOORS:
        port = port_of(server, door)
        # alone, with the hello behind it in one packet, byte by byte
        with dial(port, PROXY) as sock:
            sock.sendall(v2(ENDS, b"\x04\x00\x03abc"))
            expect_answer(server, sock, door)
        with dial(port, PROXY) as sock:
            for byte in v1(V6_ENDS):
                sock.sendall(bytes([byte]))
            expect_answer(server, sock, door)
        with dial(port, PROXY) as sock:
            header = v2(V6_ENDS)
            for byte in header[:-1]:
                sock.sendall(bytes([byte]))
            if door in ("https", "admin"):
                sock.sendall(header[-1:])
                expect_answer(server, sock, door)
                continue
            said = b"VER 1 MSNP8 CVR0\r\n" if door == "ns" else GET
            sock.sendall(header[-1:] + said)
            assert sock.recv(4096)[:4] in (b"VER ", b"HTTP")
        for alone in (proxied.LOCAL, proxied.UNKNOWN):
            with dial(port, PROXY) as sock:
                sock.sendall(alone)
                expect_answer(server, sock, door)


def test_without_its_header_a_proxy_is_refused_and_nobody_else_has_one(server):
    broken = (b"VER 1 MSNP8 CVR0\r\n", b"PROXY TCP4 1.2.3.4\r\n", b"\x16\x03",
              b"GET / HTTP/1.0\r\n\r\n",
              proxied.SIGNATURE + b"\x21\x11\x00\x01x")
    with counted(server, "proxy-header", len(DOORS) * len(broken)):
        for door in DOORS:
            for said in broken:
                with dial(port_of(server, door), PROXY) as sock:
                    sock.sendall(said)
                    with contextlib.suppress(ConnectionError):
                        assert sock.recv(100) == b""
    assert f"peer={PROXY}:" in server.log()
    assert "reason=proxy-header" in server.log()
    for door, reason in (("ns", None), ("http", None),
                         ("https", "tls-not-tls"), ("admin", "tls-not-tls")):
        before = server.stat(f"close.{reason}")
        for header in (v1, v2):
            with dial(port_of(server, door), "127.0.0.1") as sock:
                sock.sendall(header(ENDS))
                sock.shutdown(socket.SHUT_WR)
                with contextlib.suppress(ConnectionError):
                    got = sock.recv(4096)
                    assert got == b"" or got.startswith(b"HTTP/1.1 4")
        if reason:
            server.wait_stat(f"close.{reason}", before + 2)
    assert "192.0.2.7" not in server.log()
    expect_answer(server, dial(server.ns_port, "127.0.0.1"), "ns")


def test_a_header_that_drips_is_not_waited_for(server):
    with counted(server, "proxy-deadline", 2):
        slow = [dial(port_of(server, door), PROXY) for door in ("ns", "https")]
        start = time.monotonic()
        for byte in v1(ENDS)[:9]:
            for sock in slow:
                sock.sendall(bytes([byte]))
            time.sleep(0.5)
        for sock in slow:
            assert sock.recv(10) == b""
            sock.close()
        assert 4.5 < time.monotonic() - start < 15


def test_limits_count_the_client_and_not_its_proxy(make_server):
    server = make_server(**{"listen.proxy": PROXY,
                            "limit.connections-per-address": "2"})
    other = ("192.0.2.8", *ENDS[1:])
    held = []
    for ends in (ENDS, ENDS, other, other, V6_ENDS):
        held.append(dial(server.ns_port, PROXY))
        held[-1].sendall(v1(ends) + b"VER 1 MSNP8 CVR0\r\n")
        assert held[-1].recv(100) == b"VER 1 MSNP8 CVR0\r\n"
    with counted(server, "too-many", 2):
        for port in (server.ns_port, server.https_port):
            with dial(port, PROXY) as sock:
                sock.sendall(v2(ENDS))
                assert sock.recv(10) == b""
    held.pop(0).close()
    server.wait_stat("close.peer", 1)
    expect_answer(server, after_header(server.https_port), "https")
    for sock in held:
        sock.close()


def test_who_guesses_passwords_behind_a_proxy_locks_out_nobody_else(server):
    with contextlib.ExitStack() as stack:
        bad, good = (proxied.Through(server, client, v2)
                     for client in ("192.0.2.7", "192.0.2.8"))
        for way in (bad, good):
            stack.callback(way.close)
        challenge = msn.fresh_challenge(server)
        for _ in range(10):
            assert msn.login(bad, msn.credentials(
                AMY, "wrong", challenge)).status == 401
        right = msn.credentials(AMY, harness.PEOPLE[AMY], challenge)
        assert msn.login(bad, right).status != 200
        assert msn.login(good, right).status == 200


def after_header(port: int) -> socket.socket:
    sock = dial(port, PROXY)
    sock.sendall(v2(ENDS))
    return sock


def test_one_door_alone_may_be_behind_a_proxy(make_server):
    server = make_server(**{"listen.proxy": f"https={PROXY}, http=::1"})
    expect_answer(server, dial(server.ns_port, PROXY), "ns")
    expect_answer(server, dial(server.http_port, PROXY), "http")
    expect_answer(server, after_header(server.https_port), "https")


def test_a_server_that_stops_waits_for_no_header(server):
    with dial(server.ns_port, PROXY) as sock:
        sock.sendall(b"PROXY")
        server.stats()  # by its answer the connection was seen
        start = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - start < 4
        with contextlib.suppress(ConnectionError):
            assert sock.recv(10) == b""
