/* SPDX-License-Identifier: MIT */
/* Accounts whose passwords another server decides about, in the core. */
#include "tests/proto/elsewhere_play.h"

#include "core/door/signup.h"
#include "core/private.h"

#include <stdio.h>

#define AMY "amy@friends.example"

static int
setup(void **state)
{
	(void)away_setup(state);
	return 0;
}

/* ---- the first time ---- */

/* covers: real-accounts 13 #12, #13 */
static void
the_first_good_sign_in_makes_the_account(void **state)
{
	struct away *w = *state;
	struct account *a;

	w->name = "Amy%20there";
	assert_int_equal(away_sign_in(w, "Amy@Friends.example", "secret"),
	    RESULT_OK);
	assert_string_equal(w->address, AMY);
	assert_string_equal(w->password, "secret");
	a = away_account(w, AMY);
	assert_non_null(a);
	assert_true(slice_eq_text(account_name(a), "Amy%20there"));
	assert_true(slice_eq_text(account_home(a), "friends"));
	assert_string_equal(account_away(a)->remote_id, "0003BFFD00000007");
	assert_int_equal(account_away(a)->verified,
	    env_wall(world_core(w->world)->env));
	assert_false(account_away(a)->keeps);
	/* the numbers on our own wire are ours */
	assert_true(account_cid(a) > 0 && account_cid(a) != 0x0003BFFD00000007);
	assert_int_equal(away_sign_in(w, AMY, "secret"), RESULT_OK);
	assert_int_equal(w->asked, 2);
	assert_int_equal(away_count(w, COUNTER_LOGIN_MADE), 1);
	/* and it is all there after the record left memory */
	world_forget(w->world);
	assert_null(account_peek(world_core(w->world), slice_text(AMY)));
	a = away_account(w, AMY);
	assert_true(slice_eq_text(account_home(a), "friends"));
	assert_string_equal(account_away(a)->remote_id, "0003BFFD00000007");
}

/* covers: real-accounts 13 #12 */
static void
whatever_is_no_success_makes_no_account(void **state)
{
	static const struct {
		enum elsewhere_verdict verdict;
		enum result result;
	} rows[] = {
		{ ELSEWHERE_WRONG, RESULT_BAD_PASSWORD },
		{ ELSEWHERE_LOCKED, RESULT_LOCKED_OUT },
		{ ELSEWHERE_MOVED, RESULT_MOVED },
		{ ELSEWHERE_DOWN, RESULT_ELSEWHERE_DOWN },
	};
	struct away *w = *state;

	w->url = "https://login.far.example/RST.srf";
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		w->verdict = rows[i].verdict;
		assert_int_equal(away_sign_in(w, AMY, "x"), rows[i].result);
		assert_null(away_account(w, AMY));
	}
	assert_int_equal(w->asked, 4);
	assert_int_equal(away_count(w, COUNTER_LOGIN_DOWN), 1);
}

static void
who_moved_is_told_where_to(void **state)
{
	struct away *w = *state;
	struct trial t;

	w->verdict = ELSEWHERE_MOVED;
	w->url = "https://login.far.example/RST.srf";
	trial_begin(&t, w, "192.0.2.7", AMY, "x");
	trial_end(&t);
	assert_int_equal(t.result, RESULT_MOVED);
	assert_string_equal(t.url, w->url);
	assert_false(t.passed_on);
	assert_ptr_equal(w->asker, &t);
}

/* covers: real-accounts 13 #12 */
static void
a_hundred_first_sign_ins_at_once_make_one_account(void **state)
{
	static struct trial all[100];
	struct away *w = *state;
	char ip[ARRAY_LEN(all)][32];
	uint64_t before = world_core(w->world)->last_id;

	w->silent = true;
	w->rules.fallback_days = 7;
	for (unsigned i = 0; i < ARRAY_LEN(all); i++) {
		(void)snprintf(ip[i], sizeof(ip[i]), "10.1.1.%u", i + 1);
		trial_begin(&all[i], w, ip[i], AMY, "secret");
	}
	world_settle(w->world);
	assert_int_equal(w->njobs, ARRAY_LEN(all));
	w->silent = false;
	for (unsigned i = 0; i < ARRAY_LEN(all); i++) {
		trial_end(&all[i]);
		assert_int_equal(all[i].result, RESULT_OK);
		assert_ptr_equal(all[i].account, all[0].account);
	}
	assert_int_equal(world_core(w->world)->last_id, before + 1);
	assert_int_equal(away_count(w, COUNTER_LOGIN_MADE), 1);
}

