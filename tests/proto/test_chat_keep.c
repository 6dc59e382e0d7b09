/* SPDX-License-Identifier: MIT */
/* Rooms that stay. */
#include "tests/proto/chat_play.h"

static void
only_an_account_founds_a_room_and_not_too_many(void **state)
{
	struct world *w = world_new();
	struct player *g = chat_guest(w, "g", "IRC8");
	struct player *a = chat_member(w, "alice@a.com", "Alice", "IRC8");
	struct player *b = chat_member(w, "bob@b.com", "Bob", "IRC8");

	(void)state;
	chat_joins(g, "%#g");
	play_say(g, "MODE %#g +r");
	play_hears(g,
	    ":chat.nudge 556 >g %#g :Only authenticated users may join "
	    "channel.");
	for (unsigned i = 0; i < 4; i++) {
		play_sayf(a, "JOIN %%#r%u", i);
		play_ignore(a);
		play_sayf(a, "MODE %%#r%u +r", i);
		if (i < 3)
			play_hears_like(a, ":Alice!* MODE %#r? +r");
	}
	play_hears(a, ":chat.nudge 907 Alice :Not enough resources");
	/* they stay when everybody has gone, and know their founder */
	play_say(a, "JOIN 0");
	play_ignore(a);
	assert_int_equal(chat_rooms(world_chat(w)), 4);
	play_say(b, "JOIN %#r0");
	play_hears_like(b, ":Bob!* JOIN H,U,RXO :%#r0");
	play_say(a, "JOIN %#r0");
	play_hears_like(a, ":Alice!* JOIN H,U,RXO,. :%#r0");
	play_ignore(a);
	play_say(a, "MODE %#r0 -r");
	play_hears_like(a, ":Alice!* MODE %#r0 -r");
	play_say(b, "PART %#r0");
	play_say(a, "PART %#r0");
	assert_int_equal(chat_rooms(world_chat(w)), 3);
	world_free(w);
}

static void
nobody_is_told_of_a_change_before_it_is_kept(void **state)
{
	struct world *w = world_new();
	struct player *a = chat_member(w, "alice@a.com", "Alice", "IRC8");
	struct player *b = chat_guest(w, "b", "IRC8");

	(void)state;
	chat_joins(a, "%#r");
	chat_joins(b, "%#r");
	play_ignore(a);
	world_hold_commits(w);
	play_say(a, "MODE %#r +r");
	play_say(a, "PROP %#r TOPIC :tea");
	play_say(a, "ACCESS %#r ADD DENY bad");
	play_hears_nothing(a);
	play_hears_nothing(b);
	world_commit(w);
	play_hears_like(a, ":Alice!* MODE %#r +r");
	play_hears_like(a, ":Alice!* PROP %#r TOPIC :tea");
	play_hears_like(a, ":chat.nudge 801 Alice %#r DENY bad!*");
	play_hears_like(b, ":Alice!* MODE %#r +r");
	play_hears_like(b, ":Alice!* PROP %#r TOPIC :tea");
	world_free(w);
}

static void
a_room_that_cannot_be_kept_is_not_said_to_be(void **state)
{
	struct world *w = world_on_disk();
	struct player *a = chat_member(w, "alice@a.com", "Alice", "IRC8");
	struct player *b = chat_guest(w, "b", "IRC8");

	(void)state;
	chat_joins(a, "%#r");
	chat_joins(b, "%#r");
	play_ignore(a);
	world_sql(w,
	    "CREATE TRIGGER never BEFORE INSERT ON kept BEGIN "
	    "SELECT RAISE(ABORT, 'never'); END");
	world_hold_commits(w);
	play_say(a, "MODE %#r +r");
	play_hears_nothing(a);
	play_hears_nothing(b);
	world_sql(w, "DROP TRIGGER never");
	/* it goes when it is empty, as one that nothing keeps */
	play_hang_up(a);
	play_hang_up(b);
	assert_int_equal(chat_rooms(world_chat(w)), 0);
	world_commit(w);
	world_pass(w, 2000);
	a = chat_member(w, "alice@a.com", "Alice", "IRC8");
	play_say(a, "JOIN %#s");
	play_ignore(a);
	play_say(a, "MODE %#s +r");
	play_hears_like(a, ":Alice!* MODE %#s +r");
	world_free(w);
}

static void
again(struct request *rq)
{
	(void)rq;
}

static void
delete_account(struct world *w, const char *address)
{
	struct request rq;
	struct account *a;

	request_begin(&rq, world_core(w), again);
	assert_int_equal(account_get(&rq, slice_text(address), &a), RESULT_OK);
	assert_int_equal(account_delete(&rq, a), RESULT_OK);
	request_end(&rq);
	world_settle(w);
}

static void
a_room_goes_with_its_founders_account(void **state)
{
	struct world *w = world_new();
	struct player *a = chat_member(w, "alice@a.com", "Alice", "IRC8");
	struct player *b;

	(void)state;
	/* the account goes, and what it kept with it */
	chat_joins(a, "%#r");
	play_say(a, "MODE %#r +r");
	play_ignore(a);
	b = chat_guest(w, "b", "IRC8");
	chat_joins(b, "%#r");
	play_ignore(a);
	delete_account(w, "alice@a.com");
	play_say(a, "PRIVMSG %#r :still here");
	play_hears_like(a, "ERROR :Closing Link: *Account changed");
	play_is_closed(a, CLOSE_ACCOUNT_GONE);
	play_hang_up(b);
	assert_int_equal(chat_rooms(world_chat(w)), 0);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    only_an_account_founds_a_room_and_not_too_many),
		cmocka_unit_test(nobody_is_told_of_a_change_before_it_is_kept),
		cmocka_unit_test(a_room_that_cannot_be_kept_is_not_said_to_be),
		cmocka_unit_test(a_room_goes_with_its_founders_account),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
