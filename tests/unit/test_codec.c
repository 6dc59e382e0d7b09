/* SPDX-License-Identifier: MIT */
#include "common/codec/base64.h"
#include "common/codec/digest.h"
#include "common/codec/hex.h"
#include "common/codec/json.h"
#include "common/codec/mime.h"
#include "common/codec/page.h"
#include "common/codec/url.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct pair {
	struct slice plain;
	struct slice coded;
};

static void
check(struct buf *b, struct slice want)
{
	assert_true(buf_ok(b));
	assert_int_equal(b->n, want.n);
	assert_true(slice_eq(buf_slice(b), want));
	buf_reset(b);
}

static void
url_escapes_all_but_the_unreserved_and_decodes_it_again(void **state)
{
	const struct pair rows[] = {
		{ SLICE_LIT(""), SLICE_LIT("") },
		{ SLICE_LIT("aZ09-._~"), SLICE_LIT("aZ09-._~") },
		{ SLICE_LIT("a b+c%"), SLICE_LIT("a%20b%2Bc%25") },
		{ SLICE_LIT("\xc3\xa4\0\x7f"), SLICE_LIT("%C3%A4%00%7F") },
	};
	struct buf b = BUF_INIT(1000);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		url_encode(&b, rows[i].plain);
		check(&b, rows[i].coded);
		url_decode(&b, rows[i].coded);
		check(&b, rows[i].plain);
	}
	buf_free(&b);
}

static void
a_word_keeps_everything_that_does_not_break_a_line_of_words(void **state)
{
	struct buf b = BUF_INIT(1000);

	(void)state;
	url_encode_word(&b, SLICE_LIT("(a) \t50%\r\n\xc3\xa4<&>\x7f"));
	check(&b, SLICE_LIT("(a)%20%0950%25%0D%0A\xc3\xa4<&>%7F"));
	buf_free(&b);
}

static void
a_percent_without_two_digits_stays_as_it_is(void **state)
{
	const struct pair rows[] = {
		{ SLICE_LIT("100%"), SLICE_LIT("100%") },
		{ SLICE_LIT("%4"), SLICE_LIT("%4") },
		{ SLICE_LIT("%g1%1g"), SLICE_LIT("%g1%1g") },
		{ SLICE_LIT("%%41"), SLICE_LIT("%A") },
		{ SLICE_LIT("%c3%A4+"), SLICE_LIT("\xc3\xa4+") },
	};
	struct buf b = BUF_INIT(1000);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		url_decode(&b, rows[i].plain);
		check(&b, rows[i].coded);
	}
	assert_false(url_well_formed(SLICE_LIT("100%")));
	assert_false(url_well_formed(SLICE_LIT("%4")));
	assert_false(url_well_formed(SLICE_LIT("%zz")));
	assert_false(url_well_formed(SLICE_LIT("%41%zz")));
	assert_true(url_well_formed(SLICE_LIT("a%20b")));
	assert_true(url_well_formed(SLICE_LIT("")));
	buf_free(&b);
}

static void
a_plus_is_a_space_in_a_form_only(void **state)
{
	struct buf b = BUF_INIT(1000);

	(void)state;
	url_decode(&b, SLICE_LIT("a+b%2B"));
	check(&b, SLICE_LIT("a+b+"));
	url_decode_form(&b, SLICE_LIT("a+b%2B"));
	check(&b, SLICE_LIT("a b+"));
	buf_free(&b);
}

static void
base64_agrees_with_the_vectors_of_rfc_4648(void **state)
{
	const struct pair rows[] = {
		{ SLICE_LIT(""), SLICE_LIT("") },
		{ SLICE_LIT("f"), SLICE_LIT("Zg==") },
		{ SLICE_LIT("fo"), SLICE_LIT("Zm8=") },
		{ SLICE_LIT("foo"), SLICE_LIT("Zm9v") },
		{ SLICE_LIT("foob"), SLICE_LIT("Zm9vYg==") },
		{ SLICE_LIT("fooba"), SLICE_LIT("Zm9vYmE=") },
		{ SLICE_LIT("foobar"), SLICE_LIT("Zm9vYmFy") },
		{ SLICE_LIT("\xff\xef\xbe\0"), SLICE_LIT("/+++AA==") },
	};
	struct buf b = BUF_INIT(1000);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		base64_encode(&b, rows[i].plain);
		check(&b, rows[i].coded);
		assert_true(base64_decode(&b, rows[i].coded));
		check(&b, rows[i].plain);
	}
	assert_true(base64_decode(&b, SLICE_LIT(" Zm9v\r\n\tYg = =\n")));
	check(&b, SLICE_LIT("foob"));
	buf_free(&b);
}

