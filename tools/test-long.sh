#!/bin/sh
# SPDX-License-Identifier: MIT
# "make test-long": what takes longer than a contributor waits.  Each part is a
# function below; PARTS names those to run.  If it is empty these are all but
# "trixie" and "packages", which are for before a release.
set -eu
cd "$(dirname "$0")/.."

tools/setup.sh long

out=build/test-long
rm -rf "$out"
. tools/test-lib.sh

parts=${*:-builds slow user cross containers asan siege zoo conformance}

# another compiler has other things to say
part_builds() {
	begin "building (release and ASan, and Clang compiles)"
	build release all tests
	build asan all
	build clang compile
}

# aarch64 and armhf, with warnings as errors; "make test-arm" runs tests there
part_cross() {
	begin "cross-building for ARM"
	status=0
	tools/test-arm.sh build >"$out/cross.log" 2>&1 || status=$?
	if [ "$status" -eq 75 ]; then
		cat "$out/cross.log"
		echo "SKIPPED cross-building for ARM: see above"
		skipped=$((skipped + 1))
	elif [ "$status" -eq 0 ]; then
		grep '^ok' "$out/cross.log"
		count 2 0
	else
		cat "$out/cross.log"
		count 0 1
	fi
}

# "make test" on Debian 13, whose libraries are others: mbedTLS 3.6 without TLS
# 1.0 and 1.1, libmicrohttpd 1.0, names that end in t64, GCC 14, Python 3.13.
part_trixie() {
	begin "the suite on Debian 13"
	status=0
	tools/root.sh make trixie >"$out/trixie-root.log" 2>&1 || status=$?
	if [ "$status" -ne 0 ]; then
		cat "$out/trixie-root.log"
		if [ "$status" -eq 75 ]; then
			echo "SKIPPED Debian 13: see above"
			skipped=$((skipped + 1))
		else
			echo "FAILED to make Debian 13"
			count 0 1
		fi
		return
	fi
	timeout 1500 tools/root.sh run trixie trixie env VARIANTS=release \
		tools/test.sh >"$out/trixie.log" 2>&1 || true
	sed 's/^/trixie: /' "$out/trixie.log"
	sum=$(sed -n '$s/^\([0-9]*\) passed, \([0-9]*\) failed/\1 \2/p' \
		"$out/trixie.log" | sed 's/, \([0-9]*\) skipped$/ \1/')
	echo "${sum:-0 1}" >>"$out/sums"
	# the image's packages by the names they have there
	if tools/root.sh run trixie trixie /usr/bin/python3 -B -m pytest -q \
		-p no:cacheprovider --slow only tests/e2e/test_setup.py \
		>"$out/trixie-names.log" 2>&1; then
		echo "ok names of packages on Debian 13"
		count 1 0
	else
		cat "$out/trixie-names.log"
		echo "FAILED names of packages on Debian 13"
		count 0 1
	fi
}

# what is marked as slow, each with the processor nearly to itself
part_slow() {
	begin "slow tests, with a browser"
	run_pytest pytest-slow "$jobs" 240 release tests/e2e --slow only
}

# "make test" in a fresh clone, by somebody who may little: 1024 descriptors,
# no port below 1024, and others hold the ports people use.
part_user() {
	begin "the suite as an ordinary user, beside who has the ports"
	who=nudge-test
	as=""
	if [ "$(id -u)" -eq 0 ]; then
		if ! command -v runuser >/dev/null ||
			{ ! id "$who" >/dev/null 2>&1 && ! useradd -M "$who"; }
		then
			echo "SKIPPED: no ordinary user can be made here"
			skipped=$((skipped + 1))
			return
		fi
		as="runuser -u $who --"
	fi
	home=$(mktemp -d)
	path=/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin
	git clone -q "file://$PWD" "$home/nudge"
	"$python" -B tests/e2e/squatter.py 80 443 1863 6667 &
	squatter=$!
	[ -z "$as" ] || chown -R "$who:" "$home"
	# shellcheck disable=SC2016,SC2086
	$as env -i HOME="$home" PATH="$path" PYTHON="$python" sh -c '
		ulimit -n 1024 && cd "$HOME/nudge" && git status --short &&
		VARIANTS=release tools/test.sh' >"$out/user.log" 2>&1 || true
	kill "$squatter"
	wait "$squatter" || true
	sed 's/^/user: /' "$out/user.log"
	sum=$(sed -n '$s/^\([0-9]*\) passed, \([0-9]*\) failed.*/\1 \2/p' \
		"$out/user.log")
	echo "${sum:-0 1} $(sed -n '$s/.*, \([0-9]*\) skipped$/\1/p' \
		"$out/user.log")" >>"$out/sums"
	rm -rf "$home"
	if [ -n "$as" ]; then
		rm -rf "/tmp/pytest-of-$who"
		userdel "$who"
	fi
}

# packages and containers, one after the other: they need the machine's ports.
# Without an engine there is nothing to do.
part_containers() {
	begin "packages and containers"
	if "$python" -B tests/docker/house.py >"$out/build-images.log" 2>&1
	then
		sed 's/^/ok build images: /' "$out/build-images.log"
	else
		cat "$out/build-images.log"
		echo "FAILED build images"
		count 0 1
	fi
	run_pytest pytest-docker 0 1800 release tests/docker
}

# a package's life on a Debian of its own, and two builds that are the same
part_packages() {
	begin "packages: installed, upgraded, purged; built twice"
	for name in package reproducible; do
		status=0
		"tests/install/$name.sh" >"$out/$name.log" 2>&1 || status=$?
		if [ "$status" -eq 75 ]; then
			grep '^SKIPPED' "$out/$name.log" ||
				echo "SKIPPED $name: see $out/$name.log"
			skipped=$((skipped + 1))
		elif [ "$status" -eq 0 ]; then
			echo "ok $name"
			count 1 0
		else
			cat "$out/$name.log"
			echo "FAILED $name"
			count 0 1
		fi
	done
}

# The same server with one case of each test, and without what is about looks,
# about guesses and their time, or starts a server of its own.
part_asan() {
	begin "end to end under ASan and UBSan"
	pytest asan tests/e2e --cases 1 \
		--ignore tests/e2e/test_browser.py \
		--ignore tests/e2e/test_readme.py \
		--ignore tests/e2e/test_irssi.py \
		--ignore tests/e2e/test_torture.py \
		--ignore tests/e2e/test_security_guess.py
}

# what keeps good people going while others do their worst
part_siege() {
	begin "siege"
	if tools/siege.sh short >"$out/siege.log" 2>&1; then
		sed 's/^/siege: /' "$out/siege.log"
		if grep -q '^SKIPPED' "$out/siege.log"; then
			skipped=$((skipped + 1))
		else
			count 1 0
		fi
	else
		cat "$out/siege.log"
		echo "FAILED siege"
		count 0 1
	fi
}

# every program with every partner, every fault put back, and a client of today
# where Cargo is
part_zoo() {
	begin "the zoo"
	run_pytest pytest-zoo "$((jobs * 3))" 1800 release tests/zoo --zoo=all
	"$python" -B tests/zoo/table.py
}

# every statement of docs/protocol has its test or its reason
part_conformance() {
	begin "conformance"
	if "$python" -B tests/conformance.py --check; then
		echo "ok conformance"
		count 1 0
	else
		echo "FAILED conformance"
		count 0 1
	fi
}

for name in $parts; do
	"part_$name"
done
finish
