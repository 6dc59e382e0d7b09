/* SPDX-License-Identifier: MIT */
/* Which request is which, and what becomes of lost and late ones (sb 12). */
#include "tests/proto/gateway_play.h"

#include "common/base/num.h"
#include "common/base/panic.h"
#include "common/net/stream.h"

#include <stdio.h>
#include <string.h>

#define VER "VER 1 MSNP9 CVR0\r\n"
#define ASK "USR 3 TWN I alice@a.com\r\n"

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

/* ---- one request at a time ---- */

/* covers: sb 14 #55 */
static void
a_second_request_beside_the_first_is_refused_and_harms_nothing(void **state)
{
	struct world *w = world_new();
	struct post *p, *first, *other, *poll, *same;

	(void)state;
	world_add(w, "alice@a.com", "");
	world_forget(w);
	p = post_open(w, VER);
	post_brings(p, VER);
	first = post_text(w, p->id, ASK);
	other = post_text(w, p->id, "PNG\r\n");
	poll = post_poll(w, p->id, 30);
	same = post_text(w, p->id, ASK);
	assert_false(first->answered);
	post_is_refused(other, 400);
	post_is_refused(poll, 400);
	post_settle(first);
	assert_true(
	    slice_starts(buf_slice(&first->body), SLICE_LIT("USR 3 TWN S ")));
	assert_string_equal(first->id, same->id);
	assert_true(slice_eq(buf_slice(&first->body), buf_slice(&same->body)));
	post_brings(post_poll(w, first->id, 0), "");
	post_world_free(w);
}

static void
what_waits_for_the_store_is_not_told_by_the_gateway_either(void **state)
{
	struct talk t = talk_begin();
	struct barrier *barrier = world_core(t.w)->barrier;
	struct post *say, *poll;
	struct conn *c = NULL;

	(void)state;
	LIST_EACH(it, &world_ns(t.w)->conns)
		c = CONTAINER_OF(it, struct conn, node);
	assert_true(c->link->relayed);
	poll = post_poll(t.w, t.p->id, 30);
	outq_barrier(&c->link->out, barrier->released + 1);
	bob_says(&t, "a");
	post_waits(poll);
	/* of an answer it could tell, it waits for all */
	say = post_text(t.w, t.p->id, "MSG 7 A 1\r\nx");
	post_waits(say);
	barrier_release(barrier, barrier->released + 1);
	post_brings(say, "MSG bob@b.com bob@b.com 1\r\naACK 7\r\n");
	post_brings(poll, "");
	/* and when it never comes to pass */
	outq_barrier(&c->link->out, barrier->released + 1);
	bob_says(&t, "b");
	poll = post_poll(t.w, say->id, 30);
	post_waits(poll);
	barrier_fail(barrier, barrier->released + 1);
	post_ends(poll, "");
	assert_true(world_logged(t.w, "reason=store-failed"));
	post_world_free(t.w);
}

static void
commands_that_take_long_are_answered_with_what_there_is(void **state)
{
	struct world *w = world_new();
	struct post *p = post_sign_in(w, "alice@a.com"), *q;
	struct buf b = BUF_INIT(GATEWAY_BODY_MAX);

	(void)state;
	/* more than the tokens of a moment */
	while (b.n + 16 < GATEWAY_BODY_MAX)
		buf_add_text(&b, "GTC 7 A\r\n");
	p = post_say(w, p->id, buf_slice(&b));
	post_waits(p);
	world_pass(w, 1900);
	post_waits(p);
	world_pass(w, 200);
	assert_true(p->answered && p->body.n > 0);
	/* the next body finds room, the one behind it must wait for some */
	q = post_say(w, p->id, buf_slice(&b));
	post_waits(q);
	world_pass(w, 19000);
	post_waits(q);
	world_pass(w, 1100);
	assert_true(q->answered && !q->last);
	/* in vain: a flood */
	p = post_say(w, q->id, buf_slice(&b));
	post_settle(p);
	assert_true(p->answered);
	/* what there is to read comes before the end: field-runs 2.14 */
	assert_int_equal(p->last, p->body.n == 0);
	if (!p->last)
		post_ends(post_poll(w, p->id, 0), "");
	assert_true(world_logged(w, "reason=flood"));
	post_world_free(w);
	buf_free(&b);
}

/* ---- lost, late and repeated ---- */

