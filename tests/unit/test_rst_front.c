/* SPDX-License-Identifier: MIT */
/*
 * The token services between a make-believe HTTP and a make-believe core: what
 * they ask, when they wait, and which answer follows.
 */
#include "nexus/rst.h"
#include "tests/unit/nexus_fakes.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static int64_t
fixed_wall(void *ctx)
{
	(void)ctx;
	return 1214554893;
}

static const struct env env = { .wall = fixed_wall };
static struct core core = { .env = &env, .cfg = { .token_life_s = 86400 } };

static bool
row_matches(const struct http_route *row, const struct http_request *rq)
{
	size_t n = strlen(row->path);

	if (!(row->methods & (unsigned)rq->method))
		return false;
	if (row->path[n - 1] == '*')
		return strncmp(row->path, rq->path, n - 1) == 0;
	return strcmp(row->path, rq->path) == 0;
}

static enum http_outcome
run(struct http_request *rq)
{
	static struct nexus *n;
	struct nexus_config cfg = { .web = "" };
	const struct http_route *rows;
	char err[128];
	size_t count;

	if (n == NULL) {
		assert_int_equal(nexus_config_parse(&cfg, SLICE_LIT(""),
				     SLICE_LIT("far.org=login.far.org"), err,
				     sizeof(err)),
		    0);
		n = nexus_new(&core, &cfg);
	}
	rows = nexus_routes(&count);
	for (size_t i = 0; i < count; i++) {
		if (!row_matches(&rows[i], rq))
			continue;
		if (rows[i].handle(rq, n) == HTTP_WAIT)
			return HTTP_WAIT;
		if (rq->cleanup != NULL)
			rq->cleanup(rq->state);
		return HTTP_DONE;
	}
	fail_msg("no route %s", rq->path);
	return HTTP_DONE;
}

static int
fresh(void **state)
{
	(void)state;
	memset(&core_now, 0, sizeof(core_now));
	return 0;
}

static int
nothing_is_left(void **state)
{
	(void)state;
	return core_now.begun == core_now.ended ? 0 : -1;
}

#define SOAP11 "http://schemas.xmlsoap.org/soap/envelope/"
#define SOAP12 "http://www.w3.org/2003/05/soap-envelope"
#define USER(name, password)                                              \
	"<UsernameToken><Username>" name "</Username><Password>" password \
	"</Password></UsernameToken>"
#define BODY                                                                \
	"<RequestSecurityToken><AppliesTo><EndpointReference><Address>"     \
	"messengerclear.live.com</Address></EndpointReference></AppliesTo>" \
	"</RequestSecurityToken>"
#define ENVELOPE(soap, who)                                   \
	"<Envelope xmlns=\"" soap "\"><Header><Security>" who \
	"</Security></Header><Body>" BODY "</Body></Envelope>"
/* Of a server that lets no web site sign people in. */
#define CORS             \
	"Vary: Origin\n" \
	"Cache-Control: no-store\n"
#define AMY ENVELOPE(SOAP11, USER(" Amy@example.com ", " a&amp;b "))

static struct http_request
post(const char *path, const char *body)
{
	struct http_request rq = { .method = HTTP_POST,
		.path = path,
		.query = "" };

	snprintf(rq.sent, sizeof(rq.sent), "%s", body);
	return rq;
}

static void
a_good_password_gets_tickets_and_the_connection_stays(void **state)
{
	static const char *const paths[] = { "/RST.srf", "/pp600/RST.srf",
		"/RST2.srf", "/ppsecure/rst2.SRF" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		struct http_request rq = post(paths[i], AMY);

		assert_int_equal(run(&rq), HTTP_DONE);
		assert_int_equal(rq.status, 200);
		assert_false(rq.closed);
		assert_string_equal(core_now.address, "Amy@example.com");
		assert_string_equal(core_now.password, " a&b ");
		assert_non_null(strstr(rq.headers,
		    "Content-Type: text/xml; charset=utf-8\n"));
		assert_non_null(strstr(rq.body,
		    "<wsse:BinarySecurityToken Id=\"Compact1\">"
		    "t=token15&amp;p=</wsse:BinarySecurityToken>"));
		assert_non_null(strstr(rq.body, "\"CID\">0000000000001234<"));
		assert_non_null(
		    strstr(rq.body, "<wsu:Expires>2008-06-28T08:21:33Z<"));
		/* 24 times the letter t */
		assert_non_null(strstr(rq.body,
		    "<wst:BinarySecret>dHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0<"));
	}
}

