# SPDX-License-Identifier: MIT
"""Checks that other programs make."""

import os
import re
import shutil
import subprocess

MADE_WITH = re.compile(r"clang-format (\d+)")
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


class Skipped(Exception):
    """This machine cannot tell, and why."""


def formatter(tree):
    """The clang-format that .clang-format names: others break lines
    elsewhere.  None: there is none at all."""
    with open(os.path.join(tree.root, ".clang-format"), encoding="utf-8") as f:
        wanted = MADE_WITH.search(f.readline()).group(1)
    for name in (f"clang-format-{wanted}", "clang-format"):
        if shutil.which(name) is None:
            continue
        said = subprocess.run([name, "--version"], text=True, check=True,
                              stdout=subprocess.PIPE).stdout
        found = re.search(r"version (\d+)", said)
        if found and found.group(1) == wanted:
            return name
        raise Skipped(f"the sources are laid out by clang-format {wanted}; "
                      f"this is {said.strip()}")
    return None


def formatted(tree):
    """clang-format changes nothing"""
    yield from ask(tree, [formatter(tree) or "clang-format", "--dry-run",
                          "-Werror"], list(tree.files(".c", ".h")))


def shell(tree):
    """shellcheck finds nothing"""
    yield from ask(tree, ["shellcheck", "-f", "gcc"],
                   list(tree.files(".sh", ".ci/run")))
