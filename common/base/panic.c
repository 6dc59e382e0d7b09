/* SPDX-License-Identifier: MIT */
#include "common/base/panic.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

_Noreturn void
panic_at(const char *file, int line, const char *what)
{
	(void)fprintf(stderr, "nudge: panic at %s:%d: %s\n", file, line, what);
	abort();
}

/* ---- the reserve: one of the process, as its memory is ---- */

static struct {
	_Atomic(void *) p;
	size_t n;
	atomic_bool needed;
} reserve;

static bool
reserve_take(void)
{
	void *p = mmap(NULL, reserve.n, PROT_NONE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		return false;
	atomic_store(&reserve.p, p);
	return true;
}

/* False: there is none any more. */
static bool
reserve_give(void)
{
	void *p = atomic_exchange(&reserve.p, NULL);

	if (p == NULL)
		return false;
	atomic_store(&reserve.needed, true);
	(void)munmap(p, reserve.n);
	return true;
}

void
mem_reserve(size_t n)
{
	(void)reserve_give();
	atomic_store(&reserve.needed, false);
	reserve.n = n;
	if (n > 0)
		(void)reserve_take();
}

bool
mem_is_short(void)
{
	return atomic_load_explicit(&reserve.needed, memory_order_relaxed);
}

bool
mem_recover(void)
{
	if (!mem_is_short())
		return true;
	if (!reserve_take())
		return false;
	atomic_store(&reserve.needed, false);
	return true;
}

/* ---- memory ---- */

void *
mem_grow(void *old, size_t n)
{
	void *p = realloc(old, n ? n : 1);

	if (p == NULL && reserve_give())
		p = realloc(old, n ? n : 1);
	return p;
}

void *
mem_alloc(size_t n)
{
	return mem_alloc_array(1, n ? n : 1);
}

void *
mem_alloc_array(size_t count, size_t each)
{
	void *p = calloc(count ? count : 1, each);

	if (p == NULL && reserve_give())
		p = calloc(count ? count : 1, each);
	ASSERT(p != NULL);
	return p;
}

void *
mem_realloc_array(void *old, size_t count, size_t each)
{
	void *p = reallocarray(old, count ? count : 1, each);

	if (p == NULL && reserve_give())
		p = reallocarray(old, count ? count : 1, each);
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