static void
the_password_is_overwritten_in_the_request(void **state)
{
	struct http_request rq = post("/RST.srf", AMY);

	(void)state;
	assert_int_equal(run(&rq), HTTP_DONE);
	for (size_t i = 0; i < strlen(AMY); i++)
		assert_int_equal(rq.sent[i], 0);
}

static void
a_request_waits_for_the_hash_and_then_for_the_disk(void **state)
{
	struct http_request rq = post("/RST.srf", AMY);

	(void)state;
	core_now.hash_waits = 2;
	core_now.unsettled = true;
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(run(&rq), HTTP_WAIT);
	assert_int_equal(core_now.asked, 3);
	assert_string_equal(core_now.password, " a&b ");
	assert_int_equal(rq.status, 0);
	core_now.unsettled = false;
	assert_int_equal(run(&rq), HTTP_DONE);
	assert_int_equal(rq.status, 200);
	assert_non_null(strstr(rq.body, "token15"));
}

struct refusal {
	enum result result;
	unsigned status;
	const char *code_2004, *code_2005;
};

static const struct refusal refusals[] = {
	{ RESULT_BAD_PASSWORD, 200, "wsse:FailedAuthentication",
	    "wst:FailedAuthentication" },
	{ RESULT_LOCKED_OUT, 200, "wsse:FailedAuthentication",
	    "wst:FailedAuthentication" },
	{ RESULT_DISABLED, 200, "wsse:FailedAuthentication",
	    "wst:FailedAuthentication" },
	{ RESULT_BUSY, 503, "wst:RequestFailed", "wst:RequestFailed" },
	{ RESULT_STORE_FAILED, 503, "wst:RequestFailed", "wst:RequestFailed" },
	{ RESULT_DRAINING, 503, "wst:RequestFailed", "wst:RequestFailed" },
};

/* covers: soap 11 #68 */
static void
each_refusal_is_a_fault_in_the_language_of_the_request(void **state)
{
	char want[80];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
		const struct refusal *r = &refusals[i];
		struct http_request old = post("/RST.srf", AMY);
		struct http_request later =
		    post("/RST2.srf", ENVELOPE(SOAP12, USER("a@b", "c")));

		core_now.result = r->result;
		assert_int_equal(run(&old), HTTP_DONE);
		assert_int_equal(old.status, r->status);
		snprintf(want, sizeof(want),
		    "</S:Header><S:Fault><faultcode>%s<", r->code_2004);
		assert_non_null(strstr(old.body, want));
		assert_int_equal(strstr(old.headers, "Retry-After: 10") != NULL,
		    r->status == 503);
		assert_int_equal(run(&later), HTTP_DONE);
		assert_int_equal(later.status, r->status);
		snprintf(want, sizeof(want), "<S:Subcode><S:Value>%s<",
		    r->code_2005);
		assert_non_null(strstr(later.body, want));
		assert_non_null(strstr(later.headers,
		    "Content-Type: application/soap+xml; charset=utf-8\n"));
		assert_null(strstr(later.body, "token15"));
	}
}

/* covers: real-accounts 13 #7 */
static void
too_many_wrong_passwords_have_a_status_of_their_own(void **state)
{
	struct http_request old = post("/RST.srf", AMY);
	struct http_request wrong =
	    post("/RST2.srf", ENVELOPE(SOAP12, USER("a@b", "c")));
	struct http_request locked = wrong;

	(void)state;
	core_now.result = RESULT_BAD_PASSWORD;
	assert_int_equal(run(&wrong), HTTP_DONE);
	assert_non_null(
	    strstr(wrong.body, "<psf:reqstatus>0x80048821</psf:reqstatus>"));
	core_now.result = RESULT_LOCKED_OUT;
	assert_int_equal(run(&locked), HTTP_DONE);
	assert_non_null(
	    strstr(locked.body, "<psf:reqstatus>0x80048823</psf:reqstatus>"));
	assert_non_null(
	    strstr(locked.body, "<psf:value>0x80048823</psf:value>"));
	assert_int_equal(run(&old), HTTP_DONE);
	assert_non_null(
	    strstr(old.body, "<psf:reqstatus>0x80048823</psf:reqstatus>"));
	assert_non_null(strstr(old.body, "wsse:FailedAuthentication"));
}

