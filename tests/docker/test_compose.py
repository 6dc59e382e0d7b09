# SPDX-License-Identifier: MIT
"""docker compose up, as the README says."""

from __future__ import annotations

import json
import pathlib
import socket
import time

import readme
from house import IMAGE, MIB, NETWORK, PROJECT, House, base, run, works


def test_the_image_holds_the_program_and_little_else(house: House) -> None:
    def size(image: str) -> int:
        return int(run("docker", "image", "inspect", "-f", "{{.Size}}",
                       image))

    more = size(IMAGE) - size(base())
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
    seconds = house.up(house.start)
    print(f"compose: {seconds:.1f} s from command to ready")
    assert "container-bridge" not in house.log()
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

    pathlib.Path(house.facts["ca"]).write_text(
        house.page("/connect/nudge.pem"))
    house.visit("join")
    house.visit("meet")
    print("memory: " + run("docker", "stats", "--no-stream", "--format",
                           "{{.MemUsage}}", server).strip())

    house.compose("restart", "-t", "30", "server")
    house.ready()
    house.visit("recall")
    house.visit("shut")
    house.compose("down", "-t", "30")
    house.up(house.start)
    house.visit("recall")


def test_the_profile_lan_answers_names_and_takes_everybody_in(
        house: House) -> None:
    house.up(*readme.commands("Start it", 1))
    wait_reloads(house, 1)
    if house.facts["dns"] == "53":
        # a resolver as computers have one
        told = run("docker", "run", "--rm", "--network", NETWORK, "--dns",
                   house.facts["here"], "--entrypoint", "getent", IMAGE,
                   "ahostsv4", "messenger.hotmail.com")
        assert told.split()[0] == house.facts["here"], told
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
    while house.log().count("event=reloaded") < n:
        assert time.monotonic() < end, house.log()
        time.sleep(0.2)


def test_nothing_is_left_when_it_was_taken_down(house: House) -> None:
    house.down()
    mine = ["--filter", f"name={PROJECT}", "-q"]
    assert run("docker", "ps", "-a", *mine) == ""
    assert run("docker", "volume", "ls", *mine) == ""
    assert run("docker", "network", "ls", *mine) == ""
