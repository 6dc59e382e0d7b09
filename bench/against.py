# SPDX-License-Identifier: MIT
"""Two builds of the server, measured in turn: bench/run.py --against BINARY.

Each round measures the old binary, the new one and the old one again, so that
old against old tells how much of a difference is chance.  A figure is slower
when the new median is above the old one by more than that, or by 3 %, whichever
is more.  The generators are this build's for all of them."""
import contextlib
import os
import shutil
import statistics
import tempfile

import accounts
from harness import Server

ROUNDS = 5
ALLOWED = 0.03


def relay(pairs, outstanding):
    def measure(bench, server):
        got = bench.load("relay-pairs", server.target(), pairs=pairs,
                         outstanding=outstanding, first=accounts.PLAIN)
        return got["cpu_ns"] / 1e3
    return measure


def round_trip(bench, server):
    got = bench.load("relay-pairs", server.target(), pairs=1, outstanding=1,
                     first=accounts.PLAIN)
    return got["trip_p50_ns"] / 1e3


def presence(bench, server):
    got = bench.load("presence", server.target(), first=accounts.STAR,
                     dialect=9, other=11, watchers=300, changes=50,
                     pace_us=20000)
    return got["cpu_ns"] / 1e3


def sign_in(bench, server):
    got = bench.load("signin", server.target(), rounds=10, conc=16,
                     settle_ms=100, first=accounts.PLAIN, users=100)
    return got["cpu_ns"] / 1e3


FIGURES = [
    ("relay, 50 x 16: CPU per message", relay(50, 16)),
    ("relay, 50 x 1: CPU per message", relay(50, 1)),
    ("relay, 1 x 1: round trip p50", round_trip),
    ("presence to 300: CPU per delivery", presence),
    ("sign-in: CPU, password known", sign_in),
]


class Subject:
    """One of the three: a binary on a data folder of its own."""

    def __init__(self, bench, binary, settings):
        self.bench = bench
        self.settings = settings
        self.build = tempfile.TemporaryDirectory(prefix="nudge-against-")
        shutil.copy2(binary, os.path.join(self.build.name, "nudged"))
        self.data = tempfile.TemporaryDirectory(prefix="nudge-against-")
        with self.server():
            pass  # makes the database and the certificates
        accounts.fill(self.data.name, 2000)

    def server(self):
        return Server(self.build.name, self.data.name, self.settings)


def compare(bench, old, new, settings_of):
    """Prints a row for each figure; how many are slower."""
    with contextlib.ExitStack() as stack:
        subjects = []
        for binary in (old, new, old):
            one = Subject(bench, binary, settings_of(binary))
            stack.enter_context(one.build)
            stack.enter_context(one.data)
            subjects.append(one)
        return rows(bench, subjects)


def rows(bench, subjects):
    slower = 0
    print(f"{'figure':<40} {'old':>9} {'new':>9} {'old again':>9}"
          f" {'new/old':>8} {'allowed':>8}", flush=True)
    for name, measure in FIGURES:
        taken = [[], [], []]
        for _ in range(ROUNDS):
            for one, values in zip(subjects, taken):
                with one.server() as server:
                    values.append(measure(bench, server))
        first, new, again = map(statistics.median, taken)
        old = statistics.median(taken[0] + taken[2])
        allowed = max(ALLOWED, abs(first / again - 1))
        bad = new / old - 1 > allowed
        slower += bad
        print(f"{name:<40} {first:>9.3f} {new:>9.3f} {again:>9.3f}"
              f" {new / old:>8.3f} {1 + allowed:>8.3f}"
              f" {'SLOWER' if bad else 'ok'}", flush=True)
    print(f"{slower} figures slower")
    return slower
