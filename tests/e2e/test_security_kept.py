# SPDX-License-Identifier: MIT
"""What must not come back, be counted away or be told too early, each in a
form that any server understands."""

from __future__ import annotations

import re
import urllib.parse

import pytest

import chat
import harness
import msn
import proxied
import test_chat
import visitor

AMY, EVE = "amy@example.com", "eve@example.com"

# ---- cookies that have ended ----

ENDS = 65536  # so many are more than any list of them holds
BATCH = 64


class Browser:
    """The sign-in page, asked many times on one connection before the first
    answer is read."""

    def __init__(self, server: harness.Server) -> None:
        self.server = server
        me = visitor.Visitor(server)
        self.fields = me.look("/sign-in").hidden
        self.head = (
            f"Host: {me.host}\r\nCookie: "
            + "; ".join(f"{k}={v}" for k, v in me.cookies.items())
            + "\r\nContent-Type: application/x-www-form-urlencoded\r\n")
        self.web = msn.Web(server, visitor.HOST)
        self.rest = b""

    def cookies(self, who: str, n: int) -> list[str]:
        body = urllib.parse.urlencode(self.fields | {
            "email": who, "password": harness.PEOPLE[who]})
        self.web.send((f"POST /sign-in HTTP/1.1\r\n{self.head}"
                       f"Content-Length: {len(body)}\r\n\r\n{body}"
                       ).encode() * n)
        found: list[bytes] = []
        while len(found) < n:
            head, end, rest = self.rest.partition(b"\r\n\r\n")
            if end:
                assert b"Content-Length: 0" in head
                found += re.findall(rb"(?i)\r\nset-cookie: MSPSec=([^;\s]+)",
                                    head)
                self.rest = rest
                continue
            got = self.web.sock.recv(1 << 16)
            assert got, "the server hung up"
            self.rest += got
        return [cookie.decode() for cookie in found]

    def end(self, *cookies: str) -> None:
        """Two of them at once, as a browser has two."""
        names = zip(("MSPSec", "MSPAuth"), cookies)
        msn.fetch(self.server, (
            f"GET /logout HTTP/1.0\r\nHost: {visitor.HOST}\r\nCookie: "
            + "; ".join(f"{name}={value}" for name, value in names)
            + "\r\n\r\n").encode(), None)


def opens(server: harness.Server, cookie: str, who: str = AMY) -> bool:
    me = visitor.Visitor(server)
    me.cookies = {"MSPSec": cookie}
    return who.encode() in me.ask("/account").body


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_others_who_sign_out_all_day_bring_no_cookie_back(make_server):
    """Somebody copied Amy's cookie, which she ended; then he ends his own,
    over and over."""
    server = make_server()
    browser = Browser(server)
    copied, = browser.cookies(AMY, 1)
    assert opens(server, copied)
    browser.end(copied)
    assert not opens(server, copied)
    for ended in range(0, ENDS + BATCH, BATCH):
        given = browser.cookies(EVE, BATCH)
        if ended == 0:
            last = given[-1]
        for two in zip(given[::2], given[1::2]):
            browser.end(*two)
    assert not opens(server, copied)
    assert not opens(server, last, EVE)


# ---- somebody with a /56 or a /48 ----

def behind(server: harness.Server, client: str, name: str) -> bool:
    """Is an account made for who comes from there?"""
    relay = proxied.Relay(server.http_port, client, proxied.v1)
    there = server.http_port
    try:
        server.http_port = relay.port
        me = visitor.Visitor(server, None)
        form = me.look("/sign-up").hidden
        return me.ask("/sign-up", form | {
            "email": name, "name": "N", "password": "long enough",
            "again": "long enough"}).status == 302
    finally:
        server.http_port = there
        relay.close()


def test_who_has_many_networks_signs_up_no_more_people_for_it(make_server):
    """One in each /64 is within its limit, whose every /64 is one house's."""
    server = make_server(**{
        "accounts.signup": "open", "web.plain-passwords": "on",
        "limit.signups": "2", "listen.proxy": "127.0.0.2"})
    made = [behind(server, f"2001:db8:0:{n:x}::1", f"n{n}@b.c")
            for n in range(8)]
    assert made.count(True) == 4, made  # twice as many in a /56
    made = [behind(server, f"2001:db8:1:{n:x}00::1", f"w{n}@b.c")
            for n in range(12)]
    assert made.count(True) == 8, made  # four times as many in a /48
    assert behind(server, "2001:db8:2::1", "else@b.c")


# ---- what is told, and a power cut ----

def test_a_topic_that_is_told_to_who_joins_is_there_after_a_power_cut(
        make_volatile):
    server = make_volatile(**{
        "chat.port": str(harness.free_ports(1)[0])}).start()
    challenge = msn.fresh_challenge(server, AMY)
    amy = test_chat.member(server, msn.ticket(
        server, AMY, harness.PEOPLE[AMY], challenge))
    amy.say("NICK Amy")
    amy.until(" 001 Amy ")
    amy.join("%#Tea")
    for line in ("PROP %#Tea TOPIC :old", "MODE %#Tea +r"):
        amy.say(line)
    amy.until(r" MODE %#Tea \+r$")
    bob = chat.Client(server)
    bob.guest("bob")
    server.disk.write_text("slow 1500")
    amy.say("TOPIC %#Tea :new")
    bob.say("JOIN %#Tea")
    told = bob.until(" 332 >bob %#Tea ").rpartition(":")[2]
    server.kill()
    server.disk.write_text("")
    server.start()
    cid = chat.Client(server)
    cid.guest("cid")
    cid.say("JOIN %#Tea")
    kept = cid.until(" 332 >cid %#Tea ").rpartition(":")[2]
    assert (told, kept) in (("%new", "%new"), ("new", "new"),
                            ("old", "old"), ("old", "new"))
