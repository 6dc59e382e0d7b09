# SPDX-License-Identifier: MIT
"""Nobody takes what is there for all, and whom one blocks reaches one by
nothing."""

from __future__ import annotations

import os
import selectors
import sqlite3
import time
import subprocess

import pytest

import harness
import live
import live_oim as oim
import msn
import test_security_guess as guess
import visitor

AMY, BOB, CID, EVE = (f"{n}@example.com" for n in ("amy", "bob", "cid", "eve"))
SEEN_BY_FRIENDS = "tel%3A1"


def test_who_rings_without_end_keeps_no_other_ring_out(server):
    """520 passes to one person, as a stranger may ask for them; sb 4."""
    amy, bob, eve = (msn.sign_in(server, who, dialect=9)
                     for who in (AMY, BOB, EVE))
    for person in (amy, bob, eve):
        person.online()
    board = eve.open_board()
    for _ in range(520):
        board.ask("CAL", AMY)
        board.expect_re(r"CAL \d+ RINGING \d+")
        amy.expect_re(rf"RNG \d+ .* {EVE} .*")
    board_of_bob = bob.open_board()
    answer = board_of_bob.invite(amy)
    answer.expect_re(rf"IRO \d+ 1 1 {BOB} .*")


def add_and_remove(eve: msn.Person, who: str, times: int) -> None:
    for _ in range(times):
        for words in (("ADD", "FL", who, who, "0"), ("REM", "FL", who)):
            eve.ask(*words)
            assert eve.everything()[0].verb == words[0]


@pytest.mark.parametrize("dialect", [9, 13, 18])
def test_who_is_blocked_is_not_even_heard_of(server, dialect):
    """As often as it adds and removes the one who blocks it; ns-classic 8."""
    eve = msn.sign_in(server, EVE, dialect=9)
    eve.online()
    amy = live.anybody(server, AMY, dialect)
    amy.sync()
    if dialect == 9:
        amy.add("BL", EVE)
    else:
        amy.told("ADL", (EVE, 4))
    amy.online()
    amy.everything()
    add_and_remove(eve, AMY, 10)
    assert amy.everything() == []


def test_who_adds_and_removes_over_and_over_is_heard_a_few_times(server):
    eve, amy = (msn.sign_in(server, who, dialect=9) for who in (EVE, AMY))
    eve.online()
    amy.online()
    add_and_remove(eve, AMY, 60)
    heard = [m for m in amy.everything() if m.verb in ("ADD", "REM")]
    assert 2 <= len(heard) <= 20


def test_a_telephone_is_told_when_its_owner_can_be_seen_again(server):
    """Friends who hear of it at once know that somebody is there."""
    amy, bob = (msn.sign_in(server, who, dialect=9) for who in (AMY, BOB))
    amy.sync()
    amy.add("AL", BOB)
    bob.sync()
    bob.add("FL", AMY)
    bob.everything()
    amy.everything()
    amy.online("HDN")
    bob.online()
    amy.everything()
    got = amy.ask_once("PRP", "PHM", SEEN_BY_FRIENDS)
    assert got.words[-2:] == ["PHM", SEEN_BY_FRIENDS]
    bob.expect_nothing()
    amy.chg("NLN")
    told = bob.everything()
    assert [m.verb for m in told] == ["NLN", "BPR"]
    assert told[1].words[2:] == [AMY, "PHM", SEEN_BY_FRIENDS]
    # and at once while it is seen
    amy.ask_once("PRP", "PHM", "2")
    assert [m.words[2:] for m in bob.everything()] == [[AMY, "PHM", "2"]]


# ---- addresses ----

ODD = ['a"b@c.de', "a<b@c.de", "a;b@c.de", "amy@c.de.",
       "\N{CYRILLIC SMALL LETTER A}my@c.de",
       "a\N{ZERO WIDTH JOINER}my@c.de"]


@pytest.mark.parametrize("address", ODD)
def test_no_door_makes_an_account_of_an_odd_address(make_server, address):
    server = make_server(**{"accounts.signup": "open"})
    assert server.ctl("user", "add", address, "--password", "long enough",
                      check=False).returncode != 0
    assert guess.sign_up(server, email=address) != "in"
    server.stop()
    server.settings["accounts.signup"] = "first-login"
    server.start()
    assert guess.DOORS["the sign-in page"].knock(
        server, address, "chosen").startswith("200 is not right")
    assert "c.de" not in server.ctl("user", "list").stdout


