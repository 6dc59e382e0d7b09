/* SPDX-License-Identifier: MIT */
#include "common/net/loop.h"
#include "tests/unit/fake_clock.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

struct world {
	struct fake_clock clock;
	struct loop *loop;
	int fired;
};

static int
setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	w->loop = loop_new(fake_clock_init(&w->clock));
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	loop_free(w->loop);
	free(w);
	return 0;
}

/* ---- timers ---- */

struct alarm_clock {
	struct timer timer;
	struct world *w;
	uint64_t asked; /* the time it should fire at */
	uint64_t fired; /* the time it did */
	int count;
	struct alarm_clock *stops;
	uint64_t again;
	bool frees;
};

static void
on_alarm(struct timer *t)
{
	struct alarm_clock *a = CONTAINER_OF(t, struct alarm_clock, timer);

	a->fired = a->w->clock.ms;
	a->count++;
	a->w->fired++;
	if (a->stops != NULL)
		timer_stop(&a->stops->timer);
	if (a->again != 0)
		timer_start(a->w->loop, t, a->again);
	if (a->frees)
		free(a);
}

static void
alarm_set(struct world *w, struct alarm_clock *a, uint64_t ms)
{
	a->w = w;
	a->timer.fire = on_alarm;
	a->asked = w->clock.ms + ms;
	timer_start(w->loop, &a->timer, ms);
}

static void
a_timer_is_never_early_and_less_than_a_tick_late(void **state)
{
	static const uint64_t after[] = { 0, 1, 49, 50, 51, 120, 3199, 3200,
		3201, 6400, 60000, 204799, 204800, 204801, 300000, 13107200,
		13107201, 90000000, 838860800, 838860801, 5000000000 };
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(after); i++) {
		struct alarm_clock a = { 0 };
		uint64_t at;

		w->clock.ms += 17;
		alarm_set(w, &a, after[i]);
		at = a.asked;
		/* halves of the way, then millisecond by millisecond */
		while (at - w->clock.ms > 100) {
			w->clock.ms += (at - w->clock.ms) / 2;
			loop_turn(w->loop);
			assert_int_equal(a.count, 0);
		}
		for (int k = 0; k < 200 && a.count == 0; k++) {
			loop_turn(w->loop);
			w->clock.ms += a.count == 0;
		}
		assert_int_equal(a.count, 1);
		assert_true(a.fired >= at && a.fired <= at + 50);
	}
}

static void
a_jump_of_the_clock_fires_all_that_is_due_and_no_more(void **state)
{
	struct world *w = *state;
	struct alarm_clock a[100] = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(a); i++)
		alarm_set(w, &a[i], i * 10000);
	w->clock.ms += 505000;
	loop_turn(w->loop);
	assert_int_equal(w->fired, 51);
	for (size_t i = 0; i < ARRAY_LEN(a); i++) {
		assert_int_equal(a[i].count, i <= 50);
		timer_stop(&a[i].timer);
	}
	w->clock.ms += UINT64_C(100000000000);
	loop_turn(w->loop);
	assert_int_equal(w->fired, 51);
}

static void
firing_may_stop_restart_and_free_timers(void **state)
{
	struct world *w = *state;
	struct alarm_clock *gone = calloc(1, sizeof(*gone));
	struct alarm_clock first = { 0 }, second = { 0 }, often = { 0 };

	gone->frees = true;
	first.stops = &second;
	often.again = 100;
	alarm_set(w, &first, 100);
	alarm_set(w, &second, 100);
	alarm_set(w, gone, 100);
	alarm_set(w, &often, 100);
	for (int i = 0; i < 100; i++) {
		w->clock.ms += 10;
		loop_turn(w->loop);
	}
	assert_int_equal(first.count, 1);
	assert_int_equal(second.count, 0);
	assert_in_range(often.count, 6, 9);
	timer_stop(&often.timer);
	timer_stop(&often.timer);
}

static void
a_timer_started_again_counts_from_then(void **state)
{
	struct world *w = *state;
	struct alarm_clock a = { 0 };

	for (int i = 0; i < 50; i++) {
		alarm_set(w, &a, 1000);
		w->clock.ms += 900;
		loop_turn(w->loop);
	}
	assert_int_equal(a.count, 0);
	w->clock.ms += 151;
	loop_turn(w->loop);
	assert_int_equal(a.count, 1);
}

static void
a_timer_of_no_time_that_restarts_itself_does_not_hang(void **state)
{
	struct world *w = *state;
	struct alarm_clock a = { .again = 1 };

	alarm_set(w, &a, 0);
	w->clock.ms += 10000;
	loop_turn(w->loop);
	assert_in_range(a.count, 1, 3);
	timer_stop(&a.timer);
}

