/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_MAP_H
#define NUDGE_MAP_H
/*
 * Hash map from bytes or from a 64-bit id to a node embedded in the object.
 * Byte keys are hashed with SipHash and a random key, so a stranger cannot
 * choose collisions.  The map owns nothing: keys live in the objects.
 */
#include "common/base/slice.h"

struct map_node {
	struct map_node *next;
	uint64_t hash;
};

struct map {
	struct map_node **slots;
	size_t nslots; /* power of two, 0 before first use */
	size_t count;
	uint64_t k0, k1;
	struct slice (*key)(const struct map_node *); /* byte keys */
};

/* Byte keys; key() tells the key of a node; seed is 16 random bytes. */
void map_init(struct map *m, struct slice (*key)(const struct map_node *),
    const unsigned char *seed);
/* Id keys (node->hash is the mixed id; ids are unique). */
void map_init_id(struct map *m);
/* Free the table, not the nodes. */
void map_free(struct map *m);

struct map_node *map_get(const struct map *m, struct slice key);
/* The key must not be present. */
void map_put(struct map *m, struct map_node *node);
struct map_node *map_get_id(const struct map *m, uint64_t id);
void map_put_id(struct map *m, struct map_node *node, uint64_t id);
/* The node must be in the map. */
void map_remove(struct map *m, struct map_node *node);

/*
 * Visit every node; the callback may remove the node it is given, nothing
 * else.  Stops when it returns false.
 */
void
map_each(struct map *m, bool (*visit)(struct map_node *, void *), void *ctx);

uint64_t map_siphash(uint64_t k0, uint64_t k1, struct slice s);

#endif
