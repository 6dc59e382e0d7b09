/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_BUF_H
#define NUDGE_BUF_H
/*
 * A byte builder that grows to a ceiling given at birth.  An append that does
 * not fit sets the error flag, which sticks; ask buf_ok() once at the end.
 * Zero value plus .max is a valid empty buffer.
 */
#include "common/base/slice.h"

#include <stdarg.h>

struct buf {
	char *p;
	size_t n;
	size_t cap;
	size_t max;
	bool failed;
};

#define BUF_INIT(ceiling)        \
	{                        \
		.max = (ceiling) \
	}

void buf_init(struct buf *b, size_t max);
/* Release the memory; the buffer is then empty and usable again. */
void buf_free(struct buf *b);
void buf_reset(struct buf *b);
bool buf_reserve(struct buf *b, size_t extra);
void buf_add(struct buf *b, const void *p, size_t n);
void buf_add_slice(struct buf *b, struct slice s);
void buf_add_text(struct buf *b, const char *text);
void buf_add_char(struct buf *b, char c);
void buf_add_u64(struct buf *b, uint64_t v);
void buf_add_i64(struct buf *b, int64_t v);
/*
 * Append n bytes that the caller writes now, to where this points; NULL when
 * there is no room, or nothing to write.
 */
char *buf_extend(struct buf *b, size_t n);
/* Once more what stands at this place of the buffer itself. */
void buf_add_again(struct buf *b, size_t at, size_t n);
void buf_addf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void buf_vaddf(struct buf *b, const char *fmt, va_list ap) PRINTF_LIKE(2, 0);
/* Drop the first n bytes. */
void buf_consume(struct buf *b, size_t n);

static inline bool
buf_ok(const struct buf *b)
{
	return !b->failed;
}

static inline struct slice
buf_slice(const struct buf *b)
{
	return slice_make(b->p, b->n);
}

#endif
