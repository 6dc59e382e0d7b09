/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_STREAM_H
#define NUDGE_STREAM_H
/*
 * TCP connections as links.  One read of at most 64 KiB per readiness, one
 * write per loop turn.  The descriptor is watched with uv_poll_t; an idle
 * stream holds no buffer.
 */
#include "common/net/link.h"
#include "common/net/loop.h"

/*
 * Links whose first byte waits for the store.  release() lets them go on,
 * fail() closes those that wait for a number up to upto with STORE_FAILED.
 */
struct barrier {
	uint64_t released;
	struct list waiting;
};

void barrier_init(struct barrier *b);
void barrier_release(struct barrier *b, uint64_t upto);
void barrier_fail(struct barrier *b, uint64_t upto);

struct stream_limits {
	uint32_t out_soft;
	uint32_t out_hard;
	uint32_t in_max; /* bytes kept for a user that does not use them */
};

/*
 * Take the connected descriptor fd (closed on failure).  user and session are
 * set in the link before the first byte is offered.  barrier may be NULL.
 * NULL when the system refuses.
 */
struct link *stream_new(struct loop *l, int fd,
    const struct stream_limits *limits, struct barrier *barrier);
/* Start reading: call once user and session are set. */
void stream_start(struct link *l);

#endif
