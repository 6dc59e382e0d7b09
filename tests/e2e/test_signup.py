# SPDX-License-Identifier: MIT
"""Who may make an account by signing in."""

from __future__ import annotations

import subprocess

import pytest

import chat
import harness
import msn
import visitor

NEW = "New.One@Example.org"


@pytest.mark.covers("settings accounts.signup")
def test_a_first_login_makes_the_account_and_its_password_counts(make_server):
    server = make_server(**{"accounts.signup": "first-login"})
    new = msn.sign_in(server, NEW.lower(), "chosen", 9)
    assert new.online() == []
    assert NEW.lower() in server.ctl("user", "list").stdout

    given = msn.fresh_challenge(server)
    wrong = msn.login(server, msn.credentials(NEW, "other", given))
    assert wrong.status == 401
    assert "ts=-3" in wrong.passport("WWW-Authenticate")

    amy = msn.sign_in(server, "amy@example.com", dialect=9)
    amy.online()
    amy.add("FL", NEW.lower())
    amy.everything()
    assert new.read().words[:3] == ["ADD", "0", "RL"]

    # it is still there when the server comes back
    server.kill()
    server.start()
    again = msn.sign_in(server, NEW.lower(), "chosen", 12)
    assert [m.words[1] for m in again.sync() if m.verb == "LST"] == \
        ["N=amy@example.com"]


@pytest.mark.covers("settings accounts.signup")
@pytest.mark.parametrize("address", ["nodomain", "a@b@c", "@b", "a@",
                                     "a%20b@c.d", "a" * 130 + "@c.d"])
def test_a_first_login_makes_no_account_of_a_bad_address(make_server, address):
    server = make_server(**{"accounts.signup": "first-login"})
    before = server.ctl("user", "list").stdout
    reply = msn.login(server, f"Passport1.4 sign-in={address},pwd=x,"
                      f"{msn.fresh_challenge(server)}")
    assert reply.status == 401
    assert server.ctl("user", "list").stdout == before


@pytest.mark.covers("settings accounts.signup")
def test_a_closed_server_makes_no_account(server):
    before = server.ctl("user", "list").stdout
    reply = msn.login(server, msn.credentials(
        NEW, "chosen", msn.fresh_challenge(server)))
    assert reply.status == 401
    assert "ts=-3" in reply.passport("WWW-Authenticate")
    assert server.ctl("user", "list").stdout == before


@pytest.mark.covers("settings accounts.signup")
def test_a_first_login_without_our_challenge_makes_no_account(make_server):
    server = make_server(**{"accounts.signup": "first-login"})
    reply = msn.login(server, msn.credentials(NEW, "chosen", "lc=1033"))
    assert reply.status == 401
    assert NEW.lower() not in server.ctl("user", "list").stdout


@pytest.mark.parametrize("how", ["first-login", "open"])
def test_nobody_signs_up_the_address_of_the_staff(make_server, how):
    """Who had it would own every chat room."""
    port = str(harness.free_ports(1)[0])
    server = make_server(**{
        "accounts.signup": how, "chat.port": port,
        "chat.staff": "amy@example.com, sysop:Boss@Example.org"})
    before = server.ctl("user", "list").stdout
    for address in ("boss@example.org", "BOSS@EXAMPLE.ORG"):
        if how == "open":
            page = visitor.Visitor(server).sign_up(address, "long enough")
            assert "has this address" in page.text
        reply = msn.login(server, msn.credentials(
            address, "long enough", msn.fresh_challenge(server)))
        assert reply.status == 401
    assert server.ctl("user", "list").stdout == before
    # the operator makes it
    server.add_user("boss@example.org", "long enough")
    boss = chat.Client(server)
    boss.say("PASS boss@example.org:long enough")
    boss.say("NICK boss")
    boss.say("USER boss 0 * :boss")
    boss.until(" 381 ")
    boss.close()
    # others sign up as ever
    if how == "open":
        assert "Welcome!" in visitor.Visitor(server).sign_up(
            "other@example.org", "long enough").text
    told = subprocess.run(server.command("--check"), capture_output=True,
                          text=True, check=True, timeout=30)
    assert "nobody can sign up an address in it" in told.stdout + told.stderr
