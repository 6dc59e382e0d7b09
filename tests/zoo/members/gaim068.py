# SPDX-License-Identifier: MIT
"""gaim 0.68: MSNP7, dispatch, MD5 (programs-1 §1)."""

from __future__ import annotations

import hashlib
import re

from strict import Conn, Habits, Message, UNASKED7, hostport
from talk import Talker, decode


class Gaim068(Talker):
    NAME, DIALECT, SOURCE = "gaim 0.68", 7, "programs-1 §1"
    SETTINGS = {"ns.dispatch": "on"}
    PRODUCT = ("msmsgs@msnmsgr.com", "Q1P7W2E4J9R8U3S5")    # rule 18
    CAN = frozenset({"block", "gone", "again", "group", "elsewhere"})
    # rule 6: CR LF alone, single spaces; the end of a line is trimmed.
    # Lengths only of MSG, NOT and IPG (§0).
    NS = Habits(payload={"MSG": 2, "NOT": 0, "IPG": 0}, first=0, tail=True,
                unknown="ignore", unasked=UNASKED7, body=8192)
    SB = Habits(payload={"MSG": 2}, tail=True, unknown="ignore", body=8192)
    COUNTS = {"ns_PRP": (4, 99), "ns_BPR": (3, 4), "ns_NLN": (3, 99),
              "ns_ILN": (4, 99), "ns_RNG": (6, 99), "ns_XFR": (3, 99)}
    TEXT = ("MIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=UTF-8\r\n"
            "User-Agent: Gaim/0.68\r\n"
            "X-MMS-IM-Format: FN=MS%20Sans%20Serif; EF=; CO=0; PF=0\r\n\r\n")
    CLIENT_CAPS = ("MIME-Version: 1.0\r\n"
                   "Content-Type: text/x-clientcaps\r\n\r\n"
                   "Client-Name: Gaim/0.68\r\nChat-Logging: Y\r\n").encode()

    def start(self) -> None:
        self.in_lists = False
        self.listed = False
        conn = self.connect("ds", self.world.ns)    # the dispatch server
        self.hello(conn)

    def hello(self, conn: Conn) -> None:
        conn.ask("VER", "MSNP7", "MSNP6", "MSNP5", "MSNP4", "CVR0")  # rule 1

    # ---- dispatch: four verbs and no other (rule 5) ----
    def ds_VER(self, conn: Conn, got: Message) -> None:
        # rule 2: not its own version, but this one
        self.need("MSNP5" in got.words[1:], "no MSNP5 in VER", got)
        conn.ask("INF")

    def ds_INF(self, conn: Conn, got: Message) -> None:
        self.need(got.words[1] == "MD5", "INF without MD5", got)    # rule 3
        conn.ask("USR", "MD5", "I", self.email)

    def ds_XFR(self, conn: Conn, got: Message) -> None:
        self.need(got.words[1] == "NS", "XFR to something else", got)
        where = hostport(conn, got.words[2])
        conn.close()
        ns = self.connect("ns", where)
        ns.trid, ns.asked = conn.trid, conn.asked   # rule 4: it goes on
        self.hello(ns)

    def ds_USR(self, conn: Conn, got: Message) -> None:
        self.usr(conn, got)

    def ds_error(self, conn: Conn, got: Message, asked: str) -> None:
        self.refused = got.verb

    def unknown(self, conn: Conn, got: Message) -> None:
        self.need(conn.kind != "ds", "another verb at dispatch", got)
        super().unknown(conn, got)

    # ---- notification server ----
    ns_VER = ds_VER
    ns_INF = ds_INF

    def ns_USR(self, conn: Conn, got: Message) -> None:
        self.usr(conn, got)

    def usr(self, conn: Conn, got: Message) -> None:
        """The first word decides; whatever is no OK is a challenge."""
        if got.words[1].upper() == "OK":
            self.nick = decode(got.words[3])
            conn.ask("SYN", "0")
            self.in_lists = True
            return
        proof = hashlib.md5((got.words[3] + self.password).encode())
        conn.ask("USR", "MD5", "S", proof.hexdigest())

    def ns_SYN(self, conn: Conn, got: Message) -> None: ...   # not looked at

    def ns_LST(self, conn: Conn, got: Message) -> None:
        """LST n LIST serial index total address nick [groups] (rule 7)."""
        self.need(not self.listed, "a LST behind the last of RL", got)  # 8
        where = got.words[1]
        index, total = int(got.words[3]), int(got.words[4])
        if total:
            email, nick = got.words[5], got.words[6]
            self.need(re.fullmatch(r"[!-~]+", nick), "a raw nick", got)
            self.lists[where].add(email)
            # rule 9: the group of FL only among exactly eight words
            if where == "FL":
                self.need(len(got.words) == 8, "FL without its group", got)
                self.friends.add(email)
        if where == "RL" and index == total:
            self.listed = True
            self.online = True
            for email in self.lists["RL"]:
                self.ask_about(email)
            self.go("NLN")
            conn.ask("BLP", "AL")       # blindly (field-runs 2.2, 2.3)

    def ns_LSG(self, conn: Conn, got: Message) -> None:
        self.need(not self.listed, "LSG behind the last of RL", got)   # 8

    def ns_BLP(self, conn: Conn, got: Message) -> None: ...
    def ns_GTC(self, conn: Conn, got: Message) -> None: ...
    def ns_PRP(self, conn: Conn, got: Message) -> None: ...
    def ns_CHG(self, conn: Conn, got: Message) -> None: ...
    def ns_REM(self, conn: Conn, got: Message) -> None: ...

    def ns_BPR(self, conn: Conn, got: Message) -> None:
        """BPR serial address key [value]: of friends alone (rule 10)."""
        if got.words[2] == "MOB":
            self.need(got.words[1] in self.friends,
                      "BPR MOB of a stranger", got)

    def ask_about(self, email: str) -> None:
        if not self.lists["AL"] | self.lists["BL"] >= {email} \
                and email not in self.questions:
            self.questions.append(email)

    def ns_ADD(self, conn: Conn, got: Message) -> None:
        """ADD n LIST serial address nick [group]."""
        where, email = got.words[1], got.words[3]
        self.lists[where].add(email)
        if where == "FL":
            self.need(len(got.words) == 6, "no group in ADD FL", got)
            self.friends.add(email)
        elif where == "RL":
            self.ask_about(email)

    # rule 17: errors are popups; it waits for the close
    def ns_error(self, conn: Conn, got: Message, asked: str) -> None:
        if got.verb == "911":
            self.refused = "911"
        if got.verb != "225":
            self.shown.append(got.line)

    def sb_error(self, conn: Conn, got: Message, asked: str) -> None:
        self.note(conn, "!", got.line.encode())

    def saw(self, state: str, email: str, nick: str = "") -> None:
        self.need(re.fullmatch(r"[!-~]*", nick), "a raw nick", nick)  # 11
        self.seen[email] = state
        self.names[email] = decode(nick)

    def ns_ILN(self, conn: Conn, got: Message) -> None:
        self.saw(*got.words[1:4])

    def ns_NLN(self, conn: Conn, got: Message) -> None:
        self.saw(*got.words[:3])

    def ns_FLN(self, conn: Conn, got: Message) -> None:
        self.saw("FLN", got.words[0])

    def ns_MSG(self, conn: Conn, got: Message) -> None:
        got.text()                                          # rule 13
        self.need(got.words[0] == "Hotmail", "not from Hotmail", got)  # 14

    def ns_OUT(self, conn: Conn, got: Message) -> None:
        self.need(got.words, "crashes at a bare OUT")       # rule 12
        self.lost = got.words[0]

    def ns_XFR(self, conn: Conn, got: Message) -> None:
        self.xfr_sb(conn, got)

    # ---- boards: the call after USR's answer; texts wait for JOI; of two a
    # BYE is the end (rules 15, 16; Talker) ----
    def sb_USR(self, conn: Conn, got: Message) -> None:
        conn.ask("CAL", conn.peer)      # any answer will do

    def sb_ANS(self, conn: Conn, got: Message) -> None:
        conn.open = True
        self.flush(conn)

    def sb_CAL(self, conn: Conn, got: Message) -> None: ...

    def sb_JOI(self, conn: Conn, got: Message) -> None:
        super().sb_JOI(conn, got)
        conn.ask("MSG", "U", payload=self.CLIENT_CAPS)

    def sb_NAK(self, conn: Conn, got: Message) -> None:
        self.shown.append("NAK")

    # ---- its user ----
    def add(self, email: str) -> None:
        assert self.ns is not None
        self.ns.ask("ADD", "FL", email, email, "0")

    def accept(self, email: str) -> None:
        assert self.ns is not None
        self.questions.remove(email)
        self.ns.ask("ADD", "AL", email, email)
        self.add(email)

    def block(self, email: str) -> None:
        assert self.ns is not None
        if email in self.lists["AL"]:
            self.ns.ask("REM", "AL", email)
        self.ns.ask("ADD", "BL", email, email)

    def unblock(self, email: str) -> None:
        assert self.ns is not None
        self.ns.ask("REM", "BL", email)
        self.ns.ask("ADD", "AL", email, email)


MEMBERS = {"gaim-0.68": Gaim068}
