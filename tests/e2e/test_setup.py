# SPDX-License-Identifier: MIT
"""tools/setup.sh finds by which names a Debian or Ubuntu has its packages, and
asks apt for nothing when all are there."""

from __future__ import annotations

import os
import pathlib
import re
import shutil
import subprocess

import pytest

import harness

# Names that differ, as packages.debian.org and packages.ubuntu.com had them.
COMMON = {"libcurl4-openssl-dev", "libclang-rt-14-dev", "libcurl4",
          "openjdk-17-jre-headless"}
SYSTEMS = {
    "Debian 12": ("14", COMMON, COMMON),
    "Debian 13": ("19", {"libcurl4-openssl-dev", "libclang-rt-18-dev",
                         "libclang-rt-19-dev", "libcurl4t64",
                         "openjdk-21-jre-headless"},
                  {"libcurl4-openssl-dev", "libclang-rt-19-dev",
                   "libcurl4t64", "openjdk-21-jre-headless"}),
    "Ubuntu 24.04": ("18", {"libcurl4-openssl-dev", "libclang-rt-14-dev",
                            "libclang-rt-18-dev", "libcurl4t64",
                            "openjdk-17-jre-headless",
                            "openjdk-21-jre-headless"},
                     {"libcurl4-openssl-dev", "libclang-rt-18-dev",
                      "libcurl4t64", "openjdk-17-jre-headless"}),
}
DIFFER = re.compile(r"libcurl4|libclang-rt|openjdk")

# A package that others only name has no candidate, though apt knows it.
FAKES = {
    "id": "echo 0",
    "dpkg-query": """
case $* in
*Depends*) exit 1 ;;
*) cat "$FAKE/installed" ;;
esac""",
    "apt-cache": """
case $1 in
depends) echo "clang"; echo "  Depends: clang-$CLANG" ;;
policy)
	echo "$2:"
	case $2 in
	libcurl* | libclang-rt* | openjdk*)
		if grep -qx "$2" "$FAKE/has"; then
			echo "  Candidate: 1"
		else
			echo "  Candidate: (none)"
		fi
		;;
	*) echo "  Candidate: 1" ;;
	esac
	;;
esac""",
    "apt-get": 'echo "$*" >>"$FAKE/asked"',
}


def run_setup(folder: pathlib.Path, clang: str, has: set[str],
          installed: set[str]) -> list[str]:
    """What apt-get was asked."""
    for name, text in FAKES.items():
        (folder / name).write_text(f"#!/bin/sh\n{text}\n")
        (folder / name).chmod(0o755)
    (folder / "has").write_text("".join(f"{n}\n" for n in sorted(has)))
    (folder / "installed").write_text(
        "".join(f"ii {n}\n" for n in sorted(installed)))
    (folder / "asked").write_text("")
    subprocess.run(
        [str(harness.ROOT / "tools/setup.sh"), "test"], check=True,
        timeout=60, capture_output=True, text=True,
        env=harness.ENVIRONMENT | {
            "PATH": f"{folder}:{os.environ['PATH']}", "FAKE": str(folder),
            "CLANG": clang})
    return (folder / "asked").read_text().splitlines()


@pytest.mark.parametrize("system", SYSTEMS)
def test_each_package_goes_by_the_name_it_has_there(tmp_path, system):
    clang, has, wanted = SYSTEMS[system]
    update, install = run_setup(tmp_path, clang, has, set())
    assert update.startswith("update")
    words = {w for w in install.split() if not w.startswith("-")}
    assert {w for w in words if DIFFER.match(w)} == wanted
    assert not [w for w in words if re.search(r"[|@]", w)]
    # and then it asks for nothing any more, but what somebody took away
    assert run_setup(tmp_path, clang, has, words) == []
    _, again = run_setup(tmp_path, clang, has, words - {"libcurl4t64", "libcurl4"})
    assert again.split()[-1] in ("libcurl4", "libcurl4t64")


def policy(package: str) -> str:
    return subprocess.run(["apt-cache", "policy", package],
                          capture_output=True, text=True, check=False,
                          env=harness.ENVIRONMENT | {"LC_ALL": "C"}
                          ).stdout or "Candidate: (none)"


@pytest.mark.slow
def test_the_image_has_names_that_this_system_knows():
    """docker/Dockerfile serves Debian 12 and 13 alike."""
    if shutil.which("apt-cache") is None or "(none)" in policy("libuv1-dev"):
        pytest.skip("apt has no lists here")
    text = (harness.ROOT / "docker" / "Dockerfile").read_text("utf-8")
    text = text.replace("\\\n", " ")
    lists = re.findall(r"apt-get install -y -q --no-install-recommends(.*?)&&",
                       text)
    assert len(lists) == 3
    # apt-get takes names that others provide, and patterns
    done = subprocess.run(
        ["sh", "-c", "apt-get install -s -y -q --no-install-recommends" +
         " ".join(lists)], capture_output=True, text=True, check=False,
        stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stdout + done.stderr
