/* SPDX-License-Identifier: MIT */
#include "common/base/panic.h"
#include "web/front.h"

enum {
	FIELDS_MAX = 12
};

void
web_reply_page(struct http_request *rq, unsigned status, struct buf *page)
{
	web_reply_pictures(rq, status, page, slice_text(""));
}

/* Nothing of a page is kept. */
static void
reply_under(struct http_request *rq, unsigned status, struct buf *page,
    const struct http_sources *from)
{
	http_reply(rq, buf_ok(page) ? status : 500);
	http_reply_header(rq, "Content-Type",
	    SLICE_LIT("text/html; charset=utf-8"));
	http_reply_header(rq, "Cache-Control", SLICE_LIT("no-cache, no-store"));
	http_reply_header(rq, "Pragma", SLICE_LIT("no-cache"));
	if (!http_reply_guards(rq, from))
		http_reply(rq, 500);
	else
		http_reply_body(rq, buf_slice(page));
}

void
web_reply_pictures(struct http_request *rq, unsigned status, struct buf *page,
    struct slice hosts)
{
	reply_under(rq, status, page,
	    &(struct http_sources){ .pictures = hosts });
}

void
web_reply_object(struct http_request *rq, struct buf *page, struct slice origin)
{
	reply_under(rq, 200, page,
	    &(struct http_sources){ .objects = true, .object_host = origin });
}

void
web_reply_elsewhere(struct http_request *rq, const char *path)
{
	http_reply(rq, 302);
	http_reply_header(rq, "Location", slice_text(path));
	http_reply_header(rq, "Cache-Control", SLICE_LIT("no-cache, no-store"));
	http_reply_header(rq, "Referrer-Policy", SLICE_LIT("no-referrer"));
}

void
web_reply(struct web_visit *v, unsigned status, const struct web_page *p)
{
	struct buf page = BUF_INIT(WEB_PAGE_MAX);
	struct buf key = BUF_INIT(WEB_KEY_BYTES * 2);
	struct page_field fields[FIELDS_MAX] = {
		{ "title", slice_text(p->title) },
		{ "words", slice_text(p->words) },
		{ "mood", slice_text(p->bad ? "bad" : "") },
		{ "account", v->me ? account_address(v->me) : slice_text("") },
	};
	size_t n = 4;

	ASSERT(n + 1 + p->nfields <= FIELDS_MAX);
	if (p->secret || v->me != NULL)
		web_form_key(v, &key);
	fields[n++] = (struct page_field){ "key", buf_slice(&key) };
	for (size_t i = 0; i < p->nfields; i++)
		fields[n++] = p->fields[i];
	page_add(&page, p->head ? *p->head : web_page_head, fields, n);
	if (p->secret && !http_is_tls(v->http))
		page_add(&page, web_page_warning, fields, n);
	for (size_t i = 0; i < ARRAY_LEN(p->body); i++)
		if (p->body[i] != NULL)
			page_add(&page, *p->body[i], fields, n);
	if (p->foot != NULL)
		page_add(&page, *p->foot, fields, n);
	else
		page_add(&page, v->me ? web_page_foot : web_page_foot_guest,
		    fields, n);
	web_reply_page(v->http, status, &page);
	web_session_greet(v);
	buf_free(&key);
	buf_free(&page);
}

void
web_add_lines(struct buf *out, struct slice text)
{
	struct slice line;

	while (slice_cut(&text, '\n', &line)) {
		if (line.n > 0 && line.p[line.n - 1] == '\r')
			line.n--;
		page_add_text(out, line);
		buf_add_text(out, "<br>\n");
	}
}

/* ---- what every page may meet ---- */

struct trouble {
	enum result result;
	unsigned status;
	const char *words;
};

static const struct trouble troubles[] = {
	{ RESULT_BUSY, 503,
	    "The service is busy. Please try again in a moment." },
	{ RESULT_STORE_FAILED, 503,
	    "This server's disk takes no changes now. Please try again in a "
	    "while." },
	{ RESULT_DRAINING, 503,
	    "The service is busy. Please try again in a moment." },
	{ RESULT_ELSEWHERE_DOWN, 503,
	    "Another server knows your password, and it does not answer now. "
	    "Please try again in a while." },
	{ RESULT_MOVED, 403,
	    "Another server has this account. Please sign in there." },
	{ RESULT_ELSEWHERE, 403,
	    "Another server keeps the password of this address: it is changed "
	    "there, and you sign in here with that one." },
	{ RESULT_DISABLED, 403, "This account has been switched off." },
	{ RESULT_LOCKED_OUT, 429,
	    "Too many wrong passwords or links were tried. Please wait a "
	    "minute." },
	{ RESULT_TOO_ACTIVE, 429,
	    "There were too many of these from your place. Please try again "
	    "in an hour." },
};

const char *
web_trouble(const struct web_visit *v, unsigned *status)
{
	*status = 200;
	for (size_t i = 0; i < ARRAY_LEN(troubles); i++) {
		if (troubles[i].result != v->result)
			continue;
		*status = troubles[i].status;
		if (v->result == RESULT_STORE_FAILED &&
		    core_disk_full(v->web->core))
			return "This server's disk is full. Nothing is lost, "
			       "but no change is taken until there is room.";
		return troubles[i].words;
	}
	if (!v->stale)
		return NULL;
	*status = 403;
	return "This page was too old, or your browser keeps no cookies. "
	       "Please try once more.";
}

/* The sign-in form, which leads back. */
static const char *
sign_in_from(struct slice path)
{
	if (slice_eq_nocase(path, SLICE_LIT("/cgi-bin/compose")))
		return "/sign-in?to=write";
	if (slice_starts_nocase(path, SLICE_LIT("/cgi-bin/")))
		return "/sign-in?to=messages";
	if (slice_starts_nocase(path, SLICE_LIT("/msnchat/")))
		return "/sign-in?to=nickname";
	if (slice_eq_nocase(path, SLICE_LIT("/report")))
		return "/sign-in?to=report";
	return "/sign-in";
}

void
web_reply_refused(struct web_visit *v, const char *words)
{
	struct web_page page = { .title = "Nudge", .bad = true };
	unsigned status;

	if (v->result == RESULT_BAD_TICKET) {
		web_reply_elsewhere(v->http, sign_in_from(http_path(v->http)));
		return;
	}
	page.words = web_trouble(v, &status);
	if (page.words == NULL)
		page.words = words;
	web_reply(v, status, &page);
}
