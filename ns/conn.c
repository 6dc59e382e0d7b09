/* SPDX-License-Identifier: MIT */
/* One connection: its output, its states, its end. */
#include "ns/conn.h"

#include "common/base/log.h"
#include "common/base/panic.h"
#include "common/net/log_peer.h"
#include "core/desk/trace.h"

#include <stdlib.h>

/* ---- output ---- */

struct buf *
conn_line(struct conn *c)
{
	buf_reset(&c->ns->scratch);
	return &c->ns->scratch;
}

/* The first line, without cookies and without payloads, which hold tickets. */
static void
log_output(const struct conn *c, struct slice text)
{
	struct slice line = slice_upto(text, slice_find(text, '\r'));
	size_t cookie = slice_find_slice(line, SLICE_LIT(" CKI "));
	char peer[ADDR_TEXT_MAX];

	log_debug("ns-out", LOG_T("peer", addr_text(&c->link->peer, peer)),
	    LOG_S("line", slice_upto(line, cookie)));
}

void
conn_send(struct conn *c)
{
	struct buf *b = &c->ns->scratch;

	ASSERT(buf_ok(b));
	if (c->state == CONN_ENDED)
		return;
	if (log_enabled(LOG_DEBUG))
		log_output(c, buf_slice(b));
	if (trace_any(c->ns->core))
		ns_trace_out(c, buf_slice(b));
	outq_add(&c->link->out, b->p, b->n);
}

void
conn_printf(struct conn *c, const char *fmt, ...)
{
	struct buf *b = conn_line(c);
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(b, fmt, ap);
	va_end(ap);
	conn_finish(c);
}

struct buf *
conn_reply(struct conn *c, const struct command *in)
{
	struct buf *b = conn_line(c);

	buf_add_text(b, in->row->verb);
	buf_add_char(b, ' ');
	buf_add_slice(b, in->trid);
	return b;
}

void
conn_finish(struct conn *c)
{
	buf_add(&c->ns->scratch, "\r\n", 2);
	conn_send(c);
}

void
conn_error(struct conn *c, const struct command *in, unsigned code)
{
	const char *length = "";

	metrics_add(c->ns->core->metrics, COUNTER_NS_ERRORS, 1);
	/*
	 * Readers of these versions take the last number of an error for the
	 * length of a payload (programs-2 rule A): so there is one, and the
	 * TrID is not it.  Nobody minds the word.
	 */
	if (c->dialect != NULL && dialect_has(c->dialect, D_BOOK))
		length = " 0";
	if (in->trid.n > 0)
		conn_printf(c, "%u " SLICE_FMT "%s", code, SLICE_ARG(in->trid),
		    length);
	else
		conn_printf(c, "%u", code);
}

void
conn_refuse(struct conn *c, const struct command *in, unsigned code,
    enum close_reason why)
{
	conn_error(c, in, code);
	conn_end(c, why);
}

void
conn_barrier(struct conn *c, uint64_t seq)
{
	if (seq > c->ns->core->barrier->released)
		outq_barrier(&c->link->out, seq);
}

void
conn_add_own_address(const struct conn *c, struct buf *b)
{
	const struct ns_config *cfg = &c->ns->cfg;
	struct addr a;
	size_t start;

	link_local(c->link, &a);
	/* a proxy's port that was reached is right, a gateway's is not */
	if ((c->link->relayed || a.port == 0) && cfg->port != 0)
		a.port = cfg->port;
	start = b->n;
	public_add_host(slice_text(cfg->public_address), &c->link->peer, &a, b);
	/* a name that Miranda has no room for (programs-1 9): the address */
	if (b->n - start > CEILING_GIVE_SERVER - sizeof(":65535") + 1) {
		b->n = start;
		public_add_host(slice_make("", 0), &c->link->peer, &a, b);
	}
	buf_add_char(b, ':');
	buf_add_u64(b, a.port);
}

uint32_t
conn_lists_begin(struct conn *c)
{
	c->link->out.hard = UINT32_MAX;
	return c->link->out.bytes;
}

void
conn_lists_end(struct conn *c, uint32_t from)
{
	struct outq *q = &c->link->out;

	q->hard = MSNP_OUT_HARD + (q->bytes - from);
}

/* ---- reading ---- */

void
conn_hold(struct conn *c, enum conn_hold why)
{
	if (c->holds == 0)
		link_pause(c->link);
	c->holds = (uint8_t)(c->holds | why);
}

void
conn_release(struct conn *c, enum conn_hold why)
{
	if ((c->holds & why) == 0)
		return;
	c->holds = (uint8_t)(c->holds & ~(unsigned)why);
	if (c->holds == 0 && c->state != CONN_ENDED)
		link_resume(c->link);
}

/* ---- deadlines ---- */

static void
deadline(struct timer *t)
{
	struct conn *c = CONTAINER_OF(t, struct conn, timer);
	uint32_t silent = conn_clock(c) - c->heard;
	unsigned idle = c->ns->cfg.idle_ms;

	if (!(c->state & CONN_SIGNED_IN)) {
		conn_end(c, CLOSE_SIGN_IN_DEADLINE);
		return;
	}
	/* input only notes the time; the timer looks when it fires early */
	if (silent >= idle)
		conn_end(c, CLOSE_IDLE);
	else
		timer_start(c->ns->loop, t, idle - silent);
}

