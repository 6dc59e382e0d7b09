# SPDX-License-Identifier: MIT
"""What real clients write where HTTP says otherwise (field-notes 1 to 3)."""

from __future__ import annotations

import pytest

import msn

NEXUS_FORMS = {
    "a doubled slash": b"GET //rdr//pprdr.asp HTTP/1.1\r\nHost: x\r\n\r\n",
    "an absolute target": b"GET http://nexus.passport.com/rdr/pprdr.asp "
        b"HTTP/1.1\r\nHost: nexus.passport.com\r\n\r\n",
    "an absolute https target": b"GET https://nexus.passport.com/rdr/"
        b"pprdr.asp HTTP/1.1\r\nHost: nexus.passport.com\r\n\r\n",
    "HTTP/1.0": b"GET /rdr/pprdr.asp HTTP/1.0\r\n\r\n",
    "no version and a host": b"GET /rdr/pprdr.asp\r\n"
        b"Host: nexus.passport.com\r\n\r\n",
    "no version at all": b"GET /rdr/pprdr.asp\r\n\r\n",
    "a host with a port": b"GET /rdr/pprdr.asp HTTP/1.1\r\n"
        b"Host: nexus.passport.com:443\r\n\r\n",
    "two hosts": b"GET /rdr/pprdr.asp HTTP/1.1\r\n"
        b"Host: nexus.passport.com\r\nHost: login.live.com\r\n\r\n",
    "a made-up host": b"GET /rdr/pprdr.asp HTTP/1.1\r\nHost: !!\r\n\r\n",
    "no host": b"GET /rdr/pprdr.asp HTTP/1.1\r\n\r\n",
    "other letter case": b"GET /RDR/PPRDR.ASP HTTP/1.1\r\nHost: x\r\n\r\n",
    "what the Windows client sends": b"GET /rdr/pprdr.asp HTTP/1.1\r\n"
        b"User-Agent: MSMSGS\r\nHost: nexus.passport.com\r\n"
        b"Connection: Keep-Alive\r\nCache-Control: no-cache\r\n\r\n",
}


@pytest.mark.covers("field-notes 1", "field-notes 2", "passport 13 #1",
                    "passport 13 #4")
@pytest.mark.parametrize("name", ["nexus.passport.com", None],
                         ids=["tls", "plain"])
def test_the_nexus_is_found_whatever_the_request_looks_like(server, name):
    for form, request in NEXUS_FORMS.items():
        reply = msn.fetch(server, request, name)
        assert reply.status_line == "HTTP/1.1 200 OK", form
        assert reply.exact("PassportURLs").startswith("DARealm="), form
        assert reply.exact("Content-Length") == "0", form


@pytest.mark.covers("field-notes 1", "field-notes 2")
def test_the_login_is_found_whatever_the_request_looks_like(server):
    auth = msn.credentials("amy@example.com", "amy's secret",
                           msn.fresh_challenge(server))
    for line in ("GET //login2.srf HTTP/1.1",
                 "GET https://login.live.com/login2.srf HTTP/1.1",
                 "POST /login2.srf HTTP/1.0", "GET /Login2.SRF HTTP/1.1"):
        request = (f"{line}\r\nHost: login.live.com:443\r\n"
                   f"authorization: {auth}\r\n\r\n")
        reply = msn.fetch(server, request.encode(), "login.live.com")
        assert reply.status_line == "HTTP/1.1 200 OK", line


@pytest.mark.covers("field-notes 3")
def test_the_bytes_that_clients_search_for_are_there(server):
    def raw(request: str, name: str) -> bytes:
        web = msn.Web(server, name)
        web.send(request.encode())
        return web.rest()

    nexus = raw("GET /rdr/pprdr.asp HTTP/1.0\r\n\r\n", "nexus.passport.com")
    assert b"\r\nPassportURLs: " in nexus
    assert b",DALogin=login.live.com/login2.srf," in nexus

    def login(password: str) -> bytes:
        auth = msn.credentials("amy@example.com", password,
                               msn.fresh_challenge(server))
        return raw(f"GET /login2.srf HTTP/1.1\r\nAuthorization: {auth}\r\n"
                   "Host: login.live.com\r\n\r\n", "login.live.com")

    good = login("amy's secret")
    assert good.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\nAuthentication-Info: Passport1.4 " in good
    assert b"from-PP='t=" in good
    assert b"\r\nContent-Length: 0\r\n" in good
    bad = login("no")
    assert bad.startswith(b"HTTP/1.1 401 Unauthorized\r\n")
    assert b"\r\nWWW-Authenticate: Passport1.4 " in bad
    assert b",cbtxt=" in bad


@pytest.mark.covers("field-notes 3")
def test_the_location_of_a_redirect_is_spelled_so(make_server):
    server = make_server(**{"nexus.redirect": "msn.com=m.example.org"})
    web = msn.Web(server, "login.live.com")
    auth = msn.credentials("x@msn.com", "y", msn.fresh_challenge(server))
    web.send(f"GET /login2.srf HTTP/1.1\r\nAuthorization: {auth}\r\n"
             "Host: login.live.com\r\n\r\n".encode())
    raw = web.rest()
    assert raw.startswith(b"HTTP/1.1 302 Found\r\n")
    assert b"\r\nLocation: https://m.example.org/login2.srf?lc=1033\r\n" in raw


def test_a_path_nobody_has_gets_404_and_a_method_nobody_wants_405(server):
    reply = msn.fetch(server, b"GET /nothing/here HTTP/1.0\r\n\r\n", None)
    assert reply.status == 404
    reply = msn.fetch(server, b"PUT /rdr/pprdr.asp HTTP/1.1\r\nHost: x\r\n"
                      b"Content-Length: 0\r\n\r\n", None)
    assert reply.status == 405
