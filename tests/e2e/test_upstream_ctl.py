# SPDX-License-Identifier: MIT
"""nudgectl upstream, settings and counters, with two real servers: "here"
asks "there" about the people of there.example."""

from __future__ import annotations

import pathlib
import subprocess
import time
from collections.abc import Iterator

import pytest

import harness
from harness import Server

PASSWORD = "elsewhere's & <\u00e4>"
# /proc/PID/maps and mem of the real one are root's alone
READABLE = harness.BIN / "tests" / "nudged-readable"


def upstream(there: Server, **more: str) -> dict[str, str]:
    return {
        "upstream.servers":
            f"there=https://localhost:{there.https_port}/RST2.srf",
        "upstream.domains": "there.example=there,*.there.example=there",
        "upstream.ca": f"there={there.ca}",
        "upstream.timeout": "5",
    } | more


@pytest.fixture(scope="module")
def two(mold: pathlib.Path, tmp_path_factory: pytest.TempPathFactory
        ) -> Iterator[tuple[Server, Server]]:
    if not READABLE.exists():
        pytest.skip('no nudged-readable: "make tests" builds it')
    folders = [tmp_path_factory.mktemp(name) for name in ("here", "there")]
    for folder in folders:
        harness.copy_mold(mold, folder)
    there = Server(folders[1]).start()
    there.add_user("ann@there.example", PASSWORD)
    here = Server(folders[0], **upstream(there))
    here.program = READABLE
    here.start()
    yield here, there
    here.close()
    there.close()


def ask(server: Server, email: str, password: str, *more: str
        ) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(harness.BIN / "nudgectl"), "--data", str(server.data),
         "upstream", "test", email, "--password", "-", *more],
        input=password + "\n", capture_output=True, text=True, timeout=60,
        check=False, env=harness.ENVIRONMENT)


def test_a_right_password_is_told_step_by_step(
        two: tuple[Server, Server]) -> None:
    here, there = two
    done = ask(here, "ann@there.example", PASSWORD)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = [line.strip() for line in done.stdout.splitlines()]
    assert lines[0] == 'decided by "there", as upstream.domains says'
    assert lines[1] == f"trusted: {there.ca}"
    assert lines[2].endswith(f":{there.https_port}/RST2.srf")
    assert lines[3].startswith("name resolved after ")
    assert lines[4].startswith("connected after ")
    assert lines[5].startswith("certificate trusted after ")
    assert lines[6].startswith("status 200, ")
    assert lines[7] == "answer: signed in"
    assert lines[8].startswith("PUID ")


def test_a_wrong_password_is_told_and_fails(two: tuple[Server, Server]
                                            ) -> None:
    here, _ = two
    done = ask(here, "ann@there.example", "not it")
    assert done.returncode == 1
    assert "address or password is wrong (0x80048821)" in done.stderr


def test_who_is_ours_is_not_asked_about(two: tuple[Server, Server]) -> None:
    here, there = two
    before = there.stat("login.bad")
    done = ask(here, "amy@example.com", "secret")
    assert done.returncode == 1 and "decided here" in done.stderr
    assert there.stat("login.bad") == before


def test_a_server_can_be_named(two: tuple[Server, Server]) -> None:
    here, _ = two
    done = ask(here, "amy@example.com", harness.PEOPLE["amy@example.com"],
               "--server", "there")
    assert done.returncode == 0
    assert 'decided by "there", as you say' in done.stdout
    done = ask(here, "amy@example.com", "x", "--server", "elsewhere")
    assert done.returncode == 1 and "no server of that name" in done.stderr


def test_a_password_of_elsewhere_is_not_taken_from_the_command_line(
        two: tuple[Server, Server]) -> None:
    here, _ = two
    done = here.ctl("upstream", "test", "ann@there.example", "--password",
                    "x", check=False)
    assert done.returncode == 2
    assert "--password - on standard input" in done.stderr


def test_servers_are_listed_and_counted(two: tuple[Server, Server]) -> None:
    here, there = two
    words = here.ctl("upstream", "list").stdout.rstrip("\n").split("\t")
    assert words == [
        "there", f"https://localhost:{there.https_port}/RST2.srf",
        "there.example,*.there.example", "ready", words[4]]
    assert words[4].startswith("last success ")
    stats = here.stats()
    for outcome in ("good", "wrong", "locked", "moved", "down", "paused",
                    "known", "circle"):
        assert f"upstream.requests.there.{outcome}" in stats
    assert stats["upstream.paused.there"] == 0


def test_a_reload_takes_new_servers_and_refuses_nonsense(
        mold: pathlib.Path, two: tuple[Server, Server],
        tmp_path: pathlib.Path) -> None:
    _, there = two
    harness.copy_mold(mold, tmp_path)
    conf = tmp_path / "nudge.conf"
    conf.write_text("log.level = debug\n")
    server = Server(tmp_path)
    server.program = READABLE
    command = server.command
    server.command = lambda *more: command(  # type: ignore[method-assign]
        "--config", str(conf), *more)
    server.start()
    try:
        assert "libcurl" not in pathlib.Path(
            f"/proc/{server.pid}/maps").read_text()
        assert "no other server is set" in \
            server.ctl("upstream", "list").stdout
        conf.write_text("".join(f"{k} = {v}\n"
                                for k, v in upstream(there).items()))
        server.ctl("reload")
        assert ask(server, "ann@there.example", PASSWORD).returncode == 0
        conf.write_text("upstream.servers = there=ftp://x/y\n")
        done = server.ctl("reload", check=False)
        assert done.returncode == 1
        assert 'upstream.servers: "there=ftp://x/y" is no server' in \
            done.stdout + done.stderr
        assert ask(server, "ann@there.example", PASSWORD).returncode == 0
    finally:
        server.close()


def test_without_libcurl_one_sentence_says_what_to_install(
        two: tuple[Server, Server], tmp_path: pathlib.Path) -> None:
    _, there = two
    (tmp_path / "libcurl.so.4").write_bytes(b"no library")
    server = Server(tmp_path, **upstream(there))
    server.environment["LD_LIBRARY_PATH"] = str(tmp_path)
    with pytest.raises(harness.Failed, match="apt-get install libcurl4"):
        server.start()


def test_the_settings_are_checked_before_anything_starts(
        tmp_path: pathlib.Path) -> None:
    server = Server(tmp_path, **{"upstream.servers": "a=http://b.example/c"})
    done = subprocess.run(server.command("--check"), capture_output=True,
                          text=True, timeout=60, check=False,
                          env=harness.ENVIRONMENT)
    assert done.returncode == 1
    assert "would send passwords in clear text" in done.stderr


def test_no_password_stays_in_a_log_or_in_memory(
        two: tuple[Server, Server]) -> None:
    here, _ = two
    canary = "canary-of-elsewhere-7215"
    for _ in range(3):
        assert ask(here, "ann@there.example", canary).returncode == 1
    for server in two:
        assert canary not in server.log()
    # a request is wiped with its connection, a moment behind the last answer
    end = time.monotonic() + 5
    while count_in_memory(here.pid, canary.encode()) != 0:
        assert time.monotonic() < end, "it stays in memory"
        time.sleep(0.05)


def count_in_memory(pid: int, what: bytes) -> int:
    found = 0
    maps = pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines()
    with open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            where, mode = line.split()[:2]
            if not mode.startswith("rw"):
                continue
            first, last = (int(x, 16) for x in where.split("-"))
            if last - first > 1 << 28:
                continue  # what a sanitizer keeps of memory
            memory.seek(first)
            found += memory.read(last - first).count(what)
    return found
