#!/bin/sh
# SPDX-License-Identifier: MIT
# usage: tools/compdb.sh 'CC FLAGS' FILE.c ... > compile_commands.json
set -eu

command=$1
shift
comma="["
for file in "$@"; do
	printf '%s\n{ "directory": "%s", "file": "%s",\n  "command": "%s -c %s" }' \
		"$comma" "$PWD" "$file" "$command" "$file"
	comma=","
done
printf '\n]\n'
