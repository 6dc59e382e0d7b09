# SPDX-License-Identifier: MIT
"""Chat: the script of 2002, the control 4.5 and ordinary programs."""

from __future__ import annotations

import base64
import json
import os
import re

import pytest

import chat
import harness
import mailbox
import msn

AMY, BOB = "amy@example.com", "bob@example.com"
PASSWORD = harness.PEOPLE[AMY]
# NUDGE_CHAT_TRIES=1000 for the long run
TRIES = int(os.environ.get("NUDGE_CHAT_TRIES", "100"))


@pytest.fixture
def chatting(make_server):
    port = harness.free_ports(1)[0]
    return make_server(**{"chat.port": str(port), "chat.plain": "on",
                          "chat.lines": "0"})


@pytest.mark.covers("chat-ircx 20 #13", "chat-ircx 20 #18",
                    "chat-ircx 20 #40")
def test_the_script_of_2002_gets_in_every_time(chatting):
    host = chat.Client(chatting)
    host.guest("host")
    host.join("%#SocialTalk")
    challenge = msn.fresh_challenge(chatting, AMY)
    ticket = msn.ticket(chatting, AMY, PASSWORD, challenge)
    for n in range(TRIES):
        script = chat.Script(chatting, "#SocialTalk", ticket)
        script.client.say(f"NICK script{n}")
        script.client.until(f" 001 script{n} ")
        script.client.join("%#SocialTalk")
        script.client.close()
        host.until(rf":script{n}!\S+ QUIT")


def as_guest(server: harness.Server, nick: str, guid: bytes) -> chat.Client:
    one = chat.Client(server)
    one.say("IRCVERS IRC8 MSN-OCX!9.02.0310.2401 en-us")
    one.until(" 800 ")
    one.gatekeeper("GateKeeper", 3, b"127.0.0.1", guid)
    one.until(r"AUTH GateKeeper \* ")
    one.say(f"NICK >{nick}")
    return one


def test_nobody_comes_as_a_guest_by_what_others_see_of_it(chatting):
    guid = bytes(range(1, 17))
    ann = as_guest(chatting, "ann", guid)
    ann.until(" 001 ")
    ann.join("%#r")
    bob = chat.Client(chatting)
    bob.guest("bob")
    bob.say("WHOIS >ann")
    ident = bob.until(" 311 ").split(" ")[4]
    shown = bytes.fromhex(ident)
    seen = (shown[3::-1] + shown[5:3:-1] + shown[7:5:-1] + shown[8:])
    for copy in (seen, shown):
        thief = as_guest(chatting, "ann", copy)
        thief.until(" 433 ")
        thief.close()
    ann.say("PING :still")
    ann.until("PONG .*still")
    ann.close()
    # and its own machine has the same name at every start of the server
    chatting.restart()
    ann = as_guest(chatting, "ann", guid)
    ann.until(" 001 ")
    ann.say("WHOIS >ann")
    assert ann.until(" 311 ").split(" ")[4] == ident
    ann.close()


# What Microsoft's control 4.5 sent, line by line; its answers to a challenge
# are made anew.
GUID = bytes.fromhex("5bbc36dcaf97d841a59dd45f8042a310")
KEY = "vC'yXDM.#*9^U5fpw]}\"Ord7MEysj%)"


@pytest.mark.covers("chat-ircx 20 #12", "chat-ircx 20 #16",
                    "chat-ircx 20 #37", "chat-ircx 20 #39",
                    "chat-ircx 20 #55", "chat-ircx 20 #56",
                    "chat-ircx 20 #57", "chat-ircx 20 #63")
