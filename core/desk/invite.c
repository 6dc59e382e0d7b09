/* SPDX-License-Identifier: MIT */
#include "core/desk/invite.h"

#include "common/base/panic.h"
#include "core/people/account.h"
#include "core/private.h"

#include <stdlib.h>

enum {
	PART = 4 /* letters between two dashes */
};

/* None that looks like another; 59 bits in all. */
static const char alphabet[] = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";

struct invites {
	struct store_invites ask;
	struct core *core;
	struct list waiting;
	struct invite *all; /* INVITES_MAX; NULL: not loaded */
	size_t n;
	uint64_t seq; /* the last change */
	bool loading;
};

void
invite_start(struct core *c)
{
	c->invites = mem_alloc(sizeof(*c->invites));
	c->invites->core = c;
	list_init(&c->invites->waiting);
}

static void
forget(struct invites *v)
{
	free(v->all);
	v->all = NULL;
	v->n = 0;
}

void
invite_stop(struct core *c)
{
	ASSERT(!c->invites->loading);
	forget(c->invites);
	free(c->invites);
	c->invites = NULL;
}

void
invite_failed(struct core *c, uint64_t from)
{
	if (c->invites->seq < from)
		return;
	/* changes were lost: what is on disk counts, and is durable */
	forget(c->invites);
	c->invites->seq = 0;
}

/* ---- loading ---- */

static void
keep(struct invites *v)
{
	v->all = mem_alloc_array(INVITES_MAX, sizeof(v->all[0]));
	for (size_t i = 0; i < v->ask.n && v->n < INVITES_MAX; i++) {
		const struct store_invite *row = &v->ask.all[i];
		struct invite *one = &v->all[v->n];

		if (row->code.n != INVITE_TEXT || row->uses == 0)
			continue;
		memcpy(one->code, row->code.p, INVITE_TEXT);
		one->uses = row->uses;
		one->expires = row->expires;
		v->n++;
	}
}

static void
loaded(struct store_invites *ask, enum store_outcome how)
{
	struct invites *v = CONTAINER_OF(ask, struct invites, ask);
	struct list now;

	v->loading = false;
	if (how == STORE_FOUND)
		keep(v);
	store_invites_free(&v->ask);
	/* whoever runs again may wait here anew */
	list_init(&now);
	list_splice(&now, &v->waiting);
	while (!list_empty(&now)) {
		struct request *rq =
		    CONTAINER_OF(now.next, struct request, waiting);

		if (how != STORE_FOUND)
			rq->store_failed = true;
		request_wake(rq);
	}
}

static enum result
ready(struct request *rq)
{
	struct invites *v = rq->core->invites;

	if (rq->store_failed)
		return RESULT_STORE_FAILED;
	if (v->all != NULL) {
		request_saw(rq, v->seq);
		return RESULT_OK;
	}
	if (!v->loading) {
		v->loading = true;
		v->ask = (struct store_invites){ .done = loaded };
		store_invites(rq->core->store, &v->ask);
	}
	return request_wait(rq, &v->waiting);
}

enum result
invite_all(struct request *rq, const struct invite **all, size_t *n)
{
	enum result r = ready(rq);

	*all = r == RESULT_OK ? rq->core->invites->all : NULL;
	*n = r == RESULT_OK ? rq->core->invites->n : 0;
	return r;
}

/* ---- changes ---- */

/* Write it down; one without uses goes. */
static void
put(struct request *rq, struct invite *i)
{
	struct invites *v = rq->core->invites;
	struct store_change change = { .kind = STORE_INVITE_PUT };

	change.u.invite.code = slice_make(i->code, INVITE_TEXT);
	change.u.invite.uses = i->uses;
	change.u.invite.expires = i->expires;
	v->seq = store_change(rq->core->store, &change);
	request_saw(rq, v->seq);
	if (i->uses == 0)
		*i = v->all[--v->n];
}

static void
drop_expired(struct request *rq)
{
	struct invites *v = rq->core->invites;
	int64_t now = env_wall(rq->core->env);

	for (size_t i = v->n; i-- > 0;) {
		if (v->all[i].expires > now)
			continue;
		v->all[i].uses = 0;
		put(rq, &v->all[i]);
	}
}

static void
add_code(const struct env *env, char out[INVITE_TEXT + 1])
{
	size_t n = 0;

	while (n < INVITE_TEXT) {
		unsigned char c;

		if (n % (PART + 1) == PART) {
			out[n++] = '-';
			continue;
		}
		env_random(env, &c, 1);
		c &= 31;
		if (c < sizeof(alphabet) - 1)
			out[n++] = alphabet[c];
	}
	out[n] = '\0';
}

enum result
invite_make(struct request *rq, uint32_t uses, int64_t expires,
    const struct invite **out)
{
	struct invites *v = rq->core->invites;
	enum result r = ready(rq);
	struct invite *one;

	*out = NULL;
	if (r == RESULT_OK)
		r = account_writable(rq->core);
	if (r != RESULT_OK)
		return r;
	ASSERT(uses > 0);
	drop_expired(rq);
	if (v->n == INVITES_MAX)
		return RESULT_LIST_FULL;
	one = &v->all[v->n++];
	add_code(rq->core->env, one->code);
	one->uses = uses;
	one->expires = expires;
	put(rq, one);
	*out = one;
	return RESULT_OK;
}

/* As it is kept; false when it cannot be one. */
static bool
canonical(struct slice in, char out[INVITE_TEXT + 1])
{
	size_t n = 0;

	for (size_t i = 0; i < in.n; i++) {
		char c = in.p[i];

		if (c == '-' || c == ' ' || c == '\t')
			continue;
		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if (c == '\0' || strchr(alphabet, c) == NULL)
			return false;
		if (n % (PART + 1) == PART && n < INVITE_TEXT)
			out[n++] = '-';
		if (n == INVITE_TEXT)
			return false;
		out[n++] = c;
	}
	out[n] = '\0';
	return n == INVITE_TEXT;
}

/* Of any age; NULL when there is none. */
static struct invite *
look(const struct invites *v, struct slice code)
{
	char key[INVITE_TEXT + 1];

	if (!canonical(code, key))
		return NULL;
	for (size_t i = 0; i < v->n; i++)
		if (memcmp(v->all[i].code, key, INVITE_TEXT) == 0)
			return &v->all[i];
	return NULL;
}

enum result
invite_find(struct request *rq, struct slice code, struct invite **out)
{
	enum result r = ready(rq);

	*out = NULL;
	if (r != RESULT_OK)
		return r;
	*out = look(rq->core->invites, code);
	if (*out != NULL && (*out)->expires > env_wall(rq->core->env))
		return RESULT_OK;
	*out = NULL;
	return RESULT_BAD_PASS;
}

void
invite_use(struct request *rq, struct invite *i)
{
	ASSERT(i->uses > 0);
	i->uses--;
	put(rq, i);
}

enum result
invite_revoke(struct request *rq, struct slice code)
{
	enum result r = ready(rq);
	struct invite *i;

	if (r == RESULT_OK)
		r = account_writable(rq->core);
	if (r != RESULT_OK)
		return r;
	i = look(rq->core->invites, code);
	if (i == NULL)
		return RESULT_NOT_THERE;
	i->uses = 0;
	put(rq, i);
	return RESULT_OK;
}
