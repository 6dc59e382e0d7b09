# SPDX-License-Identifier: MIT
"""What people of the Live years send each other beside conversations, and
accounts that are at several places."""

from __future__ import annotations

import base64
import re

import pytest

import either
import live
import live_rst as rst
import msn
from live import AL, BL, FL

AMY, BOB, CID = "amy@example.com", "bob@example.com", "cid@example.com"
HERE = "7e3061d3-a564-477f-4e61-8b1c656bb596"
THERE = "c8d443de-df66-4678-8951-9e6d282ac83b"


def friends(server, first: int, second: int) -> tuple[live.Live, live.Live]:
    amy = live.sign_in(server, AMY, first)
    bob = live.sign_in(server, BOB, second)
    for a, b in ((amy, bob), (bob, amy)):
        a.online()
        a.soap.contact_add(b.email)
    amy.news()
    bob.news()
    return amy, bob


def data(person: live.Live) -> list[msn.Message]:
    return [m for m in person.news() if m.verb in ("UBN", "UBM")]


@pytest.mark.covers("soap 11 #50", "soap 11 #51", "soap 11 #52")
@pytest.mark.parametrize("first", live.DIALECTS)
@pytest.mark.parametrize("second", [13, 15, 18])
def test_a_datagram_reaches_a_friend_and_nobody_else(server, first, second):
    amy, bob = friends(server, first, second)
    payload = b"<SNM opcode=\"SNM\"/>\r\n\0\xff"
    t = amy.ask("UUN", BOB, "3", payload=payload)
    amy.expect(f"UUN {t} OK")
    got = data(bob)
    assert len(got) == 1, got
    assert re.fullmatch(rf"UBN {AMY}(;\{{[0-9a-f-]{{36}}\}})? 3 "
                        rf"{len(payload)}", got[0].line), got
    assert got[0].payload == payload
    assert data(amy) == []

    t = amy.ask("UUN", CID, "3", payload=b"x")
    assert amy.read().line == f"217 {t} 0", "not there"
    t = amy.ask("UUN", "nobody@example.com", "3", payload=b"x")
    assert amy.read().line == f"217 {t} 0", "nobody"
    for kind, words in (("4", b"x"), ("5", b"x"), ("8", b"x"),
                        ("2", b"INVITE 192.0.2.7 word"),
                        ("3", b"goawyplzthxbye"), ("12", b" GTFO\r\n")):
        t = amy.ask("UUN", BOB, kind, payload=words)
        got = amy.read()
        assert re.fullmatch(rf"\d{{3}} {t}( 0)?", got.line), got
    bob.soap.add_member("Block", AMY)
    amy.news()
    t = amy.ask("UUN", BOB, "3", payload=b"x")
    assert amy.read().line == f"217 {t} 0", "blocked"
    assert data(bob) == []
    t = amy.ask("UUN", AMY, "8", payload=b"ignore me")
    amy.expect(f"UUN {t} OK")
    assert data(amy) == []


@pytest.mark.covers("soap 11 #48", "soap 11 #49", "soap 11 #50",
                    "soap 11 #24")
@pytest.mark.parametrize("kinds", [(16, 16), (16, 18), (18, 18)])
def test_datagrams_between_the_places_of_an_account(server, kinds):
    tokens = rst.tokens(server, AMY)
    one = live.sign_in(server, AMY, kinds[0], guid=HERE, tokens=tokens)
    one.online()
    two = live.sign_in(server, AMY, kinds[1], guid=THERE, tokens=tokens)
    two.online()
    bob = live.sign_in(server, BOB, 18)
    bob.online()
    one.news()
    t = one.ask("UUN", AMY, "8", payload=b"gtfo")
    one.expect(f"UUN {t} OK")
    got = data(two)
    assert [m.payload for m in got] == [b"gtfo"]
    assert re.fullmatch(rf"UBN {AMY}(;\{{{HERE}\}})? 8 4", got[0].line), got
    assert data(one) == []
    t = two.ask("UUN", f"{AMY};{{{HERE.upper()}}}", "4",
                payload=b"goawyplzthxbye")
    two.expect(f"UUN {t} OK")
    got = data(one)
    assert [m.payload for m in got] == [b"goawyplzthxbye"]
    assert re.match(rf"UBN {AMY};\{{{THERE}\}} 4 ", got[0].line), got
    bob.soap.contact_add(AMY)
    one.news()
    two.news()
    for person, guid in ((one, HERE), (two, THERE)):
        t = bob.ask("UUN", f"{AMY};{{{guid}}}", "3", payload=b"only you")
        _, got = bob.until("UUN")
        assert got.line == f"UUN {t} OK"
        assert [m.payload for m in data(person)] == [b"only you"]
    assert data(one) == data(two) == []


