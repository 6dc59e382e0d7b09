# SPDX-License-Identifier: MIT
"""Where the version comes from, what orders versions, and what make dist and
make deb make of a commit."""

from __future__ import annotations

import os
import pathlib
import re
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("NUDGE_BIN", ROOT / "build/release"))
# a person who commits, whoever runs this
AUTHOR = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null",
          "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org",
          "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.org"}
PARTS = ["VERSION", ".gitattributes", "packaging/COMMIT", "tools/version.sh",
         "tools/dist.sh"]


def run(folder: pathlib.Path, *words: str, when: int = 1796102770,
        check: bool = True) -> subprocess.CompletedProcess[str]:
    date = f"@{when} +0000"
    return subprocess.run(
        words, cwd=folder, text=True, capture_output=True, timeout=50,
        check=check, env={**os.environ, **AUTHOR, "GIT_AUTHOR_DATE": date,
                          "GIT_COMMITTER_DATE": date})


def version(folder: pathlib.Path) -> str:
    return run(folder, "tools/version.sh").stdout.strip()


def below(older: str, newer: str) -> bool:
    return subprocess.run(["dpkg", "--compare-versions", older, "lt", newer],
                          check=False).returncode == 0


def small(folder: pathlib.Path) -> pathlib.Path:
    """A repository of what makes the version, at its first commit."""
    for part in PARTS:
        (folder / part).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / part, folder / part)
    (folder / "VERSION").write_text("0.2.0\n")
    run(folder, "git", "init", "-q", "-b", "main")
    run(folder, "git", "add", "-A")
    run(folder, "git", "commit", "-q", "-m", "first")
    return folder


def commit(folder: pathlib.Path, when: int) -> None:
    run(folder, "git", "commit", "-q", "--allow-empty", "-m", "next",
        when=when)


def test_both_programs_say_the_version_of_the_file() -> None:
    release = (ROOT / "VERSION").read_text().strip()
    said = [run(ROOT, str(BUILD / name), "--version").stdout
            for name in ("nudged", "nudgectl")]
    assert said[0].split()[0] == "nudged"
    assert said[1].split()[0] == "nudgectl"
    assert said[0].split()[1] == said[1].split()[1]
    assert re.fullmatch(
        re.escape(release) + r"([~+]git\d{14}\.[0-9a-f]{7}(\.changed)?"
        r"|~unknown)?", said[0].split()[1])


def test_the_page_of_the_manual_says_it_too() -> None:
    page = run(ROOT, "tools/man.sh", str(BUILD / "nudged"),
               "docs/man/nudged.8.in").stdout
    assert f".Os Nudge {(ROOT / 'VERSION').read_text()}" in page


def test_each_commit_upgrades_the_one_before_and_the_release_them_all(
        tmp_path: pathlib.Path) -> None:
    tree = small(tmp_path)
    said = [version(tree)]
    assert re.fullmatch(r"0\.2\.0~git20261201052610\.[0-9a-f]{7}", said[0])
    commit(tree, 1796102771)
    said.append(version(tree))
    commit(tree, 1796200000)
    run(tree, "git", "tag", "v0.2.0")
    said.append(version(tree))
    assert said[-1] == "0.2.0"
    commit(tree, 1796300000)
    said.append(version(tree))
    assert said[-1].startswith("0.2.0+git")
    (tree / "VERSION").write_text("0.3.0\n")
    said.append(version(tree))
    assert said[-1].endswith(".changed")
    run(tree, "git", "commit", "-qam", "on to the next", when=1796400000)
    said.append(version(tree))
    assert said[-1].startswith("0.3.0~git")
    del said[4]
    said.append("0.3.0")
    for older, newer in zip(said, said[1:]):
        assert below(older, newer), (older, newer)


def test_a_tag_that_contradicts_the_file_stops_everything(
        tmp_path: pathlib.Path) -> None:
    tree = small(tmp_path)
    run(tree, "git", "tag", "v0.2.1")
    for program in ("tools/version.sh", "tools/dist.sh"):
        said = run(tree, program, check=False)
        assert said.returncode == 1
        assert "v0.2.1" in said.stderr and "0.2.0" in said.stderr


def test_the_tags_of_this_repository_agree_with_their_files() -> None:
    listed = run(ROOT, "git", "tag", "-l", "v[0-9]*", check=False)
    for tag in listed.stdout.split():
        release = run(ROOT, "git", "show", f"{tag}:VERSION").stdout.strip()
        assert tag == f"v{release}"


def test_two_tarballs_of_one_commit_are_the_same_bytes(
        tmp_path: pathlib.Path) -> None:
    one = small(tmp_path / "one")
    # another folder, another time, another umask, and what is not committed
    run(tmp_path, "git", "clone", "-q", str(one), "elsewhere")
    two = tmp_path / "elsewhere"
    (two / "scratch").write_text("mine")
    first = one / run(one, "tools/dist.sh").stdout.strip()
    said = run(two, "sh", "-c", "umask 077; TZ=Asia/Tokyo exec tools/dist.sh")
    second = two / said.stdout.strip()
    assert first.name == second.name
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("tag", ["", "v0.2.0"])
def test_a_tarball_knows_its_version_and_time(
        tmp_path: pathlib.Path, tag: str) -> None:
    tree = small(tmp_path / "tree")
    if tag:
        run(tree, "git", "tag", tag)
    made = tree / run(tree, "tools/dist.sh").stdout.strip()
    run(tmp_path, "tar", "xf", str(made))
    out = tmp_path / f"nudge-{version(tree)}"
    assert version(out) == version(tree)
    assert run(out, "tools/version.sh", "date").stdout == "1796102770\n"


def test_files_without_git_say_that_they_do_not_know(
        tmp_path: pathlib.Path) -> None:
    tree = small(tmp_path)
    shutil.rmtree(tree / ".git")
    assert version(tree) == "0.2.0~unknown"
    assert below(version(tree), "0.2.0")
