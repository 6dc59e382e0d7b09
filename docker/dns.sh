#!/bin/sh
# SPDX-License-Identifier: MIT
# The DNS server of the profile "lan".  While it runs, the server takes in
# whoever signs in, and the oldest programs too: a file that wins over all other
# settings says so, and is taken away at the end.
set -eu
conf=$NUDGE_DATA_DIR/lan.conf

close_up() {
	rm -f "$conf"
}

open_up() {
	cat >"$conf" <<-END
		accounts.signup = first-login
		accounts.md5 = on
		tls.ssl3 = on
		tls.rc4 = on
		web.plain-passwords = on
	END
	nudgectl reload >/dev/null 2>&1 || close_up
}

# shellcheck disable=SC2086
names=$(nudgectl dns ${NUDGE_LAN_ADDRESS:-})
echo "$names" | dnsmasq --keep-in-foreground --conf-file=- --pid-file= \
	--port="${NUDGE_DNS_PORT:-53}" --no-hosts --log-facility=- &
dnsmasq=$!
trap 'kill $dnsmasq; close_up; nudgectl reload >/dev/null; exit 0' TERM INT

while kill -0 $dnsmasq 2>/dev/null; do
	[ -e "$conf" ] || open_up
	sleep 2 &
	wait $! || true
done
close_up
exit 1
