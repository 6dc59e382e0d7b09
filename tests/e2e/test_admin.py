# SPDX-License-Identifier: MIT
"""Whoever runs the server comes in by a link, and nobody else does."""

from __future__ import annotations

import re
import socket
import sqlite3
import ssl

import pytest

import admin
import harness
import msn
import test_backup_keys as keys
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
    assert wire.rest() == b"HTTP/1.0 400 Bad Request\r\n\r\n"


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


# ---- accounts ----

def test_accounts_are_made_found_switched_and_deleted(make_server):
    server = admin.make(make_server)
    me = admin.Admin(server)
    page = me.fill("/admin/accounts", address="New@Example.org", name=EVIL,
                   password="chosen one")
    assert "is made" in page.text and "/reset?t=" not in page.text
    page = me.look("/admin/accounts?q=SCRIPT")
    assert "new@example.org" in page.text and EVIL in page.text
    assert AMY not in page.text
    assert AMY in me.look("/admin/accounts").text
    assert "None of those" in me.look("/admin/accounts?q=nobody").text
    new = msn.sign_in(server, "new@example.org", "chosen one", 9)
    new.online()
    here = "/admin/account?address=new@example.org"
    assert "signed in" in me.look(here).text
    assert "online" in me.look("/admin/accounts?q=new@").text

    assert "have ended" in me.press(here, "kick").text
    new.wire.rest()
    server.wait_stat("close.kicked", 1)
    assert "Nobody is signed in" in me.press(here, "kick").text
    assert "switched off" in me.press(here, "disable").text
    with pytest.raises(AssertionError):
        msn.sign_in(server, "new@example.org", "chosen one", 9)
    assert "switched on" in me.press(here, "enable").text
    msn.sign_in(server, "new@example.org", "chosen one", 9)
    page = me.press(here, "reset")
    path = re.search(r"/reset\?t=\S+", page.text).group(0)
    person = visitor.Visitor(server)
    assert "is kept" in person.fill(path, password="third one",
                                    again="third one").text
    page = me.press(here, "delete")
    assert "Nobody can bring it back" in page.text
    assert "new@example.org" in server.ctl("user", "list").stdout
    assert "is deleted" in me.look("/admin/account",
                                   page.hidden | {"sure": "x"}).text
    assert "new@example.org" not in server.ctl("user", "list").stdout
    assert "no such account" in me.look(here, status=404).text
    for what in ("add", "kick", "disable", "enable", "reset", "delete"):
        assert re.search(rf"event=admin do={what} to=new@example.org "
                         r"peer=127.0.0.1:\d+ result=done",
                         server.log().lower()), what


def test_an_account_without_a_password_gets_a_link(make_server):
    server = admin.make(make_server)
    me = admin.Admin(server)
    page = me.fill("/admin/accounts", address="new@example.org")
    path = re.search(r"/reset\?t=\S+", page.text).group(0)
    visitor.Visitor(server).fill(path, password="third one",
                                 again="third one")
    msn.sign_in(server, "new@example.org", "third one", 9)
    for wrong, words in (({"address": "no address"}, "like alice@"),
                         ({"address": AMY}, "already"),
                         ({"address": "x@y", "name": "x" * 400}, "too long"),
                         ({"address": "x@y", "password": "x" * 300},
                          "too long")):
        page = me.fill("/admin/accounts", **wrong)
        assert words in page.text, wrong
        assert page.typed["address"] == wrong["address"]
    assert "x@y" not in server.ctl("user", "list").stdout


def test_many_accounts_are_shown_in_pages(make_server):
    server = admin.make(make_server, start=False)
    with sqlite3.connect(server.data / "nudge.db") as db:
        columns = [c[1] for c in db.execute("PRAGMA table_info(accounts)")]
        row = dict(zip(columns, db.execute(
            "SELECT * FROM accounts WHERE address = ?", (AMY,)).fetchone()))
        for i in range(1200):
            row |= {"id": 1000 + i, "address": f"p{i:04}@many.example",
                    "name": ""}
            db.execute(f"INSERT INTO accounts ({','.join(row)}) VALUES "
                       f"({','.join('?' * len(row))})", list(row.values()))
    db.close()
    server.start()
    me = admin.Admin(server)
    seen: list[str] = []
    page = me.look("/admin/accounts?q=many.ex")
    while True:
        found = re.findall(r"p\d{4}@many\.example", page.text)
        assert found and len(found) <= 50
        seen += found
        more = [k for k in page.links if "after=" in k]
        if not more:
            break
        page = me.look(more[0])
    assert seen == [f"p{i:04}@many.example" for i in range(1200)]
    assert "p1199@many" in me.look("/admin/accounts?q=1199").text


