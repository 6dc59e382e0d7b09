#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes docs/CONFORMANCE.md: which test shows which statement.

Statements are those of the protocol reference, named by page and number.
C tests name theirs in a comment above the function,

    /* covers: ns-classic 15 #61, #65; field-notes 13 */

and the end-to-end tests with @pytest.mark.covers("sb 14 #10").  Outcomes come
from the logs of the last test run (build/test/*.log, build/conformance/*.json).
A statement without a test must stand in tests/conformance-reasons.txt.

    conformance.py            write the page
    conformance.py --check    say what is missing; exit 1 if anything is
"""
import collections
import glob
import json
import os
import re
import sys

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# page and section -> how many statements it ends in
PAGES = collections.OrderedDict([
    ("ns-classic 15", 114),
    ("sb 14", 65),
    ("passport 13", 45),
    ("soap 11", 116),
    ("ns-modern 11", 7),
    ("rst 9", 7),
    ("chat-ircx 18", 7),
    ("chat-ircx 20", 90),
    ("real-accounts 13", 28),
    ("field-notes", 19),
])
COVERS = re.compile(r"/\*\s*covers:\s*(.*?)\*/\s*(?:static\s+)?void\s+(\w+)",
                    re.S)


def statements(text):
    """'ns-classic 15 #61, #65-67; field-notes 13' -> (page, number) pairs."""
    found = []
    page = None
    for part in re.split(r"[;,]", re.sub(r"\s*\n\s*\*?\s*", " ", text)):
        part = part.strip()
        m = re.match(r"(ns-classic 15|sb 14|passport 13|soap 11|ns-modern 11|rst 9|"
                     r"chat-ircx 18|chat-ircx 20|real-accounts 13|field-notes)\s*(.*)",
                     part)
        if m:
            page, part = m.group(1), m.group(2)
        m = re.match(r"#?(\d+)(?:\s*[-–]\s*#?(\d+))?$", part.strip())
        if page is None or not m:
            continue
        first = int(m.group(1))
        for number in range(first, int(m.group(2) or first) + 1):
            found.append((page, number))
    return found


def outcomes_of_c():
    good = set()
    bad = set()
    for path in glob.glob(os.path.join(TOP, "build", "test", "*.log")):
        with open(path, encoding="utf-8", errors="replace") as f:
            for line in f:
                m = re.match(r"\[\s+(OK|FAILED)\s+\] (\w+)$", line.strip())
                if m:
                    (good if m.group(1) == "OK" else bad).add(m.group(2))
    return good, bad


def from_c(table):
    good, bad = outcomes_of_c()
    pattern = os.path.join(TOP, "tests", "*", "test_*.c")
    for path in sorted(glob.glob(pattern)):
        with open(path, encoding="utf-8") as f:
            text = f.read()
        for covers, name in COVERS.findall(text):
            state = "fails" if name in bad else \
                "passes" if name in good else "not run"
            where = os.path.relpath(path, TOP)
            for key in statements(covers):
                table[key].append((where, name, state))


def from_pytest(table):
    pattern = os.path.join(TOP, "build", "conformance", "*.json")
    found = {}      # a test that failed in one variant has failed
    for path in sorted(glob.glob(pattern)):
        with open(path, encoding="utf-8") as f:
            for line in f:
                row = json.loads(line)
                where, _, name = row["test"].partition("::")
                where = where if where.startswith("tests/") \
                    else "tests/e2e/" + os.path.basename(where)
                for key in statements(row["statement"]):
                    entry = (key, where, name)
                    if row["outcome"] != "passed":
                        found[entry] = "fails"
                    else:
                        found.setdefault(entry, "passes")
    for (key, where, name), state in found.items():
        table[key].append((where, name, state))


def reasons():
    found = {}
    with open(os.path.join(TOP, "tests", "conformance-reasons.txt"),
              encoding="utf-8") as f:
        for line in f:
            if line.startswith("#") or ":" not in line:
                continue
            what, why = line.split(":", 1)
            for key in statements(what):
                found[key] = why.strip()
    return found


def page_of(table, why):
    out = ["# Conformance", "",
           "Which test shows which numbered statement of the protocol",
           "reference. Made by `make conformance` from the tests themselves.",
           ""]
    for page, count in PAGES.items():
        out += ["## " + page, "", "| # | shown by | outcome |",
                "|--:|---|---|"]
        for number in range(1, count + 1):
            rows = table.get((page, number), [])
            if not rows:
                out.append("| %d | – | %s |" % (
                    number, why.get((page, number), "**no test**")))
            for where, name, state in rows:
                out.append("| %d | `%s` in %s | %s |" % (
                    number, name, where, state))
        out.append("")
    return "\n".join(out)


def main():
    table = collections.defaultdict(list)
    from_c(table)
    from_pytest(table)
    why = reasons()
    missing = [(p, n) for p, c in PAGES.items() for n in range(1, c + 1)
               if (p, n) not in table and (p, n) not in why]
    for page, number in missing:
        print("no test and no reason: %s #%d" % (page, number))
    if "--check" in sys.argv:
        return 1 if missing else 0
    with open(os.path.join(TOP, "docs", "CONFORMANCE.md"), "w",
              encoding="utf-8") as f:
        f.write(page_of(table, why))
    return 0


if __name__ == "__main__":
    sys.exit(main())
