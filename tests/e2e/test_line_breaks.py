# SPDX-License-Identifier: MIT
"""What ends a line for one program or another (NUL, CR, LF) never comes out
of the server inside one: tried in every argument of every command, and looked
for by every kind of reader."""

from __future__ import annotations

import base64
import contextlib
import re
import socket
import sqlite3
import urllib.parse
from collections.abc import Iterator

import pytest

import chat
import doors
import harness
import live
import live_soap as soap
import msn
import visitor

AMY = "amy@example.com"
ROOM = "#room"
FAKE = b":chat.nudge KICK #room alice :fake"
# As bytes, as IRCX quotes them, and in a topic that says it is quoted.
BREAKS = [b"x\r" + FAKE, b"x\0" + FAKE, b"x\r\0\r" + FAKE,
          b"%x\\r" + FAKE.replace(b" ", b"\\b"),
          b"%x\\n" + FAKE.replace(b" ", b"\\b"),
          b"%x\\0" + FAKE.replace(b" ", b"\\b")]

# Arguments with which a command does something.
TRY: dict[str, list[list[str]]] = {
    "IRCVERS": [["IRC8", "MSN-OCX!9.02.0310.2401", "en-us"]],
    "IRCX": [["x"]],
    "ISIRCX": [["x"]],
    "AUTH": [["GateKeeper", "I", "GKSSP"], ["ANON", "I", "x"]],
    "NICK": [["other"]],
    "USER": [["user", "0", "*", "name"]],
    "PASS": [["word"]],
    "CAP": [["LS", "302"], ["REQ", "sasl"], ["LIST"]],
    "AUTHENTICATE": [["PLAIN"]],
    "PING": [["word"]],
    "PONG": [["word"]],
    "QUIT": [["bye"]],
    "MODE": [[ROOM, "+b", "mask!*@*"], [ROOM, "+k", "key"], [ROOM, "-k"],
             [ROOM, "+l", "20"], [ROOM, "+o", "alice"], ["mallory", "+i"]],
    "JOIN": [["#other", "key"]],
    "GOTO": [[ROOM, "alice", "key"]],
    "PART": [["#other", "bye"]],
    "NAMES": [[ROOM]],
    "TOPIC": [[ROOM, "words"]],
    "KICK": [[ROOM, "nobody", "words"]],
    "INVITE": [["alice", ROOM]],
    "PRIVMSG": [[ROOM, "words"], ["alice", "words"]],
    "NOTICE": [[ROOM, "words"], ["alice", "words"]],
    "AWAY": [["words"]],
    "WHO": [[ROOM, "o"]],
    "WHOIS": [["alice"]],
    "WHOWAS": [["alice"]],
    "USERHOST": [["alice", "bob"]],
    "ISON": [["alice", "bob"]],
    "LUSERS": [["*"]],
    "LINKS": [["*"]],
    "MOTD": [["x"]],
    "TIME": [["x"]],
    "VERSION": [["x"]],
    "FINDS": [["%#room"]],
    "FINDU": [["alice"]],
    "CREATE": [["CP", "%#made", "%topic", "n", "50", "en-us", "1", "key",
                "0"]],
    "LISTC": [["x"]],
    "LIST": [[ROOM]],
    "LISTX": [["N=*", "10"]],
    "PROP": [[ROOM, name, "value"] for name in (
        "TOPIC", "ONJOIN", "ONPART", "SUBJECT", "CLIENT", "LANGUAGE",
        "OWNERKEY", "HOSTKEY")] + [["$", "MSNPROFILE", "1"],
                                   ["$", "ROLE", "x"]],
    "ACCESS": [[ROOM, "ADD", "DENY", "*!bad*@*", "10", "reason"],
               [ROOM, "LIST"], [ROOM, "CLEAR"]],
    "SILENCE": [["+*!bad@*"], ["-*!bad@*"]],
    "WHISPER": [[ROOM, "alice", "words"]],
    "DATA": [["alice", "TAG", "words"], [ROOM, "TAG", "words"]],
    "REQUEST": [["alice", "TAG", "words"]],
    "REPLY": [["alice", "TAG", "words"]],
    "ESUBMIT": [[ROOM, "words"]],
    "EQUESTION": [[ROOM, "alice", ROOM, "words"]],
    "EPRIVMSG": [[ROOM, "words"]],
    "EVENT": [["ADD", "CHANNEL", "mask"], ["LIST"]],
    "KILL": [["nobody", "words"]],
}


