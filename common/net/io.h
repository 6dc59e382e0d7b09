/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_IO_H
#define NUDGE_IO_H
/*
 * The descriptors of streams, in an epoll set of their own inside the loop:
 * libuv's handle for one would be as large as all the rest of a stream.
 * Everybody else watches descriptors with loop.h's struct watch.
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
	struct watch *watch; /* of the epoll descriptor */
	/* what the kernel told and ready() was not called for yet */
	struct epoll_event *batch;
	int next, n;
};

void io_set_open(struct loop *l, struct io_set *set);
void io_set_close(struct io_set *set);
struct io_set *loop_io(struct loop *l);

#endif
