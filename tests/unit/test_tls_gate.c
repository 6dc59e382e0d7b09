/* SPDX-License-Identifier: MIT */
/* What mbedTLS gets to see of a connection, and in what shape. */
#include "common/net/tls_gate.h"
#include "common/net/tls_gather.h"
#include "common/net/tls_mbed.h"

#include <mbedtls/ssl_ciphersuites.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* From the formats of records in RFC 2246, 4346, 5246, 5288, 7366, 7905. */
static const struct row {
	int suite;
	bool etm;
	size_t least[3]; /* in TLS 1.0, 1.1 and 1.2 */
	size_t unit;
} rows[] = {
#if !MBED_3 /* which has none of these */
	{ MBEDTLS_TLS_RSA_WITH_RC4_128_MD5, false, { 16, 16, 16 }, 1 },
	{ MBEDTLS_TLS_RSA_WITH_RC4_128_SHA, false, { 20, 20, 20 }, 1 },
	{ MBEDTLS_TLS_RSA_WITH_3DES_EDE_CBC_SHA, false, { 24, 32, 32 }, 8 },
#endif
	{ MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, false, { 32, 48, 48 },
	    16 },
	{ MBEDTLS_TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA, true, { 36, 52, 52 },
	    16 },
	{ MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256, false, { 48, 64, 64 },
	    16 },
	{ MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, false, { 24, 24, 24 },
	    1 },
	{ MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, false,
	    { 24, 24, 24 }, 1 },
	{ MBEDTLS_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, false,
	    { 16, 16, 16 }, 1 },
};

static void
no_record_passes_that_is_shorter_than_its_suite_makes_any(void **state)
{
	(void)state;
	for (size_t i = 0; i < 3 * ARRAY_LEN(rows); i++) {
		const struct row *r = &rows[i / 3];
		mbedtls_ssl_session session = { .ciphersuite = r->suite,
			.encrypt_then_mac = r->etm };
		mbedtls_ssl_context ssl = {
			.state = MBEDTLS_SSL_CLIENT_FINISHED,
			.session_in = &session,
		};
		size_t least = r->least[i % 3];

		mbed_ssl_set_version(&ssl, 0x0301 + (unsigned)(i % 3));
		for (unsigned n = 0; n < 100; n++) {
			unsigned char head[5] = { 23, 3, 1, 0,
				(unsigned char)n };
			struct tls_gate g = { .left = 0 };

			/* in the clear any length is mbedTLS's to judge */
			ssl.transform_in = NULL;
			assert_true(tls_gate_admit(&g, &ssl, head));
			ssl.transform_in = (void *)&ssl;
			assert_int_equal(tls_gate_admit(&g, &ssl, head),
			    n >= least && (n - least) % r->unit == 0);
			assert_int_equal(g.left, 5 + n);
		}
	}
}

static void
a_suite_that_is_not_known_lets_nothing_through(void **state)
{
	mbedtls_ssl_session session = { .ciphersuite = 0x1234 };
	mbedtls_ssl_context ssl = { .session_in = &session,
		.transform_in = (void *)&session };
	const unsigned char head[] = { 23, 3, 3, 0x40, 0 };
	struct tls_gate g = { .left = 0 };

	(void)state;
	mbed_ssl_set_version(&ssl, 0x0303);
	assert_false(tls_gate_admit(&g, &ssl, head));
	assert_true(g.broken);
}

static void
alerts_are_counted_in_a_handshake_and_everything_behind_it(void **state)
{
	static const unsigned char types[] = { 20, 21, 22, 23 };
	mbedtls_ssl_context ssl = { .session_in = NULL };

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_LEN(types); i++) {
		const unsigned char head[] = { types[i / 2], 3, 3, 0, 2 };
		bool counted = i % 2 == 1 || head[0] == 21;
		struct tls_gate g = { .left = 0 };

		ssl.state = i % 2 ? MBEDTLS_SSL_HANDSHAKE_OVER
				  : MBEDTLS_SSL_CLIENT_KEY_EXCHANGE;
		for (int k = 0; k < TLS_IDLE_MAX; k++)
			assert_true(tls_gate_admit(&g, &ssl, head));
		assert_int_equal(tls_gate_admit(&g, &ssl, head), !counted);
		assert_int_equal(g.flooded, counted);
	}
}

