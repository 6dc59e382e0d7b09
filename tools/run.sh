#!/bin/sh
# SPDX-License-Identifier: MIT
# "make run": install what is missing, build, start the server.  Words behind
# go to the server: make run ARGS="..."
set -eu
cd "$(dirname "$0")/.."

tools/setup.sh run
echo "Building build/release/nudged and build/release/nudgectl ..."

# "make all", with a line for each folder that something is compiled in, and how
# far it is.  What make says itself is shown too, and its failure ends this.
build() {
	all=$(make -n VARIANT=release all 2>/dev/null | grep -c ' -MMD ' || true)
	[ "$all" -gt 0 ] || all=1
	{
		make -j"$(nproc)" VARIANT=release all 2>&1 || echo "@failed"
	} | awk -v all="$all" '
	/^@failed$/ { failed = 1; next }
	/ -MMD / {
		n++
		dir = $NF
		if (!sub(/\/[^\/]*$/, "", dir))
			dir = "."
		if (dir != last)
			printf "  [%3d%%] %s\n", 100 * n / all, dir
		last = dir
		fflush()
		next
	}
	/^((gcc|cc|clang|ar|sed|mkdir|rm|mv|sh|tools\/[a-z]*\.sh) |\t)/ { next }
	{ print; fflush() }
	END { exit failed }'
}
build

# May this process listen on 80 and 443?
may_bind_low() {
	first=$(cat /proc/sys/net/ipv4/ip_unprivileged_port_start \
		2>/dev/null || echo 1024)
	[ "$first" -gt 80 ] || return 0
	caps=$(sed -n 's/^CapEff:[[:space:]]*//p' /proc/self/status)
	# bit 10 is CAP_NET_BIND_SERVICE
	[ $((0x${caps:-0} >> 10 & 1)) -eq 1 ]
}

# What a variable says is kept in the data folder, so that it need not be said
# again at each start.
set -- --data "${NUDGE_DATA_DIR:-data}" --keep "$@"
low=no
if ! may_bind_low; then
	low=yes
	set -- --default http.port=8080 --default https.port=8443 "$@"
fi

# A setting as the server will have it: its words on the command line count.
config=$(build/release/nudged "$@" --print-config 2>/dev/null || true)
setting() {
	printf '%s\n' "$config" | sed -n "s/^$1 = *//p"
}

if [ "$low" = yes ] && [ "$(setting http.port)" = 8080 ]; then
	cat <<-END
	You may not open ports below 1024, so HTTP is on port 8080 and HTTPS on
	port $(setting https.port). Real Messenger clients look for 80 and 443:
	forward those two, run this as root, or allow it with
	  sudo sysctl net.ipv4.ip_unprivileged_port_start=80
	END
fi

# "http://host:port/", without the port when it is the usual one
link() {
	case $1 in
	*:*) host="[$1]" ;;
	*) host=$1 ;;
	esac
	case $port in
	80) echo "  http://$host/" ;;
	*) echo "  http://$host:$port/" ;;
	esac
}

# the addresses people reach this machine by, the names it was given first
links() {
	public=$(setting public.address)
	listen=$(setting listen.address)
	for word in $(echo "$public" | tr ',' ' '); do
		link "${word#*=}"
	done
	echo "$listen" | tr -s ', ' '\n' | while read -r word; do
		case $word in
		'') ;;
		'*' | 0.0.0.0 | ::)
			ip -o addr show scope global 2>/dev/null |
				awk '{ sub(/\/.*/, "", $4); print $4 }' |
				while read -r address; do
					link "$address"
				done
			link localhost
			;;
		*) link "$word" ;;
		esac
	done
}

port=$(setting http.port)
if [ -n "$port" ] && [ "$port" != 0 ]; then
	echo
	echo "When the server says it is ready, open one of these:"
	links | awk '!seen[$0]++'
fi
echo
case $(setting accounts.signup) in
open) echo "Sign-up is open: everybody may make an account there." ;;
invite)
	echo "People sign up with a code; make one in another terminal:"
	echo "  build/release/nudgectl invite"
	;;
first-login)
	echo "Whoever signs in with a new address gets an account."
	;;
*)
	cat <<-END
	Sign-up is closed. Make accounts in another terminal:
	  build/release/nudgectl user add you@example.com
	or let people make their own:
	  build/release/nudgectl set accounts.signup open
	END
	;;
esac
cat <<-END

	Ctrl-C stops the server. To keep it running, and have it start with this
	machine, install it as a service (docs/OPERATIONS.md):
	  make deb && sudo apt-get install ./build/deb/nudge_*.deb
	README.md tells how to point a Messenger client at this machine.

END
exec build/release/nudged "$@"
