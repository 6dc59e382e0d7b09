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

/* Bytes from s.p[at] on that stand for themselves. */
static size_t
plain_run(struct slice s, size_t at, char plus)
{
	size_t i = at;

	while (i < s.n && s.p[i] != '%' && (s.p[i] != '+' || plus == '+'))
		i++;
	return i - at;
}

static void
decode(struct buf *out, struct slice s, char plus)
{
	for (size_t at = 0; at < s.n;) {
		size_t n = plain_run(s, at, plus);
		int byte;

		if (n > 0) {
			buf_add(out, s.p + at, n);
			at += n;
			continue;
		}
		byte = escape_at(s, at);
		at += byte < 0 ? 1 : 3;
		if (byte < 0)
			byte = s.p[at - 1] == '+' ? plus : '%';
		buf_add_char(out, (char)byte);
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
