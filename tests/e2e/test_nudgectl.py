# SPDX-License-Identifier: MIT
"""nudgectl against a control socket that the test itself answers."""

import contextlib
import os
import pty
import shutil
import socket
import sqlite3
import struct
import subprocess
import threading

import pytest

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
NUDGECTL = os.path.abspath(os.path.join(
    ROOT, os.environ.get("BUILD", "build/release"), "nudgectl"))
END = 0xffffffff


def receive(conn, n):
    data = b""
    while len(data) < n:
        more = conn.recv(n - len(data))
        if not more:
            return None
        data += more
    return data


class Server(threading.Thread):
    """Answers each request with what it is told to; keeps the words."""

    def __init__(self, path, reply):
        super().__init__(daemon=True)
        self.requests = []
        self.reply = reply
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.bind(path)
        self.sock.listen(8)
        self.start()

    def run(self):
        while True:
            try:
                conn, _ = self.sock.accept()
            except OSError:
                return
            with conn:
                self.serve(conn)

    def serve(self, conn):
        words = []
        while True:
            head = receive(conn, 4)
            if head is None:
                return
            n, = struct.unpack(">I", head)
            if n == END:
                break
            words.append(receive(conn, n).decode())
        self.requests.append(words)
        conn.sendall(self.reply)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "d").mkdir()
    return tmp_path / "d"


@pytest.fixture
def serve(folder):
    servers = []

    def start(reply):
        servers.append(Server(str(folder / "control.sock"), reply))
        return servers[-1]
    yield start
    for server in servers:
        server.sock.shutdown(socket.SHUT_RDWR)
        server.sock.close()


def run(folder, *words, stdin="", cwd=None):
    return subprocess.run(
        [NUDGECTL, "--data", str(folder), *words], input=stdin, text=True,
        capture_output=True, timeout=30, cwd=cwd, check=False)


def test_without_a_server_it_says_how_to_start_one(folder):
    done = run(folder, "stats")
    assert done.returncode == 1
    assert done.stderr == (f"nudgectl: no server is running on {folder}; "
                           "start it with: make run\n")


def test_help_needs_no_server(folder):
    done = run(folder, "help")
    assert done.returncode == 0
    assert "user add          EMAIL" in done.stdout
    assert "  restore           FILE" in done.stdout


def test_help_does_not_trouble_a_server_that_is_there(folder, serve):
    server = serve(b"\0stats  counters\n")
    done = run(folder, "help")
    assert done.returncode == 0
    assert "\n\nThese need no server:" in done.stdout
    assert server.requests == []


def test_help_of_one_command_is_told_in_three_ways(folder):
    for words in (("help", "invite"), ("invite", "--help"),
                  ("invite", "--uses", "2", "-h")):
        done = run(folder, *words)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith(
            "usage: nudgectl invite [--uses N] [--days N]\n\n")
    for words in (("help", "user"), ("user", "--help")):
        done = run(folder, *words)
        assert done.returncode == 0
        assert "user add" in done.stdout and "ban" not in done.stdout


def test_before_a_command_stand_help_and_version(folder):
    for word in ("-h", "--help"):
        done = run(folder, word)
        assert (done.returncode, done.stderr) == (0, "")
        assert "user add" in done.stdout
    done = run(folder, "--version")
    assert (done.returncode, done.stderr) == (0, "")
    nudged = subprocess.run([NUDGECTL[:-3] + "d", "--version"], text=True,
                            capture_output=True, check=True).stdout
    assert done.stdout == nudged.replace("nudged", "nudgectl")


