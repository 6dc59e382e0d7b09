# SPDX-License-Identifier: MIT
"""Contact lists that the notification server keeps: what the programs of
MSNP8 to 12 have in common.  How a program parses SYN is its own matter."""

from __future__ import annotations

from strict import Conn, Message
from talk import Talker, decode, encode


class Lists(Talker):
    """MSNP8 and 9: ADD."""

    CAPS = "268435456"
    OBJECT = False          # says an object in CHG
    GROUP = "0"
    ALLOWS = False          # puts whom it adds on AL at once

    def __init__(self, world, email, password) -> None:
        super().__init__(world, email, password)
        self.guids: dict[str, str] = {}
        self.objects: dict[str, str] = {}

    # ---- a list of SYN ----
    def listed(self, email: str, bits: int) -> None:
        for bit, name in ((1, "FL"), (2, "AL"), (4, "BL"), (8, "RL"),
                          (16, "PL")):
            if bits & bit:
                self.lists[name].add(email)
        if bits & 1:
            self.friends.add(email)
        if bits & 24:
            self.ask_about(email)

    def ask_about(self, email: str) -> None:
        if email not in self.lists["AL"] | self.lists["BL"] \
                and email not in self.questions:
            self.questions.append(email)

    def ns_ADD(self, conn: Conn, got: Message) -> None:
        """ADD n LIST serial address nick [group]."""
        self.need(len(got.words) >= 5, "a short ADD", got)
        where, email = got.words[1], got.words[3]
        self.lists[where].add(email)
        if where == "FL":
            self.need(len(got.words) == 6, "no group in ADD FL", got)
            self.friends.add(email)
        elif where == "RL":
            self.ask_about(email)

    def ns_REM(self, conn: Conn, got: Message) -> None:
        self.lists[got.words[1]].discard(got.words[-1])

    # ---- presence: ILN n state address nick caps, NLN without the n ----
    def ns_ILN(self, conn: Conn, got: Message) -> None:
        self.saw(conn, got, got.words[1:])

    def ns_NLN(self, conn: Conn, got: Message) -> None:
        self.saw(conn, got, got.words)

    def saw(self, conn: Conn, got: Message, words: list[str]) -> None:
        self.need(len(words) >= 3, "too few words", got)
        state, email, nick = words[:3]
        self.know(conn, got, email)
        self.seen[email] = state
        self.names[email] = decode(nick)

    def know(self, conn: Conn, got: Message, email: str) -> None:
        """What the program does with somebody it does not know."""

    def ns_FLN(self, conn: Conn, got: Message) -> None:
        self.know(conn, got, got.words[0])
        self.seen[got.words[0]] = "FLN"

    def ns_CHG(self, conn: Conn, got: Message) -> None: ...
    def ns_GTC(self, conn: Conn, got: Message) -> None: ...
    def ns_BLP(self, conn: Conn, got: Message) -> None: ...
    def ns_PRP(self, conn: Conn, got: Message) -> None: ...
    def ns_BPR(self, conn: Conn, got: Message) -> None: ...
    def ns_LSG(self, conn: Conn, got: Message) -> None: ...
    def ns_REA(self, conn: Conn, got: Message) -> None: ...

    # ---- its user ----
    def look(self) -> list[str]:
        return [self.CAPS] + (["0"] if self.OBJECT else [])

    def go(self, state: str) -> None:
        assert self.ns is not None
        self.ns.ask("CHG", state, *self.look())

    def put(self, where: str, email: str) -> None:
        assert self.ns is not None
        self.ns.ask("ADD", where, email, email,
                    *([self.GROUP] if where == "FL" else []))

    def take(self, where: str, email: str) -> None:
        assert self.ns is not None
        self.ns.ask("REM", where, email)

    def add(self, email: str) -> None:
        self.put("FL", email)
        if self.ALLOWS and email not in self.lists["AL"] | self.lists["BL"]:
            self.put("AL", email)

    def accept(self, email: str) -> None:
        self.questions.remove(email)
        if email not in self.lists["AL"]:
            self.put("AL", email)
        self.put("FL", email)

    def block(self, email: str) -> None:
        if email in self.lists["AL"]:
            self.take("AL", email)
        self.put("BL", email)

    def unblock(self, email: str) -> None:
        self.take("BL", email)
        self.put("AL", email)


class Lists10(Lists):
    """MSNP10 to 12: ADC, people and groups have a GUID."""

    OBJECT = True

    def fields(self, got: Message) -> tuple[dict[str, str], list[str]]:
        """N= F= C= and the words without."""
        found: dict[str, str] = {}
        rest = []
        for word in got.words:
            if word[1:2] == "=" and word[0] in "NFC":
                found[word[0]] = word[2:]
            else:
                rest.append(word)
        return found, rest

    def ns_ADC(self, conn: Conn, got: Message) -> None:
        """ADC n LIST N=address [F=nick] [C=guid]."""
        found, rest = self.fields(got)
        self.need("N" in found or "C" in found, "neither N= nor C=", got)
        if "N" not in found:
            return              # into a group
        self.lists[rest[1]].add(found["N"])
        if rest[1] == "FL":
            self.need("C" in found, "no C= in ADC FL", got)
            self.friends.add(found["N"])
            self.guids[found["N"]] = found["C"]
        elif rest[1] == "RL":
            self.ask_about(found["N"])

    def put(self, where: str, email: str) -> None:
        assert self.ns is not None
        self.ns.ask("ADC", where, f"N={email}",
                    *([f"F={encode(email)}"] if where == "FL" else []))
