/* SPDX-License-Identifier: MIT */
/* Getting a switchboard, and coming in. */
#include "tests/proto/sb_play.h"

#include "core/session.h"

#include <stdio.h>
#include <string.h>

/* ---- XFR ---- */

/* covers: sb 14 #1, #2, #3 */
static void
only_who_is_seen_online_gets_a_switchboard(void **state)
{
	struct world *w = world_new();
	struct player *alice = play_sign_in(w, "alice@a.com", "MSNP9");
	struct sb_pass pass;

	(void)state;
	play_say(alice, "XFR 6 SB");
	play_hears(alice, "913 6");
	play_say(alice, "CHG 7 HDN 32");
	play_hears(alice, "CHG 7 HDN 32");
	play_say(alice, "XFR 8 SB");
	play_hears(alice, "913 8");
	play_say(alice, "CHG 9 AWY 32");
	play_hears(alice, "CHG 9 AWY 32");
	play_say(alice, "XFR 10 SB");
	play_hears_like(alice,
	    "XFR 10 SB 192.0.2.1:1863 CKI [0-9]*[0-9].[0-9]*[0-9]");
	sb_ask(alice, &pass);
	assert_int_equal(strspn(pass.cookie, "0123456789."),
	    strlen(pass.cookie));
	/* 128 random bits */
	assert_true(strlen(pass.cookie) > 30);
	play_hears_nothing(alice);
	world_free(w);
}

static void
a_switchboard_is_all_one_can_be_transferred_to(void **state)
{
	struct world *w = world_new();
	struct player *alice = play_online(w, "alice@a.com", "MSNP9");

	(void)state;
	play_say(alice, "XFR 6 NS");
	play_hears(alice, "201 6");
	play_say(alice, "XFR 7");
	play_hears(alice, "201 7");
	play_say(alice, "XFR 8 sb");
	play_hears(alice, "201 8");
	play_hears_nothing(alice);
	world_free(w);
}

/* ---- USR ---- */

/* covers: sb 14 #7 */
static void
a_cookie_opens_a_new_conversation(void **state)
{
	struct world *w = world_new();
	struct player *alice, *a;
	struct sb_pass pass;

	(void)state;
	world_add(w, "alice@a.com", "Alice%20B");
	alice = play_online(w, "alice@a.com", "MSNP9");
	sb_ask(alice, &pass);
	/* the address in any case, told as it is kept */
	a = sb_enter(w, &pass, "ALICE@A.com");
	play_hears(a, "USR 1 OK alice@a.com Alice%20B");
	play_hears_nothing(a);
	world_free(w);
}

/* covers: sb 14 #4 */
static void
a_cookie_serves_once(void **state)
{
	struct world *w = world_new();
	struct player *alice = play_online(w, "alice@a.com", "MSNP9");
	struct player *a, *again;
	struct sb_pass pass;

	(void)state;
	sb_ask(alice, &pass);
	a = sb_enter(w, &pass, "alice@a.com");
	play_hears(a, "USR 1 OK alice@a.com alice@a.com");
	again = sb_enter(w, &pass, "alice@a.com");
	play_hears(again, "911 1");
	play_is_closed(again, CLOSE_AUTH_FAILED);
	play_hears_nothing(a);
	world_free(w);
}

/* covers: sb 14 #5 */
static void
a_cookie_lives_two_minutes(void **state)
{
	struct world *w = world_new();
	struct player *alice = play_online(w, "alice@a.com", "MSNP9");
	struct player *a;
	struct sb_pass first, second;

	(void)state;
	sb_ask(alice, &first);
	sb_ask(alice, &second);
	world_pass(w, 119000);
	a = sb_enter(w, &first, "alice@a.com");
	play_hears(a, "USR 1 OK alice@a.com alice@a.com");
	world_pass(w, 1000);
	a = sb_enter(w, &second, "alice@a.com");
	play_hears(a, "911 1");
	play_is_closed(a, CLOSE_AUTH_FAILED);
	/* the sweep has been by meanwhile */
	world_pass(w, 20000);
	a = sb_enter(w, &second, "alice@a.com");
	play_hears(a, "911 1");
	world_free(w);
}

/* covers: sb 14 #6 */
static void
a_cookie_shown_with_another_address_is_spent(void **state)
{
	struct world *w = world_new();
	struct player *alice = play_online(w, "alice@a.com", "MSNP9");
	struct player *p;
	struct sb_pass pass;

	(void)state;
	play_online(w, "eve@e.com", "MSNP9");
	sb_ask(alice, &pass);
	p = sb_enter(w, &pass, "eve@e.com");
	play_hears(p, "911 1");
	play_is_closed(p, CLOSE_AUTH_FAILED);
	p = sb_enter(w, &pass, "alice@a.com");
	play_hears(p, "911 1");
	play_is_closed(p, CLOSE_AUTH_FAILED);
	/* one that nobody ever gave */
	(void)snprintf(pass.cookie, sizeof(pass.cookie), "17262740.1");
	p = sb_enter(w, &pass, "alice@a.com");
	play_hears(p, "911 1");
	play_is_closed(p, CLOSE_AUTH_FAILED);
	world_free(w);
}

