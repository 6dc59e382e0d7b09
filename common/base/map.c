/* SPDX-License-Identifier: MIT */
#include "common/base/map.h"

#include "common/base/panic.h"

#include <stdlib.h>

/* SipHash-2-4 (Aumasson and Bernstein), little-endian reads. */
#define ROTL(x, b) (((x) << (b)) | ((x) >> (64 - (b))))
#define SIP_ROUND(v)                                \
	do {                                        \
		(v)[0] += (v)[1];                   \
		(v)[1] = ROTL((v)[1], 13) ^ (v)[0]; \
		(v)[0] = ROTL((v)[0], 32);          \
		(v)[2] += (v)[3];                   \
		(v)[3] = ROTL((v)[3], 16) ^ (v)[2]; \
		(v)[0] += (v)[3];                   \
		(v)[3] = ROTL((v)[3], 21) ^ (v)[0]; \
		(v)[2] += (v)[1];                   \
		(v)[1] = ROTL((v)[1], 17) ^ (v)[2]; \
		(v)[2] = ROTL((v)[2], 32);          \
	} while (0)

uint64_t
map_siphash(uint64_t k0, uint64_t k1, struct slice s)
{
	uint64_t v[4] = { k0 ^ 0x736f6d6570736575u, k1 ^ 0x646f72616e646f6du,
		k0 ^ 0x6c7967656e657261u, k1 ^ 0x7465646279746573u };
	uint64_t tail = (uint64_t)s.n << 56;
	uint64_t m;
	size_t i;

	for (i = 0; i + 8 <= s.n; i += 8) {
		memcpy(&m, s.p + i, 8);
		v[3] ^= m;
		SIP_ROUND(v);
		SIP_ROUND(v);
		v[0] ^= m;
	}
	for (unsigned shift = 0; i < s.n; i++, shift += 8)
		tail |= (uint64_t)(unsigned char)s.p[i] << shift;
	v[3] ^= tail;
	SIP_ROUND(v);
	SIP_ROUND(v);
	v[0] ^= tail;
	v[2] ^= 0xff;
	for (i = 0; i < 4; i++)
		SIP_ROUND(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static uint64_t
mix_id(uint64_t id)
{
	/* a bijection, so equal hashes mean equal ids */
	id ^= id >> 32;
	id *= 0xd6e8feb86659fd93u;
	id ^= id >> 32;
	return id;
}

void
map_init(struct map *m, struct slice (*key)(const struct map_node *),
    const unsigned char *seed)
{
	*m = (struct map){ .key = key };
	memcpy(&m->k0, seed, 8);
	memcpy(&m->k1, seed + 8, 8);
}

void
map_init_id(struct map *m)
{
	*m = (struct map){ 0 };
}

void
map_free(struct map *m)
{
	free(m->slots);
	m->slots = NULL;
	m->nslots = m->count = 0;
}

static void
grow(struct map *m)
{
	size_t n = m->nslots ? m->nslots * 2 : 16;
	struct map_node **slots = mem_alloc_array(n, sizeof(struct map_node *));

	for (size_t i = 0; i < m->nslots; i++) {
		struct map_node *node = m->slots[i];

		while (node != NULL) {
			struct map_node *next = node->next;
			struct map_node **slot = &slots[node->hash & (n - 1)];

			node->next = *slot;
			*slot = node;
			node = next;
		}
	}
	free(m->slots);
	m->slots = slots;
	m->nslots = n;
}

static void
insert(struct map *m, struct map_node *node)
{
	struct map_node **slot;

	if (m->count >= m->nslots)
		grow(m);
	slot = &m->slots[node->hash & (m->nslots - 1)];
	node->next = *slot;
	*slot = node;
	m->count++;
}

struct map_node *
map_get(const struct map *m, struct slice key)
{
	uint64_t hash;

	if (m->nslots == 0)
		return NULL;
	hash = map_siphash(m->k0, m->k1, key);
	for (struct map_node *n = m->slots[hash & (m->nslots - 1)]; n != NULL;
	     n = n->next)
		if (n->hash == hash && slice_eq(m->key(n), key))
			return n;
	return NULL;
}

void
map_put(struct map *m, struct map_node *node)
{
	node->hash = map_siphash(m->k0, m->k1, m->key(node));
	insert(m, node);
}

struct map_node *
map_get_id(const struct map *m, uint64_t id)
{
	uint64_t hash = mix_id(id);

	if (m->nslots == 0)
		return NULL;
	for (struct map_node *n = m->slots[hash & (m->nslots - 1)]; n != NULL;
	     n = n->next)
		if (n->hash == hash)
			return n;
	return NULL;
}

void
map_put_id(struct map *m, struct map_node *node, uint64_t id)
{
	node->hash = mix_id(id);
	insert(m, node);
}

void
map_remove(struct map *m, struct map_node *node)
{
	struct map_node **at;

	ASSERT(m->nslots > 0);
	at = &m->slots[node->hash & (m->nslots - 1)];
	while (*at != node) {
		ASSERT(*at != NULL);
		at = &(*at)->next;
	}
	*at = node->next;
	node->next = NULL;
	m->count--;
}

void
map_each(struct map *m, bool (*visit)(struct map_node *, void *), void *ctx)
{
	for (size_t i = 0; i < m->nslots; i++) {
		struct map_node *node = m->slots[i];

		while (node != NULL) {
			struct map_node *next = node->next;

			if (!visit(node, ctx))
				return;
			node = next;
		}
	}
}
