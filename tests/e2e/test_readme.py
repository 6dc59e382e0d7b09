# SPDX-License-Identifier: MIT
"""The README, followed by somebody who knows nothing of MSNP: from a clone to
a friend signed in.  tests/docker follows its other way, with Docker."""

from __future__ import annotations

import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable

import pytest

import harness
import live
import msn
import readme

AMY, BOB = "amy.new@example.com", "bob.new@example.com"
PASSWORD = "a & secret"
SECONDS = 40.0


def without_building(clone: pathlib.Path) -> None:
    """What make would build is there already."""
    built = harness.ROOT / "build" / "release"
    there = clone / "build" / "release"
    for path in [*built.rglob("*.[oadh]"), *built.rglob("store_schema.c"),
                 built / "nudged", built / "nudgectl"]:
        inside = path.relative_to(built)
        if inside.parts[0] in ("tests", "bench"):
            continue
        (there / inside).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, there / inside)
        shutil.copymode(path, there / inside)
    (clone / "build" / ".headers").touch()
    now = time.time()
    for path in clone.joinpath("build").rglob("*"):
        os.utime(path, (now, now))


def stub(folder: pathlib.Path) -> pathlib.Path:
    """A sudo that only notes what would change this machine."""
    folder.mkdir()
    sudo = folder / "sudo"
    sudo.write_text(f'#!/bin/sh\necho "$*" >>{folder}/done\n')
    sudo.chmod(0o755)
    return folder


def wait_for(happened: Callable[[], bool], log: pathlib.Path) -> None:
    end = time.monotonic() + SECONDS
    while not happened():
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.05)


def is_open(server: harness.Server) -> bool:
    with socket.socket() as s:
        return s.connect_ex((server.host, server.https_port)) == 0


def talk(server: harness.Server) -> None:
    """MSN 5 asks Windows Live Messenger 8.5 into a conversation."""
    amy = msn.sign_in(server, AMY, PASSWORD, 8)
    bob = live.sign_in(server, BOB, 15, PASSWORD)
    for person in (amy, bob):
        person.online()
    board = amy.open_board()
    seat = live.invite(board, bob)
    seat.expect_roster([amy])
    board.expect_joined(bob)
    for one, other, who in ((board, seat, amy), (seat, board, bob)):
        one.tell("N", msn.text("hello"))
        other.expect_told(who, msn.text("hello"))


@pytest.mark.slow
def test_from_a_clone_to_a_friend_signed_in_as_the_readme_says(tmp_path):
    lines = readme.commands("Start it", 2)
    assert len(lines) < 10 and lines[-1].endswith("make run"), lines
    server = harness.Server(tmp_path)
    origin = readme.publish(tmp_path)
    tools = stub(tmp_path / "tools")
    there = tmp_path / "home"
    there.mkdir()
    environment = harness.ENVIRONMENT | {
        "HOME": str(there), "PATH": f"{tools}:{os.environ['PATH']}",
        "NUDGE_NS_PORT": str(server.ns_port),
        "NUDGE_HTTP_PORT": str(server.http_port),
        "NUDGE_HTTPS_PORT": str(server.https_port)}
    lines = [line.replace("ADDRESS", str(origin)) for line in lines]
    done = subprocess.run(["bash", "-euc", "\n".join(lines[:-1])], cwd=there,
                          env=environment, capture_output=True, timeout=60,
                          check=False)
    assert done.returncode == 0, done.stderr
    clone = there / "nudge"
    without_building(clone)
    log, control = tmp_path / "log", clone / "data" / "control.sock"
    with open(log, "wb") as out, subprocess.Popen(
            ["bash", "-c", lines[-1]], cwd=clone, env=environment,
            stdin=subprocess.DEVNULL, stdout=out, stderr=out,
            start_new_session=True) as shell:
        try:
            wait_for(lambda: is_open(server), log)
            server.trust(readme.certificate(server))
            assert control.exists()
            for email in (AMY, BOB):
                readme.Newcomer(server).join(email, PASSWORD)
            talk(server)
            os.killpg(shell.pid, signal.SIGINT)
            wait_for(lambda: not control.exists(), log)
        finally:
            if shell.poll() is None:
                os.killpg(shell.pid, signal.SIGKILL)
    # nothing was edited
    assert subprocess.run(["git", "status", "--porcelain"], cwd=clone,
                          check=True, capture_output=True).stdout == b""
    assert "cc " not in log.read_text()


def test_with_docker_it_takes_even_less():
    assert len(readme.commands("Start it")) < 10
    # the server, and the lan beside it
    for block in (0, 1):
        assert re.fullmatch(r"docker compose (--profile lan )?up -d",
                            readme.commands("Start it", block)[-1])


def rows(name: str) -> dict[str, list[str]]:
    """A table of web/, by its keys."""
    text = (harness.ROOT / "web" / f"connect_{name}s.def").read_text()
    found = re.findall(rf'^{name.upper()}\((".*)\)$', text, re.M)
    return {r[0]: r for r in (re.findall(r'"([^"]*)"', f) for f in found)}


def test_every_computer_is_told_its_messenger():
    """As "connect your program" has it."""
    text = readme.README.read_text("utf-8")
    section = text.partition("## Which Messenger for which computer\n")[2]
    told = [(row[1].replace(",", " ").split(), row[2]) for row in re.finditer(
        r"^\| (.+) \| (.+) \|$", section.partition("\n## ")[0], re.M)]
    clients = rows("client")
    for system in rows("system").values():
        words = system[1].partition(",")[0].split()
        program = re.split(" \\(|,", clients[system[-1]][1])[0].lower()
        assert [row for row in told if set(words) <= set(row[0])
                and program in row[1].lower()], (words, program)
