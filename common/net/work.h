/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_WORK_H
#define NUDGE_WORK_H
/*
 * Low-priority worker threads for what must not run on the loop: private-key
 * operations, password hashes, copies.  Each class has its own bound on how many
 * run at once and how many wait, so hashes cannot starve handshakes.  Within a
 * class those who ask take turns, so nobody's many keep others' few waiting;
 * and when too much waits, whoever has most waiting gives way.
 */
#include "common/net/addr.h"
#include "common/net/loop.h"

enum work_class {
	WORK_TLS,
	WORK_HASH,
	WORK_COPY, /* of the database */
	WORK_CLASSES
};

struct work_limits {
	unsigned running; /* at once */
	unsigned waiting; /* behind those; beyond it somebody is refused */
};

/*
 * Who asks: networks, the widest first (the /48 and the /56 of an IPv6
 * address, the /24 and all of an IPv4 one), then a number of the account.
 * Zeros: this server.
 */
enum {
	WORK_LEVELS = 3
};
struct work_from {
	uint64_t key[WORK_LEVELS];
	bool known; /* it did no harm before: not in line with strangers */
};
void work_from(struct work_from *from, const struct addr *peer, uint64_t who);

struct work {
	struct list node;
	enum work_class cls;
	struct work_from from;
	bool dropped;                 /* it gave way, and was not run */
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
/*
 * False when the class's queue is full, and nobody in it has more waiting than
 * whoever asks; the object stays the caller's.
 */
bool work_start(struct workers *p, struct work *w);

#endif
