/* SPDX-License-Identifier: MIT */
/* Records that are not in memory, and a store that cannot give them. */
#include "tests/proto/play.h"

#include <stdio.h>
#include <string.h>

static const char break_loads[] = "ALTER TABLE contacts RENAME TO elsewhere";
static const char mend_loads[] = "ALTER TABLE elsewhere RENAME TO contacts";

static bool
in_memory(struct world *w, const char *address)
{
	return account_peek(world_core(w), slice_text(address)) != NULL;
}

/* ---- telephones of people who are away ---- */

/* Sets properties and says on which list alice is; then it goes. */
static void
visit(struct world *w, const char *address, const char *list,
    const char *properties)
{
	struct player *p = play_online(w, address, "MSNP9");

	play_sayf(p, "ADD 8 %s alice@a.com A", list);
	play_say(p, properties);
	play_say(p, "OUT");
}

/* Four friends on alice's list: only bob and eve show her something. */
static struct player *
alice_among_friends(struct world *w, const char *dialect)
{
	static const char *const friends[] = { "dan", "bob", "eve", "cat" };
	struct player *alice;

	for (size_t i = 0; i < ARRAY_LEN(friends); i++) {
		char address[16];

		(void)snprintf(address, sizeof(address), "%s@b.com",
		    friends[i]);
		world_add(w, address, "");
	}
	alice = play_online(w, "alice@a.com", "MSNP9");
	for (size_t i = 0; i < ARRAY_LEN(friends); i++)
		play_sayf(alice, "ADD 9 FL %s@b.com %s 0", friends[i],
		    friends[i]);
	play_say(alice, "OUT");
	/* allows everybody, but alice is not on the allow list */
	visit(w, "dan@b.com", "FL", "PRP 9 PHH 1\r\nPRP 10 MOB Y");
	visit(w, "bob@b.com", "AL",
	    "PRP 9 PHM 0170%2055\r\nPRP 10 PHH 01%20234\r\nPRP 11 MOB Y");
	visit(w, "eve@b.com", "AL", "PRP 9 PHW 5");
	visit(w, "cat@b.com", "BL", "PRP 9 PHH 2\r\nPRP 10 MOB Y");
	alice = play_sign_in(w, "alice@a.com", dialect);
	world_forget(w);
	for (size_t i = 0; i < ARRAY_LEN(friends); i++) {
		char address[16];

		(void)snprintf(address, sizeof(address), "%s@b.com",
		    friends[i]);
		assert_false(in_memory(w, address));
	}
	return alice;
}

static void
hears_friends(struct player *alice, const char *phone)
{
	play_hears_like(alice, "LST *dan@b.com *");
	play_hears_like(alice, "LST *bob@b.com *");
	play_hearsf(alice, "BPR PHH %s", phone);
	play_hears(alice, "BPR PHM 0170%2055");
	play_hears(alice, "BPR MOB Y");
	play_hears_like(alice, "LST *eve@b.com *");
	play_hears(alice, "BPR PHW 5");
	play_hears_like(alice, "LST *cat@b.com *");
	play_hears_nothing(alice);
}

/* covers: ns-classic 15 #82 */
static void
telephones_of_absent_friends_come_right_behind_them(void **state)
{
	static const char *const dialects[] = { "MSNP8", "MSNP9", "MSNP10",
		"MSNP11", "MSNP12" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(dialects); i++) {
		struct world *w = world_new();
		struct player *alice = alice_among_friends(w, dialects[i]);
		bool numbers = i < 2;

		play_say(alice, numbers ? "SYN 1 0" : "SYN 1 0 0");
		play_hears_like(alice, "SYN 1 *");
		play_hears(alice, "GTC A");
		play_hears(alice, "BLP AL");
		play_hears_like(alice, numbers ? "LSG 0 *" : "PRP MFN *");
		hears_friends(alice, "01%20234");
		/* nobody was loaded for it */
		assert_false(in_memory(w, "bob@b.com"));
		world_free(w);
	}
}

static void
ignore_head(struct player *alice)
{
	play_hears_like(alice, "SYN *");
	play_hears_like(alice, "GTC *");
	play_hears_like(alice, "BLP *");
	play_hears_like(alice, "LSG 0 *");
}

