/* SPDX-License-Identifier: MIT */
#include "common/net/tls_gather.h"

enum {
	HEADER = 5,
	HANDSHAKE = 22,
	LENGTH_AT = 3, /* in the header */
};

static size_t
length_at(const unsigned char *p)
{
	return (size_t)p[0] << 8 | p[1];
}

static bool
record_add(struct buf *to, struct slice in, size_t n)
{
	size_t sum = n + (to->n > 0 ? to->n - HEADER : 0);

	if (n == 0 || sum > TLS_HELLO_MAX)
		return false;
	if (to->n == 0)
		buf_add(to, in.p, HEADER);
	buf_add(to, in.p + HEADER, n);
	if (!buf_ok(to))
		return false;
	to->p[LENGTH_AT] = (char)(sum >> 8);
	to->p[LENGTH_AT + 1] = (char)sum;
	return true;
}

enum tls_gathered
tls_gather(struct buf *to, struct slice *in)
{
	while (in->n >= HEADER) {
		const unsigned char *p = (const unsigned char *)in->p;
		size_t n = length_at(p + LENGTH_AT);
		enum tls_hello_kind kind;

		if (p[0] != HANDSHAKE || p[1] != 3 || n > TLS_HELLO_MAX)
			return TLS_GATHER_BROKEN;
		if (in->n < HEADER + n)
			break;
		if (!record_add(to, *in, n))
			return TLS_GATHER_BROKEN;
		*in = slice_from(*in, HEADER + n);
		kind = tls_sniff_hello(buf_slice(to)).kind;
		if (kind != TLS_HELLO_PART)
			return TLS_GATHER_WHOLE;
	}
	return TLS_GATHER_MORE;
}