static void
who_hangs_up_while_the_other_server_thinks_leaves_nothing(void **state)
{
	struct away *w = *state;
	struct trial t;

	w->silent = true;
	trial_begin(&t, w, "192.0.2.7", AMY, "secret");
	world_settle(w->world);
	assert_int_equal(w->njobs, 1);
	request_end(&t.rq);
	w->reply = "passed on";
	away_answer(w);
	world_settle(w->world);
	assert_null(away_account(w, AMY));
	/* the same while its name over there is looked for */
	trial_begin(&t, w, "192.0.2.7", AMY, "secret");
	world_settle(w->world);
	away_answer(w);
	request_end(&t.rq);
	world_settle(w->world);
	assert_null(away_account(w, AMY));
}

/* ---- what the operator set ---- */

static void
accounts_are_made_only_where_that_is_set(void **state)
{
	struct away *w = *state;

	w->rules.make = false;
	assert_int_equal(away_sign_in(w, AMY, "x"), RESULT_DISABLED);
	assert_null(away_account(w, AMY));
	assert_true(world_logged(w->world, "upstream-not-made"));
}

static void
who_must_be_approved_waits_switched_off(void **state)
{
	struct away *w = *state;
	struct account *a;
	struct request rq;

	w->rules.approve = true;
	w->rules.fallback_days = 7;
	assert_int_equal(away_sign_in(w, AMY, "x"), RESULT_DISABLED);
	assert_int_equal(away_sign_in(w, AMY, "x"), RESULT_DISABLED);
	a = away_account(w, AMY);
	assert_int_equal(a->flags & (ACCOUNT_DISABLED | ACCOUNT_WAITING),
	    ACCOUNT_DISABLED | ACCOUNT_WAITING);
	request_begin(&rq, world_core(w->world), away_not_again);
	assert_int_equal(account_set_disabled(&rq, a, false), RESULT_OK);
	request_end(&rq);
	assert_int_equal(a->flags & (ACCOUNT_DISABLED | ACCOUNT_WAITING), 0);
	assert_int_equal(away_sign_in(w, AMY, "x"), RESULT_OK);
}

static void
one_place_makes_no_more_accounts_than_is_set(void **state)
{
	struct away *w = *state;

	w->remote_id = NULL;
	world_core(w->world)->cfg.signups = 2;
	assert_int_equal(away_sign_in_from(w, "192.0.2.9", "a@friends.example",
			     "x"),
	    RESULT_OK);
	assert_int_equal(away_sign_in_from(w, "192.0.2.9", "b@friends.example",
			     "x"),
	    RESULT_OK);
	assert_int_equal(away_sign_in_from(w, "192.0.2.9", "c@friends.example",
			     "x"),
	    RESULT_TOO_ACTIVE);
	assert_null(away_account(w, "c@friends.example"));
	/* who has one is let in all the same */
	assert_int_equal(away_sign_in_from(w, "192.0.2.9", "a@friends.example",
			     "x"),
	    RESULT_OK);
}

/* covers: real-accounts 13 #27 */
static void
who_lives_here_is_never_asked_about_elsewhere(void **state)
{
	struct away *w = *state;

	world_add(w->world, AMY, "");
	world_add(w->world, "bob@here.example", "");
	assert_int_equal(away_sign_in(w, AMY, "x"), RESULT_BAD_PASSWORD);
	assert_int_equal(away_sign_in(w, "bob@here.example", "x"),
	    RESULT_BAD_PASSWORD);
	assert_int_equal(away_sign_in(w, "cat@here.example", "x"),
	    RESULT_BAD_PASSWORD);
	assert_int_equal(w->asked, 0);
}

