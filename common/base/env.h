/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_ENV_H
#define NUDGE_ENV_H
/*
 * The outside world that tests replace: clocks and randomness.
 */
#include "common/base/base.h"

struct env {
	/* Milliseconds that never go back; start anywhere. */
	uint64_t (*mono_ms)(void *ctx);
	/* Unix time in seconds. */
	int64_t (*wall)(void *ctx);
	/* Unpredictable bytes; never fails. */
	void (*random)(void *ctx, void *out, size_t n);
	void *ctx;
};

/* The real world. */
const struct env *env_real(void);

static inline uint64_t
env_mono_ms(const struct env *e)
{
	return e->mono_ms(e->ctx);
}

static inline int64_t
env_wall(const struct env *e)
{
	return e->wall(e->ctx);
}

static inline void
env_random(const struct env *e, void *out, size_t n)
{
	e->random(e->ctx, out, n);
}

#endif
