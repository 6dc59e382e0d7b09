# SPDX-License-Identifier: MIT
"""A client of today runs as it is: a program on the crate msnp11-sdk
(rust/), built where Cargo is.

It trusts the authorities of the Web alone and takes the Nexus's address from
its user, so a small one of the test's own gives it a login server beside it,
which passes every byte on to the real one by TLS.
"""

from __future__ import annotations

import contextlib
import pathlib
import shutil
import socket
import subprocess
import threading

import pytest

import harness
import partners
import web

HERE = pathlib.Path(__file__).resolve().parent / "rust"
TARGET = harness.ROOT / "build" / "zoo-rust"
AMY, BOB = "amy@example.com", "bob@example.com"
BUILD_SECONDS = 1500


@pytest.fixture(scope="module")
def program() -> pathlib.Path:
    if shutil.which("cargo") is None:
        pytest.skip("NO CARGO HERE: THE CRATE msnp11-sdk WAS NOT RUN")
    manifest = str(HERE / "Cargo.toml")
    for command, what in ((["fetch"], "reach the registry"),
                          (["build", "--offline", "--target-dir",
                            str(TARGET)], "build it")):
        done = subprocess.run(
            ["cargo", *command, "--manifest-path", manifest],
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=BUILD_SECONDS, check=False)
        if done.returncode != 0 and command == ["fetch"]:
            pytest.skip(f"CARGO CANNOT {what.upper()}: THE CRATE WAS NOT "
                        f"RUN\n{done.stderr[-500:]}")
        assert done.returncode == 0, done.stderr[-3000:]
    return TARGET / "debug" / "zoo-sdk"


class Door:
    """A Nexus, and a login server that passes everything on."""

    def __init__(self, world) -> None:
        self.world = world
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/rdr/pprdr.asp"
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                sock, _ = self.listener.accept()
                threading.Thread(target=self.one, args=(sock,),
                                 daemon=True).start()

    def one(self, sock: socket.socket) -> None:
        with contextlib.suppress(OSError), sock:
            head, _ = web.read_head(sock)
            if head.startswith(b"GET /rdr/pprdr.asp "):
                sock.sendall(
                    b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
                    b"PassportURLs: DALogin=http://127.0.0.1:%d/login2.srf"
                    b"\r\nContent-Length: 0\r\n\r\n" % self.port)
                return
            with web.tls(self.world, "login.live.com") as there:
                there.sendall(head)
                sock.sendall(web.read_to_close(there))

    def close(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


@pytest.mark.long
@pytest.mark.parametrize("dispatch", ["off", "on"])
def test_the_crate_signs_in_adds_and_talks(make_world, program, dispatch):
    """programs-2 §14; field-runs 1."""
    world = make_world(**{"ns.dispatch": dispatch})
    bob = partners.TABLE["msnp15"](world, BOB, harness.PEOPLE[BOB])
    bob.sign_in()
    door = Door(world)
    run = subprocess.Popen(
        [program, *map(str, world.ns), door.url, AMY, harness.PEOPLE[AMY],
         BOB], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True)
    try:
        world.until(lambda: AMY in bob.questions, bob, "being added", 20)
        bob.accept(AMY)
        world.until(lambda: bob.seen.get(AMY) == "NLN", bob, "presence")
        world.until(lambda: (AMY, "caf\u00e9 from Rust") in bob.heard, bob,
                    "a message", 20)
        assert AMY in bob.typists
        bob.say(AMY, "na\u00efve answer")
        world.until(lambda: AMY in bob.nudged, bob, "a nudge")
        out, _ = run.communicate(timeout=20)
    finally:
        if run.poll() is None:
            run.kill()
        door.close()
    steps = [line for line in (out or "").splitlines()
             if not line.startswith("event ")]
    want = ["signed in", "online", "added", "seen", "said",
            "heard na\u00efve answer", "nudged", "done"]
    if dispatch == "on":
        want.insert(0, "redirected")
    assert steps == want, out
