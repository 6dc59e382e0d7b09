# SPDX-License-Identifier: MIT
"""Servers that decide about passwords and do what no server should.  Each has
a domain of its own, such as hang.example."""

from __future__ import annotations

import pathlib
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator

import pytest

import harness
import rst

TIMEOUT = 1.0
UNAVAILABLE = "0x8004882e"
GOOD = ("<Envelope><Header><pp><PUID>00AA</PUID></pp></Header><Body>"
        "<RequestSecurityTokenResponse><RequestedSecurityToken><x/>"
        "</RequestedSecurityToken></RequestSecurityTokenResponse></Body>"
        "</Envelope>")


def document(body: str, status: str = "200 OK") -> bytes:
    return (f"HTTP/1.1 {status}\r\nContent-Type: text/xml\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            f"{body}").encode()


def redirect(url: str) -> bytes:
    return document(f"<Envelope><Fault><faultcode>psf:Redirect</faultcode>"
                    f"<redirectUrl>{url}</redirectUrl></Fault></Envelope>")


class Hostile(threading.Thread):
    """Answers by the first part of the path, over TLS."""

    def __init__(self, pem: pathlib.Path) -> None:
        super().__init__(daemon=True)
        self.sock = socket.create_server(("127.0.0.1", 0))
        self.port = self.sock.getsockname()[1]
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(pem)
        self.asked: list[str] = []
        self.start()

    def run(self) -> None:
        while True:
            try:
                conn, _ = self.sock.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=[conn],
                             daemon=True).start()

    def serve(self, conn: socket.socket) -> None:
        try:
            with self.context.wrap_socket(conn, server_side=True) as line:
                head = b""
                while b"</s:Envelope>" not in head:
                    more = line.recv(65536)
                    if not more:
                        return
                    head += more
                mode = head.split(b"/")[1].decode()
                self.asked.append(mode)
                getattr(self, mode)(line)
        except OSError:
            pass  # who is rude is left

    def hang(self, line: ssl.SSLSocket) -> None:
        line.settimeout(10 * TIMEOUT)
        line.recv(1)

    def drip(self, line: ssl.SSLSocket) -> None:
        for byte in document(GOOD):
            line.sendall(bytes([byte]))
            time.sleep(TIMEOUT / 20)

    def rubbish(self, line: ssl.SSLSocket) -> None:
        line.sendall(document("<html>It works!</html>"))

    def large(self, line: ssl.SSLSocket) -> None:
        line.sendall(document(GOOD[:-11] + " " * (2 << 20) + GOOD[-11:]))

    def early(self, line: ssl.SSLSocket) -> None:
        line.sendall(document(GOOD)[:-5])

    def dtd(self, line: ssl.SSLSocket) -> None:
        line.sendall(document('<!DOCTYPE a [<!ENTITY b "c">]>' + GOOD))

    def deep(self, line: ssl.SSLSocket) -> None:
        line.sendall(document("<a>" * 5000))

    def circle(self, line: ssl.SSLSocket) -> None:
        line.sendall(redirect(
            f"https://localhost:{self.port}/back/RST2.srf"))

    def back(self, line: ssl.SSLSocket) -> None:
        line.sendall(redirect(
            f"https://localhost:{self.port}/circle/RST2.srf"))

    def late(self, line: ssl.SSLSocket) -> None:
        line.sendall(document(GOOD, "503 Later"))

    def good(self, line: ssl.SSLSocket) -> None:
        line.sendall(document(GOOD))


MODES = ("hang", "drip", "rubbish", "large", "early", "dtd", "deep", "circle",
         "late", "stranger", "nobody")


def certificate(folder: pathlib.Path, name: str) -> pathlib.Path:
    pem = folder / f"{name}.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
         f"/CN={name}", "-addext", "subjectAltName=DNS:localhost",
         "-keyout", str(pem), "-out", str(folder / "crt")],
        check=True, capture_output=True, timeout=60)
    pem.write_text(pem.read_text() + (folder / "crt").read_text())
    return pem


