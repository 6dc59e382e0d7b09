/* SPDX-License-Identifier: MIT */
/*
 * The first bytes on a TLS port.  What was made of a part of them holds when
 * the rest comes, however it is cut; and so it is with a hello that is put
 * together from several records.
 */
#include "common/base/panic.h"
#include "common/net/tls_gather.h"

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
	part_within(in, h->groups);
	part_within(in, h->signatures);
	part_within(in, h->ticket);
	ASSERT(h->session.n <= 32);
	(void)tls_hello_has_group(h, 29);
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

/* Take what comes in two cuts; how much was taken in all. */
static enum tls_gathered
gather(struct slice in, size_t cut, struct buf *to, size_t *taken)
{
	struct slice part = slice_upto(in, cut);
	enum tls_gathered rc = tls_gather(to, &part);
	size_t used = size_min(cut, in.n) - part.n;

	if (rc == TLS_GATHER_MORE) {
		part = slice_from(in, used);
		rc = tls_gather(to, &part);
		used = in.n - part.n;
	}
	*taken = used;
	return rc;
}

static void
gather_alike(struct slice in, size_t step)
{
	struct buf due = BUF_INIT(TLS_GATHERED_MAX);
	size_t due_taken;
	enum tls_gathered due_rc = gather(in, in.n, &due, &due_taken);

	if (due_rc == TLS_GATHER_WHOLE) {
		struct tls_hello h = look(buf_slice(&due));

		ASSERT(h.kind != TLS_HELLO_MORE && h.kind != TLS_HELLO_PART);
	}
	for (size_t n = 0; n < in.n; n += step) {
		struct buf to = BUF_INIT(TLS_GATHERED_MAX);
		size_t taken;

		ASSERT(gather(in, n, &to, &taken) == due_rc);
		ASSERT(taken == due_taken);
		ASSERT(slice_eq(buf_slice(&to), buf_slice(&due)));
		buf_free(&to);
	}
	buf_free(&due);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice in = slice_make(data, size);
	struct tls_hello whole = look(in);
	size_t step = size / PREFIXES + 1;

	if (whole.kind == TLS_HELLO_PART)
		gather_alike(in, step);

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