static bool
is_signing(unsigned state)
{
	return (state &
		   (CONN_NEW | CONN_CVR0 | CONN_VERSIONED | CONN_CHALLENGED)) !=
	    0;
}

/* ---- strangers ---- */

static void
give_way(struct stranger *s)
{
	conn_end(CONTAINER_OF(s, struct visitor, stranger)->conn,
	    CLOSE_GAVE_WAY);
}

/* False: there is no room for one more. */
static bool
visitor_enter(struct conn *c)
{
	struct crowd *strangers = c->ns->cfg.strangers;

	if (strangers == NULL)
		return true;
	c->visitor = mem_alloc(sizeof(*c->visitor));
	c->visitor->conn = c;
	c->visitor->stranger.peer = &c->link->peer;
	c->visitor->stranger.give_way = give_way;
	return crowd_hold(strangers, &c->visitor->stranger, 1,
	    loop_now(c->ns->loop));
}

static void
visitor_leave(struct conn *c)
{
	if (c->visitor != NULL)
		crowd_leave(&c->visitor->stranger);
	free(c->visitor);
	c->visitor = NULL;
}

void
conn_enter(struct conn *c, enum conn_state state)
{
	struct ns *ns = c->ns;
	bool was = is_signing(c->state), is = is_signing(state);

	ASSERT(c->state != CONN_ENDED);
	c->state = (uint8_t)state;
	if (was && is && c->visitor != NULL)
		crowd_heard(&c->visitor->stranger, loop_now(ns->loop));
	if (!was && is) {
		timer_start(ns->loop, &c->timer, ns->cfg.sign_in_ms);
	}
	if (!was || is)
		return;
	visitor_leave(c);
	timer_stop(&c->timer);
	/* a gateway knows better than we when its client has gone */
	if (state == CONN_AUTHED && !c->link->relayed && ns->cfg.idle_ms > 0)
		timer_start(ns->loop, &c->timer, ns->cfg.idle_ms);
}

void
conn_signing_end(struct conn *c)
{
	ASSERT(is_signing(c->state));
	if (c->state == CONN_CHALLENGED)
		free(c->signing);
	memset(&c->seat, 0, sizeof(c->seat));
	memset(&c->session, 0, sizeof(c->session));
}

/* ---- the end ---- */

static void
leave_core(struct conn *c, unsigned state)
{
	if (c->job != NULL)
		gate_job_end(c->ns, c->job);
	c->job = NULL;
	if (state == CONN_CHALLENGED)
		free(c->signing);
	if (state == CONN_SEATED)
		sb_leave(c);
	if (state & CONN_SIGNED_IN)
		session_close(c->ns->core, &c->session);
}

static void
log_end(const struct conn *c, enum close_reason why)
{
	const struct account *a =
	    c->state == CONN_SEATED ? c->seat.account : conn_account(c);

	log_peer(LOG_INFO, a != NULL ? LOG_PEER_MANY : LOG_PEER_FEW, "ns-end",
	    &c->link->peer, LOG_T("reason", close_name(why)),
	    LOG_S("account", a ? account_address(a) : slice_text("")),
	    LOG_T("dialect", c->dialect ? c->dialect->name : ""));
}

static void
conn_finish_state(struct conn *c, enum close_reason why)
{
	unsigned state = c->state;

	log_end(c, why);
	gate_throttle_end(c);
	challenge_end(c);
	timer_stop(&c->timer);
	conn_enter(c, CONN_ENDED);
	leave_core(c, state);
}

void
conn_end(struct conn *c, enum close_reason why)
{
	if (c->state == CONN_ENDED)
		return;
	conn_finish_state(c, why);
	link_close(c->link, why);
}

static void
link_closed(struct link *l, enum close_reason why)
{
	struct conn *c = l->session;
	struct ns *ns = c->ns;

	if (c->state != CONN_ENDED)
		conn_finish_state(c, why);
	metrics_closed(ns->core->metrics, why);
	if (ns->cfg.limits != NULL && !l->relayed)
		conn_limits_leave(ns->cfg.limits, &l->peer);
	list_remove(&c->node);
	ns->nconns--;
	free(c->client);
	free(c);
}

static void
link_drained(struct link *l)
{
	struct conn *c = l->session;

	conn_release(c, HOLD_OUTPUT);
	if (c->state == CONN_SEATED)
		sb_drained(c);
}

static const struct link_user conn_user = {
	.input = gate_input,
	.drained = link_drained,
	.closed = link_closed,
};

void
ns_accept(struct ns *ns, struct link *link)
{
	struct conn *c = mem_alloc(sizeof(*c));

	c->ns = ns;
	c->link = link;
	c->timer.fire = deadline;
	c->tokens = INT32_MAX; /* the bucket cuts it to its size */
	c->refilled = c->heard = conn_clock(c);
	link->user = &conn_user;
	link->session = c;
	list_push(&ns->conns, &c->node);
	ns->nconns++;
	conn_enter(c, CONN_NEW);
	if (!visitor_enter(c))
		conn_end(c, CLOSE_SERVER_FULL);
}
