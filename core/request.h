/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_REQUEST_H
#define NUDGE_REQUEST_H
/*
 * A request is one piece of work a front asks of the core: a command, an HTTP
 * request.  Handlers are straight-line code that is simply run again: a call
 * that returns RESULT_WAIT has arranged for again() to be called, and the
 * front then runs the same handler from its beginning.
 *
 * Rules: everything a handler needs is asked for before it changes anything.
 * A request pins what it was given until request_end().  It WAITs at most
 * REQUEST_WAITS times (asserted).  again() is never called from inside a call
 * of the core.
 */
#include "core/core.h"

enum {
	REQUEST_WAITS = 4,
	REQUEST_PINS = 4
};

struct person;
struct password_wait;

struct request {
	struct core *core;
	void (*again)(struct request *rq);
	struct list waiting; /* in the list of what it waits for */
	struct person *pins[REQUEST_PINS];
	unsigned npins;
	unsigned waits;
	uint64_t seq; /* the newest uncommitted change it saw or made */
	struct password_wait *password; /* a hash at work, or its answer */
	bool store_failed;              /* a commit it waited for was lost */
};

void request_begin(struct request *rq, struct core *c,
    void (*again)(struct request *rq));
/*
 * Unpin, forget waits.  Also what a front calls when its session or peer died
 * while the request waited: again() will not come any more.
 */
void request_end(struct request *rq);
/*
 * For fronts without an output barrier (HTTP): true when everything the
 * request tells of is durable.  False: again() comes when it is (or was lost:
 * then rq->store_failed); the handler must not be run again, only this asked.
 */
bool request_settled(struct request *rq);

#endif
