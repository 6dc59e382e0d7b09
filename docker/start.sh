#!/bin/sh
# SPDX-License-Identifier: MIT
# How the image starts the server.  Settings live in the volume, in nudge.conf:
# a variable that is given at a start is kept there, as it would be forgotten
# otherwise with the shell it was typed in.
set -eu
cd "$NUDGE_DATA_DIR"
# What the profile "lan" switched on ends with a start.  Volumes of the first
# versions have there, and only there, who may make an account.
if [ -e lan.conf ]; then
	if [ ! -e nudge.conf ] && ! grep -q '^tls' lan.conf; then
		mv lan.conf nudge.conf
	fi
	rm -f lan.conf
fi
exec nudged --keep --over "$NUDGE_DATA_DIR/lan.conf" "$@"