def test_the_recorded_session_of_the_control_goes_through(chatting):
    alice = chat.Client(chatting)
    alice.guest("Alice")
    alice.join("%#The\\bLobby")

    first = chat.Client(chatting)
    first.say("IRCVERS IRC8 MSN-OCX!9.02.0310.2401")
    first.gatekeeper("GateKeeper", 3, b"127.0.0.1", GUID)
    known = re.fullmatch(r"AUTH GateKeeper \* ([0-9A-F]{32}@GateKeeper) 0",
                         first.read().decode()).group(1)
    first.say("NICK Tester1")
    assert first.read().startswith(b":chat.nudge 001 Tester1 :")
    first.say("FINDS %#The\\bLobby")
    port = chatting.settings["chat.port"]
    assert first.read() == (
        f":chat.nudge 613 Tester1 :127.0.0.1 {port}".encode())

    second = chat.Client(chatting)
    first.close()
    second.say("IRCVERS IRC8 MSN-OCX!9.02.0310.2401 en-us")
    assert second.read().split(b" ")[1] == b"800"
    second.gatekeeper("GateKeeper", 3, b"127.0.0.1", GUID)
    assert second.read().startswith(b"AUTH GateKeeper * ")
    second.say("NICK >Tester1")
    assert second.read().startswith(b":chat.nudge 001 >Tester1 ")
    second.say("JOIN %#The\\bLobby " + KEY)
    burst = []
    while True:
        line = second.read().decode()
        if " JOIN " in line:
            break
        burst.append(line.split(" ")[1])
    assert all(int(number) < 400 for number in burst), burst
    assert line == (f":>Tester1!{known} "
                    "JOIN H,U,GO :%#The\\bLobby")
    assert second.read() == (b":chat.nudge 353 >Tester1 = %#The\\bLobby "
                             b":H,U,GO,.>Alice H,U,GO,>Tester1")
    assert second.read() == (b":chat.nudge 366 >Tester1 %#The\\bLobby "
                             b":End of /NAMES list.")
    second.say("MODE %#The\\bLobby")
    assert second.read() == (b":chat.nudge 324 >Tester1 %#The\\bLobby "
                             b"+ntl 50")
    said = (b"PRIVMSG %#The\\bLobby :\x01S \x01\x01Arial;0 "
            b"hello from the genuine control\x01")
    second.say(said)
    alice.until(" JOIN H,U,GO ")
    assert alice.read().endswith(b"@GateKeeper " + said)


def test_an_ordinary_program_and_a_control_talk_in_one_room(chatting):
    control = chat.Client(chatting)
    control.guest("ann")
    control.join("%#Tea\\bRoom")
    plain = chat.Client(chatting)
    plain.plain("bob")
    plain.join("#Tea\\bRoom")
    control.until(r":bob!\S+ JOIN H,U,GO :%#Tea")
    control.say("PRIVMSG %#Tea\\bRoom :hello, bob \u00e9")
    assert plain.read().endswith(
        " PRIVMSG #Tea\\bRoom :hello, bob \u00e9".encode())
    plain.say("PRIVMSG #Tea\\bRoom :hello, ann")
    assert control.read().endswith(
        b"@Anonymous PRIVMSG %#Tea\\bRoom :hello, ann")
    plain.close()
    control.until(r":bob!\S+ QUIT")


def test_the_directory_may_have_a_port_of_its_own(make_server):
    rooms, directory = harness.free_ports(2)
    server = make_server(**{"chat.port": str(rooms),
                            "chat.directory-port": str(directory)})
    control = chat.Client(server)
    control.say("IRCVERS IRC8 MSN-OCX!9.02.0310.2401")
    control.until(" 800 ")
    control.gatekeeper("GateKeeper", 3, b"127.0.0.1", GUID)
    control.until(r"AUTH GateKeeper \* ")
    control.say("NICK >ann")
    control.until(" 001 >ann ")
    control.join("%#r")
    first = chat.Client(server, directory)
    first.say("IRCVERS IRC8 MSN-OCX!9.02.0310.2401 en-us")
    assert first.quiet()
    first.gatekeeper("GateKeeper", 3, b"127.0.0.1", GUID)
    first.until(r"AUTH GateKeeper \* ")
    first.say("NICK nick")
    first.until(" 001 nick ")
    first.say("FINDS %#r")
    assert first.until(" 613 ").endswith(f" 613 nick :127.0.0.1 {rooms}")
    assert server.stat("chat.open") == 2
    assert server.stat("chat.rooms") == 1
    # and a server that stops says so
    server.terminate()
    control.until("^ERROR :Closing Link: >ann.*Server shutdown")
    first.until("^ERROR ")
    assert server.wait() == 0