@pytest.mark.covers("soap 11 #48", "soap 11 #49")
def test_contacts_are_shown_places_but_never_what_is_private(server):
    amy = live.sign_in(server, AMY, 18, guid=HERE)
    amy.online()
    bob = live.sign_in(server, BOB, 16)
    bob.soap.contact_add(AMY)
    bob.online()
    more = live.sign_in(server, AMY, 16, guid=THERE)
    more.online()
    note = bob.note_of(bob.news(), amy).decode().lower()
    for guid in (HERE, THERE):
        assert f'<endpointdata id="{{{guid}}}">' in note
    assert "privateendpointdata" not in note and "<epname>" not in note
    more.say("OUT")
    more.wire.rest()
    got = bob.news()
    assert [m for m in got if m.verb == "FLN"] == [], "one is still there"
    note = bob.note_of(got, amy).decode().lower()
    assert HERE in note and THERE not in note
    amy.say("OUT")
    amy.wire.rest()
    got = bob.news()
    assert [m.verb for m in got if m.verb != "UBX"] == ["FLN"], got


@pytest.mark.covers("soap 11 #55", "soap 11 #24")
@pytest.mark.parametrize("caller", live.EVERY)
def test_who_is_at_two_places_is_rung_at_both(server, caller):
    tokens = rst.tokens(server, BOB)
    one = live.sign_in(server, BOB, 16, guid=HERE, tokens=tokens)
    two = live.sign_in(server, BOB, 18, guid=THERE, tokens=tokens)
    for bob in (one, two):
        bob.online()
    amy = live.anybody(server, AMY, caller)
    amy.online()
    one.soap.add_member("Allow", AMY)
    either.put(amy, "AL", one)
    for person in (one, two, amy):
        either.absorb(person)
    here = amy.open_board()
    t = here.ask("CAL", BOB)
    here.expect_re(rf"CAL {t} RINGING \d+")
    number, host, port, cookie = one.rung(amy)
    assert two.rung(amy)[0] == number
    there = live.LiveBoard(one, host, port)
    there.ask("ANS", one.place, cookie, number)
    there.expect_roster([amy])
    here.expect_joined(one)
    payload = msn.text("to wherever you are")
    t = here.tell("A", payload)
    here.expect(f"ACK {t}")
    there.expect_told(amy, payload)


@pytest.mark.covers("soap 11 #42", "soap 11 #44", "soap 11 #54",
                    "soap 11 #46")
@pytest.mark.parametrize("dialect", live.DIALECTS)
def test_small_commands_of_each_dialect(server, dialect):
    amy = live.sign_in(server, AMY, dialect)
    amy.online()
    t = amy.ask("CHG", "FLN", "0", "0")
    assert amy.read().line == f"201 {t} 0"
    for words in (["NLN"], ["NLN", "2752512032:1312"], ["BSY", "1"],
                  ["AWY", "2789003300:48", "0"],
                  ["IDL", "4294967295:4294967295", msn.MSNOBJ]):
        t = amy.ask("CHG", *words)
        _, got = amy.until("CHG")
        assert got.words[:2] == ["CHG", str(t)], got
        assert len(got.words) == 2 + len(words), got
        assert got.words[2] == words[0]
    amy.news()
    for words in (["MOBILE"], ["PROFILE", "0x0409"], ["CHGMOB"], ["INBOX"],
                  ["COMPOSE", BOB], ["PERSON", "0x0409"]):
        t = amy.ask("URL", *words)
        amy.expect_re(rf"URL {t} \S+ \S+ \S+")
    for text in ("<Data><PSM></PSM><CurrentMedia></CurrentMedia></Data>",
                 "<Data><PSM>Yep, I&apos;m here.</PSM><CurrentMedia>"
                 "</CurrentMedia><MachineGuid>{C8D443DE-DF66-4678-8951-9E6D2"
                 "82AC83B}</MachineGuid><DDP></DDP><SignatureSound>"
                 "</SignatureSound><Scene></Scene><ColorScheme>"
                 "</ColorScheme></Data>", "<Data/>"):
        amy.uux(text)
    amy.news()


