/* SPDX-License-Identifier: MIT */
/*
 * The first bytes on a TLS port.  What was made of a part of them holds when
 * the rest comes, however it is cut.
 */
#include "common/base/panic.h"
#include "common/net/tls_sniff.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	RECORD_HEADER = 5,
	PREFIXES = 64
};

static bool
is_whole(const struct tls_hello *h)
{
	return h->kind == TLS_HELLO_MODERN || h->kind == TLS_HELLO_LEGACY ||
	    h->kind == TLS_HELLO_V2 || h->kind == TLS_HELLO_SSL3;
}

static void
part_within(struct slice in, struct slice part)
{
	if (part.n > 0)
		ASSERT(part.p >= in.p && part.p + part.n <= in.p + in.n);
}

/* What engines believe without a further look. */
static void
look_within(struct slice in, const struct tls_hello *h)
{
	size_t at = 0, suites = 0;

	ASSERT(h->record <= in.n);
	part_within(in, h->message);
	part_within(in, h->session);
	part_within(in, h->suites);
	part_within(in, h->random);
	ASSERT(h->random.n >= 16 && h->random.n <= 32);
	while (tls_hello_suite(h, &at) >= 0)
		suites++;
	ASSERT(suites <= h->suites.n / h->suite_bytes);
	(void)tls_hello_export_only(h);
}

static struct tls_hello
look(struct slice in)
{
	struct tls_hello h = tls_sniff_hello(in);

	ASSERT(h.kind < TLS_HELLO_KINDS);
	if (h.sni.n > 0) {
		ASSERT(h.sni.n <= 255);
		ASSERT(h.sni.p >= in.p && h.sni.p + h.sni.n <= in.p + in.n);
	}
	/* who must be waited for can be waited for */
	if (h.kind == TLS_HELLO_MORE)
		ASSERT(in.n < RECORD_HEADER + TLS_HELLO_MAX);
	if (h.kind == TLS_HELLO_MODERN)
		ASSERT(h.version >= 0x0303);
	if (h.kind == TLS_HELLO_LEGACY)
		ASSERT(h.version == 0x0301 || h.version == 0x0302);
	if (h.kind == TLS_HELLO_SSL3)
		ASSERT(h.version == 0x0300);
	if (h.kind == TLS_HELLO_V2)
		ASSERT(h.version >= 0x0301 && h.suite_bytes == 3);
	if (is_whole(&h))
		look_within(in, &h);
	return h;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice in = slice_make(data, size);
	struct tls_hello whole = look(in);
	size_t step = size / PREFIXES + 1;

	for (size_t n = 0; n < size; n += step) {
		struct tls_hello part = look(slice_upto(in, n));

		if (part.kind == TLS_HELLO_MORE)
			continue;
		ASSERT(part.kind == whole.kind);
		ASSERT(part.version == whole.version);
		ASSERT(slice_eq(part.sni, whole.sni));
	}
	return 0;
}
