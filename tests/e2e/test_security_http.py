# SPDX-License-Identifier: MIT
"""Requests that were never meant to be, at every port that speaks HTTP."""

from __future__ import annotations

import re
import socket
import ssl
import subprocess
import warnings

import pytest

import admin
import doors
import harness
import msn
import visitor

AMY = "amy@example.com"
PORTS = ("HTTP_PLAIN", "HTTP_TLS", "HTTP_ADMIN")


@pytest.fixture(scope="module")
def site(mold, tmp_path_factory):
    folder = tmp_path_factory.mktemp("http")
    harness.copy_mold(mold, folder)
    server = harness.Server(folder, **{
        "accounts.signup": "open", "admin.names": "nudge.example.org x.y",
        "public.address": "chat.example.org",
        "admin.port": str(harness.free_ports(1)[0])}).start()
    yield server
    server.close()


def wire(site: harness.Server, port: str) -> msn.Wire:
    if port == "HTTP_ADMIN":
        return admin.AdminWeb(site)
    return msn.Web(site, visitor.HOST if port == "HTTP_TLS" else None)


def talk(site: harness.Server, port: str, request: bytes) -> bytes:
    """Everything that comes until the server closes, which it must do."""
    web = wire(site, port)
    web.sock.settimeout(5)
    try:
        web.send(request)
        return web.rest()
    except TimeoutError:
        return b"open " + web.inbox
    finally:
        web.hang_up()


def get(site: harness.Server, port: str, path: str, *lines: str,
        method: str = "GET") -> msn.Reply:
    web = wire(site, port)
    try:
        web.send("\r\n".join([f"{method} {path} HTTP/1.1", *(
            lines or ["Host: 127.0.0.1"]), "", ""]).encode())
        return web.answer(head=method == "HEAD")
    finally:
        web.hang_up()


# ---- where a request ends ----

LAST = b"GET /style.css HTTP/1.0\r\n\r\n"
SMUGGLED = {
    "two lengths": (b"Content-Length: 0", b"Content-Length: 27"),
    "two lengths, the other way": (b"Content-Length: 27",
                                   b"Content-Length: 0"),
    "a length and chunks": (b"Content-Length: 5",
                            b"Transfer-Encoding: chunked"),
    "chunks and a length": (b"Transfer-Encoding: chunked",
                            b"Content-Length: 5"),
    "chunks twice": (b"Transfer-Encoding: chunked",
                     b"Transfer-Encoding: chunked"),
    "chunks of another kind": (b"Transfer-Encoding: xchunked",),
    "a list of codings": (b"Transfer-Encoding: gzip, chunked",),
    "identity and chunks": (b"Transfer-Encoding: identity",
                            b"Transfer-Encoding: chunked"),
    "a blank before the colon": (b"Content-Length : 5",),
    "a tab before the colon": (b"Transfer-Encoding\t: chunked",),
    "a list of lengths": (b"Content-Length: 0, 27",),
    "a sign": (b"Content-Length: +0",),
    "less than nothing": (b"Content-Length: -1",),
    "a hexadecimal length": (b"Content-Length: 0x1b",),
    "a length without end": (b"Content-Length: 99999999999999999999999",),
    "no length": (b"Content-Length:",),
    # RFC 9112 2.2: a lone CR ends no line, and may end one to others
    "a lone CR and a length": (b"X: a\rContent-Length: 27",),
    "a lone CR and chunks": (b"X: a\rTransfer-Encoding: chunked",),
    "a lone CR behind chunks": (b"Transfer-Encoding: chunked\r",
                                b"Content-Length: 5"),
    "a blank in a name": (b"Content Length: 27",),
    "a line without colon": (b"Content-Length 27",),
    "another blank before chunks": (b"Transfer-Encoding:\x0bchunked",),
}
# RFC 9112 7.1: of what is no chunk nothing is taken
CHUNKS = {
    "a sign": b"+1\r\nb\r\n0\r\n\r\n",
    "0x": b"0x1\r\nb\r\n0\r\n\r\n",
    "a blank": b"1 \r\nb\r\n0\r\n\r\n",
    "a lone CR": b"1\rb\r\n0\r\n\r\n",
    "no end": b"1\r\nb0\r\n\r\n",
    "more than 64 bits": b"10000000000000001\r\nb\r\n0\r\n\r\n",
}
ODD_TARGETS = [b"/style.css?a b", b"/style.css?a\tb", b"/style.css?a\rb",
               b"/style.css?a HTTP/1.1 b"]


