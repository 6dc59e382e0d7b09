# SPDX-License-Identifier: MIT
"""The address book over SOAP and the lists of the notification server are
one: what is changed by either is seen by the other at once."""

from __future__ import annotations

import re

import pytest

import either
import live
import live_rst as rst
import live_soap as soap
import msn
from live import AL, BL, FL, RL

AMY, BOB, CID, EVE = (f"{n}@example.com" for n in ("amy", "bob", "cid", "eve"))
NAMES = ("Zo\u00eb", "\u6f22\u5b57 \u2603", "<&>\"' %20 100%", "\U0001f600")


def web(server, email: str = AMY) -> soap.Client:
    return soap.Client(server, rst.tokens(server, email)[rst.CONTACTS].text)


def fault(code: str, words: str, call, *args, **named) -> soap.Fault:
    with pytest.raises(soap.Fault) as caught:
        call(*args, **named)
    assert caught.value.code == code, caught.value
    assert words in caught.value.string, caught.value
    return caught.value


# ---------------------------------------------------------------- one model

@pytest.mark.covers("soap 11 #74", "soap 11 #81", "soap 11 #82",
                    "soap 11 #93")
@pytest.mark.parametrize("dialect", msn.DIALECTS)
def test_what_an_old_program_changes_is_in_the_services_at_once(server,
                                                                dialect):
    book = web(server)
    amy = msn.sign_in(server, AMY, dialect=dialect)
    bob = msn.Person(server, BOB, dialect)  # nobody signed in
    amy.online()
    name = NAMES[dialect % len(NAMES)]
    group = either.group_add(amy, name)
    assert name in book.find_all().groups.values()
    either.befriend(amy, bob)
    either.group_put(amy, group, bob)
    contact = book.find_all().contacts[BOB]
    assert (contact.kind, contact.user) == ("Regular", True)
    assert {book.find_all().groups[g] for g in contact.groups} == {name}
    if dialect >= 10:
        assert contact.id == amy.ids[BOB]
        assert group in contact.groups
        got = amy.ask_once("SBP", amy.ids[BOB], "MFN", live.encode(name))
        assert got.verb == "SBP", got
    else:
        got = amy.ask_once("REA", BOB, live.encode(name))
        assert got.verb == "REA", got
        amy.bump(got, 2)
    assert name in (book.find_all().contacts[BOB].quick,
                    book.find_all().contacts[BOB].display)
    either.put(amy, "AL", bob)
    assert book.role_of(BOB) == {"Allow"}
    either.block(amy, bob)
    assert book.role_of(BOB) == {"Block"}
    either.take(amy, "BL", bob)
    assert book.role_of(BOB) == set()
    either.unfriend(amy, bob)
    assert BOB not in book.find_all().contacts
    either.group_remove(amy, group)
    assert book.find_all().groups == {}
    either.rename(amy, name)
    assert book.find_all().me.display == name
    assert book.find_paged().me.display == name


@pytest.mark.covers("soap 11 #85", "soap 11 #90", "soap 11 #91",
                    "soap 11 #92", "soap 11 #93", "soap 11 #94")
@pytest.mark.parametrize("dialect", live.EVERY)
def test_what_the_services_change_is_in_every_list_at_once(server, dialect):
    book = web(server)
    amy = live.anybody(server, AMY, dialect)
    amy.online()

    def now(email: str = BOB) -> either.Entry:
        either.absorb(amy)
        return either.entry(amy, email)

    name = NAMES[dialect % len(NAMES)]
    guid = book.contact_add(BOB)
    assert now().bits == FL | AL
    group = book.group_add(name)
    either.absorb(amy)
    assert set(either.lists(amy)[1]) == {name}
    book.group_put(group, guid)
    assert now().groups == {name}
    book.group_rename(group, name + "!")
    assert now().groups == {name + "!"}
    book.group_take(group, guid)
    assert now().groups == frozenset()
    book.delete_member("Allow", BOB)
    assert now().bits == FL
    book.add_member("Block", BOB)
    assert now().bits == FL | BL
    number = book.roles()["Block"][BOB].number
    book.delete_number("Block", number)
    assert now().bits == FL
    book.add_member("Allow", BOB, CID)
    assert now(CID).bits == AL
    book.add_member("Block", BOB)
    assert now().bits == FL | BL, "Block takes from Allow"
    book.add_member("Allow", BOB)
    assert now().bits == FL | AL, "Allow takes from Block"
    book.group_put(group, guid)
    book.contact_delete(guid)
    assert now().bits == AL, "only the forward list is left"
    book.group_delete(group)
    either.absorb(amy)
    assert either.lists(amy)[1] == {}
    book.delete_member("Allow", BOB)
    book.delete_member("Allow", CID)
    either.absorb(amy)
    assert either.lists(amy)[0] == {}
    book.rename_self(name)
    either.absorb(amy)
    if dialect >= 10:   # before, only USR OK tells it
        amy.sync()
        assert either.decode(amy.name) == name


