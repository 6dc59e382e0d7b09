/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_LOOP_H
#define NUDGE_LOOP_H
/*
 * The one loop thread that owns all state, on libuv.  Everything here is
 * called on that thread, loop_post() excepted.
 */
#include "common/base/env.h"
#include "common/base/list.h"

struct loop;

struct loop *loop_new(const struct env *env);
/* Nothing may be open any more. */
void loop_free(struct loop *l);
/* Until loop_stop(). */
void loop_run(struct loop *l);
/*
 * One turn that never sleeps: due timers, ready descriptors, posted and
 * deferred work.  Tests drive a loop with a fake clock this way.
 */
void loop_turn(struct loop *l);
void loop_stop(struct loop *l);
const struct env *loop_env(const struct loop *l);
/* Monotonic milliseconds, read at most once per turn. */
uint64_t loop_now(struct loop *l);

/*
 * Timers: embedded, zero value is "not running".  A wheel with 50 ms ticks;
 * a timer fires on the first tick at or after its time, never early.  fire
 * may start or stop any timer and free the object.
 */
struct timer {
	struct list node;
	uint64_t due;
	void (*fire)(struct timer *t);
};

void timer_start(struct loop *l, struct timer *t, uint64_t after_ms);
void timer_stop(struct timer *t);

/*
 * Work for the end of this turn, before the loop sleeps; asked for twice, it
 * runs once.  What is deferred while the deferred run is deferred to the same
 * turn.  Zero value plus .run is "not waiting".
 */
struct deferred {
	struct list node;
	void (*run)(struct deferred *d);
};

void loop_defer(struct loop *l, struct deferred *d);
/* The same, behind everything that is deferred: transports write then. */
void loop_defer_last(struct loop *l, struct deferred *d);
void deferred_cancel(struct deferred *d);

/*
 * From any thread: run p->run(p) on the loop.  The object stays the caller's
 * and must live until then.
 */
struct posted {
	struct list node;
	void (*run)(struct posted *p);
};

void loop_post(struct loop *l, struct posted *p);
/* On the loop's thread: what was posted and has not run yet never will. */
void posted_cancel(struct loop *l, struct posted *p);

/*
 * A descriptor watched for others than streams and listeners (level
 * triggered).  ready() may change or close the watch.
 */
enum {
	WATCH_READ = 1,
	WATCH_WRITE = 2,
};

struct watch;

/* NULL when the system refuses; the descriptor stays the caller's. */
struct watch *watch_open(struct loop *l, int fd,
    void (*ready)(void *ctx, unsigned events), void *ctx);
/*
 * Watch for these from now on; 0: for nothing.  An error on the descriptor
 * counts as all of them.
 */
void watch_set(struct watch *w, unsigned events);
/* The descriptor may be closed behind it. */
void watch_close(struct watch *w);

/* For the transports: 64 KiB to read into, anybody's again after a callback. */
enum {
	LOOP_SCRATCH = 64 * 1024
};
char *loop_scratch(struct loop *l);
/* For common/net and common/ops alone. */
struct uv_loop_s;
struct uv_loop_s *loop_uv(struct loop *l);

#endif
