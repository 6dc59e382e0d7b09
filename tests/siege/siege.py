#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Good people live on while somebody attacks: tests/siege/siege.py
[--build DIR] [--short] [--as BYTES] [ATTACK ...]

For each attack: good sign-ins served (at least 99 %), their p99 and that of
acknowledgments (at most twice the quiet one and 50 ms; first sign-ins, with a
hash, a second more), the peak of the server's memory (at most 128 MiB above the
quiet one), messages lost (none), growth of the log (at most 20 KiB a second
above the quiet one), and what victim.py promises of that attack.  One of which
only the times are bad is done once more, twice at most, beside a quiet run of
its own: other programs use the machine, too.  Also printed: the processor's
share the server had.  Needs network namespaces; without them it says so and
skips.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import pathlib
import subprocess
import sys
import tempfile
import time
import typing

import attack
import victim
from house import House, NoNamespaces, Server, make_data

HERE = pathlib.Path(__file__).resolve().parent
SECONDS, SHORT = 20.0, 4.0
LONGER = 1.0
SERVED = 0.99
SILENT = 0.01
MEMORY_KIB = 128 * 1024
LOG_KIB_S = 20.0  # 26 GB a day are 300
SLACK_S, FRESH_S = 0.05, 1.0
START_LIMIT, END_LIMIT = 90.0, 60.0
REPEATS = 2       # when times alone are bad
SKIPPED = 0


def p99(times: list[float]) -> float:
    if not times:
        return math.inf
    return times[min(len(times) - 1, int(len(times) * 0.99))]