/* covers: sb 14 #8 */
static void
who_connects_and_says_nothing_is_dropped_after_a_minute(void **state)
{
	struct world *w = world_new();
	struct player *alice = play_online(w, "alice@a.com", "MSNP9");
	struct player *a = sb_open(w, alice, "alice@a.com");
	struct player *p = play_connect(w);

	(void)state;
	world_pass(w, 59900);
	play_hears_nothing(p);
	world_pass(w, 200);
	play_is_closed(p, CLOSE_SIGN_IN_DEADLINE);
	/* a seat may be as silent as it likes */
	world_pass(w, 3600000);
	play_hears_nothing(a);
	world_free(w);
}

/* covers: sb 14 #9 */
static void
a_misspelt_way_in_is_closed(void **state)
{
	static const struct {
		const char *said;
		enum close_reason why;
	} cases[] = {
		{ "USR 1 a@b", CLOSE_BAD_ARGUMENTS },
		{ "USR 1", CLOSE_BAD_ARGUMENTS },
		{ "USR a@b 1.2", CLOSE_BAD_TRID },
		{ "USR 1 a@b 1.2 3", CLOSE_BAD_ARGUMENTS },
		{ "ANS 1 a@b 1.2", CLOSE_BAD_ARGUMENTS },
		{ "ANS 1 a@b 1.2 3 4", CLOSE_BAD_ARGUMENTS },
		{ "CAL 1 a@b", CLOSE_WRONG_STATE },
		{ "MSG 1 N 0", CLOSE_WRONG_STATE },
		{ "XYZ 1", CLOSE_BAD_COMMAND },
		{ "OUT", CLOSE_OUT },
	};
	struct world *w = world_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct player *p = play_connect(w);

		play_say(p, cases[i].said);
		play_is_closed(p, cases[i].why);
	}
	world_free(w);
}

/* covers: sb 14 #46 */
static void
a_sign_in_elsewhere_ends_seats_and_passes(void **state)
{
	struct world *w = world_new();
	struct player *alice = play_online(w, "alice@a.com", "MSNP9");
	struct player *bob = play_online(w, "bob@b.com", "MSNP9");
	struct player *a = sb_open(w, alice, "alice@a.com");
	struct player *b = sb_join(w, a, bob, "bob@b.com");
	struct player *second = sb_open(w, alice, "alice@a.com"), *late;
	struct sb_pass pass, rung;

	(void)state;
	sb_ask(alice, &pass);
	sb_call(sb_open(w, bob, "bob@b.com"), alice, "alice@a.com", &rung);
	play_sign_in(w, "alice@a.com", "MSNP12");
	play_hears(alice, "OUT OTH");
	play_is_closed(alice, CLOSE_ELSEWHERE);
	play_is_closed(a, CLOSE_ELSEWHERE);
	play_is_closed(second, CLOSE_ELSEWHERE);
	play_hears(b, "BYE alice@a.com");
	play_hears_nothing(b);
	late = sb_enter(w, &pass, "alice@a.com");
	play_hears(late, "911 1");
	play_is_closed(late, CLOSE_AUTH_FAILED);
	late = sb_answer(w, &rung, "alice@a.com");
	play_hears(late, "911 1");
	play_is_closed(late, CLOSE_AUTH_FAILED);
	world_free(w);
}

static void
a_lost_notification_session_keeps_its_seats(void **state)
{
	struct world *w = world_new();
	struct player *alice = play_online(w, "alice@a.com", "MSNP9");
	struct player *bob = play_online(w, "bob@b.com", "MSNP9");
	struct player *a = sb_open(w, alice, "alice@a.com");
	struct player *b = sb_join(w, a, bob, "bob@b.com");

	(void)state;
	play_hang_up(alice);
	sb_say(a, 3, "A", "hi", 2);
	play_hears(a, "ACK 3");
	sb_hears_msg(b, "alice@a.com", "alice@a.com", "hi", 2);
	play_say(b, "CAL 4 alice@a.com");
	play_hears(b, "215 4");
	sb_nobody_hears(a, b, NULL);
	world_free(w);
}

/* ---- ANS ---- */

