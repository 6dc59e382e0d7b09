#!/bin/sh
# SPDX-License-Identifier: MIT
# usage: tools/torture.sh [SECONDS]
# What takes too long for every day: the server killed, its power cut and its
# disk filled NUDGE_ROUNDS (200) times each under load; the C tests under the
# thread sanitizer; then the end-to-end tests against a server with the address
# sanitizer over and over, and every fuzz target, each of these two for SECONDS
# (600); and NUDGE_MUTANTS (100000) changed handshakes of the old TLS engine.
set -eu
cd "$(dirname "$0")/.."

seconds=${1:-600}
[ -n "$seconds" ] || seconds=600
rounds=${NUDGE_ROUNDS:-200}
NUDGE_SEED=${NUDGE_SEED:-$(date +%s)}
export NUDGE_SEED
python=${PYTHON:-/usr/bin/python3}
tools/setup.sh test

make -s -j"$(nproc)" all tests
mkdir -p build/torture
echo "== $rounds kills with restores among them, $rounds power cuts," \
	"$rounds full disks, seed $NUDGE_SEED"
NUDGE_ROUNDS=$rounds build/release/tests/store/test_powercut \
	>build/torture/powercut.log 2>&1 || {
	cat build/torture/powercut.log
	exit 1
}
NUDGE_ROUNDS=$rounds PYTHONDONTWRITEBYTECODE=1 "$python" -m pytest -q -s -x \
	-p no:cacheprovider tests/e2e/test_torture.py \
	>build/torture/rounds.log 2>&1 || {
	cat build/torture/rounds.log
	exit 1
}
sed -n 's/^\.*\(.*nothing lost\)$/\1/p' build/torture/rounds.log

make -s -j"$(nproc)" VARIANT=tsan unit

make -s -j"$(nproc)" VARIANT=asan all build/asan/tests/nudged-volatile
make -s -j"$(nproc)" VARIANT=asan build/asan/tests/unit/test_tls_old_mutants
mutants=${NUDGE_MUTANTS:-100000}
echo "== $mutants mutants of old handshakes and records"
NUDGE_MUTANTS=$mutants build/asan/tests/unit/test_tls_old_mutants \
	>build/torture/mutants.log 2>&1 || {
	cat build/torture/mutants.log
	exit 1
}

end=$(($(date +%s) + seconds))
round=0
while [ -d tests/e2e ] && [ "$(date +%s)" -lt "$end" ]; do
	round=$((round + 1))
	echo "== end-to-end, round $round"
	BUILD=build/asan NUDGE_BIN="$PWD/build/asan" NUDGE_ROUNDS=5 \
		PYTHONDONTWRITEBYTECODE=1 "$python" -m pytest -q -x -n "$(nproc)" \
		--timeout 120 -p no:cacheprovider tests/e2e
done

set -- tests/fuzz/fuzz_*.c
[ ! -e "$1" ] || tools/fuzz.sh "" $((seconds / $# + 1))
echo "tortured: $rounds kills, $rounds power cuts, $rounds torn ones," \
	"$rounds full disks, $rounds cuts of the store alone and $round rounds" \
	"end-to-end: nothing lost, nothing broke"
