# SPDX-License-Identifier: MIT
"""The two published exchanges: MSNP12's log-in page and the MSNP8 example."""

from __future__ import annotations

import re

import pytest

import harness
import msn

WHO = "example@passport.com"
CVR = ("CVR 2 0x0409 win 4.10 i386 MSNMSGR 5.0.0544 MSMSGS "
       "example@passport.com")


def login_as_published(server: harness.Server, email: str, password: str,
                       challenge: str) -> msn.Reply:
    request = (
        "GET /login2.srf HTTP/1.1\r\n"
        f"Authorization: Passport1.4 {msn.ORG},sign-in={msn.quote(email)},"
        f"pwd={msn.quote(password)},{challenge}\r\n"
        "Host: login.passport.com\r\n\r\n")
    return msn.fetch(server, request.encode(), "login.passport.com")


@pytest.mark.covers(
    "ns-classic 15 #13", "ns-classic 15 #19", "ns-classic 15 #30",
    "ns-classic 15 #32", "ns-classic 15 #33", "passport 13 #1",
    "passport 13 #6", "passport 13 #16", "passport 13 #23",
    "passport 13 #30", "field-notes 15")
def test_the_published_msnp8_sign_in_goes_through_line_by_line(make_server):
    server = make_server(**{"ns.dispatch": "on"})

    dispatch = msn.Line(server.host, server.ns_port)
    dispatch.say("VER 1 MSNP8 CVR0")
    dispatch.expect("VER 1 MSNP8 CVR0")
    dispatch.say(CVR)
    dispatch.expect_re(r"CVR 2 (\S+) (\S+) (\S+) (\S+) (\S+)")
    dispatch.say(f"USR 3 TWN I {WHO}")
    here = f"127.0.0.1:{server.ns_port}"
    dispatch.expect(f"XFR 3 NS {here} 0 {here}")
    dispatch.expect_closed()

    ns = msn.Line(server.host, server.ns_port)
    ns.say("VER 1 MSNP8 CVR0")
    ns.expect("VER 1 MSNP8 CVR0")
    ns.say(CVR)
    ns.expect_re(r"CVR 2 (\S+) (\S+) (\S+) (\S+) (\S+)")
    ns.say(f"USR 3 TWN I {WHO}")
    found = ns.expect_re(
        r"USR 3 TWN S (lc=1033,id=507,tw=40,fs=1,"
        r"ru=http%3A%2F%2Fmessenger%2Emsn%2Ecom,ct=\d+,kpp=1,kv=5,"
        r"ver=2\.1\.0173\.1,tpf=[0-9a-f]{32})")

    nexus = msn.fetch(server, b"GET /rdr/pprdr.asp HTTP/1.0\r\n\r\n",
                      "nexus.passport.com")
    assert nexus.exact("PassportURLs").startswith("DARealm=Passport.Net,")

    reply = login_as_published(server, WHO, "password", found.group(1))
    assert reply.status_line == "HTTP/1.1 200 OK"
    assert re.fullmatch(r"t=[^ ,']+&p=[^ ,']+", reply.ticket)

    ns.say(f"USR 4 TWN S {reply.ticket}")
    ns.expect_re(rf"USR 4 OK {WHO} \S+ 1 0")


@pytest.mark.covers("passport 13 #2", "passport 13 #5", "field-notes 3")
def test_the_nexus_answers_with_the_published_headers(server):
    web = msn.Web(server, "nexus.passport.com")
    web.send(b"GET /rdr/pprdr.asp HTTP/1.0\r\n\r\n")
    reply = web.answer()
    assert web.rest() == b"", "the Nexus closes"
    assert reply.status_line == "HTTP/1.1 200 OK"
    assert re.match(
        "DARealm=Passport.Net,DALogin=[^/,:]+/login2.srf,"
        "DAReg=http://register.passport.net/uixpwiz.srf,"
        "Properties=https://register.passport.net/editprof.srf,"
        "Privacy=http://www.passport.com/consumer/privacypolicy.asp,"
        "GeneralRedir=http://nexusrdr.passport.com/redir.asp,"
        "Help=http://memberservices.passport.net/memberservice.srf,"
        r"ConfigVersion=\d+$", reply.exact("PassportURLs"))
    assert reply.exact("Content-Length") == "0"
    assert reply.exact("Content-Type") == "text/html"
    assert reply.exact("Cache-control") == "private"
    assert reply.exact("Connection").lower() == "close"
    names = [n for n in reply.names
             if n in ("Date", "Connection", "PassportURLs")]
    assert names == ["Date", "Connection", "PassportURLs"]


# The order of seed 004; Content-Length stands where the library puts it.
COMMON = ["PPServer", "Content-Type", "Expires", "Cache-Control",
          "cachecontrol", "Pragma", "P3P"]