def plain_secret(email: str, password: str) -> str:
    return base64.b64encode(f"\0{email}\0{password}".encode()).decode()


def test_a_modern_program_signs_in_with_an_account(chatting):
    client = chat.Client(chatting)
    client.say("CAP LS 302")
    assert client.read() == b":chat.nudge CAP * LS :sasl=PLAIN"
    client.say("NICK amy")
    client.say("USER amy 0 * :Amy")
    client.say("CAP REQ :sasl multi-prefix")
    client.until(r"CAP \* NAK :sasl multi-prefix")
    client.say("CAP REQ :sasl")
    client.until(r"CAP \* ACK :sasl")
    client.say("AUTHENTICATE EXTERNAL")
    client.until(r" 908 \* PLAIN ")
    client.until(r" 904 \* ")
    for secret in (plain_secret(AMY, "wrong"), "!", "AAAA"):
        client.say("AUTHENTICATE PLAIN")
        assert client.read() == b"AUTHENTICATE +"
        client.say("AUTHENTICATE " + secret)
        client.until(r" 904 \* :SASL authentication failed")
    client.say("AUTHENTICATE PLAIN")
    client.until(r"AUTHENTICATE \+")
    client.say("AUTHENTICATE " + plain_secret(AMY, PASSWORD))
    client.until(rf" 900 \* amy!\S+@GateKeeperPassport {AMY} :")
    client.until(r" 903 \* ")
    client.say("CAP END")
    client.until(" 001 amy ")
    client.join("#r")
    client.say("WHOIS amy")
    client.until(r" 311 amy amy [0-9A-F]{16} GateKeeperPassport ")
    assert PASSWORD not in chatting.log()
    # who is disabled or has another password is shown out
    chatting.ctl("user", "passwd", AMY, "--password", "another")
    client.say("PING x")
    client.until("^ERROR :.*Account changed")


def test_without_leave_ordinary_programs_need_an_account(make_server):
    port = harness.free_ports(1)[0]
    server = make_server(**{"chat.port": str(port), "log.level": "debug"})
    client = chat.Client(server)
    client.say("NICK amy")
    client.say("USER amy 0 * :Amy")
    client.until("NOTICE AUTH :Please sign in")
    client.say("AUTHENTICATE PLAIN")
    client.until(r"AUTHENTICATE \+")
    secret = plain_secret(AMY, PASSWORD)
    client.say("AUTHENTICATE " + secret)
    client.until(" 001 amy ")
    assert "AUTHENTICATE" in server.log()
    assert secret not in server.log()


def test_an_old_program_signs_in_with_a_server_password(make_server):
    port = harness.free_ports(1)[0]
    server = make_server(**{"chat.port": str(port), "log.level": "debug"})
    client = chat.Client(server)
    # for a server that had one for all
    client.say("PASS secret")
    client.say("NICK amy")
    client.say("USER amy 0 * :Amy")
    client.until("NOTICE AUTH :Please sign in")
    client.close()
    wrong = chat.Client(server)
    wrong.say(f"PASS {AMY}:mistaken")
    wrong.say("NICK amy")
    wrong.say("USER amy 0 * :Amy")
    wrong.until(r" 464 \* :Password incorrect")
    wrong.until("^ERROR ")
    server.wait_stat("close.auth-failed", 1)
    client = chat.Client(server)
    client.say(f"PASS {AMY}:{PASSWORD}")
    client.say("NICK amy")
    client.say("USER amy 0 * :Amy")
    client.until(" 001 amy ")
    client.join("#r")
    client.say("WHOIS amy")
    client.until(r" 311 amy amy [0-9A-F]{16} GateKeeperPassport ")
    assert PASSWORD not in server.log()
    assert "mistaken" not in server.log()


