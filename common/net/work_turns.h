/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_WORK_TURNS_H
#define NUDGE_WORK_TURNS_H
/*
 * Work that waits, in a fair order, first among wide networks, then among the
 * networks within one of these, then among accounts: whoever had least done
 * lately comes next, and equals take turns.  So who asks once waits for no more
 * than the work that runs, however many ask all the time.  Who is known has a
 * lane of its own, which alternates with that of strangers.  For work.c alone,
 * which locks.
 */
#include "common/net/work.h"

struct turns {
	struct share *lanes[2]; /* strangers, known */
	unsigned count;
	unsigned done; /* since what was done was last halved */
	bool known_next;
};

void turns_init(struct turns *t);
/* Nothing waits any more. */
void turns_free(struct turns *t);
void turns_add(struct turns *t, struct work *w);
/* Whose turn it is; count must not be 0. */
struct work *turns_next(struct turns *t);
/*
 * There is no room for w: take out, for its sake, the last work of whoever has
 * most waiting, and clearly more than w's own; NULL when nobody has.
 */
struct work *turns_give_way(struct turns *t, const struct work *w);

#endif
