/* SPDX-License-Identifier: MIT */
/* The services there are, and how their answers begin. */
#include "common/codec/hex.h"
#include "soap/call.h"

struct service_row {
	const char *ns;
	void (*head)(struct buf *b, const struct soap_call *c);
};

/* The cache key is an affinity hint for a farm: one for each account. */
static void
head_book(struct buf *b, const struct soap_call *c)
{
	unsigned char session[GUID_BYTES];
	struct slice host = soap_host(c->http);

	env_random(c->request.core->env, session, sizeof(session));
	SOAP_LIT(b,
	    "<ServiceHeader xmlns=\"" SOAP_AB "\">"
	    "<Version>15.01.1408.0000</Version><CacheKey>12r1:");
	buf_add_i64(b, account_cid(c->account));
	SOAP_LIT(b, "</CacheKey><CacheKeyChanged>true</CacheKeyChanged>");
	if (host.n > 0) {
		SOAP_LIT(b, "<PreferredHostName>");
		buf_add_slice(b, host);
		SOAP_LIT(b, "</PreferredHostName>");
	}
	SOAP_LIT(b, "<SessionId>");
	guid_add(b, session);
	SOAP_LIT(b, "</SessionId></ServiceHeader>");
}

static void
head_news(struct buf *b, const struct soap_call *c)
{
	(void)c;
	SOAP_LIT(b,
	    "<WNServiceHeader xmlns=\"" SOAP_AB "\">"
	    "<Version>15.1.1216.0</Version></WNServiceHeader>");
}

static void
head_none(struct buf *b, const struct soap_call *c)
{
	(void)b;
	(void)c;
}

static const struct service_row services[SOAP_SERVICES] = {
#define SERVICE(name, path, ns, head) [SOAP_##name] = { ns, head_##head },
#include "soap/services.def"
#undef SERVICE
};

const char *
soap_namespace(const struct soap_call *c)
{
	return services[c->service].ns;
}

void
soap_head_add(struct buf *b, const struct soap_call *c)
{
	services[c->service].head(b, c);
}

struct slice
soap_host(const struct http_request *rq)
{
	struct slice host = http_header(rq, "Host");

	host = slice_upto(host, slice_find(host, ':'));
	if (host.n > SOAP_HOST_MAX)
		return (struct slice){ 0 };
	for (size_t i = 0; i < host.n; i++) {
		char ch = host.p[i];

		if (!((ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') ||
			(ch >= '0' && ch <= '9') || ch == '-' || ch == '.'))
			return (struct slice){ 0 };
	}
	return host;
}

/* ---- their doors ---- */

#define SERVICE(name, path, ns, head)                                \
	static enum http_outcome run_##name(struct http_request *rq, \
	    void *front)                                             \
	{                                                            \
		return soap_run(rq, front, SOAP_##name);             \
	}
#include "soap/services.def"
#undef SERVICE

const struct http_route soap_service_routes[SOAP_SERVICES] = {
#define SERVICE(name, path, ns, head)                             \
	[SOAP_##name] = { path, HTTP_POST, HTTP_PLAIN | HTTP_TLS, \
		SOAP_BODY_MAX, run_##name },
#include "soap/services.def"
#undef SERVICE
};
