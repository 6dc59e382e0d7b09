# SPDX-License-Identifier: MIT
"""Lists, groups, properties and the small commands, over a real socket."""

from __future__ import annotations

import re

import pytest

import msn

AMY, BOB, CID, EVE = (f"{n}@example.com" for n in ("amy", "bob", "cid", "eve"))
GUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
NOBODY = "11111111-2222-3333-4444-555555555555"


def here(server, dialect: int, email: str = AMY) -> msn.Person:
    person = msn.sign_in(server, email, dialect=dialect)
    person.sync()
    person.chg()
    person.everything()
    return person


def error(person: msn.Line, code: int, verb: str, *words: str) -> None:
    """The command gets this code and the session goes on."""
    got = person.ask_once(verb, *words)
    assert got.line == f"{code} {person.trid}", got
    person.expect_nothing()


def entries(person: msn.Person) -> dict[str, msn.Message]:
    return {m.words[1].removeprefix("N="): m for m in person.sync()
            if m.verb == "LST"}


@pytest.mark.covers("ns-classic 15 #60", "ns-classic 15 #99",
                    "field-notes 12")
@pytest.mark.parametrize("dialect", msn.DIALECTS)
def test_a_new_account_finishes_its_sign_in(server, dialect):
    amy = msn.sign_in(server, AMY, dialect=dialect)
    got = amy.sync()
    assert [m for m in got if m.verb == "LST"] == []
    assert amy.name != ""
    amy.chg()
    assert amy.everything() == []


@pytest.mark.covers("ns-classic 15 #10", "ns-classic 15 #62",
                    "ns-classic 15 #63", "ns-classic 15 #64",
                    "ns-classic 15 #70", "ns-classic 15 #71")
@pytest.mark.parametrize("dialect", [8, 9])
def test_what_add_and_rem_refuse_by_number(server, dialect):
    amy = here(server, dialect)
    error(amy, 205, "ADD", "FL", "nobody@example.com", "x", "0")
    got = amy.ask_once("ADD", "FL", "BOB@Example.COM", "Bob", "0")
    assert got.words[4] == BOB
    amy.bump(got, 3)
    amy.everything()
    error(amy, 215, "ADD", "FL", BOB, "Bob", "0")
    amy.add("AL", CID)
    error(amy, 215, "ADD", "AL", CID, CID)
    error(amy, 219, "ADD", "BL", CID, CID)
    error(amy, 216, "REM", "FL", CID)
    error(amy, 216, "REM", "BL", CID)
    amy.remove("FL", BOB)
    assert list(entries(amy)) == [CID]
    amy.say(f"ADD 99 RL {BOB} x")
    amy.expect_closed()


@pytest.mark.covers("ns-classic 15 #56", "ns-classic 15 #58",
                    "ns-classic 15 #62", "ns-classic 15 #63",
                    "ns-classic 15 #70", "ns-classic 15 #72",
                    "ns-classic 15 #73", "ns-classic 15 #74",
                    "ns-classic 15 #79", "ns-classic 15 #85")
@pytest.mark.parametrize("dialect", [10, 11, 12])
def test_contacts_and_groups_by_guid(server, dialect):
    amy = here(server, dialect)
    error(amy, 208, "ADC", "FL", "N=nobody@example.com", "F=x")
    echo = amy.add("FL", BOB)
    contact = echo.words[-1].removeprefix("C=")
    assert re.fullmatch(GUID, contact)
    amy.everything()
    error(amy, 215, "ADC", "FL", f"N={BOB}", f"F={BOB}")
    amy.add("BL", CID)
    error(amy, 219, "ADC", "AL", f"N={CID}")

    t = amy.ask("ADG", "Old%20Friends")
    found = amy.expect_re(rf"ADG {t} Old%20Friends ({GUID})( 0)?")
    group = found.group(1)
    error(amy, 228, "ADG", "Old%20Friends")
    error(amy, 229, "ADG", "x" * 62)
    amy.ask("ADC", "FL", f"C={contact}", group)
    amy.expect(f"ADC {amy.trid} FL C={contact} {group}")
    error(amy, 224, "ADC", "FL", f"C={contact}", NOBODY)
    error(amy, 224, "REG", NOBODY, "x")
    t = amy.ask("SBP", contact, "MFN", "My%20Bob")
    amy.expect(f"SBP {t} {contact} MFN My%20Bob")

    got = amy.sync()
    assert f"LSG Old%20Friends {group}" in [m.line for m in got]
    lines = {m.words[1]: m.line for m in got if m.verb == "LST"}
    network = " 1" if dialect == 12 else ""
    assert lines[f"N={BOB}"] == (
        f"LST N={BOB} F=My%20Bob C={contact} 1{network} {group}")
    assert "C=" not in lines[f"N={CID}"]
    assert lines[f"N={CID}"].endswith(f" 4{network}")

    got = amy.ask_once("REM", "FL", contact, group)
    assert got.line == f"REM {amy.trid} FL {contact} {group}"
    error(amy, 225, "REM", "FL", contact, group)
    assert entries(amy)[BOB].line == (
        f"LST N={BOB} F=My%20Bob C={contact} 1{network}")
    got = amy.ask_once("RMG", group)
    assert got.words[0] == "RMG" and group in got.words
    error(amy, 224, "RMG", group)
    got = amy.ask_once("REM", "FL", contact)
    assert got.line == f"REM {amy.trid} FL {contact}"
    assert list(entries(amy)) == [CID]


