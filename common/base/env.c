/* SPDX-License-Identifier: MIT */
#include "common/base/env.h"

#include "common/base/panic.h"

#include <sys/random.h>
#include <time.h>

static uint64_t
real_mono_ms(void *ctx)
{
	struct timespec t;

	(void)ctx;
	ASSERT(clock_gettime(CLOCK_MONOTONIC, &t) == 0);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static int64_t
real_wall(void *ctx)
{
	(void)ctx;
	return (int64_t)time(NULL);
}

static void
real_random(void *ctx, void *out, size_t n)
{
	char *p = out;

	(void)ctx;
	while (n > 0) {
		/* up to 256 bytes are never cut short */
		size_t part = size_min(n, 256);

		ASSERT(getrandom(p, part, 0) == (ssize_t)part);
		p += part;
		n -= part;
	}
}

const struct env *
env_real(void)
{
	static const struct env real = { .mono_ms = real_mono_ms,
		.wall = real_wall,
		.random = real_random };

	return &real;
}
