# SPDX-License-Identifier: MIT
"""A backup taken while everybody changes everything is a server: nothing
that was acknowledged before it began is missing."""

from __future__ import annotations

import os
import pathlib
import selectors
import signal
import socket
import sqlite3
import time

import pytest

import harness
import msn
import torture

BEFORE, AFTER = 150, 150  # changes acknowledged around the backup
SECONDS = 20.0


class Backed(torture.World):
    """Lists only: of passwords, the world remembers no more than the last."""

    def __init__(self, server: harness.Server, path: pathlib.Path) -> None:
        super().__init__(server, 1)
        self.secrets = []
        self.everybody = torture.PEOPLE
        self.path = path
        self.floor: dict[str, int] = {}
        self.least_serials: dict[str, int] = {}

    def begin(self) -> socket.socket:
        for email, busy in self.busy.items():
            self.floor[email] = busy.book.least
        self.least_serials = dict(self.serials)
        return self.server.control("backup", str(self.path))

    def load(self, fills: bool) -> None:
        """Until the backup is long done; then the server is gone."""
        control: socket.socket | None = None
        done_at = 0
        end = time.monotonic() + SECONDS
        with selectors.DefaultSelector() as ready:
            for busy in self.busy.values():
                busy.person.wire.sock.setblocking(True)
                busy.send()
                ready.register(busy.person.wire.sock, 1, busy)
            while not done_at or self.acked < done_at + AFTER:
                assert time.monotonic() < end, (self.acked, done_at)
                if control is None and self.acked >= BEFORE:
                    control = self.begin()
                    ready.register(control, 1)
                for key, _ in ready.select(1):
                    if key.fileobj is not control:
                        self.serve(ready, key.fileobj, key.data)
                        continue
                    assert control.recv(1000) == b"\0"
                    ready.unregister(control)
                    control.close()
                    done_at = self.acked
        os.kill(self.server.pid, signal.SIGKILL)
        self.read_the_rest()
        self.server.wait()

    def restored(self) -> None:
        """What must be there is what was known when the backup began."""
        for email, busy in self.busy.items():
            busy.book.acked = self.floor[email]
            busy.book.shown.clear()
        self.serials = self.least_serials


def test_a_backup_taken_under_load_is_restored_with_nothing_missing(
        make_server):
    server = make_server(start=False, **torture.SETTINGS)
    world = Backed(server, server.folder / "backup.db")
    server.start()
    world.prepare()
    world.sign_in()
    world.appear()
    world.load(False)
    found = server.ctl("restore", str(world.path)).stdout
    assert "nudge.db.old" in found
    world.restored()
    assert sum(world.floor.values()) >= BEFORE
    server.start()
    world.take_tickets()  # those of before open nothing
    world.sign_in()


def test_a_backup_is_not_restored_below_a_running_server(server):
    path = server.folder / "backup.db"
    server.ctl("backup", str(path))
    done = server.ctl("restore", str(path), check=False)
    assert done.returncode == 1
    assert f"process {server.pid};" in done.stderr
    msn.sign_in(server, "amy@example.com").sync()


@pytest.mark.parametrize("moved", ("by restore", "as a folder"))
def test_a_server_moves_to_another_host_with_accounts_and_certificates(
        make_server, tmp_path, moved):
    one, other = make_server(), make_server(start=False)
    amy = msn.sign_in(one, "amy@example.com", dialect=9)
    amy.sync()
    amy.add("FL", "bob@example.com")
    amy.everything()
    one.add_user("new@example.com", "password")
    ca = one.ca.read_bytes()
    one.ctl("backup", str(tmp_path / "b"))
    assert one.stop() == 0
    if moved == "by restore":
        other.ctl("restore", str(tmp_path / "b"))
    else:
        os.rename(one.data, other.folder / "moved")
        other.data = other.folder / "moved"
    other.start()
    assert other.ca.read_bytes() == ca
    msn.sign_in(other, "new@example.com", "password")
    amy = msn.sign_in(other, "amy@example.com", dialect=9)
    assert [m.words[1] for m in amy.sync() if m.verb == "LST"] == [
        "bob@example.com"]


def of_the_version_before(path: pathlib.Path, out: pathlib.Path) -> None:
    """What is in a database, as the program before this one kept it."""
    steps = sorted((harness.ROOT / "core/store/schema").glob("*.sql"))[:-1]
    db = sqlite3.connect(out)
    for step in steps:
        db.executescript(step.read_text())
    db.execute("ATTACH ? AS newer", (str(path),))
    for table, in db.execute("SELECT name FROM main.sqlite_schema WHERE "
                             "type = 'table' AND name NOT LIKE 'sqlite%'"
                             ).fetchall():
        names = ", ".join(r[1] for r in db.execute(
            f"PRAGMA main.table_info({table})"))
        db.execute(f"INSERT INTO main.{table} ({names}) "
                   f"SELECT {names} FROM newer.{table}")
    application, = db.execute("PRAGMA newer.application_id").fetchone()
    db.execute(f"PRAGMA main.application_id = {application}")
    db.execute(f"PRAGMA main.user_version = {len(steps)}")
    db.commit()
    db.close()


def test_an_upgrade_keeps_what_the_version_before_knew(make_server, tmp_path):
    server = make_server()
    amy = msn.sign_in(server, "amy@example.com", dialect=9)
    amy.sync()
    amy.add("FL", "bob@example.com")
    amy.everything()
    ca = server.ca.read_bytes()
    server.ctl("backup", str(tmp_path / "now"))
    assert server.stop() == 0
    of_the_version_before(tmp_path / "now", tmp_path / "before")
    # a backup of the version before is restored by this one, too
    server.ctl("restore", str(tmp_path / "before"))
    server.start()
    server._ca = None
    assert server.ca.read_bytes() == ca
    amy = msn.sign_in(server, "amy@example.com", dialect=9)
    assert [m.words[1] for m in amy.sync() if m.verb == "LST"] == [
        "bob@example.com"]
    server.ctl("ban", "192.0.2.7")  # what is new with this version
    server.restart()
    assert "192.0.2.7" in server.ctl("ban", "list").stdout
