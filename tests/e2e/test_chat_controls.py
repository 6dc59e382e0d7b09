# SPDX-License-Identifier: MIT
"""Each version of Microsoft's chat control, as strict as it is: what it asks
of the page, of the directory and of the rooms, and what makes it give up
(field-runs 3, programs-2 16)."""

from __future__ import annotations

import hashlib
import hmac
import html
import re
import struct
from collections.abc import Iterator
from typing import NamedTuple

import pytest

import chat
import harness
import msn


class Version(NamedTuple):
    name: str
    dialect: str
    build: str
    gatekeeper: int     # version of its token
    joined: str         # member string of a guest in a JOIN
    listed: str         # of one in 353
    market: bool        # a third word of IRCVERS only if the page says so


VERSIONS = [
    Version("3.0", "IRC5", "1.1.7.058", 2, "", "H,U,G", False),
    Version("4.0", "IRC6", "2.03.0204.0801", 2, "H,U,G", "H,U,G", False),
    Version("4.1", "IRC6", "2.03.0204.3001", 2, "H,U,G", "H,U,G", False),
    Version("4.2", "IRC7", "7.00.0206.0401", 2, "H,U,G", "H,U,G", True),
    Version("4.5", "IRC8", "9.02.0310.2401", 3, "H,U,GO", "H,U,GO", True),
]
HEAD = b"GKSSP\0\xd4\x02"


class Gone(AssertionError):
    """It closes the room and tries again from the beginning."""


class Control:
    """The control, from the page to the room."""

    def __init__(self, server: harness.Server, version: Version, nick: str,
                 room: str) -> None:
        self.server, self.version, self.nick = server, version, nick
        self.word = "%#" + room
        self.given = self.read_page()
        self.line: chat.Client = None   # type: ignore[assignment]

    # ---- the page ----
    def page(self, way: str) -> str:
        reply = msn.fetch(self.server, f"GET {way} HTTP/1.1\r\n"
                          "Host: chat.msn.com\r\n\r\n".encode(), None)
        assert reply.status == 200, (way, reply.headers)
        return reply.body.decode()

    def read_page(self) -> dict[str, str]:
        text = self.page(f"/chatroom.msnw?rhx={self.word.encode().hex()}"
                         f"&nick={self.nick}&make=1&category=GN")
        if self.version.name != "4.5":
            way = re.search(r'<a href="([^"]*)">'
                            + re.escape(self.version.name), text).group(1)
            text = self.page(html.unescape(way))
        self.text = text
        given = {k: html.unescape(v) for k, v in re.findall(
            r'<PARAM NAME="([^"]*)" VALUE="([^"]*)">', text)}
        # this is the name of a page, which it would open
        assert "CreateRoom" not in given and given["ChatMode"] == "1"
        return given

    # ---- AUTH ----
    def prove(self, line: chat.Client, first: bytes) -> None:
        number = struct.pack("<I", self.version.gatekeeper)
        hello = chat.quote(HEAD + number + b"\1\0\0\0")
        # in one packet
        line.socket.sendall(first + b"AUTH GateKeeper I :" + hello + b"\r\n")
        got = line.read()
        if b" 800 " in got:
            got = line.read()
        assert got.startswith(b"AUTH GateKeeper S :"), got
        token = chat.unquote(got.split(b":", 1)[1])
        assert len(token) == 24 and token[12:16] == b"\2\0\0\0"
        assert token[8:12] == number
        host = b""
        if self.version.gatekeeper == 3:
            host = self.given["Server"].rpartition(":")[0].encode()[:15]
        mac = hmac.new(chat.KEY, token[16:] + host, hashlib.md5).digest()
        guid = self.nick.encode().ljust(16, b"c")[:16]
        line.say(b"AUTH GateKeeper S :" + chat.quote(
            HEAD + number + b"\3\0\0\0" + mac + guid))
        got = line.read()
        assert re.fullmatch(rb"AUTH GateKeeper \* [0-9A-F]{32}@GateKeeper 0",
                            got), got

    def ircvers(self, more: str = "") -> bytes:
        return (f"IRCVERS {self.version.dialect} MSN-OCX!"
                f"{self.version.build}{more}\r\n").encode()

    # ---- the directory ----
    def find(self, ask: str) -> tuple[str, int]:
        host, _, port = self.given["Server"].rpartition(":")
        line = chat.Client(self.server, int(port))
        if self.version.name == "3.0":
            self.prove(line, b"")
            line.socket.sendall(self.ircvers())
        else:
            self.prove(line, self.ircvers())
            line.say(f"NICK {self.nick}")
            assert b" 001 " in line.read()
        line.say(ask)
        found = re.fullmatch(r":\S+ 613 \S+ :(\S{1,15}) (\d+)",
                             line.read().decode())
        assert found, ask
        line.close()
        return found.group(1), int(found.group(2))

    def create(self) -> tuple[str, int]:
        keys = ("77 88" if self.version.dialect == "IRC5" else "88 0")
        return self.find(f"CREATE GN {self.word} - - EN-US 1 {keys}")

    # ---- the room ----
    def strict(self, until: str) -> list[str]:
        """Any of these numbers, and it begins again."""
        heard = []
        while not heard or f" {until} " not in heard[-1]:
            heard.append(self.line.read().decode())
            number = heard[-1].split(" ")[1]
            if number.isdigit() and int(number) != 422 and (
                    401 <= int(number) <= 557 or 900 <= int(number) <= 999):
                raise Gone(heard[-1])
        return heard

    def enter(self, where: tuple[str, int], key: str,
              owner: bool = True) -> None:
        self.line = chat.Client(self.server, where[1])
        third = " " + self.given["Market"] if (
            self.version.market and "Market" in self.given) else ""
        if not self.version.market:
            third = " " + where[0]
        self.line.socket.sendall(self.ircvers(third))
        # 800 before AUTH, at once, with GateKeeper in it
        self.line.socket.settimeout(3)
        got = self.line.read()
        self.line.socket.settimeout(chat.SECONDS)
        assert b" 800 " in got and b"GateKeeper" in got, got
        self.prove(self.line, b"")
        self.line.say(f"NICK >{self.nick}")
        self.strict("001")
        self.line.say(f"JOIN {self.word} {key}".strip())
        heard = [line for line in self.strict("366")
                 if re.search(r" (JOIN|353|366) ", line)]
        # its own JOIN first, then the list, then the end of it
        assert [re.search(r"JOIN|353|366", line).group(0)
                for line in heard] == ["JOIN", "353", "366"]
        mine = heard[0].partition(" JOIN ")[2]
        level = ",." if self.version.joined and owner else ""
        wanted = f"{self.version.joined}{level} ".lstrip()
        assert mine == f"{wanted}:{self.word}", heard[0]
        names = heard[1].partition(" :")[2].split(" ")
        assert f"{self.version.listed},{'.' if owner else ''}" \
            f">{self.nick}" in names, heard[1]
        self.line.say(f"MODE {self.word}")
        self.strict("324")


