# SPDX-License-Identifier: MIT
"""Tickets by document: RST.srf, RST2.srf, NotRST.srf and their surroundings,
as MSN 7.5 to 2012 and the libraries asked for them."""

from __future__ import annotations

import calendar
import re
import time

import pytest

import harness
import msn
import rst

AMY = "amy@example.com"
BOB = "bob@example.com"
SECRET = harness.PEOPLE[AMY]
TARGETS = {rst.BASE: "", "messenger.msn.com": "?id=507"}

both = pytest.mark.parametrize("kind", [rst.RST, rst.RST2],
                               ids=["rst", "rst2"])


def seconds(stamp: str) -> int:
    """Without fractions, or this fails."""
    return calendar.timegm(time.strptime(stamp, "%Y-%m-%dT%H:%M:%SZ"))


def check_refused(kind: rst.Kind, reply: msn.Reply) -> None:
    assert reply.status == 200
    answer = rst.Answer(kind, reply)
    assert answer.state == "0x80048800"
    assert not answer.tokens
    tag = kind.tag
    if kind is rst.RST:
        assert answer.status == "0x80048823"
        fault = answer.root.find(tag("S", "Fault"))
        assert fault.findtext("faultcode") == "wsse:FailedAuthentication"
        return
    assert answer.status == "0x80048821"
    fault = answer.root.find(f"{tag('S', 'Body')}/{tag('S', 'Fault')}")
    sub = fault.find(f"{tag('S', 'Code')}/{tag('S', 'Subcode')}")
    assert sub.findtext(tag("S", "Value")) == "wst:FailedAuthentication"
    assert next(fault.iter(rst.PSF + "value")).text == "0x80048821"


# ---- what clients sent ----

@pytest.mark.covers("soap 11 #64", "soap 11 #65", "soap 11 #66",
                    "soap 11 #67", "rst 9 #1", "rst 9 #2", "rst 9 #7")
@pytest.mark.parametrize("name", ["msn75", "msnp13", "msnp15",
                                  "single-token", "wlm2009", "wlm2011"])
def test_what_clients_once_sent_gets_a_ticket_for_each_target(server, name):
    kind = rst.RST2 if name.startswith("wlm") else rst.RST
    body = rst.sample(name, BOB, harness.PEOPLE[BOB])
    asked = re.findall(r"<wsa:Address>(.*?)</wsa:Address>", body.decode())
    began = int(time.time())
    reply = rst.post(server, kind.path, body)
    assert reply.status == 200
    answer = rst.Answer(kind, reply)
    assert (answer.state, answer.status) == ("0x48803", "0x0")
    assert [t.address for t in answer.tokens] == asked
    assert [t.id for t in answer.tokens] == ["BinaryDAToken0"] + [
        f"Compact{i}" for i in range(1, len(asked))]
    for token in answer.tokens:
        assert token.references == \
            ["#" + token.id] * (1 if kind is rst.RST else 2)
        due = token.address in (rst.BASE, rst.CLEAR)
        assert (token.secret is not None) == due
        assert token.secret is None or len(token.secret) == 24
        created, expires = map(seconds, token.life)
        assert began <= created <= int(time.time())
        assert expires - created >= 8 * 3600
        assert token.base or re.fullmatch(
            r"t=[^=&<>\s]{1,1000}&p=", token.ticket)
    secrets = {t.secret for t in answer.tokens if t.secret}
    assert len(secrets) == sum(t.secret is not None for t in answer.tokens)