@pytest.mark.parametrize("words, says, usage", (
    (("user", "list", "x"), '"x" is one word too many', "user list [--json]"),
    (("stats", "--json"), "unknown option --json", "stats"),
    (("invite", "--dys", "3"), "unknown option --dys",
     "invite [--uses N] [--days N]"),
    (("invite", "--days"), "--days needs a value",
     "invite [--uses N] [--days N]"),
    (("invite", "--days", "3", "--days=4"), "--days is given twice",
     "invite [--uses N] [--days N]"),
    (("user", "app-password", "a@b.c", "--off=1"), "--off takes no value",
     "user app-password EMAIL [--off]"),
    (("kick",), "EMAIL is missing", "kick EMAIL"),
    (("announce",), "TEXT is missing", "announce TEXT..."),
    (("backup", "x", "--without-keys", "--passphrase-file", "f"),
     "--without-keys and --passphrase-file do not go together",
     "backup FILE [--force] [--keep N] "
     "[--without-keys|--passphrase|--passphrase-file F]"),
    (("restore", "x", "--passphrase"), "unknown option --passphrase",
     "restore FILE [--passphrase-file F]"),
    (("dns", "192.0.2.1", "x"), '"x" is one word too many',
     "dns [ADDRESS]"),
))
def test_wrong_words_are_told_with_the_usage_of_the_command(
        folder, serve, words, says, usage):
    server = serve(b"\0")
    done = run(folder, *words)
    assert (done.returncode, done.stdout) == (2, "")
    first, second = done.stderr.splitlines()
    assert first.startswith(f"nudgectl: {says}")
    assert second == f"usage: nudgectl {usage}"
    assert server.requests == []


def test_a_command_that_is_none_is_told_with_those_that_begin_so(
        folder, serve):
    server = serve(b"\0")
    done = run(folder, "user", "lst")
    assert done.returncode == 2
    assert "there is no command user lst" in done.stderr
    assert "  user list " in done.stderr and "ban" not in done.stderr
    done = run(folder, "usr")
    assert done.returncode == 2 and "try: nudgectl help" in done.stderr
    assert server.requests == []


def test_options_may_stand_anywhere_and_two_dashes_end_them(folder, serve):
    server = serve(b"\0")
    run(folder, "ban", "--days=3", "192.0.2.0/24", "--note", "no more")
    run(folder, "announce", "-5", "--", "--help", "me")
    assert server.requests == [
        ["ban", "192.0.2.0/24", "--days", "3", "--note", "no more"],
        ["announce", "-5", "--help", "me"]]


def complete(*words):
    """What bash offers for the last of the words."""
    script = ('eval "$("$0" completion bash)"; COMP_WORDS=("$@"); '
              "COMP_CWORD=$(($# - 1)); _nudgectl; "
              'printf "%s\\n" "${COMPREPLY[@]}"')
    done = subprocess.run(["bash", "-c", script, NUDGECTL, "nudgectl",
                           *words], capture_output=True, text=True,
                          timeout=30, check=True)
    assert done.stderr == ""
    return done.stdout.split()


def test_bash_completes_commands_and_their_options():
    assert complete("us") == ["user"]
    assert complete("user", "re") == ["reset-link", "rename"]
    assert complete("--data", "user", "ban", "l") == ["list", "lift"]
    assert complete("ban", "192.0.2.1", "--d") == ["--days"]
    assert complete("user", "list", "--") == ["--json", "--help"]
    assert {"user", "drain", "dns", "--version"} <= set(complete(""))


@pytest.mark.parametrize("shell, marks", (
    ("zsh", ("#compdef nudgectl\n", "'ban list') choice=' --json --help'")),
    ("fish", ("function __nudgectl_said", '"ban list"\' -f -a \'--json\'')),
))
def test_other_shells_have_their_completion(folder, shell, marks):
    done = run(folder, "completion", shell)
    assert (done.returncode, done.stderr) == (0, "")
    for mark in marks:
        assert mark in done.stdout
    if shutil.which(shell):
        subprocess.run([shell, "-n", "/dev/stdin"], input=done.stdout,
                       text=True, check=True, timeout=30)
    assert run(folder, "completion", "csh").returncode == 2


