#!/bin/sh
# SPDX-License-Identifier: MIT
# "make run": install what is missing, build, start the server.  Words behind
# go to the server: make run ARGS="..."
set -eu
cd "$(dirname "$0")/.."

tools/setup.sh run
echo "Building build/release/nudged and build/release/nudgectl ..."
make -s -j"$(nproc)" VARIANT=release all

# May this process listen on 80 and 443?
may_bind_low() {
	first=$(cat /proc/sys/net/ipv4/ip_unprivileged_port_start \
		2>/dev/null || echo 1024)
	[ "$first" -gt 80 ] || return 0
	caps=$(sed -n 's/^CapEff:[[:space:]]*//p' /proc/self/status)
	# bit 10 is CAP_NET_BIND_SERVICE
	[ $((0x${caps:-0} >> 10 & 1)) -eq 1 ]
}

case " $* " in
*--config* | *http.port* | *https.port*) ;; # the caller knows
*)
	if ! may_bind_low; then
		export NUDGE_HTTP_PORT="${NUDGE_HTTP_PORT:-8080}"
		export NUDGE_HTTPS_PORT="${NUDGE_HTTPS_PORT:-8443}"
		cat <<-END
		You may not open ports below 1024, so HTTP is on port $NUDGE_HTTP_PORT and
		HTTPS on port $NUDGE_HTTPS_PORT. Real Messenger clients look for 80 and
		443: forward those two, run this as root, or allow it with
		  sudo sysctl net.ipv4.ip_unprivileged_port_start=80
		END
	fi
	;;
esac

cat <<-END
	Starting the server; Ctrl-C stops it. Make accounts in another terminal:
	  build/release/nudgectl user add you@example.com
	README.md tells how to point a Messenger client at this machine.
END
exec build/release/nudged --data "${NUDGE_DATA_DIR:-data}" "$@"
