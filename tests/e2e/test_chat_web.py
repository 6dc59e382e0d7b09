# SPDX-License-Identifier: MIT
"""Chat rooms in a browser: which there are, and the page that hosts the
control and hands it tickets, as the script of 2002 reads them."""

from __future__ import annotations

import html
import pathlib
import re
import shutil
import subprocess
import time
import urllib.parse
from collections.abc import Iterator

import pytest

import chat
import harness
import mailbox
import msn
import pages

AMY, BOB, CID = "amy@example.com", "bob@example.com", "cid@example.com"
CSP = "Content-Security-Policy"


@pytest.fixture(scope="module")
def server(mold: pathlib.Path, tmp_path_factory: pytest.TempPathFactory
           ) -> Iterator[harness.Server]:
    folder = tmp_path_factory.mktemp("chat")
    harness.copy_mold(mold, folder)
    port = str(harness.free_ports(1)[0])
    made = harness.Server(folder, **{"chat.port": port, "chat.plain": "on",
                                     "chat.lines": "0"}).start()
    yield made
    made.close()


@pytest.fixture
def empty(server: harness.Server) -> harness.Server:
    """Everybody of the tests before is gone from the rooms."""
    end = time.monotonic() + 10
    while server.stat("chat.open") > 0:
        assert time.monotonic() < end
        time.sleep(0.01)
    return server


class Plain(mailbox.Browser):
    """What a site of those days saw: no TLS, and every cookie but those which
    want it."""

    def __init__(self, server: harness.Server,
                 cookies: dict[str, str] | None = None,
                 host: str = "chat.msn.com") -> None:
        super().__init__(server, host)
        self.cookies = {k: v for k, v in (cookies or {}).items()
                        if k != "MSPSec"}

    def fetch(self, request: bytes) -> msn.Reply:
        return msn.fetch(self.server, request, None)


def log_in(server: harness.Server, email: str, ru: str = ""
           ) -> tuple[mailbox.Browser, msn.Reply]:
    """The login form with the fields it had in 2002."""
    browser = mailbox.Browser(server, "loginnet.passport.com")
    name, _, domain = email.partition("@")
    reply = browser.ask("/login.srf", {
        "login": name, "domain": domain, "passwd": harness.PEOPLE[email],
        "sec": "0", "mspp_shared": "0", "ru": ru})
    assert {"MSPAuth", "MSPProf", "MSPSec"} <= set(browser.cookies)
    return browser, reply


def register(browser: mailbox.Browser, nick: str, **more: str) -> str:
    there = mailbox.hidden(browser.page("/msnchat/nickname"))
    key = there["key"]
    return browser.page("/msnchat/nickname",
                        {"nick": nick, "key": key, "do": "Register"} | more)


def give_up(browser: mailbox.Browser, nick: str) -> None:
    register(browser, nick, do="Give up")


def params(page: str) -> dict[str, str]:
    found = re.findall(r'<PARAM NAME="([^"]*)" VALUE="([^"]*)">', page)
    assert len(found) == len(dict(found)) == page.count("<PARAM")
    return {name: html.unescape(value) for name, value in found}


def look(browser: mailbox.Browser, path: str) -> pages.Page:
    return pages.Page(browser.page(path))


def way(name: str) -> str:
    """The page of a room, by its name on the wire."""
    return "/chatroom.msnw?rhx=" + f"%#{name}".encode().hex()


@pytest.mark.covers("chat-ircx 18 #1", "chat-ircx 18 #2", "chat-ircx 18 #3",
                    "chat-ircx 20 #34", "chat-ircx 20 #36")
