/* SPDX-License-Identifier: MIT */
#include "common/auth/penalty.h"

#include "common/base/list.h"
#include "common/base/map.h"
#include "common/base/panic.h"

#include <limits.h>
#include <stdlib.h>

enum {
	MARK_BYTES = 16
};

/*
 * A key is kept as a mark of it under a secret of this run: keys of strangers
 * may have any length, and nobody can find two with one mark.
 */
struct culprit {
	struct map_node node;
	struct list age;
	uint64_t since_ms; /* the first failure of the window */
	unsigned failures;
	uint64_t mark[2];
};

struct penalty {
	const struct env *env;
	struct map culprits;
	uint64_t secret[4];
	struct list by_age; /* the window that ends first is first */
	size_t max;
	unsigned allowed;
	uint64_t window_ms;
};

static struct slice
mark_of(const struct map_node *n)
{
	const struct culprit *c = (const struct culprit *)(const void *)n;

	return slice_make(c->mark, MARK_BYTES);
}

static void
forget(struct penalty *p, struct culprit *c)
{
	map_remove(&p->culprits, &c->node);
	list_remove(&c->age);
	free(c);
}

static struct culprit *
oldest(struct penalty *p)
{
	if (list_empty(&p->by_age))
		return NULL;
	return CONTAINER_OF(p->by_age.next, struct culprit, age);
}

struct penalty *
penalty_new(const struct env *env, size_t max_keys, unsigned allowed,
    unsigned window_s)
{
	struct penalty *p = mem_alloc(sizeof(*p));
	unsigned char seed[16];

	ASSERT(max_keys > 0 && allowed > 0);
	env_random(env, seed, sizeof(seed));
	map_init(&p->culprits, mark_of, seed);
	env_random(env, p->secret, sizeof(p->secret));
	list_init(&p->by_age);
	p->env = env;
	p->max = max_keys;
	p->allowed = allowed;
	p->window_ms = (uint64_t)window_s * 1000;
	return p;
}

void
penalty_free(struct penalty *p)
{
	struct culprit *c;

	if (p == NULL)
		return;
	while ((c = oldest(p)) != NULL)
		forget(p, c);
	map_free(&p->culprits);
	free(p);
}

void
penalty_allow(struct penalty *p, unsigned allowed)
{
	ASSERT(allowed > 0);
	p->allowed = allowed;
}

/* The windows are equally long, so those that are over stand in front. */
static void
forget_the_past(struct penalty *p)
{
	uint64_t now = env_mono_ms(p->env);
	struct culprit *c;

	while ((c = oldest(p)) != NULL && now - c->since_ms >= p->window_ms)
		forget(p, c);
}

static struct culprit *
find_mark(struct penalty *p, struct slice key, uint64_t mark[2])
{
	struct map_node *n;

	forget_the_past(p);
	mark[0] = map_siphash(p->secret[0], p->secret[1], key);
	mark[1] = map_siphash(p->secret[2], p->secret[3], key);
	n = map_get(&p->culprits, slice_make(mark, MARK_BYTES));
	return n != NULL ? CONTAINER_OF(n, struct culprit, node) : NULL;
}

static struct culprit *
find(struct penalty *p, struct slice key)
{
	uint64_t mark[2];

	return find_mark(p, key, mark);
}

bool
penalty_locked(struct penalty *p, struct slice key)
{
	const struct culprit *c = find(p, key);

	return c != NULL && c->failures >= p->allowed;
}

unsigned
penalty_count(struct penalty *p, struct slice key)
{
	const struct culprit *c = find(p, key);

	return c != NULL ? c->failures : 0;
}

void
penalty_fail(struct penalty *p, struct slice key)
{
	uint64_t mark[2];
	struct culprit *c = find_mark(p, key, mark);

	if (c != NULL) {
		if (c->failures < UINT_MAX)
			c->failures++;
		return;
	}
	if (p->culprits.count >= p->max)
		forget(p, CONTAINER_OF(p->by_age.next, struct culprit, age));
	c = mem_alloc(sizeof(*c));
	c->since_ms = env_mono_ms(p->env);
	c->failures = 1;
	memcpy(c->mark, mark, sizeof(c->mark));
	map_put(&p->culprits, &c->node);
	list_push(&p->by_age, &c->age);
}

void
penalty_take_back(struct penalty *p, struct slice key)
{
	struct culprit *c = find(p, key);

	if (c != NULL && --c->failures == 0)
		forget(p, c);
}

void
penalty_forgive(struct penalty *p, struct slice key)
{
	struct culprit *c = find(p, key);

	if (c != NULL)
		forget(p, c);
}
