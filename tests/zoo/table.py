#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Program by step, of the last run of "pytest tests/zoo --zoo=all".

usage: table.py           print the table
       table.py --page    put it into docs/CLIENTS.md, where one is

A cell tells in how many of the walks (four partners, both ways) the step was
done; "8/8" is all.  "-": the program has no such thing."""

from __future__ import annotations

import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "zoo"
PAGE = ROOT / "docs" / "CLIENTS.md"
BEGIN = "<!-- made by tests/zoo/table.py --page -->"
END = "<!-- end of the zoo's table -->"
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
    extras.sort(key=lambda step: step != "no popup")
    lines = ["| program | " + " | ".join(STEPS) + " | more |",
             "|---" * (len(STEPS) + 2) + "|"]
    for _, program in sorted({(r["dialect"], r["program"]) for r in found}):
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


def page(text: str, new: str) -> str:
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}\n\n{new}\n\n{END}{tail}"


if __name__ == "__main__":
    made = table(rows())
    print(made)
    if sys.argv[1:] == ["--page"]:
        PAGE.write_text(page(PAGE.read_text("utf-8"), made), "utf-8")