LOOSE = {"Server", "Date", "Connection", "Content-Length"}


def check_common(reply: msn.Reply, *behind: str) -> None:
    names = [n for n in reply.names if n not in LOOSE]
    assert names == COMMON + list(behind)
    assert reply.exact("PPServer").startswith("H: ")
    assert reply.exact("Connection").lower() == "close"
    assert reply.exact("Content-Type") == "text/html"
    assert reply.exact("Cache-Control") == "no-cache"
    assert reply.exact("cachecontrol") == "no-store"
    assert reply.exact("Pragma") == "no-cache"
    assert reply.exact("P3P") == 'CP="DSP CUR OTPi IND OTRi ONL FIN"'
    assert re.fullmatch(
        r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT",
        reply.exact("Expires"))


@pytest.mark.covers("passport 13 #16", "passport 13 #17", "passport 13 #18")
def test_a_good_login_has_the_published_headers_and_cookies(server):
    reply = login_as_published(server, WHO, "password",
                               msn.fresh_challenge(server, WHO))
    assert reply.status == 200
    check_common(reply, *["Set-Cookie"] * 7, "Authentication-Info")
    assert reply.exact("Content-Length") == "0"
    value = r"[A-Za-z0-9!*$.%_-]+"
    tail = r"; HTTPOnly= ; domain=\.passport\.com;path=/"
    patterns = [
        r"MSPSec1= ; expires=Thu, 30-Oct-1980 16:00:00 GMT;"
        r"domain=\.passport\.com;path=/;HTTPOnly= ;version=1",
        rf"MSPSec={value}{tail};secure=",
        rf"MSPAuth={value}{tail}",
        rf"MSPProf={value}{tail}",
        r"MSPVis=507;domain=\.passport\.com;path=/",
        rf"MSPPre=example@passport\.com{tail};"
        r"Expires=Wed, 30-Dec-2037 16:00:00 GMT",
        rf"MSPShared= {tail};Expires=Thu, 30-Oct-1980 16:00:00 GMT",
    ]
    cookies = reply.all("Set-Cookie")
    for cookie, pattern in zip(cookies, patterns, strict=True):
        assert re.fullmatch(pattern, cookie), cookie
    items = reply.passport("Authentication-Info")
    assert items[:4] == ["da-status=success", "tname=MSPAuth",
                         "tname=MSPProf", "tname=MSPSec"]
    assert re.fullmatch(r"from-PP='t=[^ ',&]{10,150}&p=[^ ',&]+'", items[4])
    assert items[5:] == ["ru=http://messenger.msn.com"]


@pytest.mark.covers("passport 13 #19")
def test_a_redirect_has_the_published_headers(make_server):
    server = make_server(
        **{"nexus.redirect": "passport.com=loginnet.passport.com"})
    reply = login_as_published(server, WHO, "password",
                               msn.fresh_challenge(server, WHO))
    assert reply.status_line == "HTTP/1.1 302 Found"
    check_common(reply, "Authentication-Info", "Location")
    assert reply.exact("Authentication-Info") == \
        "Passport1.4 da-status=redir"
    assert reply.exact("Location") == \
        "https://loginnet.passport.com/login2.srf?lc=1033"


@pytest.mark.covers("passport 13 #14", "passport 13 #20")
def test_a_failed_login_has_the_published_headers(server):
    reply = login_as_published(server, WHO, "wrong",
                               msn.fresh_challenge(server, WHO))
    assert reply.status_line == "HTTP/1.1 401 Unauthorized"
    check_common(reply, "PassportConfig", "WWW-Authenticate")
    assert re.fullmatch(r"ConfigVersion=\d+", reply.exact("PassportConfig"))
    items = reply.passport("WWW-Authenticate")
    assert items[:4] == ["da-status=failed", "srealm=Passport.NET", "ts=-3",
                         "prompt"]
    assert items[4].startswith("cburl=http://")
    assert re.fullmatch(r"cbtxt=[A-Za-z0-9._~%-]+", items[5])
    assert len(items) == 6


@pytest.mark.covers("ns-classic 15 #35", "passport 13 #24")
def test_the_errors_of_the_msnp12_page(server):
    for line in (f"USR 3 TWN S {WHO}", "USR 3 TWN I hotmail.com"):
        ns = msn.Person(server, WHO, 12)
        ns.ver()
        ns.cvr()
        ns.say(line)
        ns.expect("911 3")
        ns.expect_closed()
    ns = msn.Person(server, WHO, 12)
    ns.challenge()
    got = ns.usr_s("t=53*1hAu8ADuD3TEwdXoOMi08sD$$&p=5eKBBC!yBH6ex5mftp")
    assert got.line == f"911 {ns.trid}"
    ns.expect_closed()
