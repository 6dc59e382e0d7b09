/* SPDX-License-Identifier: MIT */
/* Conversations in which people are at several places (ns-modern 5.5). */
#include "tests/proto/sb_play.h"

#include "core/session.h"

#include <stdio.h>
#include <string.h>

#define HERE  "{7e3061d3-a564-477f-4e61-8b1c656bb596}"
#define THERE "{c8d443de-df66-4678-8951-9e6d282ac83b}"
#define HOME  "{11111111-df66-4678-8951-9e6d282ac83b}"
#define WORK  "{22222222-df66-4678-8951-9e6d282ac83b}"
#define ALICE "alice@a.com"
#define BOB   "bob@b.com"

static struct player *
sit(struct world *w, const struct sb_pass *pass, const char *place)
{
	struct player *p = play_connect(w);

	play_sayf(p, "ANS 1 %s %s %s", place, pass->cookie, pass->id);
	return p;
}

/* The RNG that a session has heard. */
static void
rung(struct player *ns, struct sb_pass *pass)
{
	play_hears_like(ns, "RNG * 192.0.2.1:1863 CKI * *");
	(void)snprintf(pass->id, sizeof(pass->id), "%s", play_word(ns, 1));
	(void)snprintf(pass->cookie, sizeof(pass->cookie), "%s",
	    play_word(ns, 4));
}

static struct player *
open_at(struct world *w, struct player *ns, const char *place)
{
	struct player *p = play_connect(w);
	struct sb_pass pass;

	play_ignore(ns);
	play_say(ns, "XFR 15 SB");
	play_hears_like(ns, "XFR 15 SB *");
	(void)snprintf(pass.cookie, sizeof(pass.cookie), "%s",
	    play_word(ns, 5));
	play_sayf(p, "USR 1 %s %s", place, pass.cookie);
	play_hears_like(p, "USR 1 OK *");
	return p;
}

static void
hears(struct player *p, const char *who, const char *text)
{
	sb_hears_msg(p, who, who, text, strlen(text));
}

static void
says(struct player *p, const char *text, const char *answer)
{
	sb_say(p, 3, "A", text, strlen(text));
	if (answer != NULL)
		play_hears(p, answer);
}

/* alice at two places, whom bob called; all of them sit. */
struct scene {
	struct world *w;
	struct player *here, *there, *bob; /* notification sessions */
	struct player *a1, *a2, *b;        /* seats */
};

static void
scene_open_with(struct scene *s, const char *version, unsigned idle_ms)
{
	bool placed = strlen(version) > strlen("MSNP9");
	struct sb_pass first, second;

	s->w = world_new();
	world_config(s->w)->sb_idle_ms = idle_ms;
	world_reload(s->w);
	s->here = play_online_at(s->w, ALICE, "MSNP18", HERE);
	s->there = play_online_at(s->w, ALICE, "MSNP16", THERE);
	s->bob = placed ? play_online_at(s->w, BOB, version, HOME)
			: play_online(s->w, BOB, version);
	play_ignore(s->here);
	play_ignore(s->there);
	s->b = placed ? open_at(s->w, s->bob, BOB ";" HOME)
		      : sb_open(s->w, s->bob, BOB);
	play_say(s->b, "CAL 2 " ALICE);
	play_hears_like(s->b, "CAL 2 RINGING *");
	rung(s->here, &first);
	rung(s->there, &second);
	s->a1 = sit(s->w, &first, ALICE ";" HERE);
	s->a2 = sit(s->w, &second, ALICE ";" THERE);
}

static void
scene_open(struct scene *s, const char *version)
{
	scene_open_with(s, version, 0);
}