static void
what_a_lost_answer_had_is_told_again(void **state)
{
	struct talk t = talk_begin();
	struct post *lost, *again;

	(void)state;
	bob_says(&t, "one");
	lost = post_poll(t.w, t.p->id, 0);
	post_brings(lost, "MSG bob@b.com bob@b.com 3\r\none");
	bob_says(&t, "two");
	/* the same id brings the same bytes */
	again = post_poll(t.w, t.p->id, 0);
	post_brings(again, "MSG bob@b.com bob@b.com 3\r\none");
	assert_string_equal(again->id, lost->id);
	/* or these and more, behind commands and with a new one */
	again = post_text(t.w, t.p->id, "MSG 7 A 1\r\nx");
	post_brings(again,
	    "MSG bob@b.com bob@b.com 3\r\none"
	    "MSG bob@b.com bob@b.com 3\r\ntwo"
	    "ACK 7\r\n");
	assert_string_not_equal(again->id, lost->id);
	post_is_refused(post_poll(t.w, lost->id, 0), 400);
	post_brings(post_poll(t.w, again->id, 0), "");
	play_hears(t.b, "MSG alice@a.com alice@a.com 1");
	play_hears_bytes(t.b, "x");
	play_hears_nothing(t.b);
	post_world_free(t.w);
}

static void
commands_are_obeyed_once_however_often_they_come(void **state)
{
	struct talk t = talk_begin();
	const char *said = "MSG 7 A 1\r\nx";
	struct post *first = post_text(t.w, t.p->id, said), *next;

	(void)state;
	post_brings(first, "ACK 7\r\n");
	for (int i = 0; i < 5; i++)
		post_brings(post_text(t.w, t.p->id, said), "ACK 7\r\n");
	/* while others would be a second request */
	post_is_refused(post_text(t.w, t.p->id, "MSG 8 A 1\r\ny"), 400);
	next = post_poll(t.w, first->id, 0);
	post_brings(next, "");
	/* a late copy is too old */
	post_is_refused(post_text(t.w, t.p->id, said), 400);
	post_is_refused(post_poll(t.w, t.p->id, 0), 400);
	/* the same words said anew are new */
	post_brings(post_text(t.w, next->id, said), "ACK 7\r\n");
	for (int i = 0; i < 2; i++) {
		play_hears(t.b, "MSG alice@a.com alice@a.com 1");
		play_hears_bytes(t.b, "x");
	}
	play_hears_nothing(t.b);
	post_world_free(t.w);
}

static void
a_poll_is_held_on_the_last_sixteen_connections(void **state)
{
	struct talk t = talk_begin();
	struct post *poll[17];

	(void)state;
	for (int i = 0; i < 17; i++)
		poll[i] = post_poll(t.w, t.p->id, 30);
	post_is_refused(poll[0], 400);
	post_drop(poll[1]);
	bob_says(&t, "a");
	for (int i = 2; i < 17; i++) {
		post_brings(poll[i], "MSG bob@b.com bob@b.com 1\r\na");
		assert_string_equal(poll[i]->id, poll[16]->id);
	}
	post_world_free(t.w);
}

static void
a_poll_lives_as_long_as_it_says_and_a_minute_at_most(void **state)
{
	struct talk t = talk_begin();
	struct post *p = post_poll(t.w, t.p->id, 3), *q;

	(void)state;
	world_pass(t.w, 2900);
	post_waits(p);
	world_pass(t.w, 200);
	post_brings(p, "");
	/* the shortest patience decides */
	q = post_poll(t.w, p->id, 30);
	post_waits(q);
	post_waits(post_poll(t.w, p->id, 30));
	post_brings(post_poll(t.w, p->id, 0), "");
	post_brings(q, "");
	p = post_poll(t.w, q->id, UINT32_MAX);
	world_pass(t.w, 59000);
	post_waits(p);
	world_pass(t.w, 1100);
	post_brings(p, "");
	post_world_free(t.w);
}

/* ---- who may ask ---- */

static void
only_the_newest_id_is_good_from_anywhere(void **state)
{
	struct talk t = talk_begin();
	struct post *p = post_poll(t.w, t.p->id, 0), *q;

	(void)state;
	bob_says(&t, "a");
	/* a farm of proxies: another address, the newest id */
	post_from("198.51.100.7");
	q = post_poll(t.w, p->id, 0);
	post_brings(q, "MSG bob@b.com bob@b.com 1\r\na");
	/* a repeat of it by a neighbour */
	post_from("198.51.200.9");
	post_brings(post_poll(t.w, p->id, 0), "MSG bob@b.com bob@b.com 1\r\na");
	/* what stood in a log yesterday, or a moment ago */
	post_from("203.0.113.66");
	post_is_refused(post_poll(t.w, t.p->id, 0), 400);
	post_is_refused(post_poll(t.w, p->id, 0), 400);
	post_is_refused(post_text(t.w, p->id, "OUT\r\n"), 400);
	post_from("2001:db8::1");
	post_is_refused(post_poll(t.w, p->id, 0), 400);
	/* nothing of which harmed anybody */
	post_from("192.0.2.10");
	post_brings(post_poll(t.w, q->id, 0), "");
	play_hears_nothing(t.b);
	post_world_free(t.w);
}