def verbs() -> set[str]:
    table = (harness.ROOT / "chat/commands.c").read_text()
    return set(re.findall(r'^\t\{ "([A-Z]+)",', table, re.M))


class Ear:
    """Somebody who keeps every byte it is sent."""

    def __init__(self, client: chat.Client) -> None:
        self.client = client
        self.heard = b""

    def listen(self, mark: bytes) -> None:
        """Until our own PING is answered."""
        with contextlib.suppress(OSError):
            self.client.say(b"PING :" + mark)
        while b" :" + mark not in self.heard:
            try:
                got = self.client.socket.recv(65536)
            except OSError:
                got = b""
            if not got:
                return
            self.heard += got

    def check(self, why: object) -> None:
        lines = self.heard.split(b"\r\n")
        for line in lines:
            assert not re.search(rb"[\0\r\n]", line), (why, line)
            assert not re.match(rb":chat.nudge KICK", line), (why, line)
        self.heard = lines[-1]


@pytest.fixture
def chatting(make_server):
    port = harness.free_ports(1)[0]
    return make_server(**{"chat.port": str(port), "chat.plain": "on",
                          "chat.lines": "0", "log.level": "debug"})


def check_log(server: harness.Server) -> None:
    """Each event is a line, and each value in it is escaped."""
    # before the first event there are warnings to who starts it
    _, time, log = server.log_path.read_bytes().partition(b"time=")
    for line in (time + log).split(b"\n")[:-1]:
        assert re.match(rb"time=\S+ level=\w+ event=\S+( |$)", line), line
        assert not re.search(rb"[\0-\x1f\x7f-\xff]", line), line


def people(server: harness.Server) -> list[Ear]:
    """An ordinary program and two controls, in the room."""
    made = []
    for number, name in enumerate(("alice", "bob", "carl")):
        one = chat.Client(server)
        if number == 0:
            one.plain(name)
            one.join(ROOM)
        else:
            one.guest(name, ("", "IRC8", "IRC3")[number])
            one.join("%" + ROOM)
        made.append(Ear(one))
    return made


def mallory(server: harness.Server, control: bool, fresh: bool) -> Ear:
    one = chat.Client(server)
    if not fresh and control:
        one.guest("mallory")
    elif not fresh:
        one.plain("mallory")
    if not fresh:
        one.say(f"JOIN {'%' if control else ''}{ROOM}")
    return Ear(one)


def lines(verb: str) -> Iterator[bytes]:
    for words in TRY[verb]:
        for at in range(len(words)):
            for rest in BREAKS:
                made = [w.encode() for w in words]
                # whole behind a colon, and as it is in the middle
                yield b" ".join([verb.encode(), *made[:at],
                                 b":" + made[at] + rest])
                raw = made[at] + rest.replace(b" ", b"")
                yield b" ".join([verb.encode(), *made[:at], raw,
                                 *made[at + 1:-1], b":" + made[-1]])


