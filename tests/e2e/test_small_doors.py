# SPDX-License-Identifier: MIT
"""Ways in and to our pages that Windows and programs know of: TWN at every
version that has it, the links of PassportURLs, the answers to URL, and the
.NET Passport wizard of Windows XP."""

from __future__ import annotations

import re
import urllib.parse

import pytest

import classic
import harness
import live
import live_rst as rst
import mailbox
import msn

AMY, CID, EVE = (f"{n}@example.com" for n in ("amy", "cid", "eve"))

# What PassportURLs names beside the login server, and the page it ends on.
# Without TLS a page where people type says so, and where it is.
LINKS = {"DAReg": (200, "Sign up"), "Properties": (200, "Sign in"),
         "Privacy": (200, "What is kept of you"),
         "GeneralRedir": (200, "Welcome"), "Help": (403, "A secure page")}
# The words of URL (ns-classic 11) and the page of who is signed in.
WORDS = {"INBOX": "Messages", "FOLDERS": "Messages",
         "ADDRBOOK": "Messages", "PERSON": "My account",
         "PROFILE": "My account", "MOBILE": "My account",
         "CHGMOB": "My account", "PASSWORD": "Change my password",
         "ADVSEARCH": "Welcome", "INTSEARCH": "Welcome"}


def urls(server: harness.Server) -> dict[str, str]:
    reply = msn.fetch(server, b"GET /rdr/pprdr.asp HTTP/1.0\r\n\r\n",
                      "nexus.passport.com")
    return dict(item.split("=", 1)
                for item in reply.exact("PassportURLs").split(","))


def follow(server: harness.Server, url: str) -> msn.Reply:
    """By whatever name and with TLS or without, until there is a page."""
    for _ in range(5):
        there = urllib.parse.urlsplit(url)
        name = there.hostname
        path = there.path + (f"?{there.query}" if there.query else "")
        reply = msn.fetch(
            server, f"GET {path or '/'} HTTP/1.0\r\nHost: {name}\r\n"
            "User-Agent: Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)"
            "\r\n\r\n".encode(), name if there.scheme == "https" else None)
        if reply.status not in (301, 302):
            return reply
        url = urllib.parse.urljoin(url, reply.exact("Location"))
    raise AssertionError(f"{url}: no end")


def title(page: str) -> str:
    found = re.search(r"<h1>(.*?)</h1>", page)
    assert found, page
    return found.group(1)


@pytest.mark.covers("passport 3", "passport 13 #4")
def test_every_link_of_passport_urls_ends_on_a_page(server):
    links = urls(server)
    assert set(LINKS) == set(links) - {"DARealm", "DALogin", "ConfigVersion"}
    for key, wanted in LINKS.items():
        reply = follow(server, links[key])
        assert (reply.status, title(reply.body.decode())) == wanted, key


@pytest.mark.parametrize("path,wanted", [
    ("/defaultwiz.asp", "Sign up"), ("/passport-signin.asp", "Sign in"),
    ("/ppsecure/MSRV_EditProfile.asp", "Sign in"),
    ("/ui/msrv_ui_help.asp", "Connect your client")])
def test_the_other_pages_of_a_passport_server_are_there(server, path, wanted):
    reply = follow(server, f"https://www.passport.com{path}")
    assert reply.status == 200
    assert title(reply.body.decode()) == wanted


@pytest.mark.covers("ns-classic 11")
@pytest.mark.parametrize("dialect", [4, 9, 12])
@pytest.mark.parametrize("word", WORDS)
def test_each_answer_to_url_ends_on_its_page(server, word, dialect):
    person = msn.sign_in(server, AMY, dialect=dialect) if dialect > 7 else \
        classic.sign_in(server, AMY, dialect)
    browser, path, fields = mailbox.go(person, word)
    reply = browser.ask(path, fields)
    assert reply.status == 302, reply.status_line
    # one that was signed in by a digest opens the mailbox alone
    page = browser.page(reply.exact("Location"))
    account = WORDS[word] in ("My account", "Change my password")
    assert title(page) == ("Sign in" if account and dialect <= 7
                           else WORDS[word])


# ---- the wizard ----

def test_the_wizard_of_windows_xp_signs_somebody_up(make_server):
    server = make_server(**{"accounts.signup": "open"})
    wizard = mailbox.Browser(server, "register.passport.net")
    # no script but in Internet Explorer, whose window the wizard is
    assert "<script" not in wizard.page("/uixpwiz.srf")
    agent = "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)"
    reply = wizard.fetch((
        f"GET /uixpwiz.srf HTTP/1.1\r\nHost: {wizard.host}\r\n"
        f"User-Agent: {agent}\r\n\r\n").encode())
    wizard.keep(reply)
    text = reply.body.decode()
    # what the wizard's own buttons call (passport 7)
    for name in ("OnBack", "OnNext", "OnCancel"):
        assert f"function {name}()" in text
    assert "<a href" not in text, "a link would lead out of the wizard"
    new = "wizard@example.com"
    fields = mailbox.hidden(text) | {
        "email": new, "name": "", "password": "long enough",
        "again": "different"}
    again = wizard.ask("/uixpwiz.srf", fields)
    assert again.status == 200
    assert "not the same" in again.body.decode()
    assert 'action="/uixpwiz.srf"' in again.body.decode()
    done = wizard.ask("/uixpwiz.srf", fields | {"again": "long enough"})
    assert done.status == 200
    page = done.body.decode()
    assert title(page) == "You are signed up" and new in page
    assert "<form" not in page
    msn.sign_in(server, new, "long enough", 9).online()


def test_a_wizard_where_nobody_can_sign_up_says_so(server):
    page = follow(server, "http://register.passport.net/uixpwiz.srf")
    text = page.body.decode()
    assert "<form" not in text and "by themselves" in text


# ---- TWN ----

@pytest.mark.covers("ns-modern 3.4", "soap 11 #70")
@pytest.mark.parametrize("dialect", live.DIALECTS)
@pytest.mark.parametrize("service", ["login2", "rst", "rst2"])
def test_a_ticket_is_enough_at_every_version(make_server, dialect, service):
    server = make_server()
    person = live.Live(server, CID, dialect)
    given = person.challenge()
    if service == "login2":
        text = msn.ticket(server, CID, harness.PEOPLE[CID], given)
    else:
        kind = rst.OLD if service == "rst" else rst.NEW
        text = rst.tokens(server, CID, kind=kind)[rst.MESSENGER].text
    person.enter(text)
    assert person.news() == []


@pytest.mark.covers("ns-modern 3.4")
def test_the_kind_of_ticket_decides_and_not_the_version(make_server):
    """Of who proved its secret once, no other ticket signs in without."""
    server = make_server()
    live.sign_in(server, EVE, 18)
    tokens = rst.tokens(server, EVE)
    for dialect in (14, 18):
        for service in (rst.CLEAR, rst.CONTACTS):
            person = live.Live(server, EVE, dialect)
            person.challenge()
            got = person.usr_s(tokens[service].text)
            assert got.line == f"911 {person.trid} 0", service
            person.expect_closed()
        person = live.Live(server, EVE, dialect)
        person.challenge()
        person.enter(tokens[rst.MESSENGER].text)
