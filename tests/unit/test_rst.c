/* SPDX-License-Identifier: MIT */
/* Requests for tickets as clients wrote them. */
#include "common/base/arena.h"
#include "nexus/rst.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static struct arena arena;
static struct rst_request rq;

static int
fresh(void **state)
{
	(void)state;
	arena_init(&arena, 1 << 20);
	memset(&rq, 0, sizeof(rq));
	return 0;
}

static int
done(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

/* What clients sent is kept beside the fuzzer that begins with it. */
static struct slice
sample(const char *name)
{
	static char text[8192];
	char path[80];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "tests/fuzz/corpus/rst/%s", name);
	f = fopen(path, "rb");
	assert_non_null(f);
	n = fread(text, 1, sizeof(text), f);
	assert_true(n > 0 && n < sizeof(text));
	fclose(f);
	return slice_make(text, n);
}

static bool
read_text(const char *text)
{
	return rst_read(&arena, slice_text(text), RST_2004, &rq);
}

static void
check_wish(unsigned i, const char *address, const char *policy, bool keyed)
{
	assert_true(i < rq.n);
	assert_int_equal(rq.wishes[i].number, i);
	assert_true(slice_eq_text(rq.wishes[i].address, address));
	if (policy == NULL)
		assert_null(rq.wishes[i].policy.p);
	else
		assert_true(slice_eq_text(rq.wishes[i].policy, policy));
	assert_int_equal(rq.wishes[i].keyed, keyed);
}

struct sample {
	const char *name;
	enum rst_kind kind;
	const char *password;
	unsigned n;
};

