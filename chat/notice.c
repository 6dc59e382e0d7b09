/* SPDX-License-Identifier: MIT */
/* What many are told: written once per dialect, shared by all queues. */
#include "chat/room.h"

#include "chat/ircx/style.h"
#include "core/desk/trace.h"

enum {
	NOTICE_MAX = 4 * IRCX_SAID_MAX
};

/* A notice in the dialects in which somebody reads it. */
struct edition {
	const struct notice *notice;
	uint64_t seq;
	struct blob *bytes[DIALECTS];
	bool made[DIALECTS];
};

static struct blob *
print(struct edition *e, const struct ircx_dialect *d)
{
	struct buf b = BUF_INIT(NOTICE_MAX);

	if (e->made[d->index])
		return e->bytes[d->index];
	e->made[d->index] = true;
	e->notice->write(d, &b, e->notice);
	if (b.n > 0 && buf_ok(&b))
		e->bytes[d->index] = blob_new(b.p, b.n);
	buf_free(&b);
	return e->bytes[d->index];
}

static void
give(struct edition *e, struct user *u)
{
	struct blob *b = print(e, u->dialect);

	if (b == NULL || u->state == USER_ENDED)
		return;
	/* what is told of a room that is kept is durable */
	user_wait(u, e->seq);
	if (trace_any(u->chat->core))
		user_trace_out(u, blob_slice(b));
	outq_add_blob(&u->link->out, b);
}

static void
edition_end(struct edition *e)
{
	for (unsigned i = 0; i < DIALECTS; i++)
		blob_unref(e->bytes[i]);
}

void
notice_room(const struct notice *n, struct room *r, const struct user *but,
    enum audience who)
{
	static const enum level least[] = { LEVEL_NONE, LEVEL_HOST,
		LEVEL_OWNER };
	struct edition e = { .notice = n, .seq = room_waits_for(r) };

	SEAT_EACH(s, r)
	{
		if (s->user != but && s->level >= least[who])
			give(&e, s->user);
	}
	edition_end(&e);
}

void
notice_user(const struct notice *n, struct user *u)
{
	struct edition e = { .notice = n };

	give(&e, u);
	edition_end(&e);
}

void
notice_around(const struct notice *n, struct user *u, bool itself)
{
	struct edition e = { .notice = n };
	uint64_t round = ++u->chat->round;

	u->told = round;
	if (itself)
		give(&e, u);
	LIST_EACH(it, &u->seats) {
		struct seat *own = CONTAINER_OF(it, struct seat, of_user);
		bool hosts = room_audience(own->room, own->level) == TELL_HOSTS;

		SEAT_EACH(s, own->room)
		{
			if (s->user->told == round ||
			    (hosts && s->level < LEVEL_HOST))
				continue;
			s->user->told = round;
			give(&e, s->user);
		}
	}
	edition_end(&e);
}

/* ---- forms ---- */

void
notice_write(const struct ircx_dialect *d, struct buf *b,
    const struct notice *n)
{
	size_t at = b->n;

	user_add_prefix(b, n->who);
	buf_addf(b, " %s", n->verb);
	if (n->room != NULL) {
		buf_add_char(b, ' ');
		ircx_add_room(d, b, room_name(n->room));
	}
	if (n->word.n > 0) {
		buf_add_char(b, ' ');
		buf_add_slice(b, n->word);
	}
	if (n->text.p != NULL) {
		buf_add_text(b, " :");
		buf_add_slice(b, n->text);
	}
	ircx_end_line(b, at);
}

/* A program that says the same to its like means it as it is. */
void
notice_write_said(const struct ircx_dialect *d, struct buf *b,
    const struct notice *n)
{
	struct notice plain = *n;

	if (!ircx_has(d, CHAT_IRCX) && ircx_has(n->who->dialect, CHAT_IRCX))
		plain.text = ircx_unstyled(n->text);
	notice_write(d, b, &plain);
}

/*
 * Controls know a topic as a property, and show it twice when they are told it
 * both ways (field-runs 3.4).  Programs that said IRCX may know either.
 */
void
notice_write_topic(const struct ircx_dialect *d, struct buf *b,
    const struct notice *n)
{
	static const char *const verbs[] = { " PROP ", " TOPIC " };
	unsigned first = ircx_has(d, CHAT_IRCX) ? 0 : 1;
	unsigned last = ircx_has(d, CHAT_CONTROL) ? 0 : 1;

	for (unsigned i = first; i <= last; i++) {
		size_t at = b->n;

		user_add_prefix(b, n->who);
		buf_add_text(b, verbs[i]);
		ircx_add_room(d, b, room_name(n->room));
		buf_add_text(b, i == 0 ? " TOPIC :" : " :");
		room_add_topic(n->room, d, b);
		ircx_end_line(b, at);
	}
}

void
notice_write_ircx(const struct ircx_dialect *d, struct buf *b,
    const struct notice *n)
{
	if (ircx_has(d, CHAT_IRCX))
		notice_write(d, b, n);
}

void
notice_write_level(const struct ircx_dialect *d, struct buf *b,
    const struct notice *n)
{
	size_t at = b->n;

	user_add_prefix(b, n->who);
	buf_add_text(b, " MODE ");
	ircx_add_room(d, b, room_name(n->room));
	buf_addf(b, " %c%c ", n->sign, ircx_level_mode(d, n->level));
	buf_add_slice(b, user_nick(n->other));
	ircx_end_line(b, at);
}

/*
 * Readers without member strings learn of the newcomer's level by a MODE
 * (chat-ircx 9.1).
 */
void
notice_write_join(const struct ircx_dialect *d, struct buf *b,
    const struct notice *n)
{
	struct member_look look = user_look(n->who, n->level);
	struct notice level = *n;
	size_t at = b->n;

	user_add_prefix(b, n->who);
	buf_add_text(b, " JOIN ");
	ircx_add_joined(d, b, &look);
	buf_add_char(b, ':');
	ircx_add_room(d, b, room_name(n->room));
	ircx_end_line(b, at);
	if (ircx_has(d, CHAT_JOINED) || n->level == LEVEL_NONE)
		return;
	level.sign = '+';
	level.other = n->who;
	notice_write_level(d, b, &level);
}
