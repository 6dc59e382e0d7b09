/* SPDX-License-Identifier: MIT */
/* The grammar of MSNP: lines, versions, errors. */
#include "ns/msnp/dialect.h"
#include "ns/msnp/error.h"
#include "ns/msnp/reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void
expect(const char *in, enum msnp_read how, size_t used, const char *words)
{
	struct msnp_line line;
	size_t n;
	char got[256] = "";

	assert_int_equal(msnp_read_line(slice_text(in), &line, &n), how);
	assert_int_equal(n, used);
	if (how != MSNP_LINE)
		return;
	(void)snprintf(got, sizeof(got), SLICE_FMT, SLICE_ARG(line.verb));
	for (unsigned i = 0; i < line.nwords; i++) {
		size_t at = strlen(got);

		(void)snprintf(got + at, sizeof(got) - at, "|" SLICE_FMT,
		    SLICE_ARG(line.words[i]));
	}
	assert_string_equal(got, words);
}

/* covers: ns-classic 15 #1, #5; field-notes 9 */
static void
lines_end_in_lf_and_words_are_parted_by_any_blanks(void **state)
{
	(void)state;
	expect("VER 0 MSNP8\r\n", MSNP_LINE, 13, "VER|0|MSNP8");
	expect("VER 0 MSNP8\n", MSNP_LINE, 12, "VER|0|MSNP8");
	expect("XFR 5  SB\r\n", MSNP_LINE, 11, "XFR|5|SB");
	expect("INF 2 \r\nX", MSNP_LINE, 8, "INF|2");
	expect("CVR 2 a \tb\r\n", MSNP_LINE, 12, "CVR|2|a|b");
	expect(" PNG\n", MSNP_LINE, 5, "PNG");
	expect("A\rB C\n", MSNP_LINE, 6, "A|B|C");
}

static void
empty_lines_are_passed_over(void **state)
{
	(void)state;
	expect("\r\n\n \r\nPNG\r\n", MSNP_LINE, 11, "PNG");
	expect("\r\n\n", MSNP_MORE, 3, NULL);
	expect("\r\nPN", MSNP_MORE, 2, NULL);
	expect("", MSNP_MORE, 0, NULL);
	expect("\r", MSNP_MORE, 0, NULL);
}

/* covers: ns-classic 15 #11 */
static void
a_line_of_8_kib_without_an_end_is_too_long(void **state)
{
	char *in = malloc(MSNP_LINE_MAX + 2);
	struct msnp_line line;
	size_t used;

	(void)state;
	memset(in, 'a', MSNP_LINE_MAX + 1);
	in[MSNP_LINE_MAX - 1] = '\n';
	assert_int_equal(msnp_read_line(slice_make(in, MSNP_LINE_MAX), &line,
			     &used),
	    MSNP_LINE);
	in[MSNP_LINE_MAX - 1] = 'a';
	assert_int_equal(msnp_read_line(slice_make(in, MSNP_LINE_MAX - 1),
			     &line, &used),
	    MSNP_MORE);
	assert_int_equal(msnp_read_line(slice_make(in, MSNP_LINE_MAX), &line,
			     &used),
	    MSNP_TOO_LONG);
	in[MSNP_LINE_MAX] = '\n';
	assert_int_equal(msnp_read_line(slice_make(in, MSNP_LINE_MAX + 1),
			     &line, &used),
	    MSNP_TOO_LONG);
	free(in);
}

static void
words_beyond_the_ceiling_are_refused(void **state)
{
	char in[4 + 2 * (MSNP_WORDS_MAX + 1) + 1];
	struct msnp_line line;
	size_t used, n = 0;

	(void)state;
	in[n++] = 'V';
	for (int i = 0; i < MSNP_WORDS_MAX; i++) {
		in[n++] = ' ';
		in[n++] = 'x';
	}
	in[n] = '\n';
	assert_int_equal(msnp_read_line(slice_make(in, n + 1), &line, &used),
	    MSNP_LINE);
	assert_int_equal(line.nwords, MSNP_WORDS_MAX);
	in[n++] = ' ';
	in[n++] = 'x';
	in[n] = '\n';
	assert_int_equal(msnp_read_line(slice_make(in, n + 1), &line, &used),
	    MSNP_TOO_MANY);
}

static void
the_best_common_version_is_chosen_whatever_the_order(void **state)
{
	const struct slice words[] = { SLICE_LIT("CVR0"), SLICE_LIT("msnp8"),
		SLICE_LIT("MSNP11"), SLICE_LIT("MSNP99"), SLICE_LIT("MSNP9") };

	(void)state;
	assert_string_equal(dialect_choose(words, 5)->name, "MSNP11");
	assert_string_equal(dialect_choose(words, 2)->name, "MSNP8");
	assert_null(dialect_choose(words, 1));
	assert_null(dialect_choose(words, 0));
	assert_null(dialect_find(SLICE_LIT("MSNP80")));
	assert_null(dialect_find(SLICE_LIT("")));
}