def signed_in(server: harness.Server, email: str) -> mailbox.Browser:
    """A browser that was given the cookies of the login pages."""
    browser = mailbox.Browser(server, "login.live.com")
    browser.ask("/login.srf", {
        "login": email, "passwd": harness.PEOPLE[email]})
    assert "MSPSec" in browser.cookies
    return browser


def nickname_id(page: str, nick: str) -> str:
    found = re.search(rf"<h2>{nick}</h2>.*?class=\"who\">([0-9a-f]+)<", page,
                      re.S)
    assert found, page
    return found.group(1)


def form_key(page: str) -> str:
    found = re.search(r'name="key" value="([0-9a-f]+)"', page)
    assert found, page
    return found.group(1)


def member(server: harness.Server, ticket: str) -> chat.Client:
    """An account's control up to the point where its name is missing."""
    client = chat.Client(server)
    client.say("IRCVERS IRC8 MSN-OCX!9.02.0310.2401 en-us")
    client.until(" 800 ")
    client.gatekeeper("GateKeeperPassport", 3, b"127.0.0.1", bytes(16))
    client.until("S :OK")
    client.say(f"AUTH GateKeeperPassport S :{len(ticket):08X}{ticket}"
               "00000004prof")
    client.until(r"AUTH GateKeeperPassport \* ")
    return client


@pytest.mark.covers("chat-ircx 20 #35", "chat-ircx 20 #36",
                    "chat-ircx 20 #64")
def test_a_nickname_registered_on_a_page_is_borne_by_its_id(chatting):
    browser = signed_in(chatting, AMY)
    page = browser.page("/msnchat/nickname")
    key = form_key(page)
    bad = browser.page("/msnchat/nickname", {"nick": "Sysop1", "key": key})
    assert "cannot be a nickname" in bad
    forged = {"nick": "Zmic", "key": "0" * 32}
    assert browser.ask("/msnchat/nickname", forged).status == 403
    assert "<h2>" not in browser.page("/msnchat/nickname")
    page = browser.page("/msnchat/nickname", {"nick": "Zmic", "key": key})
    ident = nickname_id(page, "Zmic")

    # the id is constant, and another account may show it
    chatting.restart()
    browser = signed_in(chatting, BOB)
    page = browser.page("/msnchat/nickname",
                        {"nick": "zMIC", "key": form_key(
                            browser.page("/msnchat/nickname"))})
    assert "registered this name already" in page
    tickets = {}
    for email in (AMY, BOB):
        challenge = msn.fresh_challenge(chatting, email)
        tickets[email] = msn.ticket(chatting, email, harness.PEOPLE[email],
                                    challenge)
    squatter = chat.Client(chatting)
    squatter.say("NICK zmic")
    squatter.say("USER zmic 0 * :z")
    squatter.until(r" 433 \* zmic ")
    bob = member(chatting, tickets[BOB])
    # said before anything is answered
    bob.say("PROP $ MSNPROFILE :11\r\nPROP $ MSNREGCOOKIE :" + ident)
    bob.until(" 001 Zmic ")
    bob.say("JOIN %#r")
    bob.until(r":Zmic!\S+@GateKeeperPassport JOIN H,U,MYO,\. :%#r")
    # one at a time
    amy = member(chatting, tickets[AMY])
    amy.say("PROP $ MSNREGCOOKIE :" + ident)
    amy.until(r" 433 \* Zmic ")
    bob.say("QUIT")
    bob.until("^ERROR ")
    amy.say("NICK Zmic")
    amy.until(" 001 Zmic ")
    cid = member(chatting, tickets[BOB])
    cid.say("PROP $ MSNREGCOOKIE :" + ident[:-1] + "0")
    cid.until(r" 432 \* \* ")