@pytest.mark.covers("soap 11 #33", "soap 11 #34", "soap 11 #37")
@pytest.mark.parametrize("watcher,changer", [
    (w, live.EVERY[(n + by) % len(live.EVERY)])
    for n, w in enumerate(live.EVERY) for by in (0, 3, 7)])
def test_presence_follows_the_services_at_once(server, watcher, changer):
    """amy's program has dialect changer; her services do the changes."""
    book = web(server)
    amy = live.anybody(server, AMY, changer)
    bob = live.anybody(server, BOB, watcher)
    amy.online()
    bob.online()
    bobs = web(server, BOB)
    bobs.contact_add(AMY)
    got = [m for m in either.absorb(bob) if m.verb in ("ILN", "NLN")]
    assert len(got) == 1, got
    assert either.told_of(either.absorb(amy), amy, bob)

    book.add_member("Block", BOB)
    got = [m for m in either.absorb(bob) if m.verb != "UBX"]
    assert [m.verb for m in got] == ["FLN"], got
    book.delete_member("Block", BOB)
    book.add_member("Allow", BOB)
    got = [m for m in either.absorb(bob) if m.verb != "UBX"]
    assert [m.verb for m in got] == ["NLN"], got
    book.rename_self(NAMES[0])
    got = [m for m in either.absorb(bob) if m.verb != "UBX"]
    assert [m.verb for m in got] == ["NLN"], got
    assert NAMES[0] in either.decode(got[0].line)
    guid = bobs.find_all().contacts[AMY].id
    bobs.contact_delete(guid)
    assert either.told_of(either.absorb(amy), amy, bob, added=False)
    amy.chg("BSY")
    assert [m for m in either.absorb(bob)
            if m.verb in ("NLN", "FLN") and m.words[1] == "BSY"] == []


@pytest.mark.covers("soap 11 #35")
@pytest.mark.parametrize("dialect", live.EVERY)
def test_who_adds_somebody_waits_in_pending_alone(server, dialect):
    bob = live.anybody(server, BOB, dialect)
    bob.online()
    web(server).contact_add(BOB, "Bob")
    assert either.told_of(either.absorb(bob), bob,
                          live.Live(server, AMY, 15))
    book = web(server, BOB)
    assert book.role_of(AMY) == {"Pending"}
    number = book.roles()["Pending"][AMY].number
    book.delete_number("Pending", number)
    book.add_member("Allow", AMY)
    book.add_member("Reverse", AMY)
    assert book.role_of(AMY) == {"Allow", "Reverse"}
    assert either.entry(bob, AMY).bits == AL | RL


@pytest.mark.covers("soap 11 #35")
def test_accepting_moves_somebody_from_pending_to_reverse(server):
    web(server).contact_add(BOB)
    book = web(server, BOB)
    assert book.role_of(AMY) == {"Pending"}
    book.add_member("Reverse", AMY)
    assert book.role_of(AMY) == {"Reverse"}
    bob = msn.sign_in(server, BOB, dialect=12)
    assert either.entry(bob, AMY).bits == RL


def test_a_program_is_not_told_of_its_own_change(server):
    """field-runs 2.11: papyon reads its book anew, and loses its place."""
    amy = live.sign_in(server, AMY, 18)
    amy.online()
    book = web(server)
    book.group_add("Own change")
    assert not [m for m in amy.everything() if m.verb == "NOT"]
    # of two places here it is not clear whose it is
    with live.coming_from("127.0.0.2"):
        there = live.sign_in(server, AMY, 16)
    there.online()
    amy.everything()
    book.group_add("Other change")
    assert not [m for m in amy.everything() if m.verb == "NOT"]
    assert [m for m in there.everything() if m.verb == "NOT"]


