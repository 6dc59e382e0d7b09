/* SPDX-License-Identifier: MIT */
#include "common/codec/csv.h"

/* cmocka wants these first */
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* Cells with | behind each, rows with a line end. */
static void
check(const char *text, const char *want)
{
	struct buf got = BUF_INIT(4096);
	struct slice rest = slice_text(text);
	struct csv_row row;
	struct arena a;

	arena_init(&a, 1 << 20);
	while (csv_read(&a, &rest, &row)) {
		for (size_t i = 0; i < row.n; i++) {
			buf_add_slice(&got, row.cells[i]);
			buf_add_char(&got, '|');
		}
		buf_add_char(&got, '\n');
	}
	buf_add(&got, "", 1);
	assert_string_equal(got.p, want);
	arena_free(&a);
	buf_free(&got);
}

static void
rows_are_read_as_they_are_meant(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "", "" },
		{ "\n\r\n\n", "" },
		{ "a,b,c", "a|b|c|\n" },
		{ "a,b\r\nc\r\n", "a|b|\nc|\n" },
		{ "a,b\rc\rd,e\r", "a|b|\nc|\nd|e|\n" },
		{ "a\r\r\nb\r\rc", "a|\nb|\nc|\n" },
		{ "a,,", "a|||\n" },
		{ ",", "||\n" },
		{ "\"a,b\",\"c \"\"d\"\"\"\n", "a,b|c \"d\"|\n" },
		{ "\"a\nb\"\nc", "a\nb|\nc|\n" },
		{ "\"open,\nto the end", "open,\nto the end|\n" },
		{ "a\"b,c", "a\"b|c|\n" },
		{ "'=1,'x,'-", "=1|'x|-|\n" },
		{ "1,2,3,4,5,6,7,8,9,10\nx", "1|2|3|4|5|6|7|8|\nx|\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		check(rows[i].text, rows[i].want);
}

static void
what_was_written_is_read_and_no_cell_is_a_formula(void **state)
{
	static const char *const cells[] = { "", "plain", "a,b", "\"q\"",
		"x\r\ny", "=HYPERLINK(1)", "+1", "-1", "@x", "\tx", "'=x" };

	(void)state;
	for (size_t i = 1; i < ARRAY_LEN(cells); i++) {
		struct buf out = BUF_INIT(256);
		struct slice rest;
		struct csv_row row;
		struct arena a;

		arena_init(&a, 4096);
		csv_add(&out, slice_text(cells[i]));
		assert_null(strchr("=+-@\t", out.p[1]));
		rest = buf_slice(&out);
		assert_true(csv_read(&a, &rest, &row));
		assert_int_equal(row.n, 1);
		/* one apostrophe too many is what it costs */
		if (cells[i][0] != '\'')
			assert_true(slice_eq_text(row.cells[0], cells[i]));
		arena_free(&a);
		buf_free(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_read_as_they_are_meant),
		cmocka_unit_test(
		    what_was_written_is_read_and_no_cell_is_a_formula),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