@pytest.mark.covers("field-notes 4", "rst 9 #5")
@pytest.mark.parametrize("name", ["msnp15", "wlm2011"])
def test_the_answer_has_the_bytes_careless_readers_look_for(server, name):
    kind = rst.RST2 if name.startswith("wlm") else rst.RST
    reply = rst.post(server, kind.path, rst.sample(name, AMY, SECRET))
    text = reply.body.decode()
    assert len(reply.body) < 16 * 1024
    assert reply.exact("Content-Length") == str(len(reply.body))
    assert not reply.all("Transfer-Encoding")
    assert not re.search(r">\s+<", text)
    for n in range(1, 7):
        assert re.search(rf'<wsse:BinarySecurityToken Id="Compact{n}">'
                         r"t=[^<>&]+&amp;p=</wsse:BinarySecurityToken>", text)


@pytest.mark.parametrize("line_end, agent, name", [
    # phpmsnclass says no name and ends lines in LF (programs-2 11), JML wants
    # the other name and ends them in CR LF (programs-2 3)
    ("\n", None, "PPToken"), ("\r\n", None, "Compact"), ("", None, "Compact"),
    ("\r\n", "MSN Explorer/9.0 (MSN 8.0; TmstmpExt)", "Compact"),
    ("\n", "MSN Explorer/9.0 (MSN 8.0; TmstmpExt)", "Compact")])
def test_the_ticket_of_a_site_has_the_name_its_program_looks_for(
        server, line_end, agent, name):
    """field-runs 2.12: PPToken for an "?id=" policy, Compact for others."""
    body = rst.sample("msnp15", AMY, SECRET).replace(
        b"\n", b"").replace(b"><", b">" + line_end.encode() + b"<")
    more = {"User_Agent": agent} if agent else {}
    reply = msn.fetch(server, rst.head("/RST.srf", body,
                                       Content_Type="text/xml", **more),
                      "login.live.com")
    asked = re.findall(rb'PolicyReference URI="([^"]*)"', body)
    assert any(p.startswith(b"?id=") for p in asked)
    assert re.findall(rb'<wsse:BinarySecurityToken Id="([A-Za-z]*)\d">',
                      reply.body) == [
        name.encode() if p.startswith(b"?id=") else b"Compact" for p in asked]


@both
def test_the_header_tells_who_it_is_for(server, kind):
    answer = rst.tickets(server, " AMY@example.com ", SECRET, TARGETS, kind)
    cid = answer.properties["CID"]
    assert re.fullmatch("[0-9a-f]{16}", cid) and int(cid, 16) < 2**63
    assert answer.properties["MainBrandID"] == "MSFT"
    assert answer.properties["AuthMembername"] == AMY
    assert answer.properties["IP"] == "127.0.0.1"
    assert answer.pp.findtext(
        f"{rst.PSF}extProperties/{rst.PSF}extProperty") == cid
    server_info = answer.pp.find(rst.PSF + "serverInfo")
    assert abs(seconds(server_info.get("ServerTime")) - time.time()) < 60
    again = rst.tickets(server, AMY, SECRET, TARGETS, kind)
    assert again.properties["CID"] == cid
    other = rst.tickets(server, BOB, harness.PEOPLE[BOB], TARGETS, kind)
    assert other.properties["CID"] != cid


def test_an_answer_to_rst2_is_stamped_for_five_minutes(server):
    answer = rst.tickets(server, AMY, SECRET, TARGETS, rst.RST2)
    stamp = next(answer.root.iter("{" + rst.WSU + "}Timestamp"))
    created, expires = (seconds(child.text) for child in stamp)
    assert abs(created - time.time()) < 60
    assert expires - created == 300


# ---- what the tickets are good for ----

@pytest.mark.covers("field-notes 7")
@pytest.mark.parametrize("dialect", [8, 12])
@both
def test_a_classic_client_signs_in_with_a_ticket_of_rst(server, kind,
                                                        dialect):
    person = msn.Person(server, AMY, dialect)
    challenge = person.challenge()
    answer = rst.tickets(server, AMY, SECRET, {
        rst.BASE: "", "messenger.msn.com": "?" + challenge}, kind)
    person.enter(answer.ticket("messenger.msn.com"))
    person.online()


