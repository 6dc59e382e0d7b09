# SPDX-License-Identifier: MIT
"""A password that may be nowhere afterwards."""

from __future__ import annotations

import base64
import pathlib
import urllib.parse

import pytest

import classic
import msn
import visitor

WHO = "canary@example.com"
CANARY = "Canary,Sings=9+%"


def spellings(secret: str) -> list[bytes]:
    """The secret as it stands, escaped, and in base64."""
    plain = secret.encode()
    return [plain, urllib.parse.quote(secret, safe="").encode(),
            urllib.parse.quote_plus(secret).encode(),
            base64.b64encode(plain), plain.hex().encode()]


def find(folder: pathlib.Path, secrets: list[bytes]) -> list[str]:
    found = []
    for file in folder.rglob("*"):
        if not file.is_file():
            continue
        data = file.read_bytes()
        found += [f"{file.name}: {s!r}" for s in secrets if s in data]
    return found


def on_pages(server):
    """Every page that takes a password; what they gave."""
    me = visitor.Visitor(server)
    me.sign_up("page@example.com", CANARY)
    me.sign_up("page@example.com", CANARY)
    me.sign_up("", CANARY, again="x")
    given = [me.cookies["MSPSec"]]
    me.fill("/account/password", old=CANARY, password=CANARY, again=CANARY)
    me.fill("/account/password", old=CANARY, password=CANARY, again="x")
    given.append(me.cookies["MSPSec"])
    me.fill("/account/delete", old=CANARY + "!")
    me.sign_in("page@example.com", CANARY)
    link = server.ctl("user", "reset-link", WHO).stdout.strip()
    path = link[link.index("/reset"):]
    given.append(urllib.parse.unquote(path.partition("=")[2]))
    me.fill(path, password=CANARY, again=CANARY)
    export = me.ask("/account/export").body
    assert not [s for s in spellings(CANARY) if s in export]
    return given


@pytest.mark.covers("passport 13 #36", "design 6")
@pytest.mark.parametrize("log_format", ["text", "json"])
def test_a_password_is_in_no_log_no_counter_and_no_file(make_server,
                                                        log_format):
    server = make_server(**{"log.level": "debug", "log.format": log_format,
                            "accounts.signup": "first-login",
                            "accounts.md5": "on", "ns.ctp": "on"})
    server.add_user(WHO, CANARY)
    tickets = []
    for dialect in classic.DIALECTS:
        old = classic.sign_in(server, WHO, dialect, CANARY)
        tickets.append(old.profile.get("MSPAuth", CANARY))
        old.online()
        old.hang_up()
    old = classic.Classic(server, WHO, 2)
    old.ver()
    old.ask_once("USR", "CTP", "I", WHO)
    old.accept(old.ask_once("USR", "CTP", "S", msn.quote(CANARY)))
    old.hang_up()
    for dialect in msn.DIALECTS:
        person = msn.Person(server, WHO, dialect)
        given = person.challenge()
        ticket = msn.ticket(server, WHO, CANARY, given)
        person.enter(ticket)
        tickets.append(ticket)
        tickets.append(person.profile["MSPAuth"])
        person.online()
        person.hang_up()

    # every other way a password travels
    given = msn.fresh_challenge(server)
    auth = msn.credentials(WHO, CANARY, given)
    msn.login(server, auth, method="POST")
    msn.login(server, auth.replace("tpf=", "tpx="))
    msn.login(server, auth + ",pwd=twice")
    msn.login(server, auth + "," + "x" * 5000)
    msn.login(server, msn.credentials("amy@example.com", CANARY, given))
    msn.login(server, msn.credentials("new@example.com", CANARY, given))
    msn.login(server, auth, path="/nothing")
    msn.form(server, "/login.srf", {"login": WHO, "passwd": CANARY})
    msn.form(server, "/login.srf", {"login": "amy@example.com",
                                    "passwd": CANARY})
    request = (f"GET /login2.srf HTTP/1.1\r\nHost: x\r\n"
               f"Authorization: {auth}\r\n\r\n")
    msn.fetch(server, request.encode(), None)
    # a client that mixes things up: the password where it does not belong
    person = msn.Person(server, WHO, 9)
    person.challenge()
    person.say(f"USR 4 TWN S {urllib.parse.quote(CANARY, safe='')}")
    person.wire.rest()
    server.ctl("user", "passwd", WHO, "--password", CANARY)
    tickets += on_pages(server)

    # a password made here is as secret, and its account's own is still there
    made = server.ctl("user", "app-password", WHO).stdout.strip()
    for dialect in classic.DIALECTS:
        classic.sign_in(server, WHO, dialect, made).hang_up()

    stats = server.ctl("stats").stdout.encode()
    listed = server.ctl("user", "list").stdout.encode()
    said = spellings(CANARY) + spellings(made)
    assert not [s for s in said if s in stats or s in listed]
    assert server.stop() == 0
    assert server.log(), "there is a log to search"
    halves = [t.split("&")[0].removeprefix("t=").encode() for t in tickets]
    assert find(server.folder, said + halves) == []
