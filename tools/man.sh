#!/bin/sh
# SPDX-License-Identifier: MIT
# usage: tools/man.sh NUDGED PAGE.in
# Prints a manual page: what the program itself can tell is put in place of
# @OPTIONS@, @SETTINGS@, @COMMANDS@ and @HERE@.
set -eu
nudged=$1
page=$2

# rows of NAME, WORDS and TEXT between tabs, as a list
items() {
	awk -F'\t' '
	function safe(s) {
		gsub(/\\/, "\\e", s)
		gsub(/-/, "\\-", s)
		return s ~ /^[.'"'"']/ ? "\\\\&" s : s
	}
	{
		printf ".It Ic %s", safe($1)
		n = split($2, words, " ")
		for (i = 1; i <= n; i++)
			printf " %s", safe(words[i])
		print ""
		for (i = 3; i <= NF; i++) {
			if (i > 3)
				print ".br"
			print safe($i)
		}
	}'
}

# name, words and help are a row's first three texts
rows() {
	sed -n 's/^\t{ "\([^"]*\)", *"\([^"]*\)", *"\([^"]*\)",.*/\1\t\2\t\3/p' \
		"$1" | items
}

options() {
	"$nudged" --help | sed -n 's/^  \(--[a-z-]*\) */\1\t/p' |
		sed 's/\t\([A-Z][A-Z=]*\) */\t\1\t/; t
		s/\t */\t\t/' | items
}

# "name = default", then indented lines, then an empty one
settings() {
	"$nudged" --describe | awk '
	/^[^ ]/ { row = $0 "\t"; next }
	/^ / { sub(/^ +/, ""); row = row "\t" $0; next }
	{ print row }' | items
}

# the date of the page is that of the sources, where that is known
seconds=$(tools/version.sh date)
date=$(LC_ALL=C date -u -d "@$seconds" +%Y-%m-%d)
while IFS= read -r line; do
	case $line in
	@OPTIONS@) options ;;
	@SETTINGS@) settings ;;
	@COMMANDS@) rows operator/commands.c ;;
	@HERE@) rows operator/here.c ;;
	".Dd "*) echo ".Dd $date" ;;
	.Os) echo ".Os Nudge $("$nudged" --version | sed 's/.* //; s/[~+].*//')" ;;
	*) printf '%s\n' "$line" ;;
	esac
done <"$page"
