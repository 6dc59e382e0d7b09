# SPDX-License-Identifier: MIT
"""attack.py NAME SECONDS, in the attacker's namespace: "ready" is printed once
the attack stands, and a line of JSON at its end."""

from __future__ import annotations

import json
import sys

import attacks
import neighbors
from house import more_files

ATTACKS = {f.__name__.replace("_", "-"): f
           for f in attacks.ATTACKS + neighbors.ATTACKS}
# what the server must be told for it
SETTINGS = {"sign-ups": {"accounts.signup": "first-login"},
            "rooms": {"chat.plain": "on"}, "rooms-one": {"chat.plain": "on"}}


def main() -> None:
    more_files()
    done = ATTACKS[sys.argv[1]](float(sys.argv[2]))
    print(json.dumps(done), flush=True)


if __name__ == "__main__":
    main()