class World:
    def __init__(self, here: harness.Server, hostile: Hostile) -> None:
        self.here = here
        self.hostile = hostile


@pytest.fixture(scope="module")
def world(mold: pathlib.Path, tmp_path_factory: pytest.TempPathFactory
          ) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("hostile")
    known, other = certificate(folder, "known"), certificate(folder, "other")
    hostile = Hostile(known)
    names = MODES + ("good",)
    place = f"localhost:{hostile.port}"
    servers = {n: f"https://{place}/{n}/RST2.srf" for n in names}
    with socket.create_server(("127.0.0.1", 0)) as gone:
        servers["nobody"] = f"https://localhost:{gone.getsockname()[1]}/RST2.srf"
    harness.copy_mold(mold, folder)

    def pairs(values: dict[str, str]) -> str:
        return ",".join(f"{k}={v}" for k, v in values.items())

    here = harness.Server(folder, **{
        "upstream.servers": pairs(servers),
        "upstream.domains": pairs({f"{n}.example": n for n in names}),
        "upstream.ca": pairs({n: str(other if n == "stranger" else known)
                              for n in names}),
        "upstream.redirects": f"circle={place}",
        "upstream.timeout": str(int(TIMEOUT)),
        "upstream.failures": "6",
    }).start()
    yield World(here, hostile)
    here.close()
    hostile.sock.close()


def sign_in(server: harness.Server, email: str, password: str
            ) -> tuple[int, str | None]:
    reply = rst.post(server, rst.RST2.path, rst.request(
        rst.RST2, email, password, {rst.BASE: "", rst.CLEAR: "MBI_KEY"}))
    return reply.status, rst.Answer(rst.RST2, reply).status


@pytest.mark.covers("real-accounts 13 #6", "real-accounts 13 #12")
@pytest.mark.parametrize("mode", MODES)
def test_a_sign_in_fails_as_unavailable_in_time_and_makes_no_account(
        world: World, mode: str) -> None:
    begin = time.monotonic()
    assert sign_in(world.here, f"ann@{mode}.example", "secret") == \
        (503, UNAVAILABLE)
    # the timeout, and what a busy machine needs beside it
    assert time.monotonic() - begin < TIMEOUT + 4
    assert world.here.stat(f"upstream.requests.{mode}.down") == 1
    assert f"@{mode}.example" not in world.here.ctl("user", "list").stdout
    # nobody who is not trusted was told anything
    assert (mode in world.hostile.asked) == (mode not in ("stranger",
                                                          "nobody"))


def while_it_hangs(world: World) -> bool:
    """Did the others come in before the one who waits was refused?"""
    ended: list[tuple[int, str | None]] = []

    def wait() -> None:
        ended.append(sign_in(world.here, "bob@hang.example", "secret"))

    before = world.hostile.asked.count("hang")
    thread = threading.Thread(target=wait)
    thread.start()
    while world.hostile.asked.count("hang") == before and not ended:
        time.sleep(0.01)
    assert sign_in(world.here, "ann@good.example", "secret") == (200, "0x0")
    assert sign_in(world.here, "amy@example.com",
                   harness.PEOPLE["amy@example.com"]) == (200, "0x0")
    first = not ended
    thread.join()
    assert ended == [(503, UNAVAILABLE)]
    return first


def test_others_do_not_wait_for_a_server_that_hangs(world: World) -> None:
    # a busy machine may need the second for two sign-ins, but not each time
    assert any(while_it_hangs(world) for _ in range(4))


def test_a_server_that_fails_is_not_asked_for_a_while(world: World) -> None:
    here = world.here
    for i in range(6):
        assert sign_in(here, f"{i}@rubbish.example", "secret")[0] == 503
    assert here.stat("upstream.paused.rubbish") == 1
    before = world.hostile.asked.count("rubbish")
    assert sign_in(here, "dan@rubbish.example", "secret") == \
        (503, UNAVAILABLE)
    assert world.hostile.asked.count("rubbish") == before
    assert "\tpaused\t" in here.ctl("upstream", "list").stdout
    assert "event=upstream-paused upstream=rubbish" in here.log()
