/* SPDX-License-Identifier: MIT */
/* Who may be called into a conversation, and what callers learn. */
#include "tests/proto/sb_play.h"

#include "core/session.h"

#include <stdio.h>
#include <string.h>

/* The two everybody has: somebody with a seat, and somebody to call. */
struct scene {
	struct world *w;
	struct player *alice, *bob; /* notification sessions */
	struct player *a;           /* alice's seat */
};

static void
scene_open(struct scene *s)
{
	s->w = world_new();
	s->alice = play_online(s->w, "alice@a.com", "MSNP9");
	s->bob = play_online(s->w, "bob@b.com", "MSNP9");
	s->a = sb_open(s->w, s->alice, "alice@a.com");
}

/* Something said on a notification session whose answer does not matter. */
static void
tell(struct player *p, const char *line)
{
	play_say(p, line);
	play_ignore(p);
}

/* alice calls bob: he is not rung, and she learns this much. */
static void
refused(struct scene *s, const char *error)
{
	play_ignore(s->bob);
	play_say(s->a, "CAL 7 bob@b.com");
	play_hearsf(s->a, "%s 7", error);
	play_hears_nothing(s->a);
	if (play_is_open(s->bob))
		play_hears_nothing(s->bob);
}

static void
rings(struct scene *s)
{
	struct sb_pass pass;

	play_ignore(s->bob);
	sb_call(s->a, s->bob, "bob@b.com", &pass);
	sb_nobody_hears(s->a, s->bob, s->alice, NULL);
}

/* covers: sb 14 #10; field-notes 14 */
static void
conversations_have_decimal_numbers_within_31_bits(void **state)
{
	struct scene s;
	struct sb_pass pass;

	(void)state;
	scene_open(&s);
	for (int i = 0; i < 25; i++) {
		struct player *a = sb_open(s.w, s.alice, "alice@a.com");
		char *end;
		long id;

		sb_call(a, s.bob, "bob@b.com", &pass);
		id = strtol(pass.id, &end, 10);
		assert_true(*end == '\0' && pass.id[0] != '0');
		assert_true(id > 0 && id <= INT32_MAX);
		play_hears_nothing(s.bob);
	}
	world_free(s.w);
}

/* covers: sb 14 #11, #12, #13 */
static void
who_is_not_there_for_others_is_217(void **state)
{
	struct scene s;
	struct player *dora;

	(void)state;
	scene_open(&s);
	world_add(s.w, "carol@c.com", "");
	play_say(s.a, "CAL 3 carol@c.com");
	play_hears(s.a, "217 3");
	play_say(s.a, "CAL 4 nobody@n.com");
	play_hears(s.a, "217 4");
	rings(&s); /* a success: the count of failures starts anew */
	tell(s.bob, "CHG 8 HDN 32");
	refused(&s, "217");
	tell(s.bob, "CHG 9 BSY 32");
	rings(&s);
	/* signed in, and nothing said yet */
	dora = play_sign_in(s.w, "dora@d.com", "MSNP12");
	play_sync(dora);
	play_say(s.a, "CAL 5 dora@d.com");
	play_hears(s.a, "217 5");
	play_hears_nothing(dora);
	play_hang_up(s.bob);
	refused(&s, "217");
	world_free(s.w);
}

/* covers: ns-classic 15 #108; sb 14 #11 */
static void
who_takes_no_invitations_is_217(void **state)
{
	struct scene s;

	(void)state;
	scene_open(&s);
	play_say(s.bob, "IMS 28 OFF");
	play_hears(s.bob, "IMS 28 0 OFF");
	refused(&s, "217");
	/* calling is still allowed to it */
	play_hears_nothing(sb_open(s.w, s.bob, "bob@b.com"));
	play_say(s.bob, "IMS 29 ON");
	play_hears(s.bob, "IMS 29 0 ON");
	rings(&s);
	world_free(s.w);
}