/* covers: real-accounts 13 #6 */
static void
an_upstream_that_does_not_answer_is_a_service_that_is_not_available(
    void **state)
{
	struct http_request rst = post("/RST.srf", AMY);
	struct http_request notrst = post("/NotRST.srf", "");

	(void)state;
	notrst.user = "amy@example.com";
	notrst.pass = "secret";
	core_now.result = RESULT_ELSEWHERE_DOWN;
	assert_int_equal(run(&rst), HTTP_DONE);
	assert_int_equal(rst.status, 503);
	assert_non_null(strstr(rst.headers, "Retry-After: 10\n"));
	assert_non_null(
	    strstr(rst.body, "<faultcode>wst:RequestFailed</faultcode>"));
	assert_null(strstr(rst.body, "FailedAuthentication"));
	assert_int_equal(run(&notrst), HTTP_DONE);
	assert_int_equal(notrst.status, 503);
	assert_null(strstr(notrst.headers, "X-Token: t"));
}

static void
where_an_upstream_sends_people_is_passed_on_as_it_is(void **state)
{
	struct http_request rst = post("/RST.srf", AMY);
	struct http_request rst2 =
	    post("/RST2.srf", ENVELOPE(SOAP12, USER("a@b", "c")));
	struct http_request notrst = post("/NotRST.srf", "");
	struct http_request chain = rst, odd = rst;

	(void)state;
	core_now.result = RESULT_MOVED;
	core_now.url = "https://login.far.example:444/pp550/RST.srf?a=1&b=2";
	assert_int_equal(run(&rst), HTTP_DONE);
	assert_int_equal(rst.status, 200);
	assert_non_null(strstr(rst.body,
	    "<faultcode>psf:Redirect</faultcode><faultstring>Redirect"
	    "</faultstring><psf:redirectUrl>https://login.far.example:444"
	    "/pp550/RST.srf?a=1&amp;b=2</psf:redirectUrl></S:Fault>"));
	assert_int_equal(run(&rst2), HTTP_DONE);
	assert_non_null(strstr(rst2.body,
	    "<psf:redirectUrl>https://login.far.example:444"));
	notrst.user = "amy@example.com";
	notrst.pass = "secret";
	assert_int_equal(run(&notrst), HTTP_DONE);
	assert_int_equal(notrst.status, 200);
	assert_string_equal(notrst.headers, CORS);
	/* chains end after one step, and nothing odd is passed on */
	chain.query = "lc=1033";
	assert_int_equal(run(&chain), HTTP_DONE);
	assert_int_equal(chain.status, 503);
	core_now.url = "https://far.example\r\nX: y/RST.srf";
	assert_int_equal(run(&odd), HTTP_DONE);
	assert_int_equal(odd.status, 503);
}

/* covers: real-accounts 13 #8, #25 */
static void
whoever_must_be_asked_sees_what_the_request_said(void **state)
{
	static const struct {
		const char *policy, *client;
		bool policy_ok, client_ok;
	} rows[] = {
		{ "messengerclear.live.com|MBI_KEY_OLD",
		    "14.0.8117.416;{7108E71A-9926-4FCB-BCC9-9A9D3F32E423}",
		    true, true },
		{ "contacts.msn.com|?fs=1&id=24000",
		    "8.1.0178.00;{cfe80f9d-180f-4399-82ab-413f33a1fa11}", true,
		    true },
		{ "|MBI", "14.0;7108E71A-9926-4FCB-BCC9-9A9D3F32E423", false,
		    false },
		{ "no bar", "14.0", false, false },
		{ "a|b|c", ";{7108E71A-9926-4FCB-BCC9-9A9D3F32E423}", false,
		    false },
		{ "a|b c", "x;{7108E71A-9926-4FCB-BCC9-9A9D3F32E423}", false,
		    false },
		{ NULL, NULL, false, false },
	};
	const struct upstream_asker *seen = &core_now.asker;
	struct elsewhere there = { 0 };

	(void)state;
	core.elsewhere = &there;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct http_request rq = post("/RST.srf", AMY);

		rq.policy = rows[i].policy;
		rq.client = rows[i].client;
		rq.via = "abc, def";
		assert_int_equal(run(&rq), HTTP_DONE);
		assert_int_equal(seen->x_policy.n > 0, rows[i].policy_ok);
		assert_int_equal(seen->x_client.n > 0, rows[i].client_ok);
		assert_true(slice_eq_text(seen->via, "abc, def"));
		assert_int_equal(seen->body.n, strlen(AMY));
		assert_int_equal(seen->kind, RST_2004);
		/* and afterwards nobody sees the password any more */
		for (size_t k = 0; k < strlen(AMY); k++)
			assert_int_equal(rq.sent[k], 0);
	}
	{
		struct http_request gone = post("/RST.srf", AMY);

		core_now.hash_waits = 1;
		assert_int_equal(run(&gone), HTTP_WAIT);
		assert_int_equal(gone.sent[0], '<');
		gone.cleanup(gone.state);
		assert_int_equal(gone.sent[0], 0);
	}
	core.elsewhere = NULL;
}

