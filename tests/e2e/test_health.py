# SPDX-License-Identifier: MIT
"""What the server tells of itself: the health check, a full disk, where it can
be reached, and to systemd why it does not start.  A socket of the test's own
plays systemd's."""

from __future__ import annotations

import contextlib
import json
import pathlib
import re
import select
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

import harness
import msn
import pytest
import visitor

AMY = "amy@example.com"
SOME = 30


class Notified:
    """NOTIFY_SOCKET, and what was said to it."""

    def __init__(self, folder) -> None:
        self.path = f"@nudge-test-{folder}"[:100]
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind("\0" + self.path[1:])
        self.said: list[str] = []

    def read(self, seconds: float = 0) -> list[str]:
        while select.select([self.socket], [], [], seconds)[0]:
            self.said += self.socket.recv(65536).decode().split("\n")
            seconds = 0
        return self.said

    def wait(self, text: str) -> str:
        end = time.monotonic() + 10
        while True:
            for line in self.read(0.1):
                if text in line:
                    return line
            assert time.monotonic() < end, self.said


@pytest.fixture
def systemd(tmp_path) -> Iterator[Notified]:
    notified = Notified(tmp_path)
    with contextlib.closing(notified.socket):
        yield notified


def quietly(server: harness.Server) -> tuple[list[str], dict[str, int]]:
    """The log and the counters of connections."""
    stats = {key: n for key, n in server.stats().items()
             if "connection" in key or key.startswith(("close.", "tls."))}
    return server.log().splitlines(), stats


def test_the_health_check_leaves_no_trace(make_server):
    port, = harness.free_ports(1)
    server = make_server(**{"admin.port": str(port), "log.level": "debug"})
    msn.sign_in(server, AMY).hang_up()
    server.wait_stat("ns.connections", 1)
    time.sleep(0.3)
    before = quietly(server)
    for _ in range(SOME):
        said = server.ctl("ping").stdout
    assert quietly(server) == before
    assert said.splitlines() == [
        f"ns.port accepts on 127.0.0.1 port {server.ns_port}",
        f"http.port accepts on 127.0.0.1 port {server.http_port}",
        f"https.port accepts on 127.0.0.1 port {server.https_port}",
        f"admin.port accepts on 127.0.0.1 port {port}"]


def health(port: int) -> tuple[int, str]:
    import ssl
    context = ssl._create_unverified_context()
    try:
        with urllib.request.urlopen(f"https://127.0.0.1:{port}/healthz",
                                    timeout=10, context=context) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def test_a_full_disk_is_named_everywhere_and_is_over_when_there_is_room(
        make_volatile, systemd):
    port, = harness.free_ports(1)
    server = make_volatile(**{"admin.port": str(port),
                              "accounts.signup": "open"})
    server.environment["NOTIFY_SOCKET"] = systemd.path
    server.start()
    assert health(port) == (200, "ok\n")
    server.disk.write_text("full")
    server.ctl("user", "rename", AMY, "lost", check=False)
    server.wait_log("event=store-failed")
    words = ("the disk is full: changes are refused until there is room")
    assert f'text="{words}"' in server.log()
    assert systemd.wait("disk is full") == f"STATUS={words}"
    for _ in range(2):  # and does not forget
        done = server.ctl("ping", check=False)
        assert done.returncode == 1
        assert done.stderr.endswith(f"{words}\n")
        assert health(port) == (503, f"{words}\n")
    done = server.ctl("user", "rename", AMY, "lost", check=False)
    assert done.returncode == 1 and words in done.stderr
    somebody = visitor.Visitor(server)
    page = somebody.sign_up("new@example.com", "long enough", status=503)
    assert "This server's disk is full." in page.text

    server.disk.write_text("")
    systemd.wait("STATUS=changes are kept")
    server.wait_log("event=store-recovered")
    assert server.ctl("ping").returncode == 0
    assert health(port) == (200, "ok\n")
    server.ctl("user", "rename", AMY, "Amy")


@pytest.fixture
def small_disk(tmp_path) -> Iterator[pathlib.Path]:
    """A file system of two MiB, where this user may mount one."""
    there = tmp_path / "small"
    there.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m,mode=700",
                           "tmpfs", there], capture_output=True, check=False)
    if done.returncode != 0:
        pytest.skip("no file system may be mounted here")
    try:
        yield there
    finally:
        subprocess.run(["umount", there], check=True)