@pytest.mark.covers("ns-classic 15 #75", "ns-classic 15 #76",
                    "ns-classic 15 #77", "ns-classic 15 #79")
def test_groups_by_number_and_how_many_there_may_be(server):
    amy = here(server, 9)
    for number in range(1, 30):
        t = amy.ask("ADG", f"Group%20{number}", "0")
        amy.expect_re(rf"ADG {t} \d+ Group%20{number} {number} 0")
    error(amy, 223, "ADG", "One%20more", "0")
    error(amy, 230, "RMG", "0")
    error(amy, 224, "REG", "77", "x", "0")
    error(amy, 228, "REG", "3", "Group%204", "0")
    t = amy.ask("REG", "3", "Third", "0")
    amy.expect_re(rf"REG {t} \d+ 3 Third 0")
    t = amy.ask("RMG", "7")
    amy.expect_re(rf"RMG {t} \d+ 7")
    t = amy.ask("ADG", "Again", "0")
    amy.expect_re(rf"ADG {t} \d+ Again 7 0")


@pytest.mark.covers("ns-classic 15 #59", "ns-classic 15 #68")
@pytest.mark.parametrize("dialect", [10, 11, 12])
def test_somebody_who_added_me_waits_for_my_word(server, dialect):
    bob = here(server, 9, BOB)
    bob.add("FL", AMY)
    bob.everything()
    amy = msn.sign_in(server, AMY, dialect=dialect)
    line = entries(amy)[BOB]
    bits = line.words[-2] if dialect == 12 else line.words[-1]
    assert bits == "16"
    amy.add("AL", BOB)
    if dialect >= 11:
        t = amy.ask("ADC", "RL", f"N={BOB}")
        amy.expect(f"ADC {t} RL N={BOB}")
    amy.ask("REM", "PL", BOB)
    assert amy.read().verb in ("REM", "216")
    line = entries(amy)[BOB]
    bits = line.words[-2] if dialect == 12 else line.words[-1]
    assert bits == "10"


@pytest.mark.covers("ns-classic 15 #80", "ns-classic 15 #82",
                    "ns-classic 15 #83", "ns-classic 15 #84",
                    "ns-classic 15 #9", "ns-classic 15 #86")
@pytest.mark.parametrize("first", [8, 12])
@pytest.mark.parametrize("second", [9, 10])
def test_names_and_numbers_reach_those_who_watch(server, first, second):
    amy, bob = here(server, first), here(server, second, BOB)
    amy.add("AL", BOB)
    bob.add("FL", AMY)
    bob.everything()
    amy.everything()
    name = "Amy%20%e2%98%83%2b%25%20(:"
    if first < 10:
        t = amy.ask("REA", AMY, name)
        amy.expect_re(rf"REA {t} \d+ {AMY} {re.escape(name)}")
    else:
        error(amy, 502, "REA", AMY, name)
        t = amy.ask("PRP", "MFN", name)
        amy.expect(f"PRP {t} MFN {name}")
    amy.name = name
    bob.expect_sees(amy, "NLN")

    t = amy.ask("PRP", "PHH", "555%201234")
    serial = r"\d+ " if first < 10 else ""
    amy.expect_re(rf"PRP {t} {serial}PHH 555%201234")
    serial = r"\d+ " if second < 10 else ""
    bob.expect_re(rf"BPR {serial}{AMY} PHH 555%201234")
    t = amy.ask("GTC", "N")
    amy.expect_re(rf"GTC {t} (\d+ )?N")
    # what is so already is echoed: field-runs 2.3
    for word in (("GTC", "N"), ("BLP", "AL")):
        t = amy.ask(*word)
        amy.expect_re(rf"{word[0]} {t} (\d+ )?{word[1]}")

    again = msn.sign_in(server, AMY, dialect=first)
    again.sync()
    assert again.name == name
    again.say("PRP 99 ABCD x")
    again.expect_closed()


