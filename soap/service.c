/* SPDX-License-Identifier: MIT */
/* The services there are, and how their answers begin. */
#include "common/codec/hex.h"
#include "common/codec/xml_write.h"
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

/*
 * Clients keep the cache key, which has the caller's number.  The header has
 * none: one library reads it as 32 bits in decimal, and gives up (field-runs
 * 2.9).
 */
static void
head_storage(struct buf *b, const struct soap_call *c)
{
	const char *ns = soap_namespace(c);

	buf_addf(b,
	    "<AffinityCacheHeader xmlns=\"%s\"><CacheKey>1:%016llx</CacheKey>"
	    "</AffinityCacheHeader>",
	    ns, (unsigned long long)account_cid(c->account));
	buf_addf(b,
	    "<StorageUserHeader xmlns=\"%s\"><Puid>0</Puid><Cid>0</Cid>", ns);
	SOAP_LIT(b,
	    "<ApplicationId>0</ApplicationId><DeviceId>0</DeviceId>"
	    "<IsTrustedDevice>false</IsTrustedDevice>"
	    "<IsStrongAuth>false</IsStrongAuth><TicketToken>");
	xml_escape(b, c->in.ticket);
	SOAP_LIT(b,
	    "</TicketToken><IsAdmin>false</IsAdmin>"
	    "<LanguagePreference>0</LanguagePreference><Claims/>"
	    "</StorageUserHeader>");
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

/* Of the request: its document says it, or else its action. */
static const char *
service_storage(const struct soap_call *c)
{
	const struct slice newer = SLICE_LIT("/storage/2008");
	struct slice said = { 0 };

	for (const struct xml_node *n = c->in.method; n != NULL && said.n == 0;
	     n = n->parent)
		said = xml_attr(n, "xmlns");
	if (slice_find_slice(said, SLICE_LIT("/storage/")) == said.n)
		said = http_header(c->http, "SOAPAction");
	return slice_find_slice(said, newer) < said.n ? SOAP_STORAGE_2008
						      : SOAP_STORAGE_W10;
}

const char *
soap_namespace(const struct soap_call *c)
{
	if (c->service == SOAP_STORAGE)
		return service_storage(c);
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
