# SPDX-License-Identifier: MIT
"""Fixtures of the zoo; servers are those of tests/e2e."""

from __future__ import annotations

import fcntl
import json
import os
import pathlib
import sys
from collections.abc import Callable, Iterator

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "e2e")]

import citations  # noqa: E402
import harness  # noqa: E402
import shows  # noqa: E402
import world as zoo_world  # noqa: E402

TABLE: list[dict[str, object]] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--zoo", choices=("short", "all"), default="short",
                     help="short: each program meets one partner; all: every "
                          "partner, both ways, and what else it can")


def pytest_collection_modifyitems(config: pytest.Config,
                                  items: list[pytest.Item]) -> None:
    if config.getoption("--zoo") == "short":
        left = [i for i in items if i.get_closest_marker("long")]
        config.hook.pytest_deselected(items=left)
        items[:] = [i for i in items if not i.get_closest_marker("long")]
    if not (harness.BIN / "nudged").exists():
        skip = pytest.mark.skip(reason=f"no nudged in {harness.BIN}")
        for item in items:
            item.add_marker(skip)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "long: only with --zoo=all")
    config.addinivalue_line("markers", "covers(*statements): see shows.py")
    if "PYTEST_XDIST_WORKER" not in os.environ:
        there = harness.ROOT / "build"
        for old in [*(there / "zoo").glob("*.json"), *(
                there / "conformance").glob(f"zoo-{harness.BIN.name}-*")]:
            old.unlink()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """What a test shows: its own citations, and those of the members that it
    ran."""
    outcome = yield
    shows.note(item, outcome.get_result(), *citations.of(item))


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


@pytest.fixture
def make_world(mold: pathlib.Path, tmp_path: pathlib.Path
               ) -> Iterator[Callable[..., zoo_world.World]]:
    """make_world(**settings): a server of its own, and the loop."""
    made: list[zoo_world.World] = []

    def make(**settings: str) -> zoo_world.World:
        folder = tmp_path / f"server{len(made)}"
        folder.mkdir()
        harness.copy_mold(mold, folder)
        world = zoo_world.World(harness.Server(folder, **settings).start())
        made.append(world)
        return world

    yield make
    for world in made:
        world.close()
        world.server.close()


@pytest.fixture
def record() -> Callable[..., None]:
    """Keep a row of the table for table.py."""
    def keep(**row: object) -> None:
        TABLE.append(row)
    return keep


def pytest_sessionfinish() -> None:
    shows.write("zoo")
    if not TABLE:
        return
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    there = harness.ROOT / "build" / "zoo"
    there.mkdir(parents=True, exist_ok=True)
    with open(there / f"{worker}.json", "w", encoding="utf-8") as out:
        for row in TABLE:
            out.write(json.dumps(row, sort_keys=True) + "\n")