def test_no_form_of_another_site_does_anything(make_server):
    server = admin.make(make_server)
    me = admin.Admin(server)
    other = admin.Admin(server)
    keys = ({}, {"key": ""}, {"key": "0" * 32},
            {"key": other.look("/admin/tell").hidden["key"]})
    before = server.ctl("user", "list").stdout
    for path in routes():
        if path == "/admin/enter" or me.ask(path, {}).status == 405:
            continue
        for key in keys:
            page = me.look(path, key | {
                "address": AMY, "sure": "x", "uses": "1", "days": "1",
                "text": "boo", "announce": "x"}, 403)
            assert "too old" in page.text, path
    assert server.ctl("user", "list").stdout == before
    assert server.ctl("invite", "list").stdout == ""
    assert me.look("/admin").title == "Overview"
    assert not re.search(r"event=admin do=(?!enter)", server.log())


def test_invite_codes_are_made_shown_and_ended(make_server):
    server = admin.make(make_server)
    me = admin.Admin(server)
    page = me.fill("/admin/invites", uses="3", days="10")
    code = server.ctl("invite", "list").stdout.split("\t")[0]
    assert page.text.count(code) == 2
    assert "not what" in me.fill("/admin/invites", uses="0").text
    page = me.look("/admin/invites", page.hidden | {"code": code,
                                                    "revoke": "x"})
    assert server.ctl("invite", "list").stdout == ""
    assert code not in page.text


def test_everybody_is_told_what_the_operator_says(make_server):
    server = admin.make(make_server)
    me = admin.Admin(server)
    amy = msn.sign_in(server, AMY, dialect=9)
    amy.online()
    amy.everything()
    me.press("/admin/tell", "announce", text="Cake at <five>")
    assert any(b"Cake at &lt;five&gt;" in m.payload
               for m in amy.everything())
    assert "missing" in me.press("/admin/tell", "announce",
                                 text="x" * 1025).text
    page = me.press("/admin/tell", "stop", minutes="12")
    assert "stops in 12 minutes" in page.text
    assert amy.everything()
    assert "stops in" not in me.press("/admin/tell", "cancel").text
    assert "missing" in me.press("/admin/tell", "stop", minutes="0").text


def test_a_backup_is_sent_whole_and_nothing_of_it_stays(make_server, tmp_path):
    server = admin.make(make_server)
    me = admin.Admin(server)
    whole = me.look("/admin/backup").hidden | {"whole": "x"}
    before = sorted(p.name for p in server.data.iterdir())
    reply = me.ask("/admin/backup", whole)
    assert 'filename="nudge.db"' in reply.exact("Content-Disposition")
    assert len(reply.body) == int(reply.exact("Content-Length"))
    assert sorted(p.name for p in server.data.iterdir()) == before
    copy = tmp_path / "copy.db"
    copy.write_bytes(reply.body)
    with sqlite3.connect(copy) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert {a for a, in db.execute("SELECT address FROM accounts")} == \
            set(harness.PEOPLE)
    db.close()
    # one that was left by a server that fell is made away with
    assert server.stop() == 0
    (server.data / "admin-backup.db").write_bytes(b"left")
    server.start()
    assert not (server.data / "admin-backup.db").exists()
    # and one that cannot be made says so
    me = admin.Admin(server)
    whole = me.look("/admin/backup").hidden | {"whole": "x"}
    for how in ("whole", "bare"):
        (server.data / "admin-backup.db").mkdir()
        assert "could not be made" in me.press(
            "/admin/backup", how, 503).text
        (server.data / "admin-backup.db").rmdir()
    assert len(me.ask("/admin/backup", whole).body) >= len(reply.body)


def test_a_backup_of_the_page_is_asked_what_becomes_of_the_keys(make_server):
    """As nudgectl's --without-keys and --passphrase: nothing is taken for
    granted, and what is sealed opens with the passphrase alone."""
    server = admin.make(make_server)
    me = admin.Admin(server)
    old = server.ca.read_bytes()
    assert "Choose" in me.fill("/admin/backup").text
    assert "8 letters" in me.press("/admin/backup", "sealed",
                                   passphrase="short", again="short").text
    assert "not the same" in me.press(
        "/admin/backup", "sealed", passphrase=keys.PHRASE,
        again=keys.PHRASE + "?").text
    there = keys.pieces(keys.secrets(server.data / "nudge.db"))
    before = sorted(p.name for p in server.data.iterdir())
    made = {}
    for how, kept in (("bare", {"mark"}), ("sealed", {"mark", "sealed-keys"})):
        reply = me.ask("/admin/backup", me.look("/admin/backup").hidden | {
            how: "x", "passphrase": keys.PHRASE, "again": keys.PHRASE})
        assert 'filename="nudge.db"' in reply.exact("Content-Disposition")
        made[how] = server.folder / f"{how}.db"
        made[how].write_bytes(reply.body)
        assert keys.secrets(made[how]).keys() == kept
        assert len(there) >= 10 and not [p for p in there if p in reply.body]
        assert sorted(p.name for p in server.data.iterdir()) == before
    keys.leave(server)
    wrong = server.ctl("restore", str(made["sealed"]), "--passphrase-file",
                       keys.passphrase(server, "not this one"), check=False)
    assert wrong.returncode == 1 and "passphrase" in wrong.stderr
    server.ctl("restore", str(made["sealed"]), "--passphrase-file",
               keys.passphrase(server))
    server.start()
    assert server.ca.read_bytes() == old
    keys.leave(server)
    server.ctl("restore", str(made["bare"]))
    server.start()
    assert server.ca.read_bytes() != old
    msn.sign_in(server, AMY)
    assert keys.PHRASE not in server.log()


