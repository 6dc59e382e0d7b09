/* SPDX-License-Identifier: MIT */
/*
 * Between bytes and handlers: a straight list of checks that every command
 * passes, and the request each runs in.
 */
#include "chat/watcher.h"
#include "common/base/log.h"
#include "common/base/panic.h"
#include "core/desk/trace.h"

#include <stdlib.h>

/* The token bucket, in thousandths of a line. */
enum {
	TOKENS_LINE = 1000,
	TOKENS_BURST = 10 * TOKENS_LINE
};

/* Who is not read until it can pay. */
struct throttle {
	struct timer timer;
	struct user *user;
};

/* ---- jobs ---- */

static void
job_again(struct request *rq)
{
	struct job *job = CONTAINER_OF(rq, struct job, rq);

	/* the bytes of the command were kept: they are offered once more */
	user_release(job->user, HOLD_WAIT);
}

/* The one that waited, or a fresh one; nothing is kept for who is idle. */
static struct job *
job_take(struct user *u)
{
	struct chat *chat = u->chat;
	struct job *job = u->job;

	u->job = NULL;
	if (job != NULL)
		return job;
	job = chat->spare ? chat->spare : mem_alloc(sizeof(*job));
	chat->spare = NULL;
	job->user = u;
	request_begin(&job->rq, chat->core, job_again);
	return job;
}

void
user_job_end(struct chat *chat, struct job *job)
{
	request_end(&job->rq);
	if (chat->spare == NULL)
		chat->spare = job;
	else
		free(job);
}

/* ---- tokens: too fast is not read, never refused ---- */

void
user_throttle_end(struct user *u)
{
	if (u->throttle != NULL)
		timer_stop(&u->throttle->timer);
	free(u->throttle);
	u->throttle = NULL;
}

static void
throttle_over(struct timer *t)
{
	struct user *u = CONTAINER_OF(t, struct throttle, timer)->user;

	user_throttle_end(u);
	user_release(u, HOLD_TOKENS);
}

void
user_slow(struct user *u, uint64_t ms)
{
	if (u->throttle != NULL)
		return;
	u->throttle = mem_alloc(sizeof(*u->throttle));
	u->throttle->user = u;
	u->throttle->timer.fire = throttle_over;
	timer_start(u->chat->loop, &u->throttle->timer, ms);
	user_hold(u, HOLD_TOKENS);
}

/* lines a second are as many thousandths of a line in a millisecond */
static void
throttle_begin(struct user *u, unsigned per_ms)
{
	metrics_add(u->chat->core->metrics, COUNTER_CHAT_THROTTLED, 1);
	watcher_tell_link(u, SEEN_SOCKET, "SLOW", "");
	ASSERT(u->throttle == NULL);
	user_slow(u, (uint64_t)-u->tokens / per_ms + 1);
}

/* False: the connection is held until it can pay. */
static bool
pay(struct user *u, uint16_t cost)
{
	unsigned per_ms = u->chat->cfg.lines;
	uint32_t now = user_clock(u);
	uint64_t gain;

	if (cost == 0 || per_ms == 0)
		return true;
	gain = (uint64_t)(now - u->refilled) * per_ms;
	u->refilled = now;
	if (gain > TOKENS_BURST || u->tokens > TOKENS_BURST - (int32_t)gain)
		u->tokens = TOKENS_BURST;
	else
		u->tokens += (int32_t)gain;
	if (u->tokens > 0) {
		u->tokens -= cost;
		return true;
	}
	throttle_begin(u, per_ms);
	return false;
}

/* ---- checks ---- */

static void
log_input(const struct user *u, const struct command_row *row,
    const struct ircx_line *line)
{
	struct buf text = BUF_INIT(IRCX_LINE_MAX);
	char peer[ADDR_TEXT_MAX];

	user_masked_line(row, line, &text);
	log_debug("chat-in", LOG_T("peer", addr_text(&u->link->peer, peer)),
	    LOG_S("line", buf_slice(&text)));
	buf_free(&text);
}

/*
 * A verb that is not served here.  It keeps its connection: programs try much
 * (chat-ircx 3.1).
 */
static void
refuse(struct user *u, struct slice verb, bool known)
{
	verb = slice_upto(verb, 40);
	if (known && u->state & USER_BEFORE)
		user_tell(u, NUM_NOT_REGISTERED);
	else
		user_say(u, NUM_UNKNOWN_COMMAND, SLICE_FMT, SLICE_ARG(verb));
}

/* ---- running ---- */

/* What the command says waits for what it did and saw. */
static void
raise_barrier(struct user *u, uint32_t at, uint64_t seq)
{
	if (u->state != USER_ENDED && seq > u->chat->core->barrier->released)
		outq_barrier_from(&u->link->out, at, seq);
}

