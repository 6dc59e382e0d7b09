/* SPDX-License-Identifier: MIT */
/*
 * Between bytes and handlers: a straight list of checks that every command
 * passes, and the request each runs in.
 */
#include "common/base/log.h"
#include "common/base/num.h"
#include "common/base/panic.h"
#include "core/desk/trace.h"
#include "ns/conn.h"

#include <stdlib.h>

/*
 * The token bucket, in thousandths of a command.  A byte costs one as well:
 * what is long is told to others at length.
 */
enum {
	TOKENS_BURST = 400 * 1000,
	TOKENS_PER_MS = 100
};

/* ---- jobs ---- */

static void
job_again(struct request *rq)
{
	struct job *job = CONTAINER_OF(rq, struct job, rq);

	/* the bytes of the command were kept: they are offered once more */
	conn_release(job->conn, HOLD_WAIT);
}

/* The one that waited, or a fresh one; nothing is kept for who is idle. */
static struct job *
job_take(struct conn *c)
{
	struct ns *ns = c->ns;
	struct job *job = c->job;

	c->job = NULL;
	if (job != NULL)
		return job;
	job = ns->spare ? ns->spare : mem_alloc(sizeof(*job));
	ns->spare = NULL;
	job->conn = c;
	job->done = job->found = 0;
	buf_init(&job->kept, MSNP_PAYLOAD_MAX);
	request_begin(&job->rq, ns->core, job_again);
	if (conn_account(c) != NULL)
		job->rq.origin = &c->session;
	return job;
}

void
gate_job_end(struct ns *ns, struct job *job)
{
	request_end(&job->rq);
	buf_free(&job->kept);
	if (ns->spare == NULL)
		ns->spare = job;
	else
		free(job);
}

struct job *
gate_job(const struct command *in)
{
	return CONTAINER_OF(in->rq, struct job, rq);
}

void
gate_job_next(const struct command *in, unsigned *count)
{
	struct job *job = gate_job(in);
	struct request old = job->rq;

	request_end(&job->rq);
	request_begin(&job->rq, old.core, job_again);
	job->rq.origin = old.origin;
	job->rq.seq = old.seq;
	(*count)++;
}

/* ---- tokens: too fast is not read, never refused ---- */

void
gate_throttle_end(struct conn *c)
{
	if (c->throttle != NULL)
		timer_stop(&c->throttle->timer);
	free(c->throttle);
	c->throttle = NULL;
}

static void
throttle_over(struct timer *t)
{
	struct conn *c = CONTAINER_OF(t, struct throttle, timer)->conn;

	gate_throttle_end(c);
	conn_release(c, HOLD_TOKENS);
}

static void
throttle_begin(struct conn *c, uint64_t after)
{
	metrics_add(c->ns->core->metrics, COUNTER_NS_THROTTLED, 1);
	ASSERT(c->throttle == NULL);
	c->throttle = mem_alloc(sizeof(*c->throttle));
	c->throttle->conn = c;
	c->throttle->timer.fire = throttle_over;
	timer_start(c->ns->loop, &c->throttle->timer, after);
	conn_hold(c, HOLD_TOKENS);
}

static void
refill(struct conn *c)
{
	uint32_t now = conn_clock(c);
	uint64_t gain = (uint64_t)(now - c->refilled) * TOKENS_PER_MS;

	c->refilled = now;
	if (gain > TOKENS_BURST || c->tokens > TOKENS_BURST - (int32_t)gain)
		c->tokens = TOKENS_BURST;
	else
		c->tokens += (int32_t)gain;
}

/*
 * False: the connection is held until it can pay.  Who has no tokens pays no
 * dues either, and the reverse: nothing is paid twice.
 */
static bool
pay(struct conn *c, const struct command_row *row, size_t bytes)
{
	uint64_t after = 0;

	if (row->cost > 0)
		refill(c);
	if (row->cost > 0 && c->tokens <= 0)
		after = (uint64_t)-c->tokens / TOKENS_PER_MS + 1;
	else if (c->state == CONN_SEATED && row->payload != PAYLOAD_NONE)
		after = conversation_dues(&c->seat, &c->link->peer, bytes);
	if (after > 0) {
		throttle_begin(c, after);
		return false;
	}
	if (row->cost > 0)
		c->tokens -= (int32_t)(row->cost + bytes);
	return true;
}

/* ---- checks ---- */

static void
log_input(const struct conn *c, const struct command_row *row,
    const struct msnp_line *line)
{
	struct buf text = BUF_INIT(MSNP_LINE_MAX);
	char peer[ADDR_TEXT_MAX];

	ns_masked_line(row, line, &text);
	log_debug("ns-in", LOG_T("peer", addr_text(&c->link->peer, peer)),
	    LOG_S("line", buf_slice(&text)));
	buf_free(&text);
}

static bool
trid_valid(const struct msnp_line *line)
{
	uint32_t n;

	return line->nwords > 0 && num_parse_u32(line->words[0], &n);
}

/*
 * A verb nobody knows.  What follows can only be trusted when it is clear
 * that no payload does (ns-classic 11.12).
 */
static void
refuse_unknown(struct conn *c, const struct msnp_line *line)
{
	struct command in = { 0 };
	uint64_t n;

	if (!(c->state & CONN_SIGNED_IN)) {
		conn_end(c, CLOSE_BAD_COMMAND);
		return;
	}
	if (!trid_valid(line)) {
		conn_end(c, CLOSE_BAD_TRID);
		return;
	}
	in.trid = line->words[0];
	conn_error(c, &in, 502);
	if (line->nwords > 1 &&
	    num_parse_u64(line->words[line->nwords - 1], &n))
		conn_end(c, CLOSE_BAD_COMMAND);
}