static void
a_lost_commit_is_told_as_a_service_that_is_not_available(void **state)
{
	struct http_request rq = post("/RST.srf", AMY);

	(void)state;
	core_now.store_failed = true;
	assert_int_equal(run(&rq), HTTP_DONE);
	assert_int_equal(rq.status, 503);
	assert_null(strstr(rq.body, "token"));
}

static void
a_base_ticket_in_place_of_a_password_makes_the_client_ask_for_one(void **state)
{
	struct http_request rq =
	    post("/RST.srf", ENVELOPE(SOAP11, "<EncryptedData/>"));

	(void)state;
	assert_int_equal(run(&rq), HTTP_DONE);
	assert_int_equal(rq.status, 200);
	assert_int_equal(core_now.asked, 0);
	assert_non_null(strstr(rq.body, "wsse:FailedAuthentication"));
}

/* covers: soap 11 #69 */
static void
what_makes_no_sense_is_the_clients_fault(void **state)
{
	struct http_request old = post("/RST.srf", "<Envelope><Header>");
	struct http_request later = post("/RST2.srf", "");

	(void)state;
	assert_int_equal(run(&old), HTTP_DONE);
	assert_non_null(strstr(old.body, "<faultcode>S:Client<"));
	assert_int_equal(run(&later), HTTP_DONE);
	assert_non_null(strstr(later.body, "<S:Value>wst:InvalidRequest<"));
	assert_int_equal(core_now.asked, 0);
}

static void
a_domain_of_another_server_is_sent_there_once(void **state)
{
	const char *joe = ENVELOPE(SOAP11, USER("joe@FAR.org", "x"));
	struct http_request rq = post("/RST.srf", joe);
	struct http_request back = post("/RST.srf", joe);
	struct http_request later =
	    post("/RST2.srf", ENVELOPE(SOAP12, USER("joe@far.org", "x")));

	(void)state;
	assert_int_equal(run(&rq), HTTP_DONE);
	assert_non_null(strstr(rq.body,
	    "<faultcode>psf:Redirect</faultcode>"
	    "<faultstring>Redirect</faultstring><psf:redirectUrl>"
	    "https://login.far.org/RST.srf?lc=1033</psf:redirectUrl>"));
	assert_int_equal(run(&later), HTTP_DONE);
	assert_non_null(
	    strstr(later.body, "https://login.far.org/RST2.srf?lc=1033<"));
	assert_int_equal(core_now.asked, 0);
	back.query = "lc=1033";
	assert_int_equal(run(&back), HTTP_DONE);
	assert_non_null(strstr(back.body, "token15"));
}

static void
nothing_else_lives_below_pp(void **state)
{
	static const char *const paths[] = { "/ppfoo", "/pp800/x",
		"/pp6/x/RST.srf", "/pp" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		struct http_request rq = post(paths[i], AMY);

		assert_int_equal(run(&rq), HTTP_DONE);
		assert_int_equal(rq.status, 404);
	}
	assert_int_equal(core_now.asked, 0);
}

