# SPDX-License-Identifier: MIT
"""The HTTP gateway on the wire (sb 12)."""

from __future__ import annotations

import re
import threading
import time

import pytest

import gateway
import msn
from gateway import Answer, Tunnel, post, request
from test_plays import meet

AMY, BOB = "amy@example.com", "bob@example.com"
VER = b"VER 1 MSNP8 CVR0\r\n"
HELLO = (VER + b"CVR 2 0x0409 win 4.10 i386 MSNMSGR 5.0.0544 MSMSGS "
         + AMY.encode() + b"\r\nUSR 3 TWN I " + AMY.encode() + b"\r\n")
OPEN_NS = "Action=open&Server=NS&IP=messenger.hotmail.com"


def in_background(work) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


@pytest.mark.covers("sb 14 #47", "sb 14 #48", "sb 14 #61", "sb 14 #65")
def test_an_open_with_the_first_commands_answers_them_all(server):
    reply = post(server, OPEN_NS, HELLO)
    answer = Answer(reply)
    assert re.fullmatch(
        rb"VER 1 MSNP8 CVR0\r\nCVR 2 \S+ \S+ \S+ \S+ \S+\r\n"
        rb"USR 3 TWN S \S+\r\n", answer.body), answer.body
    assert answer.host == server.host
    # in this spelling; a Date may be there, and nothing else
    names = [n for n in reply.names if n != "Date"]
    assert names == ["X-MSN-Messenger", "Content-Type", "Content-Length"]
    assert 2**32 < int(answer.prefix) < 2**64


@pytest.mark.covers("sb 14 #49", "sb 14 #51")
def test_an_open_and_a_poll_may_have_nothing_to_say(server):
    amy = Tunnel(server, "messenger.hotmail.com")
    assert amy.told.body == b""
    began = time.monotonic()
    assert amy.poll().body == b""
    assert time.monotonic() - began < 2
    amy.send(VER)
    assert amy.told.body == VER


@pytest.mark.covers("sb 14 #50", "sb 14 #64")
@pytest.mark.parametrize("target", (
    "http://gateway.messenger.hotmail.com/gateway/gateway.dll",
    "http://192.0.2.7:80/gateway/gateway.dll", "//gateway//gateway.dll",
    "/Gateway/Gateway.dll"))
def test_any_form_of_the_target_and_any_host_will_do(server, target):
    answer = Answer(post(server, OPEN_NS, VER, target=target,
                         host="somewhere.example.org:8080"))
    assert answer.body == VER


def test_what_clients_write_besides_does_not_matter(server):
    for query in ("Server=SB&IP=192.0.2.7&Action=open", "Action=open",
                  "Action=open&Server=XX&Lifespan=x"):
        for name in (None, gateway.HOST):
            first = Answer(post(server, query, VER, name))
            assert first.body == VER
            # the order of arguments, and what connection it is, are free
            again = Answer(post(
                server, f"Lifespan=0&SessionID={first.id}&Action=poll"))
            assert again.prefix == first.prefix


@pytest.mark.covers("sb 14 #54")
def test_what_is_no_session_of_ours_is_a_bad_request(server):
    amy = Tunnel(server, "x", VER)
    prefix, turn = amy.id.split(".")
    for query in ("", "SessionID=", "SessionID=1.2", "Action=poll",
                  f"SessionID={prefix}", f"SessionID={prefix}.",
                  f"SessionID={prefix}.{int(turn) ^ 1}",
                  f"SessionID={int(prefix) ^ 1}.{turn}",
                  f"SessionID={amy.id}0", f"SessionID=+{amy.id}",
                  f"SessionID={prefix}.{turn}.{turn}", "SessionID=0.0",
                  f"Action=shut&SessionID={amy.id}"):
        reply = post(server, query, b"OUT\r\n")
        assert (reply.status, reply.body) == (400, b""), query
        assert reply.all("X-MSN-Messenger") == []
    assert server.stat("gateway.refused") == 13
    amy.send(HELLO[len(VER):])
    assert b"USR 3 TWN S" in amy.inbox
    assert msn.fetch(server, b"GET /gateway/gateway.dll?Action=open HTTP/1.1"
                     b"\r\n\r\n", None).status == 405


