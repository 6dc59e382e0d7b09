/* SPDX-License-Identifier: MIT */
/*
 * The header a proxy begins with.  What was made of a part of it holds when
 * the rest comes, however it is cut, and nothing behind it changes it.
 */
#include "common/base/panic.h"
#include "common/net/proxy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	PREFIXES = 64
};

static struct proxy_header
look(struct slice in)
{
	struct proxy_header h = proxy_read(in);

	switch (h.result) {
	case PROXY_MORE:
		/* who must be waited for can be waited for */
		ASSERT(in.n < PROXY_HEADER_MAX);
		break;
	case PROXY_KNOWN:
		ASSERT(h.client.family == 4 || h.client.family == 6);
		ASSERT(h.reached.family == 4 || h.reached.family == 6);
		ASSERT(h.n > 0 && h.n <= in.n && h.n <= PROXY_HEADER_MAX);
		break;
	case PROXY_SELF:
		ASSERT(h.n > 0 && h.n <= in.n && h.n <= PROXY_HEADER_MAX);
		break;
	case PROXY_BROKEN:
		break;
	}
	return h;
}

static void
assert_same(const struct proxy_header *a, const struct proxy_header *b)
{
	ASSERT(a->result == b->result);
	ASSERT(a->n == b->n);
	ASSERT(addr_eq(&a->client, &b->client));
	ASSERT(addr_eq(&a->reached, &b->reached));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice in = slice_make(data, size);
	struct proxy_header whole = look(in);
	size_t step = size / PREFIXES + 1;

	for (size_t n = 0; n < size; n += step) {
		struct proxy_header part = look(slice_upto(in, n));

		if (part.result != PROXY_MORE)
			assert_same(&part, &whole);
	}
	if (whole.n > 0) {
		struct proxy_header alone = look(slice_upto(in, whole.n));

		assert_same(&alone, &whole);
	}
	return 0;
}