def test_an_installed_one_hints_at_the_service_or_the_image(
        folder, tmp_path):
    shutil.copy(NUDGECTL, tmp_path / "nudgectl")
    done = subprocess.run([tmp_path / "nudgectl", "--data", str(folder),
                           "stats"], capture_output=True, text=True,
                          timeout=30, check=False)
    assert done.returncode == 1
    in_image = any(map(os.path.exists, ("/.dockerenv",
                                        "/run/.containerenv")))
    assert done.stderr.endswith(
        "docker compose up -d\n" if in_image
        else "sudo systemctl start nudge\n")


def test_no_command_is_wrong_usage(folder):
    assert run(folder).returncode == 2
    assert run(folder, "--colour", "x").returncode == 2


def test_words_arrive_as_given_and_the_reply_is_printed(folder, serve):
    server = serve(b"\0done\n")
    done = run(folder, "announce", "two  words", "", "\u00e9")
    assert (done.returncode, done.stdout) == (0, "done\n")
    assert server.requests == [["announce", "two  words", "", "\u00e9"]]


def test_a_failed_command_is_told_on_standard_error(folder, serve):
    serve(b"\1no such account\n")
    done = run(folder, "kick", "a@b.c")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "no such account\n"


def test_a_server_that_breaks_off_is_a_failure(folder, serve):
    serve(b"")
    done = run(folder, "stats")
    assert done.returncode == 1
    assert "broke off" in done.stderr


def test_a_dash_reads_the_password_from_standard_input(folder, serve):
    server = serve(b"\0")
    done = run(folder, "user", "add", "a@b.c", "--password", "-", "--name",
               "A", stdin="se cret!\nmore\n")
    assert done.returncode == 0
    assert server.requests == [
        ["user", "add", "a@b.c", "--password", "se cret!", "--name", "A"]]


def test_a_given_password_is_not_asked_for(folder, serve):
    server = serve(b"\0")
    assert run(folder, "user", "passwd", "a@b.c", "--password",
               "x").returncode == 0
    assert server.requests == [["user", "passwd", "a@b.c", "--password", "x"]]


def test_without_password_and_terminal_nothing_is_sent(folder, serve):
    server = serve(b"\0")
    done = run(folder, "user", "add", "a@b.c")
    assert done.returncode == 2
    assert "--password -" in done.stderr
    assert server.requests == []


