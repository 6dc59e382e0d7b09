/* SPDX-License-Identifier: MIT */
#include "common/base/panic.h"
#include "common/net/proxy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define V2 "\r\n\r\n\0\r\nQUIT\n"
#define V4_ENDS                    \
	"\xc0\x00\x02\x07\xcb\x00" \
	"\x71\x09\x12\x34\x07\x47"
#define V6_ENDS                                                              \
	"\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x07\x20\x01\x0d\xb8\0\0\0\0" \
	"\0\0\0\0\0\0\0\x09\x12\x34\x07\x47"
#define BYTES(text)                       \
	{                                 \
		"" text, sizeof(text) - 1 \
	}

/* Of its own size, so that reading on is noticed. */
static struct proxy_header
look(struct slice in)
{
	char *copy = mem_copy_text(in.p, in.n);
	struct proxy_header h;

	copy = mem_realloc_array(copy, in.n > 0 ? in.n : 1, 1);
	h = proxy_read(slice_make(copy, in.n));
	free(copy);
	return h;
}

struct right {
	struct slice header;
	const char *client, *reached; /* NULL: the proxy speaks for itself */
};

/* clang-format off */
static const struct right rights[] = {
	{ BYTES("PROXY TCP4 192.0.2.7 203.0.113.9 4660 1863\r\n"),                 "192.0.2.7:4660", "203.0.113.9:1863" },
	{ BYTES("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n"),     "255.255.255.255:65535", "255.255.255.255:65535" },
	{ BYTES("PROXY TCP4 0.0.0.0 0.0.0.0 0 0\r\n"),                             "0.0.0.0:0", "0.0.0.0:0" },
	{ BYTES("PROXY TCP6 2001:db8::7 2001:db8::9 4660 1863\r\n"),               "[2001:db8::7]:4660", "[2001:db8::9]:1863" },
	{ BYTES("PROXY TCP6 ::ffff:192.0.2.7 ::ffff:203.0.113.9 1 2\r\n"),         "192.0.2.7:1", "203.0.113.9:2" },
	{ BYTES("PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
		"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n"),        "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535",
	  "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535" },
	{ BYTES("PROXY UNKNOWN\r\n"),                                              NULL, NULL },
	{ BYTES("PROXY UNKNOWN ffff:f...f:ffff a b c\r\n"),                        NULL, NULL },
	{ BYTES("PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
		"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n"),        NULL, NULL },
	{ BYTES(V2 "\x21\x11\x00\x0c" V4_ENDS),                                    "192.0.2.7:4660", "203.0.113.9:1863" },
	{ BYTES(V2 "\x21\x11\x00\x13" V4_ENDS "\x04\x00\x01z\x01\x00\x00"),        "192.0.2.7:4660", "203.0.113.9:1863" },
	{ BYTES(V2 "\x21\x21\x00\x24" V6_ENDS),                                    "[2001:db8::7]:4660", "[2001:db8::9]:1863" },
	{ BYTES(V2 "\x21\x21\x00\x29" V6_ENDS "\x05\x00\x02id"),                   "[2001:db8::7]:4660", "[2001:db8::9]:1863" },
	{ BYTES(V2 "\x20\x00\x00\x00"),                                            NULL, NULL },
	{ BYTES(V2 "\x20\x11\x00\x0c" V4_ENDS),                                    NULL, NULL },
	{ BYTES(V2 "\x20\xff\x00\x01x"),                                           NULL, NULL },
	{ BYTES(V2 "\x21\x00\x00\x00"),                                            NULL, NULL },
	{ BYTES(V2 "\x21\x00\x00\x03xyz"),                                         NULL, NULL },
	{ BYTES(V2 "\x21\x12\x00\x0c" V4_ENDS),                                    NULL, NULL },
	{ BYTES(V2 "\x21\x22\x00\x24" V6_ENDS),                                    NULL, NULL },
	{ BYTES(V2 "\x21\x31\x00\x04unix"),                                        NULL, NULL },
	{ BYTES(V2 "\x21\x32\x00\x04unix"),                                        NULL, NULL },
};
/* clang-format on */

