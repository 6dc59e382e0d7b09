/* SPDX-License-Identifier: MIT */
/*
 * What else the sign-in libraries of Messenger ask of the login hosts (rst.md
 * 6 and 7).
 */
#include "nexus/front.h"

#include "common/base/panic.h"
#include "common/base/utf8.h"
#include "common/codec/url.h"
#include "core/door/signin.h"

enum {
	PPCRL_WORD_MAX = 1024,
	PPCRL_PAGE_MAX = 16 * 1024
};

/* ---- NotRST.srf: name and password in headers, a ticket in a header ---- */

/* Bytes that are no UTF-8 come from libraries that know only a code page. */
static struct slice
notrst_word(struct nexus_visit *v, const char *header)
{
	struct slice raw = http_header(v->http, header), word;
	struct buf wide = BUF_INIT(PPCRL_WORD_MAX * 3);

	if (raw.p == NULL || raw.n > PPCRL_WORD_MAX)
		return (struct slice){ 0 };
	if (utf8_valid(raw))
		return arena_copy(&v->arena, raw);
	utf8_add_cp1252(&wide, raw);
	word = arena_copy(&v->arena, buf_slice(&wide));
	if (wide.n > 0)
		mem_wipe(wide.p, wide.n);
	buf_free(&wide);
	return word;
}

/*
 * What a page of that site is told, where the settings let it sign people in;
 * else nothing, and its browser sends no password.  Programs name no site.
 */
static struct slice
notrst_site(const struct http_request *rq, const struct nexus *n)
{
	struct slice list = slice_text(n->cfg.web), word;
	struct slice origin = http_header(rq, "Origin");

	while (slice_cut_word(&list, &word))
		if (slice_eq_text(word, "*") ||
		    (origin.n > 0 && slice_eq_nocase(word, origin)))
			return word;
	return slice_make("", 0);
}

static enum nexus_verdict
notrst_judge(struct nexus_visit *v)
{
	/* whatever its browser thinks of it: it guesses nothing here */
	if (http_header(v->http, "Origin").n > 0 &&
	    notrst_site(v->http, v->nexus).n == 0)
		return NEXUS_ASK;
	if (v->asked.password.p == NULL) {
		v->asked.sign_in = slice_trim(notrst_word(v, "X-User"));
		v->asked.password = notrst_word(v, "X-Password");
		if (v->asked.sign_in.n == 0 || v->asked.password.n == 0)
			return NEXUS_ASK;
	}
	return nexus_visit_password(v);
}

/* Web clients ask from pages of other sites (real-accounts 3). */
static void
notrst_reply_begin(struct http_request *rq, const struct nexus *n,
    unsigned status)
{
	struct slice site = notrst_site(rq, n);

	http_reply(rq, status);
	if (site.n > 0) {
		http_reply_header(rq, "Access-Control-Allow-Origin", site);
		http_reply_header(rq, "Access-Control-Allow-Methods",
		    SLICE_LIT("POST"));
		http_reply_header(rq, "Access-Control-Allow-Headers",
		    SLICE_LIT("X-User, X-Password, Content-Type"));
		http_reply_header(rq, "Access-Control-Expose-Headers",
		    SLICE_LIT("X-Token"));
		http_reply_header(rq, "Access-Control-Max-Age",
		    SLICE_LIT("86400"));
	}
	http_reply_header(rq, "Vary", SLICE_LIT("Origin"));
	http_reply_header(rq, "Cache-Control", SLICE_LIT("no-store"));
}

/* These libraries look for the header, not at the status. */
static void
notrst_reply(struct nexus_visit *v)
{
	struct buf ticket = BUF_INIT(TOKEN_TEXT_MAX);
	bool later = v->verdict == NEXUS_LATER;

	notrst_reply_begin(v->http, v->nexus, later ? 503 : 200);
	if (later)
		http_reply_header(v->http, "Retry-After", SLICE_LIT("10"));
	if (v->verdict != NEXUS_GOOD)
		return;
	signin_issue(v->nexus->core, v->account, TOKEN_TICKET_BARE, &ticket);
	ASSERT(buf_ok(&ticket));
	http_reply_header(v->http, "X-Token", buf_slice(&ticket));
	buf_free(&ticket);
}

enum http_outcome
nexus_notrst(struct http_request *rq, void *front)
{
	static const struct nexus_flow flow = { notrst_judge, notrst_reply };

	if (http_method(rq) == HTTP_POST)
		return nexus_visit_run(rq, front, &flow);
	notrst_reply_begin(rq, front, 200);
	return HTTP_DONE;
}

/* ---- the download of settings ---- */

/*
 * There are none to give: the library keeps those it was built with, and the
 * latest want to see a 200.
 */
enum http_outcome
nexus_ppcrl(struct http_request *rq, void *front)
{
	(void)front;
	http_reply(rq, 200);
	http_reply_header(rq, "Content-Type", SLICE_LIT("text/xml"));
	http_reply_header(rq, "Cache-Control", SLICE_LIT("no-cache"));
	return HTTP_DONE;
}

/* ---- sqmserver.dll: how a program was used ---- */

/* Nothing is read of it; a program that cannot say it tries again and again. */
enum http_outcome
nexus_sqm(struct http_request *rq, void *front)
{
	bool known =
	    slice_ends_nocase(http_path(rq), SLICE_LIT("/sqmserver.dll"));

	(void)front;
	http_reply(rq, known ? 200 : 404);
	return HTTP_DONE;
}

/* ---- sha1auth.srf: a browser that is to be signed in and sent on ---- */

/* The field of a form inside a field of a form. */
static bool
sha1auth_target(struct slice token, struct buf *url)
{
	struct slice word;

	while (slice_cut(&token, '&', &word)) {
		if (!slice_starts(word, SLICE_LIT("ru=")))
			continue;
		url_decode_form(url, slice_from(word, 3));
		return buf_ok(url) && nexus_url_allowed(buf_slice(url));
	}
	return false;
}

/*
 * Nobody is signed in by it: what the token proves is known to the client
 * alone.  Who is sent nowhere sees the sign-in form, or over plain HTTP, where
 * no password is to be typed, only its words.
 */
enum http_outcome
nexus_sha1auth(struct http_request *rq, void *front)
{
	struct buf url = BUF_INIT(PPCRL_WORD_MAX);
	struct buf page = BUF_INIT(PPCRL_PAGE_MAX);
	const struct page_field field = { "message",
		SLICE_LIT("Please sign in.") };
	struct slice token = { 0 };

	if (!http_form_arg(rq, "token", &token))
		(void)http_query_arg(rq, "token", &token);
	if (!nexus_from_elsewhere(rq) && sha1auth_target(token, &url)) {
		nexus_reply_begin(rq, front, 302);
		http_reply_header(rq, "Location", buf_slice(&url));
	} else {
		nexus_reply_begin(rq, front, 200);
		(void)http_reply_guards(rq, &(struct http_sources){ 0 });
		page_add(&page,
		    http_is_tls(rq) ? nexus_page_login : nexus_page_done,
		    &field, 1);
		http_reply_body(rq, buf_slice(&page));
	}
	buf_free(&url);
	buf_free(&page);
	return HTTP_DONE;
}
