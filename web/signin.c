/* SPDX-License-Identifier: MIT */
/* In and out again. */
#include "core/door/signin.h"
#include "web/chat.h"

/* Where one wanted to go; a word, so that no link can lead anywhere else. */
struct place {
	const char *word;
	const char *path;
	bool room; /* one of a chat room, which the form remembers */
};

static const struct place places[] = {
	{ "account", "/account", false },
	{ "messages", WEB_INBOX, false },
	{ "write", "/cgi-bin/compose", false },
	{ "nickname", WEB_CHAT_NAME, true },
	{ "room", WEB_CHAT_ROOM, true },
	{ "report", "/report", false },
};

static const struct place *
place_of(struct web_visit *v)
{
	struct slice to = web_field(v, "to");

	for (size_t i = 0; i < ARRAY_LEN(places); i++)
		if (slice_eq_text(to, places[i].word))
			return &places[i];
	return &places[0];
}

static void
lead(struct web_visit *v)
{
	const struct place *p = place_of(v);

	if (p->room)
		web_chat_lead(v, p->path);
	else
		web_reply_elsewhere(v->http, p->path);
}

static enum result
in_judge(struct web_visit *v)
{
	struct slice password = { 0 };
	enum result r;

	if (http_method(v->http) != HTTP_POST)
		return RESULT_OK;
	v->stale = !web_form_key_good(v);
	if (v->stale)
		return RESULT_BAD_VALUE;
	(void)http_form_arg(v->http, "password", &password);
	r = signin_password(&v->request, http_peer(v->http),
	    slice_trim(web_field(v, "email")), password, &v->me);
	web_wipe(password);
	signin_note(r, SLICE_LIT("web"), http_peer(v->http),
	    slice_trim(web_field(v, "email")));
	return r;
}

static void
in_reply(struct web_visit *v)
{
	const struct page_field fields[] = {
		{ "email", web_field(v, "email") },
		{ "to", slice_text(place_of(v)->word) },
		{ "rhx", web_field(v, "rhx") },
	};
	struct web_page page = { .title = "Sign in",
		.secret = true,
		.body = { &web_page_sign_in },
		.fields = fields,
		.nfields = ARRAY_LEN(fields) };
	unsigned status;

	if (v->result == RESULT_OK && v->me != NULL) {
		lead(v);
		web_session_begin(v, v->me);
		return;
	}
	page.bad = v->result != RESULT_OK;
	page.words = web_trouble(v, &status);
	if (page.words == NULL)
		page.words = page.bad
		    ? "The e-mail address or the password is not right."
		    : "With the address and the password of your Messenger.";
	v->me = NULL;
	web_reply(v, status, &page);
}

enum http_outcome
web_sign_in(struct http_request *rq, void *front)
{
	static const struct web_flow flow = { in_judge, in_reply };

	return web_visit_safely(rq, front, &flow);
}

/* ---- out ---- */

static enum result
out_judge(struct web_visit *v)
{
	enum result r = web_who_mails(v);

	if (r != RESULT_OK || http_method(v->http) != HTTP_POST)
		return r;
	v->stale = !web_form_key_good(v);
	return v->stale ? RESULT_BAD_VALUE : RESULT_OK;
}

static void
out_reply(struct web_visit *v)
{
	struct web_page page = { .title = "Sign out" };
	bool asks = v->result == RESULT_OK && http_method(v->http) != HTTP_POST;
	unsigned status;

	if (asks || v->stale) {
		page.words = web_trouble(v, &status);
		if (page.words == NULL)
			page.words = "Do you want to sign out of these pages?";
		page.body[0] = &web_page_sign_out;
		web_reply(v, status, &page);
		return;
	}
	if (v->result != RESULT_OK && v->result != RESULT_BAD_TICKET &&
	    v->result != RESULT_DISABLED) {
		web_reply_refused(v, "This did not work.");
		return;
	}
	page.words = "You are signed out.";
	v->me = NULL;
	web_reply(v, 200, &page);
	web_session_end(v);
}

enum http_outcome
web_sign_out(struct http_request *rq, void *front)
{
	static const struct web_flow flow = { out_judge, out_reply };

	return web_visit_safely(rq, front, &flow);
}
