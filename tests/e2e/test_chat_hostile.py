# SPDX-License-Identifier: MIT
"""Chat: a room full of enemies, and two people in another one."""

from __future__ import annotations

import contextlib
import json
import pathlib
import subprocess
import sys
import time
from collections.abc import Iterator

import chat
import harness

EACH = 5  # of each kind
SAMPLES = 100
LINES = 60  # a second that one may say
# what a crowd may add to the slowest of a hundred, beside ten quiet ones
SPARE_S = 0.1
MEMORY_KIB = 8 * 1024


@contextlib.contextmanager
def crowd(server: harness.Server, found: dict[str, int]) -> Iterator[None]:
    here = pathlib.Path(__file__).with_name("hostile.py")
    process = subprocess.Popen(
        [sys.executable, "-B", str(here), server.host,
         server.settings["chat.port"], str(EACH)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        process.stdout.readline()
        yield
        found |= json.loads(process.communicate(timeout=20)[0])
    finally:
        process.kill()
        process.wait()


def memory_kib(server: harness.Server) -> int:
    status = pathlib.Path(f"/proc/{server.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])


class Talk:
    """Two people who answer each other, and count."""

    def __init__(self, server: harness.Server) -> None:
        self.ann, self.bob = chat.Client(server), chat.Client(server)
        self.ann.guest("ann")
        self.ann.join("%#quiet")
        self.bob.plain("bob")
        self.bob.join("#quiet")
        self.ann.until(":bob!.* JOIN ")
        self.said = 0

    def slow(self, samples: int = SAMPLES) -> float:
        """The second slowest of these messages, in seconds; each comes
        as the next line there is."""
        took = []
        for _ in range(samples):
            self.said += 1
            turn = self.said % 2
            speaker, room = ((self.ann, "%#quiet"),
                             (self.bob, "#quiet"))[turn]
            listener = (self.bob, self.ann)[turn]
            began = time.perf_counter()
            speaker.say(f"PRIVMSG {room} :message {self.said}")
            line = listener.read()
            took.append(time.perf_counter() - began)
            assert line.endswith(f"quiet :message {self.said}".encode()), line
            time.sleep(max(0.0, 0.55 / LINES - took[-1]))
        return sorted(took)[-2]


def test_a_room_of_enemies_leaves_another_room_in_peace(make_server):
    server = make_server(**{"chat.port": str(harness.free_ports(1)[0]),
                            "chat.plain": "on", "chat.lines": str(LINES)})
    talk = Talk(server)
    quiet = talk.slow()
    before, found = memory_kib(server), {}
    with crowd(server, found):
        server.wait_stat("close.line-too-long", EACH)
        loud = talk.slow()
        grown = memory_kib(server) - before
    stats = server.stats()
    print(f"quiet {quiet * 1e3:.1f} ms, loud {loud * 1e3:.1f} ms, "
          f"{grown} KiB, {found}, "
          f"{ {k: v for k, v in stats.items() if v and 'close' in k} }, "
          f"throttled {stats['chat.throttled']}, "
          f"rooms {stats['chat.rooms']}")
    assert loud < 10 * quiet + SPARE_S
    if harness.BIN.name != "asan":  # which keeps what was freed
        assert grown < MEMORY_KIB
    # each kind was slowed or shown out, by name
    assert stats["chat.throttled"] > 0
    for reason in ("line-too-long", "auth-failed", "flood"):
        assert stats[f"close.{reason}"] >= EACH, (reason, stats)
    # and when they have gone nothing is left of them
    end = time.monotonic() + 10
    while server.stat("chat.open") > 2 and time.monotonic() < end:
        time.sleep(0.05)
    assert server.stat("chat.open") == 2
    assert server.stat("chat.rooms") == 1
    talk.slow(2)
