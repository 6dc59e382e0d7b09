/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TLS_OLD_CT_H
#define NUDGE_TLS_OLD_CT_H
/*
 * Choices without a branch, for values a peer must not learn from the time
 * their handling takes.  A mask is all ones or zero.
 */
#include "common/base/base.h"

/* The compiler must not see that a mask has two values only. */
static inline size_t
ct_hide(size_t v)
{
	__asm__("" : "+r"(v));
	return v;
}

/* Ones when the top bit is set. */
static inline size_t
ct_top(size_t v)
{
	return ct_hide((size_t)0 - (v >> (sizeof(v) * 8 - 1)));
}

static inline size_t
ct_zero(size_t v)
{
	return ~ct_top(v | ((size_t)0 - v));
}

static inline size_t
ct_equal(size_t a, size_t b)
{
	return ct_zero(a ^ b);
}

/* Both below half of what a size_t holds. */
static inline size_t
ct_less(size_t a, size_t b)
{
	return ct_top(a - b);
}

static inline size_t
ct_choose(size_t mask, size_t yes, size_t no)
{
	return (yes & mask) | (no & ~mask);
}

static inline void
ct_copy(size_t mask, unsigned char *to, const unsigned char *from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] = (unsigned char)ct_choose(mask, from[i], to[i]);
}

/* Zero when the bytes are equal. */
static inline size_t
ct_differ(const unsigned char *a, const unsigned char *b, size_t n)
{
	size_t bits = 0;

	for (size_t i = 0; i < n; i++)
		bits |= (size_t)(a[i] ^ b[i]);
	return bits;
}

#endif
