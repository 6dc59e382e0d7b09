# SPDX-License-Identifier: MIT
"""docker compose up, as the README says, on this machine's engine.

Skipped where there is no engine, or no image to begin with:
tools/docker-base.sh makes that one.
"""

from __future__ import annotations

import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

import visitor

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROJECT = f"nudge-test-{os.getpid()}"
NETWORK = f"{PROJECT}-clients"
IMAGE = "nudge-test"
MIB = 1024 * 1024
ENVIRONMENT = {k: v for k, v in os.environ.items()
               if not k.startswith(("NUDGE_", "COMPOSE_"))}


def run(*words: str, seconds: float = 60, check: bool = True,
        **more: str) -> str:
    done = subprocess.run(words, stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=seconds, cwd=ROOT, check=False,
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
    found = re.search(r"^ARG BASE=(\S+)", dockerfile(), re.M)
    assert found
    if not works("docker", "image", "inspect", found.group(1)) and \
            not works("docker", "pull", "-q", found.group(1)):
        return (f"no image {found.group(1)} and no registry; "
                "tools/docker-base.sh makes one")
    return ""


def dockerfile() -> str:
    return (ROOT / "docker" / "Dockerfile").read_text()


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
    """One compose project."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.command = ["docker", "compose"] \
            if works("docker", "compose", "version") else ["docker-compose"]
        self.folder = folder
        ports = low_ports([1863, 80, 443, 8444, 53])
        self.facts = dict(zip(("ns", "http", "https", "admin", "dns"),
                              map(str, ports)))
        self.facts["ca"] = str(folder / "ca.pem")
        self.environment = {
            "NUDGE_" + name.upper() + "_PORT": self.facts[name]
            for name in ("ns", "http", "https", "admin", "dns")}
        (folder / "test.yml").write_text(
            "services:\n"
            f"  server: {{image: {IMAGE}, environment: "
            "{NUDGE_NS_DISPATCH: 'on'}}\n"
            f"  dns: {{image: {IMAGE}-dns}}\n")

    def compose(self, *words: str, seconds: float = 60,
                check: bool = True) -> str:
        return run(*self.command, "-p", PROJECT, "-f", "docker/compose.yml",
                   "-f", str(self.folder / "test.yml"), *words,
                   seconds=seconds, check=check, **self.environment)

    def ctl(self, *words: str) -> str:
        return self.compose("exec", "-T", "server", "nudgectl", *words)

    def up(self, *profile: str) -> float:
        """Seconds until every port answers."""
        started = time.monotonic()
        self.compose(*profile, "up", "-d", "--no-build")
        self.ready()
        return time.monotonic() - started

    def ready(self) -> None:
        end = time.monotonic() + 60
        while "https.port accepts" not in self.compose(
                "exec", "-T", "server", "nudgectl", "ping", check=False):
            assert time.monotonic() < end, self.compose("logs", "server")
            time.sleep(0.1)

    def container(self, service: str) -> str:
        return self.compose("ps", "-q", service).split()[-1]

    def visit(self, deed: str) -> None:
        """visitor.py in this machine's files, but on a network of its own."""
        run("docker", "run", "--rm", "--network", NETWORK, "--user", "0",
            "-v", "/:/host:ro", "--entrypoint", "chroot", IMAGE, "/host",
            sys.executable, "-B", visitor.__file__, deed,
            json.dumps(self.facts))

    def down(self) -> None:
        self.compose("--profile", "lan", "down", "-v", "-t", "30", check=False)
        run("docker", "network", "rm", NETWORK, check=False)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    why = obstacle()
    if why:
        pytest.skip(why)
    house = House(tmp_path_factory.mktemp("house"))
    house.compose("--profile", "lan", "build", "server", "dns", seconds=1500)
    run("docker", "network", "create", NETWORK)
    here = run("docker", "network", "inspect", "-f",
               "{{(index .IPAM.Config 0).Gateway}}", NETWORK).strip()
    there = run("docker", "run", "--rm", "--network", "host", "--entrypoint",
                "nudgectl", IMAGE, "dns")
    found = re.search(r"^listen-address=(\S+)", there, re.M)
    assert found, there
    house.facts |= {"here": here, "there": found.group(1)}
    house.environment["NUDGE_LAN_ADDRESS"] = here
    try:
        yield house
    finally:
        house.down()
        # what an older state of the sources was built with
        run("docker", "image", "prune", "-f", "--filter", "label=nudge=build",
            "--filter", "until=24h", check=False)


def test_the_image_holds_the_program_and_little_else(house: House) -> None:
    def size(image: str) -> int:
        return int(run("docker", "image", "inspect", "-f", "{{.Size}}",
                       image))

    found = re.search(r"^ARG BASE=(\S+)", dockerfile(), re.M)
    assert found
    more = size(IMAGE) - size(found.group(1))
    print(f"image: {more / MIB:.1f} MiB over the base")
    assert more < 30 * MIB
    inside = run("docker", "run", "--rm", "--entrypoint", "sh", IMAGE, "-c",
                 "id -u; ls /src /usr/bin/cc /usr/bin/make /data 2>&1;"
                 "cat /usr/bin/nudged >/dev/null", check=False)
    assert inside.startswith("1863\n")
    assert inside.count("No such file") == 3, inside


def test_an_image_behind_a_bridge_warns_that_nobody_can_be_sent_to_it(
        house: House) -> None:
    def started(*more: str) -> str:
        name = f"{PROJECT}-bridged"
        run("docker", "run", "-d", "--name", name, "--read-only", "--cap-drop",
            "ALL", "--cap-add", "NET_BIND_SERVICE", *more, IMAGE)
        try:
            end = time.monotonic() + 30
            while not works("docker", "exec", name, "nudgectl", "ping"):
                assert time.monotonic() < end
                time.sleep(0.1)
            return run("docker", "logs", name)
        finally:
            run("docker", "rm", "-f", "-v", name)

    assert "event=container-bridge" in started()
    assert "event=container-bridge" not in started(
        "-e", "NUDGE_PUBLIC_ADDRESS=192.0.2.1")


def test_compose_up_leads_to_a_server_that_keeps_what_it_was_told(
        house: House) -> None:
    seconds = house.up()
    print(f"compose: {seconds:.1f} s from command to ready")
    assert "container-bridge" not in house.compose("logs", "server")
    server = house.container("server")
    state = json.loads(run("docker", "inspect", server))[0]
    assert state["HostConfig"]["ReadonlyRootfs"] is True
    assert state["HostConfig"]["CapDrop"] == ["ALL"]
    assert [c.removeprefix("CAP_") for c in state["HostConfig"]["CapAdd"]] \
        == ["NET_BIND_SERVICE"]
    assert state["Config"]["Healthcheck"]["Test"] == ["CMD", "nudgectl",
                                                      "ping"]
    assert [m["Type"] for m in state["Mounts"]] == ["volume"]
    assert works("docker", "exec", server, "nudgectl", "ping")
    with socket.socket() as s:  # admin: not to be reached from elsewhere
        assert s.connect_ex((house.facts["there"],
                             int(house.facts["admin"]))) != 0

    for email in (visitor.AMY, visitor.BOB):
        house.ctl("user", "add", email, "--password", visitor.PASSWORD)
    ca = house.compose("exec", "-T", "server", "sh", "-c",
                       "nudgectl certs export /data/ca >&2 && "
                       "cat /data/ca/ca.pem")
    pathlib.Path(house.facts["ca"]).write_text(
        ca[ca.index("-----BEGIN"):].replace("\r", ""))
    house.visit("meet")
    print("memory: " + run("docker", "stats", "--no-stream", "--format",
                           "{{.MemUsage}}", server).strip())

    house.compose("restart", "-t", "30", "server")
    house.ready()
    house.visit("recall")
    house.visit("shut")
    house.compose("down", "-t", "30")
    house.up()
    house.visit("recall")


def test_the_profile_lan_answers_names_and_takes_everybody_in(
        house: House) -> None:
    house.up("--profile", "lan")
    wait_reloads(house, 1)
    house.visit("room")
    # the room outlives the server, and ends with the DNS server
    house.compose("restart", "-t", "30", "server")
    house.ready()
    wait_reloads(house, 2)
    house.visit("room")
    house.compose("--profile", "lan", "stop", "-t", "30", "dns")
    house.visit("shut")


def wait_reloads(house: House, n: int) -> None:
    end = time.monotonic() + 30
    while house.compose("logs", "server").count("event=reloaded") < n:
        assert time.monotonic() < end, house.compose("logs")
        time.sleep(0.2)


def test_nothing_is_left_when_it_was_taken_down(house: House) -> None:
    house.down()
    mine = ["--filter", f"name={PROJECT}", "-q"]
    assert run("docker", "ps", "-a", *mine) == ""
    assert run("docker", "volume", "ls", *mine) == ""
    assert run("docker", "network", "ls", *mine) == ""
    shutil.rmtree(house.folder)
