/* SPDX-License-Identifier: MIT */
#include "common/auth/verifier.h"

#include "common/base/panic.h"

#include <stdlib.h>

enum {
	FIRST_CAP = 64,
	LOOK_AT = 8 /* the least used of so many is forgotten */
};

void
verifiers_init(struct verifiers *v, size_t max)
{
	ASSERT(max <= UINT32_MAX / 4);
	*v = (struct verifiers){ .max = max };
}

void
verifiers_free(struct verifiers *v)
{
	if (v->all != NULL)
		mem_wipe(v->all, v->cap * sizeof(v->all[0]));
	free(v->all);
	*v = (struct verifiers){ 0 };
}

static uint32_t
home(const struct verifiers *v, uint64_t account)
{
	uint64_t mixed = account * 0x9e3779b97f4a7c15u;

	return (uint32_t)((mixed >> 32) * v->cap >> 32);
}

static uint32_t
next(const struct verifiers *v, uint32_t at)
{
	return at + 1 < v->cap ? at + 1 : 0;
}

/* How far behind from at lies. */
static uint32_t
distance(const struct verifiers *v, uint32_t from, uint32_t at)
{
	return at >= from ? at - from : at + v->cap - from;
}

/* Where the account is, or would be. */
static struct verifier *
place(const struct verifiers *v, uint64_t account)
{
	uint32_t at = home(v, account);

	while (v->all[at].used != 0 && v->all[at].account != account)
		at = next(v, at);
	return &v->all[at];
}

struct verifier *
verifier_find(const struct verifiers *v, uint64_t account)
{
	struct verifier *one = v->cap > 0 ? place(v, account) : NULL;

	return one != NULL && one->used != 0 ? one : NULL;
}

void
verifier_used(struct verifiers *v, struct verifier *one)
{
	if (++v->clock == 0)
		v->clock = 1;
	one->used = v->clock;
}

/* Free this place; those behind that would have liked it move up. */
static void
drop(struct verifiers *v, uint32_t hole)
{
	for (uint32_t at = next(v, hole); v->all[at].used != 0;
	     at = next(v, at)) {
		uint32_t want = home(v, v->all[at].account);

		if (distance(v, want, at) < distance(v, hole, at))
			continue;
		v->all[hole] = v->all[at];
		hole = at;
	}
	mem_wipe(&v->all[hole], sizeof(v->all[hole]));
	v->count--;
}

static void
forget_one(struct verifiers *v)
{
	uint32_t seen = 0, worst = 0, age = 0;

	for (uint32_t i = 0; i < v->cap && seen < LOOK_AT; i++) {
		const struct verifier *one = &v->all[v->hand];

		if (one->used != 0 &&
		    (seen++ == 0 || v->clock - one->used > age)) {
			worst = v->hand;
			age = v->clock - one->used;
		}
		v->hand = next(v, v->hand);
	}
	ASSERT(seen > 0);
	drop(v, worst);
}

static void
grow(struct verifiers *v)
{
	struct verifiers old = *v;

	v->cap = old.cap ? old.cap + old.cap / 4 : FIRST_CAP;
	v->all = mem_alloc_array(v->cap, sizeof(v->all[0]));
	v->hand = 0;
	for (uint32_t i = 0; i < old.cap; i++)
		if (old.all[i].used != 0)
			*place(v, old.all[i].account) = old.all[i];
	verifiers_free(&old);
}

void
verifier_put(struct verifiers *v, uint64_t account, uint32_t epoch,
    uint64_t proof)
{
	struct verifier *one = verifier_find(v, account);

	if (v->max == 0)
		return;
	if (one == NULL) {
		if (v->count >= v->max)
			forget_one(v);
		/* four of five places at most are taken */
		if (v->count >= v->cap / 5 * 4)
			grow(v);
		v->count++;
		one = place(v, account);
	}
	one->account = account;
	one->epoch = epoch;
	one->proof = proof;
	verifier_used(v, one);
}
