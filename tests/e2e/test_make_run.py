# SPDX-License-Identifier: MIT
"""What "make run" says while it compiles, and before the server starts."""

import json
import os
import pathlib
import subprocess

import harness
import msn
import pytest
import readme

FAKE = """#!/bin/sh
case " $* " in
*" -n "*) ;;
*) [ -z "$FAIL" ] || { echo "a.c:1: error: no"; exit 2; } ;;
esac
for file in common/base/a common/base/b core/c nudged; do
	echo "gcc -I. -MMD -MP -c -o build/release/$file.o $file.c"
done
echo "gcc -o build/release/nudged"
echo "cc1: something to see"
"""


# who runs the tests has all packages
APT = """#!/bin/sh
echo "$0 $*" >>"${0%/*}/asked"
exit 1
"""


def make_run(folder: pathlib.Path, *words: str,
             **more: str) -> "subprocess.CompletedProcess[str]":
    """With a make that only says what it would compile, and a server that
    only checks its settings."""
    make = folder / "make"
    make.write_text(FAKE)
    make.chmod(0o755)
    for name in ("apt-get", "apt-cache", "sudo"):
        (folder / name).write_text(APT)
        (folder / name).chmod(0o755)
    return subprocess.run(
        ["tools/run.sh", "--check", "--set", "http.port=28081", *words],
        capture_output=True, text=True, timeout=60, check=False,
        cwd=harness.ROOT, stdin=subprocess.DEVNULL,
        env=harness.ENVIRONMENT | {
            "PATH": f"{folder}:{os.environ['PATH']}",
            "NUDGE_DATA_DIR": str(folder / "data")} | more)


def test_compiling_shows_how_far_it_is(tmp_path):
    done = make_run(tmp_path)
    assert done.returncode == 0, done.stderr
    assert ("  [ 25%] common/base\n  [ 75%] core\n  [100%] .\n"
            in done.stdout)
    assert "gcc" not in done.stdout
    assert "cc1: something to see" in done.stdout


def test_a_start_asks_apt_for_nothing_where_all_is_there(tmp_path):
    """By whatever names: Debian 13 has libcurl4t64 for libcurl4."""
    assert make_run(tmp_path).returncode == 0
    assert not (tmp_path / "asked").exists()


def test_a_failure_to_compile_is_shown_and_starts_nothing(tmp_path):
    done = make_run(tmp_path, FAIL="1")
    assert done.returncode != 0
    assert "a.c:1: error: no" in done.stdout
    assert "open one of these" not in done.stdout


def test_it_tells_what_to_open_and_how_to_get_an_account(tmp_path):
    done = make_run(tmp_path, "--set", "listen.address=127.0.0.1,::1",
                    "--set", "public.address=nudge.example")
    told = done.stdout
    for link in ("nudge.example", "127.0.0.1", "[::1]"):
        assert f"  http://{link}:28081/\n" in told
    assert "Sign-up is closed" in told
    assert "nudgectl user add" in told
    assert "install it as a service" in told
    told = make_run(tmp_path, "--set", "accounts.signup=open").stdout
    assert "Sign-up is open" in told and "user add" not in told
    assert "  http://localhost:28081/\n" in told
    assert "nudgectl invite" in make_run(
        tmp_path, "--set", "accounts.signup=invite").stdout


# ---- an upgrade: git pull, make run ----

class Clone(harness.Server):
    """A clone of a repository, in which "make run" runs what was built
    here."""

    def __init__(self, folder: pathlib.Path) -> None:
        super().__init__(folder)
        self.origin = readme.publish(folder)
        self.git("clone", "-q", str(self.origin), "clone", cwd=folder)
        self.clone = folder / "clone"
        self.data = self.clone / "data"
        (self.clone / "build").mkdir()
        (self.clone / "build" / "release").symlink_to(harness.BIN)
        make = folder / "make"
        make.write_text(FAKE)
        make.chmod(0o755)
        self.environment["PATH"] = f"{folder}:{os.environ['PATH']}"

    def git(self, *words: str, cwd: pathlib.Path | None = None) -> str:
        return subprocess.run(
            ["git", "-c", "user.name=t", "-c", "user.email=t@t.example",
             *words], cwd=cwd or self.clone, check=True, timeout=60,
            capture_output=True, text=True, env=harness.ENVIRONMENT).stdout

    def command(self, *more: str) -> list[str]:
        return ["sh", "-c", 'cd "$1" && exec tools/run.sh', "sh",
                str(self.clone)]


@pytest.fixture
def clone(tmp_path):
    server = Clone(tmp_path)
    yield server
    msn.close_all()
    server.close()


def test_an_upgrade_keeps_settings_accounts_and_who_may_sign_up(clone):
    given = {"NUDGE_LISTEN_ADDRESS": "127.0.0.1",
             "NUDGE_NS_PORT": str(clone.ns_port),
             "NUDGE_HTTP_PORT": str(clone.http_port),
             "NUDGE_HTTPS_PORT": str(clone.https_port),
             "NUDGE_ACCOUNTS_SIGNUP": "invite"}
    clone.environment |= given
    clone.start()
    clone.wait_log("event=ready")
    clone.ctl("set", "public.address", "im.example")
    clone.add_user("amy@example.com", harness.PEOPLE["amy@example.com"])
    msn.sign_in(clone, "amy@example.com").hang_up()
    assert clone.stop() == 0
    assert clone.git("status", "--porcelain") == ""

    (clone.origin / "README.md").write_text("Another version.\n")
    clone.git("commit", "-qam", "another version", cwd=clone.origin)
    clone.git("pull", "-q")
    assert (clone.clone / "README.md").read_text() == "Another version.\n"
    clone.log_path.unlink()
    for name in given:
        del clone.environment[name]
    clone.start()
    clone.wait_log("event=ready")
    assert "looser-settings" not in clone.log()
    assert "event=variables" not in clone.log()
    assert "People sign up with a code" in clone.log()
    rows = {row["setting"]: (row["value"], row["from"]) for row in
            json.loads(clone.ctl("get", "--json").stdout)}
    assert rows["accounts.signup"] == ("invite", "file")
    assert rows["public.address"] == ("im.example", "file")
    assert rows["ns.port"] == (str(clone.ns_port), "file")
    msn.sign_in(clone, "amy@example.com").sync()
