# SPDX-License-Identifier: MIT
"""aMSN of June 2002: MSNP2 (programs-2 §1)."""

from __future__ import annotations

import hashlib

from strict import Conn, Habits, LAST, Message, UNASKED, hostport
from talk import Talker, decode

ORDER = ("FL", "AL", "BL", "RL")


class Amsn2002(Talker):
    NAME, DIALECT, SOURCE = "aMSN of 2002", 2, "programs-2 §1"
    CAN = frozenset({"gone", "block", "call again", "elsewhere"})
    # rule 10: the body of Hotmail's MSG in the same segment; other MSG whole
    NS = Habits(payload={"MSG": LAST}, segment=frozenset({"MSG"}),
                unknown="ignore", unasked=UNASKED)
    SB = Habits(payload={"MSG": LAST}, unknown="ignore")
    COUNTS = {"ns_RNG": (6, 99), "ns_XFR": (3, 99), "ns_NLN": (3, 99),
              "ns_ILN": (4, 99)}
    BYE_ENDS = False

    def __init__(self, world, email, password) -> None:
        super().__init__(world, email, password)
        self.last = 0           # one counter for everything
        self.xfrs: set[int] = set()
        self.state = "ver"
        self.unlisted: set[int] = set()     # LST that was not answered yet
        self.asked_names: dict[str, str] = {}

    # ---- one counter of TrIDs ----
    def connect(self, kind: str, where: tuple[str, int]) -> Conn:
        conn = super().connect(kind, where)
        conn.trid = self.last
        return conn

    def ask(self, conn: Conn, verb: str, *words: str) -> int:
        conn.trid = self.last
        self.last = conn.ask(verb, *words)
        return self.last

    def post(self, conn: Conn, flag: str, payload: bytes) -> None:
        """rule 11: the line ends in a bare LF, the body in Latin-1."""
        self.last += 1
        conn.asked[self.last] = "MSG"
        body = payload.decode().encode("latin-1")
        conn.raw(f"MSG {self.last} {flag} {len(body)}\n".encode() + body)

    def as_sent(self, text: str) -> str:
        return text.encode("latin-1").decode("utf-8", "surrogateescape")

    def start(self) -> None:
        self.ask(self.connect("ns", self.world.ns), "VER", "MSNP2")

    def stuck(self, got: Message) -> None:
        """rule 3: in a wrong state it stops reading."""
        raise self.broke(f"hangs for good in state {self.state}", got)

    def ns_VER(self, conn: Conn, got: Message) -> None:
        self.need("MSNP2" in got.words, "no MSNP2 in VER", got)     # 1
        self.last += 1
        conn.asked[self.last] = "INF"
        conn.raw(f"INF {self.last} \r\n".encode())      # rule 2
        self.state = "inf"

    def ns_INF(self, conn: Conn, got: Message) -> None:
        self.need("MD5" in got.words, "INF without MD5", got)
        self.ask(conn, "USR", "MD5", "I", self.email)
        self.state = "usr i"

    def ns_USR(self, conn: Conn, got: Message) -> None:
        if self.state == "usr i":
            if got.words[1:3] != ["MD5", "S"]:
                self.stuck(got)
            proof = hashlib.md5((got.words[3] + self.password).encode())
            self.ask(conn, "USR", "MD5", "S", proof.hexdigest())
            self.state = "usr s"
            return
        if self.state != "usr s" or got.words[1] != "OK":
            self.stuck(got)
        self.nick = decode(got.words[3])
        self.state = "in"
        # rule 4: both in one go
        conn.trid = self.last
        data = conn.line("SYN", "0") + conn.line("CHG", "NLN")
        self.last = conn.trid
        conn.raw(data)
        self.online = True

    def unknown(self, conn: Conn, got: Message) -> None:
        if conn.kind == "ns" and self.state != "in":
            self.stuck(got)
        super().unknown(conn, got)

    def dispatch(self, conn: Conn, got: Message) -> None:
        # TrID routing: a line whose first word is the number of an earlier
        # XFR or USR of a board goes to that handler for ever (rule 7)
        if got.words and got.words[0].isdigit() \
                and int(got.words[0]) in self.xfrs \
                and got.verb not in ("XFR", "USR") \
                and not got.verb.isdigit():
            raise self.broke("a number of an earlier XFR", got)
        super().dispatch(conn, got)

    def ns_SYN(self, conn: Conn, got: Message) -> None: ...
    def ns_CHG(self, conn: Conn, got: Message) -> None: ...
    def ns_GTC(self, conn: Conn, got: Message) -> None: ...
    def ns_BLP(self, conn: Conn, got: Message) -> None: ...

    def ns_LST(self, conn: Conn, got: Message) -> None:
        """LST n LIST version index total address name."""
        self.unlisted.discard(int(got.words[0]))
        where, index, total = got.words[1], int(got.words[3]), \
            int(got.words[4])
        if index <= 1:
            self.lists[where].clear()
        if index:
            email = got.words[5]
            self.lists[where].add(email)
            if where == "FL":
                self.friends.add(email)
                self.asked_names[email] = got.words[6]
        if where == "RL" and index == total:
            # rule 5: AL and BL must have been before
            for email in self.lists["RL"]:
                self.ask_about(email)
        if where in ORDER[:3]:
            self.need(self.state == "in", "LST", got)

    def ask_about(self, email: str) -> None:
        if email not in self.lists["AL"] | self.lists["BL"] \
                and email not in self.questions:
            self.questions.append(email)

    def ns_ADD(self, conn: Conn, got: Message) -> None:
        """ADD n LIST version address name."""
        where, email = got.words[1], got.words[3]
        self.lists[where].add(email)
        if where == "FL":
            self.friends.add(email)
            self.asked_names[email] = got.words[4]
        elif where == "RL":
            self.ask_about(email)

    def ns_REM(self, conn: Conn, got: Message) -> None:
        self.lists[got.words[1]].discard(got.words[3])
        # it asks for the list anew, and wants its answer
        self.unlisted.add(self.ask(conn, "LST", got.words[1]))

    def check(self) -> None:
        self.need(not self.unlisted, "no answer to LST", self.unlisted)

    def saw(self, state: str, email: str, name: str = "") -> None:
        self.seen[email] = state
        if name:
            self.names[email] = decode(name)
        known = self.asked_names.get(email)
        if name and known is not None and known != name:    # rule 12
            assert self.ns is not None
            self.ask(self.ns, "REM", "FL", email)
            self.ask(self.ns, "ADD", "FL", email, name)
            self.asked_names[email] = name

    def ns_ILN(self, conn: Conn, got: Message) -> None:
        self.saw(*got.words[1:4])

    def ns_NLN(self, conn: Conn, got: Message) -> None:
        self.saw(*got.words[:3])

    def ns_FLN(self, conn: Conn, got: Message) -> None:
        self.saw("FLN", got.words[0])

    def ns_MSG(self, conn: Conn, got: Message) -> None:
        got.text()

    def ns_OUT(self, conn: Conn, got: Message) -> None: ...

    def ns_error(self, conn: Conn, got: Message, asked: str) -> None:
        if self.state != "in":
            if got.verb == "911":
                self.refused = "911"
                return
            self.stuck(got)
        self.need(asked != "XFR", "its window hangs", got)

    def ns_XFR(self, conn: Conn, got: Message) -> None:
        if got.words[1] == "NS":
            where = hostport(conn, got.words[2])
            conn.close()
            self.state = "ver"
            self.ask(self.connect("ns", where), "VER", "MSNP2")
            return
        self.need(got.words[3] == "CKI", "XFR without CKI", got)    # 9
        email = self.wanted.pop(int(got.words[0]))
        board = self.connect("sb", hostport(conn, got.words[2]))
        board.peer = email
        self.xfrs.add(self.ask(board, "USR", self.email, got.words[4]))

    def ns_RNG(self, conn: Conn, got: Message) -> None:
        # rule 7: no number of the session that is small; rule 8: the places
        self.need(int(got.words[0]) > self.last, "a small id in RNG", got)
        board = self.connect("sb", hostport(conn, got.words[1]))
        board.peer = got.words[4]
        self.ask(board, "ANS", self.email, got.words[3], got.words[0])

    # ---- boards ----
    def sb_USR(self, conn: Conn, got: Message) -> None:
        self.need(got.words[1] == "OK", "USR", got)
        self.ask(conn, "CAL", conn.peer)

    def sb_error(self, conn: Conn, got: Message, asked: str) -> None: ...

    def sb_BYE(self, conn: Conn, got: Message) -> None:
        super().sb_BYE(conn, got)
        if not conn.people:
            conn.peer, conn.open = "", False

    def sb_MSG(self, conn: Conn, got: Message) -> None:
        headers, body = got.text()
        found = {key.lower(): value for key, value in headers.items()}
        kind = found.get("content-type", "")
        if kind.startswith("text/plain"):
            self.heard.append((got.words[0], body))
        elif kind.startswith("text/x-msmsgscontrol"):
            self.typists.append(found["typinguser"])

    # ---- its user ----
    def call(self, email: str) -> None:
        for board in self.boards:               # rule 13
            if not board.people and not board.peer and board.sock:
                board.peer = email
                self.ask(board, "CAL", email)
                return
        assert self.ns is not None
        trid = self.ask(self.ns, "XFR", "SB")
        self.wanted[trid] = email
        self.xfrs.add(trid)

    def go(self, state: str) -> None:
        assert self.ns is not None
        self.ask(self.ns, "CHG", state)

    def put(self, verb: str, where: str, email: str) -> None:
        assert self.ns is not None
        self.ask(self.ns, verb, where, email,
                 *([email] if verb == "ADD" else []))

    def add(self, email: str) -> None:
        self.put("ADD", "FL", email)

    def accept(self, email: str) -> None:
        self.questions.remove(email)
        self.put("ADD", "AL", email)
        self.add(email)

    def block(self, email: str) -> None:
        self.put("REM", "AL", email)
        self.put("ADD", "BL", email)

    def unblock(self, email: str) -> None:
        self.put("REM", "BL", email)
        self.put("ADD", "AL", email)


MEMBERS = {"amsn-2002": Amsn2002}
