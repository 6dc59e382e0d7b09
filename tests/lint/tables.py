# SPDX-License-Identifier: MIT
"""Tables stand between clang-format fences, and their columns line up.

A table is rows that follow each other and begin alike.  A column is padded
when some row has more than one blank before its cell.  Then every cell of the
column starts at one place; only a cell that the text before it pushes away may
start further right, behind one blank.  The second column is always lined up,
unless rows run over several lines.
"""

import re

from tree import c_text

OFF = "/* clang-format off */"
ON = "/* clang-format on */"
ROW = re.compile(r"^\s*([A-Z][A-Z0-9_]*\(|\{|\[\w+\] = )")
TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|/\*.*?\*/|.')


def fences(tree, path):
    """(line of off, [(number, line)]); the list is None without an end."""
    start, rows = 0, []
    for number, line in tree.lines(path):
        if line.strip() == OFF:
            start, rows = number, []
        elif line.strip() == ON and start:
            yield start, rows
            start = 0
        elif start:
            rows.append((number, line))
        elif line.strip() == ON or "clang-format" in line:
            yield number, None
    if start:
        yield start, None


def cells(line):
    """(start, blanks before) of each cell behind a row's first comma."""
    depth, out, width = 0, [], 0
    columns = []
    comma = False
    for m in TOKEN.finditer(line):
        token = m.group(0)
        if comma and not token.isspace():
            columns.append((width, blanks))
            comma = False
        if comma:
            blanks += 1
        if token in "({[" and len(token) == 1:
            depth += 1
        elif token in ")}]" and len(token) == 1:
            depth -= 1
        elif token == "," and depth == 1:
            comma, blanks = True, 0
        width = (width // 8 + 1) * 8 if token == "\t" else width + len(token)
    return columns


def groups(rows):
    """(rows, is every line of the block a row) of each table."""
    blocks = [{}]
    plain = [True]
    for number, line in rows:
        m = ROW.match(line)
        if not line.strip():
            blocks.append({})
            plain.append(True)
        elif m:
            head = "[" if m.group(1)[0] == "[" else m.group(1)
            blocks[-1].setdefault(head, []).append((number, cells(line)))
        else:
            plain[-1] = False
    for block, whole in zip(blocks, plain):
        for table in block.values():
            yield table, whole


def misaligned(table, whole):
    wide = max(len(c) for _, c in table)
    for i in range(wide):
        column = [(n, c[i]) for n, c in table if len(c) > i]
        padded = [c for n, c in column if c[1] > 1]
        if padded:
            place = max(c[0] for c in padded)
        elif i == 0 and whole:
            place = max(c[0] for _, c in column)
        else:
            continue
        for number, (start, before) in column:
            pushed = start > place and before == 1
            if start != place and not pushed:
                yield number, i + 2


def tables(tree):
    """fences hold tables and their columns line up"""
    for path in c_text(tree):
        for number, rows in fences(tree, path):
            if rows is None:
                yield path, number, "a clang-format fence of its own"
                continue
            if not any(ROW.match(line) for _, line in rows):
                yield path, number, "a fence around no table"
            for table, whole in groups(rows):
                for at, column in misaligned(table, whole):
                    yield path, at, f"column {column} is out of line"