static void
every_version_knows_its_own_row(void **state)
{
	unsigned n = 0;

	(void)state;
	for (; dialect_by_index(n) != NULL; n++) {
		const struct dialect *d = dialect_by_index(n);

		assert_int_equal(d->index, n);
		const struct dialect *plain = dialect_find(slice_text(d->name));

		/* rows of single programs have more to keep in mind, no less */
		assert_true(plain == d ||
		    (n > plain->index && dialect_has(d, plain->features)));
		/* lists go by number or by GUID, never by both or neither */
		assert_true(
		    dialect_has(d, D_SERIALS) != dialect_has(d, D_GUIDS));
	}
	assert_true(n >= 14);
	assert_true(n <= 32);
}

static void
a_program_is_known_by_how_its_name_begins(void **state)
{
	const struct dialect *d = dialect_find(SLICE_LIT("MSNP16"));
	const struct dialect *mac =
	    dialect_of_client(d, SLICE_LIT("MacMsgs8"), SLICE_LIT("8.0.1"));

	(void)state;
	assert_ptr_not_equal(mac, d);
	assert_string_equal(mac->name, d->name);
	assert_true(dialect_has(mac, D_ONE_NUMBER | D_ANY_OBJECT));
	assert_false(dialect_has(d, D_ONE_NUMBER));
	assert_ptr_equal(dialect_by_index(mac->index), mac);
	assert_ptr_equal(dialect_of_client(mac, SLICE_LIT("macmsgs"),
			     SLICE_LIT("8.0.1")),
	    mac);
	assert_ptr_equal(dialect_of_client(d, SLICE_LIT("MSNMSGR"),
			     SLICE_LIT("8.0.1")),
	    d);
	assert_ptr_equal(dialect_of_client(d, SLICE_LIT("macmsg"),
			     SLICE_LIT("8.0.1")),
	    d);
	/* BitlBee's name, of the Mac's Messenger at MSNP8: programs-1 6.1 */
	assert_ptr_equal(dialect_of_client(d, SLICE_LIT("macmsgs"),
			     SLICE_LIT("3.5.1")),
	    d);
	assert_ptr_equal(dialect_of_client(d, SLICE_LIT("macmsgs"),
			     SLICE_LIT("")),
	    d);
	d = dialect_find(SLICE_LIT("MSNP9"));
	assert_ptr_equal(dialect_of_client(d, SLICE_LIT("macmsgs"),
			     SLICE_LIT("8.0.1")),
	    d);
}

/* covers: soap 11 #4 */
static void
versions_nobody_documented_are_never_chosen(void **state)
{
	const struct slice words[] = { SLICE_LIT("MSNP21"), SLICE_LIT("MSNP20"),
		SLICE_LIT("MSNP19"), SLICE_LIT("MSNP18"), SLICE_LIT("MSNP17"),
		SLICE_LIT("CVR0") };

	(void)state;
	assert_string_equal(dialect_choose(words, 6)->name, "MSNP18");
	assert_null(dialect_choose(words, 3));
	assert_null(dialect_choose(words + 4, 2));
}

static void
every_refusal_has_an_error_of_three_digits(void **state)
{
	const struct dialect *old = dialect_find(SLICE_LIT("MSNP9"));
	const struct dialect *new = dialect_find(SLICE_LIT("MSNP10"));

	(void)state;
	for (int r = 0; r < RESULTS; r++) {
		unsigned code;

		if (r == RESULT_OK || r == RESULT_WAIT)
			continue;
		code = msnp_error((enum result)r, old);
		assert_in_range(code, 200, 999);
		assert_in_range(msnp_error((enum result)r, NULL), 200, 999);
	}
	assert_int_equal(msnp_error(RESULT_NO_SUCH_ACCOUNT, old), 205);
	assert_int_equal(msnp_error(RESULT_NO_SUCH_ACCOUNT, new), 208);
	assert_int_equal(msnp_error(RESULT_GROUP_FIXED, old), 230);
	assert_int_equal(msnp_error(RESULT_GROUP_FIXED, new), 224);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    lines_end_in_lf_and_words_are_parted_by_any_blanks),
		cmocka_unit_test(empty_lines_are_passed_over),
		cmocka_unit_test(a_line_of_8_kib_without_an_end_is_too_long),
		cmocka_unit_test(words_beyond_the_ceiling_are_refused),
		cmocka_unit_test(
		    the_best_common_version_is_chosen_whatever_the_order),
		cmocka_unit_test(every_version_knows_its_own_row),
		cmocka_unit_test(a_program_is_known_by_how_its_name_begins),
		cmocka_unit_test(versions_nobody_documented_are_never_chosen),
		cmocka_unit_test(every_refusal_has_an_error_of_three_digits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