/* covers: sb 14 #14, #15, #16 */
static void
what_is_no_address_is_208_and_who_is_here_is_215(void **state)
{
	static const char *const bad[] = { "bob", "@@a", "@b.com", "bob@",
		"b@b@b" };
	struct scene s;

	(void)state;
	scene_open(&s);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		play_sayf(s.a, "CAL 3 %s", bad[i]);
		play_hears(s.a, "208 3");
	}
	rings(&s);
	play_say(s.a, "CAL 4 Alice@A.com");
	play_hears(s.a, "215 4");
	sb_join(s.w, s.a, s.bob, "bob@b.com");
	play_say(s.a, "CAL 5 BOB@b.com");
	play_hears(s.a, "215 5");
	play_hears_nothing(s.bob);
	/* whether somebody is here comes before whether it may be called */
	tell(s.bob, "ADD 9 BL alice@a.com alice@a.com");
	play_say(s.a, "CAL 6 bob@b.com");
	play_hears(s.a, "215 6");
	play_say(s.a, "CAL 7");
	play_hears(s.a, "201 7");
	play_say(s.a, "CAL 8 a@b c@d");
	play_hears(s.a, "201 8");
	play_hears_nothing(s.a);
	world_free(s.w);
}

/* covers: sb 14 #17, #18 */
static void
who_is_blocked_cannot_call(void **state)
{
	struct scene s;

	(void)state;
	scene_open(&s);
	tell(s.bob, "ADD 6 BL alice@a.com alice@a.com");
	refused(&s, "217");
	tell(s.bob, "REM 7 BL alice@a.com");
	rings(&s);
	tell(s.bob, "BLP 8 BL");
	refused(&s, "217");
	tell(s.bob, "ADD 9 AL alice@a.com alice@a.com");
	rings(&s);
	tell(s.bob, "REM 10 AL alice@a.com");
	refused(&s, "217");
	tell(s.bob, "BLP 11 AL");
	rings(&s);
	/* what alice thinks of bob is no obstacle to her */
	tell(s.alice, "ADD 12 BL bob@b.com bob@b.com");
	rings(&s);
	world_free(s.w);
}

/* covers: sb 14 #20 */
static void
privacy_is_between_caller_and_callee_alone(void **state)
{
	struct scene s;
	struct player *carol, *b, *c;
	struct sb_pass pass;

	(void)state;
	scene_open(&s);
	carol = play_online(s.w, "carol@c.com", "MSNP9");
	b = sb_join(s.w, s.a, s.bob, "bob@b.com");
	tell(carol, "ADD 6 BL bob@b.com bob@b.com");
	play_say(b, "CAL 7 carol@c.com");
	play_hears(b, "217 7");
	sb_call(s.a, carol, "carol@c.com", &pass);
	c = sb_answer(s.w, &pass, "carol@c.com");
	play_hears(c, "IRO 1 1 2 alice@a.com alice@a.com");
	play_hears(c, "IRO 1 2 2 bob@b.com bob@b.com");
	play_hears(c, "ANS 1 OK");
	play_hears(s.a, "JOI carol@c.com carol@c.com");
	play_hears(b, "JOI carol@c.com carol@c.com");
	sb_say(b, 8, "A", "hello", 5);
	play_hears(b, "ACK 8");
	sb_hears_msg(s.a, "bob@b.com", "bob@b.com", "hello", 5);
	sb_hears_msg(c, "bob@b.com", "bob@b.com", "hello", 5);
	sb_nobody_hears(s.a, b, c, NULL);
	world_free(s.w);
}

