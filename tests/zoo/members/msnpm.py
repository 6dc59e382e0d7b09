# SPDX-License-Identifier: MIT
"""MSN.pm: MSNP9 and 10 (programs-2 §8)."""

from __future__ import annotations

import re
import urllib.parse

import web
from lists import Lists, Lists10
from strict import Conn, Habits, LAST, Message, UNASKED8

KEYS = ("lc", "id", "tw", "fs", "ct", "kpp", "kv", "ver", "tpf")


class MsnPm(Lists10):
    NAME, DIALECT, SOURCE = "MSN.pm, MSNP10", 10, "programs-2 §8"
    CAN = frozenset({"block", "gone", "elsewhere"})
    CAPS = "536870964"
    OFFER = ("MSNP10", "MSNP9", "CVR0")
    BUILD = "6.1.0203"
    FLAG = "U"                                                  # rule 12
    NS = Habits(payload={"MSG": LAST, "NOT": LAST}, ends="lf",
                unknown="ignore", unasked=UNASKED8)
    SB = Habits(payload={"MSG": LAST}, ends="lf", unknown="ignore")

    def __init__(self, world, email, password) -> None:
        super().__init__(world, email, password)
        self.last = 0               # one counter for all sockets

    def ask(self, conn: Conn, verb: str, *words: str,
            payload: bytes | None = None) -> int:
        conn.trid = self.last
        self.last = conn.ask(verb, *words, payload=payload)
        return self.last

    def start(self) -> None:
        self.left = -1
        self.ask(self.connect("ns", self.world.ns), "VER", *self.OFFER)

    def ns_VER(self, conn: Conn, got: Message) -> None:
        # rule 9: else it sends no CVR
        self.need(got.words[1] == f"MSNP{self.DIALECT}", "VER", got)
        self.ask(conn, "CVR", "0x0409", "winnt", "5.0", "i386", "MSNMSGR",
                 self.BUILD, "MSMSGS", self.email)

    def ns_CVR(self, conn: Conn, got: Message) -> None:
        self.ask(conn, "USR", "TWN", "I", self.email)

    def ns_USR(self, conn: Conn, got: Message) -> None:
        if got.words[1] == "TWN":
            self.ask(conn, "USR", "TWN", "S", self.ticket(got.words[3]))
            return
        self.need(got.words[1] == "OK", "dies", got)            # rule 4
        # rule 3: CHG before SYN
        self.ask(conn, "CHG", "NLN", self.CAPS)
        self.ask(conn, "SYN", *(["0"] if self.DIALECT < 10 else ["0", "0"]))

    def header(self, challenge: str) -> str:
        """rule 1: rebuilt; ru stands in OrgURL alone, with a stray brace."""
        found = {}
        for item in challenge.split(","):
            parts = item.split("=")
            self.need(len(parts) == 2, "a value with = breaks", item)
            found[parts[0]] = parts[1]
        self.need("ru" in found, "no ru", challenge)
        return (f"OrgVerb=GET,OrgURL={found['ru']}}},"
                f"sign-in={urllib.parse.quote(self.email, safe='')},"
                f"pwd={urllib.parse.quote(self.password, safe='')},"
                + ",".join(f"{key}={found.get(key, '')}" for key in KEYS))

    def get(self, url: str, *headers: str) -> web.Answer:
        _, host, path = web.split_url(self.NAME, url)
        lines = [f"GET {path} HTTP/1.1", "TE: deflate,gzip;q=0.3",
                 "Connection: TE, close", *headers, f"Host: {host}",
                 "User-Agent: MSMSGS", "", ""]
        return web.ask(self.world, self.NAME, host,
                       "\r\n".join(lines).encode())

    def ticket(self, challenge: str) -> str:
        got = self.get("https://nexus.passport.com/rdr/pprdr.asp")
        pairs = {}
        for item in got.need(got.header("PassportURLs"),
                             "no PassportURLs").split(","):
            self.need(item.count("=") >= 1, "no = in PassportURLs", item)
            key, _, value = item.partition("=")
            pairs[key] = value
        url = "https://" + pairs["DALogin"]
        for _ in range(4):
            got = self.get(url, "Authorization: Passport1.4 "
                           + self.header(challenge))
            if " 401 " in got.status:
                told = got.need(got.header("WWW-Authenticate"), "401")
                self.need("cbtxt=" in told, "no cbtxt", told)   # rule 7
                return "1"
            told = got.header("Authentication-Info")
            if told is not None:
                _, blank, rest = told.partition(" ")
                info = dict(item.split("=", 1)
                            for item in rest.split(",") if "=" in item)
                if info.get("da-status") == "success":          # rule 8
                    return info["from-PP"].strip("'")
            url = got.need(got.header("Location"), "nothing to go on with")
        raise self.broke("redirected without end")

    def ns_SYN(self, conn: Conn, got: Message) -> None:
        self.left = int(got.words[-2])
        self.complete(conn)

    def ns_LST(self, conn: Conn, got: Message) -> None:
        found, rest = self.fields(got)
        self.need({"N", "F"} <= set(found), "LST", got)
        self.note_list(conn, found["N"], int(rest[0]))

    def note_list(self, conn: Conn, email: str, bits: int) -> None:
        self.listed(email, bits)
        self.left -= 1
        self.complete(conn)

    def complete(self, conn: Conn) -> None:
        self.need(self.left >= 0, "more than SYN said")
        if self.left == 0:
            self.online = True                                  # rule 5

    def ask_about(self, email: str) -> None:
        if email not in self.lists["AL"] | self.lists["BL"]:
            self.questions.append(email)
            self.put("AL", email)                               # rule 6

    # rule 11
    def ns_BLP(self, conn: Conn, got: Message) -> None:
        if got.words[-1] == "BL":
            self.ask(conn, "BLP", "AL")

    def ns_GTC(self, conn: Conn, got: Message) -> None:
        if got.words[-1] == "A":
            self.ask(conn, "GTC", "N")

    def ns_error(self, conn: Conn, got: Message, asked: str) -> None:
        if asked == "USR":
            self.refused = got.verb
        self.note(conn, "!", got.line.encode())     # logged, ignored

    sb_error = ns_error

    def ns_MSG(self, conn: Conn, got: Message) -> None: ...

    def ns_XFR(self, conn: Conn, got: Message) -> None:
        self.need(int(got.words[0]) in self.wanted, "dies", got)    # 4
        email = self.wanted.pop(int(got.words[0]))
        host, _, port = got.words[2].rpartition(":")
        board = self.connect("sb", (host, int(port)))
        board.peer = email
        self.ask(board, "USR", self.email, got.words[4])

    def ns_RNG(self, conn: Conn, got: Message) -> None:
        host, _, port = got.words[1].rpartition(":")
        board = self.connect("sb", (host, int(port)))
        board.peer = got.words[4]
        self.ask(board, "ANS", self.email, got.words[3], got.words[0])

    def sb_USR(self, conn: Conn, got: Message) -> None:
        self.ask(conn, "CAL", conn.peer)

    def post(self, conn: Conn, flag: str, payload: bytes) -> None:
        self.ask(conn, "MSG", flag, payload=payload)

    def call(self, email: str) -> None:
        assert self.ns is not None
        self.wanted[self.ask(self.ns, "XFR", "SB")] = email

    def sb_MSG(self, conn: Conn, got: Message) -> None:
        head, blank, body = got.payload.replace(b"\r", b"").partition(
            b"\n\n")
        self.need(blank, "no empty line", got)
        headers = dict(re.findall(r"(?m)^([^:\n]+): (.*)$", head.decode()))
        self.received(conn, got.words[0], headers,
                      body.decode("utf-8", "surrogateescape"))

    def put(self, where: str, email: str) -> None:
        assert self.ns is not None
        self.ask(self.ns, "ADC", where, f"N={email}",
                 *([f"F={email}"] if where == "FL" else []))

    def take(self, where: str, email: str) -> None:
        assert self.ns is not None
        self.ask(self.ns, "REM", where, email)

    def accept(self, email: str) -> None:
        self.questions.remove(email)
        self.put("FL", email)

    def go(self, state: str) -> None:
        assert self.ns is not None
        self.ask(self.ns, "CHG", state, self.CAPS)


class MsnPm9(MsnPm):
    NAME, DIALECT = "MSN.pm, MSNP9", 9
    OFFER, BUILD = ("MSNP9", "CVR0"), "6.0.0268"

    def ns_LST(self, conn: Conn, got: Message) -> None:
        self.note_list(conn, got.words[0], int(got.words[2]))

    def put(self, where: str, email: str) -> None:
        assert self.ns is not None
        self.ask(self.ns, "ADD", where, email, email,
                 *(["0"] if where == "FL" else []))

    ns_ADD = Lists.ns_ADD


MEMBERS = {"msn-pm-10": MsnPm, "msn-pm-9": MsnPm9}
