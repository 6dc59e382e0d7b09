# SPDX-License-Identifier: MIT
"""The table of the programs: a file here with KIND = class is a row."""

from __future__ import annotations

import importlib
import pkgutil
import typing

import harness
from strict import Member
from world import World


def find() -> dict[str, type[Member]]:
    """Every module of this folder that has MEMBERS: name of the test: class.
    In the order of the dialects."""
    found: dict[str, type[Member]] = {}
    for info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{info.name}")
        found.update(getattr(module, "MEMBERS", {}))
    return dict(sorted(found.items(),
                       key=lambda row: (row[1].DIALECT, row[0])))


TABLE: dict[str, type[Member]] = find()


def usual_partner(kind: type[Member]) -> str:
    """The partner of the short choice: one of another time."""
    return {True: "msnp18", False: "msnp12"}[kind.DIALECT > 9]


def befriend(world: World, email: str, friend: str) -> None:
    """Somebody on the list before the program comes."""
    import partners
    other = partners.TABLE["msnp12"](world, email, harness.PEOPLE[email])
    other.sign_in()
    other.add(friend)
    world.until(lambda: friend in other.friends, other, "a friend")
    other.leave()
    world.quiet()


def prepare(world: World, kind: type[Member], email: str,
            other: str) -> None:
    """What a program must find when it comes."""
    if kind.PREPARED:
        befriend(world, email, other)
        befriend(world, other, email)
    elif kind.NEEDS_FRIEND:
        befriend(world, email, "eve@example.com")


def make(kind: type[Member], world: World, email: str) -> Member:
    """A program and the password it signs in with: MD5 wants one that was
    made for it."""
    password = harness.PEOPLE[email]
    if kind.DIALECT < 8:
        import classic
        password = classic.app_password(world.server, email)
    if kind.RAW_XML and set(password) & set("&<"):
        password = "plain"
        world.server.ctl("user", "passwd", email, "--password", password)
    return typing.cast(typing.Any, kind)(world, email, password)
