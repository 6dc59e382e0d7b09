/* SPDX-License-Identifier: MIT */
/*
 * Another password: by who knows the old one, or by a link of the operator's,
 * which is good until there is one.
 */
#include "core/door/signin.h"
#include "core/door/signup.h"
#include "web/front.h"

static const char *
bad_words(const struct web_visit *v)
{
	if (v->result == RESULT_BAD_PASSWORD)
		return "The old password is not right.";
	return v->differ ? "The two new passwords are not the same."
			 : "Please choose a password of 8 to 256 letters.";
}

/* a gets the one in the form. */
static enum result
change(struct web_visit *v, struct account *a)
{
	struct slice password;
	enum result r = web_new_password(v, &password);

	if (r == RESULT_OK)
		r = signup_set_password(&v->request, a, password);
	web_wipe(password);
	return r;
}

static enum result
password_judge(struct web_visit *v)
{
	enum result r = web_who(v);

	if (r == RESULT_OK && account_away(v->me) != NULL)
		return RESULT_ELSEWHERE;
	if (r != RESULT_OK || http_method(v->http) != HTTP_POST)
		return r;
	v->stale = !web_form_key_good(v);
	if (v->stale)
		return RESULT_BAD_VALUE;
	r = web_prove(v);
	return r == RESULT_OK ? change(v, v->me) : r;
}

static void
password_reply(struct web_visit *v)
{
	struct web_page page = { .title = "Change my password",
		.words =
		    "All programs and pages that are signed in with the old "
		    "one must sign in again.",
		.secret = true,
		.bad = v->result != RESULT_OK,
		.body = { &web_page_password } };
	struct page_field home = { "home", { 0 } };
	unsigned status;

	if (v->me == NULL || v->result == RESULT_DISABLED) {
		web_reply_refused(v, "This did not work.");
		return;
	}
	home.text = account_home(v->me);
	page.fields = &home;
	page.nfields = 1;
	if (http_method(v->http) == HTTP_POST && v->result == RESULT_OK) {
		web_reply_elsewhere(v->http, "/account?done=password");
		web_session_begin(v, v->me);
		return;
	}
	if (page.bad)
		page.words = web_trouble(v, &status);
	else
		status = 200;
	if (v->result == RESULT_ELSEWHERE) {
		page.body[0] = &web_page_account_home;
		page.secret = false;
	}
	if (page.words == NULL)
		page.words = bad_words(v);
	web_reply(v, status, &page);
}

enum http_outcome
web_password(struct http_request *rq, void *front)
{
	static const struct web_flow flow = { password_judge, password_reply };

	return web_visit_safely(rq, front, &flow);
}

/* ---- by a link ---- */

/*
 * The link tells whose it is; nobody is signed in by it.  A new password ends
 * it, as it ends all that was sealed before.
 */
static enum result
reset_judge(struct web_visit *v)
{
	struct core *c = v->web->core;
	struct account *a;
	enum result r;

	r = signin_bearer(&v->request, web_field(v, "t"), DOOR_RESET, &a);
	/* a good one is no guess: others' guesses do not shut it */
	if (r == RESULT_BAD_TICKET && signin_peer_locked(c, http_peer(v->http)))
		return RESULT_LOCKED_OUT;
	if (r == RESULT_BAD_TICKET)
		signin_peer_guessed(c, http_peer(v->http));
	if (r == RESULT_OK && account_away(a) != NULL)
		return RESULT_ELSEWHERE;
	if (r != RESULT_OK || http_method(v->http) != HTTP_POST)
		return r;
	v->stale = !web_form_key_good(v);
	if (v->stale)
		return RESULT_BAD_VALUE;
	r = change(v, a);
	v->changed = r == RESULT_OK;
	return r;
}

static const char *
reset_words(const struct web_visit *v)
{
	if (v->changed)
		return "Your new password is kept. Please sign in with it.";
	if (v->result == RESULT_OK)
		return "Choose a new password. This link serves once.";
	if (v->result == RESULT_BAD_TICKET)
		return "This link was used, or is too old. Please ask whoever "
		       "runs this server for another one.";
	return bad_words(v);
}

static void
reset_reply(struct web_visit *v)
{
	const struct page_field field = { "token", web_field(v, "t") };
	struct web_page page = { .title = "A new password",
		.secret = !v->changed && v->result != RESULT_BAD_TICKET &&
		    v->result != RESULT_LOCKED_OUT &&
		    v->result != RESULT_ELSEWHERE,
		.bad = v->result != RESULT_OK,
		.fields = &field,
		.nfields = 1 };
	unsigned status;

	v->changed = v->changed && v->result == RESULT_OK;
	if (page.secret)
		page.body[0] = &web_page_reset;
	page.words = web_trouble(v, &status);
	if (page.words == NULL)
		page.words = reset_words(v);
	web_reply(v, status, &page);
}

enum http_outcome
web_reset(struct http_request *rq, void *front)
{
	static const struct web_flow flow = { reset_judge, reset_reply };

	return web_visit_safely(rq, front, &flow);
}
