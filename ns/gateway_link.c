/* SPDX-License-Identifier: MIT */
#include "ns/gateway_link.h"

#include "common/base/panic.h"

#include <stdlib.h>

enum {
	/* commands at work are answered together with what they bring about */
	BUSY_MS = 2000,
	/* so long it may take until the next body is sure to find room */
	ROOM_MS = 20000,
	/* without a request; less for who never was silent for long */
	SILENT_MS = 60000,
	SILENT_LEAST_MS = 30000,
	SILENT_GAPS = 10,
	/* a client that polls every 5 s (sb 12.3) hears the last words */
	LINGER_MS = 10000,
	LINGER_LEAST_MS = 1000,
	ANSWER_KEPT = 64 * 1024,
	HEAD_MAX = 512,
};

static struct gateway_session *
session_of(struct link *l)
{
	return CONTAINER_OF(l, struct gateway_session, link);
}

static struct loop *
loop_of(const struct gateway_session *s)
{
	return s->gateway->ns->loop;
}

static struct barrier *
barrier_of(const struct gateway_session *s)
{
	return s->gateway->ns->core->barrier;
}

static uint64_t
released(const struct gateway_session *s)
{
	return barrier_released(barrier_of(s));
}

/* ---- answers ---- */

/* The separators are exactly these (sb 12.2). */
static void
head_add(struct buf *b, const struct gateway_session *s, bool last)
{
	size_t host;

	buf_add_text(b, "SessionID=");
	gateway_id_add(b, &s->id);
	buf_add_text(b, "; GW-IP=");
	host = b->n;
	conn_add_own_address(s->link.session, b);
	/* its port is another door's */
	for (size_t i = b->n; i > host; i--)
		if (b->p[i - 1] == ':') {
			b->n = i - 1;
			break;
		}
	if (b->n - host > CEILING_GIVE_GW_IP) {
		b->n = host;
		addr_add_ip(b, &s->local);
	}
	if (last)
		buf_add_text(b, "; Session=close");
}

/* The first bytes of the queue that may leave, n at most. */
static struct slice
body_make(const struct gateway_session *s, size_t n)
{
	struct buf *b = &s->gateway->answer;

	if (b->cap > ANSWER_KEPT)
		buf_free(b);
	buf_reset(b);
	(void)outq_copy(&s->link.out, released(s), n, b);
	ASSERT(buf_ok(b));
	return buf_slice(b);
}

static void
answer_all(struct gateway_session *s, struct slice head, struct slice body)
{
	LIST_EACH(it, &s->calls) {
		struct gateway_call *call =
		    CONTAINER_OF(it, struct gateway_call, node);

		gateway_forget(call);
		call->answer(call, 200, head,
		    call->released ? slice_make("", 0) : body);
	}
}

/* How long its client may be silent before it is gone, by its own habit. */
static uint64_t
silence_of(const struct gateway_session *s)
{
	uint64_t ms = (uint64_t)s->gap * SILENT_GAPS;

	if (s->gap == 0 || ms > SILENT_MS)
		return SILENT_MS;
	return ms < SILENT_LEAST_MS ? SILENT_LEAST_MS : ms;
}

/* How long from its last answer on a client is waited for at the end. */
static uint64_t
linger_of(const struct gateway_session *s)
{
	uint64_t ms = 2 * (uint64_t)s->gap + LINGER_LEAST_MS;

	return s->gap == 0 || ms > LINGER_MS ? LINGER_MS : ms;
}

/*
 * May the answer with this body say that the session ends?  Some programs act
 * on that before they read the body (field-runs 2.14), which must therefore
 * come with the answer before; when the server stops there is no time for it.
 */
static bool
may_be_last(const struct gateway_session *s, struct slice body)
{
	return s->link.closing &&
	    (body.n == 0 || s->gateway->ns->core->draining);
}

/* False: it was not the last one yet. */
static bool
session_answer(struct gateway_session *s, bool over)
{
	struct buf head = BUF_INIT(HEAD_MAX);
	struct slice body = body_make(s, SIZE_MAX);
	bool last = over || may_be_last(s, body);

	head_add(&head, s, last);
	ASSERT(buf_ok(&head));
	s->sent = (uint32_t)body.n;
	s->working = false;
	s->answered = loop_now(loop_of(s));
	if (last)
		s->last_head = slice_dup(buf_slice(&head));
	answer_all(s, buf_slice(&head), body);
	buf_free(&head);
	timer_start(loop_of(s), &s->timer,
	    s->link.closing ? linger_of(s) : silence_of(s));
	return last;
}

void
gateway_link_repeat(struct gateway_session *s, struct gateway_call *call)
{
	struct buf head = BUF_INIT(HEAD_MAX);

	if (s->last_head != NULL)
		buf_add_text(&head, s->last_head);
	else
		head_add(&head, s, false);
	call->answer(call, 200, buf_slice(&head), body_make(s, s->sent));
	buf_free(&head);
	if (!s->ended && !s->link.closing)
		timer_start(loop_of(s), &s->timer, silence_of(s));
}