/* covers: sb 14 #21, #22, #23, #24, #28 */
static void
who_answers_hears_of_everybody_and_they_of_it(void **state)
{
	struct world *w = world_new();
	struct player *alice, *bob, *carol, *a, *b, *c;
	struct sb_pass pass;

	(void)state;
	world_add(w, "alice@a.com", "Alice%20B");
	world_add(w, "bob@b.com", "Bob");
	alice = play_online(w, "alice@a.com", "MSNP9");
	bob = play_online(w, "bob@b.com", "MSNP9");
	carol = play_online(w, "carol@c.com", "MSNP9");
	a = sb_open(w, alice, "alice@a.com");
	play_say(a, "CAL 2 bob@b.com");
	play_hears_like(a, "CAL 2 RINGING [1-9]*");
	(void)snprintf(pass.id, sizeof(pass.id), "%s", play_word(a, 3));
	play_hears_like(bob,
	    "RNG [1-9]* 192.0.2.1:1863 CKI [0-9]*.*[0-9] alice@a.com "
	    "Alice%20B");
	assert_string_equal(play_word(bob, 1), pass.id);
	(void)snprintf(pass.cookie, sizeof(pass.cookie), "%s",
	    play_word(bob, 4));
	b = sb_answer(w, &pass, "Bob@B.com");
	play_hears(b, "IRO 1 1 1 alice@a.com Alice%20B");
	play_hears(b, "ANS 1 OK");
	play_hears(a, "JOI bob@b.com Bob");
	sb_nobody_hears(a, b, alice, bob, NULL);
	sb_call(b, carol, "carol@c.com", &pass);
	assert_string_equal(play_word(carol, 5), "bob@b.com");
	c = sb_answer(w, &pass, "carol@c.com");
	play_hears(c, "IRO 1 1 2 alice@a.com Alice%20B");
	play_hears(c, "IRO 1 2 2 bob@b.com Bob");
	play_hears(c, "ANS 1 OK");
	play_hears(a, "JOI carol@c.com carol@c.com");
	play_hears(b, "JOI carol@c.com carol@c.com");
	sb_nobody_hears(a, b, c, NULL);
	world_free(w);
}

/* covers: sb 14 #25 */
static void
the_readers_version_decides_whether_it_is_told_numbers(void **state)
{
	struct world *w = world_new();
	struct player *new_ns = play_online(w, "new@n.com", "MSNP12");
	struct player *old_ns = play_online(w, "old@o.com", "MSNP9");
	struct player *bare_ns = play_sign_in(w, "bare@b.com", "MSNP11");
	struct player *new, *old, *bare;
	struct sb_pass pass;

	(void)state;
	play_say(new_ns, "CHG 6 NLN 1342558260 0");
	play_hears(new_ns, "CHG 6 NLN 1342558260 0");
	play_say(bare_ns, "CHG 6 NLN");
	play_hears(bare_ns, "CHG 6 NLN");
	new = sb_open(w, new_ns, "new@n.com");
	sb_call(new, old_ns, "old@o.com", &pass);
	old = sb_answer(w, &pass, "old@o.com");
	play_hears(old, "IRO 1 1 1 new@n.com new@n.com");
	play_hears(old, "ANS 1 OK");
	play_hears(new, "JOI old@o.com old@o.com 32");
	sb_call(old, bare_ns, "bare@b.com", &pass);
	bare = sb_answer(w, &pass, "bare@b.com");
	play_hears(bare, "IRO 1 1 2 new@n.com new@n.com");
	play_hears(bare, "IRO 1 2 2 old@o.com old@o.com");
	play_hears(bare, "ANS 1 OK");
	play_hears(new, "JOI bare@b.com bare@b.com 0");
	play_hears(old, "JOI bare@b.com bare@b.com");
	/* and it reads the numbers of those who were there */
	play_hang_up(new);
	play_ignore(old);
	sb_call(old, new_ns, "new@n.com", &pass);
	new = sb_answer(w, &pass, "new@n.com");
	play_hears(new, "IRO 1 1 2 old@o.com old@o.com 32");
	play_hears(new, "IRO 1 2 2 bare@b.com bare@b.com 0");
	play_hears(new, "ANS 1 OK");
	world_free(w);
}

