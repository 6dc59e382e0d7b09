/* SPDX-License-Identifier: MIT */
#include "common/base/panic.h"
#include "common/net/tls_setup.h"
#include "common/net/tls_sniff.h"
#include "tests/unit/tls_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void
hellos_are_told_apart_by_the_highest_version(void **state)
{
	static const struct {
		unsigned version;
		const char *sni;
		enum tls_hello_kind kind;
	} rows[] = {
		{ 0x0300, NULL, TLS_HELLO_SSL3 },
		{ 0x0301, NULL, TLS_HELLO_LEGACY },
		{ 0x0302, "login.live.com", TLS_HELLO_LEGACY },
		{ 0x0303, NULL, TLS_HELLO_MODERN },
		{ 0x0303, "nexus.passport.com", TLS_HELLO_MODERN },
		{ 0x0304, NULL, TLS_HELLO_MODERN },
		{ 0x0200, NULL, TLS_HELLO_BROKEN },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf b = tls_client_hello(rows[i].version, rows[i].sni);
		struct tls_hello h = tls_sniff_hello(buf_slice(&b));

		assert_int_equal(h.kind, rows[i].kind);
		assert_int_equal(h.version, rows[i].version);
		assert_true(slice_eq_text(h.sni,
		    rows[i].sni != NULL ? rows[i].sni : ""));
		buf_free(&b);
	}
}

static void
a_cut_hello_is_incomplete_at_every_length(void **state)
{
	struct buf b = tls_client_hello(0x0303, "a.example");

	(void)state;
	for (size_t n = 0; n < b.n; n++) {
		/* Of its own size, so that reading on is noticed. */
		char *copy = mem_copy_text(b.p, n);
		struct tls_hello h = tls_sniff_hello(slice_make(copy, n));

		assert_int_equal(h.kind, TLS_HELLO_MORE);
		free(copy);
	}
	buf_free(&b);
}

static void
a_hello_with_any_byte_changed_is_read_within_its_bounds(void **state)
{
	struct buf b = tls_client_hello(0x0303, "a.example");

	(void)state;
	for (size_t i = 0; i < b.n; i++)
		for (int v = 0; v < 256; v += 5) {
			char *copy = mem_copy_text(b.p, b.n);
			struct tls_hello h;

			copy[i] = (char)v;
			h = tls_sniff_hello(slice_make(copy, b.n));
			assert_true(h.kind < TLS_HELLO_KINDS);
			free(copy);
		}
	buf_free(&b);
}

