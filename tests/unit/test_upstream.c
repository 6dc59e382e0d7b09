/* SPDX-License-Identifier: MIT */
/* One question: what is said, what is made of every kind of answer. */
#include "common/codec/xml_read.h"
#include "tests/unit/upstream_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void
answer(struct upstream_world *w, const char *status, const char *body)
{
	scripted_answer(&w->server, status, slice_text(body));
}

/* The question as another server reads it. */
static void
read_question(struct upstream_world *w, struct arena *a, struct rst_request *rq)
{
	struct slice all = buf_slice(&w->server.last);
	size_t head = slice_find_slice(all, SLICE_LIT("\r\n\r\n"));

	arena_init(a, 1 << 20);
	assert_true(rst_read(a, slice_from(all, head + 4), RST_2004, rq));
}

static void
what_the_server_says_of_the_account_is_told(void **state)
{
	struct upstream_world *w = *state;

	answer(w, "200 OK", UPSTREAM_SIGNED_IN);
	assert_int_equal(upstream_world_ask(w, "pw"), ELSEWHERE_GOOD);
	assert_string_equal(w->asks[0].job.remote_id, "0003BFFDB7D5F624");
	assert_string_equal(w->asks[0].job.name, "Al%20100%25%20B\xc3\xa4r");
	assert_string_equal(w->asks[0].job.url, "");
	assert_null(w->asks[0].job.reply);
	assert_int_equal(upstream_world_count(w,
			     "upstream.requests.friends.good"),
	    1);
}

static void
the_plain_question_asks_for_the_base_ticket_alone(void **state)
{
	struct upstream_world *w = *state;
	struct rst_request rq;
	struct arena a;

	answer(w, "200 OK", UPSTREAM_SIGNED_IN);
	(void)upstream_world_ask(w, "& < > \" ' , % p\xc3\xa4ss");
	read_question(w, &a, &rq);
	assert_int_equal(rq.kind, RST_2004);
	assert_true(slice_eq_text(rq.username, "al@friends.example"));
	assert_true(slice_eq_text(rq.password, "& < > \" ' , % p\xc3\xa4ss"));
	assert_int_equal(rq.n, 1);
	assert_int_equal(rq.wishes[0].number, 0);
	assert_null(rq.wishes[0].policy.p);
	assert_true(slice_eq_text(rq.app, UPSTREAM_APP));
	assert_true(upstream_world_heard(w, "X-RST-Via: c0ffee\r\n"));
	assert_true(
	    upstream_world_heard(w, "&amp; &lt; &gt; &quot; &#39; , % p"));
	arena_free(&a);
}

static void
rst2_is_spoken_where_the_address_says_so(void **state)
{
	struct upstream_world *w = *state;
	struct rst_request rq;
	struct arena a;

	(void)snprintf(w->servers, sizeof(w->servers),
	    "friends=http://127.0.0.1:%u/RST2.srf", w->server.port);
	w->says.servers = slice_text(w->servers);
	upstream_world_set(w);
	answer(w, "200 OK", UPSTREAM_SIGNED_IN);
	assert_int_equal(upstream_world_ask(w, "pw"), ELSEWHERE_GOOD);
	read_question(w, &a, &rq);
	assert_int_equal(rq.kind, RST_2005);
	assert_true(upstream_world_heard(w, "application/soap+xml"));
	assert_true(upstream_world_heard(w,
	    "<wsu:Created>2008-06-27T08:21:33Z</wsu:Created>"
	    "<wsu:Expires>2008-06-27T08:26:33Z"));
	arena_free(&a);
}

struct verdict_row {
	enum elsewhere_verdict verdict;
	const char *status;
	const char *body;
};

#define FAULT_2005(sub, value)                                               \
	UPSTREAM_ENVELOPE(                                                   \
	    "<S:Body><S:Fault><S:Code><S:Value>S:Sender"                     \
	    "</S:Value><S:Subcode><S:Value>" sub "</S:Value></S:Subcode>"    \
	    "</S:Code><S:Detail><psf:error><psf:value>" value "</psf:value>" \
	    "</psf:error></S:Detail></S:Fault></S:Body>")
