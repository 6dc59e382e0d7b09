/* SPDX-License-Identifier: MIT */
#include "common/net/proxy.h"

#include "common/base/num.h"

enum {
	V1_MAX = 107, /* the longest line, its CR LF included */
	V2_FIXED = 16,
	V2_LOCAL = 0x20, /* version and command */
	V2_PROXY = 0x21,
	TLV_FIXED = 3
};

static struct proxy_header
result(enum proxy_result r, size_t n)
{
	return (struct proxy_header){ .result = r, .n = n };
}

/* Is it what comes first, as far as it has come? */
static bool
begins(struct slice in, struct slice first)
{
	size_t n = size_min(in.n, first.n);

	return slice_eq(slice_upto(in, n), slice_upto(first, n));
}

/* ---- version 1: a line ---- */

/* 0 to 65535 as the sender's printf writes it. */
static bool
read_port(struct slice word, uint16_t *port)
{
	uint32_t v;

	if (word.n > 5 || (word.n > 1 && word.p[0] == '0') ||
	    !num_parse_u32(word, &v) || v > UINT16_MAX)
		return false;
	*port = (uint16_t)v;
	return true;
}

static bool
read_ip(struct slice word, bool v6, struct addr *a)
{
	return (slice_find(word, ':') < word.n) == v6 && addr_parse_ip(a, word);
}

/* "TCP4 client reached port port" */
static bool
read_ends(struct slice words, struct proxy_header *h)
{
	struct slice w[5];
	uint16_t from, to;
	bool v6;

	for (size_t i = 0; i < ARRAY_LEN(w); i++)
		if (!slice_cut(&words, ' ', &w[i]))
			return false;
	v6 = slice_eq_text(w[0], "TCP6");
	if (words.p != NULL || (!v6 && !slice_eq_text(w[0], "TCP4")) ||
	    !read_ip(w[1], v6, &h->client) || !read_ip(w[2], v6, &h->reached) ||
	    !read_port(w[3], &from) || !read_port(w[4], &to))
		return false;
	h->client.port = from;
	h->reached.port = to;
	return true;
}

static const struct slice v1_head = { "PROXY ", 6 };

static struct proxy_header
read_v1(struct slice in)
{
	const struct slice unknown = SLICE_LIT("UNKNOWN");
	struct proxy_header h = { .result = PROXY_KNOWN };
	size_t end = slice_find(in, '\n');
	struct slice line;

	if (end == in.n)
		return result(in.n < V1_MAX ? PROXY_MORE : PROXY_BROKEN, 0);
	h.n = end + 1;
	if (h.n > V1_MAX || end <= v1_head.n || in.p[end - 1] != '\r')
		return result(PROXY_BROKEN, 0);
	line = slice_from(slice_upto(in, end - 1), v1_head.n);
	/* whatever follows it is to be ignored */
	if (slice_starts(line, unknown) &&
	    (line.n == unknown.n || line.p[unknown.n] == ' '))
		return result(PROXY_SELF, h.n);
	return read_ends(line, &h) ? h : result(PROXY_BROKEN, 0);
}

/* ---- version 2: binary ---- */

static const struct slice v2_head = { "\r\n\r\n\0\r\nQUIT\n", 12 };

/*
 * Family and transport in one byte, and the bytes of an address.  What is not
 * TCP is to be taken as unspecified.
 */
struct shape {
	unsigned byte;
	size_t ip; /* 0: of no use */
};

/* clang-format off */
static const struct shape shapes[] = {
	{ 0x00, 0 },  /* unspecified */
	{ 0x11, 4 },  /* TCP over IPv4 */
	{ 0x12, 0 },  /* UDP */
	{ 0x21, 16 }, /* TCP over IPv6 */
	{ 0x22, 0 },
	{ 0x31, 0 },  /* Unix sockets */
	{ 0x32, 0 },
};
/* clang-format on */

static unsigned
byte(struct slice in, size_t at)
{
	return (unsigned char)in.p[at];
}

static unsigned
word(struct slice in, size_t at)
{
	return byte(in, at) << 8 | byte(in, at + 1);
}

static const struct shape *
find_shape(unsigned b)
{
	for (size_t i = 0; i < ARRAY_LEN(shapes); i++)
		if (shapes[i].byte == b)
			return &shapes[i];
	return NULL;
}

/* Extensions tell nothing that is wanted, but must be whole. */
static bool
extensions_are_whole(struct slice in)
{
	while (in.n > 0) {
		size_t n =
		    in.n < TLV_FIXED ? SIZE_MAX : TLV_FIXED + word(in, 1);

		if (n > in.n)
			return false;
		in = slice_from(in, n);
	}
	return true;
}

/* Both addresses, then both ports, then extensions. */
static bool
read_block(struct slice in, size_t ip, struct proxy_header *h)
{
	size_t ports = 2 * ip;

	if (in.n < ports + 4)
		return false;
	addr_from_ip(&h->client, in.p, ip);
	addr_from_ip(&h->reached, in.p + ip, ip);
	h->client.port = (uint16_t)word(in, ports);
	h->reached.port = (uint16_t)word(in, ports + 2);
	return extensions_are_whole(slice_from(in, ports + 4));
}

static struct proxy_header
read_v2(struct slice in)
{
	struct proxy_header h = { .result = PROXY_KNOWN };
	const struct shape *shape;

	if (in.n > v2_head.n && byte(in, 12) != V2_LOCAL &&
	    byte(in, 12) != V2_PROXY)
		return result(PROXY_BROKEN, 0);
	if (in.n < V2_FIXED)
		return result(PROXY_MORE, 0);
	h.n = V2_FIXED + (size_t)word(in, 14);
	if (h.n > PROXY_HEADER_MAX)
		return result(PROXY_BROKEN, 0);
	if (in.n < h.n)
		return result(PROXY_MORE, 0);
	/* the family of a proxy that speaks for itself is to be ignored */
	if (byte(in, 12) == V2_LOCAL)
		return result(PROXY_SELF, h.n);
	shape = find_shape(byte(in, 13));
	if (shape == NULL)
		return result(PROXY_BROKEN, 0);
	if (shape->ip == 0)
		return result(PROXY_SELF, h.n);
	in = slice_from(slice_upto(in, h.n), V2_FIXED);
	return read_block(in, shape->ip, &h) ? h : result(PROXY_BROKEN, 0);
}

struct proxy_header
proxy_read(struct slice in)
{
	if (begins(in, v1_head))
		return read_v1(in);
	if (begins(in, v2_head))
		return read_v2(in);
	return result(PROXY_BROKEN, 0);
}
