# SPDX-License-Identifier: MIT
"""The pages that show a client the way here."""

from __future__ import annotations

import email.utils
import re
import shutil
import ssl
import subprocess
import time
import urllib.parse

import pytest

import harness
import msn
import pages

# Sets that are proved to be enough (soap.md 8.1), with the login host of this
# server where the client may be given any.
NAMES = {
    "msn1": {"messenger.hotmail.com", "gateway.messenger.hotmail.com"},
    "msn4": {"messenger.hotmail.com", "gateway.messenger.hotmail.com",
             "nexus.passport.com", "login.live.com"},
    "msn5": {"nexus.passport.com", "login.live.com"},
    "msn6": {"nexus.passport.com", "login.live.com",
             "config.messenger.msn.com", "byrdr.omega.contacts.msn.com"},
    "msn70": {"nexus.passport.com", "login.live.com",
              "config.messenger.msn.com", "byrdr.omega.contacts.msn.com"},
    "msn75": {"login.passport.net", "loginnet.passport.com",
              "config.messenger.msn.com", "byrdr.omega.contacts.msn.com"},
    "wlm8": {"gateway.messenger.hotmail.com", "login.live.com",
             "config.messenger.msn.com", "byrdr.omega.contacts.msn.com",
             "tkrdr.storage.msn.com", "ows.messenger.msn.com",
             "rsi.hotmail.com"},
    "mac8": {"nexus.passport.com", "login.live.com",
             "byrdr.omega.contacts.msn.com", "config.messenger.msn.com"},
}
NAMES["wlm2009"] = NAMES["wlm8"] | {"sup.live.com"}
NAMES["wlm2012"] = NAMES["wlm2009"] | {
    "directory.services.live.com", "geo.gateway.messenger.live.com"}
NAMES["mac5"] = NAMES["mac6"] = NAMES["mac8"]
# field-notes 8, but for the two above
NAMES["other"] = {
    "nexus.passport.com", "login.live.com", "loginnet.passport.com",
    "contacts.msn.com", "local-bay.contacts.msn.com",
    "omega.contacts.msn.com", "byrdr.omega.contacts.msn.com",
    "storage.msn.com", "tkrdr.storage.msn.com", "rsi.hotmail.com",
    "ows.messenger.msn.com", "directory.services.live.com",
    "gateway.messenger.hotmail.com"}

IE5 = "Mozilla/4.0 (compatible; MSIE 5.0; Windows 98; DigExt)"
OLD = {"win95", "nt4", "win98", "winme"}
MACS = {"mac9", "osx4", "osx5"}
ADDRESS = "192.0.2.1"


def get(server: harness.Server, path: str, host: str | None = ADDRESS,
        name: str | None = None, agent: str = IE5,
        method: str = "GET") -> msn.Reply:
    """What Internet Explorer 5 sends; name: by TLS."""
    head = f"{method} {path} HTTP/1.1\r\nAccept: */*\r\n"
    if host is not None:
        head += f"Host: {host}\r\n"
    return msn.fetch(server, f"{head}User-Agent: {agent}\r\n\r\n".encode(),
                     name)


def page(server: harness.Server, path: str, status: int = 200
         ) -> pages.Page:
    reply = get(server, path)
    assert reply.status == status, path
    assert reply.exact("Content-Type") == "text/html; charset=utf-8"
    assert "default-src 'none'" in reply.exact("Content-Security-Policy")
    return pages.Page(reply.body.decode())


def pairs(server: harness.Server) -> list[tuple[str, str]]:
    """Every program on every system it runs on."""
    start = page(server, "/connect")
    assert set(start.options["client"]) == set(NAMES)
    return [(c, s) for c in start.options["client"]
            for s in start.options["system"]
            if c == "other" or (c.startswith("mac") == (s in MACS)
                                and s != "unix")]


def ours(link: str) -> bool:
    return link.startswith("/connect")