def test_a_nickname_is_given_up_or_goes_with_its_account(chatting):
    browser = signed_in(chatting, AMY)
    key = form_key(browser.page("/msnchat/nickname"))
    for nick in ("One", "Two", "Three"):
        browser.page("/msnchat/nickname", {"nick": nick, "key": key})
    assert "as many as one may" in browser.page(
        "/msnchat/nickname", {"nick": "Four", "key": key})
    page = browser.page("/msnchat/nickname",
                        {"nick": "One", "key": key, "do": "Give up"})
    assert "<h2>One</h2>" not in page and "<h2>Two</h2>" in page
    export = json.loads(browser.ask("/account/export").body)
    assert sorted(export["chat nicknames"]) == ["Three", "Two"]
    assert export["chat rooms"] == []
    chatting.ctl("user", "del", AMY)
    for restarted in (False, True):
        if restarted:
            chatting.restart()
        for nick in ("One", "Two", "Three"):
            client = chat.Client(chatting)
            client.plain(nick)
            client.close()


def test_a_room_that_was_registered_survives_a_kill(chatting):
    challenge = msn.fresh_challenge(chatting, AMY)
    ticket = msn.ticket(chatting, AMY, PASSWORD, challenge)
    amy = member(chatting, ticket)
    amy.say("NICK Amy")
    amy.until(" 001 Amy ")
    amy.join("%#Tea\\bRoom")
    for line in ("PROP %#Tea\\bRoom TOPIC :%Caf\u00e9\\b&\\btea",
                 "PROP %#Tea\\bRoom ONJOIN :Welcome\\nto tea, you",
                 "PROP %#Tea\\bRoom HOSTKEY :host",
                 "ACCESS %#Tea\\bRoom ADD DENY bad 0 :too loud, too \\ long",
                 "MODE %#Tea\\bRoom +wl-n 33", "MODE %#Tea\\bRoom +r"):
        amy.say(line)
    amy.until(r" MODE %#Tea\\bRoom \+r$")
    amy.say("PROP %#Tea\\bRoom SUBJECT :leaves")
    amy.until(" SUBJECT :leaves")
    chatting.kill()
    chatting.start()
    assert chatting.stat("chat.rooms") == 1

    bad = chat.Client(chatting)
    bad.plain("bad")
    bad.say("JOIN #tea\\broom")
    bad.until(r" 474 bad #Tea\\bRoom ")
    bob = chat.Client(chatting)
    bob.guest("bob")
    bob.say("JOIN %#tea\\broom host")
    bob.until(r" JOIN H,U,GO,@ :%#Tea\\bRoom$")
    bob.until(r" 332 >bob %#Tea\\bRoom :%Caf\u00e9\\b&\\btea$")
    bob.until(r"^:%#Tea\\bRoom PRIVMSG >bob :Welcome$")
    bob.until(r"^:%#Tea\\bRoom PRIVMSG >bob :to tea, you$")
    bob.say("MODE %#Tea\\bRoom")
    assert bob.read().endswith(b" 324 >bob %#Tea\\bRoom +rtwl 33")
    bob.say("ACCESS %#Tea\\bRoom LIST")
    bob.until(r" 804 >bob %#Tea\\bRoom DENY bad!\*@\*\$\* 0 \S+ "
              r":too loud, too \\ long$")
    bob.say("PROP %#Tea\\bRoom SUBJECT")
    bob.until(" SUBJECT :leaves$")
    # its founder is its owner, with whatever name
    challenge = msn.fresh_challenge(chatting, AMY)
    amy = member(chatting, msn.ticket(chatting, AMY, PASSWORD, challenge))
    amy.say("NICK Amelia")
    amy.until(" 001 Amelia ")
    amy.say("JOIN %#Tea\\bRoom")
    amy.until(r":Amelia!\S+ JOIN H,U,RXO,\. :%#Tea\\bRoom$")
