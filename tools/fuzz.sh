#!/bin/sh
# SPDX-License-Identifier: MIT
# usage: tools/fuzz.sh [NAME] [SECONDS]
# Run tests/fuzz/fuzz_NAME.c (default: each of them) with its dictionary and
# corpus.  New inputs are kept in build/fuzz/corpus, findings in
# build/fuzz/found.
set -eu
cd "$(dirname "$0")/.."

only=${1:-}
seconds=${2:-60}
[ -n "$seconds" ] || seconds=60
ran=0

for source in tests/fuzz/fuzz_*.c; do
	name=$(basename "$source" .c)
	name=${name#fuzz_}
	[ -e "$source" ] || continue
	[ -z "$only" ] || [ "$only" = "$name" ] || continue
	program=build/fuzz/tests/fuzz/fuzz_$name
	make -s -j"$(nproc)" VARIANT=fuzz "$program"
	mkdir -p "build/fuzz/corpus/$name" build/fuzz/found
	set -- "-max_total_time=$seconds" -timeout=10 -rss_limit_mb=2048 \
		-print_final_stats=1 "-artifact_prefix=build/fuzz/found/$name-"
	for dict in "tests/fuzz/fuzz_$name.dict" "tests/fuzz/$name.dict"; do
		[ ! -e "$dict" ] || set -- "$@" "-dict=$dict"
	done
	set -- "$@" "build/fuzz/corpus/$name"
	if [ -d "tests/fuzz/corpus/$name" ]; then
		set -- "$@" "tests/fuzz/corpus/$name"
	fi
	echo "== fuzz $name, $seconds s"
	if ! "$program" "$@" >"build/fuzz/$name.log" 2>&1; then
		cat "build/fuzz/$name.log"
		echo "fuzz $name FOUND something: build/fuzz/found/$name-*"
		exit 1
	fi
	grep -E 'number_of_executed_units|new_units_added' \
		"build/fuzz/$name.log" || true
	ran=$((ran + 1))
done

if [ "$ran" -eq 0 ]; then
	echo "there is no target tests/fuzz/fuzz_${only:-*}.c" >&2
	exit 1
fi