@pytest.mark.parametrize("port", PORTS)
def test_where_a_body_ends_is_beyond_doubt_or_the_connection_ends(site, port):
    for name, lines in SMUGGLED.items():
        got = talk(site, port, b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1"
                   b"\r\n" + b"\r\n".join(lines) + b"\r\n\r\n0\r\n\r\n" + LAST)
        assert got.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 413 ",
                               b"HTTP/1.0 400 ")), (name, got)
        assert b"#page" not in got and b"200 OK" not in got, (name, got)
    # the same length twice is one
    for lines in (b"Content-Length: 0\r\nContent-Length: 0",
                  b"Transfer-Encoding: Chunked"):
        body = b"0\r\n\r\n" if b"Chunked" in lines else b""
        got = talk(site, port, b"POST /style.css HTTP/1.1\r\nHost: 127.0.0.1"
                   b"\r\n" + lines + b"\r\n\r\n" + body + LAST)
        assert got.startswith(b"HTTP/1.1 405 "), got
        assert b"\r\n\r\n405" in got and b"200 OK" in got, got


@pytest.mark.parametrize("port", PORTS)
def test_a_folded_line_is_no_line_of_its_own_and_changes_no_name(site, port):
    """RFC 9112 5.2 has 400 and a blank for it.  libmicrohttpd 0.9 appends such
    a line to the name before it, so that has 400."""
    for lines in (b"Content-Length: 0\r\nX: a\r\n Content-Length: 27",
                  b"Content-Lengt: 27\r\n h", b"X: a\r\n\tb",
                  b"Transfer-Encodin: chunked\r\n g"):
        got = talk(site, port, b"POST /style.css HTTP/1.1\r\nHost: 127.0.0.1"
                   b"\r\n" + lines + b"\r\n\r\n" + LAST)
        assert got.startswith(b"HTTP/1.1 400 ") or \
            b"\r\n\r\n405" in got and b"200 OK" in got, (lines, got)


