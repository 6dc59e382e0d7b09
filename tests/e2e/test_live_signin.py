# SPDX-License-Identifier: MIT
"""Sign-in of MSNP13 to MSNP18: token services, proofs, tickets, places."""

from __future__ import annotations

import base64
import re

import pytest

import harness
import live
import msn
import live_rst as rst
import live_soap as soap
import live_sso as sso

AMY, BOB, CID, EVE = (f"{n}@example.com" for n in ("amy", "bob", "cid", "eve"))
HERE = "7e3061d3-a564-477f-4e61-8b1c656bb596"
THERE = "c8d443de-df66-4678-8951-9e6d282ac83b"


@pytest.mark.covers("soap 11 #14", "soap 11 #15")
def test_the_client_of_these_tests_makes_the_published_proofs():
    nonce = "AwoRGB8mLTQ7QklQV15lbHN6gYiPlp2kq7K5wMfO1dzj6vH4/wYNFBsiKTA3PkVM"
    assert sso.blob(bytes(range(24)), nonce,
                    bytes.fromhex("0102030405060708")) == (
        "HAAAAAEAAAADZgAABIAAAAgAAAAUAAAASAAAAAECAwQFBgcI3tgraw3YxMHZspIhyeW4"
        "vDb/EQtFuPfyX8a2YLaSVlpbyUvwxeqLl7JcatKMP9iL7s+qAeWhMFKiTtkNAV/c2GqzN"
        "dv8WyOfsopAf2R7BXsFJfzZ0Ga1GUt5ums=")
    nonce = "E4Fhehbe0q2Je+SUSp7IRnJV+rN4uME75ljIpUjIZ1Si+DgmrfuiIL+AFmkMA6Wv"
    assert sso.blob(base64.b64decode("Z1OQ3mCLbrkCGvfRX0V8Ly/nSsbmv4La"),
                    nonce, bytes.fromhex("a1b2c3d4e5f60718")) == (
        "HAAAAAEAAAADZgAABIAAAAgAAAAUAAAASAAAAKGyw9Tl9gcYAVfcGiAcUEYTNkvr4rEZ"
        "nfi9aQCKIQXS+OTfpLqcL6vlvb/MLlHYxAut+mQ4G/t8VrC/Bz1ao+6f1RvqoKNOPpyTW"
        "GIay14mh1U3To01iBbdlkCSMr0fRb5PY/0=")


# ---------------------------------------------------------------- tickets

@pytest.mark.covers("soap 11 #64", "soap 11 #65", "soap 11 #66",
                    "soap 11 #67", "soap 11 #72", "rst 9 #1", "rst 9 #2",
                    "rst 9 #3",
                    "rst 9 #5", "rst 9 #7", "field-notes 4")
@pytest.mark.parametrize("kind", [rst.OLD, rst.NEW], ids=["rst", "rst2"])
@pytest.mark.parametrize("email", [AMY, BOB, CID, EVE])
def test_a_token_service_gives_a_ticket_for_each_address(server, kind,
                                                         email):
    wishes = (*rst.USUAL, ("unheard.of.example", "MBI_KEY"),
              ("a&b<c>.example", "MBI"))
    tokens = rst.tokens(server, email, kind=kind, wishes=wishes)
    assert list(tokens) == [address for address, _ in wishes]
    texts = [t.text for t in tokens.values() if t.text]
    assert len(set(texts)) == len(texts)
    assert tokens[rst.CLEAR].secret != tokens["unheard.of.example"].secret


@pytest.mark.covers("soap 11 #68", "rst 9 #1")
@pytest.mark.parametrize("kind", [rst.OLD, rst.NEW], ids=["rst", "rst2"])
def test_a_wrong_password_is_a_fault_of_the_kind_asked(server, kind):
    codes = {rst.OLD: "wsse:FailedAuthentication",
             rst.NEW: "wst:FailedAuthentication"}
    for email, password in ((AMY, "wrong"), ("nobody@example.com", "x"),
                            (AMY, "")):
        with pytest.raises(rst.Refused) as refused:
            rst.tokens(server, email, password, kind)
        assert refused.value.code == codes[kind]
        body = refused.value.reply.body
        assert b"0x80048800" in body
        assert (b"0x80048823" if kind is rst.OLD else b"0x80048821") in body