@pytest.mark.covers("ns-classic 15 #90", "ns-classic 15 #91",
                    "field-notes 11")
@pytest.mark.parametrize("dialect", msn.DIALECTS)
def test_the_states_there_are_and_the_ways_to_say_them(server, dialect):
    amy = msn.sign_in(server, AMY, dialect=dialect)
    # before SYN, and without a client id
    got = amy.ask_once("CHG", "NLN")
    assert got.words[:3] == ["CHG", str(amy.trid), "NLN"], got
    amy.everything()
    amy.sync()
    for state in ("NLN", "BSY", "IDL", "BRB", "AWY", "PHN", "LUN", "HDN"):
        amy.chg(state)
    error(amy, 201, "CHG", "FLN", "0")
    amy.trid += 1
    amy.say(f"CHG {amy.trid} NLN 0 ")  # a trailing blank
    assert amy.read().words[:3] == ["CHG", str(amy.trid), "NLN"]
    amy.everything()
    error(amy, 201, "CHG", "nln", "0")


@pytest.mark.covers("ns-classic 15 #106", "ns-classic 15 #107",
                    "ns-classic 15 #110", "ns-classic 15 #111",
                    "ns-classic 15 #8")
def test_the_small_commands(server):
    amy = msn.sign_in(server, AMY, dialect=12)
    got = amy.ask_once("GCF", "Shields.xml")
    assert got.line == f"715 {amy.trid}"
    amy.online()
    t = amy.ask("GCF", "Shields.xml")
    got = amy.read()
    assert got.line == f"GCF {t} Shields.xml {len(got.payload)}"
    assert got.payload.startswith(b"<?xml") or b"<config>" in got.payload
    t = amy.ask("SND", "friend@example.com", "0x0409", "MSMSGS", "MSMSGS")
    amy.expect(f"SND {t} OK")
    t = amy.ask("SDC", "friend@example.com", "0x0409", "MSMSGS",
                "WindowsMessenger", "X", "X", "Amy",
                payload=b"Join me on Messenger")
    amy.expect(f"SDC {t} OK")
    error(amy, 201, "XFR", "NS")
    t = amy.ask("QRY", "PROD0090YUAUV{2B", payload=b"0" * 32)
    amy.expect(f"QRY {t}")
    amy.expect_nothing()
    amy.say("OUT")
    amy.expect_closed()


@pytest.mark.covers("ns-classic 15 #1", "ns-classic 15 #2",
                    "ns-classic 15 #3", "ns-classic 15 #5",
                    "ns-classic 15 #12", "ns-classic 15 #15",
                    "field-notes 9")
def test_lines_as_clients_really_write_them(server):
    line = msn.Line(server.host, server.ns_port)
    line.raw(f"VER 0 msnp8 cvr0\nCVR 4294967295 0x0409 win 4.10 i386 "
             f"MSNMSGR 5.0.0544 MSMSGS {AMY}\r\n\r\n\r\n"
             f"USR  7   TWN I  {AMY.upper()} \r\n")
    line.expect("VER 0 MSNP8 CVR0")
    line.expect_re(r"CVR 4294967295 \S+ \S+ \S+ \S+ \S+")
    line.expect_re(r"USR 7 TWN S \S+")
    # a tab before the address in a second CVR
    for piece in ("CV", "R 8 0x0409 win 4.10 i386 MSNMSGR 5.0.0544 MSMSGS",
                  f"\t{AMY}\r\n"):
        line.raw(piece)
    line.expect_re(r"CVR 8 \S+ \S+ \S+ \S+ \S+")
    other = msn.Line(server.host, server.ns_port)
    other.say("VER 0 CVR0")
    other.expect("VER 0 CVR0")
    other.say("CVQ 1 0x0409 winnt 5.1 i386 MSMSGS 4.5.0121 MSMSGS")
    other.expect_re(r"CVQ 1 \S+ \S+ \S+ \S+ \S+")
    other.expect_closed()


