/* SPDX-License-Identifier: MIT */
/* Networks that are turned away, in the core. */
#include "tests/proto/play.h"

#include "core/desk/ban.h"
#include "core/private.h"

#include <stdio.h>
#include <string.h>

static void
not_again(struct request *rq)
{
	(void)rq;
}

static enum result
add_until(struct world *w, const char *network, const char *note, int64_t until)
{
	const struct ban *b;
	struct request rq;
	enum result r;

	request_begin(&rq, world_core(w), not_again);
	r = ban_add(&rq, slice_text(network), slice_text(note), until, &b);
	assert_true((r == RESULT_OK) == (b != NULL));
	(void)request_settled(&rq);
	world_settle(w);
	if (r == RESULT_OK && rq.store_failed)
		r = RESULT_STORE_FAILED;
	request_end(&rq);
	return r;
}

static enum result
add(struct world *w, const char *network)
{
	return add_until(w, network, "", 0);
}

static enum result
lift(struct world *w, const char *network)
{
	struct request rq;
	enum result r;

	request_begin(&rq, world_core(w), not_again);
	r = ban_lift(&rq, slice_text(network));
	(void)request_settled(&rq);
	world_settle(w);
	if (r == RESULT_OK && rq.store_failed)
		r = RESULT_STORE_FAILED;
	request_end(&rq);
	return r;
}

static bool
has(struct world *w, const char *ip)
{
	struct addr a;

	assert_true(addr_parse_ip(&a, slice_text(ip)));
	return ban_has(world_core(w), &a);
}

static const struct ban *
at(struct world *w, size_t n)
{
	struct request rq = { .core = world_core(w) };

	return ban_at(&rq, n);
}

static void
reload(struct world *w)
{
	ban_stop(world_core(w));
	ban_start(world_core(w));
}

static void
networks_are_turned_away_until_it_is_lifted(void **state)
{
	struct world *w = world_on_disk();

	(void)state;
	assert_false(has(w, "10.1.2.3"));
	assert_int_equal(add(w, " 10.1.2.3/16 "), RESULT_OK);
	assert_int_equal(add(w, "2001:db8:1:2:3::/48"), RESULT_OK);
	assert_int_equal(add(w, "192.0.2.7"), RESULT_OK);
	assert_string_equal(at(w, 0)->text, "10.1.0.0/16");
	assert_string_equal(at(w, 1)->text, "2001:db8:1::/48");
	assert_string_equal(at(w, 2)->text, "192.0.2.7");
	assert_null(at(w, 3));
	for (int again = 0; again < 2; again++) {
		assert_true(has(w, "10.1.255.255"));
		assert_false(has(w, "10.2.0.0"));
		assert_true(has(w, "2001:db8:1:ffff::1"));
		assert_false(has(w, "2001:db8:2::1"));
		assert_true(has(w, "::ffff:192.0.2.7"));
		assert_int_equal(add(w, "10.1.9.9/16"), RESULT_ALREADY_THERE);
		reload(w);
	}
	assert_int_equal(lift(w, "10.1.7.7/16"), RESULT_OK);
	assert_int_equal(lift(w, "10.1.7.7/16"), RESULT_NOT_THERE);
	assert_false(has(w, "10.1.2.3"));
	assert_int_equal(add(w, "10.1.0.0/16"), RESULT_OK);
	assert_int_equal(lift(w, "10.1.0.0/16"), RESULT_OK);
	reload(w);
	assert_false(has(w, "10.1.2.3"));
	assert_true(has(w, "192.0.2.7"));
	world_free(w);
}

static void
what_is_no_network_or_this_machine_is_not_banned(void **state)
{
	static const char *const wrong[] = { "", "x", "10.1.2", "10.1.2.3/33",
		"::/129", "10.0.0.1 x", "127.0.0.1", "127.0.0.0/8", "0.0.0.0/0",
		"::1", "::/0" };
	struct world *w = world_new();
	char note[BAN_NOTE_MAX + 2];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		assert_int_equal(add(w, wrong[i]), RESULT_BAD_ADDRESS);
		assert_int_not_equal(lift(w, wrong[i]), RESULT_OK);
	}
	memset(note, 'x', sizeof(note));
	note[BAN_NOTE_MAX + 1] = '\0';
	assert_int_equal(add_until(w, "10.0.0.1", note, 0), RESULT_BAD_VALUE);
	assert_int_equal(add_until(w, "10.0.0.1", "a\nb", 0), RESULT_BAD_VALUE);
	assert_int_equal(add_until(w, "10.0.0.1", "\xff", 0), RESULT_BAD_VALUE);
	note[BAN_NOTE_MAX] = '\0';
	assert_int_equal(add_until(w, "10.0.0.1", note, 0), RESULT_OK);
	assert_string_equal(at(w, 0)->note, note);
	world_free(w);
}

static void
a_ban_ends_by_itself_and_makes_room(void **state)
{
	struct world *w = world_new();
	const struct core *c = world_core(w);
	char text[32];

	(void)state;
	for (int i = 0; i < BANS_MAX; i++) {
		(void)snprintf(text, sizeof(text), "10.0.%d.%d", i / 250,
		    i % 250);
		assert_int_equal(add_until(w, text, "",
				     env_wall(c->env) + (i < 2 ? 60 : 6000)),
		    RESULT_OK);
	}
	assert_int_equal(add(w, "10.9.9.9"), RESULT_LIST_FULL);
	assert_true(has(w, "10.0.0.0"));
	world_pass(w, 61 * 1000);
	assert_false(has(w, "10.0.0.0"));
	assert_true(has(w, "10.0.0.2"));
	/* first they go from the disk */
	assert_int_equal(add(w, "10.9.9.9"), RESULT_LIST_FULL);
	assert_int_equal(add(w, "10.9.9.9"), RESULT_OK);
	assert_int_equal(add(w, "10.9.9.8"), RESULT_OK);
	assert_int_equal(add(w, "10.9.9.7"), RESULT_LIST_FULL);
	world_free(w);
}

static void
what_was_not_kept_did_not_happen(void **state)
{
	struct world *w = world_on_disk();

	(void)state;
	assert_int_equal(add(w, "10.0.0.1"), RESULT_OK);
	world_sql(w, "ALTER TABLE bans RENAME TO away");
	assert_int_equal(lift(w, "10.0.0.1"), RESULT_STORE_FAILED);
	assert_true(has(w, "10.0.0.1"));
	world_sql(w, "ALTER TABLE away RENAME TO bans");
	world_pass(w, 2000);
	world_settle(w);
	world_sql(w, "ALTER TABLE bans RENAME TO away");
	assert_int_equal(add(w, "10.0.0.2"), RESULT_STORE_FAILED);
	assert_false(has(w, "10.0.0.2"));
	assert_int_equal(add(w, "10.0.0.3"), RESULT_STORE_FAILED);
	world_sql(w, "ALTER TABLE away RENAME TO bans");
	world_pass(w, 2000);
	world_settle(w);
	assert_int_equal(add(w, "10.0.0.2"), RESULT_OK);
	assert_true(has(w, "10.0.0.1") && has(w, "10.0.0.2"));
	assert_false(has(w, "10.0.0.3"));
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(networks_are_turned_away_until_it_is_lifted),
		cmocka_unit_test(
		    what_is_no_network_or_this_machine_is_not_banned),
		cmocka_unit_test(a_ban_ends_by_itself_and_makes_room),
		cmocka_unit_test(what_was_not_kept_did_not_happen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