@pytest.mark.parametrize("control", [False, True], ids=["plain", "control"])
@pytest.mark.parametrize("fresh", [False, True], ids=["inside", "before"])
def test_no_argument_of_a_chat_command_ends_a_line(chatting, control, fresh):
    assert set(TRY) == verbs()
    readers = people(chatting)
    # who owns the room, so that its texts can be set
    readers[0].client.say(f"MODE {ROOM} -t+q")
    for number, verb in enumerate(TRY):
        me = mallory(chatting, control, fresh)
        if not fresh:
            readers[0].client.say(f"MODE {ROOM} +o "
                                  f"{'>' if control else ''}mallory")
            readers[0].client.say(f"MODE {ROOM} -k")
        for line in lines(verb):
            try:
                me.client.say(line)
            except OSError:
                me = mallory(chatting, control, fresh)
        for one in (me, *readers):
            one.listen(b"mark%d" % number)
            one.check(verb)
        me.client.close()
        readers[0].client.say(f"ACCESS {ROOM} CLEAR")
    for one in readers:     # each of them is still served
        one.client.say("PING :still")
        one.client.until("PONG .*still")
        one.client.close()
    check_log(chatting)


# ---- what is kept ----

def member(server: harness.Server, who: str) -> chat.Client:
    one = chat.Client(server)
    one.say(f"PASS {who}:{harness.PEOPLE[who]}")
    one.plain(who.partition("@")[0])
    return one


def stranger(server: harness.Server) -> chat.Client:
    one = chat.Client(server)
    one.plain("reader")
    return one


def test_what_an_old_data_folder_holds_is_written_as_one_line(chatting):
    amy = member(chatting, AMY)
    amy.join(ROOM)
    amy.say(f"MODE {ROOM} +r")
    amy.say("IRCX")
    for name in ("TOPIC", "ONJOIN", "SUBJECT"):
        amy.say(f"PROP {ROOM} {name} :theSPOTtext")
    amy.say(f"ACCESS {ROOM} ADD DENY *!bad*@* 0 :theSPOTtext")
    amy.say("PING :done")
    amy.until("PONG.*done")
    amy.close()
    assert chatting.stop() == 0
    broken = "\\r:chat.nudge\\bKICK\\b\\n\\0"    # as it is quoted there
    with contextlib.closing(sqlite3.connect(
            chatting.data / "nudge.db")) as db:
        db.execute("UPDATE kept SET value = CAST(replace(CAST(value AS TEXT),"
                   " 'SPOT', ?) AS BLOB)", (broken,))
        assert db.total_changes == 1
        db.commit()
    chatting.start()
    for come in (stranger, lambda server: member(server, AMY)):
        ear = Ear(come(chatting))
        for line in (f"JOIN {ROOM}", f"TOPIC {ROOM}", f"PROP {ROOM} *",
                     f"LIST {ROOM}", "IRCX", f"LISTX {ROOM}",
                     f"ACCESS {ROOM} LIST", f"MODE {ROOM} b"):
            ear.client.say(line)
        ear.listen(b"end")
        assert ear.heard.count(b":chat.nudge KICK") >= 4, ear.heard
        ear.check("kept")
        ear.client.close()


# ---- MSNP ----

GUID = "00000000-0000-0000-0000-000000000001"
# What may stand behind the TrID; "*": what a break is put into.
TOLD: dict[int, list[str]] = {
    9: ["REA amy@example.com *", "ADG * 0", "REG 1 * 0", "PRP PHH *",
        "PRP PHM *", "CHG NLN * 0", "CHG NLN 0 *", "CHG * 0 0",
        "ADD AL cid@example.com *", "ADD FL * nick 0", "REM AL *", "BLP *",
        "GTC *", "URL *", "SND * 0", "CVR * winnt 5 i386 a b c d", "XFR *",
        "USR TWN S *", "VER *"],
    12: ["PRP MFN *", "PRP PHH *", "ADG *", f"REG {GUID} *",
         "ADC AL N=*", "ADC FL N=cid@example.com F=*", "CHG NLN 0 *",
         f"SBP {GUID} MFN *", "UUX *", "URL *"],
    15: ["PRP MFN *", "CHG NLN 0 *", "BLP *", "URL *", "VAS *"],
}
WORDS = ["a%0D%0ANLN%20forged", "a%0D%0A", "a%00b", "a\rNLN b", "a\0b",
         "a\r", "\rb", "a\r\0\rb"]
