/* SPDX-License-Identifier: MIT */
#include "common/net/loop.h"

#include "common/base/panic.h"
#include "common/net/io.h"
#include "common/net/timer.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <uv.h>

enum {
	/* Deferred work that keeps deferring more waits for the next turn. */
	ROUNDS = 32,
};

struct loop {
	uv_loop_t uv;
	struct io_set io;
	struct io uv_io;    /* libuv's own epoll set, inside ours */
	bool uv_due;        /* libuv has something to do */
	uv_prepare_t alive; /* without a handle libuv looks at nothing */
	/*
	 * An eventfd, readable when loop_post() was called.  With uv_async_t of
	 * libuv 1.44 the loop, once woken, spins until the worker that woke it
	 * runs again, and workers are the nicer ones.
	 */
	struct io called;
	const struct env *env;
	struct timer_wheel wheel;
	struct list soon;
	struct list last;
	uv_mutex_t lock; /* over the two below */
	struct list posted;
	struct list posting; /* of this turn */
	uint64_t now;
	bool fresh; /* now was read in this turn */
	bool turning;
	bool stop;
	char scratch[LOOP_SCRATCH];
};

static void
loop_on_posted(struct io *called, unsigned events)
{
	struct loop *l = CONTAINER_OF(called, struct loop, called);
	eventfd_t n;

	(void)events;
	(void)eventfd_read(called->fd, &n);

	uv_mutex_lock(&l->lock);
	list_splice(&l->posting, &l->posted);
	while (!list_empty(&l->posting)) {
		struct posted *p =
		    CONTAINER_OF(l->posting.next, struct posted, node);

		list_remove(&p->node);
		uv_mutex_unlock(&l->lock);
		p->run(p);
		uv_mutex_lock(&l->lock);
	}
	uv_mutex_unlock(&l->lock);
}

static void
loop_on_prepare(uv_prepare_t *alive)
{
	(void)alive;
}

static void
loop_on_uv(struct io *io, unsigned events)
{
	(void)events;
	CONTAINER_OF(io, struct loop, uv_io)->uv_due = true;
}

static void
loop_run_batch(struct list *from)
{
	struct list batch;

	list_init(&batch);
	list_splice(&batch, from);
	while (!list_empty(&batch)) {
		struct deferred *d =
		    CONTAINER_OF(batch.next, struct deferred, node);

		list_remove(&d->node);
		d->run(d);
	}
}

static void
loop_run_deferred(struct loop *l)
{
	for (int i = 0; i < ROUNDS; i++) {
		if (!list_empty(&l->soon))
			loop_run_batch(&l->soon);
		else if (!list_empty(&l->last))
			loop_run_batch(&l->last);
		else
			return;
	}
	/* whoever hogs the turn does not keep the others from writing */
	loop_run_batch(&l->last);
}

struct loop *
loop_new(const struct env *env)
{
	struct loop *l = mem_alloc(sizeof(*l));

	l->env = env;
	list_init(&l->soon);
	list_init(&l->last);
	list_init(&l->posted);
	list_init(&l->posting);
	timer_wheel_init(&l->wheel, env_mono_ms(env));
	/* without a loop there is no program */
	ASSERT(uv_mutex_init(&l->lock) == 0);
	ASSERT(uv_loop_init(&l->uv) == 0);
	io_set_open(&l->io);
	ASSERT(uv_prepare_init(&l->uv, &l->alive) == 0);
	ASSERT(uv_prepare_start(&l->alive, loop_on_prepare) == 0);
	l->uv_io.ready = loop_on_uv;
	ASSERT(io_open(l, &l->uv_io, uv_backend_fd(&l->uv)));
	l->uv_due = true;
	l->called.ready = loop_on_posted;
	ASSERT(io_open(l, &l->called, eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)));
	return l;
}

void
loop_free(struct loop *l)
{
	/* what was closed in the last turn lets go of its memory */
	loop_run_deferred(l);
	io_close(l, &l->uv_io);
	io_close(l, &l->called);
	(void)close(l->called.fd);
	io_set_close(&l->io);
	uv_close((uv_handle_t *)&l->alive, NULL);
	(void)uv_run(&l->uv, UV_RUN_NOWAIT);
	ASSERT(uv_loop_close(&l->uv) == 0);
	uv_mutex_destroy(&l->lock);
	free(l);
}

