/* SPDX-License-Identifier: MIT */
/* Pages that the chat control opens by names of its own (field-runs 3.1). */
#include "web/chat.h"

/* ---- for somebody's picture ---- */

static void
profile_reply(struct web_visit *v)
{
	const struct web_page page = { .title = "Chat profiles",
		.words = "People here have no profile but the nickname you "
			 "see." };

	web_reply(v, 200, &page);
}

enum http_outcome
web_chat_profile(struct http_request *rq, void *front)
{
	static const struct web_flow flow = { web_chat_guest, profile_reply };

	return web_visit_run(rq, front, &flow);
}

/* ---- create.msnw: to the page that makes the room ---- */

static void
create_reply(struct web_visit *v)
{
	struct buf word = BUF_INIT(WEB_ROOM_MAX);

	if (v->web->cfg.chat_port == 0)
		web_chat_reply_off(v);
	else if (!web_chat_asked(v, &word) || word.n == 0)
		web_reply_elsewhere(v->http, "/chat");
	else
		web_chat_lead(v, WEB_CHAT_ROOM "?make=1&category=GN");
	buf_free(&word);
}

enum http_outcome
web_chat_create(struct http_request *rq, void *front)
{
	static const struct web_flow flow = { web_chat_guest, create_reply };

	return web_visit_run(rq, front, &flow);
}

/* ---- subscribe.msnw ---- */

static void
subscribe_reply(struct web_visit *v)
{
	const struct web_page page = { .title = "Chat subscriptions",
		.words = "Nothing is sold here: whoever has an account and a "
			 "chat nickname is a subscriber." };

	web_reply(v, 200, &page);
}

enum http_outcome
web_chat_subscribe(struct http_request *rq, void *front)
{
	static const struct web_flow flow = { web_chat_guest, subscribe_reply };

	return web_visit_run(rq, front, &flow);
}
