/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_NS_GATEWAY_LINK_H
#define NUDGE_NS_GATEWAY_LINK_H
/*
 * The link of a gateway session: bytes of requests in, bytes of answers out.
 * gateway.c decides which request is which; here it is only "the request at
 * work", held on one connection or several.  Inside ns/ only.
 */
#include "common/base/map.h"
#include "ns/conn.h"
#include "ns/gateway.h"
#include "ns/gateway_id.h"

struct gateway {
	struct ns *ns;
	struct map by_prefix;
	struct list gone; /* over, kept for a repeat of their last request */
	size_t nopen, ngone;
	uint64_t k0, k1;   /* of the digests */
	struct buf answer; /* one at a time is built here */
};

/* Thousands of these are idle: mind the size. */
struct gateway_session {
	struct link link;
	struct map_node by_prefix;
	struct gateway *gateway;
	struct list gone;     /* gateway->gone */
	struct gateway_id id; /* with the turn of the last or next answer */
	uint32_t before;      /* the turn the last request showed; 0: none */
	uint32_t sent;        /* bytes of the queue the last answer had */
	uint64_t digest;      /* of the commands it brought; 0: it had none */
	uint64_t asked;       /* loop_now() when it came */
	uint64_t answered;    /* and when the last answer left */
	uint32_t gap;         /* longest from an answer to a request, ms */
	struct addr from;     /* where it came from */
	struct addr local;
	struct list calls; /* that wait for its answer */
	struct timer timer;
	struct deferred offer; /* kept bytes, after a resume */
	struct deferred look;
	struct barrier_waiter barrier;
	char *keep; /* bytes the user has not used */
	uint32_t keep_n;
	uint32_t lifespan; /* of the request at work, ms */
	char *last_head;   /* what a session that is over said at last */
	uint8_t why;       /* enum close_reason */
	bool working;      /* a request has no answer yet */
	bool paused;
	bool over; /* the queue has been above its soft limit */
	bool ended;
};

/* A session for a link nobody uses yet; counted by nobody. */
struct gateway_session *
gateway_link_new(struct gateway *g, const struct gateway_call *call);
/*
 * A request is at work from now on, until it is answered.  Its body is
 * obeyed.  May answer it, and end the session, at once.
 */
void gateway_link_work(struct gateway_session *s, struct gateway_call *call);
/*
 * One more connection waits for the answer, and no longer than it says.  May
 * answer it, and end the session, at once.
 */
void gateway_link_hold(struct gateway_session *s, struct gateway_call *call);
/* The last answer was heard. */
void gateway_link_heard(struct gateway_session *s);
/* Give the last answer once more. */
void gateway_link_repeat(struct gateway_session *s, struct gateway_call *call);
/* Of a session that is over. */
void gateway_link_free(struct gateway_session *s);

/* gateway.c: the session is over; it may be freed before this returns. */
void gateway_over(struct gateway_session *s);

#endif
