# SPDX-License-Identifier: MIT
"""Whoever runs the server, with a browser on the admin port."""

from __future__ import annotations

import re

import harness
import msn
import visitor


class AdminWeb(msn.Web):
    def __init__(self, server: harness.Server) -> None:
        msn.Wire.__init__(self, server.host, int(server.settings[
            "admin.port"]))
        self.sock = msn.tls_context(server).wrap_socket(
            self.sock, server_hostname=visitor.HOST)


def make(make_server, **settings: str) -> harness.Server:
    return make_server(**settings, **{
        "admin.port": str(harness.free_ports(1)[0])})


def link(server: harness.Server) -> str:
    """The path of a fresh link."""
    found = re.fullmatch(r"https://127\.0\.0\.1:(\d+)(/admin/enter\?t=\S+)\n",
                         server.ctl("admin-link").stdout)
    assert found and found.group(1) == server.settings["admin.port"]
    return found.group(2)


class Sane(visitor.Sane):
    METHODS = ("post", "get")  # one looks for accounts


class Admin(visitor.Visitor):
    SANE = Sane

    def __init__(self, server: harness.Server, enter: bool = True) -> None:
        super().__init__(server)
        self.host = f"127.0.0.1:{server.settings['admin.port']}"
        if enter:
            assert self.fill(link(server)).title == "Overview"

    def fetch(self, request: bytes) -> msn.Reply:
        web = AdminWeb(self.server)
        try:
            web.send(request)
            return web.answer(head=request.startswith(b"HEAD "))
        finally:
            web.hang_up()

    def press(self, path: str, button: str, status: int = 200,
              **fields: str) -> visitor.Sane:
        """A button of the page at path that is named so."""
        there = self.look(path)
        return self.look(path.partition("?")[0],
                         there.hidden | fields | {button: "x"}, status)
