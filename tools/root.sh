#!/bin/sh
# SPDX-License-Identifier: MIT
# A Debian of its own in a folder, to build and test in; made once and kept.
#   tools/root.sh make NAME               make it, or do nothing when it is there
#   tools/root.sh run NAME FOLDER COMMAND...
#     run COMMAND in it: this tree is /nudge there, and build/FOLDER its build/
#   tools/root.sh dir NAME                where it is
# "cross" is Debian 12 with compilers for ARM, "trixie" is Debian 13.
# Exit 75: it cannot be made here, and a sentence says why.
set -eu
cd "$(dirname "$0")/.."

roots=${NUDGE_ROOTS:-${XDG_CACHE_HOME:-$HOME/.cache}/nudge/roots}
libraries="libuv1-dev libmbedtls-dev libmicrohttpd-dev libsqlite3-dev
	libexpat1-dev libcrypt-dev libcurl4-openssl-dev libcmocka-dev"

no() {
	echo "$*" >&2
	exit 75
}

wanted() { # NAME: sets suite, archs and packages
	archs=""
	setup=""
	case "$1" in
	cross)
		suite=bookworm
		archs="arm64 armhf"
		packages="make ccache dpkg-dev openssl qemu-user-static
			gcc-aarch64-linux-gnu gcc-arm-linux-gnueabihf"
		for arch in $archs; do
			for library in libc6-dev $libraries; do
				packages="$packages $library:$arch"
			done
		done
		;;
	trixie)
		suite=trixie
		packages="ccache"
		setup="test" # tools/setup.sh installs the rest, as for everybody
		;;
	*)
		echo "usage: tools/root.sh make|run|dir cross|trixie" >&2
		exit 2
		;;
	esac
}

# Blanks and line ends in the list only separate the names.
fill() { # ROOT
	mount -t proc proc "$1/proc"
	cp /etc/resolv.conf "$1/etc/resolv.conf"
	echo "127.0.0.1 localhost" >"$1/etc/hosts"
	# nothing is started in it
	printf '#!/bin/sh\nexit 101\n' >"$1/usr/sbin/policy-rc.d"
	chmod 755 "$1/usr/sbin/policy-rc.d"
	for arch in $archs; do
		chroot "$1" dpkg --add-architecture "$arch" || return 1
	done
	chroot "$1" apt-get update -q || return 1
	# shellcheck disable=SC2086
	DEBIAN_FRONTEND=noninteractive chroot "$1" apt-get install -y -q \
		--no-install-recommends $packages || return 1
	if [ -n "$setup" ]; then
		cp tools/setup.sh "$1/root/setup.sh"
		chroot "$1" sh /root/setup.sh "$setup" || return 1
	fi
	chroot "$1" apt-get clean
}

make_root() { # NAME
	wanted "$1"
	root=$roots/$1
	# another list of packages is another root
	stamp=$({
		echo "$suite $archs $packages"
		[ -z "$setup" ] || sed -n '/_packages=/,/"$/p' tools/setup.sh
	} | tr -s "[:space:]" " " | cksum)
	[ "$(id -u)" -eq 0 ] || no "only root can make $1 and run things in it"
	[ "$(cat "$root/.nudge" 2>/dev/null)" != "$stamp" ] || return 0
	command -v debootstrap >/dev/null ||
		no "there is no debootstrap; apt-get install debootstrap"
	mkdir -p "$roots"
	# what it mounts ends with it
	[ -n "${NUDGE_ROOT_ALONE:-}" ] ||
		NUDGE_ROOT_ALONE=yes exec unshare -m tools/root.sh make "$1"
	log=$roots/$1.log
	echo "making $root (once; the log is $log)"
	# the mirror that this machine's own packages come from
	# shellcheck disable=SC2016
	mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' \
		'Created-By: Packages' 2>/dev/null |
		sed -n 's/ \(bookworm\|trixie\)$//p' | head -n 1)
	# shellcheck disable=SC2086
	[ -x "$root/usr/bin/apt-get" ] || debootstrap --variant=minbase \
		"$suite" "$root" $mirror >"$log" 2>&1 || {
		rm -rf "$root"
		no "$suite cannot be reached, see $log"
	}
	fill "$root" >>"$log" 2>&1 ||
		no "the packages of $1 cannot be reached, see $log"
	echo "$stamp" >"$root/.nudge"
}

run_in_root() { # NAME FOLDER COMMAND...
	root=$roots/$1
	here=$PWD
	build=$here/build/$2
	shift 2
	mkdir -p "$build" "$root/nudge"
	# What is mounted here is seen by this command alone, and ends with it.
	# shellcheck disable=SC2016
	exec unshare -m sh -ec '
		root=$1 here=$2 build=$3
		shift 3
		mount -t proc proc "$root/proc"
		mount -t devpts -o newinstance,ptmxmode=666 devpts "$root/dev/pts"
		mount -t tmpfs tmpfs "$root/dev/shm" 2>/dev/null || true
		mount --bind "$here" "$root/nudge"
		mount --bind "$build" "$root/nudge/build"
		exec chroot "$root" sh -ec "cd /nudge; exec \"\$@\"" sh "$@"
	' sh "$root" "$here" "$build" env HOME=/root LC_ALL=C.UTF-8 \
		PATH=/usr/lib/ccache:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}

verb=${1:-}
name=${2:-}
wanted "$name"
case "$verb" in
make) make_root "$name" ;;
dir) echo "$roots/$name" ;;
run)
	shift
	run_in_root "$@"
	;;
*) wanted "" ;;
esac
