# SPDX-License-Identifier: MIT
"""People report abuse, and whoever runs the server sees it."""

from __future__ import annotations

import json
import re
import sqlite3
import time
import urllib.parse

import pytest

import admin
import harness
import live
import visitor

AMY, BOB, EVE = "amy@example.com", "bob@example.com", "eve@example.com"
EVIL = "<script>alert(1)</script>\"'&{{key}}\r\n\u2603 <b>second</b> line"


def signed_in(server: harness.Server, email: str) -> visitor.Visitor:
    me = visitor.Visitor(server)
    me.sign_in(email)
    return me


def report(me: visitor.Visitor, about: str, text: str, status: int = 200,
           **more: str) -> visitor.Sane:
    return me.fill("/report", status, about=about, text=text,
                   **({"kind": "insult"} | more))


def test_a_report_is_made_seen_closed_and_deleted(make_server):
    server = admin.make(make_server)
    me = visitor.Visitor(server)
    assert "/report" in me.look("/").links
    assert me.ask("/report").exact("Location") == "/sign-in?to=report"
    page = me.fill("/sign-in?to=report", email=AMY,
                   password=harness.PEOPLE[AMY])
    assert page.title == "Report somebody"
    assert "/report" in me.look("/account").links
    assert me.look("/report?about=" + BOB).typed["about"] == BOB
    page = report(me, f" {BOB.upper()} ", EVIL)
    assert "will read it" in page.text and not page.typed
    # whoever it is about, if anybody: the same
    other = report(me, "nobody@example.com", "x", kind="made up")
    assert (other.text, other.title) == (page.text, page.title)

    boss = admin.Admin(server)
    assert "2 open reports" in boss.look("/admin").text
    page = boss.look("/admin/reports")
    assert "Something else" in page.text
    assert page.text.index("nobody@example.com") < page.text.index(BOB)
    assert page.text.count(f"By {AMY}") == 2
    assert "Insults or threats" in page.text
    assert "<script>alert(1)</script>\"'&{{key}}\n\u2603 <b>second</b>" \
        in page.text
    links = {urllib.parse.unquote(link) for link in page.links}
    assert {f"/admin/account?address={AMY}",
            f"/admin/account?address={BOB}"} <= links
    assert "/admin/account?address=nobody@example.com" not in links
    assert "there was no account" in page.text.replace("\n", " ")
    page = boss.look(f"/admin/account?address={BOB}")
    assert "1 reports about it" in page.text
    about = [link for link in page.links if "/admin/reports?about" in link]
    page = boss.look(about[0])
    assert BOB in page.text and "nobody@example.com" not in page.text

    def press(number: int, button: str, note: str = "") -> str:
        done = boss.look("/admin/reports", {
            "key": page.hidden["key"], "id": str(number), "note": note,
            button: "x"})
        return done.text

    assert "Delete it" not in boss.ask("/admin/reports").body.decode()
    assert "Done." in press(1, "close", EVIL.split("\r\n")[0])
    assert "Closed 20" in boss.look("/admin/reports").text
    assert EVIL.split("\r\n")[0] in boss.look("/admin/reports").typed["note"]
    assert "1 open reports" in boss.look("/admin").text
    assert BOB not in boss.look("/admin/reports?open=1").text
    assert "Done." in press(1, "reopen")
    assert "2 open reports" in boss.look("/admin").text
    assert "so already" in press(1, "reopen")
    assert "too long" in press(1, "close", "n" * 201)
    assert "missing" in press(1, "nothing")
    assert "Done." in press(1, "delete")
    assert "gone already" in press(1, "delete")
    assert BOB not in boss.look("/admin/reports").text
    for what in ("close", "reopen", "delete"):
        assert f"event=admin do=report-{what} to=1 " in server.log()
    assert re.search(rf"event=report id=1 account={AMY} about={BOB} "
                     "kind=insult", server.log())
    assert server.stat("reports.made") == 2


def test_many_reports_are_shown_in_pages(make_server):
    server = admin.make(make_server, start=False)
    with sqlite3.connect(server.data / "nudge.db") as db:
        db.executemany(
            "INSERT INTO reports (id, about, kind, made, closed, text, note) "
            "VALUES (?, ?, 'spam', 1, ?, 'x', '')",
            [(n, f"x{n}@example.com", n % 2) for n in range(2, 122)])
    db.close()
    server.start()
    me = signed_in(server, AMY)
    for n in range(5):
        assert "will read it" in report(me, f"x{n}@other.example", "x").text
    assert "reported much" in report(me, BOB, "x", 429).text
    boss = admin.Admin(server)
    page = boss.look("/admin/reports?open=1")
    seen = re.findall(r"About x(\d+)@", page.text)
    assert seen == ["4", "3", "2", "1", "0"] + [
        str(n) for n in range(120, 30, -2)]
    more = [link for link in page.links if "before=" in link]
    assert more == ["/admin/reports?before=32&open=1&about="]
    page = boss.look(more[0])
    assert re.findall(r"About x(\d+)@", page.text) == [
        str(n) for n in range(30, 0, -2)]
    assert not [link for link in page.links if "before=" in link]
    page = boss.look("/admin/reports?about=X7%40example.com")
    assert re.findall(r"About x(\d+)@", page.text) == ["7"]