NOTES = ["<Data><PSM>a&#13;&#10;NLN b</PSM><CurrentMedia>&#0;</CurrentMedia>"
         "</Data>", "<Data><PSM>a\r\nNLN b\0</PSM></Data>"]
LENGTHS = {b"MSG", b"UBX", b"NOT", b"ADL", b"RML", b"FQY", b"UBN", b"GCF",
           b"UBM", b"IPG"}


def check_msnp(heard: bytes) -> int:
    """Lines and payloads, as a client counts them; how many lines."""
    count = 0
    while heard:
        line, found, heard = heard.partition(b"\r\n")
        assert found, line
        assert not re.search(rb"[\0\r\n]", line), line
        words = line.split(b" ")
        assert re.fullmatch(rb"[A-Z]{3}|[0-9]{3}", words[0]), line
        assert words[1:2] != [b"forged"] and words[:2] != [b"NLN", b"b"], line
        if words[0] in LENGTHS and words[-1].isdigit():
            heard = heard[int(words[-1]):]
        count += 1
    return count


def rest(person: msn.Person) -> bytes:
    """All that came, up to the answer to a PNG; b"" when it is gone."""
    wire, found = person.wire, None
    try:
        wire.send(b"PNG\r\n")
        while not (found := re.search(rb"QNG \d+\r\n", wire.inbox)):
            if not wire.fill():
                break
    except OSError:
        pass
    end = found.end() if found else len(wire.inbox)
    heard, wire.inbox = wire.inbox[:end], wire.inbox[end:]
    return heard


@pytest.mark.parametrize("dialect", sorted(TOLD))
def test_no_argument_of_a_messenger_command_ends_a_line(make_server, dialect):
    server = make_server(**{"log.level": "debug"})
    amy = live.anybody(server, AMY, dialect)
    amy.online()
    watchers = []
    for number in (9, 12, 15):
        who = f"watch{number}@example.com"
        server.add_user(who, "watches it")
        harness.PEOPLE[who] = "watches it"
        watcher = live.anybody(server, who, number)
        watcher.online()
        if number < 15:
            watcher.add("FL", AMY)
        watchers.append(watcher)
    rest(amy)
    heard = 0
    for row in TOLD[dialect]:
        for word in WORDS:
            verb, _, words = row.replace("*", word).partition(" ")
            line = f"{verb} 77 {words}"
            with contextlib.suppress(OSError):
                amy.raw(line.encode() + b"\r\n")
            got = rest(amy)
            if b"QNG" not in got:
                amy.hang_up()
                amy = live.anybody(server, AMY, dialect)
                amy.online()
            check_msnp(got)
    for note in NOTES if dialect > 9 else ():
        amy.raw(f"UUX 78 {len(note)}\r\n{note}".encode())
        check_msnp(rest(amy))
    for watcher in watchers:
        heard += check_msnp(rest(watcher))
    assert heard > 3
    for watcher in watchers:
        del harness.PEOPLE[watcher.email]
    check_log(server)


EVIL = "a\r\nNLN b\0c"


def test_no_name_from_a_page_or_a_web_service_ends_a_line(make_server):
    server = make_server(**{"log.level": "debug"})
    watchers = [live.anybody(server, who, number) for who, number in (
        ("bob@example.com", 9), ("cid@example.com", 12))]
    for watcher in watchers:
        watcher.online()
        watcher.add("FL", AMY)
    amy = live.anybody(server, AMY, 15)
    amy.online()
    services = amy.soap
    raw = EVIL.replace("\0", "").replace("\r", "&#13;").replace("\n", "&#10;")
    for ask, words in ((services.rename_self, [raw]),
                       (services.group_add, [raw]),
                       (services.contact_add, [f"{raw}@example.com"]),
                       (services.add_member, ["Allow", f"{raw}@example.com"])):
        with contextlib.suppress(soap.Fault):   # to refuse it is as good
            ask(*words)
    me = visitor.Visitor(server)
    me.sign_in(AMY)
    me.ask("/account", me.look("/account").hidden | {"name": EVIL})
    heard = check_msnp(rest(amy))
    for watcher in watchers:
        heard += check_msnp(rest(watcher))
        watcher.hang_up()
    assert heard > 3
    # and in what is told at the next sign-in
    for who, number in ((AMY, 9), (AMY, 12), ("bob@example.com", 12)):
        again = live.anybody(server, who, number)
        again.raw("SYN 90 0 0\r\n" if number > 9 else "SYN 90 0\r\n")
        assert check_msnp(rest(again)) > 3
        again.hang_up()
    check_log(server)


