# SPDX-License-Identifier: MIT
"""packaging/monitoring/: what it names is on the page, and alerts are told of
when they should be, and not when they should not."""

from __future__ import annotations

import json
import pathlib
import re
import shutil
import subprocess

import pytest

import admin

HERE = pathlib.Path(__file__).resolve().parents[2] / "packaging/monitoring"
NAME = re.compile(r"\bnudge_\w+")


def expressions() -> list[str]:
    """Every question that is put to Prometheus."""
    board = json.loads((HERE / "nudge.dashboard.json").read_text())
    asked = [target["expr"] for panel in board["panels"]
             for target in panel["targets"]]
    asked += [v["query"] for v in board["templating"]["list"]
              if v["type"] == "query"]
    rules = (HERE / "nudge.rules.yml").read_text()
    asked += re.findall(r"^\s+expr: (.*)$", rules, re.M)
    assert len(asked) > 40
    return asked


def alerts() -> set[str]:
    rules = (HERE / "nudge.rules.yml").read_text()
    return set(re.findall(r"- alert: (\w+)", rules))


def page(server) -> str:
    web = admin.AdminWeb(server)
    try:
        web.send(f"GET /metrics HTTP/1.1\r\nHost: 127.0.0.1:"
                 f"{server.settings['admin.port']}\r\n\r\n".encode())
        return web.answer().body.decode()
    finally:
        web.hang_up()


def test_every_name_in_dashboard_and_rules_is_on_the_page(make_server) -> None:
    server = admin.make(make_server, **{
        "upstream.servers": "friends=https://127.0.0.1:9/RST2.srf"})
    text = page(server)
    there = {name + ("_total" if kind == "counter" else "")
             for name, kind in re.findall(
                 r"^# TYPE (\S+) (\w+)$", text, re.M)}
    named = {name for asked in expressions() for name in NAME.findall(asked)}
    assert len(named) > 25
    assert named - there == set()


def test_the_reasons_that_rules_name_exist(make_server) -> None:
    text = page(admin.make(make_server))
    reasons = {r for asked in expressions()
               for r in re.findall(r'reason="([^"]*)"', asked)}
    assert reasons
    for reason in reasons:
        assert f'nudge_close_total{{reason="{reason}"}}' in text


def test_the_panels_of_the_dashboard_stand_side_by_side() -> None:
    board = json.loads((HERE / "nudge.dashboard.json").read_text())
    taken: set[tuple[int, int]] = set()
    for panel in board["panels"]:
        p = panel["gridPos"]
        cells = {(x, y) for x in range(p["x"], p["x"] + p["w"])
                 for y in range(p["y"], p["y"] + p["h"])}
        assert not cells & taken and p["x"] + p["w"] <= 24
        taken |= cells
    ids = [panel["id"] for panel in board["panels"]]
    assert len(set(ids)) == len(ids)


def test_every_alert_is_tried_both_ways() -> None:
    tried = re.findall(r"- name: (\w+) is (not )?told of",
                       (HERE / "nudge.test.yml").read_text())
    assert alerts() and set(tried) == {
        (name, word) for name in alerts() for word in ("", "not ")}


def test_prometheus_agrees() -> None:
    if not shutil.which("promtool"):
        pytest.skip("there is no promtool; apt-get install prometheus")
    for words in (["check", "rules", "nudge.rules.yml"],
                  ["test", "rules", "nudge.test.yml"]):
        said = subprocess.run(["promtool", *words], cwd=HERE, text=True,
                              capture_output=True, timeout=50, check=False)
        assert said.returncode == 0, said.stdout + said.stderr
    # and each question is one that it understands
    rules = "groups:\n- name: all\n  rules:\n" + "".join(
        f"  - record: n:{n}\n    expr: {json.dumps(asked)}\n"
        for n, asked in enumerate(expressions())
        if not asked.startswith("label_values"))
    said = subprocess.run(["promtool", "check", "rules", "/dev/stdin"],
                          input=rules.replace("$instance", ".*"), text=True,
                          capture_output=True, timeout=50, check=False)
    assert said.returncode == 0, said.stdout + said.stderr
