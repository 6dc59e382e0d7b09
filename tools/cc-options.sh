#!/bin/sh
# SPDX-License-Identifier: MIT
# "tools/cc-options.sh CC WARN=-Wa,-Wb HARDEN=-fc": as lines for make, what of
# that this compiler knows for its machine.  The Makefile keeps the answer.
set -eu

cc=$1
shift

# What it only warns of it does not know either.  CC may have words of its own.
knows() {
	# shellcheck disable=SC2086
	echo "extern int x;" | $cc -Werror "$1" -x c -S -o /dev/null - >/dev/null 2>&1
}

echo "# made by tools/cc-options.sh for $cc"
for list in "$@"; do
	kept=""
	for flag in $(echo "${list#*=}" | tr ',' ' '); do
		! knows "$flag" || kept="$kept $flag"
	done
	echo "${list%%=*} :=$kept"
done
# Where long has 32 bits, so has off_t, unless one asks.
# shellcheck disable=SC2086
if echo __SIZEOF_LONG__ | $cc -E -P -x c - 2>/dev/null | grep -qx 4; then
	echo "LARGE_FILES := -D_FILE_OFFSET_BITS=64"
fi