def test_the_script_of_2002_reads_its_tickets_from_the_page(server):
    host = chat.Client(server)
    host.guest("host")
    host.join("%#SocialTalk")
    room = "http://chat.msn.com/chatroom.msnw?rm=SocialTalk"
    redirect = ("http://chat.msn.com/msnchat/1033/utf8/msnredir.asp?ru="
                + urllib.parse.quote(room, ""))
    browser, reply = log_in(server, AMY, redirect)
    assert reply.status == 302 and reply.exact("Location") == redirect
    register(browser, "Zmic")

    # where its author was stuck: no TLS from here on
    script = Plain(server, browser.cookies)
    reply = script.ask(redirect.removeprefix("http://chat.msn.com"))
    assert reply.status == 302
    assert reply.exact("Location") == "/chatroom.msnw?rm=SocialTalk"
    ident = script.cookies["MSNChatNN"]
    assert ident == script.cookies["MSNREGCOOKIE"]
    script.cookies["hasOCX"] = "2%2C03%2C0204%2C0801"
    page = script.page("/chatroom.msnw?rm=SocialTalk")
    given = params(page)
    assert re.search(r'NAME="MSNREGCookie" VALUE="(.*?)"',
                     page).group(1) == ident
    assert given["RoomName"] == "SocialTalk"
    assert given["NickName"] == "Zmic"
    port = server.settings["chat.port"]
    assert given["Server"] == f"127.0.0.1:{port}"
    assert given["BaseURL"] == "http://chat.msn.com/"
    ticket, profile = given["PassportTicket"], given["PassportProfile"]
    for word in (ticket, profile, ident, given["SubscriberInfo"]):
        assert re.fullmatch(r"[A-Za-z0-9!*$._-]{1,200}", word), word
    assert 8 + len(ticket) + 8 + len(profile) <= 480
    # whether it says that the control is there changes nothing
    del script.cookies["hasOCX"]
    assert params(script.page("/chatroom.msnw?rm=SocialTalk")).keys() == \
        given.keys()

    there = chat.Script(server, "#SocialTalk", ticket, profile).client
    there.say(f"PROP $ MSNREGCOOKIE :{ident}")
    there.until(" 001 Zmic ")
    there.say("JOIN %#SocialTalk")
    there.until(r":Zmic!\S+@GateKeeperPassport JOIN H,U,R :%#SocialTalk")
    host.until(r":Zmic!\S+@GateKeeperPassport JOIN H,U,RXO :%#SocialTalk")
    there.close()
    host.close()
    give_up(browser, "Zmic")


def control(server: harness.Server, given: dict[str, str],
            subscriber: str | None = None) -> chat.Client:
    """The control 4.5 with what the page told it."""
    host, _, port = given["Server"].rpartition(":")
    client = chat.Client(server, int(port))
    client.say("IRCVERS IRC8 MSN-OCX!9.02.0310.2401 en-us")
    client.until(" 800 ")
    client.gatekeeper("GateKeeperPassport", 3, host.encode(), bytes(16))
    client.until("S :OK")
    words = "".join(f"{len(given[k]):08X}{given[k]}"
                    for k in ("PassportTicket", "PassportProfile"))
    client.say(f"AUTH GateKeeperPassport S :{words}")
    client.until(r"AUTH GateKeeperPassport \* ")
    client.say(f"PROP $ MSNREGCOOKIE :{given['MSNREGCookie']}\r\n"
               if subscriber is None else
               f"PROP $ SUBSCRIBERINFO :{subscriber}\r\n"
               f"PROP $ MSNREGCOOKIE :{given['MSNREGCookie']}")
    client.until(" 001 ")
    return client


@pytest.mark.covers("chat-ircx 5.1", "chat-ircx 9.2", "chat-ircx 20 #58")
def test_who_shows_its_subscription_is_a_subscriber(server):
    given = {}
    for email, nick in ((AMY, "Ann"), (BOB, "Bert")):
        browser, _ = log_in(server, email)
        register(browser, nick)
        given[nick] = params(browser.page("/chatroom.msnw?rm=r"))
    own = given["Ann"]["SubscriberInfo"]
    for shown, letter in ((own, "B"), (None, "O"),
                          (given["Bert"]["SubscriberInfo"], "O"),
                          (own[:-1] + ("a" if own[-1] != "a" else "b"), "O"),
                          (given["Ann"]["PassportTicket"], "O")):
        client = control(server, given["Ann"], shown)
        client.say("JOIN %#r")
        client.until(rf" JOIN H,U,RX{letter},\. :%#r")
        client.say("QUIT")
        client.until("^ERROR ")
        client.close()
    for email, nick in ((AMY, "Ann"), (BOB, "Bert")):
        give_up(log_in(server, email)[0], nick)