static void
an_address_of_elsewhere_is_never_made_here(void **state)
{
	struct away *w = *state;
	const struct signup_wish wish = { .address = SLICE_LIT(AMY),
		.password = SLICE_LIT("long enough") };
	struct account *a;
	struct request rq;
	struct addr peer;

	world_core(w->world)->cfg.signup = SIGNUP_FIRST_LOGIN;
	w->verdict = ELSEWHERE_WRONG;
	assert_int_equal(away_sign_in(w, AMY, "x"), RESULT_BAD_PASSWORD);
	world_core(w->world)->cfg.signup = SIGNUP_OPEN;
	assert_true(addr_parse_ip(&peer, SLICE_LIT("192.0.2.1")));
	request_begin(&rq, world_core(w->world), away_not_again);
	assert_int_equal(signup_make(&rq, &peer, &wish, &a), RESULT_ELSEWHERE);
	request_end(&rq);
	assert_null(away_account(w, AMY));
}

static void
a_home_that_is_not_set_any_more_is_no_wrong_password(void **state)
{
	struct away *w = *state;

	w->rules.fallback_days = 7;
	assert_int_equal(away_sign_in(w, AMY, "x"), RESULT_OK);
	away_until_kept(w, AMY);
	w->forgotten = true;
	assert_int_equal(away_sign_in(w, AMY, "x"), RESULT_ELSEWHERE_DOWN);
	assert_int_equal(w->asked, 1);
	assert_true(world_logged(w->world, "upstream-unknown"));
	assert_true(world_logged(w->world, "nudgectl user home"));
	/* the same when it goes while it is asked */
	w->forgotten = false;
	w->silent = true;
	{
		struct trial t;

		trial_begin(&t, w, "192.0.2.7", AMY, "x");
		world_settle(w->world);
		w->forgotten = true;
		w->silent = false;
		trial_end(&t);
		assert_int_equal(t.result, RESULT_ELSEWHERE_DOWN);
	}
}

/* ---- names over there ---- */

/* covers: real-accounts 13 #28 */
static void
an_address_that_belongs_to_another_there_is_refused_and_logged(void **state)
{
	struct away *w = *state;

	assert_int_equal(away_sign_in(w, AMY, "x"), RESULT_OK);
	w->remote_id = "0003BFFD00000008";
	assert_int_equal(away_sign_in(w, AMY, "x"), RESULT_DISABLED);
	assert_true(world_logged(w->world, "upstream-id-changed"));
	assert_string_equal(account_away(away_account(w, AMY))->remote_id,
	    "0003BFFD00000007");
	/* one that says nothing is believed; so is the first it says */
	w->remote_id = NULL;
	assert_int_equal(away_sign_in(w, AMY, "x"), RESULT_OK);
	assert_int_equal(away_sign_in(w, "bob@friends.example", "x"),
	    RESULT_OK);
	w->remote_id = "0003BFFD00000009";
	assert_int_equal(away_sign_in(w, "bob@friends.example", "x"),
	    RESULT_OK);
	w->remote_id = "0003BFFD0000000a";
	assert_int_equal(away_sign_in(w, "bob@friends.example", "x"),
	    RESULT_DISABLED);
}

/* covers: real-accounts 13 #13 */
static void
two_addresses_never_share_a_name_there(void **state)
{
	struct away *w = *state;
	struct trial a, b;

	assert_int_equal(away_sign_in(w, AMY, "x"), RESULT_OK);
	assert_int_equal(away_sign_in(w, "bob@friends.example", "x"),
	    RESULT_DISABLED);
	assert_null(away_account(w, "bob@friends.example"));
	assert_true(world_logged(w->world, "upstream-id-taken"));
	/* two that are made in the same moment */
	w->remote_id = "0003BFFD00000009";
	w->silent = true;
	trial_begin(&a, w, "192.0.2.7", "cat@friends.example", "x");
	trial_begin(&b, w, "192.0.2.8", "dan@friends.example", "x");
	world_settle(w->world);
	w->silent = false;
	trial_end(&a);
	trial_end(&b);
	assert_int_equal(a.result, RESULT_OK);
	assert_int_equal(b.result, RESULT_DISABLED);
	assert_null(away_account(w, "dan@friends.example"));
}

/* ---- how often ---- */

