/* SPDX-License-Identifier: MIT */
#include "common/auth/penalty.h"

#include "common/base/list.h"
#include "common/base/map.h"
#include "common/base/panic.h"
#include "common/codec/digest.h"

#include <limits.h>
#include <stdlib.h>

enum {
	MARK_BYTES = SHA256_BYTES,
	KEY_MOST = MARK_BYTES - 1,
	DIGESTED = 255 /* in place of a length */
};

/*
 * A short key is kept as it is, with its length behind it; a longer one as its
 * digest: keys of strangers may have any length.
 */
struct culprit {
	struct map_node node;
	struct list age;
	uint64_t since_ms; /* the first failure of the window */
	unsigned failures;
	unsigned char mark[MARK_BYTES];
};

struct penalty {
	const struct env *env;
	struct map culprits;
	struct list by_age; /* the window that ends first is first */
	size_t max;
	unsigned allowed;
	uint64_t window_ms;
};

static struct slice
mark_of(const struct map_node *n)
{
	const struct culprit *c = (const struct culprit *)(const void *)n;

	return slice_make(c->mark, sizeof(c->mark));
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

static void
make_mark(struct slice key, unsigned char mark[MARK_BYTES])
{
	if (key.n > KEY_MOST) {
		digest_sha256(&key, 1, mark);
		mark[KEY_MOST] = DIGESTED;
		return;
	}
	memset(mark, 0, MARK_BYTES);
	if (key.n > 0)
		memcpy(mark, key.p, key.n);
	mark[KEY_MOST] = (unsigned char)key.n;
}

static struct culprit *
find_mark(struct penalty *p, struct slice key, unsigned char mark[MARK_BYTES])
{
	struct map_node *n;

	forget_the_past(p);
	make_mark(key, mark);
	n = map_get(&p->culprits, slice_make(mark, MARK_BYTES));
	return n != NULL ? CONTAINER_OF(n, struct culprit, node) : NULL;
}

static struct culprit *
find(struct penalty *p, struct slice key)
{
	unsigned char mark[MARK_BYTES];

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
	unsigned char mark[MARK_BYTES];
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