def test_what_the_login_pages_give_for_rooms_opens_nothing_else(server):
    browser, _ = log_in(server, AMY)
    register(browser, "Ann")
    given = params(browser.page("/chatroom.msnw?rm=r"))
    for token in (browser.cookies["MSPAuth"], given["PassportTicket"],
                  given["SubscriberInfo"]):
        thief = mailbox.Browser(server, "login.live.com")
        thief.cookies = {"MSPSec": token, "MSPAuth": token}
        for path in ("/account", "/msnchat/nickname", "/cgi-bin/compose"):
            assert thief.ask(path).exact("Location").startswith("/sign-in")
    # and a subscription is no ticket
    thief = Plain(server, {"MSPAuth": given["SubscriberInfo"]})
    assert "PassportTicket" not in thief.page("/chatroom.msnw?rm=r")
    # another password ends all of them
    server.ctl("user", "passwd", AMY, "--password", "another")
    client = chat.Client(server)
    client.say("IRCVERS IRC8 MSN-OCX!9.02.0310.2401 en-us")
    client.until(" 800 ")
    client.gatekeeper("GateKeeperPassport", 3, b"127.0.0.1", bytes(16))
    client.until("S :OK")
    ticket = given["PassportTicket"]
    client.say(f"AUTH GateKeeperPassport S :{len(ticket):08X}{ticket}00000001x")
    client.until(r" 910 \S+ GateKeeperPassport ")
    client.close()
    script = Plain(server, {"MSPAuth": browser.cookies["MSPAuth"]})
    assert "PassportTicket" not in script.page("/chatroom.msnw?rm=r")
    server.ctl("user", "passwd", AMY, "--password", harness.PEOPLE[AMY])
    give_up(log_in(server, AMY)[0], "Ann")


EVIL = '"><script>alert(1)</script><b x=\''
EVIL_WIRE = EVIL.replace(" ", "\\b")


@pytest.mark.covers("chat-ircx 14", "chat-ircx 20 #84")
def test_the_list_has_public_rooms_and_nothing_of_them_runs(empty):
    server = empty
    ann, bob, cid = people = [chat.Client(server) for _ in range(3)]
    for client, nick in zip(people, ("ann", "bob", "cid")):
        client.plain(nick)
    for client, room in ((ann, "Lobby"), (bob, "Lobby"), (cid, "Lobby"),
                         (ann, EVIL_WIRE), (bob, EVIL_WIRE),
                         (ann, "Tea\\bRoom\\c\\\\"),
                         (ann, "hid"), (ann, "sec"), (ann, "pri")):
        client.join("#" + room)
    ann.say(f"TOPIC #Lobby :{EVIL} & \u2603 \x02bold\x034")
    ann.say(b"TOPIC #Tea\\bRoom\\c\\\\ :Caf\xe9 \xff")
    ann.say("PROP #Lobby LANGUAGE :<i>en")
    for room, mode in (("hid", "h"), ("sec", "s"), ("pri", "p")):
        ann.say(f"MODE #{room} +{mode}")
    ann.say("PING x")
    ann.until("PONG")
    maker = chat.Client(server)
    maker.guest("dan")
    for line in ("CREATE UL %#unlisted - - EN-US 1 key 0",
                 "CREATE GE %#Paris %Tour\\bEiffel - FR-FR 2 key 0"):
        maker.say(line)
        maker.until(" 613 ")

    browser = Plain(server)
    text = browser.page("/chat")
    page = pages.Page(text)
    assert page.rows == [
        ["Room", "People", "Topic", "Category", "Language"],
        ["Lobby", "3", f"{EVIL} & \u2603 bold4", "", "<i>en"],
        [EVIL, "2", "", "", ""],
        ["Tea Room,\\", "1", "Caf\u00e9 \u00ff", "", ""],
        ["Paris", "0", "Tour Eiffel", "City Chats", "FR-FR"]]
    assert "<script" not in text and "<i>" not in text
    # each link leads to the room of that name, in its title and its window
    for row, (link,), word in zip(
            page.rows[1:], page.row_links[1:],
            ("Lobby", EVIL_WIRE, "Tea\\bRoom\\c\\\\", "Paris")):
        there = browser.page(link + "&nick=eve")
        assert "<script" not in there
        pages.Page(there)
        assert row[0] in re.search("<h1>(.*)</h1>", there).group(1).replace(
            "&quot;", '"').replace("&#39;", "'").replace("&gt;", ">").replace(
                "&lt;", "<")
        given = params(there)
        assert given.get("RoomName") == word or bytes.fromhex(
            given["HexRoomName"]) == b"%#" + word.encode()
    for client in [*people, maker]:
        client.close()