@pytest.mark.parametrize("words", [
    b"\0amy@example.com\r:x\0pw", b"a\0amy@example.com\0p\rw",
    b"\0amy@example.com\0\r\n", b"\r\n\0x\r\0y"])
def test_no_word_of_a_sasl_sign_in_ends_a_line(chatting, words):
    ear = Ear(chat.Client(chatting))
    for line in ("CAP REQ sasl", "NICK mallory", "AUTHENTICATE PLAIN",
                 "AUTHENTICATE " + base64.b64encode(words).decode(),
                 "CAP END", "USER x 0 * :x"):
        ear.client.say(line)
    ear.listen(b"end")
    assert b" 904 " in ear.heard
    ear.check(words)
    check_log(chatting)


# ---- the heads of HTTP ----

FORGED = "x\r\nX-Forged: 1\r\n\r\n<b>x\0"
KEYS = ("ru", "rhx", "rm", "room", "id", "lc", "cb", "t", "m", "to", "token",
        "nick", "cat", "kpp", "Action", "Server", "address", "code", "mode",
        "name", "email", "q", "v", "c", "page", "for", "os", "client")


def head_of(server: harness.Server, request: bytes) -> bytes:
    with socket.create_connection((server.host, server.http_port),
                                  20) as sock:
        sock.sendall(request)
        heard = b""
        while b"\r\n\r\n" not in heard:
            got = sock.recv(65536)
            if not got:
                break
            heard += got
    return heard.partition(b"\r\n\r\n")[0]


def check_head(head: bytes, why: object) -> None:
    first, *others = head.split(b"\r\n")
    assert re.fullmatch(rb"HTTP/1\.[01] \d{3} [ -~]+", first), (why, head)
    for line in others:
        assert re.fullmatch(rb"[A-Za-z0-9-]+: ?[\t -~\x80-\xff]*", line), (
            why, line)
        assert not line.lower().startswith(b"x-forged"), (why, head)


def test_no_value_of_a_request_ends_a_line_of_an_answers_head(chatting):
    forged = urllib.parse.quote(FORGED, safe="")
    paths = sorted({r.path for r in doors.ROUTES if r.at("HTTP_PLAIN")})
    assert len(paths) > 30
    for path in paths:
        for there in {path.replace("*", forged),
                      path.replace("*", "x") + "?" + "&".join(
                          f"{key}={forged}" for key in KEYS),
                      path.replace("*", "x") + "/" + forged,
                      path.replace("*", "x") + "?" + forged}:
            for host in (b"chat.msn.com", b"127.0.0.1"):
                head = head_of(chatting, b"GET %s HTTP/1.1\r\nHost: %s\r\n"
                               b"Connection: close\r\n\r\n"
                               % (there.encode(), host))
                check_head(head, there)
    for raw in (b"\r", b"\0", b"\rX-Forged: 1", b"\0X-Forged: 1"):
        for line in (b"Host: a" + raw + b"b", b"Cookie: MSPAuth=a" + raw,
                     b"Referer: http://a/" + raw, b"User-Agent: " + raw,
                     b"Accept-Language: en" + raw):
            for path in (b"/", b"/x" + raw, b"/msnchat/?ru=" + raw):
                head = head_of(chatting, b"GET " + path + b" HTTP/1.1\r\n"
                               + line + b"\r\nConnection: close\r\n\r\n")
                if head:
                    check_head(head, (line, path))
    check_log(chatting)