static void
assert_is(const struct right *r, const struct proxy_header *h)
{
	char text[ADDR_TEXT_MAX];

	assert_int_equal(h->n, r->header.n);
	if (r->client == NULL) {
		assert_int_equal(h->result, PROXY_SELF);
		return;
	}
	assert_int_equal(h->result, PROXY_KNOWN);
	assert_string_equal(addr_text(&h->client, text), r->client);
	assert_string_equal(addr_text(&h->reached, text), r->reached);
}

static void
a_header_tells_both_ends_or_that_the_proxy_speaks_for_itself(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rights); i++) {
		struct proxy_header h = look(rights[i].header);

		assert_is(&rights[i], &h);
	}
}

static void
what_follows_a_header_is_not_looked_at(void **state)
{
	static const struct slice more[] = { BYTES("V"), BYTES("\r\n"),
		BYTES("\0"), BYTES("VER 1 MSNP8\r\n"),
		BYTES("PROXY TCP4 1.2.3.4 1.2.3.4 1 2\r\n"),
		BYTES("\x16\x03\x01\x02\x00\x01") };
	struct buf b = BUF_INIT(1024);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rights); i++)
		for (size_t j = 0; j < ARRAY_LEN(more); j++) {
			struct proxy_header h;

			buf_reset(&b);
			buf_add_slice(&b, rights[i].header);
			buf_add_slice(&b, more[j]);
			h = look(buf_slice(&b));
			assert_is(&rights[i], &h);
		}
	buf_free(&b);
}

static void
a_cut_header_is_incomplete_at_every_length(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rights); i++)
		for (size_t n = 0; n < rights[i].header.n; n++) {
			struct slice part = slice_upto(rights[i].header, n);

			if (look(part).result != PROXY_MORE)
				fail_msg("row %zu at %zu", i, n);
		}
}

