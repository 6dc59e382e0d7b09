/* SPDX-License-Identifier: MIT */
/*
 * MSG: bytes from one to the others (sb 7), untouched.  A seat whose
 * connection is full makes those who talk to it wait; one that stays full is
 * shown out.
 */
#include "common/base/num.h"
#include "common/base/panic.h"
#include "common/codec/mime.h"
#include "core/desk/trace.h"
#include "ns/msnp/place.h"
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
	conversation_caught_up(&c->seat);
}

void
relay_wait(struct member *self)
{
	conn_hold(conn_of_seat(self), HOLD_SEAT);
}

void
relay_go_on(struct member *self)
{
	conn_release(conn_of_seat(self), HOLD_SEAT);
}

static void
add_header(struct buf *b, const struct said *what)
{
	struct slice address = account_address(what->by->account);
	struct slice name = blob_slice(what->by->name);
	char digits[NUM_MAX_DIGITS];
	size_t n = num_format_u64(what->payload.n, digits);
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

/* In all versions the same. */
static struct blob *
message(const struct said *what, struct member *hearer)
{
	struct buf *b = conn_line(conn_of_seat(hearer));

	add_header(b, what);
	buf_add_slice(b, what->payload);
	return blob_new(b->p, b->n);
}

/* What one alone hears is copied once, into its queue. */
static void
hear_alone(struct conn *c, const struct said *what)
{
	struct buf *b = conn_line(c);

	add_header(b, what);
	outq_add_slice(&c->link->out, buf_slice(b));
	outq_add_slice(&c->link->out, what->payload);
}

static void
trace_hearing(struct conn *c, const struct said *what)
{
	struct buf *b = conn_line(c);

	add_header(b, what);
	buf_add_slice(b, what->payload);
	ns_trace_out(c, buf_slice(b));
}

/* It has more queued than is good: it is given time to read. */
static void
slow_down(struct conn *c)
{
	if (c->slow)
		return;
	c->slow = true;
	timer_start(c->ns->loop, &c->timer,
	    c->link->relayed ? SLOW_RELAYED_MS : SLOW_MS);
}

bool
relay_hear(struct member *self, struct said *what)
{
	struct conn *c = conn_of_seat(self);

	if (trace_any(c->ns->core))
		trace_hearing(c, what);
	if (what->hearers > 1)
		outq_add_blob(&c->link->out, said_bytes(what, message, self));
	else
		hear_alone(c, what);
	if (!outq_full(&c->link->out))
		return false;
	slow_down(c);
	return true;
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
is_transfer(struct slice payload, struct slice *headers)
{
	const struct slice type = SLICE_LIT("application/x-msnmsgrp2p");
	struct slice body, value;

	if (!may_name_transfer(payload) ||
	    slice_find_slice(payload, type) == payload.n)
		return false;
	mime_split(payload, headers, &body);
	return mime_header(*headers, "Content-Type", &value) &&
	    slice_eq_nocase(mime_type(value), type);
}

/*
 * "P2P-Dest: address;{place}" goes to that place alone; without one, to all,
 * who find out whom it is for (sb 8.5).  False: nobody sits at that place.
 */
static bool
find_place(const struct conn *c, struct slice headers, struct said *what)
{
	struct place_word dest;
	struct slice value;

	if (!dialect_has(c->dialect, D_PLACES) ||
	    !mime_header(headers, "P2P-Dest", &value) ||
	    !place_parse(value, &dest) || !dest.named)
		return true;
	what->to = conversation_seat(c->seat.conv, dest.address, dest.id);
	return what->to != NULL && what->to != &c->seat;
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
	struct said what = { .payload = in->payload };
	struct slice word = in->args[0], headers = in->payload;
	bool there = true, transfer;

	transfer = is_transfer(in->payload, &headers);
	if (word.n != 1 || memchr("UNADS", word.p[0], 5) == NULL ||
	    (word.p[0] != 'D' && transfer)) {
		conn_end(c, CLOSE_BAD_ARGUMENTS);
		return RESULT_OK;
	}
	if (word.p[0] == 'D')
		what.kind = SAID_PIECE;
	if (transfer)
		there = find_place(c, headers, &what);
	answer(c, in, word.p[0], there && conversation_say(&c->seat, &what));
	return RESULT_OK;
}