static void
what_is_no_base64_is_refused_and_leaves_the_buffer_alone(void **state)
{
	const struct slice bad[] = {
		SLICE_LIT("Z"),
		SLICE_LIT("Zg"),
		SLICE_LIT("Zg="),
		SLICE_LIT("Zg==="),
		SLICE_LIT("Zg==Zg=="),
		SLICE_LIT("Z=g="),
		SLICE_LIT("="),
		SLICE_LIT("===="),
		SLICE_LIT("Zm9v!"),
		SLICE_LIT("Zm9\0"),
		SLICE_LIT("Zh=="), /* bits left over */
		SLICE_LIT("Zm9="),
		SLICE_LIT("\xff\xff\xff\xff"),
	};
	struct buf b = BUF_INIT(1000);

	(void)state;
	buf_add_text(&b, "kept");
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		assert_false(base64_decode(&b, bad[i]));
		assert_true(slice_eq_text(buf_slice(&b), "kept"));
	}
	buf_free(&b);
}

static void
the_ticket_alphabet_has_no_padding_and_no_second_spelling(void **state)
{
	struct buf b = BUF_INIT(1000);

	(void)state;
	base64_ticket_encode(&b, SLICE_LIT("\xff\xef\xbe\0"));
	check(&b, SLICE_LIT("*!!!AA"));
	assert_true(base64_ticket_decode(&b, SLICE_LIT("*!!!AA")));
	check(&b, SLICE_LIT("\xff\xef\xbe\0"));
	assert_false(base64_ticket_decode(&b, SLICE_LIT("*!!!AB")));
	assert_false(base64_ticket_decode(&b, SLICE_LIT("*!!!AA==")));
	assert_false(base64_ticket_decode(&b, SLICE_LIT("*!!!A A")));
	assert_false(base64_ticket_decode(&b, SLICE_LIT("/+++AA")));
	assert_false(base64_ticket_decode(&b, SLICE_LIT("*!!!A")));
	buf_free(&b);
}

static void
hex_reads_either_case_and_whole_bytes_only(void **state)
{
	struct buf b = BUF_INIT(1000);

	(void)state;
	hex_encode(&b, SLICE_LIT("\0\x7f\xff"));
	check(&b, SLICE_LIT("007fff"));
	assert_true(hex_decode(&b, SLICE_LIT("007FfF")));
	check(&b, SLICE_LIT("\0\x7f\xff"));
	assert_false(hex_decode(&b, SLICE_LIT("007")));
	assert_false(hex_decode(&b, SLICE_LIT("00 7")));
	assert_false(hex_decode(&b, SLICE_LIT("0g")));
	assert_int_equal(b.n, 0);
	buf_free(&b);
}

static void
a_guid_is_read_with_or_without_braces_and_written_in_lower_case(void **state)
{
	const struct slice good[] = {
		SLICE_LIT("CFE80F9D-180F-4399-82AB-413F33A1FA11"),
		SLICE_LIT("{cfe80f9d-180f-4399-82ab-413f33a1fa11}"),
	};
	const struct slice bad[] = {
		SLICE_LIT(""),
		SLICE_LIT("{CFE80F9D-180F-4399-82AB-413F33A1FA11"),
		SLICE_LIT("CFE80F9D-180F-4399-82AB-413F33A1FA1"),
		SLICE_LIT("CFE80F9D1-80F-4399-82AB-413F33A1FA11"),
		SLICE_LIT("CFE80F9D-180F-4399-82AB-413F33A1FA1x"),
		SLICE_LIT("(CFE80F9D-180F-4399-82AB-413F33A1FA11)"),
	};
	unsigned char g[GUID_BYTES];
	struct buf b = BUF_INIT(100);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		memset(g, 0, sizeof(g));
		assert_true(guid_parse(good[i], g));
		assert_int_equal(g[0], 0xcf);
		assert_int_equal(g[15], 0x11);
		guid_add(&b, g);
		check(&b, SLICE_LIT("cfe80f9d-180f-4399-82ab-413f33a1fa11"));
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(guid_parse(bad[i], g));
	buf_free(&b);
}

