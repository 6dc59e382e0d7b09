# shellcheck shell=sh
# SPDX-License-Identifier: MIT
# What "make test" and "make test-long" share: read by ". tools/test-lib.sh" from
# the top of the tree, with $out set to the folder for logs.

: "${out:?the folder for logs}"
python=${PYTHON:-/usr/bin/python3}
jobs=$(nproc)
mkdir -p "$out"
: >"$out/sums"
started=$(date +%s)

# The developer's own settings are not the tests'.
for name in $(env | sed -n 's/^\(NUDGE_[A-Z0-9_]*\)=.*/\1/p'); do
	unset "$name"
done

passed=0
failed=0
skipped=0
count() { # PASSED FAILED
	passed=$((passed + $1))
	failed=$((failed + $2))
}

# ---- build: each way counts as a test ----
build() { # VARIANT TARGET...
	variant=$1
	shift
	if make -s -k -j"$jobs" WERROR=1 VARIANT="$variant" "$@" \
		>"$out/build-$variant.log" 2>&1; then
		echo "ok build $variant"
		count 1 0
	else
		cat "$out/build-$variant.log"
		echo "FAILED build $variant"
		count 0 1
	fi
}

# A line before and after each part, so that nobody waits in silence.
part=""
part_began=$started
begin() { # WHAT IT DOES
	end
	part=$1
	part_began=$(date +%s)
	echo "== $part"
}

end() {
	[ -z "$part" ] ||
		echo "== $part: $(($(date +%s) - part_began)) s"
	part=""
}

# ---- C tests: one line each, the whole output when one fails ----
run_program() { # VARIANT SOURCE
	program=build/$1/${2%.c}
	log=$out/$1-$(basename "$2" .c).log
	status=0
	timeout 120 "$program" >"$log" 2>&1 || status=$?
	good=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) test.*/\1/p' "$log" |
		tail -n 1)
	bad=$(sed -n 's/^\[  FAILED  \] \([0-9]*\) test.*/\1/p' "$log" |
		tail -n 1)
	good=${good:-0}
	bad=${bad:-0}
	# A crash, a leak or a program that never came to its sum.
	if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then
		bad=1
	elif [ $((good + bad)) -eq 0 ]; then
		bad=1
	fi
	if [ "$bad" -eq 0 ]; then
		echo "ok $1 ${2%.c} ($good)"
	else
		cat "$log"
		echo "FAILED $1 ${2%.c} (status $status)"
	fi
	echo "$good $bad" >>"$out/sums"
}

# ---- tests in Python: the server from outside, in both variants ----
pytest_sum() { # NAME WORD
	sed -n '$s/.*[^0-9]*\b\([0-9][0-9]*\) '"$2"'.*/\1/p' "$out/$1.sum"
}

pytest() { # VARIANT FOLDER...
	run_pytest "pytest-$1" "$((jobs * 3))" 60 "$@"
}

run_pytest() { # NAME WORKERS SECONDS VARIANT FOLDER...
	name=$1
	workers=$2
	limit=$3
	status=0
	shift 3
	NUDGE_BIN="$PWD/build/$1"
	export NUDGE_BIN
	shift
	: >"$out/$name.log"
	PYTHONDONTWRITEBYTECODE=1 "$python" -m pytest -q -n "$workers" \
		--timeout "$limit" -p no:cacheprovider "$@" \
		>"$out/$name.log" 2>&1 &
	running=$!
	tail -n +1 -f --pid="$running" "$out/$name.log" |
		grep --line-buffered -v '^bringing up nodes' || true
	wait "$running" || status=$?
	grep -E '^[0-9]+ (passed|failed|error|skipped)|^=+ .* in [0-9.]+' \
		"$out/$name.log" | tail -n 1 >"$out/$name.sum" || true
	good=$(pytest_sum "$name" passed)
	bad=$(pytest_sum "$name" failed)
	errors=$(pytest_sum "$name" error)
	left=$(pytest_sum "$name" skipped)
	bad=$((${bad:-0} + ${errors:-0}))
	if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then
		bad=1
	fi
	echo "${good:-0} $bad ${left:-0}" >>"$out/sums"
}

# The last line is the sum: N passed, N failed, and what was skipped.
finish() {
	end
	while read -r good bad left; do
		count "$good" "$bad"
		skipped=$((skipped + ${left:-0}))
	done <"$out/sums"
	echo "finished in $(($(date +%s) - started)) s"
	sum="$passed passed, $failed failed"
	[ "$skipped" -eq 0 ] || sum="$sum, $skipped skipped"
	echo "$sum"
	[ "$failed" -eq 0 ]
}