/* TrID and arguments of a known command; false: the connection ended. */
static bool
take_words(struct conn *c, const struct msnp_line *line, struct command *in)
{
	unsigned skip = in->row->trid;

	if (skip && !trid_valid(line)) {
		conn_end(c, CLOSE_BAD_TRID);
		return false;
	}
	if (skip)
		in->trid = line->words[0];
	in->args = line->words + skip;
	in->nargs = line->nwords - skip;
	return true;
}

/* How many bytes follow the line; false: the connection ended. */
static bool
payload_length(struct conn *c, const struct command *in, size_t *n)
{
	uint64_t length;

	*n = 0;
	if (in->row->payload == PAYLOAD_NONE)
		return true;
	if (in->nargs == 0 ||
	    !num_parse_u64(in->args[in->nargs - 1], &length)) {
		conn_end(c, CLOSE_BAD_LENGTH);
		return false;
	}
	if (length > in->row->max_payload) {
		conn_end(c, CLOSE_PAYLOAD_TOO_LONG);
		return false;
	}
	*n = (size_t)length;
	return true;
}

static void
refuse(struct conn *c, const struct command *in, enum refusal how,
    enum close_reason why)
{
	switch (how) {
	case REFUSE_CLOSE:
		conn_end(c, why);
		break;
	case REFUSE_201:
		conn_error(c, in, 201);
		break;
	case REFUSE_502:
		conn_error(c, in, 502);
		break;
	case REFUSE_715:
		conn_error(c, in, 715);
		break;
	case REFUSE_911_CLOSE:
		conn_refuse(c, in, 911, CLOSE_AUTH_FAILED);
		break;
	}
}

static bool
permitted(struct conn *c, const struct command *in)
{
	const struct command_row *row = in->row;
	uint64_t features = c->dialect ? c->dialect->features : 0;

	if (features & row->bars) {
		conn_error(c, in, 502);
		return false;
	}
	if ((features & row->needs) != row->needs) {
		refuse(c, in, row->no_dialect, CLOSE_WRONG_DIALECT);
		return false;
	}
	if (in->nargs < row->min_args ||
	    (in->nargs > row->max_args && row->max_args != UINT8_MAX)) {
		refuse(c, in, row->bad_args, CLOSE_BAD_ARGUMENTS);
		return false;
	}
	return true;
}

/* ---- running ---- */

/* What the command says waits for what it did and saw. */
static void
raise_barrier(struct conn *c, uint32_t at, uint64_t seq)
{
	if (c->state == CONN_ENDED)
		return;
	if (conn_account(c) != NULL && conn_account(c)->seq > seq)
		seq = conn_account(c)->seq;
	if (seq > c->ns->core->barrier->released)
		outq_barrier_from(&c->link->out, at, seq);
}

/* False: it must be run again later. */
static bool
run(struct conn *c, struct command *in)
{
	struct job *job = job_take(c);
	uint32_t at = outq_tell(&c->link->out);
	enum result r;

	in->rq = &job->rq;
	r = in->row->run(c, in);
	if (r == RESULT_WAIT && c->state != CONN_ENDED) {
		c->job = job;
		conn_hold(c, HOLD_WAIT);
		return false;
	}
	if (r != RESULT_OK && r != RESULT_WAIT)
		conn_error(c, in, msnp_error(r, c->dialect));
	raise_barrier(c, at, job->rq.seq);
	gate_job_end(c->ns, job);
	arena_reset(&c->ns->arena);
	metrics_add(c->ns->core->metrics, COUNTER_NS_COMMANDS, 1);
	return true;
}

/* One whole command of in; 0: not yet, or the connection ended. */
static size_t
obey(struct conn *c, struct slice in, const struct msnp_line *line, size_t used)
{
	struct command cmd = { 0 };
	size_t length;
	bool known;

	cmd.row = command_find(c->ns, line->verb, c->state, &known);
	if (!known) {
		refuse_unknown(c, line);
		return used;
	}
	if (cmd.row == NULL) {
		conn_end(c, CLOSE_WRONG_STATE);
		return used;
	}
	if (!take_words(c, line, &cmd) || !payload_length(c, &cmd, &length))
		return used;
	if (in.n - used < length)
		return 0;
	if (c->job == NULL && !pay(c, cmd.row, used + length))
		return 0;
	if (c->job == NULL && log_enabled(LOG_DEBUG))
		log_input(c, cmd.row, line);
	if (c->job == NULL && trace_any(c->ns->core))
		ns_trace_in(c, cmd.row, line, length);
	cmd.payload = slice_make(in.p + used, length);
	if (permitted(c, &cmd) && !run(c, &cmd))
		return 0;
	return used + length;
}

static size_t
step(struct conn *c, struct slice in)
{
	struct msnp_line line;
	size_t used;

	switch (msnp_read_line(in, &line, &used)) {
	case MSNP_LINE:
		return obey(c, in, &line, used);
	case MSNP_TOO_LONG:
		conn_end(c, CLOSE_LINE_TOO_LONG);
		break;
	case MSNP_TOO_MANY:
		conn_end(c, CLOSE_BAD_ARGUMENTS);
		break;
	case MSNP_MORE:
		break;
	}
	return used;
}

size_t
gate_input(struct link *l, const char *p, size_t n)
{
	struct conn *c = l->session;
	size_t used = 0, got;

	c->heard = conn_clock(c);
	while (c->holds == 0 && c->state != CONN_ENDED && used < n) {
		got = step(c, slice_make(p + used, n - used));
		if (got == 0)
			break;
		used += got;
		/* who does not read the answers may not ask more */
		if (c->state != CONN_ENDED && outq_full(&c->link->out))
			conn_hold(c, HOLD_OUTPUT);
	}
	return c->state == CONN_ENDED ? n : used;
}
