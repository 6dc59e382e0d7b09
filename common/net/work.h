/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_WORK_H
#define NUDGE_WORK_H
/*
 * Low-priority worker threads for what must not run on the loop: private-key
 * operations and password hashes.  Each class has its own bound on how many
 * run at once and how many wait, so hashes cannot starve handshakes.
 */
#include "common/net/loop.h"

enum work_class {
	WORK_TLS,
	WORK_HASH,
	WORK_CLASSES
};

struct work_limits {
	unsigned running; /* at once */
	unsigned waiting; /* behind those; beyond it work_start() refuses */
};

struct work {
	struct list node;
	enum work_class cls;
	void (*run)(struct work *w);  /* on a worker */
	void (*done)(struct work *w); /* on the loop, always, exactly once */
};

struct workers;

/* threads >= 1; their nice value is raised so that the loop goes first. */
struct workers *workers_new(struct loop *l, unsigned threads,
    const struct work_limits limits[WORK_CLASSES]);
/*
 * Waits for what runs; work that waits is run too.  Every done() is called
 * before this returns; work_start() refuses from inside.
 */
void workers_free(struct workers *p);
/* False when the class's queue is full; the object stays the caller's. */
bool work_start(struct workers *p, struct work *w);

#endif
