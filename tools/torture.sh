#!/bin/sh
# SPDX-License-Identifier: MIT
# usage: tools/torture.sh [SECONDS]
# What takes too long for every day: the C tests under the thread sanitizer,
# then the end-to-end tests against a server with the address sanitizer over
# and over, then every fuzz target; each of the last two for SECONDS (600).
set -eu
cd "$(dirname "$0")/.."

seconds=${1:-600}
[ -n "$seconds" ] || seconds=600
tools/setup.sh test

make -s -j"$(nproc)" VARIANT=tsan unit

make -s -j"$(nproc)" VARIANT=asan all
end=$(($(date +%s) + seconds))
round=0
while [ -d tests/e2e ] && [ "$(date +%s)" -lt "$end" ]; do
	round=$((round + 1))
	echo "== end-to-end, round $round"
	BUILD=build/asan PYTHONDONTWRITEBYTECODE=1 \
		"${PYTHON:-/usr/bin/python3}" -m pytest -q -x -n "$(nproc)" \
		--timeout 120 -p no:cacheprovider tests/e2e
done

set -- tests/fuzz/fuzz_*.c
[ ! -e "$1" ] || tools/fuzz.sh "" $((seconds / $# + 1))
echo "tortured: $round rounds end-to-end, nothing broke"