/* False: it must be run again later. */
static bool
run(struct user *u, struct command *in)
{
	struct job *job = job_take(u);
	uint32_t at = outq_tell(&u->link->out);
	enum result r;

	in->rq = u->chat->rq = &job->rq;
	r = in->row->run(u, in);
	u->chat->rq = NULL;
	if (r == RESULT_WAIT && u->state != USER_ENDED) {
		u->job = job;
		user_hold(u, HOLD_WAIT);
		return false;
	}
	raise_barrier(u, at, job->rq.seq);
	user_job_end(u->chat, job);
	arena_reset(&u->chat->arena);
	metrics_add(u->chat->core->metrics, COUNTER_CHAT_COMMANDS, 1);
	return true;
}

/*
 * What ends a line for others is a blank in it, but for tokens, which are
 * never passed on.  False: there is nothing in it.
 */
static bool
make_one_line(struct user *u, struct ircx_line *line)
{
	const struct command_row *row;
	struct slice copy;
	char *p;
	bool known;

	if (ircx_is_one_line(line->text))
		return true;
	row = command_row_find(u->chat, line->verb, u->state, &known);
	if (row != NULL && row->states & USER_TOKENS)
		return true;
	copy = line->text;
	p = arena_alloc(&u->chat->arena, copy.n);
	if (p == NULL)
		return false;
	memcpy(p, copy.p, copy.n);
	ircx_make_one_line(p, copy.n);
	return ircx_split(slice_make(p, copy.n), line);
}

/* False: it must be offered again. */
static bool
obey(struct user *u, const struct ircx_line *line)
{
	struct command in = { .args = line->words, .nargs = line->nwords };
	bool known;

	in.row = command_row_find(u->chat, line->verb, u->state, &known);
	if (u->job == NULL && !pay(u, in.row ? in.row->cost : TOKENS_LINE))
		return false;
	if (u->job == NULL && log_enabled(LOG_DEBUG))
		log_input(u, in.row, line);
	if (u->job == NULL && trace_any(u->chat->core))
		user_trace_in(u, in.row, line);
	if (in.row == NULL) {
		refuse(u, line->verb, known);
		return true;
	}
	if (in.nargs < in.row->min_args) {
		user_say(u, NUM_NEED_MORE, "%s", in.row->verb);
		return true;
	}
	return run(u, &in);
}

/* Who has not said who it is may not go on for ever. */
static bool
says_too_much(struct user *u, size_t n)
{
	if (u->entry == NULL || u->job != NULL)
		return false;
	u->entry->bytes += (unsigned)n;
	return u->entry->bytes > ENTRY_BYTES_MAX;
}

/* Of a line that is too long nothing is kept, up to its end. */
static size_t
skip(struct user *u, struct slice in)
{
	size_t at = slice_find(in, '\n');
	size_t n = at < in.n ? at + 1 : in.n;

	if (says_too_much(u, n) || u->skipped + n > SKIP_MAX)
		user_end_error(u, CLOSE_LINE_TOO_LONG, "Line too long");
	else
		u->skipped = (uint16_t)(u->skipped + n);
	if (at < in.n)
		u->skipped = 0;
	return n;
}

/* It is told once, and pays as for any other; used: empty lines before it. */
static size_t
begin_to_skip(struct user *u, struct slice in, size_t used)
{
	if (!pay(u, TOKENS_LINE))
		return 0;
	user_tell(u, NUM_LINE_TOO_LONG);
	return used + skip(u, slice_from(in, used));
}

static size_t
step(struct user *u, struct slice in)
{
	struct ircx_line line;
	size_t used;

	if (u->skipped > 0)
		return skip(u, in);
	switch (ircx_read_line(in, &line, &used)) {
	case IRCX_LINE:
		if (says_too_much(u, used))
			user_end_error(u, CLOSE_FLOOD, "008 (Input flooding)");
		else if (user_is_stale(u))
			user_end_error(u, CLOSE_ACCOUNT_GONE,
			    "Account changed");
		else if (make_one_line(u, &line) && !obey(u, &line))
			return 0;
		break;
	case IRCX_TOO_LONG:
		return begin_to_skip(u, in, used);
	case IRCX_MORE:
		break;
	}
	return used;
}

size_t
user_input(struct link *l, const char *p, size_t n)
{
	struct user *u = l->session;
	size_t used = 0, got;

	u->heard = user_clock(u);
	u->pinged = false;
	while (u->holds == 0 && u->state != USER_ENDED && used < n) {
		got = step(u, slice_make(p + used, n - used));
		if (got == 0)
			break;
		used += got;
		/* who does not read the answers may not ask more */
		if (u->state != USER_ENDED && outq_full(&u->link->out))
			user_hold(u, HOLD_OUTPUT);
	}
	return u->state == USER_ENDED ? n : used;
}
