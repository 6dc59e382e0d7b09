/* SPDX-License-Identifier: MIT */
/*
 * By which name a browser came.  A site of somebody else's can have its name
 * lead to this machine, and its pages would be of one origin with these; so
 * only an address, localhost, and names the operator told are answered.
 */
#include "web/admin/parts.h"

enum {
	NAMES_MAX = 8192
};

static struct slice
host_of(const struct http_request *rq)
{
	struct slice host = http_header(rq, "Host");

	if (host.n > 0 && host.p[0] == '[')
		return slice_from(slice_upto(host, slice_find(host, ']')), 1);
	return slice_upto(host, slice_find(host, ':'));
}

static bool
is_told(const struct admin *a, struct slice host)
{
	struct buf names = BUF_INIT(NAMES_MAX);
	struct slice rest, name;
	bool found = false;

	a->hooks->names(a->ctx, &names);
	rest = buf_slice(&names);
	while (!found && slice_cut_word(&rest, &name))
		found = slice_eq_nocase(name, host);
	buf_free(&names);
	return found;
}

bool
admin_host_known(const struct admin_visit *v)
{
	struct slice host = host_of(v->http);
	struct addr ip;

	/* a browser always tells one */
	return host.n == 0 || addr_parse_ip(&ip, host) ||
	    slice_eq_nocase(host, SLICE_LIT("localhost")) ||
	    is_told(v->admin, host);
}
