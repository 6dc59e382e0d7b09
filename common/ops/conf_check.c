/* SPDX-License-Identifier: MIT */
/* Rules between settings, and rules of one setting its row cannot say. */
#include "common/ops/conf_rows.h"

#include <inttypes.h>
#include <stdio.h>

static const enum conf_key public_ports[] = { CONF_NS_PORT, CONF_HTTP_PORT,
	CONF_HTTPS_PORT, CONF_CHAT_PORT, CONF_CHAT_DIRECTORY };

static int
same_port(enum conf_key a, enum conf_key b, int64_t port, char *err,
    size_t errlen)
{
	snprintf(err, errlen,
	    "%s and %s are both %" PRId64 "; give each a port of its own",
	    conf_row(a)->name, conf_row(b)->name, port);
	return -1;
}

static int
check_ports(const struct conf *c, char *err, size_t errlen)
{
	int64_t admin = conf_int(c, CONF_ADMIN_PORT);
	bool overlap = conf_addresses_meet(conf_text(c, CONF_ADMIN_ADDRESS),
	    conf_text(c, CONF_LISTEN_ADDRESS));

	for (size_t i = 0; i < ARRAY_LEN(public_ports); i++) {
		int64_t port = conf_int(c, public_ports[i]);

		if (port == 0)
			continue;
		for (size_t j = 0; j < i; j++)
			if (conf_int(c, public_ports[j]) == port)
				return same_port(public_ports[j],
				    public_ports[i], port, err, errlen);
		if (overlap && admin == port)
			return same_port(public_ports[i], CONF_ADMIN_PORT, port,
			    err, errlen);
	}
	return 0;
}

static int
check_redirect(const struct conf *c, char *err, size_t errlen)
{
	struct slice rest = conf_text(c, CONF_NEXUS_REDIRECT);
	struct slice pair;

	while (rest.n > 0 && slice_cut(&rest, ',', &pair)) {
		size_t eq;

		pair = slice_trim(pair);
		eq = slice_find(pair, '=');
		if (eq > 0 && eq + 1 < pair.n)
			continue;
		snprintf(err, errlen,
		    "%s: \"" SLICE_FMT
		    "\" is no pair; write: hotmail.com=login.example.org",
		    conf_row(CONF_NEXUS_REDIRECT)->name,
		    SLICE_ARG(slice_upto(pair, 60)));
		return -1;
	}
	return 0;
}

/* Addresses, some with a rank before them. */
static int
check_staff(const struct conf *c, char *err, size_t errlen)
{
	static const char *const ranks[] = { "admin", "sysop", "guide" };
	struct slice rest = conf_text(c, CONF_CHAT_STAFF), word, rank;

	while (slice_cut_word(&rest, &word)) {
		size_t colon = slice_find(word, ':');
		bool known = colon == word.n;

		rank = slice_upto(word, colon);
		for (size_t i = 0; i < ARRAY_LEN(ranks); i++)
			known |= slice_eq_nocase(rank, slice_text(ranks[i]));
		if (known && slice_find(word, '@') < word.n)
			continue;
		snprintf(err, errlen,
		    "%s: \"" SLICE_FMT
		    "\" is no account; write: ann@example.com, or with a rank "
		    "(admin, sysop, guide): guide:bob@example.com",
		    conf_row(CONF_CHAT_STAFF)->name,
		    SLICE_ARG(slice_upto(word, 60)));
		return -1;
	}
	return 0;
}

static int
check_certificate(const struct conf *c, char *err, size_t errlen)
{
	bool cert = conf_text(c, CONF_TLS_CERT).n > 0;
	bool key = conf_text(c, CONF_TLS_KEY).n > 0;

	if (cert == key)
		return 0;
	snprintf(err, errlen, "%s is set but %s is not; set both or neither",
	    conf_row(cert ? CONF_TLS_CERT : CONF_TLS_KEY)->name,
	    conf_row(cert ? CONF_TLS_KEY : CONF_TLS_CERT)->name);
	return -1;
}

