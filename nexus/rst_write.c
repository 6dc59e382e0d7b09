/* SPDX-License-Identifier: MIT */
/*
 * Clients pick these documents apart with little care: elements come in the
 * order and spelling below, without any white space between them (rst.md 3,
 * field-notes 4).
 */
#include "nexus/rst.h"

#include "common/base/calendar.h"
#include "common/base/panic.h"
#include "common/codec/base64.h"
#include "common/codec/xml_write.h"

#include <inttypes.h>
#include <time.h>

enum {
	RST_STAMP_S = 300,
	RST_ID_MAX = 32
};

#define RST_WSU                                                \
	"http://docs.oasis-open.org/wss/2004/01/oasis-200401-" \
	"wss-wssecurity-utility-1.0.xsd"
#define RST_XMLENC "http://www.w3.org/2001/04/xmlenc#"

const struct rst_names *
rst_names(enum rst_kind kind)
{
	static const struct rst_names of_2004 = {
		.soap = "http://schemas.xmlsoap.org/soap/envelope/",
		.wsse = "http://schemas.xmlsoap.org/ws/2003/06/secext",
		.wst = "http://schemas.xmlsoap.org/ws/2004/04/trust",
		.wsa = "http://schemas.xmlsoap.org/ws/2004/03/addressing",
		.wsp = "http://schemas.xmlsoap.org/ws/2002/12/policy",
		.life = "LifeTime",
	};
	static const struct rst_names of_2005 = {
		.soap = "http://www.w3.org/2003/05/soap-envelope",
		.wsse = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-"
			"wss-wssecurity-secext-1.0.xsd",
		.wst = "http://schemas.xmlsoap.org/ws/2005/02/trust",
		.wsa = "http://www.w3.org/2005/08/addressing",
		.wsp = "http://schemas.xmlsoap.org/ws/2004/09/policy",
		.life = "Lifetime",
	};

	switch (kind) {
	case RST_2004:
		return &of_2004;
	case RST_2005:
		break;
	}
	return &of_2005;
}