def test_many_rooms_are_shown_by_the_fullest(empty):
    server = empty
    clients = [chat.Client(server) for _ in range(21)]
    for n, client in enumerate(clients):
        client.plain(f"many{n}")
        for k in range(10):
            client.join(f"#m{n:02}{k}")
    page = look(Plain(server), "/chat")
    names = [row[0] for row in page.rows[1:]]
    assert len(names) == 200 and names == sorted(names)
    assert re.search(r"There are 1\d more", page.words)
    for client in clients:
        client.close()


@pytest.mark.covers("chat-ircx 3.5", "chat-ircx 18 #6")
def test_a_guest_says_a_name_and_may_make_a_room(server):
    browser = Plain(server)
    start = look(browser, "/chat")
    assert start.options["category"][:3] == ["UL", "GE", "CP"]
    assert start.selected["category"] == ["GN"]
    made = ("/chatroom.msnw?rm=My+%26+Room&topic=%3Cb%3Eall+of+it"
            "&category=GE&make=Make+it")
    text = browser.page(made)
    page = pages.Page(text)
    assert "Under which name" in page.words and "<OBJECT" not in text
    assert "/sign-in?to=room&rhx=" + b"%#My\\b&\\bRoom".hex() in page.links
    assert browser.ask(made).exact(CSP).count("object-src") == 0
    hidden = mailbox.hidden(text)
    for nick in ("Sysop", ">x", "1a", "a b", EVIL, "x" * 25):
        again = browser.page("/chatroom.msnw?" + urllib.parse.urlencode(
            hidden | {"nick": nick}))
        assert "cannot be a nickname" in again and "<PARAM" not in again
        pages.Page(again)
    asked = "/chatroom.msnw?" + urllib.parse.urlencode(
        hidden | {"nick": "Zo\u00eb"})
    given = params(browser.page(asked))
    assert given == {
        "HexRoomName": b"%#My\\b&\\bRoom".hex(), "NickName": "Zo\u00eb",
        "Server": f"127.0.0.1:{server.settings['chat.port']}",
        "BaseURL": "http://chat.msn.com/",
        "ChatHome": "http://chat.msn.com/chat",
        "Locale": "EN-US", "ChannelLanguage": "1",
        "ChatMode": "1", "Market": "en-us", "Category": "GE", "Topic": "<b>all of it"}
    # what the control makes of them
    client = chat.Client(server)
    client.guest("Zo\u00eb")
    topic = given["Topic"].replace(" ", "\\b")
    client.say(f"CREATE {given['Category']} %#My\\b&\\bRoom %{topic} - "
               f"{given['Locale']} {given['ChannelLanguage']} key 0")
    client.until(" 613 ")
    client.join("%#My\\b&\\bRoom", "key")
    assert ["My & Room", "1", "<b>all of it", "City Chats", "EN-US"] in look(
        browser, "/chat").rows
    client.close()


CONTROLS = {     # field-runs 3.3
    "4.5": "F58E1CEF-A068-4c15-BA5E-587CAF3EE8C6",
    "4.2": "7a32634b-029c-4836-a023-528983982a49",
    "4.1": "29c13b62-b9f7-4cd3-8cef-0a58a1a99441",
    "4.0": "e87a6788-1d0f-4444-8898-1d25829b6755",
    "3.0": "81361155-FAF9-11d3-B0D3-00C04F612FF1"}


def test_the_page_leads_to_every_version_of_the_control(server):
    browser = Plain(server)
    begin = "/chatroom.msnw?rm=My+Room&nick=eve"
    page = browser.page(begin)
    usual = params(page)
    # field-runs 3.1: CreateRoom would be the name of a page
    assert usual["ChatMode"] == "0" and "CreateRoom" not in usual
    for making in ("", "&make=1&category=GE&topic=a+%26+%22b"):
        page = browser.page(begin + making)
        assert f'CLSID:{CONTROLS["4.5"]}"' in page
        others = {text: html.unescape(way) for way, text in re.findall(
            r'<a href="([^"]*)">(\d\.\d)</a>', page)}
        assert set(others) == set(CONTROLS) - {"4.5"}
        for name, way in others.items():
            there = browser.page(way)
            pages.Page(there)
            assert re.findall('CLSID:([^"]*)"', there) == [CONTROLS[name]]
            assert params(there) == params(page)
            assert f"<b>{name}</b>" in there
    # a guest's choice is not lost with the question for a name
    asked = mailbox.hidden(browser.page("/chatroom.msnw?rm=r&control=4.0"))
    assert asked["control"] == "4.0"
    assert CONTROLS["4.5"] in browser.page(begin + "&control=9.9")


