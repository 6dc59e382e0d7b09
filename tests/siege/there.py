# SPDX-License-Identifier: MIT
"""The server as the end-to-end tests know one, so that attackers and victims
can be the people of tests/e2e, with the addresses of this house."""

from __future__ import annotations

import os
import pathlib
import sys

from house import ATTACKERS, FRESH, GOOD, PASSWORD, ROOT, SERVER_V4, \
    address, attacker_ips, good_ip

sys.path.insert(0, str(ROOT / "tests" / "e2e"))
import harness  # noqa: E402
import live  # noqa: E402
import msn  # noqa: E402


class There:
    """What of harness.Server a client asks for."""

    host = SERVER_V4
    ns_port, http_port, https_port = 1863, 80, 443
    relayed: tuple[str, ...] = ()

    @property
    def ca(self) -> pathlib.Path:
        return pathlib.Path(os.environ["SIEGE_CA"])


def enter(number: int, dialect: int, online: bool = True) -> msn.Person:
    """Signed in and perhaps online; an attacker from an address of the attacker's."""
    n = number - GOOD - FRESH - 1
    ip = attacker_ips()[n % 16] if 0 <= n < ATTACKERS else good_ip(number)
    email = address(number)
    harness.PEOPLE[email] = PASSWORD
    with live.coming_from(ip):
        person = live.anybody(There(), email, dialect)
    if online:
        person.online()
    return person


def skip(person: msn.Line) -> None:
    """Whatever came."""
    sock = person.wire.sock
    sock.setblocking(False)
    try:
        while sock.recv(65536):
            pass
    except BlockingIOError:
        pass
    finally:
        sock.settimeout(30)
