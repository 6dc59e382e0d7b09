#!/bin/sh
# SPDX-License-Identifier: MIT
# "make deb": build/deb/nudge_VERSION_ARCH.deb, to install with
# apt-get install ./build/deb/nudge_*.deb
set -eu
cd "$(dirname "$0")/.."

out=build/deb
root=$out/root
version=$(build/release/nudged --version | sed 's/nudged //')
arch=$(dpkg --print-architecture)
rm -rf "$out"
mkdir -p "$root/DEBIAN" "$out/debian"

make -s install PREFIX=/usr UNITDIR=/lib/systemd/system DESTDIR="$PWD/$root"
strip --remove-section=.comment --remove-section=.note \
	"$root/usr/bin/nudged" "$root/usr/bin/nudgectl"
find "$root/usr/share/man" -type f -exec gzip -9n {} +
rm "$root/usr/share/doc/nudge/LICENSE"
{
	cat packaging/deb/copyright
	sed -n 's/^$/ ./; s/^\([^ ]\)/ \1/; 1,2d; p' LICENSE
} >"$root/usr/share/doc/nudge/copyright"
printf 'nudge (%s) stable; urgency=medium\n\n  * See README.md.\n\n -- %s  %s\n' \
	"$version" "The Nudge authors <nudge@localhost>" \
	"$(LC_ALL=C date -R -d "@$(git log -1 --format=%ct 2>/dev/null ||
		echo 0)")" |
	gzip -9n >"$root/usr/share/doc/nudge/changelog.gz"

# what the programs are linked with, in Debian's words
printf 'Source: nudge\n\nPackage: nudge\nArchitecture: any\n' \
	>"$out/debian/control"
depends=$(cd "$out" && dpkg-shlibdeps -O root/usr/bin/nudged \
	root/usr/bin/nudgectl | sed 's/^shlibs:Depends=//')
sed "s/@VERSION@/$version/; s/@ARCH@/$arch/; s/@DEPENDS@/$depends/
	s/@SIZE@/$(du -ks "$root/usr" | cut -f1)/" packaging/deb/control.in \
	>"$root/DEBIAN/control"
install -m 755 packaging/deb/postinst packaging/deb/prerm \
	packaging/deb/postrm "$root/DEBIAN"
echo /etc/nudge/nudge.conf >"$root/DEBIAN/conffiles"
(cd "$root" && find usr lib etc -type f -print0 | sort -z |
	xargs -0 md5sum >DEBIAN/md5sums)
dpkg-deb --root-owner-group -Zxz --build "$root" "$out" >/dev/null
echo "$out/nudge_${version}_$arch.deb"