class Part:
    """A program in one of the namespaces, which says when it is ready."""

    def __init__(self, house: House, part: str, nice: int, script: str,
                 *words: str) -> None:
        self.name = script
        self.process = subprocess.Popen(
            house.inside(part, "nice", "-n", str(nice), sys.executable, "-B",
                         str(HERE / script), *words),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ready(self) -> None:
        assert self.process.stdout is not None
        if self.process.stdout.readline() != "ready\n":
            raise SystemExit(f"siege: {self.name} did not get ready")

    def go(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def end(self, seconds: float) -> dict[str, typing.Any]:
        out, _ = self.process.communicate(timeout=seconds + END_LIMIT)
        return json.loads(out) if out.strip() else {}

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


class Outcome:
    def __init__(self, name: str, good: dict[str, typing.Any],
                 attack: dict[str, typing.Any], server: Server) -> None:
        self.name, self.good, self.attack = name, good, attack
        self.peak = server.peak
        self.busy = server.busy()
        self.alive = server.alive()
        self.log_rate = server.log_rate()
        tries = len(good["known"]) + len(good["fresh"])
        bad = [f for f in good["failed"] if not f.startswith("talk")]
        self.served = tries / (tries + len(bad)) if tries + len(bad) else 0.0
        talks = len(good["failed"]) - len(bad)
        self.silent = talks / max(1, talks + good["talks"])
        self.known, self.fresh = p99(good["known"]), p99(good["fresh"])
        self.acks = p99(good["acks"])

    def faults(self, quiet: Outcome) -> list[str]:
        found = []
        if not self.alive:
            found.append("the server ended")
        if self.served < SERVED:
            found.append(f"served {self.served:.1%}")
        if self.known > 2 * quiet.known + SLACK_S:
            found.append("p99")
        if self.fresh > 2 * quiet.fresh + SLACK_S + FRESH_S:
            found.append("p99 of first sign-ins")
        if self.acks > 2 * quiet.acks + SLACK_S:
            found.append("p99 of acknowledgments")
        if self.log_rate > quiet.log_rate + LOG_KIB_S:
            found.append("log")
        if self.peak > quiet.peak + MEMORY_KIB:
            found.append("memory")
        if self.good["lost"]:
            found.append("messages lost")
        if self.silent > SILENT:
            found.append(f"{self.silent:.0%} of the conversations failed")
        return found + self.attack.get("broken", [])[:3]


HEAD = (f"{'attack':<16} {'sign-ins':>8} {'served':>7} {'p99':>7} "
        f"{'first':>7} {'acks':>7} {'peak':>8} {'lost':>6} {'log KiB/s':>10} "
        f"{'CPU':>4}  ")


def show(o: Outcome, verdict: str) -> None:
    print(f"{o.name:<16} "
          f"{len(o.good['known']) + len(o.good['fresh']):>8} "
          f"{o.served:>7.1%} {o.known * 1000:>4.0f} ms "
          f"{o.fresh * 1000:>4.0f} ms {o.acks * 1000:>4.0f} ms "
          f"{o.peak / 1024:>4.0f} MiB {o.good['lost']:>2}/{o.good['sent']:<5}"
          f"{o.log_rate:>8.1f} {o.busy:>4.0%}  {verdict} "
          f"{o.attack.get('seen', '')}", flush=True)


def one(house: House, args: argparse.Namespace, data: pathlib.Path,
        name: str, seconds: float) -> Outcome:
    server = Server(house, args.build, data, args.space,
                    **attack.SETTINGS.get(name, {}))
    parts: list[Part] = []
    try:
        good = Part(house, "good", 0, "good.py", str(seconds))
        parts.append(good)
        good.ready()
        told = None
        if name in victim.PROMISES:
            told = Part(house, "good", 0, "victim.py", name, str(seconds))
            parts.append(told)
            told.ready()
        bad = None
        if name != "quiet":
            # it ends after those who suffer it
            bad = Part(house, "bad", 10, "attack.py", name,
                       str(seconds + LONGER))
            parts.append(bad)
            bad.ready()
        server.mark()
        good.go()
        if told is not None:
            told.go()
        lived = good.end(seconds)
        kept = told.end(seconds) if told else {}
        done = bad.end(seconds) if bad else {}
        return Outcome(name, lived, done | kept, server)
    finally:
        for part in parts:
            part.kill()
        server.stop()


def siege(house: House, args: argparse.Namespace, folder: pathlib.Path
          ) -> int:
    begun = time.monotonic()
    seconds = args.seconds or (SHORT if args.short else SECONDS)
    data = make_data(house, args.build, folder)
    quiet = one(house, args, data, "quiet", seconds)
    print(HEAD)
    show(quiet, "")
    if quiet.faults(quiet) or not quiet.good["told"]:
        print(f"siege: not even when all is quiet: {quiet.good['failed'][:5]}")
        return 1
    failed = []
    for name in args.attacks or attack.ATTACKS:
        got = one(house, args, data, name, seconds)
        faults = got.faults(quiet)
        for _ in range(REPEATS):
            if not faults or not all(f.startswith("p99") for f in faults):
                break
            # perhaps the machine itself is busier than it was
            show(got, "once more")
            again = one(house, args, data, "quiet", seconds)
            show(again, "")
            got = one(house, args, data, name, seconds)
            faults = got.faults(again)
        show(got, "pass" if not faults else "FAIL: " + ", ".join(faults))
        if faults:
            failed.append(name)
            for line in got.good["failed"][:args.why]:
                print("    " + line)
        if args.why:
            print(f"    {got.attack}")
        with contextlib.suppress(OSError):
            (folder / "data" / "control.sock").unlink()
    print(f"{len(args.attacks or attack.ATTACKS) - len(failed)} attacks "
          f"passed, {len(failed)} failed, in "
          f"{time.monotonic() - begun:.0f} s" +
          (": " + " ".join(failed) if failed else ""))
    return 1 if failed else 0


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=pathlib.Path,
                        default=HERE.parents[1] / "build" / "release")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--seconds", type=float, default=0)
    parser.add_argument("--as", dest="space", type=int, default=0)
    parser.add_argument("--why", type=int, default=0,
                        help="so many of the failures are shown")
    parser.add_argument("attacks", nargs="*", metavar="ATTACK",
                        help=", ".join(attack.ATTACKS))
    args = parser.parse_args()
    args.build = args.build.resolve()
    with tempfile.TemporaryDirectory(prefix="nudge-siege-") as folder:
        try:
            house = House().__enter__()
        except NoNamespaces as why:
            print(f"SKIPPED siege: no network namespaces here ({why})")
            return SKIPPED
        try:
            return siege(house, args, pathlib.Path(folder))
        finally:
            house.__exit__()


if __name__ == "__main__":
    sys.exit(main())
