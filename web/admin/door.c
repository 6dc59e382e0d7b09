/* SPDX-License-Identifier: MIT */
/*
 * In and out.  The link leads to a form, which the browser sends: who only
 * looks at a link (programs do, before people) uses nothing up, and the cookie
 * of a form sent from here goes with the page that follows.
 */
#include "common/base/log.h"
#include "common/base/panic.h"
#include "common/codec/hex.h"
#include "common/codec/url.h"
#include "common/http/cookie.h"
#include "core/door/signin.h"
#include "web/admin/parts.h"

#define COOKIE "__Host-NudgeAdmin"

enum {
	LINE_MAX = 512
};

/*
 * The key that seals is the only one that opens: with a new one everybody is
 * out.  Tokens of another run open nothing, as it is forgotten which were used.
 */
static bool
open_token(const struct admin *a, struct slice text, enum token_door door,
    struct token *t)
{
	const struct token_keys *all = &a->core->keys;
	const struct token_keys first = { .keys = { all->keys[0] }, .n = 1 };

	return token_open(&first, text, token_at(door), env_wall(a->core->env),
		   t) == TOKEN_OK &&
	    t->account == a->run;
}

static void
seal(const struct admin *a, enum token_purpose purpose, struct buf *out)
{
	int64_t now = env_wall(a->core->env);
	struct token t = { .purpose = purpose,
		.account = a->run,
		.issued = now,
		.expires = now + token_life(purpose, 0) };

	token_seal(&a->core->keys, a->core->env, &t, out);
	ASSERT(buf_ok(out));
}

void
admin_add_link(struct admin *a, struct buf *out)
{
	struct buf token = BUF_INIT(TOKEN_TEXT_MAX);

	seal(a, TOKEN_ADMIN_LINK, &token);
	buf_add_text(out, "/admin/enter?t=");
	url_encode(out, buf_slice(&token));
	buf_free(&token);
}

/* ---- the cookie ---- */

static bool
open_cookie(const struct admin_visit *v, struct token *t)
{
	return open_token(v->admin, http_cookie(v->http, COOKIE), DOOR_ADMIN,
		   t) &&
	    !token_once_taken(v->admin->left, t->nonce);
}

bool
admin_inside(struct admin_visit *v)
{
	struct token t;

	return open_cookie(v, &t);
}

void
admin_form_key(struct admin_visit *v, struct buf *out)
{
	unsigned char key[WEB_KEY_BYTES];

	if (token_derive(&v->admin->core->keys, http_cookie(v->http, COOKIE),
		"form", key, sizeof(key)))
		hex_encode(out, slice_make(key, sizeof(key)));
}

static void
set_cookie(struct admin_visit *v, struct slice value, const char *end)
{
	struct buf line = BUF_INIT(LINE_MAX);

	buf_addf(&line,
	    COOKIE "=" SLICE_FMT
		   "%s; path=/; secure; HttpOnly; SameSite=Strict",
	    SLICE_ARG(value), end);
	ASSERT(buf_ok(&line));
	http_reply_header(v->http, "Set-Cookie", buf_slice(&line));
	buf_free(&line);
}

/* ---- /admin/enter ---- */

static bool
take_link(struct admin_visit *v)
{
	const struct core *c = v->admin->core;
	struct token t;

	return open_token(v->admin, admin_field(v, "t"), DOOR_ADMIN_ENTER,
		   &t) &&
	    token_once_take(c->once, t.nonce, t.expires, env_wall(c->env));
}

static void
enter_reply(struct admin_visit *v)
{
	struct buf token = BUF_INIT(TOKEN_TEXT_MAX);
	const struct page_field f = { "t", admin_field(v, "t") };
	struct admin_page page = { .title = "Run this server",
		.words = "This link opens the pages for whoever runs this "
			 "server, once." };

	if (!v->posted) {
		admin_add(v, web_page_admin_door, "enter", &f, 1);
		admin_reply(v, &page);
		return;
	}
	/* a good one is no guess: others' guesses do not shut it */
	if (take_link(v)) {
		seal(v->admin, TOKEN_ADMIN, &token);
		web_reply_elsewhere(v->http, "/admin");
		set_cookie(v, buf_slice(&token), "");
		admin_note(v, "enter", slice_text(""));
		buf_free(&token);
		return;
	}
	if (signin_peer_locked(v->admin->core, http_peer(v->http))) {
		page.status = 429;
		page.bad = true;
		page.words = "Too many links were tried. Please wait a minute.";
		admin_reply(v, &page);
		return;
	}
	signin_peer_guessed(v->admin->core, http_peer(v->http));
	admin_note(v, "enter-refused", slice_text(""));
	page.status = 403;
	page.bad = true;
	page.words = "This link was used already, or is too old.";
	admin_add(v, web_page_admin_door, "how", NULL, 0);
	admin_reply(v, &page);
}

enum http_outcome
admin_enter(struct http_request *rq, void *front)
{
	static const struct admin_flow flow = { NULL, enter_reply };

	return admin_run(rq, front, &flow);
}

/* ---- /admin/leave ---- */

static void
leave_reply(struct admin_visit *v)
{
	struct admin_page page = { .title = "Sign out",
		.words = "Do you want to sign out?" };
	struct token t;

	if (!v->posted) {
		admin_add(v, web_page_admin_door, "leave", NULL, 0);
		admin_reply(v, &page);
		return;
	}
	if (open_cookie(v, &t))
		(void)token_once_take(v->admin->left, t.nonce, t.expires,
		    env_wall(v->admin->core->env));
	v->inside = false;
	page.words = "You are signed out.";
	admin_reply(v, &page);
	set_cookie(v, slice_text(""),
	    "; expires=Thu, 30-Oct-1980 16:00:00 GMT");
	admin_note(v, "leave", slice_text(""));
}

enum http_outcome
admin_leave(struct http_request *rq, void *front)
{
	static const struct admin_flow flow = { NULL, leave_reply };

	return admin_run(rq, front, &flow);
}

enum http_outcome
admin_home(struct http_request *rq, void *front)
{
	(void)front;
	web_reply_elsewhere(rq, "/admin");
	return HTTP_DONE;
}
