#!/bin/sh
# SPDX-License-Identifier: MIT
# "make dist" and "make deb" of one commit in two folders, with nothing taken
# from a cache, under another name, time zone and umask: the same bytes.
# usage: tests/install/reproducible.sh [ARCH]
# Exit 0: they are; 75: it cannot be tried here.
set -eu
cd "$(dirname "$0")/../.."

arch=${1:-}
command -v dpkg-shlibdeps >/dev/null || {
	echo "SKIPPED reproducible: there is no dpkg-shlibdeps of dpkg-dev"
	exit 75
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
export CCACHE_DISABLE=1

make_both() { # FOLDER
	git clone -q "file://$PWD" "$work/$1"
	make -s -C "$work/$1" dist
	status=0
	make -s -C "$work/$1" deb ARCH="$arch" || status=$?
	[ "$status" -ne 75 ] || exit 75
	[ "$status" -eq 0 ]
}
make_both one
(
	umask 077
	export TZ=Asia/Tokyo
	make_both another/place/with/a/longer/name
)
failed=0
for file in dist/nudge-*.tar.gz deb/nudge_*.deb; do
	for one in "$work"/one/build/$file; do
		other=$work/another/place/with/a/longer/name/build/${one##*/build/}
		if cmp "$one" "$other"; then
			echo "ok ${one##*/}"
		else
			echo "FAILED ${one##*/}"
			failed=1
		fi
	done
done
exit "$failed"
