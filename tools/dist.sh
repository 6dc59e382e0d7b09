#!/bin/sh
# SPDX-License-Identifier: MIT
# "make dist": build/dist/nudge-VERSION.tar.gz, the sources of the commit that
# is checked out, without what is not committed.
set -eu
cd "$(dirname "$0")/.."

git rev-parse HEAD >/dev/null 2>&1 || {
	echo "A source tarball is made from a Git repository." >&2
	exit 1
}
version=$(tools/version.sh)
case "$version" in
*.changed)
	echo "Not committed, so not in the tarball:" >&2
	git diff --stat HEAD -- >&2
	version=${version%.changed}
	;;
esac
mkdir -p build/dist
out=build/dist/nudge-$version.tar.gz
# sorted, and with the time of the commit
git -c tar.umask=0022 archive --format=tar --prefix="nudge-$version/" HEAD |
	gzip -9n >"$out.new"
mv "$out.new" "$out"
echo "$out"