def test_what_rml_took_away_the_web_service_takes_away_too(server):
    """field-runs 2.15: libpurple says both, and gives up at a fault."""
    amy = live.sign_in(server, AMY, 15)
    amy.online()
    book = web(server)
    book.add_member("Allow", CID)
    t = amy.tell("RML", (CID, AL))
    amy.expect(f"RML {t} OK")
    book.delete_member("Allow", CID)
    # once, for that list, and for nobody else
    for role, who in (("Allow", CID), ("Block", CID)):
        with pytest.raises(soap.Fault):
            book.delete_member(role, who)


@pytest.mark.covers("soap 11 #57")
@pytest.mark.parametrize("dialect", [15, 16, 18])
def test_programs_are_told_of_a_changed_book(server, dialect):
    # a program elsewhere, or it would be told of its own change
    with live.coming_from("127.0.0.2"):
        amy = live.sign_in(server, AMY, dialect)
    amy.online()
    book = web(server)
    changes = [lambda: book.contact_add(BOB),
               lambda: book.add_member("Allow", CID),
               lambda: book.group_add("Friends")]
    for change in changes:
        change()
        notes = [m for m in amy.everything() if m.verb == "NOT"]
        assert len(notes) >= 1
        text = notes[0].payload.decode()
        assert 'siteid="45705"' in text and 'id="0"' in text
        assert "&lt;Service&gt;ABCHInternal&lt;/Service&gt;" in text
        # field-runs 2.11, and programs-2 rule C
        assert '&lt;NotificationData xmlns:xsd="http://' in text
        assert "&quot;" not in text and text.endswith("</NOTIFICATION>\r\n")
        cid = book.find_all().owner_cid
        assert f"&lt;CID&gt;{cid}&lt;/CID&gt;" in text
        assert f'name="{AMY}"' in text


# ---------------------------------------------------------------- faults

@pytest.mark.covers("soap 11 #86", "soap 11 #87", "soap 11 #91")
def test_the_named_faults_of_the_address_book(server):
    book = web(server)
    guid = book.contact_add(BOB)
    got = fault("ContactAlreadyExists", "Contact Already Exists ",
                book.contact_add, BOB)
    assert got.conflict == guid
    fault("ContactAlreadyExists", "Contact Already Exists ",
          book.contact_add, BOB.upper())
    got = fault("InvalidPassportUser",
                "The Passport user specified is invalid SignInName: ",
                book.contact_add, "nobody@example.com")
    assert "nobody@example.com" in got.string
    for bad in ("nobody", "nobody.example.com", "", "a b"):
        fault("BadEmailArgument", "Malformed email Argument",
              book.contact_add, bad)
    unknown = "11111111-2222-3333-4444-555555555555"
    fault("ContactDoesNotExist", "Contact Does Not Exist ",
          book.contact_delete, unknown)
    fault("ContactDoesNotExist", "Contact Does Not Exist ",
          book.contact_update, unknown, "<comment>x</comment>", "Comment")
    book.group_add("Friends")
    for name in ("Friends", "friends", "(No Group)"):
        fault("GroupAlreadyExists", "Group Already Exists ",
              book.group_add, name)
    fault("BadArgumentLength", "Argument Exceeded Allowed Length",
          book.group_add, "x" * 62)
    book.group_add("x" * 61)
    fault("UserDoesNotExist", "User does not exist ",
          book.add_member, "Allow", "nobody@example.com")
    assert set(book.find_all().contacts) == {BOB}


@pytest.mark.covers("soap 11 #95")
def test_adding_twice_and_taking_the_absent_are_harmless(server):
    book = web(server)
    for method, words in (("AddMember", "Member already exists "),
                          ("DeleteMember", "Member does not exist ")):
        for _ in range(3):
            try:
                book.members(method, "Allow", BOB)
            except soap.Fault as got:
                assert words in got.string
                assert got.code.startswith("Member")
        assert book.role_of(BOB) == (
            {"Allow"} if method == "AddMember" else set())


# ---------------------------------------------------------------- details

