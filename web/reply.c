/* SPDX-License-Identifier: MIT */
#include "web/front.h"

/* The blank-led list of hosts is where pictures may come from, beside us. */
#define POLICY                                                              \
	"default-src 'none'; img-src 'self'" SLICE_FMT                      \
	"; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors " \
	"'none'"

struct line {
	const char *name;
	const char *value;
};

/* Nothing of a page is kept, framed, or told to where its links lead. */
static const struct line lines[] = {
	{ "Content-Type", "text/html; charset=utf-8" },
	{ "Cache-Control", "no-cache, no-store" },
	{ "Pragma", "no-cache" },
	{ "X-Content-Type-Options", "nosniff" },
	{ "Referrer-Policy", "no-referrer" },
};

void
web_reply_page(struct http_request *rq, unsigned status, struct buf *page)
{
	web_reply_pictures(rq, status, page, slice_text(""));
}

void
web_reply_pictures(struct http_request *rq, unsigned status, struct buf *page,
    struct slice hosts)
{
	struct buf policy = BUF_INIT(WEB_POLICY_MAX);

	buf_addf(&policy, POLICY, SLICE_ARG(hosts));
	http_reply(rq, buf_ok(page) && buf_ok(&policy) ? status : 500);
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		http_reply_header(rq, lines[i].name,
		    slice_text(lines[i].value));
	http_reply_header(rq, "Content-Security-Policy", buf_slice(&policy));
	http_reply_body(rq, buf_slice(page));
	buf_free(&policy);
}

void
web_reply_elsewhere(struct http_request *rq, const char *path)
{
	http_reply(rq, 302);
	http_reply_header(rq, "Location", slice_text(path));
	http_reply_header(rq, "Cache-Control", SLICE_LIT("no-cache"));
}

static void
reply_words(struct http_request *rq, unsigned status, const char *words)
{
	struct buf page = BUF_INIT(WEB_PAGE_MAX);
	const struct page_field fields[] = {
		{ "title", SLICE_LIT("Messages") },
		{ "words", slice_text(words) },
	};

	page_add(&page, web_page_head, fields, ARRAY_LEN(fields));
	page_add(&page, web_page_foot, NULL, 0);
	web_reply_page(rq, status, &page);
	buf_free(&page);
}

void
web_reply_refused(struct web_visit *v, const char *words)
{
	struct http_request *rq = v->http;

	switch ((int)v->result) {
	case RESULT_BAD_TICKET:
		web_reply_elsewhere(rq, "/login.srf?ru=%2Fcgi-bin%2FHoTMaiL");
		return;
	case RESULT_DISABLED:
		reply_words(rq, 403, "This account has been switched off.");
		return;
	case RESULT_STORE_FAILED:
	case RESULT_DRAINING:
		reply_words(rq, 503,
		    "The service is busy. Please try again in a moment.");
		return;
	default:
		reply_words(rq, 200, words);
	}
}
