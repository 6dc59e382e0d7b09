/* SPDX-License-Identifier: MIT */
/*
 * Nicknames for chat rooms: registered here, borne there by whoever presents
 * the id (chat-ircx 5.1).
 */
#include "common/codec/url.h"
#include "web/chat.h"

static struct slice
field(struct web_visit *v, const char *key)
{
	struct slice s = { 0 };

	(void)http_form_arg(v->http, key, &s);
	return slice_trim(s);
}

static enum result
nickname_judge(struct web_visit *v)
{
	enum result r = web_who(v);

	if (r != RESULT_OK || http_method(v->http) != HTTP_POST)
		return r;
	v->stale = !web_form_key_good(v);
	if (v->stale)
		return RESULT_BAD_VALUE;
	if (slice_eq_text(field(v, "do"), "Give up"))
		return nickname_give_up(&v->request, v->me, field(v, "nick"));
	return nickname_register(&v->request, v->me, field(v, "nick"));
}

static const char *
words(const struct web_visit *v, unsigned *status)
{
	*status = 200;
	if (v->stale)
		return web_trouble(v, status);
	switch ((int)v->result) {
	case RESULT_OK:
		return "In chat rooms nobody else bears a name that you "
		       "registered.";
	case RESULT_ALREADY_THERE:
		return "Somebody has registered this name already.";
	case RESULT_LIST_FULL:
		return "You have registered as many as one may.";
	case RESULT_NOT_THERE:
		return "This name is not yours.";
	default:
		return "This cannot be a nickname. It begins with a letter and "
		       "has letters, digits and hyphens.";
	}
}

struct listing {
	struct buf *page;
	struct slice key;
	struct slice rhx;
};

static void
add_own(void *ctx, const struct kept *k)
{
	const struct listing *l = ctx;
	struct buf id = BUF_INIT(NICKNAME_ID_TEXT);
	struct buf link = BUF_INIT(3 * NICKNAME_MAX);
	struct page_field fields[] = {
		{ "nick", nickname_text(k) },
		{ "id", { 0 } },
		{ "link", { 0 } },
		{ "key", l->key },
		{ "rhx", l->rhx },
	};

	nickname_add_id(k, &id);
	url_encode(&link, nickname_text(k));
	fields[1].text = buf_slice(&id);
	fields[2].text = buf_slice(&link);
	page_add(l->page, web_page_nickname_own, fields, ARRAY_LEN(fields));
	buf_free(&link);
	buf_free(&id);
}

static bool
is_lasting(enum result r)
{
	return r == RESULT_DISABLED || r == RESULT_STORE_FAILED ||
	    r == RESULT_DRAINING;
}

static void
nickname_reply(struct web_visit *v)
{
	struct buf page = BUF_INIT(WEB_PAGE_MAX);
	struct buf key = BUF_INIT(WEB_KEY_BYTES * 2);
	unsigned status;
	struct page_field fields[] = {
		{ "title", SLICE_LIT("Chat nicknames") },
		{ "account", { 0 } },
		{ "words", slice_text(words(v, &status)) },
		{ "key", { 0 } },
		{ "rhx", web_field(v, "rhx") },
	};
	struct listing l = { .page = &page, .rhx = fields[4].text };

	if (v->result == RESULT_BAD_TICKET) {
		web_chat_lead(v, "/sign-in?to=nickname");
		return;
	}
	if (is_lasting(v->result)) {
		web_reply_refused(v, "");
		return;
	}
	web_form_key(v, &key);
	fields[1].text = account_address(v->me);
	fields[3].text = l.key = buf_slice(&key);
	page_add(&page, web_page_head, fields, ARRAY_LEN(fields));
	page_add(&page, web_page_nickname, fields, ARRAY_LEN(fields));
	nickname_each(&v->request, v->me, add_own, &l);
	page_add(&page, web_page_foot, NULL, 0);
	web_reply_page(v->http, status, &page);
	buf_free(&page);
	buf_free(&key);
}

enum http_outcome
web_nickname(struct http_request *rq, void *front)
{
	static const struct web_flow flow = { nickname_judge, nickname_reply };

	return web_visit_safely(rq, front, &flow);
}
