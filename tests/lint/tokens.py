# SPDX-License-Identifier: MIT
"""The table of tokens in docs/ARCHITECTURE.md is the one of the code.

usage: tokens.py prints it.
"""

import os
import re
import sys

from tree import Tree

DEF = "common/auth/tokens.def"
PAGE = "docs/ARCHITECTURE.md"
DOOR = re.compile(r'^DOOR\((\w+),\s*"([^"]*)"\)', re.M)
TOKEN = re.compile(r'^TOKEN\((\w+),\s*\d+,\s*(\w+),\s*(\w+),\s*([^"]*),\s*'
                   r'"([^"]*)",\s*"([^"]*)"\)', re.M)
HEAD = ["| purpose | where it comes from | what it opens | for |",
        "|---|---|---|---|"]
UNITS = [(3600, "h"), (60, "min"), (1, "s")]


def life(word):
    if word == "DAY":
        return "24 h"
    for seconds, unit in UNITS:
        if int(word) % seconds == 0:
            return f"{int(word) // seconds} {unit}"
    return word


def table(text):
    """The lines that the rows of the .def are on the page."""
    doors = dict(DOOR.findall(text))
    lines = list(HEAD)
    for _, length, use, at, word, source in TOKEN.findall(text):
        names = re.findall(r"AT\((\w+)\)", at)
        where = "; ".join(doors[n] for n in names)
        once = ", one session" if use == "ONCE" else ""
        lines.append(f"| {word} | {source} | {where} | {life(length)}{once} |")
    return lines


def tokens(tree):
    """the table of tokens says what the code does"""
    if DEF not in tree.paths:
        return
    if PAGE not in tree.paths:
        yield DEF, 1, f"{PAGE} does not tell of it"
        return
    text = tree.text(DEF)
    rows = len(re.findall(r"^TOKEN\(", text, re.M))
    if rows != len(TOKEN.findall(text)):
        yield DEF, 1, "a row is not read: write each on one line"
        return
    want = table(text)
    lines = tree.text(PAGE).split("\n")
    starts = [i for i, line in enumerate(lines) if line == HEAD[0]]
    if len(starts) != 1:
        yield PAGE, 1, "the table of tokens is missing, or there twice"
        return
    at = starts[0]
    for i, line in enumerate(want + [""]):
        if at + i >= len(lines) or lines[at + i] != line:
            yield PAGE, at + i + 1, f"the code says: {line}"
            return


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    print("\n".join(table(Tree(os.path.join(os.path.dirname(
        os.path.abspath(__file__)), "../..")).text(DEF))))
