# SPDX-License-Identifier: MIT
"""Somebody with a browser, who looks at every page as HTML 4 would have it."""

from __future__ import annotations

import html.parser

import harness
import mailbox
import msn

HOST = "login.live.com"
VOID = {"br", "input", "img", "link", "meta"}
# What browsers of 1999 show well.
ALLOWED = {
    "html": {"lang"}, "head": set(), "title": set(), "body": set(),
    "meta": {"http-equiv", "name", "content"},
    "link": {"rel", "type", "href"},
    "div": {"id", "class"}, "h1": set(), "h2": set(), "b": set(), "br": set(),
    "p": {"id", "class"}, "ul": {"class"}, "li": set(),
    "a": {"href"}, "img": {"src", "width", "height", "alt"},
    "form": {"method", "action", "accept-charset", "enctype"}, "label": {"for"},
    "input": {"type", "id", "name", "value", "size", "maxlength", "class"},
    "textarea": {"id", "name", "rows", "cols"},
    "select": {"id", "name"}, "option": {"value", "selected"},
    "table": set(), "tr": set(), "th": set(), "td": set(),
    # what knows it not passes it over
    "span": {"class"}, "svg": {"width", "height", "viewbox"}, "polyline": {"points"},
}
INLINE = {"a", "b", "br", "img", "input", "label", "select", "span",
          "textarea", "svg"}
HOLDS = {"html": {"head", "body"}, "head": {"title", "meta", "link"},
         "p": INLINE, "h1": INLINE, "h2": INLINE, "b": set(), "title": set(),
         "ul": {"li"}, "a": {"b"}, "label": set(), "form": {"p"},
         "li": INLINE, "textarea": set(), "svg": {"polyline"},
         "select": {"option"}, "option": set(),
         "polyline": set(), "table": {"tr"}, "tr": {"th", "td"},
         "th": set(), "span": set(), "td": INLINE | {"form"},
         "body": {"div"},
         "div": {"div", "p", "h1", "h2", "ul", "form", "table"}}


class Sane(html.parser.HTMLParser):
    """Asserts as it reads; afterwards knows what was on the page."""

    METHODS = ("post",)

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: set[str] = set()
        self.labels: set[str] = set()
        self.inputs: dict[str, str | None] = {}
        self.hidden: dict[str, str] = {}
        self.typed: dict[str, str] = {}
        self.links: list[str] = []
        self.files: set[str] | None = None  # of a form that is sent in parts
        self.title = self.text = ""
        assert text.startswith('<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01')
        self.feed(text)
        self.close()
        assert self.open == [], self.open
        assert self.title
        for name, key in self.inputs.items():
            assert key in self.labels, f"{name} has no label"
        assert self.labels <= self.ids

    def handle_starttag(self, tag: str,
                        attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED, tag
        given = dict(attrs)
        assert len(given) == len(attrs), attrs
        assert set(given) <= ALLOWED[tag], (tag, attrs)
        assert tag in HOLDS[self.open[-1]] if self.open else tag == "html", \
            f"{tag} in {self.open}"
        if "id" in given:
            assert given["id"] not in self.ids, given
            self.ids.add(str(given["id"]))
        if tag == "label":
            self.labels.add(str(given["for"]))
        if tag in ("input", "select", "textarea"):
            self.field(tag, given)
        if tag in ("a", "link"):
            self.links.append(str(given["href"]))
        if tag == "form":
            assert given["method"] in self.METHODS
            assert str(given["action"]).startswith("/")
            if given.get("enctype") == "multipart/form-data":
                self.files = set()
        if tag == "img":
            assert "alt" in given
        if tag not in VOID:
            self.open.append(tag)

    def field(self, tag: str, given: dict[str, str | None]) -> None:
        kind, name = given.get("type", tag), str(given.get("name"))
        assert kind in ("text", "password", "hidden", "submit", "select",
                        "textarea", "file")
        if kind == "file":
            assert self.files is not None, "no form for files"
            self.files.add(name)
        if kind == "hidden":
            self.hidden[name] = str(given["value"])
        elif kind != "submit":
            self.inputs[name] = given.get("id")
            self.typed[name] = given.get("value") or ""
        assert kind != "password" or "value" not in given

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, (tag, self.open)
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open[-1:] == ["title"]:
            self.title += data
        elif self.open:
            self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError("a comment on a page")


class Visitor(mailbox.Browser):
    """host None: over plain HTTP."""

    SANE = Sane

    def __init__(self, server: harness.Server, host: str | None = HOST
                 ) -> None:
        super().__init__(server, host or HOST)
        self.tls = host is not None

    def keep(self, reply: msn.Reply) -> None:
        super().keep(reply)
        for line in reply.all("Set-Cookie"):
            name, _, rest = line.partition("=")
            if "30-Oct-1980" in rest:
                self.cookies.pop(name, None)
                continue
            assert "; path=/" in rest, line
            assert "; HttpOnly; SameSite=Strict" in rest, line
            assert ("; secure" in rest) == self.tls, line

    def fetch(self, request: bytes) -> msn.Reply:
        return msn.fetch(self.server, request,
                         self.host if self.tls else None)

    def look(self, path: str, fields: dict[str, str] | None = None,
             status: int = 200, files: set[str] | None = None) -> Sane:
        """The page this leads to."""
        reply = self.ask(path, fields, files=files)
        for _ in range(3):
            if reply.status != 302:
                break
            reply = self.ask(reply.exact("Location"))
        assert reply.status == status, (reply.status_line, reply.body)
        assert reply.exact("Content-Type") == "text/html; charset=utf-8"
        assert "no-store" in reply.exact("Cache-Control")
        csp = reply.exact("Content-Security-Policy")
        assert "default-src 'none'" in csp and "unsafe" not in csp
        return self.SANE(reply.body.decode())

    def fill(self, path: str, status: int = 200, **fields: str) -> Sane:
        """Look at the form, fill it in, and send it."""
        there = self.look(path)
        if there.files is not None:
            # a file that nobody chose is sent empty
            fields = dict.fromkeys(there.files, "") | fields
        return self.look(path.partition("?")[0], there.hidden | fields, status,
                         there.files)

    def sign_up(self, email: str, password: str, status: int = 200,
                **more: str) -> Sane:
        return self.fill("/sign-up", status, **({
            "email": email, "name": "", "password": password,
            "again": password} | more))

    def sign_in(self, email: str, password: str | None = None,
                status: int = 200) -> Sane:
        return self.fill("/sign-in", status, email=email, password=password
                         or harness.PEOPLE[email])
