/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_FAKE_CLOCK_H
#define NUDGE_FAKE_CLOCK_H
/*
 * An environment whose clock stands still until the test moves it.
 *
 *	struct fake_clock clock;
 *	struct loop *l = loop_new(fake_clock_init(&clock));
 *	clock.ms += 5000;
 *	loop_turn(l);
 */
#include "common/base/env.h"

#include <string.h>

struct fake_clock {
	struct env env;
	uint64_t ms;
	int64_t wall;
	unsigned char random; /* what every random byte is */
};

static inline uint64_t
fake_clock_mono(void *ctx)
{
	return ((const struct fake_clock *)ctx)->ms;
}

static inline int64_t
fake_clock_wall(void *ctx)
{
	return ((const struct fake_clock *)ctx)->wall;
}

static inline void
fake_clock_random(void *ctx, void *out, size_t n)
{
	memset(out, ((const struct fake_clock *)ctx)->random, n);
}

static inline const struct env *
fake_clock_init(struct fake_clock *c)
{
	*c = (struct fake_clock){
		.env = { .mono_ms = fake_clock_mono,
		    .wall = fake_clock_wall,
		    .random = fake_clock_random,
		    .ctx = c },
		.ms = 1000003,
		.wall = 1000000000,
	};
	return &c->env;
}

#endif
