/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_WORK_TURNS_H
#define NUDGE_WORK_TURNS_H
/*
 * Work that waits, in a fair order: those who ask take turns, first as wide
 * networks, then as networks within one of these, then as accounts.  Who is
 * known has a lane of its own, which alternates with that of strangers.  For
 * work.c alone, which locks.
 */
#include "common/net/work.h"

struct turns {
	struct share *lanes[2]; /* strangers, known */
	unsigned count;
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
