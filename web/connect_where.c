/* SPDX-License-Identifier: MIT */
#include "web/connect_parts.h"

#include <stdio.h>

/* "1.2.3.4", "1.2.3.4:80", "[::1]:80" */
static bool
typed_address(struct slice host, struct addr *out, struct slice *port)
{
	size_t end = slice_find(host, ':');

	if (host.n > 0 && host.p[0] == '[') {
		end = slice_find(host, ']');
		*port = slice_from(host, end + 1);
		return addr_parse_ip(out, slice_from(slice_upto(host, end), 1));
	}
	*port = slice_from(host, end);
	return addr_parse_ip(out, slice_upto(host, end));
}

/* ":" and up to five digits, but not the port browsers take by themselves */
static bool
worth_telling(struct slice port)
{
	if (port.n < 2 || port.n > 6 || port.p[0] != ':' ||
	    slice_eq_text(port, ":80"))
		return false;
	for (size_t i = 1; i < port.n; i++)
		if (port.p[i] < '0' || port.p[i] > '9')
			return false;
	return true;
}

void
connect_where(struct connect_where *out, const struct connect_config *cfg,
    const struct connect_reached *by)
{
	struct slice port = { 0 };
	struct addr typed, told, a = *by->local;
	struct buf ip = BUF_INIT(ADDR_TEXT_MAX);
	bool is_typed = typed_address(by->host, &typed, &port);
	char own[8];

	if (is_typed)
		a = typed;
	if (!is_typed || by->tls) {
		(void)snprintf(own, sizeof(own), ":%u", cfg->http_port);
		port = slice_text(own);
	}
	if (addr_parse_ip(&told, slice_text(cfg->public_address)))
		a = told;
	out->loopback = addr_is_loopback(&a);
	addr_add_ip(&ip, &a);
	(void)snprintf(out->address, sizeof(out->address), SLICE_FMT,
	    SLICE_ARG(buf_slice(&ip)));
	if (!worth_telling(port))
		port.n = 0;
	out->odd_port = port.n > 0;
	(void)snprintf(out->site, sizeof(out->site),
	    a.family == 6 ? "[%s]" SLICE_FMT : "%s" SLICE_FMT, out->address,
	    SLICE_ARG(port));
	buf_free(&ip);
}
