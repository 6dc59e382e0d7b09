#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Program by step, of the last run of "pytest tests/zoo --zoo all": a table
for docs/CLIENTS.md.

A cell tells in how many of the walks (four partners, both ways) the step was
done; "8/8" is all.  "-": the program has no such thing."""

from __future__ import annotations

import json
import pathlib

BUILD = pathlib.Path(__file__).resolve().parents[2] / "build" / "zoo"
STEPS = ("sign-in", "add", "accept", "presence", "away", "message", "reply",
         "typing")


def rows() -> list[dict]:
    found = []
    for path in sorted(BUILD.glob("*.json")):
        found += [json.loads(line) for line in
                  path.read_text("utf-8").splitlines()]
    return found


def cell(runs: list[dict], step: str) -> str:
    seen = [r["outcomes"].get(step, "not reached") for r in runs]
    if all(s == "-" for s in seen):
        return "-"
    return f"{sum(s == 'ok' for s in seen)}/{len(seen)}"


def table(found: list[dict]) -> str:
    extras = sorted({s for r in found for s in r["outcomes"]} - set(STEPS))
    lines = ["| program | " + " | ".join(STEPS) + " | more |",
             "|---" * (len(STEPS) + 2) + "|"]
    for program in dict.fromkeys(r["program"] for r in found):
        runs = [r for r in found if r["program"] == program]
        more = []
        for step in extras:
            had = [r for r in runs if step in r["outcomes"]]
            if had:
                more.append(f"{step} {cell(had, step)}")
        lines.append("| " + " | ".join(
            [program, *(cell(runs, s) for s in STEPS), ", ".join(more)])
            + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(rows()))
