/* SPDX-License-Identifier: MIT */
/*
 * Any bytes through the small codecs: what is encoded decodes to itself, what
 * decodes is encoded in one way only, and MIME cuts lose nothing.
 */
#include "common/base/panic.h"
#include "common/codec/base64.h"
#include "common/codec/hex.h"
#include "common/codec/mime.h"
#include "common/codec/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	CEILING = 1 << 22
};

static void
expect(struct buf *b, struct slice want)
{
	ASSERT(buf_ok(b));
	ASSERT(slice_eq(buf_slice(b), want));
	buf_reset(b);
}

static void
url(struct slice s, struct buf *a, struct buf *b)
{
	url_encode(a, s);
	ASSERT(url_well_formed(buf_slice(a)));
	url_decode(b, buf_slice(a));
	expect(b, s);
	url_decode_form(b, buf_slice(a));
	expect(b, s);
	buf_reset(a);
	url_encode_word(a, s);
	ASSERT(slice_find(buf_slice(a), ' ') == a->n);
	ASSERT(slice_find(buf_slice(a), '\n') == a->n);
	url_decode(b, buf_slice(a));
	expect(b, s);
	buf_reset(a);
	url_decode(a, s);
	ASSERT(buf_ok(a) && a->n <= s.n);
	buf_reset(a);
}

static void
base64(struct slice s, struct buf *a, struct buf *b)
{
	base64_encode(a, s);
	ASSERT(base64_decode(b, buf_slice(a)));
	expect(b, s);
	buf_reset(a);
	base64_ticket_encode(a, s);
	ASSERT(base64_ticket_decode(b, buf_slice(a)));
	expect(b, s);
	buf_reset(a);
	if (base64_ticket_decode(a, s)) {
		base64_ticket_encode(b, buf_slice(a));
		expect(b, s);
	}
	buf_reset(a);
	if (!base64_decode(a, s))
		ASSERT(a->n == 0);
	buf_reset(a);
}

static void
hex(struct slice s, struct buf *a, struct buf *b)
{
	unsigned char g[GUID_BYTES], again[GUID_BYTES];

	hex_encode(a, s);
	ASSERT(hex_decode(b, buf_slice(a)));
	expect(b, s);
	buf_reset(a);
	if (!hex_decode(a, s))
		ASSERT(a->n == 0);
	buf_reset(a);
	if (guid_parse(s, g)) {
		guid_add(a, g);
		ASSERT(a->n == GUID_TEXT);
		ASSERT(guid_parse(buf_slice(a), again));
		ASSERT(memcmp(g, again, GUID_BYTES) == 0);
	}
	buf_reset(a);
}

static void
mime(struct slice s, struct buf *a)
{
	struct slice headers, body, value, line;

	mime_split(s, &headers, &body);
	ASSERT(headers.n + body.n <= s.n);
	ASSERT(s.n - headers.n - body.n <= 2);
	if (mime_header(headers, "Content-Type", &value))
		ASSERT(mime_type(value).n <= value.n);
	mime_add(a, "X", s);
	line = buf_slice(a);
	ASSERT(slice_find(line, '\n') == line.n - 1);
	ASSERT(slice_find(line, '\r') == line.n - 2);
	buf_reset(a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice s = slice_make(data, size);
	struct buf a = BUF_INIT(CEILING);
	struct buf b = BUF_INIT(CEILING);

	if (size > CEILING / 4)
		return 0;
	url(s, &a, &b);
	base64(s, &a, &b);
	hex(s, &a, &b);
	mime(s, &a);
	buf_free(&a);
	buf_free(&b);
	return 0;
}