@pytest.mark.covers("sb 14 #53")
def test_a_repeated_request_gets_its_answer_again_and_acts_once(server):
    bob = msn.sign_in(server, BOB, dialect=9)
    bob.online()
    server.relayed = {AMY}
    amy = msn.sign_in(server, AMY, dialect=9)
    amy.online()
    wire = amy.wire
    said = f"ADD 77 FL {BOB} {BOB} 0\r\n".encode()
    old = wire.id
    first = wire.take_in(wire.exchange(f"SessionID={old}", said))
    assert first.body.startswith(b"ADD 77 FL ")
    assert first.prefix == old.split(".")[0]
    assert first.id != old
    for _ in range(3):
        again = Answer(post(server, f"SessionID={old}", said))
        assert (again.id, again.body) == (first.id, first.body)
    # whoever lost the answer may also just poll for it
    again = Answer(post(server, f"Action=poll&SessionID={old}"))
    assert (again.id, again.body) == (first.id, first.body)
    # but not go on as if there had been none
    assert post(server, f"SessionID={old}", b"PNG\r\n").status == 400
    bob.expect_re(rf"ADD 0 RL \d+ {AMY} \S+")
    bob.expect_nothing()
    # heard of, it is forgotten
    assert amy.wire.poll().body == b""
    assert post(server, f"SessionID={old}", said).status == 400
    amy.wire.inbox = b""
    amy.expect_nothing()
    assert server.stat("gateway.repeats") == 4


@pytest.mark.covers("sb 14 #52")
def test_what_happens_between_two_polls_is_in_the_second(server):
    server.relayed = {AMY}
    amy, bob = meet(server)
    assert amy.wire.poll().body == b""
    bob.chg("BSY")
    bob.chg("AWY")
    bob.expect_nothing()
    news = amy.wire.poll().body.decode().split("\r\n")
    assert [line.split(" ")[:3] for line in news] == [
        ["NLN", "BSY", BOB], ["NLN", "AWY", BOB], [""]]
    assert amy.wire.poll().body == b""


@pytest.mark.covers("sb 14 #58")
def test_a_poll_with_a_lifespan_waits_for_news(server):
    server.relayed = {AMY}
    amy, bob = meet(server)
    began = time.monotonic()
    assert amy.wire.poll(1).body == b""
    assert 0.9 < time.monotonic() - began < 3
    thread = in_background(lambda: amy.wire.poll(30))
    bob.chg("BSY")
    thread.join(10)
    amy.expect_sees(bob, "BSY")


def test_commands_release_the_poll_that_is_held(server):
    amy = Tunnel(server, "x", VER)
    held: list[Answer] = []
    old = amy.id
    thread = in_background(lambda: held.append(Answer(post(
        server, f"Action=poll&SessionID={old}&Lifespan=30"))))
    # until it is held, or the commands would be first
    server.wait_stat("gateway.requests", 2)
    amy.inbox = b""
    amy.send(HELLO[len(VER):])
    assert amy.told.body.startswith(b"CVR 2 ")
    thread.join(10)
    assert (held[0].body, held[0].id) == (b"", amy.id)
    assert amy.poll().body == b""


def test_a_poll_held_for_who_has_gone_is_answered_to_who_asks_again(server):
    server.relayed = {AMY}
    amy, bob = meet(server)
    # a proxy that keeps its connection when its client has left
    old = amy.wire.id
    query = f"Action=poll&SessionID={old}&Lifespan=30"
    before = server.stat("gateway.requests")
    proxy = msn.Web(server, None)
    proxy.send(request(query))
    server.wait_stat("gateway.requests", before + 1)
    thread = in_background(lambda: amy.wire.take_in(
        amy.wire.exchange(query)))
    server.wait_stat("gateway.requests", before + 2)
    bob.chg("BSY")
    thread.join(10)
    amy.expect_sees(bob, "BSY")
    assert Answer(proxy.answer()).id == amy.wire.id
    # nor is it lost when nobody is there at all
    proxy.send(request(f"Action=poll&SessionID={amy.wire.id}&Lifespan=30"))
    server.wait_stat("gateway.requests", before + 3)
    proxy.reset()
    bob.chg("NLN")
    bob.expect_nothing()
    amy.expect_sees(bob, "NLN")


@pytest.mark.covers("sb 14 #56")
def test_out_ends_the_session_and_its_id(server):
    amy = Tunnel(server, "x", VER)
    old = amy.id
    amy.send(b"OUT\r\n")
    assert amy.closed and amy.told.body == b""
    again = Answer(post(server, f"SessionID={old}", b"OUT\r\n"))
    assert again.closed and again.id == amy.id
    for turn in (amy.id, "1.1"):
        assert post(server, f"Action=poll&SessionID={turn}").status == 400
    assert server.wait_stat("close.out", 1) == 1
    assert server.stat("gateway.open") == 0


@pytest.mark.parametrize("name, told", [
    ("im.example.org", "im.example.org"),
    ("messenger.of-an-organization-with-a-name.example.org", "127.0.0.1")])
def test_the_address_of_the_gateway_has_room_in_programs(
        make_server, name, told):
    """programs-1 9: Miranda has 39 characters, and writes over its end."""
    server = make_server(**{"public.address": name})
    reply = post(server, OPEN_NS, VER)
    head = reply.exact("X-MSN-Messenger")
    assert re.fullmatch(r"SessionID=[0-9.]{3,39}; GW-IP=" + re.escape(told),
                        head), head


