# SPDX-License-Identifier: MIT
"""Which passwords open MSNP2 to MSNP7, and what these programs do at first."""

from __future__ import annotations

import re

import pytest

import classic
import harness
import live_rst as rst
import msn

AMY, BOB, NEW = "amy@example.com", "bob@example.com", "new@example.com"
AMYS = "amy's secret"


def let_in(server, email: str, password: str, dialect: int = 5) -> bool:
    """Whether this password opens; if not, the client is to ask for it
    again."""
    person = classic.Classic(server, email, dialect)
    got = person.prove(person.challenge(), password)
    if got.verb == "USR":
        person.accept(got)
        person.hang_up()
        return True
    assert got.line == f"911 {person.trid}", got
    person.expect_closed()
    return False


@pytest.mark.covers("ns-classic 15 #27", "ns-classic 15 #31", "design 6")
def test_an_app_password_opens_md5_and_nothing_else(server):
    assert not let_in(server, AMY, AMYS)
    made = server.ctl("user", "app-password", AMY).stdout
    assert re.fullmatch(r"[a-hjkmnp-z2-9]{5}-[a-hjkmnp-z2-9]{5}-"
                        r"[a-hjkmnp-z2-9]{4}\n", made)
    made = made.strip()
    assert let_in(server, AMY, made)
    assert not let_in(server, AMY, AMYS)
    assert not let_in(server, BOB, made)
    assert not let_in(server, "ghost@example.com", made)
    auth = msn.credentials(AMY, made, msn.fresh_challenge(server))
    assert msn.login(server, auth).status == 401
    # it stays over a restart, is replaced, and is taken away
    server.restart()
    assert let_in(server, AMY, made)
    # and fresh keys for tickets are not its own
    server.ctl("keys", "rotate")
    server.ctl("keys", "rotate")
    assert let_in(server, AMY, made)
    other = server.ctl("user", "app-password", AMY).stdout.strip()
    assert other != made
    assert not let_in(server, AMY, made)
    assert let_in(server, AMY, other)
    assert server.ctl("user", "app-password", AMY, "--off").stdout == \
        f"{AMY} has no password for MSN 1 to 4 now\n"
    assert not let_in(server, AMY, other)
    # a new password ends it, as it ends all tickets
    made = server.ctl("user", "app-password", AMY).stdout.strip()
    server.ctl("user", "passwd", AMY, "--password", "another")
    assert not let_in(server, AMY, made)


def test_what_the_profile_gives_opens_pages_and_no_session(server):
    person = classic.sign_in(server, AMY, 7)
    auth = person.profile["MSPAuth"]
    fields = {"auth": auth, "username": AMY, "rru": "/cgi-bin/HoTMaiL",
              "sid": "507", "creds": "0" * 32, "mode": "ttl", "sl": "9"}
    good = msn.form(server, "/ppsecure/md5auth.srf?lc=1033", fields,
                    "loginnet.passport.com")
    assert good.status == 302 and good.all("Set-Cookie")
    other = msn.form(server, "/ppsecure/md5auth.srf?lc=1033",
                     fields | {"username": BOB}, "loginnet.passport.com")
    assert other.status == 200 and not other.all("Set-Cookie")
    later = msn.Person(server, AMY, 9)
    later.challenge()
    assert later.usr_s(f"t={auth}&p=").line == f"911 {later.trid}"
    later.expect_closed()


def test_an_app_password_is_for_an_account_there_is(server):
    for words in (("ghost@example.com",), (AMY, "--on"), ("nobody",)):
        done = server.ctl("user", "app-password", *words, check=False)
        assert done.returncode == len(words) and done.stdout == ""
        assert done.stderr.strip()