@pytest.mark.covers("field-notes 8")
def test_every_pair_has_its_steps_and_every_link_leads_somewhere(server):
    links: set[str] = set()
    all_pairs = pairs(server)
    assert len(all_pairs) > 100
    for client, system in all_pairs:
        got = page(server, f"/connect?client={client}&system={system}")
        assert got.selected == {"client": [client], "system": [system]}
        steps = re.findall(r"^(\d)\. \w", got.words, re.M)
        assert steps == [str(n + 1) for n in range(len(steps))]
        assert len(steps) >= (3 if client == "msn1" else 4), steps
        assert (". The certificate" in got.words) == (client != "msn1")
        lines = set(re.findall(rf"^{ADDRESS} (\S+)$", got.words, re.M)) or \
            set(re.findall(rf"^(\S+) A {ADDRESS}$", got.words, re.M))
        assert lines >= NAMES[client], (client, system)
        assert not [n for n in lines if "*" in n]
        links.update(filter(ours, got.links))
    assert len(links) > 2 * len(all_pairs)
    for link in links:
        assert get(server, link).status == 200, link


def test_a_program_that_does_not_run_there_is_said_so(server):
    for pair in ("client=msn6&system=osx5", "client=mac8&system=winxp",
                 "client=wlm8&system=unix"):
        got = page(server, f"/connect?{pair}")
        assert "does not run on" in got.words
        assert "1. Names" not in got.words
    assert "made for newer systems" in page(
        server, "/connect?client=wlm2009&system=win98").words


def test_the_certificate_comes_in_the_form_of_each_system(server):
    pem = server.ca.read_text()
    der = ssl.PEM_cert_to_DER_cert(pem)
    for name in (None, "login.live.com"):
        for file, kind, body in (
                ("nudge.cer", "application/x-x509-ca-cert", der),
                ("nudge.crt", "application/x-x509-ca-cert", der),
                ("nudge.pem", "application/x-pem-file", pem.encode())):
            reply = get(server, f"/connect/{file}", name=name)
            assert reply.status == 200
            assert reply.exact("Content-Type") == kind
            assert reply.body == body
            # Internet Explorer does not save what it may not store
            assert "no-" not in reply.exact("Cache-Control")
    shown = page(server, "/connect?client=msn75&system=winxp").words
    told = server.ctl("certs", "show").stdout
    print_ = re.search(r"SHA-1 ([0-9A-F:]{59})\n", shown)
    assert print_ and print_.group(1) in told


def text_file(server: harness.Server, path: str, end: str) -> list[str]:
    """Its lines; each ends in end and in nothing else."""
    reply = get(server, path)
    assert reply.status == 200, path
    text = reply.body.decode("ascii")
    assert text.endswith(end)
    lines = text.removesuffix(end).split(end)
    assert not [n for n in lines if "\r" in n or "\n" in n], path
    return lines


def test_the_lines_of_the_hosts_file_are_for_that_system(server):
    for client, system in pairs(server):
        end = "\r" if system == "mac9" else \
            "\n" if system in MACS | {"unix"} else "\r\n"
        lines = text_file(
            server, f"/connect/get/{client}/{system}/hosts.txt", end)
        form = r"(\S+) A " + re.escape(ADDRESS) if system == "mac9" else \
            re.escape(ADDRESS) + r" (\S+)"
        found = [re.fullmatch(form, line) for line in lines]
        assert all(found)
        assert {m.group(1) for m in found if m} >= NAMES[client]


