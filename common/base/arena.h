/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_ARENA_H
#define NUDGE_ARENA_H
/*
 * Scratch memory that vanishes with the request.  A ceiling stops a request
 * that would eat the machine: then the arena is "full" and returns NULL.
 */
#include "common/base/slice.h"

struct arena_block;

struct arena {
	struct arena_block *head;
	size_t used;
	size_t max;
};

void arena_init(struct arena *a, size_t max);
/* Zeroed, aligned for anything; NULL beyond the ceiling. */
void *arena_alloc(struct arena *a, size_t n);
/* A NUL-terminated copy; p is NULL beyond the ceiling. */
struct slice arena_copy(struct arena *a, struct slice s);
struct slice
arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Forget everything; one block is kept for the next request. */
void arena_reset(struct arena *a);
void arena_free(struct arena *a);

#endif
