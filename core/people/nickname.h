/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_CORE_NICKNAME_H
#define NUDGE_CORE_NICKNAME_H
/*
 * Nicknames that accounts have registered.  To each belongs an id that never
 * changes; whoever presents it, with whatever account, may bear the name (so it
 * was in 2002: seed 001).
 */
#include "core/keep.h"

enum {
	NICKNAME_MAX = 24, /* bytes */
	NICKNAMES_MAX = 3, /* of one account */
	NICKNAME_ID_TEXT = 32 + 2 * NICKNAME_MAX
};

/*
 * Letters, digits, '-' and whatever is no ASCII; a letter first; none that
 * looks like one of those who run the place.
 */
bool nickname_acceptable(struct slice nick);
/* The account that registered it, 0: nobody. */
uint64_t nickname_owner(struct request *rq, struct slice nick);
/* OK; BAD_NAME, ALREADY_THERE (somebody has it), LIST_FULL, STORE_FAILED. */
enum result
nickname_register(struct request *rq, struct account *a, struct slice nick);
/* OK; NOT_THERE (not its own), STORE_FAILED. */
enum result
nickname_give_up(struct request *rq, struct account *a, struct slice nick);
/* The id of one. */
void nickname_add_id(const struct kept *k, struct buf *out);
/* As it was written when it was registered. */
struct slice nickname_text(const struct kept *k);
/* The nickname an id belongs to, or NULL. */
const struct kept *nickname_by_id(struct request *rq, struct slice id);
/* The nicknames of a. */
void nickname_each(struct request *rq, const struct account *a,
    void (*each)(void *ctx, const struct kept *k), void *ctx);

#endif