def test_the_pages_that_the_control_opens_are_there(server):
    """field-runs 3.1."""
    browser = Plain(server)
    word = b"%#My\\bRoom".hex()
    reply = browser.ask("/create.msnw?rhx=" + word)
    assert reply.status == 302
    there = reply.exact("Location")
    assert mailbox.hidden(browser.page(there)) == {
        "rhx": word, "make": "1", "category": "GN"}
    given = params(browser.page(there + "&nick=eve"))
    assert given["ChatMode"] == "1" and given["Category"] == "GN"
    assert given["HexRoomName"] == word
    for query in ("", "?rhx=zz", "?rhx="):
        assert browser.ask("/create.msnw" + query).exact(
            "Location") == "/chat"
    assert "Make" in browser.page("/default.msnw")
    assert "is a subscriber" in browser.page("/subscribe.msnw")


@pytest.mark.parametrize("header, locale, number", [
    ("de-AT,de;q=0.8", "DE-AT", "3"), ("pt-BR", "PT-BR", "24"),
    ("pt-pt;q=0.5", "PT-PT", "9"), ("zh-TW, en", "ZH-TW", "15"),
    ("ja", "JA-JA", "4"), ("en", "EN-US", "1"), ("", "EN-US", "1"),
    ("x", "EN-US", "1"), ('"><', "EN-US", "1"), ("xx-yy-zz", "EN-US", "1")])
def test_a_room_has_the_language_of_the_browser(server, header, locale,
                                                number):
    reply = msn.fetch(server, (
        "GET /chatroom.msnw?rm=r&nick=eve HTTP/1.1\r\nHost: [::1]:8080\r\n"
        f"Accept-Language: {header}\r\n\r\n").encode(), None)
    given = params(reply.body.decode())
    assert (given["Locale"], given["ChannelLanguage"]) == (locale, number)
    assert given["BaseURL"] == "http://[::1]:8080/"


def test_names_that_cannot_be_and_ways_that_lead_elsewhere(server):
    browser = Plain(server)
    for query in ("rhx=zz", "rhx=2523", "rhx=25234", "rhx=25230a",
                  "rhx=" + "41" * 9, "rhx=2523" + "61" * 199,
                  "rm=" + "x" * 199, "rm=%00a", "rm=a%0D%0Ab", "rm=%FF"):
        reply = browser.ask("/chatroom.msnw?" + query)
        assert reply.status == 404, query
        assert b"No room can be called so" in reply.body
        pages.Page(reply.body.decode())
    for query in ("", "?", "?rm=", "?rm=%20&rhx="):
        assert browser.ask("/chatroom.msnw" + query).exact(
            "Location") == "/chat"
    for query in ("rm=%25%23Tea+Room", "rm=%23Tea+Room", "rm=Tea%20Room",
                  "rhx=" + b"%#Tea\\bRoom".hex().upper()):
        assert "<h1>Tea Room</h1>" in browser.page("/chatroom.msnw?" + query)
    reply = msn.fetch(server, b"GET /chatroom.msnw?rm=r&nick=eve HTTP/1.1\r\n"
                      b"Host: a\"><script>\r\n\r\n", None)
    assert params(reply.body.decode())["BaseURL"].startswith(
        "http://127.0.0.1")

    owner, _ = log_in(server, CID)
    register(owner, "Cid")
    script = Plain(server, owner.cookies)
    for ru, lead in (("http://evil.example/", "/chat"),
                     ("//evil.example/chat", "/chat"),
                     ("http://evil.example/chat?x=1", "/chat?x=1"),
                     ("/chat\\@evil", "/chat"), ("/chatter", "/chat"),
                     ("javascript:alert(1)", "/chat"),
                     ("/chat?\r\nSet-Cookie: a=b", "/chat"),
                     ("/ChatRoom.msnw?rm=x", "/ChatRoom.msnw?rm=x"),
                     ("/account", "/chat")):
        reply = script.ask("/msnchat/1043/utf8/msnredir.asp?ru="
                           + urllib.parse.quote(ru, ""))
        assert reply.status == 302 and reply.exact("Location") == lead, ru
    for path in ("/msnchat/x/utf8/msnredir.asp", "/msnchat//msnredir.asp",
                 "/msnchat/utf8/msnredir.asp", "/msnchat/1033"):
        assert script.ask(path).status == 404
    for ru, good in (("http://nickname.msn.com/x", True),
                     ("https://chat.msn.com.evil.example/", False),
                     ("/chatroom.msnw?rm=x", True), ("/other", False)):
        reply = log_in(server, CID, ru)[1]
        assert (reply.status == 302) == good, ru
    give_up(owner, "Cid")


