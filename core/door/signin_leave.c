/* SPDX-License-Identifier: MIT */
/*
 * Who signs out.  Cookies are sealed and not kept, so those that were left
 * behind are remembered until they would be over anyway: a few of each account.
 * Beyond those the ones that were given first are forgotten, and with them all
 * end that the account was given until then.  So nobody's signing out costs
 * others anything, and no cookie ever comes back.
 */
#include "common/base/panic.h"
#include "core/door/signin.h"
#include "core/private.h"

#include <stdlib.h>

enum {
	LEFT_EACH = 64,
	LEFT_FIRST = 2
};

struct left_cookie {
	unsigned char nonce[TOKEN_NONCE_BYTES];
	int64_t issued;
};

struct leaver {
	struct map_node node; /* by the account's number */
	struct list age;      /* who signed out last is last */
	int64_t until;        /* by then all of it is over */
	int64_t since;        /* what was given up to then has ended */
	struct left_cookie *all;
	unsigned n, cap;
};

struct leavers {
	struct map by_id;
	struct list by_age;
};

void
signin_start(struct core *c)
{
	c->leavers = mem_alloc(sizeof(*c->leavers));
	map_init_id(&c->leavers->by_id);
	list_init(&c->leavers->by_age);
}

static void
forget(struct leavers *all, struct leaver *l)
{
	map_remove(&all->by_id, &l->node);
	list_remove(&l->age);
	free(l->all);
	free(l);
}

static struct leaver *
first(const struct leavers *all)
{
	if (list_empty(&all->by_age))
		return NULL;
	return CONTAINER_OF(all->by_age.next, struct leaver, age);
}

void
signin_stop(struct core *c)
{
	struct leaver *l;

	while ((l = first(c->leavers)) != NULL)
		forget(c->leavers, l);
	map_free(&c->leavers->by_id);
	free(c->leavers);
	c->leavers = NULL;
}

static struct leaver *
find(const struct core *c, uint64_t account)
{
	struct map_node *n = map_get_id(&c->leavers->by_id, account);

	return n != NULL ? CONTAINER_OF(n, struct leaver, node) : NULL;
}

bool
signin_left(const struct core *c, const struct token *t)
{
	const struct leaver *l = find(c, t->account);

	/* tickets are no cookies: nobody signs out of them */
	if (l == NULL || (token_at(DOOR_SERVICES) & 1u << t->purpose) != 0)
		return false;
	if (t->issued <= l->since)
		return true;
	for (unsigned i = 0; i < l->n; i++)
		if (memcmp(l->all[i].nonce, t->nonce, TOKEN_NONCE_BYTES) == 0)
			return true;
	return false;
}

static struct leaver *
leaver_of(struct core *c, const struct token *t)
{
	struct leavers *all = c->leavers;
	struct leaver *l = find(c, t->account);

	if (l == NULL) {
		l = mem_alloc(sizeof(*l));
		l->since = -1;
		map_put_id(&all->by_id, &l->node, t->account);
	} else {
		list_remove(&l->age);
	}
	list_push(&all->by_age, &l->age);
	return l;
}

/* A place for one more; the cookie that was given first may make it. */
static struct left_cookie *
place(struct leaver *l)
{
	unsigned oldest = 0;

	if (l->n == l->cap && l->cap < LEFT_EACH) {
		l->cap = l->cap ? l->cap * 2 : LEFT_FIRST;
		l->all = mem_realloc_array(l->all, l->cap, sizeof(*l->all));
	}
	if (l->n < l->cap)
		return &l->all[l->n++];
	for (unsigned i = 1; i < l->n; i++)
		if (l->all[i].issued < l->all[oldest].issued)
			oldest = i;
	if (l->all[oldest].issued > l->since)
		l->since = l->all[oldest].issued;
	return &l->all[oldest];
}

void
signin_leave(struct core *c, struct slice cookie)
{
	const unsigned cookies = token_at(DOOR_PAGES) |
	    token_at(DOOR_PAGES_CLEAR) | token_at(DOOR_MAIL) |
	    token_at(DOOR_CHAT_PAGES);
	int64_t now = env_wall(c->env);
	struct left_cookie *gone;
	struct leaver *l;
	struct token t;

	/* all live equally long: those in front are over first */
	while ((l = first(c->leavers)) != NULL && l->until <= now)
		forget(c->leavers, l);
	if (token_open(&c->keys, cookie, cookies, now, &t) != TOKEN_OK ||
	    signin_left(c, &t))
		return;
	l = leaver_of(c, &t);
	if (l->until < now + c->cfg.token_life_s)
		l->until = now + c->cfg.token_life_s;
	gone = place(l);
	memcpy(gone->nonce, t.nonce, TOKEN_NONCE_BYTES);
	gone->issued = t.issued;
}
