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
	REQUEST_WAITS = 8,
	REQUEST_PINS = 4
};

struct person;
struct password_wait;
struct elsewhere_wait;
struct id_load;
struct props_load;
struct book_load;
struct profile_load;
struct mail_load;
struct signin_load;
struct try_wait;
struct session;

struct request {
	struct core *core;
	void (*again)(struct request *rq);
	struct list waiting; /* in the list of what it waits for */
	struct person *pins[REQUEST_PINS];
	unsigned npins;
	unsigned waits;
	uint64_t seq; /* the newest uncommitted change it saw or made */
	struct password_wait *password; /* a hash at work, or its answer */
	struct try_wait *trying;        /* see signin_try.c */
	const struct addr *peer; /* who tries a password; good in that call */
	bool second_password;    /* the first of two was wrong */
	struct elsewhere_wait *asked; /* another server, or its answer */
	const void *asker;            /* see elsewhere.h; the front's */
	struct id_load *id_load;      /* a load by id at work */
	struct props_load *props;     /* a query at work, or its answer */
	struct book_load *book;       /* likewise */
	struct profile_load *profile; /* likewise */
	struct mail_load *mail;       /* likewise */
	struct signin_load *places;   /* likewise */
	uint64_t absent_id;           /* the load by id found nothing */
	int64_t cid;            /* the account of this number was looked for, */
	uint64_t cid_id;        /* and is this one; 0: there is none */
	struct session *origin; /* whose own change this is; may be NULL */
	bool known_only;        /* a first login makes no account by it */
	bool store_failed;      /* a load or a commit it waited for was lost */
	bool was_wrong;         /* a password was, whatever is answered */
	uint8_t tried;          /* enum tried: what was counted for it */
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

/* ---- for the core's own use ---- */
/* Note that rq waits in this list; the list's owner will wake it. */
enum result request_wait(struct request *rq, struct list *where);
/* Unlink and run it again. */
void request_wake(struct request *rq);
/* Pin a person; pinning twice is pinning once. */
void request_pin(struct request *rq, struct person *p);
/* It tells of what change number seq did. */
static inline void
request_saw(struct request *rq, uint64_t seq)
{
	if (seq > rq->seq)
		rq->seq = seq;
}

#endif
