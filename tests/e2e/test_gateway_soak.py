# SPDX-License-Identifier: MIT
"""NUDGE_SESSIONS people chat through the gateway for NUDGE_SECONDS while their
proxy loses, delays, repeats and reorders; tools/soak.sh makes them many."""

from __future__ import annotations

import os
import time

import pytest

import soak

SESSIONS = int(os.environ.get("NUDGE_SESSIONS", "40"))
SECONDS = float(os.environ.get("NUDGE_SECONDS", "3"))
SEED = int(os.environ.get("NUDGE_SEED", "1"))


@pytest.mark.slow
@pytest.mark.timeout(60 + 5 * SECONDS)
def test_a_hostile_proxy_loses_doubles_and_reorders_nothing(make_server):
    server = make_server(**{"limit.connections": "50000",
                            "log.level": "warn"})
    f = soak.soak(server, SESSIONS, SECONDS, SEED)
    assert f.said > SESSIONS // 2
    assert min(f.lost_before, f.lost_behind, f.repeated, f.delayed,
               f.abandoned) > 0
    assert server.stat("gateway.repeats") > 0
    # one that had last words waits a moment for the request that closes it
    # (field-runs 2.14)
    end = time.monotonic() + 15
    while server.stat("gateway.open") != 0:
        assert time.monotonic() < end
        time.sleep(0.2)
    assert f.idle < 0.2
    print(f"{SESSIONS} sessions, {SECONDS:.0f} s: {f.said} messages said, "
          f"{f.heard} heard, {f.acked} acknowledged, none lost, doubled or "
          f"out of order; {f.requests} requests, {f.lost_before} lost before "
          f"and {f.lost_behind} behind the server, {f.repeated} repeated, "
          f"{f.delayed} delayed, {f.abandoned} polls abandoned; answer after "
          f"{f.trip(.5):.0f} ms (p50), {f.trip(.99):.0f} ms (p99); processor "
          f"{f.busy:.1%} busy, {f.idle:.2%} idle; {f.rss_kib} KiB a session")
