#!/bin/sh
# SPDX-License-Identifier: MIT
# The version of this tree, as Debian orders them:
#   0.2.0                                  the commit with the tag v0.2.0
#   0.2.0~git20261201054500.abcdef0        a snapshot on the way to it
#   0.2.0+git20270102030405.abcdef0        a snapshot after it
# usage: tools/version.sh            print it
#        tools/version.sh date       print the seconds of its commit, for
#                                    SOURCE_DATE_EPOCH
# The file VERSION has the release.  Which commit this is says Git or, in a
# source tarball, packaging/COMMIT.
set -eu
cd "$(dirname "$0")/.."

release=$(cat VERSION)
if [ "$(git rev-parse --show-prefix 2>/dev/null || echo none)" = "" ] &&
	git ls-files --error-unmatch VERSION >/dev/null 2>&1; then
	read -r seconds hash <<-END
		$(git log -1 --format="%ct %H")
	END
	tag=$(git describe --tags --match "v[0-9]*" --abbrev=7 2>/dev/null || true)
	changed=""
	git diff --quiet HEAD -- 2>/dev/null || changed=.changed
else
	read -r seconds hash tag <packaging/COMMIT
	changed=""
fi

case "$seconds" in
*[!0-9]*)
	# files without Git, as "docker build" sees them
	seconds=0
	hash=""
	tag=""
	;;
esac

if [ "${1:-}" = date ]; then
	echo "$seconds"
	exit
fi

case "$tag" in
*-*-g*) exact="" ;;
*) exact=$tag ;;
esac
if [ -n "$exact" ] && [ "$exact" != "v$release" ]; then
	echo "The tag of this commit is $exact, and the file VERSION says" \
		"$release. Change one of them." >&2
	exit 1
fi
if [ -z "$hash" ]; then
	echo "$release~unknown"
elif [ -n "$exact" ] && [ -z "$changed" ]; then
	echo "$release"
else
	# what follows a release is newer than it
	order="~"
	[ "${tag%%-*}" != "v$release" ] || order="+"
	echo "$release${order}git$(LC_ALL=C date -u -d "@$seconds" \
		+%Y%m%d%H%M%S).$(echo "$hash" | cut -c 1-7)$changed"
fi
