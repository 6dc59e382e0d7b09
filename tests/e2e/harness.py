# SPDX-License-Identifier: MIT
"""A real nudged on free ports of 127.0.0.1, in a data folder of its own.

Making keys and password hashes takes seconds, so a folder is made once (the
"mold": certificates, and the people below) and copied for each server.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import pathlib
import select
import shutil
import signal
import socket
import struct
import subprocess
import time
import typing

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("NUDGE_BIN", ROOT / "build" / "release"))

# Who lives in every copy of the mold.
PEOPLE = {
    "amy@example.com": "amy's secret",
    "bob@example.com": "bob, & his",
    "cid@example.com": "cid+cid%41",
    "eve@example.com": "eve=pass",
    "example@passport.com": "password",
}

# The developer's own settings are not the tests'.
ENVIRONMENT = {key: value for key, value in os.environ.items()
               if not key.startswith("NUDGE_") and key != "NOTIFY_SOCKET"}

PORTS = itertools.count(os.getpid() * 37)

START_SECONDS = 30.0
STOP_SECONDS = 30.0


def free_ports(count: int) -> list[int]:
    """Below the ports the system gives to outgoing connections: one of those
    could take the port between this look and the server's start.  Each worker
    has its own thousand and goes round in it."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    first = 11000 + int(worker) % 20 * 1000
    found: list[int] = []
    for _ in range(1000):
        port = first + next(PORTS) % 1000
        with socket.socket() as s:
            # as the server will: a closed connection's rest is no obstacle
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                s.bind(("0.0.0.0", port))
            except OSError:
                continue
        found.append(port)
        if len(found) == count:
            return found
    raise Failed("no free ports")


class Failed(AssertionError):
    """The server or nudgectl did not do what it was told."""


