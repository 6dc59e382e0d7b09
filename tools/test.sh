#!/bin/sh
# SPDX-License-Identifier: MIT
# "make test": install what is missing, build, and run what a contributor waits
# for.  "make test-long" does the rest.
set -eu
cd "$(dirname "$0")/.."

tools/setup.sh test

out=build/test
rm -rf "$out" build/conformance
. tools/test-lib.sh

begin "building (release and ASan)"
build release all tests
build asan all tests

c_tests() {
	for variant in release asan; do
		for source in tests/unit/test_*.c tests/proto/test_*.c \
			tests/store/test_*.c; do
			[ ! -e "$source" ] || run_program "$variant" "$source"
		done
	done
}

lint() {
	"$python" -B tests/lint/lint.py >"$out/lint.log" 2>&1 || true
	cat "$out/lint.log"
	if ! grep -q '^[0-9]* checks passed, [0-9]* failed$' "$out/lint.log"; then
		echo "0 1" >>"$out/sums"
	else
		sed -n 's/^\([0-9]*\) checks passed, \([0-9]*\) failed$/\1 \2/p' \
			"$out/lint.log" >>"$out/sums"
	fi
}

begin "lint and C tests, beside the tests in Python"
{ lint && c_tests; } >"$out/lane.log" 2>&1 &
lane=$!
pytest release tests/lint tests/e2e tests/zoo
wait "$lane"
cat "$out/lane.log"

finish
