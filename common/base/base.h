/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_BASE_H
#define NUDGE_BASE_H
/*
 * Words every file may use.  Nothing here allocates or logs.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARRAY_LEN(a)           (sizeof(a) / sizeof((a)[0]))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define CONTAINER_OF(ptr, type, member) \
	((type *)(void *)((char *)(ptr)-offsetof(type, member)))

static inline size_t
size_min(size_t a, size_t b)
{
	return a < b ? a : b;
}

static inline size_t
size_max(size_t a, size_t b)
{
	return a > b ? a : b;
}

#endif
