# SPDX-License-Identifier: MIT
"""Messages for people who are away."""

from __future__ import annotations

import email.utils
import re
import time
import xml.etree.ElementTree as ET

import pytest

import live
import live_oim as oim
import msn

AMY, BOB, CID = (f"{n}@example.com" for n in ("amy", "bob", "cid"))
SONG = "Gr\u00fc\u00dfe \u2603 \U0001f600\r\nsecond line " + "x" * 100
FOLDER = "00000000-0000-0000-0000-000000000009"


def mail(got: list[msn.Message]) -> list[tuple[str, dict[str, str]]]:
    """What of this is about messages that wait."""
    return [oim.fields(m) for m in got if m.verb == "MSG"
            and b"msmsgsprofile" not in m.payload]


def comes(server, dialect: int) -> tuple[msn.Person, list]:
    bob = live.anybody(server, BOB, dialect)
    bob.sync()
    bob.chg()
    return bob, mail(bob.everything())


def ids_of(notice: dict[str, str]) -> list[dict[str, str]]:
    return oim.read_md(ET.fromstring(notice["Mail-Data"]))


@pytest.mark.covers("soap 11 #103", "soap 11 #105")
@pytest.mark.parametrize("dialect", live.EVERY)
def test_who_was_away_reads_it_at_the_next_sign_in(server, dialect):
    amy = oim.Sender(server, AMY)
    amy.send(BOB, SONG, "Zo\u00eb")
    amy.send(BOB, "again")
    reader = oim.Reader(server, BOB)
    bob, got = comes(server, dialect)
    assert len(got) == 1, got
    kind, notice = got[0]
    waiting = reader.metadata()
    if dialect < 11:
        assert kind == "initialemailnotification"
        assert notice["Inbox-Unread"] == "2"
        folder = "ACTIVE"
    else:
        assert kind == "initialmdatanotification"
        assert ids_of(notice) == waiting
        folder = ".!!OIM"
    assert [m["E"] for m in waiting] == [AMY, AMY]
    assert [m["F"] for m in waiting] == [FOLDER, FOLDER]
    assert waiting[0]["N"] == oim.coded("Zo\u00eb")
    first, second = (reader.message(m["I"]) for m in waiting)
    assert oim.words(first) == SONG and oim.words(second) == "again"
    assert oim.sender(first) == "Zo\u00eb"
    # spelled as it came
    assert first["X-OIM-Run-Id"] == amy.run == second["X-OIM-Run-Id"]
    assert [m["X-OIM-Sequence-Num"] for m in (first, second)] == ["1", "2"]
    assert re.fullmatch(r"\d+ \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}",
                        first["Date"])
    when = email.utils.parsedate_to_datetime(first["Date"]).timestamp()
    assert abs(when - time.time()) < 300
    assert mail(bob.everything()) == []
    reader.delete(waiting[0]["I"])
    assert mail(bob.everything()) == [("activemailnotification", {
        "Src-Folder": folder, "Dest-Folder": ".!!trAsH",
        "Message-Delta": "1"})]
    assert reader.metadata() == waiting[1:]
    reader.delete(waiting[1]["I"])
    bob.hang_up()
    assert comes(server, dialect)[1] == []


@pytest.mark.covers("soap 11 #103", "soap 11 #104", "soap 11 #107")
@pytest.mark.parametrize("new, elements", (
    (False, oim.OLD), (True, oim.OLD), (True, oim.NEW)))