const struct env *
loop_env(const struct loop *l)
{
	return l->env;
}

struct uv_loop_s *
loop_uv(struct loop *l)
{
	/* who asks will change something that libuv must see before we sleep */
	l->uv_due = true;
	return &l->uv;
}

struct io_set *
loop_io(struct loop *l)
{
	return &l->io;
}

char *
loop_scratch(struct loop *l)
{
	return l->scratch;
}

/* Between turns (tests, the start of the program) nothing is remembered. */
uint64_t
loop_now(struct loop *l)
{
	if (!l->fresh || !l->turning) {
		l->now = env_mono_ms(l->env);
		l->fresh = true;
	}
	return l->now;
}

/* Also when handles of it wait to be closed. */
static bool
loop_uv_due(const struct loop *l)
{
	/* without any handle libuv would have us look again and again */
	return l->uv_due ||
	    (uv_loop_alive(&l->uv) && uv_backend_timeout(&l->uv) == 0);
}

/* How long to sleep: the wheel's next tick ends it. */
static int
loop_timeout(struct loop *l)
{
	const uint64_t most = 3600 * 1000;
	uint64_t next = timer_wheel_next(&l->wheel);
	uint64_t now;

	if (loop_uv_due(l) || !list_empty(&l->soon) || !list_empty(&l->last))
		return 0;
	if (next == UINT64_MAX)
		return -1;
	now = loop_now(l);
	if (next <= now)
		return 0;
	return (int)(next - now < most ? next - now : most);
}

static void
loop_turn_in(struct loop *l, int timeout_ms)
{
	l->fresh = false;
	io_set_turn(&l->io, timeout_ms);
	if (loop_uv_due(l)) {
		l->uv_due = false;
		(void)uv_run(&l->uv, UV_RUN_NOWAIT);
	}
	timer_wheel_advance(&l->wheel, loop_now(l));
	loop_run_deferred(l);
}

void
loop_turn(struct loop *l)
{
	ASSERT(!l->turning);
	l->turning = true;
	loop_turn_in(l, 0);
	l->turning = false;
}

void
loop_run(struct loop *l)
{
	ASSERT(!l->turning);
	l->turning = true;
	/* what was deferred before there was a turn */
	loop_run_deferred(l);
	while (!l->stop)
		loop_turn_in(l, loop_timeout(l));
	l->stop = false;
	l->turning = false;
}

void
loop_stop(struct loop *l)
{
	l->stop = true;
}

void
timer_start(struct loop *l, struct timer *t, uint64_t after_ms)
{
	/* a century is for ever, and cannot overflow */
	const uint64_t most = UINT64_C(100) * 366 * 24 * 3600 * 1000;

	timer_stop(t);
	timer_wheel_add(&l->wheel, t,
	    loop_now(l) + (after_ms < most ? after_ms : most));
}

void
loop_defer(struct loop *l, struct deferred *d)
{
	if (!list_linked(&d->node))
		list_push(&l->soon, &d->node);
}

void
loop_defer_last(struct loop *l, struct deferred *d)
{
	if (!list_linked(&d->node))
		list_push(&l->last, &d->node);
}

void
deferred_cancel(struct deferred *d)
{
	list_remove(&d->node);
}

void
loop_post(struct loop *l, struct posted *p)
{
	bool first = false;

	uv_mutex_lock(&l->lock);
	if (!list_linked(&p->node)) {
		first = list_empty(&l->posted);
		list_push(&l->posted, &p->node);
	}
	uv_mutex_unlock(&l->lock);
	if (first)
		ASSERT(eventfd_write(l->called.fd, 1) == 0);
}

void
posted_cancel(struct loop *l, struct posted *p)
{
	uv_mutex_lock(&l->lock);
	list_remove(&p->node);
	uv_mutex_unlock(&l->lock);
}
