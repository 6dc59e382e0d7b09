/* SPDX-License-Identifier: MIT */
#include "nexus/front.h"

#include "common/base/panic.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	ROUTES_BODY_MAX = 8 * 1024,
	ROUTES_SQM_MAX = 64 * 1024
};

struct nexus *
nexus_new(struct core *core, const struct nexus_config *cfg)
{
	struct nexus *n = mem_alloc(sizeof(*n));

	n->core = core;
	nexus_config_set(n, cfg);
	return n;
}

void
nexus_free(struct nexus *n)
{
	free(n);
}

/*
 * Order and spelling as Microsoft's (passport.md 3).  DALogin has no scheme
 * and must be followed by a comma (field-notes 3).
 */
void
nexus_config_set(struct nexus *n, const struct nexus_config *cfg)
{
	int len;

	n->cfg = *cfg;
	len = snprintf(n->urls, sizeof(n->urls),
	    "DARealm=" NEXUS_REALM ",DALogin=%s/login2.srf,"
	    "DAReg=http://register.passport.net/uixpwiz.srf,"
	    "Properties=https://register.passport.net/editprof.srf,"
	    "Privacy=http://www.passport.com/consumer/privacypolicy.asp,"
	    "GeneralRedir=http://nexusrdr.passport.com/redir.asp,"
	    "Help=http://memberservices.passport.net/memberservice.srf,"
	    "ConfigVersion=" NEXUS_CONFIG_VERSION,
	    n->cfg.login);
	ASSERT(len > 0 && (size_t)len < sizeof(n->urls));
}

static enum http_outcome
route_pprdr(struct http_request *rq, void *front)
{
	const struct nexus *n = front;

	http_reply(rq, 200);
	http_reply_close(rq);
	http_reply_header(rq, "PassportURLs", slice_text(n->urls));
	http_reply_header(rq, "Content-Type", SLICE_LIT("text/html"));
	http_reply_header(rq, "Cache-control", SLICE_LIT("private"));
	return HTTP_DONE;
}

/* Messenger's "key port" check: an empty POST to the login host. */
static enum http_outcome
route_probe(struct http_request *rq, void *front)
{
	(void)front;
	http_reply(rq, 200);
	return HTTP_DONE;
}

/*
 * Pages where people type travel by TLS alone; login2.srf also answers plainly,
 * for clients whose system speaks no TLS we could accept.
 */
/* clang-format off */
static const struct http_route rows[] = {
	{ "/rdr/pprdr.asp",          HTTP_GET,                 HTTP_PLAIN | HTTP_TLS, ROUTES_BODY_MAX, route_pprdr },
	{ "/login2.srf",             HTTP_GET | HTTP_POST,     HTTP_PLAIN | HTTP_TLS, ROUTES_BODY_MAX, nexus_login2 },
	{ "/login.srf",              HTTP_GET | HTTP_POST,     HTTP_TLS,              ROUTES_BODY_MAX, nexus_form },
	{ "/RST.srf",                HTTP_POST,                HTTP_PLAIN | HTTP_TLS, RST_BODY_MAX,    nexus_rst },
	{ "/RST2.srf",               HTTP_POST,                HTTP_PLAIN | HTTP_TLS, RST_BODY_MAX,    nexus_rst },
	{ "/NotRST.srf",             HTTP_POST | HTTP_OTHER,   HTTP_PLAIN | HTTP_TLS, ROUTES_BODY_MAX, nexus_notrst },
	{ "/ppcrlconfig.srf",        HTTP_GET | HTTP_POST,     HTTP_PLAIN | HTTP_TLS, ROUTES_BODY_MAX, nexus_ppcrl },
	{ "/ppcrlconfig600.srf",     HTTP_GET | HTTP_POST,     HTTP_PLAIN | HTTP_TLS, ROUTES_BODY_MAX, nexus_ppcrl },
	{ "/ppcrlconfig.bin",        HTTP_GET | HTTP_POST,     HTTP_PLAIN | HTTP_TLS, ROUTES_BODY_MAX, nexus_ppcrl },
	{ "/ppcrlconfig600.bin",     HTTP_GET | HTTP_POST,     HTTP_PLAIN | HTTP_TLS, ROUTES_BODY_MAX, nexus_ppcrl },
	{ "/wlidsvcconfig.xml",      HTTP_GET | HTTP_POST,     HTTP_PLAIN | HTTP_TLS, ROUTES_BODY_MAX, nexus_ppcrl },
	{ "/sqmserver.dll",          HTTP_GET | HTTP_POST,     HTTP_PLAIN | HTTP_TLS, ROUTES_SQM_MAX,  nexus_sqm },
	{ "/sqm/*",                  HTTP_GET | HTTP_POST,     HTTP_PLAIN | HTTP_TLS, ROUTES_SQM_MAX,  nexus_sqm },
	{ "/ppcrlcheck.srf",         HTTP_GET | HTTP_POST,     HTTP_PLAIN | HTTP_TLS, ROUTES_BODY_MAX, nexus_ppcrl },
	{ "/ppsecure/md5auth.srf",   HTTP_POST,                HTTP_TLS,              ROUTES_BODY_MAX, nexus_mail },
	{ "/ppsecure/sha1auth.srf",  HTTP_GET | HTTP_POST,     HTTP_PLAIN | HTTP_TLS, ROUTES_BODY_MAX, nexus_sha1auth },
	{ "/logout",                 HTTP_GET | HTTP_POST,     HTTP_PLAIN | HTTP_TLS, ROUTES_BODY_MAX, nexus_logout },
	{ "/logout.srf",             HTTP_GET | HTTP_POST,     HTTP_PLAIN | HTTP_TLS, ROUTES_BODY_MAX, nexus_logout },
	{ "/pp*",                    HTTP_POST,                HTTP_PLAIN | HTTP_TLS, RST_BODY_MAX,    nexus_rst_below },
	{ "/",                       HTTP_POST,                HTTP_PLAIN | HTTP_TLS, ROUTES_BODY_MAX, route_probe },
};
/* clang-format on */

const struct http_route *
nexus_routes(size_t *n)
{
	*n = ARRAY_LEN(rows);
	return rows;
}
