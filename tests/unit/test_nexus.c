/* SPDX-License-Identifier: MIT */
/*
 * The Passport front between a make-believe HTTP and a make-believe core: what
 * it asks, when it waits, and what it answers.
 */
#include "tests/unit/nexus_fakes.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define AUTH "Passport1.4 tpf=good,sign-in=amy%40example.com,pwd=secret"

/* ---- the tests ---- */
static int64_t
fixed_wall(void *ctx)
{
	(void)ctx;
	return 1062764229;
}

static void
fixed_random(void *ctx, void *out, size_t n)
{
	(void)ctx;
	memset(out, 0xab, n);
}

static const struct env env = { .wall = fixed_wall, .random = fixed_random };
static struct core core = { .env = &env };

static enum http_outcome
run(struct http_request *rq)
{
	struct nexus_config cfg;
	static struct nexus *n;
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
		if (strcmp(rows[i].path, rq->path) != 0)
			continue;
		assert_true(rows[i].methods & (unsigned)rq->method);
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

#define LOGIN(header)                                                   \
	{                                                               \
		.method = HTTP_GET, .path = "/login2.srf", .query = "", \
		.auth = (header), .host = "login.passport.com"          \
	}

/* covers: passport 13 #2, #3 */
static void
the_nexus_tells_its_urls_in_microsofts_order(void **state)
{
	struct http_request rq = { .method = HTTP_GET,
		.path = "/rdr/pprdr.asp" };

	(void)state;
	assert_int_equal(run(&rq), HTTP_DONE);
	assert_int_equal(rq.status, 200);
	assert_true(rq.closed);
	assert_string_equal(rq.headers,
	    "PassportURLs: DARealm=Passport.Net,"
	    "DALogin=login.live.com/login2.srf,"
	    "DAReg=http://register.passport.net/uixpwiz.srf,"
	    "Properties=https://register.passport.net/editprof.srf,"
	    "Privacy=http://www.passport.com/consumer/privacypolicy.asp,"
	    "GeneralRedir=http://nexusrdr.passport.com/redir.asp,"
	    "Help=http://memberservices.passport.net/memberservice.srf,"
	    "ConfigVersion=15\n"
	    "Content-Type: text/html\n"
	    "Cache-control: private\n");
}

#define COMMON                             \
	"PPServer: H: NUDGE\n"             \
	"Content-Type: text/html\n"        \
	"Expires: <1062764169>\n"          \
	"Cache-Control: no-cache\n"        \
	"cachecontrol: no-store\n"         \
	"Pragma: no-cache\n"               \
	"P3P: CP=\"DSP CUR OTPi IND OTRi " \
	"ONL FIN\"\n"

/* covers: passport 13 #16, #18 */
static void
a_good_password_gets_the_headers_of_the_old_login_servers(void **state)
{
	struct http_request rq = LOGIN(AUTH);

	(void)state;
	assert_int_equal(run(&rq), HTTP_DONE);
	assert_int_equal(rq.status, 200);
	assert_true(rq.closed);
	assert_string_equal(core_now.address, "amy@example.com");
	assert_string_equal(core_now.password, "secret");
	assert_string_equal(rq.headers,
	    COMMON
	    "Set-Cookie: MSPSec1= ; expires=Thu, 30-Oct-1980 16:00:00 GMT;"
	    "domain=.passport.com;path=/;HTTPOnly= ;version=1\n"
	    "Set-Cookie: MSPSec=token4; HTTPOnly= ; domain=.passport.com;"
	    "path=/;secure=\n"
	    "Set-Cookie: MSPAuth=token11; HTTPOnly= ; domain=.passport.com;"
	    "path=/\n"
	    "Set-Cookie: MSPProf="
	    "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb; HTTPOnly= ; "
	    "domain=.passport.com;path=/\n"
	    "Set-Cookie: MSPVis=507;domain=.passport.com;path=/\n"
	    "Set-Cookie: MSPPre=amy@example.com; HTTPOnly= ; "
	    "domain=.passport.com;path=/;"
	    "Expires=Wed, 30-Dec-2037 16:00:00 GMT\n"
	    "Set-Cookie: MSPShared= ; HTTPOnly= ; domain=.passport.com;path=/;"
	    "Expires=Thu, 30-Oct-1980 16:00:00 GMT\n"
	    "Authentication-Info: Passport1.4 da-status=success,"
	    "tname=MSPAuth,tname=MSPProf,tname=MSPSec,"
	    "from-PP='t=token1&p=abababababab',ru=http://messenger.msn.com\n");
}

static void
a_login_waits_for_the_hash_and_then_for_the_disk(void **state)
{
	struct http_request rq = LOGIN(AUTH);

	(void)state;
	core_now.hash_waits = 2;
	core_now.unsettled = true;
	assert_int_equal(run(&rq), HTTP_WAIT);
	assert_int_equal(run(&rq), HTTP_WAIT);
	assert_int_equal(run(&rq), HTTP_WAIT);
	assert_int_equal(core_now.asked, 3);
	assert_int_equal(run(&rq), HTTP_WAIT); /* only settling is asked */
	assert_int_equal(core_now.asked, 3);
	assert_int_equal(rq.status, 0);
	core_now.unsettled = false;
	assert_int_equal(run(&rq), HTTP_DONE);
	assert_int_equal(rq.status, 200);
}

static void
a_login_whose_commit_was_lost_is_told_to_come_back(void **state)
{
	struct http_request rq = LOGIN(AUTH);

	(void)state;
	core_now.store_failed = true;
	assert_int_equal(run(&rq), HTTP_DONE);
	assert_int_equal(rq.status, 503);
	assert_non_null(strstr(rq.headers, "Retry-After: "));
	assert_null(strstr(rq.headers, "token"));
}

static void
a_peer_that_goes_away_while_waiting_leaves_nothing_behind(void **state)
{
	struct http_request rq = LOGIN(AUTH);

	(void)state;
	core_now.hash_waits = 1;
	assert_int_equal(run(&rq), HTTP_WAIT);
	rq.cleanup(rq.state);
}

struct refusal {
	const char *auth;
	enum result result;
	unsigned status, asked;
	const char *says; /* in the headers */
};

static const struct refusal refusals[] = {
	{ NULL, RESULT_OK, 401, 0,
	    "da-status=failed,srealm=Passport.NET,ts=0" },
	{ "Basic YTpi", RESULT_OK, 401, 0, "ts=0,prompt," },
	{ "Passport1.4 tname=,OrgVerb=GET", RESULT_OK, 401, 0, "ts=0,prompt," },
	{ "Passport1.4 tpf=good,sign-in=a@b", RESULT_OK, 401, 0,
	    "ts=0,prompt" },
	{ "Passport1.4 tpf=old,sign-in=a@b,pwd=c", RESULT_OK, 401, 0,
	    "cbtxt=Signing%20in%20took%20too%20long" },
	{ AUTH, RESULT_BAD_PASSWORD, 401, 1,
	    "WWW-Authenticate: Passport1.4 da-status=failed,"
	    "srealm=Passport.NET,ts=-3,prompt,cburl=http://" },
	{ AUTH, RESULT_BAD_ADDRESS, 401, 1, "ts=-3,prompt," },
	{ AUTH, RESULT_LOCKED_OUT, 401, 1,
	    "da-status=failed-noretry,srealm=Passport.NET,ts=-1," },
	{ AUTH, RESULT_DISABLED, 401, 1, "da-status=failed-noretry," },
	{ AUTH, RESULT_BUSY, 503, 1, "Retry-After: 10" },
	{ AUTH, RESULT_STORE_FAILED, 503, 1, "Retry-After: 10" },
	{ AUTH, RESULT_DRAINING, 503, 1, "Retry-After: 10" },
	{ AUTH, RESULT_ELSEWHERE_DOWN, 503, 1, "Retry-After: 10" },
	{ "Passport1.4 =,pwd=c", RESULT_OK, 400, 0, "PPServer" },
};

static void
where_an_upstream_sends_people_is_another_login_server(void **state)
{
	struct http_request rq = LOGIN(AUTH), chain = LOGIN(AUTH);

	(void)state;
	core_now.result = RESULT_MOVED;
	core_now.url = "https://login.far.example/pp550/RST.srf";
	assert_int_equal(run(&rq), HTTP_DONE);
	assert_int_equal(rq.status, 302);
	assert_string_equal(rq.headers,
	    COMMON "Authentication-Info: Passport1.4 da-status=redir\n"
		   "Location: https://login.far.example/login2.srf?lc=1033\n");
	chain.query = "lc=1033";
	assert_int_equal(run(&chain), HTTP_DONE);
	assert_int_equal(chain.status, 503);
}

/* covers: passport 13 #13, #14, #20, #35 */
static void
each_refusal_has_its_status_and_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
		const struct refusal *r = &refusals[i];
		struct http_request rq = LOGIN(r->auth);
		const char *config, *text;

		fresh(NULL);
		core_now.result = r->result;
		assert_int_equal(run(&rq), HTTP_DONE);
		assert_int_equal(rq.status, r->status);
		assert_int_equal(core_now.asked, r->asked);
		assert_non_null(strstr(rq.headers, r->says));
		assert_null(strstr(rq.headers, "MSPAuth"));
		config = strstr(rq.headers, "PassportConfig: ConfigVersion=15");
		assert_int_equal(config != NULL, r->status == 401);
		text = strstr(rq.headers, "cbtxt=");
		if (text != NULL)
			assert_int_equal(strcspn(text, ", "), strlen(text));
		assert_int_equal(nothing_is_left(NULL), 0);
	}
}