@pytest.mark.parametrize("file", ["nudge.bat", "undo.bat"])
def test_the_command_file_can_be_run_on_windows_98(server, file):
    for client in ("msn6", "wlm2009"):
        lines = text_file(
            server, f"/connect/get/{client}/win98/{file}", "\r\n")
        assert lines[0] == "@echo off"
        assert max(map(len, lines)) < 127, "COMMAND.COM reads no more"
        labels = {n[1:] for n in lines if n.startswith(":")}
        assert {n.split("goto ")[1] for n in lines if "goto " in n} == labels
        # a digit before it would be a file's number
        assert not [n for n in lines if re.search(r"\d>", n)]
        names = {m.group(1) for n in lines if (m := re.fullmatch(
            rf"echo {ADDRESS} (\S+) #nudge>>%H%\.new", n))}
        assert names >= NAMES[client] if file == "nudge.bat" else not names
        # all it ever wrote goes before anything comes
        assert lines.index('find /v "#nudge" <%H% >%H%.new') < min(
            [i for i, n in enumerate(lines) if ">>%H%.new" in n] or [99])
    for path in (f"/connect/get/mac8/osx5/{file}",
                 f"/connect/get/msn6/osx5/{file}",
                 "/connect/get/msn6/win98/", "/connect/get/msn6/win98/x",
                 "/connect/get/x/win98/nudge.bat", "/connect/get/",
                 f"/connect/get/msn6/win98/{file}/"):
        page(server, path, 404)


@pytest.mark.parametrize("system", ["win95", "win98", "win2000", "winxp"])
def test_the_registry_file_is_for_that_system(make_server, system):
    server = make_server(**{"public.address": "203.0.113.7"})
    values = {
        "msn4": ('[HKEY_CURRENT_USER\\Software\\Microsoft\\MessengerService]',
                 '"Server"="messenger.hotmail.com;203.0.113.7:'
                 f'{server.ns_port}"'),
        "msn6": ('[HKEY_CURRENT_USER\\Software\\Microsoft\\MSNMessenger]',
                 '"Server"=-'),
    }
    for client, (key, value) in values.items():
        body = get(server, f"/connect/get/{client}/{system}/nudge.reg").body
        if system in OLD:
            head, text = "REGEDIT4", body.decode("ascii")
        else:
            assert body[:2] == b"\xff\xfe"
            head = "Windows Registry Editor Version 5.00"
            text = body[2:].decode("utf-16-le")
        assert text == f"{head}\r\n\r\n{key}\r\n{value}\r\n\r\n"
    page(server, f"/connect/get/msn75/{system}/nudge.reg", 404)
    lines = text_file(server, "/connect/get/msn6/winxp/hosts.txt", "\r\n")
    assert all(n.startswith("203.0.113.7 ") for n in lines)


def test_a_dns_server_is_told_the_zones_but_not_windows_own(server):
    lines = text_file(server, "/connect/dnsmasq.conf", "\n")
    zones = {n.split("/")[1] for n in lines if n.startswith("address=/")}
    assert zones >= {"hotmail.com", "msn.com", "live.com", "passport.com",
                     "passport.net"}
    assert "microsoft.com" not in zones
    assert [n for n in lines if n.startswith("local=/hotmail.com/")]


# ---------------------------------------------------------------- self-test

class Pc:
    """A browser on a PC of which some ways work."""

    def __init__(self, server: harness.Server, hosts: set[str], ns: bool,
                 tls: bool) -> None:
        self.server, self.hosts, self.ns, self.tls = server, hosts, ns, tls

    def fetch(self, url: str) -> msn.Reply | None:
        """A picture, or None where this PC gets nowhere."""
        parts = urllib.parse.urlsplit(url)
        path = f"{parts.path}?{parts.query}"
        if parts.hostname is None:
            return get(self.server, path)
        if parts.hostname not in self.hosts:
            return None
        if parts.port == 1863:
            return self.fetch_ns(path) if self.ns else None
        if parts.scheme == "https":
            return get(self.server, path, parts.netloc, parts.hostname) \
                if self.tls else None
        return get(self.server, path, parts.netloc)

    def fetch_ns(self, path: str) -> msn.Reply | None:
        wire = msn.Wire(self.server.host, self.server.ns_port)
        wire.send(f"GET {path} HTTP/1.1\r\nAccept: */*\r\nUser-Agent: {IE5}"
                  "\r\nHost: messenger.hotmail.com:1863\r\n\r\n".encode())
        head = wire.rest().decode()
        wire.hang_up()
        assert head.startswith("HTTP/1.1 302 ") and head.endswith("\r\n\r\n")
        found = re.search(r"^Location: (\S+)\r$", head, re.M)
        assert found
        return self.fetch(found.group(1))


