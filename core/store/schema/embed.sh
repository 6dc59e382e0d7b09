#!/bin/sh
# SPDX-License-Identifier: MIT
# Turn schema files (NNNN.sql, given in order) into a C table on standard
# output.
set -eu

number=0
echo '/* Made from core/store/schema by embed.sh. */'
echo '#include "core/store/store_schema.h"'
for file in "$@"; do
	number=$((number + 1))
	name=$(basename "$file" .sql)
	if [ "$name" != "$(printf %04d "$number")" ]; then
		echo "$file: expected number $number" >&2
		exit 1
	fi
	printf 'static const char sql_%s[] = {\n' "$name"
	od -An -v -tx1 "$file" | sed 's/\([0-9a-f][0-9a-f]\)/0x\1,/g'
	echo '0x00 };'
done
echo 'const char *const store_schema_sql[] = {'
for file in "$@"; do
	echo "sql_$(basename "$file" .sql),"
done
echo '};'
echo "const int store_schema_count = $number;"
