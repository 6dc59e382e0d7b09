# SPDX-License-Identifier: MIT
"""The image, where the engine gives little."""

from __future__ import annotations

import resource

from house import House, run

# What current engines give; no more than this machine has.
HARD = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
FEW = f"nofile=1024:{min(HARD, 524288)}"


def test_an_image_is_built_and_tested_with_few_descriptors(house: House
                                                           ) -> None:
    """The stage that builds is there, from the cache; its tests run again as
    "docker build --ulimit" would run them."""
    image = run("docker", "build", "-q", "-f", "docker/Dockerfile",
                "--target", "build", ".", seconds=1500,
                cwd=house.clone).split()[-1]
    said = run("docker", "run", "--rm", "--ulimit", FEW, image, "sh", "-c",
               "ulimit -n && exec make -s KINDS=unit WERROR=1 unit",
               seconds=600)
    assert said.startswith("1024\n")
    assert "== build/release/tests/unit/test_porch\n" in said
