# SPDX-License-Identifier: MIT
"""irssi, the IRC program of Debian's packages, before a terminal of its own:
tmux shows what a person would see and types what a person would type."""

from __future__ import annotations

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time

import harness

MISSING = [p for p in ("irssi", "tmux") if shutil.which(p) is None]
WIDTH, HEIGHT = 150, 60
SECONDS = 20.0

CONFIG = """
servers = ( {{ address = "{host}"; chatnet = "Nudge"; port = "{port}";
               autoconnect = "yes"; }} );
chatnets = {{ Nudge = {{ type = "IRC"; nick = "{nick}"; {sasl} }}; }};
settings = {{
  core = {{ real_name = "{nick}"; user_name = "{nick}"; nick = "{nick}";
           settings_autosave = "no"; }};
  "irc/core" = {{ cmd_queue_speed = "10msec"; cmds_max_at_once = "100"; }};
  "fe-common/core" = {{ term_charset = "UTF-8"; }};
}};
"""


class Irssi:
    """A screen with irssi on it, which connects by itself."""

    def __init__(self, server: harness.Server, nick: str, email: str = "",
                 password: str = "") -> None:
        # the path of a test's own folder may be too long for a socket
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="irssi-"))
        sasl = ""
        if email:
            sasl = (f'sasl_mechanism = "PLAIN"; sasl_username = "{email}"; '
                    f'sasl_password = "{password}";')
        (self.folder / "config").write_text(CONFIG.format(
            host=server.host, port=server.settings["chat.port"], nick=nick,
            sasl=sasl))
        self.environment = harness.ENVIRONMENT | {
            "TMUX_TMPDIR": str(self.folder), "TERM": "screen-256color",
            "LC_ALL": "C.UTF-8", "SHELL": "/bin/sh"}
        self.environment.pop("TMUX", None)
        self.session = self.tmux(
            "-f", "/dev/null", "new-session", "-d", "-P", "-F",
            "#{session_id}", "-x", str(WIDTH), "-y", str(HEIGHT),
            f"exec irssi --home={self.folder}").strip()

    def tmux(self, *words: str) -> str:
        return subprocess.run(
            ["tmux", "-u", "-L", "nudge", *words], env=self.environment,
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=SECONDS, check=True).stdout

    def screen(self) -> str:
        return self.tmux("capture-pane", "-p", "-t", self.session)

    def type(self, line: str) -> None:
        self.tmux("send-keys", "-t", self.session, "-l", line)
        self.tmux("send-keys", "-t", self.session, "Enter")

    def shows(self, pattern: str) -> str:
        """The line of the screen that has this, as soon as one has."""
        end = time.monotonic() + SECONDS
        while True:
            screen = self.screen()
            found = re.search(rf"^.*(?:{pattern}).*$", screen, re.M)
            if found:
                return found.group(0)
            if time.monotonic() > end:
                raise harness.Failed(f"no {pattern} on the screen:\n{screen}")
            time.sleep(0.02)

    def close(self) -> None:
        """The last session's end is that of its tmux, too."""
        pid = int(self.tmux("display-message", "-p", "#{pid}"))
        self.tmux("kill-session", "-t", self.session)
        end = time.monotonic() + SECONDS
        while os.path.exists(f"/proc/{pid}") and time.monotonic() < end:
            time.sleep(0.02)
        shutil.rmtree(self.folder)
