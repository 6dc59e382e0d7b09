/* SPDX-License-Identifier: MIT */
/*
 * MSG: bytes from one to the others (sb 7), untouched.  A member whose
 * connection is full pauses everybody who talks to it; one that stays full is
 * shown out.
 */
#include "common/base/num.h"
#include "common/base/panic.h"
#include "common/codec/mime.h"
#include "core/desk/trace.h"
#include "ns/switchboard/seat.h"

enum {
	TWOS_MAX = 16, /* looked at one by one */
	SLOW_MS = 10000,
	/* who polls every 5 s says in the second poll what it has read */
	SLOW_RELAYED_MS = 20000
};

static void
watch_silence(struct conn *c, uint64_t after_ms)
{
	timer_stop(&c->timer);
	if (c->ns->cfg.sb_idle_ms > 0)
		timer_start(c->ns->loop, &c->timer, after_ms);
}

static void
seat_timer(struct timer *t)
{
	struct conn *c = CONTAINER_OF(t, struct conn, timer);
	unsigned limit = c->ns->cfg.sb_idle_ms;
	uint32_t quiet = conn_clock(c) - c->heard;

	if (c->slow) {
		conn_end(c, CLOSE_OUTPUT_FULL);
		return;
	}
	if (limit > 0 && quiet >= limit) {
		c->silent = true;
		conn_end(c, CLOSE_IDLE);
		return;
	}
	watch_silence(c, limit - quiet);
}

void
relay_seated(struct conn *c)
{
	c->timer.fire = seat_timer;
	watch_silence(c, c->ns->cfg.sb_idle_ms);
}

void
sb_drained(struct conn *c)
{
	if (!c->slow)
		return;
	c->slow = false;
	watch_silence(c, c->ns->cfg.sb_idle_ms);
	MEMBER_EACH(m, c->seat.conv)
	{
		if (m != &c->seat)
			conn_release(conn_of_seat(m), HOLD_SEAT);
	}
}

/* to has more queued than is good: nobody is read until it caught up. */
static void
hold_back(struct conn *to, struct conn *from)
{
	if (!to->slow) {
		to->slow = true;
		timer_start(to->ns->loop, &to->timer,
		    to->link->relayed ? SLOW_RELAYED_MS : SLOW_MS);
	}
	conn_hold(from, HOLD_SEAT);
}

/*
 * To look for it everywhere costs as much as to pass a message on, and most
 * have no "2p" at all.
 */
static bool
may_name_transfer(struct slice payload)
{
	const char *p = payload.p, *end = payload.p + payload.n;

	for (unsigned i = 0; i < TWOS_MAX; i++) {
		p = p < end ? memchr(p, '2', (size_t)(end - p)) : NULL;
		if (p == NULL)
			return false;
		if (++p < end && *p == 'p')
			return true;
	}
	return true;
}

/*
 * Transfers sent as anything but D were dropped by the servers of the time
 * (sb 7); the type stands in the headers, people may write about it.
 */
static bool
is_transfer(struct slice payload)
{
	const struct slice type = SLICE_LIT("application/x-msnmsgrp2p");
	struct slice headers, body, value;

	if (!may_name_transfer(payload) ||
	    slice_find_slice(payload, type) == payload.n)
		return false;
	mime_split(payload, &headers, &body);
	return mime_header(headers, "Content-Type", &value) &&
	    slice_eq_nocase(mime_type(value), type);
}

static void
add_header(struct buf *b, const struct member *from, struct slice payload)
{
	struct slice address = account_address(from->account);
	struct slice name = blob_slice(from->name);
	char digits[NUM_MAX_DIGITS];
	size_t n = num_format_u64(payload.n, digits);
	char *p = buf_extend(b, 4 + address.n + 1 + name.n + 1 + n + 2);

	if (p == NULL)
		return;
	memcpy(p, "MSG ", 4);
	p += 4;
	memcpy(p, address.p, address.n);
	p += address.n;
	*p++ = ' ';
	memcpy(p, name.p, name.n);
	p += name.n;
	*p++ = ' ';
	memcpy(p, digits, n);
	memcpy(p + n, "\r\n", 2);
}

static void
relay_to_all(struct conn *c, struct slice payload)
{
	struct buf *b = conn_line(c);
	struct conversation *conv = c->seat.conv;
	struct blob *shared = NULL;

	add_header(b, &c->seat, payload);
	if (conv->nmembers > 2) {
		buf_add_slice(b, payload);
		shared = blob_new(b->p, b->n);
	}
	MEMBER_EACH(m, conv)
	{
		struct conn *to = conn_of_seat(m);
		struct outq *q = &to->link->out;

		if (to == c)
			continue;
		if (trace_any(c->ns->core))
			ns_trace_out(to, buf_slice(b));
		if (shared != NULL) {
			outq_add_blob(q, shared);
		} else {
			outq_add_slice(q, buf_slice(b));
			outq_add_slice(q, payload);
		}
		if (outq_full(q))
			hold_back(to, c);
	}
	blob_unref(shared);
	metrics_add(c->ns->core->metrics, COUNTER_SB_MESSAGES, 1);
}

static void
answer(struct conn *c, const struct command *in, char type, bool delivered)
{
	switch (type) {
	case 'N':
		if (!delivered)
			conn_printf(c, "NAK " SLICE_FMT, SLICE_ARG(in->trid));
		break;
	case 'A':
		conn_printf(c, "%s " SLICE_FMT, delivered ? "ACK" : "NAK",
		    SLICE_ARG(in->trid));
		break;
	case 'D':
		if (delivered)
			conn_printf(c, "ACK " SLICE_FMT, SLICE_ARG(in->trid));
		else
			conn_error(c, in, 282);
		break;
	case 'S':
		/* in the binaries of 6.x; nothing on failure (sb 7) */
		if (delivered)
			conn_printf(c, "ACK " SLICE_FMT, SLICE_ARG(in->trid));
		break;
	default: /* U: silence */
		break;
	}
}

enum result
sb_msg(struct conn *c, const struct command *in)
{
	struct slice word = in->args[0];
	bool delivered = c->seat.conv->nmembers > 1;

	if (word.n != 1 || memchr("UNADS", word.p[0], 5) == NULL ||
	    (word.p[0] != 'D' && is_transfer(in->payload))) {
		conn_end(c, CLOSE_BAD_ARGUMENTS);
		return RESULT_OK;
	}
	if (delivered)
		relay_to_all(c, in->payload);
	answer(c, in, word.p[0], delivered);
	return RESULT_OK;
}
