# SPDX-License-Identifier: MIT
"""What ordinary IRC programs rely on, each tried with irssi, WeeChat, EPIC,
HexChat, KVIrc and libraries: a server that says so much of itself must answer
this much (RFC 1459, 2812, and the IRCv3 documents it names)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

import chat
import harness

AMY = "amy@example.com"
Come = Callable[..., chat.Client]


@pytest.fixture
def server(make_server) -> harness.Server:
    return make_server(**{"chat.port": str(harness.free_ports(1)[0]),
                          "chat.plain": "on", "chat.lines": "0"})


@pytest.fixture
def come(server) -> Iterator[Come]:
    """come(nick, *rooms): an ordinary program, with nothing left to read."""
    here: list[chat.Client] = []

    def begin(nick: str, *rooms: str) -> chat.Client:
        one = chat.Client(server)
        here.append(one)
        if nick:
            one.plain(nick)
        for room in rooms:
            one.join(room)
        if nick:
            rest(one)
        return one

    yield begin
    for one in here:
        one.close()


def rest(one: chat.Client) -> list[str]:
    """What came until now."""
    one.say("PING :mark")
    lines = []
    while True:
        line = one.read().decode()
        if line.endswith("PONG chat.nudge :mark"):
            return lines
        lines.append(line)


def ask(one: chat.Client, *lines: str) -> list[str]:
    for line in lines:
        one.say(line)
    return rest(one)


def codes(lines: list[str]) -> list[str]:
    return [line.split(" ")[1] for line in lines]


def one_of(lines: list[str], code: str) -> list[str]:
    """The words of the only line with this number, behind the nick."""
    found = [line for line in lines if line.split(" ")[1] == code]
    assert len(found) == 1, (code, lines)
    head, colon, last = found[0][1:].partition(" :")
    return head.split(" ")[3:] + ([last] if colon else [])


def test_a_ban_is_told_listed_and_taken_away_in_one_form(come):
    ann = come("ann", "#r")
    for given, again in (("bad!*@*", "bad!*@*"), ("bad", "bad!*@*"),
                         ("*!*@Anonymous", "*!*@Anonymous"),
                         ("*!*@x", "*!*@X"), ("a!b@c", "A!B@C$*")):
        told = ask(ann, f"MODE #r +b {given}")
        assert [t.split(" ", 1)[1] for t in told] == [f"MODE #r +b {given}"]
        lines = ask(ann, "MODE #r b")
        room, mask, setter, when = one_of(lines, "367")
        assert (room, mask, setter) == ("#r", given, "ann")
        assert int(when) > 1_000_000_000
        assert codes(ask(ann, "MODE #r +b")) == ["367", "368"]
        # a program takes out of its list what the server says is gone
        told = ask(ann, f"MODE #r -b {again}")
        assert [t.split(" ", 1)[1] for t in told] == [f"MODE #r -b {given}"]
        assert codes(ask(ann, "MODE #r b")) == ["368"]


def test_a_ban_that_is_kept_says_who_set_it_and_when(server, come):
    amy = chat.Client(server)
    amy.say(f"PASS {AMY}:{harness.PEOPLE[AMY]}")
    amy.plain("amy")
    amy.join("#kept")
    ask(amy, "MODE #kept +r", "MODE #kept +b bad!*@*", "TOPIC #kept :tea")
    was = ask(amy, "MODE #kept b", "TOPIC #kept")
    amy.close()
    server.restart()
    amy = chat.Client(server)
    amy.say(f"PASS {AMY}:{harness.PEOPLE[AMY]}")
    amy.plain("amy")
    amy.join("#kept")
    rest(amy)
    assert ask(amy, "MODE #kept b", "TOPIC #kept") == was
    assert codes(was) == ["367", "368", "332", "333"]
    amy.close()


def test_a_ban_that_is_kept_still_means_the_same_people(server):
    """An ordinary program is known by its address, told by a digest."""
    for turn in range(2):
        amy = chat.Client(server)
        amy.say(f"PASS {AMY}:{harness.PEOPLE[AMY]}")
        amy.plain("amy")
        amy.join("#kept")
        bob = chat.Client(server)
        bob.plain("bob")
        rest(bob)
        if turn == 0:
            ident = one_of(ask(bob, "WHOIS bob"), "311")[1]
            ask(amy, "MODE #kept +r", f"MODE #kept +b *!{ident}@*")
        assert codes(ask(bob, "JOIN #kept")) == ["474"]
        amy.close()
        bob.close()
        server.restart()


def test_a_mode_that_takes_another_away_says_so(come):
    ann = come("ann", "#r")
    now = set("nt")
    for letter in "sphpsh":
        for line in ask(ann, f"MODE #r +{letter}"):
            sign, changed = re.search(r" MODE #r ([+-])(\w)$", line).groups()
            now = now | {changed} if sign == "+" else now - {changed}
        shown = one_of(ask(ann, "MODE #r"), "324")[1]
        assert set(shown) - set("+l") == now, shown


def test_names_and_who_answer_without_a_room_and_for_masks(come):
    ann, bob = come("ann", "#r", "#s"), come("bob", "#r")
    come("cid")
    eve = come("eve", "#dark")
    ask(eve, "MODE #dark +s", "MODE eve +i")
    rest(ann)
    for line in ("NAMES", "NAMES :"):
        lines = ask(bob, line)
        assert codes(lines)[-1] == "366" and codes(lines).count("366") == 1
        rooms = {words.split(" ")[4]: words.partition(" :")[2].split(" ")
                 for words in lines[:-1]}
        assert rooms == {"#r": ["@ann", "bob"], "#s": ["@ann"]}
    assert "#dark" in " ".join(ask(eve, "NAMES"))
    for line, found in (("WHO *", {"ann", "bob", "cid"}),
                        ("WHO", {"ann", "bob", "cid"}),
                        ("WHO 0", {"ann", "bob", "cid"}),
                        ("WHO a*", {"ann"}), ("WHO ?ob", {"bob"}),
                        ("WHO e*", set()), ("WHO * o", set()),
                        ("WHO *!*@Anonymous", {"ann", "bob", "cid"}),
                        ("WHO #r", {"ann", "bob"}), ("WHO #dark", set()),
                        ("WHO cid", {"cid"})):
        lines = ask(bob, line)
        assert codes(lines)[-1] == "315" and codes(lines).count("315") == 1
        assert {words.split(" ")[7] for words in lines[:-1]} == found, line
    # who is hidden is seen by those who sit with it
    assert "eve" in " ".join(ask(eve, "WHO *"))


def test_a_topic_says_who_set_it_and_a_room_when_it_was_made(come):
    ann = come("ann", "#r")
    assert codes(ask(ann, "TOPIC #r")) == ["331"]
    ask(ann, "TOPIC #r :tea")
    room, setter, when = one_of(ask(ann, "TOPIC #r"), "333")
    assert (room, setter) == ("#r", "ann") and int(when) > 1_000_000_000
    bob = come("bob")
    lines = ask(bob, "JOIN #r")
    assert one_of(lines, "332") == ["#r", "tea"]
    assert one_of(lines, "333") == [room, setter, when]
    assert codes(lines).index("333") == codes(lines).index("332") + 1
    made = one_of(lines, "329")
    assert made == one_of(ask(bob, "MODE #r"), "329")
    assert made[0] == "#r" and int(made[1]) > 1_000_000_000


def test_a_control_is_not_told_what_it_cannot_read(server, come):
    come("ann", "#r")
    control = chat.Client(server)
    control.guest("ctl")
    heard = ask(control, "JOIN %#r", "TOPIC %#r", "MODE %#r", "LUSERS")
    assert not {"329", "333", "254", "255"} & set(codes(heard))
    control.close()


def test_small_questions_are_answered(come):
    ann = come("ann", "#r")
    lines = ask(ann, "LUSERS")
    assert codes(lines) == ["251", "254", "255", "265"]
    assert one_of(lines, "255") == ["I have 1 clients and 0 servers"]
    assert one_of(lines, "254") == ["1", "channels formed"]
    assert codes(ask(ann, "PING")) == ["409"]
    assert codes(ask(ann, "WHOWAS")) == ["431"]
    assert codes(ask(ann, "WHOWAS nobody")) == ["406", "369"]
    for mode in ("+i", "-i"):
        assert [line.split(" ", 1)[1] for line in
                ask(ann, f"MODE ann {mode}")] == [f"MODE ann :{mode}"]
        assert ask(ann, f"MODE ann {mode}") == []    # nothing to change


def test_who_is_thrown_out_without_a_reason_learns_by_whom(come):
    ann, bob = come("ann", "#r"), come("bob", "#r")
    ask(ann, "KICK #r bob")
    assert rest(bob)[-1].endswith(" KICK #r bob :ann")
    assert one_of(ask(ann, "KICK #r bob"), "441")[:2] == ["bob", "#r"]


def test_capabilities_are_listed_taken_back_and_refused(come):
    new = come("")
    new.say("CAP LS 302")
    assert new.read() == b":chat.nudge CAP * LS :sasl=PLAIN"
    for asked, answer in (
            ("LIST", "LIST :"), ("REQ :sasl", "ACK :sasl"),
            ("LIST", "LIST :sasl"), ("REQ :-sasl", "ACK :-sasl"),
            ("LIST", "LIST :"), ("REQ :sasl none", "NAK :sasl none"),
            ("LIST", "LIST :"), ("REQ sasl", "ACK :sasl")):
        new.say(f"CAP {asked}")
        assert new.read().decode() == f":chat.nudge CAP * {answer}", asked
    new.say("CAP NONSENSE")
    assert new.read() == (b":chat.nudge 410 * NONSENSE :Invalid CAP command")
    new.say("CAP END")
    new.plain("new")
    rest(new)
    assert ask(new, "CAP LIST") == [":chat.nudge CAP new LIST :sasl"]


def test_after_the_welcome_it_is_too_late_to_sign_in(come):
    ann = come("ann")
    for line in ("USER a 0 * :a", "PASS x", "PASS"):
        assert codes(ask(ann, line)) == ["462"], line
    for line in ("AUTHENTICATE PLAIN", "AUTHENTICATE +", "AUTHENTICATE"):
        assert codes(ask(ann, line)) == ["907"], line


def test_a_line_that_is_too_long_is_refused_and_the_next_is_heard(come):
    ann, bob = come("ann", "#r"), come("bob", "#r")
    rest(ann)
    for size in (1024, 1500, 9000):
        ann.say("PRIVMSG #r :" + "x" * size)
        assert codes(rest(ann)) == ["417"], size
    ask(ann, "PRIVMSG #r :" + "y" * 400)
    heard = rest(bob)
    assert len(heard) == 1 and heard[0].endswith("y" * 400)
