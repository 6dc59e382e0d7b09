/* SPDX-License-Identifier: MIT */
/* Coming in, calling others, leaving (sb 3-6). */
#include "ns/switchboard/seat.h"
#include "common/base/num.h"
#include "ns/conn.h"
#include "ns/msnp/place.h"
#include "ns/shapes.h"

enum {
	FAILED_CALLS_MAX = 5,
	ROSTER_PART = 16 * 1024 /* of a long one, at least so much at once */
};

static struct slice
seat_address(const struct member *m)
{
	return account_address(m->account);
}

static bool
at_a_place(const struct member *m)
{
	static const unsigned char none[sizeof(m->endpoint)];

	return memcmp(m->endpoint, none, sizeof(none)) != 0;
}

/*
 * Readers that know of places are told of each by a line of its own, and once
 * of the person by a bare one, in this order (field-runs 2.4).  Some programs
 * act on the bare one alone; BitlBee takes a bare IRO that is not the last
 * line for a group (programs-1 6.3).
 */
static bool
tells_place(const struct conn *reader, const struct member *m)
{
	return at_a_place(m) && dialect_has(reader->dialect, D_PLACES);
}

static void
add_address(struct buf *b, const struct member *m, bool placed)
{
	buf_add_slice(b, seat_address(m));
	if (placed)
		place_add(b, m->endpoint);
}

/* The words about somebody, and the end of the line. */
static void
add_person(struct buf *b, struct conn *reader, struct member *m, bool placed)
{
	add_address(b, m, placed);
	buf_add_char(b, ' ');
	buf_add_slice(b, blob_slice(m->name));
	if (dialect_has(reader->dialect, D_SB_CAPS)) {
		buf_add_char(b, ' ');
		shape_caps(b, reader->dialect, m->caps, m->caps_more);
	}
	buf_add_text(b, "\r\n");
}

static void
seat_joined(struct member *self, struct member *other, bool first)
{
	struct conn *c = conn_of_seat(self);
	struct buf *b = conn_line(c);

	if (tells_place(c, other)) {
		buf_add_text(b, "JOI ");
		add_person(b, c, other, true);
	}
	if (first) {
		buf_add_text(b, "JOI ");
		add_person(b, c, other, false);
	}
	conn_send(c);
}

/*
 * That one of several places leaves is told nobody: to libpurple and BitlBee a
 * BYE in whichever form ends a talk of two, while the person goes on at
 * another place (programs-1 5, 6; ns-modern 5.5).
 */
static void
seat_left(struct member *self, struct member *other, bool last, bool idle)
{
	struct conn *c = conn_of_seat(self);
	struct buf *b = conn_line(c);
	unsigned lines = tells_place(c, other) ? 2 : 1;

	if (!last)
		return;
	while (lines-- > 0) {
		buf_add_text(b, "BYE ");
		add_address(b, other, lines > 0);
		buf_add_text(b, idle ? " 1\r\n" : "\r\n");
	}
	conn_send(c);
}

static void
seat_ended(struct member *self, enum close_reason why)
{
	conn_end(conn_of_seat(self), why);
}

static const struct member_ops seat_ops = {
	.joined = seat_joined,
	.left = seat_left,
	.hear = relay_hear,
	.wait = relay_wait,
	.go_on = relay_go_on,
	.ended = seat_ended,
};

static enum result
refuse(struct conn *c, const struct command *in)
{
	conn_error(c, in, 911);
	conn_end(c, CLOSE_AUTH_FAILED);
	return RESULT_OK;
}

/* The two ways in differ in which conversation they ask for. */
static bool
take_seat(struct conn *c, const struct command *in, uint32_t conversation)
{
	struct core *core = c->ns->core;
	struct place_word who;
	struct pass_info info;
	unsigned shape;

	/* the pass knows the place: what is written there is not asked */
	if (!place_parse(in->args[0], &who) ||
	    pass_take(core, in->args[1], who.address, &info) != RESULT_OK)
		return false;
	shape = info.shape;
	conn_signing_end(c);
	if (conversation_enter(core, &info, conversation, &c->seat,
		&seat_ops) != RESULT_OK)
		return false;
	c->dialect = dialect_by_index(shape);
	conn_enter(c, CONN_SEATED);
	relay_seated(c);
	return true;
}

enum result
sb_usr(struct conn *c, const struct command *in)
{
	struct buf *b;

	if (!take_seat(c, in, 0))
		return refuse(c, in);
	b = conn_reply(c, in);
	buf_add_text(b, " OK ");
	add_address(b, &c->seat, tells_place(c, &c->seat));
	shape_word(b, blob_slice(c->seat.name));
	conn_finish(c);
	return RESULT_OK;
}

/* The lines of a roster: as many as there are, or written with their total. */
struct roster_lines {
	struct conn *reader;
	struct buf *b; /* NULL: they are counted */
	struct slice trid;
	uint32_t n, total;
};

static void
roster_line(struct roster_lines *r, struct member *m, bool placed)
{
	r->n++;
	if (r->b == NULL)
		return;
	buf_addf(r->b, "IRO " SLICE_FMT " %u %u ", SLICE_ARG(r->trid), r->n,
	    r->total);
	add_person(r->b, r->reader, m, placed);
	if (r->b->n < ROSTER_PART)
		return;
	conn_send(r->reader);
	r->b = conn_line(r->reader);
}

static struct member *
next_seat(const struct member *m)
{
	return m->node.next == &m->conv->members
	    ? NULL
	    : CONTAINER_OF(m->node.next, struct member, node);
}

