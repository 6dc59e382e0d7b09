#!/bin/sh
# SPDX-License-Identifier: MIT
# Install what is missing: "tools/setup.sh run" for building and running the
# server, "tools/setup.sh test" (the default) for its tests too, and
# "tools/setup.sh long" for those of "make test-long".
set -eu

run_packages="build-essential pkg-config libuv1-dev libmbedtls-dev
	libmicrohttpd-dev libsqlite3-dev libexpat1-dev libcrypt-dev
	libcurl4-openssl-dev|libcurl4-gnutls-dev libcurl4|libcurl4t64
	ca-certificates"
# Java is there for the one TLS client left that can begin as SSLv2 did.
test_packages="libcmocka-dev python3 python3-pytest python3-pytest-xdist
	python3-pytest-timeout clang clang-format libclang-rt-@-dev openssl
	shellcheck git man-db w3m irssi tmux gnutls-bin libnss3-tools sslscan
	openjdk-17-jre-headless|openjdk-21-jre-headless librhino-java"

# a browser, hosts of our own to attack from, what reads our log and our numbers,
# and what reads our package
long_packages="chromium iproute2 fail2ban debootstrap prometheus lintian"

case "${1:-test}" in
run) wanted=$run_packages ;;
test) wanted="$run_packages $test_packages" ;;
long) wanted="$run_packages $test_packages $long_packages" ;;
*)
	echo "usage: tools/setup.sh [run|test|long]" >&2
	exit 2
	;;
esac

# Blanks and line ends in the lists only separate the names.
# shellcheck disable=SC2086
set -- $wanted

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
	echo "This is no Debian: please install what these Debian" >&2
	echo "packages hold, then build with plain make:" >&2
	echo "  $*" >&2
	exit 1
fi

# One of several names with "|" between them will do; the first that this
# Debian has is installed.  "@" is the number of its Clang.
names() { # PACKAGE
	case $1 in
	*@*)
		number=$({
			# shellcheck disable=SC2016
			dpkg-query -W -f '${Depends}\n' clang 2>/dev/null ||
				LC_ALL=C apt-cache depends clang
		} | sed -n '/clang-[0-9]/{s/.*clang-\([0-9]*\).*/\1/p;q;}')
		echo "$1" | sed "s/@/$number/"
		;;
	*) echo "$1" | tr '|' ' ' ;;
	esac
}

installed=" $(dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' |
	sed -n 's/^.i *//p' | tr '\n' ' ')"
missing=""
for package in "$@"; do
	for name in $(names "$package"); do
		case $installed in
		*" $name "*) continue 2 ;;
		esac
	done
	missing="$missing $package"
done
[ -n "$missing" ] || exit 0

# Of each that is missing, the first name that this Debian has; of what has one
# name everywhere, that.
choose() {
	for package in $missing; do
		first=""
		for name in $(names "$package"); do
			: "${first:=$name}"
			[ "$name" != "$package" ] || break
			if LC_ALL=C apt-cache policy "$name" 2>/dev/null |
				grep -q '^  Candidate: [^(]'; then
				first=$name
				break
			fi
		done
		printf ' %s' "$first"
	done
}

as_root=""
if [ "$(id -u)" -ne 0 ]; then
	as_root=sudo
	if ! command -v sudo >/dev/null; then
		echo "Packages are missing; please run this as root:" >&2
		echo "  apt-get update && apt-get install -y$(choose)" >&2
		exit 1
	fi
fi

$as_root apt-get update -q
install=$(choose)
echo "Installing:$install"
# shellcheck disable=SC2086
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
	--no-install-recommends $install
