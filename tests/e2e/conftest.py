# SPDX-License-Identifier: MIT
"""Fixtures of the end-to-end tests."""

from __future__ import annotations

import fcntl
import os
import pathlib
from collections.abc import Callable, Iterator

import pytest

import harness
import msn
import shows


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "covers(*statements): documented statements, such as "
        '"passport 13 #16", that fail when this test fails')
    config.addinivalue_line(
        "markers", "slow: a contributor does not wait for it; "
        '"make test-long" runs it')


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--cases", type=int, default=0, metavar="N",
                     help="of a test with more cases than that, N of them, "
                          "evenly chosen; 0: all")
    parser.addoption("--slow", choices=("too", "no", "only"), default="too",
                     help="what to do with tests marked as slow")


def choose_cases(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The slow variants of the server meet every test, but not each with
    every pair of versions."""
    most = config.getoption("--cases")
    tests: dict[str, list[pytest.Item]] = {}
    for item in items:
        tests.setdefault(item.nodeid.partition("[")[0], []).append(item)
    for cases in tests.values():
        if 0 < most < len(cases):
            kept = {i * (len(cases) - 1) // max(most - 1, 1)
                    for i in range(most)}
            config.hook.pytest_deselected(
                items=[c for i, c in enumerate(cases) if i not in kept])
            cases[:] = [c for i, c in enumerate(cases) if i in kept]
    chosen = {id(c) for cases in tests.values() for c in cases}
    items[:] = [item for item in items if id(item) in chosen]


def choose_slow(config: pytest.Config, items: list[pytest.Item]) -> None:
    how = config.getoption("--slow")
    if how == "too":
        return
    slow = [i for i in items if i.get_closest_marker("slow")]
    quick = [i for i in items if not i.get_closest_marker("slow")]
    kept, left = (slow, quick) if how == "only" else (quick, slow)
    config.hook.pytest_deselected(items=left)
    items[:] = kept


def pytest_collection_modifyitems(config: pytest.Config,
                                  items: list[pytest.Item]) -> None:
    choose_slow(config, items)
    choose_cases(config, items)
    if (harness.BIN / "nudged").exists():
        return
    skip = pytest.mark.skip(reason=f"no nudged in {harness.BIN}")
    for item in items:
        item.add_marker(skip)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item,
                              call: pytest.CallInfo[None]) -> Iterator[None]:
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if report.failed:
        for server in getattr(item, "nudge_servers", []):
            report.sections.append((f"log of {server.folder.name}",
                                    server.log()[-20000:]))
    shows.note(item, report)


def pytest_sessionfinish() -> None:
    shows.write("e2e")


@pytest.fixture(scope="session")
def mold(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """One for all workers: who is first makes it, the others wait."""
    there = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        there = there.parent
    with open(there / "mold.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = there / "mold"
        if not (folder / "whole").exists():
            harness.make_mold(folder)
            (folder / "whole").touch()
    return folder / "data"


Make = Callable[..., harness.Server]


@pytest.fixture
def make_server(mold: pathlib.Path, tmp_path: pathlib.Path,
                request: pytest.FixtureRequest) -> Iterator[Make]:
    """make_server(**settings): a server that lives until the test ends."""
    servers: list[harness.Server] = []
    request.node.nudge_servers = servers  # type: ignore[attr-defined]

    def make(start: bool = True, **settings: str) -> harness.Server:
        folder = tmp_path / f"server{len(servers)}"
        folder.mkdir()
        harness.copy_mold(mold, folder)
        server = harness.Server(folder, **settings)
        servers.append(server)
        return server.start() if start else server

    yield make
    msn.close_all()
    for server in servers:
        server.close()


@pytest.fixture
def server(make_server: Make) -> harness.Server:
    return make_server()


@pytest.fixture(scope="session")
def house(mold: pathlib.Path, tmp_path_factory: pytest.TempPathFactory
          ) -> Iterator[harness.Server]:
    """A server with all its pages open, for attackers who must not change
    it: what a test makes for itself it names after itself."""
    folder = tmp_path_factory.mktemp("house")
    harness.copy_mold(mold, folder)
    server = harness.Server(folder, **{
        "accounts.signup": "open", "web.plain-passwords": "on",
        "limit.signups": "10000",
        "admin.port": str(harness.free_ports(1)[0])}).start()
    yield server
    msn.close_all()
    server.close()


SHARED_WALKS = 25


class Shared:
    """One server for many walks that each leave everything as they found it:
    a server of its own for each would take most of their time."""

    def __init__(self) -> None:
        self.server: harness.Server | None = None
        self.clean = True
        self.walks = 0  # of this server; what one may send has its limits


@pytest.fixture(scope="module")
def shared() -> Iterator[Shared]:
    holder = Shared()
    yield holder
    if holder.server is not None:
        holder.server.close()


@pytest.fixture
def walk(shared: Shared, mold: pathlib.Path,
         tmp_path_factory: pytest.TempPathFactory,
         request: pytest.FixtureRequest) -> Iterator[harness.Server]:
    """The server; a walk that took all back sets shared.clean, else the next
    one gets another."""
    if shared.server is not None and (
            not shared.clean or shared.walks == SHARED_WALKS):
        shared.server.close()
        shared.server = None
    if shared.server is None:
        folder = tmp_path_factory.mktemp("shared")
        harness.copy_mold(mold, folder)
        shared.server = harness.Server(folder).start()
        shared.walks = 0
    request.node.nudge_servers = [  # type: ignore[attr-defined]
        shared.server]
    shared.walks += 1
    shared.clean = False
    yield shared.server
    msn.close_all()


@pytest.fixture
def make_volatile(make_server: Make) -> Make:
    """make_volatile(**settings): a server, not started, whose disk forgets
    at a kill what was not synced; server.disk is what it is told to do."""
    program = harness.BIN / "tests" / "nudged-volatile"
    if not program.exists():
        pytest.skip('no nudged-volatile: "make tests" builds it')

    def make(**settings: str) -> harness.Server:
        server = make_server(start=False, **settings)
        server.program = program
        server.disk = server.folder / "disk"
        server.environment["NUDGE_TEST_DISK"] = str(server.disk)
        return server

    return make