def test_each_refusal_of_a_report_has_its_words(server):
    me = signed_in(server, AMY)
    page = report(me, "bob", "words <b>kept</b>", kind="spam")
    assert "like alice@" in page.text and page.typed["about"] == "bob"
    assert "words <b>kept</b>" in page.text
    body = me.ask("/report", me.look("/report").hidden | {
        "about": "", "text": "", "kind": "spam"}).body
    assert re.findall(rb'value="(\w+)" selected', body) == [b"spam"]
    for text in ("", " \r\n ", "x" * 4001, "a\x07b"):
        assert "at most 4,000" in report(me, BOB, text).text, text
    assert "too old" in me.look("/report", {
        "about": BOB, "text": "x", "key": "0" * 32}, 403).text
    eve = signed_in(server, EVE)
    assert "too old" in eve.look("/report", me.look("/report").hidden | {
        "about": BOB, "text": "x"}, 403).text
    stranger = visitor.Visitor(server)
    assert stranger.look("/report", {"about": BOB, "text": "x"}
                         ).title == "Sign in"
    # nothing of it was kept
    assert server.ctl("report", "list").stdout == ""
    assert server.stat("reports.made") == 0
    plain = visitor.Visitor(server, None)
    assert plain.look("/report", status=403).title == "A secure page"


def test_the_operator_reads_reports_in_a_terminal(server):
    for who in (AMY, EVE):
        report(signed_in(server, who), BOB, EVIL + "\r\nend")
    lines = server.ctl("report", "list").stdout.splitlines()
    assert len(lines) == 2
    number, state, _, kind, about, by, text, note = lines[0].split("\t")
    assert (number, state, kind, about, by, note) == (
        "2", "open", "insult", BOB, EVE, "")
    assert json.loads(text) == EVIL + "\r\nend"
    server.ctl("report", "close", "2", "--note", "told him")
    assert len(server.ctl("report", "list").stdout.splitlines()) == 1
    every = server.ctl("report", "list", "--all").stdout.splitlines()
    assert every[0].split("\t")[1] == "closed"
    assert every[0].endswith("\ttold him")
    server.ctl("report", "reopen", "2")
    server.ctl("report", "del", "1")
    assert [line.split("\t")[0] for line in server.ctl(
        "report", "list").stdout.splitlines()] == ["2"]
    for wrong in (("close", "1"), ("close", "x"), ("del", "1"), ("reopen", "1")):
        assert server.ctl("report", *wrong, check=False).returncode == 1, wrong
    for wrong in (("close", "2", "3"), ("list", "--every")):
        assert server.ctl("report", *wrong, check=False).returncode == 2, wrong


def test_an_author_takes_reports_along_and_goes_from_them(server):
    me = signed_in(server, AMY)
    report(me, BOB, "one\r\ntwo")
    report(signed_in(server, EVE), AMY, "what others say is theirs")
    server.ctl("report", "close", "1", "--note", "of the operator")
    got = me.ask("/account/export").body.decode()
    assert [(r["about"], r["kind"], r["text"]) for r in
            json.loads(got)["reports I made"]] == [
        (BOB, "Insults or threats", "one\r\ntwo")]
    assert "theirs" not in got and "operator" not in got
    assert "deleted" in me.fill("/account/delete",
                                old=harness.PEOPLE[AMY]).text
    server.ctl("user", "del", BOB)
    for _ in range(2):
        lines = server.ctl("report", "list", "--all").stdout.splitlines()
        assert [line.split("\t")[4:6] for line in lines] == [
            [AMY, EVE], [BOB, "(deleted)"]]
        server.restart()
    # and a copy is in every backup
    assert f"\t{AMY}\t{EVE}\t" in server.ctl("report", "list").stdout


def test_a_program_reports_by_itself(server):
    amy = live.sign_in(server, AMY, 18)
    amy.online()
    amy.say(f"VAS 99 {BOB} 1 2 5\r\nwords")
    amy.everything()
    server.wait_stat("reports.made", 1)
    line = server.ctl("report", "list").stdout
    assert f'\tprogram\t{BOB}\t{AMY}\t"words"\t' in line


@pytest.mark.covers("design 4.3")
def test_a_report_that_was_thanked_for_survives_a_power_cut(make_volatile):
    server = make_volatile().start()
    me = signed_in(server, AMY)
    assert "will read it" in report(me, BOB, "before").text
    server.kill()
    server.start()
    assert '\t"before"\t' in server.ctl("report", "list").stdout
    server.disk.write_text("full")
    page = report(me, BOB, "lost <b>words</b>", 503)
    assert "disk is full" in page.text and "lost <b>words</b>" in page.text
    assert server.ctl("report", "close", "1", check=False).returncode == 1
    server.disk.write_text("")
    for _ in range(100):
        done = server.ctl("report", "close", "1", check=False)
        if done.returncode == 0:
            break
        time.sleep(0.05)
    assert done.returncode == 0
    assert server.ctl("report", "list").stdout == ""
    assert "will read it" in report(me, BOB, "after").text
    server.kill()
    server.start()
    lines = server.ctl("report", "list", "--all").stdout.splitlines()
    assert [line.split("\t")[1] for line in lines] == ["open", "closed"]