static void
strangers_use_up_no_question_of_a_network_that_is_known(void **state)
{
	struct away *w = *state;
	struct core *c = world_core(w->world);

	c->cfg.ask_per_hour = 20;
	assert_int_equal(away_sign_in_from(w, "192.0.2.7", AMY, "x"),
	    RESULT_OK);
	w->verdict = ELSEWHERE_WRONG;
	for (unsigned i = 0; i < 20; i++)
		assert_int_equal(away_sign_in(w, AMY, "x"),
		    RESULT_BAD_PASSWORD);
	assert_int_equal(away_sign_in(w, AMY, "x"), RESULT_LOCKED_OUT);
	w->verdict = ELSEWHERE_GOOD;
	assert_int_equal(away_sign_in(w, AMY, "x"), RESULT_LOCKED_OUT);
	assert_int_equal(away_sign_in_from(w, "192.0.2.7", AMY, "x"),
	    RESULT_OK);
}

/* covers: real-accounts 13 #24 */
static void
the_sixth_try_within_a_minute_is_not_passed_on(void **state)
{
	struct away *w = *state;
	struct core *c = world_core(w->world);

	c->cfg.ask_per_minute = 5;
	c->cfg.ask_per_hour = 20;
	w->verdict = ELSEWHERE_WRONG;
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(away_sign_in_from(w, "192.0.2.7", AMY, "x"),
		    RESULT_BAD_PASSWORD);
	assert_int_equal(away_sign_in_from(w, "192.0.2.7", AMY, "x"),
	    RESULT_LOCKED_OUT);
	assert_int_equal(w->asked, 5);
	/* another place may still try, a minute later this one too */
	assert_int_equal(away_sign_in_from(w, "192.0.2.8", AMY, "x"),
	    RESULT_BAD_PASSWORD);
	world_pass(w->world, 61000);
	assert_int_equal(away_sign_in_from(w, "192.0.2.7", AMY, "x"),
	    RESULT_BAD_PASSWORD);
	assert_int_equal(w->asked, 7);
	/* but within the hour nobody more than 20 times */
	for (unsigned i = 7; i < 20; i++)
		assert_int_equal(away_sign_in(w, AMY, "x"),
		    RESULT_BAD_PASSWORD);
	assert_int_equal(away_sign_in(w, AMY, "x"), RESULT_LOCKED_OUT);
	assert_int_equal(w->asked, 20);
	world_pass_quickly(w->world, 3600 * 1000);
	w->verdict = ELSEWHERE_GOOD;
	for (unsigned i = 0; i < 30; i++)
		assert_int_equal(away_sign_in_from(w, "192.0.2.7", AMY, "x"),
		    RESULT_OK);
}

static void
who_cannot_be_asked_about_is_not_said_to_have_tried(void **state)
{
	struct away *w = *state;

	world_core(w->world)->cfg.ask_per_minute = 5;
	w->verdict = ELSEWHERE_DOWN;
	for (unsigned i = 0; i < 9; i++)
		assert_int_equal(away_sign_in_from(w, "192.0.2.7", AMY, "x"),
		    RESULT_ELSEWHERE_DOWN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, away_teardown)
		T(the_first_good_sign_in_makes_the_account),
		T(whatever_is_no_success_makes_no_account),
		T(who_moved_is_told_where_to),
		T(a_hundred_first_sign_ins_at_once_make_one_account),
		T(who_hangs_up_while_the_other_server_thinks_leaves_nothing),
		T(accounts_are_made_only_where_that_is_set),
		T(who_must_be_approved_waits_switched_off),
		T(one_place_makes_no_more_accounts_than_is_set),
		T(who_lives_here_is_never_asked_about_elsewhere),
		T(an_address_of_elsewhere_is_never_made_here),
		T(a_home_that_is_not_set_any_more_is_no_wrong_password),
		T(an_address_that_belongs_to_another_there_is_refused_and_logged),
		T(two_addresses_never_share_a_name_there),
		T(strangers_use_up_no_question_of_a_network_that_is_known),
		T(the_sixth_try_within_a_minute_is_not_passed_on),
		T(who_cannot_be_asked_about_is_not_said_to_have_tried),
#undef T
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