/* covers: rst 9 #1, #7; soap 11 #72 */
static void
every_sample_is_understood_in_its_own_language(void **state)
{
	static const struct sample samples[] = {
		{ "msn75", RST_2004, "p&ss<w>rd", 2 },
		{ "msnp13", RST_2004, "p&ss<w>rd", 5 },
		{ "msnp15", RST_2004, "p&ss<w>rd", 7 },
		{ "single-token", RST_2004, "p&ss<w>rd", 2 },
		{ "wlm2009", RST_2005, "secret", 7 },
		{ "wlm2011", RST_2005, "secret", 7 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
		const struct sample *s = &samples[i];
		/* the document tells, whatever the address was */
		enum rst_kind wrong = s->kind == RST_2004 ? RST_2005 : RST_2004;

		assert_true(rst_read(&arena, sample(s->name), wrong, &rq));
		assert_int_equal(rq.kind, s->kind);
		assert_true(slice_eq_text(rq.username, "alice@example.com"));
		assert_true(slice_eq_text(rq.password, s->password));
		assert_false(rq.by_token);
		assert_int_equal(rq.n, s->n);
		check_wish(0, RST_BASE, NULL, true);
	}
}

static void
targets_and_policies_come_in_the_order_of_the_request(void **state)
{
	(void)state;
	assert_true(rst_read(&arena, sample("msnp13"), RST_2004, &rq));
	check_wish(0, RST_BASE, NULL, true);
	check_wish(1, "messenger.msn.com", "?id=507", false);
	check_wish(2, "contacts.msn.com",
	    "?fs=1&id=24000&kv=7&rn=93S9SWWw&tw=0&ver=2.1.6000.1", false);
	check_wish(3, "voice.messenger.msn.com", "?id=69264", false);
	check_wish(4, "spaces.live.com", "MBI", false);
	assert_true(rst_read(&arena, sample("wlm2011"), RST_2005, &rq));
	check_wish(2, "messengerclear.live.com", "MBI_KEY", true);
	check_wish(6, "rpstauth.live.com", "MBI", false);
}

#define WHO                                                            \
	"<Header><Security><UsernameToken><Username> Al@b </Username>" \
	"<Password> a b </Password></UsernameToken></Security></Header>"
#define WANT(id, target)                                                \
	"<RequestSecurityToken " id "><AppliesTo><EndpointReference>"   \
	"<Address>" target "</Address></EndpointReference></AppliesTo>" \
	"</RequestSecurityToken>"

static void
a_bare_request_without_prefixes_is_understood(void **state)
{
	(void)state;
	assert_true(read_text("<Envelope>" WHO "<Body>" WANT("",
	    " contacts.msn.com\n") "</Body></Envelope>"));
	assert_true(slice_eq_text(rq.username, "Al@b"));
	assert_true(slice_eq_text(rq.password, " a b "));
	assert_int_equal(rq.kind, RST_2004);
	assert_int_equal(rq.n, 1);
	assert_int_equal(rq.wishes[0].number, 1);
	assert_true(slice_eq_text(rq.wishes[0].address, "contacts.msn.com"));
}

/* covers: rst 9 #2; field-notes 4 */
static void
numbers_follow_the_ids_and_only_grow(void **state)
{
	static const unsigned want[] = { 1, 0, 4, 5, 6, 7 };

	(void)state;
	assert_true(read_text(
	    "<Envelope>" WHO "<Body>"
	    "<RequestMultipleSecurityTokens>" WANT("Id='RST0'",
		"a") WANT("Id='RST1'", RST_BASE) WANT("Id='RST4'", "b")
		WANT("Id='RST2'", "c") WANT("", "d") WANT("Id='RSTx'",
		    "e") "</RequestMultipleSecurityTokens></Body></Envelope>"));
	assert_int_equal(rq.n, ARRAY_LEN(want));
	for (unsigned i = 0; i < rq.n; i++)
		assert_int_equal(rq.wishes[i].number, want[i]);
}

static bool
read_many(unsigned n)
{
	struct buf b = BUF_INIT(RST_BODY_MAX);
	bool good;

	buf_add_text(&b, "<Envelope>" WHO "<Body>");
	for (unsigned i = 0; i < n; i++)
		buf_add_text(&b, WANT("", "storage.msn.com"));
	buf_add_text(&b, "</Body></Envelope>");
	assert_true(buf_ok(&b));
	good = rst_read(&arena, buf_slice(&b), RST_2004, &rq);
	buf_free(&b);
	return good;
}

/* covers: rst 9 #4 */
static void
no_target_means_the_base_ticket_and_33_are_too_many(void **state)
{
	(void)state;
	assert_true(read_many(0));
	assert_int_equal(rq.n, 1);
	check_wish(0, RST_BASE, NULL, true);
	assert_true(read_many(32));
	assert_int_equal(rq.n, 32);
	assert_false(read_many(33));
}

static void
a_base_ticket_in_place_of_a_password_is_seen(void **state)
{
	(void)state;
	assert_true(rst_read(&arena, sample("renewal"), RST_2004, &rq));
	assert_true(rq.by_token);
	assert_null(rq.password.p);
}

/* covers: soap 11 #69 */
static void
what_makes_no_sense_is_refused_in_its_own_language(void **state)
{
	static const char *const broken[] = {
		"",
		"x",
		"<Envelope/>",
		"<Envelope>" WHO "</Envelope>",
		"<Envelope><Body/></Envelope>",
		"<Envelope><Header><Security/></Header><Body/></Envelope>",
		"<Envelope><Header><Security><UsernameToken><Username>a@b"
		"</Username></UsernameToken></Security></Header><Body/>"
		"</Envelope>",
		"<!DOCTYPE x><Envelope>" WHO "<Body/></Envelope>",
		"<Other>" WHO "<Body/></Other>",
		"<Envelope>" WHO "<Body>" WANT("Id='RST999'", "a")
		    WANT("", "b") "</Body></Envelope>",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(broken); i++)
		assert_false(read_text(broken[i]));
	assert_false(rst_read(&arena, sample("malformed"), RST_2005, &rq));
	assert_int_equal(rq.kind, RST_2004);
	assert_false(rst_read(&arena, SLICE_LIT("junk"), RST_2005, &rq));
	assert_int_equal(rq.kind, RST_2005);
	assert_false(rst_read(&arena,
	    SLICE_LIT("<s:Envelope "
		      "xmlns:s='http://www.w3.org/2003/05/soap-envelope'>"),
	    RST_2004, &rq));
	assert_int_equal(rq.kind, RST_2005);
}

#define T(name) cmocka_unit_test_setup_teardown(name, fresh, done)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(every_sample_is_understood_in_its_own_language),
		T(targets_and_policies_come_in_the_order_of_the_request),
		T(a_bare_request_without_prefixes_is_understood),
		T(numbers_follow_the_ids_and_only_grow),
		T(no_target_means_the_base_ticket_and_33_are_too_many),
		T(a_base_ticket_in_place_of_a_password_is_seen),
		T(what_makes_no_sense_is_refused_in_its_own_language),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