def test_one_is_led_to_a_nickname_and_back_to_the_room(server):
    stranger = mailbox.Browser(server, "chat.msn.com")
    page = stranger.page(way("Tea\\bRoom"))
    link, = (u for u in pages.Page(page).links if u.startswith("/sign-in?"))
    form = mailbox.hidden(stranger.page(link))
    assert form["to"] == "room" and form["rhx"] == b"%#Tea\\bRoom".hex()
    reply = stranger.ask("/sign-in", form | {
        "email": BOB, "password": harness.PEOPLE[BOB]})
    assert reply.exact("Location") == way("Tea\\bRoom")
    reply = stranger.ask(reply.exact("Location"))
    name = "/msnchat/nickname?rhx=" + form["rhx"]
    assert reply.status == 302 and reply.exact("Location") == name
    assert stranger.ask("/msnchat/1033/utf8/msnredir.asp?rhx="
                        + form["rhx"]).exact("Location") == name
    hidden = mailbox.hidden(stranger.page(name))
    for nick in ("Zo\u00eb", "Bert"):
        page = stranger.page("/msnchat/nickname", hidden | {
            "nick": nick, "do": "Register"})
        assert f"<h2>{nick}</h2>" in page
    links = [u for u in pages.Page(page).links if "msnredir" in u]
    assert len(links) == 2
    for nick in ("Zo\u00eb", "Bert"):
        link, = (u for u in links
                 if f"nn={urllib.parse.quote(nick)}&" in u)
        # the redirect keeps the room only where somebody came from one
        reply = stranger.ask(link)
        assert reply.exact("Location") == way("Tea\\bRoom")
        assert params(stranger.page(way("x")))["NickName"] == nick
    # whoever comes next at this browser is not taken for who was here
    other, _ = log_in(server, AMY)
    other.cookies["MSNREGCOOKIE"] = stranger.cookies["MSNREGCOOKIE"]
    assert "nickname" in other.ask(way("x")).exact("Location")
    give_up(stranger, "Bert")
    assert params(stranger.page(way("x")))["NickName"] == "Zo\u00eb"
    give_up(stranger, "Zo\u00eb")
    out = mailbox.hidden(stranger.page("/sign-out"))
    gone = [line.partition("=")[0] for line in stranger.ask(
        "/sign-out", out).all("Set-Cookie") if "30-Oct-1980" in line]
    assert {"MSPSec", "MSPAuth", "MSNChatNN", "MSNREGCOOKIE"} <= set(gone)

    # who is not signed in is asked to, and finds the way back
    late = mailbox.Browser(server, "chat.msn.com")
    assert late.ask("/msnchat/nickname?rhx=" + form["rhx"]).exact(
        "Location") == "/sign-in?to=nickname&rhx=" + form["rhx"]
    assert late.ask("/msnchat/1033/utf8/msnredir.asp").exact(
        "Location") == "/sign-in?to=nickname"
    # without TLS they are led there first
    reply = Plain(server).ask("/msnchat/nickname")
    assert reply.status == 403 and b"https://chat.msn.com:" in reply.body