/* ---- the end ---- */

/* covers: sb 14 #57 */
static void
who_sends_no_request_for_a_minute_has_gone(void **state)
{
	struct world *w = world_new();
	struct player *bob = play_online(w, "bob@b.com", "MSNP9");
	struct post *p;

	(void)state;
	p = post_sign_in(w, "alice@a.com");
	play_say(bob, "ADD 5 FL alice@a.com alice@a.com 0");
	play_ignore(bob);
	p = post_text(w, p->id, "SYN 5 0\r\nCHG 6 NLN 32\r\n");
	post_settle(p);
	play_hears_like(bob, "NLN NLN alice@a.com *");
	/* every request is a sign of life, and one that is held */
	for (int i = 0; i < 4; i++) {
		world_pass(w, 55000);
		play_say(bob, "PNG");
		play_hears(bob, "QNG 60");
		p = post_poll(w, p->id, i == 2 ? 50 : 0);
		if (i == 2)
			world_pass(w, 51000);
		post_settle(p);
	}
	play_hears_nothing(bob);
	world_pass(w, 59000);
	play_hears_nothing(bob);
	world_pass(w, 2000);
	play_hears(bob, "FLN alice@a.com");
	assert_true(world_logged(w, "reason=gateway-silent"));
	post_is_refused(post_poll(w, p->id, 0), 400);
	post_world_free(w);
}

static void
who_does_not_fetch_what_it_is_told_is_shown_out(void **state)
{
	struct talk t = talk_begin();
	struct post *p;
	char text[1600];

	(void)state;
	memset(text, 'x', sizeof(text));
	for (int i = 0; i < 200; i++) {
		sb_say(t.b, 5, "U", text, sizeof(text));
		world_pass(t.w, 40);
	}
	play_hears_nothing(t.b);
	world_pass(t.w, 20000);
	play_hears_like(t.b, "BYE alice@a.com*");
	/* who was stopped meanwhile may go on, and she may still look */
	sb_say(t.b, 6, "A", "x", 1);
	p = post_poll(t.w, t.p->id, 0);
	post_settle(p);
	assert_true(!p->answered || p->last || p->status == 400);
	post_world_free(t.w);
}

static void
who_fetches_slowly_is_waited_for(void **state)
{
	struct talk t = talk_begin();
	struct post *p = t.p;
	char text[1600];
	size_t got = 0;

	(void)state;
	memset(text, 'x', sizeof(text));
	for (int i = 0; i < 200; i++)
		sb_say(t.b, 5, "U", text, sizeof(text));
	for (int i = 0; i < 12; i++) {
		world_pass(t.w, 5000);
		p = post_poll(t.w, p->id, 0);
		post_settle(p);
		assert_int_equal(p->status, 200);
		got += p->body.n;
	}
	assert_int_equal(got,
	    200 * (sizeof(text) + strlen("MSG bob@b.com bob@b.com 1600\r\n")));
	play_hears_nothing(t.b);
	post_world_free(t.w);
}

/* ---- a proxy that loses, repeats and delays ---- */

enum {
	SEEDS = 4,
	SHOTS = 300,
	LATE = 8,
};

struct proxy {
	struct talk t;
	uint64_t dice;
	char id[64]; /* the newest alice knows */
	unsigned said, heard, bob_said, bob_heard;
	struct {
		char id[64];
		char body[64];
	} late[LATE]; /* copies that will come again */
};

static unsigned
roll(struct proxy *x, unsigned sides)
{
	x->dice = x->dice * 6364136223846793005u + 1442695040888963u;
	return (unsigned)(x->dice >> 33) % sides;
}

static void
alice_hears(struct proxy *x, const struct post *p)
{
	struct slice in = buf_slice(&p->body);
	char want[64];

	while (in.n > 0) {
		(void)snprintf(want, sizeof(want),
		    "MSG bob@b.com bob@b.com 8\r\n%08u", x->heard);
		assert_true(slice_starts(in, slice_text(want)));
		in = slice_from(in, strlen(want));
		x->heard++;
	}
}

