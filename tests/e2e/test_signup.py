# SPDX-License-Identifier: MIT
"""Who may make an account by signing in."""

from __future__ import annotations

import pytest

import msn

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