@pytest.mark.covers("field-notes 6", "soap 11 #66")
def test_a_ticket_for_anything_serves_again_and_beside_the_next(server):
    first = rst.tickets(server, AMY, SECRET, {"unheard.example": "MBI"})
    second = rst.tickets(server, AMY, SECRET, {"contacts.msn.com": "MBI"})
    for ticket in (first.ticket("unheard.example"),
                   second.ticket("contacts.msn.com"),
                   first.ticket("unheard.example")):
        person = msn.Person(server, AMY, 12)
        person.challenge()
        person.enter(ticket)


def test_a_ticket_of_one_account_is_none_of_another(server):
    answer = rst.tickets(server, AMY, SECRET, TARGETS)
    person = msn.Person(server, BOB, 12)
    person.challenge()
    got = person.usr_s(answer.ticket("messenger.msn.com"))
    assert got.words[0] == "911", got


# ---- forms of the request ----

@pytest.mark.covers("field-notes 1", "rst 9 #6")
@pytest.mark.parametrize("name", ["login.live.com",
                                  "loginnet.passport.com", None])
def test_many_addresses_lead_there_on_one_connection(server, name):
    web = msn.Web(server, name)
    for path in ("/RST.srf", "//RST.srf", "/rst.SRF", "/pp600/RST.srf",
                 "//pp650//RST.srf", "/RST.srf?lc=1033"):
        web.send(rst.head(path, rst.request(rst.RST, AMY, SECRET, TARGETS)))
        reply = web.answer()
        assert reply.status == 200, path
        assert len(rst.Answer(rst.RST, reply).tokens) == 2
    web.send(rst.head("/RST.srf", rst.request(rst.RST, AMY, SECRET, TARGETS),
                      Connection="close"))
    assert web.answer().exact("Connection").lower() == "close"
    assert web.rest() == b""


def test_the_document_tells_the_language_not_the_path(server):
    reply = rst.post(server, "/RST.srf",
                     rst.request(rst.RST2, AMY, SECRET, TARGETS))
    assert len(rst.Answer(rst.RST2, reply).tokens) == 2


@pytest.mark.covers("soap 11 #72", "rst 9 #3")
@both
def test_a_password_and_an_address_may_have_any_letters(server, kind):
    server.add_user("o'neil&co@example.com", "a&b<c>\"p\u00e4ss\u20ac ")
    target = "http://x.example/?a=1&b=<>\""
    answer = rst.tickets(server, "o'neil&co@example.com",
                         "a&b<c>\"p\u00e4ss\u20ac ", {target: "MBI"}, kind)
    assert answer.tokens[0].address == target
    assert answer.tokens[0].id == "Compact1"
    assert answer.properties["AuthMembername"] == "o'neil&co@example.com"


@pytest.mark.covers("rst 9 #4")
@both
def test_none_means_the_base_ticket_and_33_are_refused(server, kind):
    answer = rst.tickets(server, AMY, SECRET, {}, kind)
    assert [t.address for t in answer.tokens] == [rst.BASE]
    assert answer.tokens[0].base and len(answer.tokens[0].secret) == 24
    many = {f"host{i}.example": "MBI" for i in range(33)}
    reply = rst.post(server, kind.path,
                     rst.request(kind, AMY, SECRET, many))
    assert rst.Answer(kind, reply).status == "0x80048820"
    many.popitem()
    answer = rst.tickets(server, AMY, SECRET, many, kind)
    assert [t.id for t in answer.tokens] == [
        f"Compact{i}" for i in range(1, 33)]


# ---- refusals ----

@pytest.mark.covers("soap 11 #68")
@both
def test_a_wrong_password_is_a_fault_and_the_next_try_may_be_right(server,
                                                                   kind):
    web = msn.Web(server, "login.live.com")
    for email, password in ((AMY, "wrong"), (AMY, ""), (AMY, "x" * 300),
                            ("nobody@example.com", SECRET), ("", SECRET)):
        web.send(rst.head(kind.path,
                          rst.request(kind, email, password, TARGETS)))
        check_refused(kind, web.answer())
    web.send(rst.head(kind.path, rst.request(kind, AMY, SECRET, TARGETS)))
    assert len(rst.Answer(kind, web.answer()).tokens) == 2


