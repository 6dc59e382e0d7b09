/* SPDX-License-Identifier: MIT */
#include "tests/proto/place.h"

#include "common/base/panic.h"
#include "core/private.h"

#include <stdio.h>
#include <string.h>

static void note(struct place *p, const char *fmt, ...) PRINTF_LIKE(2, 3);

static void
note(struct place *p, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	p->n += (size_t)vsnprintf(p->heard + p->n, sizeof(p->heard) - p->n, fmt,
	    ap);
	va_end(ap);
	assert_true(p->n < sizeof(p->heard));
}

/* Presence is told for all sessions of a shape: here each for itself. */
static struct blob *
encode(const struct event *ev, unsigned shape)
{
	(void)ev;
	(void)shape;
	return blob_new("x", 1);
}

static void
note_presence(struct place *p, const struct event *ev)
{
	struct slice who = account_address(ev->u.presence.who);
	const struct look *look = ev->u.presence.look;

	if (ev->kind == EVENT_GONE)
		note(p, "gone:%c ", who.p[0]);
	else if (ev->kind == EVENT_SEEN)
		note(p, "seen:%c%u ", who.p[0], look->avail);
	else if (look->note == NULL)
		note(p, "note:%c ", who.p[0]);
	else
		note(p, "note:%c=" SLICE_FMT " ", who.p[0],
		    SLICE_ARG(blob_slice(look->note)));
}

/* How often in a row depends on the turns of the loop: once is enough. */
static void
note_self(struct place *p)
{
	if (p->n < 5 || strcmp(p->heard + p->n - 5, "self ") != 0)
		note(p, "self ");
}

static void
note_lists(struct place *p, const struct event *ev)
{
	if (ev->u.lists.who == NULL)
		note(p, "lists ");
	else
		note(p, "lists:%c+%u-%u ", person_address(ev->u.lists.who).p[0],
		    ev->u.lists.added, ev->u.lists.removed);
}

static void
deliver(struct session *s, const struct event *ev, struct blob *bytes)
{
	struct place *p = CONTAINER_OF(s, struct place, session);

	(void)bytes;
	switch (ev->kind) {
	case EVENT_SEEN:
	case EVENT_GONE:
	case EVENT_NOTE:
		note_presence(p, ev);
		break;
	case EVENT_ADDED:
		note(p, "added:%c ", account_address(ev->u.relation.by).p[0]);
		break;
	case EVENT_REMOVED:
		note(p, "removed:%c ", account_address(ev->u.relation.by).p[0]);
		break;
	case EVENT_LISTS:
		note_lists(p, ev);
		break;
	case EVENT_SELF:
		assert_ptr_equal(ev->u.self.account, s->account);
		note_self(p);
		break;
	case EVENT_INVITED:
		memcpy(p->cookie, ev->u.invited.cookie.p,
		    ev->u.invited.cookie.n + 1);
		note(p, "ring:%c ", ev->u.invited.caller.p[0]);
		break;
	case EVENT_ENDED:
		note(p, "ended:%s ",
		    ev->u.ended.why == CLOSE_ELSEWHERE ? "elsewhere" : "else");
		session_close(p->core, s);
		break;
	case EVENT_PROP:
	case EVENT_DATA:
	case EVENT_MAIL:
	case EVENT_MAIL_DELETED:
	case EVENT_NOTICE:
	case EVENT_MAINTENANCE:
	case EVENTS:
		fail();
	}
}

static const struct front place_front = {
	.encode = encode,
	.deliver = deliver,
};

static void
not_again(struct request *rq)
{
	(void)rq;
}

struct account *
place_begin(struct world *w, struct request *rq, const char *address)
{
	struct account *a;
	enum result r;

	request_begin(rq, world_core(w), not_again);
	while ((r = account_get(rq, slice_text(address), &a)) == RESULT_WAIT) {
		world_settle(w);
		list_remove(&rq->waiting);
	}
	assert_int_equal(r, RESULT_OK);
	return a;
}

void
place_open(struct world *w, struct place *p, const char *address, char letter)
{
	struct request rq;
	struct account *a = place_begin(w, &rq, address);

	*p = (struct place){ .core = world_core(w) };
	p->session.front = &place_front;
	if (letter != 0) {
		p->session.endpoint = mem_alloc(sizeof(struct endpoint));
		memset(p->session.endpoint->id, letter, 16);
	}
	session_open(p->core, &p->session, a);
	request_end(&rq);
}

void
place_close(struct place *p)
{
	session_close(p->core, &p->session);
}

static void
each_seen(void *ctx, struct account *who, const struct look *look)
{
	note(ctx, "now:%c%u ", account_address(who).p[0], look->avail);
}

void
place_say(struct world *w, struct place *p, enum availability avail)
{
	p->session.presence.avail = (uint8_t)avail;
	session_endpoint_changed(p->core, &p->session);
	if (!p->session.watching)
		presence_watch(p->core, &p->session, each_seen, p);
	world_settle(w);
}

void
place_note(struct world *w, struct place *p, const char *text)
{
	presence_set_note(&p->session.presence, slice_text(text));
	session_endpoint_changed(p->core, &p->session);
	world_settle(w);
}

void
place_hears(struct world *w, struct place *p, const char *words)
{
	world_settle(w);
	if (p->n > 0)
		p->heard[--p->n] = '\0';
	assert_string_equal(p->heard, words);
	p->heard[0] = '\0';
	p->n = 0;
}

void
place_befriend(struct world *w, const char *a, const char *b)
{
	struct request one, two;
	struct account *from = place_begin(w, &one, a);
	struct account *to = place_begin(w, &two, b);

	assert_int_equal(roster_add_forward(&one, from, to->person, to,
			     slice_make("", 0)),
	    RESULT_OK);
	assert_int_equal(roster_add_privacy(&two, to, from->person, LIST_ALLOW,
			     slice_make("", 0)),
	    RESULT_OK);
	request_end(&one);
	request_end(&two);
	world_settle(w);
}