def verdicts(got: pages.Page) -> dict[str, str]:
    return {row[0]: row[1] for row in got.rows[1:]}


def run_test(server: harness.Server, pc: Pc, pair: str
             ) -> tuple[dict[str, str], pages.Page]:
    """What the PC shows, and what the server then says."""
    reply = get(server, f"/connect/test?{pair}")
    shown = pages.Page(reply.body.decode())
    policy = reply.exact("Content-Security-Policy")
    allowed = policy.split("img-src ")[1].split(";")[0].split()
    for url in shown.pictures:
        origin = "/".join(url.split("/")[:3])
        assert ("'self'" if url.startswith("/") else origin) in allowed
        picture = pc.fetch(url)
        assert picture is None or (
            picture.status == 200 and picture.body[:6] == b"GIF89a"
            and picture.exact("Content-Type") == "image/gif")
    link, = (n for n in shown.links if "/seen?" in n)
    got = page(server, link)
    return verdicts(got), got


def test_the_self_test_tells_what_arrived_from_this_pc(server):
    pair = "client=msn6&system=win98"
    every = verdicts(page(server, f"/connect/test?{pair}"))
    names = {n for n in every if "." in n}
    assert names >= NAMES["msn6"]

    fine, got = run_test(server, Pc(server, names, True, True), pair)
    assert set(fine.values()) == {"yes"} and set(fine) == set(every)
    assert f"All {len(fine)} arrived" in got.words

    missing = {"config.messenger.msn.com", "login.live.com"}
    some, got = run_test(
        server, Pc(server, names - missing, True, False), pair)
    assert {n for n, v in some.items() if v == "no"} == missing | {
        "Encryption, with this server's certificate"}
    assert f"{len(fine) - 3} of {len(fine)} arrived" in got.words
    for row, links in zip(got.rows[1:], got.row_links[1:]):
        assert bool(links) == (row[1] == "no"), row
        for link in links:
            path, place = pages.anchor(link)
            assert place in page(server, path).ids

    # port 1863 leads to a name, so it needs that name as well
    none, _ = run_test(server, Pc(server, set(), True, True), pair)
    assert {n for n, v in none.items() if v == "yes"} == {
        "Pictures, in this browser"}
    walled, _ = run_test(server, Pc(server, names, False, True), pair)
    assert {n for n, v in walled.items() if v == "no"} == {"Port 1863"}


def test_a_program_without_encryption_is_not_tested_for_it(server):
    names = NAMES["msn1"]
    got, _ = run_test(server, Pc(server, names, True, False),
                      "client=msn1&system=win95")
    assert set(got) == names | {"Pictures, in this browser", "Port 1863"}
    assert set(got.values()) == {"yes"}


def test_only_what_really_came_that_way_counts(server):
    shown = page(server, "/connect/test?client=msn6&system=win98")
    mine = pages.arguments(shown.pictures[0])["t"]
    for path, host, method in (
            (f"t={mine}&n=tls", ADDRESS, "GET"),
            (f"t={mine}&n=name", ADDRESS, "GET"),
            (f"t={mine}&n=name", "rsi.hotmail.com", "GET"),
            (f"t={mine}&n=name", None, "GET"),
            (f"t={mine}&n=here", ADDRESS, "HEAD"),
            (f"t={mine[:-1]}&n=here", ADDRESS, "GET"),
            (f"n=here&t={'f' * 16}", ADDRESS, "GET")):
        reply = get(server, f"/connect/ok.gif?{path}", host, method=method)
        assert reply.status == 200
    got = verdicts(page(server, f"/connect/test/seen?t={mine}"))
    assert set(got.values()) == {"no"}
    # the same test can be looked at and gone on with
    again = page(server, f"/connect/test?t={mine}")
    assert again.pictures == shown.pictures
    for other in ("", "0" * 16, "f" * 16, "%3Cb%3E", mine + "0"):
        over = page(server, f"/connect/test/seen?t={other}", 404)
        assert "This test is over" in over.words


