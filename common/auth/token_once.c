/* SPDX-License-Identifier: MIT */
#include "common/auth/token.h"

#include "common/base/map.h"
#include "common/base/panic.h"

#include <stdlib.h>

enum {
	FIRST_CAP = 64,
	FIRST_SLOTS = 128,
	NOBODY = 0
};

/* A nonce is kept as its keyed hash: two halves, so that twelve bytes do. */
struct taken {
	uint32_t low, high;
	uint32_t expires; /* Unix seconds: enough until 2106 */
};

/* A ring in the order of taking, and an index with open addressing. */
struct token_once {
	struct taken *ring;
	uint32_t *slots; /* place in the ring plus 1, or NOBODY */
	uint32_t cap, first, count;
	uint32_t nslots; /* power of two */
	int64_t floor;   /* what expires by then may have been forgotten */
	size_t max;
	uint64_t key[2];
};

struct token_once *
token_once_new(const struct env *env, size_t max)
{
	struct token_once *o = mem_alloc(sizeof(*o));

	ASSERT(max > 0 && max <= UINT32_MAX / 4);
	env_random(env, o->key, sizeof(o->key));
	o->max = max;
	return o;
}

void
token_once_free(struct token_once *o)
{
	if (o == NULL)
		return;
	free(o->ring);
	free(o->slots);
	mem_wipe(o, sizeof(*o));
	free(o);
}

/* ---- the index ---- */

static uint64_t
hash_in(const struct token_once *o, uint32_t slot)
{
	const struct taken *t = &o->ring[o->slots[slot] - 1];

	return (uint64_t)t->high << 32 | t->low;
}

/* The slot of this hash, or the free one where it belongs. */
static uint32_t
slot_of(const struct token_once *o, uint64_t hash)
{
	uint32_t mask = o->nslots - 1, at = (uint32_t)hash & mask;

	while (o->slots[at] != NOBODY && hash_in(o, at) != hash)
		at = (at + 1) & mask;
	return at;
}

/* Free the slot; those behind that would have liked it move up. */
static void
slot_free(struct token_once *o, uint32_t hole)
{
	uint32_t mask = o->nslots - 1;

	for (uint32_t at = (hole + 1) & mask; o->slots[at] != NOBODY;
	     at = (at + 1) & mask) {
		uint32_t want = (uint32_t)hash_in(o, at) & mask;

		if (((at - want) & mask) < ((at - hole) & mask))
			continue;
		o->slots[hole] = o->slots[at];
		hole = at;
	}
	o->slots[hole] = NOBODY;
}

static void
slots_rebuild(struct token_once *o)
{
	uint32_t n = o->nslots ? o->nslots : FIRST_SLOTS;

	while (n / 4 * 3 < o->cap)
		n *= 2;
	free(o->slots);
	o->slots = mem_alloc_array(n, sizeof(o->slots[0]));
	o->nslots = n;
	for (uint32_t i = 0; i < o->count; i++) {
		const struct taken *t = &o->ring[i];

		o->slots[slot_of(o, (uint64_t)t->high << 32 | t->low)] = i + 1;
	}
}

/* ---- the ring ---- */

static void
grow(struct token_once *o)
{
	uint32_t cap = o->cap ? o->cap + o->cap / 4 : FIRST_CAP;
	struct taken *ring = mem_alloc_array(cap, sizeof(ring[0]));

	for (uint32_t i = 0; i < o->count; i++)
		ring[i] = o->ring[(o->first + i) % o->cap];
	free(o->ring);
	o->ring = ring;
	o->cap = cap;
	o->first = 0;
	slots_rebuild(o);
}

static void
forget_oldest(struct token_once *o)
{
	const struct taken *t = &o->ring[o->first];

	slot_free(o, slot_of(o, (uint64_t)t->high << 32 | t->low));
	o->first = (o->first + 1) % o->cap;
	o->count--;
}

/*
 * Tokens of one kind live equally long, so the oldest expires first and
 * looking at the front is enough.
 */
static void
make_room(struct token_once *o, int64_t now)
{
	while (o->count > 0 &&
	    (o->ring[o->first].expires <= now || o->count >= o->max)) {
		if (o->ring[o->first].expires > o->floor)
			o->floor = o->ring[o->first].expires;
		forget_oldest(o);
	}
	if (o->count == o->cap)
		grow(o);
}

static uint64_t
hash_of(const struct token_once *o,
    const unsigned char nonce[TOKEN_NONCE_BYTES])
{
	return map_siphash(o->key[0], o->key[1],
	    slice_make(nonce, TOKEN_NONCE_BYTES));
}

static bool
is_taken(const struct token_once *o, uint64_t hash)
{
	return o->count > 0 && o->slots[slot_of(o, hash)] != NOBODY;
}

bool
token_once_taken(const struct token_once *o,
    const unsigned char nonce[TOKEN_NONCE_BYTES])
{
	return is_taken(o, hash_of(o, nonce));
}

bool
token_once_take(struct token_once *o,
    const unsigned char nonce[TOKEN_NONCE_BYTES], int64_t expires, int64_t now)
{
	uint64_t hash;
	uint32_t at;

	if (expires <= now)
		return false;
	if (expires > UINT32_MAX)
		expires = UINT32_MAX;
	/* room is made first: what is forgotten may be this one */
	make_room(o, now);
	if (expires <= o->floor)
		return false;
	hash = hash_of(o, nonce);
	if (is_taken(o, hash))
		return false;
	at = (o->first + o->count) % o->cap;
	o->ring[at] = (struct taken){ .low = (uint32_t)hash,
		.high = (uint32_t)(hash >> 32),
		.expires = (uint32_t)expires };
	o->slots[slot_of(o, hash)] = at + 1;
	o->count++;
	return true;
}