def test_guessing_by_rst_locks_the_account_for_a_while(server):
    wrong = rst.request(rst.RST, AMY, "wrong", TARGETS)
    for _ in range(10):
        check_refused(rst.RST, rst.post(server, "/RST.srf", wrong))
    right = rst.request(rst.RST, AMY, SECRET, TARGETS)
    check_refused(rst.RST, rst.post(server, "/RST.srf", right))


def test_an_account_that_is_switched_off_gets_nothing(server):
    server.ctl("user", "disable", AMY)
    check_refused(rst.RST, rst.post(
        server, "/RST.srf", rst.request(rst.RST, AMY, SECRET, TARGETS)))


def test_a_base_ticket_alone_makes_the_client_use_its_password(server):
    body = (rst.SAMPLES / "renewal").read_bytes()
    check_refused(rst.RST, rst.post(server, "/RST.srf", body))


@pytest.mark.covers("soap 11 #69", "soap 11 #115")
def test_nonsense_is_told_to_be_that(server):
    doctype = b'<!DOCTYPE x [<!ENTITY y "z">]>'
    good = rst.request(rst.RST, AMY, SECRET, TARGETS)
    for body in ((rst.SAMPLES / "malformed").read_bytes(), b"", b"\x00\xff",
                 b"<a/>", doctype + good.partition(b"?>")[2]):
        reply = rst.post(server, "/RST.srf", body)
        assert reply.status == 200
        answer = rst.Answer(rst.RST, reply)
        assert (answer.state, answer.status) == ("0x80048800", "0x80048820")
        fault = answer.root.find(rst.RST.tag("S", "Fault"))
        assert fault.findtext("faultcode") == "S:Client"
    reply = rst.post(server, "/RST2.srf", b"<s:Envelope")
    assert b"<S:Value>wst:InvalidRequest</S:Value>" in reply.body
    assert b"<psf:value>0x80048820</psf:value>" in reply.body
    huge = rst.head("/RST.srf", b"").replace(b"Length: 0",
                                             b"Length: 10000000")
    assert msn.fetch(server, huge, "login.live.com").status == 413


def test_a_domain_of_another_server_is_sent_there(make_server):
    server = make_server(**{"nexus.redirect": "far.org=login.far.org"})
    for kind in (rst.RST, rst.RST2):
        reply = rst.post(server, kind.path, rst.request(
            kind, "joe@far.org", "any", TARGETS))
        assert reply.status == 200
        answer = rst.Answer(kind, reply)
        assert next(answer.root.iter(rst.PSF + "redirectUrl")).text == \
            f"https://login.far.org{kind.path}?lc=1033"
        assert b">psf:Redirect<" in reply.body


# ---- NotRST.srf ----

def notrst(server: harness.Server, method: str, **headers: str) -> msn.Reply:
    request = rst.head("/NotRST.srf", b"", **headers)
    return msn.fetch(server, method.encode() + request.removeprefix(b"POST"),
                     "login.live.com")


@pytest.mark.covers("real-accounts 13 #2")
def test_notrst_minds_no_empty_lines_behind_a_request(server):
    request = rst.head("/NotRST.srf", b"", X_User=AMY, X_Password=SECRET)
    web = msn.Web(server, "login.live.com")
    for _ in range(3):
        web.send(request + b"\r\n\r\n")
        token = web.answer().exact("X-Token")
        assert 20 <= len(token) <= 199
    web.hang_up()