static void
bob_hears_all(struct proxy *x)
{
	char want[16];

	while (x->bob_heard < x->said) {
		(void)snprintf(want, sizeof(want), "%08u", x->bob_heard++);
		play_hears(x->t.b, "MSG alice@a.com alice@a.com 8");
		play_hears_bytes(x->t.b, want);
	}
	play_hears_nothing(x->t.b);
}

/* Something that was under way for long arrives; nobody reads its answer. */
static void
late_copy(struct proxy *x)
{
	unsigned i = roll(x, LATE);

	if (x->late[i].id[0] != '\0')
		(void)post_text(x->t.w, x->late[i].id, x->late[i].body);
}

/* One request of alice's, sent until an answer comes back. */
static void
alice_asks(struct proxy *x, const char *body)
{
	struct post *p = NULL;
	unsigned i = roll(x, LATE);

	(void)snprintf(x->late[i].id, sizeof(x->late[i].id), "%s", x->id);
	(void)snprintf(x->late[i].body, sizeof(x->late[i].body), "%s", body);
	while (p == NULL || roll(x, 3) == 0) {
		if (roll(x, 3) == 0)
			continue; /* lost before it came here */
		p = body[0] != '\0' ? post_text(x->t.w, x->id, body)
				    : post_poll(x->t.w, x->id, roll(x, 2));
		if (roll(x, 3) == 0)
			(void)post_text(x->t.w, x->id, body);
		if (roll(x, 4) == 0)
			late_copy(x);
		if (roll(x, 2) == 0)
			world_pass(x->t.w, 50);
	}
	world_pass(x->t.w, p->answered ? 0 : 1100);
	assert_true(p->answered);
	assert_int_equal(p->status, 200);
	alice_hears(x, p);
	(void)snprintf(x->id, sizeof(x->id), "%s", p->id);
}

static void
bob_numbers(struct proxy *x)
{
	char text[16];

	(void)snprintf(text, sizeof(text), "%08u", x->bob_said++);
	bob_says(&x->t, text);
}

/* To speak at once; it may have been answered meanwhile. */
static void
gives_up_a_poll(struct proxy *x)
{
	if (roll(x, 2) == 0)
		return;
	(void)post_poll(x->t.w, x->id, roll(x, 2) * 30);
	if (roll(x, 2) == 0)
		bob_numbers(x);
	if (roll(x, 2) == 0)
		world_pass(x->t.w, 50);
}

static void
they_chat(uint64_t seed)
{
	struct proxy *x = mem_alloc(sizeof(*x));
	char text[64];

	x->t = talk_begin();
	x->dice = seed;
	(void)snprintf(x->id, sizeof(x->id), "%s", x->t.p->id);
	for (int i = 0; i < SHOTS; i++) {
		if (roll(x, 2) == 0)
			bob_numbers(x);
		if (roll(x, 2) == 0) {
			alice_asks(x, "");
			continue;
		}
		gives_up_a_poll(x);
		(void)snprintf(text, sizeof(text), "MSG 9 U 8\r\n%08u",
		    x->said++);
		alice_asks(x, text);
		bob_hears_all(x);
	}
	alice_asks(x, "");
	alice_asks(x, "");
	assert_int_equal(x->heard, x->bob_said);
	post_world_free(x->t.w);
	free(x);
}

static void
nothing_is_lost_doubled_or_reordered_by_a_hostile_proxy(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++)
		they_chat(seed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_second_request_beside_the_first_is_refused_and_harms_nothing),
		cmocka_unit_test(
		    what_waits_for_the_store_is_not_told_by_the_gateway_either),
		cmocka_unit_test(
		    commands_that_take_long_are_answered_with_what_there_is),
		cmocka_unit_test(what_a_lost_answer_had_is_told_again),
		cmocka_unit_test(
		    commands_are_obeyed_once_however_often_they_come),
		cmocka_unit_test(
		    a_poll_is_held_on_the_last_sixteen_connections),
		cmocka_unit_test(
		    a_poll_lives_as_long_as_it_says_and_a_minute_at_most),
		cmocka_unit_test(only_the_newest_id_is_good_from_anywhere),
		cmocka_unit_test(who_sends_no_request_for_a_minute_has_gone),
		cmocka_unit_test(
		    who_does_not_fetch_what_it_is_told_is_shown_out),
		cmocka_unit_test(who_fetches_slowly_is_waited_for),
		cmocka_unit_test(
		    nothing_is_lost_doubled_or_reordered_by_a_hostile_proxy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
