# SPDX-License-Identifier: MIT
"""The manual pages tell of everything there is, and are well-formed."""

import pathlib
import re
import subprocess

import harness
import pytest

PAGES = ("nudged.8", "nudgectl.1", "nudge.conf.5")


def run(*words: str, **more: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(words, capture_output=True, text=True, timeout=30,
                          check=True, cwd=harness.ROOT,
                          env=harness.ENVIRONMENT | {"MANWIDTH": "400"})


def page(name: str, folder: pathlib.Path) -> str:
    """As a reader sees it; groff must have nothing to say."""
    source = folder / name
    source.write_text(run("tools/man.sh", str(harness.BIN / "nudged"),
                          f"docs/man/{name}.in").stdout)
    done = run("man", "-l", "--warnings=w", "-E", "ascii", "-P", "cat",
               str(source))
    assert done.stderr == ""
    return re.sub(r".\x08", "", done.stdout)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_well_formed_and_has_no_open_places(name, tmp_path):
    text = page(name, tmp_path)
    assert "NAME" in text and "SEE ALSO" in text
    assert not re.search(r"@[A-Z]+@", text)


def test_every_setting_has_its_place_in_the_manual(tmp_path):
    text = page("nudge.conf.5", tmp_path)
    settings = re.findall(r"^([a-z0-9.-]+) =(.*)\n    (.*)\n    (.*)$",
                          run(str(harness.BIN / "nudged"),
                              "--describe").stdout, re.M)
    assert len(settings) > 20
    for name, default, words, facts in settings:
        assert f"     {name} ={default}" in text
        assert words in text and facts in text


def test_every_command_has_its_place_in_the_manual(tmp_path):
    text = page("nudgectl.1", tmp_path)
    rows = re.findall(r"^  ([a-z].*?) +((?:[A-Z[]\S*|--).*?)?  +(\S.*)$",
                      run(str(harness.BIN / "nudgectl"), "--data",
                          str(tmp_path), "help").stdout, re.M)
    assert {"user add", "drain", "dns", "restore"} <= {r[0] for r in rows}
    for name, words, told in rows:
        assert f"     {name} {words}".rstrip() in text, name
        assert told in text


def test_every_option_has_its_place_in_the_manual(tmp_path):
    text = page("nudged.8", tmp_path)
    options = re.findall(r"^  (--[a-z-]+)",
                         run(str(harness.BIN / "nudged"), "--help").stdout,
                         re.M)
    assert len(options) > 5
    for option in options:
        assert f"     {option}" in text


def test_the_packaged_settings_file_is_made_of_the_settings():
    """tools/conf.sh build/release/nudged >packaging/nudge.conf"""
    made = run("tools/conf.sh", str(harness.BIN / "nudged")).stdout
    there = pathlib.Path(harness.ROOT, "packaging/nudge.conf").read_text()
    assert there == made
    names = re.findall(r"^([a-z0-9.-]+) =", run(
        str(harness.BIN / "nudged"), "--describe").stdout, re.M)
    assert re.findall(r"^#([a-z0-9.-]+) =", there, re.M) == names


def test_a_check_names_every_wrong_setting(tmp_path):
    wrong = tmp_path / "nudge.conf"
    wrong.write_bytes(b"\xef\xbb\xbfns.port = x\r\nhttp.prot = 1\r\n")
    done = subprocess.run(
        [harness.BIN / "nudged", "--check", "--config", wrong, "--set",
         "log.level=loud"], capture_output=True, text=True, timeout=30,
        check=False, env=harness.ENVIRONMENT | {"NUDGE_NS_DISPATCH": "maybe"})
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert len(lines) == 4 and all(x.startswith("nudged: ") for x in lines)
    for line, mark in zip(lines, (":1: ns.port", ":2: there is no setting",
                                  "NUDGE_NS_DISPATCH", "log.level")):
        assert mark in line


def test_every_test_that_the_page_on_security_names_is_there():
    page = (harness.ROOT / "docs/SECURITY.md").read_text()
    model = page[:page.index("## Known faults")]
    named = set(re.findall(r"`([a-z0-9]+(?:_[a-z0-9]+){2,})`", model))
    assert len(named) > 40
    there: set[str] = set()
    for file in (harness.ROOT / "tests").rglob("test_*.[cp]*"):
        there |= set(re.findall(r"^(?:def )?([a-z0-9_]+)\((?!.*;$)",
                                file.read_text(), re.M))
    assert named - there == set()