def test_a_sender_must_answer_a_challenge_and_be_itself(server, new, elements):
    amy = oim.Sender(server, AMY, new, elements)

    def refused(code: str, to: str = BOB, **other: str) -> oim.Fault:
        with pytest.raises(oim.Fault) as caught:
            amy.store(to, "hi", **other)
        assert caught.value.code == code
        assert f'xmlns:q0="{amy.ns}"' in caught.value.text
        for tag in ("LockKeyChallenge", "TweenerChallenge"):
            assert (f"<{tag} xmlns=" in caught.value.text) == (
                f'<{tag} xmlns="{amy.ns}"' in caught.value.text)
        return caught.value

    challenge = refused("q0:AuthenticationFailed").challenge
    assert challenge is not None
    amy.key = oim.lock_key(challenge, amy.product)
    refused("q0:AuthenticationFailed", key=amy.key[:-1] + "g")
    assert refused("q0:AuthenticationFailed", ticket="t=x&p=") \
        .challenge is None
    refused("q0:SystemUnavailable", **{"from": CID})
    refused("q0:SystemUnavailable", to="nobody@example.com")
    refused("q0:InvalidContent", run="{no}")
    assert oim.Reader(server, BOB).metadata() == []
    amy.store(BOB, "hi")
    amy.store(BOB, "the key is kept")
    assert len(oim.Reader(server, BOB).metadata()) == 2


@pytest.mark.covers("soap 11 #106")
def test_of_many_a_program_is_told_to_ask(server):
    amy = oim.Sender(server, AMY)
    for n in range(26):
        amy.send(BOB, f"number {n}")
    bob, got = comes(server, 15)
    assert [(kind, notice["Mail-Data"]) for kind, notice in got] == [
        ("initialmdatanotification", "too-large")]
    reader = oim.Reader(server, BOB)
    waiting = [m["I"] for m in reader.metadata()]
    assert len(set(waiting)) == 26
    assert oim.words(reader.message(waiting[25])) == "number 25"
    with pytest.raises(oim.Fault) as caught:
        reader.delete(*waiting, "00000000-0000-0000-0000-000000000001")
    assert caught.value.code == "soap:Client"
    assert "Schema validation error" in caught.value.text
    assert len(reader.metadata()) == 26, "all or none"
    reader.delete(*waiting)
    assert mail(bob.everything())[0][1]["Message-Delta"] == "26"
    assert reader.metadata() == []


@pytest.mark.covers("soap 11 #53", "field-notes 16")
@pytest.mark.parametrize("dialect", live.EVERY)
def test_what_is_sent_without_a_web_service_is_kept_too(server, dialect):
    amy = live.sign_in(server, AMY, 18)
    amy.online()
    payload = ("MIME-Version: 1.0\r\nContent-Type: text/plain; "
               "charset=UTF-8\r\nDest-Agent: client\r\n\r\n"
               + SONG).encode()
    amy.ask("UUM", BOB, "1", "1", payload=payload)
    amy.expect_nothing()
    reader = oim.Reader(server, BOB)
    waiting = reader.metadata()
    assert [oim.words(reader.message(m["I"])) for m in waiting] == [SONG]
    bob, got = comes(server, dialect)
    assert len(got) == 1
    # who hides seems to be away, and is told at once
    bob.chg("HDN")
    bob.everything()
    amy.ask("UUM", BOB, "1", "1", payload=payload)
    amy.expect_nothing()
    kind, notice = mail(bob.everything())[0]
    if dialect < 11:
        assert (kind, notice["From-Addr"]) == ("emailnotification", AMY)
    else:
        assert kind == "oimnotification"
        fresh, = ids_of(notice)
        assert fresh["F"] == ".!!OIM" and "RT" not in fresh
        assert oim.words(reader.message(fresh["I"])) == SONG


@pytest.mark.covers("soap 11 #105")
def test_what_was_taken_outlives_the_server(make_volatile):
    server = make_volatile().start()
    amy = oim.Sender(server, AMY)
    for n in range(5):
        amy.send(BOB, f"number {n}")
    server.kill()
    server.start()
    reader = oim.Reader(server, BOB)
    waiting = reader.metadata()
    assert [oim.words(reader.message(m["I"])) for m in waiting] == [
        f"number {n}" for n in range(5)]
    assert len(ids_of(comes(server, 15)[1][0][1])) == 5
    reader.delete(*(m["I"] for m in waiting[:4]))
    server.kill()
    server.start()
    assert oim.Reader(server, BOB).metadata() == waiting[4:]
    # the key of before is refused, and a new one asked for
    amy.send(BOB, "still here")
    assert len(oim.Reader(server, BOB).metadata()) == 2
