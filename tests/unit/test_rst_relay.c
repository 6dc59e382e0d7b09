/* SPDX-License-Identifier: MIT */
/*
 * Answers of another token service that are passed on as they are, between a
 * make-believe HTTP and a make-believe core.
 */
#include "nexus/rst.h"
#include "tests/unit/nexus_fakes.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define SOAP11 "http://schemas.xmlsoap.org/soap/envelope/"
#define ASKED                                                        \
	"<Envelope xmlns=\"" SOAP11 "\"><Header><Security>"          \
	"<UsernameToken><Username>amy@friends.example</Username>"    \
	"<Password>x</Password></UsernameToken></Security></Header>" \
	"<Body><RequestSecurityToken><AppliesTo><EndpointReference>" \
	"<Address>messengerclear.live.com</Address>"                 \
	"</EndpointReference></AppliesTo></RequestSecurityToken>"    \
	"</Body></Envelope>"

static int64_t
fixed_wall(void *ctx)
{
	(void)ctx;
	return 1214554893;
}

static const struct env env = { .wall = fixed_wall };
static struct core core = { .env = &env, .cfg = { .token_life_s = 86400 } };

static const unsigned char key[RST_SECRET_BYTES] = "twenty-four bytes, a key";

/* What our own service says, as any other does. */
static void
their_answer(struct buf *out, enum rst_kind kind)
{
	const struct rst_request asked = { .kind = kind,
		.n = 2,
		.wishes = { { .address = SLICE_LIT(RST_BASE), .keyed = true },
		    { .address = SLICE_LIT("messengerclear.live.com"),
			.policy = SLICE_LIT("MBI_KEY_OLD"),
			.number = 1,
			.keyed = true } } };
	struct rst_grant grants[2] = { { .ticket = SLICE_LIT("base") },
		{ .ticket = SLICE_LIT("their&ticket") } };
	const struct rst_answer a = { .asked = &asked,
		.grants = grants,
		.address = SLICE_LIT("amy@friends.example"),
		.peer = SLICE_LIT("192.0.2.7"),
		.cid = 7,
		.now = 1214554893,
		.expires = 1214554893 + 3600 };

	memcpy(grants[1].secret, key, sizeof(key));
	rst_write_answer(out, &a);
}

static void
serve(struct http_request *rq)
{
	struct nexus_config cfg;
	const struct http_route *rows;
	struct nexus *n;
	char err[128];
	size_t count;

	assert_int_equal(nexus_config_parse(&cfg, SLICE_LIT(""), SLICE_LIT(""),
			     err, sizeof(err)),
	    0);
	n = nexus_new(&core, &cfg);
	rows = nexus_routes(&count);
	for (size_t i = 0; i < count; i++)
		if (strcmp(rows[i].path, rq->path) == 0)
			assert_int_equal(rows[i].handle(rq, n), HTTP_DONE);
	rq->cleanup(rq->state);
	nexus_free(n);
}

static void
post(struct http_request *rq, const char *path)
{
	*rq = (struct http_request){ .method = HTTP_POST,
		.path = path,
		.query = "" };
	snprintf(rq->sent, sizeof(rq->sent), "%s", ASKED);
	serve(rq);
}

static int
fresh(void **state)
{
	(void)state;
	memset(&core_now, 0, sizeof(core_now));
	return 0;
}

static void
an_answer_is_passed_on_to_the_byte_and_its_tickets_are_known(void **state)
{
	struct http_request rq;
	struct buf theirs = BUF_INIT(65536);

	(void)state;
	their_answer(&theirs, RST_2004);
	core_now.reply = blob_new(theirs.p, theirs.n);
	post(&rq, "/RST.srf");
	assert_int_equal(rq.status, 200);
	assert_int_equal(strlen(rq.body), theirs.n);
	assert_memory_equal(rq.body, theirs.p, theirs.n);
	assert_non_null(
	    strstr(rq.headers, "Content-Type: text/xml; charset=utf-8\n"));
	assert_int_equal(core_now.relayed, 1);
	assert_int_equal(strncmp(core_now.ticket, "t=their&ticket", 14), 0);
	assert_true(core_now.has_secret);
	assert_memory_equal(core_now.secret, key, sizeof(key));
	assert_int_equal(core_now.expires, 1214554893 + 3600);
	blob_unref(core_now.reply);
	buf_free(&theirs);
}

/* covers: real-accounts 13 #4, #5 */
static void
what_cannot_be_known_here_is_not_passed_on(void **state)
{
	static const enum result refusals[] = { RESULT_BAD_VALUE, RESULT_OK };
	struct http_request rq;
	struct buf theirs = BUF_INIT(65536);

	(void)state;
	their_answer(&theirs, RST_2004);
	for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
		fresh(NULL);
		/* a ticket of somebody else's; no answer at all */
		core_now.put = refusals[i];
		core_now.reply = refusals[i] == RESULT_OK
		    ? blob_new("<x/>", 4)
		    : blob_new(theirs.p, theirs.n);
		post(&rq, "/RST.srf");
		assert_int_equal(rq.status, 200);
		assert_null(strstr(rq.body, "their"));
		assert_non_null(strstr(rq.body, ">t=token15&amp;p=<"));
		assert_non_null(strstr(rq.body,
		    "<wst:BinarySecret>dHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0<"));
		blob_unref(core_now.reply);
	}
	buf_free(&theirs);
}

/* covers: real-accounts 13 #1 */
static void
libraries_that_hold_199_characters_get_a_ticket_of_ours(void **state)
{
	struct http_request rq;
	const char *token;

	(void)state;
	core_now.reply = blob_new("anything", 8);
	rq = (struct http_request){ .method = HTTP_POST,
		.path = "/NotRST.srf",
		.query = "",
		.user = "amy@friends.example",
		.pass = "x" };
	serve(&rq);
	token = strstr(rq.headers, "X-Token: ");
	assert_non_null(token);
	assert_string_equal(token, "X-Token: token14\n");
	assert_int_equal(core_now.relayed, 0);
	blob_unref(core_now.reply);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup(name, fresh)
		T(an_answer_is_passed_on_to_the_byte_and_its_tickets_are_known),
		T(what_cannot_be_known_here_is_not_passed_on),
		T(libraries_that_hold_199_characters_get_a_ticket_of_ours),
#undef T
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
