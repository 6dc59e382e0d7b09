# SPDX-License-Identifier: MIT
"""Strangers who send too much, too little, or something else altogether:
each ends with a named reason, and everybody else goes on."""

from __future__ import annotations

import contextlib
import random
import select
import socket
import time
from collections.abc import Iterator

import pytest

import harness
import msn

AMY, BOB, CID = "amy@example.com", "bob@example.com", "cid@example.com"


@contextlib.contextmanager
def counted(server: harness.Server, reason: str, times: int = 1
            ) -> Iterator[None]:
    before = server.stat(f"close.{reason}")
    yield
    server.wait_stat(f"close.{reason}", before + times)


@pytest.fixture
def bystanders(server):
    """Two who talk while somebody misbehaves; checked at the end."""
    amy = msn.sign_in(server, AMY, dialect=12)
    bob = msn.sign_in(server, BOB, dialect=9)
    amy.online()
    bob.online()
    here = amy.open_board()
    there = here.invite(bob)
    there.expect_roster([amy])
    here.expect_joined(bob)
    yield amy, bob
    t = here.tell("A", msn.text("still here"))
    here.expect(f"ACK {t}")
    there.expect_told(amy, msn.text("still here"))
    amy.expect_nothing()
    bob.expect_nothing()


def stranger(server: harness.Server) -> msn.Line:
    line = msn.Line(server.host, server.ns_port)
    line.say("VER 1 MSNP12 CVR0")
    line.expect("VER 1 MSNP12 CVR0")
    return line


def pour(wire: msn.Wire, data: bytes) -> None:
    """Send, and do not mind when the server has had enough."""
    with contextlib.suppress(ConnectionError):
        wire.send(data)


@pytest.mark.covers("ns-classic 15 #11")
def test_a_line_without_an_end(server, bystanders):
    with counted(server, "line-too-long"):
        line = stranger(server)
        pour(line.wire, b"CVR 2 " + b"x" * 70 * 1024)
        line.wire.rest()


def test_a_line_with_far_too_many_words(server, bystanders):
    line = stranger(server)
    pour(line.wire, b"CVR 2" + b" x" * 2000 + b"\r\n")
    line.wire.rest()


@pytest.mark.covers("sb 14 #35")
def test_a_message_of_1665_bytes(server, bystanders):
    amy, _ = bystanders
    board = amy.open_board()
    with counted(server, "payload-too-long"):
        pour(board.wire, b"MSG 9 N 1665\r\n" + b"x" * 1665)
        board.wire.rest()


def test_a_payload_beyond_the_ceiling_of_the_notification_server(
        server, bystanders):
    cid = msn.sign_in(server, CID, dialect=12)
    cid.online()
    with counted(server, "payload-too-long"):
        pour(cid.wire, b"UUX 99 70000\r\n" + b"x" * 70000)
        cid.wire.rest()


@pytest.mark.parametrize("length", ["abc", "-1", "1e3", "99999999999999999999",
                                    "0x10", "+5"])
def test_a_length_that_is_no_length(server, bystanders, length):
    cid = msn.sign_in(server, CID, dialect=12)
    cid.online()
    before = server.stats()
    pour(cid.wire, f"UUX 99 {length}\r\nPNG\r\n".encode())
    assert b"QNG" not in cid.wire.rest()
    for _ in range(100):
        after = server.stats()
        if any(after.get(k, 0) > before.get(k, 0)
               for k in ("close.bad-length", "close.payload-too-long")):
            return
        time.sleep(0.05)
    raise AssertionError("nobody counted it")


@pytest.mark.covers("ns-classic 15 #6", "ns-classic 15 #7")
def test_a_payload_that_comes_late_is_waited_for_and_not_executed(
        server, bystanders):
    cid = msn.sign_in(server, CID, dialect=12)
    cid.online()
    data = b"<Data><PSM>\r\nPNG\r\n</PSM></Data>"
    cid.raw(f"UUX 50 {len(data)}\r\n".encode() + data[:15])
    cid.wire.sock.settimeout(0.3)
    with pytest.raises(TimeoutError):  # nothing happens
        cid.wire.sock.recv(1)
    cid.wire.sock.settimeout(msn.SECONDS)
    cid.raw(data[15:])
    cid.expect("UUX 50 0")
    cid.expect_nothing()


@pytest.mark.covers("ns-classic 15 #4", "ns-classic 15 #16",
                    "ns-classic 15 #18")
