/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_OUTQ_H
#define NUDGE_OUTQ_H
/*
 * What a session has to say, until the transport can send it.  Small pieces
 * are copied together, blobs are referenced.  An empty queue holds no memory
 * beyond the struct.
 *
 * Barriers: bytes added after outq_barrier(q, seq) leave only when the
 * store has committed change number seq.  Numbers never decrease within a
 * queue (a lower one is taken as the highest so far).
 */
#include "common/base/blob.h"
#include "common/base/buf.h"
#include "common/base/list.h"

#include <sys/uio.h>

struct outq_part;

struct outq {
	struct outq_part *head;
	struct outq_part *tail;
	uint64_t barrier; /* of the bytes added next; 0: none */
	/* bytes came into a sleeping queue, or the queue failed */
	void (*wake)(struct outq *q);
	uint32_t bytes; /* queued, not consumed */
	uint32_t soft;  /* above it outq_full() */
	uint32_t hard;  /* above it bytes are refused and failed is set */
	bool failed;
	bool awake; /* wake was called and nobody slept since */
};

void outq_init(struct outq *q, uint32_t soft, uint32_t hard,
    void (*wake)(struct outq *q));
void outq_free(struct outq *q);
void outq_add(struct outq *q, const void *p, size_t n);
void outq_add_slice(struct outq *q, struct slice s);
/* Takes a reference of its own. */
void outq_add_blob(struct outq *q, struct blob *b);
void outq_barrier(struct outq *q, uint64_t seq);
/*
 * Mark that the bytes from position at on (a value of outq_tell() taken
 * earlier, with nothing consumed since) wait for seq.
 */
void outq_barrier_from(struct outq *q, uint32_t at, uint64_t seq);
static inline uint32_t
outq_tell(const struct outq *q)
{
	return q->bytes;
}

/* The barrier of the first queued byte; 0 when it may leave or none is there. */
uint64_t outq_waits_for(const struct outq *q);
/* The lowest number above after that a queued byte waits for; 0: none. */
uint64_t outq_next_wait(const struct outq *q, uint64_t after);
/* Drop every byte from the first that waits for a number above after. */
void outq_cut(struct outq *q, uint64_t after);
/*
 * Fill up to max vectors with bytes that may leave when changes up to
 * released are committed; returns how many vectors.
 */
int
outq_peek(const struct outq *q, uint64_t released, struct iovec *v, int max);
/*
 * The same as a copy: append to out what may leave, at most max bytes of it.
 * Returns how many there are, or would be when out is NULL.
 */
size_t
outq_copy(const struct outq *q, uint64_t released, size_t max, struct buf *out);
void outq_consume(struct outq *q, size_t n);
/* The transport has sent all it can: the next byte wakes it again. */
static inline void
outq_sleep(struct outq *q)
{
	q->awake = false;
}

static inline bool
outq_full(const struct outq *q)
{
	return q->bytes > q->soft;
}

#endif
