/* SPDX-License-Identifier: MIT */
#include "common/codec/base64.h"

/* What the two alphabets differ in. */
struct dialect {
	char c62, c63;
	bool pads;
};

static const struct dialect plain = { '+', '/', true };
static const struct dialect ticket = { '!', '*', false };

static char
letter(const struct dialect *d, unsigned v)
{
	if (v < 26)
		return (char)('A' + v);
	if (v < 52)
		return (char)('a' + (v - 26));
	if (v < 62)
		return (char)('0' + (v - 52));
	return v == 62 ? d->c62 : d->c63;
}

static int
value(const struct dialect *d, char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == d->c62)
		return 62;
	return c == d->c63 ? 63 : -1;
}

static void
encode(const struct dialect *d, struct buf *out, struct slice s)
{
	for (size_t i = 0; i < s.n; i += 3) {
		size_t have = size_min(s.n - i, 3);
		unsigned long v = 0;

		for (size_t k = 0; k < 3; k++)
			v = v << 8 |
			    (k < have ? (unsigned char)s.p[i + k] : 0u);
		for (size_t k = 0; k < 4; k++, v <<= 6) {
			if (k <= have)
				buf_add_char(out, letter(d, v >> 18 & 63));
			else if (d->pads)
				buf_add_char(out, '=');
		}
	}
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct decoder {
	uint32_t bits;
	unsigned have; /* bits of it not yet written, below 8 */
	size_t letters;
	size_t pads;
};

static bool
decode_char(const struct dialect *d, struct decoder *at, struct buf *out,
    char c)
{
	int v = value(d, c);

	if (d->pads && is_blank(c))
		return true;
	if (d->pads && c == '=') {
		at->pads++;
		return true;
	}
	if (v < 0 || at->pads > 0)
		return false;
	at->letters++;
	at->bits = (at->bits << 6 | (uint32_t)v) & 0xffff;
	at->have += 6;
	if (at->have >= 8) {
		at->have -= 8;
		buf_add_char(out, (char)(at->bits >> at->have & 0xff));
	}
	return true;
}

/*
 * One text for one value: bits left over must be zero, or a ticket could be
 * changed in its last letter and still be taken for the same one.
 */
static bool
decode(const struct dialect *d, struct buf *out, struct slice s)
{
	struct decoder at = { 0 };
	size_t before = out->n;
	bool good = true;

	for (size_t i = 0; good && i < s.n; i++)
		good = decode_char(d, &at, out, s.p[i]);
	if (good)
		good = at.letters % 4 != 1 &&
		    (at.bits & ((1u << at.have) - 1)) == 0 &&
		    (!d->pads || at.pads == (4 - at.letters % 4) % 4);
	if (!good)
		out->n = before;
	return good;
}

void
base64_encode(struct buf *out, struct slice s)
{
	encode(&plain, out, s);
}

bool
base64_decode(struct buf *out, struct slice s)
{
	return decode(&plain, out, s);
}

void
base64_ticket_encode(struct buf *out, struct slice s)
{
	encode(&ticket, out, s);
}

bool
base64_ticket_decode(struct buf *out, struct slice s)
{
	return decode(&ticket, out, s);
}