static void
warn_port(const struct conf *c, enum conf_key k, int64_t usual, struct buf *w)
{
	int64_t port = conf_int(c, k);

	if (port != 0 && port != usual)
		buf_addf(w,
		    "%s is %" PRId64 ": Messenger clients only look at port "
		    "%" PRId64 ", so forward that one to it\n",
		    conf_row(k)->name, port, usual);
}

static void
warn_about(const struct conf *c, struct buf *w)
{
	bool open = false;

	for (size_t i = 0; i < ARRAY_LEN(public_ports); i++)
		open |= conf_int(c, public_ports[i]) != 0;
	if (!open)
		buf_add_text(w, "every port is 0: nobody can connect\n");
	if (conf_int(c, CONF_NS_PORT) != 0 && conf_int(c, CONF_HTTPS_PORT) == 0)
		buf_add_text(w,
		    "https.port is 0: clients from MSN 5.0 on sign in over "
		    "HTTPS and cannot\n");
	warn_port(c, CONF_HTTP_PORT, 80, w);
	warn_port(c, CONF_HTTPS_PORT, 443, w);
	if (conf_int(c, CONF_CHAT_PORT) == 0 &&
	    conf_int(c, CONF_CHAT_DIRECTORY) != 0)
		buf_add_text(w,
		    "chat.directory-port is set and chat.port is not: there is "
		    "no room to be told of\n");
	if (conf_text(c, CONF_CHAT_CODEBASE).n > 0 &&
	    !slice_starts_nocase(conf_text(c, CONF_CHAT_CODEBASE),
		SLICE_LIT("http")))
		buf_add_text(w,
		    "chat.codebase is no address of the web: browsers find "
		    "the chat control by http://... or https://... alone\n");
	if (conf_text(c, CONF_CHAT_STAFF).n > 0 &&
	    !slice_eq_text(conf_text(c, CONF_SIGNUP), "closed"))
		buf_add_text(w,
		    "chat.staff is set and people may sign up: nobody can sign "
		    "up an address in it, so make those accounts with nudgectl "
		    "user add, and list no address whose account a stranger "
		    "has\n");
	if (slice_eq_text(conf_text(c, CONF_SIGNUP), "first-login"))
		buf_add_text(w,
		    "accounts.signup is first-login: whoever reaches this "
		    "server can take any address nobody has yet\n");
	if (conf_bool(c, CONF_WEB_PLAIN))
		buf_add_text(w,
		    "web.plain-passwords is on: whoever listens on the "
		    "network reads passwords typed on pages over HTTP\n");
	if (conf_bool(c, CONF_MD5))
		buf_add_text(w,
		    "accounts.md5 is on: new passwords are kept in a form that "
		    "whoever has the database can read\n");
	if (conf_bool(c, CONF_NS_CTP))
		buf_add_text(w,
		    "ns.ctp is on: the first builds send passwords in clear "
		    "text over the network\n");
	if (conf_text(c, CONF_UP_SERVERS).n > 0 &&
	    (conf_bool(c, CONF_TLS_SSL3) || conf_bool(c, CONF_TLS_RC4)))
		buf_add_text(w,
		    "upstream.servers is set while tls.ssl3 or tls.rc4 is on: "
		    "passwords of other servers' people come here with "
		    "encryption that can be broken\n");
	conf_warn_addresses(c, w);
}

int
conf_check(const struct conf *c, struct buf *warn, char *err, size_t errlen)
{
	static int (*const checks[])(const struct conf *c, char *err,
	    size_t errlen) = { conf_check_addresses, check_ports,
		check_redirect, check_staff, check_certificate };
	char why[512];
	int rc = 0;

	err[0] = '\0';
	for (size_t i = 0; i < ARRAY_LEN(checks); i++)
		if (checks[i](c, why, sizeof(why)) < 0) {
			conf_complain(err, errlen, "%s", why);
			rc = -1;
		}
	if (rc == 0)
		warn_about(c, warn);
	return rc;
}
