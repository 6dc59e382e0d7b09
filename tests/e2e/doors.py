# SPDX-License-Identifier: MIT
"""Every path the program answers, read from its tables, and what a form of
each does.

A new form fails test_security_forms.py until it has a row here: its path, what
one fills in, and, where the database does not tell, how one sees that it did
something.  A POST that is no form of a page has its reason in NO_FORM.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import admin
import harness
import msn
import visitor

ROW = re.compile(
    r'^\t\{ "(?P<path>/[^"]*)",\s*(?P<methods>HTTP_[A-Z_| ]+?),\s*'
    r"(?P<ports>EVERYWHERE|HTTP_[A-Z_| ]+?),\s*[^,{}]+,\s*(?P<handle>\w+) \},",
    re.M)
TABLE = re.compile(r"^(?:static )?const struct http_route \w+\[", re.M)
# What programs ask the web services for: XML, with a ticket in it.
SERVICES = "soap/service.c"


class Route(NamedTuple):
    path: str
    methods: str
    ports: str
    file: str

    @property
    def example(self) -> str:
        return self.path.replace("*", "x")

    def at(self, port: str) -> bool:
        return port in self.ports or (
            self.ports == "EVERYWHERE" and port != "HTTP_ADMIN")


def read_routes() -> list[Route]:
    found: list[Route] = []
    for file in sorted(harness.ROOT.rglob("*.c")):
        name = file.relative_to(harness.ROOT).as_posix()
        if name.startswith(("tests/", "build/")) or name == SERVICES:
            continue
        text = file.read_text()
        rows = [Route(m["path"], m["methods"], m["ports"], name)
                for m in ROW.finditer(text)]
        tables = TABLE.findall(text)
        assert bool(rows) == bool(tables), f"{name}: a table is not read"
        # a row that looks otherwise must not be passed over
        assert len(rows) == len(re.findall(r'^\t\{ "/.*HTTP_', text, re.M)), \
            f"{name}: write each row of a path on one line"
        found += rows
    return found


ROUTES = read_routes()
POSTS = [r for r in ROUTES if "HTTP_POST" in r.methods]


class Form(NamedTuple):
    path: str
    fields: dict[str, str]
    look: str = ""      # where it is shown, when that is another path
    done: str = ""      # words or a header of the answer when it was heeded
    get_too: str = ""   # why a GET may do the same


# Of whoever is signed in; {password} is the person's own.
OWN = [
    Form("/account", {"name": "forged"}),
    Form("/account/app-password", {"old": "{password}"}),
    Form("/account/app-password", {"old": "{password}", "off": "x"}),
    Form("/cgi-bin/compose", {"to": "bob@example.com", "text": "forged"}),
    Form("/cgi-bin/message", {"m": "{m}", "do": "Delete"},
         look="/cgi-bin/message?m={m}"),
    Form("/msnchat/nickname", {"nick": "Forged", "do": "Register"}),
    Form("/msnchat/nickname", {"nick": "Forged", "do": "Give up"}),
    Form("/account/password", {"old": "{password}", "password": "{password}",
                               "again": "{password}"}),
    Form("/report", {"about": "bob@example.com", "kind": "spam",
                     "text": "forged"}),
    Form("/sign-out", {}, done="You are signed out"),
    Form("/account/delete", {"old": "{password}"}),
]
# Of anybody.
ANYBODY = [
    Form("/sign-up", {"email": "{email}", "name": "",
                      "password": "long enough", "again": "long enough"}),
    Form("/uixpwiz.srf", {"email": "{other}", "name": "",
                          "password": "long enough",
                          "again": "long enough"}),
    Form("/sign-in", {"email": "bob@example.com", "password": "bob, & his"},
         done="Set-Cookie: MSPSec="),
    Form("/reset", {"t": "{reset}", "password": "long enough",
                    "again": "long enough"}, look="/reset?t={reset}"),
]
CONTACTS = ("<messenger><service><contactlist><contact>bob@example.com"
            "</contact></contactlist></service></messenger>")
MADE = "forged@example.com"
ADMIN = [
    Form("/admin/accounts", {"address": "forged@example.com"}),
    Form("/admin/account", {"address": MADE, "disable": "x"}),
    Form("/admin/account", {"address": MADE, "enable": "x"},
         look=f"/admin/account?address={MADE}"),
    Form("/admin/account", {"address": MADE, "reset": "x"}, done="/reset?t="),
    Form("/admin/account", {"address": MADE, "kick": "x"}, done="Nobody is"),
    Form("/admin/account", {"address": MADE, "delete": "x"},
         done="Do you want to delete it"),
    Form("/admin/account", {"address": MADE, "sure": "x"}),
    Form("/admin/bans", {"network": "192.0.2.1", "note": "forged"}),
    Form("/admin/bans", {"network": "192.0.2.1", "lift": "x"}),
    Form("/admin/invites", {"uses": "1", "days": "1"}),
    Form("/admin/tell", {"text": "forged", "announce": "x"}, done="Done."),
    Form("/admin/tell", {"minutes": "5", "stop": "x"}, done="minutes."),
    Form("/admin/tell", {"cancel": "x"}, done="Done."),
    Form("/admin/backup", {"bare": "x"},
         done="Content-Disposition: attachment"),
    Form("/admin/task", {"forget": "x"}, done="Nothing is"),
    Form("/admin/move", {"table": "forged@example.net,,long enough"},
         done="Location: /admin/task"),
    Form("/admin/contacts", {"address": "amy@example.com", "file": CONTACTS},
         look="/admin/contacts?address=amy@example.com",
         done="Location: /admin/task"),
    Form("/admin/everyone", {}, done="Location: /admin/task"),
    Form("/admin/reports", {"id": "{report}", "note": "x", "close": "x"}),
    Form("/admin/reports", {"id": "{report}", "reopen": "x"}),
    Form("/admin/reports", {"id": "{report}", "note": "y", "close": "x"}),
    Form("/admin/reports", {"id": "{report}", "delete": "x"}),
    Form("/admin/trace", {"address": "amy@example.com", "start": "x"},
         done="Location: /admin/trace"),
    Form("/admin/trace", {"stop": "x"}, done="Location: /admin/trace"),
    Form("/admin/leave", {}, done="You are signed out"),
]
FORMS = OWN + ANYBODY + ADMIN

# What is posted to and is no form of ours that a cookie answers for.
NO_FORM = {
    "/": "a program asks whether somebody listens",
    "/login2.srf": "the password comes in a header no page can set",
    "/login.srf": "brings the password; has a test of its own",
    "/RST.srf": "brings the password", "/RST2.srf": "brings the password",
    "/NotRST.srf": "brings the password", "/pp*": "brings the password",
    "/ppcrlconfig.srf": "says the same to everybody",
    "/ppcrlconfig600.srf": "says the same to everybody",
    "/ppcrlconfig.bin": "says the same to everybody",
    "/ppcrlconfig600.bin": "says the same to everybody",
    "/wlidsvcconfig.xml": "says the same to everybody",
    "/sqmserver.dll": "is read by nobody",
    "/sqm/*": "is read by nobody",
    "/ppcrlcheck.srf": "says the same to everybody",
    "/ppsecure/md5auth.srf": "programs post it from a file, with a ticket "
    "whose session is there; has a test of its own",
    "/ppsecure/sha1auth.srf": "signs nobody in; has a test of its own",
    "/logout": "as programs and links do; has a test of its own",
    "/logout.srf": "as programs and links do; has a test of its own",
    "/gateway/gateway.dll": "its session is named by the program",
    "/admin/enter": "brings a link's token, which serves once",
}
# Forms of pages whose own field is the proof.
KEYLESS = {"/admin/enter", "/login.srf"}


def keep_line(who: visitor.Visitor) -> None:
    """All this browser asks goes over one connection: handshakes would take
    the most time."""
    line: list[msn.Web] = []

    def fetch(request: bytes) -> msn.Reply:
        if not line:
            line.append(admin.AdminWeb(who.server)
                        if isinstance(who, admin.Admin) else
                        msn.Web(who.server, who.host if who.tls else None))
        line[0].send(request)
        reply = line[0].answer(head=request.startswith(b"HEAD "))
        if "close" in (reply.get("Connection") or "").lower():
            line.pop().hang_up()
        return reply

    who.fetch = fetch   # type: ignore[method-assign]
