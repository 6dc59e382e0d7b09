#!/bin/sh
# SPDX-License-Identifier: MIT
# "make deb": build/deb/nudge_VERSION_ARCH.deb, to install with
# apt-get install ./build/deb/nudge_*.deb
# "make deb ARCH=arm64" (or armhf) cross-builds the programs in a folder with
# Debian 12, see tools/root.sh; without one it says so and ends with 75.
# usage: tools/deb.sh [ARCH [VERSION]]
set -eu
cd "$(dirname "$0")/.."

here=$(dpkg --print-architecture)
arch=${1:-$here}
version=${2:-$(tools/version.sh)}
out=build/deb
root=$out/$arch/root
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(tools/version.sh date)}
export SOURCE_DATE_EPOCH LC_ALL=C TZ=UTC
umask 022
# one make is no part of another
unset MAKEFLAGS MAKELEVEL

case "$arch" in
"$here") machine="" ;;
arm64) machine=aarch64-linux-gnu ;;
armhf) machine=arm-linux-gnueabihf ;;
*)
	echo "$arch can only be built on $arch; arm64 and armhf anywhere" >&2
	exit 2
	;;
esac

# A command in the place where this architecture is built: where its compiler
# and what it is linked with are.
there() {
	if [ -z "$machine" ]; then
		"$@"
	else
		tools/root.sh run cross "$machine" "$@"
	fi
}

rm -rf "${out:?}/$arch" "$out"/nudge_*_"$arch".deb
mkdir -p "$root/DEBIAN"

# the manual pages and completions are made by a program that runs here
make -s -j"$(nproc)" install VERSION="$version" PREFIX=/usr UNITDIR=/lib/systemd/system \
	DESTDIR="$PWD/$root" >/dev/null
programs=$root/usr/bin
strip="strip"
if [ -n "$machine" ]; then
	tools/root.sh make cross >&2
	there make -s -j"$(nproc)" CROSS="$machine-" WERROR=1 \
		VERSION="$version" all
	install -m 755 "build/$machine/release/nudged" \
		"build/$machine/release/nudgectl" "$programs"
	strip=$machine-strip
fi

# Debian's own helpers see what is in build/, here and there.
work=build/${machine:+$machine/}shlibs
rm -rf "$work"
mkdir -p "$work/debian/nudge/DEBIAN" "$work/debian/nudge/usr/bin"
cp "$programs/nudged" "$programs/nudgectl" "$work/debian/nudge/usr/bin"
printf 'Source: nudge\n\nPackage: nudge\nArchitecture: any\n' \
	>"$work/debian/control"
# shellcheck disable=SC2016
depends=$(there env DEB_HOST_ARCH="$arch" sh -ec '
	cd build/shlibs
	set -- "$1" debian/nudge/usr/bin/nudged debian/nudge/usr/bin/nudgectl
	"$1" --remove-section=.comment --remove-section=.note "$2" "$3"
	dpkg-shlibdeps -O "$2" "$3"
' sh "$strip" | sed -n 's/^shlibs:Depends=//p')
[ -n "$depends" ] || {
	echo "dpkg-shlibdeps did not say what the programs need" >&2
	exit 1
}
install -m 755 "$work"/debian/nudge/usr/bin/* "$programs"

doc=$root/usr/share/doc/nudge
find "$root/usr/share/man" -type f -exec gzip -9n {} +
rm -f "$doc/LICENSE"
{
	cat packaging/deb/copyright
	sed -n 's/^$/ ./; s/^\([^ ]\)/ \1/; 1,2d; p' LICENSE
} >"$doc/copyright"
printf 'nudge (%s) stable; urgency=medium\n\n  * %s\n\n -- %s  %s\n' \
	"$version" "CHANGELOG.md tells what is new." \
	"$(sed -n 's/^Maintainer: //p' packaging/deb/control.in)" \
	"$(date -R -u -d "@$SOURCE_DATE_EPOCH")" |
	gzip -9n >"$doc/changelog.gz"
install -d "$root/usr/share/lintian/overrides"
install -m 644 packaging/deb/lintian-overrides \
	"$root/usr/share/lintian/overrides/nudge"

install -m 755 packaging/deb/config packaging/deb/postinst \
	packaging/deb/prerm packaging/deb/postrm "$root/DEBIAN"
install -m 644 packaging/deb/templates "$root/DEBIAN"
echo /etc/nudge/nudge.conf >"$root/DEBIAN/conffiles"
# the size is that of the files, and no file system's affair
size=$(find "$root/usr" "$root/lib" "$root/etc" -type f -printf '%s\n' |
	awk '{ n += int(($1 + 1023) / 1024) } END { print n }')
sed "s/@VERSION@/$version/; s/@ARCH@/$arch/; s/@DEPENDS@/$depends/
	s/@SIZE@/$size/" packaging/deb/control.in >"$root/DEBIAN/control"
(cd "$root" && find usr lib etc -type f -print0 | sort -z |
	xargs -0 md5sum >DEBIAN/md5sums)
# dpkg-deb sorts, and takes no time after SOURCE_DATE_EPOCH
find "$root" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
dpkg-deb --root-owner-group -Zxz --threads-max=1 --build "$root" "$out" \
	>/dev/null
echo "$out/nudge_${version}_$arch.deb"
