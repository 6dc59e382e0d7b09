#!/bin/sh
# SPDX-License-Identifier: MIT
# "make test-arm": builds for aarch64 and armhf with warnings as errors, then
# runs unit and protocol tests there, by qemu.  "make test-arm ARGS=build" only
# builds.  Without the packages it says so and ends with 75.
set -eu
cd "$(dirname "$0")/.."

tools/root.sh make cross

ran=0
failed=0
for machine in aarch64-linux-gnu arm-linux-gnueabihf; do
	began=$(date +%s)
	what="all tests"
	[ "${1:-}" != build ] || what=all
	# shellcheck disable=SC2086
	if ! tools/root.sh run cross "$machine" make -s -k -j"$(nproc)" \
		CROSS="$machine-" WERROR=1 $what; then
		echo "FAILED build $machine"
		failed=$((failed + 1))
		continue
	fi
	echo "ok build $machine: $(($(date +%s) - began)) s"
	ran=$((ran + 1))
	[ "${1:-}" != build ] || continue
	began=$(date +%s)
	qemu="qemu-${machine%%-*}-static"
	for source in tests/unit/test_*.c tests/proto/test_*.c; do
		program=build/release/${source%.c}
		log=build/$machine/$(basename "$program").log
		if tools/root.sh run cross "$machine" timeout 300 "$qemu" \
			"$program" >"$log" 2>&1; then
			ran=$((ran + 1))
		else
			grep -E 'FAILED|rror:|panic' "$log" | head -n 5
			echo "FAILED $machine ${source%.c}"
			failed=$((failed + 1))
		fi
	done
	echo "$machine: tests took $(($(date +%s) - began)) s"
done
echo "$ran passed, $failed failed"
[ "$failed" -eq 0 ]
