# SPDX-License-Identifier: MIT
"""libpurple 2.0.0 and the msnp9 plugin of 2.4.3: MSNP9 (programs-1 §2).
gaim 0.75 to 2.0 read alike."""

from __future__ import annotations

import re
import urllib.parse

import web
from lists import Lists
from strict import Conn, Habits, Message, UNASKED8
from tunnel import Tunnel

KEYS = ("lc", "id", "tw", "fs", "ru", "ct", "kpp", "kv", "ver", "tpf")
ATTRIBUTES = ("Creator", "Size", "Type", "Location", "Friendly", "SHA1D")


class Purple20(Lists):
    NAME, DIALECT, SOURCE = "libpurple 2.0.0", 9, "programs-1 §2"
    PRODUCT = ("PROD0038W!61ZTF9", "VT6PX?UQTM4WM%YR")
    CAN = frozenset({"block", "gone", "picture", "group", "elsewhere"})
    NEEDS_FRIEND = True     # rule 11: with nobody on the list it never ends
    AGENT = "Gaim/2.0.0"
    FLAG = "A"
    # rule 17: no piece before the ACK of the last (scenario.picture)
    OBJECT = True
    # §0: MSG 2, NOT 0, IPG 0; other verbs unknown, which is no harm
    NS = Habits(payload={"MSG": 2, "NOT": 0, "IPG": 0}, unknown="ignore",
                unasked=UNASKED8)
    SB = Habits(payload={"MSG": 2}, unknown="ignore")
    COUNTS = {"ns_XFR": (5, 99), "sb_JOI": (2, 99), "sb_IRO": (5, 99)}
    TEXT = ("MIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=UTF-8\r\n"
            "User-Agent: {agent}\r\n"
            "X-MMS-IM-Format: FN=MS%20Sans%20Serif; EF=; CO=0; PF=0\r\n\r\n")
    CLIENT_CAPS = ("MIME-Version: 1.0\r\n"
                   "Content-Type: text/x-clientcaps\r\n\r\n"
                   "Client-Name: {agent}\r\nChat-Logging: Y\r\n")

    def start(self) -> None:
        self.left: int | None = None
        self.last = ""
        self.connect("ns", self.world.ns).ask("VER", "MSNP9", "MSNP8",
                                              "CVR0")

    # ---- one by one (rule 1) ----
    def ns_VER(self, conn: Conn, got: Message) -> None:
        self.need("MSNP9" in got.words, "no MSNP9 in VER", got)
        conn.ask("CVR", "0x0409", "winnt", "5.1", "i386", "MSNMSGR",
                 "6.0.0602", "MSMSGS", self.email)

    def ns_CVR(self, conn: Conn, got: Message) -> None:
        conn.ask("USR", "TWN", "I", self.email)

    def ns_USR(self, conn: Conn, got: Message) -> None:
        word = got.words[1]
        if word.upper() == "OK":
            self.nick = urllib.parse.unquote(got.words[3])
            conn.ask("SYN", "0")
        elif word == "TWN":
            ticket = self.ticket(got.words[3])
            if ticket:
                conn.ask("USR", "TWN", "S", ticket)     # rule 7

    def header(self, challenge: str) -> str:
        """Rebuilt from ten names, in this order (rule 3)."""
        found: dict[str, str] = {}
        for item in challenge.split(","):
            key, equals, value = item.partition("=")
            if equals:
                found[key] = value
        self.need("ct" in found and "ru" in found, "no ct or ru", challenge)
        found["ct"] = str(int(found["ct"]) + 200)
        return ",".join(f"{key}={found.get(key, '(null)')}" for key in KEYS)

    def cut_password(self) -> str:
        return self.password

    def ticket(self, challenge: str) -> str:
        # rule 2: no HTTP version; DALogin without a scheme, up to a comma
        got = web.ask(self.world, self.NAME, "nexus.passport.com",
                      b"GET /rdr/pprdr.asp\r\n\r\n", until="head")
        self.need("PassportURLs" in got.head, "no PassportURLs", got.raw)
        _, _, rest = got.head.partition("PassportURLs")
        _, found, rest = rest.partition("DALogin=")
        url, comma, _ = rest.partition(",")
        host, slash, path = url.partition("/")
        self.need(found and comma and slash and "://" not in url,
                  "DALogin in another form", got.raw)
        ru = re.search(r"(?:^|,)ru=([^,]*)", challenge)
        assert ru is not None
        for _ in range(4):
            got = web.ask(self.world, self.NAME, host, (
                f"GET /{path} HTTP/1.1\r\nAuthorization: Passport1.4 "
                f"OrgVerb=GET,OrgURL={ru.group(1)},"
                f"sign-in={urllib.parse.quote(self.email, safe='')},"
                f"pwd={urllib.parse.quote(self.cut_password(), safe='')},"
                f"{self.header(challenge)}\r\nUser-Agent: MSMSGS\r\n"
                f"Host: {host}\r\nConnection: Keep-Alive\r\n"
                "Cache-Control: no-cache\r\n\r\n").encode(),
                until="head")                           # rule 5
            self.need(got.raw, "closed with nothing read: hangs")
            if "HTTP/1.1 302" not in got.head:
                break
            where = got.need(got.literal("Location: ", "\r\n"), "Location")
            _, host, path = web.split_url(self.NAME, where)
            path = path[1:]
        # rule 4: substrings, in this case, with the reason
        if "HTTP/1.1 401 Unauthorized" in got.head:
            self.need("WWW-Authenticate" in got.head, "401", got.raw)
            self.refused = got.literal("cbtxt=", "\r\n") or "401"
            return ""
        if "HTTP/1.1 503 Service Unavailable" in got.head:
            self.refused = "503"
            return ""
        self.need("HTTP/1.1 200 OK" in got.head, "login2", got.raw)
        _, found, rest = got.head.partition("Authentication-Info: ")
        _, found, rest = rest.partition("from-PP='")
        ticket, end, _ = rest.partition("'")
        self.need(found and end, "no from-PP='…'", got.raw)
        return ticket

    # ---- lists ----
    def ns_SYN(self, conn: Conn, got: Message) -> None:
        self.need(len(got.words) > 2, "bad list", got)          # rule 8
        self.left = int(got.words[2])

    def dispatch(self, conn: Conn, got: Message) -> None:
        if conn.kind == "ns" and self.left is not None \
                and not self.online and got.verb not in (
                    "GTC", "BLP", "PRP", "LSG", "LST", "BPR"):
            raise self.broke("in the list", got)                # rule 9
        super().dispatch(conn, got)

    def ns_LST(self, conn: Conn, got: Message) -> None:
        email, _, bits = got.words[:3]
        if int(bits) & 1:
            self.need(len(got.words) == 4, "FL without group", got)  # 10
        self.listed(email, int(bits))
        self.last = email
        assert self.left is not None
        self.left -= 1                                          # rule 11
        if self.left == 0:
            self.finish(conn)

    def ns_LSG(self, conn: Conn, got: Message) -> None: ...

    def finish(self, conn: Conn) -> None:
        self.online = True
        conn.ask("BLP", "AL")           # blindly (field-runs 2.2)
        self.go("NLN")

    def ns_BPR(self, conn: Conn, got: Message) -> None:
        """In the list it belongs to the last LST, later it says whose it
        is."""
        if self.online:
            self.know(conn, got, got.words[1])
        else:
            self.know(conn, got, self.last)

    # rule 12
    def know(self, conn: Conn, got: Message, email: str) -> None:
        self.need(email in self.friends, "crashes: nobody it knows", got)

    def saw(self, conn: Conn, got: Message, words: list[str]) -> None:
        super().saw(conn, got, words)
        # rule 13: a picture only with exactly five words behind the state
        self.objects.pop(words[1], None)
        if len(words) == 5:
            obj = urllib.parse.unquote(words[4])
            if obj.startswith("<msnobj ") and all(
                    re.search(rf' {key}="[^"]+"', obj)
                    for key in ATTRIBUTES):
                self.objects[words[1]] = words[4]

    def ns_error(self, conn: Conn, got: Message, asked: str) -> None:
        if int(got.words[0]) <= conn.trid - 48:
            return                                              # rule 15
        if asked == "USR":
            if got.verb in ("500", "601", "910", "921", "911"):
                self.refused = got.verb
            return              # hangs
        self.shown.append(got.line)

    def ns_OUT(self, conn: Conn, got: Message) -> None:
        self.need(got.words, "crashes at a bare OUT", got)      # rule 14
        self.lost = got.words[0]

    def ns_MSG(self, conn: Conn, got: Message) -> None:
        self.need(got.words[0] == "Hotmail", "not from Hotmail", got)
        got.text()                                              # rule 18

    def ns_XFR(self, conn: Conn, got: Message) -> None:
        self.xfr_sb(conn, got)

    # ---- boards (rule 16): caps with U, then text with A ----
    def sb_JOI(self, conn: Conn, got: Message) -> None:
        conn.open = True
        self.joined(conn, self.cut(conn, got.words[0]))
        conn.ask("MSG", "U",
                 payload=self.CLIENT_CAPS.format(agent=self.AGENT).encode())
        self.flush(conn)

    def sb_error(self, conn: Conn, got: Message, asked: str) -> None:
        if got.verb == "215" and asked == "CAL":
            return
        self.shown.append(f"{asked}: {got}")

    def say(self, email: str, text: str) -> None:
        self.need(len(text.encode()) <= 1564, "too long")
        self.send(email, "A",
                  (self.TEXT.format(agent=self.AGENT) + text).encode())


