# SPDX-License-Identifier: MIT
"""squatter.py PORT...: listens on those that it may have, until it is killed,
as another server on this machine would."""

from __future__ import annotations

import contextlib
import signal
import socket
import sys

kept: list[socket.socket] = []
for port in sys.argv[1:]:
    for address in ("0.0.0.0", "127.0.0.1"):
        with contextlib.suppress(OSError):
            sock = socket.create_server((address, int(port)))
            kept.append(sock)
            print(f"held: {address}:{port}", flush=True)
            break
signal.pause()