def prompt(folder, first, second):
    """The status and everything the terminal showed."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execv(NUDGECTL, [NUDGECTL, "--data", str(folder), "user", "passwd",
                            "a@b.c"])
    shown = b""
    for answer, mark in ((first, b"Password: "), (second, b"Once more: ")):
        if answer is None:
            break
        while mark not in shown:
            shown += os.read(fd, 1024)
        os.write(fd, answer.encode() + b"\n")
    while True:
        try:
            shown += os.read(fd, 1024)
        except OSError:
            break
    os.close(fd)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown.decode()


def test_a_terminal_is_asked_twice_and_shows_nothing(folder, serve):
    server = serve(b"\0")
    status, shown = prompt(folder, "hunter22", "hunter22")
    assert status == 0
    assert "hunter22" not in shown
    assert server.requests == [
        ["user", "passwd", "a@b.c", "--password", "hunter22"]]


def test_two_different_passwords_are_refused(folder, serve):
    server = serve(b"\0")
    status, shown = prompt(folder, "hunter22", "hunter23")
    assert status == 2
    assert "not the same" in shown
    assert server.requests == []


def test_a_new_password_is_as_long_as_the_pages_want(folder, serve):
    server = serve(b"\0")
    status, shown = prompt(folder, "seven77", None)
    assert status == 2
    assert "a password has 8 letters at least" in shown
    done = run(folder, "user", "passwd", "a@b.c", "--password", "-",
               stdin="s\u00e4ben77\n")
    assert done.returncode == 2
    assert "8 letters at least" in done.stderr
    assert server.requests == []


def test_a_password_too_long_for_old_programs_is_warned_of(folder, serve):
    server = serve(b"\0")
    for n, warned in ((16, False), (17, True)):
        done = run(folder, "user", "passwd", "a@b.c", "--password", "-",
                   stdin="\u00e4" * n + "\n")
        assert done.returncode == 0
        assert ("old programs" in done.stderr) == warned
    assert len(server.requests) == 2


def test_files_the_server_writes_are_named_absolutely(folder, serve):
    server = serve(b"\0")
    here = os.path.realpath(folder)
    run(folder, "certs", "export", "sub", cwd=folder)
    run(folder, "certs", "export", "/none/x", cwd=folder)
    run(folder, "certs", "show", cwd=folder)
    assert server.requests == [
        ["certs", "export", f"{here}/sub"],
        ["certs", "export", "/none/x"],
        ["certs", "show"]]


def test_ping_says_what_the_server_says(folder, serve):
    server = serve(b"\0ns.port accepts on 127.0.0.1 port 1863\n")
    done = run(folder, "ping")
    assert done.returncode == 0
    assert done.stdout == "ns.port accepts on 127.0.0.1 port 1863\n"
    server.reply = b"\1the server is stopping\n"
    done = run(folder, "ping")
    assert done.returncode == 1
    assert "the server is stopping" in done.stderr


def test_the_folder_may_come_from_the_environment(folder, serve):
    server = serve(b"\0")
    done = subprocess.run([NUDGECTL, "reload"], timeout=30, check=False,
                          env=dict(os.environ, NUDGE_DATA_DIR=str(folder)))
    assert done.returncode == 0
    assert server.requests == [["reload"]]


def test_the_names_for_dns_are_told_without_a_server(folder):
    done = run(folder, "dns", "192.0.2.77")
    assert done.returncode == 0
    assert "address=/hotmail.com/192.0.2.77\n" in done.stdout
    assert "listen-address=192.0.2.77\n" in done.stdout
    assert run(folder, "dns", "localhost").returncode == 1
    assert run(folder, "dns", "192.0.2.77", "x").returncode == 2


def test_what_is_no_backup_is_not_restored(folder, tmp_path):
    (folder / "nudge.db").write_bytes(b"precious")
    (tmp_path / "b").write_bytes(b"SQLite format 2\0" + bytes(1000))
    # begins as one does, but there is nothing in it
    (tmp_path / "c").write_bytes(b"SQLite format 3\0" + bytes(100000))
    for name in ("b", "c", "none"):
        done = run(folder, "restore", str(tmp_path / name))
        assert done.returncode == 1
        assert "backup" in done.stderr
    assert (folder / "nudge.db").read_bytes() == b"precious"
    assert not (folder / "nudge.db.new").exists()


def test_a_restored_backup_leaves_what_was_there_beside_it(folder, tmp_path):
    with contextlib.closing(sqlite3.connect(tmp_path / "b")) as db:
        db.execute("CREATE TABLE secrets (name TEXT, value BLOB)")
        db.execute("CREATE TABLE t (a)")
        db.execute("INSERT INTO t VALUES (zeroblob(100000))")
        db.commit()
    for name in ("nudge.db", "nudge.db-wal", "nudge.db-shm"):
        (folder / name).write_text(name)
    assert run(folder, "restore", str(tmp_path / "b")).returncode == 0
    assert (folder / "nudge.db").read_bytes() == (tmp_path / "b").read_bytes()
    assert (folder / "nudge.db").stat().st_mode & 0o777 == 0o600
    assert (folder / "nudge.db.old").read_text() == "nudge.db"
    assert (folder / "nudge.db.old-wal").read_text() == "nudge.db-wal"
    assert sorted(f.name for f in folder.iterdir()) == [
        "lock", "nudge.db", "nudge.db.old", "nudge.db.old-wal",
        "nudge.mark"]
