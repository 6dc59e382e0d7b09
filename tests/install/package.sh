#!/bin/sh
# SPDX-License-Identifier: MIT
# A package on a Debian 12 of its own: installed, used, upgraded, purged and
# found again.  Exit 0: all of it held; 75: it cannot be tried here.
set -eu
cd "$(dirname "$0")/../.."

no() {
	echo "SKIPPED package: $*"
	exit 75
}
[ "$(id -u)" -eq 0 ] || no "a Debian of its own needs root"
command -v debootstrap >/dev/null || no "there is no debootstrap"
# a Debian that has what the package needs
base=${NUDGE_ROOTS:-${XDG_CACHE_HOME:-$HOME/.cache}/nudge/roots}/package
needs=adduser,debconf,ca-certificates,libuv1,libmbedtls14,libmbedx509-1
needs=$needs,libmbedcrypto7,libmicrohttpd12,libsqlite3-0,libexpat1,libcrypt1
needs=$needs,libcurl4,init-system-helpers
if [ ! -e "$base/.made" ]; then
	mkdir -p "$base"
	debootstrap --variant=minbase --include="$needs" bookworm "$base" \
		>"$base.log" 2>&1 || {
		rm -rf "$base"
		no "Debian 12 cannot be reached, see $base.log"
	}
	touch "$base/.made"
fi

# what is mounted ends with this, and its network has nobody else in it
[ -n "${NUDGE_PACKAGE_ALONE:-}" ] ||
	NUDGE_PACKAGE_ALONE=yes exec unshare -mn "$0" "$@"

work=$(mktemp -d)
server=""
end() {
	[ -z "$server" ] || kill "$server" 2>/dev/null || true
	# it may still write
	[ -z "$server" ] || wait "$server" 2>/dev/null || true
	umount "$work/root/proc" 2>/dev/null || true
	rm -rf "$work"
}
trap end EXIT
trap 'exit 1' INT TERM

# two versions of this tree, of which one upgrades the other
old=$(tools/deb.sh "" "0.1.9~git20260101000000.0000000" | tail -n 1)
cp "$old" "$work/old.deb"
new=$(tools/deb.sh | tail -n 1)
cp "$new" "$work/new.deb"

cp -a "$base" "$work/root"
cp "$work/old.deb" "$work/new.deb" "$work/root/root"
mount -t proc proc "$work/root/proc"
printf '#!/bin/sh\nexit 101\n' >"$work/root/usr/sbin/policy-rc.d"
chmod 755 "$work/root/usr/sbin/policy-rc.d"
ip link set lo up 2>/dev/null || no "there is no ip of iproute2"

# in that Debian
inside() {
	env -i HOME=/root LC_ALL=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin \
		DEBIAN_FRONTEND=noninteractive chroot "$work/root" "$@"
}

failed=0
passed=0
holds() { # WHAT COMMAND...
	what=$1
	shift
	if "$@" >"$work/said" 2>&1; then
		echo "ok $what"
		passed=$((passed + 1))
	else
		cat "$work/said"
		echo "FAILED $what"
		failed=$((failed + 1))
	fi
}
not() {
	! "$@"
}

# As the unit does, but without systemd.  The process is the server itself, so
# that it is what stop ends.
start() {
	env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot "$work/root" \
		setpriv --reuid nudge --regid nudge --clear-groups nudged \
		--config /etc/nudge/nudge.conf --data /var/lib/nudge \
		>"$work/server.log" 2>&1 &
	server=$!
	for _ in $(seq 300); do
		if ! kill -0 "$server" 2>/dev/null; then
			break
		fi
		! inside nudgectl ping >/dev/null 2>&1 || return 0
		sleep 0.1
	done
	cat "$work/server.log"
	return 1
}
stop() {
	kill "$server"
	holds "it stops in order" wait "$server"
	server=""
}
setting() { # NAME VALUE
	inside sed -i "s/^#*$1 = .*/$1 = $2/" /etc/nudge/nudge.conf
}
signup_is_closed() {
	inside nudged --config /etc/nudge/nudge.conf --data /var/lib/nudge \
		--print-config | grep -qx "accounts.signup = closed"
}
amy_alone_is_there() {
	[ "$(inside nudgectl user list | grep -c @example)" -eq 1 ]
}

holds "the older package installs" inside dpkg -i /root/old.deb
holds "its version is its own" sh -c \
	"chroot $work/root nudged --version | grep -qF '0.1.9~git20260101'"
holds "its data is for its user alone" sh -c \
	"[ \"\$(chroot $work/root stat -c '%U %a' /var/lib/nudge)\" = 'nudge 700' ]"
for row in ns.port:11863 http.port:18080 https.port:18443 chat.port:16667 \
	accounts.signup:closed; do
	setting "${row%:*}" "${row#*:}"
done
inside sh -c 'echo "# the operator" >>/etc/nudge/nudge.conf'
cp "$work/root/etc/nudge/nudge.conf" "$work/settings"
holds "it serves" start
holds "an account is made" inside nudgectl user add amy@example.com \
	--password "long enough"
stop

newer=$(dpkg-deb -f "$work/new.deb" Version)
holds "the newer version is newer" dpkg --compare-versions \
	"$newer" gt \
	"$(dpkg-deb -f "$work/old.deb" Version)"
holds "an upgrade installs" inside dpkg --force-confold -i /root/new.deb
holds "the newer version runs" sh -c \
	"[ \"\$(chroot $work/root nudged --version)\" = \
	'nudged $newer' ]"
holds "settings stay as they were" \
	cmp "$work/settings" "$work/root/etc/nudge/nudge.conf"
holds "it serves with them" start
holds "the account is there" amy_alone_is_there
holds "sign-up stays closed" signup_is_closed
stop
holds "without anybody to ask, a purge works" inside dpkg --purge nudge
holds "it deletes the settings" not inside test -e /etc/nudge/nudge.conf
holds "and keeps the data" inside test -s /var/lib/nudge/nudge.db
holds "the package installs again" inside dpkg -i /root/new.deb
for row in ns.port:11863 http.port:18080 https.port:18443 chat.port:16667; do
	setting "${row%:*}" "${row#*:}"
done
holds "it serves again" start
holds "the account is still there" amy_alone_is_there
stop
holds "the question can be answered before" inside sh -c \
	'echo "nudge nudge/delete-data boolean true" | debconf-set-selections'
holds "who says yes purges" inside dpkg --purge nudge
holds "the data" not inside test -e /var/lib/nudge

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
