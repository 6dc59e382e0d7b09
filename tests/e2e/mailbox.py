# SPDX-License-Identifier: MIT
"""A browser that Messenger sent to its mailbox (passport.md 8.1)."""

from __future__ import annotations

import html
import re
import typing
import urllib.parse

import harness
import msn


def in_parts(fields: dict[str, str], files: set[str]) -> tuple[str, bytes]:
    """As Internet Explorer does it (RFC 7578)."""
    mark = "-" * 27 + "7d93b2a80e6"
    body = ""
    for name, value in fields.items():
        body += (f"--{mark}\r\nContent-Disposition: form-data; "
                 f'name="{name}"')
        if name in files:
            body += ('; filename="C:\\My Documents\\"\r\n'
                     "Content-Type: application/octet-stream")
        body += f"\r\n\r\n{value}\r\n"
    return (f"multipart/form-data; boundary={mark}",
            (body + f"--{mark}--\r\n").encode())


class Browser:
    """Keeps the cookies it is given, follows where it is sent."""

    def __init__(self, server: harness.Server, host: str) -> None:
        self.server = server
        self.host = host
        self.cookies: dict[str, str] = {}

    def keep(self, reply: msn.Reply) -> None:
        for line in reply.all("Set-Cookie"):
            name, _, rest = line.partition("=")
            self.cookies[name.strip()] = rest.split(";")[0].strip()

    def ask(self, path: str, fields: dict[str, str] | None = None,
            method: str | None = None, files: set[str] | None = None
            ) -> msn.Reply:
        """files: send the form in parts, and these of its fields as files."""
        method = method or ("GET" if fields is None else "POST")
        kind = "application/x-www-form-urlencoded"
        body = urllib.parse.urlencode(fields or {}).encode()
        if files is not None:
            kind, body = in_parts(fields or {}, files)
        head = f"{method} {path} HTTP/1.1\r\nHost: {self.host}\r\n"
        if self.cookies:
            head += "Cookie: " + "; ".join(
                f"{k}={v}" for k, v in self.cookies.items()) + "\r\n"
        if fields is not None:
            head += (f"Content-Type: {kind}\r\n"
                     f"Content-Length: {len(body)}\r\n")
        reply = self.fetch(head.encode() + b"\r\n"
                           + (body if fields is not None else b""))
        self.keep(reply)
        return reply

    def fetch(self, request: bytes) -> msn.Reply:
        return msn.fetch(self.server, request, self.host)

    def page(self, path: str, fields: dict[str, str] | None = None) -> str:
        """The page this leads to."""
        reply = self.ask(path, fields)
        for _ in range(3):
            if reply.status != 302:
                break
            reply = self.ask(reply.exact("Location"))
        assert reply.status == 200, reply.status_line
        assert reply.exact("Content-Type") == "text/html; charset=utf-8"
        assert "no-store" in reply.exact("Cache-Control")
        return reply.body.decode()


def go(person: msn.Person, service: str, *words: str
       ) -> tuple[Browser, str, dict[str, str]]:
    """What a program does for this URL command: a form that posts itself."""
    person.everything()
    trid = person.ask("URL", service, *words)
    _, got = person.until("URL")
    assert got.words[1] == str(trid) and len(got.words) >= 4, got
    found = re.fullmatch(r"https://([^/]+)(/.*)", got.words[3])
    assert found, got
    browser = Browser(person.server, found.group(1))
    return browser, found.group(2), {
        "mode": "ttl", "login": person.email.split("@", maxsplit=1)[0],
        "username": person.email, "sid": "507", "kv": "5",
        "id": (got.words + ["2"])[4], "sl": "17", "rru": got.words[2],
        "auth": person.profile.get("MSPAuth", ""), "creds": "0" * 32,
        "svc": "mail", "js": "yes"}


def enter(person: msn.Person, service: str, *words: str
          ) -> tuple[Browser, str]:
    """The page the program opens; MSNP2 was told no ticket, and must sign
    in there."""
    browser, path, fields = go(person, service, *words)
    page = browser.page(path, fields) if person.dialect > 2 else \
        browser.page("/login.srf", hidden(browser.ask(path, fields)
                                          .body.decode())
                     | {"login": person.email,
                        "passwd": harness.PEOPLE[person.email]})
    return browser, page


class Letter:
    """A message on its page."""

    def __init__(self, found: re.Match[str]) -> None:
        self.name, self.sender, self.text = (
            html.unescape(found.group(k)) for k in ("name", "sender", "text"))
        self.text = self.text.replace("<br>\n", "\n").removesuffix("\n")


class Row(typing.NamedTuple):
    """A message in the list."""
    state: str
    path: str
    name: str
    begin: str


def rows(page: str) -> list[Row]:
    return [Row(*(html.unescape(t) for t in found)) for found in re.findall(
        r'<tr><td><span class="\w*">(\w+)</span></td><td><a href="([^"]*)">'
        r"([^<]*)</a></td><td>([^<]*)</td><td>[^<]+</td></tr>", page)]


def letter(page: str) -> Letter:
    found = re.search(
        r'<h2>(?P<name>[^<]*)</h2>\n<p class="who">(?P<sender>[^,<]*),[^<]*'
        r'\(<a href="[^"]*">answer</a>\)</p>\n<p class="mail">\n'
        r'(?P<text>(?:[^<]|<br>)*)</p>', page)
    assert found, page
    return Letter(found)


def hidden(page: str) -> dict[str, str]:
    return {k: html.unescape(v) for k, v in re.findall(
        r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page)}


def read_all(person: msn.Person) -> list[Letter]:
    """Somebody opens the inbox and all that is new in it, oldest first."""
    browser, page = enter(person, "INBOX")
    return [letter(browser.page(row.path)) for row in reversed(rows(page))
            if row.state == "New"]


def act(browser: Browser, path: str, button: str) -> str:
    """Press a button below a message; the list it leads to."""
    page = browser.page(path)
    assert f'value="{button}"' in page, page
    return browser.page("/cgi-bin/message", hidden(page) | {"do": button})


def leave(person: msn.Person, to: str, text: str) -> None:
    """Somebody writes to a contact who is away."""
    browser, page = enter(person, "COMPOSE", to)
    assert f'value="{to}"' in page
    answer = browser.page("/cgi-bin/compose",
                          hidden(page) | {"to": to, "text": text})
    assert "Your message waits" in answer, answer
