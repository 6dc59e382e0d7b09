/* SPDX-License-Identifier: MIT */
/* Codes that let people make accounts, in the core. */
#include "tests/proto/play.h"

#include "core/desk/invite.h"
#include "core/door/signup.h"
#include "core/private.h"

#include <stdio.h>
#include <string.h>

enum {
	DAY_S = 24 * 3600
};

static void
not_again(struct request *rq)
{
	(void)rq;
}

/* A request that asks until it need not wait any more. */
static enum result
make(struct world *w, uint32_t uses, int64_t days, char code[INVITE_TEXT + 1])
{
	struct core *c = world_core(w);
	const struct invite *one;
	struct request rq;
	enum result r;

	request_begin(&rq, c, not_again);
	while ((r = invite_make(&rq, uses, env_wall(c->env) + days * DAY_S,
		    &one)) == RESULT_WAIT)
		world_settle(w);
	if (r == RESULT_OK)
		memcpy(code, one->code, INVITE_TEXT + 1);
	request_end(&rq);
	world_settle(w);
	return r;
}

/* How many uses are left; 0: there is no such code. */
static unsigned
left(struct world *w, const char *code)
{
	struct request rq;
	struct invite *one;
	enum result r;
	unsigned n;

	request_begin(&rq, world_core(w), not_again);
	while ((r = invite_find(&rq, slice_text(code), &one)) == RESULT_WAIT)
		world_settle(w);
	assert_int_equal(r, one != NULL ? RESULT_OK : RESULT_BAD_PASS);
	n = one != NULL ? one->uses : 0;
	/* nobody waits for what will never come */
	assert_true(request_settled(&rq));
	request_end(&rq);
	return n;
}

/* What the pages do when the password's hash is there: one turn. */
static void
use(struct world *w, struct request *rq, const char *code, const char *address)
{
	struct invite *one;
	struct account *a;

	request_begin(rq, world_core(w), not_again);
	while (account_get(rq, slice_text(address), &a) == RESULT_WAIT)
		world_settle(w);
	assert_int_equal(invite_find(rq, slice_text(code), &one), RESULT_OK);
	assert_int_equal(account_create(rq, slice_text(address),
			     slice_make("", 0),
			     &(struct account_secret){ "hash", "" }, &a),
	    RESULT_OK);
	invite_use(rq, one);
}

static void
lose_what_was_loaded(struct world *w)
{
	struct core *c = world_core(w);

	invite_failed(c, 0);
}

static void
a_code_is_found_however_it_is_typed(void **state)
{
	struct world *w = world_new();
	char code[INVITE_TEXT + 1], typed[64];

	(void)state;
	assert_int_equal(make(w, 2, 1, code), RESULT_OK);
	assert_int_equal(strlen(code), INVITE_TEXT);
	assert_int_equal(left(w, code), 2);
	for (size_t i = 0; i <= INVITE_TEXT; i++)
		typed[i] = code[i] >= 'A' ? (char)(code[i] + 32) : code[i];
	assert_int_equal(left(w, typed), 2);
	(void)snprintf(typed, sizeof(typed), " %.4s%.4s--%.4s\t", code,
	    code + 5, code + 10);
	assert_int_equal(left(w, typed), 2);
	(void)snprintf(typed, sizeof(typed), "%sA", code);
	assert_int_equal(left(w, typed), 0);
	(void)snprintf(typed, sizeof(typed), "%.13s", code);
	assert_int_equal(left(w, typed), 0);
	assert_int_equal(left(w, ""), 0);
	assert_int_equal(left(w, "----"), 0);
	assert_int_equal(left(w, "0O1I-LLLL-0000"), 0);
	world_free(w);
}

static void
what_is_on_disk_is_what_was_in_memory(void **state)
{
	struct world *w = world_new();
	char code[INVITE_TEXT + 1], other[INVITE_TEXT + 1];
	struct request rq;

	(void)state;
	assert_int_equal(make(w, 2, 1, code), RESULT_OK);
	assert_int_equal(make(w, 1, 1, other), RESULT_OK);
	use(w, &rq, code, "one@b.c");
	world_settle(w);
	request_end(&rq);
	use(w, &rq, other, "two@b.c");
	world_settle(w);
	request_end(&rq);
	lose_what_was_loaded(w);
	assert_int_equal(left(w, code), 1);
	assert_int_equal(left(w, other), 0);
	world_free(w);
}

static void
a_code_ends_with_its_time_and_makes_room(void **state)
{
	struct world *w = world_new();
	char code[INVITE_TEXT + 1], more[INVITE_TEXT + 1];

	(void)state;
	assert_int_equal(make(w, 1, 1, code), RESULT_OK);
	for (unsigned i = 1; i < INVITES_MAX; i++)
		assert_int_equal(make(w, 1, 2, more), RESULT_OK);
	assert_int_equal(make(w, 1, 1, more), RESULT_LIST_FULL);
	world_pass(w, DAY_S * UINT64_C(1000) - 1000);
	assert_int_equal(left(w, code), 1);
	world_pass(w, 1000);
	assert_int_equal(left(w, code), 0);
	assert_int_equal(make(w, 1, 1, more), RESULT_OK);
	assert_int_equal(left(w, more), 1);
	world_free(w);
}

