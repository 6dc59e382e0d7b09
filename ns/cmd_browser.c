/* SPDX-License-Identifier: MIT */
/*
 * A browser that tries whether this port can be reached: the self-test of
 * "connect your client" shows a picture from it.  It is sent on to port 80,
 * where that picture is.  Every other HTTP is no MSNP and ends as before.
 */
#include "ns/conn.h"

#define PICTURE "/connect/ok.gif?"

enum {
	TARGET_MAX = 80
};

/* Nothing of it can end a header line or lead elsewhere. */
static bool
is_picture(struct slice target)
{
	struct slice query = slice_from(target, sizeof(PICTURE) - 1);

	if (!slice_starts(target, SLICE_LIT(PICTURE)) || target.n > TARGET_MAX)
		return false;
	for (size_t i = 0; i < query.n; i++) {
		char c = query.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
		    c != '=' && c != '&')
			return false;
	}
	return true;
}

enum result
cmd_get(struct conn *c, const struct command *in)
{
	struct slice target = in->args[0];

	if (!is_picture(target) ||
	    !slice_starts(in->args[1], SLICE_LIT("HTTP/1."))) {
		conn_end(c, CLOSE_BAD_COMMAND);
		return RESULT_OK;
	}
	conn_printf(c,
	    "HTTP/1.1 302 Found\r\n"
	    "Location: http://messenger.hotmail.com" SLICE_FMT "\r\n"
	    "Cache-Control: no-cache, no-store\r\n"
	    "Content-Length: 0\r\n"
	    "Connection: close\r\n",
	    SLICE_ARG(target));
	conn_end(c, CLOSE_DONE);
	return RESULT_OK;
}