def test_the_keys_of_a_query_are_of_either_case(server):
    """field-runs 4."""
    told = Answer(post(server, "action=OPEN&server=NS&ip=x", VER))
    assert told.body == VER
    told = Answer(post(server, f"ACTION=Poll&sessionid={told.id}&LIFESPAN=0"))
    assert told.body == b""
    assert Answer(post(server, f"SESSIONID={told.id}", b"OUT\r\n")).closed


def test_the_server_ends_a_session_with_its_last_words(server):
    server.relayed = {AMY}
    amy = msn.sign_in(server, AMY, dialect=9)
    amy.online()
    online = server.ctl("online").stdout
    assert re.search(rf"{AMY}\tMSNP9\t127\.0\.0\.1:\d+", online), online
    held = in_background(lambda: amy.wire.poll(30))
    server.ctl("kick", AMY)
    held.join(10)
    # the words first, then the end: field-runs 2.14
    assert not amy.wire.closed and amy.wire.inbox == b"OUT SSD\r\n"
    assert amy.wire.poll().closed and amy.wire.told.body == b""
    # and of one who breaks the rules, behind the answer to what was right
    eve = Tunnel(server, "x", VER + b"NONSENSE\r\n" + VER)
    assert not eve.closed and eve.told.body == VER
    assert eve.poll().closed
    none = Tunnel(server, "x", b"VER 1 MSNP99\r\n")
    assert not none.closed and none.told.body == b"VER 1 0\r\n"
    assert none.poll().closed
    assert server.wait_stat("close.bad-command", 1) == 1


@pytest.mark.covers("sb 14 #59")
def test_the_profile_has_no_port_and_a_ping_is_answered(server):
    server.relayed = {AMY}
    amy = msn.sign_in(server, AMY, dialect=9)
    assert amy.profile["ClientPort"] == "0"
    assert amy.profile["ClientIP"] == "127.0.0.1"
    amy.say("PNG")
    assert amy.wire.told.body == b"QNG 60\r\n"


def test_dispatch_sends_nobody_away_from_the_gateway(make_server):
    server = make_server(**{"ns.dispatch": "on",
                            "public.address": "msn.example.net"})
    answer = Answer(post(server, OPEN_NS, HELLO))
    assert b"USR 3 TWN S" in answer.body
    assert answer.host == "msn.example.net"


@pytest.mark.covers("sb 14 #62")
def test_a_payload_may_cross_two_posts(server):
    server.relayed = {AMY, BOB}
    amy, bob = meet(server)
    here = amy.open_board()
    there = here.invite(bob)
    there.expect_roster([amy])
    here.expect_joined(bob)
    payload = msn.text("x" * 1024)
    data = f"MSG 9 A {len(payload)}\r\n".encode() + payload
    for piece in (data[:7], data[7:40], data[40:600], data[600:]):
        here.raw(piece)
    assert here.wire.told.body == b"ACK 9\r\n"
    there.expect_told(amy, payload)


def test_bodies_and_sessions_have_ceilings(make_server):
    server = make_server(**{"limit.connections": "6"})
    # who has not signed in is a stranger: 64 KiB
    assert post(server, OPEN_NS, b"x" * 65537).status == 413
    reply = post(server, OPEN_NS, b"x" * 65536)
    assert Answer(reply).closed
    server.wait_stat("close.line-too-long", 1)
    tunnels = [Answer(post(server, OPEN_NS, VER)) for _ in range(4)]
    held = msn.Web(server, None)
    held.send(request(f"Action=poll&SessionID={tunnels[0].id}&Lifespan=30"))
    server.wait_stat("gateway.requests", 6)
    # a session more than there may be
    assert post(server, OPEN_NS, VER).status == 503
    assert server.wait_stat("close.server-full", 1)
    # who is gone makes room
    assert Answer(post(server, f"SessionID={tunnels[0].id}",
                       b"OUT\r\n")).closed
    assert Answer(held.answer()).closed
    assert post(server, OPEN_NS, VER).status == 200


def test_a_stopping_server_tells_its_sessions(make_server):
    server = make_server()
    server.relayed = {AMY, BOB}
    amy, bob = meet(server)
    here = amy.open_board()
    held = in_background(lambda: amy.wire.poll(30))
    server.terminate()
    held.join(10)
    assert amy.wire.closed and amy.wire.inbox == b"OUT SSD\r\n"
    # on a new connection, as clients without keep-alive poll
    last = Answer(post(server, f"Action=poll&SessionID={bob.wire.id}"))
    assert last.closed and last.body == b"OUT SSD\r\n"
    assert post(server, OPEN_NS, VER).status == 503
    bob.wire.closed = True
    assert here.wire.poll().closed
    assert server.wait() == 0
    assert "reason=drain" in server.log()
