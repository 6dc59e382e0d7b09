/* SPDX-License-Identifier: MIT */
/*
 * Who is signed in, in cookies.  Over TLS it is the one of the login pages,
 * MSPSec, which browsers send by TLS alone.  Over plain HTTP, where the
 * operator allowed that, it is one of its own, which opens nothing over TLS.
 */
#include "common/base/panic.h"
#include "common/codec/hex.h"
#include "common/http/cookie.h"
#include "core/door/signin.h"
#include "web/front.h"

enum {
	LINE_MAX = 512
};

/* A cookie of the browser's, by what it travels in. */
struct jar {
	const char *session;
	enum token_purpose purpose;
	enum token_door pages, mail;
	/* no other host may set one that begins so, nor plain HTTP */
	const char *stranger;
	const char *rest;
};

static const struct jar *
jar(const struct http_request *rq)
{
	static const struct jar tls = { "MSPSec", TOKEN_COOKIE, DOOR_PAGES,
		DOOR_MAIL, "__Host-NudgeForm",
		"; path=/; secure; HttpOnly; "
		"SameSite=Strict" };
	static const struct jar plain = { "NudgePlain", TOKEN_PLAIN,
		DOOR_PAGES_CLEAR, DOOR_PAGES_CLEAR, "NudgeForm",
		"; path=/; HttpOnly; SameSite=Strict" };

	return http_is_tls(rq) ? &tls : &plain;
}

static struct slice
session_cookie(const struct web_visit *v)
{
	return http_cookie(v->http, jar(v->http)->session);
}

static enum result
who(struct web_visit *v, enum token_door door)
{
	if (!http_is_tls(v->http) && !v->web->cfg.plain_passwords)
		return RESULT_BAD_TICKET;
	return signin_token(&v->request, session_cookie(v), door, &v->by,
	    &v->me);
}

enum result
web_who(struct web_visit *v)
{
	return who(v, jar(v->http)->pages);
}

enum result
web_who_mails(struct web_visit *v)
{
	return who(v, jar(v->http)->mail);
}

enum result
web_who_chats(struct web_visit *v)
{
	enum result r = web_who(v);

	if (r != RESULT_BAD_TICKET)
		return r;
	return signin_token(&v->request, http_cookie(v->http, "MSPAuth"),
	    DOOR_CHAT_PAGES, &v->by, &v->me);
}

/* ---- forms ---- */

/* What this browser brought, or something new for it. */
static struct slice
stranger(struct web_visit *v)
{
	const struct core *c = v->web->core;
	struct buf text = BUF_INIT(TOKEN_TEXT_MAX);
	int64_t now = env_wall(c->env);
	struct token t,
	    fresh = { .purpose = TOKEN_FORM,
		    .issued = now,
		    .expires = now + token_life(TOKEN_FORM, 0) };
	struct slice got = http_cookie(v->http, jar(v->http)->stranger);

	if (v->stranger[0] != '\0')
		return slice_text(v->stranger);
	if (token_open(&c->keys, got, token_at(DOOR_FORM), now, &t) !=
	    TOKEN_OK) {
		token_seal(&c->keys, c->env, &fresh, &text);
		got = buf_slice(&text);
		v->greeted = true;
	}
	ASSERT(got.n <= TOKEN_TEXT_MAX);
	memcpy(v->stranger, got.p, got.n);
	v->stranger[got.n] = '\0';
	buf_free(&text);
	return slice_text(v->stranger);
}

void
web_form_key(struct web_visit *v, struct buf *out)
{
	struct slice owner = v->me != NULL ? session_cookie(v) : stranger(v);
	unsigned char key[WEB_KEY_BYTES];

	if (token_derive(&v->web->core->keys, owner, "form", key, sizeof(key)))
		hex_encode(out, slice_make(key, sizeof(key)));
}

bool
web_form_key_good(struct web_visit *v)
{
	struct buf want = BUF_INIT(WEB_KEY_BYTES * 2);
	struct slice got;
	bool good;

	web_form_key(v, &want);
	good = want.n > 0 && !http_from_elsewhere(v->http) &&
	    http_form_arg(v->http, "key", &got) && got.n == want.n &&
	    mem_equal_ct(got.p, want.p, want.n);
	buf_free(&want);
	return good;
}

/* ---- cookies for the reply ---- */

static void
set(struct web_visit *v, const char *name, struct slice value, bool gone)
{
	struct buf line = BUF_INIT(LINE_MAX);
	bool stranger = strcmp(name, jar(v->http)->stranger) == 0;

	buf_addf(&line, "%s=", name);
	buf_add_slice(&line, value);
	if (gone)
		buf_add_text(&line, "; expires=Thu, 30-Oct-1980 16:00:00 GMT");
	if (!stranger && *http_cookie_domain(v->http) != '\0')
		buf_addf(&line, "; %.*s",
		    (int)strlen(http_cookie_domain(v->http)) - 1,
		    http_cookie_domain(v->http));
	buf_add_text(&line, jar(v->http)->rest);
	ASSERT(buf_ok(&line));
	http_reply_header(v->http, "Set-Cookie", buf_slice(&line));
	buf_free(&line);
}

void
web_session_greet(struct web_visit *v)
{
	if (v->greeted)
		set(v, jar(v->http)->stranger, slice_text(v->stranger), false);
}

void
web_cookie(struct web_visit *v, const char *name, struct slice value)
{
	set(v, name, value, false);
}

void
web_session_begin(struct web_visit *v, const struct account *a)
{
	struct buf token = BUF_INIT(TOKEN_TEXT_MAX);

	signin_leave(v->web->core, session_cookie(v));
	signin_issue(v->web->core, a, jar(v->http)->purpose, &token);
	ASSERT(buf_ok(&token));
	set(v, jar(v->http)->session, buf_slice(&token), false);
	buf_free(&token);
}

void
web_session_end(struct web_visit *v)
{
	/* those of the login pages and of chat beside ours */
	static const char *const others[] = { "MSPAuth", "MSPProf", "MSPVis",
		"MSNChatNN", "MSNREGCOOKIE" };

	signin_leave(v->web->core, session_cookie(v));
	signin_leave(v->web->core, http_cookie(v->http, "MSPAuth"));
	set(v, jar(v->http)->session, slice_make("", 0), true);
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		set(v, others[i], slice_make("", 0), true);
}