def knock(server: harness.Server, port: int) -> bool:
    """Is somebody from another address let in?"""
    with socket.socket() as sock:
        sock.bind(("127.0.0.2", 0))
        sock.settimeout(10)
        sock.connect((server.host, port))
        sock.settimeout(0.3)
        try:
            return sock.recv(1) != b""
        except TimeoutError:
            return True
        except ConnectionResetError:
            return False


def inside(server, port: int, hello: bytes, tls: bool = False
           ) -> socket.socket:
    """A connection from 127.0.0.2 that was answered and is kept."""
    sock = socket.socket()
    sock.bind(("127.0.0.2", 0))
    sock.settimeout(10)
    sock.connect((server.host, port))
    if tls:
        sock = msn.tls_context(server).wrap_socket(
            sock, server_hostname=visitor.HOST)
    sock.sendall(hello)
    assert sock.recv(100) != b"" or not hello
    return sock


def ended(sock: socket.socket) -> bool:
    try:
        while sock.recv(65536):
            pass
    except (ssl.SSLEOFError, ConnectionResetError):
        pass
    sock.close()
    return True


def test_who_is_banned_is_turned_away_at_every_port(make_server):
    server = admin.make(make_server, **{
        "chat.port": str(harness.free_ports(1)[0])})
    me = admin.Admin(server)
    chat = int(server.settings["chat.port"])
    ports = [server.ns_port, server.http_port, server.https_port, chat,
             int(server.settings["admin.port"])]
    get = b"GET /style.css HTTP/1.1\r\nHost: login.live.com\r\n\r\n"
    there = [inside(server, server.ns_port, b"VER 1 MSNP9 CVR0\r\n"),
             inside(server, chat, b"IRCVERS IRC8 MSN-OCX!9.02\r\n"),
             inside(server, server.http_port, get),
             inside(server, server.https_port, get, tls=True)]
    waits = socket.socket()     # for the first byte of its first line
    waits.bind(("127.0.0.2", 0))
    waits.settimeout(10)
    waits.connect((server.host, server.http_port))
    there.append(waits)
    other = msn.Web(server, None)
    other.send(get)
    assert other.answer().status == 200
    page = me.fill("/admin/bans", network="127.0.0.2/32", days="", note=EVIL)
    assert "Done." in page.text and EVIL in page.text
    assert "127.0.0.2" in page.text and "for ever" in page.text
    assert all(ended(sock) for sock in there)
    server.wait_stat("close.banned", len(there))
    other.send(get)
    assert other.answer().status == 200
    before = server.stat("close.banned")
    assert not any(knock(server, port) for port in ports)
    assert server.stat("close.banned") >= before + len(ports)
    assert "reason=banned" in server.log()
    # neither for others nor for good
    assert msn.sign_in(server, AMY, dialect=9).email == AMY
    server.restart()
    assert not knock(server, server.ns_port)
    me = admin.Admin(server)
    page = me.look("/admin/bans")
    me.look("/admin/bans", {"key": page.hidden["key"],
                            "network": "127.0.0.2", "lift": "x"})
    assert all(knock(server, port) for port in ports[:1])
    for wrong, words in (("127.0.0.1", "yourself"), ("x", "no network"),
                         ("0.0.0.0/0", "yourself"), ("::/0", "itself")):
        assert words in me.fill("/admin/bans", network=wrong).text, wrong
    assert "missing" in me.fill("/admin/bans", network="10.0.0.1",
                                days="0").text
    # the same by nudgectl, which is there when one has shut oneself out
    server.ctl("ban", "127.0.0.0/30", "--note", "x", check=False)
    assert server.ctl("ban", "list").stdout == ""
    server.ctl("ban", "127.0.0.2", "--days", "3", "--note", "why not")
    assert re.fullmatch(r"127\.0\.0\.2\t\w{3}, .* GMT\twhy not\n",
                        server.ctl("ban", "list").stdout)
    assert not knock(server, server.ns_port)
    assert server.ctl("ban", "127.0.0.2", check=False).returncode == 1
    server.ctl("ban", "lift", "127.0.0.2")
    assert server.ctl("ban", "lift", "127.0.0.2", check=False).returncode == 1
    assert knock(server, server.ns_port)
    for what in ("ban", "lift"):
        assert f"event=admin do={what} to=127.0.0.2" in server.log()
