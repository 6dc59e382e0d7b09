# SPDX-License-Identifier: MIT
"""Several addresses to listen on, IPv6 beside IPv4, and the host each client
is told to come back to."""

from __future__ import annotations

import signal
import socket
import ssl
import subprocess
import time

import pytest

import harness
import msn
import proxied

AMY, BOB = "amy@example.com", "bob@example.com"


def first_answer(server, email: str) -> str:
    person = msn.Person(server, email, 9)
    person.ver()
    person.cvr()
    got = person.usr_i()
    person.hang_up()
    return got.line


def talk(one: msn.Person, other: msn.Person) -> None:
    here = one.open_board()
    there = here.invite(other)
    there.expect_roster([one])
    here.expect_joined(other)
    t = here.tell("A", msn.text("hello"))
    here.expect(f"ACK {t}")
    there.expect_told(one, msn.text("hello"))
    here.wire.hang_up()
    there.expect(f"BYE {one.email}")
    there.wire.hang_up()


@pytest.fixture
def through(request):
    """through(server, client, header, source): closed when the test ends."""
    made: list[proxied.Through] = []

    def make(*words) -> proxied.Through:
        made.append(proxied.Through(*words))
        return made[-1]

    yield make
    for each in made:
        each.close()


def has_ipv6() -> bool:
    with socket.socket(socket.AF_INET6) as s:
        try:
            s.bind(("::1", 0))
        except OSError:
            return False
    return True


@pytest.mark.skipif(not has_ipv6(), reason="this system has no ::1")
def test_people_on_ipv6_and_on_ipv4_talk(make_server):
    server = make_server(**{"listen.address": "127.0.0.1, ::1"})
    said = server.ctl("ping").stdout
    for host in ("127.0.0.1", "::1"):
        for name, port in (("ns", server.ns_port), ("http", server.http_port),
                           ("https", server.https_port)):
            assert f"{name}.port accepts on {host} port {port}\n" in said
    bob = msn.sign_in(server, BOB, dialect=9)
    server.host = "::1"
    amy = msn.sign_in(server, AMY, dialect=12)
    assert amy.profile["ClientIP"] == "::1"
    amy.online()
    bob.online()
    # each is told the address it reached: an old client could not read
    # this one, but then it could not have come this way
    assert amy.xfr()[:2] == ("::1", server.ns_port)
    assert bob.xfr()[:2] == ("127.0.0.1", server.ns_port)
    talk(amy, bob)
    talk(bob, amy)
    # an IPv4 client of a socket for both families
    server.stop()
    server.settings["listen.address"] = "*"
    server.start()
    assert msn.sign_in(server, AMY).profile["ClientIP"] == "::1"
    server.host = "127.0.0.1"
    bob = msn.sign_in(server, BOB)
    assert bob.profile["ClientIP"] == "127.0.0.1"
    bob.online()
    assert bob.xfr()[0] == "127.0.0.1"


def test_each_network_is_told_its_own_host(make_server, through):
    server = make_server(**{
        "listen.address": "0.0.0.0",
        "public.address": "127.0.1.0/24=127.0.0.5, 127.0.1.9=lan.example.org "
                          "127.0.0.6"})
    near = through(server, "", lambda ends: b"", "127.0.1.7")
    amy = msn.sign_in(near, AMY, dialect=9)
    bob = msn.sign_in(server, BOB, dialect=12)
    amy.online()
    bob.online()
    assert amy.xfr()[:2] == ("127.0.0.5", server.ns_port)
    assert bob.xfr()[:2] == ("127.0.0.6", server.ns_port)
    for one, other, host in ((amy, bob, "127.0.0.6"), (bob, amy, "127.0.0.5")):
        board = one.open_board()
        board.ask("CAL", other.email)
        board.expect_re(r"CAL \d+ RINGING \d+")
        assert other.rung(one)[1:3] == (host, server.ns_port)
        board.wire.hang_up()


def certificate_names(server: harness.Server) -> set[str]:
    """Addresses and hosts, as a program sees them that names no host."""
    context = ssl.create_default_context(cafile=str(server.ca))
    context.check_hostname = False
    with socket.create_connection((server.host, server.https_port)) as s, \
            context.wrap_socket(s) as tls:
        names = tls.getpeercert()["subjectAltName"]
    return {value for _, value in names}


def test_a_reload_takes_the_lists_that_may_change(make_server):
    server = make_server(start=False)
    config = server.folder / "nudge.conf"

    def settings(**lines: str) -> None:
        config.write_text("".join(f"{key.replace('_', '.')} = {value}\n"
                                  for key, value in lines.items()))

    server.command = (  # type: ignore[method-assign]
        lambda *more: harness.Server.command(server, "--config", str(config),
                                             *more))
    server.settings["ns.dispatch"] = "on"
    settings(public_address="127.0.0.0/8=10.7.7.7")
    server.start()
    assert " 10.7.7.7:" in first_answer(server, AMY)
    assert "10.7.7.7" in certificate_names(server)
    ends = ("192.0.2.7", 4660, "203.0.113.9", 2863)
    hello = b"VER 1 MSNP8 CVR0\r\n"

    settings(public_address="127.0.0.0/8=10.8.8.8 10.9.9.9",
             listen_proxy="ns=127.0.0.2")
    server.process.send_signal(signal.SIGHUP)
    wire = msn.Wire(server.host, server.ns_port)
    while "event=reloaded" not in server.log():
        time.sleep(0.02)
    # who was there before begins as it could then
    wire.send(hello)
    assert wire.line() == "VER 1 MSNP8 CVR0"
    assert " 10.8.8.8:" in first_answer(server, BOB)
    with proxied.dial(server.ns_port, "127.0.0.2") as sock:
        sock.sendall(proxied.v1(ends) + hello + b"USR 2 TWN I eve@x.org\r\n")
        got = b""
        while got.count(b"\r\n") < 2:
            got += sock.recv(1000)
    assert b" 10.9.9.9:2863 0 10.9.9.9:2863\r\n" in got
    end = time.monotonic() + 20
    while not {"10.8.8.8", "10.9.9.9"} <= certificate_names(server):
        assert time.monotonic() < end
        time.sleep(0.1)

    for wrong, says in (
            ({"public_address": "a.b, c.d"}, '"c.d" is a second host'),
            ({"listen_proxy": "localhost"}, '"localhost" is no network')):
        settings(**wrong)
        done = server.ctl("reload", check=False)
        assert done.returncode != 0
        assert says in done.stdout + done.stderr
    assert " 10.8.8.8:" in first_answer(server, "cid@example.com")
    # stopped while certificates for one more name are being made
    settings(public_address="10.6.6.6")
    server.ctl("reload")
    assert server.stop() == 0


@pytest.mark.parametrize("hosts,says", [
    ("127.0.0.1, 192.0.2.1", "cannot listen on 192.0.2.1 port"),
    ("127.0.0.1, 192.0.2.1", "this machine has no such address"),
    ("localhost", 'listen.address: "localhost" is no numeric IP address'),
    ("*, ::1", 'listen.address: "::1" and one before it are for the same'),
], ids=["which", "what to do", "no address", "twice"])
def test_an_address_that_cannot_be_listened_on_is_named(make_server, hosts,
                                                        says):
    server = make_server(start=False, **{"listen.address": hosts})
    done = subprocess.run(server.command(), capture_output=True, text=True,
                          timeout=30, check=False, cwd=server.folder,
                          env=harness.ENVIRONMENT)
    # an address may come with the network, the others need somebody
    assert done.returncode == (1 if "192.0.2.1" in hosts else 78)
    assert says in done.stderr