@pytest.mark.covers("soap 11 #84")
def test_the_settings_in_the_own_contact_come_back(server):
    book = web(server)
    values = {"MSN.IM.MBEA": "0", "MSN.IM.GTC": "1", "MSN.IM.BLP": "2",
              "MSN.IM.RoamLiveProperties": "1", "MSN.IM.MPOP": "1",
              "Some.Thing": "<else> & \u2603"}
    book.annotate(None, **values)
    for me in (book.find_all().me, book.find_paged().me):
        assert values.items() <= me.annotations.items()
    book.annotate(None, **{"Some.Thing": "", "MSN.IM.BLP": "1"})
    me = book.find_all().me
    assert not me.annotations.get("Some.Thing")
    assert me.annotations["MSN.IM.BLP"] == "1"
    assert me.annotations["MSN.IM.GTC"] == "1"


@pytest.mark.covers("soap 11 #84")
def test_the_privacy_setting_is_one_in_the_book_and_at_the_ns(server):
    book = web(server)
    amy = msn.sign_in(server, AMY, dialect=9)
    amy.online()
    for word, value in (("BL", "2"), ("AL", "1")):
        got = amy.ask_once("BLP", word)
        assert got.verb == "BLP"
        assert book.find_all().me.annotations["MSN.IM.BLP"] == value
    for word, value in (("N", "2"), ("A", "1")):
        got = amy.ask_once("GTC", word)
        assert got.verb == "GTC"
        assert book.find_all().me.annotations["MSN.IM.GTC"] == value
    book.annotate(None, **{"MSN.IM.BLP": "2", "MSN.IM.GTC": "2"})
    amy.everything()
    got = [m.line for m in amy.sync()]
    assert any(re.fullmatch(r"BLP( \d+)* BL", g) for g in got), got


@pytest.mark.covers("soap 11 #89")
def test_only_listed_details_change_and_the_absent_is_cleared(server):
    book = web(server)
    guid = book.contact_add(BOB, "Bob")
    book.annotate(guid, **{"AB.NickName": "Bobby", "AB.JobTitle": "King"})
    book.contact_update(guid, (
        "<firstName>Robert</firstName><lastName>Ross</lastName>"
        "<comment>ignored</comment>"),
        "ContactFirstName ContactLastName ")
    text = book.call(soap.BOOK, "ABFindAll", (
        f"<abId>{soap.OWN}</abId><abView>Full</abView>"))
    one = [c for c in text.iter(f"{soap.A}contactInfo")
           if c.findtext(f"{soap.A}passportName") == BOB][0]
    assert one.findtext(f"{soap.A}firstName") == "Robert"
    assert one.findtext(f"{soap.A}lastName") == "Ross"
    assert not one.findtext(f"{soap.A}comment")
    book.contact_update(guid, "<lastName>Roth</lastName>",
                        "ContactFirstName ContactLastName Unheard")
    text = book.call(soap.BOOK, "ABFindAll", (
        f"<abId>{soap.OWN}</abId><abView>Full</abView>"))
    one = [c for c in text.iter(f"{soap.A}contactInfo")
           if c.findtext(f"{soap.A}passportName") == BOB][0]
    assert not one.findtext(f"{soap.A}firstName")
    assert one.findtext(f"{soap.A}lastName") == "Roth"
    notes = book.find_all().contacts[BOB].annotations
    assert notes["AB.NickName"] == "Bobby"
    assert notes["AB.JobTitle"] == "King"
    book.annotate(guid, **{"AB.NickName": ""})
    notes = book.find_all().contacts[BOB].annotations
    assert not notes.get("AB.NickName")
    assert notes["AB.JobTitle"] == "King"


@pytest.mark.covers("soap 11 #96")
def test_the_paged_book_holds_the_same_and_a_circle_ticket(server):
    book = web(server)
    guid = book.contact_add(BOB)
    group = book.group_add("Friends")
    book.group_put(group, guid)
    small, paged = book.find_all(), book.find_paged()
    assert small.contacts == paged.contacts
    assert small.groups == paged.groups
    assert small.me == paged.me
    assert small.changed == paged.changed
    assert re.search(r"<SignedTicket.*<Data>[A-Za-z0-9+/=]+</Data>"
                     r"\s*<Sig>[A-Za-z0-9+/=]+</Sig>", paged.ticket, re.S)


