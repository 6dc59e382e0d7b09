/* SPDX-License-Identifier: MIT */
#include "common/net/work.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

enum {
	JOBS = 64
};

static const struct work_limits limits[WORK_CLASSES] = {
	[WORK_TLS] = { .running = 2, .waiting = JOBS },
	[WORK_HASH] = { .running = 1, .waiting = 3 },
	[WORK_COPY] = { 1, 1 },
};

struct world {
	struct loop *loop;
	struct workers *pool;
	pthread_mutex_t lock;
	pthread_cond_t change;
	bool open; /* jobs may end */
	unsigned running[WORK_CLASSES];
	unsigned most[WORK_CLASSES];
	unsigned started;
	unsigned done;
	int nice;
	pthread_t loop_thread;
	unsigned expected;
	struct timer patience;
};

struct job {
	struct work work;
	struct world *w;
	unsigned place; /* when it ran; from 1 */
	unsigned ran, done;
	bool again; /* done() tries to start it once more */
	bool accepted;
};

static void
job_run(struct work *work)
{
	struct job *j = CONTAINER_OF(work, struct job, work);
	struct world *w = j->w;

	pthread_mutex_lock(&w->lock);
	j->ran++;
	j->place = w->started + 1;
	w->nice = getpriority(PRIO_PROCESS, 0);
	w->started++;
	if (++w->running[work->cls] > w->most[work->cls])
		w->most[work->cls] = w->running[work->cls];
	pthread_cond_broadcast(&w->change);
	while (!w->open)
		pthread_cond_wait(&w->change, &w->lock);
	w->running[work->cls]--;
	pthread_mutex_unlock(&w->lock);
}

static void
job_done(struct work *work)
{
	struct job *j = CONTAINER_OF(work, struct job, work);

	assert_true(pthread_equal(pthread_self(), j->w->loop_thread));
	j->done++;
	if (j->again) {
		j->again = false;
		j->accepted = work_start(j->w->pool, work);
	}
	if (++j->w->done == j->w->expected)
		loop_stop(j->w->loop);
}

static bool
job_start(struct world *w, struct job *j, enum work_class cls)
{
	*j = (struct job){
		.work = { .cls = cls, .run = job_run, .done = job_done },
		.w = w
	};
	return work_start(w->pool, &j->work);
}

/* As somebody at that address would. */
static bool
job_ask_as(struct world *w, struct job *j, const char *ip, uint64_t who,
    bool known)
{
	struct addr peer;

	assert_true(addr_parse_ip(&peer, slice_text(ip)));
	*j = (struct job){
		.work = { .cls = WORK_HASH, .run = job_run, .done = job_done },
		.w = w
	};
	work_from(&j->work.from, &peer, who);
	j->work.from.known = known;
	return work_start(w->pool, &j->work);
}

static bool
job_ask(struct world *w, struct job *j, const char *ip, uint64_t who)
{
	return job_ask_as(w, j, ip, who, false);
}

static void
wait_started(struct world *w, unsigned n)
{
	pthread_mutex_lock(&w->lock);
	while (w->started < n)
		pthread_cond_wait(&w->change, &w->lock);
	pthread_mutex_unlock(&w->lock);
}

static void
gate_open(struct world *w)
{
	pthread_mutex_lock(&w->lock);
	w->open = true;
	pthread_cond_broadcast(&w->change);
	pthread_mutex_unlock(&w->lock);
}

static void
on_impatient(struct timer *t)
{
	loop_stop(CONTAINER_OF(t, struct world, patience)->loop);
}

/* Run the loop until so many are done; ten seconds at most. */
static void
wait_done(struct world *w, unsigned n)
{
	w->expected = n;
	w->patience.fire = on_impatient;
	timer_start(w->loop, &w->patience, 10000);
	if (w->done < n)
		loop_run(w->loop);
	timer_stop(&w->patience);
	assert_int_equal(w->done, n);
}

static int
setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->change, NULL);
	w->loop = loop_new(env_real());
	w->loop_thread = pthread_self();
	w->pool = workers_new(w->loop, 4, limits);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	gate_open(w);
	workers_free(w->pool);
	loop_free(w->loop);
	pthread_mutex_destroy(&w->lock);
	pthread_cond_destroy(&w->change);
	free(w);
	return 0;
}

static void
work_runs_elsewhere_with_less_priority_and_is_done_on_the_loop(void **state)
{
	struct world *w = *state;
	struct job j;

	w->open = true;
	assert_true(job_start(w, &j, WORK_TLS));
	wait_done(w, 1);
	assert_int_equal(j.ran, 1);
	assert_int_equal(j.done, 1);
	assert_true(w->nice > getpriority(PRIO_PROCESS, 0) ||
	    getpriority(PRIO_PROCESS, 0) >= 19);
}

static void
each_class_has_its_own_bounds(void **state)
{
	struct world *w = *state;
	struct job tls[JOBS], hash[5];

	for (int i = 0; i < 4; i++)
		assert_true(job_start(w, &hash[i], WORK_HASH));
	assert_false(job_start(w, &hash[4], WORK_HASH));
	for (int i = 0; i < JOBS; i++)
		assert_true(job_start(w, &tls[i], WORK_TLS));
	/* four threads; hashes leave room for handshakes and the reverse */
	wait_started(w, 3);
	assert_false(job_start(w, &hash[4], WORK_HASH));
	gate_open(w);
	wait_done(w, 4 + JOBS);
	assert_int_equal(w->most[WORK_HASH], 1);
	assert_in_range(w->most[WORK_TLS], 1, 2);
	assert_int_equal(hash[4].ran, 0);
	assert_true(job_start(w, &hash[4], WORK_HASH));
	wait_done(w, 5 + JOBS);
}

