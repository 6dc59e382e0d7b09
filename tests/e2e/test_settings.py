# SPDX-License-Identifier: MIT
"""What the operator said once stays said: nudgectl set, get and unset, the
settings file, variables, and the line about settings that let people do
more."""

from __future__ import annotations

import json
import os
import re
import stat

import harness
import pytest


@pytest.fixture
def kept(make_server):
    """A server with the data folder's own settings file."""
    def make(*flags: str, **settings: str) -> harness.Server:
        server = make_server(start=False, **settings)
        plain = server.command
        server.command = lambda *more: plain(*flags, *more)
        return server
    return make


def file_of(server: harness.Server) -> str:
    return (server.data / "nudge.conf").read_text()


def got(server: harness.Server, name: str) -> tuple[str, str]:
    row, = json.loads(server.ctl("get", name, "--json").stdout)
    assert row["setting"] == name
    return row["value"], row["from"]


def sign_up_is(server: harness.Server) -> str:
    return got(server, "accounts.signup")[0]


def test_what_is_set_counts_at_once_and_after_a_restart(kept):
    server = kept().start()
    assert got(server, "accounts.signup") == ("closed", "default")
    done = server.ctl("set", "accounts.signup", "open")
    assert done.stdout == (f"accounts.signup = open is in {server.data}"
                           "/nudge.conf now, and the server goes by it\n")
    assert got(server, "accounts.signup") == ("open", "file")
    assert "event=reloaded" in server.log()
    server.restart()
    assert got(server, "accounts.signup") == ("open", "file")
    assert stat.S_IMODE(os.stat(server.data / "nudge.conf").st_mode) == 0o600
    # two that go together, which needs a restart and which does not
    done = server.ctl("set", "chat.directory-port", "6999", "chat.lines", "5")
    first, second = done.stdout.splitlines()
    assert first.startswith("chat.directory-port = 6999 is in ")
    assert "counts from the next start" in first
    assert second.endswith("and the server goes by it")
    assert got(server, "chat.directory-port") == ("0", "default")
    assert got(server, "chat.lines") == ("5", "file")
    done = server.ctl("unset", "chat.directory-port", "accounts.signup")
    assert done.stdout.count("not in") == 2
    assert file_of(server) == "chat.lines = 5\n"
    assert got(server, "accounts.signup") == ("closed", "default")


def test_a_wrong_value_changes_nothing_and_says_what_is_right(kept):
    server = kept().start()
    server.ctl("set", "chat.lines", "5")
    before = file_of(server)
    for words, said in (
            (("chat.lines", "many"), "no number from 0 to 1000"),
            (("chat.line", "5"), "nearest is chat.lines"),
            (("chat.lines",), "VALUE is missing"),
            (("chat.lines", "5", "chat.rooms"), "each NAME needs its VALUE"),
            (("tls.cert", "/tmp/none"), "set both or neither"),
            (("https.port", "1", "tls.cert", "/none", "tls.key", "/none"),
             "as it was"),
            (("public.address", "a b c d / e"), "public.address"),
            (("nexus.login", '"x'), "quotes")):
        done = server.ctl("set", *words, check=False)
        assert done.returncode != 0, words
        assert said in done.stderr, (words, done.stderr)
        assert file_of(server) == before, words
    done = server.ctl("get", "chat.line", check=False)
    assert done.returncode == 1 and "nearest is chat.lines" in done.stderr
    assert got(server, "chat.lines") == ("5", "file")
    assert got(server, "tls.cert") == ("", "default")


def test_comments_and_order_stay_in_a_file_of_ones_own(kept):
    server = kept()
    own = server.folder / "own.conf"
    own.write_text("# ours\r\n#limit.members = 50\r\nchat.lines = 3 # few\r\n")
    os.chmod(own, 0o640)
    plain = server.command
    server.command = lambda *more: plain("--config", "own.conf", *more)
    server.start()
    # said from another folder
    server.ctl("set", "chat.lines", "4", "limit.members", "9")
    assert own.read_bytes() == (b"# ours\r\n#limit.members = 50\r\n"
                                b"limit.members = 9\r\nchat.lines = 4 # few\r\n")
    assert stat.S_IMODE(os.stat(own).st_mode) == 0o640
    assert not (server.data / "nudge.conf").exists()
    # and when the server is gone
    server.stop()
    done = server.ctl("set", "chat.lines", "6")
    assert "the next one goes by it" in done.stdout
    assert b"chat.lines = 6 # few\r\n" in own.read_bytes()
    assert server.ctl("set", "chat.lines", "x", check=False).returncode == 1
    server.start()
    assert got(server, "chat.lines") == ("6", "file")


