# SPDX-License-Identifier: MIT
"""As many strangers as there may be have put somebody on their lists, all of
them with the longest names: every version still gets its lists."""

from __future__ import annotations

import hashlib
import sqlite3

import pytest

import harness
import live
import msn

BOB = "bob@example.com"
MOST = 5000
# addresses of 129 bytes, names of 387, the words that go with an invitation
ADDRESS = "{:05d}" + "x" * 108 + "@far.example.com"
NAME = "%26" * 129
SAID = "." + "invite=" + "%3C" * 300


@pytest.fixture(scope="module")
def crowded(mold, tmp_path_factory):
    folder = tmp_path_factory.mktemp("crowded")
    harness.copy_mold(mold, folder)
    server = harness.Server(folder)
    fill(server, MOST)
    server.start()
    yield server
    msn.close_all()
    server.close()


def fill(server, count: int) -> None:
    """Behind the server's back, as its own rows would be."""
    db = sqlite3.connect(server.data / "nudge.db")
    owner, = db.execute("SELECT id FROM accounts WHERE address = ?",
                        (BOB,)).fetchone()
    db.executemany(
        "INSERT INTO contacts (owner, address, position, id, lists, groups, "
        "name, changed, gone, card) VALUES (?, ?, ?, ?, ?, 0, ?, ?, 0, ?)",
        [(owner, ADDRESS.format(n), n + 1,
          hashlib.md5(str(n).encode()).digest(), 24 if n % 5 else 8, NAME,
          17000000000000000 + n, SAID if n % 5 else "")
         for n in range(count)])
    db.commit()
    db.close()


@pytest.mark.parametrize("dialect", range(2, 13))
def test_all_lists_come_with_a_full_reverse_list(crowded, dialect):
    bob = live.anybody(crowded, BOB, dialect)
    got = bob.sync()
    assert len([m for m in got if m.verb == "LST"]) >= MOST
    bob.expect_nothing()
    bob.hang_up()


@pytest.mark.parametrize("dialect", (13, 15, 18))
def test_the_web_services_have_all_of_a_full_reverse_list(crowded, dialect):
    bob = live.sign_in(crowded, BOB, dialect)
    roles = bob.soap.roles()
    assert len(roles["Reverse"]) + len(roles["Pending"]) == MOST
    assert bob.soap.find_all().contacts == {}
    assert bob.soap.find_paged().contacts == {}
    bob.hang_up()
