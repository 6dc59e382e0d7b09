# SPDX-License-Identifier: MIT
"""The files of a tree, and their text with comments taken out."""

import os
import re

SKIP = {"build", "data", ".git", "__pycache__", ".pytest_cache", "corpus"}
NOISE = re.compile(
    r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.S)


class Tree:
    def __init__(self, root):
        self.root = os.path.abspath(root)
        self.paths = sorted(self._walk())
        self._texts = {}

    def _walk(self):
        for folder, names, files in os.walk(self.root):
            names[:] = [n for n in names if n not in SKIP]
            for name in files:
                path = os.path.join(folder, name)
                if not os.path.islink(path):
                    yield os.path.relpath(path, self.root)

    def files(self, *suffixes, under=()):
        """Paths that end so and, if folders are given, stand below one."""
        for path in self.paths:
            if path.endswith(suffixes) and (
                    not under or path.startswith(tuple(under))):
                yield path

    def text(self, path):
        if path not in self._texts:
            full = os.path.join(self.root, path)
            with open(full, encoding="utf-8", errors="replace") as f:
                self._texts[path] = f.read()
        return self._texts[path]

    def lines(self, path):
        """(number, line) pairs."""
        return enumerate(self.text(path).split("\n"), 1)

    def code(self, path, strings=True):
        """(number, line) pairs without comments and, if asked, strings."""
        def blank(m):
            s = m.group(0)
            if strings and s[0] in "\"'":
                return s
            return re.sub(r"[^\n]", " ", s)
        return enumerate(NOISE.sub(blank, self.text(path)).split("\n"), 1)


def c_text(tree, under=()):
    return tree.files(".c", ".h", ".def", under=under)
