# SPDX-License-Identifier: MIT
"""Chat: what a person sees and types in irssi, beside people in controls."""

from __future__ import annotations

import collections.abc
import re

import pytest

import chat
import harness
import irssi

pytestmark = pytest.mark.skipif(
    bool(irssi.MISSING),
    reason=f"missing: {', '.join(irssi.MISSING)}; tools/setup.sh installs them")

AMY = "amy@example.com"
# what irssi says of lines it does not know, and of rooms it waits for
ODD = re.compile(r"unknown|not synced|\b\d{3}\b \w+ ", re.I)

Start = collections.abc.Callable[..., irssi.Irssi]


@pytest.fixture
def start(make_server):
    """start(nick): irssi, in the rooms; start(nick, email, password)."""
    screens: list[irssi.Irssi] = []

    def begin(server: harness.Server, *who: str) -> irssi.Irssi:
        screens.append(irssi.Irssi(server, *who))
        screens[-1].shows(f"Welcome to the MSN Chat .*{who[0]}")
        return screens[-1]

    yield begin
    for screen in screens:
        screen.close()


def rooms(make_server, **more: str) -> harness.Server:
    return make_server(**{"chat.port": str(harness.free_ports(1)[0]),
                          "chat.lines": "0"} | more)


def test_somebody_in_irssi_and_one_in_a_control_talk_in_one_room(
        make_server, start: Start):
    server = rooms(make_server, **{"chat.plain": "on"})
    ann = chat.Client(server)
    ann.guest("ann")
    ann.join("%#Tea\\bRoom")
    ann.say("PROP %#Tea\\bRoom TOPIC :%Caf\u00e9\\band\\btea")
    bob = start(server, "bob")
    bob.type("/join #Tea\\bRoom")
    bob.shows(r"Topic for #Tea\\bRoom: Caf\u00e9 and tea")
    bob.shows(r"\[@>ann\] \[ bob\]")
    bob.shows(r"Join to #Tea\\bRoom was synced in")
    ann.until(r":bob!\S+@Anonymous JOIN H,U,GO :%#Tea")
    bob.type("hello, ann \u00e9")
    ann.until("PRIVMSG %#Tea\\\\bRoom :hello, ann \u00e9$")
    bob.shows("< bob> hello, ann \u00e9")
    # a control's colours and fonts are not for this screen
    ann.say(b"PRIVMSG %#Tea\\bRoom :\x01S \x0b\x01Palatino\\bLinotype;0 "
            + "hello, bob \u00e9\x01".encode())
    bob.shows("<@>ann> hello, bob \u00e9$")
    ann.say("PRIVMSG %#Tea\\bRoom :\x01ACTION waves\x01")
    bob.shows(r"\* >ann waves")
    ann.say("MODE %#Tea\\bRoom +o bob")
    bob.shows(r"mode/#Tea\\bRoom \[\+o bob\] by >ann")
    bob.type("/topic cake")
    ann.until(r" PROP %#Tea\\bRoom TOPIC :cake")
    bob.shows("bob changed the topic of .* to: cake")
    ann.say(b"WHISPER %#Tea\\bRoom bob :\x01S \x01\x01Arial;0 psst\x01")
    bob.shows("Act: 3")
    bob.type("/window 3")
    bob.shows("<>ann> psst")
    bob.type("heard you")
    ann.until(":bob!.* PRIVMSG >ann :heard you")
    assert not ODD.search(bob.screen())
    ann.close()
    bob.type("/window 2")
    bob.shows(r">ann \[\w+@GateKeeper\] has quit")
    assert not ODD.search(bob.screen())
    bob.type("/window 1")
    bob.shows("Welcome")
    assert not ODD.search(bob.screen()), bob.screen()


def test_irssi_signs_in_with_the_account_of_its_person(make_server,
                                                       start: Start):
    server = rooms(make_server, **{"chat.staff": AMY,
                                   "chat.words": "darn"})
    amy = start(server, "amy", AMY, harness.PEOPLE[AMY])
    amy.shows("SASL authentication succeeded")
    amy.shows("You are now an administrator")
    ann = chat.Client(server)
    ann.guest("ann")
    ann.join("%#Tea")
    amy.type("/join #Tea")
    ann.until(r":amy!\S+@GateKeeperPassport JOIN H,A,RXO,\. :%#Tea")
    amy.type("hello")
    ann.until(r":amy!\S+ PRIVMSG %#Tea :hello")
    ann.say("PRIVMSG %#Tea :hello, amy")
    amy.shows("<@>ann> hello, amy")
    amy.type("/mode #Tea +f")
    amy.shows(r"mode/#Tea \[\+f\] by amy")
    ann.until(r":amy!\S+ MODE %#Tea \+f")
    ann.say("PRIVMSG %#Tea :oh, darn it")
    ann.until(" 932 >ann darn :")
    amy.type("/window 1")
    for line, answer in (("/whois nobody", "There is no such nick nobody"),
                         ("/links", "chat.nudge"),
                         ("/quote FOO", "FOO Unknown command")):
        amy.type(line)
        amy.shows(answer)


def test_a_ban_that_irssi_was_told_of_is_one_that_it_can_take_away(
        make_server, start: Start):
    server = rooms(make_server, **{"chat.plain": "on"})
    ann = chat.Client(server)
    ann.plain("ann")
    ann.join("#Tea")
    ann.say("MODE #Tea +b *!bad@*")
    ann.until("MODE #Tea")
    bob = start(server, "bob")
    bob.type("/join #Tea")
    bob.shows("Join to #Tea was synced in")
    ann.say("MODE #Tea +o bob")
    bob.shows(r"mode/#Tea \[\+o bob\] by ann")
    bob.type("/ban")
    bob.shows(r"1 - #Tea: ban \*!bad@\* \[by ann, ")
    bob.type("/unban 1")
    bob.shows(r"mode/#Tea \[-b \*!bad@\*\] by bob")
    bob.type("/ban")
    bob.shows("No bans in channel #Tea")
    ann.close()