/* covers: field-runs 2 #4, #16; ns-modern 11 #8, #10, #11, #12 */
static void
every_place_that_is_rung_may_answer(void **state)
{
	struct scene s;

	(void)state;
	scene_open(&s, "MSNP9");
	play_hears(s.a1, "IRO 1 1 1 " BOB " " BOB " 32:0");
	play_hears(s.a1, "ANS 1 OK");
	play_hears(s.a1, "JOI " ALICE ";" HERE " " ALICE " 32:0");
	play_hears(s.a1, "JOI " ALICE " " ALICE " 32:0");
	play_hears(s.a1, "JOI " ALICE ";" THERE " " ALICE " 32:0");
	/* the bare line is the last: programs-1 6.3 */
	play_hears(s.a2, "IRO 1 1 2 " ALICE ";" HERE " " ALICE " 32:0");
	play_hears(s.a2, "IRO 1 2 2 " BOB " " BOB " 32:0");
	play_hears(s.a2, "ANS 1 OK");
	play_hears(s.a2, "JOI " ALICE ";" THERE " " ALICE " 32:0");
	play_hears(s.a2, "JOI " ALICE " " ALICE " 32:0");
	play_hears(s.b, "JOI " ALICE " " ALICE);
	says(s.b, "hello", "ACK 3");
	hears(s.a1, BOB, "hello");
	hears(s.a2, BOB, "hello");
	says(s.a1, "hi", "ACK 3");
	hears(s.b, ALICE, "hi");
	hears(s.a2, ALICE, "hi");
	says(s.a2, "me too", "ACK 3");
	hears(s.b, ALICE, "me too");
	hears(s.a1, ALICE, "me too");
	sb_nobody_hears(s.a1, s.a2, s.b, NULL);
	/* a place leaves, and the talk goes on */
	play_say(s.a1, "OUT");
	play_is_closed(s.a1, CLOSE_OUT);
	sb_nobody_hears(s.a2, s.b, NULL);
	says(s.b, "still there?", "ACK 3");
	hears(s.a2, BOB, "still there?");
	play_hang_up(s.a2);
	play_hears(s.b, "BYE " ALICE);
	says(s.b, "alone", "NAK 3");
	play_hears_nothing(s.b);
	world_free(s.w);
}

/* covers: field-runs 2 #4; ns-modern 11 #9, #12 */
static void
who_knows_of_places_is_told_of_each_and_once_of_the_person(void **state)
{
	struct sb_pass pass;
	struct player *carol, *c;
	struct scene s;

	(void)state;
	scene_open(&s, "MSNP18");
	play_hears(s.b, "JOI " ALICE ";" HERE " " ALICE " 32:0");
	play_hears(s.b, "JOI " ALICE " " ALICE " 32:0");
	play_hears(s.b, "JOI " ALICE ";" THERE " " ALICE " 32:0");
	play_ignore(s.a1);
	play_ignore(s.a2);
	carol = play_online_at(s.w, "carol@c.com", "MSNP16", WORK);
	sb_call(s.a2, carol, "carol@c.com", &pass);
	c = sit(s.w, &pass, "carol@c.com");
	play_hears(c, "IRO 1 1 5 " BOB ";" HOME " " BOB " 32:0");
	play_hears(c, "IRO 1 2 5 " BOB " " BOB " 32:0");
	play_hears(c, "IRO 1 3 5 " ALICE ";" HERE " " ALICE " 32:0");
	play_hears(c, "IRO 1 4 5 " ALICE ";" THERE " " ALICE " 32:0");
	play_hears(c, "IRO 1 5 5 " ALICE " " ALICE " 32:0");
	play_hears(c, "ANS 1 OK");
	play_ignore(c);
	play_ignore(s.a1);
	play_ignore(s.a2);
	play_ignore(s.b);
	play_hang_up(s.a1);
	sb_nobody_hears(s.a2, s.b, c, NULL);
	play_hang_up(s.a2);
	play_hears(s.b, "BYE " ALICE ";" THERE);
	play_hears(s.b, "BYE " ALICE);
	play_hears(c, "BYE " ALICE ";" THERE);
	play_hears(c, "BYE " ALICE);
	sb_nobody_hears(s.b, c, NULL);
	/* a person that is gone comes anew */
	play_say(s.b, "CAL 4 " ALICE);
	play_hears_like(s.b, "CAL 4 RINGING *");
	rung(s.here, &pass);
	s.a1 = sit(s.w, &pass, ALICE ";" HERE);
	play_hears(s.b, "JOI " ALICE ";" HERE " " ALICE " 32:0");
	play_hears(s.b, "JOI " ALICE " " ALICE " 32:0");
	world_free(s.w);
}

