/* SPDX-License-Identifier: MIT */
/*
 * The pages for browsers: the sign-in form, the way out, and the "open my
 * inbox" form that Messenger itself submits (passport.md 5.5 and 8.1).
 */
#include "nexus/front.h"

#include "common/base/panic.h"
#include "common/http/cookie.h"
#include "core/door/signin.h"

enum {
	FORM_PAGE_MAX = 16 * 1024,
	FORM_FIELD_MAX = 512,
	FORM_URL_MAX = 1024
};

#define FORM_HOME "http://messenger.msn.com/"

/* Where a browser may be sent: names of the service, nobody else's. */
static const char *const form_hosts[] = {
	"messenger.msn.com",
	"messenger.hotmail.com",
	"www.hotmail.com",
	"hotmail.com",
	"www.msn.com",
	"login.live.com",
	"login.passport.com",
	"loginnet.passport.com",
	"msnialogin.passport.com",
	"www.passport.com",
	"memberservices.passport.net",
	"register.passport.net",
	"chat.msn.com",
	"nickname.msn.com",
};

/* Pages of ours that a browser may be sent to by their path alone. */
static const char *const form_paths[] = { "/cgi-bin/", "/chat", "/msnchat/",
	"/ppsecure/", "/profile", "/mobile", "/search/" };

static bool
form_is_harmless(struct slice url)
{
	for (size_t i = 0; i < url.n; i++) {
		unsigned char c = (unsigned char)url.p[i];

		if (c <= ' ' || c >= 0x7f || strchr("\"'<>\\", c) != NULL)
			return false;
	}
	return url.n <= FORM_URL_MAX;
}

bool
nexus_url_allowed(struct slice url)
{
	struct slice host;
	size_t end = 0;

	if (!form_is_harmless(url))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(form_paths); i++)
		if (slice_starts(url, slice_text(form_paths[i])))
			return true;
	if (slice_starts_nocase(url, SLICE_LIT("https://")))
		host = slice_from(url, 8);
	else if (slice_starts_nocase(url, SLICE_LIT("http://")))
		host = slice_from(url, 7);
	else
		return false;
	while (end < host.n && strchr("/?#", host.p[end]) == NULL)
		end++;
	host = slice_upto(host, end);
	for (size_t i = 0; i < ARRAY_LEN(form_hosts); i++) {
		if (slice_eq_nocase(host, slice_text(form_hosts[i])))
			return true;
	}
	return false;
}

static void
form_reply_page(struct nexus_visit *v, struct slice page, const char *message)
{
	struct buf out = BUF_INIT(FORM_PAGE_MAX);
	struct slice ru = { 0 };
	struct page_field fields[3];

	if (!http_form_arg(v->http, "ru", &ru) &&
	    !http_form_arg(v->http, "rru", &ru))
		(void)http_query_arg(v->http, "ru", &ru);
	if (!nexus_url_allowed(ru))
		ru = (struct slice){ 0 };
	fields[0] = (struct page_field){ "message", slice_text(message) };
	fields[1] = (struct page_field){ "login",
		slice_upto(v->asked.sign_in, FORM_FIELD_MAX) };
	fields[2] = (struct page_field){ "ru", ru };
	page_add(&out, page, fields, ARRAY_LEN(fields));
	(void)http_reply_guards(v->http,
	    &(struct http_sources){ .referred = true });
	if (buf_ok(&out))
		http_reply_body(v->http, buf_slice(&out));
	buf_free(&out);
}

/* A copy of one field that outlives the form; p NULL when it is too long. */
static struct slice
form_copy(struct nexus_visit *v, const char *key)
{
	struct slice s = { 0 };

	if (!http_form_arg(v->http, key, &s) || s.n > FORM_FIELD_MAX)
		return (struct slice){ 0 };
	return arena_copy(&v->arena, s);
}

/* The same, and the form's own decoded bytes are overwritten. */
static struct slice
form_copy_secret(struct nexus_visit *v, const char *key)
{
	struct slice copy = form_copy(v, key), s;

	if (http_form_arg(v->http, key, &s) && s.n > 0)
		mem_wipe((void *)(uintptr_t)s.p, s.n);
	return copy;
}

/* Fields login and passwd; the part behind the '@' may come as domain. */
static void
form_read(struct nexus_visit *v)
{
	struct passport_request *asked = &v->asked;
	struct slice domain = form_copy(v, "domain");

	asked->sign_in = form_copy(v, "login");
	asked->password = form_copy_secret(v, "passwd");
	if (domain.n > 0 && slice_find(asked->sign_in, '@') == asked->sign_in.n)
		asked->sign_in =
		    arena_printf(&v->arena, SLICE_FMT "@" SLICE_FMT,
			SLICE_ARG(asked->sign_in), SLICE_ARG(domain));
}

/* Another site must not sign somebody in, as whom it likes. */
static enum nexus_verdict
form_judge(struct nexus_visit *v)
{
	if (http_method(v->http) != HTTP_POST || http_from_elsewhere(v->http) ||
	    http_from_nowhere(v->http))
		return NEXUS_ASK;
	if (v->asked.password.p == NULL)
		form_read(v);
	if (v->asked.sign_in.n == 0 || v->asked.password.n == 0)
		return NEXUS_ASK;
	return nexus_visit_password(v);
}