static void
hiding_and_blocking_later_change_no_conversation(void **state)
{
	struct scene s;
	struct player *b;

	(void)state;
	scene_open(&s);
	b = sb_join(s.w, s.a, s.bob, "bob@b.com");
	tell(s.bob, "ADD 6 BL alice@a.com alice@a.com");
	tell(s.bob, "CHG 7 HDN 32");
	sb_say(s.a, 3, "A", "still here", 10);
	play_hears(s.a, "ACK 3");
	sb_hears_msg(b, "alice@a.com", "alice@a.com", "still here", 10);
	sb_say(b, 4, "A", "I am", 4);
	play_hears(b, "ACK 4");
	sb_hears_msg(s.a, "bob@b.com", "bob@b.com", "I am", 4);
	/* from its seat a hidden member may call, too */
	tell(s.alice, "CHG 8 AWY 32");
	play_say(b, "CAL 9 alice@a.com");
	play_hears(b, "215 9");
	sb_nobody_hears(s.a, b, NULL);
	world_free(s.w);
}

/* An invitation that was given stands, whatever its callee does then. */
static void
who_hid_after_the_ring_may_still_answer(void **state)
{
	struct scene s;
	struct sb_pass pass;
	struct player *b;

	(void)state;
	scene_open(&s);
	sb_call(s.a, s.bob, "bob@b.com", &pass);
	tell(s.bob, "CHG 7 HDN 32");
	b = sb_answer(s.w, &pass, "bob@b.com");
	play_hears(b, "IRO 1 1 1 alice@a.com alice@a.com");
	play_hears(b, "ANS 1 OK");
	play_hears(s.a, "JOI bob@b.com bob@b.com");
	world_free(s.w);
}

/* covers: sb 14 #5 */
static void
an_invitation_lives_two_minutes(void **state)
{
	struct scene s;
	struct sb_pass early, late;
	struct player *b;

	(void)state;
	scene_open(&s);
	sb_call(s.a, s.bob, "bob@b.com", &early);
	sb_call(s.a, s.bob, "bob@b.com", &late);
	world_pass(s.w, 120000);
	b = sb_answer(s.w, &early, "bob@b.com");
	play_hears(b, "911 1");
	play_is_closed(b, CLOSE_AUTH_FAILED);
	rings(&s);
	world_pass(s.w, 50000);
	b = sb_answer(s.w, &late, "bob@b.com");
	play_hears(b, "911 1");
	world_free(s.w);
}

/* covers: sb 14 #19 */
static void
the_sixth_failure_in_a_row_is_713(void **state)
{
	struct scene s;

	(void)state;
	scene_open(&s);
	for (int i = 0; i < 5; i++) {
		play_say(s.a, "CAL 3 nobody@n.com");
		play_hears(s.a, "217 3");
	}
	play_say(s.a, "CAL 4 nobody@n.com");
	play_hears(s.a, "713 4");
	play_say(s.a, "CAL 5 bob");
	play_hears(s.a, "713 5");
	/* who is there can be called, and then the count starts anew */
	rings(&s);
	play_say(s.a, "CAL 6 nobody@n.com");
	play_hears(s.a, "217 6");
	play_hears_nothing(s.a);
	world_free(s.w);
}

static void
calling_again_rings_again(void **state)
{
	struct scene s;
	struct sb_pass first, second;
	struct player *b;

	(void)state;
	scene_open(&s);
	sb_call(s.a, s.bob, "bob@b.com", &first);
	sb_call(s.a, s.bob, "Bob@B.com", &second);
	assert_string_equal(first.id, second.id);
	assert_string_not_equal(first.cookie, second.cookie);
	b = sb_answer(s.w, &second, "bob@b.com");
	play_hears(b, "IRO 1 1 1 alice@a.com alice@a.com");
	play_hears(b, "ANS 1 OK");
	world_free(s.w);
}