/* Scripts for chat rooms of the time sent one they had copied: field-runs 2.1 */
static void
a_challenge_that_is_not_ours_brings_a_ticket_for_rooms_alone(void **state)
{
	static const char *const auths[] = {
		"Passport1.4 tpf=43f8a4c8,sign-in=a@b,pwd=c",
		"Passport1.4 lc=1033,id=507,sign-in=a@b,pwd=c",
	};
	char ticket[40];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(auths); i++) {
		struct http_request rq = LOGIN(auths[i]);

		fresh(NULL);
		assert_int_equal(run(&rq), HTTP_DONE);
		assert_int_equal(rq.status, 200);
		(void)snprintf(ticket, sizeof(ticket),
		    "from-PP='t=token%d&p=", (int)TOKEN_CHAT);
		assert_non_null(strstr(rq.headers, ticket));
		assert_non_null(strstr(rq.headers, "MSPAuth="));
		assert_int_equal(nothing_is_left(NULL), 0);
	}
}

/* covers: passport 13 #43 */
static void
a_header_over_4_kib_gets_431(void **state)
{
	static char header[5000] = "Passport1.4 pwd=";
	struct http_request rq = LOGIN(header);

	(void)state;
	memset(header + strlen(header), 'x', sizeof(header) - 20);
	assert_int_equal(run(&rq), HTTP_DONE);
	assert_int_equal(rq.status, 431);
}

