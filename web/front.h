/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_WEB_FRONT_H
#define NUDGE_WEB_FRONT_H
/*
 * What the pages share: one request's way from the question to the reply.
 * Browsers of 1996 and of today see the same pages: HTML 4.01, no script.
 */
#include "common/codec/page.h"
#include "core/mailbox.h"
#include "web/web.h"

enum {
	WEB_PAGE_MAX = 1024 * 1024,
	WEB_POLICY_MAX = 8192,
	WEB_KEY_BYTES = 16
};

#define WEB_INBOX "/cgi-bin/HoTMaiL"

struct web {
	struct core *core;
};

/* One HTTP request that asks the core something. */
struct web_visit {
	struct request request;
	struct http_request *http;
	struct web *web;
	struct account *me; /* who is signed in */
	const struct mail *mail;
	size_t nmail;
	enum result result; /* RESULT_WAIT: not judged yet */
};

/*
 * Judge, wait until what was judged is durable, reply.  judge may run several
 * times and answers RESULT_WAIT when the core said so; reply runs once.
 */
struct web_flow {
	enum result (*judge)(struct web_visit *v);
	void (*reply)(struct web_visit *v);
};
enum http_outcome
web_visit_run(struct http_request *rq, struct web *w, const struct web_flow *f);

/* Who is signed in, by the cookie of the login pages: as signin_bearer(). */
enum result web_who(struct web_visit *v);
/*
 * What a form must give back so that no other site can have filled it in; hex,
 * belongs to the cookie.  Empty when nobody is signed in.
 */
void web_form_key(struct web_visit *v, struct buf *out);
bool web_form_key_good(struct web_visit *v);

/* ---- replies ---- */
void web_reply_page(struct http_request *rq, unsigned status, struct buf *page);
/* The same with pictures of other hosts: " http://a http://b:1863". */
void web_reply_pictures(struct http_request *rq, unsigned status,
    struct buf *page, struct slice hosts);
void web_reply_elsewhere(struct http_request *rq, const char *path);
/* For every result but OK: to the sign-in form, or the words for it. */
void web_reply_refused(struct web_visit *v, const char *words);

/* ---- routes ---- */
enum http_outcome web_inbox(struct http_request *rq, void *front);
enum http_outcome web_read(struct http_request *rq, void *front);
enum http_outcome web_compose(struct http_request *rq, void *front);

/* The files of web/pages. */
extern const struct slice web_page_compose;
extern const struct slice web_page_foot;
extern const struct slice web_page_head;
extern const struct slice web_page_mail;
extern const struct slice web_page_seen;

#endif
