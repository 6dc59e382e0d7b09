#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Which test shows which statement of docs/protocol.

A statement is a numbered line of a page, named by page, section and number:
"ns-classic 15 #61", "field-runs 2.4", "programs-1 §5 rule 6".  A test names
what it shows: in C in the comment above its function,

    /* covers: ns-classic 15 #61, #65; field-notes 13 */

in Python by @pytest.mark.covers("sb 14 #10").  Field runs and the reading rules
of programs may also be cited in passing, anywhere in that comment or in the
test's own text.  Outcomes are those of the last "make test" (build/test/*.log,
build/conformance/*.json).  What no test shows must stand, with its reason, in
docs/protocol/NOT-FOLLOWED.md.

    conformance.py            print a sum of each page, write the whole table
                              to build/conformance/table.md
    conformance.py --check    say what is missing; exit 1 if anything is
"""
import collections
import glob
import json
import os
import re
import sys

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PAGES = os.path.join(TOP, "docs", "protocol")
# pages that end in numbered statements, and the sections that hold them
NUMBERED = [
    ("ns-classic", ["15"]), ("sb", ["14"]), ("passport", ["13"]),
    ("soap", ["11"]), ("ns-modern", ["11"]), ("rst", ["9"]),
    ("chat-ircx", ["18", "20"]), ("real-accounts", ["13"]),
    ("msnp21", ["13"]), ("circles", ["11"]), ("relay", ["8"]),
    ("today", ["10"]), ("field-runs", ["2", "3", "4"]), ("field-notes", [""]),
]
RULES = re.compile(r"(?:Rules for the twin|Twin rules)[^:\n]*:\s*")
COVERS = re.compile(r"covers:\s*(.*)", re.S)
ABOVE = re.compile(r"/\*((?:[^*]|\*(?!/))*)\*/\s*(?:static\s+)?void\s+(\w+)\(")
# "field-runs 2.4"; "field-runs 2.2, 2.3 and 3.1"
RUN = re.compile(r"field-runs ((?:\d\.\d+(?:, | and )?)+)")
# "programs-1 §5 rules 6, 8-10"; "programs-2 §7 rule 3"
RULE = re.compile(r"programs-([12]) §(\d+) rules? (\d+(?:\s*[-–]\s*\d+)?"
                  r"(?:\s*(?:,|and)\s*\d+(?:\s*[-–]\s*\d+)?)*)")


def read(path):
    with open(path, encoding="utf-8", errors="replace") as f:
        return f.read()


def section(text, number):
    """The text of section "## NUMBER.", the whole page for ""."""
    if number == "":
        return text
    m = re.search(r"^## %s\..*?$(.*?)(?=^## |\Z)" % number, text, re.M | re.S)
    if m is None:
        raise SystemExit("no section " + number)
    return m.group(1)


def numbers_of(text):
    """1, 2, 3 … as long as they go on, at the beginning of lines."""
    last = 0
    for m in re.finditer(r"^\s*(\d+)\. ", text, re.M):
        if int(m.group(1)) == last + 1:
            last += 1
    return last


def rules_of(text):
    """How many reading rules a program's section ends in."""
    last = 0
    for m in RULES.finditer(text):
        rest = text[m.end():].split("\n\n" if "\n1. " not in
                                    text[m.start():m.end() + 4] else "\n##")[0]
        for n in re.finditer(r"(?<![^\s.])(\d+)\.?(?= )", rest):
            if int(n.group(1)) == last + 1:
                last += 1
    return last


def all_statements():
    """[(page, number)], in the order of the pages."""
    found = []
    for page, sections in NUMBERED:
        text = read(os.path.join(PAGES, page + ".md"))
        for number in sections:
            name = (page + " " + number).strip()
            found += [(name, n) for n in
                      range(1, numbers_of(section(text, number)) + 1)]
    for page in ("programs-1", "programs-2"):
        text = read(os.path.join(PAGES, page + ".md"))
        for number in re.findall(r"^## (\d+)\.", text, re.M):
            count = rules_of(section(text, number))
            found += [("%s §%s" % (page, number), n)
                      for n in range(1, count + 1)]
    return found


NAMES = sorted({page for page, _ in all_statements()}, key=len, reverse=True)


def span(text):
    """'6, 8-10' -> 6, 8, 9, 10"""
    for part in re.split(r",|and", text):
        m = re.match(r"\s*#?(\d+)(?:\s*[-–]\s*#?(\d+))?\s*$", part)
        if m:
            yield from range(int(m.group(1)), int(m.group(2) or m.group(1)) + 1)


def statements(text):
    """'ns-classic 15 #61, #65-67; field-notes 13' -> (page, number) pairs."""
    found = []
    page = None
    text = re.sub(r"\s*\n\s*\*?\s*", " ", text)
    for part in re.split(r"[;,]", text):
        part = part.strip()
        for name in NAMES:
            if part == name or part.startswith((name + " ", name + ".")):
                page, part = name, part[len(name) + 1:]
                break
        if page is not None:
            part = re.sub(r"^rules? ", "", part.strip())
            found += [(page, n) for n in span(part)]
    return found


def cited(text):
    """The field runs and reading rules that a text names in passing."""
    text = re.sub(r"\s*\n\s*[*#]*\s*", " ", text)
    found = [("field-runs " + a, int(b)) for runs in RUN.findall(text)
             for a, b in re.findall(r"(\d)\.(\d+)", runs)]
    for page, part, rules in RULE.findall(text):
        found += [("programs-%s §%s" % (page, part), n) for n in span(rules)]
    return found


def outcomes_of_c():
    good = set()
    bad = set()
    for path in glob.glob(os.path.join(TOP, "build", "test", "*.log")):
        for line in read(path).split("\n"):
            m = re.match(r"\[\s+(OK|FAILED)\s+\] (\w+)$", line.strip())
            if m:
                (good if m.group(1) == "OK" else bad).add(m.group(2))
    return good, bad


def from_c(table):
    good, bad = outcomes_of_c()
    pattern = os.path.join(TOP, "tests", "*", "test_*.c")
    for path in sorted(glob.glob(pattern)):
        where = os.path.relpath(path, TOP)
        for comment, name in ABOVE.findall(read(path)):
            state = "fails" if name in bad else \
                "passes" if name in good else "not run"
            covers = COVERS.search(comment)
            keys = statements(covers.group(1)) if covers else []
            for key in dict.fromkeys(keys + cited(comment)):
                table[key].append((where, name, state))


def from_pytest(table):
    pattern = os.path.join(TOP, "build", "conformance", "*.json")
    found = {}      # a test that failed in one variant has failed
    for path in sorted(glob.glob(pattern)):
        for line in read(path).splitlines():
            row = json.loads(line)
            where, _, name = row["test"].partition("::")
            where = where if where.startswith("tests/") \
                else "tests/e2e/" + os.path.basename(where)
            text = row["statement"]
            for key in dict.fromkeys(statements(text) + cited(text)):
                entry = (key, where, name)
                if row["outcome"] != "passed":
                    found[entry] = "fails"
                else:
                    found.setdefault(entry, "passes")
    for (key, where, name), state in found.items():
        table[key].append((where, name, state))


def reasons(wanted):
    """NOT-FOLLOWED.md: "- **page #numbers**: reason"; a page alone is all of
    its statements."""
    found = {}
    text = read(os.path.join(PAGES, "NOT-FOLLOWED.md"))
    for what, why in re.findall(r"^- \*\*(.+?)\*\*: (.*?)(?=\n- |\n\n|\Z)", text,
                                re.M | re.S):
        keys = statements(what)
        if what in NAMES:
            keys = [key for key in wanted if key[0] == what]
        for key in keys:
            found[key] = " ".join(why.split())
    return found


def table_of(wanted, table, why):
    out = ["# Which test shows which statement", ""]
    for page in dict.fromkeys(page for page, _ in wanted):
        out += ["## " + page, "", "| # | shown by | outcome |",
                "|--:|---|---|"]
        for key in wanted:
            if key[0] != page:
                continue
            rows = table.get(key, [])
            if not rows:
                out.append("| %d | – | %s |" % (
                    key[1], why.get(key, "**no test**")))
            for where, name, state in rows:
                out.append("| %d | `%s` in %s | %s |" % (
                    key[1], name, where, state))
        out.append("")
    return "\n".join(out)


def main():
    wanted = all_statements()
    table = collections.defaultdict(list)
    from_c(table)
    from_pytest(table)
    why = reasons(wanted)
    missing = [key for key in wanted if key not in table and key not in why]
    for page, number in missing:
        print("no test and no reason: %s #%d" % (page, number))
    for key in sorted(set(table) - set(wanted)):
        print("no such statement: %s #%d, cited by %s" % (
            key + (table[key][0][1],)))
    if "--check" in sys.argv:
        return 1 if missing else 0
    for page in dict.fromkeys(page for page, _ in wanted):
        mine = [key for key in wanted if key[0] == page]
        shown = sum(key in table for key in mine)
        print("%-16s %3d statements, %3d shown by tests, %3d with a reason" % (
            page, len(mine), shown,
            sum(key not in table and key in why for key in mine)))
    there = os.path.join(TOP, "build", "conformance")
    os.makedirs(there, exist_ok=True)
    with open(os.path.join(there, "table.md"), "w", encoding="utf-8") as f:
        f.write(table_of(wanted, table, why))
    return 0


if __name__ == "__main__":
    sys.exit(main())