static void
a_use_and_its_account_are_lost_together(void **state)
{
	struct world *w = world_on_disk();
	char code[INVITE_TEXT + 1];
	struct request rq;

	(void)state;
	assert_int_equal(make(w, 1, 1, code), RESULT_OK);
	world_sql(w, "ALTER TABLE invites RENAME TO away");
	use(w, &rq, code, "lost@b.c");
	assert_false(request_settled(&rq));
	world_settle(w);
	assert_true(rq.store_failed);
	request_end(&rq);
	world_sql(w, "ALTER TABLE away RENAME TO invites");
	assert_int_equal(left(w, code), 1);
	/* until it can write again */
	world_pass(w, 2000);
	world_settle(w);
	assert_int_equal(left(w, code), 1);
	assert_null(account_peek(world_core(w), SLICE_LIT("lost@b.c")));
	use(w, &rq, code, "lost@b.c");
	world_settle(w);
	assert_false(rq.store_failed);
	request_end(&rq);
	assert_int_equal(left(w, code), 0);
	world_free(w);
}

static void
codes_that_cannot_be_loaded_are_asked_for_again(void **state)
{
	struct world *w = world_on_disk();
	char code[INVITE_TEXT + 1];
	struct request rq;
	struct invite *one;

	(void)state;
	assert_int_equal(make(w, 1, 1, code), RESULT_OK);
	lose_what_was_loaded(w);
	world_sql(w, "ALTER TABLE invites RENAME TO away");
	request_begin(&rq, world_core(w), not_again);
	assert_int_equal(invite_find(&rq, slice_text(code), &one), RESULT_WAIT);
	world_settle(w);
	assert_int_equal(invite_find(&rq, slice_text(code), &one),
	    RESULT_STORE_FAILED);
	request_end(&rq);
	world_sql(w, "ALTER TABLE away RENAME TO invites");
	assert_int_equal(left(w, code), 1);
	world_free(w);
}

static void
a_request_that_ends_while_codes_are_loaded_is_forgotten(void **state)
{
	struct world *w = world_new();
	struct request rq, other;
	struct invite *one;

	(void)state;
	request_begin(&rq, world_core(w), not_again);
	request_begin(&other, world_core(w), not_again);
	assert_int_equal(invite_find(&rq, SLICE_LIT("x"), &one), RESULT_WAIT);
	assert_int_equal(invite_find(&other, SLICE_LIT("x"), &one),
	    RESULT_WAIT);
	request_end(&rq);
	world_settle(w);
	assert_int_equal(invite_find(&other, SLICE_LIT("x"), &one),
	    RESULT_BAD_PASS);
	request_end(&other);
	world_free(w);
}

/* covers: settings limit.signups */
static void
accounts_from_one_place_are_counted_for_an_hour(void **state)
{
	struct world *w = world_new();
	struct core *c = world_core(w);
	struct addr here, there;

	(void)state;
	assert_true(addr_parse_ip(&here, SLICE_LIT("192.0.2.1")));
	assert_true(addr_parse_ip(&there, SLICE_LIT("192.0.2.2")));
	c->cfg.signups = 0;
	for (unsigned i = 0; i < 100; i++)
		assert_true(signup_count(c, &here));
	c->cfg.signups = 2;
	assert_true(signup_count(c, &here));
	assert_true(signup_count(c, &here));
	assert_false(signup_count(c, &here));
	assert_true(signup_count(c, &there));
	c->cfg.signups = 3;
	assert_true(signup_count(c, &here));
	assert_false(signup_count(c, &here));
	world_pass(w, 3600 * 1000);
	assert_true(signup_count(c, &here));
	world_free(w);
}

/* covers: settings limit.signups-lan */
static void
a_party_behind_one_private_address_may_make_more(void **state)
{
	static const char *const private[] = { "10.0.0.1", "172.31.255.1",
		"192.168.1.5", "169.254.1.1", "fd00::1", "fe80::1" };
	static const char *const public[] = { "11.0.0.1", "172.32.0.1",
		"192.169.0.1", "169.253.1.1", "fe00::1", "fec0::1",
		"2001:db8::1" };
	struct world *w = world_new();
	struct core *c = world_core(w);
	struct addr a;

	(void)state;
	c->cfg.signups = 2;
	c->cfg.signups_lan = 5;
	for (size_t i = 0; i < ARRAY_LEN(private) + ARRAY_LEN(public); i++) {
		const bool lan = i < ARRAY_LEN(private);
		const char *text =
		    lan ? private[i] : public[i - ARRAY_LEN(private)];

		assert_true(addr_parse_ip(&a, slice_text(text)));
		for (unsigned k = 0; k < (lan ? 5 : 2); k++)
			assert_true(signup_count(c, &a));
		assert_false(signup_count(c, &a));
	}
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_code_is_found_however_it_is_typed),
		cmocka_unit_test(what_is_on_disk_is_what_was_in_memory),
		cmocka_unit_test(a_code_ends_with_its_time_and_makes_room),
		cmocka_unit_test(a_use_and_its_account_are_lost_together),
		cmocka_unit_test(
		    codes_that_cannot_be_loaded_are_asked_for_again),
		cmocka_unit_test(
		    a_request_that_ends_while_codes_are_loaded_is_forgotten),
		cmocka_unit_test(
		    accounts_from_one_place_are_counted_for_an_hour),
		cmocka_unit_test(
		    a_party_behind_one_private_address_may_make_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
