#!/bin/sh
# SPDX-License-Identifier: MIT
# usage: tools/pages.sh [-s] HEADER FRONT FILE...
# The pages of a front as C constants: login.html becomes nexus_page_login.
# HEADER declares them; -s leaves out the white space between elements.
set -eu
strip=''
if [ "$1" = -s ]; then
	strip=yes
	shift
fi
header=$1
front=$2
shift 2

text() {
	if [ -n "$strip" ]; then
		sed 's/^[[:space:]]*//' | tr -d '\n'
	else
		cat
	fi
}

echo "#include \"$header\""
for file in "$@"; do
	name=$(basename "${file%.*}")
	echo "static const unsigned char ${name}_text[] = {"
	text <"$file" | od -An -v -tx1 | sed 's/ \(..\)/0x\1,/g'
	echo "};"
	echo "const struct slice ${front}_page_$name = {"
	echo "	(const char *)${name}_text, sizeof(${name}_text)"
	echo "};"
done
