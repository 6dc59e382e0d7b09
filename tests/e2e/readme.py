# SPDX-License-Identifier: MIT
"""The README as a newcomer has it: a fresh clone, and the commands it says."""

from __future__ import annotations

import pathlib
import subprocess

import harness
import visitor

README = harness.ROOT / "README.md"


def commands(section: str, block: int = 0) -> list[str]:
    """The lines of one indented block, without their remarks."""
    text = README.read_text("utf-8")
    _, found, rest = text.partition(f"\n## {section}\n")
    assert found, f"README.md has no section {section}"
    blocks: list[list[str]] = [[]]
    for line in rest.partition("\n## ")[0].splitlines():
        if line.startswith("    "):
            blocks[-1].append(line.partition(" # ")[0].strip())
        elif blocks[-1]:
            blocks.append([])
    return blocks[block]


def publish(folder: pathlib.Path) -> pathlib.Path:
    """These sources, as they are now, where they can be cloned from."""
    there = folder / "published"
    there.mkdir()
    git = ["git", "-c", "user.name=nudge", "-c", "user.email=nudge@localhost"]
    listed = subprocess.run(
        [*git, "ls-files", "-z", "--cached", "--others",
         "--exclude-standard"], cwd=harness.ROOT, check=True,
        capture_output=True).stdout
    names = b"\0".join(n for n in listed.split(b"\0")
                       if n and (harness.ROOT / n.decode()).exists())
    packed = subprocess.run(
        ["tar", "-c", "--null", "-T", "-"], cwd=harness.ROOT, input=names,
        check=True, capture_output=True).stdout
    subprocess.run(["tar", "-x"], cwd=there, input=packed, check=True)
    for words in (["init", "-q"], ["add", "-A"],
                  ["commit", "-q", "-m", "published"]):
        subprocess.run([*git, *words], cwd=there, check=True)
    return there


class Newcomer(visitor.Visitor):
    """Opens the server's first page, without TLS, and goes on from there: to
    sign up it is led to the secure page, whose certificate is new to it."""

    def __init__(self, server: harness.Server) -> None:
        super().__init__(server, None)
        assert "/sign-up" in self.look("/").links

    def join(self, email: str, password: str) -> None:
        page = self.look("/sign-up", status=403)
        port = self.server.https_port
        secure = f"https://{self.host}{f':{port}' * (port != 443)}/sign-up"
        assert secure in page.links and "/connect" in page.links
        self.tls = True
        assert email in self.sign_up(email, password).text
        assert "/connect" in self.look("/").links


def certificate(server: harness.Server) -> bytes:
    """As the page "connect your program" gives it."""
    return Newcomer(server).ask("/connect/nudge.pem").body
