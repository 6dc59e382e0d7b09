# SPDX-License-Identifier: MIT
"""Three network namespaces: the server's, the good people's, and the
attacker's.  Good people have an IPv4 address each, all over the place; the
attacker has sixteen IPv4 addresses and one IPv6 /48."""

from __future__ import annotations

import os
import pathlib
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))
import accounts  # noqa: E402

SERVER_V4, SERVER_V6 = "10.1.0.1", "fd00:1::1"
GOOD = 100      # people who live here
FRESH = 400     # who sign in for the first time, one after another
ATTACKERS = 24  # accounts that the attacker has
BLOCKED = 4     # of them whom the victim blocks
# the victim; a friend of it; somebody whom STRANGERS have on their lists
VICTIM, FRIEND, CROWDED = (GOOD + FRESH + ATTACKERS + n for n in (1, 2, 3))
STRANGERS = 5000  # limit.strangers
AUTHORS, REPORTS = 100, 2000  # of reports, and how many there are
DOMAIN = "siege.example"
PASSWORD = "secret"
PORTS = {"ns.port": "1863", "http.port": "80", "https.port": "443",
         "chat.port": "6667"}
FILES = 30000
BLOCK = 4       # the bit of the block list
START_SECONDS = 30.0


def address(number: int) -> str:
    return f"u{number:04d}@{DOMAIN}"


def good_ip(number: int) -> str:
    return f"10.{20 + number % 40}.{number % 250 + 1}.1"


def attacker_ips() -> list[str]:
    return [f"10.{100 + n}.66.66" for n in range(16)]


ATTACKER_48 = "2001:db8:66"


def run(*words: str) -> None:
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode != 0:
        raise OSError(f"{' '.join(words)}: {done.stderr.strip()}")


class NoNamespaces(OSError):
    """This machine or this user has none."""


class House:
    """with House() as h: everything that was made is gone afterwards."""

    def __init__(self) -> None:
        pid = os.getpid()
        self.spaces = {part: f"siege{pid}{part[0]}"
                       for part in ("server", "good", "bad")}

    def inside(self, part: str, *words: str) -> list[str]:
        return ["ip", "netns", "exec", self.spaces[part], *words]

    def __enter__(self) -> House:
        try:
            self.build()
        except OSError:
            self.__exit__()
            raise
        return self

    def build(self) -> None:
        for space in self.spaces.values():
            try:
                run("ip", "netns", "add", space)
            except OSError as why:
                raise NoNamespaces(why) from why
            run("ip", "-n", space, "link", "set", "lo", "up")
        self.cable("good", "10.2.0.1", "10.2.0.2", "fd00:2::1", "fd00:2::2")
        self.cable("bad", "10.3.0.1", "10.3.0.2", "fd00:3::1", "fd00:3::2")
        server, good, bad = self.spaces.values()
        run("ip", "-n", server, "addr", "add", SERVER_V4 + "/32", "dev", "lo")
        run("ip", "-n", server, "addr", "add", SERVER_V6 + "/128", "dev",
            "lo", "nodad")
        for n in range(1, CROWDED + 30):
            ip = good_ip(n)
            subprocess.run(["ip", "-n", good, "addr", "add", ip + "/32",
                            "dev", "lo"], capture_output=True)
        for n in range(40):
            run("ip", "-n", server, "route", "add", f"10.{20 + n}.0.0/16",
                "via", "10.2.0.2")
        for ip in attacker_ips():
            run("ip", "-n", bad, "addr", "add", ip + "/32", "dev", "lo")
            run("ip", "-n", server, "route", "add", ip + "/32", "via",
                "10.3.0.2")
        run("ip", "-n", bad, "-6", "route", "add", "local",
            ATTACKER_48 + "::/48", "dev", "lo")
        run("ip", "-n", server, "-6", "route", "add", ATTACKER_48 + "::/48",
            "via", "fd00:3::2")

    def cable(self, part: str, here: str, there: str, here6: str,
              there6: str) -> None:
        server, other = self.spaces["server"], self.spaces[part]
        name = "to" + part
        run("ip", "-n", server, "link", "add", name, "type", "veth", "peer",
            "name", "wire", "netns", other)
        for space, dev, v4, v6 in ((server, name, here, here6),
                                   (other, "wire", there, there6)):
            run("ip", "-n", space, "addr", "add", v4 + "/30", "dev", dev)
            run("ip", "-n", space, "addr", "add", v6 + "/64", "dev", dev,
                "nodad")
            run("ip", "-n", space, "link", "set", dev, "up")
        run("ip", "-n", other, "route", "add", "default", "via", here)
        run("ip", "-n", other, "-6", "route", "add", "default", "via", here6)

    def __exit__(self, *_: object) -> None:
        for space in self.spaces.values():
            subprocess.run(["ip", "netns", "del", space], capture_output=True)