/* covers: ns-modern 11 #10, #11, #13 */
static void
a_call_of_oneself_rings_the_other_places(void **state)
{
	struct player *hidden, *a1, *a2;
	struct world *w = world_new();
	struct player *here = play_online_at(w, ALICE, "MSNP18", HERE);
	struct player *there = play_online_at(w, ALICE, "MSNP18", THERE);
	struct sb_pass pass;

	(void)state;
	hidden = play_online_at(w, ALICE, "MSNP18", WORK);
	play_say(hidden, "CHG 9 HDN 0");
	a1 = open_at(w, here, ALICE ";" HERE);
	play_ignore(there);
	play_ignore(hidden);
	play_say(a1, "CAL 2 " ALICE);
	play_hears_like(a1, "CAL 2 RINGING *");
	play_hears(a1, "JOI " ALICE ";" HERE " " ALICE " 32:0");
	play_hears(a1, "JOI " ALICE " " ALICE " 32:0");
	rung(there, &pass);
	assert_string_equal(play_word(there, 5), ALICE);
	sb_nobody_hears(here, hidden, NULL);
	a2 = sit(w, &pass, ALICE ";" THERE);
	play_hears(a2, "IRO 1 1 1 " ALICE ";" HERE " " ALICE " 32:0");
	play_hears(a2, "ANS 1 OK");
	play_ignore(a2);
	play_hears(a1, "JOI " ALICE ";" THERE " " ALICE " 32:0");
	/* one's own places hear it, but nobody else did */
	says(a1, "to myself", "NAK 3");
	hears(a2, ALICE, "to myself");
	/* who sits is not rung */
	play_say(a1, "CAL 4 " ALICE);
	play_hears_like(a1, "CAL 4 RINGING *");
	play_ignore(a1);
	sb_nobody_hears(here, there, hidden, a2, NULL);
	play_say(a2, "OUT");
	play_hears_nothing(a1);
	play_say(a1, "CAL 5 " ALICE);
	rung(there, &pass);
	world_free(w);
}

/* covers: ns-modern 11 #8 */
static void
one_place_sits_once(void **state)
{
	struct sb_pass again, late;
	struct scene s;
	struct player *p;

	(void)state;
	scene_open(&s, "MSNP9");
	/* called again before it came: either ring will do, once */
	play_hang_up(s.a1);
	play_hang_up(s.a2);
	play_ignore(s.b);
	for (int i = 0; i < 2; i++) {
		play_say(s.b, "CAL 4 " ALICE);
		play_hears_like(s.b, "CAL 4 RINGING *");
		rung(s.here, i == 0 ? &again : &late);
	}
	s.a1 = sit(s.w, &again, ALICE ";" HERE);
	play_ignore(s.a1);
	p = sit(s.w, &late, ALICE ";" HERE);
	play_hears(p, "911 1");
	play_is_closed(p, CLOSE_AUTH_FAILED);
	play_hears(s.b, "JOI " ALICE " " ALICE);
	/* who is here at any place is not called */
	play_say(s.b, "CAL 5 " ALICE);
	play_hears(s.b, "215 5");
	sb_nobody_hears(s.a1, s.b, NULL);
	world_free(s.w);
}

/* ---- transfers ---- */

static void
sends(struct player *p, const char *dest, char text[200])
{
	(void)snprintf(text, 200,
	    "MIME-Version: 1.0\r\nContent-Type: application/x-msnmsgrp2p\r\n"
	    "P2P-Dest: %s\r\n\r\nbytes",
	    dest);
	sb_say(p, 7, "D", text, strlen(text));
}

