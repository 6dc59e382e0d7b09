/* SPDX-License-Identifier: MIT */
/* The answers to challenges, against published and computed ones. */
#include "common/codec/chl.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define OLD "msmsgs@msnmsgr.com"

struct vector {
	const char *challenge, *product, *answer;
};

/* clang-format off */
static const struct vector first[] = {
	{ "11111111111111111111", OLD,                "3b6666b60157322b6fc6e41a115968f5" },
	{ "12345678901234567890", OLD,                "8ba1bb9d6dbf624fee31a2053af5fdd0" },
	{ "15570131571988941333", "PROD0038W!61ZTF9", "ca90e6a7c94a14aae7b3ae0f6018433e" },
	{ "12345678901234567890", "PROD0038W!61ZTF9", "c64fe621f55832479b97b7f50829d5c1" },
	{ "12345678901234567890", "PROD0058#7IL2{QD", "be395734ad0360b41b77e1aa962d4e0d" },
	{ "12345678901234567890", "PROD0061VRRZH@4F", "30bba2cf70fb75e1869eb8dc111b51fb" },
	{ "12345678901234567890", "PROD00504RLUG%WL", "c1a22a4e46d861e680603aba787ee983" },
	{ "12345678901234567890", "PROD0076ENE8*@AW", "8f2cbbd5996a9f3564f6dc0d9fb8471e" },
};

static const struct vector second[] = {
	{ "22210219642164014968",        "PROD0090YUAUV{2B", "85ecb0db8f32113df79ce0892b9a102c" },
	{ "13038318816579321232",        "PROD0090YUAUV{2B", "b01c13020e374d4fa20abfad6981b7a9" },
	{ "12345678901234567890",        "PROD0090YUAUV{2B", "a57a33d300de0b8c4d3c074d423e25fb" },
	{ "12345678901234567890",        "PROD00974#MT*RC2", "02d4dbba1c2607cd8f002b88050e26d1" },
	{ "12345678901234567890",        "PROD0101{0RM?UBW", "7273d989239f9bc4bbde22f72b399453" },
	{ "15570131571988941333",        "PROD0101{0RM?UBW", "a2bcaf5dec2e7407282d443a8e38abd8" },
	{ "12345678901234567890",        "PROD0104U6VVM{UJ", "0047264b889347353ad590962b71b222" },
	{ "12345678901234567890",        "PROD01065C%ZFN6F", "ab79f50f8cd7e77313cb82138f49fc20" },
	{ "11533365622852247127",        "PROD0113H11T8$X_", "f086d1ded067186deca8dba2231602cf" },
	{ "237191752526424888127371168", "PROD0113H11T8$X_", "65b6b623c649c25629af048d34066040" },
	/* eight fit: a client that pads all the same answers otherwise */
	{ "123456789012345678901234",    "PROD0119GSJUC$18", "f868aa222021b4aebf000817a677617f" },
	{ "12345678901234567890",        "PROD0112J1LW7%NB", "7cc3d03d3ca73f49bc47a9d72b839a9c" },
	{ "12345678901234567890",        "PROD0114ES4Z%Q5W", "192bf147d224b715cd074811fecb56af" },
	{ "12345678901234567890",        "PROD0118R6%2WYOS", "5b22af0260946b07fc8299951890dde4" },
	{ "12345678901234567890",        "PROD0119GSJUC$18", "3f16eba5629b9abc4a37c2cfbdc0f5d7" },
	{ "12345678901234567890",        "PROD0120PW!CCV9@", "d21f78ed9cd4181eba9499824d73c215" },
	{ "237191752526424888127371168", "PROD0119GSJUC$18", "62152a606bcf9d00e81fbdba0349ea7b" },
	{ "11533365622852247127",        "PROD0119GSJUC$18", "1e337c28b43ed3acc3e46bfa988c4c92" },
};
/* clang-format on */

static enum chl_verdict
judge(const struct vector *v, bool second_hash)
{
	return chl_judge(slice_text(v->challenge), slice_text(v->product),
	    slice_text(v->answer), second_hash);
}

static void
check(const struct vector *v, bool second_hash)
{
	char answer[CHL_ANSWER + 1];

	assert_true(chl_answer(slice_text(v->challenge), slice_text(v->product),
	    answer));
	assert_string_equal(answer, v->answer);
	assert_int_equal(judge(v, second_hash), CHL_RIGHT);
	/* a product of the other years */
	assert_int_equal(judge(v, !second_hash), CHL_WRONG);
	answer[CHL_ANSWER - 1] ^= 1;
	assert_int_equal(chl_judge(slice_text(v->challenge),
			     slice_text(v->product), slice_text(answer),
			     second_hash),
	    CHL_WRONG);
}

/* covers: ns-classic 15 #100; soap 11 #27, #103 */
static void
every_product_answers_as_was_published(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(first); i++)
		check(&first[i], false);
	for (size_t i = 0; i < ARRAY_LEN(second); i++)
		check(&second[i], true);
}

static void
a_product_without_a_known_key_is_neither_right_nor_wrong(void **state)
{
	static const struct vector cases[] = {
		{ "1", "PROD00517IFH4@RV", "00000000000000000000000000000000" },
		{ "1", "PROD008955JTJ_S7", "00000000000000000000000000000000" },
		{ "1", "", "00000000000000000000000000000000" },
	};
	char answer[CHL_ANSWER + 1];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(judge(&cases[i], false), CHL_UNKNOWN);
		assert_int_equal(judge(&cases[i], true), CHL_UNKNOWN);
		assert_false(chl_answer(SLICE_LIT("1"),
		    slice_text(cases[i].product), answer));
	}
}

static void
an_answer_has_32_hex_digits_of_either_case(void **state)
{
	struct vector v = { "12345678901234567890", OLD,
		"8BA1BB9D6DBF624FEE31A2053AF5FDD0" };

	(void)state;
	assert_int_equal(judge(&v, false), CHL_RIGHT);
	v.answer = "8ba1bb9d6dbf624fee31a2053af5fdd";
	assert_int_equal(judge(&v, false), CHL_WRONG);
	v.answer = "";
	assert_int_equal(judge(&v, false), CHL_WRONG);
	/* whoever it is */
	v.product = "a stranger";
	assert_int_equal(judge(&v, false), CHL_WRONG);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_product_answers_as_was_published),
		cmocka_unit_test(
		    a_product_without_a_known_key_is_neither_right_nor_wrong),
		cmocka_unit_test(an_answer_has_32_hex_digits_of_either_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