@pytest.mark.covers("soap 11 #58", "soap 11 #59")
def test_a_ticket_for_circles_must_be_ours(server):
    amy = live.sign_in(server, AMY, 18)
    amy.online()
    ticket = (amy.soap.find_paged().ticket or "").encode()
    good = base64.b64encode(ticket).decode()
    t = amy.ask("USR", "SHA", "A", good)
    assert amy.read().line == f"USR {t} OK {AMY} 0 0"
    at = ticket.index(b"<Sig>") + 8
    other = b"A" if ticket[at:at + 1] != b"A" else b"B"
    changed = ticket[:at] + other + ticket[at + 1:]
    foreign = live.sign_in(server, BOB, 18).soap.find_paged().ticket or ""
    for bad in (changed, foreign.encode(), b"nonsense"):
        t = amy.ask("USR", "SHA", "A", base64.b64encode(bad).decode())
        assert amy.read().line == f"911 {t} 0", bad
        assert amy.news() == [], "the connection stays"
    payload = (b'<ml l="1"><d n="live.com"><c n="00000000-0000-0000-0009-'
               b'96c9144c6bc6" l="3" t="9"/></d></ml>')
    t = amy.ask("ADL", payload=payload)
    got = amy.read()
    assert got.words[:2] == ["933", str(t)], got


@pytest.mark.covers("soap 11 #34")
@pytest.mark.parametrize("dialect", live.DIALECTS)
def test_blocking_by_the_notification_server_alone(server, dialect):
    amy, bob = friends(server, dialect, 18)
    amy.told("RML", (BOB, AL))
    amy.told("ADL", (BOB, BL))
    got = bob.news()
    assert [m.verb for m in got if m.verb != "UBX"] == ["FLN"], got
    assert "Block" in amy.soap.role_of(BOB)
    assert "Allow" not in amy.soap.role_of(BOB)
    amy.told("RML", (BOB, BL))
    amy.told("ADL", (BOB, AL))
    got = bob.news()
    assert [m.verb for m in got if m.verb != "UBX"] == ["NLN"], got
    assert FL & either.entry(amy, BOB).bits


@pytest.mark.covers("ns-modern 11 #1")
@pytest.mark.parametrize("dialect", live.DIALECTS)
def test_no_length_of_a_payload_overflows_anything(server, dialect):
    tokens = rst.tokens(server, AMY)
    for verb in ("ADL 77", "RML 77", "UUX 77", f"UUN 77 {BOB} 3"):
        for size in ("99999999", "4294967297", "18446744073709551617", "-1",
                     "x", "0x10", "9" * 200):
            amy = live.sign_in(server, AMY, dialect, tokens=tokens)
            amy.raw(f"{verb} {size}\r\n")
            rest = amy.wire.rest()
            assert b" OK" not in rest.rpartition(b"\r\n\r\n")[2], rest
    live.sign_in(server, AMY, dialect, tokens=tokens).online()


@pytest.mark.covers("ns-modern 11 #2")
@pytest.mark.parametrize("dialect", live.DIALECTS)
def test_addresses_are_compared_without_case(server, dialect):
    bob = live.sign_in(server, BOB, 15)
    bob.online()
    amy = live.sign_in(server, AMY, dialect)
    amy.online()
    got = amy.told("ADL", ("Bob@EXAMPLE.com", FL | AL))
    looks = amy.looks(got, bob)
    assert len(looks) == 1, got
    assert either.entry(amy, BOB).bits == FL | AL
    assert set(amy.soap.find_all().contacts) == {BOB}
    t = amy.ask("UUN", "BOB@example.COM", "3", payload=b"x")
    amy.expect(f"UUN {t} OK")
    amy.told("RML", ("BOB@example.COM", FL | AL))
    assert either.entry(amy, BOB).bits == 0


@pytest.mark.covers("ns-modern 11 #3", "soap 11 #115", "soap 11 #32")
def test_a_doctype_in_a_list_or_a_note_is_refused(server):
    laughs = (b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
              b'<ml><d n="example.com"><c n="&b;" l="1" t="1"/></d></ml>')
    deep = b"<ml>" + b"<d>" * 1000 + b"</d>" * 1000 + b"</ml>"
    tokens = rst.tokens(server, AMY)
    for payload in (laughs, deep, b"\0" * 40, b"<ml>\xff</ml>"):
        amy = live.sign_in(server, AMY, 15, tokens=tokens)
        amy.everything()
        t = amy.ask("ADL", payload=payload)
        assert amy.read().words[:2] == ["241", str(t)], payload[:40]
    amy = live.sign_in(server, AMY, 15, tokens=tokens)
    amy.online()
    bob = live.sign_in(server, BOB, 15)
    bob.online()
    bob.soap.contact_add(AMY)
    bob.news()
    amy.ask("UUX", payload=b"<!DOCTYPE a [<!ENTITY b 'boom'>]><Data><PSM>&b;"
            b"</PSM></Data>")
    amy.wire.send(b"PNG\r\n")
    assert amy.wire.line()
    assert all(b"boom" not in m.payload and b"DOCTYPE" not in m.payload
               for m in bob.news())