/* ---- the end ---- */

static void
session_end(struct gateway_session *s)
{
	struct link *l = &s->link;

	if (s->working)
		(void)session_answer(s, true);
	s->ended = true;
	timer_stop(&s->timer);
	barrier_leave(&s->barrier);
	deferred_cancel(&s->offer);
	deferred_cancel(&s->look);
	free(s->keep);
	s->keep = NULL;
	s->keep_n = 0;
	l->user->closed(l, (enum close_reason)s->why);
	gateway_over(s);
}

void
gateway_link_free(struct gateway_session *s)
{
	timer_stop(&s->timer);
	outq_free(&s->link.out);
	free(s->last_head);
	free(s);
}

/* ---- is it time to answer? ---- */

/* What was asked is not all done, or not yet durable. */
static bool
session_busy(const struct gateway_session *s)
{
	bool pending =
	    s->keep_n > 0 && (s->paused || list_linked(&s->offer.node));

	if (!s->link.closing && s->digest != 0 && pending)
		return true;
	return (s->digest != 0 || s->link.closing) &&
	    barrier_holds(barrier_of(s), &s->link.out);
}

/* So long after the request, news alone are no reason to answer. */
static uint64_t
session_busy_ms(const struct gateway_session *s)
{
	if (outq_full(&s->link.out))
		return 0;
	if (s->keep_n > GATEWAY_BODY_MAX && !s->link.closing)
		return ROOM_MS;
	return session_busy(s) ? BUSY_MS : 0;
}

static bool
session_has_news(const struct gateway_session *s)
{
	return outq_copy(&s->link.out, released(s), 1, NULL) > 0;
}

/* Milliseconds until it is time to look again; 0: it is time to answer. */
static uint64_t
session_patience(const struct gateway_session *s)
{
	uint64_t waited = loop_now(loop_of(s)) - s->asked;
	uint64_t busy = session_busy_ms(s);

	if (waited < busy)
		return busy - waited;
	if (s->link.closing || session_has_news(s) || waited >= s->lifespan)
		return 0;
	return s->lifespan - waited;
}

/* When the queue has lost bytes, nothing good can follow. */
static void
session_check(struct gateway_session *s)
{
	struct outq *q = &s->link.out;

	if (q->failed)
		link_close(&s->link, CLOSE_OUTPUT_FULL);
	else if (!barrier_check(barrier_of(s), q))
		link_close(&s->link, CLOSE_STORE_FAILED);
}

/* Answer if it is time to, and end when the last answer was given. */
static void
session_look(struct gateway_session *s)
{
	struct outq *q = &s->link.out;
	uint64_t wait;

	s->over = s->over || outq_full(q);
	session_check(s);
	outq_sleep(q);
	if (barrier_holds(barrier_of(s), q))
		barrier_wait(barrier_of(s), &s->barrier);
	if (!s->working)
		return;
	wait = session_patience(s);
	if (wait > 0) {
		timer_start(loop_of(s), &s->timer, wait);
		return;
	}
	if (session_answer(s, false))
		session_end(s);
}

static void
session_on_look(struct deferred *d)
{
	session_look(CONTAINER_OF(d, struct gateway_session, look));
}

static void
session_on_wake(struct outq *q)
{
	struct gateway_session *s =
	    CONTAINER_OF(q, struct gateway_session, link.out);

	if (!s->ended)
		loop_defer_last(loop_of(s), &s->look);
}

static void
session_on_barrier(struct barrier_waiter *w, bool failed)
{
	struct gateway_session *s =
	    CONTAINER_OF(w, struct gateway_session, barrier);

	if (failed)
		link_close(&s->link, CLOSE_STORE_FAILED);
	loop_defer_last(loop_of(s), &s->look);
}

static void
session_on_timer(struct timer *t)
{
	struct gateway_session *s =
	    CONTAINER_OF(t, struct gateway_session, timer);

	if (s->working) {
		session_look(s);
		return;
	}
	link_close(&s->link, CLOSE_GATEWAY_SILENT);
	session_end(s);
}

/* ---- input ---- */

static void
session_keep(struct gateway_session *s, struct slice rest)
{
	if (rest.n == 0) {
		free(s->keep);
		s->keep = NULL;
	} else if (s->keep == NULL) {
		s->keep = mem_realloc_array(NULL, rest.n, 1);
		memcpy(s->keep, rest.p, rest.n);
	} else {
		memmove(s->keep, rest.p, rest.n);
		s->keep = mem_realloc_array(s->keep, rest.n, 1);
	}
	s->keep_n = (uint32_t)rest.n;
}