/* 2008-06-27T08:21:33Z; a fraction would not be understood. */
static void
rst_add_time(struct buf *out, int64_t when)
{
	struct tm tm = { 0 };

	(void)calendar_date(when, &tm);
	buf_addf(out, "%04d-%02d-%02dT%02d:%02d:%02dZ", tm.tm_year + 1900,
	    tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

static void
rst_add_span(struct buf *out, int64_t from, int64_t to)
{
	buf_add_text(out, "<wsu:Created>");
	rst_add_time(out, from);
	buf_add_text(out, "</wsu:Created><wsu:Expires>");
	rst_add_time(out, to);
	buf_add_text(out, "</wsu:Expires>");
}

void
rst_write_server(struct buf *out, int64_t now)
{
	buf_add_text(out,
	    "<psf:serverInfo Path=\"Live1\" "
	    "RollingUpgradeState=\"ExclusiveNew\" LocVersion=\"0\" "
	    "ServerTime=\"");
	rst_add_time(out, now);
	buf_add_text(out, "\">NUDGE 2008.01.01</psf:serverInfo><psf:cookies/>");
}

static void
rst_add_cred(struct buf *out, const char *name, struct slice value)
{
	buf_addf(out, "<psf:credProperty Name=\"%s\">", name);
	xml_escape(out, value);
	buf_add_text(out, "</psf:credProperty>");
}

static void
rst_add_creds(struct buf *out, const struct rst_answer *a, struct slice cid)
{
	buf_add_text(out, "<psf:credProperties>");
	rst_add_cred(out, "MainBrandID", SLICE_LIT("MSFT"));
	rst_add_cred(out, "BrandIDList", SLICE_LIT(""));
	rst_add_cred(out, "IsWinLiveUser", SLICE_LIT("true"));
	rst_add_cred(out, "CID", cid);
	rst_add_cred(out, "AuthMembername", a->address);
	rst_add_cred(out, "Country", SLICE_LIT("US"));
	rst_add_cred(out, "Language", SLICE_LIT("1033"));
	rst_add_cred(out, "FirstName", SLICE_LIT(""));
	rst_add_cred(out, "LastName", SLICE_LIT(""));
	rst_add_cred(out, "ChildFlags", SLICE_LIT("00000001"));
	rst_add_cred(out, "Flags", SLICE_LIT("40100643"));
	rst_add_cred(out, "FlagsV2", SLICE_LIT("00000000"));
	rst_add_cred(out, "IP", a->peer);
	buf_add_text(out,
	    "</psf:credProperties><psf:extProperties>"
	    "<psf:extProperty Name=\"CID\">");
	buf_add_slice(out, cid);
	buf_add_text(out, "</psf:extProperty></psf:extProperties>");
}

static void
rst_add_passport(struct buf *out, const struct rst_answer *a)
{
	struct buf cid = BUF_INIT(RST_ID_MAX);

	buf_addf(&cid, "%016" PRIx64, a->cid);
	buf_addf(out,
	    "<psf:pp xmlns:psf=\"" RST_PSF "\">"
	    "<psf:serverVersion>1</psf:serverVersion>"
	    "<psf:PUID>%016" PRIX64 "</psf:PUID>"
	    "<psf:configVersion>3.0.869.0</psf:configVersion>"
	    "<psf:uiVersion>3.0.869.0</psf:uiVersion>%s"
	    "<psf:authstate>0x48803</psf:authstate>"
	    "<psf:reqstatus>0x0</psf:reqstatus>",
	    a->cid,
	    a->asked->kind == RST_2005
		? "<psf:appDataVersion>1</psf:appDataVersion>"
		: "");
	rst_write_server(out, a->now);
	buf_add_text(out,
	    "<psf:browserCookies>"
	    "<psf:browserCookie Name=\"MH\" URL=\"http://www.msn.com\">"
	    "MSFT; path=/; domain=.msn.com; "
	    "expires=Wed, 30-Dec-2037 16:00:00 GMT"
	    "</psf:browserCookie></psf:browserCookies>");
	rst_add_creds(out, a, buf_slice(&cid));
	buf_add_text(out, "<psf:response/></psf:pp>");
	buf_free(&cid);
}

/* What WS-Addressing and WS-Security want in front of the older header. */
static void
rst_add_addressing(struct buf *out, int64_t now)
{
	buf_add_text(out,
	    "<wsa:Action S:mustUnderstand=\"1\" wsu:Id=\"Action\">"
	    "http://schemas.xmlsoap.org/ws/2005/02/trust/RSTR/Issue"
	    "</wsa:Action><wsa:To S:mustUnderstand=\"1\" wsu:Id=\"To\">"
	    "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"
	    "</wsa:To><wsse:Security S:mustUnderstand=\"1\">"
	    "<wsu:Timestamp wsu:Id=\"TS\">");
	rst_add_span(out, now, now + RST_STAMP_S);
	buf_add_text(out, "</wsu:Timestamp></wsse:Security>");
}

static void
rst_add_envelope(struct buf *out, enum rst_kind kind)
{
	const struct rst_names *w = rst_names(kind);

	buf_add_text(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>");
	buf_addf(out, "<S:Envelope xmlns:S=\"%s\"", w->soap);
	if (kind == RST_2005)
		buf_addf(out,
		    " xmlns:wsa=\"%s\" xmlns:wsse=\"%s\" xmlns:wsu=\"" RST_WSU
		    "\"",
		    w->wsa, w->wsse);
	buf_add_text(out, ">");
}

/*
 * The base ticket looks like what a client could not read, and comes back as
 * it is; its name in the document follows what clients look for.
 */
static void
rst_add_base(struct buf *out, const struct rst_grant *g, const char *id)
{
	buf_addf(out,
	    "<EncryptedData xmlns=\"" RST_XMLENC "\" Id=\"%s\" "
	    "Type=\"" RST_XMLENC "Element\">"
	    "<EncryptionMethod Algorithm=\"" RST_XMLENC "tripledes-cbc\">"
	    "</EncryptionMethod>"
	    "<ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">"
	    "<ds:KeyName>http://Passport.NET/STS</ds:KeyName></ds:KeyInfo>"
	    "<CipherData><CipherValue>",
	    id);
	base64_encode(out, g->ticket);
	buf_add_text(out, "</CipherValue></CipherData></EncryptedData>");
}

/* Id stands first: some clients cut it out by its place (field-notes 4). */
static void
rst_add_compact(struct buf *out, const struct rst_grant *g, const char *id)
{
	buf_addf(out, "<wsse:BinarySecurityToken Id=\"%s\">t=", id);
	xml_escape(out, g->ticket);
	buf_add_text(out, "&amp;p=</wsse:BinarySecurityToken>");
}

static void
rst_add_reference(struct buf *out, enum rst_kind kind, const char *type,
    const char *id)
{
	static const char *const names[] = { "RequestedAttachedReference",
		"RequestedUnattachedReference" };

	if (kind == RST_2004) {
		buf_addf(out,
		    "<wst:RequestedTokenReference>"
		    "<wsse:KeyIdentifier ValueType=\"%s\"/>"
		    "<wsse:Reference URI=\"#%s\"/>"
		    "</wst:RequestedTokenReference>",
		    type, id);
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		buf_addf(out,
		    "<wst:%s><wsse:SecurityTokenReference>"
		    "<wsse:Reference URI=\"#%s\"/>"
		    "</wsse:SecurityTokenReference></wst:%s>",
		    names[i], id, names[i]);
}

static const char *
rst_name_of(const struct rst_request *asked, const struct rst_wish *wish)
{
	if (asked->site_name == NULL ||
	    !slice_starts(wish->policy, SLICE_LIT("?id=")))
		return RST_COMPACT;
	return asked->site_name;
}

static void
rst_add_token(struct buf *out, const struct rst_answer *a, unsigned i)
{
	const struct rst_wish *wish = &a->asked->wishes[i];
	const struct rst_names *w = rst_names(a->asked->kind);
	bool base = wish->number == 0;
	struct buf id = BUF_INIT(RST_ID_MAX);

	if (base)
		buf_add_text(&id, "BinaryDAToken0");
	else
		buf_addf(&id, "%s%u", rst_name_of(a->asked, wish),
		    wish->number);
	buf_add_char(&id, '\0');
	ASSERT(buf_ok(&id));
	buf_addf(out,
	    "<wst:RequestSecurityTokenResponse><wst:TokenType>urn:passport:%s"
	    "</wst:TokenType><wsp:AppliesTo xmlns:wsa=\"%s\">"
	    "<wsa:EndpointReference><wsa:Address>",
	    base ? "legacy" : "compact", w->wsa);
	xml_escape(out, wish->address);
	buf_addf(out,
	    "</wsa:Address></wsa:EndpointReference></wsp:AppliesTo><wst:%s>",
	    w->life);
	rst_add_span(out, a->now, a->expires);
	buf_addf(out, "</wst:%s><wst:RequestedSecurityToken>", w->life);
	if (base)
		rst_add_base(out, &a->grants[i], id.p);
	else
		rst_add_compact(out, &a->grants[i], id.p);
	buf_add_text(out, "</wst:RequestedSecurityToken>");
	rst_add_reference(out, a->asked->kind,
	    base ? "urn:passport" : "urn:passport:compact", id.p);
	if (wish->keyed) {
		buf_add_text(out,
		    "<wst:RequestedProofToken><wst:BinarySecret>");
		base64_encode(out,
		    slice_make(a->grants[i].secret, RST_SECRET_BYTES));
		buf_add_text(out,
		    "</wst:BinarySecret></wst:RequestedProofToken>");
	}
	buf_add_text(out, "</wst:RequestSecurityTokenResponse>");
	buf_free(&id);
}

void
rst_write_answer(struct buf *out, const struct rst_answer *a)
{
	const struct rst_names *w = rst_names(a->asked->kind);

	rst_add_envelope(out, a->asked->kind);
	buf_add_text(out, "<S:Header>");
	if (a->asked->kind == RST_2005)
		rst_add_addressing(out, a->now);
	rst_add_passport(out, a);
	buf_addf(out,
	    "</S:Header><S:Body><wst:RequestSecurityTokenResponseCollection "
	    "xmlns:wst=\"%s\" xmlns:wsse=\"%s\" xmlns:wsu=\"" RST_WSU
	    "\" xmlns:wsp=\"%s\">",
	    w->wst, w->wsse, w->wsp);
	for (unsigned i = 0; i < a->asked->n; i++)
		rst_add_token(out, a, i);
	buf_add_text(out,
	    "</wst:RequestSecurityTokenResponseCollection></S:Body>"
	    "</S:Envelope>");
}
