/* SPDX-License-Identifier: MIT */
/* Settings that are lists of addresses: listen, admin, public, proxies. */
#include "common/net/listener.h"
#include "common/net/public.h"
#include "common/net/subnet.h"
#include "common/ops/conf_rows.h"

#include <stdio.h>

enum {
	SHOWN_MAX = 60,
	DOOR_MAX = 32 /* bytes of "https.port" and its like */
};

static int
say(enum conf_key k, struct slice word, const char *text, char *err,
    size_t errlen)
{
	snprintf(err, errlen, "%s: \"" SLICE_FMT "\" %s", conf_row(k)->name,
	    SLICE_ARG(slice_upto(word, SHOWN_MAX)), text);
	return -1;
}

/* ---- where to listen ---- */

static bool
is_every(struct slice host)
{
	return slice_eq_text(host, "*");
}

static bool
is_any(const struct addr *a)
{
	static const unsigned char zero[16];

	return memcmp(a->ip, zero, sizeof(zero)) == 0;
}

/* Are there connections that both would take? */
static bool
hosts_meet(struct slice a, struct slice b)
{
	struct addr x, y;

	if (is_every(a) || is_every(b))
		return true;
	return addr_parse_ip(&x, a) && addr_parse_ip(&y, b) &&
	    x.family == y.family &&
	    (is_any(&x) || is_any(&y) || memcmp(x.ip, y.ip, sizeof(x.ip)) == 0);
}

bool
conf_addresses_meet(struct slice a, struct slice b)
{
	struct slice one, other, rest;

	while (slice_cut_word(&a, &one)) {
		rest = b;
		while (slice_cut_word(&rest, &other))
			if (hosts_meet(one, other))
				return true;
	}
	return false;
}

static int
check_hosts(const struct conf *c, enum conf_key k, char *err, size_t errlen)
{
	struct slice list = conf_text(c, k);
	struct slice rest = list, word;
	unsigned n = 0;
	struct addr a;

	while (slice_cut_word(&rest, &word)) {
		struct slice before =
		    slice_upto(list, (size_t)(word.p - list.p));

		if (!is_every(word) && !addr_parse_ip(&a, word))
			return say(k, word,
			    "is no numeric IP address; * means every one", err,
			    errlen);
		if (conf_addresses_meet(before, word))
			return say(k, word,
			    "and one before it are for the same connections; "
			    "keep one of them",
			    err, errlen);
		if (++n > LISTENERS_MAX)
			return say(k, word,
			    "is one address too many; * means every one", err,
			    errlen);
	}
	if (n > 0)
		return 0;
	return say(k, list, "has no address; * means every one", err, errlen);
}

/* ---- who begins with a header ---- */

/* A listening port is called as its setting: ns for ns.port. */
static bool
is_door(struct slice name)
{
	struct buf port = BUF_INIT(DOOR_MAX);
	bool known;

	buf_add_slice(&port, name);
	buf_add_text(&port, ".port");
	known = buf_ok(&port) && conf_find(buf_slice(&port)) != CONF_KEYS;
	buf_free(&port);
	return known;
}

static int
check_proxies(const struct conf *c, char *err, size_t errlen)
{
	struct slice list = conf_text(c, CONF_LISTEN_PROXY);
	struct slice rest = list, word;
	struct subnets all;

	while (slice_cut_word(&rest, &word)) {
		size_t eq = slice_find(word, '=');

		if (eq < word.n && !is_door(slice_upto(word, eq)))
			return say(CONF_LISTEN_PROXY, word,
			    "begins with none of ns, http, https, chat and "
			    "admin; "
			    "write ns=10.0.0.0/24, or 10.0.0.0/24 for all",
			    err, errlen);
	}
	if (subnets_read(&all, list, slice_text(""), &word))
		return 0;
	return say(CONF_LISTEN_PROXY, word,
	    "is no network, or one too many; write 10.0.0.2, 10.0.0.0/24 or "
	    "ns=fd00::/8",
	    err, errlen);
}

static int
check_public(const struct conf *c, char *err, size_t errlen)
{
	char why[256];

	if (public_check(conf_text(c, CONF_PUBLIC_ADDRESS), why, sizeof(why)) ==
	    0)
		return 0;
	snprintf(err, errlen, "%s: %s", conf_row(CONF_PUBLIC_ADDRESS)->name,
	    why);
	return -1;
}

int
conf_check_addresses(const struct conf *c, char *err, size_t errlen)
{
	if (check_hosts(c, CONF_LISTEN_ADDRESS, err, errlen) < 0 ||
	    check_hosts(c, CONF_ADMIN_ADDRESS, err, errlen) < 0 ||
	    check_proxies(c, err, errlen) < 0 ||
	    check_public(c, err, errlen) < 0)
		return -1;
	return 0;
}

void
conf_warn_addresses(const struct conf *c, struct buf *w)
{
	struct slice admin = conf_text(c, CONF_ADMIN_ADDRESS);
	struct slice proxies = conf_text(c, CONF_LISTEN_PROXY);
	bool open = false;
	struct slice word;
	struct addr a;

	while (slice_cut_word(&admin, &word))
		open |= !addr_parse_ip(&a, word) || !addr_is_loopback(&a);
	if (open && conf_int(c, CONF_ADMIN_PORT) != 0)
		buf_add_text(w,
		    "admin.address is not this machine alone: anybody who "
		    "reaches admin.port reads the metrics\n");
	while (slice_cut_word(&proxies, &word))
		if (slice_ends_nocase(word, SLICE_LIT("/0")))
			buf_add_text(w,
			    "listen.proxy names everybody: whoever reaches "
			    "that port can claim any address\n");
}