@pytest.mark.covers("sb 14 #18", "sb 14 #19", "sb 14 #28", "sb 14 #44",
                    "field-notes 14", "field-notes 17")
def test_ringing_only_those_who_allow_it_and_not_too_often(server):
    amy, bob = here(server, 9), here(server, 12, BOB)
    t = bob.ask("BLP", "BL")
    bob.expect(f"BLP {t} BL")
    board = amy.open_board()
    assert board.ask_once("CAL", BOB).line == f"217 {board.trid}"
    bob.add("AL", AMY)
    t = board.ask("CAL", BOB)
    found = board.expect_re(rf"CAL {t} RINGING (\d+)")
    number, host, port, cookie = bob.rung(amy)
    assert number == found.group(1)

    # everybody leaves: the session is no more, though the cookie is unused
    board.say("OUT")
    board.expect_closed()
    late = msn.Board(bob, host, port)
    late.ask("ANS", BOB, cookie, number)
    assert late.wire.rest() in (b"", b"911 1\r\n")

    board = amy.open_board()
    codes = [board.ask_once("CAL", "nobody@example.com").words[0]
             for _ in range(6)]
    assert codes == ["217"] * 5 + ["713"]


CYRILLIC = "%D0%96"
EMOJI = "%F0%9F%98%80"


@pytest.mark.covers("field-runs 4 #1")
@pytest.mark.parametrize("dialect", [8, 9, 12])
def test_the_characters_of_a_groups_name_are_counted(server, dialect):
    """field-runs 4: 15 Cyrillic letters are 90 bytes when they are escaped."""
    amy = here(server, dialect)
    for name in (CYRILLIC * 15, CYRILLIC * 61, EMOJI * 61, "x" * 61):
        t = amy.ask("ADG", name, "0")
        amy.expect_re(rf"ADG {t} (\d+ )?{name} \S+( 0)?")
    for name in (CYRILLIC * 62, EMOJI * 62, "x" * 62):
        t = amy.ask("ADG", name, "0")
        amy.expect(f"229 {t}")
    # blanks are no name, as by web service, and controls show nothing
    for name in ("%20", "%20%20%09", "%01%02%7F"):
        t = amy.ask("ADG", name, "0")
        amy.expect(f"209 {t}")
    assert any(CYRILLIC * 61 in m.line for m in amy.sync())


@pytest.mark.parametrize("dialect", [10, 12])
def test_a_percent_sign_that_is_no_escape_reaches_others_as_one(
        server, dialect):
    """field-runs 4: there are readers that give up on it."""
    bob = here(server, 12, BOB)
    amy = here(server, dialect)
    for person, other in ((amy, BOB), (bob, AMY)):
        person.ask("ADC", "FL", f"N={other}", f"F={other}")
        person.everything()
    amy.everything()
    bob.everything()
    for name, told in (("100%", "100%25"), ("a%zz%4", "a%25zz%254"),
                       ("%25%41", "%25%41")):
        t = amy.ask("PRP", "MFN", name)
        amy.expect_re(rf"PRP {t} (\d+ )?MFN {name}")
        got = [m.line for m in bob.everything() if m.verb == "NLN"]
        assert len(got) == 1 and got[0].split(" ")[3] == told, got
    for name in ("%01", "%01%1F%7F"):
        t = amy.ask("PRP", "MFN", name)
        amy.expect(f"209 {t}")


def test_names_can_be_kept_from_people(make_server):
    """Nobody passes for the service."""
    server = make_server(**{
        "accounts.reserved-names": "Microsoft, MSN,Our Service",
        "accounts.signup": "open"})
    amy = here(server, 12)
    for name in ("Microsoft", "microSOFT%20Support", "the-MSN!", "%4dSN",
                 "our%20%20service", "%5BOur.Service%5D"):
        error(amy, 209, "PRP", "MFN", name)
    for name in ("Microsofty", "amsn", "our%20own%20service", "M%20S%20N"):
        t = amy.ask("PRP", "MFN", name)
        amy.expect(f"PRP {t} MFN {name}")
    # what the operator gave is said again at each sign-in
    server.ctl("user", "rename", AMY, "MSN Support")
    amy.everything()
    t = amy.ask("PRP", "MFN", "MSN%20Support")
    amy.expect(f"PRP {t} MFN MSN%20Support")
    # contacts may be called anything
    amy.ask("ADC", "FL", f"N={BOB}", "F=MSN")
    assert "209" not in {m.verb for m in amy.everything()}
