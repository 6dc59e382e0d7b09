/* SPDX-License-Identifier: MIT */
/* The end of an account. */
#include "web/front.h"

static enum result
delete_judge(struct web_visit *v)
{
	enum result r = web_who(v);

	if (r != RESULT_OK || http_method(v->http) != HTTP_POST)
		return r;
	v->stale = !web_form_key_good(v);
	if (v->stale)
		return RESULT_BAD_VALUE;
	r = web_prove(v);
	if (r == RESULT_OK)
		r = account_delete(&v->request, v->me);
	v->changed = r == RESULT_OK;
	return r;
}

static void
delete_reply(struct web_visit *v)
{
	struct web_page page = { .title = "Delete my account",
		.words = "Your account, your lists and the messages that wait "
			 "for you go for good, and you go from the lists of "
			 "your friends. Nobody can bring them back.",
		.bad = true,
		.secret = true,
		.body = { &web_page_delete } };
	unsigned status = 200;

	if (v->result == RESULT_OK && v->changed) {
		page = (struct web_page){ .title = "Goodbye",
			.words = "Your account is deleted." };
		v->me = NULL;
		web_reply(v, 200, &page);
		web_session_end(v);
		return;
	}
	if (v->me == NULL || v->result == RESULT_DISABLED) {
		web_reply_refused(v, "This did not work.");
		return;
	}
	if (v->result != RESULT_OK)
		page.words = web_trouble(v, &status);
	if (page.words == NULL)
		page.words = "The password is not right.";
	web_reply(v, status, &page);
}

enum http_outcome
web_delete(struct http_request *rq, void *front)
{
	static const struct web_flow flow = { delete_judge, delete_reply };

	return web_visit_safely(rq, front, &flow);
}
