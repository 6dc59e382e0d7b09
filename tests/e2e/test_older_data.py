# SPDX-License-Identifier: MIT
"""A data folder that an older program left behind (tests/fixtures/make.py)
is opened, and nothing in it is lost."""

from __future__ import annotations

import json
import sqlite3
import tarfile

import pytest

import chat
import harness
import live
import live_oim as oim
import live_soap as soap
import mailbox
import msn
import test_chat_web as chat_web
import test_storage as storage

AMY, BOB, CID, EVE = ("amy@example.com", "bob@example.com",
                      "cid@example.com", "eve@example.com")
NAME = "Amy%20%E2%98%83"
FIXTURE = harness.ROOT / "tests/fixtures/data-10.tar.xz"


@pytest.fixture
def old(tmp_path):
    """A server, not started, in the older program's folder."""
    folder = tmp_path / "old"
    (folder / "data").mkdir(mode=0o700, parents=True)
    with tarfile.open(FIXTURE) as packed:
        (folder / "data/nudge.db").write_bytes(
            packed.extractfile("nudge.db").read())
    (folder / "data/nudge.db").chmod(0o600)
    server = harness.Server(folder, **{
        "chat.port": str(harness.free_ports(1)[0])})
    yield server
    msn.close_all()
    server.close()


def rows(server: harness.Server, question: str) -> list[tuple]:
    db = sqlite3.connect(server.data / "nudge.db")
    try:
        return db.execute(question).fetchall()
    finally:
        db.close()


def secrets_of(server: harness.Server) -> dict[str, bytes]:
    return dict(rows(server, "SELECT name, value FROM secrets"))


def test_keys_certificates_and_numbers_stay_what_they_were(old):
    """Clients trust that authority, and know people by these numbers."""
    before = secrets_of(old)
    people = rows(old, "SELECT id, address, password FROM accounts")
    old.start()
    cids = {email: soap.Client(old, live.sign_in(old, email, 15).tokens[
        live.rst.CONTACTS].text).find_all().owner_cid
        for email in (AMY, BOB)}
    old.stop()
    assert {k: secrets_of(old)[k] for k in before} == before
    assert rows(old, "SELECT id, address, password FROM accounts") == people
    # as the older program told them to everybody
    assert cids == {AMY: "6227634080445374301", BOB: "7796372880487179078"}


def test_lists_groups_and_cards_stay(old):
    old.start()
    amy = msn.sign_in(old, AMY, dialect=9)
    got = amy.sync()
    found = {m.words[1]: m.words[3] for m in got if m.verb == "LST"}
    assert found == {BOB: "11", CID: "3", EVE: "4"}
    lsg = {m.words[2]: m.words[1] for m in got if m.verb == "LSG"}
    work = lsg["Work%20%E2%98%83"]
    bob = next(m for m in got if m.verb == "LST" and m.words[1] == BOB)
    assert work in bob.words[4].split(",")
    assert any(m.line == "PRP PHM 555%20123" for m in got), got
    amy.hang_up()
    client = soap.Client(old, live.sign_in(old, BOB, 15).tokens[
        live.rst.CONTACTS].text)
    book = client.find_all()
    boss = book.contacts[AMY]
    assert boss.annotations["AB.NickName"] == "the boss"
    assert {book.groups[g] for g in boss.groups} == {"Friends"}
    assert client.role_of(AMY) == {"Allow", "Reverse"}
    assert client.role_of(CID) == {"Allow"}
    eve = msn.sign_in(old, EVE, dialect=9)
    assert not [m for m in eve.sync() if m.verb == "LST"]


def test_messages_profiles_rooms_and_the_operators_things_stay(old):
    old.start()
    reader = oim.Reader(old, BOB)
    assert [oim.words(reader.message(m["I"]))
            for m in reader.metadata()] == ["first \u2603", "second"]
    got = storage.Store(old).profile()
    assert got["PersonalStatus"] == "words of amy"
    browser, _ = chat_web.log_in(old, AMY)
    assert "<h2>Zmic</h2>" in browser.page("/msnchat/nickname")
    export = json.loads(browser.ask("/account/export").body)
    assert export["chat rooms"] == ["tearoom"]
    assert [m["text"] for m in export["messages"]] == ["for amy"]
    assert [r["about"] for r in export["reports I made"]] == [EVE]
    client = chat.Client(old)
    client.guest("who")
    client.say("JOIN %#TeaRoom")
    client.until(r" 332 >who %#TeaRoom :about tea$")
    assert "192.0.2.7" in old.ctl("ban", "list").stdout
    assert "WCK2-QKE9-R8DZ" in old.ctl("invite", "list").stdout
    # a password that is sealed for old programs
    assert rows(old, "SELECT length(sealed) FROM accounts WHERE address = "
                f"'{CID}'") == [(61,)]


def test_what_comes_new_is_kept_beside_it(old):
    old.start()
    oim.Sender(old, AMY).send(BOB, "third")
    old.add_user("new@example.com", "password")
    old.restart()
    bob = msn.sign_in(old, BOB, dialect=8)
    browser, path, fields = mailbox.go(bob, "INBOX")
    page = browser.page(path, fields)
    assert [(r.state, r.begin) for r in mailbox.rows(page)] == [
        ("New", "third"), ("New", "second"), ("New", "first \u2603")]
    msn.sign_in(old, "new@example.com", "password").sync()
