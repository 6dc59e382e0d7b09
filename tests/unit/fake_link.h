/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_FAKE_LINK_H
#define NUDGE_FAKE_LINK_H
/*
 * A link without a socket or a loop, for tests of whole sessions.  Set
 * f->link.user and f->link.session (and addresses, secure, relayed, limits in
 * f->link.out) as a front would, then feed and look.
 *
 *	struct fake_link *f = fake_link_new();
 *	f->link.user = &user;
 *	fake_link_feed_text(f, "VER 1 MSNP8 CVR0\r\n");
 *	assert_true(slice_eq_text(fake_link_output(f), "VER 1 MSNP8\r\n"));
 *	fake_link_take(f);
 *	fake_link_free(f);
 */
#include "common/net/link.h"

struct fake_link {
	struct link link;
	struct addr local; /* what link_local() tells */
	uint64_t released; /* the barrier: what is committed; starts at max */
	uint32_t in_max;   /* kept bytes beyond it: LINE_TOO_LONG; 1 MiB */
	bool stuck;        /* the peer does not read: nothing leaves */
	bool paused;
	bool done; /* closed() was called; link is only to look at */
	enum close_reason why; /* when link.closing */

	bool offer; /* resumed: kept bytes wait for the end of the turn */
	bool over;  /* the queue has been above its soft limit */
	struct buf in;
	struct buf out;
};

/* Soft limit 64 KiB, hard limit 1 MiB. */
struct fake_link *fake_link_new(void);
/* Calls closed() first (PEER if nobody closed) when it was not called yet. */
void fake_link_free(struct fake_link *f);

/*
 * The peer sends.  Offered at once, or kept while the link is paused;
 * swallowed when it is closing.
 */
void fake_link_feed(struct fake_link *f, const void *p, size_t n);
void fake_link_feed_text(struct fake_link *f, const char *text);
/* The peer closes its side: the link closes with PEER. */
void fake_link_hang_up(struct fake_link *f);

/*
 * What a transport does at the end of a turn: offer kept bytes after a
 * resume, send what may leave, tell drained(), notice OUTPUT_FULL.
 */
void fake_link_turn(struct fake_link *f);
/*
 * Everything that has left and was not taken yet; does fake_link_turn()
 * first.  Valid until the next call.
 */
struct slice fake_link_output(struct fake_link *f);
/* Forget what fake_link_output() shows. */
void fake_link_take(struct fake_link *f);
/*
 * The store failed: bytes that wait above released are dropped and the link
 * closes with STORE_FAILED, as barrier_fail() does; false: none wait.
 */
bool fake_link_store_failed(struct fake_link *f);
/*
 * Call closed(), once, if link_close() was called.  False when it was not.
 * Bytes that may leave have left before, others are dropped.
 */
bool fake_link_finish(struct fake_link *f);

static inline bool
fake_link_closing(const struct fake_link *f)
{
	return f->link.closing;
}

#endif
