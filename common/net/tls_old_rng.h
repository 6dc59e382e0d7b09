/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TLS_OLD_RNG_H
#define NUDGE_TLS_OLD_RNG_H
/* Where the old engine's random bytes come from. */
#include "common/base/base.h"

struct tls_old_rng {
	/* 0, or there are none. */
	int (*random)(void *ctx, unsigned char *to, size_t n);
	void *ctx;
};

#endif