/* covers: ns-modern 11 #14 */
static void
a_piece_goes_to_the_place_it_names(void **state)
{
	struct player *carol, *c;
	struct sb_pass pass;
	struct scene s;
	char text[200];

	(void)state;
	scene_open(&s, "MSNP18");
	/* somebody else at the machine that is one of alice's places */
	carol = play_online_at(s.w, "carol@c.com", "MSNP18", THERE);
	play_ignore(s.b);
	sb_call(s.b, carol, "carol@c.com", &pass);
	c = sit(s.w, &pass, "carol@c.com;" THERE);
	play_ignore(c);
	play_ignore(s.a1);
	play_ignore(s.a2);
	play_ignore(s.b);
	sends(s.b, ALICE ";" THERE, text);
	play_hears(s.b, "ACK 7");
	hears(s.a2, BOB, text);
	sb_nobody_hears(s.a1, s.a2, s.b, c, NULL);
	sends(s.b, "Alice@A.com;{7E3061D3-A564-477F-4E61-8B1C656BB596}", text);
	play_hears(s.b, "ACK 7");
	hears(s.a1, BOB, text);
	sb_nobody_hears(s.a1, s.a2, s.b, c, NULL);
	/* one's own other place */
	sends(s.a1, ALICE ";" THERE, text);
	play_hears(s.a1, "ACK 7");
	hears(s.a2, ALICE, text);
	sb_nobody_hears(s.a1, s.a2, s.b, c, NULL);
	/* nobody's, and one's own */
	sends(s.b, ALICE ";" WORK, text);
	play_hears(s.b, "282 7 0");
	sends(s.b, BOB ";" HOME, text);
	play_hears(s.b, "282 7 0");
	sb_nobody_hears(s.a1, s.a2, s.b, c, NULL);
	/* without a place it is for all to look at: sb 8.5 */
	sends(s.b, ALICE, text);
	play_hears(s.b, "ACK 7");
	hears(s.a1, BOB, text);
	hears(s.a2, BOB, text);
	hears(c, BOB, text);
	sends(s.b, ALICE ";nowhere", text);
	play_hears(s.b, "ACK 7");
	hears(s.a1, BOB, text);
	hears(s.a2, BOB, text);
	hears(c, BOB, text);
	sb_nobody_hears(s.a1, s.a2, s.b, c, NULL);
	world_free(s.w);
}

/* ---- limits ---- */

/* covers: ns-modern 11 #16 */
static void
people_are_counted_and_not_their_places(void **state)
{
	struct player *carol;
	struct sb_pass pass;
	struct scene s;

	(void)state;
	scene_open(&s, "MSNP9");
	carol = play_online(s.w, "carol@c.com", "MSNP9");
	play_ignore(s.a2);
	play_hang_up(s.a2);
	play_ignore(s.b);
	play_ignore(s.a1);
	sb_call(s.b, carol, "carol@c.com", &pass);
	world_core(s.w)->cfg.max_members = 2;
	s.a2 = sb_answer(s.w, &pass, "carol@c.com");
	play_hears(s.a2, "911 1");
	play_say(s.b, "CAL 3 carol@c.com");
	play_hears(s.b, "280 3");
	/* another place of who is here may come all the same */
	play_say(s.a1, "CAL 4 " ALICE);
	play_ignore(s.a1);
	rung(s.there, &pass);
	s.a2 = sit(s.w, &pass, ALICE ";" THERE);
	play_hears(s.a2, "IRO 1 1 2 " ALICE ";" HERE " " ALICE " 32:0");
	world_free(s.w);
}

/* covers: ns-modern 11 #16 */
static void
a_person_sits_at_no_more_places_than_it_may_have(void **state)
{
	struct world *w = world_new();
	struct player *here = play_online_at(w, ALICE, "MSNP18", HERE);
	struct player *a = open_at(w, here, ALICE ";" HERE);
	struct sb_pass pass;

	(void)state;
	/* a seat outlives its session, which makes room for another */
	for (unsigned i = 1; i <= ENDPOINTS_MAX; i++) {
		struct player *ns, *p;
		char guid[40];

		(void)snprintf(guid, sizeof(guid),
		    "{000000%02u-df66-4678-8951-9e6d282ac83b}", i);
		ns = play_online_at(w, ALICE, "MSNP18", guid);
		play_say(a, "CAL 2 " ALICE);
		play_ignore(a);
		rung(ns, &pass);
		play_hang_up(ns);
		p = sit(w, &pass, ALICE);
		if (i < ENDPOINTS_MAX)
			play_hears_like(p, "IRO *");
		else
			play_hears(p, "911 1");
	}
	world_free(w);
}

