/* SPDX-License-Identifier: MIT */
/*
 * News, games, advertisements, tabs: what clients ask for and can do without
 * (soap 7.2-7.5).  Each gets the least that keeps it content.
 */
#include "soap/call.h"
#include "soap/pages.h"

enum soap_end
soap_recent_activity(struct soap_call *c)
{
	struct slice name = c->method->name;
	struct slice host = soap_host(c->http);
	struct buf *b = soap_begin(c, 0);

	buf_addf(b, "<" SLICE_FMT "Result><Activities/><Templates/>",
	    SLICE_ARG(name));
	buf_addf(b, "<FeedUrl>http://" SLICE_FMT "/today</FeedUrl>",
	    SLICE_ARG(host.n > 0 ? host : SLICE_LIT("sup.live.com")));
	buf_addf(b, "</" SLICE_FMT "Result>", SLICE_ARG(name));
	return SOAP_DONE;
}

enum soap_end
soap_games(struct soap_call *c)
{
	struct buf *b = soap_begin(c, soap_page_games.n);

	SOAP_LIT(b, "<GetFilteredDataSet2Result>");
	buf_add_slice(b, soap_page_games);
	SOAP_LIT(b, "</GetFilteredDataSet2Result>");
	return SOAP_DONE;
}

enum soap_end
soap_contact_card(struct soap_call *c)
{
	struct buf *b = soap_begin(c, 0);

	SOAP_LIT(b,
	    "<GetXmlFeedResult><contactCard><elements/></contactCard>"
	    "</GetXmlFeedResult>");
	return SOAP_DONE;
}

/* ---- pages ---- */

static enum http_outcome
feeds_send(struct http_request *rq, const char *type, struct slice body)
{
	http_reply(rq, 200);
	http_reply_header(rq, "Content-Type", slice_text(type));
	http_reply_body(rq, body);
	return HTTP_DONE;
}

/* No root element: clients read it as text. */
enum http_outcome
soap_get_tabs(struct http_request *rq, void *front)
{
	(void)front;
	return feeds_send(rq, "text/xml; charset=utf-8", soap_page_tabs);
}

enum http_outcome
soap_get_today(struct http_request *rq, void *front)
{
	(void)front;
	return feeds_send(rq, "text/html; charset=utf-8", soap_page_today);
}

enum http_outcome
soap_get_nothing(struct http_request *rq, void *front)
{
	(void)front;
	return feeds_send(rq, "text/html; charset=utf-8", SLICE_LIT(""));
}

/* Links that led into the web of those years. */
enum http_outcome
soap_get_elsewhere(struct http_request *rq, void *front)
{
	(void)front;
	http_reply(rq, 302);
	http_reply_header(rq, "Location", SLICE_LIT("/today"));
	return HTTP_DONE;
}
