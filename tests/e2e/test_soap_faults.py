# SPDX-License-Identifier: MIT
"""What the services refuse: broken and hostile documents, and who may not."""

from __future__ import annotations

import pytest

import harness
import live
import live_rst as rst
import live_soap as soap
import msn

AMY, BOB = "amy@example.com", "bob@example.com"
PATHS = (soap.SHARING, soap.BOOK)
FIND = f'<FindMembership xmlns="{soap.AB}"/>'


@pytest.fixture
def web(server):
    return soap.Client(server, rst.tokens(server, AMY)[rst.CONTACTS].text)


def still_serves(web: soap.Client) -> None:
    assert web.find_all().me.address == AMY


def refused(web: soap.Client, path: str, body: bytes,
            *statuses: int) -> msn.Reply:
    reply = web.post(path, body, f"{soap.AB}/FindMembership")
    assert reply.status in statuses, (reply.status_line, body[:80])
    if reply.status == 500:
        soap.Fault(reply)
        assert b"<soap:Fault" in reply.body
    return reply


DEEP = b"<a>" * 5000 + b"</a>" * 5000
WIDE = b"<a>" + b"<b/>" * 100000 + b"</a>"
ATTRIBUTES = b"<a " + b" ".join(b'a%d="x"' % n for n in range(20000)) + b"/>"
LAUGHS = (b'<!DOCTYPE l [<!ENTITY a "ha">'
          + b"".join(b'<!ENTITY %c "%s">' % (c + 1, b"&%c;" % c * 10)
                     for c in range(ord("a"), ord("j")))
          + b"]><l>&j;</l>")
BROKEN = {
    "empty": b"", "blank": b"  \r\n", "text": b"hello", "zeros": b"\0" * 50,
    "cut": soap.envelope(FIND, "t=x&p=")[:-9], "deep": DEEP, "wide": WIDE,
    "attributes": ATTRIBUTES, "laughs": LAUGHS,
    "doctype": b"<!DOCTYPE a><a/>",
    "outside": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'
               b"<a>&b;</a>",
    "outer dtd": b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/x.dtd"><a/>',
    "no body": b'<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/'
               b'envelope/"/>',
    "not utf-8": b"<a>\xff\xfe\xfd</a>",
    "utf-7": b'<?xml version="1.0" encoding="utf-7"?><a/>',
    "two roots": b"<a/><b/>",
}


@pytest.mark.covers("soap 11 #115", "soap 11 #102", "ns-modern 11 #3")
@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_document_is_refused_and_harms_nobody(server, web, kind):
    for path in PATHS:
        refused(web, path, BROKEN[kind], 400, 413, 500)
        still_serves(web)
    for path in ("/RST.srf", "/RST2.srf"):
        body = BROKEN[kind]
        if len(body) > 320 * 1024:
            assert too_big(server, "login.live.com", path, len(body)) == 413
            continue
        reply = rst.post(server, path, body)
        assert reply.status in (200, 400, 413, 500)
        assert b"BinarySecurityToken" not in reply.body
        assert b"root:" not in reply.body
    still_serves(web)