def test_all_settings_are_shown_as_a_file_would_have_them(kept):
    server = kept().start()
    server.ctl("set", "limit.members", "9")
    lines = server.ctl("get").stdout.splitlines()
    assert f"limit.members = 9  # file {server.data}/nudge.conf" in lines
    assert "public.address =  # default" in lines
    assert f"ns.port = {server.ns_port}  # command line" in lines
    every = server.folder / "every.conf"
    every.write_text("\n".join(lines) + "\n")
    rows = json.loads(server.ctl("get", "--json").stdout)
    assert len(rows) == len(lines)
    row, = (r for r in rows if r["setting"] == "limit.members")
    assert row == {"setting": "limit.members", "value": "9", "from": "file",
                   "where": f"{server.data}/nudge.conf"}


def test_a_variable_wins_for_a_start_and_is_told_in_one_line(kept):
    server = kept()
    server.environment["NUDGE_ACCOUNTS_SIGNUP"] = "open"
    server.start()
    assert server.log().count("event=variables") == 1
    assert re.search(r"event=variables settings=accounts.signup .*this start "
                     "alone", server.log())
    assert got(server, "accounts.signup") == ("open", "variable")
    done = server.ctl("set", "accounts.signup", "invite")
    assert done.stdout.endswith(
        "but the variable NUDGE_ACCOUNTS_SIGNUP wins over it\n")
    assert sign_up_is(server) == "open"
    del server.environment["NUDGE_ACCOUNTS_SIGNUP"]
    server.restart()
    assert got(server, "accounts.signup") == ("invite", "file")
    assert server.log().count("event=variables") == 1


def test_a_variable_given_once_is_kept_where_that_is_asked_for(kept):
    server = kept("--keep", "--default", "accounts.signup=open")
    server.start()
    # nothing was given, so nothing is written
    assert sign_up_is(server) == "open"
    assert not (server.data / "nudge.conf").exists()
    server.environment |= {"NUDGE_ACCOUNTS_SIGNUP": "closed",
                           "NUDGE_PUBLIC_ADDRESS": "im.example"}
    server.restart()
    assert file_of(server) == \
        "public.address = im.example\naccounts.signup = closed\n"
    assert ("event=variables settings=public.address,accounts.signup "
            in server.log())
    for name in ("NUDGE_ACCOUNTS_SIGNUP", "NUDGE_PUBLIC_ADDRESS"):
        del server.environment[name]
    server.restart()
    assert got(server, "accounts.signup") == ("closed", "file")
    assert got(server, "public.address") == ("im.example", "file")
    server.ctl("set", "accounts.signup", "invite")
    server.restart()
    assert sign_up_is(server) == "invite"
    # "unset" leads back to what the installation says
    server.ctl("unset", "accounts.signup")
    assert got(server, "accounts.signup") == ("open", "default")


def test_a_variable_of_a_start_that_fails_is_not_kept(kept):
    server = kept("--keep")
    server.environment["NUDGE_CHAT_LINES"] = "9"
    server.settings["https.port"] = server.settings["ns.port"]
    with pytest.raises(harness.Failed):
        server.start()
    assert not (server.data / "nudge.conf").exists()


def test_a_variable_that_cannot_be_kept_is_said_and_still_counts(kept):
    server = kept("--keep")
    (server.data / "nudge.conf.new").mkdir()
    server.environment["NUDGE_CHAT_LINES"] = "9"
    server.start()
    assert got(server, "chat.lines") == ("9", "variable")
    assert re.search("level=warn event=variables settings=chat.lines "
                     "not-kept=.*this start alone", server.log())


def test_a_file_that_wins_ends_with_its_file_and_is_never_kept(kept):
    server = kept("--keep", "--over", "over.conf")
    over = server.folder / "over.conf"
    over.write_text("accounts.signup = first-login\ntls.rc4 = on\n")
    server.start()
    assert got(server, "accounts.signup") == ("first-login",
                                              "file that wins")
    assert "over.conf wins over it" in server.ctl(
        "set", "accounts.signup", "invite").stdout
    assert sign_up_is(server) == "first-login"
    over.unlink()
    server.ctl("reload")
    assert sign_up_is(server) == "invite"
    assert got(server, "tls.rc4") == ("off", "default")
    server.restart()
    assert "looser-settings" not in server.log()


def test_a_start_that_lets_people_do_more_says_so_in_one_line(kept):
    server = kept("--default", "accounts.signup=open").start()
    server.ctl("set", "accounts.signup", "closed", "limit.signups", "2",
               "log.level", "debug")
    server.restart()
    assert "looser-settings" not in server.log()
    # as when the file is lost
    (server.data / "nudge.conf").unlink()
    server.restart()
    line, = re.findall(r".*event=looser-settings.*", server.log())
    assert "level=warn" in line
    assert ('changed="accounts.signup closed -> open, '
            'limit.signups 2 -> 20"') in line
    server.restart()
    assert server.log().count("looser-settings") == 1
