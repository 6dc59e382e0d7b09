/* SPDX-License-Identifier: MIT */
#include "ns/msnp/leave.h"

#include "common/base/buf.h"

enum {
	ENTITY_MAX = 10 /* bytes between "&#" and ";" */
};

static bool
digit_of(char c, unsigned base, unsigned *out)
{
	char low = (char)(c | 0x20);

	*out = c >= '0' && c <= '9' ? (unsigned)(c - '0')
	    : low >= 'a'            ? (unsigned)(low - 'a') + 10
				    : base;
	return *out < base;
}

/* Behind a '&': "#103;" or "#x67;" is a character; else nothing. */
static char
entity(struct slice *rest)
{
	struct slice text = slice_upto(*rest, ENTITY_MAX);
	size_t end = slice_find(text, ';'), at = 1;
	unsigned base = 10, value = 0, digit;

	if (end == text.n || end < 2 || text.p[0] != '#')
		return 0;
	if ((text.p[1] | 0x20) == 'x') {
		base = 16;
		at = 2;
	}
	for (; at < end; at++) {
		if (!digit_of(text.p[at], base, &digit))
			return 0;
		value = (value * base + digit) & 0xffff;
	}
	*rest = slice_from(*rest, end + 1);
	return value < 128 ? (char)value : 0;
}

/* Behind a '<': over the tag; what CDATA holds is text. */
static void
skip_tag(struct slice *rest)
{
	static const char cdata[] = "![CDATA[";
	size_t end;

	if (slice_starts(*rest, slice_text(cdata))) {
		*rest = slice_from(*rest, sizeof(cdata) - 1);
		return;
	}
	end = slice_find(*rest, '>');
	if (end < rest->n)
		*rest = slice_from(*rest, end + 1);
}

/* Its letters, all lower case, and nothing else. */
static void
fold(struct buf *out, struct slice rest)
{
	while (rest.n > 0) {
		char c = rest.p[0];

		rest = slice_from(rest, 1);
		if (c == '<')
			skip_tag(&rest);
		if (c == '&')
			c = entity(&rest);
		if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))
			buf_add_char(out, (char)(c | 0x20));
	}
}

bool
leave_ordered(struct slice payload)
{
	static const char out[] = "goawyplzthxbye", off[] = "gtfo";
	struct buf letters = BUF_INIT(payload.n + 1);
	struct slice text;
	bool found;

	fold(&letters, payload);
	text = buf_slice(&letters);
	found = slice_starts(text, slice_text(off)) ||
	    slice_find_slice(text, slice_text(out)) < text.n;
	buf_free(&letters);
	return found;
}
