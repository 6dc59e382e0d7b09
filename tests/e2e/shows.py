# SPDX-License-Identifier: MIT
"""The record of which documented statements a run of tests has shown.

A test names them with @pytest.mark.covers("sb 14 #10"), or in its own text
where it cites a field run or a program's reading rule (see
tests/conformance.py, which reads what is written here)."""

from __future__ import annotations

import inspect
import json
import os
import re
from collections.abc import Iterator

import pytest

import harness

CITED = re.compile(r"field-runs \d|programs-[12] §")
OUTCOMES: list[dict[str, str]] = []


def named_by(item: pytest.Item) -> Iterator[str]:
    for mark in item.iter_markers("covers"):
        yield from mark.args
    function = getattr(item, "function", None)
    try:
        text = inspect.getsource(function) if function else ""
    except OSError:
        text = ""
    if CITED.search(text):
        yield text


def note(item: pytest.Item, report: pytest.TestReport,
         *more: str) -> None:
    """MORE: statements that only the caller knows of."""
    if report.when != "call" and not report.failed and not report.skipped:
        return
    for statement in (*named_by(item), *more):
        OUTCOMES.append({"statement": statement, "test": item.nodeid,
                         "outcome": report.outcome})


def write(name: str) -> None:
    """NAME: of the kind of tests; each run, variant of the server and worker
    has a file of its own, so none hides what another found."""
    if not OUTCOMES:
        return
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    there = harness.ROOT / "build" / "conformance"
    there.mkdir(parents=True, exist_ok=True)
    run = f"{name}-{harness.BIN.name}-{worker}-{os.getpid()}.json"
    with open(there / run, "w",
              encoding="utf-8") as out:
        for line in OUTCOMES:
            out.write(json.dumps(line, sort_keys=True) + "\n")