/* covers: soap 11 #70 */
static void
notrst_takes_headers_and_gives_one(void **state)
{
	struct http_request good = post("/NotRST.srf", "");
	struct http_request bad = post("/NotRST.srf", "");
	struct http_request none = post("/NotRST.srf", "");
	struct http_request busy = post("/NotRST.srf", "");
	struct http_request asks = { .method = HTTP_OTHER,
		.path = "/NotRST.srf" };

	(void)state;
	good.user = bad.user = busy.user = "amy@example.com";
	good.pass = bad.pass = busy.pass = "p\xe4ss";
	core_now.hash_waits = 1;
	assert_int_equal(run(&good), HTTP_WAIT);
	assert_int_equal(run(&good), HTTP_DONE);
	assert_int_equal(good.status, 200);
	assert_string_equal(core_now.password, "p\xc3\xa4ss");
	assert_string_equal(good.headers, CORS "X-Token: token14\n");
	core_now.result = RESULT_BAD_PASSWORD;
	assert_int_equal(run(&bad), HTTP_DONE);
	assert_int_equal(bad.status, 200);
	assert_string_equal(bad.headers, CORS);
	assert_int_equal(run(&none), HTTP_DONE);
	assert_int_equal(none.status, 200);
	assert_string_equal(none.headers, CORS);
	core_now.result = RESULT_BUSY;
	assert_int_equal(run(&busy), HTTP_DONE);
	assert_int_equal(busy.status, 503);
	assert_int_equal(run(&asks), HTTP_DONE);
	assert_int_equal(asks.status, 200);
	assert_string_equal(asks.headers, CORS);
}

static void
the_download_of_settings_is_there_and_empty(void **state)
{
	static const char *const paths[] = { "/ppcrlconfig.srf",
		"/ppcrlconfig600.srf", "/ppcrlcheck.srf" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		struct http_request rq = { .method = HTTP_GET,
			.path = paths[i] };

		assert_int_equal(run(&rq), HTTP_DONE);
		assert_int_equal(rq.status, 200);
		assert_string_equal(rq.body, "");
	}
}

struct sent_on {
	const char *token, *location;
};

/* covers: passport 13 #33; soap 11 #113 */
static void
sha1auth_sends_browsers_only_to_hosts_of_the_service(void **state)
{
	static const struct sent_on tokens[] = {
		{ "ct=1&bver=4&rru=%2f&ru=http%3A%2F%2Fwww.hotmail.com%2Fa%3F"
		  "b%26c&id=2",
		    "Location: http://www.hotmail.com/a?b&c\n" },
		{ "ru=https://login.live.com/", "Location: https://login." },
		{ "ct=1&ru=http%3A%2F%2Fevil.example%2F", NULL },
		{ "ru=http%3A%2F%2Fwww.hotmail.com%40evil.example%2F", NULL },
		{ "ru=http%3A%2F%2Fwww.hotmail.com%2F%0D%0AX: y", NULL },
		{ "rru=http%3A%2F%2Fwww.hotmail.com%2F", NULL },
		{ "", NULL },
		{ NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(tokens); i++) {
		const struct sent_on *t = &tokens[i];
		struct http_request rq = post("/ppsecure/sha1auth.srf", "");

		rq.form[0] = t->token == NULL ? NULL : "token";
		rq.form[1] = t->token;
		assert_int_equal(run(&rq), HTTP_DONE);
		assert_null(strstr(rq.headers, "Set-Cookie"));
		if (t->location != NULL) {
			assert_int_equal(rq.status, 302);
			assert_non_null(strstr(rq.headers, t->location));
			continue;
		}
		assert_int_equal(rq.status, 200);
		assert_null(strstr(rq.headers, "Location"));
		assert_non_null(strstr(rq.body, "Please sign in."));
	}
}

#define T(name) cmocka_unit_test_setup_teardown(name, fresh, nothing_is_left)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_good_password_gets_tickets_and_the_connection_stays),
		T(the_password_is_overwritten_in_the_request),
		T(a_request_waits_for_the_hash_and_then_for_the_disk),
		T(each_refusal_is_a_fault_in_the_language_of_the_request),
		T(too_many_wrong_passwords_have_a_status_of_their_own),
		T(an_upstream_that_does_not_answer_is_a_service_that_is_not_available),
		T(where_an_upstream_sends_people_is_passed_on_as_it_is),
		T(whoever_must_be_asked_sees_what_the_request_said),
		T(a_lost_commit_is_told_as_a_service_that_is_not_available),
		T(a_base_ticket_in_place_of_a_password_makes_the_client_ask_for_one),
		T(what_makes_no_sense_is_the_clients_fault),
		T(a_domain_of_another_server_is_sent_there_once),
		T(nothing_else_lives_below_pp),
		T(notrst_takes_headers_and_gives_one),
		T(the_download_of_settings_is_there_and_empty),
		T(sha1auth_sends_browsers_only_to_hosts_of_the_service),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
