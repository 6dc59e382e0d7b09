/* SPDX-License-Identifier: MIT */
/* The pieces of offline messages that need nobody: keys, words, dates. */
#include "common/codec/mdata.h"
#include "common/codec/mime.h"
#include "soap/lockkey.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* covers: soap 11 #103 */
static void
a_lock_key_agrees_with_the_published_answers(void **state)
{
	static const char *const rows[][3] = {
		{ "11533365622852247127", "PROD0113H11T8$X_",
		    "f086d1ded067186deca8dba2231602cf" },
		{ "13038318816579321232", "PROD0113H11T8$X_",
		    "3b25f5aab8143dd9a47971541666ae0e" },
		{ "13676118092332012962", "PROD0113H11T8$X_",
		    "e9ccbb3e90fabb047bad055f1d025cde" },
		{ "22210219642164014968", "PROD0119GSJUC$18",
		    "a400af809ac86fbdf6deec7286fc06b8" },
		{ "22210219642164014968", "PROD0120PW!CCV9@",
		    "6e92a312bf6b70ee58e75a1e3315695c" },
		{ "22210219642164014968", "PROD01065C%ZFN6F",
		    "5a7ca864d9edaedfd464bbbd8e1a7c1c" },
		{ "22210219642164014968", "PROD0112J1LW7%NB",
		    "82b096fe53bbc00f9c8436a2fbc48f0d" },
		{ "22210219642164014968", "PROD0118R6%2WYOS",
		    "8c24d791ee3a1064557c99fcf95fde72" },
		{ "22210219642164014968", "PROD0114ES4Z%Q5W",
		    "e790b908276bb51115fa7eb3c8a36315" },
		{ "1663122458434562624782678054", "PROD0120PW!CCV9@",
		    "f379e91748f9722568da550eccefec47" },
	};
	char out[LOCKKEY_TEXT];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_true(lockkey_answer(slice_text(rows[i][0]),
		    slice_text(rows[i][1]), out));
		assert_memory_equal(out, rows[i][2], LOCKKEY_TEXT);
	}
}

/* covers: soap 11 #104 */
static void
a_key_is_good_when_it_is_right_or_nobody_can_tell(void **state)
{
	struct slice challenge = SLICE_LIT("22210219642164014968");
	struct slice right = SLICE_LIT("A400AF809AC86FBDF6DEEC7286FC06B8");
	struct slice wrong = SLICE_LIT("a400af809ac86fbdf6deec7286fc06b9");
	struct slice known = SLICE_LIT("PROD0119GSJUC$18");
	struct slice unknown = SLICE_LIT("PROD0000");
	char many[LOCKKEY_CHALLENGE_MAX + 1] = { 0 }, out[LOCKKEY_TEXT];

	(void)state;
	assert_true(lockkey_good(challenge, known, right));
	assert_false(lockkey_good(challenge, known, wrong));
	assert_false(lockkey_good(challenge, known, slice_upto(right, 31)));
	assert_false(lockkey_good(challenge, known, slice_make("", 0)));
	assert_true(lockkey_good(challenge, unknown, wrong));
	assert_false(lockkey_good(challenge, unknown, slice_make("", 0)));
	assert_false(lockkey_answer(challenge, unknown, out));
	assert_false(
	    lockkey_answer(slice_make(many, sizeof(many)), known, out));
	assert_true(
	    lockkey_answer(slice_make(many, sizeof(many) - 1), known, out));
}

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
		cmocka_unit_test(a_lock_key_agrees_with_the_published_answers),
		cmocka_unit_test(
		    a_key_is_good_when_it_is_right_or_nobody_can_tell),
		cmocka_unit_test(
		    encoded_words_are_read_as_their_writers_meant_them),
		cmocka_unit_test(an_encoded_word_that_is_too_long_is_refused),
		cmocka_unit_test(
		    a_waiting_message_is_told_with_its_date_a_fresh_one_without),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
