#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""make lint: the rules of the house that a program can check.

usage: lint.py [ROOT]
"""

import os
import sys

import clients
import layers
import programs
import tables
import tokens
import words
from tree import Tree

CHECKS = [
    ("layers", layers.layers),
    ("libraries", layers.homes),
    ("core-words", words.core_words),
    ("versions", words.versions),
    ("banned-calls", words.banned),
    ("lengths", words.lengths),
    ("tables", tables.tables),
    ("tokens", tokens.tokens),
    ("clients", clients.clients),
    ("spdx", words.spdx),
    ("blanks", words.blanks),
    ("format", programs.formatted),
    ("shell", programs.shell),
]


def main(argv):
    here = os.path.dirname(os.path.abspath(__file__))
    tree = Tree(argv[1] if len(argv) > 1 else os.path.join(here, "../.."))
    failed = skipped = 0
    for name, check in CHECKS:
        try:
            findings = list(check(tree))
        except programs.Skipped as why:
            skipped += 1
            print(f"SKIPPED {name}: {why}")
            continue
        for path, line, text in findings:
            print(f"{path}:{line}: {text}")
        if findings:
            failed += 1
            print(f"FAILED {name}: {check.__doc__}")
        else:
            print(f"ok {name}")
    rest = f", {skipped} skipped" if skipped else ""
    print(f"{len(CHECKS) - failed - skipped} checks passed, "
          f"{failed} failed{rest}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    sys.exit(main(sys.argv))