#define AUTH "wsse:FailedAuthentication"
#define BARE                                                    \
	"<Envelope><Body><RequestSecurityTokenResponse>"        \
	"<RequestedSecurityToken><t/></RequestedSecurityToken>" \
	"</RequestSecurityTokenResponse></Body></Envelope>"

/* covers: real-accounts 13 #6, #7, #11 */
static void
every_kind_of_answer_has_its_verdict(void **state)
{
	static const struct verdict_row rows[] = {
		{ ELSEWHERE_WRONG, "200 OK", UPSTREAM_REFUSED },
		{ ELSEWHERE_WRONG, "500 Fault", UPSTREAM_REFUSED },
		/* servers of the older language say lock-out of all */
		{ ELSEWHERE_WRONG, "200 OK",
		    UPSTREAM_FAULT(AUTH, "0x80048823", "") },
		{ ELSEWHERE_LOCKED, "200 OK",
		    UPSTREAM_FAULT(AUTH, "0x80048824", "") },
		{ ELSEWHERE_LOCKED, "200 OK",
		    UPSTREAM_FAULT("wst:RequestFailed", "0x80048823", "") },
		{ ELSEWHERE_WRONG, "200 OK",
		    FAULT_2005("wst:FailedAuthentication", "0x80048821") },
		{ ELSEWHERE_LOCKED, "500 Fault",
		    FAULT_2005("wst:FailedAuthentication", "0x80048823") },
		{ ELSEWHERE_DOWN, "200 OK",
		    FAULT_2005("wst:InvalidRequest", "0x80048820") },
		{ ELSEWHERE_DOWN, "200 OK",
		    UPSTREAM_FAULT("S:Client", "0x80048820", "") },
		{ ELSEWHERE_DOWN, "503 Later", UPSTREAM_REFUSED },
		{ ELSEWHERE_DOWN, "404 No", UPSTREAM_SIGNED_IN },
		{ ELSEWHERE_DOWN, "500 Fault", UPSTREAM_SIGNED_IN },
		/* one ticket refused, one given */
		{ ELSEWHERE_GOOD, "200 OK",
		    UPSTREAM_ENVELOPE(UPSTREAM_PP(
			"1") "<S:Body><w:RequestSecurityTokenResponseCollection>" UPSTREAM_TICKET
			     "<w:RequestSecurityTokenResponse><psf:pp>"
			     "<psf:reqstatus>0x8004882c</psf:reqstatus></psf:pp>"
			     "</w:RequestSecurityTokenResponse>"
			     "</w:RequestSecurityTokenResponseCollection>"
			     "</S:Body>") },
		/* no collection around a single one */
		{ ELSEWHERE_GOOD, "200 OK",
		    UPSTREAM_ENVELOPE(UPSTREAM_PP(
			"1") "<S:Body>" UPSTREAM_TICKET "</S:Body>") },
		{ ELSEWHERE_DOWN, "200 OK",
		    UPSTREAM_ENVELOPE(UPSTREAM_PP("1") "<S:Body/>") },
		{ ELSEWHERE_DOWN, "200 OK",
		    UPSTREAM_ENVELOPE(
			"<S:Header><psf:pp><psf:authstate>"
			"0x80048800</psf:authstate></psf:pp></S:Header>"
			"<S:Body>" UPSTREAM_TICKET "</S:Body>") },
		{ ELSEWHERE_DOWN, "200 OK", "" },
		{ ELSEWHERE_DOWN, "200 OK", "rubbish" },
		{ ELSEWHERE_DOWN, "200 OK", "<html><body>Hi</body></html>" },
		{ ELSEWHERE_DOWN, "200 OK", "<Envelope" },
		{ ELSEWHERE_GOOD, "200 OK", BARE },
		{ ELSEWHERE_DOWN, "200 OK",
		    "<!DOCTYPE Envelope [<!ENTITY a \"b\">]>" BARE },
		{ ELSEWHERE_DOWN, "200 OK", "<!DOCTYPE Envelope>" BARE },
	};
	struct upstream_world *w = *state;
	char password[16];

	w->says.failures = 1000;
	upstream_world_set(w);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		answer(w, rows[i].status, rows[i].body);
		(void)snprintf(password, sizeof(password), "pw%zu", i);
		if (upstream_world_ask(w, password) != rows[i].verdict)
			fail_msg("row %zu: %d", i, w->asks[0].job.verdict);
	}
}

