/* SPDX-License-Identifier: MIT */
/*
 * /login2.srf: credentials in a header, a ticket in a header (passport.md 4
 * and 5).
 */
#include "nexus/front.h"

#include "common/base/panic.h"
#include "common/codec/url.h"
#include "core/door/signin.h"

enum {
	LOGIN_HEADER_MAX = 2048,
	LOGIN_PROFILE_BYTES = 6
};

#define LOGIN_PICTURE "http://www.passportimages.com/XPPassportLogo.gif"
#define LOGIN_RETURN  "http://messenger.msn.com"
#define LOGIN_RETRY_S "10"

/*
 * The challenge is judged before the password.  A client that dawdled is not
 * told its password were wrong, and no failure is counted for it: ts=0, as if
 * it had brought no credentials, which makes it ask for them again.  Without a
 * challenge of this server the password counts all the same: scripts for chat
 * rooms sent one that they had copied (field-runs 2.1).
 */
static enum nexus_verdict
login_judge(struct nexus_visit *v)
{
	struct passport_request *asked = &v->asked;
	struct nexus *n = v->nexus;
	enum signin_challenge age;

	if (asked->password.p == NULL) {
		switch (passport_parse(http_header(v->http, "Authorization"),
		    &v->arena, asked)) {
		case PASSPORT_OK:
			break;
		case PASSPORT_ABSENT:
			return NEXUS_ASK;
		case PASSPORT_BROKEN:
			return NEXUS_BROKEN;
		case PASSPORT_TOO_LONG:
			return NEXUS_TOO_LONG;
		}
		if (asked->sign_in.n == 0 || asked->password.p == NULL)
			return NEXUS_ASK;
		v->host = nexus_config_redirect(&n->cfg, asked->sign_in);
		if (v->host.p != NULL && !nexus_was_sent_here(v->http)) {
			v->host = arena_copy(&v->arena, v->host);
			return NEXUS_MOVED;
		}
		age = signin_challenge_age(n->core, asked->seal);
		if (age == SIGNIN_STALE)
			return NEXUS_STALE;
		v->foreign = age == SIGNIN_FOREIGN;
		/* a copied one is for who has an account */
		v->request.known_only = v->foreign;
	}
	return nexus_visit_password(v);
}

static void
login_reply_good(struct nexus_visit *v)
{
	struct core *core = v->nexus->core;
	struct buf line = BUF_INIT(LOGIN_HEADER_MAX);
	unsigned char raw[LOGIN_PROFILE_BYTES];

	/* what nobody asked for here opens no session: rooms and pages alone */
	enum token_purpose purpose = v->foreign ? TOKEN_CHAT : TOKEN_TICKET;

	env_random(core->env, raw, sizeof(raw));
	buf_add_text(&line,
	    "Passport1.4 da-status=success,tname=MSPAuth,tname=MSPProf,"
	    "tname=MSPSec,from-PP='t=");
	signin_issue(core, v->account, purpose, &line);
	buf_add_text(&line, "&p=");
	for (size_t i = 0; i < sizeof(raw); i++)
		buf_addf(&line, "%02x", raw[i]);
	buf_add_text(&line, "',ru=" LOGIN_RETURN);
	ASSERT(buf_ok(&line));
	nexus_reply_begin(v->http, v->nexus, 200);
	nexus_reply_cookies(v, NEXUS_PROGRAM);
	http_reply_header(v->http, "Authentication-Info", buf_slice(&line));
	buf_free(&line);
}

static void
login_reply_moved(struct nexus_visit *v)
{
	struct buf line = BUF_INIT(LOGIN_HEADER_MAX);

	buf_add_text(&line, "https://");
	buf_add_slice(&line, v->host);
	buf_add_text(&line, "/login2.srf?lc=1033");
	nexus_reply_begin(v->http, v->nexus, 302);
	http_reply_header(v->http, "Authentication-Info",
	    SLICE_LIT("Passport1.4 da-status=redir"));
	http_reply_header(v->http, "Location", buf_slice(&line));
	buf_free(&line);
}

/*
 * status and ts as in passport.md 5.4; text is for people, and is the same
 * for every reason that must not be told apart.
 */
static void
login_reply_refused(struct nexus_visit *v, const char *status, const char *ts,
    const char *text)
{
	struct buf line = BUF_INIT(LOGIN_HEADER_MAX);

	buf_addf(&line,
	    "Passport1.4 da-status=%s,srealm=" NEXUS_REALM_401
	    ",ts=%s,prompt,cburl=" LOGIN_PICTURE ",cbtxt=",
	    status, ts);
	url_encode(&line, slice_text(text));
	ASSERT(buf_ok(&line));
	nexus_reply_begin(v->http, v->nexus, 401);
	http_reply_header(v->http, "PassportConfig",
	    SLICE_LIT("ConfigVersion=" NEXUS_CONFIG_VERSION));
	http_reply_header(v->http, "WWW-Authenticate", buf_slice(&line));
	buf_free(&line);
}

static void
login_reply(struct nexus_visit *v)
{
	switch (v->verdict) {
	case NEXUS_GOOD:
		login_reply_good(v);
		return;
	case NEXUS_MOVED:
		login_reply_moved(v);
		return;
	case NEXUS_ASK:
		login_reply_refused(v, "failed", "0",
		    "Please type your e-mail address and your password.");
		return;
	case NEXUS_STALE:
		login_reply_refused(v, "failed", "0",
		    "Signing in took too long. Please sign in once more.");
		return;
	case NEXUS_WRONG:
		login_reply_refused(v, "failed", "-3",
		    "The e-mail address or the password is not right. Please "
		    "type both again.");
		return;
	case NEXUS_LOCKED:
		login_reply_refused(v, "failed-noretry", "-1",
		    "Too many wrong passwords were typed. Please wait a "
		    "minute and sign in again.");
		return;
	case NEXUS_DISABLED:
		login_reply_refused(v, "failed-noretry", "-1",
		    "This account has been switched off. Please ask those who "
		    "run this service.");
		return;
	case NEXUS_LATER:
		nexus_reply_begin(v->http, v->nexus, 503);
		http_reply_header(v->http, "Retry-After",
		    SLICE_LIT(LOGIN_RETRY_S));
		return;
	case NEXUS_BROKEN:
		nexus_reply_begin(v->http, v->nexus, 400);
		return;
	case NEXUS_TOO_LONG:
		nexus_reply_begin(v->http, v->nexus, 431);
		return;
	case NEXUS_WAIT:
		break;
	}
	ASSERT(v->verdict != NEXUS_WAIT);
}

enum http_outcome
nexus_login2(struct http_request *rq, void *front)
{
	static const struct nexus_flow flow = { login_judge, login_reply };

	return nexus_visit_run(rq, front, &flow);
}