static void
two_people_may_talk_in_two_conversations(void **state)
{
	struct scene s;
	struct player *a2, *b1, *b2;
	struct sb_pass one, two;

	(void)state;
	scene_open(&s);
	sb_call(s.a, s.bob, "bob@b.com", &one);
	b1 = sb_answer(s.w, &one, "bob@b.com");
	a2 = sb_open(s.w, s.alice, "alice@a.com");
	sb_call(a2, s.bob, "bob@b.com", &two);
	assert_string_not_equal(one.id, two.id);
	b2 = sb_answer(s.w, &two, "bob@b.com");
	play_ignore(s.a);
	play_ignore(a2);
	play_ignore(b1);
	play_ignore(b2);
	sb_say(s.a, 3, "A", "one", 3);
	play_hears(s.a, "ACK 3");
	sb_hears_msg(b1, "alice@a.com", "alice@a.com", "one", 3);
	sb_nobody_hears(a2, b2, NULL);
	play_say(b2, "OUT");
	play_hears(a2, "BYE bob@b.com");
	sb_nobody_hears(s.a, b1, NULL);
	/* the place in one is none in the other */
	sb_call(a2, s.bob, "bob@b.com", &two);
	world_free(s.w);
}

static void
strangers_who_ring_do_not_use_up_what_one_may_ask_for(void **state)
{
	struct scene s;

	(void)state;
	scene_open(&s);
	for (int i = 0; i < 600; i++) {
		play_say(s.a, "CAL 3 bob@b.com");
		play_hears_like(s.a, "CAL 3 RINGING *");
		if (i % 50 == 49)
			world_pass(s.w, 1000);
	}
	play_ignore(s.bob);
	play_hears_nothing(sb_open(s.w, s.bob, "bob@b.com"));
	/* nor do they get at more than a few passes: the newest are good */
	assert_int_equal(world_core(s.w)->passes.count, 8);
	world_pass(s.w, 131000);
	assert_int_equal(world_core(s.w)->passes.count, 0);
	world_free(s.w);
}

/* A caller who rings without end takes its own oldest passes alone. */
static void
who_rings_without_end_keeps_no_other_ring_out(void **state)
{
	struct scene s;
	struct player *carol, *c, *b;
	struct sb_pass pass, last;

	(void)state;
	scene_open(&s);
	carol = play_online(s.w, "carol@c.com", "MSNP9");
	for (int i = 0; i < 520; i++) {
		play_say(s.a, "CAL 3 bob@b.com");
		play_hears_like(s.a, "CAL 3 RINGING *");
		if (i % 50 == 49)
			world_pass(s.w, 1000);
	}
	play_ignore(s.bob);
	/* another one's ring comes, and opens */
	c = sb_open(s.w, carol, "carol@c.com");
	sb_call(c, s.bob, "bob@b.com", &pass);
	b = sb_answer(s.w, &pass, "bob@b.com");
	play_hears(b, "IRO 1 1 1 carol@c.com carol@c.com");
	play_hears(b, "ANS 1 OK");
	/* and so does the newest of the many */
	sb_call(s.a, s.bob, "bob@b.com", &last);
	b = sb_answer(s.w, &last, "bob@b.com");
	play_hears(b, "IRO 1 1 1 alice@a.com alice@a.com");
	world_free(s.w);
}

/*
 * Many callers together: who is known takes the place of a stranger, and a
 * stranger is told 713, "too many CAL", instead of RINGING.
 */
static void
a_ring_that_comes_to_nobody_is_713(void **state)
{
	struct scene s;
	struct player *known;
	struct sb_pass pass;
	char who[32];

	(void)state;
	scene_open(&s);
	for (int i = 0; i < 64; i++) {
		struct player *ns, *seat;

		(void)snprintf(who, sizeof(who), "n%d@n.com", i);
		world_add(s.w, who, "N");
		ns = play_online(s.w, who, "MSNP9");
		seat = sb_open(s.w, ns, who);
		for (int k = 0; k < 8; k++)
			play_say(seat, "CAL 3 bob@b.com");
		world_settle(s.w);
		if (i < 62)
			play_hears_like(seat, "CAL 3 RINGING *");
		if (i == 63)
			play_hears(seat, "713 3");
		play_say(seat, "OUT");
		play_say(ns, "OUT");
		world_settle(s.w);
	}
	assert_int_equal(world_core(s.w)->passes.count, 500);
	play_ignore(s.bob);
	known = play_online(s.w, "carol@c.com", "MSNP9");
	tell(s.bob, "ADD 6 AL carol@c.com carol@c.com");
	known = sb_open(s.w, known, "carol@c.com");
	sb_call(known, s.bob, "bob@b.com", &pass);
	assert_int_equal(world_core(s.w)->passes.count, 500);
	world_free(s.w);
}