static const char *
form_message(enum nexus_verdict verdict)
{
	switch (verdict) {
	case NEXUS_GOOD:
		return "You are signed in.";
	case NEXUS_WRONG:
		return "The e-mail address or the password is not right.";
	case NEXUS_LOCKED:
		return "Too many wrong passwords were typed. "
		       "Please wait a minute.";
	case NEXUS_DISABLED:
		return "This account has been switched off.";
	case NEXUS_LATER:
		return "The service is busy. Please try again in a moment.";
	case NEXUS_MOVED:
		return "Another server has this account. Please sign in there.";
	case NEXUS_STALE:
	case NEXUS_BROKEN:
	case NEXUS_TOO_LONG:
	case NEXUS_ASK:
	case NEXUS_WAIT:
		break;
	}
	return "Please sign in.";
}

static void
form_reply_good(struct nexus_visit *v, enum nexus_reader reader,
    struct slice url)
{
	nexus_reply_begin(v->http, v->nexus, url.n > 0 ? 302 : 200);
	nexus_reply_cookies(v, reader);
	if (url.n > 0)
		http_reply_header(v->http, "Location", url);
	else
		form_reply_page(v, nexus_page_done, form_message(v->verdict));
}

static void
form_reply_refused(struct nexus_visit *v)
{
	nexus_reply_begin(v->http, v->nexus,
	    v->verdict == NEXUS_LATER ? 503 : 200);
	if (v->verdict == NEXUS_LATER)
		http_reply_header(v->http, "Retry-After", SLICE_LIT("10"));
	form_reply_page(v, nexus_page_login, form_message(v->verdict));
}

static void
form_reply(struct nexus_visit *v)
{
	struct slice ru = { 0 };

	if (v->verdict != NEXUS_GOOD) {
		form_reply_refused(v);
		return;
	}
	if (!http_form_arg(v->http, "ru", &ru) || !nexus_url_allowed(ru))
		ru = (struct slice){ 0 };
	form_reply_good(v, NEXUS_BROWSER, ru);
}

enum http_outcome
nexus_form(struct http_request *rq, void *front)
{
	static const struct nexus_flow flow = { form_judge, form_reply };

	return nexus_visit_run(rq, front, &flow);
}

/* A file on a disk is no other site. */
bool
nexus_from_elsewhere(const struct http_request *rq)
{
	return http_from_elsewhere(rq) && !http_from_nowhere(rq);
}

/*
 * Messenger's own form, a file on its disk, proves the account with the MSPAuth
 * value it was given by the notification server, as long as that session is
 * there; creds would need the clear password.
 */
static enum nexus_verdict
mail_judge(struct nexus_visit *v)
{
	struct slice auth, user;
	enum result r;

	if (nexus_from_elsewhere(v->http))
		return NEXUS_ASK;
	if (!http_form_arg(v->http, "auth", &auth) ||
	    !http_form_arg(v->http, "username", &user))
		return NEXUS_ASK;
	r = signin_token(&v->request, auth, DOOR_MENU, &v->by, &v->account);
	if (r == RESULT_OK &&
	    !slice_eq_nocase(account_address(v->account), user))
		return NEXUS_WRONG;
	return r == RESULT_BAD_TICKET ? NEXUS_ASK : nexus_verdict_of(r);
}

/* rru is mostly a path of the mailbox; a whole URL must be one of ours. */
static void
mail_reply(struct nexus_visit *v)
{
	struct slice rru = { 0 };

	if (v->verdict != NEXUS_GOOD) {
		form_reply_refused(v);
		return;
	}
	if (!http_form_arg(v->http, "rru", &rru) || !nexus_url_allowed(rru))
		rru = SLICE_LIT(FORM_HOME);
	form_reply_good(v, NEXUS_MENU, rru);
}

enum http_outcome
nexus_mail(struct http_request *rq, void *front)
{
	static const struct nexus_flow flow = { mail_judge, mail_reply };

	return nexus_visit_run(rq, front, &flow);
}

/*
 * By a link or by a program, as it was then: browsers that send a cookie along
 * with another site's link say whose it is, and then nothing is done.
 */
enum http_outcome
nexus_logout(struct http_request *rq, void *front)
{
	static const char *const sessions[] = { "MSPSec", "MSPAuth" };
	bool asks = http_from_elsewhere(rq);
	struct nexus *n = front;
	const struct page_field field = { "message",
		SLICE_LIT("You are signed out.") };
	struct buf out = BUF_INIT(FORM_PAGE_MAX);

	for (size_t i = 0; i < ARRAY_LEN(sessions) && !asks; i++)
		signin_leave(n->core, http_cookie(rq, sessions[i]));
	nexus_reply_begin(rq, n, 200);
	if (!asks) {
		nexus_reply_no_cookies(rq);
		http_reply_header(rq, "Authentication-Info",
		    SLICE_LIT("Passport1.4 da-status=logout"));
	}
	page_add(&out, asks ? nexus_page_logout : nexus_page_done, &field, 1);
	(void)http_reply_guards(rq, &(struct http_sources){ 0 });
	http_reply_body(rq, buf_slice(&out));
	buf_free(&out);
	return HTTP_DONE;
}
