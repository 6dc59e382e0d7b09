/* SPDX-License-Identifier: MIT */
#include "common/base/utf8.h"

static size_t
sequence(const unsigned char *p, size_t n)
{
	unsigned char lo = 0x80, hi = 0xbf;
	size_t len;

	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	len = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (n < len)
		return 0;
	switch (p[0]) {
	case 0xe0:
		lo = 0xa0;
		break;
	case 0xed:
		hi = 0x9f;
		break;
	case 0xf0:
		lo = 0x90;
		break;
	case 0xf4:
		hi = 0x8f;
		break;
	default:
		break;
	}
	if (p[1] < lo || p[1] > hi)
		return 0;
	for (size_t i = 2; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

size_t
utf8_first(struct slice s)
{
	return s.n > 0 ? sequence((const unsigned char *)s.p, s.n) : 0;
}

/* How many whole words of eight bytes at the beginning are ASCII, in bytes. */
static size_t
ascii_words(struct slice s)
{
	size_t i = 0;
	uint64_t word;

	for (; s.n - i >= sizeof(word); i += sizeof(word)) {
		memcpy(&word, s.p + i, sizeof(word));
		if (word & 0x8080808080808080u)
			break;
	}
	return i;
}

bool
utf8_valid(struct slice s)
{
	size_t i = ascii_words(s);

	while (i < s.n) {
		size_t len = sequence((const unsigned char *)s.p + i, s.n - i);

		if (len == 0)
			return false;
		i += len;
	}
	return true;
}

static void
add_code(struct buf *out, unsigned c)
{
	if (c < 0x80) {
		buf_add_char(out, (char)c);
	} else if (c < 0x800) {
		buf_add_char(out, (char)(0xc0 | (c >> 6)));
		buf_add_char(out, (char)(0x80 | (c & 0x3f)));
	} else {
		buf_add_char(out, (char)(0xe0 | (c >> 12)));
		buf_add_char(out, (char)(0x80 | ((c >> 6) & 0x3f)));
		buf_add_char(out, (char)(0x80 | (c & 0x3f)));
	}
}

void
utf8_add_cp1252(struct buf *out, struct slice s)
{
	/* 0x80..0x9f; the five holes map to themselves as C1 controls */
	static const unsigned short high[32] = { 0x20ac, 0x81, 0x201a, 0x192,
		0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160, 0x2039,
		0x152, 0x8d, 0x17d, 0x8f, 0x90, 0x2018, 0x2019, 0x201c, 0x201d,
		0x2022, 0x2013, 0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153,
		0x9d, 0x17e, 0x178 };

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		add_code(out, c >= 0x80 && c < 0xa0 ? high[c - 0x80] : c);
	}
}
