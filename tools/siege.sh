#!/bin/sh
# SPDX-License-Identifier: MIT
# usage: tools/siege.sh [SECONDS] [ARGUMENT ...]
# A hundred good people live on while an attacker with sixteen IPv4 addresses
# and an IPv6 /48 does the worst, SECONDS (20) for each attack; "short" takes
# less than four minutes in all.  --as=400000000 limits the server's address
# space; names of attacks do those alone.  Needs network namespaces, as root has
# them.
set -eu
cd "$(dirname "$0")/.."

seconds=${1:-20}
[ $# -eq 0 ] || shift
case "$seconds" in
short) set -- --short "$@" ;;
*) set -- --seconds "$seconds" "$@" ;;
esac
python=${PYTHON:-/usr/bin/python3}
make -s -j"$(nproc)" all
exec "$python" -B tests/siege/siege.py "$@"