static void
timers_of_random_times_fire_at_their_time(void **state)
{
	struct world *w = *state;
	struct alarm_clock *a = calloc(20000, sizeof(*a));
	uint32_t seed = 99;

	for (int i = 0; i < 20000; i++) {
		seed = seed * 1664525 + 1013904223;
		alarm_set(w, &a[i], (seed >> 4) % 400000);
		if (i % 5 == 0)
			timer_stop(&a[i].timer);
	}
	for (int i = 0; i < 4100; i++) {
		w->clock.ms += 100;
		loop_turn(w->loop);
	}
	for (int i = 0; i < 20000; i++) {
		assert_int_equal(a[i].count, i % 5 != 0);
		if (i % 5 == 0)
			continue;
		assert_true(a[i].fired >= a[i].asked);
		assert_true(a[i].fired <= a[i].asked + 150);
	}
	free(a);
}

/* ---- deferred ---- */

struct step {
	struct deferred d;
	struct world *w;
	char *trace; /* where letters are noted */
	char letter;
	struct step *then;
	bool then_last;
	int count;
};

static void
on_step(struct deferred *d)
{
	struct step *s = CONTAINER_OF(d, struct step, d);

	s->count++;
	if (s->trace != NULL)
		s->trace[strlen(s->trace)] = s->letter;
	if (s->then == NULL)
		return;
	if (s->then_last)
		loop_defer_last(s->w->loop, &s->then->d);
	else
		loop_defer(s->w->loop, &s->then->d);
}

static void
deferred_work_runs_once_in_order_and_writes_come_last(void **state)
{
	struct world *w = *state;
	char trace[16] = { 0 };
	struct step a = { .letter = 'a' }, b = a, c = a, d = a, e = a;
	struct step *all[] = { &a, &b, &c, &d, &e };

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		all[i]->d.run = on_step;
		all[i]->w = w;
		all[i]->trace = trace;
		all[i]->letter = (char)('a' + i);
	}
	c.then = &d;
	e.then = &b;
	loop_defer_last(w->loop, &a.d);
	loop_defer_last(w->loop, &e.d);
	loop_defer(w->loop, &c.d);
	loop_defer(w->loop, &c.d);
	loop_defer(w->loop, &b.d);
	deferred_cancel(&b.d);
	loop_turn(w->loop);
	assert_string_equal(trace, "cdaeb");
	loop_turn(w->loop);
	assert_string_equal(trace, "cdaeb");
}

static void
two_that_defer_one_another_for_ever_do_not_hang_the_loop(void **state)
{
	struct world *w = *state;
	struct step a = { .d.run = on_step, .w = w }, b = a, writer = a;
	struct alarm_clock alarm = { 0 };
	int before;

	a.then = &b;
	b.then = &a;
	loop_defer(w->loop, &a.d);
	loop_defer_last(w->loop, &writer.d);
	alarm_set(w, &alarm, 10);
	loop_turn(w->loop);
	assert_true(a.count > 1);
	assert_int_equal(writer.count, 1);
	before = a.count;
	w->clock.ms += 1000;
	loop_turn(w->loop);
	assert_true(a.count > before);
	assert_int_equal(alarm.count, 1);
	a.then = NULL;
	loop_turn(w->loop);
	loop_turn(w->loop);
}

/* ---- posted ---- */

struct letter {
	struct posted p;
	struct world *w;
	int count;
	bool stops;
};

static void
on_letter(struct posted *p)
{
	struct letter *m = CONTAINER_OF(p, struct letter, p);

	m->count++;
	m->w->fired++;
	if (m->stops)
		loop_stop(m->w->loop);
}

static void *
post_from_thread(void *arg)
{
	struct letter *m = arg;

	for (int i = 0; i < 1000; i++)
		loop_post(m[i].w->loop, &m[i].p);
	return NULL;
}

static void
what_threads_post_runs_on_the_loop_that_sleeps(void **state)
{
	struct world *w = *state;
	struct letter *m = calloc(2000, sizeof(*m));
	struct letter last = { .p.run = on_letter, .w = w, .stops = true };
	pthread_t t[2];

	for (int i = 0; i < 2000; i++)
		m[i] = (struct letter){ .p.run = on_letter, .w = w };
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&t[i], NULL, post_from_thread,
				     m + i * 1000),
		    0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_join(t[i], NULL), 0);
	loop_post(w->loop, &last.p);
	loop_run(w->loop);
	assert_int_equal(w->fired, 2001);
	for (int i = 0; i < 2000; i++)
		assert_int_equal(m[i].count, 1);
	free(m);
}

static void
what_was_posted_can_be_cancelled(void **state)
{
	struct world *w = *state;
	struct letter a = { .p.run = on_letter, .w = w }, b = a;

	loop_post(w->loop, &a.p);
	loop_post(w->loop, &b.p);
	posted_cancel(w->loop, &a.p);
	loop_turn(w->loop);
	assert_int_equal(a.count, 0);
	assert_int_equal(b.count, 1);
	loop_post(w->loop, &b.p);
	loop_turn(w->loop);
	assert_int_equal(b.count, 2);
}

static void
on_stop_alarm(struct timer *t)
{
	loop_stop(CONTAINER_OF(t, struct alarm_clock, timer)->w->loop);
}

