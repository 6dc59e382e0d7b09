/* SPDX-License-Identifier: MIT */
/*
 * Leaving a message for somebody who is away: what "send mail" to a contact
 * opens (URL COMPOSE), the only way for programs that know no offline
 * messages.
 */
#include "common/codec/url.h"
#include "web/front.h"

static struct slice
field(struct web_visit *v, const char *key)
{
	struct slice s = { 0 };

	if (!http_form_arg(v->http, key, &s))
		(void)http_query_arg(v->http, key, &s);
	return s;
}

static enum result
leave(struct web_visit *v, struct account *to, struct slice text)
{
	struct buf name = BUF_INIT(MAIL_NAME_MAX);
	struct mail m = { .number = 1, .text = text };
	enum result r;

	env_random(v->web->core->env, m.run, sizeof(m.run));
	url_decode(&name, account_name(v->me));
	m.name = buf_slice(&name);
	r = mailbox_send(&v->request, v->me, to, &m);
	buf_free(&name);
	return r;
}

static enum result
compose_judge(struct web_visit *v)
{
	struct slice text = { 0 };
	struct account *to;
	enum result r = web_who_mails(v);

	if (r != RESULT_OK || http_method(v->http) != HTTP_POST)
		return r;
	(void)http_form_arg(v->http, "text", &text);
	v->stale = !web_form_key_good(v);
	if (slice_trim(text).n == 0 || v->stale)
		return RESULT_BAD_VALUE;
	r = account_get(&v->request, slice_trim(field(v, "to")), &to);
	return r == RESULT_OK ? leave(v, to, text) : r;
}

static const char *
words(const struct web_visit *v, unsigned *status)
{
	*status = 200;
	if (v->stale)
		return web_trouble(v, status);
	if (v->result == RESULT_OK)
		return http_method(v->http) == HTTP_POST
		    ? "Your message waits until it is read."
		    : "Write to somebody who is away.";
	switch ((int)v->result) {
	case RESULT_BAD_VALUE:
		return "That was empty, or longer than 8,000 letters. Please "
		       "try again.";
	case RESULT_TOO_ACTIVE:
		return "You have sent many. Please wait a minute.";
	case RESULT_BUSY:
		return "The mailbox is full. It was not sent.";
	default:
		return "Nobody takes messages from you at this address.";
	}
}

static bool
is_lasting(enum result r)
{
	return r == RESULT_BAD_TICKET || r == RESULT_DISABLED ||
	    r == RESULT_STORE_FAILED || r == RESULT_DRAINING;
}

static void
compose_reply(struct web_visit *v)
{
	bool sent = v->result == RESULT_OK && http_method(v->http) == HTTP_POST;
	struct buf page = BUF_INIT(WEB_PAGE_MAX);
	struct buf key = BUF_INIT(WEB_KEY_BYTES * 2);
	unsigned status;
	struct page_field fields[] = {
		{ "title", SLICE_LIT("Leave a message") },
		{ "account", { 0 } },
		{ "words", slice_text(words(v, &status)) },
		{ "to", field(v, "to") },
		{ "text", { 0 } },
		{ "key", { 0 } },
	};

	if (is_lasting(v->result)) {
		web_reply_refused(v, "");
		return;
	}
	web_form_key(v, &key);
	fields[1].text = account_address(v->me);
	fields[4].text = sent ? (struct slice){ 0 } : field(v, "text");
	fields[5].text = buf_slice(&key);
	page_add(&page, web_page_head, fields, ARRAY_LEN(fields));
	page_add(&page, web_page_compose, fields, ARRAY_LEN(fields));
	page_add(&page, web_page_foot, NULL, 0);
	web_reply_page(v->http, status, &page);
	buf_free(&page);
	buf_free(&key);
}

enum http_outcome
web_compose(struct http_request *rq, void *front)
{
	static const struct web_flow flow = { compose_judge, compose_reply };

	return web_visit_run(rq, front, &flow);
}