@pytest.mark.covers("soap 11 #77")
def test_a_later_visit_is_told_only_what_changed(server):
    book = web(server)
    bob = book.contact_add(BOB)
    group = book.group_add("Friends")
    first = book.find_all()
    _, since = soap.read_roles(book.find_membership())
    delta = book.find_all(first.changed)
    assert (delta.contacts, delta.groups) == ({}, {})

    cid = book.contact_add(CID)
    second = book.find_all(first.changed)
    assert set(second.contacts) == {CID}
    assert second.contacts[CID].id == cid
    assert second.changed > first.changed
    roles, later = soap.read_roles(book.find_membership(since))
    assert set(roles.get("Allow", {})) == {CID}
    assert later > since

    book.contact_delete(bob)
    book.group_delete(group)
    book.delete_member("Allow", CID)
    third = book.find_paged(second.changed)
    assert third.gone == {bob, group}
    roles, _ = soap.read_roles(book.find_membership(later))
    assert roles["Allow"][CID].deleted
    assert not book.roles()["Allow"].get(CID)


@pytest.mark.covers("soap 11 #77")
def test_a_date_of_another_life_is_no_base_for_changes(server):
    book = web(server)
    book.contact_add(BOB)
    for since in ("2008-06-27T08:21:33.1570000-07:00", soap.NEVER):
        for call in (book.find_all, book.find_paged):
            try:
                assert set(call(since).contacts) == {BOB}
            except soap.Fault as got:
                assert got.code == "FullSyncRequired"
                assert "Full sync required" in got.string


@pytest.mark.covers("soap 11 #83")
def test_numbers_of_accounts_are_the_same_everywhere(server):
    book, bobs = web(server), web(server, BOB)
    book.contact_add(BOB)
    cid = bobs.find_all().owner_cid
    assert book.find_all().contacts[BOB].cid == cid
    assert book.roles()["Allow"][BOB].cid == cid
    assert bobs.roles()["Pending"][AMY].cid == book.find_all().owner_cid


@pytest.mark.covers("ns-modern 11 #5")
def test_a_name_no_document_may_hold_does_no_harm(server):
    amy = msn.sign_in(server, AMY, dialect=12)
    amy.online()
    for word in ("a%01b%1Fc", "%00", "a%0D%0Ab", "%FF%FE", "%ED%A0%80"):
        amy.ask("PRP", "MFN", word)
        got = amy.read()
        assert got.verb in ("PRP", "209", "201"), got
        me = web(server).find_all().me
        assert not re.search("[\0-\x08\x0b\x0c\x0e-\x1f]", me.display)


@pytest.mark.covers("soap 11 #28", "soap 11 #29", "soap 11 #30",
                    "soap 11 #31", "soap 11 #32", "soap 11 #36",
                    "soap 11 #38")
@pytest.mark.parametrize("dialect", live.DIALECTS)
def test_what_adl_rml_and_fqy_take_and_refuse(server, dialect):
    amy = live.sign_in(server, AMY, dialect)
    amy.everything()
    for payload in (b'<ml l="1"></ml>', b'<ml l="1"/>',
                    live.ml(*[(f"u{n:05}@example.com", 3)
                              for n in range(200)], first=True)):
        t = amy.ask("ADL", payload=payload)
        amy.expect(f"ADL {t} OK")
    big = live.ml(*[(f"u{n:05}@example.com", 3) for n in range(210)],
                  first=True)
    first, second = (amy.ask("ADL", payload=big) for _ in range(2))
    amy.expect(f"ADL {first} OK")
    amy.expect(f"ADL {second} OK")
    data = f"ADL 77 {len(big)}\r\n".encode() + big
    for at in range(0, len(data), 1000):
        amy.raw(data[at:at + 1000])
    amy.expect("ADL 77 OK")
    for _ in range(2):
        for word in ("AL", "BL", "AL"):
            t = amy.ask("BLP", word)
            amy.expect(f"BLP {t} {word}")
    amy.everything()
    if dialect >= 14:
        t = amy.ask("FQY", payload=b'<ml><d n="example.com"><c n="bob"/>'
                    b"</d></ml>")
        got = amy.read()
        assert got.words[:2] == ["FQY", str(t)], got
        assert re.search(rb'<c n="bob" t="1"', got.payload)
        t = amy.ask("FQY", payload=b'<ml><d n="example.com"><c n="nobody"/>'
                    b"</d></ml>")
        assert amy.read().words[:2] == ["208", str(t)]
    wrong = [(b"<ml><d", "241"), (b'<ml><d n="example.com"/></ml>', "240"),
             (b'<ml><d n="example.com"><c n="bob" l="8" t="1"/></d></ml>',
              "241"),
             (b'<ml><d n="example.com"><c n="bob" l="x" t="1"/></d></ml>',
              "241"),
             (b'<ml><d n="example.com"><c n="bob" l="1" t="77"/></d></ml>',
              "204"),
             (b'<ml><d n="example.com"><c n="nobody" l="1" t="1"/></d>'
              b"</ml>", "241")]
    for payload, code in wrong:
        for verb in ("ADL", "RML"):
            if verb == "RML" and b"nobody" in payload:
                continue
            one = live.sign_in(server, AMY, dialect, tokens=amy.tokens,
                               guid=amy.guid)
            one.everything()
            t = one.ask(verb, payload=payload)
            got = one.read()
            assert got.words[:2] == [code, str(t)], (verb, payload, got)
            # all read this one right: programs-1 0, programs-2 rule A
            assert got.words[2:] == [str(len(got.payload))] * (
                2 if got.payload else 1)
            assert (b"nobody" in got.payload) == (b"nobody" in payload)
            one.hang_up()


