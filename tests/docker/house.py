# SPDX-License-Identifier: MIT
"""The compose file brought up on this machine's engine, under a name of its
own, with the ports people use where they are free."""

from __future__ import annotations

import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

import guest
import readme

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROJECT = f"nudge-test-{os.getpid()}"
NETWORK = f"{PROJECT}-clients"
IMAGE = "nudge-test"
MIB = 1024 * 1024
ENVIRONMENT = {k: v for k, v in os.environ.items()
               if not k.startswith(("NUDGE_", "COMPOSE_"))}


def run(*words: str, seconds: float = 60, check: bool = True,
        cwd: pathlib.Path = ROOT, **more: str) -> str:
    done = subprocess.run(words, stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=seconds, cwd=cwd, check=False,
                          env=ENVIRONMENT | more)
    assert not check or done.returncode == 0, \
        f"{' '.join(words)}: {done.returncode}\n{done.stdout[-20000:]}"
    return done.stdout


def works(*words: str, seconds: float = 10) -> bool:
    try:
        return subprocess.run(words, stdin=subprocess.DEVNULL, check=False,
                              capture_output=True, env=ENVIRONMENT,
                              timeout=seconds).returncode == 0
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return False


def obstacle() -> str:
    """Why there can be no test here, or nothing."""
    if not works("docker", "version"):
        return "no Docker engine answers"
    if not works("docker", "compose", "version") and \
            not works("docker-compose", "version"):
        return "no docker compose"
    if not works("docker", "image", "inspect", base()) and \
            not works("docker", "pull", "-q", base()):
        return (f"no image {base()} and no registry; "
                "tools/docker-base.sh makes one")
    return ""


def base() -> str:
    """The image that ours begin with."""
    text = (ROOT / "docker" / "Dockerfile").read_text()
    found = re.search(r"^ARG BASE=(\S+)", text, re.M)
    assert found
    return found.group(1)


def low_ports(wanted: list[int]) -> list[int]:
    """The ports people use, or others that only root may open."""
    taken: list[int] = []
    for first in wanted:
        for port in [first, *range(700, 1024)]:
            with socket.socket() as s:
                if port not in taken and s.connect_ex(("127.0.0.1", port)):
                    taken.append(port)
                    break
    return taken


class House:
    """One compose project, in a fresh clone."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.plugin = works("docker", "compose", "version")
        self.words = ["docker", "compose"] if self.plugin \
            else ["docker-compose"]
        self.folder = folder
        self.clone = folder / "nudge"
        ports = low_ports([1863, 80, 443, 8444, 53])
        self.facts = dict(zip(("ns", "http", "https", "admin", "dns"),
                              map(str, ports)))
        self.facts["ca"] = str(folder / "ca.pem")
        self.environment = {
            "NUDGE_" + name.upper() + "_PORT": self.facts[name]
            for name in ("ns", "http", "https", "admin", "dns")}
        self.environment["COMPOSE_PROJECT_NAME"] = PROJECT
        origin = str(readme.publish(folder))
        *before, self.start = readme.commands("Start it")
        self.shell(*(line.replace("ADDRESS", origin) for line in before))

    def shell(self, *lines: str) -> str:
        """What a newcomer types, one line after the other."""
        script = "\n".join(lines)
        if not self.plugin:
            script = script.replace("docker compose", "docker-compose")
        there = self.clone if self.clone.exists() else self.folder
        return run("bash", "-euc", script, cwd=there, seconds=120,
                   **self.environment)

    def compose(self, *words: str, seconds: float = 60,
                check: bool = True) -> str:
        return run(*self.words, *words, seconds=seconds, check=check,
                   cwd=self.clone, **self.environment)

    def build(self) -> None:
        self.compose("--profile", "lan", "build", "server", "dns",
                     seconds=1500)
        for name, image in (("server", IMAGE), ("dns", f"{IMAGE}-dns")):
            # the first version of compose says it with another mark
            assert [mark for mark in "-_" if works(
                "docker", "tag", f"{PROJECT}{mark}{name}", image)]

    def up(self, line: str) -> float:
        """Seconds until every port answers."""
        started = time.monotonic()
        self.shell(line)
        self.ready()
        return time.monotonic() - started

    def ready(self) -> None:
        end = time.monotonic() + 60
        while not works("docker", "exec", self.container("server"),
                        "nudgectl", "ping"):
            assert time.monotonic() < end, self.log()
            time.sleep(0.1)

    def container(self, service: str) -> str:
        label = "label=com.docker.compose"
        return run("docker", "ps", "-q", "--filter",
                   f"{label}.project={PROJECT}", "--filter",
                   f"{label}.service={service}").strip()

    def log(self) -> str:
        return run("docker", "logs", self.container("server"))

    def page(self, path: str) -> str:
        url = f"http://127.0.0.1:{self.facts['http']}{path}"
        with urllib.request.urlopen(url, timeout=10) as reply:
            return reply.read().decode()

    def visit(self, deed: str) -> None:
        """guest.py in this machine's files, but on a network of its own."""
        run("docker", "run", "--rm", "--network", NETWORK, "--user", "0",
            "-v", "/:/host:ro", "--entrypoint", "chroot", IMAGE, "/host",
            sys.executable, "-B", guest.__file__, deed,
            json.dumps(self.facts))

    def down(self) -> None:
        self.compose("--profile", "lan", "down", "-v", "-t", "30", "--rmi",
                     "local", check=False)
        run("docker", "network", "rm", NETWORK, check=False)


def main() -> None:
    """Build the images, so that the tests find them."""
    why = obstacle()
    if why:
        print(f"no images: {why}")
        return
    with tempfile.TemporaryDirectory() as folder:
        house = House(pathlib.Path(folder))
        house.build()
        house.down()


if __name__ == "__main__":
    main()
