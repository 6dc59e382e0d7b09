/* SPDX-License-Identifier: MIT */
#include "nexus/front.h"

#include "common/base/panic.h"
#include "common/http/cookie.h"
#include "core/door/signin.h"

enum {
	REPLY_HEADER_MAX = 1024,
	REPLY_EXPIRED_S = 60,
	REPLY_PROFILE_BYTES = 48
};

/* A date long gone, in the spelling of the login servers. */
#define REPLY_GONE  "Thu, 30-Oct-1980 16:00:00 GMT"
#define REPLY_NEVER "Wed, 30-Dec-2037 16:00:00 GMT"

static void
reply_text(struct http_request *rq, const char *name, const char *value)
{
	http_reply_header(rq, name, slice_text(value));
}

void
nexus_reply_begin(struct http_request *rq, const struct nexus *n,
    unsigned status)
{
	struct buf date = BUF_INIT(64);

	http_add_date(&date, env_wall(n->core->env) - REPLY_EXPIRED_S);
	http_reply(rq, status);
	reply_text(rq, "PPServer", "H: NUDGE");
	http_reply_close(rq);
	reply_text(rq, "Content-Type", "text/html");
	http_reply_header(rq, "Expires", buf_slice(&date));
	reply_text(rq, "Cache-Control", "no-cache");
	reply_text(rq, "cachecontrol", "no-store");
	reply_text(rq, "Pragma", "no-cache");
	reply_text(rq, "P3P", "CP=\"DSP CUR OTPi IND OTRi ONL FIN\"");
	buf_free(&date);
}

static void
reply_cookie(struct nexus_visit *v, const char *name, struct slice value,
    const char *rest)
{
	struct buf line = BUF_INIT(REPLY_HEADER_MAX);

	buf_addf(&line, "%s=", name);
	buf_add_slice(&line, value);
	buf_addf(&line, "; HTTPOnly= ; %spath=/%s", http_cookie_domain(v->http),
	    rest);
	if (buf_ok(&line))
		http_reply_header(v->http, "Set-Cookie", buf_slice(&line));
	buf_free(&line);
}

/* An address with what would end a cookie's value escaped. */
static void
reply_add_address(struct buf *out, struct slice address)
{
	for (size_t i = 0; i < address.n; i++) {
		unsigned char c = (unsigned char)address.p[i];

		if (c <= ' ' || c >= 0x7f || strchr("\",;\\%", c) != NULL)
			buf_addf(out, "%%%02X", c);
		else
			buf_add_char(out, (char)c);
	}
}

/* Clients want something in MSPProf; nothing is told by it. */
static void
reply_add_profile(struct nexus_visit *v, struct buf *out)
{
	static const char letters[] = "0123456789abcdef";
	unsigned char raw[REPLY_PROFILE_BYTES];

	env_random(v->nexus->core->env, raw, sizeof(raw));
	for (size_t i = 0; i < sizeof(raw); i++)
		buf_add_char(out, letters[raw[i] % 16]);
}

static void
reply_past(struct http_request *rq, const char *name)
{
	struct buf line = BUF_INIT(REPLY_HEADER_MAX);

	buf_addf(&line, "%s= ; HTTPOnly= ; %spath=/;Expires=%s", name,
	    http_cookie_domain(rq), REPLY_GONE);
	http_reply_header(rq, "Set-Cookie", buf_slice(&line));
	buf_free(&line);
}

static void
reply_plain_cookie(struct http_request *rq, const char *before,
    const char *after)
{
	struct buf line = BUF_INIT(REPLY_HEADER_MAX);

	buf_addf(&line, "%s%spath=/%s", before, http_cookie_domain(rq), after);
	http_reply_header(rq, "Set-Cookie", buf_slice(&line));
	buf_free(&line);
}

/*
 * The menus of programs with tickets lead to chat rooms and to one's account,
 * too; those of the first years to the mailbox, which is all that what they have
 * in clear may open.
 */
static void
reply_derive(struct nexus_visit *v, struct buf *sec, struct buf *auth)
{
	struct core *core = v->nexus->core;

	if (v->by.purpose == TOKEN_MENU) {
		signin_derive(core, &v->by, TOKEN_MENU, sec);
		return;
	}
	signin_derive(core, &v->by, TOKEN_COOKIE, sec);
	signin_derive(core, &v->by, TOKEN_CHAT, auth);
}

void
nexus_reply_cookies(struct nexus_visit *v, enum nexus_reader reader)
{
	struct core *core = v->nexus->core;
	struct buf sec = BUF_INIT(TOKEN_TEXT_MAX);
	struct buf auth = BUF_INIT(TOKEN_TEXT_MAX);
	struct buf text = BUF_INIT(REPLY_HEADER_MAX);

	if (reader == NEXUS_MENU) {
		reply_derive(v, &sec, &auth);
	} else {
		signin_issue(core, v->account, TOKEN_COOKIE, &sec);
		/* it travels without TLS too */
		signin_issue(core, v->account, TOKEN_CHAT, &auth);
	}
	ASSERT(buf_ok(&sec) && buf_ok(&auth));
	reply_plain_cookie(v->http, "MSPSec1= ; expires=" REPLY_GONE ";",
	    ";HTTPOnly= ;version=1");
	/* programs are given what they were given then, to the letter */
	reply_cookie(v, "MSPSec", buf_slice(&sec),
	    reader == NEXUS_PROGRAM ? ";secure=" : ";secure=;SameSite=Lax");
	if (auth.n > 0)
		reply_cookie(v, "MSPAuth", buf_slice(&auth), "");
	reply_add_profile(v, &text);
	reply_cookie(v, "MSPProf", buf_slice(&text), "");
	reply_plain_cookie(v->http, "MSPVis=507;", "");
	buf_reset(&text);
	reply_add_address(&text, account_address(v->account));
	reply_cookie(v, "MSPPre", buf_slice(&text), ";Expires=" REPLY_NEVER);
	reply_past(v->http, "MSPShared");
	buf_free(&sec);
	buf_free(&auth);
	buf_free(&text);
}

void
nexus_reply_no_cookies(struct http_request *rq)
{
	static const char *const names[] = { "MSPSec1", "MSPSec", "MSPAuth",
		"MSPProf", "MSPVis", "MSPPre", "MSPShared", "MSNChatNN",
		"MSNREGCOOKIE" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		reply_past(rq, names[i]);
}