static void
what_is_no_hello_is_named(void **state)
{
	/* clang-format off */
	static const struct { const char *in; size_t n; enum tls_hello_kind kind; } rows[] = {
	{ "", 0, TLS_HELLO_MORE },
	{ "\x16", 1, TLS_HELLO_MORE },
	{ "\x16\x02", 2, TLS_HELLO_JUNK },
	{ "\x16\3\1\0\0", 5, TLS_HELLO_BROKEN },
	{ "\x16\3\1\0\3", 5, TLS_HELLO_MORE },
	{ "\x16\3\1\0\3\1\0\0", 8, TLS_HELLO_PART },
	{ "\x16\3\1\x20\1", 5, TLS_HELLO_BROKEN },
	{ "\x16\3\1\0\x40\2", 6, TLS_HELLO_BROKEN },
	/* it goes on in the next record; or is too long for all of them */
	{ "\x16\3\1\0\4\1\0\0\1", 9, TLS_HELLO_PART },
	{ "\x16\3\1\0\4\1\0\x1f\xfc", 9, TLS_HELLO_PART },
	{ "\x16\3\1\0\4\1\0\x1f\xfd", 9, TLS_HELLO_BROKEN },
	{ "\x16\3\1\0\4\1\0\0\0", 9, TLS_HELLO_BROKEN },
	{ "\x80\x2e\1", 3, TLS_HELLO_MORE },
	{ "\x80\x2e\1\3\1", 5, TLS_HELLO_MORE },
	{ "\xa0\x01\1\3\1", 5, TLS_HELLO_BROKEN },
	{ "\x80\x09\1\3\1\0\0\0\0\0\0", 11, TLS_HELLO_BROKEN },
	{ "\x80\x2e\1\0\2", 5, TLS_HELLO_SSL2 },
	{ "\x80\x2e\1\7\7", 5, TLS_HELLO_JUNK },
	{ "\x80\x2e\4", 3, TLS_HELLO_JUNK },
	{ "GE", 2, TLS_HELLO_MORE },
	{ "GET / HTTP/1.0", 14, TLS_HELLO_HTTP },
	{ "POST", 4, TLS_HELLO_HTTP },
	{ "VER 1 MSNP8", 11, TLS_HELLO_JUNK },
	{ "\0\0\0\0\0", 5, TLS_HELLO_JUNK },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(tls_sniff_hello(
				     slice_make(rows[i].in, rows[i].n))
				     .kind,
		    rows[i].kind);
}

static void
a_hello_in_the_format_of_sslv2_is_taken_apart(void **state)
{
	/* clang-format off */
	static const struct { const char *in; enum tls_hello_kind kind; } rows[] = {
	{ "\x80\x25\1\3\0\0\x0c\0\0\0\x10", TLS_HELLO_SSL3 },
	{ "\x80\x25\1\3\1\0\x0c\0\0\0\x10", TLS_HELLO_V2 },
	{ "\x80\x25\1\3\3\0\x0c\0\0\0\x10", TLS_HELLO_V2 },
	/* lengths that do not add up, no whole suites, a short challenge */
	{ "\x80\x25\1\3\1\0\x0c\0\0\0\x11", TLS_HELLO_BROKEN },
	{ "\x80\x25\1\3\1\0\x0b\0\1\0\x10", TLS_HELLO_BROKEN },
	{ "\x80\x25\1\3\1\0\x0f\0\0\0\x0d", TLS_HELLO_BROKEN },
	{ "\x80\x25\1\3\1\0\0\0\x0c\0\x0f", TLS_HELLO_BROKEN },
	};
	/* clang-format on */
	static const char rest[] = "\1\0\x80\0\0\4\0\0\x0a\7\0\xc0"
				   "0123456789abcdef";

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf b = BUF_INIT(100);
		struct tls_hello h;
		size_t at = 0;

		buf_add(&b, rows[i].in, 11);
		buf_add(&b, rest, sizeof(rest) - 1);
		for (size_t n = 0; n < b.n; n++)
			assert_int_equal(tls_sniff_hello(slice_make(b.p, n))
					     .kind,
			    TLS_HELLO_MORE);
		buf_add_text(&b, "next");
		h = tls_sniff_hello(buf_slice(&b));
		assert_int_equal(h.kind, rows[i].kind);
		assert_int_equal(h.record, b.n - 4);
		if (h.kind != TLS_HELLO_BROKEN) {
			assert_true(
			    slice_eq_text(h.random, "0123456789abcdef"));
			assert_int_equal(h.message.n, b.n - 4 - 2);
			assert_int_equal(tls_hello_suite(&h, &at), 0x0004);
			assert_int_equal(tls_hello_suite(&h, &at), 0x000a);
			assert_int_equal(tls_hello_suite(&h, &at), -1);
		}
		buf_free(&b);
	}
}

static void
export_alone_is_noticed_in_both_formats(void **state)
{
	/* clang-format off */
	static const struct { const char *suites; size_t n; unsigned each; bool only; } rows[] = {
	{ "\0\3\0\6", 4, 2, true },
	{ "\0\3\0\6\0\xff\x56\0", 8, 2, true },
	{ "\0\3\0\5", 4, 2, false },
	{ "\0\3\xc0\3", 4, 2, false },
	{ "\0\xff", 2, 2, false },
	{ "", 0, 2, false },
	{ "\0\0\3\2\0\x80\0\0\x64", 9, 3, true },
	{ "\0\0\3\0\0\x0a", 6, 3, false },
	{ "\2\0\x80", 3, 3, false },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct tls_hello h = { .suite_bytes = rows[i].each,
			.suites = slice_make(rows[i].suites, rows[i].n) };

		assert_int_equal(tls_hello_export_only(&h), rows[i].only);
	}
}

static void
names_match_without_case_and_a_star_is_one_label(void **state)
{
	/* clang-format off */
	static const struct { const char *pattern, *host; bool same; } rows[] = {
	{ "a.example", "A.Example", true },
	{ "a.example", "b.example", false },
	{ "*.example", "a.example", true },
	{ "*.example", "a.b.example", false },
	{ "*.example", ".example", false },
	{ "*.example", "example", false },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(tls_setup_name_matches(slice_text(
							    rows[i].pattern),
				     slice_text(rows[i].host)),
		    rows[i].same);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hellos_are_told_apart_by_the_highest_version),
		cmocka_unit_test(a_cut_hello_is_incomplete_at_every_length),
		cmocka_unit_test(
		    a_hello_with_any_byte_changed_is_read_within_its_bounds),
		cmocka_unit_test(what_is_no_hello_is_named),
		cmocka_unit_test(a_hello_in_the_format_of_sslv2_is_taken_apart),
		cmocka_unit_test(export_alone_is_noticed_in_both_formats),
		cmocka_unit_test(
		    names_match_without_case_and_a_star_is_one_label),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
