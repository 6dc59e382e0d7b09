# SPDX-License-Identifier: MIT
"""The published session of Messenger for Mac 8.0.1, exchange by exchange:
eight contacts, eight states.  Answers have the echo forms of real servers."""

from __future__ import annotations

import re

import pytest

import harness
import live
import live_soap as soap
import msn

MAC = "hey@example.com"
PASSWORD = "asdf"
CAPS = "1085276192"
HIDDEN = "hidden"

# name, state, note; who each is signs in with the dialect beside it
PEOPLE = (
    ("online", "NLN", "0b48cf1c-b9a5-4793-b8d4-a8ddd6b13c6c", 11),
    ("busy", "BSY", "72b6dca4-811b-4c6a-8b2a-c87cfa6e3299", 12),
    ("idle", "IDL", "88360ef7-5152-4ada-8bc8-e0343736e830", 13),
    ("away", "AWY", "d430617a-17bf-4437-a8f2-54aa4d33444e", 14),
    ("brb", "BRB", "ecd12daf-0c11-445f-b1ae-4751a509c25c", 15),
    ("lunch", "LUN", "9bd609bc-d2f8-4e1a-be72-06804bf73183", 12),
    ("phone", "PHN", "b1482981-ad81-4a2a-872f-ba3331c6bb91", 15),
    (HIDDEN, "HDN", "5a3c2f9e-70c8-4a51-9d53-2f1b6a1c8f10", 11),
)
ADL = (b'<ml l="1"><d n="local"><c n="away" l="3" t="1" />'
       b'<c n="brb" l="3" t="1" /><c n="busy" l="3" t="1" />'
       b'<c n="hidden" l="3" t="1" /><c n="idle" l="3" t="1" />'
       b'<c n="lunch" l="3" t="1" /><c n="online" l="3" t="1" />'
       b'<c n="phone" l="3" t="1" /></d></ml>')


def note(text: str) -> str:
    return (f"<Data><PSM>{text}</PSM><CurrentMedia></CurrentMedia></Data>")


def come_online(server: harness.Server, name: str, state: str, psm: str,
                dialect: int) -> msn.Person:
    email = f"{name}@local"
    if dialect in live.DIALECTS:
        person = live.sign_in(server, email, dialect, PASSWORD)
    else:
        person = msn.sign_in(server, email, PASSWORD, dialect)
    person.caps = CAPS
    person.sync()
    word = f"{name.capitalize()}%20User"
    t = person.ask("PRP", "MFN", word)
    person.expect(f"PRP {t} MFN {word}")
    person.name = word
    t = person.ask("UUX", payload=note(psm).encode())
    person.expect(f"UUX {t} 0")
    person.chg(state)
    return person


def mac_ticket(server: harness.Server, challenge: str) -> str:
    """Its POST has neither a body nor a length."""
    host, path = msn.nexus(server)
    reply = msn.login(
        server, f"Passport1.4 {challenge},OrgVerb=GET,"
        "OrgURL=http%3A%2F%2Fmessenger.msn.com,"
        f"sign-in={msn.quote(MAC)},pwd={PASSWORD}", "POST", path, host)
    assert reply.status == 200, reply.status_line
    words = reply.exact("Authentication-Info")
    assert words.startswith("Passport1.4 da-status=success,")
    return reply.ticket


def mac_services(server: harness.Server) -> soap.Client:
    """It logs in anew for each service and shows what it was given."""
    challenge = msn.fresh_challenge(server, MAC)
    return soap.Client(server, mac_ticket(server, challenge),
                       host="byrdr.omega.contacts.msn.com")


@pytest.fixture
def stage(make_server):
    """The server, with the eight signed in and on the Mac's lists."""
    server = make_server()
    server.add_user(MAC, PASSWORD)
    for name, *_ in PEOPLE:
        server.add_user(f"{name}@local", PASSWORD)
    web = mac_services(server)
    for name, *_ in PEOPLE:
        web.contact_add(f"{name}@local", f"{name.capitalize()} User")
    people = [come_online(server, *row) for row in PEOPLE]
    return server, people


def pairs(got: list[msn.Message], trid: int) -> dict[str, list[msn.Message]]:
    """ILN and the UBX that stands right behind it, by e-mail."""
    found = {}
    rest = list(got)
    while rest:
        head = rest.pop(0)
        assert head.words[:2] == ["ILN", str(trid)], head
        behind = rest.pop(0)
        assert behind.verb == "UBX" and behind.words[1] == head.words[3], (
            head, behind)
        assert head.words[3] not in found
        found[head.words[3]] = [head, behind]
    return found


@pytest.mark.covers(
    "soap 11 #3", "soap 11 #6", "soap 11 #10", "soap 11 #11", "soap 11 #26",
    "soap 11 #28", "soap 11 #37", "soap 11 #38", "soap 11 #39",
    "soap 11 #40", "soap 11 #41", "soap 11 #42", "soap 11 #45",
    "soap 11 #46", "soap 11 #47", "soap 11 #50", "soap 11 #54",
    "soap 11 #74", "soap 11 #82", "ns-modern 11 #7")
