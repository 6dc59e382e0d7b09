# SPDX-License-Identifier: MIT
"""Starting, stopping, dying, and what must be there afterwards."""

from __future__ import annotations

import signal
import subprocess

import pytest

import harness
import msn

AMY, BOB, CID = "amy@example.com", "bob@example.com", "cid@example.com"


def lists(person: msn.Person) -> list[str]:
    return sorted(m.line for m in person.sync()
                  if m.verb in ("LST", "LSG", "PRP", "GTC", "BLP"))


@pytest.mark.covers("design 4.3", "ns-classic 15 #68")
def test_what_was_acknowledged_survives_a_kill(server):
    amy = msn.sign_in(server, AMY, dialect=9)
    amy.sync()
    amy.add("FL", BOB)
    amy.everything()
    t = amy.ask("ADG", "Old%20Friends", "0")
    amy.expect_re(rf"ADG {t} \d+ Old%20Friends 1 0")
    amy.ask("ADD", "FL", BOB, BOB, "1")
    assert amy.read().words[-1] == "1"
    amy.everything()
    amy.add("BL", CID)
    t = amy.ask("PRP", "PHH", "555%201234")
    amy.expect_re(rf"PRP {t} \d+ PHH 555%201234")
    t = amy.ask("BLP", "BL")
    amy.expect_re(rf"BLP {t} \d+ BL")
    # the last acknowledged change, and the kill at once behind it
    t = amy.ask("REA", AMY, "Amy%20%26%20co")
    amy.expect_re(rf"REA {t} \d+ {AMY} Amy%20%26%20co")
    server.kill()
    server.start()

    amy = msn.sign_in(server, AMY, dialect=9)
    assert amy.name == "Amy%20%26%20co"
    got = lists(amy)
    assert "BLP BL" in got
    assert "PRP PHH 555%201234" in got
    assert "LSG 1 Old%20Friends 0" in got
    assert any(m.startswith(f"LST {BOB} ") and m.split(" ")[3] == "1"
               and m.split(" ")[4] in ("0,1", "1") for m in got), got
    assert any(m.startswith(f"LST {CID} ") and m.endswith(" 4")
               for m in got), got
    bob = msn.sign_in(server, BOB, dialect=9)
    assert any(m.startswith(f"LST {AMY} ") and m.endswith(" 8")
               for m in lists(bob))


@pytest.mark.covers("design 4.3")
def test_removals_survive_a_kill_too(server):
    amy = msn.sign_in(server, AMY, dialect=9)
    amy.sync()
    for who in (BOB, CID):
        amy.add("FL", who)
        amy.everything()
    server.kill()
    server.start()
    amy = msn.sign_in(server, AMY, dialect=9)
    amy.sync()
    amy.remove("FL", BOB)
    server.kill()
    server.start()
    amy = msn.sign_in(server, AMY, dialect=9)
    names = [m.words[1] for m in amy.sync() if m.verb == "LST"]
    assert names == [CID]


@pytest.mark.covers("ns-classic 15 #112")
def test_a_server_that_is_told_to_stop_says_goodbye(server):
    people = [msn.sign_in(server, who, dialect=d)
              for who, d in ((AMY, 8), (BOB, 10), (CID, 12))]
    for person in people:
        person.online()
    stranger = msn.Line(server.host, server.ns_port)
    stranger.say("VER 1 MSNP8 CVR0")
    stranger.expect("VER 1 MSNP8 CVR0")
    server.terminate()
    for person in people:
        person.expect("OUT SSD")
        person.expect_closed()
    stranger.wire.rest()
    assert server.wait() == 0


def test_drain_from_nudgectl_does_the_same(server):
    amy = msn.sign_in(server, AMY, dialect=12)
    server.ctl("drain")
    amy.expect("OUT SSD")
    amy.expect_closed()
    assert server.wait() == 0


def test_a_second_server_on_the_same_folder_is_refused_with_a_sentence(
        server, make_server):
    other = harness.Server(server.folder)
    done = subprocess.run(other.command(), capture_output=True, text=True,
                          timeout=30, check=False, cwd=server.folder,
                          env=harness.ENVIRONMENT)
    assert done.returncode not in (0, -signal.SIGSEGV, -signal.SIGABRT)
    said = done.stderr + done.stdout
    assert str(server.data) in said
    assert len(said) > 20
    msn.sign_in(server, AMY).expect_nothing()