@pytest.mark.parametrize("address", ODD)
def test_an_odd_address_that_is_there_serves_as_before(make_server, address):
    server = make_server(start=False)
    with sqlite3.connect(server.data / "nudge.db") as db:
        db.execute("UPDATE accounts SET address = ? WHERE address = ?",
                   (address, CID))
    db.close()
    server.start()
    assert guess.login_form(server, address, harness.PEOPLE[CID]) == "in"
    assert server.ctl("user", "passwd", address, "--password",
                      "another one").returncode == 0
    me = visitor.Visitor(server)
    me.sign_in(address, "another one")


# ---- the folder ----


def test_a_folder_in_which_everybody_may_write_is_refused(make_server):
    server = make_server(start=False)
    os.chmod(server.data, 0o777)
    with pytest.raises(harness.Failed, match="chmod 700"):
        server.start()
    os.chmod(server.data, 0o700)
    server.start()
    assert "data-folder-open" not in server.log()


def test_a_folder_in_which_others_may_look_is_worth_a_word(make_server):
    server = make_server(start=False)
    os.chmod(server.data, 0o755)
    server.start()
    assert "data-folder-open" in server.log()
    assert "chmod 700" in server.log()


# ---- conversations ----

def test_a_person_has_a_share_of_what_is_said_however_many_seats(server):
    """Without one, four seats say hundreds of megabytes in a second, and
    everybody else waits."""
    eve, bob = (msn.sign_in(server, who, dialect=9) for who in (EVE, BOB))
    eve.online()
    bob.online()
    seats = []
    for _ in range(4):
        board = eve.open_board()
        other = board.invite(bob)
        other.expect_re(r"IRO .*")
        other.expect_re(r"ANS .*")
        board.expect_re(r"JOI .*")
        seats.append((board.wire.sock, other.wire.sock))
    message = b"MSG 1 U 1500\r\n" + bytes(1500)
    heard = 0
    left = {board: b"" for board, _ in seats}
    with selectors.DefaultSelector() as look:
        for board, other in seats:
            board.setblocking(False)
            other.setblocking(False)
            look.register(board, selectors.EVENT_WRITE)
            look.register(other, selectors.EVENT_READ)
        begun = time.monotonic()
        while time.monotonic() < begun + 1.5:
            for key, _ in look.select(0.05):
                sock = key.fileobj
                if key.events == selectors.EVENT_READ:
                    heard += len(sock.recv(1 << 18))
                    continue
                more = left[sock] or message * 40
                left[sock] = more[sock.send(more):]
    # one second's worth at once, and then what the time gives
    assert 1 << 20 < heard < 2.75 * 2048 * 1024, heard


def test_whom_one_blocks_reaches_one_by_no_way(server):
    """Every command that could tell somebody something, and mail by both
    doors."""
    amy, eve = (live.sign_in(server, who, 18) for who in (AMY, EVE))
    amy.sync()
    amy.told("ADL", (EVE, 4))
    amy.online()
    eve.online()
    amy.everything()
    text = b"Content-Type: text/plain\r\n\r\nhello"
    eve.tell("ADL", (AMY, 3))
    eve.ask("UUX", payload=b"<Data><PSM>look at me</PSM></Data>")
    eve.ask("PRP", "MFN", "Eve%20calls")
    eve.ask("PRP", "PHH", "1")
    eve.ask("CHG", *eve.look("BSY"))
    for word in (AMY, amy.place):
        eve.ask("UUN", word, "3", payload=b"hello")
        eve.ask("UUN", word, "2", payload=b"INVITE 192.0.2.1 x")
    for kind in "1234":
        eve.ask("UUM", AMY, "1", kind, payload=text)
    eve.tell("RML", (AMY, 1))
    assert len(eve.everything()) > 12
    eve.name = "Eve%20calls"
    board = eve.open_board()
    t = board.ask("CAL", AMY)
    assert board.read().line.startswith(f"217 {t}")
    eve.everything()
    with pytest.raises(oim.Fault):
        oim.Sender(server, EVE).send(AMY, "hello")
    assert oim.Reader(server, AMY).metadata() == []
    assert amy.everything() == []
