# SPDX-License-Identifier: MIT
"""What nudgectl says of what it did, and its lists as JSON."""

import json

import msn

AMY = "amy@example.com"
ANN, BEN = "ann@json.example", "ben@json.example"


def lists(server, *words):
    return json.loads(server.ctl(*words, "--json").stdout)


def test_what_was_done_is_confirmed_in_a_line(make_server):
    server = make_server()
    code = server.ctl("invite").stdout.strip()
    for words, told in (
            (("user", "add", ANN, "--password", "long enough"),
             f"{ANN} has an account now"),
            (("user", "passwd", ANN, "--password", "longer yet"),
             f"{ANN} has a new password"),
            (("user", "rename", ANN, "Amy"), f"{ANN} has a new display name"),
            (("user", "disable", ANN), f"{ANN} is disabled"),
            (("user", "enable", ANN), f"{ANN} may sign in again"),
            (("user", "del", ANN), f"{ANN} is deleted"),
            (("invite", "revoke", code), f"the code {code} is ended"),
            (("ban", "192.0.2.7"), "192.0.2.7 is banned"),
            (("ban", "lift", "192.0.2.7"), "192.0.2.7 is no longer banned"),
            (("announce", "hello"), "everybody who is signed in is told"),
            (("keys", "rotate"),
             "tickets are sealed with a fresh key from now on")):
        done = server.ctl(*words)
        assert (done.stdout, done.stderr) == (told + "\n", ""), words
    done = server.ctl("reload")
    assert done.stdout.endswith("the settings are read again\n")
    copy = server.folder / "copy.db"
    assert server.ctl("backup", str(copy)).stdout == \
        f"the backup is in {copy} ({copy.stat().st_size} bytes)\n"


def test_lists_are_json_for_who_asks(make_server):
    server = make_server()
    for words in (("invite", "list"), ("ban", "list"),
                  ("report", "list"), ("online",), ("upstream", "list")):
        assert lists(server, *words) == [], words
    server.ctl("user", "add", ANN, "--password", "long enough", "--name",
               'A "my"\\ \u00e4')
    server.ctl("user", "add", BEN, "--password", "long enough")
    server.ctl("user", "disable", BEN)
    assert [row for row in lists(server, "user", "list")
            if row["account"] in (ANN, BEN)] == [
        {"account": ANN, "name": 'A "my"\\ \u00e4', "enabled": True,
         "home": "here"},
        {"account": BEN, "name": BEN, "enabled": False, "home": "here"}]
    code = server.ctl("invite", "--uses", "3").stdout.strip()
    invite, = lists(server, "invite", "list")
    assert invite["until"].endswith("Z")
    del invite["until"]
    assert invite == {"code": code, "uses": 3, "over": False}
    server.ctl("ban", "192.0.2.0/24", "--note", "a \"b\"")
    assert lists(server, "ban", "list") == [
        {"network": "192.0.2.0/24", "until": None, "note": 'a "b"'}]


def test_who_is_online_is_json(server):
    amy = msn.sign_in(server, AMY, dialect=12)
    amy.online()
    who, = lists(server, "online")
    assert who["account"] == AMY and who["protocol"] == "MSNP12"
    assert set(who) == {"account", "protocol", "from", "program"}
