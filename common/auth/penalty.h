/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_PENALTY_H
#define NUDGE_PENALTY_H
/*
 * Failed sign-ins, counted per address group and per account.  Ten failures
 * within a minute lock the pair out for the rest of it (passport 13 #35: the
 * 11th gets failed-noretry).  Bounded memory; a key is any bytes.
 */
#include "common/base/env.h"
#include "common/base/slice.h"

struct penalty;

struct penalty *penalty_new(const struct env *env, size_t max_keys,
    unsigned allowed, unsigned window_s);
void penalty_free(struct penalty *p);
/* From now on; who is counted stays counted. */
void penalty_allow(struct penalty *p, unsigned allowed);
/* True when the key has used up its attempts for now. */
bool penalty_locked(struct penalty *p, struct slice key);
void penalty_fail(struct penalty *p, struct slice key);
/* One of its failures was none. */
void penalty_take_back(struct penalty *p, struct slice key);
void penalty_forgive(struct penalty *p, struct slice key);

#endif