@pytest.mark.covers("design 6", "ns-classic 15 #25")
def test_passwords_made_while_they_are_kept_open_md5(make_server, tmp_path):
    conf = tmp_path / "nudge.conf"
    conf.write_text("accounts.md5 = on\n")
    server = make_server(start=False,
                         **{"accounts.signup": "first-login"})
    plain = server.command
    server.command = lambda *more: plain("--config", str(conf), *more)
    server.start()
    # nobody knows the passwords of before
    assert not let_in(server, AMY, AMYS)
    server.ctl("user", "passwd", AMY, "--password", AMYS)
    assert let_in(server, AMY, AMYS)
    server.add_user("Two@Example.com", "t\u00f6 & two")
    assert let_in(server, "two@example.com", "t\u00f6 & two")
    # a digest cannot make an account, for nobody has its password
    assert not let_in(server, NEW, "first")
    rst.tokens(server, NEW, "first")
    assert let_in(server, NEW, "first")
    server.ctl("user", "passwd", AMY, "--password", "another")
    assert not let_in(server, AMY, AMYS)
    assert let_in(server, AMY, "another")
    # an app-password stands in place of it
    made = server.ctl("user", "app-password", AMY).stdout.strip()
    assert let_in(server, AMY, made)
    assert not let_in(server, AMY, "another")
    # switched off, only that one serves
    conf.write_text("accounts.md5 = off\n")
    server.ctl("reload")
    assert let_in(server, AMY, made)
    assert not let_in(server, NEW, "first")
    server.ctl("user", "passwd", NEW, "--password", "second")
    assert not let_in(server, NEW, "second")


@pytest.mark.covers("ns-classic 15 #20", "ns-classic 15 #21",
                    "ns-classic 15 #30", "field-notes 15")
def test_each_version_comes_in_through_dispatch(make_server):
    server = make_server(**{"ns.dispatch": "on"})
    server.add_user(NEW, "new")
    people = (*harness.PEOPLE, NEW)
    for n, dialect in enumerate(classic.DIALECTS):
        person = classic.sign_in(server, people[n], dialect)
        person.online()
        person.cvr()
        person.hang_up()
        assert server.wait_stat("close.referred", n + 1) == n + 1


def ctp(server) -> classic.Classic:
    person = classic.Classic(server, AMY, 2)
    person.ver()
    return person


def test_the_first_builds_sign_in_in_clear_text_where_that_is_on(make_server):
    server = make_server()
    person = ctp(server)
    person.inf()
    assert person.ask_once("USR", "CTP", "I", AMY).line == \
        f"911 {person.trid}"
    person.expect_closed()

    server = make_server(**{"ns.ctp": "on"})
    for password, good in ((AMYS, True), ("wrong", False)):
        person = ctp(server)
        assert person.ask_once("INF").line == f"INF {person.trid} MD5,CTP"
        assert person.ask_once("USR", "CTP", "I", AMY).line == \
            f"USR {person.trid} CTP S"
        got = person.ask_once("USR", "CTP", "S", msn.quote(password))
        if good:
            person.accept(got)
            person.online()
            person.hang_up()
        else:
            assert got.line == f"911 {person.trid}"
            person.expect_closed()
    # not of an app-password: that one is for MD5
    person = ctp(server)
    person.ask_once("USR", "CTP", "I", AMY)
    got = person.ask_once("USR", "CTP", "S", classic.app_password(server,
                                                                  AMY))
    assert got.verb == "911"
    # and never of later versions
    person = classic.Classic(server, AMY, 3)
    person.ver()
    person.inf()
    assert person.ask_once("USR", "CTP", "I", AMY).verb == "911"


# ------------------------------------------------------------- challenges

def challenged(server, dialect: int) -> tuple[msn.Person, str]:
    """Somebody online, and the digits it was given."""
    person = classic.sign_in(server, AMY, dialect) \
        if dialect in classic.DIALECTS \
        else msn.sign_in(server, AMY, dialect=dialect)
    person.sync()
    person.chg()
    got = person.read()
    assert re.fullmatch(r"CHL 0 \d{20}", got.line), got
    return person, got.words[2]


@pytest.mark.covers("ns-classic 15 #101", "ns-classic 15 #103")
def test_who_is_challenged_must_answer_right(make_server):
    server = make_server(**{"ns.challenge": "on"})
    person, digits = challenged(server, 7)
    t = person.ask("QRY", "msmsgs@msnmsgr.com", payload=classic.proof(
        digits, "Q1P7W2E4J9R8U3S5").encode())
    person.expect(f"QRY {t}")
    person.expect_nothing()
    person.hang_up()
    for dialect in (6, 9, 12):
        person, digits = challenged(server, dialect)
        t = person.ask("QRY", "PROD0090YUAUV{2B", payload=b"0" * 32)
        person.expect(f"540 {t}")
        person.expect_closed()
    assert server.wait_stat("close.challenge-wrong", 3) == 3
    assert server.stat("ns.chl-right") == 1
    assert server.stat("ns.chl-wrong") == 3