static const struct slice wrongs[] = {
	/* something else altogether */
	BYTES("V"),
	BYTES("VER 1 MSNP8 CVR0\r\n"),
	BYTES("GET / HTTP/1.0\r\n\r\n"),
	BYTES("PUT / HTTP/1.0\r\n\r\n"),
	BYTES("\x16\x03\x01"),
	BYTES("proxy TCP4 1.2.3.4 1.2.3.4 1 2\r\n"),
	BYTES("\r\n\r\nV"),
	/* a line that ends otherwise */
	BYTES("PROXY TCP4 1.2.3.4 1.2.3.4 1 2\n"),
	BYTES("PROXY TCP4 1.2.3.4 1.2.3.4 1 2\r\r\n"),
	BYTES("PROXY \n"),
	BYTES("PROXY \r\n"),
	BYTES("PROXY UNKNOWN\n"),
	BYTES("PROXY UNKNOWNS\r\n"),
	BYTES("PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
	      "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535 \r"
	      "\n"),
	BYTES("PROXY TCP4 1.2.3.4 1.2.3.4 1 2                        "
	      "                                                       "
	      "      "),
	/* words missing, too many, or apart by more than a blank */
	BYTES("PROXY TCP4\r\n"),
	BYTES("PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n"),
	BYTES("PROXY TCP4 1.2.3.4 1.2.3.4 1 2 3\r\n"),
	BYTES("PROXY TCP4 1.2.3.4 1.2.3.4 1 2 \r\n"),
	BYTES("PROXY TCP4  1.2.3.4 1.2.3.4 1 2\r\n"),
	BYTES("PROXY  TCP4 1.2.3.4 1.2.3.4 1 2\r\n"),
	BYTES("PROXY TCP4\t1.2.3.4 1.2.3.4 1 2\r\n"),
	BYTES("PROXY TCP4 1.2.3.4\0 1.2.3.4 1 2\r\n"),
	/* families */
	BYTES("PROXY TCP5 1.2.3.4 1.2.3.4 1 2\r\n"),
	BYTES("PROXY tcp4 1.2.3.4 1.2.3.4 1 2\r\n"),
	BYTES("PROXY UDP4 1.2.3.4 1.2.3.4 1 2\r\n"),
	BYTES("PROXY TCP4 ::1 ::1 1 2\r\n"),
	BYTES("PROXY TCP4 ::ffff:1.2.3.4 ::ffff:1.2.3.4 1 2\r\n"),
	BYTES("PROXY TCP6 1.2.3.4 1.2.3.4 1 2\r\n"),
	BYTES("PROXY TCP6 ::1 1.2.3.4 1 2\r\n"),
	/* addresses and ports */
	BYTES("PROXY TCP4 1.2.3 1.2.3.4 1 2\r\n"),
	BYTES("PROXY TCP4 1.2.3.256 1.2.3.4 1 2\r\n"),
	BYTES("PROXY TCP4 01.2.3.4 1.2.3.4 1 2\r\n"),
	BYTES("PROXY TCP4 example.org 1.2.3.4 1 2\r\n"),
	BYTES("PROXY TCP6 [::1] [::1] 1 2\r\n"),
	BYTES("PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n"),
	BYTES("PROXY TCP4 1.2.3.4 1.2.3.4 65536 2\r\n"),
	BYTES("PROXY TCP4 1.2.3.4 1.2.3.4 1 99999\r\n"),
	BYTES("PROXY TCP4 1.2.3.4 1.2.3.4 01 2\r\n"),
	BYTES("PROXY TCP4 1.2.3.4 1.2.3.4 -1 2\r\n"),
	BYTES("PROXY TCP4 1.2.3.4 1.2.3.4 1 2x\r\n"),
	/* version, command, family, transport */
	BYTES(V2 "\x11"),
	BYTES(V2 "\x31\x11\x00\x0c" V4_ENDS),
	BYTES(V2 "\x22\x11\x00\x0c" V4_ENDS),
	BYTES(V2 "\x2f\x11\x00\x0c" V4_ENDS),
	BYTES(V2 "\x21\x10\x00\x0c" V4_ENDS),
	BYTES(V2 "\x21\x13\x00\x0c" V4_ENDS),
	BYTES(V2 "\x21\x41\x00\x0c" V4_ENDS),
	BYTES(V2 "\x21\x01\x00\x00"),
	/* lengths: of the block, and of what it holds */
	BYTES(V2 "\x21\x11\x00\x0b" V4_ENDS),
	BYTES(V2 "\x21\x11\x00\x00"),
	BYTES(V2 "\x21\x21\x00\x0c" V4_ENDS),
	BYTES(V2 "\x21\x21\x00\x23" V6_ENDS),
	BYTES(V2 "\x21\x11\x07\xf1"),
	BYTES(V2 "\x20\x00\xff\xff"),
	BYTES(V2 "\x21\x11\x00\x0d" V4_ENDS "\x04"),
	BYTES(V2 "\x21\x11\x00\x0e" V4_ENDS "\x04\x00"),
	BYTES(V2 "\x21\x11\x00\x0f" V4_ENDS "\x04\x00\x01"),
	BYTES(V2 "\x21\x11\x00\x13" V4_ENDS "\x04\x00\x05wxyz"),
};

static void
what_is_no_header_is_broken(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrongs); i++)
		if (look(wrongs[i]).result != PROXY_BROKEN)
			fail_msg("row %zu: " SLICE_FMT, i,
			    SLICE_ARG(wrongs[i]));
}

static void
the_longest_header_is_read_and_a_longer_one_is_broken(void **state)
{
	struct buf b = BUF_INIT(PROXY_HEADER_MAX + 1);
	size_t rest;

	(void)state;
	buf_add(&b, V2 "\x21\x11\x07\xf0" V4_ENDS "\x04\x07\xe1", 31);
	while (b.n < PROXY_HEADER_MAX)
		buf_add_char(&b, 'x');
	assert_int_equal(look(buf_slice(&b)).result, PROXY_KNOWN);
	assert_int_equal(look(buf_slice(&b)).n, PROXY_HEADER_MAX);
	for (rest = 0; rest < PROXY_HEADER_MAX; rest++)
		assert_int_equal(look(slice_upto(buf_slice(&b), rest)).result,
		    PROXY_MORE);
	b.p[15] = '\xf1';
	assert_int_equal(look(buf_slice(&b)).result, PROXY_BROKEN);
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_header_tells_both_ends_or_that_the_proxy_speaks_for_itself),
		cmocka_unit_test(what_follows_a_header_is_not_looked_at),
		cmocka_unit_test(a_cut_header_is_incomplete_at_every_length),
		cmocka_unit_test(what_is_no_header_is_broken),
		cmocka_unit_test(
		    the_longest_header_is_read_and_a_longer_one_is_broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