static void
a_record_in_memory_says_it_better_than_what_was_read(void **state)
{
	struct world *w = world_new();
	struct player *alice = alice_among_friends(w, "MSNP9");
	struct player *bob, *eve;

	(void)state;
	bob = play_connect(w);
	eve = play_connect(w);
	play_challenge(bob, "bob@b.com", "MSNP9");
	play_challenge(eve, "eve@b.com", "MSNP9");
	/* loads them, whatever becomes of it */
	play_say(bob, "USR 3 TWN S t=x&p=");
	play_say(eve, "USR 3 TWN S t=x&p=");
	assert_true(in_memory(w, "bob@b.com"));
	assert_true(in_memory(w, "eve@b.com"));
	bob = play_sign_in(w, "bob@b.com", "MSNP9");
	eve = play_sign_in(w, "eve@b.com", "MSNP9");
	play_say(eve, "REM 8 AL alice@a.com\r\nPRP 9 PHW 6");
	/* what is read stands before bob's change in the queue */
	play_say_unsettled(alice, "SYN 1 0");
	play_say_unsettled(bob, "PRP 9 PHH 99");
	world_settle(w);
	ignore_head(alice);
	play_hears_like(alice, "LST dan@b.com *");
	play_hears_like(alice, "LST bob@b.com *");
	play_hears(alice, "BPR PHH 99");
	play_hears(alice, "BPR PHM 0170%2055");
	play_hears(alice, "BPR MOB Y");
	play_hears_like(alice, "LST eve@b.com *");
	play_hears_like(alice, "LST cat@b.com *");
	play_hears_nothing(alice);
	world_free(w);
}

static void
a_telephone_is_told_when_it_is_durable(void **state)
{
	struct world *w = world_new();
	struct player *alice, *bob;
	char line[TOKEN_TEXT_MAX + 32];

	(void)state;
	alice = play_online(w, "alice@a.com", "MSNP9");
	bob = play_online(w, "bob@b.com", "MSNP9");
	play_say(alice, "ADD 9 FL bob@b.com Bob 0");
	play_say(bob, "ADD 9 AL alice@a.com A");
	play_say(alice, "OUT");
	alice = play_connect(w);
	play_challenge(alice, "alice@a.com", "MSNP9");
	(void)snprintf(line, sizeof(line), "USR 3 TWN S %s",
	    world_ticket(w, "alice@a.com", TOKEN_TICKET));
	world_hold_commits(w);
	/* before her session is there to be told of it */
	play_say_unsettled(bob, "PRP 10 PHH 1");
	play_say_unsettled(alice, line);
	play_say_unsettled(alice, "SYN 1 0");
	world_settle(w);
	play_hears_like(alice, "USR 3 OK *");
	play_ignore(alice);
	world_commit(w);
	ignore_head(alice);
	play_hears_like(alice, "LST bob@b.com *");
	play_hears(alice, "BPR PHH 1");
	play_hears_nothing(alice);
	world_free(w);
}

static void
who_leaves_while_telephones_are_read_is_forgotten(void **state)
{
	struct world *w = world_new();
	struct player *alice = alice_among_friends(w, "MSNP9");

	(void)state;
	play_say_unsettled(alice, "SYN 1 0");
	play_drop(alice);
	world_settle(w);
	assert_int_equal(ns_connections(world_ns(w)), 0);
	world_free(w);
}

static void
the_short_answer_to_syn_reads_nothing(void **state)
{
	struct world *w = world_on_disk();
	struct player *alice = alice_among_friends(w, "MSNP9");
	unsigned n = world_account(w, "alice@a.com")->serial;

	(void)state;
	world_sql(w, break_loads);
	play_sayf(alice, "SYN 1 %u", n);
	play_hearsf(alice, "SYN 1 %u", n);
	play_hears_nothing(alice);
	world_free(w);
}

static void
a_list_that_cannot_be_completed_may_be_asked_for_again(void **state)
{
	struct world *w = world_on_disk();
	struct player *alice = alice_among_friends(w, "MSNP9");

	(void)state;
	world_sql(w, break_loads);
	play_say(alice, "SYN 1 0");
	play_hears(alice, "500 1");
	play_hears_nothing(alice);
	world_sql(w, mend_loads);
	play_say(alice, "SYN 2 0");
	ignore_head(alice);
	hears_friends(alice, "01%20234");
	world_free(w);
}

/* ---- sign-in ---- */

static void
who_cannot_be_loaded_is_told_500_and_comes_back_later(void **state)
{
	static const char *const dialects[] = { "MSNP8", "MSNP12" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(dialects); i++) {
		struct world *w = world_on_disk();
		struct player *p = play_connect(w), *q = play_connect(w);
		char ticket[TOKEN_TEXT_MAX + 16];

		world_add(w, "alice@a.com", "");
		(void)snprintf(ticket, sizeof(ticket), "%s",
		    world_ticket(w, "alice@a.com", TOKEN_TICKET));
		world_forget(w);
		assert_false(in_memory(w, "alice@a.com"));
		world_sql(w, break_loads);
		play_challenge(p, "alice@a.com", dialects[i]);
		play_sayf(p, "USR 7 TWN S %s", ticket);
		play_hears(p, "500 7");
		play_is_closed(p, CLOSE_STORE_FAILED);
		/* the ticket was not used up by it */
		world_sql(w, mend_loads);
		play_challenge(q, "alice@a.com", dialects[i]);
		play_sayf(q, "USR 8 TWN S %s", ticket);
		play_hears_like(q, "USR 8 OK alice@a.com *");
		world_free(w);
	}
}

