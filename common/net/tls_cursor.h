/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TLS_CURSOR_H
#define NUDGE_TLS_CURSOR_H
/* A reader of handshake bytes that fails for good when asked for more than
 * there is. */
#include "common/base/slice.h"

struct cursor {
	const unsigned char *p;
	size_t n;
	bool failed;
};

static inline struct cursor
cursor_of(struct slice s)
{
	return (struct cursor){ (const unsigned char *)s.p, s.n, false };
}

static inline struct slice
cursor_slice(struct cursor c)
{
	return slice_make(c.p, c.n);
}

static inline struct cursor
cursor_take(struct cursor *c, size_t n)
{
	struct cursor part = { .p = c->p };

	if (c->failed || n > c->n) {
		c->failed = part.failed = true;
		c->n = 0;
		return part;
	}
	part.n = n;
	c->p += n;
	c->n -= n;
	return part;
}

static inline unsigned
cursor_u8(struct cursor *c)
{
	struct cursor part = cursor_take(c, 1);

	return part.n == 1 ? part.p[0] : 0;
}

static inline unsigned
cursor_u16(struct cursor *c)
{
	unsigned high = cursor_u8(c);

	return high << 8 | cursor_u8(c);
}

static inline unsigned
cursor_u24(struct cursor *c)
{
	unsigned high = cursor_u8(c);

	return high << 16 | cursor_u16(c);
}

#endif
