/* SPDX-License-Identifier: MIT */
/* What others can put on somebody's lists has an end. */
#include "core/people/book.h"
#include "core/session.h"
#include "tests/proto/place.h"

#include <stdio.h>

/* That one puts alice on its forward list. */
static struct player *
fan(struct world *w, const char *address)
{
	struct player *p = play_online(w, address, "MSNP9");

	play_say(p, "ADD 9 FL alice@a.com alice@a.com 0");
	play_hears_like(p, "ADD 9 FL * alice@a.com alice@a.com 0");
	play_ignore(p);
	return p;
}

static unsigned
lists_of(struct world *w, const char *owner, const char *who)
{
	const struct account *a = world_account(w, owner);

	ROSTER_EACH(k, &a->roster)
	{
		if (slice_eq_text(person_address(k->who), who))
			return k->lists;
	}
	return 0;
}

static void
the_newest_strangers_stay_and_the_oldest_give_way(void **state)
{
	struct world *w = world_new();
	struct player *alice, *one;

	(void)state;
	world_core(w)->cfg.max_strangers = 2;
	alice = play_online(w, "alice@a.com", "MSNP12");
	one = fan(w, "one@x.com");
	(void)fan(w, "two@x.com");
	play_ignore(alice);
	play_hears_nothing(one);
	(void)fan(w, "three@x.com");
	/* the owner hears who went and who came, the other that she is gone */
	play_hears(alice, "REM 0 RL one@x.com");
	play_hears_like(alice, "ADC 0 RL N=three@x.com *");
	play_hears_nothing(alice);
	play_hears(one, "FLN alice@a.com");
	play_hears_nothing(one);
	assert_int_equal(lists_of(w, "alice@a.com", "one@x.com"), 0);
	assert_int_equal(lists_of(w, "alice@a.com", "two@x.com"),
	    LIST_REVERSE | LIST_PENDING);
	assert_int_equal(lists_of(w, "alice@a.com", "three@x.com"),
	    LIST_REVERSE | LIST_PENDING);
	/* she stays on that one's own list, and can be taken from it */
	assert_int_equal(lists_of(w, "one@x.com", "alice@a.com"), LIST_FORWARD);
	play_say(one, "REM 10 FL alice@a.com");
	play_hears_like(one, "REM 10 FL * alice@a.com");
	play_hears_nothing(alice);
	/* and comes again like anybody new */
	play_say(one, "ADD 11 FL alice@a.com alice@a.com 0");
	play_hears_like(one, "ADD 11 FL * alice@a.com alice@a.com 0");
	play_hears(alice, "REM 0 RL two@x.com");
	play_hears_like(alice, "ADC 0 RL N=one@x.com *");
	world_free(w);
}

static void
whom_one_knows_or_has_decided_about_never_gives_way(void **state)
{
	struct world *w = world_new();
	struct player *alice;
	char address[32];

	(void)state;
	world_core(w)->cfg.max_strangers = 2;
	alice = play_online(w, "alice@a.com", "MSNP9");
	(void)fan(w, "friend@x.com");
	(void)fan(w, "foe@x.com");
	(void)fan(w, "known@x.com");
	play_ignore(alice);
	play_say(alice, "ADD 5 AL friend@x.com friend@x.com");
	play_say(alice, "ADD 6 BL foe@x.com foe@x.com");
	play_say(alice, "ADD 7 FL known@x.com known@x.com 0");
	for (unsigned i = 0; i < 5; i++) {
		(void)snprintf(address, sizeof(address), "s%u@x.com", i);
		(void)fan(w, address);
	}
	for (unsigned turns = 0; turns < 2; turns++) {
		struct request rq;

		(void)place_begin(w, &rq, "alice@a.com");
		assert_true(
		    lists_of(w, "alice@a.com", "friend@x.com") & LIST_ALLOW);
		assert_true(
		    lists_of(w, "alice@a.com", "foe@x.com") & LIST_BLOCK);
		assert_true(
		    lists_of(w, "alice@a.com", "known@x.com") & LIST_FORWARD);
		assert_int_equal(world_account(w, "alice@a.com")
				     ->roster.nstrangers,
		    2);
		assert_int_equal(lists_of(w, "alice@a.com", "s2@x.com"), 0);
		assert_true(lists_of(w, "alice@a.com", "s4@x.com") != 0);
		request_end(&rq);
		play_hang_up(alice);
		world_forget(w);
	}
	world_free(w);
}

/* An older server may have kept more than there may be now. */
static void
a_list_that_was_longer_shrinks_little_by_little(void **state)
{
	struct world *w = world_new();
	char address[32];

	(void)state;
	(void)play_online(w, "alice@a.com", "MSNP9");
	for (unsigned i = 0; i < 8; i++) {
		(void)snprintf(address, sizeof(address), "s%u@x.com", i);
		(void)fan(w, address);
	}
	assert_int_equal(world_account(w, "alice@a.com")->roster.nstrangers, 8);
	world_core(w)->cfg.max_strangers = 3;
	(void)fan(w, "new@x.com");
	assert_int_equal(world_account(w, "alice@a.com")->roster.nstrangers, 3);
	assert_int_equal(lists_of(w, "alice@a.com", "s5@x.com"), 0);
	assert_true(lists_of(w, "alice@a.com", "s6@x.com") != 0);
	assert_true(lists_of(w, "alice@a.com", "new@x.com") != 0);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    the_newest_strangers_stay_and_the_oldest_give_way),
		cmocka_unit_test(
		    whom_one_knows_or_has_decided_about_never_gives_way),
		cmocka_unit_test(
		    a_list_that_was_longer_shrinks_little_by_little),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
