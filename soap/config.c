/* SPDX-License-Identifier: MIT */
/*
 * What a client asks for before anything else: where the address book is and
 * what not to show (soap 7.1).  Three generations, three documents.
 */
#include "common/base/num.h"
#include "common/codec/page.h"
#include "soap/call.h"
#include "soap/pages.h"

enum {
	CONFIG_MAX = 64 * 1024,
	CONFIG_NEWER = 14 /* the first version with circles */
};

/* Where to go when the client does not say where it is. */
#define CONFIG_HOST "byrdr.omega.contacts.msn.com"

static void
config_page(struct buf *b, struct slice page, const struct http_request *rq)
{
	struct page_field field = { "host", soap_host(rq) };

	if (field.text.n == 0)
		field.text = SLICE_LIT(CONFIG_HOST);
	page_add(b, page, &field, 1);
}

static enum http_outcome
config_send(struct http_request *rq, struct slice page)
{
	struct buf b = BUF_INIT(CONFIG_MAX);

	SOAP_LIT(&b, "<?xml version=\"1.0\" encoding=\"utf-8\"?>");
	config_page(&b, page, rq);
	http_reply(rq, 200);
	http_reply_header(rq, "Cache-Control", SLICE_LIT("private"));
	http_reply_header(rq, "Content-Type",
	    SLICE_LIT("text/xml; charset=utf-8"));
	http_reply_body(rq, buf_slice(&b));
	buf_free(&b);
	return HTTP_DONE;
}

enum http_outcome
soap_get_config(struct http_request *rq, void *front)
{
	struct slice ver;
	uint32_t major;

	(void)front;
	if (http_query_arg(rq, "ver", &ver) &&
	    num_parse_u32(slice_upto(ver, slice_find(ver, '.')), &major) &&
	    major >= CONFIG_NEWER)
		return config_send(rq, soap_page_msgr_wlm14);
	return config_send(rq, soap_page_msgr_wlm8);
}

/* What MSN 5 reads in its place. */
enum http_outcome
soap_get_abch(struct http_request *rq, void *front)
{
	(void)front;
	return config_send(rq, soap_page_abch);
}

enum soap_end
soap_client_config(struct soap_call *c)
{
	struct buf *b = soap_begin(c, soap_page_msgr_msn.n);

	SOAP_LIT(b, "<GetClientConfigResult><![CDATA[");
	config_page(b, soap_page_msgr_msn, c->http);
	SOAP_LIT(b, "]]></GetClientConfigResult>");
	return SOAP_DONE;
}
