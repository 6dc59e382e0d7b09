/* SPDX-License-Identifier: MIT */
/*
 * A question in the words of a client (real-accounts.md 4.1): what it asks for
 * decides nothing here, so at least the base ticket, which takes no policy.
 */
#include "nexus/upstream/text.h"

#include "common/base/calendar.h"
#include "common/base/utf8.h"
#include "common/codec/xml_write.h"

#include <inttypes.h>
#include <time.h>

enum {
	WRITE_STAMP_S = 300
};

#define WRITE_WSU                                              \
	"http://docs.oasis-open.org/wss/2004/01/oasis-200401-" \
	"wss-wssecurity-utility-1.0.xsd"
#define WRITE_PS "http://schemas.microsoft.com/Passport/SoapServices/PPCRL"

bool
upstream_can_say(struct slice s)
{
	if (!utf8_valid(s))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < ' ' || c == 0x7f)
			return false;
		/* U+FFFE and U+FFFF are no characters of XML */
		if (c == 0xef && i + 2 < s.n &&
		    memcmp(s.p + i + 1, "\xbf", 1) == 0 &&
		    (unsigned char)s.p[i + 2] >= 0xbe)
			return false;
	}
	return true;
}

static void
add_time(struct buf *out, const char *name, int64_t when)
{
	struct tm tm = { 0 };

	(void)calendar_date(when, &tm);
	buf_addf(out, "<wsu:%s>%04d-%02d-%02dT%02d:%02d:%02dZ</wsu:%s>", name,
	    tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
	    tm.tm_sec, name);
}

static void
add_envelope(struct buf *out, enum rst_kind kind)
{
	const struct rst_names *n = rst_names(kind);

	buf_addf(out,
	    "<?xml version=\"1.0\" encoding=\"utf-8\"?>"
	    "<s:Envelope xmlns:s=\"%s\" xmlns:wsse=\"%s\" xmlns:wsp=\"%s\" "
	    "xmlns:wsu=\"" WRITE_WSU "\" xmlns:wsa=\"%s\" xmlns:wst=\"%s\" "
	    "xmlns:ps=\"" WRITE_PS "\">",
	    n->soap, n->wsse, n->wsp, n->wsa, n->wst);
}

static void
add_addressing(struct buf *out, const struct upstream_question *q)
{
	buf_add_text(out,
	    "<wsa:Action s:mustUnderstand=\"1\">"
	    "http://schemas.xmlsoap.org/ws/2005/02/trust/RST/Issue"
	    "</wsa:Action><wsa:To s:mustUnderstand=\"1\">");
	xml_escape(out, q->url);
	buf_addf(out, "</wsa:To><wsa:MessageID>%" PRId64 "</wsa:MessageID>",
	    q->now);
}

static void
add_who(struct buf *out, const struct upstream_question *q)
{
	bool new = q->kind == RST_2005;

	buf_add_text(out, "<ps:AuthInfo Id=\"PPAuthInfo\"><ps:HostingApp>");
	xml_escape(out, q->app.n > 0 ? q->app : SLICE_LIT(UPSTREAM_APP));
	buf_addf(out,
	    "</ps:HostingApp><ps:BinaryVersion>%d</ps:BinaryVersion>"
	    "<ps:UIVersion>1</ps:UIVersion><ps:Cookies></ps:Cookies>"
	    "<ps:RequestParams>AQAAAAIAAABsYwQAAAAxMDMz</ps:RequestParams>"
	    "</ps:AuthInfo><wsse:Security><wsse:UsernameToken %s=\"user\">"
	    "<wsse:Username>",
	    new ? 5 : 4, new ? "wsu:Id" : "Id");
	xml_escape(out, q->address);
	buf_add_text(out, "</wsse:Username><wsse:Password>");
	xml_escape(out, q->password);
	buf_add_text(out, "</wsse:Password></wsse:UsernameToken>");
	if (new) {
		buf_add_text(out, "<wsu:Timestamp wsu:Id=\"Timestamp\">");
		add_time(out, "Created", q->now);
		add_time(out, "Expires", q->now + WRITE_STAMP_S);
		buf_add_text(out, "</wsu:Timestamp>");
	}
	buf_add_text(out, "</wsse:Security>");
}

static void
add_wish(struct buf *out, enum rst_kind kind, size_t i,
    const struct upstream_wish *w)
{
	buf_addf(out,
	    "<wst:RequestSecurityToken Id=\"RST%zu\"><wst:RequestType>%s"
	    "</wst:RequestType><wsp:AppliesTo><wsa:EndpointReference>"
	    "<wsa:Address>",
	    i,
	    kind == RST_2005
		? "http://schemas.xmlsoap.org/ws/2005/02/trust/Issue"
		: "http://schemas.xmlsoap.org/ws/2004/04/security/trust/Issue");
	xml_escape(out, w->address);
	buf_add_text(out,
	    "</wsa:Address></wsa:EndpointReference></wsp:AppliesTo>");
	if (w->policy.n > 0) {
		buf_addf(out, "<%s:PolicyReference URI=\"",
		    kind == RST_2005 ? "wsp" : "wsse");
		xml_escape(out, w->policy);
		buf_addf(out, "\"></%s:PolicyReference>",
		    kind == RST_2005 ? "wsp" : "wsse");
	}
	buf_add_text(out, "</wst:RequestSecurityToken>");
}

void
upstream_write(struct buf *out, const struct upstream_question *q)
{
	const struct upstream_wish base = { .address = SLICE_LIT(RST_BASE) };

	add_envelope(out, q->kind);
	buf_add_text(out, "<s:Header>");
	if (q->kind == RST_2005)
		add_addressing(out, q);
	add_who(out, q);
	buf_add_text(out,
	    "</s:Header><s:Body>"
	    "<ps:RequestMultipleSecurityTokens Id=\"RSTS\">");
	add_wish(out, q->kind, 0, &base);
	for (size_t i = 0; i < q->n; i++)
		add_wish(out, q->kind, i + 1, &q->wishes[i]);
	buf_add_text(out,
	    "</ps:RequestMultipleSecurityTokens></s:Body></s:Envelope>");
}