@pytest.mark.covers("design 6")
@pytest.mark.parametrize("how", ["stop", "kill"])
def test_a_ticket_survives_a_restart(server, how):
    person = msn.Person(server, AMY, 9)
    ticket = msn.ticket(server, AMY, harness.PEOPLE[AMY], person.challenge())
    person.hang_up()
    if how == "kill":
        server.kill()
        server.start()
    else:
        server.restart()
    person = msn.Person(server, AMY, 9)
    person.challenge()
    person.enter(ticket)


def test_the_certificates_stay_the_same_over_a_restart(server):
    before = server.ca.read_bytes()
    server.restart()
    server._ca = None
    assert server.ca.read_bytes() == before
    msn.nexus(server)


def test_reload_changes_what_can_be_changed_and_keeps_the_sessions(
        make_server):
    server = make_server(start=False)
    config = server.folder / "nudge.conf"
    config.write_text("nexus.login = one.example.org\n")
    server.command = (  # type: ignore[method-assign]
        lambda *more: harness.Server.command(server, "--config", str(config),
                                             *more))
    server.start()
    assert msn.nexus(server)[0] == "one.example.org"
    config.write_text("nexus.login = login.passport.com\n")
    server.ctl("reload")
    assert msn.nexus(server)[0] == "login.passport.com"
    amy = msn.sign_in(server, AMY)
    config.write_text("nexus.login = https://wrong/\n")
    done = server.ctl("reload", check=False)
    assert done.returncode != 0
    assert "nexus.login" in done.stdout + done.stderr + server.log()
    assert msn.nexus(server)[0] == "login.passport.com"
    amy.expect_nothing()


def test_an_operator_can_kick_announce_rename_and_delete(server):
    amy = msn.sign_in(server, AMY, dialect=12)
    bob = msn.sign_in(server, BOB, dialect=8)
    bob.online()
    server.ctl("announce", "Tea is served")
    for person in (amy, bob):
        got = person.everything()
        assert any(b"Tea is served" in m.payload for m in got), got
    assert AMY in server.ctl("user", "list").stdout
    server.ctl("kick", AMY)
    amy.wire.rest()
    server.wait_stat("close.kicked", 1)
    server.ctl("user", "del", BOB)
    bob.wire.rest()
    server.wait_stat("close.account-gone", 1)
    assert BOB not in server.ctl("user", "list").stdout
    reply = msn.login(server, msn.credentials(
        BOB, harness.PEOPLE[BOB], msn.fresh_challenge(server)))
    assert reply.status == 401


def test_a_backup_can_be_started_from(server, make_server):
    amy = msn.sign_in(server, AMY, dialect=9)
    amy.sync()
    amy.add("FL", BOB)
    amy.everything()
    copy = server.folder / "copy.db"
    server.ctl("backup", str(copy))
    assert copy.read_bytes().startswith(b"SQLite format 3\0")
    amy.add("FL", CID)
    amy.everything()
    assert server.stop() == 0

    database = [f for f in server.data.iterdir()
                if f.is_file() and f.read_bytes()[:15] == b"SQLite format 3"]
    assert len(database) == 1
    for more in server.data.glob(database[0].name + "-*"):
        more.unlink()
    database[0].write_bytes(copy.read_bytes())
    server.start()
    amy = msn.sign_in(server, AMY, dialect=9)
    assert [m.words[1] for m in amy.sync() if m.verb == "LST"] == [BOB]


def test_the_words_of_the_command_line(server):
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([str(harness.BIN / "nudged"), *words],
                              capture_output=True, text=True, timeout=30,
                              check=False, cwd=server.folder,
                              env=harness.ENVIRONMENT)

    assert run("--version").returncode == 0
    described = run("--describe")
    assert described.returncode == 0
    for key in ("data.dir", "ns.port", "nexus.redirect", "accounts.signup",
                "token.ticket-lifetime", "log.level"):
        assert key in described.stdout
    assert run("--check", "--set", "ns.port=70000").returncode != 0
    assert run("--check", "--set", "no.such=1").returncode != 0
    assert run("--check").returncode == 0
    printed = run("--print-config", "--set", "ns.port=1234")
    assert printed.returncode == 0 and "1234" in printed.stdout
