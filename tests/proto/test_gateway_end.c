/* SPDX-License-Identifier: MIT */
/* How sessions of the gateway end (sb 12). */
#include "tests/proto/gateway_play.h"

#include <string.h>

#define VER "VER 1 MSNP9 CVR0\r\n"

/* bob talks over TCP to alice behind a proxy. */
struct talk {
	struct world *w;
	struct player *alice; /* her session, over TCP */
	struct player *bob, *b;
	struct post *p; /* how she came in */
};

static struct talk
talk_begin(void)
{
	struct talk t = { .w = world_new() };

	t.alice = play_online(t.w, "alice@a.com", "MSNP9");
	t.bob = play_online(t.w, "bob@b.com", "MSNP9");
	t.b = sb_open(t.w, t.bob, "bob@b.com");
	t.p = post_join(t.w, t.alice, t.b);
	return t;
}

static void
bob_says(struct talk *t, const char *text)
{
	sb_say(t->b, 5, "U", text, strlen(text));
}

static void
the_last_words_wait_for_the_next_poll_and_its_repeat(void **state)
{
	struct talk t = talk_begin();
	struct post *p = post_text(t.w, t.p->id, "MSG 7 A 1\r\nx"), *last;
	const char *words = "MSG bob@b.com bob@b.com 1\r\naBYE bob@b.com\r\n";

	(void)state;
	post_brings(p, "ACK 7\r\n");
	bob_says(&t, "a");
	core_drain(world_core(t.w));
	ns_drain(world_ns(t.w));
	/* of what was before the end, a repeat knows nothing of it */
	post_brings(post_text(t.w, t.p->id, "MSG 7 A 1\r\nx"), "ACK 7\r\n");
	last = post_poll(t.w, p->id, 0);
	post_ends(last, words);
	post_ends(post_poll(t.w, p->id, 0), words);
	post_is_refused(post_poll(t.w, last->id, 0), 400);
	assert_int_equal(ns_relayed(world_ns(t.w)), 0);
	/* nobody new comes in meanwhile */
	post_is_refused(post_open(t.w, VER), 503);
	world_pass(t.w, 11000);
	post_is_refused(post_poll(t.w, p->id, 0), 400);
	post_world_free(t.w);
}

/* BitlBee acts on "Session=close" before it reads: field-runs 2.14 */
static void
a_refusal_is_read_before_the_session_ends(void **state)
{
	struct world *w = world_new();
	struct post *p = post_open(w, "VER 1 MSNP99\r\n");

	(void)state;
	post_brings(p, "VER 1 0\r\n");
	assert_false(p->last);
	post_brings(post_open(w, VER), VER);
	post_ends(post_poll(w, p->id, 60), "");
	/* nobody comes for it */
	p = post_open(w, "VER 1 MSNP99\r\n");
	post_brings(p, "VER 1 0\r\n");
	world_pass(w, 11000);
	post_is_refused(post_poll(w, p->id, 0), 400);
	post_world_free(w);
}

/* field-runs 2.17 */
static void
the_dead_are_noticed_by_their_habits_and_delay_no_stop(void **state)
{
	struct talk t = talk_begin();
	struct post *p = t.p;

	(void)state;
	for (int i = 0; i < 3; i++) {
		world_pass(t.w, 2000);
		p = post_poll(t.w, p->id, 0);
		post_settle(p);
	}
	world_pass(t.w, 29000);
	assert_int_equal(ns_relayed(world_ns(t.w)), 1);
	p = post_poll(t.w, p->id, 0);
	post_settle(p);
	/* it may be as silent again */
	world_pass(t.w, 59000);
	assert_int_equal(ns_relayed(world_ns(t.w)), 1);
	core_drain(world_core(t.w));
	ns_drain(world_ns(t.w));
	world_pass(t.w, 200);
	assert_int_equal(ns_relayed(world_ns(t.w)), 0);
	post_world_free(t.w);

	t = talk_begin();
	world_pass(t.w, 2000);
	p = post_poll(t.w, t.p->id, 0);
	post_settle(p);
	world_pass(t.w, 29000);
	assert_int_equal(ns_relayed(world_ns(t.w)), 1);
	world_pass(t.w, 2000);
	assert_int_equal(ns_relayed(world_ns(t.w)), 0);
	post_world_free(t.w);
}

static void
the_last_words_do_not_wait_for_ever(void **state)
{
	struct talk t = talk_begin();

	(void)state;
	core_drain(world_core(t.w));
	ns_drain(world_ns(t.w));
	world_pass(t.w, 9000);
	assert_int_equal(ns_relayed(world_ns(t.w)), 1);
	world_pass(t.w, 2000);
	assert_int_equal(ns_relayed(world_ns(t.w)), 0);
	post_is_refused(post_poll(t.w, t.p->id, 0), 400);
	post_world_free(t.w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    the_last_words_wait_for_the_next_poll_and_its_repeat),
		cmocka_unit_test(a_refusal_is_read_before_the_session_ends),
		cmocka_unit_test(
		    the_dead_are_noticed_by_their_habits_and_delay_no_stop),
		cmocka_unit_test(the_last_words_do_not_wait_for_ever),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