static void
session_offer(struct gateway_session *s, struct slice in)
{
	struct link *l = &s->link;
	size_t used = l->user->input(l, in.p, in.n);

	ASSERT(used <= in.n);
	if (l->closing)
		used = in.n;
	if (used > 0 || s->keep == NULL)
		session_keep(s, slice_from(in, used));
	if (used == 0 && !s->paused && s->keep_n >= MSNP_HELD_MAX)
		link_close(l, CLOSE_LINE_TOO_LONG);
}

static void
session_on_offer(struct deferred *d)
{
	struct gateway_session *s =
	    CONTAINER_OF(d, struct gateway_session, offer);

	if (s->link.closing || s->paused)
		return;
	if (s->keep_n > 0)
		session_offer(s, slice_make(s->keep, s->keep_n));
	loop_defer_last(loop_of(s), &s->look);
}

static void
session_obey(struct gateway_session *s, struct slice body)
{
	uint32_t n = s->keep_n;

	if (s->link.closing || body.n == 0)
		return;
	if (body.n > 2 * GATEWAY_BODY_MAX - n) {
		link_close(&s->link, CLOSE_FLOOD);
		return;
	}
	if (n == 0 && !s->paused) {
		session_offer(s, body);
		return;
	}
	s->keep = mem_realloc_array(s->keep, n + body.n, 1);
	memcpy(s->keep + n, body.p, body.n);
	s->keep_n = (uint32_t)(n + body.n);
	if (!s->paused)
		session_offer(s, slice_make(s->keep, s->keep_n));
}

static void
session_hold(struct gateway_session *s, struct gateway_call *call)
{
	call->session = s;
	list_push(&s->calls, &call->node);
}

void
gateway_link_hold(struct gateway_session *s, struct gateway_call *call)
{
	uint64_t waited = loop_now(loop_of(s)) - s->asked;
	uint64_t until = waited + call->lifespan_s * 1000;

	session_hold(s, call);
	if (until >= s->lifespan)
		return;
	s->lifespan = (uint32_t)until;
	session_look(s);
}

void
gateway_link_work(struct gateway_session *s, struct gateway_call *call)
{
	struct slice body = call->body;

	s->working = true;
	s->asked = loop_now(loop_of(s));
	s->lifespan = call->lifespan_s * 1000;
	session_hold(s, call);
	session_obey(s, body);
	/* what this turn will still bring goes into the same answer */
	if (body.n > 0)
		loop_defer_last(loop_of(s), &s->look);
	else
		session_look(s);
}

void
gateway_link_heard(struct gateway_session *s)
{
	struct outq *q = &s->link.out;
	uint64_t gap = loop_now(loop_of(s)) - s->answered;

	if (gap > s->gap)
		s->gap = gap < UINT32_MAX ? (uint32_t)gap : UINT32_MAX;
	outq_consume(q, s->sent);
	s->sent = 0;
	if (!s->over || q->bytes >= q->soft / 2 || s->link.closing)
		return;
	s->over = false;
	s->link.user->drained(&s->link);
}

/* ---- the link ---- */

static void
link_on_pause(struct link *l)
{
	session_of(l)->paused = true;
}

static void
link_on_resume(struct link *l)
{
	struct gateway_session *s = session_of(l);

	if (!s->paused)
		return;
	s->paused = false;
	if (!s->ended)
		loop_defer(loop_of(s), &s->offer);
}

static void
link_on_close(struct link *l, enum close_reason why)
{
	struct gateway_session *s = session_of(l);
	uint64_t silent = loop_now(loop_of(s)) - s->answered;
	uint64_t linger = linger_of(s);

	if (l->closing)
		return;
	l->closing = true;
	s->why = (uint8_t)why;
	if (s->working)
		loop_defer_last(loop_of(s), &s->look);
	else if (why == CLOSE_GAVE_WAY || silent >= linger)
		timer_start(loop_of(s), &s->timer, 0);
	else
		timer_start(loop_of(s), &s->timer, linger - silent);
}

static void
link_on_local(struct link *l, struct addr *out)
{
	*out = session_of(l)->local;
}

static const struct link_ops session_ops = {
	.pause = link_on_pause,
	.resume = link_on_resume,
	.close = link_on_close,
	.local = link_on_local,
};

struct gateway_session *
gateway_link_new(struct gateway *g, const struct gateway_call *call)
{
	struct gateway_session *s = mem_alloc(sizeof(*s));

	s->gateway = g;
	s->link.ops = &session_ops;
	s->link.peer = s->from = *call->peer;
	s->link.relayed = true;
	s->link.secure = call->secure;
	s->local = *call->local;
	outq_init(&s->link.out, MSNP_OUT_SOFT, MSNP_OUT_HARD, session_on_wake);
	list_init(&s->calls);
	s->timer.fire = session_on_timer;
	s->offer.run = session_on_offer;
	s->look.run = session_on_look;
	s->barrier.out = &s->link.out;
	s->barrier.done = session_on_barrier;
	return s;
}
