# SPDX-License-Identifier: MIT
"""A network that leads nowhere: one address, no route, no names."""

from __future__ import annotations

import subprocess

import pytest

import harness

SCRIPT = """ip link add lan0 type veth peer name lan1 && ip link set lo up &&
ip address add 192.168.7.5/24 dev lan0 && ip link set lan0 up && ip link set lan1 up &&
ip route flush default; exec "$0" dns"""


def test_the_names_lead_to_the_one_address_of_a_room():
    enter = ["unshare", "-rn"]
    try:
        can = subprocess.run([*enter, "ip", "link", "add", "x", "type",
                              "veth", "peer", "name", "y"], check=False, capture_output=True)
    except FileNotFoundError:
        pytest.skip("unshare or ip is missing")
    if can.returncode != 0:
        pytest.skip("no network namespace may be made here")
    done = subprocess.run([*enter, "sh", "-c", SCRIPT,
                           str(harness.BIN / "nudgectl")],
                          capture_output=True, text=True, check=False,
                          timeout=30)
    assert done.returncode == 0, done.stderr
    assert "listen-address=192.168.7.5\n" in done.stdout
    assert "address=/hotmail.com/192.168.7.5\n" in done.stdout
