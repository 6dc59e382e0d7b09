# SPDX-License-Identifier: MIT
"""Conversations, as most programs hold them: ask for a board, call, send
what was queued when somebody is there.  Programs override what they do in
their own way."""

from __future__ import annotations

import hashlib
import re
import urllib.parse

import live_oim
from strict import Conn, Member, Message, hostport


class Talker(Member):
    """The usual life of a board."""

    FLAG = "N"              # of a text; A wants an ACK
    TEXT = ("MIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=UTF-8\r\n"
            "X-MMS-IM-Format: FN=Arial; EF=; CO=0; CS=0; PF=0\r\n\r\n")
    TYPING = ("MIME-Version: 1.0\r\n"
              "Content-Type: text/x-msmsgscontrol\r\n"
              "TypingUser: {email}\r\n\r\n\r\n")
    BYE_ENDS = True         # the last one's BYE ends the board
    CALLS_ITSELF = False    # before whom it wants: its other places come
    PRODUCT: tuple[str, str] | None = None      # its name and key for CHL
    proved = False

    def __init__(self, world, email, password) -> None:
        super().__init__(world, email, password)
        self.wanted: dict[int, str] = {}    # TrID of XFR: who is to be called
        self.waiting: dict[str, list[tuple[str, bytes]]] = {}
        self.unacked: dict[tuple[int, int], bytes] = {}

    # ---- its user ----
    def board_of(self, email: str) -> Conn | None:
        for board in self.boards:
            if board.open and email in board.people \
                    and len(board.people) == 1:
                return board
        return None

    def send(self, email: str, flag: str, payload: bytes) -> None:
        board = self.board_of(email)
        if board is not None:
            self.post(board, flag, payload)
            return
        self.waiting.setdefault(email, []).append((flag, payload))
        if not any(b.peer == email for b in self.boards) \
                and email not in self.wanted.values():
            self.call(email)

    def call(self, email: str) -> None:
        assert self.ns is not None
        self.wanted[self.ns.ask("XFR", "SB")] = email

    def say(self, email: str, text: str) -> None:
        self.send(email, self.FLAG, (self.TEXT + text).encode())

    def type_to(self, email: str) -> None:
        self.send(email, "U", self.TYPING.format(email=self.email).encode())

    # ---- more than two ----
    def invite(self, email: str, third: str) -> None:
        """Into the talk with somebody."""
        board = self.board_of(email)
        self.need(board, "no talk with", email)
        assert board is not None
        self.ask_on(board, "CAL", third)

    def ask_on(self, board: Conn, verb: str, *words: str) -> None:
        board.ask(verb, *words)

    def say_all(self, text: str) -> None:
        """To everybody of the one talk."""
        board = max(self.boards, key=lambda b: len(b.people))
        self.post(board, self.FLAG, (self.TEXT + text).encode())

    def piece(self, email: str, data: bytes) -> None:
        """A piece of a picture; the next leaves at its ACK only."""
        self.send(email, "D", (
            "MIME-Version: 1.0\r\nContent-Type: application/x-msnmsgrp2p\r\n"
            f"P2P-Dest: {email}\r\n\r\n").encode() + data)

    def offer_file(self, email: str, name: str) -> None:
        """The invitation of the time before MSN 6."""
        self.send(email, "N", (
            "MIME-Version: 1.0\r\n"
            "Content-Type: text/x-msmsgsinvite; charset=UTF-8\r\n\r\n"
            "Application-Name: File Transfer\r\n"
            "Application-GUID: {5D3E02AB-6190-11d3-BBBB-00C04F795683}\r\n"
            "Invitation-Command: INVITE\r\nInvitation-Cookie: 33267\r\n"
            f"Application-File: {name}\r\nApplication-FileSize: 4711\r\n"
            "\r\n").encode())

    # ---- the notification server ----
    def ns_CHL(self, conn: Conn, got: Message) -> None:
        """CHL 0 digits: what it proves itself with."""
        if self.PRODUCT is None:
            return
        name, key = self.PRODUCT
        if int(name[4:8]) >= 90 if name.startswith("PROD") else False:
            proof = live_oim.lock_key(got.words[1], self.PRODUCT)
        else:
            proof = hashlib.md5((got.words[1] + key).encode()).hexdigest()
        conn.trid += 1
        conn.asked[conn.trid] = "QRY"
        conn.raw(f"QRY {conn.trid} {name} 32\r\n{proof}".encode())

    def ns_QRY(self, conn: Conn, got: Message) -> None:
        self.proved = True

    def place(self) -> str:
        """Its own address in a board."""
        return self.email

    def cut(self, conn: Conn, word: str) -> str:
        """Whom JOI, IRO, BYE and MSG mean."""
        self.need("@" in word and ";" not in word, "not an address", word)
        return word

    def xfr_sb(self, conn: Conn, got: Message) -> None:
        """XFR n SB host:port CKI key."""
        self.need(len(got.words) >= 5 and got.words[3] == "CKI",
                  "no CKI in XFR", got)
        email = self.wanted.pop(int(got.words[0]))
        board = self.connect("sb", hostport(conn, got.words[2]))
        board.peer = email
        board.ask("USR", self.place(), got.words[4])

    def ns_RNG(self, conn: Conn, got: Message) -> None:
        """RNG id host:port CKI key address nick."""
        self.need(len(got.words) >= 6 and got.words[2] == "CKI",
                  "no CKI in RNG", got)
        self.need(re.fullmatch(r"\d+", got.words[0])
                  and int(got.words[0]) < 1 << 31,
                  "a session id that atoi() does not read", got)
        board = self.connect("sb", hostport(conn, got.words[1]))
        board.peer = got.words[4]
        board.ask("ANS", self.place(), got.words[3], got.words[0])

    # ---- a board ----
    def sb_USR(self, conn: Conn, got: Message) -> None:
        self.need(got.words[1:2] == ["OK"], "USR without OK", got)
        conn.ask("CAL", conn.peer)

    def sb_CAL(self, conn: Conn, got: Message) -> None:
        self.need(len(got.words) == 3 and got.words[1] == "RINGING",
                  "CAL without RINGING", got)

    def sb_IRO(self, conn: Conn, got: Message) -> None:
        self.need(len(got.words) >= 5, "a short IRO", got)
        self.joined(conn, self.cut(conn, got.words[3]))

    def sb_ANS(self, conn: Conn, got: Message) -> None:
        self.need(got.words[1:] == ["OK"], "ANS without OK", got)
        conn.open = True
        self.flush(conn)

    def sb_JOI(self, conn: Conn, got: Message) -> None:
        self.need(len(got.words) >= 2, "a short JOI", got)
        conn.open = True
        self.joined(conn, self.cut(conn, got.words[0]))
        self.flush(conn)

    def joined(self, conn: Conn, email: str) -> None:
        if email and email != self.email and email not in conn.people:
            conn.people.append(email)

    def flush(self, conn: Conn) -> None:
        """What was queued for whoever is here."""
        for email in conn.people:
            for flag, payload in self.waiting.pop(email, []):
                self.post(conn, flag, payload)

    def post(self, conn: Conn, flag: str, payload: bytes) -> None:
        n = conn.ask("MSG", flag, payload=payload)
        if flag in "AD":
            self.unacked[(id(conn), n)] = payload

    def check(self) -> None:
        """A text with flag A without an ACK "may not have been sent"."""
        if self.unacked:
            raise self.broke("no ACK of", list(self.unacked.values()))

    def sb_BYE(self, conn: Conn, got: Message) -> None:
        email = self.cut(conn, got.words[0])
        if email in conn.people:
            conn.people.remove(email)
        if not conn.people and self.BYE_ENDS:
            conn.close()
            if conn in self.boards:
                self.boards.remove(conn)

    def sb_ACK(self, conn: Conn, got: Message) -> None:
        key = (id(conn), int(got.words[0]))
        self.need(key in self.unacked, "an ACK of nothing", got)
        del self.unacked[key]

    def sb_NAK(self, conn: Conn, got: Message) -> None:
        raise self.broke("a message was not delivered", got)

    def sb_MSG(self, conn: Conn, got: Message) -> None:
        self.need(len(got.words) == 3, "a MSG of other words", got)
        headers, body = got.text()
        self.received(conn, self.cut(conn, got.words[0]), headers, body)

    def received(self, conn: Conn, sender: str, headers: dict[str, str],
                 body: str) -> None:
        kind = headers.get("Content-Type", "")
        if kind.startswith("text/plain"):
            self.heard.append((sender, body))
        elif kind == "text/x-msmsgscontrol":
            self.typists.append(headers["TypingUser"])
        elif kind.startswith("text/x-msnmsgr-datacast"):
            self.nudged.append(sender)
        elif kind.startswith("application/x-msnmsgrp2p"):
            self.pieces.append(body.encode("utf-8", "surrogateescape"))
        elif kind.startswith("text/x-msmsgsinvite"):
            self.invitations.append(dict(
                line.split(": ", 1) for line in body.split("\r\n")
                if ": " in line))


def decode(word: str) -> str:
    """A nickname of the wire."""
    return urllib.parse.unquote(word, errors="surrogateescape")


def encode(text: str) -> str:
    return urllib.parse.quote(text, safe="")