static void
asking_for_too_many_switchboards_is_713(void **state)
{
	struct scene s;

	(void)state;
	scene_open(&s);
	for (int i = 0; i < 500; i++) {
		play_say(s.bob, "XFR 3 SB");
		play_hears_like(s.bob, "XFR 3 SB *");
		if (i % 50 == 49)
			world_pass(s.w, 1000);
	}
	play_say(s.bob, "XFR 4 SB");
	play_hears(s.bob, "713 4");
	play_hears_nothing(s.bob);
	rings(&s);
	world_free(s.w);
}

static void
not_again(struct request *rq)
{
	(void)rq;
}

/* Renamed by somebody else than its own session. */
static void
rename_account(struct world *w, const char *address, const char *name)
{
	struct account *a;
	struct request rq;

	request_begin(&rq, world_core(w), not_again);
	assert_int_equal(account_get(&rq, slice_text(address), &a), RESULT_OK);
	assert_int_equal(account_set_name(&rq, a, slice_text(name)), RESULT_OK);
	request_end(&rq);
}

/* What a pass carries is told to others: it leaves when it is durable. */
static void
a_ring_waits_for_the_name_it_brings(void **state)
{
	struct scene s;
	struct sb_pass pass;
	struct player *b;

	(void)state;
	scene_open(&s);
	world_hold_commits(s.w);
	rename_account(s.w, "bob@b.com", "Robert");
	play_say(s.a, "CAL 7 bob@b.com");
	play_hears_like(s.a, "CAL 7 RINGING *");
	(void)snprintf(pass.id, sizeof(pass.id), "%s", play_word(s.a, 3));
	play_hears_nothing(s.bob);
	world_commit(s.w);
	play_hears_like(s.bob, "RNG *");
	(void)snprintf(pass.cookie, sizeof(pass.cookie), "%s",
	    play_word(s.bob, 4));
	b = sb_answer(s.w, &pass, "bob@b.com");
	play_hears(b, "IRO 1 1 1 alice@a.com alice@a.com");
	play_hears(b, "ANS 1 OK");
	play_hears(s.a, "JOI bob@b.com Robert");
	sb_nobody_hears(s.a, b, s.bob, NULL);
	world_free(s.w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    conversations_have_decimal_numbers_within_31_bits),
		cmocka_unit_test(who_is_not_there_for_others_is_217),
		cmocka_unit_test(who_takes_no_invitations_is_217),
		cmocka_unit_test(
		    what_is_no_address_is_208_and_who_is_here_is_215),
		cmocka_unit_test(who_is_blocked_cannot_call),
		cmocka_unit_test(privacy_is_between_caller_and_callee_alone),
		cmocka_unit_test(
		    hiding_and_blocking_later_change_no_conversation),
		cmocka_unit_test(who_hid_after_the_ring_may_still_answer),
		cmocka_unit_test(an_invitation_lives_two_minutes),
		cmocka_unit_test(the_sixth_failure_in_a_row_is_713),
		cmocka_unit_test(calling_again_rings_again),
		cmocka_unit_test(two_people_may_talk_in_two_conversations),
		cmocka_unit_test(
		    strangers_who_ring_do_not_use_up_what_one_may_ask_for),
		cmocka_unit_test(who_rings_without_end_keeps_no_other_ring_out),
		cmocka_unit_test(a_ring_that_comes_to_nobody_is_713),
		cmocka_unit_test(asking_for_too_many_switchboards_is_713),
		cmocka_unit_test(a_ring_waits_for_the_name_it_brings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