class Purple24(Purple20):
    NAME, SOURCE = "libpurple 2.4.3 (msnp9)", "programs-1 §2"
    NEEDS_FRIEND = False
    AGENT = "Purple/2.4.3"

    def cut_password(self) -> str:
        return self.password[:16]                               # rule 6

    def ns_LSG(self, conn: Conn, got: Message) -> None:
        if self.left == 0 and not self.online:
            self.finish(conn)                                   # rule 11


class Purple24Gateway(Purple24):
    """The same by the HTTP gateway (rule 19)."""

    NAME = "libpurple 2.4.3 (msnp9), gateway"

    def connect(self, kind: str, where: tuple[str, int]) -> Conn:
        habits = self.SB if kind == "sb" else self.NS
        conn = Tunnel(self, kind, where, habits)
        if kind == "sb":
            self.boards.append(conn)
        else:
            self.ns = conn
        return conn

    def leave(self) -> None:
        """Its last words need their request."""
        for conn in [*self.boards, self.ns]:
            if conn is not None and conn.sock is not None:
                conn.say("OUT")
        self.online = False
        self.world.until(lambda: self.ns is None or self.ns.sock is None,
                         self, "the end of its session")

    def hang_up_boards(self) -> None:
        for conn in self.boards:
            conn.say("OUT")


MEMBERS = {"libpurple-2.0.0": Purple20, "libpurple-2.4.3": Purple24,
           "libpurple-2.4.3-gateway": Purple24Gateway}
