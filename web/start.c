/* SPDX-License-Identifier: MIT */
/* The first page, and how all of them look. */
#include "core/door/signup.h"
#include "web/chat.h"

static enum result
start_judge(struct web_visit *v)
{
	enum result r = web_who(v);

	return r == RESULT_BAD_TICKET || r == RESULT_DISABLED ? RESULT_OK : r;
}

static void
start_reply(struct web_visit *v)
{
	struct web_page page = { .title = "Welcome",
		.words = "This is a server for the Messenger of 1999 to 2012: "
			 "your old program signs in here, and finds its people "
			 "again.",
		.body = { &web_page_start, NULL, NULL, &web_page_start_end } };

	if (v->me == NULL && signup_allowed(v->web->core))
		page.body[1] = &web_page_start_join;
	if (v->me == NULL)
		page.body[2] = &web_page_start_guest;
	if (v->web->cfg.chat_port != 0)
		page.body[4] = &web_page_start_chat;
	web_reply(v, 200, &page);
}

enum http_outcome
web_start(struct http_request *rq, void *front)
{
	static const struct web_flow flow = { start_judge, start_reply };

	return web_visit_run(rq, front, &flow);
}

/*
 * Another style has another address: the pages' head says which.  Without one
 * it is asked for again before long.
 */
enum http_outcome
web_style(struct http_request *rq, void *front)
{
	bool named = http_query(rq).n > 0;

	(void)front;
	http_reply(rq, 200);
	http_reply_header(rq, "Content-Type",
	    SLICE_LIT("text/css; charset=utf-8"));
	http_reply_header(rq, "Cache-Control",
	    named ? SLICE_LIT("public, max-age=31536000, immutable")
		  : SLICE_LIT("max-age=3600"));
	http_reply_header(rq, "X-Content-Type-Options", SLICE_LIT("nosniff"));
	http_reply_body(rq, web_page_style);
	return HTTP_DONE;
}