@pytest.mark.covers("soap 11 #70", "real-accounts 13 #3")
def test_notrst_gives_a_ticket_for_headers(server):
    reply = notrst(server, "POST", X_User=AMY, X_Password=SECRET)
    assert reply.status == 200
    person = msn.Person(server, AMY, 12)
    person.challenge()
    person.enter(reply.exact("X-Token"))
    for more in ({"X_User": AMY, "X_Password": "wrong"}, {"X_User": AMY}, {}):
        reply = notrst(server, "POST", **more)
        assert reply.status == 200
        assert reply.get("X-Token") is None
    # any page that somebody looks at could guess from there
    reply = notrst(server, "OPTIONS", Origin="http://example.com")
    assert reply.status == 200
    assert not [n for n in reply.names if n.startswith("Access-Control")]
    for site in ("http://example.com", "null"):
        reply = notrst(server, "POST", X_User=AMY, X_Password=SECRET,
                       Origin=site)
        assert reply.get("X-Token") is None


@pytest.mark.covers("real-accounts 13 #3")
@pytest.mark.parametrize("sites", ["*", "https://a.example http://b.example"])
def test_web_sites_may_sign_people_in_where_a_setting_names_them(
        make_server, sites):
    """real-accounts 3, "Browser use"."""
    server = make_server(**{"nexus.web-clients": sites})
    for site in ("http://b.example", "http://c.example"):
        good = sites == "*" or site in sites.split()
        reply = notrst(server, "OPTIONS", Origin=site)
        assert reply.status == 200
        if good:
            assert reply.exact("Access-Control-Allow-Origin") in (site, "*")
            assert reply.exact("Access-Control-Allow-Methods") == "POST"
            assert reply.exact("Access-Control-Allow-Headers") == \
                "X-User, X-Password, Content-Type"
            assert reply.exact("Access-Control-Expose-Headers") == "X-Token"
            assert reply.exact("Access-Control-Max-Age") == "86400"
        reply = notrst(server, "POST", X_User=AMY, X_Password=SECRET,
                       Origin=site)
        assert (reply.get("X-Token") is not None) == good


# ---- what else is there ----

@pytest.mark.covers("soap 11 #71")
@pytest.mark.parametrize("name", ["login.live.com", None])
def test_probes_and_downloads_of_settings_get_an_empty_200(server, name):
    for request in (rst.head("/", b"anything"), rst.head("/", b"")):
        reply = msn.fetch(server, request, name)
        assert (reply.status, reply.body) == (200, b"")
    for path in ("/ppcrlconfig.srf", "/PPCRLconfig.srf",
                 "/ppcrlconfig600.srf", "/ppcrlcheck.srf",
                 "/ppcrlconfig.bin", "/ppcrlconfig600.bin",
                 "/wlidsvcconfig.xml", "/sqmserver.dll",
                 "/sqm/messenger/sqmserver.dll"):
        reply = msn.fetch(server, f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n"
                          .encode(), name)
        assert (reply.status, reply.body) == (200, b""), path
    assert rst.post(server, "/pp800/no.srf", b"", name).status == 404


@pytest.mark.covers("passport 13 #33", "soap 11 #113")
def test_sha1auth_leads_to_hosts_of_the_service_alone(server):
    def target(url: str) -> msn.Reply:
        token = (f"ct=1&bver=4&ru={msn.quote(url)}&js=yes&id=2"
                 "&da=x&nonce=y&hash=z")
        return msn.form(server, "/ppsecure/sha1auth.srf?lc=1033",
                        {"token": token})

    reply = target("http://www.hotmail.com/inbox?a=1&b=2")
    assert reply.status == 302
    assert reply.exact("Location") == "http://www.hotmail.com/inbox?a=1&b=2"
    for url in ("http://evil.example/", "//evil.example",
                "http://www.hotmail.com@evil.example/",
                "http://www.hotmail.com/\r\nX-Evil: 1"):
        reply = target(url)
        assert reply.status == 200
        assert reply.get("Location") is None
        assert reply.get("X-Evil") is None