static void
a_running_loop_sleeps_until_a_timer_is_due(void **state)
{
	const struct env *real = env_real();
	struct world w = { .loop = loop_new(real) };
	struct alarm_clock a = { .timer.fire = on_stop_alarm, .w = &w };
	uint64_t begin = env_mono_ms(real), took;
	clock_t busy = clock();

	(void)state;
	timer_start(w.loop, &a.timer, 120);
	loop_run(w.loop);
	took = env_mono_ms(real) - begin;
	assert_true(took >= 119 && took < 2000);
	assert_true(clock() - busy < CLOCKS_PER_SEC / 20);
	loop_free(w.loop);
}

static uint64_t
half_speed(void *ctx)
{
	(void)ctx;
	return env_mono_ms(env_real()) / 2;
}

static void
a_clock_that_lags_behind_the_system_s_loses_no_timer(void **state)
{
	const struct env slow = { .mono_ms = half_speed };
	struct world w = { .loop = loop_new(&slow) };
	struct alarm_clock a = { .timer.fire = on_stop_alarm, .w = &w };
	uint64_t begin = half_speed(NULL);

	(void)state;
	(void)alarm(20); /* a loop that sleeps for ever ends the test */
	timer_start(w.loop, &a.timer, 60);
	loop_run(w.loop);
	assert_true(half_speed(NULL) - begin >= 59);
	(void)alarm(0);
	loop_free(w.loop);
}

/* ---- watches ---- */

struct seen {
	struct watch *watch;
	int fd;
	unsigned events;
	int count;
	bool closes;
};

static void
on_ready(void *ctx, unsigned events)
{
	struct seen *s = ctx;
	char c;

	s->count++;
	s->events = events;
	if ((events & WATCH_READ) && recv(s->fd, &c, 1, MSG_DONTWAIT) == 0)
		s->closes = true;
	if (s->closes)
		watch_close(s->watch);
}

static void
a_watch_tells_what_it_was_asked_for(void **state)
{
	struct world *w = *state;
	struct seen s = { 0 };
	int fd[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	s.fd = fd[0];
	s.watch = watch_open(w->loop, fd[0], on_ready, &s);
	assert_non_null(s.watch);
	loop_turn(w->loop);
	assert_int_equal(s.count, 0);
	watch_set(s.watch, WATCH_WRITE);
	loop_turn(w->loop);
	assert_int_equal(s.events, WATCH_WRITE);
	watch_set(s.watch, WATCH_READ);
	s.count = 0;
	loop_turn(w->loop);
	assert_int_equal(s.count, 0);
	assert_int_equal(write(fd[1], "x", 1), 1);
	loop_turn(w->loop);
	assert_int_equal(s.count, 1);
	assert_int_equal(s.events, WATCH_READ);
	watch_set(s.watch, 0);
	assert_int_equal(close(fd[1]), 0);
	watch_set(s.watch, WATCH_READ);
	loop_turn(w->loop);
	assert_true(s.closes);
	assert_int_equal(close(fd[0]), 0);
	assert_null(watch_open(w->loop, -1, on_ready, &s));
}

/* Both are ready in the same turn; whoever is told first closes the other. */
struct rival {
	struct watch *watch;
	struct rival *other;
	int told;
};

static void
on_rival(void *ctx, unsigned events)
{
	struct rival *r = ctx;

	(void)events;
	r->told++;
	watch_close(r->other->watch);
	r->other->watch = NULL;
}

static void
a_watch_closed_by_another_is_not_told_any_more(void **state)
{
	struct world *w = *state;
	struct rival r[2] = { { .other = &r[1] }, { .other = &r[0] } };
	int fd[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	for (int i = 0; i < 2; i++) {
		r[i].watch = watch_open(w->loop, fd[i], on_rival, &r[i]);
		assert_non_null(r[i].watch);
		watch_set(r[i].watch, WATCH_WRITE);
	}
	loop_turn(w->loop);
	assert_int_equal(r[0].told + r[1].told, 1);
	watch_close(r[0].watch != NULL ? r[0].watch : r[1].watch);
	assert_int_equal(close(fd[0]), 0);
	assert_int_equal(close(fd[1]), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_timer_is_never_early_and_less_than_a_tick_late),
		T(a_jump_of_the_clock_fires_all_that_is_due_and_no_more),
		T(firing_may_stop_restart_and_free_timers),
		T(a_timer_started_again_counts_from_then),
		T(a_timer_of_no_time_that_restarts_itself_does_not_hang),
		T(timers_of_random_times_fire_at_their_time),
		T(deferred_work_runs_once_in_order_and_writes_come_last),
		T(two_that_defer_one_another_for_ever_do_not_hang_the_loop),
		T(what_threads_post_runs_on_the_loop_that_sleeps),
		T(what_was_posted_can_be_cancelled),
		T(a_running_loop_sleeps_until_a_timer_is_due),
		T(a_clock_that_lags_behind_the_system_s_loses_no_timer),
		T(a_watch_tells_what_it_was_asked_for),
		T(a_watch_closed_by_another_is_not_told_any_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
