/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_STREAM_H
#define NUDGE_STREAM_H
/*
 * TCP connections as links.  One read of at most 64 KiB per readiness, one
 * write per loop turn.  An idle stream is one small block of memory and holds
 * no buffer.
 */
#include "common/net/link.h"
#include "common/net/loop.h"

/*
 * Links with bytes that wait for the store.  release() lets them go on at the
 * end of the turn; fail() closes those whose first waiting byte waits for a
 * number up to upto (and above released) with STORE_FAILED; what may not leave
 * is dropped.
 */
enum {
	BARRIER_FAILURES = 4
};

struct barrier {
	uint64_t released;
	struct list waiting;
	/*
	 * The last failures, numbers above after up to upto: bytes queued in
	 * the turn of a failure meet it when their link first wants to wait.
	 */
	struct {
		uint64_t after, upto;
	} failed[BARRIER_FAILURES];
	unsigned nfailed; /* ever */
};

void barrier_init(struct barrier *b);
void barrier_release(struct barrier *b, uint64_t upto);
void barrier_fail(struct barrier *b, uint64_t upto);

/*
 * For transports: a zeroed waiter with out and done set.  done() is called
 * with the waiter no longer waiting when its first waiting bytes were released
 * (failed false) or never will be (true: they and all behind them are already
 * cut off the queue).  It may only defer its work.
 */
struct barrier_waiter {
	struct list node;
	struct outq *out;
	void (*done)(struct barrier_waiter *w, bool failed);
};

/* Numbers up to this may leave; b may be NULL: all may. */
static inline uint64_t
barrier_released(const struct barrier *b)
{
	return b ? b->released : UINT64_MAX;
}

/*
 * Before a flush.  False when queued bytes wait for what has failed: they are
 * cut off the queue, and the link must close with STORE_FAILED.
 */
bool barrier_check(const struct barrier *b, struct outq *q);
/* After a flush: the queue holds bytes that may not leave yet. */
bool barrier_holds(const struct barrier *b, const struct outq *q);
/* Then wait; waiting twice is waiting once. */
void barrier_wait(struct barrier *b, struct barrier_waiter *w);
/* Wait no more; also for a waiter that does not wait. */
void barrier_leave(struct barrier_waiter *w);

struct stream_limits {
	uint32_t out_soft;
	uint32_t out_hard;
	uint32_t in_max; /* bytes kept for a user that does not use them; full:
			    LINE_TOO_LONG */
};

/*
 * Take the connected descriptor fd (closed on failure).  The caller sets user
 * and session in the link before the first byte is offered; its addresses
 * are asked from the system (family 0 when they are no IP addresses).  barrier may
 * be NULL.  NULL when the system refuses.
 */
struct link *stream_new(struct loop *l, int fd,
    const struct stream_limits *limits, struct barrier *barrier);
/*
 * The ends of the connection as its acceptor knows them: of one that came
 * through a proxy, or was reset already, the system does not tell them.
 */
void stream_set_ends(struct link *l, const struct addr *peer,
    const struct addr *local);
/* Start reading: call once user and session are set. */
void stream_start(struct link *l);

#endif
