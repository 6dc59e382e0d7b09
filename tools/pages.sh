#!/bin/sh
# SPDX-License-Identifier: MIT
# usage: tools/pages.sh FRONT FILE...
# The pages of a front as C constants: login.html becomes nexus_page_login.
set -eu
front=$1
shift

echo "#include \"$front/front.h\""
for file in "$@"; do
	name=$(basename "$file" .html)
	echo "static const unsigned char ${name}_html[] = {"
	od -An -v -tx1 "$file" | sed 's/ \(..\)/0x\1,/g'
	echo "};"
	echo "const struct slice ${front}_page_$name = {"
	echo "	(const char *)${name}_html, sizeof(${name}_html)"
	echo "};"
done