static void
who_is_in_memory_signs_in_while_the_store_cannot_load(void **state)
{
	struct world *w = world_on_disk();
	struct player *p = play_connect(w);

	(void)state;
	world_add(w, "alice@a.com", "");
	world_sql(w, break_loads);
	play_challenge(p, "alice@a.com", "MSNP9");
	play_sayf(p, "USR 3 TWN S %s",
	    world_ticket(w, "alice@a.com", TOKEN_TICKET));
	play_hears_like(p, "USR 3 OK alice@a.com *");
	world_free(w);
}

static void
who_waits_for_a_load_that_fails_may_be_many(void **state)
{
	struct world *w = world_on_disk();
	struct player *p[3];

	(void)state;
	world_add(w, "alice@a.com", "");
	world_forget(w);
	world_sql(w, break_loads);
	for (size_t i = 0; i < ARRAY_LEN(p); i++) {
		p[i] = play_connect(w);
		play_challenge(p[i], "alice@a.com", "MSNP9");
	}
	for (size_t i = 0; i < ARRAY_LEN(p); i++)
		play_say_unsettled(p[i], "USR 3 TWN S t=x&p=");
	world_settle(w);
	for (size_t i = 0; i < ARRAY_LEN(p); i++) {
		play_hears(p[i], "500 3");
		play_is_closed(p[i], CLOSE_STORE_FAILED);
	}
	world_free(w);
}

/* ---- a server that takes nobody now ---- */

static void
draining_is_said_to_who_begins_and_to_who_was_challenged(void **state)
{
	struct world *w = world_new();
	struct player *early = play_connect(w), *late = play_connect(w);

	(void)state;
	world_add(w, "alice@a.com", "");
	play_challenge(early, "alice@a.com", "MSNP12");
	core_drain(world_core(w));
	play_sayf(early, "USR 3 TWN S %s",
	    world_ticket(w, "alice@a.com", TOKEN_TICKET));
	play_hears(early, "601 3");
	play_is_closed(early, CLOSE_DRAIN);
	play_say(late, "VER 1 MSNP12 CVR0\r\nUSR 2 TWN I alice@a.com");
	play_hears(late, "VER 1 MSNP12 CVR0");
	play_hears(late, "601 2");
	play_is_closed(late, CLOSE_DRAIN);
	world_free(w);
}

static void
overload_turns_away_who_begins_and_serves_who_was_challenged(void **state)
{
	struct world *w = world_new();
	struct crowd *crowd;
	struct player *first, *second, *third;

	(void)state;
	world_add(w, "alice@a.com", "");
	crowd = world_crowd(w, 2);
	first = play_connect(w);
	second = play_connect(w);
	play_challenge(first, "alice@a.com", "MSNP9");
	third = play_connect(w);
	play_say(second, "VER 1 MSNP9 CVR0\r\nUSR 2 TWN I bob@b.com");
	play_hears(second, "VER 1 MSNP9 CVR0");
	play_hears(second, "910 2");
	play_is_closed(second, CLOSE_BUSY);
	play_sayf(first, "USR 3 TWN S %s",
	    world_ticket(w, "alice@a.com", TOKEN_TICKET));
	play_hears_like(first, "USR 3 OK *");
	play_challenge(third, "bob@b.com", "MSNP9");
	world_free(w);
	crowd_free(crowd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    telephones_of_absent_friends_come_right_behind_them),
		cmocka_unit_test(
		    a_record_in_memory_says_it_better_than_what_was_read),
		cmocka_unit_test(a_telephone_is_told_when_it_is_durable),
		cmocka_unit_test(
		    who_leaves_while_telephones_are_read_is_forgotten),
		cmocka_unit_test(the_short_answer_to_syn_reads_nothing),
		cmocka_unit_test(
		    a_list_that_cannot_be_completed_may_be_asked_for_again),
		cmocka_unit_test(
		    who_cannot_be_loaded_is_told_500_and_comes_back_later),
		cmocka_unit_test(
		    who_is_in_memory_signs_in_while_the_store_cannot_load),
		cmocka_unit_test(who_waits_for_a_load_that_fails_may_be_many),
		cmocka_unit_test(
		    draining_is_said_to_who_begins_and_to_who_was_challenged),
		cmocka_unit_test(
		    overload_turns_away_who_begins_and_serves_who_was_challenged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