static void
documents_without_end_are_no_answer(void **state)
{
	struct upstream_world *w = *state;
	struct buf body = BUF_INIT(1 << 20);

	buf_add_text(&body, "<Envelope>");
	for (int i = 0; i < 4000; i++)
		buf_add_text(&body, "<a>");
	scripted_answer(&w->server, "200 OK", buf_slice(&body));
	assert_int_equal(upstream_world_ask(w, "pw"), ELSEWHERE_DOWN);
	buf_reset(&body);
	buf_add_text(&body, "<Envelope>");
	for (int i = 0; i < 9000; i++)
		buf_add_text(&body, "<a/>");
	buf_add_text(&body, "</Envelope>");
	scripted_answer(&w->server, "200 OK", buf_slice(&body));
	assert_int_equal(upstream_world_ask(w, "pw"), ELSEWHERE_DOWN);
	buf_free(&body);
}

static void
what_cannot_be_written_is_wrong_without_asking(void **state)
{
	static const char *const passwords[] = { "a\x01", "a\xff", "a\tb",
		"\xef\xbf\xbf", "\xed\xa0\x80" };
	struct upstream_world *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(passwords); i++)
		assert_int_equal(upstream_world_ask(w, passwords[i]),
		    ELSEWHERE_WRONG);
	assert_int_equal(w->server.asked, 0);
	assert_false(upstream_can_say(slice_make("a\0b", 3)));
}

static void
long_names_and_odd_ids_are_left_out(void **state)
{
	struct upstream_world *w = *state;
	struct buf body = BUF_INIT(1 << 16);

	buf_add_text(&body,
	    "<Envelope><Header><pp><PUID>two words</PUID><credProperties>"
	    "<credProperty Name=\"FirstName\">");
	for (int i = 0; i < 400; i++)
		buf_add_char(&body, 'x');
	buf_add_text(&body,
	    "</credProperty></credProperties></pp></Header><Body>"
	    "<RequestSecurityTokenResponse><RequestedSecurityToken><t/>"
	    "</RequestedSecurityToken></RequestSecurityTokenResponse></Body>"
	    "</Envelope>");
	scripted_answer(&w->server, "200 OK", buf_slice(&body));
	assert_int_equal(upstream_world_ask(w, "pw"), ELSEWHERE_GOOD);
	assert_string_equal(w->asks[0].job.remote_id, "");
	assert_string_equal(w->asks[0].job.name, "");
	buf_free(&body);
}

static void
passwords_are_cut_where_the_server_wants_it(void **state)
{
	struct upstream_world *w = *state;

	w->says.truncate = SLICE_LIT("friends=8");
	upstream_world_set(w);
	answer(w, "200 OK", UPSTREAM_SIGNED_IN);
	(void)upstream_world_ask(w, "0123456\xc3\xa4xyz");
	assert_true(upstream_world_heard(w, ">0123456</wsse:Password>"));
	(void)upstream_world_ask(w, "01234567xyz");
	assert_true(upstream_world_heard(w, ">01234567</wsse:Password>"));
}

#define T(name)                                                    \
	cmocka_unit_test_setup_teardown(name, upstream_world_make, \
	    upstream_world_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(what_the_server_says_of_the_account_is_told),
		T(the_plain_question_asks_for_the_base_ticket_alone),
		T(rst2_is_spoken_where_the_address_says_so),
		T(every_kind_of_answer_has_its_verdict),
		T(documents_without_end_are_no_answer),
		T(what_cannot_be_written_is_wrong_without_asking),
		T(long_names_and_odd_ids_are_left_out),
		T(passwords_are_cut_where_the_server_wants_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
