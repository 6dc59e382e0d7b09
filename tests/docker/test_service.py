# SPDX-License-Identifier: MIT
"""The package's unit under a systemd of its own."""

from __future__ import annotations

import pathlib
import re
from collections.abc import Iterator

import guest
import msn
import pytest
from house import obstacle
from machine import Machine, build

AMY, NEW = "amy@example.com", "new@example.com"
CONF = "/etc/nudge/nudge.conf"
# seconds are few, so that a test need not wait for a minute
IMPATIENT = """[Service]
WatchdogSec=2
WatchdogSignal=SIGKILL
RestartSec=0
"""


@pytest.fixture(scope="module")
def machine(package: pathlib.Path, tmp_path_factory: pytest.TempPathFactory
            ) -> Iterator[Machine]:
    why = obstacle()
    if why:
        pytest.skip(why)
    build()
    machine = Machine(package)
    try:
        if machine.obstacle:
            pytest.skip(machine.obstacle)
        machine.do("dpkg", "-i", f"/deb/{package.name}")
        machine.ca = tmp_path_factory.mktemp("machine") / "ca.pem"
        machine.do("nudgectl", "certs", "export", "/var/lib/nudge/ca")
        machine.ca.write_text(machine.do("cat", "/var/lib/nudge/ca/ca.pem"))
        yield machine
    finally:
        machine.end()


def come(machine: Machine, email: str, dialect: int = 9) -> msn.Person:
    place = guest.Place(machine.host, 1863, 80, 443, str(machine.ca))
    return msn.sign_in(place, email, guest.PASSWORD,  # type: ignore[arg-type]
                       dialect)


def test_it_runs_when_it_is_installed_and_may_do_little(
        machine: Machine) -> None:
    assert machine.unit("ActiveState") == "active"
    assert machine.do("systemctl", "is-enabled", "nudge") == "enabled\n"
    assert "event=ready" in machine.journal()
    level = machine.do("systemd-analyze", "security", "--no-pager", "nudge")
    found = re.search(r"exposure level for \S+: ([\d.]+)", level)
    assert found and float(found.group(1)) < 2.0, level
    status = machine.do("cat", f"/proc/{machine.unit('MainPID')}/status")
    user = machine.do("id", "-u", "nudge").strip()
    assert user != "0"
    for line in (f"Uid:\t{user}\t{user}", "CapEff:\t0000000000000400", "CapBnd:\t0000000000000400",
                 "NoNewPrivs:\t1", "Seccomp:\t2"):
        assert line in status, status
    machine.do("nudgectl", "user", "add", AMY, "--password", guest.PASSWORD)
    come(machine, AMY).sync()


def test_a_reload_takes_settings_and_ends_no_session(machine: Machine) -> None:
    before = machine.unit("MainPID")
    amy = come(machine, AMY)
    machine.write(CONF, "accounts.signup = first-login\n")
    machine.do("systemctl", "reload", "nudge")
    come(machine, NEW).sync()
    # a mistake is told, and changes nothing
    machine.write(CONF, "accounts.signup = everybody\n")
    assert not machine.does("systemctl", "reload", "nudge")
    assert "event=reload-failed" in machine.journal()
    assert f"{CONF}:1: accounts.signup" in machine.journal()
    assert machine.unit("ActiveState") == "active"
    assert machine.unit("MainPID") == before
    amy.expect_nothing()
    machine.write(CONF, "accounts.signup = closed\n")


def test_a_stop_is_told_to_whoever_is_there_and_a_start_knows_everything(
        machine: Machine) -> None:
    amy = come(machine, AMY)
    amy.online()
    amy.add("FL", NEW)
    amy.everything()
    machine.do("systemctl", "stop", "nudge")
    assert [m.line for m in said(amy)] == ["OUT SSD"]
    assert machine.unit("ActiveState") == "inactive"
    assert machine.unit("Result") == "success"
    machine.do("systemctl", "start", "nudge")
    # ready when systemctl says so
    amy = come(machine, AMY)
    assert [m.words[1] for m in amy.sync() if m.verb == "LST"] == [NEW]


def said(person: msn.Person) -> list[msn.Message]:
    """What is left to read until the server closes."""
    return [msn.Message(line.decode()) for line in
            person.wire.rest().split(b"\r\n")[:-1]]


def test_a_crash_and_a_loop_that_hangs_end_in_a_new_start(
        machine: Machine) -> None:
    machine.write("/run/systemd/system/nudge.service.d/test.conf", IMPATIENT)
    machine.do("systemctl", "daemon-reload")
    machine.do("systemctl", "restart", "nudge")
    for signal, result in (("KILL", 1), ("STOP", 2)):
        before = machine.unit("MainPID")
        machine.do("bash", "-c", f"kill -{signal} {before}")
        machine.wait(lambda n=result: machine.unit("NRestarts") == str(n) and
                     machine.unit("ActiveState") == "active")
        assert machine.unit("MainPID") != before
        amy = come(machine, AMY)
        assert [m.words[1] for m in amy.sync() if m.verb == "LST"] == [NEW]
    assert "Watchdog timeout" in machine.journal()
    # while the loop turns, nothing of the kind happens
    since = machine.unit("MainPID")
    machine.do("sleep", "2.5")
    assert machine.unit("MainPID") == since
    for secret in (guest.PASSWORD, "a%20%26%20secret"):
        assert secret not in machine.journal()
