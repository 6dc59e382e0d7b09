/* SPDX-License-Identifier: MIT */
#include "common/base/map.h"
#include "common/base/panic.h"
#include "common/net/listener.h"

#include <stdlib.h>

struct conn_limits {
	struct map groups;
	unsigned total, max_total;
	unsigned max_group;
};

/* Exists while somebody of the group is connected. */
struct conn_group {
	struct map_node node;
	unsigned char key[16];
	unsigned count;
};

static struct conn_group *
group_of(struct map_node *node)
{
	return CONTAINER_OF(node, struct conn_group, node);
}

static struct slice
group_key(const struct map_node *node)
{
	const struct conn_group *g = (const void *)((const char *)node -
	    offsetof(struct conn_group, node));

	return slice_make(g->key, sizeof(g->key));
}

struct conn_limits *
conn_limits_new(const struct env *env, unsigned total, unsigned per_address)
{
	struct conn_limits *c = mem_alloc(sizeof(*c));
	unsigned char seed[16];

	env_random(env, seed, sizeof(seed));
	map_init(&c->groups, group_key, seed);
	conn_limits_set(c, total, per_address);
	return c;
}

static bool
group_drop(struct map_node *node, void *ctx)
{
	map_remove(ctx, node);
	free(group_of(node));
	return true;
}

void
conn_limits_free(struct conn_limits *c)
{
	if (c == NULL)
		return;
	map_each(&c->groups, group_drop, &c->groups);
	map_free(&c->groups);
	free(c);
}

void
conn_limits_set(struct conn_limits *c, unsigned total, unsigned per_address)
{
	c->max_total = total;
	c->max_group = per_address;
}

bool
conn_limits_enter(struct conn_limits *c, const struct addr *peer, int *which)
{
	unsigned char key[16];
	struct map_node *node;
	struct conn_group *g;

	addr_group(peer, key);
	*which = 1;
	if (c->max_total != 0 && c->total >= c->max_total)
		return false;
	node = map_get(&c->groups, slice_make(key, sizeof(key)));
	*which = 0;
	if (node == NULL) {
		g = mem_alloc(sizeof(*g));
		memcpy(g->key, key, sizeof(key));
		map_put(&c->groups, &g->node);
	} else {
		g = group_of(node);
		if (c->max_group != 0 && g->count >= c->max_group)
			return false;
	}
	g->count++;
	c->total++;
	return true;
}

void
conn_limits_leave(struct conn_limits *c, const struct addr *peer)
{
	unsigned char key[16];
	struct map_node *node;
	struct conn_group *g;

	addr_group(peer, key);
	node = map_get(&c->groups, slice_make(key, sizeof(key)));
	ASSERT(node != NULL);
	g = group_of(node);
	c->total--;
	if (--g->count > 0)
		return;
	map_remove(&c->groups, node);
	free(g);
}

unsigned
conn_limits_open(const struct conn_limits *c)
{
	return c->total;
}
