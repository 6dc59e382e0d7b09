#!/bin/sh
# SPDX-License-Identifier: MIT
# usage: tools/soak.sh [SECONDS]
# NUDGE_SESSIONS (1000) sessions of the HTTP gateway chat for SECONDS (60),
# while the proxy between them and the server loses, delays, repeats and
# reorders requests; then all only wait, which should cost next to nothing.
set -eu
cd "$(dirname "$0")/.."

NUDGE_SECONDS=${1:-60}
NUDGE_SESSIONS=${NUDGE_SESSIONS:-1000}
NUDGE_SEED=${NUDGE_SEED:-$(date +%s)}
export NUDGE_SECONDS NUDGE_SESSIONS NUDGE_SEED
python=${PYTHON:-/usr/bin/python3}
tools/setup.sh test

make -s -j"$(nproc)" all
echo "== seed $NUDGE_SEED"
PYTHONDONTWRITEBYTECODE=1 "$python" -m pytest -q -s -p no:cacheprovider \
	tests/e2e/test_gateway_soak.py