def test_the_published_mac_session_goes_through_line_by_line(stage):
    server, people = stage
    mac = live.Live(server, MAC, 16)
    mac.cvr_words = live.MAC
    mac.caps, mac.more = CAPS, "131088"

    mac.say("VER 1 MSNP16 MSNP15 MSNP14 MSNP13 CVR0")
    mac.expect_re("VER 1 MSNP16( CVR0)?")
    mac.say("CVR 2 0x0409 mac 10.14.6 i386 macmsgs 8.0.1 macmsgs " + MAC)
    mac.expect_re(r"CVR 2( \S+){5}")
    mac.say(f"USR 3 TWN I {MAC}")
    got = mac.read()
    if got.verb == "GCF":
        got = mac.read()
    found = re.fullmatch(r"USR 3 TWN S (\S+)", got.line)
    assert found, got
    ticket = mac_ticket(server, found.group(1))
    mac.say(f"USR 4 TWN S {ticket} 235411cb78234a468feb6f1bccca43fd")
    mac.trid = 4
    mac.accept(mac.read())
    mac.news()

    # the services
    roles = mac_services(server).roles()
    everybody = {f"{name}@local" for name, *_ in PEOPLE}
    assert set(roles["Allow"]) == everybody
    assert roles["Block"] == {}
    book = mac_services(server).find_all()
    assert set(book.contacts) == everybody
    for contact in book.contacts.values():
        assert contact.kind == "Regular"
        assert contact.display and contact.quick
        assert contact.user

    # and back
    assert len(ADL) == 245
    mac.raw(b"ADL 5 245\r\n" + ADL)
    mac.expect("ADL 5 OK")
    mac.say(f"PRP 6 MFN {MAC}")
    mac.expect(f"PRP 6 MFN {MAC}")
    mac.say("BLP 7 AL")
    mac.expect("BLP 7 AL")
    assert mac.news() == [], "no presence before the first CHG"
    mac.say(f"CHG 8 NLN {CAPS}:131088")
    mac.expect(f"CHG 8 NLN {CAPS}:131088")
    told = pairs(mac.news(), 8)
    assert set(told) == everybody - {f"{HIDDEN}@local"}
    for name, state, psm, _ in PEOPLE:
        if name == HIDDEN:
            continue
        head, behind = told[f"{name}@local"]
        assert head.line == (f"ILN 8 {state} {name}@local 1 "
                             f"{name.capitalize()}%20User {CAPS} "
                             "%3Cmsnobj%2F%3E")
        assert behind.line == f"UBX {name}@local 1 89"
        assert behind.payload == note(psm).encode()

    for number, size, payload in (
            (9, 53, note("")),
            (10, 75, f"<EndpointData><Capabilities>{CAPS}:131088"
             "</Capabilities></EndpointData>"),
            (11, 92, "<PrivateEndpointData><EpName>Rhodes</EpName>"
             "<ClientType>1</ClientType></PrivateEndpointData>")):
        assert len(payload) == size
        mac.raw(f"UUX {number} {size}\r\n{payload}")
        before, got = mac.until("UUX")
        assert mac.foreign(before) == []
        assert got.line == f"UUX {number} 0"
    for number, words in ((12, "MOBILE"), (13, "PROFILE 0x0409"),
                          (14, "CHGMOB")):
        mac.say(f"URL {number} {words}")
        before, got = mac.until("URL")
        assert mac.foreign(before) == []
        assert re.fullmatch(rf"URL {number} \S+ \S+ \S+", got.line), got
    mac.raw(f"UUN 15 {MAC} 8 9\r\nignore me")
    mac.expect("UUN 15 OK")
    mac.say("PNG 16")
    mac.expect("QNG 60")

    # it is seen by each of the eight, and sees them go on
    for person in people:
        assert quiet(person)
    people[0].chg("AWY")
    got = mac.news()
    assert got[0].line == ("NLN AWY online@local 1 Online%20User "
                           f"{CAPS} %3Cmsnobj%2F%3E")
    people[1].say("OUT")
    people[1].wire.rest()
    got = mac.news()
    assert re.fullmatch(r"FLN busy@local 1( \S+)?", got[0].line), got


def quiet(person: msn.Person) -> bool:
    """The Mac is on nobody's list, so the eight hear that it added them and
    nothing of its state."""
    return [m for m in live.news(person)
            if m.verb in ("ILN", "NLN", "FLN")] == []


@pytest.mark.covers("soap 11 #41")
def test_the_mac_is_shown_by_one_number_to_old_programs(stage):
    server, people = stage
    viewers = [p for p in people if isinstance(p, live.Live)]
    for viewer in viewers:
        viewer.soap.contact_add(MAC)
        viewer.news()
    mac = live.Live(server, MAC, 16)
    mac.cvr_words = live.MAC
    mac.caps, mac.more = CAPS, "131088"
    challenge = mac.challenge()
    mac.accept(mac.usr_s(mac_ticket(server, challenge),
                         "235411cb78234a468feb6f1bccca43fd"))
    mac.news()
    t = mac.ask("CHG", "NLN", f"{CAPS}:131088")
    before, got = mac.until("CHG")
    assert got.line == f"CHG {t} NLN {CAPS}:131088"
    for viewer in viewers:
        viewer.expect_sees(mac, "NLN")
