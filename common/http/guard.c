/* SPDX-License-Identifier: MIT */
/* What keeps other sites away from pages. */
#include "common/base/panic.h"
#include "common/http/http.h"

enum {
	POLICY_MAX = 8192 + 256
};

struct line {
	const char *name;
	const char *value;
};

static const struct line lines[] = {
	{ "X-Content-Type-Options", "nosniff" },
	{ "X-Frame-Options", "DENY" },
};

bool
http_reply_guards(struct http_request *rq, const struct http_sources *from)
{
	struct buf policy = BUF_INIT(POLICY_MAX);
	bool fits;

	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		http_reply_header(rq, lines[i].name,
		    slice_text(lines[i].value));
	http_reply_header(rq, "Referrer-Policy",
	    from->referred ? SLICE_LIT("same-origin")
			   : SLICE_LIT("no-referrer"));
	buf_add_text(&policy, "default-src 'none'; img-src 'self'");
	buf_add_slice(&policy, from->pictures);
	buf_add_text(&policy,
	    "; style-src 'self'; form-action 'self'; frame-ancestors 'none'; "
	    "base-uri 'none'");
	if (from->objects)
		buf_addf(&policy, "; object-src 'self' " SLICE_FMT,
		    SLICE_ARG(from->object_host));
	fits = buf_ok(&policy);
	if (fits)
		http_reply_header(rq, "Content-Security-Policy",
		    buf_slice(&policy));
	buf_free(&policy);
	return fits;
}

/* ---- who sent a form ---- */

static struct slice
without_port(struct slice host)
{
	size_t end = slice_find(host, ']');

	if (host.n > 0 && host.p[0] == '[')
		return slice_upto(host, end);
	return slice_upto(host, slice_find(host, ':'));
}

/* "https://host:port/..." is of the site this request came to. */
static bool
is_own(const struct http_request *rq, struct slice url)
{
	size_t at = slice_find_slice(url, SLICE_LIT("://"));
	struct slice host = slice_from(url, at + 3);

	if (at == url.n)
		return false;
	host = slice_upto(host, slice_find(host, '/'));
	return slice_eq_nocase(without_port(host),
	    without_port(http_header(rq, "Host")));
}

static bool
is_null(struct slice from)
{
	return slice_eq_text(from, "null");
}

bool
http_from_nowhere(const struct http_request *rq)
{
	return is_null(http_header(rq, "Origin")) &&
	    !slice_eq_text(http_header(rq, "Sec-Fetch-Site"), "same-origin");
}

bool
http_from_elsewhere(const struct http_request *rq)
{
	struct slice site = http_header(rq, "Sec-Fetch-Site"),
		     from = http_header(rq, "Origin");

	if (site.n > 0 && !slice_eq_text(site, "same-origin") &&
	    !slice_eq_text(site, "none"))
		return true;
	/* of our own pages, too, as they tell nobody where they are */
	if (is_null(from))
		return false;
	if (from.n == 0)
		from = http_header(rq, "Referer");
	return from.n > 0 && !is_own(rq, from);
}
