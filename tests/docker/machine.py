# SPDX-License-Identifier: MIT
"""A small Debian that systemd runs, in a container of this machine's engine."""

from __future__ import annotations

import json
import pathlib
import subprocess
import time
from collections.abc import Callable

from house import IMAGE, PROJECT, base, run, works

SYSTEMD = f"{IMAGE}-systemd"
# What a package of ours needs, so that it installs without a network.
RECIPE = """
FROM {base}
RUN apt-get update -q && apt-get install -y -q --no-install-recommends \
systemd init-system-helpers adduser libuv1 libmbedtls14 libmicrohttpd12 \
libsqlite3-0 libexpat1 libcrypt1 && rm -rf /var/lib/apt/lists/*
"""


def build() -> None:
    done = subprocess.run(["docker", "build", "-q", "-t", SYSTEMD, "-"],
                          input=RECIPE.format(base=base()), text=True,
                          capture_output=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


class Machine:
    """Boots at once; obstacle says why it did not."""

    def __init__(self, deb: pathlib.Path) -> None:
        self.name = f"{PROJECT}-machine"
        self.obstacle = ""
        run("docker", "run", "-d", "--name", self.name,
            # what systemd needs to make the units' own places
            "--cap-add", "SYS_ADMIN", "--security-opt", "seccomp=unconfined",
            "--security-opt", "apparmor=unconfined", "--tmpfs", "/run",
            "--tmpfs", "/tmp", "-v", "/sys/fs/cgroup:/sys/fs/cgroup",
            "-v", f"{deb.parent}:/deb:ro", "-e", "container=docker",
            SYSTEMD, "/lib/systemd/systemd")
        try:
            self.wait(lambda: self.does("systemctl", "is-system-running"), 20)
        except AssertionError:
            self.obstacle = "systemd does not boot in a container here"

    def do(self, *words: str) -> str:
        return run("docker", "exec", self.name, *words)

    def does(self, *words: str) -> bool:
        return works("docker", "exec", self.name, *words)

    def wait(self, happened: Callable[[], bool], seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while not happened():
            assert time.monotonic() < end, self.journal()
            time.sleep(0.1)

    def write(self, path: str, text: str) -> None:
        self.do("sh", "-c", 'mkdir -p "$(dirname "$1")" && printf %s "$2" '
                '>"$1"', "sh", path, text)

    def journal(self) -> str:
        return run("docker", "exec", self.name, "journalctl", "-u", "nudge",
                   "--no-pager", "-o", "cat", check=False)

    def unit(self, key: str) -> str:
        return self.do("systemctl", "show", "-P", key, "nudge").strip()

    @property
    def host(self) -> str:
        state = json.loads(run("docker", "inspect", self.name))[0]
        return state["NetworkSettings"]["IPAddress"]

    def end(self) -> None:
        run("docker", "rm", "-f", "-v", self.name, check=False)
