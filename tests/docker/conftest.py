# SPDX-License-Identifier: MIT
"""One house for all tests.  Skipped where there is no engine, or no image to
begin with: tools/docker-base.sh makes that one."""

from __future__ import annotations

import pathlib
import re
from collections.abc import Iterator

import pytest

from house import IMAGE, NETWORK, ROOT, House, obstacle, run


@pytest.fixture(scope="session")
def package() -> pathlib.Path:
    out = run("make", "-s", "deb", seconds=300).split()[-1]
    return ROOT / out


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    why = obstacle()
    if why:
        pytest.skip(why)
    house = House(tmp_path_factory.mktemp("house"))
    house.build()
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
