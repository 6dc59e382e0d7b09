#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measures a release build: make bench, make bench-quick.

The server (and the bare relay, and the bare TLS server) run on processor 0,
the generators on processor 1.  Figures are medians; those with a physical
limit R are measured in turn with it.  docs/PERFORMANCE.md tells more.
"""
import argparse
import os
import platform
import resource
import subprocess
import sys

import accounts
import against
import figures
from harness import LOAD_CPU, SERVER_CPU, Bench, Table

# Ceilings that would otherwise be measured in the server's stead, as far as
# this build of it knows them.
CEILINGS = {
    "log.level": "warn",
    "limit.connections": "40000",
    "limit.connections-per-address": "1000000",
    # counted all the same, but nobody is made to wait
    "sb.rate": "1000000",
}


def arguments():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--build", default="build/release")
    p.add_argument("--quick", action="store_true",
                   help="fewer rounds, without the largest figures")
    p.add_argument("--only", action="append", choices=sorted(figures.ALL))
    p.add_argument("--set", action="append", default=[], metavar="NAME=VALUE",
                   help="a setting of the server's")
    p.add_argument("--against", metavar="BINARY",
                   help="another nudged: both in turn, five rounds; ends with "
                        "1 when this build is slower")
    p.add_argument("--strict", action="store_true",
                   help="end with 1 when a target is missed")
    return p.parse_args()


def settings(binary, extra):
    """The ceilings this server has, and what was asked for."""
    known = subprocess.run([binary, "--describe"],
                           capture_output=True, text=True, check=True).stdout
    chosen = {k: v for k, v in CEILINGS.items() if k in known}
    chosen.update(e.split("=", 1) for e in extra)
    return chosen


def machine():
    model = "unknown processor"
    with open("/proc/cpuinfo") as f:
        for line in f:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
    return f"{model}, {os.cpu_count()} processors, Linux {platform.release()}"


def main():
    args = arguments()
    if not {SERVER_CPU, LOAD_CPU} <= os.sched_getaffinity(0):
        raise SystemExit("bench: processors 0 and 1 are needed")
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    os.sched_setaffinity(0, {LOAD_CPU})
    bench = Bench(args.build, args.quick)
    binary = os.path.join(args.build, "nudged")
    bench.settings = settings(binary, args.set)
    print(machine())
    if args.against:
        return 1 if against.compare(
            bench, args.against, binary,
            lambda which: settings(which, args.set)) else 0
    with bench.server():
        pass  # makes the database and the certificates
    accounts.fill(bench.folder.name, 2000 if args.quick else 20000)
    table = Table()
    for name, figure in figures.ALL.items():
        if not args.only or name in args.only:
            figure(bench, table)
    print(f"{table.missed} targets missed")
    return 1 if args.strict and table.missed else 0


if __name__ == "__main__":
    sys.exit(main())
