# SPDX-License-Identifier: MIT
"""Chat clients written from the documents: the script of 2002 as it was
published, in today's Python, and the chat control 4.5."""

from __future__ import annotations

import hashlib
import hmac
import re
import socket
import struct

import harness

KEY = b"SRFMKSJANDRESKKC"
QUOTES = {0: b"\\0", 9: b"\\t", 10: b"\\n", 13: b"\\r", 32: b"\\b",
          44: b"\\c", 92: b"\\\\"}
SECONDS = 20.0


def quote(raw: bytes) -> bytes:
    return b"".join(QUOTES.get(c, bytes([c])) for c in raw)


def unquote(text: bytes) -> bytes:
    back = {v[1]: k for k, v in QUOTES.items()}
    out, i = bytearray(), 0
    while i < len(text):
        if text[i] == 92:
            i += 1
            out.append(back[text[i]])
        else:
            out.append(text[i])
        i += 1
    return bytes(out)


class Client:
    """Lines to and from the chat port."""

    def __init__(self, server: harness.Server, port: int = 0) -> None:
        where = (server.host, port or int(server.settings["chat.port"]))
        self.socket = socket.create_connection(where, SECONDS)
        self.buffer = b""

    def say(self, line: bytes | str) -> None:
        if isinstance(line, str):
            line = line.encode("utf-8")
        self.socket.sendall(line + b"\r\n")

    def read(self) -> bytes:
        while b"\n" not in self.buffer:
            got = self.socket.recv(65536)
            if not got:
                raise EOFError(self.buffer)
            self.buffer += got
        line, self.buffer = self.buffer.split(b"\n", 1)
        assert len(line) < 512
        return line.rstrip(b"\r")

    def until(self, pattern: str) -> str:
        """The first line with this in it."""
        for _ in range(1000):
            line = self.read().decode("utf-8", "replace")
            if re.search(pattern, line):
                return line
        raise AssertionError(pattern)

    def quiet(self, seconds: float = 0.3) -> bool:
        """Nothing comes."""
        self.socket.settimeout(seconds)
        try:
            got = self.socket.recv(65536)
        except TimeoutError:
            return self.buffer == b""
        finally:
            self.socket.settimeout(SECONDS)
        self.buffer += got
        return False

    def close(self) -> None:
        self.socket.close()

    # ---- the control ----
    def gatekeeper(self, package: str, version: int, host: bytes,
                   guid: bytes) -> None:
        head = b"GKSSP\0\xd4\x02" + struct.pack("<I", version)
        self.say(f"AUTH {package} I :".encode()
                 + quote(head + struct.pack("<I", 1)))
        line = self.read()
        assert line.startswith(f"AUTH {package} S :".encode()), line
        token = unquote(line.split(b":", 1)[1])
        assert len(token) == 24 and token[12:16] == b"\2\0\0\0"
        mac = hmac.new(KEY, token[16:] + host[:15], hashlib.md5).digest()
        self.say(f"AUTH {package} S :".encode()
                 + quote(head + struct.pack("<I", 3) + mac + guid))

    def guest(self, nick: str, version: str = "IRC8") -> None:
        self.say(f"IRCVERS {version} MSN-OCX!9.02.0310.2401 en-us")
        self.until(" 800 ")
        self.gatekeeper("GateKeeper", 3, b"127.0.0.1",
                        nick.encode().ljust(16, b"x")[:16])
        self.until(r"AUTH GateKeeper \* \S+@GateKeeper 0")
        self.say(f"NICK >{nick}")
        self.until(f" 001 >{nick} ")

    def plain(self, nick: str) -> None:
        self.say(f"NICK {nick}")
        self.say(f"USER {nick} 0 * :{nick}")
        self.until(f" 001 {nick} ")

    def join(self, room: str, key: str = "") -> None:
        self.say(f"JOIN {room} {key}".strip())
        self.until(" 366 ")


class Script:
    """The script of 2002.  It never quotes, takes the last eight bytes of a
    line for the challenge, and waits for nothing but lines."""

    def __init__(self, server: harness.Server, channel: str,
                 ticket: str, profile: str = "prof") -> None:
        first = Client(server)
        first.say(b"IRCVERS IRC6 MSN-OCX!2.03.0204.0801")
        first.say(b"AUTH GateKeeper I :GKSSP\\0\x03r\x02\\0\\0\\0"
                  b"\x01\\0\\0\\0")
        challenge = first.read().rstrip()[-8:]
        first.say(b"AUTH GateKeeper S :GKSSP\\0\\0\\0\x02\\0\\0\\0"
                  b"\x03\\0\\0\\0" + self.challenge_1(challenge)
                  + b'\xb2\x02"\xbd\xdd\x94sO\xae6\x03j\xfb\xe7\xaal')
        first.read()
        first.say(b"NICK nick")
        first.say(b"FINDS %" + channel.encode())
        found = None
        while found is None:
            found = re.match(rb"\S+ 613 (\S+) :(\S+) (\S+)", first.read())
        first.close()

        self.client = Client(server, int(found.group(3)))
        assert found.group(2) == server.host.encode()
        self.client.say(b"IRCVERS IRC6 MSN-OCX!2.03.0204.0801 chat.msn.be")
        self.client.read()
        self.client.say(b"AUTH GateKeeperPassport I :GKSSP\\0\x03r"
                        b"\x02\\0\\0\\0\x01\\0\\0\\0")
        challenge = self.client.read().rstrip()[-8:]
        self.client.say(b"AUTH GateKeeperPassport S :GKSSP\\0\xcc\xcc"
                        b"\x02\\0\\0\\0\x03\\0\\0\\0"
                        + self.challenge_1(challenge) + b"\\0" * 16)
        assert self.client.read() == b"AUTH GateKeeperPassport S :OK"
        # where its author was stuck: the two cookies, then the nickname
        self.client.say(f"AUTH GateKeeperPassport S :{len(ticket):08X}{ticket}"
                        f"{len(profile):08X}{profile}")
        self.client.until(r"AUTH GateKeeperPassport \* ")

    @staticmethod
    def challenge_1(challenge: bytes) -> bytes:
        c1 = b"edp{}e|wxrdse}}u" + b"6" * 48 + challenge
        a1 = hashlib.md5(c1).digest()
        c2 = (b"\x0f\x0e\x1a\x11\x17\x0f\x16\x1d\x12\x18\x0e\x19\x0f"
              b"\x17\x17\x1f" + b"\\" * 48 + a1)
        return hashlib.md5(c2).digest()
