/* SPDX-License-Identifier: MIT */
#include "common/auth/token.h"

#include "common/base/list.h"
#include "common/base/map.h"
#include "common/base/panic.h"

#include <stdlib.h>

struct taken {
	struct map_node node;
	struct list age;
	int64_t expires;
	unsigned char nonce[TOKEN_NONCE_BYTES];
};

struct token_once {
	struct map taken;
	struct list by_age; /* oldest first */
	size_t max;
};

static struct slice
nonce_of(const struct map_node *n)
{
	const struct taken *t = (const struct taken *)(const void *)n;

	return slice_make(t->nonce, TOKEN_NONCE_BYTES);
}

static void
forget(struct token_once *o, struct taken *t)
{
	map_remove(&o->taken, &t->node);
	list_remove(&t->age);
	free(t);
}

static struct taken *
oldest(struct token_once *o)
{
	if (list_empty(&o->by_age))
		return NULL;
	return CONTAINER_OF(o->by_age.next, struct taken, age);
}

struct token_once *
token_once_new(const struct env *env, size_t max)
{
	struct token_once *o = mem_alloc(sizeof(*o));
	unsigned char seed[16];

	ASSERT(max > 0);
	env_random(env, seed, sizeof(seed));
	map_init(&o->taken, nonce_of, seed);
	mem_wipe(seed, sizeof(seed));
	list_init(&o->by_age);
	o->max = max;
	return o;
}

void
token_once_free(struct token_once *o)
{
	struct taken *t;

	if (o == NULL)
		return;
	while ((t = oldest(o)) != NULL)
		forget(o, t);
	map_free(&o->taken);
	free(o);
}

/*
 * Tokens of one kind live equally long, so the oldest expires first and
 * looking at the front is enough.
 */
static void
make_room(struct token_once *o, int64_t now)
{
	struct taken *t;

	while ((t = oldest(o)) != NULL &&
	    (t->expires <= now || o->taken.count >= o->max))
		forget(o, t);
}

bool
token_once_take(struct token_once *o,
    const unsigned char nonce[TOKEN_NONCE_BYTES], int64_t expires, int64_t now)
{
	struct taken *t;

	if (expires <= now)
		return false;
	if (map_get(&o->taken, slice_make(nonce, TOKEN_NONCE_BYTES)) != NULL)
		return false;
	make_room(o, now);
	t = mem_alloc(sizeof(*t));
	t->expires = expires;
	memcpy(t->nonce, nonce, TOKEN_NONCE_BYTES);
	map_put(&o->taken, &t->node);
	list_push(&o->by_age, &t->age);
	return true;
}