/* covers: passport 13 #19, #21 */
static void
a_domain_of_another_server_is_sent_there_once(void **state)
{
	struct http_request rq =
	    LOGIN("Passport1.4 tpf=x,sign-in=joe%40FAR.org,pwd=c");
	struct http_request back =
	    LOGIN("Passport1.4 tpf=good,sign-in=joe%40far.org,pwd=c");

	(void)state;
	assert_int_equal(run(&rq), HTTP_DONE);
	assert_int_equal(rq.status, 302);
	assert_string_equal(rq.headers,
	    COMMON "Authentication-Info: Passport1.4 da-status=redir\n"
		   "Location: https://login.far.org/login2.srf?lc=1033\n");
	assert_int_equal(core_now.asked, 0);
	back.query = "lc=1033";
	assert_int_equal(run(&back), HTTP_DONE);
	assert_int_equal(back.status, 200);
}

static void
the_form_is_shown_again_with_what_was_typed_escaped(void **state)
{
	struct http_request rq = { .method = HTTP_POST,
		.path = "/login.srf",
		.form = { "login", "\"><b>@x", "passwd", "no" } };

	(void)state;
	core_now.result = RESULT_BAD_PASSWORD;
	assert_int_equal(run(&rq), HTTP_DONE);
	assert_int_equal(rq.status, 200);
	assert_non_null(strstr(rq.body, "value=\"&quot;&gt;&lt;b&gt;@x\""));
	assert_non_null(strstr(rq.body, "is not right."));
	assert_null(strstr(rq.body, "{{"));
	assert_null(strstr(rq.headers, "Set-Cookie"));
}

