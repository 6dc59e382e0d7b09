# SPDX-License-Identifier: MIT
"""gtmess 0.98: MSNP12 (programs-2 §12)."""

from __future__ import annotations

import re
import urllib.parse

import web
from lists import Lists10
from strict import Conn, Habits, LAST, Message, UNASKED8, hostport


class Gtmess(Lists10):
    NAME, DIALECT, SOURCE = "gtmess 0.98", 12, "programs-2 §12"
    CAN = frozenset({"block", "gone", "group", "elsewhere"})
    # rule 5: lines of at most 1023
    NS = Habits(payload={"MSG": LAST, "NOT": LAST, "UBX": LAST,
                         "GCF": LAST}, unknown="ignore", unasked=UNASKED8,
                line=1023)
    SB = Habits(payload={"MSG": LAST}, unknown="ignore", first=0, line=1023)

    def start(self) -> None:
        self.left: int | None = None
        self.empty = False
        self.doubted: list[str] = []
        self.connect("ns", self.world.ns).ask("VER", "MSNP12")

    def ns_VER(self, conn: Conn, got: Message) -> None:
        self.need(got.words[1] == "MSNP12", "VER", got)     # rule 1
        conn.ask("CVR", "0x0409", "winnt", "5.1", "i386", "MSG80BETA",
                 "7.5.0324", "msmsgs", self.email)

    def ns_CVR(self, conn: Conn, got: Message) -> None:
        conn.ask("USR", "TWN", "I", self.email)

    def ns_USR(self, conn: Conn, got: Message) -> None:
        if got.words[2] == "S":
            self.need(len(got.words) == 4, "not one word", got)
            ticket = self.ticket(got.words[3])
            if ticket:
                conn.ask("USR", "TWN", "S", ticket)
            return
        # OK word number
        self.need(got.words[1] == "OK" and len(got.words) >= 4
                  and got.words[3].isdigit(), "USR OK", got)
        conn.ask("SYN", "0", "0")

    def compare(self, host: str) -> None:
        """rule 13: the common name alone, to the letter; else it asks its
        user, who says yes."""
        with web.tls(self.world, host, sni=False) as sock:
            subject = dict(pair[0] for pair in
                           (sock.getpeercert() or {}).get("subject", ()))
        if subject.get("commonName") != host:
            self.doubted.append(host)

    def ticket(self, challenge: str) -> str:
        # rule 2: by plain HTTP on port 80
        got = web.ask(self.world, self.NAME, "nexus.passport.com",
                      b"GET /rdr/pprdr.asp HTTP/1.0\r\n\r\n", plain=True)
        text = got.raw.decode()
        _, found, rest = text.partition("\nPassportURLs:")
        _, found, rest = rest.partition("DALogin=")
        url, comma, _ = rest.partition(",")                 # rule 3
        self.need(found and comma, "DALogin without a comma", got.raw)
        host, _, path = url.partition("/")
        self.compare(host)
        for _ in range(3):
            got = web.ask(self.world, self.NAME, host, (
                f"GET /{path} HTTP/1.1\r\nHost: {host}\r\n"
                "Authorization: Passport1.4 OrgVerb=GET,"
                "OrgURL=http%3A%2F%2Fmessenger%2Emsn%2Ecom,"
                f"sign-in={urllib.parse.quote(self.email, safe='')},"
                f"pwd={urllib.parse.quote(self.password, safe='')},"
                f"{challenge}\r\n\r\n").encode(), sni=False)
            # rule 12: the whole answer, closed, at most 5119 bytes
            self.need(len(got.raw) <= 5119, "too long", len(got.raw))
            text = got.raw.decode()
            found2 = re.search(r"Location: ([^\r]*)\r", text)
            if found2 is None:
                break
            _, host, path = web.split_url(self.NAME, found2.group(1))
            path = path[1:]
        if re.match(r"HTTP/1\.\d 4", text):
            self.refused = got.status
            return ""
        # rule 4: in this order
        found3 = re.search(r"\nAuthentication-Info:.*?da-status=success.*?"
                           r"from-PP='([^']*)'", text, re.S)
        self.need(found3, "no ticket", got.raw)
        assert found3 is not None
        return found3.group(1)

    # ---- lists (rules 6, 7, 10) ----
    def ns_SYN(self, conn: Conn, got: Message) -> None:
        users, groups = int(got.words[3]), int(got.words[4])
        self.left = users + groups
        self.empty = self.left == 0

    def ns_PRP(self, conn: Conn, got: Message) -> None:
        if self.empty and not self.online and got.words[0] == "MFN":
            self.finish(conn)

    def ns_GTC(self, conn: Conn, got: Message) -> None:
        if not self.online:
            self.need(got.words[0] in ("A", "N"), "GTC", got)

    def ns_BLP(self, conn: Conn, got: Message) -> None:
        if not self.online:
            self.need(got.words[0] in ("AL", "BL"), "BLP", got)

    def ns_LSG(self, conn: Conn, got: Message) -> None:
        self.count(conn)

    def ns_LST(self, conn: Conn, got: Message) -> None:
        found, rest = self.fields(got)
        self.need("N" in found, "LST", got)
        if len(rest) > 1:
            self.need(rest[1].isdigit(), "no type before the groups", got)
        self.listed(found["N"], int(rest[0]))
        self.count(conn)

    def count(self, conn: Conn) -> None:
        self.need(self.left, "more lines than SYN said")
        assert self.left is not None
        self.left -= 1
        if self.left == 0:
            self.finish(conn)

    def finish(self, conn: Conn) -> None:
        self.go("NLN")                                      # rule 8: no caps
        self.personal(conn, "hello there")

    def personal(self, conn: Conn, text: str) -> None:
        # rule 9: a blank in front, the text URL-encoded
        conn.ask("UUX", payload=(
            f" <Data><PSM>{urllib.parse.quote(text)}</PSM><CurrentMedia>"
            "</CurrentMedia></Data>").encode())

    def ns_UUX(self, conn: Conn, got: Message) -> None:
        self.online = True

    def look(self) -> list[str]:
        return []

    def ns_UBX(self, conn: Conn, got: Message) -> None: ...     # rule 11
    def ns_SBS(self, conn: Conn, got: Message) -> None: ...
    def ns_GCF(self, conn: Conn, got: Message) -> None: ...

    def ns_MSG(self, conn: Conn, got: Message) -> None:
        self.need(b"Content-Type: " in got.payload, "MSG", got)

    def ns_error(self, conn: Conn, got: Message, asked: str) -> None:
        self.shown.append(got.line)
        if not self.online:
            self.refused = got.verb

    sb_error = ns_error

    def ns_OUT(self, conn: Conn, got: Message) -> None:
        self.lost = " ".join(got.words) or "OUT"

    def ns_XFR(self, conn: Conn, got: Message) -> None:
        if got.words[1] == "NS":
            where = hostport(conn, got.words[2])
            conn.close()
            self.connect("ns", where).ask("VER", "MSNP12")
            return
        self.xfr_sb(conn, got)

    def sb_NAK(self, conn: Conn, got: Message) -> None:
        self.shown.append(got.line)


MEMBERS = {"gtmess-0.98": Gtmess}