def fill(data: pathlib.Path) -> None:
    """The people, in a stopped server's database."""
    db = sqlite3.connect(accounts.database(str(data)))
    now = int(time.time())
    hashed = accounts.hash_password(accounts.FULL)
    both = accounts.FORWARD | accounts.ALLOW | accounts.REVERSE
    with db:
        db.executemany(
            "INSERT INTO accounts (id, address, password, flags, serial,"
            " created, lists_changed, settings_changed)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [(n, address(n), hashed, accounts.ALLOW_ALL, 1, now, now * 1000,
              now * 1000) for n in range(1, CROWDED + 1)])
        db.executemany(
            "INSERT INTO contacts (owner, address, position, id, lists,"
            " groups) VALUES (?, ?, 1, ?, ?, 0)",
            [(n, address(n + 1 if n % 2 else n - 1), os.urandom(16), both)
             for n in range(1, GOOD + 1)])
        fill_neighbors(db, both, now)
    db.close()


def fill_neighbors(db: sqlite3.Connection, both: int, now: int) -> None:
    """Whom the victims have on their lists, and a full list of reports."""
    lists = [(VICTIM, address(FRIEND), both), (FRIEND, address(VICTIM), both)]
    lists += [(VICTIM, address(GOOD + FRESH + 1 + n), BLOCK)
              for n in range(BLOCKED)]
    lists += [(CROWDED, f"{'stranger' * 4}{n}@{'far' * 8}.example",
               accounts.REVERSE) for n in range(STRANGERS)]
    db.executemany(
        "INSERT INTO contacts (owner, address, position, id, lists, groups)"
        " VALUES (?, ?, ?, ?, ?, 0)",
        [(owner, who, n, os.urandom(16), bits)
         for n, (owner, who, bits) in enumerate(lists, 1)])
    db.executemany(
        "INSERT INTO reports VALUES (?, ?, NULL, ?, 'spam', ?, 0, 'x', '')",
        [(n, GOOD + 1 + n % AUTHORS, address(VICTIM), now)
         for n in range(1, REPORTS + 1)])


class Server:
    """nudged with its default settings, in its namespace."""

    def __init__(self, house: House, build: pathlib.Path, data: pathlib.Path,
                 space: int = 0, **settings: str) -> None:
        words = [str(build / "nudged"), "--data", str(data)]
        for key, value in (PORTS | settings).items():
            words += ["--set", f"{key}={value}"]
        if space:
            words = ["prlimit", f"--as={space}"] + words
        self.build, self.data = build, data
        self.log_path = data.parent / "nudged.log"
        self.log_path.unlink(missing_ok=True)
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                house.inside("server", *words), stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, preexec_fn=more_files)
        self.peak = 0
        self.gone = False
        self.wait_ready()
        threading.Thread(target=self.watch, daemon=True).start()

    def wait_ready(self) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise OSError("nudged did not start: " + self.log())
            if b"event=ready" in self.log_path.read_bytes():
                return
            time.sleep(0.02)
        raise OSError("nudged is not ready: " + self.log())

    def log(self) -> str:
        return self.log_path.read_text(errors="replace")[-4000:]

    @property
    def pid(self) -> int:
        """"ip netns exec" and prlimit become the program they start."""
        return self.process.pid

    def memory(self) -> int:
        """KiB."""
        try:
            with open(f"/proc/{self.pid}/status") as f:
                for line in f:
                    if line.startswith("VmRSS:"):
                        return int(line.split()[1])
        except OSError:
            pass
        return 0

    def cpu(self) -> float:
        """Seconds so far, of all its threads."""
        try:
            with open(f"/proc/{self.pid}/stat") as f:
                fields = f.read().rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def logged(self) -> int:
        """Bytes."""
        return self.log_path.stat().st_size

    def mark(self) -> None:
        self.since = time.monotonic(), self.cpu()
        self.had = self.logged()

    def log_rate(self) -> float:
        """KiB a second, since the mark."""
        return (self.logged() - self.had) / 1024 / \
            (time.monotonic() - self.since[0])

    def busy(self) -> float:
        """Of one processor, since the mark."""
        began, used = self.since
        return (self.cpu() - used) / (time.monotonic() - began)

    def watch(self) -> None:
        while self.process.poll() is None:
            self.peak = max(self.peak, self.memory())
            time.sleep(0.1)
        self.gone = True

    def alive(self) -> bool:
        return self.process.poll() is None

    def stop(self) -> int:
        if self.alive():
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(40)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


def more_files() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    least = FILES if most == resource.RLIM_INFINITY else min(FILES, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (least, most))


def make_data(house: House, build: pathlib.Path, folder: pathlib.Path
              ) -> pathlib.Path:
    data = folder / "data"
    server = Server(house, build, data)
    run(str(build / "nudgectl"), "--data", str(data), "certs", "export",
        str(folder / "ca"))
    pems = [f for f in (folder / "ca").iterdir()
            if f.suffix in (".pem", ".crt")
            and b"-----BEGIN" in f.read_bytes()]
    os.environ["SIEGE_CA"] = str(pems[0])
    server.stop()
    fill(data)
    return data