static void
expect_hex(const unsigned char *p, size_t n, const char *hex)
{
	struct buf b = BUF_INIT(1000);

	hex_encode(&b, slice_make(p, n));
	check(&b, slice_text(hex));
	buf_free(&b);
}

static void
digests_of_parts_are_digests_of_the_whole(void **state)
{
	const struct slice abc[] = { SLICE_LIT("a"), SLICE_LIT(""),
		SLICE_LIT("bc") };
	unsigned char out[SHA256_BYTES];

	(void)state;
	digest_md5(abc, 3, out);
	expect_hex(out, MD5_BYTES, "900150983cd24fb0d6963f7d28e17f72");
	digest_sha1(abc, 3, out);
	expect_hex(out, SHA1_BYTES, "a9993e364706816aba3e25717850c26c9cd0d89d");
	digest_sha256(abc, 3, out);
	expect_hex(out, SHA256_BYTES,
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	digest_md5(NULL, 0, out);
	expect_hex(out, MD5_BYTES, "d41d8cd98f00b204e9800998ecf8427e");
}

/* RFC 2202 and RFC 4231, the case of "Jefe". */
static void
macs_and_the_checksum_agree_with_their_documents(void **state)
{
	const struct slice text[] = { SLICE_LIT("what do ya want "),
		SLICE_LIT("for nothing?") };
	unsigned char out[SHA256_BYTES];

	(void)state;
	digest_hmac_sha1(SLICE_LIT("Jefe"), text, 2, out);
	expect_hex(out, SHA1_BYTES, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
	digest_hmac_sha256(SLICE_LIT("Jefe"), text, 2, out);
	expect_hex(out, SHA256_BYTES,
	    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	assert_true(digest_crc32(SLICE_LIT("123456789")) == 0xcbf43926u);
	assert_true(digest_crc32(SLICE_LIT("")) == 0);
}

static void
a_payload_is_cut_at_the_first_empty_line(void **state)
{
	const struct {
		struct slice payload;
		const char *headers;
		const char *body;
	} rows[] = {
		{ SLICE_LIT("A: b\r\nC: d\r\n\r\nx\r\n\r\ny"),
		    "A: b\r\nC: d\r\n", "x\r\n\r\ny" },
		{ SLICE_LIT("A: b\n\nx"), "A: b\n", "x" },
		{ SLICE_LIT("A: b\n\r\nx"), "A: b\n", "x" },
		{ SLICE_LIT("\r\nx"), "", "x" },
		{ SLICE_LIT("A: b"), "A: b", "" },
		{ SLICE_LIT("A: b\r\n"), "A: b\r\n", "" },
		{ SLICE_LIT("A: b\r\n\r"), "A: b\r\n\r", "" },
		{ SLICE_LIT("A: b\r\n\r\n"), "A: b\r\n", "" },
		{ SLICE_LIT(""), "", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct slice headers, body;

		mime_split(rows[i].payload, &headers, &body);
		assert_true(slice_eq_text(headers, rows[i].headers));
		assert_true(slice_eq_text(body, rows[i].body));
	}
}

static void
a_header_is_found_without_regard_to_case_and_trimmed(void **state)
{
	struct slice h =
	    SLICE_LIT("MIME-Version: 1.0\r\n"
		      "content-TYPE:  text/plain; charset=UTF-8 \r\n"
		      " X-Folded: no\n"
		      "Empty:\r\n"
		      "no colon\r\n"
		      "Content-Type: second");
	struct slice v;

	(void)state;
	assert_true(mime_header(h, "Content-Type", &v));
	assert_true(slice_eq_text(v, "text/plain; charset=UTF-8"));
	assert_true(slice_eq_text(mime_type(v), "text/plain"));
	assert_true(mime_header(h, "Empty", &v) && v.n == 0);
	assert_false(mime_header(h, "X-Folded", &v));
	assert_false(mime_header(h, "no colon", &v));
	assert_false(mime_header(h, "Content", &v));
	assert_false(mime_header((struct slice){ 0 }, "A", &v));
	assert_true(slice_eq_text(mime_type(SLICE_LIT(" a/b ")), "a/b"));
	assert_int_equal(mime_type(SLICE_LIT("")).n, 0);
}

static void
a_header_value_cannot_begin_another_header(void **state)
{
	struct buf b = BUF_INIT(100);

	(void)state;
	mime_add(&b, "From", SLICE_LIT("a\r\nTo: b"));
	check(&b, SLICE_LIT("From: aTo: b\r\n"));
	buf_free(&b);
}

static void
json_text_is_escaped_and_always_utf8(void **state)
{
	const struct {
		struct slice plain;
		struct slice coded;
	} rows[] = {
		{ SLICE_LIT(""), SLICE_LIT("\"\"") },
		{ SLICE_LIT("a\"b\\c/"), SLICE_LIT("\"a\\\"b\\\\c/\"") },
		{ SLICE_LIT("\n\r\t\0\x1f\x7f"),
		    SLICE_LIT("\"\\n\\u000d\\u0009\\u0000\\u001f\\u007f\"") },
		{ SLICE_LIT("\xe2\x98\x83"), SLICE_LIT("\"\xe2\x98\x83\"") },
		{ SLICE_LIT("\xe4\x80"),
		    SLICE_LIT("\"\xc3\xa4\xe2\x82\xac\"") },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf b = BUF_INIT(100);

		json_add_text(&b, rows[i].plain);
		check(&b, rows[i].coded);
		buf_free(&b);
	}
}

static void
text_on_a_page_is_escaped_and_what_is_no_character_is_mended(void **state)
{
	const struct {
		struct slice plain;
		struct slice coded;
	} rows[] = {
		{ SLICE_LIT(""), SLICE_LIT("") },
		{ SLICE_LIT("<a b=\"c\">&'</a>"),
		    SLICE_LIT(
			"&lt;a b=&quot;c&quot;&gt;&amp;&#39;&lt;/a&gt;") },
		{ SLICE_LIT("&lt;{{key}}\t\r\n"),
		    SLICE_LIT("&amp;lt;{{key}}\t\r\n") },
		{ SLICE_LIT("\xc3\xa4\xe2\x80\xa8\xf0\x9f\x98\x80"),
		    SLICE_LIT("\xc3\xa4\xe2\x80\xa8\xf0\x9f\x98\x80") },
		/* an overlong '<', half a character, what XML has not */
		{ SLICE_LIT("\xc0\xbc"
			    "b"),
		    SLICE_LIT("\xef\xbf\xbd\xef\xbf\xbd"
			      "b") },
		{ SLICE_LIT("a\xe2\x98"),
		    SLICE_LIT("a\xef\xbf\xbd\xef\xbf\xbd") },
		{ SLICE_LIT("\xef\xbf\xbe\x7f"),
		    SLICE_LIT("\xef\xbf\xbd\xef\xbf\xbd") },
		{ SLICE_LIT("<\0s\x1b"),
		    SLICE_LIT("&lt;\xef\xbf\xbds\xef\xbf\xbd") },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf b = BUF_INIT(100);

		page_add_text(&b, rows[i].plain);
		check(&b, rows[i].coded);
		buf_free(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    url_escapes_all_but_the_unreserved_and_decodes_it_again),
		cmocka_unit_test(
		    a_word_keeps_everything_that_does_not_break_a_line_of_words),
		cmocka_unit_test(a_percent_without_two_digits_stays_as_it_is),
		cmocka_unit_test(a_plus_is_a_space_in_a_form_only),
		cmocka_unit_test(base64_agrees_with_the_vectors_of_rfc_4648),
		cmocka_unit_test(
		    what_is_no_base64_is_refused_and_leaves_the_buffer_alone),
		cmocka_unit_test(
		    the_ticket_alphabet_has_no_padding_and_no_second_spelling),
		cmocka_unit_test(hex_reads_either_case_and_whole_bytes_only),
		cmocka_unit_test(
		    a_guid_is_read_with_or_without_braces_and_written_in_lower_case),
		cmocka_unit_test(digests_of_parts_are_digests_of_the_whole),
		cmocka_unit_test(
		    macs_and_the_checksum_agree_with_their_documents),
		cmocka_unit_test(a_payload_is_cut_at_the_first_empty_line),
		cmocka_unit_test(
		    a_header_is_found_without_regard_to_case_and_trimmed),
		cmocka_unit_test(a_header_value_cannot_begin_another_header),
		cmocka_unit_test(json_text_is_escaped_and_always_utf8),
		cmocka_unit_test(
		    text_on_a_page_is_escaped_and_what_is_no_character_is_mended),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
