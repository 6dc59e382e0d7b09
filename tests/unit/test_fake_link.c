/* SPDX-License-Identifier: MIT */
#include "tests/unit/fake_link.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* Echoes whole lines; "p" pauses, "q" closes, "l" floods. */
struct echo {
	int drained;
	int closed;
	enum close_reason why;
};

static size_t
echo_input(struct link *l, const char *p, size_t n)
{
	struct slice s = slice_make(p, n);
	size_t at = slice_find(s, '\n');
	static char flood[100000];

	if (at == n)
		return 0;
	outq_add(&l->out, p, at + 1);
	if (p[0] == 'p')
		link_pause(l);
	if (p[0] == 'q')
		link_close(l, CLOSE_OUT);
	if (p[0] == 'l')
		outq_add(&l->out, flood, sizeof(flood));
	return at + 1;
}

static void
echo_drained(struct link *l)
{
	((struct echo *)l->session)->drained++;
}

static void
echo_closed(struct link *l, enum close_reason why)
{
	struct echo *e = l->session;

	e->closed++;
	e->why = why;
}

static const struct link_user echo_user = {
	.input = echo_input,
	.drained = echo_drained,
	.closed = echo_closed,
};

static struct fake_link *
echo_new(struct echo *e)
{
	struct fake_link *f = fake_link_new();

	*e = (struct echo){ 0 };
	f->link.user = &echo_user;
	f->link.session = e;
	return f;
}

static void
assert_output(struct fake_link *f, const char *text)
{
	assert_true(slice_eq_text(fake_link_output(f), text));
	fake_link_take(f);
}

static void
a_fake_link_keeps_what_is_not_used(void **state)
{
	struct echo e;
	struct fake_link *f = echo_new(&e);

	(void)state;
	fake_link_feed_text(f, "he");
	assert_output(f, "");
	fake_link_feed_text(f, "llo\np");
	assert_output(f, "hello\n");
	fake_link_feed_text(f, "\n");
	assert_true(f->paused);
	fake_link_feed_text(f, "and\n");
	assert_output(f, "p\n");
	link_resume(&f->link);
	assert_output(f, "and\n");
	fake_link_free(f);
	assert_int_equal(e.closed, 1);
	assert_int_equal(e.why, CLOSE_PEER);
}

static void
a_fake_link_closes_once_when_asked_to_finish(void **state)
{
	struct echo e;
	struct fake_link *f = echo_new(&e);

	(void)state;
	assert_false(fake_link_finish(f));
	fake_link_feed_text(f, "quit\nmore\n");
	fake_link_feed_text(f, "ignored\n");
	assert_true(fake_link_closing(f));
	assert_int_equal(e.closed, 0);
	assert_true(fake_link_finish(f));
	assert_true(fake_link_finish(f));
	assert_output(f, "quit\n");
	fake_link_free(f);
	assert_int_equal(e.closed, 1);
	assert_int_equal(e.why, CLOSE_OUT);
}

static void
a_fake_link_honours_barriers(void **state)
{
	struct echo e;
	struct fake_link *f = echo_new(&e);

	(void)state;
	f->released = 4;
	fake_link_feed_text(f, "a\n");
	outq_barrier(&f->link.out, 5);
	fake_link_feed_text(f, "b\n");
	assert_output(f, "a\n");
	f->released = 5;
	assert_output(f, "b\n");
	assert_false(fake_link_store_failed(f));
	outq_barrier(&f->link.out, 6);
	fake_link_feed_text(f, "c\n");
	assert_true(fake_link_store_failed(f));
	f->released = 6;
	assert_output(f, "");
	fake_link_free(f);
	assert_int_equal(e.why, CLOSE_STORE_FAILED);
}

static void
a_fake_link_with_a_stuck_peer_fills_and_drains(void **state)
{
	struct echo e;
	struct fake_link *f = echo_new(&e);

	(void)state;
	f->stuck = true;
	fake_link_feed_text(f, "l\n");
	fake_link_turn(f);
	assert_true(outq_full(&f->link.out));
	f->stuck = false;
	fake_link_turn(f);
	assert_int_equal(e.drained, 1);
	f->stuck = true;
	for (int i = 0; i < 20; i++)
		fake_link_feed_text(f, "l\n");
	fake_link_turn(f);
	fake_link_free(f);
	assert_int_equal(e.why, CLOSE_OUTPUT_FULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fake_link_keeps_what_is_not_used),
		cmocka_unit_test(a_fake_link_closes_once_when_asked_to_finish),
		cmocka_unit_test(a_fake_link_honours_barriers),
		cmocka_unit_test(
		    a_fake_link_with_a_stuck_peer_fills_and_drains),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