def test_the_self_test_is_a_plain_page(server):
    reply = get(server, "/connect/test?client=msn6&system=win98",
                name="login.live.com")
    assert reply.status == 302
    assert reply.exact("Location") == (
        f"http://{ADDRESS}:{server.http_port}"
        "/connect/test?client=msn6&system=win98")
    assert get(server, "/connect", name="login.live.com").status == 200


# ---------------------------------------------------------------- strangers

@pytest.mark.parametrize("evil", [
    "\"><script>alert(1)</script>", "'><img src=x onerror=alert(1)>",
    "{{sha1}}", "%00<b>", "\xff\xfe<b>"])
def test_what_a_stranger_writes_is_not_in_the_page(server, evil):
    quoted = urllib.parse.quote(evil, encoding="latin-1")
    for path in (f"/connect?client={quoted}&system={quoted}",
                 f"/connect/test?client={quoted}&t={quoted}",
                 f"/connect/test/seen?t={quoted}",
                 f"/connect/get/{quoted}/win98/hosts.txt",
                 f"/connect/get/msn6/win98/{quoted}",
                 f"/connect/get/msn6/win98/hosts.txt?x={quoted}"):
        head = (f"GET {path} HTTP/1.1\r\nHost: {evil}\r\n"
                f"User-Agent: {evil}\r\n\r\n").encode("latin-1")
        reply = msn.fetch(server, head, None)
        assert reply.status in (200, 404)
        assert evil.encode("latin-1") not in reply.body
        assert b"alert" not in reply.body
        for header, value in reply.headers:
            assert "alert" not in value, header
        if reply.exact("Content-Type").startswith("text/html"):
            pages.Page(reply.body.decode("utf-8"))


def test_the_browser_tells_what_it_runs_on(server):
    for agent, system in ((IE5, "win98"), ("x" * 3000, "winxp"),
                          ("Mozilla/5.0 (Windows NT 10.0; Win64)", "win10")):
        reply = get(server, "/connect", agent=agent)
        start = pages.Page(reply.body.decode())
        assert start.selected["system"] == [system]
        assert f"http://{ADDRESS}/connect" in start.words
        assert "1. Names" not in start.words


def test_the_page_tells_the_time(server):
    shown = re.search(r"Here it is (\w{3}, [^.]* GMT)",
                      page(server, "/connect").words)
    assert shown
    told = email.utils.parsedate_to_datetime(shown.group(1)).timestamp()
    assert abs(told - time.time()) < 60


@pytest.mark.skipif(shutil.which("w3m") is None, reason="no w3m")
def test_a_text_browser_shows_the_steps_in_order(server):
    for path, words in (
            ("/connect?client=msn6&system=win98",
             ["Your Messenger program:", "[MSN Messenger 6.0 to 6.2",
              "1. Names", f"{ADDRESS} messenger.hotmail.com",
              "3. The certificate", "5. Sign in", "If it does not work"]),
            ("/connect/test?client=msn6&system=win98",
             ["See the result", "login.live.com", "not found", "Port 1863",
              "no answer", "Encryption", "refused"])):
        done = subprocess.run(
            ["w3m", "-dump", "-T", "text/html", "-I", "utf-8", "-cols", "130"],
            input=get(server, path).body, capture_output=True, check=True,
            timeout=30)
        text = re.sub(r"\s+", " ", done.stdout.decode())
        at = 0
        for word in words:
            assert word in text[at:], (word, done.stdout.decode())
            at = text.index(word, at)