def test_a_disk_that_is_really_full_is_named_by_whatever_would_write(
        make_server, small_disk):
    server = make_server(start=False)
    server.data = small_disk
    server.start()
    server.wait_log("event=ready")
    server.add_user(AMY, "long enough")
    filler = small_disk / "filler"
    with contextlib.suppress(OSError), open(filler, "wb", 0) as f:
        while True:
            f.write(bytes(4096))
    for n in range(1000):
        done = server.ctl("user", "rename", AMY, f"Name{n}", check=False)
        if done.returncode != 0:
            break
    assert "the disk is full" in done.stderr
    assert "the disk is full" in server.ctl("ping", check=False).stderr
    done = server.ctl("set", "limit.members", "9", check=False)
    assert done.returncode == 1 and "the disk is full" in done.stderr
    assert not list(small_disk.glob("nudge.conf*"))
    done = server.ctl("backup", str(small_disk / "b.db"), check=False)
    assert done.returncode == 1 and "full" in done.stderr
    filler.unlink()
    server.wait_log("event=store-recovered")
    server.ctl("ping")
    server.ctl("user", "rename", AMY, "Amy")
    assert server.stop() == 0


def test_ready_names_every_door_and_the_addresses(make_server, systemd):
    ports = harness.free_ports(3)
    server = make_server(start=False, **{
        "chat.port": str(ports[0]), "chat.directory-port": str(ports[1]),
        "admin.port": str(ports[2]), "admin.address": "127.0.0.1",
        "listen.address": "127.0.0.1, 127.0.0.2", "log.format": "json"})
    server.environment["NOTIFY_SOCKET"] = systemd.path
    server.start()
    server.wait_log('"ready"')
    line, = (json.loads(x) for x in server.log().splitlines()
             if '"ready"' in x)
    doors = {"ns.port": server.ns_port, "http.port": server.http_port,
             "https.port": server.https_port, "chat.port": ports[0],
             "chat.directory-port": ports[1], "admin.port": ports[2]}
    assert {k: v for k, v in line.items() if k.endswith("port")} == doors
    assert line["address"] == "127.0.0.1, 127.0.0.2"
    assert line["admin.address"] == "127.0.0.1"
    status = systemd.wait("STATUS=ready")
    assert status == "STATUS=ready: " + " ".join(
        f"{name} {port}" for name, port in doors.items())
    systemd.wait("READY=1")


def ends(server: harness.Server, systemd: Notified) -> tuple[int, str]:
    """A start that fails: its status, and what systemctl status would say."""
    done = subprocess.run(server.command(), capture_output=True, text=True,
                          timeout=60, check=False, cwd=server.folder,
                          env=server.environment)
    said, = (line.removeprefix("STATUS=") for line in systemd.read(0.1)
             if line.startswith("STATUS="))
    systemd.said.clear()
    assert f"nudged: {said}\n" in done.stderr
    assert "READY=1" not in systemd.said
    return done.returncode, said


def test_why_it_does_not_start_is_told_to_systemd(make_server, systemd):
    server = make_server(start=False)
    server.environment["NOTIFY_SOCKET"] = systemd.path
    with socket.socket() as other:
        other.bind(("127.0.0.1", server.https_port))
        other.listen()
        status, said = ends(server, systemd)
    assert status == 78
    assert said.startswith(f"cannot listen on 127.0.0.1 port "
                           f"{server.https_port} (https.port): ")
    assert "another program has it; stop that" in said
    server.settings["log.level"] = "loud"
    status, said = ends(server, systemd)
    assert status == 78 and said.startswith('log.level: "loud" is none of')
    del server.settings["log.level"]
    # what may pass by itself is tried again
    server.settings["listen.address"] = "192.0.2.1"
    status, said = ends(server, systemd)
    assert status == 1 and "no such address" in said


def test_the_unit_does_not_start_what_cannot(tmp_path):
    unit = (harness.ROOT / "packaging" / "nudge.service.in").read_text()
    assert re.search(r"^Restart=on-failure$", unit, re.M)
    assert re.search(r"^RestartPreventExitStatus=78$", unit, re.M)
    try:
        subprocess.run(["systemd-analyze", "--version"], check=True,
                       capture_output=True)
    except FileNotFoundError:
        return
    (tmp_path / "nudge.conf").write_text("")
    fixed = tmp_path / "nudge.service"
    fixed.write_text(unit.replace("@BINDIR@", str(harness.BIN))
                     .replace("@CONFDIR@", str(tmp_path)))
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", fixed],
                          capture_output=True, text=True, timeout=60,
                          check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