class Server:
    """One nudged.  Settings: Server(folder, **{"ns.dispatch": "on"})."""

    def __init__(self, folder: pathlib.Path, **settings: str) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.log_path = folder / "nudged.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.ns_port, self.http_port, self.https_port = free_ports(3)
        self.host = "127.0.0.1"
        self.program = BIN / "nudged"
        self.environment = dict(ENVIRONMENT)
        self.disk = folder / "disk"
        self.relayed: set[str] = set()  # who goes through the HTTP gateway
        self.tunnels: list[typing.Any] = []  # what to hang up at the end
        self.settings = {
            "listen.address": "127.0.0.1",
            "ns.port": str(self.ns_port),
            "http.port": str(self.http_port),
            "https.port": str(self.https_port),
            "chat.port": "0",
            "admin.port": "0",
        } | settings
        self._ca: pathlib.Path | None = None

    # ---- life ----
    def command(self, *more: str) -> list[str]:
        words = [str(self.program), "--data", str(self.data)]
        for key, value in self.settings.items():
            words += ["--set", f"{key}={value}"]
        return words + list(more)

    def launch(self) -> None:
        """Start the process without waiting for it."""
        assert self.process is None
        log = open(self.log_path, "ab")
        try:
            self.process = subprocess.Popen(
                self.command(), stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, cwd=self.folder, env=self.environment)
        finally:
            log.close()

    def start(self) -> Server:
        self.launch()
        assert self.process is not None
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self.process.poll() is not None:
                status = self.process.returncode
                self.process = None
                raise Failed(f"nudged ended with {status}:\n{self.log()}")
            if self.answers():
                return self
            time.sleep(0.01)
        raise Failed(f"nudged does not answer:\n{self.log()}")

    def answers(self) -> bool:
        """As "nudgectl ping" finds out."""
        try:
            with self.control("ping") as sock:
                # well or not, it answers
                return len(sock.recv(1)) == 1
        except OSError:
            return False

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def terminate(self) -> None:
        """SIGTERM, without waiting."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)

    def wait(self) -> int:
        assert self.process is not None
        try:
            # wait() with a limit sleeps longer and longer
            with contextlib.suppress(ProcessLookupError):
                ended = os.pidfd_open(self.process.pid)
                select.select([ended], [], [], STOP_SECONDS)
                os.close(ended)
            status = self.process.wait(1)
        except subprocess.TimeoutExpired as late:
            self.process.kill()
            self.process.wait()
            self.process = None
            raise Failed(f"nudged did not stop:\n{self.log()}") from late
        self.process = None
        return status

    def stop(self) -> int:
        self.terminate()
        return self.wait()

    def kill(self) -> None:
        """Like a power cut for the process: SIGKILL by its id."""
        os.kill(self.pid, signal.SIGKILL)
        self.wait()

    def restart(self) -> None:
        if self.process is not None:
            assert self.stop() == 0
        self.start()

    def close(self) -> None:
        """The end of a test: must leave in peace when it still runs."""
        if self.process is None:
            return
        if self.process.poll() is not None:
            status = self.process.returncode
            self.process = None
            raise Failed(f"nudged ended by itself with {status}")
        for tunnel in self.tunnels:
            tunnel.hang_up()
        status = self.stop()
        if status != 0:
            raise Failed(f"nudged ended with {status}")

    # ---- asking ----
    def log(self) -> str:
        try:
            return self.log_path.read_text("utf-8", "replace")
        except FileNotFoundError:
            return ""

    def wait_log(self, text: str, seconds: float = 10.0) -> None:
        """What a connection's end says comes a moment after the peer saw
        it."""
        end = time.monotonic() + seconds
        while text not in self.log():
            if time.monotonic() > end:
                raise Failed(f"no {text} in the log:\n{self.log()}")
            time.sleep(0.01)

    def ctl(self, *words: str, check: bool = True
            ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [str(BIN / "nudgectl"), "--data", str(self.data), *words],
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=60, check=False, env=ENVIRONMENT)
        if check and done.returncode != 0:
            raise Failed(f"nudgectl {' '.join(words)}: {done.returncode}\n"
                         f"{done.stdout}{done.stderr}")
        return done

    def control(self, *words: str) -> socket.socket:
        """What nudgectl would send; the answer comes when it is done."""
        sock = socket.socket(socket.AF_UNIX)
        folder = os.open(self.data, os.O_PATH)
        try:
            # the path of a test's folder may be too long for a socket
            sock.connect(f"/proc/self/fd/{folder}/control.sock")
        finally:
            os.close(folder)
        for word in words:
            sock.sendall(struct.pack(">I", len(word)) + word.encode())
        sock.sendall(b"\xff\xff\xff\xff")
        return sock

    def tunnel(self, line: typing.Any, target: str) -> typing.Any:
        """What a msn.Line needs to go through the HTTP gateway."""
        import gateway  # which need this module
        import msn
        kind = "SB" if isinstance(line, msn.Board) else "NS"
        return gateway.Tunnel(self, target, kind=kind)

    def told(self, *words: str) -> str:
        """What nudgectl would print, without starting a program for it:
        tests ask often."""
        with self.control(*words) as sock:
            answer = b"".join(iter(lambda: sock.recv(65536), b""))
        assert answer.startswith(b"\0"), answer
        return answer[1:].decode()

    def add_user(self, email: str, password: str) -> None:
        self.ctl("user", "add", email, "--password", password)

    def stats(self) -> dict[str, int]:
        found = {}
        for line in self.told("stats").splitlines():
            key, _, value = line.partition(" ")
            if value.strip().isdigit():
                found[key] = int(value)
        return found

    def stat(self, key: str) -> int:
        return self.stats().get(key, 0)

    def wait_stat(self, key: str, least: int, seconds: float = 10.0) -> int:
        """What closes a connection is counted when the connection is gone,
        which may be a moment after the peer saw it."""
        end = time.monotonic() + seconds
        while True:
            value = self.stat(key)
            if value >= least:
                return value
            if time.monotonic() > end:
                raise Failed(f"{key} is {value}, not {least}:\n"
                             f"{self.ctl('stats').stdout}")
            time.sleep(0.05)

    def trust(self, pem: bytes) -> None:
        """The CA came by another way."""
        self._ca = self.folder / "trusted.pem"
        self._ca.write_bytes(pem)

    @property
    def ca(self) -> pathlib.Path:
        """The certificate of the server's CA as a PEM file."""
        if self._ca is None:
            there = self.folder / "ca"
            self.ctl("certs", "export", str(there))
            self._ca = find_pem(there)
        return self._ca


def find_pem(there: pathlib.Path) -> pathlib.Path:
    """The CA in what "certs export" wrote: a file, or a folder of files."""
    files = sorted(there.iterdir()) if there.is_dir() else [there]
    pems = [f for f in files
            if b"-----BEGIN CERTIFICATE-----" in f.read_bytes()]
    if not pems:
        raise Failed(f"no PEM certificate in {there}")
    named = [f for f in pems if "ca" in f.name.lower()]
    return (named or pems)[0]


def make_mold(folder: pathlib.Path) -> pathlib.Path:
    """A data folder with certificates and PEOPLE; returns it."""
    folder.mkdir(parents=True, exist_ok=True)
    server = Server(folder).start()
    for email, password in PEOPLE.items():
        server.add_user(email, password)
    if server.stop() != 0:
        raise Failed(f"the mold did not stop in peace:\n{server.log()}")
    # its settings are not those of the copies
    (server.data / "settings.last").unlink()
    return server.data


def copy_mold(mold: pathlib.Path, folder: pathlib.Path) -> None:
    def special(where: str, names: list[str]) -> list[str]:
        return [n for n in names
                if not (pathlib.Path(where) / n).is_file()
                and not (pathlib.Path(where) / n).is_dir()]

    shutil.copytree(mold, folder / "data", ignore=special)
