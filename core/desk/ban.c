/* SPDX-License-Identifier: MIT */
#include "core/desk/ban.h"

#include "common/base/log.h"
#include "common/base/panic.h"
#include "common/base/utf8.h"
#include "core/private.h"

#include <stdio.h>
#include <stdlib.h>

struct bans {
	struct ban *all;
	size_t n, cap;
	uint64_t seq; /* the last change, which whoever reads them waits for */
};

enum {
	BANS_FIRST = 8 /* that there is room for, once there is one */
};

/* Room for one more behind the last. */
static struct ban *
room(struct bans *v)
{
	if (v->n == v->cap) {
		v->cap = v->cap ? size_min(2 * v->cap, BANS_MAX) : BANS_FIRST;
		v->all = mem_realloc_array(v->all, v->cap, sizeof(*v->all));
	}
	return &v->all[v->n];
}

/* Four bytes for IPv4, sixteen for IPv6. */
static size_t
width(const struct subnet *s)
{
	return s->base.family == 4 ? 4 : 16;
}

/* The one form of it: bits behind the prefix are zero. */
static bool
canonical(struct slice text, struct ban *b)
{
	struct buf out = BUF_INIT(BAN_TEXT_MAX);
	size_t n;
	bool good;

	if (!subnet_parse(&b->network, slice_trim(text)))
		return false;
	n = width(&b->network);
	for (size_t i = 0; i < n; i++) {
		size_t left = b->network.bits > i * 8
		    ? size_min(b->network.bits - i * 8, 8)
		    : 0;

		b->network.base.ip[i] &= (unsigned char)(0xff00u >> left);
	}
	addr_add_ip(&out, &b->network.base);
	if (b->network.bits != n * 8)
		buf_addf(&out, "/%u", b->network.bits);
	good = buf_ok(&out);
	(void)snprintf(b->text, sizeof(b->text), SLICE_FMT,
	    SLICE_ARG(buf_slice(&out)));
	buf_free(&out);
	return good;
}

static bool
over(const struct core *c, const struct ban *b)
{
	return b->ended != 0 || (b->until != 0 && b->until <= env_wall(c->env));
}

void
ban_start(struct core *c)
{
	struct bans *v = c->bans = mem_alloc(sizeof(*v));
	struct store_bans kept;

	if (store_bans_get(c->store, &kept) != 0)
		log_error("bans-not-read", LOG_T("text", "nobody is banned"));
	for (size_t i = 0; i < kept.n && v->n < BANS_MAX; i++) {
		const struct store_ban *row = &kept.all[i];
		struct ban *b = room(v);

		*b = (struct ban){ .since = row->since, .until = row->until };
		(void)snprintf(b->note, sizeof(b->note), SLICE_FMT,
		    SLICE_ARG(slice_upto(row->note, BAN_NOTE_MAX)));
		if (canonical(row->network, b))
			v->n++;
	}
	store_bans_free(&kept);
}

void
ban_stop(struct core *c)
{
	free(c->bans->all);
	free(c->bans);
	c->bans = NULL;
}

void
ban_failed(struct core *c, uint64_t from)
{
	struct bans *v = c->bans;

	if (v->seq >= from)
		v->seq = 0;
	for (size_t i = v->n; i-- > 0;) {
		if (v->all[i].made >= from)
			v->all[i] = v->all[--v->n];
		else if (v->all[i].ended >= from)
			v->all[i].ended = 0;
	}
}

const struct ban *
ban_at(struct request *rq, size_t at)
{
	const struct core *c = rq->core;
	const struct bans *v = c->bans;

	request_saw(rq, v->seq);
	for (size_t i = 0; i < v->n; i++)
		if (!over(c, &v->all[i]) && at-- == 0)
			return &v->all[i];
	return NULL;
}

static struct ban *
find(struct bans *v, const struct ban *like)
{
	for (size_t i = 0; i < v->n; i++)
		if (subnet_eq(&v->all[i].network, &like->network))
			return &v->all[i];
	return NULL;
}

/* Write it down; or that there is none any more. */
static uint64_t
put(struct request *rq, const struct ban *b, bool gone)
{
	struct store_change change = { .kind = STORE_BAN_PUT };
	uint64_t seq;

	change.u.ban.network = slice_text(b->text);
	change.u.ban.note = slice_text(b->note);
	change.u.ban.since = gone ? 0 : b->since;
	change.u.ban.until = b->until;
	seq = store_change(rq->core->store, &change);
	request_saw(rq, seq);
	rq->core->bans->seq = seq;
	return seq;
}

/* Those whose time is over go; those whose end is durable make room. */
static void
sweep(struct request *rq)
{
	struct bans *v = rq->core->bans;

	for (size_t i = v->n; i-- > 0;) {
		struct ban *b = &v->all[i];

		if (b->ended == 0 && over(rq->core, b))
			b->ended = put(rq, b, true);
		else if (b->ended != 0 &&
		    b->ended <= store_committed(rq->core->store))
			*b = v->all[--v->n];
	}
}

static bool
note_acceptable(struct slice note)
{
	for (size_t i = 0; i < note.n; i++)
		if ((unsigned char)note.p[i] < ' ')
			return false;
	return note.n <= BAN_NOTE_MAX && utf8_valid(note);
}

/* Nobody bans the machine itself: proxies and operators come from there. */
static bool
is_here(const struct subnet *s)
{
	struct addr v4, v6;

	return (addr_parse_ip(&v4, SLICE_LIT("127.0.0.1")) &&
		   subnet_has(s, &v4)) ||
	    (addr_parse_ip(&v6, SLICE_LIT("::1")) && subnet_has(s, &v6));
}

enum result
ban_add(struct request *rq, struct slice network, struct slice note,
    int64_t until, const struct ban **out)
{
	struct bans *v = rq->core->bans;
	struct ban b = { .since = env_wall(rq->core->env), .until = until };
	const struct ban *there;

	*out = NULL;
	if (!canonical(network, &b) || is_here(&b.network))
		return RESULT_BAD_ADDRESS;
	if (!note_acceptable(note))
		return RESULT_BAD_VALUE;
	if (!store_writable(rq->core->store))
		return RESULT_STORE_FAILED;
	sweep(rq);
	there = find(v, &b);
	if (there != NULL)
		return there->ended != 0 ? RESULT_BUSY : RESULT_ALREADY_THERE;
	if (v->n == BANS_MAX)
		return RESULT_LIST_FULL;
	(void)snprintf(b.note, sizeof(b.note), SLICE_FMT, SLICE_ARG(note));
	b.made = put(rq, &b, false);
	*out = room(v);
	v->all[v->n++] = b;
	return RESULT_OK;
}

enum result
ban_lift(struct request *rq, struct slice network)
{
	struct ban like, *b;

	if (!canonical(network, &like))
		return RESULT_BAD_ADDRESS;
	if (!store_writable(rq->core->store))
		return RESULT_STORE_FAILED;
	b = find(rq->core->bans, &like);
	if (b == NULL || over(rq->core, b))
		return RESULT_NOT_THERE;
	b->ended = put(rq, b, true);
	return RESULT_OK;
}

bool
ban_has(const struct core *c, const struct addr *peer)
{
	const struct bans *v = c->bans;

	for (size_t i = 0; i < v->n; i++)
		if (subnet_has(&v->all[i].network, peer) &&
		    !over(c, &v->all[i]))
			return true;
	return false;
}
