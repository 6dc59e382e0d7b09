/* SPDX-License-Identifier: MIT */
/* The pieces of offline messages that need nobody: words and dates. */
#include "common/codec/mdata.h"
#include "common/codec/mime.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void
encoded_words_are_read_as_their_writers_meant_them(void **state)
{
	/* NULL: refused */
	static const char *const rows[][2] = {
		{ "=?utf-8?B?QWxpY2U=?=", "Alice" },
		{ "=?UTF-8?b?QWxpY2U=?=", "Alice" },
		{ "  plain name ", "plain name" },
		{ "", "" },
		{ "=?utf-8?B?4pg=?= =?utf-8?B?gw==?=", "\xE2\x98\x83" },
		{ "=?utf-8?B?QQ==?= b =?utf-8?B?Qw==?=", "A b C" },
		{ "=?utf-8?Q?a_b=C3=A4=3F?=", "a b\xC3\xA4?" },
		{ "=?us-ascii?Q?x?=", "x" },
		{ "a =?b", "a =?b" },
		{ "=?utf-8?B?", "=?utf-8?B?" },
		{ "=?utf-8?B?\?=", "" },
		{ "=?utf-8?B?/w==?=", NULL },
		{ "=?utf-8?B?!?=", NULL },
		{ "=?utf-8?Q?=4?=", NULL },
		{ "=?utf-8?X?x?=", NULL },
		{ "=?koi8-r?B?QQ==?=", NULL },
		{ "\xff", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf b = BUF_INIT(100);
		bool ok = mime_word_decode(&b, slice_text(rows[i][0]));

		assert_int_equal(ok, rows[i][1] != NULL);
		if (ok)
			assert_true(slice_eq_text(buf_slice(&b), rows[i][1]));
		buf_free(&b);
	}
}

static void
an_encoded_word_that_is_too_long_is_refused(void **state)
{
	struct buf b = BUF_INIT(4);

	(void)state;
	assert_false(mime_word_decode(&b, SLICE_LIT("=?utf-8?B?QWxpY2U=?=")));
	buf_free(&b);
}

static void
a_waiting_message_is_told_with_its_date_a_fresh_one_without(void **state)
{
	static const unsigned char id[16] = { 0x2b, 0x6f };
	const struct mdata m = { SLICE_LIT("alice@example.com"),
		SLICE_LIT("Alice"), id, 1214554893157, 700 };
	struct buf b = BUF_INIT(2000);

	(void)state;
	mdata_add(&b, &m, false);
	assert_true(slice_eq_text(buf_slice(&b),
	    "<M><T>11</T><S>6</S><RT>2008-06-27T08:21:33.157Z</RT><RS>0</RS>"
	    "<SZ>700</SZ><E>alice@example.com</E>"
	    "<I>2b6f0000-0000-0000-0000-000000000000</I>"
	    "<F>00000000-0000-0000-0000-000000000009</F>"
	    "<N>=?utf-8?B?QWxpY2U=?=</N></M>"));
	buf_reset(&b);
	mdata_add(&b, &m, true);
	assert_true(slice_eq_text(buf_slice(&b),
	    "<M><T>11</T><S>6</S><RS>0</RS><SZ>700</SZ>"
	    "<E>alice@example.com</E>"
	    "<I>2b6f0000-0000-0000-0000-000000000000</I>"
	    "<F>.!!OIM</F><N>=?utf-8?B?QWxpY2U=?=</N></M>"));
	buf_reset(&b);
	mdata_add_date(&b, m.sent);
	assert_true(slice_eq_text(buf_slice(&b), "27 Jun 2008 08:21:33 +0000"));
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    encoded_words_are_read_as_their_writers_meant_them),
		cmocka_unit_test(an_encoded_word_that_is_too_long_is_refused),
		cmocka_unit_test(
		    a_waiting_message_is_told_with_its_date_a_fresh_one_without),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