/* ---- hellos in several records ---- */

static const unsigned char hello[] = { 1, 0, 0, 41, 3, 1,  /* TLS 1.0 */
	1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8,    /* random */
	1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 0, /* session */
	0, 2, 0, 0x2f, 1, 0 };

/* The hello in records of n bytes, and a byte behind it. */
static struct buf
in_pieces(size_t n)
{
	struct buf b = BUF_INIT(1024);

	for (size_t at = 0; at < sizeof(hello); at += n) {
		size_t part = size_min(n, sizeof(hello) - at);

		buf_add(&b, "\x16\3\1\0", 4);
		buf_add_char(&b, (char)part);
		buf_add(&b, hello + at, part);
	}
	buf_add_char(&b, 'x');
	return b;
}

static void
pieces_of_any_size_become_one_record(void **state)
{
	(void)state;
	for (size_t n = 1; n < sizeof(hello); n++) {
		struct buf to = BUF_INIT(TLS_GATHERED_MAX);
		struct buf b = in_pieces(n);
		struct slice in = buf_slice(&b);

		assert_int_equal(tls_sniff_hello(in).kind, TLS_HELLO_PART);
		assert_int_equal(tls_gather(&to, &in), TLS_GATHER_WHOLE);
		assert_int_equal(in.n, 1);
		assert_int_equal(to.n, 5 + sizeof(hello));
		assert_memory_equal(to.p, "\x16\3\1\0\x2d", 5);
		assert_memory_equal(to.p + 5, hello, sizeof(hello));
		assert_int_equal(tls_sniff_hello(buf_slice(&to)).kind,
		    TLS_HELLO_LEGACY);
		buf_free(&to);
		buf_free(&b);
	}
}

static void
pieces_are_taken_as_they_come(void **state)
{
	struct buf b = in_pieces(3);

	(void)state;
	for (size_t cut = 1; cut < b.n - 1; cut++) {
		struct buf to = BUF_INIT(TLS_GATHERED_MAX);
		struct slice in = slice_make(b.p, cut);
		size_t used;

		assert_int_equal(tls_gather(&to, &in), TLS_GATHER_MORE);
		used = cut - in.n;
		assert_true(in.n < 8);
		in = slice_from(buf_slice(&b), used);
		assert_int_equal(tls_gather(&to, &in), TLS_GATHER_WHOLE);
		assert_memory_equal(to.p + 5, hello, sizeof(hello));
		buf_free(&to);
	}
	buf_free(&b);
}

static void
what_is_no_hello_in_pieces_is_broken(void **state)
{
	static const char *const after[] = { "\x16\3\1\0\0", "\x15\3\1\0\1",
		"\x16\2\1\0\1", "\x16\3\1\x20\1", "\x17\3\1\0\1" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(after); i++) {
		struct buf to = BUF_INIT(TLS_GATHERED_MAX);
		struct buf b = BUF_INIT(100);
		struct slice in;

		buf_add(&b, "\x16\3\1\0\2\1\0", 7);
		buf_add(&b, after[i], 5);
		buf_add(&b, "x", 1);
		in = buf_slice(&b);
		assert_int_equal(tls_gather(&to, &in), TLS_GATHER_BROKEN);
		buf_free(&to);
		buf_free(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    no_record_passes_that_is_shorter_than_its_suite_makes_any),
		cmocka_unit_test(
		    a_suite_that_is_not_known_lets_nothing_through),
		cmocka_unit_test(
		    alerts_are_counted_in_a_handshake_and_everything_behind_it),
		cmocka_unit_test(pieces_of_any_size_become_one_record),
		cmocka_unit_test(pieces_are_taken_as_they_come),
		cmocka_unit_test(what_is_no_hello_in_pieces_is_broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
