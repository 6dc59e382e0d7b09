/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TIMER_H
#define NUDGE_TIMER_H
/*
 * The timer wheel inside the loop: four levels of 64 slots, the lowest 50 ms
 * wide, each next one 64 times as wide.  Starting and stopping cost the same
 * whatever the number of timers; timers far ahead are moved down a level at
 * most three times.
 */
#include "common/net/loop.h"

enum {
	TIMER_TICK_MS = 50,
	TIMER_LEVELS = 4,
	TIMER_SLOTS = 64
};

struct timer_wheel {
	uint64_t tick; /* everything due up to it has fired */
	struct list slots[TIMER_LEVELS][TIMER_SLOTS];
	/* Bit n clear: slot n is empty.  Set: it may be. */
	uint64_t used[TIMER_LEVELS];
};

void timer_wheel_init(struct timer_wheel *w, uint64_t now_ms);
/* t is in no wheel. */
void timer_wheel_add(struct timer_wheel *w, struct timer *t, uint64_t due_ms);
void timer_wheel_advance(struct timer_wheel *w, uint64_t now_ms);
/* When to advance next at the latest; UINT64_MAX: no timer runs. */
uint64_t timer_wheel_next(struct timer_wheel *w);

#endif