/*
 * One's own other places first, which have no bare line; then of each person
 * the places, and behind them the bare line.
 */
static void
roster(struct roster_lines *r)
{
	struct member *me = &r->reader->seat, *first = NULL;

	r->n = 0;
	MEMBER_EACH(m, me->conv)
	{
		if (m != me && conversation_same(m, me))
			roster_line(r, m, true);
	}
	MEMBER_EACH(m, me->conv)
	{
		struct member *next = next_seat(m);

		if (conversation_same(m, me))
			continue;
		if (first == NULL || !conversation_same(m, first))
			first = m;
		if (tells_place(r->reader, m))
			roster_line(r, m, true);
		if (next == NULL || !conversation_same(m, next))
			roster_line(r, first, false);
	}
}

/*
 * IRO lines come before ANS OK, and the joiner is not in them (sb 6.1); but it
 * is told that it came itself, without which Miranda says nothing (field-runs
 * 2.4).
 */
static void
send_roster(struct conn *c, const struct command *in)
{
	struct roster_lines r = { .reader = c, .trid = in->trid };

	roster(&r);
	r.total = r.n;
	r.b = conn_line(c);
	roster(&r);
	buf_addf(r.b, "ANS " SLICE_FMT " OK\r\n", SLICE_ARG(in->trid));
	conn_send(c);
	if (tells_place(c, &c->seat))
		seat_joined(&c->seat, &c->seat, true);
}

enum result
sb_ans(struct conn *c, const struct command *in)
{
	uint32_t conversation;

	if (!num_parse_u32(in->args[2], &conversation) || conversation == 0 ||
	    !take_seat(c, in, conversation))
		return refuse(c, in);
	send_roster(c, in);
	conversation_announce(&c->seat);
	return RESULT_OK;
}

enum result
sb_usr_again(struct conn *c, const struct command *in)
{
	conn_error(c, in, 911);
	return RESULT_OK;
}

/* 217 does not tell whether somebody is away or blocks (sb 4 #5). */
static unsigned
call_error(enum result r)
{
	switch (r) {
	case RESULT_BAD_ADDRESS:
		return 208;
	case RESULT_ALREADY_MEMBER:
		return 215;
	case RESULT_NOT_REACHABLE:
		return 217;
	case RESULT_CONVERSATION_FULL:
		return 280;
	/* "too many CAL" (ns-classic, the table of errors) */
	case RESULT_TOO_ACTIVE:
		return 713;
	case RESULT_OK:
	case RESULT_WAIT:
	case RESULT_BAD_NAME:
	case RESULT_BAD_VALUE:
	case RESULT_NO_SUCH_ACCOUNT:
	case RESULT_ACCOUNT_EXISTS:
	case RESULT_LIST_FULL:
	case RESULT_ALREADY_THERE:
	case RESULT_NOT_THERE:
	case RESULT_ON_OPPOSITE_LIST:
	case RESULT_NO_SUCH_GROUP:
	case RESULT_NOT_IN_GROUP:
	case RESULT_TOO_MANY_GROUPS:
	case RESULT_GROUP_EXISTS:
	case RESULT_GROUP_NAME_TOO_LONG:
	case RESULT_GROUP_FIXED:
	case RESULT_UNCHANGED:
	case RESULT_NOT_AVAILABLE:
	case RESULT_BAD_PASS:
	case RESULT_BAD_PASSWORD:
	case RESULT_BAD_TICKET:
	case RESULT_DISABLED:
	case RESULT_LOCKED_OUT:
	case RESULT_ELSEWHERE:
	case RESULT_MOVED:
	case RESULT_ELSEWHERE_DOWN:
	case RESULT_BUSY:
	case RESULT_STORE_FAILED:
	case RESULT_DRAINING:
	case RESULTS:
		break;
	}
	return 281;
}

/*
 * Clients with places call their own account first, to have its other places
 * take part, and wait to be told that they came themselves (field-runs 2.4).
 */
static bool
calls_itself(struct conn *c, const struct command *in)
{
	struct slice own = seat_address(&c->seat);

	if (!dialect_has(c->dialect, D_PLACES) ||
	    !slice_eq_nocase(in->args[0], own))
		return false;
	conn_printf(c, "CAL " SLICE_FMT " RINGING %u", SLICE_ARG(in->trid),
	    c->seat.conv->id);
	seat_joined(&c->seat, &c->seat, true);
	conversation_invite_places(&c->seat);
	return true;
}

enum result
sb_cal(struct conn *c, const struct command *in)
{
	enum result r;

	if (calls_itself(c, in))
		return RESULT_OK;
	r = conversation_invite(&c->seat, in->args[0]);
	if (r == RESULT_OK) {
		c->failed_calls = 0;
		conn_printf(c, "CAL " SLICE_FMT " RINGING %u",
		    SLICE_ARG(in->trid), c->seat.conv->id);
		return RESULT_OK;
	}
	if (c->failed_calls < UINT8_MAX)
		c->failed_calls++;
	/* who goes on dialling learns nothing more (sb 4 #6) */
	conn_error(c, in,
	    c->failed_calls > FAILED_CALLS_MAX ? 713 : call_error(r));
	return RESULT_OK;
}

enum result
sb_out(struct conn *c, const struct command *in)
{
	(void)in;
	conn_end(c, CLOSE_OUT);
	return RESULT_OK;
}

void
sb_leave(struct conn *c)
{
	conversation_leave(&c->seat, c->silent);
}