def too_big(server: harness.Server, host: str, path: str, size: int) -> int:
    """The answer to a head that announces such a body; who sends it all the
    same may find the connection closed."""
    wire = msn.Web(server, host)
    wire.send(soap.head(path, size, None, host))
    status = wire.answer().status
    try:
        for _ in range(size // 65536 + 1):
            wire.send(b" " * 65536)
        wire.rest()
    except OSError:
        pass
    wire.hang_up()
    return status


@pytest.mark.covers("soap 11 #115")
def test_a_doctype_before_a_good_request_is_refused(web):
    good = soap.envelope(FIND, web.ticket)
    head, _, rest = good.partition(b"?>")
    for doctype in (b"<!DOCTYPE x>", b'<!DOCTYPE x [<!ENTITY a "b">]>',
                    LAUGHS.partition(b"<l>")[0]):
        reply = refused(web, soap.SHARING, head + b"?>" + doctype + rest,
                        400, 500)
        assert b"Services" not in reply.body
    still_serves(web)


@pytest.mark.covers("soap 11 #115")
@pytest.mark.parametrize("size", [2, 10])
def test_a_huge_body_is_refused(server, web, size):
    for path in PATHS:
        assert too_big(server, web.host, path, size << 20) == 413
    still_serves(web)
    # a little more than is taken is read to its end first
    body = soap.envelope(FIND + " " * (1 << 20), web.ticket)
    reply = msn.fetch(server, soap.head(soap.BOOK, len(body), None, web.host)
                      + body, web.host)
    assert reply.status == 413


@pytest.mark.covers("soap 11 #102")
def test_an_unknown_method_is_forbidden_and_the_connection_goes_on(web):
    for path in PATHS:
        for method in ("Unheard", "FindMembershi", "ABFindAllX", "A" * 200):
            with pytest.raises(soap.Fault) as got:
                web.call(path, method, "")
            assert got.value.code == "Forbidden", got.value
            assert "no longer supported" in got.value.string
        assert web.web is not None, "kept alive"
    still_serves(web)


@pytest.mark.covers("soap 11 #79", "soap 11 #80", "soap 11 #78",
                    "field-notes 1", "field-notes 2")
def test_the_body_decides_whatever_the_action_and_path_look_like(server,
                                                                 web):
    body = soap.envelope(FIND, web.ticket)
    good = f"{soap.AB}/FindMembership"
    for action in (good, f'"{good}"', None, '""', "nonsense",
                   f"{soap.AB}/ABFindAll"):
        got = web.read("FindMembership", web.post(soap.SHARING, body, action))
        assert set(soap.read_roles(got)[0]) == set(soap.ROLES)
    for path in ("/ABService/sharingservice.ASMX",
                 "//abservice/SharingService.asmx",
                 "/abservice//SharingService.asmx",
                 "http://contacts.msn.com/abservice/SharingService.asmx",
                 "/abservice/SharingService.asmx?x=y"):
        web.read("FindMembership", web.post(path, body, good))
    for host in ("contacts.msn.com", "local-bay.contacts.msn.com",
                 "omega.contacts.msn.com", "byrdr.omega.contacts.msn.com"):
        other = soap.Client(server, web.ticket, host=host)
        assert other.find_all().me.address == AMY
    # other prefixes, another order, more than is asked for
    odd = (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/">'
        f'<e:Header><q:ABAuthHeader xmlns:q="{soap.AB}"><q:Other>1</q:Other>'
        f"<q:TicketToken>{web.ticket.replace('&', '&amp;')}</q:TicketToken>"
        '</q:ABAuthHeader></e:Header><!-- x --><e:Body><z:FindMembership '
        f'xmlns:z="{soap.AB}"><z:Strange a="b"><z:More/></z:Strange>'
        "</z:FindMembership></e:Body></e:Envelope>")
    web.read("FindMembership", web.post(soap.SHARING, odd.encode(), good))
    got = web.post(soap.SHARING, body, good, "Expect: 100-continue")
    if got.status == 100:
        got = web.web.answer()
    web.read("FindMembership", got)


@pytest.mark.covers("soap 11 #78")
@pytest.mark.parametrize("encoding", ["chunked", "http10"])
def test_requests_may_come_in_chunks_and_by_http_1_0(server, web, encoding):
    body = soap.envelope(FIND, web.ticket)
    if encoding == "chunked":
        parts = [body[n:n + 100] for n in range(0, len(body), 100)] + [b""]
        data = (f"POST {soap.SHARING} HTTP/1.1\r\nHost: {web.host}\r\n"
                "Content-Type: text/xml\r\nTransfer-Encoding: chunked\r\n"
                "\r\n").encode() + b"".join(
                    b"%x\r\n%s\r\n" % (len(p), p) for p in parts)
    else:
        data = (f"POST {soap.SHARING} HTTP/1.0\r\nHost: {web.host}\r\n"
                f"Content-Length: {len(body)}\r\n\r\n").encode() + body
    web.read("FindMembership", msn.fetch(server, data, web.host))


# ---------------------------------------------------------------- tickets

def unknown(reply: msn.Reply) -> None:
    """As clients know a bad ticket."""
    assert reply.status == 500
    got = soap.Fault(reply)
    assert got.code == "PassportAuthFail" or \
        got.faultcode.endswith(":BadContextToken"), got
    assert b"FindMembershipResult" not in reply.body


def ask(server: harness.Server, ticket: str | None = None,
        cookie: str | None = None) -> msn.Reply:
    web = soap.Client(server, ticket, cookie)
    reply = web.post(soap.SHARING, soap.envelope(FIND, ticket))
    web.close()
    return reply


def changed(ticket: str) -> list[str]:
    """Tickets near this one."""
    bare = ticket.removeprefix("t=").removesuffix("&p=")
    out = []
    for at in range(0, len(bare), max(1, len(bare) // 12)):
        other = "A" if bare[at] != "A" else "B"
        out.append(f"t={bare[:at]}{other}{bare[at + 1:]}&p=")
    return out + [f"t={bare[:-4]}&p=", f"t={bare}{bare}&p=", f"x={bare}",
                  f"t= {bare[1:]}&p="]


@pytest.mark.covers("soap 11 #76")
def test_who_has_no_ticket_or_a_changed_one_is_nobody(server):
    good = rst.tokens(server, AMY)[rst.CONTACTS]
    for ticket in (None, "", "t=", "t=&p=", "&p=", "nonsense", "%", "t" * 500,
                   "t=" + "A" * 10000 + "&p=", *changed(good.text)):
        unknown(ask(server, ticket))
    for cookie in ("", "nonsense", "x" + good.bare[1:], "a;b"):
        unknown(ask(server, cookie=cookie))
    assert ask(server, cookie='"').status in (400, 431, 500)
    assert ask(server, good.text).status == 200
    assert ask(server, cookie=good.bare).status == 200


@pytest.mark.covers("soap 11 #76")
def test_what_was_made_for_another_purpose_is_no_ticket(server):
    reply = msn.form(server, "/login.srf", {
        "login": AMY, "passwd": harness.PEOPLE[AMY]})
    cookies = [c.partition(";")[0].partition("=")[2].strip()
               for c in reply.all("Set-Cookie")]
    amy = live.sign_in(server, AMY, 15)
    amy.online()
    _, _, cookie = amy.xfr()
    secret = rst.tokens(server, AMY)[rst.CLEAR].secret.hex()
    nonce = live.Live(server, AMY, 15).nonce()
    for text in [*cookies, cookie, secret, nonce,
                 msn.fresh_challenge(server).replace(",", "")]:
        if text and not text.startswith("t="):
            unknown(ask(server, f"t={text}&p="))


@pytest.mark.covers("soap 11 #76")
def test_a_disabled_account_is_let_in_nowhere(server):
    good = rst.tokens(server, AMY)
    server.ctl("user", "disable", AMY)
    unknown(ask(server, good[rst.CONTACTS].text))
    with pytest.raises(rst.Refused):
        rst.tokens(server, AMY)
    server.ctl("user", "enable", AMY)
    assert rst.tokens(server, AMY)


@pytest.mark.covers("soap 11 #76")
def test_nobody_reads_or_changes_the_book_of_another(server):
    amy = soap.Client(server, rst.tokens(server, AMY)[rst.CONTACTS].text)
    bob = soap.Client(server, rst.tokens(server, BOB)[rst.CONTACTS].text)
    guid = amy.contact_add("cid@example.com")
    group = amy.group_add("Friends")
    for call in (lambda: bob.contact_delete(guid),
                 lambda: bob.group_rename(group, "x"),
                 lambda: bob.group_put(group, guid),
                 lambda: bob.group_delete(group)):
        with pytest.raises(soap.Fault):
            call()
    book = amy.find_all()
    assert set(book.contacts) == {"cid@example.com"}
    assert book.groups == {group: "Friends"}
    assert bob.find_all().contacts == {}
