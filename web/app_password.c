/* SPDX-License-Identifier: MIT */
/* The password for programs that cannot prove another one. */
#include "core/door/signin.h"
#include "web/front.h"

static bool
is_off(struct web_visit *v)
{
	struct slice off;

	return http_form_arg(v->http, "off", &off);
}

static enum result
app_judge(struct web_visit *v)
{
	enum result r = web_who(v);

	if (r != RESULT_OK || http_method(v->http) != HTTP_POST)
		return r;
	v->stale = !web_form_key_good(v);
	if (v->stale)
		return RESULT_BAD_VALUE;
	r = web_prove(v);
	if (r == RESULT_OK)
		r = signin_app_password(&v->request, v->me,
		    is_off(v) ? NULL : &v->made);
	v->changed = r == RESULT_OK;
	return r;
}

static void
app_reply(struct web_visit *v)
{
	const struct page_field field = { "made", buf_slice(&v->made) };
	struct web_page page = { .title = "A password for old programs",
		.words = "",
		.secret = true,
		.bad = v->result != RESULT_OK,
		.body = { &web_page_app_password },
		.fields = &field,
		.nfields = 1 };
	unsigned status = 200;

	if (v->me == NULL || v->result == RESULT_DISABLED) {
		web_reply_refused(v, "This did not work.");
		return;
	}
	if (page.bad)
		page.words = web_trouble(v, &status);
	else if (v->changed && v->made.n == 0)
		page.words = "There is none any more.";
	else if (v->changed)
		page.words = "This is the password for your old programs:";
	if (v->changed && !page.bad && v->made.n > 0)
		page.body[0] = &web_page_app_password_made;
	if (page.words == NULL)
		page.words = "The password is not right.";
	web_reply(v, status, &page);
}

enum http_outcome
web_app_password(struct http_request *rq, void *front)
{
	static const struct web_flow flow = { app_judge, app_reply };

	return web_visit_safely(rq, front, &flow);
}