@pytest.mark.covers("soap 11 #69", "rst 9 #1")
@pytest.mark.parametrize("body", [
    b'<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Header>',
    b"", b"\0" * 100, b"<a/>", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"],
    ids=["cut", "empty", "zeros", "other", "doctype"])
def test_a_malformed_request_for_tickets_is_a_fault(server, body):
    for path in ("/RST.srf", "/RST2.srf"):
        reply = rst.post(server, path, body)
        assert reply.status in (200, 400, 500)
        if body.startswith(b"<Env"):
            assert b"S:Client" in reply.body
        assert b"BinarySecurityToken" not in reply.body
    assert rst.tokens(server, AMY)


@pytest.mark.covers("rst 9 #4")
@pytest.mark.parametrize("kind", [rst.OLD, rst.NEW], ids=["rst", "rst2"])
def test_more_than_32_addresses_are_refused(server, kind):
    wishes = tuple((f"a{n}.example", "MBI") for n in range(33))
    with pytest.raises(rst.Refused):
        rst.tokens(server, AMY, kind=kind, wishes=wishes)


@pytest.mark.covers("soap 11 #70", "soap 11 #71", "soap 11 #73",
                    "field-notes 1")
def test_the_replacement_library_gets_a_ticket_by_headers(server):
    token = rst.not_rst(server, AMY, harness.PEOPLE[AMY])
    assert token is not None
    assert rst.not_rst(server, AMY, "wrong") is None
    person = live.Live(server, AMY, 13)
    person.challenge()
    person.enter(f"t={token}&p=")
    reply = msn.fetch(server, b"OPTIONS /NotRST.srf HTTP/1.1\r\n"
                      b"Host: login.live.com\r\n\r\n", "login.live.com")
    # that web sites may is a setting (test_rst.py)
    assert (reply.status, reply.body) == (200, b"")
    reply = rst.post(server, "/", b"probe")
    assert (reply.status, reply.body) == (200, b"")
    reply = rst.post(server, "//RST.srf", rst.request(
        rst.OLD, AMY, harness.PEOPLE[AMY]))
    assert rst.read(rst.OLD, reply, rst.USUAL)


# ---------------------------------------------------------------- sign-in

@pytest.mark.covers("soap 11 #1", "soap 11 #5", "soap 11 #10",
                    "soap 11 #13", "soap 11 #20", "soap 11 #21",
                    "soap 11 #22", "soap 11 #26", "soap 11 #45",
                    "soap 11 #75", "soap 11 #83", "ns-modern 11 #7")
@pytest.mark.parametrize("dialect", live.DIALECTS)
def test_a_client_of_each_dialect_comes_online(server, dialect):
    amy = live.sign_in(server, AMY, dialect)
    port = amy.wire.sock.getsockname()[1]
    assert int(amy.profile["ClientPort"]) == \
        ((port & 0xff) << 8 | port >> 8)
    assert amy.profile["preferredEmail"] == AMY
    assert ("MPOPEnabled" in amy.profile) == (dialect >= 16)
    assert amy.news() == []
    assert amy.online() == []
    amy.say("PNG")
    found = amy.expect_re(r"QNG (\d+)")
    assert 42 <= int(found.group(1)) <= 60
    book = amy.whole_book()
    assert book.me is not None
    assert book.me.cid == book.owner_cid
    cid = int(book.owner_cid)
    assert -2**63 <= cid < 2**63 and cid != 0
    if "cid" in amy.profile:
        assert int(amy.profile["cid"], 16) == cid % 2**64


@pytest.mark.covers("soap 11 #2", "soap 11 #3", "soap 11 #4", "soap 11 #1")
@pytest.mark.parametrize("offer,chosen", [
    ("MSNP99 MSNP15 CVR0", "MSNP15"),
    ("MSNP16 MSNP15 MSNP14 MSNP13 CVR0", "MSNP16"),
    ("MSNP21 MSNP20 MSNP19 MSNP18 MSNP17 CVR0", "MSNP18"),
    ("MSNP18 MSNP17 CVR0", "MSNP18"), ("msnp14 MSNP13 CVR0", "MSNP14"),
    ("MSNP17 MSNP12 CVR0", "MSNP12"), ("MSNP99 CVR0", "0"),
    ("MSNP17 MSNP19 MSNP20 MSNP21 CVR0", "0")])
def test_the_best_common_dialect_is_chosen(server, offer, chosen):
    line = msn.Line(server.host, server.ns_port)
    line.say(f"VER 1 {offer}")
    line.expect_re(f"VER 1 {chosen}( CVR0)?")
    if chosen == "0":
        line.expect_closed()


@pytest.mark.covers("soap 11 #7", "soap 11 #8", "soap 11 #9",
                    "soap 11 #5")
@pytest.mark.parametrize("end", ["\r\n", "\n"], ids=["crlf", "lf"])
@pytest.mark.parametrize("step", [1, 4096])
def test_ver_cvr_and_usr_in_one_segment_are_answered_in_order(server, step,
                                                              end):
    line = live.Live(server, AMY, 18)
    data = (f"VER 1 MSNP18 CVR0{end}CVR 2 0x0409 winnt 6.1.0 i386 MSNMSGR "
            f"15.4.3502.0922 MSNMSGR {AMY} VmVyc2lvbjogMQ0KWGZyQ291bnQ6IDEN"
            f"Cg=={end}USR 3 SSO I {AMY}{end}")
    for at in range(0, len(data), step):
        line.raw(data[at:at + step])
    line.expect_re("VER 1 MSNP18( CVR0)?")
    line.expect_re(r"CVR 2 (15\.4\.3502\.0922 ){3}\S+ \S+")
    got = line.read()
    if got.verb == "GCF":
        got = line.read()
    assert re.fullmatch(r"USR 3 SSO S MBI_KEY_OLD [A-Za-z0-9+/]{64}",
                        got.line)


def spoil(proof: str, at: int) -> str:
    data = bytearray(base64.b64decode(proof))
    data[at] ^= 1
    return base64.b64encode(data).decode()


# One place in each field, and the last byte.
FIELDS = {"header": 0, "mode": 4, "cipher kind": 8, "hash kind": 12,
          "iv size": 16, "hash size": 20, "cipher size": 24, "iv": 28,
          "hash": 36, "cipher": 56, "last": 127}


@pytest.mark.covers("soap 11 #16")
@pytest.mark.parametrize("dialect", [15, 18])
def test_one_wrong_bit_of_the_proof_is_refused(make_server, dialect):
    server = make_server()
    tokens = rst.tokens(server, AMY)
    clear = tokens[rst.CLEAR]
    for field, at in FIELDS.items():
        amy = live.Live(server, AMY, dialect)
        good = sso.blob(clear.secret, amy.nonce())
        got = amy.prove(clear.text, spoil(good, at))
        assert got.line == f"911 {amy.trid} 0", field
        amy.expect_closed()


@pytest.mark.covers("soap 11 #16", "soap 11 #17", "soap 11 #19")
@pytest.mark.parametrize("dialect", [15, 16, 18])
def test_a_proof_of_anything_else_is_refused(server, dialect):
    amys = rst.tokens(server, AMY)
    bobs = rst.tokens(server, BOB)
    other = live.Live(server, AMY, dialect)
    foreign = other.nonce()

    def refused(ticket, make, email=AMY):
        person = live.Live(server, email, dialect)
        got = person.prove(ticket, make(person.nonce()))
        assert got.line == f"911 {person.trid} 0", got
        person.expect_closed()

    clear, bob = amys[rst.CLEAR], bobs[rst.CLEAR]
    refused(clear.text, lambda nonce: sso.blob(clear.secret, foreign))
    refused(clear.text, lambda nonce: sso.blob(bob.secret, nonce))
    refused(bob.text, lambda nonce: sso.blob(bob.secret, nonce))
    refused(clear.text, lambda nonce: sso.blob(b"\0" * 24, nonce))
    refused("t=nonsense&p=", lambda nonce: sso.blob(clear.secret, nonce))
    refused(clear.text, lambda nonce: "AAAA")
    refused(clear.text, lambda nonce: "!!!!")
    refused(clear.text, lambda nonce: base64.b64encode(base64.b64decode(
        sso.blob(clear.secret, nonce))[:-1]).decode())
    refused(clear.text, lambda nonce: base64.b64encode(base64.b64decode(
        sso.blob(clear.secret, nonce)) + b"\0" * 8).decode())
    other.accept(other.prove(clear.text, sso.blob(clear.secret, foreign)))


@pytest.mark.covers("soap 11 #13")
def test_no_proof_at_all_is_refused(server):
    clear = rst.tokens(server, AMY)[rst.CLEAR]
    amy = live.Live(server, AMY, 15)
    amy.nonce()
    got = amy.ask_once("USR", "SSO", "S", clear.text)
    assert got.line == f"911 {amy.trid} 0"
    amy.expect_closed()


@pytest.mark.covers("soap 11 #13", "soap 11 #17")
def test_each_sign_in_has_a_nonce_of_its_own(server):
    nonces = {live.Live(server, AMY, 15).nonce() for _ in range(8)}
    assert len(nonces) == 8


@pytest.mark.covers("soap 11 #18")
@pytest.mark.parametrize("dialect", [16, 18])
def test_the_place_must_be_a_guid_in_any_spelling(server, dialect):
    clear = rst.tokens(server, AMY)[rst.CLEAR]
    for word in (HERE, f"{{{HERE.upper()}}}", HERE.upper(), f"{{{HERE}}}"):
        amy = live.Live(server, AMY, dialect)
        proof = sso.blob(clear.secret, amy.nonce())
        amy.accept(amy.prove(clear.text, proof, word))
        amy.hang_up()
    for words in (["{7e3061d3}"], [HERE[:-1] + "g"], ["{" + HERE],
                  [HERE.replace("-", "x")]):
        amy = live.Live(server, AMY, dialect)
        proof = sso.blob(clear.secret, amy.nonce())
        got = amy.prove(clear.text, proof, *words)
        assert got.line == f"911 {amy.trid} 0", (words, got)
        amy.expect_closed()
    amy = live.Live(server, AMY, dialect)
    proof = sso.blob(clear.secret, amy.nonce())
    got = amy.ask_once("USR", "SSO", "S", clear.text, proof)
    assert got.line == f"911 {amy.trid} 0"
    amy.expect_closed()


@pytest.mark.covers("soap 11 #10", "soap 11 #12", "soap 11 #73",
                    "field-notes 7")
@pytest.mark.parametrize("dialect", [8, 9, 12, 13, 14])
def test_a_ticket_of_either_service_serves_by_twn(server, dialect):
    kind = live.Live if dialect >= 13 else msn.Person
    for kinds in (rst.OLD, rst.NEW, None):
        for quoted in (False, True):
            amy = kind(server, AMY, dialect)
            challenge = amy.challenge()
            assert " " not in challenge
            if kinds is None:
                text = msn.ticket(server, AMY, harness.PEOPLE[AMY],
                                  challenge)
            else:
                text = rst.tokens(
                    server, AMY, kind=kinds,
                    wishes=((rst.BASE, None),
                            (rst.MESSENGER, "?" + challenge)),
                )[rst.MESSENGER].text
            amy.enter(msn.quote(text) if quoted else text)
            amy.hang_up()


@pytest.mark.covers("soap 11 #10", "soap 11 #11")
@pytest.mark.parametrize("dialect", [13, 14, 15, 16])
@pytest.mark.parametrize("more", [
    [], ["235411cb78234a468feb6f1bccca43fd"]], ids=["bare", "place"])
def test_the_mac_signs_in_by_twn_in_each_dialect(server, dialect, more):
    amy = live.Live(server, AMY, dialect)
    amy.cvr_words = live.MAC
    challenge = amy.challenge()
    got = amy.usr_s(msn.ticket(server, AMY, harness.PEOPLE[AMY], challenge),
                    *more)
    amy.accept(got)


@pytest.mark.covers("soap 11 #23")
@pytest.mark.parametrize("dialect", live.DIALECTS)
def test_nothing_is_done_for_who_has_not_signed_in(server, dialect):
    for line, payload in (("CHG 3 NLN 0", b""), ("ADL 3 7", b"<ml></ml>"),
                          ("UUX 3 7", b"<Data/>"), ("XFR 3 SB", b"")):
        amy = live.Live(server, AMY, dialect)
        amy.ver()
        amy.cvr()
        amy.raw(line.encode() + b"\r\n" + payload)
        rest = amy.wire.rest()
        assert rest == b"" or re.fullmatch(rb"\d{3} 3\r\n", rest), rest


@pytest.mark.covers("soap 11 #56")
@pytest.mark.parametrize("dialect", live.DIALECTS)
def test_the_commands_of_the_old_lists_are_gone(server, dialect):
    for words in (["SYN", "0", "0"], ["ADC", "FL", f"N={BOB}", "F=x"],
                  ["REM", "FL", BOB], ["ADG", "x", "0"], ["RMG", "1"],
                  ["REG", "1", "x", "0"], ["GTC", "A"],
                  ["SBP", HERE, "MFN", "x"], ["ADD", "FL", BOB, "x", "0"],
                  ["REA", AMY, "x"]):
        amy = live.sign_in(server, AMY, dialect)
        amy.everything()
        t = amy.ask(*words)
        amy.say("PNG")
        try:
            got = amy.read()
        except AssertionError:
            continue    # closed
        assert got.line == f"502 {t} 0", words
        amy.hang_up()


# ---------------------------------------------------------------- places

@pytest.mark.covers("soap 11 #24", "soap 11 #48", "soap 11 #49")
@pytest.mark.parametrize("first", [16, 18])
@pytest.mark.parametrize("second", [16, 18])
def test_two_places_stay_and_the_same_place_takes_over(server, first,
                                                       second):
    one = live.sign_in(server, AMY, first, guid=HERE)
    one.online()
    two = live.sign_in(server, AMY, second, guid=THERE)
    two.online()
    own = one.everything()
    assert [m for m in own if m.verb == "OUT"] == []
    notes = [m.payload for m in own if m.verb == "UBX"]
    assert notes, own
    last = notes[-1].decode().lower()
    for guid in (HERE, THERE):
        assert f'<endpointdata id="{{{guid}}}">' in last
        assert f'<privateendpointdata id="{{{guid}}}">' in last
    again = live.sign_in(server, AMY, second, guid=HERE.upper())
    before, got = one.until("OUT")
    assert got.line == "OUT OTH"
    one.expect_closed()
    assert [m for m in two.everything() if m.verb == "OUT"] == []
    again.online()


@pytest.mark.covers("soap 11 #24", "soap 11 #25")
@pytest.mark.parametrize("old", [8, 12, 13, 15])
@pytest.mark.parametrize("new", [9, 13, 14, 15, 16, 18])
def test_who_has_no_place_is_alone(server, old, new):
    one = live.anybody(server, AMY, old)
    one.online()
    two = live.anybody(server, AMY, new)
    one.until("OUT")
    one.expect_closed()
    two.online()
    two.hang_up()
    one = live.anybody(server, AMY, new)
    one.online()
    live.anybody(server, AMY, old)
    _, got = one.until("OUT")
    assert got.line == "OUT OTH"
    one.expect_closed()


# ---------------------------------------------------------------- services

@pytest.mark.covers("soap 11 #73", "soap 11 #74", "soap 11 #75",
                    "field-notes 6")
def test_a_ticket_opens_the_services_before_and_after_the_ns(server):
    tokens = rst.tokens(server, AMY)
    for ticket in (tokens[rst.CONTACTS], tokens[rst.CLEAR],
                   tokens[rst.MESSENGER]):
        by_token = soap.Client(server, ticket.text)
        assert set(by_token.roles()) == set(soap.ROLES)
        by_cookie = soap.Client(server, cookie=ticket.bare)
        assert by_cookie.find_all().me.address == AMY
        bare = soap.Client(server, ticket.bare)
        assert bare.find_all().me.address == AMY
    plain = soap.Client(server, tokens[rst.CONTACTS].text, tls=False)
    assert plain.find_all().me.address == AMY
    amy = live.Live(server, AMY, 15)
    amy.sign(tokens)
    assert amy.soap.find_all().me.address == AMY
    amy.say("OUT")
    amy.expect_closed()
    assert amy.soap.find_all().me.address == AMY


@pytest.mark.covers("soap 11 #73", "field-notes 6")
def test_tickets_outlive_a_restart(make_server):
    server = make_server()
    tokens = rst.tokens(server, AMY)
    bob = rst.tokens(server, BOB, kind=rst.NEW)
    server.restart()
    web = soap.Client(server, tokens[rst.CONTACTS].text)
    guid = web.contact_add(BOB)
    server.restart()
    web.close()
    assert web.find_all().contacts[BOB].id == guid
    amy = live.Live(server, AMY, 15)
    amy.sign(tokens)
    amy.online()
    late = live.Live(server, BOB, 18)
    late.sign(bob)
    late.online()
    amy.expect_sees(late, "NLN")


@pytest.mark.covers("soap 11 #73")
def test_a_new_password_ends_all_tickets(server):
    tokens = rst.tokens(server, AMY)
    web = soap.Client(server, tokens[rst.CONTACTS].text)
    web.find_all()
    server.ctl("user", "passwd", AMY, "--password", "another one")
    with pytest.raises(soap.Fault):
        web.find_all()
    amy = live.Live(server, AMY, 15)
    got = amy.prove(tokens[rst.CLEAR].text, sso.blob(
        tokens[rst.CLEAR].secret, amy.nonce()))
    assert got.line == f"911 {amy.trid} 0"
    live.sign_in(server, AMY, 15, password="another one").online()


@pytest.mark.covers("rst 9 #3", "soap 11 #72", "design 6")
@pytest.mark.parametrize("log_format", ["text", "json"])
def test_passwords_and_tickets_of_these_years_reach_no_log(make_server,
                                                           log_format):
    server = make_server(**{"log.level": "debug", "log.format": log_format})
    email, password = "zoe@example.com", "canary-9d2f&<x>\u00e9"
    server.add_user(email, password)
    secrets = ["canary-9d2f"]
    for dialect in live.DIALECTS:
        zoe = live.sign_in(server, email, dialect, password=password)
        zoe.online()
        zoe.soap.add_member("Allow", BOB)
        zoe.hang_up()
        for token in zoe.tokens.values():
            if token.text:
                secrets.append(token.bare)
            if token.secret:
                secrets.append(base64.b64encode(token.secret).decode())
    assert server.stop() == 0
    log = server.log()
    assert email in log
    assert [s for s in secrets if s in log] == []
