/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_PENALTY_H
#define NUDGE_PENALTY_H
/*
 * What was done how often of late, such as failed sign-ins; a key's window
 * begins with its first.  Bounded memory; a key is any bytes.
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
/* How often it failed in its window. */
unsigned penalty_count(struct penalty *p, struct slice key);
void penalty_fail(struct penalty *p, struct slice key);
/* One of its failures was none. */
void penalty_take_back(struct penalty *p, struct slice key);
void penalty_forgive(struct penalty *p, struct slice key);

#endif
