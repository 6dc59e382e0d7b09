/* SPDX-License-Identifier: MIT */
#include "common/codec/url.h"

#include "common/codec/hex.h"

static bool
is_unreserved(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
	    c == '~';
}

static bool
is_word_safe(unsigned char c)
{
	return c > ' ' && c != '%' && c != 0x7f;
}

static void
encode(struct buf *out, struct slice s, bool (*safe)(unsigned char))
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (safe(c)) {
			buf_add_char(out, s.p[i]);
			continue;
		}
		buf_add_char(out, '%');
		buf_add_char(out, digits[c >> 4]);
		buf_add_char(out, digits[c & 15]);
	}
}

void
url_encode(struct buf *out, struct slice s)
{
	encode(out, s, is_unreserved);
}

void
url_encode_word(struct buf *out, struct slice s)
{
	encode(out, s, is_word_safe);
}

/* The byte that the escape at s.p[at] stands for, or -1. */
static int
escape_at(struct slice s, size_t at)
{
	int high, low;

	if (s.p[at] != '%' || s.n - at < 3)
		return -1;
	high = hex_value(s.p[at + 1]);
	low = hex_value(s.p[at + 2]);
	return high < 0 || low < 0 ? -1 : high * 16 + low;
}

static void
decode(struct buf *out, struct slice s, char plus)
{
	for (size_t i = 0; i < s.n; i++) {
		int byte = escape_at(s, i);

		if (byte >= 0) {
			buf_add_char(out, (char)byte);
			i += 2;
		} else {
			buf_add_char(out, s.p[i] == '+' ? plus : s.p[i]);
		}
	}
}

void
url_decode(struct buf *out, struct slice s)
{
	decode(out, s, '+');
}

void
url_decode_form(struct buf *out, struct slice s)
{
	decode(out, s, ' ');
}

bool
url_well_formed(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '%' && escape_at(s, i) < 0)
			return false;
	return true;
}
