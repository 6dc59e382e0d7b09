# SPDX-License-Identifier: MIT
"""Every command of nudgectl, as "nudgectl help" lists them: what each says to
wrong words and to who asks for help, and its exit status, which is that of the
manual page's "EXIT STATUS"."""

import re
import subprocess

import pytest
from test_nudgectl import NUDGECTL, folder, run, serve

__all__ = ["folder", "serve"]


def listed():
    """(name, whether a server is asked) of every command."""
    told = subprocess.run([NUDGECTL, "help"], capture_output=True, text=True,
                          check=True, timeout=30).stdout
    asks = True
    for line in told.splitlines():
        asks = asks and not line.startswith("These need no server")
        # a name has one or two words, and its usage stands in a column
        found = re.match(r"  ([a-z-]+(?: [a-z-]+)?)(?: +[\[A-Z]|  +)", line)
        if re.match("  [a-z]", line):
            assert found, line
            yield found[1], asks


COMMANDS = list(listed())
NAMES = [name for name, _ in COMMANDS]


def usage_of(name):
    """What stands behind "usage: nudgectl NAME"."""
    done = subprocess.run([NUDGECTL, *name.split(), "--help"], text=True,
                          capture_output=True, check=True, timeout=30)
    assert done.stderr == ""
    first, blank = done.stdout.split("\n")[:2]
    assert first.startswith(f"usage: nudgectl {name}") and blank == ""
    return first[len(f"usage: nudgectl {name}"):].strip()


def places(usage):
    """Its words that are no options, as many as there may be."""
    return re.findall(r"[A-Z]+(?:\|\w+)?", re.sub(r"\[--[^]]*\]", "", usage))


def needed(usage):
    return re.findall(r"[A-Z]+(?:\|\w+)?", re.sub(r"\[[^]]*\]", "", usage))


def is_refused(done, name, usage, says):
    assert (done.returncode, done.stdout) == (2, ""), done
    first, last = done.stderr.splitlines()
    assert first.startswith("nudgectl: ") and says in first
    assert last == f"usage: nudgectl {name} {usage}".rstrip()


def test_the_list_is_whole():
    """As the completion knows it, which has it from the table, too."""
    script = subprocess.run([NUDGECTL, "completion", "zsh"], text=True,
                            capture_output=True, check=True).stdout
    assert len(NAMES) == len(set(NAMES)) > 40
    for name in NAMES:
        assert f"'{name}') choice=" in script, name


@pytest.mark.parametrize("name", NAMES)
def test_help_is_told_in_three_ways(folder, serve, name):
    server = serve(b"\1")
    told = {run(folder, *words).stdout for words in (
        (*name.split(), "--help"), (*name.split(), "-h"),
        ("help", *name.split()))}
    assert len(told) == 1
    assert told.pop().startswith(f"usage: nudgectl {name}")
    assert server.requests == []


@pytest.mark.parametrize("name", NAMES)
def test_wrong_words_are_refused_with_the_usage(folder, serve, name):
    server = serve(b"\0")
    usage = usage_of(name)
    words = [*name.split(), *("x" for _ in needed(usage))]
    is_refused(run(folder, *words, "--no-such"), name, usage,
               "unknown option --no-such")
    if "..." not in usage:
        more = [*name.split(), *("x" for _ in places(usage)), "surplus"]
        is_refused(run(folder, *more), name, usage,
                   '"surplus" is one word too many')
    if needed(usage):
        is_refused(run(folder, *name.split()), name, usage,
                   f"{needed(usage)[0].split('|')[0]} is missing")
    assert server.requests == []


# These ask for a password, or do without a server what they can.
APART = re.compile(r"user (add|passwd)|upstream test|get|set|unset")


@pytest.mark.parametrize("name", [name for name, asks in COMMANDS
                                  if asks and not APART.fullmatch(name)])
def test_the_exit_status_says_how_it_ended(folder, serve, name, tmp_path):
    words = [*name.split(), *("x" for _ in needed(usage_of(name)))]
    assert run(folder, *words, cwd=tmp_path).returncode == 1  # nobody is there
    server = serve(b"\1no\n")
    done = run(folder, *words, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "no\n")
    # a backup says how long it is before it comes
    server.reply = b"\0" if name != "backup" else \
        b"\0" + (3).to_bytes(8, "big") + b"abc"
    assert run(folder, *words, cwd=tmp_path).returncode == 0