static void
work_may_be_started_again_when_it_is_done(void **state)
{
	struct world *w = *state;
	struct job j;

	w->open = true;
	assert_true(job_start(w, &j, WORK_HASH));
	j.again = true;
	wait_done(w, 2);
	assert_true(j.accepted);
	assert_int_equal(j.ran, 2);
}

static void
who_had_least_done_comes_next_and_equals_take_turns(void **state)
{
	static const char *const asks[] = {
		/* 0 is at work while the others come */
		"192.0.2.1",
		/* one network, two of its addresses, one twice as greedy */
		"192.0.2.1",
		"192.0.2.1",
		"192.0.2.1",
		"192.0.2.2",
		/* one IPv6 /48, two of its /56 */
		"2001:db8:1:101::1",
		"2001:db8:1:102::1",
		"2001:db8:1:203::1",
		/* somebody else comes last */
		"198.51.100.1",
	};
	/*
	 * The /48 and the other one, who had nothing done yet; then by turns,
	 * and within the /24 and the /48 likewise.
	 */
	static const unsigned places[] = { 1, 6, 8, 9, 4, 2, 7, 5, 3 };
	struct world *w = *state;
	struct job j[9];

	workers_free(w->pool);
	w->pool = workers_new(w->loop, 2,
	    (struct work_limits[WORK_CLASSES]){ [WORK_TLS] = { 1, 1 },
		[WORK_HASH] = { 1, 9 },
		[WORK_COPY] = { 1, 1 } });
	for (int i = 0; i < 9; i++) {
		assert_true(job_ask(w, &j[i], asks[i], 1));
		if (i == 0)
			wait_started(w, 1);
	}
	gate_open(w);
	wait_done(w, 9);
	for (int i = 0; i < 9; i++)
		assert_int_equal(j[i].place, places[i]);
}

static void
accounts_of_one_address_take_turns(void **state)
{
	struct world *w = *state;
	struct job j[4];

	for (int i = 0; i < 3; i++) {
		assert_true(job_ask(w, &j[i], "192.0.2.1", 1));
		wait_started(w, 1);
	}
	assert_true(job_ask(w, &j[3], "192.0.2.1", 2));
	gate_open(w);
	wait_done(w, 4);
	assert_int_equal(j[0].place, 1);
	assert_int_equal(j[3].place, 2);
	assert_int_equal(j[1].place, 3);
	assert_int_equal(j[2].place, 4);
}

static void
whoever_has_most_waiting_gives_way_when_there_is_no_room(void **state)
{
	struct world *w = *state;
	struct job greedy[5], j, k, l, m;

	/* one runs and three wait, which is all there is room for */
	for (int i = 0; i < 4; i++) {
		assert_true(job_ask(w, &greedy[i], "192.0.2.1", 1));
		wait_started(w, 1);
	}
	assert_false(job_ask(w, &greedy[4], "192.0.2.1", 1));
	/* the same network, another account: it too has a share */
	assert_true(job_ask(w, &k, "192.0.2.1", 2));
	assert_true(greedy[3].work.dropped);
	/* three, and then two, against none */
	assert_true(job_ask(w, &j, "198.51.100.1", 1));
	assert_true(job_ask(w, &l, "203.0.113.1", 1));
	/* one each now: nobody gives way to and fro */
	assert_false(job_ask(w, &m, "203.0.114.1", 1));
	gate_open(w);
	wait_done(w, 7);
	for (int i = 1; i < 4; i++) {
		assert_int_equal(greedy[i].ran, 0);
		assert_int_equal(greedy[i].done, 1);
		assert_true(greedy[i].work.dropped);
	}
	assert_int_equal(greedy[0].ran + j.ran + k.ran + l.ran, 4);
	assert_false(j.work.dropped);
}

static void
who_is_known_is_not_in_line_with_strangers(void **state)
{
	static const char *const nets[] = { "192.0.2.1", "198.51.100.1",
		"203.0.113.1", "192.0.3.1" };
	struct world *w = *state;
	struct job strange[4], j;

	for (int i = 0; i < 4; i++) {
		assert_true(job_ask(w, &strange[i], nets[i], 1));
		wait_started(w, 1);
	}
	/* there is no room, and no stranger has more than one */
	assert_true(job_ask_as(w, &j, "192.0.4.1", 1, true));
	gate_open(w);
	wait_done(w, 5);
	assert_int_equal(j.place, 2);
	assert_int_equal(j.work.dropped, false);
}

static void
freeing_the_workers_runs_what_waits_and_delivers_it(void **state)
{
	struct world *w = *state;
	struct job j[4];

	for (int i = 0; i < 4; i++)
		assert_true(job_start(w, &j[i], WORK_HASH));
	wait_started(w, 1);
	gate_open(w);
	j[3].again = true;
	workers_free(w->pool);
	w->pool = NULL;
	for (int i = 0; i < 4; i++)
		assert_int_equal(j[i].done, 1);
	assert_false(j[3].accepted);
	loop_turn(w->loop);
	assert_int_equal(w->done, 4);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(work_runs_elsewhere_with_less_priority_and_is_done_on_the_loop),
		T(each_class_has_its_own_bounds),
		T(work_may_be_started_again_when_it_is_done),
		T(who_had_least_done_comes_next_and_equals_take_turns),
		T(accounts_of_one_address_take_turns),
		T(whoever_has_most_waiting_gives_way_when_there_is_no_room),
		T(who_is_known_is_not_in_line_with_strangers),
		T(freeing_the_workers_runs_what_waits_and_delivers_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
