# SPDX-License-Identifier: MIT
"""Checks that other programs make."""

import re
import shutil
import subprocess

FINDING = re.compile(r"^(.+?):(\d+):(?:\d+:)? (.*)$")


def ask(tree, command, paths):
    if shutil.which(command[0]) is None:
        yield command[0], 1, "is not installed; run tools/setup.sh"
        return
    if not paths:
        return
    done = subprocess.run(command + paths, cwd=tree.root, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False)
    found = 0
    for line in done.stdout.splitlines():
        m = FINDING.match(line)
        if m:
            found += 1
            yield m.group(1), int(m.group(2)), m.group(3)
    if done.returncode != 0 and found == 0:
        yield command[0], 1, done.stdout.strip()[:500]


def formatted(tree):
    """clang-format changes nothing"""
    yield from ask(tree, ["clang-format", "--dry-run", "-Werror"],
                   list(tree.files(".c", ".h")))


def shell(tree):
    """shellcheck finds nothing"""
    yield from ask(tree, ["shellcheck", "-f", "gcc"],
                   list(tree.files(".sh", ".ci/run")))
