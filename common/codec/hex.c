/* SPDX-License-Identifier: MIT */
#include "common/codec/hex.h"

int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* A byte as two digits; returns where the next ones go. */
static char *
put_pair(char *at, unsigned char byte)
{
	static const char digits[] = "0123456789abcdef";

	*at++ = digits[byte >> 4];
	*at++ = digits[byte & 15];
	return at;
}

void
hex_encode(struct buf *out, struct slice s)
{
	char *at = buf_extend(out, 2 * s.n);

	for (size_t i = 0; at != NULL && i < s.n; i++)
		at = put_pair(at, (unsigned char)s.p[i]);
}

/* Two digits; false when they are none. */
static bool
pair(const char *p, unsigned char *out)
{
	int high = hex_value(p[0]);
	int low = hex_value(p[1]);

	if (high < 0 || low < 0)
		return false;
	*out = (unsigned char)(high * 16 + low);
	return true;
}

bool
hex_decode(struct buf *out, struct slice s)
{
	size_t before = out->n;

	if (s.n % 2 != 0)
		return false;
	for (size_t i = 0; i < s.n; i += 2) {
		unsigned char byte;

		if (!pair(s.p + i, &byte)) {
			out->n = before;
			return false;
		}
		buf_add_char(out, (char)byte);
	}
	return true;
}

static bool
dash_before(size_t byte)
{
	return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

void
guid_add(struct buf *out, const unsigned char g[GUID_BYTES])
{
	char *at = buf_extend(out, GUID_TEXT);

	for (size_t i = 0; at != NULL && i < GUID_BYTES; i++) {
		if (dash_before(i))
			*at++ = '-';
		at = put_pair(at, g[i]);
	}
}

bool
guid_parse(struct slice s, unsigned char g[GUID_BYTES])
{
	unsigned char bytes[GUID_BYTES];
	const char *p;

	if (s.n == GUID_TEXT + 2 && s.p[0] == '{' && s.p[s.n - 1] == '}')
		s = slice_make(s.p + 1, GUID_TEXT);
	if (s.n != GUID_TEXT)
		return false;
	p = s.p;
	for (size_t i = 0; i < GUID_BYTES; i++) {
		if (dash_before(i) && *p++ != '-')
			return false;
		if (!pair(p, &bytes[i]))
			return false;
		p += 2;
	}
	memcpy(g, bytes, GUID_BYTES);
	return true;
}
