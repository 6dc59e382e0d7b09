/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_IO_H
#define NUDGE_IO_H
/*
 * Descriptors in the loop's epoll set: libuv's handle for one would be as large
 * as all the rest of a stream.  For transports; everybody else has struct watch
 * of loop.h.
 */
#include "common/net/loop.h"

struct io {
	/*
	 * WATCH_READ, WATCH_WRITE or both; an error counts as both.  May close
	 * any io and free its object.
	 */
	void (*ready)(struct io *io, unsigned events);
	int fd;
	unsigned armed;
};

/*
 * Watch for input on fd from now on (level triggered); ready is set.  False
 * when the system refuses.
 */
bool io_open(struct loop *l, struct io *io, int fd);
/* Watch for these; false when the system refuses, and nothing is watched. */
bool io_arm(struct loop *l, struct io *io, unsigned events);
/* ready() is not called any more; the descriptor may be closed behind it. */
void io_close(struct loop *l, struct io *io);

/* ---- for the loop ---- */
enum {
	IO_BATCH = 128
};

struct epoll_event;

struct io_set {
	int epoll;
	/* what the kernel told and ready() was not called for yet */
	struct epoll_event *batch;
	int next, n;
};

void io_set_open(struct io_set *set);
void io_set_close(struct io_set *set);
/* Wait this long at most (-1: for ever), then call every ready(). */
void io_set_turn(struct io_set *set, int timeout_ms);
struct io_set *loop_io(struct loop *l);

#endif
