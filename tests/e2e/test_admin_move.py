# SPDX-License-Identifier: MIT
"""Accounts and contacts out of the admin pages and into them, and long work."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
import time
import urllib.parse
import xml.etree.ElementTree

import admin
import harness
import msn
import visitor

AMY, BOB, CID = (f"{n}@example.com" for n in ("amy", "bob", "cid"))


def finished(me: admin.Admin) -> visitor.Sane:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if me.ask("/admin/task").get("Refresh") is None:
            return me.look("/admin/task")
        time.sleep(0.05)
    raise AssertionError("it never ends")


def rows(reply: msn.Reply) -> list[list[str]]:
    return list(csv.reader(io.StringIO(reply.body.decode(), newline="")))


def test_accounts_go_out_as_a_table_and_come_in_again(make_server):
    server = admin.make(make_server)
    me = admin.Admin(server)
    server.ctl("user", "rename", AMY, '=HYPERLINK("x")')
    server.ctl("user", "disable", BOB)
    reply = me.ask("/admin/export.csv")
    assert reply.exact("Content-Type") == "text/csv; charset=utf-8"
    assert "attachment" in reply.exact("Content-Disposition")
    table = rows(reply)
    assert table[0] == ["address", "name", "password", "made", "disabled",
                        "home"]
    assert [r[0] for r in table[1:]] == sorted(harness.PEOPLE)
    amy, bob = table[1], table[2]
    assert amy[1] == '\'=HYPERLINK("x")' and amy[2:5:2] == ["", "no"]
    assert bob[4] == "yes"
    assert b"$y$" not in reply.body

    page = me.fill("/admin/move", table=(
        'address,name,password\r\nnew@example.org,"Ann, "" <b>",chosen one\n'
        f"{AMY},again,whatever\n\nno address,x,y\n"
        "two@example.org,'=Two\n"))
    assert page.title == "Long work"
    page = finished(me)
    assert "Done." in page.text and "2 new, 2 not possible" in page.text
    assert "like alice@" in page.text and "already" in page.text
    assert page.text.count("/reset?t=") == 1
    new = msn.sign_in(server, "new@example.org", "chosen one", 9)
    assert urllib.parse.unquote(new.name) == 'Ann, " <b>'
    path = re.search(r"/reset\?t=\S+?(?=\s|$)", page.text).group(0)
    visitor.Visitor(server).fill(path, password="third one",
                                 again="third one")
    assert urllib.parse.unquote(msn.sign_in(
        server, "two@example.org", "third one", 9).name) == "=Two"
    assert "Nothing is" in me.press("/admin/task", "forget").text
    for secret in ("chosen one", "third one", "/reset?t="):
        assert secret not in server.log()
    assert "must be a table" in me.fill("/admin/move", table="").text
    # as a spreadsheet saves it; what is typed beside it does not count
    me.fill("/admin/move", table="ghost@example.org,,x\n", upload=(
        "\ufeffaddress,name,password\r\nthree@example.org,,fourth one\r\n"))
    assert "1 new, 0 not possible" in finished(me).text
    msn.sign_in(server, "three@example.org", "fourth one", 9)
    assert "ghost@" not in server.ctl("user", "list").stdout
    huge = me.fetch(f"POST /admin/move HTTP/1.1\r\nHost: {me.host}\r\n"
                    f"Content-Length: {17 << 20}\r\n\r\n".encode())
    assert huge.status == 413


def test_a_table_of_any_length_is_read_to_its_end(make_server):
    server = admin.make(make_server)
    me = admin.Admin(server)
    bad = 6000
    me.fill("/admin/move", upload=(
        "address,name,password\n" + "nobody,x,y\n" * bad
        + "last@example.org,,long enough\n" + 'quote@example.org,"x,y\n'
        "swallowed@example.org,,long enough\n"))
    page = finished(me)
    assert "Done." in page.text
    assert f"1 new, {bad + 1} not possible" in page.text
    assert "last@example.org" in server.ctl("user", "list").stdout
    # the page tells of some, the table of each, by its row and why
    assert page.text.count("nobody") < 100
    assert "never ended" in page.text
    table = rows(me.ask("/admin/task.csv"))
    assert table[0] == ["row", "address", "what came of it",
                        "link to choose a password"]
    assert len(table) == bad + 2
    assert [t[0] for t in table[1:]] == [
        str(n) for n in (*range(2, bad + 2), bad + 3)]
    assert table[1][1] == "nobody" and "alice@" in table[1][2]
    assert table[-1][1] == "quote@example.org"
    assert "/admin/task.csv" in page.links
    assert me.press("/admin/task", "forget").text
    assert me.ask("/admin/task.csv").status == 404


def test_long_work_tells_its_pace_and_can_be_stopped(make_server):
    server = admin.make(make_server)
    me = admin.Admin(server)
    me.fill("/admin/move", table="".join(
        f"p{i}@many.example,,some password\n" for i in range(3000)))
    end = time.monotonic() + 20
    while "a minute; about" not in (page := me.look("/admin/task")).text:
        assert time.monotonic() < end, page.text
        time.sleep(0.05)
    assert "It stops" in me.press("/admin/task", "stop").text
    page = finished(me)
    assert "Stopped, as you wished" in page.text
    made = int(re.search(r"(\d+) new", page.text)[1])
    assert 0 < made < 3000
    listed = server.ctl("user", "list").stdout
    assert len(re.findall(r"^p\d+@many.example", listed, re.M)) == made


def test_everybody_becomes_everybodys_contact_once(make_server):
    server = admin.make(make_server)
    me = admin.Admin(server)
    server.ctl("user", "disable", "eve@example.com")
    amy = msn.sign_in(server, AMY, dialect=9)
    amy.online()
    amy.add("BL", BOB)
    amy.everything()
    assert me.fill("/admin/everyone").title == "Long work"
    page = finished(me)
    assert "24 of 24; 23 new, 1 not possible" in page.text, page.text
    told = [m.words[4] for m in amy.everything() if m.verb == "ADD"]
    # of whom she blocks she hears nothing
    assert sorted(told) == [CID, "example@passport.com"]
    with sqlite3.connect(server.data / "nudge.db") as db:
        found = {(owner, address): lists for owner, address, lists in
                 db.execute("SELECT a.address, c.address, c.lists FROM "
                            "contacts c JOIN accounts a ON a.id = c.owner")}
    db.close()
    there = set(harness.PEOPLE) - {"eve@example.com"}
    assert set(found) == {(a, b) for a in there for b in there if a != b}
    for pair, bits in found.items():
        blocked = pair == (AMY, BOB)
        assert bits == (1 | 8 | (4 if blocked else 2)), (pair, bits)
    # and once more changes nothing
    me.fill("/admin/everyone")
    assert "24 of 24; 0 new, 1 not possible" in finished(me).text
    assert amy.everything() == []


def test_contacts_go_out_as_a_file_and_come_in_again(make_server):
    server = admin.make(make_server)
    me = admin.Admin(server)
    text = ('<?xml version="1.0"?>\n<messenger>\n  <service name=".NET '
            'Messenger Service">\n    <contactlist>\n'
            f'      <contact type="1">{BOB}</contact>\n'
            f'      <contact type="1"> {CID.upper()} </contact>\n'
            f'      <contact type="1">{AMY}</contact>\n'
            '      <contact type="1">ghost@example.com</contact>\n'
            "      <contact>no address</contact>\n"
            "    </contactlist>\n  </service>\n</messenger>\n")
    here = f"/admin/contacts?address={AMY}"
    me.fill(here, file=text)
    page = finished(me)
    assert "4 of 4; 2 new, 2 not possible" in page.text, page.text
    reply = me.ask(f"/admin/contacts.ctt?address={AMY}")
    root = xml.etree.ElementTree.fromstring(reply.body)
    assert root.tag == "messenger"
    assert root.find("service").get("name") == ".NET Messenger Service"
    got = root.findall("service/contactlist/contact")
    assert [(c.text, c.get("type")) for c in got] == [(BOB, "1"), (CID, "1")]
    # what came out goes in
    me.fill(f"/admin/contacts?address={BOB}", upload=reply.body.decode())
    assert "2 of 2; 1 new, 1 not possible" in finished(me).text
    for bad in ("", "x", "<messenger/>", "<messenger><service/></messenger>",
                '<!DOCTYPE a [<!ENTITY b "c">]><messenger/>'):
        assert "no file of contacts" in me.fill(here, file=bad).text
    many = "<contact>a@b</contact>" * 1501
    assert "too many" in me.fill(here, file=(
        f"<messenger><service><contactlist>{many}</contactlist></service>"
        "</messenger>")).text
    for path in ("/admin/contacts", "/admin/contacts.ctt"):
        assert me.ask(f"{path}?address=ghost@example.com").status == 404


def test_work_that_goes_on_ends_with_the_server(make_server):
    server = admin.make(make_server)
    me = admin.Admin(server)
    me.fill("/admin/move", table="".join(
        f"p{i}@many.example,,some password\n" for i in range(3000)))
    assert "It goes on" in me.look("/admin/task").text
    assert "still being done" in me.fill("/admin/everyone").text
    assert "still being done" in me.fill("/admin/move", table="a@b,,c").text
    assert server.stop() == 0
    server.start()
