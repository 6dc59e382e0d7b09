# SPDX-License-Identifier: MIT
"""nudgectl trace: the wire of one account, without secrets and without what
people write."""

from __future__ import annotations

import base64
import re
import subprocess

import chat
import harness
import msn

AMY, BOB = "amy@example.com", "bob@example.com"
SECRET = "words of nobody's concern"


class Tracer:
    def __init__(self, server: harness.Server, email: str) -> None:
        self.process = subprocess.Popen(
            [str(harness.BIN / "nudgectl"), "--data", str(server.data),
             "trace", email], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, text=True, env=harness.ENVIRONMENT)
        self.lines = [self.line()]

    def line(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.lines
        return line.rstrip("\n")

    def until(self, words: str) -> None:
        while words not in self.lines[-1]:
            self.lines.append(self.line())

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(20)
        assert self.process.stdout is not None
        self.process.stdout.close()


def test_a_trace_shows_one_account_and_no_secrets(server):
    tracer = Tracer(server, AMY.upper())
    try:
        assert tracer.lines == [f"# watching {AMY.upper()}"]
        bob = msn.sign_in(server, BOB, dialect=9)
        bob.online()
        amy = msn.sign_in(server, AMY, dialect=12)
        amy.online()
        board = amy.open_board()
        seat = board.invite(bob)
        seat.expect_roster([amy])
        board.expect_joined(bob)
        board.tell("N", msn.text(SECRET))
        seat.expect_told(amy, msn.text(SECRET))
        seat.tell("N", msn.text(SECRET * 2))
        board.expect_told(bob, msn.text(SECRET * 2))
        tracer.until(f"MSG {BOB}")
    finally:
        tracer.end()
    seen = "\n".join(re.sub(r"^([<>]) 127\.0\.0\.1:\d+", r"\1", line)
                     for line in tracer.lines)
    for wanted in (r"> USR \d+ TWN S \*\*\*", rf"< USR \d+ OK {AMY} 1 0",
                   r"< MSG Hotmail Hotmail \d+ \(\d+ bytes\)",
                   r"> SYN \d+ 0 0", r"< XFR \d+ SB \S+ CKI \*\*\*",
                   rf"> CAL \d+ {BOB}", rf"< JOI {BOB} ",
                   r"> MSG \d+ N \d+ \(\d+ bytes\)", rf"< MSG {BOB} "):
        assert re.search(rf"^{wanted}", seen, re.M), (wanted, seen)
    assert SECRET not in seen
    assert not re.search(r"\bt=", seen)  # tickets
    assert not re.search(r"CKI [^*]", seen)
    assert "RNG" not in seen  # that is bob's


def test_a_trace_ends_when_nobody_listens_and_when_the_server_stops(server):
    tracer = Tracer(server, AMY)
    tracer.end()
    tracer = Tracer(server, BOB)
    assert server.stop() == 0
    assert tracer.process.wait(20) == 0
    tracer.end()


def test_a_trace_shows_chat_without_keys_and_words(make_server):
    port = harness.free_ports(1)[0]
    server = make_server(**{"chat.port": str(port), "chat.plain": "on"})
    tracer = Tracer(server, AMY)
    try:
        other = chat.Client(server)
        other.plain("other")
        client = chat.Client(server)
        client.say("AUTHENTICATE PLAIN")
        client.until(r"AUTHENTICATE \+")
        client.say("AUTHENTICATE " + base64.b64encode(
            f"\0{AMY}\0{harness.PEOPLE[AMY]}".encode()).decode())
        client.until(" 903 ")
        client.plain("amy")
        client.join("#r")
        client.say("MODE #r +k sesame")
        client.until(r" MODE #r \+k sesame")
        other.join("#r", "sesame")
        client.say("PRIVMSG #r :" + SECRET)
        other.say("PRIVMSG #r :" + SECRET)
        client.until(SECRET)
        client.say("PING x")
        tracer.until(" PONG ")
    finally:
        tracer.end()
    told = "\n".join(tracer.lines)
    assert "PRIVMSG #r ***" in told
    assert f"PRIVMSG #r ({len(SECRET)} bytes)" in told
    assert " JOIN" in told and "MODE #r ***" in told
    assert SECRET not in told and "sesame" not in told
