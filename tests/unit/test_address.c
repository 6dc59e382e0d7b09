/* SPDX-License-Identifier: MIT */
/* Addresses: what is one, and which of them a new account may have. */
#include "core/people/account.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
each(const char *const all[], size_t n, bool is, bool may)
{
	char key[ADDRESS_MAX + 1];

	for (size_t i = 0; i < n; i++) {
		struct slice s = slice_text(all[i]);

		if (address_canonical(s, key) != is ||
		    address_new_acceptable(s) != may)
			fail_msg("%s", all[i]);
	}
}

static void
usual_addresses_are_fine_in_any_one_script(void **state)
{
	static const char *const good[] = {
		"amy@example.com",
		"Amy.B+list_1-2@Mail.Example.COM",
		"amy@localhost",
		"o'neil@example.com",
		"100%@example.com",
		"{a}!#$&*/=?^`|~@example.com",
		"j\xC3\xB6rg@b\xC3\xBC"
		"cher.example",
		/* Ivan, and a domain in another script */
		"\xD0\xB8\xD0\xB2\xD0\xB0\xD0\xBD@example.com",
		"\xCE\xBD\xCE\xB9\xCE\xBA\xCE\xBF\xCF\x82"
		"7@example.com",
		/* Japanese is written in several scripts at once */
		"\xE5\xA4\xAA\xE9\x83\x8E\xE3\x81\x95\xE3\x82\x93msn@"
		"example.com",
		"\xD7\x90\xD7\x91@example.com",
	};

	(void)state;
	each(good, ARRAY_LEN(good), true, true);
}

static void
marks_that_others_take_apart_are_no_part_of_a_new_one(void **state)
{
	static const char *const bad[] = { "a\"b@c.de", "a<b@c.de", "a>b@c.de",
		"a;b@c.de", "a,b@c.de", "a\\b@c.de", "a@c<d.de", "a@c.de;",
		"<script>@c.de" };

	(void)state;
	each(bad, ARRAY_LEN(bad), true, false);
}

static void
a_domain_has_no_empty_part(void **state)
{
	static const char *const bad[] = { "a@c.de.", "a@.c.de", "a@c..de",
		"a@." };

	(void)state;
	each(bad, ARRAY_LEN(bad), true, false);
}

static void
what_looks_like_another_address_is_none(void **state)
{
	static const char *const bad[] = {
		/* a Cyrillic a among Latin letters */
		"\xD0\xB0my@example.com",
		"amy@ex\xD0\xB0mple.com",
		/* a Greek o, an Armenian o, a Cherokee letter */
		("b\xCE\xBF"
		 "b@example.com"),
		"b\xD5\xB8@example.com",
		"\xEA\xAD\xB0my@example.com",
		/* a wide a, a mathematical one, one in a circle */
		"\xEF\xBD\x81my@example.com",
		"\xF0\x9D\x90\x9Amy@example.com",
		"\xE2\x93\x90my@example.com",
		/* what cannot be seen: a joiner, a direction, a hyphen */
		"a\xE2\x80\x8Dmy@example.com",
		"a\xE2\x80\xAEmy@example.com",
		"a\xC2\xADmy@example.com",
		/* blanks and controls of the upper half */
		"a\xC2\xA0my@example.com",
		"a\xC2\x85my@example.com",
		"a\xE3\x80\x80my@example.com",
	};

	(void)state;
	each(bad, ARRAY_LEN(bad), true, false);
}

static void
what_is_no_address_is_no_new_one_either(void **state)
{
	static const char *const none[] = { "", "@", "a@", "@b", "ab", "a@b@c",
		"a b@c", "a\r@c", "a\x7f@c", "\xff@c", "a@\xC0\xAF" };

	(void)state;
	each(none, ARRAY_LEN(none), false, false);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(usual_addresses_are_fine_in_any_one_script),
		cmocka_unit_test(
		    marks_that_others_take_apart_are_no_part_of_a_new_one),
		cmocka_unit_test(a_domain_has_no_empty_part),
		cmocka_unit_test(what_looks_like_another_address_is_none),
		cmocka_unit_test(what_is_no_address_is_no_new_one_either),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
