# SPDX-License-Identifier: MIT
"""A backup may leave the server's keys out, or have them sealed with a
passphrase: then nothing of them is in it, and people are none the worse."""

from __future__ import annotations

import base64
import os
import pathlib
import pty
import sqlite3
import subprocess
import time

import pytest

import classic
import harness
import msn
import test_certs as certs

AMY, NEW = "amy@example.com", "new@example.com"
PHRASE = "correct horse battery staple"
NEVER_KEYS = {"mark", "sealed-keys"}


def secrets(path: pathlib.Path) -> dict[str, bytes]:
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    found = dict(db.execute("SELECT name, value FROM secrets"))
    db.close()
    return found


def pieces(keys: dict[str, bytes]) -> list[bytes]:
    """What of each key would betray it: the key, and its middle, as text and
    as bytes."""
    found = []
    for name, value in keys.items():
        if name in NEVER_KEYS or "cert" in name or "named" in name:
            continue
        if value.startswith(b"-----BEGIN"):
            lines = value.split(b"\n")[1:-2]
            found += [lines[len(lines) // 2], lines[-1],
                      base64.b64decode(b"".join(lines))[-32:]]
        else:
            found += [value[-16:]]
    return found


def passphrase(server: harness.Server, text: str = PHRASE) -> str:
    file = server.folder / "passphrase"
    file.write_text(text + "\n")
    return str(file)


def prepared(make_server) -> harness.Server:
    """With keys that were once others, on pages that are free now."""
    server = make_server(**{"accounts.md5": "off"})
    server.add_user(NEW, "password")
    server.ctl("certs", "renew-authority", "--yes")
    server.ctl("keys", "rotate")
    server._ca = None
    return server


def taken(server: harness.Server, *how: str) -> tuple[pathlib.Path, list[bytes]]:
    """A backup in which no key of the server is found, and these."""
    keys = secrets(server.data / "nudge.db")
    assert {"ca-key", "seal-key", "ticket-keys", "legacy-key"} <= keys.keys()
    path = server.folder / "backup.db"
    server.ctl("backup", str(path), *how)
    assert path.stat().st_mode & 0o777 == 0o600
    data = path.read_bytes()
    there = pieces(keys)
    assert len(there) >= 10
    assert not [p for p in there if p in data]
    live = (server.data / "nudge.db").read_bytes() + \
        (server.data / "nudge.db-wal").read_bytes()
    assert [p for p in there if p in live], "the search finds what is there"
    assert not list(server.data.glob("nudge.db.copy*"))
    return path, there


def leave(server: harness.Server) -> None:
    """Nothing of the old server stays."""
    assert server.stop() == 0
    for file in server.data.glob("nudge.*"):
        file.unlink()
    server._ca = None


def test_a_backup_without_keys_is_restored_with_another_authority(
        make_server):
    server = prepared(make_server)
    old = server.ca.read_bytes()
    app = server.ctl("user", "app-password", AMY).stdout.strip()
    path, _ = taken(server, "--without-keys")
    assert secrets(path).keys() == {"mark"}
    leave(server)
    done = server.ctl("restore", str(path))
    assert "must install the new" in done.stdout
    assert "app-password" in done.stdout
    server.start()
    assert server.ca.read_bytes() != old
    assert certs.verifies(server, server.ca, certs.leaf(server, None))
    msn.sign_in(server, NEW, "password")
    with pytest.raises(AssertionError):
        classic.sign_in(server, AMY, 2, app)
    again = server.ctl("user", "app-password", AMY).stdout.strip()
    classic.sign_in(server, AMY, 2, again)


def test_a_sealed_backup_is_restored_with_its_passphrase_and_no_other(
        make_server):
    server = prepared(make_server)
    old = server.ca.read_bytes()
    app = server.ctl("user", "app-password", AMY).stdout.strip()
    path, there = taken(server, "--passphrase-file", passphrase(server))
    assert secrets(path).keys() == {"mark", "sealed-keys"}
    leave(server)
    for words in (("--passphrase-file", passphrase(server, PHRASE + "!")), ()):
        done = server.ctl("restore", str(path), *words, check=False)
        assert done.returncode == 1 and "passphrase" in done.stderr
        assert not list(server.data.glob("nudge.db*"))
    done = server.ctl("restore", str(path), "--passphrase-file",
                      passphrase(server))
    assert "install" not in done.stdout
    assert "sealed-keys" not in secrets(server.data / "nudge.db")
    server.start()
    assert server.ca.read_bytes() == old
    assert certs.verifies(server, server.ca, certs.leaf(server, None))
    msn.sign_in(server, NEW, "password")
    classic.sign_in(server, AMY, 2, app)
    for value in there[:3]:
        assert value not in path.read_bytes()


def test_a_sealed_backup_in_the_place_of_the_database_starts_no_server(
        make_server):
    """It would make other keys, and lose those that are sealed."""
    server = prepared(make_server)
    path, _ = taken(server, "--passphrase-file", passphrase(server))
    leave(server)
    path.rename(server.data / "nudge.db")
    with pytest.raises(harness.Failed):
        server.start()
    assert "nudgectl restore" in server.log()
    assert "sealed-keys" in secrets(server.data / "nudge.db")


def test_what_is_no_backup_is_refused_and_leaves_nothing(server):
    path = server.folder / "backup.db"
    path.write_bytes(b"precious")
    for words in (["--without-keys"], ["--without"], ["--sealed", "x", "00"],
                  ["--sealed", "$y$j9T$abc", "00" * 32],
                  ["--passphrase-file", passphrase(server)],
                  ["--passphrase-file", passphrase(server, "short")],
                  ["--passphrase-file", str(server.folder / "none")],
                  ["--passphrase"]):
        done = server.ctl("backup", str(path), *words, check=False)
        assert done.returncode != 0 and done.stderr, words
    assert path.read_bytes() == b"precious"
    there = server.folder / "no folder" / "backup.db"
    done = server.ctl("backup", str(there), "--without-keys", check=False)
    assert done.returncode == 1 and "No such file" in done.stderr
    assert not list(server.data.glob("nudge.db.copy*"))
    # what a server that was killed left behind is in nobody's way
    (server.data / "nudge.db.copy").write_bytes(b"left")
    path.unlink()
    server.ctl("backup", str(path), "--without-keys")
    assert path.read_bytes().startswith(b"SQLite")


def type_in(words: list[str], lines: list[str]) -> int:
    """What nudgectl asks of a terminal."""
    ours, theirs = pty.openpty()
    running = subprocess.Popen(words, stdin=theirs, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
    os.close(theirs)
    for line in lines:
        assert running.stderr is not None
        asked = b""
        while not asked.endswith(b": "):
            asked += running.stderr.read(1)
        os.write(ours, line.encode() + b"\n")
    running.communicate(timeout=60)
    os.close(ours)
    return running.returncode


def test_a_passphrase_is_asked_for_where_there_is_a_terminal(server):
    path = server.folder / "backup.db"
    nudgectl = [str(harness.BIN / "nudgectl"), "--data", str(server.data)]
    backup = [*nudgectl, "backup", str(path), "--passphrase"]
    assert type_in(backup, [PHRASE, "something else"]) != 0
    assert not path.exists()
    assert type_in(backup, [PHRASE, PHRASE]) == 0
    assert "sealed-keys" in secrets(path)
    leave(server)
    assert type_in([*nudgectl, "restore", str(path)], [PHRASE]) == 0
    assert "ca-key" in secrets(server.data / "nudge.db")


def test_people_do_not_wait_while_a_passphrase_makes_a_key(server):
    """The hash is nudgectl's own work, the copy a worker's."""
    amy = msn.sign_in(server, AMY)
    path = server.folder / "backup.db"
    words = [str(harness.BIN / "nudgectl"), "--data", str(server.data),
             "backup", str(path), "--passphrase-file", passphrase(server)]
    running = subprocess.Popen(words, stdin=subprocess.DEVNULL)
    longest = 0.0
    while running.poll() is None:
        began = time.monotonic()
        amy.everything()
        longest = max(longest, time.monotonic() - began)
    assert running.returncode == 0 and path.exists()
    assert longest < 0.5
