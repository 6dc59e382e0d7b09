# SPDX-License-Identifier: MIT
"""A backup taken while everybody changes everything is a server: nothing
that was acknowledged before it began is missing.  And what was given to people
before an old state came back opens nothing."""

from __future__ import annotations

import os
import pathlib
import shutil
import sqlite3

import pytest

import harness
import live_rst as rst
import live_soap as soap
import msn
import torture
import visitor

AMY, BOB = "amy@example.com", "bob@example.com"


@pytest.mark.slow
def test_a_backup_taken_under_load_is_restored_with_nothing_missing(
        make_server):
    server = make_server(start=False, **torture.SETTINGS)
    world = torture.World(server, 1)
    server.start()
    world.prepare()
    world.sign_in()
    world.appear()
    world.load_and_restore(server.folder / "backup.db")
    assert sum(b.book.acked for b in world.busy.values()) > 0
    server.start()
    world.outlived()
    world.sign_in()


# ---- what was given before ----

def opens(server: harness.Server, value: str) -> bool:
    try:
        soap.Client(server, f"t={value}&p=").find_all()
    except soap.Fault:
        return False
    return True


def signs_in(server: harness.Server, email: str, value: str) -> bool:
    person = msn.Person(server, email, 9)
    person.challenge()
    got = person.usr_s(f"t={value}&p=")
    person.hang_up()
    return got.words[2:3] == ["OK"]


def long_ticket(server: harness.Server, email: str, password: str) -> str:
    return rst.tokens(server, email, password)[rst.MESSENGER].bare


def as_file(server: harness.Server, there: pathlib.Path) -> None:
    """A backup that somebody copies in the database's place."""
    server.ctl("backup", str(there))


def put_file(server: harness.Server, there: pathlib.Path) -> None:
    for end in ("-wal", "-shm"):
        (server.data / f"nudge.db{end}").unlink(missing_ok=True)
    shutil.copy(there, server.data / "nudge.db")


def stopped(server: harness.Server, there: pathlib.Path) -> None:
    """The database itself, of a server that does not run."""
    assert server.stop() == 0
    shutil.copy(server.data / "nudge.db", there)
    server.start()


def running(server: harness.Server, there: pathlib.Path) -> None:
    """The same of one that runs, which nobody should do."""
    db = sqlite3.connect(server.data / "nudge.db")
    db.execute("PRAGMA wal_checkpoint(FULL)")
    db.close()
    shutil.copy(server.data / "nudge.db", there)


def folder(server: harness.Server, there: pathlib.Path) -> None:
    """All of it, as whoever copies machines does."""
    assert server.stop() == 0
    shutil.copytree(server.data, there)
    server.start()


def put_folder(server: harness.Server, there: pathlib.Path) -> None:
    shutil.rmtree(server.data)
    shutil.copytree(there, server.data)


WAYS = {
    "restore": (as_file, lambda s, f: s.ctl("restore", str(f))),
    "the restore of a database": (stopped,
                                  lambda s, f: s.ctl("restore", str(f))),
    "a backup copied": (as_file, put_file),
    "a database copied": (stopped, put_file),
    "a database copied while it was used": (running, put_file),
    "a folder copied": (folder, put_folder),
}


@pytest.mark.parametrize("way", WAYS)
def test_nothing_given_before_opens_anything_when_an_old_state_is_back(
        make_server, tmp_path, way):
    server = make_server()
    take, put = WAYS[way]
    old = long_ticket(server, AMY, harness.PEOPLE[AMY])
    assert opens(server, old)
    take(server, tmp_path / "kept")

    server.ctl("user", "passwd", AMY, "--password", "another")
    lost = long_ticket(server, AMY, "another")
    for name in ("ida", "ivy"):
        server.add_user(f"{name}@example.com", "password")
    ida = long_ticket(server, "ida@example.com", "password")
    me = visitor.Visitor(server)
    me.sign_in("ida@example.com", "password")
    assert opens(server, old) is False and opens(server, ida)
    assert server.stop() == 0
    put(server, tmp_path / "kept")
    server.start()
    server._ca = None

    # those who come now get the numbers of those who are lost
    for name in ("mal", "max"):
        server.add_user(f"{name}@example.com", "password")
    for value in (ida, lost):
        assert not opens(server, value)
    for who in ("mal@example.com", "max@example.com", AMY):
        assert not any(signs_in(server, who, v) for v in (ida, lost))
    assert b"@example.com" not in me.ask("/account").body
    # the password of then is right again; its tickets are not, but in a folder
    # that is in everything as it was
    if way != "a folder copied":
        assert not opens(server, old) and not signs_in(server, AMY, old)
    server.ctl("user", "passwd", AMY, "--password", "a third one")
    for value in (old, lost):
        assert not opens(server, value)
        assert not signs_in(server, AMY, value)
    now = long_ticket(server, AMY, "a third one")
    for end in (server.stop, server.kill):
        end()
        server.start()
        assert opens(server, now), "a restart is no restore"


def test_a_backup_has_no_keys_of_tickets_in_it(server, tmp_path):
    def names(path: pathlib.Path) -> set[str]:
        db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        found = {n for n, in db.execute("SELECT name FROM secrets")}
        key = db.execute("SELECT value FROM secrets WHERE name = "
                         "'ticket-keys'").fetchone()
        db.close()
        if key is not None:
            keys.append(key[0])
        return found

    keys: list[bytes] = []
    server.ctl("backup", str(tmp_path / "b"))
    there = names(server.data / "nudge.db")
    assert names(tmp_path / "b") == there - {"ticket-keys"}
    assert len(keys) == 1 and keys[0] not in (tmp_path / "b").read_bytes()


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
