/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_CORE_KEEP_H
#define NUDGE_CORE_KEEP_H
/*
 * Things that belong to an account and have a name which nobody else's of that
 * kind may have.  An account has few, so all of them are in memory.  What they
 * hold is the keeper's own matter.
 */
#include "core/account.h"

enum keep_kind {
	KEEP_NICKNAME = 1, /* see nickname.h */
	KEEP_ROOM = 2      /* a chat room with all that is set of it */
};

enum {
	KEEP_NAME_MAX = 255,
	KEEP_VALUE_MAX = 128 * 1024
};

struct kept {
	struct map_node node;
	uint64_t owner; /* account id */
	uint64_t born;  /* its first change; 0: of an earlier run */
	uint64_t seq;   /* its last change */
	struct blob *value;
	uint16_t n;
	char key[]; /* n bytes: the kind, then the name */
};

static inline struct slice
kept_name(const struct kept *k)
{
	return slice_make(k->key + 1, k->n - 1u);
}

/* NULL when there is none. */
struct kept *
keep_find(const struct core *c, enum keep_kind kind, struct slice name);
/* How many of this kind the account has. */
unsigned
keep_count(struct core *c, enum keep_kind kind, const struct account *a);
/*
 * Put a new one or another value of the old, which keeps its owner.  OK with
 * *out, or STORE_FAILED while the store refuses writes.  Whoever is told waits
 * for its seq.
 */
enum result keep_put(struct core *c, enum keep_kind kind, struct slice name,
    uint64_t owner, struct slice value, struct kept **out);
/* The number of the change; 0 when there was nothing, or no writing. */
uint64_t keep_delete(struct core *c, struct kept *k);
void keep_each(struct core *c, enum keep_kind kind,
    void (*each)(void *ctx, const struct kept *k), void *ctx);

#endif
