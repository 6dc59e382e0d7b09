#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Puts each fault back, one at a time, and shows which programs then fail.

usage: mutants.py [WORD...]     those whose source or name has a word

The faults stand between the server and the program (faults.py).  A program
that passes without a mutant (test_zoo.py) and fails with it has seen it.
"""

from __future__ import annotations

import importlib
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "e2e")]

import harness  # noqa: E402
import members  # noqa: E402
import partners  # noqa: E402
import scenario  # noqa: E402
from faults import Row  # noqa: E402
from world import World  # noqa: E402

AMY, BOB = "amy@example.com", "bob@example.com"


def find() -> list[Row]:
    """The rows of every file mutants_*.py."""
    found: list[Row] = []
    for path in sorted(HERE.glob("mutants_*.py")):
        found += importlib.import_module(path.stem).TABLE
    return found


TABLE = find()


def meet(world: World, name: str, row: Row) -> str:
    """Empty when the program saw nothing; else the step and what broke."""
    world.patience = 5.0        # many of them hang
    kind = members.TABLE[name]
    other = partners.TABLE[members.usual_partner(kind)]
    members.prepare(world, kind, AMY, BOB)
    one = members.make(kind, world, AMY)
    if row.password:
        world.server.ctl("user", "passwd", AMY, "--password", row.password)
        one.password = row.password
    world.mutants[kind.NAME] = row.make()
    two = other(world, BOB, harness.PEOPLE[BOB])
    run = scenario.Run(world, *((one, two) if row.first else (two, one)))
    if run.eight():
        run.extras()
    bad = [f"{step}: {what}" for step, what in run.outcomes.items()
           if what not in ("ok", "-")]
    return bad[0].split("\n")[0] if bad else ""


def main(words: list[str]) -> int:
    missed = 0
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place)
        mold = harness.make_mold(folder / "mold")
        for number, row in enumerate(TABLE):
            if words and not any(w in row.source or w in row.victims
                                 for w in words):
                continue
            print(f"{row.source}: {row.what}")
            seen = 0
            for name in row.victims:
                there = folder / f"{number}-{name}"
                there.mkdir()
                harness.copy_mold(mold, there)
                kind = members.TABLE[name]
                other = partners.TABLE[members.usual_partner(kind)]
                server = harness.Server(
                    there, **(other.SETTINGS | kind.SETTINGS)).start()
                world = World(server)
                try:
                    found = meet(world, name, row)
                finally:
                    world.close()
                    server.close()
                seen += bool(found)
                print(f"    {name}: {found[:150] or 'SAW NOTHING'}",
                      flush=True)
            missed += seen == 0
    print(f"{missed} faults that nobody saw")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
