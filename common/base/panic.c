/* SPDX-License-Identifier: MIT */
#include "common/base/panic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn void
panic_at(const char *file, int line, const char *what)
{
	(void)fprintf(stderr, "nudge: panic at %s:%d: %s\n", file, line, what);
	abort();
}

void *
mem_alloc(size_t n)
{
	void *p = calloc(1, n ? n : 1);

	ASSERT(p != NULL);
	return p;
}

void *
mem_alloc_array(size_t count, size_t each)
{
	void *p = calloc(count ? count : 1, each);

	ASSERT(p != NULL);
	return p;
}

void *
mem_realloc_array(void *old, size_t count, size_t each)
{
	void *p = reallocarray(old, count ? count : 1, each);

	ASSERT(p != NULL);
	return p;
}

char *
mem_copy_text(const void *p, size_t n)
{
	char *t = mem_alloc(n + 1);

	if (n > 0)
		memcpy(t, p, n);
	return t;
}

void
mem_wipe(void *p, size_t n)
{
	if (n > 0)
		explicit_bzero(p, n);
}

bool
mem_equal_ct(const void *a, const void *b, size_t n)
{
	const volatile unsigned char *x = a;
	const volatile unsigned char *y = b;
	unsigned char diff = 0;

	for (size_t i = 0; i < n; i++)
		diff = (unsigned char)(diff | (x[i] ^ y[i]));
	return diff == 0;
}
