/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_CORE_KEEP_H
#define NUDGE_CORE_KEEP_H
/*
 * Things that belong to an account and have a name which nobody else's of that
 * kind may have.  An account has few, so all of them are in memory.  What they
 * hold is the keeper's own matter.
 *
 * Whoever asks does so for a request, and that waits for what it saw: for the
 * last change of each, and where there is none for the last that went.
 */
#include "core/people/account.h"

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
keep_find(struct request *rq, enum keep_kind kind, struct slice name);
/* How many of this kind the account has. */
unsigned
keep_count(struct request *rq, enum keep_kind kind, const struct account *a);
/*
 * Put a new one or another value of the old, which keeps its owner.  OK with
 * *out, or STORE_FAILED while the store refuses writes.
 */
enum result keep_put(struct request *rq, enum keep_kind kind, struct slice name,
    uint64_t owner, struct slice value, struct kept **out);
/* False when there is no writing. */
bool keep_delete(struct request *rq, struct kept *k);
void keep_each(struct request *rq, enum keep_kind kind,
    void (*each)(void *ctx, const struct kept *k), void *ctx);

/*
 * For who keeps a copy of its own: is it kept, and whom it tells of the copy
 * waits for this number; 0: for nothing.
 */
bool keep_has(const struct core *c, enum keep_kind kind, struct slice name);
uint64_t
keep_waits_for(const struct core *c, enum keep_kind kind, struct slice name);
/* What an earlier run left: before anything has changed. */
void keep_restore(struct core *c, enum keep_kind kind,
    void (*each)(void *ctx, const struct kept *k), void *ctx);

#endif
