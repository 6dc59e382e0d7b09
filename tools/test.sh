#!/bin/sh
# SPDX-License-Identifier: MIT
# "make test": install what is missing, build, and run what a contributor waits
# for.  "make test-long" does the rest.  VARIANTS, "release asan" if it is not
# set, are the ways to build; the tests in Python meet the first.
set -eu
cd "$(dirname "$0")/.."

tools/setup.sh test

out=build/test
rm -rf "$out" build/conformance
. tools/test-lib.sh

variants=${VARIANTS:-release asan}

begin "building ($variants)"
for variant in $variants; do
	build "$variant" all tests
done

c_tests() {
	for variant in $variants; do
		for source in tests/unit/test_*.c tests/proto/test_*.c \
			tests/store/test_*.c; do
			[ ! -e "$source" ] || run_program "$variant" "$source"
		done
	done
}

lint() {
	"$python" -B tests/lint/lint.py >"$out/lint.log" 2>&1 || true
	cat "$out/lint.log"
	sum=$(sed -n '$s/^\([0-9]*\) checks passed, \([0-9]*\) failed/\1 \2/p' \
		"$out/lint.log" | sed 's/, \([0-9]*\) skipped$/ \1/')
	echo "${sum:-0 1}" >>"$out/sums"
}

begin "tests in Python, and lint and C tests beside them"
{
	lint
	c_tests
	echo "== lint and C tests: $(($(date +%s) - part_began)) s" >&3
} 3>&1 >"$out/lane.log" 2>&1 &
lane=$!
pytest "${variants%% *}" tests/lint tests/e2e tests/zoo --slow no
begin "what lint and the C tests said"
wait "$lane"
cat "$out/lane.log"

finish
