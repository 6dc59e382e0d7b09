/* SPDX-License-Identifier: MIT */
/* Rooms that stay. */
#include "core/people/nickname.h"
#include "tests/proto/chat_play.h"

#include <string.h>

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
again(struct request *rq)
{
	(void)rq;
}

/* Says it, hears nothing until the commit, and then a line like this. */
static void
waits(struct world *w, struct player *p, const char *said, const char *heard)
{
	const char *line;
	bool found = false;

	play_say(p, said);
	play_hears_nothing(p);
	world_commit(w);
	while ((line = play_hears_any(p)) != NULL)
		found |= strstr(line, heard) != NULL;
	if (!found)
		fail_msg("%s: no %s", said, heard);
}

/* A new topic that is not on disk. */
static void
new_topic(struct world *w, struct player *a, unsigned n)
{
	world_hold_commits(w);
	play_sayf(a, "TOPIC %%#r :tea%u", n);
	play_hears_nothing(a);
}

/* Who reads a record by whatever way waits for its change. */
static void
nobody_reads_a_change_before_it_is_kept(void **state)
{
	static const struct {
		const char *said, *heard;
	} rows[] = {
		{ "JOIN #r", " 332 reader #r :tea" },
		{ "TOPIC #r", " 332 reader #r :tea" },
		{ "PART #r", " PART #r" },
		{ "LIST", " 322 reader #r 1 :tea" },
		{ "IRCX", " 800 " }, /* so that it may say the next */
		{ "LISTX", " 812 reader %#r" },
		{ "PROP %#r TOPIC", " 818 reader %#r TOPIC :tea" },
		{ "PROP %#r *", " 818 reader %#r TOPIC :tea" },
		{ "MODE %#r", " 324 reader %#r" },
		{ "WHOIS Alice", " 319 reader Alice :.%#r" },
		{ "WHO Alice", " 352 reader %#r" },
		{ "NAMES", " 353 reader = %#r" },
		{ "FINDS %#r", " 613 " },
		{ "FINDU Alice", " 642 " },
	};
	struct world *w = world_new();
	struct player *a = chat_member(w, "alice@a.com", "Alice", "IRC8");
	struct player *b = chat_plain(w, "reader");
	struct player *c = chat_plain(w, "other");

	(void)state;
	chat_joins(a, "%#r");
	play_say(a, "MODE %#r +r");
	play_ignore(a);
	for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
		if (strcmp(rows[i].said, "IRCX") != 0)
			new_topic(w, a, i);
		else
			world_hold_commits(w);
		if (strcmp(rows[i].said, "IRCX") == 0) {
			play_say(b, "IRCX");
			play_hears_like(b, ":chat.nudge 800 *");
			world_commit(w);
		} else {
			waits(w, b, rows[i].said, rows[i].heard);
		}
		play_ignore(a);
		play_ignore(b);
	}
	/* whoever is told by somebody else, too; others are not held up */
	new_topic(w, a, 99);
	play_say(a, "INVITE reader %#r");
	play_hears_nothing(b);
	play_say(c, "PING :x");
	play_hears(c, ":chat.nudge PONG chat.nudge :x");
	world_commit(w);
	play_hears_like(b, ":Alice!* INVITE reader :%#r");
	/* nor is it said that it is gone, while it may come again */
	play_ignore(a);
	world_hold_commits(w);
	play_say(a, "MODE %#r -r");
	play_say(a, "PART %#r");
	waits(w, c, "FINDS #r", " 702 ");
	world_free(w);
}

static void
count_room(void *ctx, const struct chat_listing *room)
{
	(void)room;
	++*(unsigned *)ctx;
}

/* The pages ask so. */
static void
a_page_waits_for_the_rooms_it_shows(void **state)
{
	struct world *w = world_new();
	struct player *a = chat_member(w, "alice@a.com", "Alice", "IRC8");
	struct request rq;
	unsigned n = 0;

	(void)state;
	chat_joins(a, "%#r");
	play_say(a, "MODE %#r +r");
	play_ignore(a);
	new_topic(w, a, 1);
	request_begin(&rq, world_core(w), again);
	chat_each_room(world_chat(w), &rq, count_room, &n);
	assert_int_equal(n, 1);
	assert_true(rq.seq > world_core(w)->barrier->released);
	world_commit(w);
	assert_true(rq.seq <= world_core(w)->barrier->released);
	request_end(&rq);
	world_free(w);
}

static void
a_nickname_is_nobodys_before_it_is_kept(void **state)
{
	struct world *w = world_new();
	struct player *b = chat_plain(w, "plain");
	struct request rq;

	(void)state;
	world_add(w, "alice@a.com", "");
	(void)play_online(w, "alice@a.com", "MSNP9");
	world_hold_commits(w);
	request_begin(&rq, world_core(w), again);
	assert_int_equal(nickname_register(&rq, world_account(w, "alice@a.com"),
			     SLICE_LIT("Teapot")),
	    RESULT_OK);
	request_end(&rq);
	waits(w, b, "NICK Teapot", " 433 plain Teapot");
	/* nor free again before that */
	world_hold_commits(w);
	request_begin(&rq, world_core(w), again);
	assert_int_equal(nickname_give_up(&rq, world_account(w, "alice@a.com"),
			     SLICE_LIT("Teapot")),
	    RESULT_OK);
	request_end(&rq);
	waits(w, b, "NICK Teapot", " NICK :Teapot");
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
		cmocka_unit_test(nobody_reads_a_change_before_it_is_kept),
		cmocka_unit_test(a_page_waits_for_the_rooms_it_shows),
		cmocka_unit_test(a_nickname_is_nobodys_before_it_is_kept),
		cmocka_unit_test(a_room_that_cannot_be_kept_is_not_said_to_be),
		cmocka_unit_test(a_room_goes_with_its_founders_account),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