@pytest.mark.covers("chat-ircx 18 #4")
def test_the_chat_button_of_messenger_opens_the_list(server):
    amy = msn.sign_in(server, AMY, dialect=9)
    browser, page = mailbox.enter(amy, "CHAT")
    assert "<h1>Chat rooms</h1>" in page and AMY in page
    assert "/msnchat/nickname" in pages.Page(page).links
    assert "<h1>Chat rooms</h1>" in Plain(server).page(
        "/Messenger.msnw?lc=1033")
    account = look(browser, "/account")
    assert {"/msnchat/nickname", "/chat"} <= set(account.links)
    assert "/chat" in look(browser, "/").links
    for path in ("/chat", "/msnchat/nickname", "/account", "/"):
        for link in look(browser, path).links:
            assert browser.ask(link).status in (200, 302), (path, link)


@pytest.mark.covers("chat-ircx 18 #5")
def test_what_the_control_opens_for_a_profile_is_there(server):
    assert "no profile" in Plain(server).page(
        "/profile.msnw?epuid=4A63C43D06D38CB7")


@pytest.mark.covers("chat-ircx 18 #1", "chat-ircx 18 #7",
                    "settings chat.codebase")
def test_the_page_tells_where_the_control_and_the_directory_are(
        server, make_server):
    path = "/chatroom.msnw?rm=r&nick=eve"
    browser = Plain(server)
    assert "CODEBASE" not in browser.page(path)
    assert "; object-src 'self' " in browser.ask(path).exact(CSP) + " "
    rooms, directory = map(str, harness.free_ports(2))
    other = make_server(**{
        "chat.port": rooms, "chat.directory-port": directory,
        "public.address": "im.example.org",
        "web.plain-passwords": "on",
        "chat.codebase": "http://cabs.example.org:81/\"x'/msnchat45.cab"})
    browser = Plain(other)
    text = browser.page(path)
    assert ('CODEBASE="http://cabs.example.org:81/&quot;x&#39;/msnchat45.cab'
            '#Version=9,02,0310,2401"') in text
    assert browser.ask(path).exact(CSP).endswith(
        "; object-src 'self' http://cabs.example.org:81")
    assert params(text)["Server"] == f"im.example.org:{directory}"
    page = pages.Page(text)
    assert f"im.example.org, port {rooms}" in page.words
    assert "Sign in (SASL PLAIN)" in page.words
    assert "any name" not in page.words
    # where passwords may be typed without TLS, nicknames come so, too
    browser.page("/sign-in", mailbox.hidden(browser.page("/sign-in")) | {
        "email": AMY, "password": harness.PEOPLE[AMY]})
    assert "<h2>Ann</h2>" in register(browser, "Ann")
    assert {"PassportTicket", "MSNREGCookie"} <= set(params(
        browser.page("/chatroom.msnw?rm=r")))
    # Microsoft's program is not part of this one
    program = other.program.read_bytes()
    assert b"MSCF\0\0\0\0" not in program and b"MsnChat45" not in program


def test_where_there_are_no_rooms_no_link_leads_to_them(make_server):
    server = make_server()
    browser, _ = log_in(server, AMY)
    for path in ("/chat", "/chatroom.msnw?rm=r"):
        reply = browser.ask(path)
        assert reply.status == 404 and b"no chat rooms" in reply.body
    for path in ("/", "/account"):
        assert not [u for u in look(browser, path).links if "chat" in u]


@pytest.mark.skipif(shutil.which("w3m") is None, reason="no w3m")
def test_a_text_browser_shows_rooms_and_how_to_come_in(empty):
    server = empty
    client = chat.Client(server)
    client.plain("ann")
    client.join("#Lobby")
    port = server.settings["chat.port"]
    browser = Plain(server)
    for path, words in (
            ("/chat", ("Chat rooms", "Room", "People", "Lobby", "1",
                       "A room of your own", "[Make it]", "How to come in",
                       f"server 127.0.0.1, port {port}")),
            ("/chatroom.msnw?rm=Tea+Room&nick=eve",
             ("Tea Room", "cannot show the chat control",
              "Without the chat control", f"Server 127.0.0.1, port {port}",
              "Room #Tea\\bRoom"))):
        done = subprocess.run(
            ["w3m", "-dump", "-T", "text/html", "-I", "utf-8", "-O", "utf-8",
             "-cols", "80"], input=browser.ask(path).body, timeout=30,
            capture_output=True, check=True)
        text = re.sub(r"\s+", " ", done.stdout.decode())
        at = 0
        for word in words:
            assert word in text[at:], (word, done.stdout.decode())
            at = text.index(word, at)
    client.close()