@pytest.mark.parametrize("port", PORTS)
def test_chunks_that_are_none_end_the_connection(site, port):
    """Both libmicrohttpd 0.9 and 1.0 at its usual level of discipline."""
    for name, chunks in CHUNKS.items():
        got = talk(site, port, b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1"
                   b"\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + LAST)
        assert re.match(rb"HTTP/1\.[01] (400|413) ", got), (name, got)
        assert b"200 OK" not in got, (name, got)
    # RFC 9112 6.1: HTTP/1.0 has no codings
    got = talk(site, port, b"POST /sign-in HTTP/1.0\r\nConnection: keep-alive"
               b"\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + LAST)
    assert got.startswith(b"HTTP/1.1 400 ") and b"200 OK" not in got, got


@pytest.mark.parametrize("port", PORTS)
def test_a_target_with_a_blank_in_it_is_none(site, port):
    """RFC 9112 3.2 has 400 and 301 for it; libmicrohttpd 1.0 says the latter."""
    for target in ODD_TARGETS:
        got = talk(site, port, b"GET " + target + b" HTTP/1.1\r\nHost: "
                   b"127.0.0.1\r\n\r\n" + LAST)
        assert re.match(rb"HTTP/1\.[01] (400|301) ", got), (target, got)
        assert b"200 OK" not in got, (target, got)


# ---- methods ----

@pytest.mark.parametrize("port", PORTS)
def test_no_path_takes_a_method_it_has_no_use_for(site, port):
    secret = "MSPSec=told-back"
    web = wire(site, port)
    for path in sorted({r.example for r in doors.ROUTES if r.at(port)}):
        if path == "/NotRST.srf":
            continue    # programs send it anything
        for method in ("TRACE", "CONNECT", "get", "Post", "PUT", "DELETE",
                       "OPTIONS", "PROPFIND", "X" * 50):
            web.send(f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                     f"Cookie: {secret}\r\n\r\n".encode())
            reply = web.answer()
            assert reply.status == 405, (path, method, reply.status_line)
            assert secret.encode() not in reply.body
            assert reply.get("Allow") in ("GET, HEAD", "GET, HEAD, POST",
                                          "POST"), path
    web.hang_up()


# ---- paths ----

HIDDEN = ["/etc/passwd", "/nudge.db", "/data/nudge.db", "/web/pages/head.html",
          "/pages/head.html", "/head.html", "/style.css/", "/style.css.",
          "/.git/config", "/admin.html", "/account/../admin", "/robots.txt/.."]
TRICKS = ["/..%2f..%2f..%2fetc%2fpasswd", "/../../../../etc/passwd",
          "/%2e%2e/%2e%2e/etc/passwd", "/..;/admin", "/.%00./admin",
          "/style.css%00", "/style.css%2f", "/%73tyle.css", "/connect/../admin",
          "/connect/get/../../admin", "/connect/get/%2e%2e/x", "/\\admin",
          "/%c0%ae%c0%ae/x", "/account\t", "/" + "a" * 6000, "/x" * 2000,
          "/cgi-bin", "/admin%20", "/admin/", "/admin/.", "/admin/..",
          "/admin;x", "/%61dmin", "/ADMIN%2e", "//..//admin"]


@pytest.mark.parametrize("port", PORTS)
def test_nothing_is_served_but_what_is_in_the_tables(site, port):
    before = site.stat("close.http-bad-line")
    for path in HIDDEN + TRICKS:
        reply = get(site, port, path.replace("\t", "%09"))
        assert reply.status in (400, 404, 414, 431), (path, reply.status_line)
        assert b"root:" not in reply.body and b"SQLite" not in reply.body
        # what is refused is told without a word of what was asked
        assert b"passwd" not in reply.body and b"aaaa" not in reply.body
    for head in (b"GET /sty\0le.css HTTP/1.0\r\n\r\n",
                 b"GET http://x/../admin HTTP/1.0\r\n\r\n",
                 b"GET file:///etc/passwd HTTP/1.0\r\n\r\n",
                 b"GET \\\\x\\y HTTP/1.0\r\n\r\n",
                 b"GET * HTTP/1.0\r\n\r\n", b"OPTIONS * HTTP/1.0\r\n\r\n"):
        got = talk(site, port, head)
        # libmicrohttpd 1.0 ends the connection at a NUL without a word
        assert re.match(rb"HTTP/1\.[01] (400|404|405) ", got) or (
            got == b"" and b"\0" in head), (head, got)
    assert site.stat("close.http-bad-line") >= before


HOSTS = ["127.0.0.1", "localhost", "admin", "admin.example.com", "",
         "nudge.example.org", "127.0.0.1:{admin}", "localhost:{admin}",
         "[::1]:{admin}", "login.live.com", "x" * 2000, "a/../admin"]


def test_no_host_header_brings_the_admin_pages_to_a_public_port(site):
    number = site.settings["admin.port"]
    paths = [r.example for r in doors.ROUTES if r.ports == "HTTP_ADMIN"
             and r.path not in ("/", "/style.css")]
    assert "/admin/enter" in paths and "/metrics" in paths
    cookie = admin.Admin(site).cookies["__Host-NudgeAdmin"]
    for port in PORTS[:2]:
        web = wire(site, port)
        for path in paths:
            for host in HOSTS:
                web.send((f"GET {path} HTTP/1.1\r\n"
                          f"Host: {host.format(admin=number)}\r\n"
                          f"Cookie: __Host-NudgeAdmin={cookie}\r\n\r\n"
                          ).encode())
                assert web.answer().status == 404, (port, path, host)
        web.hang_up()


# ---- the admin port ----

def test_the_admin_pages_answer_to_no_name_of_somebody_elses(site):
    """A site whose name is led to this machine later (DNS rebinding)."""
    me = admin.Admin(site)
    number = site.settings["admin.port"]
    paths = [r.path for r in doors.ROUTES if r.path.startswith("/admin")]
    for host in ("evil.example", f"evil.example:{number}", "login.live.com",
                 "127.0.0.1.evil.example", "localhost.evil.example", "loca",
                 "xx.y", "127.0.0.1@evil.example", "evil.example#127.0.0.1",
                 "chat.example.org.", "0x7f.1"):
        me.host = host
        for path in paths if host == "evil.example" else paths[:1]:
            reply = me.ask(path)
            assert reply.status == 421, (host, path, reply.status_line)
            assert b"admin.names" in reply.body
            assert me.ask(path, {"key": "x"}).status in (421, 405)
    for host in ("localhost", f"LocalHost:{number}", "127.0.0.1", "[::1]:1",
                 "192.0.2.7", "nudge.example.org", "X.Y:1",
                 "chat.example.org"):
        me.host = host
        assert me.ask("/admin").status == 200, host
    # who watches over the server may call it as he likes
    me.host = "nudge:8444"
    for path in ("/healthz", "/metrics"):
        assert me.ask(path).status == 200


def test_the_admin_port_is_for_this_machine_alone_unless_told_otherwise(site):
    shown = subprocess.run(
        [str(site.program), "--print-config"], capture_output=True, text=True,
        check=True, env=harness.ENVIRONMENT).stdout
    assert re.search(r"^admin\.address = 127\.0\.0\.1$", shown, re.M), shown
    assert re.search(r"^admin\.port = 0$", shown, re.M)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2",
                                  int(site.settings["admin.port"])), 5)