def test_nonsense_at_the_door(server, bystanders):
    for said, reason, answer in (
            (b"VER abc MSNP8 CVR0\r\n", "bad-trid", b""),
            (b"VER 1 MSNP99 CVR1\r\n", "no-dialect", b"VER 1 0\r\n"),
            (b"GET / HTTP/1.0\r\n\r\n", None, None)):
        before = server.stats()
        line = msn.Line(server.host, server.ns_port)
        pour(line.wire, said)
        got = line.wire.rest()
        if answer is not None:
            assert got == answer
        if reason is not None:
            server.wait_stat(f"close.{reason}",
                             before.get(f"close.{reason}", 0) + 1)
    line = stranger(server)
    line.say("VER 2 MSNP8 CVR0")
    assert line.wire.rest() == b"715 2\r\n"


@pytest.mark.parametrize("seed", range(4))
def test_binary_rubbish_on_every_port(server, bystanders, seed):
    dice = random.Random(seed)
    for port in (server.ns_port, server.http_port, server.https_port):
        for size in (1, 7, 300, 5000, 100_000):
            wire = msn.Wire(server.host, port)
            rubbish = bytes(dice.randrange(256) for _ in range(min(size, 5000)))
            pour(wire, rubbish * (size // len(rubbish)))
            with contextlib.suppress(OSError):
                wire.sock.shutdown(socket.SHUT_WR)
            wire.rest()
            wire.hang_up()


def test_rubbish_behind_a_sign_in(server, bystanders):
    cid = msn.sign_in(server, CID, dialect=10)
    cid.online()
    pour(cid.wire, b"\0\xff\xfe\r\n" * 50)
    pour(cid.wire, b"XYZ 1 2 3 12\r\n")
    with contextlib.suppress(OSError):
        cid.wire.sock.shutdown(socket.SHUT_WR)
    cid.wire.rest()


def test_connections_that_say_nothing_disturb_nobody(server, bystanders):
    silent = [msn.Wire(server.host, port) for port in
              (server.ns_port, server.http_port, server.https_port) * 10]
    half = msn.Line(server.host, server.ns_port)
    half.raw(b"VER 1 MSN")
    half.wire.sock.shutdown(socket.SHUT_WR)
    amy, _ = bystanders
    amy.expect_nothing()
    cid = msn.sign_in(server, CID, dialect=8)
    assert cid.online() == []
    for wire in silent:
        wire.hang_up()
    assert half.wire.rest() == b""


@pytest.mark.covers("design 5")
def test_a_tls_client_that_never_says_hello(server, bystanders):
    with counted(server, "hello-deadline"):
        wire = msn.Wire(server.host, server.https_port)
        start = time.monotonic()
        wire.rest()
        assert 2 < time.monotonic() - start < 15


@pytest.mark.parametrize(
    "data,reason", ids=["HTTP", "MSNP", "SSL 2", "SSL 3"], argvalues=[
    (b"GET / HTTP/1.0\r\n\r\n", "tls-not-tls"),
    (b"VER 1 MSNP8 CVR0\r\n", "tls-not-tls"),
    # an SSL 2.0 hello with SSL 2.0 kinds alone
    (b"\x80\x1c\x01\x00\x02\x00\x03\x00\x00\x00\x10\x01\x00\x80" + b"c" * 16,
     "tls-version"),
    # SSL 3.0
    (b"\x16\x03\x00\x00\x2d\x01\x00\x00\x29\x03\x00" + b"r" * 32
     + b"\x00\x00\x02\x00\x0a\x01\x00", "tls-version"),
])
def test_what_is_no_tls_or_a_tls_that_is_off(server, bystanders, data,
                                              reason):
    with counted(server, reason):
        wire = msn.Wire(server.host, server.https_port)
        pour(wire, data)
        wire.rest()


def test_a_broken_handshake_and_a_broken_record(server, bystanders):
    hello = b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00"
    wire = msn.Wire(server.host, server.https_port)
    pour(wire, hello + b"\xff" * 1000)
    wire.rest()
    web = msn.Web(server, "login.live.com")
    raw = web.sock.detach()
    with socket.socket(fileno=raw) as sock:
        sock.settimeout(msn.SECONDS)
        sock.sendall(b"\x17\x03\x03\x00\x20" + b"z" * 32)
        with contextlib.suppress(ConnectionError):
            while sock.recv(4096):
                pass
    assert msn.nexus(server)[0] == "login.live.com"


@pytest.mark.covers("design 5")
def test_a_flood_is_slowed_and_every_command_is_answered(server, bystanders):
    cid = msn.sign_in(server, CID, dialect=9)
    cid.online()
    count = 1500
    cid.raw(b"PNG\r\n" * count)
    for _ in range(count):
        cid.expect("QNG 60")
    server.wait_stat("ns.throttled", 1)
    cid.expect_nothing()


@pytest.mark.covers("design 5")
def test_a_member_that_does_not_read_is_dropped_and_the_others_stay(
        server, bystanders):
    amy, _ = bystanders
    cid = msn.sign_in(server, CID, dialect=9)
    cid.online()
    board = amy.open_board()
    # a reader with small buffers that stops reading
    deaf = board.invite(cid)
    deaf.expect_roster([amy])
    board.expect_joined(cid)
    deaf.wire.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    payload = msn.text("")
    payload += b"x" * (1664 - len(payload))
    message = f"MSG 7 N {len(payload)}\r\n".encode() + payload
    before = server.stat("close.output-full")
    end = time.monotonic() + 40
    sock = board.wire.sock
    sock.setblocking(False)
    pending, gone = b"", b""
    while b"BYE " not in gone and time.monotonic() < end:
        can_read, can_send, _ = select.select([sock], [sock], [], 1.0)
        if can_read:
            gone = (gone + sock.recv(65536))[-100_000:]
        if can_send:
            pending = pending or message * 8
            pending = pending[sock.send(pending):]
    assert f"BYE {CID}".encode() in gone
    server.wait_stat("close.output-full", before + 1)
    cid.expect_nothing()


def test_too_large_http_requests(server, bystanders):
    for request in (
            b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
            b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 20_000 + b"\r\n",
            b"POST /login.srf HTTP/1.1\r\nHost: x\r\n"
            b"Content-Length: 99999999999\r\n\r\n",
            b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n"
            + b"b" * 100_000):
        wire = msn.Wire(server.host, server.http_port)
        pour(wire, request)
        got = wire.rest() if not request.startswith(b"POST") else \
            wire.take(12)
        assert got == b"" or got.startswith(b"HTTP/1.1 4"), got[:80]
        wire.hang_up()


@pytest.mark.covers("ns-classic 15 #29", "ns-classic 15 #23",
                    "ns-classic 15 #71", "ns-classic 15 #84",
                    "ns-classic 15 #114", "sb 14 #9", "sb 14 #36",
                    "sb 14 #37")
def test_commands_that_end_a_session(server, bystanders):
    line = msn.Person(server, CID, 8)
    line.ver()
    line.say("INF 2")
    line.expect_closed()
    line = msn.Person(server, CID, 8)
    line.ver()
    line.say(f"USR 2 MD5 I {CID}")
    line.expect_closed()
    for said in (f"ADD 9 RL {AMY} x", f"REM 9 RL {AMY}", "PRP 9 ABCD x",
                 "MSG 9 N 3\r\nabc"):
        cid = msn.sign_in(server, CID, dialect=9)
        cid.online()
        cid.say(said)
        cid.expect_closed()
    amy, _ = bystanders
    host, port, _ = amy.xfr()
    board = msn.Board(amy, host, port)
    board.ask("USR", AMY)
    board.expect_closed()
    for letter, payload in (
            ("u", b"abc"), ("X", b"abc"),
            ("A", b"Content-Type: application/x-msnmsgrp2p\r\n\r\nx")):
        board = amy.open_board()
        board.tell(letter, payload)
        board.expect_closed()


def test_all_descriptors_it_may_have_are_used_and_it_says_for_how_many(
        make_server) -> None:
    """A shell or an engine that gives few lets a program ask for more; a
    sixteenth is kept for who is in."""
    server = make_server(start=False)
    command = server.command
    server.command = lambda *more: [
        "prlimit", "--nofile=200:400", *command(*more)]
    server.start()
    assert "event=descriptors limit.connections=50000 served=375 " in \
        server.log()
    with contextlib.ExitStack() as stack:
        for _ in range(300):
            stack.enter_context(socket.create_connection(
                (server.host, server.ns_port)))
        server.wait_stat("ns.connections", 300)
        assert "event=ns-end" not in server.log()
