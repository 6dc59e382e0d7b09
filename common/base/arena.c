/* SPDX-License-Identifier: MIT */
#include "common/base/arena.h"

#include "common/base/panic.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	ARENA_BLOCK = 4096
};

struct arena_block {
	struct arena_block *next;
	size_t cap;
	size_t used;
	alignas(max_align_t) char p[];
};

void
arena_init(struct arena *a, size_t max)
{
	*a = (struct arena){ .max = max };
}

static struct arena_block *
block_with_room(struct arena *a, size_t n)
{
	struct arena_block *b = a->head;
	size_t cap = size_max(n, ARENA_BLOCK);

	if (b != NULL && n <= b->cap - b->used)
		return b;
	b = mem_grow(NULL, sizeof(*b) + cap);
	if (b == NULL)
		return NULL;
	*b = (struct arena_block){ .next = a->head, .cap = cap };
	a->head = b;
	return b;
}

void *
arena_alloc(struct arena *a, size_t n)
{
	const size_t align = alignof(max_align_t);
	struct arena_block *b;
	size_t room;
	void *p;

	if (n > a->max - a->used)
		return NULL;
	room = (n + align - 1) / align * align;
	b = block_with_room(a, room);
	if (b == NULL)
		return NULL;
	p = b->p + b->used;
	b->used += room;
	a->used += n;
	memset(p, 0, n);
	return p;
}

struct slice
arena_copy(struct arena *a, struct slice s)
{
	char *p = arena_alloc(a, s.n + 1);

	if (p == NULL)
		return (struct slice){ 0 };
	if (s.n > 0)
		memcpy(p, s.p, s.n);
	return slice_make(p, s.n);
}

struct slice
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	ASSERT(n >= 0);
	p = arena_alloc(a, (size_t)n + 1);
	if (p == NULL)
		return (struct slice){ 0 };
	va_start(ap, fmt);
	n = vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return slice_make(p, (size_t)n);
}

void
arena_reset(struct arena *a)
{
	struct arena_block *keep = NULL;

	while (a->head != NULL) {
		struct arena_block *b = a->head;

		a->head = b->next;
		if (keep == NULL && b->cap == ARENA_BLOCK) {
			keep = b;
			continue;
		}
		free(b);
	}
	if (keep != NULL) {
		keep->next = NULL;
		keep->used = 0;
	}
	a->head = keep;
	a->used = 0;
}

void
arena_free(struct arena *a)
{
	arena_reset(a);
	free(a->head);
	a->head = NULL;
}
