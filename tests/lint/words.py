# SPDX-License-Identifier: MIT
"""What the text of a file may not say, and how long it may be."""

import re

from tree import c_text

PROTOCOL = re.compile(r"\b(msnp|soap|xml|ircx?)", re.I)
VERSION = re.compile(
    r"(dialect|version|msnp)[\w>.()-]*\s*(<=?|>=?|==|!=)"
    r"\s*[A-Z_]*([2-9]|1\d|2[01])\b", re.I)
BANNED = re.compile(
    r"(?<![\w.>])(v?sprintf|strcpy|strcat|strtok|atoi|gets|alloca)\s*\(")
FILE_MAX = 600
FUNCTION_MAX = 70
TEXT = (".c", ".h", ".def", ".py", ".sh", ".mk", ".md", ".sql", ".yml",
        ".yaml", ".css", ".conf", "Makefile", "run", ".toml", ".ini")
SOURCE = (".c", ".h", ".def", ".py", ".sh", ".mk", ".sql", "Makefile",
          ".ci/run")


def core_words(tree):
    """the core knows no protocol"""
    for path in tree.files(".c", ".h", ".def", ".sql", under=("core/",)):
        for number, line in tree.lines(path):
            m = PROTOCOL.search(line)
            if m:
                yield path, number, f"the core says {m.group(0)}"


def versions(tree):
    """version numbers are compared in dialect.c only"""
    for path in c_text(tree, under=("ns/", "chat/")):
        if re.match(r"(ns/msnp|chat/ircx)/dialect", path):
            continue
        for number, line in tree.code(path, strings=False):
            m = VERSION.search(line)
            if m:
                yield path, number, f"{m.group(0)}: ask for a feature"


def banned(tree):
    """no banned calls"""
    for path in c_text(tree):
        for number, line in tree.code(path, strings=False):
            m = BANNED.search(line)
            if m:
                yield path, number, f"{m.group(1)} is banned"


def functions(tree, path):
    """(line of the brace, lines of the body, name)"""
    start, name, last = 0, "", ""
    for number, line in tree.code(path, strings=False):
        if line == "{":
            start = number
        elif line.startswith("}") and start:
            yield start, number - start - 1, name
            start = 0
        elif not start and line[:1].isalpha():
            last = line
            m = re.match(r"(\w+)\(", last)
            name = m.group(1) if m else name


def lengths(tree):
    """files and functions are short"""
    for path in tree.files(".c", ".h", ".def", ".py", ".sh"):
        n = tree.text(path).count("\n")
        if n > FILE_MAX:
            yield path, FILE_MAX, f"{n} lines, at most {FILE_MAX}"
    for path in tree.files(".c", ".h"):
        for number, n, name in functions(tree, path):
            # A test program's main() is its table of cases.
            if path.startswith("tests/") and name == "main":
                continue
            if n > FUNCTION_MAX:
                yield path, number, \
                    f"{name}() has {n} lines, at most {FUNCTION_MAX}"


def spdx(tree):
    """every source begins with its licence"""
    for path in tree.files(*SOURCE):
        head = tree.text(path).split("\n")[:3]
        if not any("SPDX-License-Identifier: MIT" in h for h in head):
            yield path, 1, "no SPDX-License-Identifier: MIT"


def blanks(tree):
    """no trailing whitespace"""
    for path in tree.files(*TEXT):
        if path.startswith("tests/fuzz/") and not path.endswith(".c"):
            continue
        for number, line in tree.lines(path):
            if line != line.rstrip(" \t"):
                yield path, number, "trailing whitespace"
