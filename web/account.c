/* SPDX-License-Identifier: MIT */
/* My account: the name that others see, and the way to all the rest. */
#include "common/codec/url.h"
#include "web/chat.h"

/* What has just been done, as pages that lead here say. */
struct done {
	const char *word;
	const char *words;
};

static const struct done dones[] = {
	{ "welcome",
	    "Welcome! Your account is made: your program can sign in with it "
	    "now." },
	{ "name", "Your name is changed. Your friends see it already." },
	{ "password",
	    "Your password is changed. Programs that keep the old one "
	    "must be told the new one." },
};

static enum result
account_judge(struct web_visit *v)
{
	struct buf name = BUF_INIT(NAME_MAX_ENCODED);
	enum result r = web_who(v);

	if (r != RESULT_OK || http_method(v->http) != HTTP_POST)
		return r;
	v->stale = !web_form_key_good(v);
	if (v->stale)
		return RESULT_BAD_VALUE;
	r = web_name_encode(&name, slice_trim(web_field(v, "name")));
	if (r == RESULT_OK)
		r = account_set_name(&v->request, v->me, buf_slice(&name));
	buf_free(&name);
	return r;
}

static const char *
account_words(struct web_visit *v)
{
	struct slice done = web_field(v, "done");

	if (v->result == RESULT_BAD_NAME)
		return "This name is too long, or no text.";
	if (v->result != RESULT_OK)
		return "This did not work.";
	for (size_t i = 0; i < ARRAY_LEN(dones); i++)
		if (slice_eq_text(done, dones[i].word))
			return dones[i].words;
	return "This is what your friends see of you.";
}

static void
account_reply(struct web_visit *v)
{
	bool posted = http_method(v->http) == HTTP_POST;
	struct buf name = BUF_INIT(NAME_MAX_ENCODED);
	struct page_field fields[] = { { "name", { 0 } }, { "home", { 0 } } };
	struct web_page page = { .title = "My account",
		.bad = v->result != RESULT_OK,
		.body = { &web_page_account },
		.fields = fields,
		.nfields = ARRAY_LEN(fields) };
	unsigned status;

	if (v->me == NULL || v->result == RESULT_DISABLED) {
		web_reply_refused(v, "This did not work.");
		return;
	}
	fields[1].text = account_home(v->me);
	if (fields[1].text.n > 0)
		page.body[1] = &web_page_account_home;
	if (posted && v->result == RESULT_OK) {
		web_reply_elsewhere(v->http, "/account?done=name");
		return;
	}
	if (v->me->name != NULL)
		url_decode(&name, account_name(v->me));
	if (v->web->cfg.chat_port != 0)
		page.body[page.body[1] != NULL ? 2 : 1] =
		    &web_page_account_chat;
	fields[0].text = posted ? web_field(v, "name") : buf_slice(&name);
	page.words = web_trouble(v, &status);
	if (page.words == NULL)
		page.words = account_words(v);
	web_reply(v, status, &page);
	buf_free(&name);
}

enum http_outcome
web_account(struct http_request *rq, void *front)
{
	static const struct web_flow flow = { account_judge, account_reply };

	return web_visit_safely(rq, front, &flow);
}
