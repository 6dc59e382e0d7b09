# SPDX-License-Identifier: MIT
"""Whoever runs the server comes in by a link, and nobody else does."""

from __future__ import annotations

import re
import ssl
import sqlite3

import pytest

import admin
import harness
import msn
import visitor

AMY, BOB, CID = "amy@example.com", "bob@example.com", "cid@example.com"
EVIL = "<script>alert(1)</script>\"'&"


def routes() -> list[str]:
    """Every path of the admin pages, from their table."""
    text = (harness.ROOT / "web/admin/admin.c").read_text()
    rows = re.findall(r'^\t\{ "(/[^"]*)",.*$', text, re.M)
    assert len(rows) == len(re.findall(r'^\t\{ "/.*HTTP_ADMIN,', text, re.M))
    assert not re.search(r"HTTP_(PLAIN|TLS)|EVERYWHERE", text)
    return [r for r in rows if r.startswith("/admin")]


def test_no_admin_path_exists_on_the_public_ports(make_server):
    server = admin.make(make_server)
    paths = [p.replace("*", "x") for p in routes()]
    paths += ["/healthz", "/metrics", "//admin", "/ADMIN", "/admin/",
              "/./admin", "/admin%2fonline", "/x/../admin",
              f"https://127.0.0.1:{server.settings['admin.port']}/admin"]
    assert len(paths) > 10
    for host in (visitor.HOST, None):
        for path in paths:
            for method in ("GET", "POST"):
                request = (f"{method} {path} HTTP/1.1\r\nHost: x\r\n"
                           "Content-Length: 0\r\n\r\n").encode()
                reply = msn.fetch(server, request, host)
                assert reply.status == 404, (host, method, path)
    # and there they are
    me = admin.Admin(server, enter=False)
    for path in routes():
        assert me.ask(path).status in (200, 403), path


def test_the_admin_port_has_no_legacy_tls_and_no_plain_http(make_server):
    server = admin.make(make_server)
    context = msn.tls_context(server, True)
    with msn.Wire(server.host, server.https_port).sock as sock:
        context.wrap_socket(sock, server_hostname=visitor.HOST).close()
    with msn.Wire(server.host, int(server.settings["admin.port"])).sock as s:
        with pytest.raises(ssl.SSLError):
            context.wrap_socket(s, server_hostname=visitor.HOST)
    wire = msn.Wire(server.host, int(server.settings["admin.port"]))
    wire.send(b"GET /admin HTTP/1.0\r\n\r\n")
    assert b"HTTP" not in wire.rest()


def test_only_a_fresh_link_leads_in_and_only_once(make_server):
    server = admin.make(make_server)
    stranger = admin.Admin(server, enter=False)
    for path in routes():
        if path == "/admin/enter":
            continue
        for fields in (None, {"key": "x"}):
            reply = stranger.ask(path, fields)
            assert reply.status in (403, 405), path
            assert reply.status == 405 or b"nudgectl admin-link" in reply.body
    path = admin.link(server)
    # who only looks uses nothing up
    form = stranger.look(path)
    assert form.title == "Run this server"
    assert stranger.cookies == {}
    me = admin.Admin(server, enter=False)
    me.look(path)
    assert me.fill(path).title == "Overview"
    assert list(me.cookies) == ["__Host-NudgeAdmin"]
    assert "used already" in stranger.look("/admin/enter", form.hidden,
                                           403).text
    for wrong in ("", "x", path[-20:], me.cookies["__Host-NudgeAdmin"]):
        assert "used already" in stranger.look(
            "/admin/enter", {"t": wrong}, 403).text
    # a link is no cookie, nor is a cookie of the public pages
    person = visitor.Visitor(server)
    person.sign_in(AMY)
    for cookie in (path.partition("t=")[2], person.cookies["MSPSec"]):
        stranger.cookies = {"__Host-NudgeAdmin": cookie}
        assert stranger.ask("/admin").status == 403
    lines = [line for line in server.log().splitlines() if "do=enter" in line]
    assert [("do=enter " in line) for line in lines] == [True] + [False] * 5
    assert path.partition("t=")[2] not in server.log()


def test_what_ends_a_stay(make_server):
    server = admin.make(make_server)
    me = admin.Admin(server)
    stolen = admin.Admin(server, enter=False)
    stolen.cookies = dict(me.cookies)
    assert stolen.look("/admin").title == "Overview"
    assert "signed out" in me.fill("/admin/leave").text
    assert me.cookies == {} and stolen.ask("/admin").status == 403

    me = admin.Admin(server)
    late = admin.link(server)
    server.ctl("keys", "rotate")
    assert me.ask("/admin").status == 403
    assert me.look("/admin/enter", {"t": late.partition("t=")[2]}, 403)

    me = admin.Admin(server)
    late = admin.link(server)
    server.restart()
    assert me.ask("/admin").status == 403
    assert me.look("/admin/enter", {"t": late.partition("t=")[2]}, 403)


def test_without_the_port_there_is_no_link(server):
    done = server.ctl("admin-link", check=False)
    assert done.returncode == 1 and "admin.port" in done.stdout + done.stderr


def test_the_overview_and_who_is_online(make_server):
    server = admin.make(make_server)
    me = admin.Admin(server)
    amy = msn.sign_in(server, AMY, dialect=9)
    amy.online()
    server.ctl("user", "rename", AMY, EVIL)
    amy.everything()
    amy.ask("CVR", "0x0409", "winnt", "5.1", "i386", "<b>'EVIL'", "1&\x07",
            "x", AMY)
    amy.everything()
    page = me.look("/admin")
    assert "1 signed in" in page.text and "Sessions" in page.text
    assert "ns.sign-ins" in page.text
    page = me.look("/admin/online")
    assert "Signed in now: 1." in page.text and AMY in page.text
    assert "MSNP9" in page.text and "127.0.0.1:" in page.text
    reply = me.ask("/admin/online")
    assert reply.exact("Refresh") == "10"
    row = server.ctl("online").stdout.split("\n")[0].split("\t")
    assert row[0] == AMY and row[3] in page.text 
    assert row[3] == "<b>'EVIL' 1&?"
    assert EVIL in page.text and "script" not in reply.body.decode().replace(
        "&lt;script&gt;", "").replace("&lt;/script&gt;", "")
