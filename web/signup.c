/* SPDX-License-Identifier: MIT */
/* Making an account of one's own. */
#include "core/door/signup.h"

#include "web/front.h"

static enum result
up_judge(struct web_visit *v)
{
	struct buf name = BUF_INIT(NAME_MAX_ENCODED);
	struct signup_wish wish = { .address =
					slice_trim(web_field(v, "email")),
		.invite = web_field(v, "invite") };
	enum result r;

	if (!signup_allowed(v->web->core))
		return RESULT_NOT_AVAILABLE;
	if (http_method(v->http) != HTTP_POST)
		return RESULT_OK;
	v->stale = !web_form_key_good(v);
	if (v->stale)
		return RESULT_BAD_VALUE;
	r = web_name_encode(&name, slice_trim(web_field(v, "name")));
	if (r == RESULT_OK)
		r = web_new_password(v, &wish.password);
	wish.name = buf_slice(&name);
	if (r == RESULT_OK)
		r = signup_make(&v->request, http_peer(v->http), &wish, &v->me);
	web_wipe(wish.password);
	buf_free(&name);
	return r;
}

static const char *
up_words(const struct web_visit *v)
{
	switch ((int)v->result) {
	case RESULT_OK:
		return "Nothing is ever mailed to this address: it is the name "
		       "you sign in with, and your friends find you by it.";
	case RESULT_BAD_ADDRESS:
		return "Please type an address like alice@example.com.";
	case RESULT_BAD_NAME:
		return "This name is too long, or no text.";
	case RESULT_BAD_VALUE:
		return v->differ
		    ? "The two passwords are not the same."
		    : "Please choose a password of 8 to 256 letters.";
	case RESULT_BAD_PASS:
		return "This code is not known, used up, or too old. Ask whoever "
		       "gave it to you for another one.";
	case RESULT_ACCOUNT_EXISTS:
		return "Somebody has this address already. If it is you, sign "
		       "in.";
	case RESULT_NOT_AVAILABLE:
		return "New people cannot sign up here by themselves. Please ask "
		       "whoever runs this server for an account.";
	default:
		return "This did not work.";
	}
}

static void
up_page(struct web_visit *v, struct web_page *page, const char *action)
{
	const struct page_field fields[] = {
		{ "action", slice_text(action) },
		{ "email", web_field(v, "email") },
		{ "name", web_field(v, "name") },
		{ "invite", web_field(v, "invite") },
	};
	unsigned status;

	page->title = "Sign up";
	page->fields = fields;
	page->nfields = ARRAY_LEN(fields);
	page->bad = v->result != RESULT_OK;
	if (v->result != RESULT_NOT_AVAILABLE) {
		page->secret = true;
		page->body[1] = &web_page_sign_up;
		if (signup_needs_invite(v->web->core))
			page->body[2] = &web_page_sign_up_invite;
		page->body[3] = &web_page_sign_up_end;
	}
	page->words = web_trouble(v, &status);
	if (page->words == NULL)
		page->words = up_words(v);
	v->me = NULL;
	web_reply(v, status, page);
}

static void
up_reply(struct web_visit *v)
{
	struct web_page page = { .body[4] = &web_page_sign_up_have };

	if (v->result == RESULT_OK && v->me != NULL) {
		web_reply_elsewhere(v->http, "/account?done=welcome");
		web_session_begin(v, v->me);
		return;
	}
	if (v->result == RESULT_NOT_AVAILABLE)
		page.body[4] = NULL;
	up_page(v, &page, "/sign-up");
}

enum http_outcome
web_sign_up(struct http_request *rq, void *front)
{
	static const struct web_flow flow = { up_judge, up_reply };

	return web_visit_safely(rq, front, &flow);
}

/* ---- inside the wizard of Windows XP ---- */

/* Its window is one of Internet Explorer; nobody else is given a script. */
static bool
is_wizard(const struct web_visit *v)
{
	const struct slice agent = http_header(v->http, "User-Agent");
	const struct slice names[] = { SLICE_LIT("MSIE "),
		SLICE_LIT("Microsoft.NET-Passport-Authentication-Service") };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (slice_find_slice(agent, names[i]) < agent.n)
			return true;
	return false;
}

static void
wizard_reply(struct web_visit *v)
{
	const struct slice head = page_part(web_page_wizard, "head"),
			   done = page_part(web_page_wizard, "done"),
			   have = page_part(web_page_wizard, "have"),
			   foot = page_part(web_page_wizard, "foot");
	const struct slice buttons = page_part(web_page_wizard, "buttons");
	struct web_page page = { .head = &head, .foot = &foot };

	if (is_wizard(v))
		page.body[0] = &buttons;
	if (v->result == RESULT_OK && v->me != NULL) {
		page.title = "You are signed up";
		page.words = "Your account is ready.";
		page.body[1] = &done;
		web_reply(v, 200, &page);
		return;
	}
	page.body[4] = &have;
	up_page(v, &page, WEB_WIZARD);
}

/*
 * The page where the .NET Passport wizard of Windows XP lets people sign up: it
 * is shown inside the wizard's window, whose buttons call the page's functions
 * (passport.md 7).  Any browser can use it, too.
 */
enum http_outcome
web_wizard(struct http_request *rq, void *front)
{
	static const struct web_flow flow = { up_judge, wizard_reply };
	const struct web *w = front;
	struct buf link = BUF_INIT(1024);

	/* the link in a page that says so would lead out of the wizard */
	if (!http_is_tls(rq) && !w->cfg.plain_passwords &&
	    w->cfg.https_port != 0) {
		web_add_secure(&link, rq, w);
		buf_add(&link, WEB_WIZARD, sizeof(WEB_WIZARD)); /* its NUL */
		web_reply_elsewhere(rq, buf_ok(&link) ? link.p : "/");
		buf_free(&link);
		return HTTP_DONE;
	}
	return web_visit_safely(rq, front, &flow);
}
