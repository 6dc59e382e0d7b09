/* SPDX-License-Identifier: MIT */
/*
 * What a token service answers when it gives nothing (rst.md 3.1 and 8).  In
 * the older language the fault stands beside the header, not in a body.
 */
#include "nexus/rst.h"

#include "common/codec/xml_write.h"

struct rst_fault_words {
	const char *code;    /* of SOAP 1.1 */
	const char *side;    /* of SOAP 1.2: whose fault it is */
	const char *subcode; /* of SOAP 1.2 */
	const char *text;
	const char *status_2004, *status_2005;
	const char *inner, *inner_text;
};

static const struct rst_fault_words *
rst_fault_words(enum rst_fault fault)
{
	static const struct rst_fault_words password = {
		"wsse:FailedAuthentication",
		"S:Sender",
		"wst:FailedAuthentication",
		"Authentication Failure",
		"0x80048823",
		"0x80048821",
		"0x80041012",
		"The entered and stored passwords do not match."
		"&#x000D;&#x000A;",
	};
	/*
	 * The older language has this status for every wrong password too, as
	 * clients saw it from the servers they were tried with (rst.md 3.1).
	 */
	static const struct rst_fault_words locked = {
		"wsse:FailedAuthentication",
		"S:Sender",
		"wst:FailedAuthentication",
		"Authentication Failure",
		"0x80048823",
		"0x80048823",
		"0x80048823",
		"Too many wrong passwords were given.",
	};
	static const struct rst_fault_words request = {
		"S:Client",
		"S:Sender",
		"wst:InvalidRequest",
		"Invalid Request",
		"0x80048820",
		"0x80048820",
		"0x80045c01",
		"Invalid Request",
	};
	static const struct rst_fault_words moved = {
		"psf:Redirect",
		"S:Sender",
		"psf:Redirect",
		"Redirect",
		"0x80048852",
		"0x80048852",
		"0x80048852",
		"Another server has this account.",
	};
	static const struct rst_fault_words later = {
		"wst:RequestFailed",
		"S:Receiver",
		"wst:RequestFailed",
		"Service Unavailable",
		"0x8004882e",
		"0x8004882e",
		"0x8004882e",
		"The service is not available.",
	};

	switch (fault) {
	case RST_FAULT_PASSWORD:
		return &password;
	case RST_FAULT_LOCKED:
		return &locked;
	case RST_FAULT_REQUEST:
		return &request;
	case RST_FAULT_MOVED:
		return &moved;
	case RST_FAULT_LATER:
		break;
	}
	return &later;
}

static void
rst_add_header(struct buf *out, const char *status, int64_t now)
{
	buf_addf(out,
	    "<S:Header><psf:pp xmlns:psf=\"" RST_PSF "\">"
	    "<psf:serverVersion>1</psf:serverVersion>"
	    "<psf:authstate>0x80048800</psf:authstate>"
	    "<psf:reqstatus>%s</psf:reqstatus>",
	    status);
	rst_write_server(out, now);
	buf_add_text(out, "<psf:response/></psf:pp></S:Header>");
}

static void
rst_add_url(struct buf *out, struct slice url)
{
	if (url.n == 0)
		return;
	buf_add_text(out, "<psf:redirectUrl>");
	xml_escape(out, url);
	buf_add_text(out, "</psf:redirectUrl>");
}

static void
rst_add_fault_2004(struct buf *out, const struct rst_fault_words *w,
    struct slice url)
{
	buf_addf(out,
	    "<S:Fault><faultcode>%s</faultcode>"
	    "<faultstring>%s</faultstring>",
	    w->code, w->text);
	rst_add_url(out, url);
	buf_add_text(out, "</S:Fault>");
}

static void
rst_add_fault_2005(struct buf *out, const struct rst_fault_words *w,
    struct slice url)
{
	buf_addf(out,
	    "<S:Body><S:Fault><S:Code><S:Value>%s</S:Value>"
	    "<S:Subcode><S:Value>%s</S:Value></S:Subcode></S:Code>"
	    "<S:Reason><S:Text xml:lang=\"en-US\">%s</S:Text></S:Reason>"
	    "<S:Detail><psf:error><psf:value>%s</psf:value>"
	    "<psf:internalerror><psf:code>%s</psf:code>"
	    "<psf:text>%s</psf:text></psf:internalerror></psf:error>",
	    w->side, w->subcode, w->text, w->status_2005, w->inner,
	    w->inner_text);
	rst_add_url(out, url);
	buf_add_text(out, "</S:Detail></S:Fault></S:Body>");
}

void
rst_write_fault(struct buf *out, enum rst_kind kind, enum rst_fault fault,
    int64_t now, struct slice url)
{
	const struct rst_fault_words *w = rst_fault_words(fault);
	const struct rst_names *n = rst_names(kind);

	buf_addf(out,
	    "<?xml version=\"1.0\" encoding=\"utf-8\"?>"
	    "<S:Envelope xmlns:S=\"%s\" xmlns:wsse=\"%s\" xmlns:wst=\"%s\" "
	    "xmlns:psf=\"" RST_PSF "\">",
	    n->soap, n->wsse, n->wst);
	switch (kind) {
	case RST_2004:
		rst_add_header(out, w->status_2004, now);
		rst_add_fault_2004(out, w, url);
		break;
	case RST_2005:
		rst_add_header(out, w->status_2005, now);
		rst_add_fault_2005(out, w, url);
		break;
	}
	buf_add_text(out, "</S:Envelope>");
}