@pytest.mark.covers("soap 11 #33", "soap 11 #39")
@pytest.mark.parametrize("dialect", live.DIALECTS)
def test_adl_alone_applies_a_change(server, dialect):
    bob = live.sign_in(server, BOB, 15)
    bob.online()
    amy = live.sign_in(server, AMY, dialect)
    amy.online()
    t = amy.tell("ADL", (BOB, FL | AL))
    amy.expect(f"ADL {t} OK")
    got = amy.news()
    assert re.fullmatch(amy.sees(bob, "NLN", f"ILN {t}"), got[0].line), got
    assert either.entry(amy, BOB).bits == FL | AL
    again = amy.told("ADL", (BOB, FL | AL))
    assert [m.verb for m in again if m.verb != "UBX"] in (
        [], ["ILN" if dialect < 18 else "NLN"]), again
    assert amy.told("RML", (BOB, FL)) == []
    assert either.entry(amy, BOB).bits == AL
    assert either.told_of(either.absorb(bob), bob, amy, added=False)
    amy.told("RML", (BOB, AL))
    amy.told("ADL", (BOB, BL))
    assert amy.soap.role_of(BOB) == {"Block"} or \
        amy.soap.role_of(BOB) == {"Block", "Reverse"}


@pytest.mark.covers("soap 11 #28")
@pytest.mark.parametrize("dialect", live.DIALECTS)
def test_the_first_adl_changes_nothing(server, dialect):
    book = web(server)
    book.contact_add(CID)
    amy = live.sign_in(server, AMY, dialect)
    t = amy.tell("ADL", (BOB, FL | AL), (CID, FL | AL), first=True)
    before, got = amy.until("ADL")
    assert got.line == f"ADL {t} OK"
    assert set(book.find_all().contacts) == {CID}
    assert book.role_of(BOB) == set()


@pytest.mark.covers("soap 11 #88", "soap 11 #100", "soap 11 #101")
def test_what_programs_of_2009_and_later_ask_besides(server):
    book = web(server)
    try:
        book.call(soap.BOOK, "UpdateDynamicItem", f"<abId>{soap.OWN}</abId>")
    except soap.Fault as got:
        assert got.code == "Forbidden", got
    got = book.call(soap.BOOK, "CreateContact", (
        f"<abHandle><ABId>{soap.OWN}</ABId><Puid>0</Puid><Cid>0</Cid>"
        f"</abHandle><contactHandle><Email>{BOB}</Email><Puid>0</Puid>"
        "<Cid>0</Cid><CircleId/></contactHandle>"))
    guid = got.findtext(f"{soap.A}CreateContactResult/{soap.A}contactId")
    assert book.find_paged().contacts[BOB].id == guid
    info = ("<contactInfo><emails><ContactEmail><contactEmailType>Messenger2"
            "</contactEmailType><email>dave@yahoo.example</email>"
            "<isMessengerEnabled>true</isMessengerEnabled><Capability>32"
            "</Capability><propertiesChanged>Email IsMessengerEnabled "
            "Capability</propertiesChanged></ContactEmail></emails>"
            "</contactInfo>")
    try:
        book.call(soap.BOOK, "ABContactAdd", (
            f"<abId>{soap.OWN}</abId><contacts><Contact>{info}</Contact>"
            "</contacts>"))
    except soap.Fault as got:
        assert got.code == "EmailDomainIsFederated", got
    assert BOB in book.find_all().contacts
