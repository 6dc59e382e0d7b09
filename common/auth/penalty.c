/* SPDX-License-Identifier: MIT */
#include "common/auth/penalty.h"

#include "common/base/list.h"
#include "common/base/map.h"
#include "common/base/panic.h"

#include <limits.h>
#include <stdlib.h>

/*
 * A key is kept as a hash with a secret of this process: nobody can choose two
 * that are taken for one, and there are many culprits, of few bytes each.
 */
struct culprit {
	struct map_node node; /* by that hash */
	struct list age;
	uint32_t since; /* the first failure of the window, in ticks */
	unsigned failures;
};

enum {
	TICK_MS = 8 /* a year of them is counted */
};

struct penalty {
	const struct env *env;
	uint64_t secret[2];
	struct map culprits;
	struct list by_age; /* the window that ends first is first */
	size_t max;
	unsigned allowed;
	uint32_t window; /* ticks */
};

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

	ASSERT(max_keys > 0 && allowed > 0);
	env_random(env, p->secret, sizeof(p->secret));
	map_init_id(&p->culprits);
	list_init(&p->by_age);
	p->env = env;
	p->max = max_keys;
	p->allowed = allowed;
	p->window = (uint32_t)((uint64_t)window_s * 1000 / TICK_MS);
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

static uint32_t
tick_now(const struct penalty *p)
{
	return (uint32_t)(env_mono_ms(p->env) / TICK_MS);
}

/* The windows are equally long, so those that are over stand in front. */
static void
forget_the_past(struct penalty *p)
{
	uint32_t now = tick_now(p);
	struct culprit *c;

	while ((c = oldest(p)) != NULL && now - c->since >= p->window)
		forget(p, c);
}

static uint64_t
hash_of(const struct penalty *p, struct slice key)
{
	return map_siphash(p->secret[0], p->secret[1], key);
}

static struct culprit *
find(struct penalty *p, struct slice key)
{
	struct map_node *n;

	forget_the_past(p);
	n = map_get_id(&p->culprits, hash_of(p, key));
	return n != NULL ? CONTAINER_OF(n, struct culprit, node) : NULL;
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
	struct culprit *c = find(p, key);

	if (c != NULL) {
		if (c->failures < UINT_MAX)
			c->failures++;
		return;
	}
	if (p->culprits.count >= p->max)
		forget(p, CONTAINER_OF(p->by_age.next, struct culprit, age));
	c = mem_alloc(sizeof(*c));
	c->since = tick_now(p);
	c->failures = 1;
	map_put_id(&p->culprits, &c->node, hash_of(p, key));
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