OLD_TLS = [
    ("TLS 1.0", ssl.TLSVersion.TLSv1, "ALL:@SECLEVEL=0"),
    ("TLS 1.1", ssl.TLSVersion.TLSv1_1, "ALL:@SECLEVEL=0"),
    ("3DES", ssl.TLSVersion.TLSv1_2, "3DES:@SECLEVEL=0"),
    ("RC4", ssl.TLSVersion.TLSv1_2, "RC4:@SECLEVEL=0"),
    ("no secrecy", ssl.TLSVersion.TLSv1_2, "NULL:@SECLEVEL=0"),
    ("nobody's key", ssl.TLSVersion.TLSv1_2, "ADH:@SECLEVEL=0"),
    ("the server's key alone", ssl.TLSVersion.TLSv1_2, "kRSA:@SECLEVEL=0"),
]


def test_the_admin_port_speaks_no_suite_of_old(site):
    """test_admin.py has what the public port would take."""
    for name, version, suites in OLD_TLS:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")     # it is too old: on purpose
            context.maximum_version = version
        try:
            context.set_ciphers(suites)
        except ssl.SSLError:
            continue    # this OpenSSL cannot even ask
        with socket.create_connection(
                (site.host, int(site.settings["admin.port"])), 10) as sock:
            with pytest.raises((ssl.SSLError, ConnectionResetError)):
                context.wrap_socket(sock).close()
                raise AssertionError(name)
    # hellos in the formats of SSLv2 and SSL 3.0, byte by byte
    hello2 = bytes.fromhex("802e0103010015000000100000050000040000ff010080"
                           "0700c0030080010080") + bytes(range(17))
    hello3 = bytes.fromhex("160300002d010000290300") + bytes(32) + \
        bytes.fromhex("000002000a0100")
    for hello in (hello2, hello3):
        with socket.create_connection(
                (site.host, int(site.settings["admin.port"])), 10) as sock:
            sock.sendall(hello)
            got = b""
            try:
                while more := sock.recv(4096):
                    got += more
            except ConnectionResetError:
                pass
            assert not got.startswith((b"\x16", b"\x80")), got


# ---- what every answer says beside itself ----

# Programs of old read these; no browser shows them.
FOR_PROGRAMS = {r.path for r in doors.ROUTES if r.file.startswith("soap/")} | {
    "/rdr/pprdr.asp", "/login2.srf", "/RST.srf", "/RST2.srf", "/NotRST.srf",
    "/pp*", "/ppcrlconfig.srf", "/ppcrlconfig600.srf", "/ppcrlcheck.srf",
    "/ppcrlconfig.bin", "/ppcrlconfig600.bin", "/wlidsvcconfig.xml",
    "/sqmserver.dll", "/sqm/*", "/gateway/gateway.dll"}
