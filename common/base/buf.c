/* SPDX-License-Identifier: MIT */
#include "common/base/buf.h"

#include "common/base/num.h"
#include "common/base/panic.h"

#include <stdio.h>
#include <stdlib.h>

void
buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){ .max = max };
}

void
buf_free(struct buf *b)
{
	free(b->p);
	*b = (struct buf){ .max = b->max };
}

void
buf_reset(struct buf *b)
{
	b->n = 0;
	b->failed = false;
}

bool
buf_reserve(struct buf *b, size_t extra)
{
	size_t want, cap;
	char *p;

	if (b->failed)
		return false;
	if (extra > b->max - b->n) {
		b->failed = true;
		return false;
	}
	want = b->n + extra;
	if (want <= b->cap)
		return true;
	cap = b->cap ? b->cap : 64;
	while (cap < want)
		cap += cap;
	cap = size_min(cap, b->max);
	p = mem_grow(b->p, cap);
	if (p == NULL) {
		b->failed = true;
		return false;
	}
	b->p = p;
	b->cap = cap;
	return true;
}

static void
add_growing(struct buf *b, const void *p, size_t n)
{
	if (n == 0 || !buf_reserve(b, n))
		return;
	memcpy(b->p + b->n, p, n);
	b->n += n;
}

/* Answers are made of thousands of pieces: each costs a look and a copy. */
void
buf_add(struct buf *b, const void *p, size_t n)
{
	/* nothing goes the long way, too: p may be NULL then */
	if (b->failed || n - 1 >= b->cap - b->n) {
		add_growing(b, p, n);
		return;
	}
	memcpy(b->p + b->n, p, n);
	b->n += n;
}

void
buf_add_slice(struct buf *b, struct slice s)
{
	buf_add(b, s.p, s.n);
}

void
buf_add_text(struct buf *b, const char *text)
{
	buf_add(b, text, strlen(text));
}

void
buf_add_char(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void
buf_add_u64(struct buf *b, uint64_t v)
{
	char digits[NUM_MAX_DIGITS];

	buf_add(b, digits, num_format_u64(v, digits));
}

void
buf_add_i64(struct buf *b, int64_t v)
{
	if (v < 0) {
		buf_add_char(b, '-');
		buf_add_u64(b, (uint64_t)0 - (uint64_t)v);
	} else {
		buf_add_u64(b, (uint64_t)v);
	}
}

char *
buf_extend(struct buf *b, size_t n)
{
	if (n == 0 || !buf_reserve(b, n))
		return NULL;
	b->n += n;
	return b->p + b->n - n;
}

void
buf_add_again(struct buf *b, size_t at, size_t n)
{
	char *to;

	ASSERT(at <= b->n && n <= b->n - at);
	to = buf_extend(b, n);
	if (to != NULL)
		memcpy(to, b->p + at, n);
}

void
buf_vaddf(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	int need;

	va_copy(again, ap);
	need = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	ASSERT(need >= 0);
	/* one more for the NUL that vsnprintf insists on */
	if (!buf_reserve(b, (size_t)need) || !buf_reserve(b, (size_t)need + 1))
		return;
	need = vsnprintf(b->p + b->n, (size_t)need + 1, fmt, ap);
	b->n += (size_t)need;
}

void
buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(b, fmt, ap);
	va_end(ap);
}

void
buf_consume(struct buf *b, size_t n)
{
	n = size_min(n, b->n);
	if (n > 0 && n < b->n)
		memmove(b->p, b->p + n, b->n - n);
	b->n -= n;
}
