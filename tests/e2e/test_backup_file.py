# SPDX-License-Identifier: MIT
"""The server sends a backup, and nudgectl makes the file."""

from __future__ import annotations

import os
import pathlib
import pty
import sqlite3
import subprocess
import time

import pytest

import harness
import msn

AMY = "amy@example.com"
NUDGECTL = str(harness.BIN / "nudgectl")


def whole(path: pathlib.Path) -> None:
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()


def left(server: harness.Server) -> list[pathlib.Path]:
    return [*server.data.glob("nudge.db.*"), *server.folder.glob("*.db.*")]


def grow(server: harness.Server, size: int) -> None:
    """A database that no socket takes at once."""
    assert server.stop() == 0
    db = sqlite3.connect(server.data / "nudge.db")
    db.execute("INSERT INTO secrets VALUES ('ballast', zeroblob(?))", (size,))
    db.commit()
    db.close()
    server.start()


def test_nudgectl_writes_where_the_server_may_not(server):
    """And says where, and how large it is; nobody else may read it."""
    path = server.folder / "copy.db"
    done = server.ctl("backup", str(path))
    assert done.stdout == \
        f"the backup is in {path} ({path.stat().st_size} bytes)\n"
    assert path.stat().st_mode & 0o777 == 0o600
    whole(path)
    assert not left(server)


def test_a_file_that_is_there_is_replaced_by_force_alone(server):
    path = server.folder / "copy.db"
    path.write_bytes(b"precious")
    done = server.ctl("backup", str(path), check=False)
    assert done.returncode == 1 and "--force" in done.stderr
    assert path.read_bytes() == b"precious"
    server.ctl("backup", str(path), "--force")
    whole(path)
    assert not left(server)


def test_a_backup_goes_through_a_pipe(server):
    grow(server, 5 << 20)
    done = subprocess.run([NUDGECTL, "--data", server.data, "backup", "-"],
                          capture_output=True, check=True, timeout=60)
    assert done.stderr == b""
    assert done.stdout.startswith(b"SQLite format 3\0")
    assert len(done.stdout) > 5 << 20
    path = server.folder / "piped.db"
    path.write_bytes(done.stdout)
    whole(path)
    assert server.stop() == 0
    with path.open("rb") as file:
        subprocess.run([NUDGECTL, "--data", server.data, "restore", "-"],
                       stdin=file, check=True, timeout=60)
    server.start()
    msn.sign_in(server, AMY)


def test_a_terminal_is_sent_no_backup(server):
    ours, theirs = pty.openpty()
    done = subprocess.run([NUDGECTL, "--data", server.data, "backup", "-"],
                          stdout=theirs, stderr=subprocess.PIPE, check=False,
                          timeout=60)
    os.close(theirs)
    os.close(ours)
    assert done.returncode == 1 and b"terminal" in done.stderr


def test_the_newest_of_a_folder_are_kept(server):
    folder = server.folder / "backups"
    folder.mkdir()
    for year in range(2001, 2006):
        (folder / f"nudge-{year}0101-000000.db").write_bytes(b"old")
    others = ("nudge.db", "nudge-2001.db", "xnudge-20010101-000000.db")
    for name in others:
        (folder / name).write_bytes(b"another's")
    done = server.ctl("backup", str(folder), "--keep", "3")
    made = pathlib.Path(done.stdout.split()[4])
    whole(made)
    assert {f.name for f in folder.iterdir()} == {
        "nudge-20040101-000000.db", "nudge-20050101-000000.db", made.name,
        *others}
    for words in ((str(folder), "--keep", "0"), (str(folder), "--keep", "x"),
                  (str(server.folder / "a"), "--keep", "3")):
        done = server.ctl("backup", *words, check=False)
        assert done.returncode == 1 and "--keep" in done.stderr


def test_a_slow_reader_gets_all_and_one_that_goes_leaves_nothing(server):
    size = 24 << 20
    grow(server, size)
    amy = msn.sign_in(server, AMY)
    with server.control("backup", "-") as sock:
        head = sock.recv(1)
        assert head == b"\0"
        time.sleep(1)  # what does not fit a socket waits for the reader
        amy.everything()
        assert "another backup" in server.ctl(
            "backup", str(server.folder / "b"), check=False).stderr
        sent = b"".join(iter(lambda: sock.recv(1 << 16), b""))
    assert int.from_bytes(sent[:8], "big") == len(sent) - 8 > size
    with server.control("backup", "-") as sock:
        assert sock.recv(1) == b"\0"
    end = time.monotonic() + 20
    while server.ctl("backup", str(server.folder / "b"), "--force",
                     check=False).returncode != 0:
        assert time.monotonic() < end
        time.sleep(0.1)
    whole(server.folder / "b")
    assert not left(server)


@pytest.mark.parametrize("kept", [0, 1, 9, 100])
def test_a_server_that_breaks_off_leaves_no_file(tmp_path, kept):
    import socket
    import threading
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "control.sock"))
    listener.listen()

    def serve() -> None:
        listener.accept()[0].close()  # is somebody there?
        sock = listener.accept()[0]
        sock.recv(1000)
        sock.sendall((b"\0" + (200).to_bytes(8, "big") + b"x" * 200)[:kept])
        sock.close()
    thread = threading.Thread(target=serve)
    thread.start()
    done = subprocess.run([NUDGECTL, "--data", tmp_path, "backup",
                           tmp_path / "copy.db"], capture_output=True,
                          check=False, timeout=30)
    thread.join()
    listener.close()
    assert done.returncode == 1 and b"broke off" in done.stderr
    assert [f.name for f in tmp_path.iterdir()] == ["control.sock"]
