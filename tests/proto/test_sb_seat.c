/* SPDX-License-Identifier: MIT */
/* What a seat understands, and leaving it. */
#include "tests/proto/sb_play.h"

static void
coming_in_twice_is_911_and_the_seat_stays(void **state)
{
	struct world *w = world_new();
	struct player *alice = play_online(w, "alice@a.com", "MSNP9");
	struct player *bob = play_online(w, "bob@b.com", "MSNP8");
	struct player *a = sb_open(w, alice, "alice@a.com"), *b;
	struct sb_pass pass;

	(void)state;
	b = sb_join(w, a, bob, "bob@b.com");
	sb_ask(alice, &pass);
	play_sayf(a, "USR 5 alice@a.com %s", pass.cookie);
	play_hears(a, "911 5");
	play_say(b, "ANS 6 bob@b.com 1.2 3");
	play_hears(b, "911 6");
	play_say(b, "USR 7");
	play_hears(b, "911 7");
	/* the cookie was not spent on it */
	play_hears_like(sb_enter(w, &pass, "alice@a.com"), "USR 1 OK *");
	play_say(a, "PNG");
	play_hears(a, "QNG 60");
	play_say(b, "PNG");
	play_hears(b, "QNG");
	play_say(a, "\r\n \r\n");
	sb_nobody_hears(a, b, NULL);
	world_free(w);
}

static void
what_no_seat_understands_ends_it(void **state)
{
	static const struct {
		const char *said;
		enum close_reason why;
	} cases[] = {
		{ "XYZ 5", CLOSE_BAD_COMMAND },
		{ "CHG 5 NLN 32", CLOSE_WRONG_STATE },
		{ "VER 5 MSNP9", CLOSE_WRONG_STATE },
		{ "XFR 5 SB", CLOSE_WRONG_STATE },
		{ "CAL bob@b.com", CLOSE_BAD_TRID },
	};
	struct world *w = world_new();
	struct player *alice = play_online(w, "alice@a.com", "MSNP9");
	struct player *bob = play_online(w, "bob@b.com", "MSNP9");
	struct player *b = sb_open(w, bob, "bob@b.com");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct player *a = sb_join(w, b, alice, "alice@a.com");

		play_say(a, cases[i].said);
		play_is_closed(a, cases[i].why);
		play_hears(b, "BYE alice@a.com");
	}
	play_hears_nothing(b);
	world_free(w);
}

/* ---- leaving ---- */

/* covers: sb 14 #41, #42, #43 */
static void
who_leaves_is_told_and_the_last_one_may_call_again(void **state)
{
	struct world *w = world_new();
	struct player *alice = play_online(w, "alice@a.com", "MSNP9");
	struct player *bob = play_online(w, "bob@b.com", "MSNP9");
	struct player *carol = play_online(w, "carol@c.com", "MSNP9");
	struct player *a = sb_open(w, alice, "alice@a.com"), *b, *c;
	struct sb_pass first, again;

	(void)state;
	sb_call(a, bob, "bob@b.com", &first);
	b = sb_answer(w, &first, "bob@b.com");
	play_ignore(b);
	play_ignore(a);
	c = sb_join(w, a, carol, "carol@c.com");
	play_ignore(b);
	play_say(b, "OUT");
	play_is_closed(b, CLOSE_OUT);
	play_hears(a, "BYE bob@b.com");
	play_hears(c, "BYE bob@b.com");
	play_drop(c);
	world_settle(w);
	play_hears(a, "BYE carol@c.com");
	play_hears_nothing(a);
	sb_call(a, bob, "bob@b.com", &again);
	assert_string_equal(again.id, first.id);
	b = sb_answer(w, &again, "bob@b.com");
	play_hears(b, "IRO 1 1 1 alice@a.com alice@a.com");
	play_hears(b, "ANS 1 OK");
	play_hears(a, "JOI bob@b.com bob@b.com");
	sb_nobody_hears(a, b, NULL);
	world_free(w);
}

/* covers: sb 14 #44 */
static void
a_conversation_ends_with_its_last_member(void **state)
{
	struct world *w = world_new();
	struct player *alice = play_online(w, "alice@a.com", "MSNP9");
	struct player *bob = play_online(w, "bob@b.com", "MSNP9");
	struct player *a = sb_open(w, alice, "alice@a.com"), *b;
	struct sb_pass pass, late;

	(void)state;
	sb_call(a, bob, "bob@b.com", &late);
	sb_call(a, bob, "bob@b.com", &pass);
	b = sb_answer(w, &pass, "bob@b.com");
	play_ignore(b);
	play_hang_up(a);
	play_hears(b, "BYE alice@a.com");
	play_hears_nothing(b);
	play_hang_up(b);
	assert_int_equal(world_core(w)->conversations.count, 0);
	b = sb_answer(w, &late, "bob@b.com");
	play_hears(b, "911 1");
	play_is_closed(b, CLOSE_AUTH_FAILED);
	world_free(w);
}

/* covers: sb 14 #45 */
static void
a_silent_member_is_shown_out_when_the_operator_wants_it(void **state)
{
	struct world *w = world_new();
	struct player *alice, *bob, *a, *b;

	(void)state;
	world_config(w)->sb_idle_ms = 60000;
	world_reload(w);
	alice = play_online(w, "alice@a.com", "MSNP9");
	bob = play_online(w, "bob@b.com", "MSNP9");
	a = sb_open(w, alice, "alice@a.com");
	b = sb_join(w, a, bob, "bob@b.com");
	world_pass(w, 30000);
	sb_say(b, 3, "U", "x", 1);
	play_ignore(a);
	world_pass(w, 29900);
	sb_nobody_hears(a, b, NULL);
	world_pass(w, 200);
	play_is_closed(a, CLOSE_IDLE);
	play_hears(b, "BYE alice@a.com 1");
	world_pass(w, 29000);
	play_hears_nothing(b);
	/* switched off while it sits: nobody is shown out any more */
	world_config(w)->sb_idle_ms = 0;
	world_reload(w);
	world_pass(w, 120000);
	play_hears_nothing(b);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(coming_in_twice_is_911_and_the_seat_stays),
		cmocka_unit_test(what_no_seat_understands_ends_it),
		cmocka_unit_test(
		    who_leaves_is_told_and_the_last_one_may_call_again),
		cmocka_unit_test(a_conversation_ends_with_its_last_member),
		cmocka_unit_test(
		    a_silent_member_is_shown_out_when_the_operator_wants_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