/* Whoever fills a place with rings keeps none of one's own from it. */
static void
ones_own_places_ring_before_strangers(void **state)
{
	struct world *w = world_new();
	struct player *here = play_online_at(w, ALICE, "MSNP18", HERE);
	struct player *there = play_online_at(w, ALICE, "MSNP18", THERE);
	struct sb_pass pass;
	struct player *a;
	char who[32];

	(void)state;
	for (unsigned i = 0; world_core(w)->passes.count < 500; i++) {
		struct player *ns, *p;

		assert_true(i < 40);
		(void)snprintf(who, sizeof(who), "n%u@n.com", i);
		ns = play_online(w, who, "MSNP9");
		p = sb_open(w, ns, who);
		for (unsigned k = 0; k < 8; k++)
			play_say(p, "CAL 3 " ALICE);
		play_hang_up(p);
		play_hang_up(ns);
	}
	a = open_at(w, here, ALICE ";" HERE);
	play_ignore(there);
	play_say(a, "CAL 2 " ALICE);
	play_hears_like(a, "CAL 2 RINGING *");
	rung(there, &pass);
	assert_int_equal(world_core(w)->passes.count, 500);
	a = sit(w, &pass, ALICE ";" THERE);
	play_hears_like(a, "IRO 1 1 1 *");
	world_free(w);
}

/* ---- signing out ---- */

/* covers: ns-modern 11 #15 */
static void
who_signs_in_at_a_place_again_takes_only_its_seat(void **state)
{
	struct scene s;

	(void)state;
	scene_open(&s, "MSNP18");
	play_ignore(s.a1);
	play_ignore(s.a2);
	play_ignore(s.b);
	(void)play_sign_in_at(s.w, ALICE, "MSNP18", THERE);
	play_is_closed(s.a2, CLOSE_ELSEWHERE);
	sb_nobody_hears(s.a1, s.b, NULL);
	says(s.b, "go on", "ACK 3");
	hears(s.a1, BOB, "go on");
	/* a version without places ends them all */
	(void)play_sign_in(s.w, ALICE, "MSNP9");
	play_is_closed(s.a1, CLOSE_ELSEWHERE);
	play_hears(s.b, "BYE " ALICE ";" HERE);
	play_hears(s.b, "BYE " ALICE);
	play_hears_nothing(s.b);
	world_free(s.w);
}

static void
a_silent_place_is_shown_out_and_the_person_stays(void **state)
{
	struct scene s;

	(void)state;
	scene_open_with(&s, "MSNP18", 60000);
	play_ignore(s.a1);
	play_ignore(s.a2);
	play_ignore(s.b);
	for (unsigned i = 0; i < 2; i++) {
		world_pass(s.w, 40000);
		says(s.a1, "x", "ACK 3");
		hears(s.b, ALICE, "x");
		sb_say(s.b, 3, "U", "x", 1);
		hears(s.a1, BOB, "x");
		if (i == 0) {
			play_ignore(s.a2);
			continue;
		}
		play_is_closed(s.a2, CLOSE_IDLE);
	}
	sb_nobody_hears(s.a1, s.b, NULL);
	world_pass(s.w, 40000);
	sb_say(s.b, 3, "U", "x", 1);
	play_ignore(s.a1);
	world_pass(s.w, 40000);
	play_is_closed(s.a1, CLOSE_IDLE);
	play_hears(s.b, "BYE " ALICE ";" HERE " 1");
	play_hears(s.b, "BYE " ALICE " 1");
	play_hears_nothing(s.b);
	world_free(s.w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_place_that_is_rung_may_answer),
		cmocka_unit_test(
		    who_knows_of_places_is_told_of_each_and_once_of_the_person),
		cmocka_unit_test(a_call_of_oneself_rings_the_other_places),
		cmocka_unit_test(one_place_sits_once),
		cmocka_unit_test(a_piece_goes_to_the_place_it_names),
		cmocka_unit_test(people_are_counted_and_not_their_places),
		cmocka_unit_test(
		    a_person_sits_at_no_more_places_than_it_may_have),
		cmocka_unit_test(ones_own_places_ring_before_strangers),
		cmocka_unit_test(
		    who_signs_in_at_a_place_again_takes_only_its_seat),
		cmocka_unit_test(
		    a_silent_place_is_shown_out_and_the_person_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