@pytest.fixture(scope="module")
def server(mold, tmp_path_factory) -> Iterator[harness.Server]:
    folder = tmp_path_factory.mktemp("controls")
    harness.copy_mold(mold, folder)
    made = harness.Server(folder, **{
        "chat.port": str(harness.free_ports(1)[0]), "chat.plain": "on",
        "chat.lines": "0"}).start()
    yield made
    made.close()


@pytest.mark.covers("field-runs 3 #1-5", "programs-2 §16 #1-10",
                    "programs-2 §16 #12-14")
@pytest.mark.parametrize("version", VERSIONS, ids=lambda v: v.name)
def test_a_control_makes_a_room_and_talks_in_it(server, version):
    nick = "c" + version.name.replace(".", "")
    me = Control(server, version, nick, "of" + nick)
    me.enter(me.create(), "88")
    other = chat.Client(server)
    other.plain("friend" + nick)
    other.join("#of" + nick)
    got = me.line.read().decode()
    shown = version.joined + " " if version.joined else ""
    if " 324 " in got or got.startswith(":chat.nudge"):
        got = me.line.read().decode()
    assert got.endswith(f" JOIN {shown}:{me.word}"), got
    # styled text, to the byte
    said = b"\x01S \x0b\x01Palatino\\bLinotype;0 hello \xe2\x98\x83\x01"
    me.line.say(f"PRIVMSG {me.word} :".encode() + said)
    other.until("hello")
    other.say(f"PRIVMSG #of{nick} :hello yourself")
    assert me.line.read().endswith(b":hello yourself")
    # a new topic, once
    me.line.say(f"PROP {me.word} TOPIC :%Tea")
    me.line.say("PING :after")
    lines = []
    while not lines or not lines[-1].endswith(":after"):
        lines.append(me.line.read().decode())
    assert len([x for x in lines if "Tea" in x]) == 1, lines
    other.until(f" TOPIC #of{nick} :Tea")
    # what it says of itself is never answered
    me.line.say("PROP $ MSNPROFILE :1")
    me.line.say("PING :silent")
    assert me.line.read().endswith(b":silent")
    # a second control of the same version finds the room
    again = Control(server, version, nick + "b", "of" + nick)
    assert again.find(f"FINDS {me.word}")[1] == int(
        server.settings["chat.port"])
    # it closes without a word
    me.line.close()
    other.until(f":>{nick}!.* QUIT")
    other.close()


@pytest.mark.covers("field-runs 3 #6")
def test_a_control_comes_again_after_a_restart(make_server):
    server = make_server(**{"chat.port": str(harness.free_ports(1)[0])})
    me = Control(server, VERSIONS[-1], "eve", "again")
    me.enter(me.create(), "88")
    server.restart()
    with pytest.raises(EOFError):
        while me.line.read():
            pass
    me.line.close()
    # as it is, without a page: the same name and the same room
    where = "127.0.0.1", int(server.settings["chat.port"])
    me.enter(where, "88")
    me.line.close()
