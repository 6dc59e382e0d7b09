/* SPDX-License-Identifier: MIT */
/*
 * What a peer owes in time: headers, a body at a least rate, the reading of
 * its reply, or the next request.  And who gives way when there are too many:
 * a connection before its first request and between requests, and a body that
 * is not complete.
 */
#include "common/base/panic.h"
#include "common/http/http_priv.h"

#include <microhttpd.h>

enum {
	GRACE_MS = 10 * 1000, /* before the least rate is asked for */
	LOOK_MS = 5 * 1000,
	UNPACED = 16 * 1024, /* bytes that are read as fast as they come */
};

static uint64_t
now_of(const struct http_conn *c)
{
	return loop_now(c->http->loop);
}

static void
pace_start(struct http_conn *c, void (*fire)(struct timer *t), uint64_t ms)
{
	if (c->http == NULL)
		return;
	c->pace.fire = fire;
	timer_start(c->http->loop, &c->pace, ms);
}

static struct http_conn *
conn_of(struct timer *t)
{
	return CONTAINER_OF(t, struct http_conn, pace);
}

/* ---- connections ---- */

static void
give_way(struct stranger *s)
{
	http_conn_cut(CONTAINER_OF(s, struct http_conn, stranger),
	    CLOSE_GAVE_WAY);
}

void
http_pace_init(struct http_conn *c)
{
	c->stranger.peer = &c->peer;
	c->stranger.give_way = give_way;
}

bool
http_pace_enter(struct http_conn *c)
{
	struct crowd *strangers = c->http->limits.strangers;

	return strangers == NULL ||
	    crowd_hold(strangers, &c->stranger, 1, now_of(c));
}

void
http_pace_end(struct http_conn *c)
{
	timer_stop(&c->pace);
	crowd_leave(&c->stranger);
}

static void
too_late(struct timer *t)
{
	http_conn_cut(conn_of(t), CLOSE_REQUEST_DEADLINE);
}

void
http_pace_headers(struct http_conn *c)
{
	pace_start(c, too_late, c->http->limits.first_ms);
}

/* MHD ends one of which nothing comes; this, one of which little comes. */
void
http_pace_idle(struct http_conn *c)
{
	struct http *h = c->http;

	if (h == NULL || h->stopping)
		return;
	pace_start(c, too_late, h->limits.idle_s * 1000 + h->limits.first_ms);
	if (h->limits.idle != NULL &&
	    !crowd_hold(h->limits.idle, &c->stranger, 1, now_of(c)))
		http_conn_cut(c, CLOSE_SERVER_FULL);
}

/* ---- bodies ---- */

static void
body_give_way(struct stranger *s)
{
	struct http_request *rq = CONTAINER_OF(s, struct http_request, bytes);

	rq->refused = 503;
	http_body_done(rq);
	http_conn_cut(rq->conn, CLOSE_GAVE_WAY);
}

static void
body_look(struct timer *t)
{
	struct http_conn *c = conn_of(t);
	struct http_request *rq = c->rq;
	uint64_t waited = now_of(c) - rq->began;

	if (waited > GRACE_MS &&
	    rq->body_seen * 1000 < (waited - GRACE_MS) * HTTP_LEAST_RATE)
		http_conn_cut(c, CLOSE_REQUEST_DEADLINE);
	else
		pace_start(c, body_look, LOOK_MS);
}

void
http_pace_body(struct http_request *rq)
{
	rq->bytes.give_way = body_give_way;
	rq->began = now_of(rq->conn);
	rq->conn->rq = rq;
	pace_start(rq->conn, body_look, LOOK_MS);
}

/* A token stands in the headers or at the beginning of the body, or nowhere. */
static void
body_judge(struct http_request *rq)
{
	struct slice head = slice_upto(buf_slice(&rq->body), HTTP_KNOWN_BY);

	rq->judged = true;
	if (!rq->http->known(rq->http->known_ctx, rq, head))
		rq->ceiling = HTTP_STRANGER_MAX;
}

/* What it takes in all: while it comes its connection is held, too. */
static uint32_t
body_units(const struct http_request *rq)
{
	size_t n = rq->body.cap + rq->http->limits.header_bytes;

	return (uint32_t)((n + HTTP_BODY_UNIT - 1) / HTTP_BODY_UNIT);
}

static bool
body_keep(struct http_request *rq, const char *p, size_t n)
{
	struct crowd *bodies = rq->http->limits.bodies;

	if (!mem_is_short() || mem_recover())
		buf_add(&rq->body, p, n);
	else
		rq->body.failed = true;
	if (buf_ok(&rq->body) &&
	    (bodies == NULL ||
		crowd_hold(bodies, &rq->bytes, body_units(rq),
		    now_of(rq->conn))))
		return true;
	http_conn_count(rq->conn,
	    buf_ok(&rq->body) ? CLOSE_SERVER_FULL : CLOSE_NO_MEMORY, "");
	http_body_done(rq);
	return false;
}

/* ---- what a network uploads ---- */

static void
body_resume(struct timer *t)
{
	struct http_conn *c = conn_of(t);

	http_again(c->rq);
	pace_start(c, body_look, LOOK_MS);
}

/* That it waits is ours to answer for, not its sender's. */
static void
body_slow(struct http_request *rq, size_t n)
{
	const struct addr *peer = &rq->conn->peer;
	uint64_t wait =
	    http_uploads_pay(rq->http->uploads, peer, n, now_of(rq->conn));

	if (wait == 0 || rq->body_seen <= UNPACED || addr_is_loopback(peer))
		return;
	rq->suspended = true;
	MHD_suspend_connection(rq->mhd);
	rq->began += wait;
	pace_start(rq->conn, body_resume, wait);
}

/* What anybody's body may be on this path. */
static uint64_t
most_of(const struct http_request *rq)
{
	return rq->route != NULL ? rq->route->max_body : 0;
}

static bool
piece_take(struct http_request *rq, const char *p, size_t n)
{
	uint64_t seen = rq->body_seen;

	rq->body_seen += n;
	if (!rq->judged && seen < HTTP_KNOWN_BY && rq->refused == 0) {
		size_t first = size_min(n, HTTP_KNOWN_BY - (size_t)seen);

		if (!body_keep(rq, p, first))
			return false;
		p += first;
		n -= first;
	}
	/* of what is refused already, nothing is kept that could be judged */
	if (!rq->judged && rq->body_seen >= HTTP_KNOWN_BY && rq->refused == 0)
		body_judge(rq);
	/* What is dropped costs no memory, and its sender hears why. */
	if (rq->body_seen > most_of(rq) + HTTP_BODY_SLACK)
		return false;
	if (rq->body_seen > rq->ceiling && rq->refused == 0) {
		rq->refused = 413;
		http_body_done(rq);
	}
	return rq->refused != 0 || body_keep(rq, p, n);
}

bool
http_pace_piece(struct http_request *rq, const char *p, size_t n)
{
	bool goes_on = piece_take(rq, p, n);

	if (goes_on)
		body_slow(rq, n);
	return goes_on;
}

/* ---- the handler, and the reply ---- */

void
http_pace_work(struct http_request *rq)
{
	timer_stop(&rq->conn->pace);
	crowd_leave(&rq->conn->stranger);
	crowd_leave(&rq->bytes);
}

void
http_pace_reply(struct http_request *rq, uint64_t bytes)
{
	const struct http_limits *limits = &rq->http->limits;

	pace_start(rq->conn, too_late,
	    limits->idle_s * 1000 + bytes * 1000 / HTTP_LEAST_RATE);
}
