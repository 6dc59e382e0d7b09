# SPDX-License-Identifier: MIT
"""What was set once survives "docker compose up -d --build", by both versions
of compose.  A second one is taken from NUDGE_COMPOSE_2, a program, where there
is no plugin: Debian 13 has one in its package docker-compose."""

from __future__ import annotations

import json
import os
import re

import guest
import pytest

from house import IMAGE, PROJECT, House, run, works

HOST = "im.example"
# as it was before the image kept what it was told
OLD = "accounts.signup = closed\n"


def composes() -> list[str]:
    found = ["docker-compose"] if works("docker-compose", "version") else []
    if works("docker", "compose", "version"):
        found.append("docker compose")
    elif os.environ.get("NUDGE_COMPOSE_2"):
        found.append(os.environ["NUDGE_COMPOSE_2"])
    return found


@pytest.fixture(params=composes() or ["none"],
                ids=lambda word: word.replace(" ", "-").rpartition("/")[2])
def fresh(house: House, request: pytest.FixtureRequest):
    """The house without a volume, and as somebody types who says nothing."""
    house.compose("--profile", "lan", "down", "-v", "-t", "30")
    words, named = house.words, dict(house.environment)
    house.words = request.param.split(" ")
    # one builder for both, so that what is built is built once
    house.environment["DOCKER_BUILDKIT"] = "0"
    yield house
    house.compose("--profile", "lan", "down", "-v", "-t", "30")
    house.words, house.environment = words, named


def forget(house: House) -> None:
    """Another shell: of what was said before nothing is left."""
    for name in [n for n in house.environment if n.startswith("NUDGE_")]:
        del house.environment[name]


def newer(house: House) -> None:
    """git pull brings another version: another image, though its program is
    the same, as building that takes minutes."""
    file = house.clone / "docker" / "Dockerfile"
    run("git", "checkout", "-q", "docker/Dockerfile", cwd=house.clone)
    entry = 'ENTRYPOINT ["nudge-start"]\n'
    file.write_text(file.read_text().replace(
        entry, f"LABEL nudge-test={os.urandom(8).hex()}\n{entry}"))


def up(house: House) -> None:
    house.compose("up", "-d", "--build", "server", seconds=1500)
    house.ready()


def settings(house: House) -> dict[str, tuple[str, str]]:
    told = run("docker", "exec", house.container("server"), "nudgectl", "get",
               "--json")
    return {row["setting"]: (row["value"], row["from"])
            for row in json.loads(told)}


def test_an_upgrade_keeps_settings_accounts_and_who_may_sign_up(
        fresh: House) -> None:
    house = fresh
    house.environment |= {"NUDGE_ACCOUNTS_SIGNUP": "invite",
                          "NUDGE_PUBLIC_ADDRESS": HOST}
    up(house)
    assert "event=variables" in house.log()
    first = house.container("server")
    run("docker", "exec", first, "nudgectl", "user", "add", guest.AMY,
        "--password", guest.PASSWORD)
    said = run("docker", "exec", first, "nudgectl", "set", "limit.members",
               "7")
    assert "limit.members = 7 is in /data/nudge.conf now, and the server " \
        "goes by it" in said
    forget(house)
    newer(house)
    up(house)
    assert house.container("server") != first
    now = settings(house)
    assert now["accounts.signup"] == ("invite", "file")
    assert now["public.address"] == (HOST, "file")
    assert now["limit.members"] == ("7", "file")
    assert now["https.port"] == (house.facts["https"], "file")
    assert now["chat.port"] == ("6667", "default")
    log = house.log()
    assert "looser-settings" not in log and "event=variables" not in log
    assert guest.AMY in run("docker", "exec", house.container("server"),
                            "nudgectl", "user", "list")
    # one that lets people do more says so, and is kept, too
    house.environment["NUDGE_ACCOUNTS_SIGNUP"] = "open"
    up(house)
    assert 'changed="accounts.signup invite -> open"' in house.log()
    forget(house)
    up(house)
    assert settings(house)["accounts.signup"] == ("open", "file")


def test_a_volume_of_the_first_versions_keeps_who_may_sign_up(
        fresh: House) -> None:
    house = fresh
    volume = f"{PROJECT}_data"
    house.compose("up", "--no-start", "server", seconds=1500)
    house.compose("rm", "-f", "server")
    run("docker", "run", "--rm", "-v", f"{volume}:/data", "--entrypoint",
        "sh", IMAGE, "-c", 'printf %s "$0" >/data/lan.conf', OLD)
    up(house)
    assert settings(house)["accounts.signup"] == ("closed", "file")
    assert not works("docker", "exec", house.container("server"), "ls",
                     "/data/lan.conf")


def test_the_health_check_says_nothing_and_the_log_is_rotated(
        fresh: House) -> None:
    house = fresh
    up(house)
    server = house.container("server")
    before = house.log()
    for _ in range(20):
        run("docker", "exec", server, "nudgectl", "ping")
    assert house.log() == before
    state = json.loads(run("docker", "inspect", server))[0]
    rotated = state["HostConfig"]["LogConfig"]
    assert rotated["Type"] == "json-file"
    assert rotated["Config"] == {"max-size": "10m", "max-file": "5"}
    assert re.search(r"event=ready .*ns.port=\d+ http.port=\d+ "
                     r"https.port=\d+ chat.port=6667 .*admin.port=\d+",
                     before)
