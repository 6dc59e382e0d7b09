/* SPDX-License-Identifier: MIT */
#include "chat/ircx/writer.h"

#include "common/base/panic.h"

static const struct {
	uint16_t code;
	const char *text;
} numerics[NUMERICS] = {
#define NUMERIC(name, code, text) { code, text },
#include "chat/ircx/numeric.def"
#undef NUMERIC
};

unsigned
numeric_code(enum numeric n)
{
	ASSERT(n < NUMERICS);
	return numerics[n].code;
}

const char *
numeric_text(enum numeric n)
{
	ASSERT(n < NUMERICS);
	return numerics[n].text;
}

enum {
	ROOM = IRCX_SAID_MAX - 2
};

/* Where a character begins that ends behind place n. */
static size_t
whole_until(const char *p, size_t n)
{
	size_t at = n;

	/* only bytes 10xxxxxx stand inside one, at most three of them */
	while (at > 0 && n - at < 3 && ((unsigned char)p[at] & 0xc0) == 0x80)
		at--;
	return (unsigned char)p[at] >= 0xc0 ? at : n;
}

struct blob *
ircx_text(struct slice s)
{
	struct blob *b = blob_new(s.p, s.n);

	ircx_make_one_line(b->p, b->n);
	return b;
}

void
ircx_end_line(struct buf *b, size_t at)
{
	char *p = b->p + at;

	ircx_make_one_line(p, b->n - at);
	if (buf_ok(b) && b->n - at > ROOM) {
		char last = b->p[b->n - 1];
		size_t room = last == '\1' ? ROOM - 1 : ROOM;

		b->n = at + whole_until(p, room);
		if (last == '\1')
			buf_add_char(b, last);
	}
	buf_add(b, "\r\n", 2);
}
