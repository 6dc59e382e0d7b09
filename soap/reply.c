/* SPDX-License-Identifier: MIT */
/* Answers on the wire. */
#include "soap/call.h"

enum {
	REPLY_ROOM = 2048 /* envelope and header */
};

#define REPLY_OPEN                                                  \
	"<?xml version=\"1.0\" encoding=\"utf-8\"?>"                \
	"<soap:Envelope "                                           \
	"xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\" " \
	"xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "  \
	"xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\">"

static void
reply_tag(struct buf *b, struct slice name)
{
	buf_add_slice(b, name);
	SOAP_LIT(b, "Response");
}

struct buf *
soap_begin(struct soap_call *c, size_t about)
{
	struct buf *b = &c->out;

	buf_reset(b);
	soap_room(c, REPLY_ROOM + about);
	SOAP_LIT(b, REPLY_OPEN);
	SOAP_LIT(b, "<soap:Header>");
	soap_head_add(b, c);
	SOAP_LIT(b, "</soap:Header><soap:Body><");
	reply_tag(b, c->method->name);
	buf_addf(b, " xmlns=\"%s\">", soap_namespace(c));
	return b;
}

struct buf *
soap_begin_bare(struct soap_call *c)
{
	buf_reset(&c->out);
	SOAP_LIT(&c->out, REPLY_OPEN);
	return &c->out;
}

static void
reply_send(struct soap_call *c, unsigned status)
{
	http_reply(c->http, status);
	http_reply_header(c->http, "Cache-Control", SLICE_LIT("private"));
	http_reply_header(c->http, "Content-Type",
	    SLICE_LIT("text/xml; charset=utf-8"));
	http_reply_body_kept(c->http, &c->out);
}

void
soap_reply(struct soap_call *c)
{
	struct buf *b = &c->out;

	if (!(c->method->flags & SOAP_BARE)) {
		SOAP_LIT(b, "</");
		reply_tag(b, c->method->name);
		SOAP_LIT(b, "></soap:Body>");
	}
	SOAP_LIT(b, "</soap:Envelope>");
	if (buf_ok(b))
		reply_send(c, 200);
	else
		soap_reply_fault(c, SOAP_LATER);
}

void
soap_reply_fault(struct soap_call *c, enum soap_end fault)
{
	buf_reset(&c->out);
	SOAP_LIT(&c->out, REPLY_OPEN);
	if (!soap_oim_fault(&c->out, c, fault)) {
		SOAP_LIT(&c->out, "<soap:Body>");
		soap_fault_add(&c->out, c, fault);
		SOAP_LIT(&c->out, "</soap:Body>");
	}
	SOAP_LIT(&c->out, "</soap:Envelope>");
	reply_send(c, 500);
}