/* covers: sb 14 #26, #27 */
static void
an_invitation_opens_its_conversation_and_once(void **state)
{
	static const char *const ids[] = { "0", "1", "x", "-1", "99999999999" };
	struct world *w = world_new();
	struct player *alice = play_online(w, "alice@a.com", "MSNP9");
	struct player *bob = play_online(w, "bob@b.com", "MSNP9");
	struct player *a = sb_open(w, alice, "alice@a.com"), *b, *p;
	struct sb_pass pass, wrong;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		sb_call(a, bob, "bob@b.com", &wrong);
		(void)snprintf(wrong.id, sizeof(wrong.id), "%s", ids[i]);
		p = sb_answer(w, &wrong, "bob@b.com");
		play_hears(p, "911 1");
		play_is_closed(p, CLOSE_AUTH_FAILED);
	}
	/* nor may it be taken for a cookie of one's own, or the other way */
	sb_call(a, bob, "bob@b.com", &wrong);
	p = sb_enter(w, &wrong, "bob@b.com");
	play_hears(p, "911 1");
	play_is_closed(p, CLOSE_AUTH_FAILED);
	sb_ask(bob, &pass);
	(void)snprintf(wrong.cookie, sizeof(wrong.cookie), "%s", pass.cookie);
	p = sb_answer(w, &wrong, "bob@b.com");
	play_hears(p, "911 1");
	play_is_closed(p, CLOSE_AUTH_FAILED);
	sb_nobody_hears(a, alice, bob, NULL);
	sb_call(a, bob, "bob@b.com", &pass);
	b = sb_answer(w, &pass, "bob@b.com");
	play_ignore(b);
	p = sb_answer(w, &pass, "bob@b.com");
	play_hears(p, "911 1");
	play_is_closed(p, CLOSE_AUTH_FAILED);
	play_hears(a, "JOI bob@b.com bob@b.com");
	sb_nobody_hears(a, b, NULL);
	world_free(w);
}

static void
nobody_sits_twice_in_one_conversation(void **state)
{
	struct world *w = world_new();
	struct player *alice = play_online(w, "alice@a.com", "MSNP9");
	struct player *bob = play_online(w, "bob@b.com", "MSNP9");
	struct player *a = sb_open(w, alice, "alice@a.com"), *b;
	struct sb_pass first, second;

	(void)state;
	/* rung again before it came: either invitation will do, once */
	sb_call(a, bob, "bob@b.com", &first);
	sb_call(a, bob, "bob@b.com", &second);
	assert_string_equal(first.id, second.id);
	assert_string_not_equal(first.cookie, second.cookie);
	b = sb_answer(w, &first, "bob@b.com");
	play_hears(b, "IRO 1 1 1 alice@a.com alice@a.com");
	play_hears(b, "ANS 1 OK");
	play_hears(a, "JOI bob@b.com bob@b.com");
	b = sb_answer(w, &second, "bob@b.com");
	play_hears(b, "911 1");
	play_is_closed(b, CLOSE_AUTH_FAILED);
	play_hears_nothing(a);
	world_free(w);
}

static void
more_may_be_called_than_may_come_in(void **state)
{
	struct world *w = world_new();
	struct player *alice = play_online(w, "alice@a.com", "MSNP9");
	struct player *bob = play_online(w, "bob@b.com", "MSNP9");
	struct player *carol = play_online(w, "carol@c.com", "MSNP9");
	struct player *a = sb_open(w, alice, "alice@a.com"), *b, *c;
	struct sb_pass to_bob, to_carol;

	(void)state;
	world_core(w)->cfg.max_members = 2;
	sb_call(a, bob, "bob@b.com", &to_bob);
	sb_call(a, carol, "carol@c.com", &to_carol);
	b = sb_answer(w, &to_bob, "bob@b.com");
	play_hears(b, "IRO 1 1 1 alice@a.com alice@a.com");
	play_hears(b, "ANS 1 OK");
	c = sb_answer(w, &to_carol, "carol@c.com");
	play_hears(c, "911 1");
	play_is_closed(c, CLOSE_AUTH_FAILED);
	play_hears(a, "JOI bob@b.com bob@b.com");
	play_say(a, "CAL 3 carol@c.com");
	play_hears(a, "280 3");
	sb_nobody_hears(a, b, carol, NULL);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_who_is_seen_online_gets_a_switchboard),
		cmocka_unit_test(
		    a_switchboard_is_all_one_can_be_transferred_to),
		cmocka_unit_test(a_cookie_opens_a_new_conversation),
		cmocka_unit_test(a_cookie_serves_once),
		cmocka_unit_test(a_cookie_lives_two_minutes),
		cmocka_unit_test(a_cookie_shown_with_another_address_is_spent),
		cmocka_unit_test(
		    who_connects_and_says_nothing_is_dropped_after_a_minute),
		cmocka_unit_test(a_misspelt_way_in_is_closed),
		cmocka_unit_test(a_sign_in_elsewhere_ends_seats_and_passes),
		cmocka_unit_test(a_lost_notification_session_keeps_its_seats),
		cmocka_unit_test(who_answers_hears_of_everybody_and_they_of_it),
		cmocka_unit_test(
		    the_readers_version_decides_whether_it_is_told_numbers),
		cmocka_unit_test(an_invitation_opens_its_conversation_and_once),
		cmocka_unit_test(nobody_sits_twice_in_one_conversation),
		cmocka_unit_test(more_may_be_called_than_may_come_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
