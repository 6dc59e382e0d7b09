#!/bin/sh
# SPDX-License-Identifier: MIT
# usage: tools/conf.sh NUDGED >packaging/nudge.conf
# Prints a settings file that has every setting of settings.def, each with what
# it means, and its default in a comment.
set -eu
cat <<'END'
# Settings of nudged: one "name = value" on each line.  These are all there
# are, with their defaults; take the # away to set one.  "nudgectl reload"
# takes most of them without a restart, "nudged --check" says what is wrong.
END
"$1" --describe | awk '
function wrap(text,   n, words, i, line) {
	n = split(text, words, " ")
	line = "#"
	for (i = 1; i <= n; i++) {
		if (length(line) + 1 + length(words[i]) > 78 && line != "#") {
			print line
			line = "#"
		}
		line = line " " words[i]
	}
	print line
}
/^[^ ]/ { name = $0; next }
/^ / { sub(/^ +/, ""); sub(/NUDGE_[A-Z0-9_]+; /, ""); told[++n] = $0; next }
{
	print ""
	for (i = 1; i <= n; i++)
		wrap(told[i])
	print "#" name
	n = 0
}'