# Everybody may keep them.
FOR_EVERYBODY = {"/style.css", "/healthz", "/metrics"}


def check_headers(reply: msn.Reply, where: str) -> None:
    kind = reply.get("Content-Type") or ""
    cache = (reply.get("Cache-Control") or "").lower()
    personal = where.partition(" ")[2] not in FOR_EVERYBODY and not \
        where.partition(" ")[2].startswith("/connect")
    if reply.body:
        assert reply.get("X-Content-Type-Options") == "nosniff", where
    if kind.startswith("text/html"):
        assert kind in ("text/html; charset=utf-8", "text/html"), where
        assert b"charset=utf-8" in reply.body
        policy = reply.exact("Content-Security-Policy")
        for word in ("default-src 'none'", "style-src 'self'",
                     "form-action 'self'", "frame-ancestors 'none'",
                     "base-uri 'none'"):
            assert word in policy, (where, policy)
        for word in ("unsafe", "script-src", "*", "data:", "blob:"):
            assert word not in policy, (where, policy)
        assert reply.exact("X-Frame-Options") == "DENY", where
        # no other site is told; a form of ours may say that it is ours
        assert reply.exact("Referrer-Policy") in (
            "no-referrer", "same-origin"), where
        assert b"<script" not in reply.body.lower(), where
        assert b"javascript:" not in reply.body.lower(), where
    if personal and (reply.body or reply.get("Location")) and \
            reply.status in (200, 302):
        assert "no-store" in cache or "no-cache" in cache or \
            cache == "private, max-age=0", (where, cache)
    for name in ("Access-Control-Allow-Origin", "Server", "X-Powered-By"):
        assert reply.get(name) is None, (where, name)


def password_fields(reply: msn.Reply) -> int:
    return reply.body.count(b'<input type="password"')


@pytest.mark.parametrize("port", PORTS)
def test_every_page_says_who_may_frame_run_and_keep_it(site, port):
    host = None if port == "HTTP_PLAIN" else visitor.HOST
    inside: visitor.Visitor
    if port == "HTTP_ADMIN":
        inside = admin.Admin(site)
    else:
        inside = visitor.Visitor(site, host)
        if host:
            inside.sign_in(AMY)
    outside = admin.Admin(site, enter=False) if port == "HTTP_ADMIN" else \
        visitor.Visitor(site, host)
    seen = 0
    for route in doors.ROUTES:
        if not route.at(port) or route.path in FOR_PROGRAMS:
            continue
        for who in (outside, inside):
            for method in ("GET", "POST"):
                cookies = dict(who.cookies)
                fields = None if method == "GET" else {"x": "y"}
                reply = who.ask(route.example, fields)
                check_headers(reply, f"{method} {route.path}")
                who.cookies = cookies
                seen += 1
                # no password is asked for where anybody may listen
                if port == "HTTP_PLAIN":
                    assert password_fields(reply) == 0, route.path
    assert seen > 40
    for path in ("/nothing", "/style.css?" + "x" * 20):
        check_headers(outside.ask(path), f"GET {path.partition('?')[0]}")


def test_where_the_operator_allows_passwords_in_clear_each_page_warns(site):
    """The other server's pages had none, so this one tells them apart."""
    site.settings["web.plain-passwords"] = "on"
    site.restart()
    me = visitor.Visitor(site, None)
    me.sign_in(AMY)
    found = 0
    for route in doors.ROUTES:
        if not route.at("HTTP_PLAIN") or "HTTP_GET" not in route.methods:
            continue
        reply = me.ask(route.example)
        if route.path in ("/sign-in", "/sign-up", "/account/password"):
            assert password_fields(reply) > 0, route.path
        if password_fields(reply):
            assert b"this page is not encrypted" in reply.body, route.path
            found += 1
    assert found >= 5
    site.settings["web.plain-passwords"] = "off"
    site.restart()
    # a cookie of that time opens nothing any more
    assert b"secure" in me.ask("/account").body
