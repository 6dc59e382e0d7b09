# SPDX-License-Identifier: MIT
"""What the log says of sign-ins, and what fail2ban makes of it."""

from __future__ import annotations

import base64
import re
import shutil
import subprocess

import pytest

import classic
import harness
import msn
import proxied
import rst

AMY, BOB = "amy@example.com", "bob@example.com"
PROXY = "127.0.0.2"
FILTER = harness.ROOT / "packaging" / "fail2ban" / "nudge-filter.conf"


def lines(server: harness.Server, event: str) -> list[str]:
    return [line for line in server.log().splitlines()
            if f" event={event} " in line]


def wrong_by_login(server, email=AMY):
    given = msn.fresh_challenge(server)
    assert msn.login(server, msn.credentials(email, "wrong", given)
                     ).status == 401


def wrong_by_rst(server):
    body = rst.request(rst.RST, AMY, "wrong", {rst.BASE: ""})
    msn.fetch(server, (
        f"POST /RST.srf HTTP/1.1\r\nHost: login.live.com\r\nContent-Length: "
        f"{len(body)}\r\n\r\n").encode() + body, None)


def wrong_by_md5(server):
    line = classic.Classic(server, AMY, 7)
    line.ver()
    line.ask("INF")
    line.read()
    line.ask("USR", "MD5", "I", AMY)
    line.read()
    got = line.ask_once("USR", "MD5", "S", "0" * 32)
    assert got.verb == "911", got


def wrong_by_chat(server):
    wire = msn.Wire(server.host, int(server.settings["chat.port"]))
    plain = base64.b64encode(f"\0{AMY}\0wrong".encode()).decode()
    wire.send(b"CAP REQ :sasl\r\nNICK x\r\nUSER x 0 * :x\r\n"
              b"AUTHENTICATE PLAIN\r\n")
    wire.send(f"AUTHENTICATE {plain}\r\n".encode())
    while " 904 " not in wire.line():
        pass


def wrong_by_page(server):
    page = msn.fetch(server, b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\n"
                     b"\r\n", "localhost")
    key = re.search(rb'name="?key"? value="?([^" >]+)', page.body)
    cookie = page.get("Set-Cookie")
    assert key and cookie, page.body
    body = f"email={AMY.replace('@', '%40')}&password=wrong&key=" \
        f"{key.group(1).decode()}"
    msn.fetch(server, (
        "POST /sign-in HTTP/1.1\r\nHost: localhost\r\n"
        f"Cookie: {cookie.split(';')[0]}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}").encode(), "localhost")


DOORS = {"/login2.srf": wrong_by_login, "/RST.srf": wrong_by_rst,
         "MSNP7": wrong_by_md5, "chat": wrong_by_chat, "web": wrong_by_page}


@pytest.mark.parametrize("door", DOORS)
def test_a_wrong_password_is_one_line_on_every_door(make_server, door):
    server = make_server(**{"chat.plain": "on",
                            "chat.port": str(harness.free_ports(1)[0])})
    DOORS[door](server)
    (line,) = lines(server, "sign-in-failed")
    assert re.search(
        rf"level=info event=sign-in-failed peer=127\.0\.0\.1:\d+ "
        rf"account={AMY} door={door} reason=", line), line


def test_a_good_sign_in_and_a_sign_up_are_one_line_each(make_server):
    server = make_server(**{"accounts.signup": "first-login"})
    amy = msn.sign_in(server, AMY, dialect=12)
    amy.hang_up()
    by_ticket = [line for line in lines(server, "sign-in")
                 if "door=MSNP12" in line]
    assert len(by_ticket) == 1 and f"account={AMY}" in by_ticket[0]
    assert len([line for line in lines(server, "sign-in")
                if "door=/login2.srf" in line]) == 1
    msn.sign_in(server, "new@example.com", "chosen", 9).hang_up()
    (made,) = lines(server, "sign-up")
    assert "account=new@example.com door=first-login" in made


def test_of_many_wrong_passwords_the_rest_is_one_line_and_fail2ban_sees_both(
        make_server, tmp_path):
    server = make_server(**{"listen.proxy": PROXY, "limit.guess-delay": "0"})
    through = proxied.Through(server, "192.0.2.7", proxied.v1, PROXY)
    try:
        for n in range(25):
            wrong_by_login(through, f"x{n}@example.com")
    finally:
        through.close()
    assert len(lines(server, "sign-in-failed")) == 20
    server.stop()
    found = lines(server, "sign-in-failed")
    assert len(found) == 21
    assert found[-1].endswith(
        "event=sign-in-failed times=5 network=192.0.2.0/24")
    if shutil.which("fail2ban-regex") is None:
        pytest.skip("fail2ban-regex is not installed: the filter is untested")
    log = tmp_path / "nudged.log"
    log.write_text(server.log())
    done = subprocess.run(
        ["fail2ban-regex", "-v", str(log), str(FILTER)],
        capture_output=True, text=True, check=False)
    assert "Failregex: 21 total" in done.stdout, done.stdout + done.stderr
    assert re.search(r"192\.0\.2\.7 ", done.stdout)
    assert re.search(r"192\.0\.2\.0/24 ", done.stdout)


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_filter_reads_both_forms_and_nothing_that_is_only_quoted(
        tmp_path, form):
    if shutil.which("fail2ban-regex") is None:
        pytest.skip("fail2ban-regex is not installed: the filter is untested")
    fake = 'event=sign-in-failed peer=9.9.9.9:1 account=x door='
    text = [
        ('event=sign-in-failed peer=192.0.2.7:1 account=a@b door=web '
         'reason="wrong address or password"', "192.0.2.7"),
        (f'event=sign-in-failed peer=[2001:db8::5]:1 account="{fake}" '
         'door=MSNP7', "2001:db8::5"),
        ("event=sign-in-failed times=57 network=2001:db8:66::/48",
         "2001:db8:66::/48"),
        (f'event=sign-in peer=192.0.2.9:1 account="{fake}" door=web', ""),
        (f'event=ns-end peer=192.0.2.9:1 reason=out account="{fake}"', "")]
    json = [
        ('"event":"sign-in-failed","peer":"192.0.2.7:1","account":"a@b"}',
         "192.0.2.7"),
        ('"event":"sign-in-failed","times":57,"network":"192.0.2.0/24"}',
         "192.0.2.0/24"),
        ('"event":"sign-in","peer":"192.0.2.9:1","account":"' +
         '\\"event\\":\\"sign-in-failed\\",\\"peer\\":\\"9.9.9.9:1\\","}',
         "")]
    rows = text if form == "text" else json
    head = "time=2026-11-30T23:00:45.170Z level=info " if form == "text" \
        else '{"time":"2026-11-30T23:00:45.170Z","level":"info",'
    for row, address in rows:
        log = tmp_path / "nudged.log"
        log.write_text(head + row + "\n")
        done = subprocess.run(
            ["fail2ban-regex", "-v", str(log), str(FILTER)],
            capture_output=True, text=True, check=False)
        total = "1" if address else "0"
        assert f"Failregex: {total} total" in done.stdout, (row, done.stdout)
        assert address in done.stdout
