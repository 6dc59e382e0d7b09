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
	python3-pytest-timeout clang clang-format libclang-rt-14-dev|libclang-rt-19-dev openssl
	shellcheck git man-db w3m irssi tmux gnutls-bin libnss3-tools sslscan
	openjdk-17-jre-headless|openjdk-21-jre-headless librhino-java"

# a browser, hosts of our own to attack from, and what reads our log
long_packages="chromium iproute2 fail2ban debootstrap"

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
	echo "This is no Debian: please install what these Debian 12" >&2
	echo "packages hold, then build with plain make:" >&2
	echo "  $*" >&2
	exit 1
fi

# One of several names with "|" between them will do; the first that this
# Debian has is installed.
missing=""
for package in "$@"; do
	found=no
	for name in $(echo "$package" | tr '|' ' '); do
		# shellcheck disable=SC2016
		status=$(dpkg-query -W -f '${Status}' "$name" 2>/dev/null || true)
		[ "$status" != "install ok installed" ] || found=yes
	done
	[ "$found" = yes ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=""
if [ "$(id -u)" -ne 0 ]; then
	as_root=sudo
	if ! command -v sudo >/dev/null; then
		echo "Packages are missing; please run this as root:" >&2
		echo "  apt-get update && apt-get install -y$(
				echo "$missing" | sed "s/|[^ ]*//g")" >&2
		exit 1
	fi
fi

$as_root apt-get update -q
install=""
for package in $missing; do
	for name in $(echo "$package" | tr '|' ' '); do
		if LC_ALL=C apt-cache policy "$name" 2>/dev/null |
			grep -q '^  Candidate: [^(]'; then
			install="$install $name"
			continue 2
		fi
	done
	install="$install ${package%%|*}"
done
echo "Installing:$install"
# shellcheck disable=SC2086
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
	--no-install-recommends $install
