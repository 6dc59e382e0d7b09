/* SPDX-License-Identifier: MIT */
/* Keys from passphrases. */
#include "common/auth/passphrase.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void
a_key_is_made_again_by_passphrase_and_setting_alone(void **state)
{
	char setting[PASSPHRASE_SETTING_MAX + 1];
	char other[PASSPHRASE_SETTING_MAX + 1];
	unsigned char key[4][PASSPHRASE_KEY_BYTES];
	struct slice phrase = SLICE_LIT("correct horse");

	(void)state;
	passphrase_setting(env_real(), setting);
	passphrase_setting(env_real(), other);
	assert_string_not_equal(setting, other);
	assert_int_equal(passphrase_key(phrase, slice_text(setting), key[0]),
	    0);
	assert_int_equal(passphrase_key(phrase, slice_text(setting), key[1]),
	    0);
	assert_int_equal(passphrase_key(phrase, slice_text(other), key[2]), 0);
	assert_int_equal(passphrase_key(SLICE_LIT("correct horsf"),
			     slice_text(setting), key[3]),
	    0);
	assert_memory_equal(key[0], key[1], sizeof(key[0]));
	assert_memory_not_equal(key[0], key[2], sizeof(key[0]));
	assert_memory_not_equal(key[0], key[3], sizeof(key[0]));
}

/* It comes from a file that anybody may have made. */
static void
a_setting_of_another_cost_is_refused(void **state)
{
	static const char *const others[] = { "", "$y$", "$y$j9T$",
		"$y$j9T$0123456789012345678901", "$y$jFT$............",
		"$6$rounds=999999999$abc", "*0", "x" };
	char setting[PASSPHRASE_SETTING_MAX + 1];
	unsigned char key[PASSPHRASE_KEY_BYTES];
	struct slice good;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		assert_false(passphrase_setting_good(slice_text(others[i])));
		assert_int_equal(passphrase_key(SLICE_LIT("a passphrase"),
				     slice_text(others[i]), key),
		    -1);
	}
	passphrase_setting(env_real(), setting);
	good = slice_text(setting);
	assert_true(passphrase_setting_good(good));
	for (size_t n = 0; n < good.n; n++)
		assert_false(passphrase_setting_good(slice_upto(good, n)));
	/* one more letter, one that is none of a salt, another cost */
	assert_false(passphrase_setting_good(slice_make(setting, good.n + 1)));
	setting[good.n - 1] = '$';
	assert_false(passphrase_setting_good(good));
	setting[good.n - 1] = '.';
	assert_true(passphrase_setting_good(good));
	setting[4]++;
	assert_false(passphrase_setting_good(good));
}

static void
what_is_no_passphrase_makes_no_key(void **state)
{
	char setting[PASSPHRASE_SETTING_MAX + 1];
	unsigned char key[PASSPHRASE_KEY_BYTES];
	char text[PASSPHRASE_MAX + 1];

	(void)state;
	passphrase_setting(env_real(), setting);
	memset(text, 'x', sizeof(text));
	assert_int_equal(passphrase_key(SLICE_LIT(""), slice_text(setting),
			     key),
	    -1);
	assert_int_equal(passphrase_key(SLICE_LIT("pass\0phrase"),
			     slice_text(setting), key),
	    -1);
	assert_int_equal(passphrase_key(slice_make(text, sizeof(text)),
			     slice_text(setting), key),
	    -1);
	assert_int_equal(passphrase_key(slice_make(text, PASSPHRASE_MAX),
			     slice_text(setting), key),
	    0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_key_is_made_again_by_passphrase_and_setting_alone),
		cmocka_unit_test(a_setting_of_another_cost_is_refused),
		cmocka_unit_test(what_is_no_passphrase_makes_no_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