static void
the_form_joins_name_and_domain_and_goes_only_to_known_hosts(void **state)
{
	static const struct {
		const char *ru;
		bool ok;
	} targets[] = {
		{ "http://messenger.msn.com/x?y=1", true },
		{ "HTTPS://WWW.HOTMAIL.COM", true },
		{ "http://evil.example/", false },
		{ "http://messenger.msn.com@evil.example/", false },
		{ "http://messenger.msn.com.evil.example/", false },
		{ "http://messenger.msn.com:80@evil/", false },
		{ "http://messenger.msn.com\\@evil/", false },
		{ "//messenger.msn.com/", false },
		{ "javascript:alert(1)", false },
		{ "http://messenger.msn.com/\r\nX: y", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(targets); i++) {
		struct http_request rq = { .method = HTTP_POST,
			.path = "/login.srf",
			.form = { "login", "amy", "passwd", "pw", "domain",
			    "example.com", "ru", targets[i].ru } };

		assert_int_equal(run(&rq), HTTP_DONE);
		assert_string_equal(core_now.address, "amy@example.com");
		assert_string_equal(core_now.password, "pw");
		assert_int_equal(rq.status, targets[i].ok ? 302 : 200);
		assert_non_null(strstr(rq.headers, "MSPAuth=token11"));
		assert_int_equal(strstr(rq.headers, "Location: ") != NULL,
		    targets[i].ok);
	}
}

/* covers: passport 13 #31 */
static void
the_mail_form_needs_a_ticket_of_its_own_account(void **state)
{
	struct http_request good = { .method = HTTP_POST,
		.path = "/ppsecure/md5auth.srf",
		.form = { "auth", "mine", "username", "AMY@example.com", "rru",
		    "/cgi-bin/HoTMaiL" } };
	struct http_request other = { .method = HTTP_POST,
		.path = "/ppsecure/md5auth.srf",
		.form = { "auth", "mine", "username", "bob@example.com" } };
	struct http_request bad = { .method = HTTP_POST,
		.path = "/ppsecure/md5auth.srf",
		.form = { "auth", "forged", "username", "amy@example.com" } };

	(void)state;
	assert_int_equal(run(&good), HTTP_DONE);
	assert_int_equal(good.status, 302);
	assert_non_null(strstr(good.headers, "Location: /cgi-bin/HoTMaiL\n"));
	assert_int_equal(run(&other), HTTP_DONE);
	assert_int_equal(other.status, 200);
	assert_null(strstr(other.headers, "Set-Cookie"));
	assert_int_equal(run(&bad), HTTP_DONE);
	assert_int_equal(bad.status, 200);
	assert_null(strstr(bad.headers, "Set-Cookie"));
}

/* covers: passport 13 #34 */
static void
signing_out_expires_every_cookie(void **state)
{
	struct http_request rq = { .method = HTTP_GET,
		.path = "/logout",
		.host = "login.live.com:443" };

	(void)state;
	assert_int_equal(run(&rq), HTTP_DONE);
	assert_non_null(strstr(rq.headers,
	    "Set-Cookie: MSPAuth= ; HTTPOnly= ; domain=.live.com;path=/;"
	    "Expires=Thu, 30-Oct-1980 16:00:00 GMT\n"));
	assert_non_null(strstr(rq.headers,
	    "Authentication-Info: Passport1.4 da-status=logout\n"));
}

/* covers: passport 13 #22 */
static void
the_key_port_probe_gets_an_empty_200(void **state)
{
	struct http_request rq = { .method = HTTP_POST, .path = "/" };

	(void)state;
	assert_int_equal(run(&rq), HTTP_DONE);
	assert_int_equal(rq.status, 200);
	assert_string_equal(rq.body, "");
}

#define T(name) cmocka_unit_test_setup_teardown(name, fresh, nothing_is_left)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_nexus_tells_its_urls_in_microsofts_order),
		T(a_good_password_gets_the_headers_of_the_old_login_servers),
		T(a_login_waits_for_the_hash_and_then_for_the_disk),
		T(a_login_whose_commit_was_lost_is_told_to_come_back),
		T(a_peer_that_goes_away_while_waiting_leaves_nothing_behind),
		T(where_an_upstream_sends_people_is_another_login_server),
		T(each_refusal_has_its_status_and_words),
		T(a_challenge_that_is_not_ours_brings_a_ticket_for_rooms_alone),
		T(a_header_over_4_kib_gets_431),
		T(a_domain_of_another_server_is_sent_there_once),
		T(the_form_is_shown_again_with_what_was_typed_escaped),
		T(the_form_joins_name_and_domain_and_goes_only_to_known_hosts),
		T(the_mail_form_needs_a_ticket_of_its_own_account),
		T(signing_out_expires_every_cookie),
		T(the_key_port_probe_gets_an_empty_200),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
