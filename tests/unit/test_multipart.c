/* SPDX-License-Identifier: MIT */
#include "common/base/buf.h"
#include "common/codec/multipart.h"

/* cmocka wants these first */
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define FORM "Content-Disposition: form-data; name="

static void
the_boundary_is_what_the_type_says(void **state)
{
	static const struct {
		const char *type, *want;
	} rows[] = {
		{ "multipart/form-data; boundary=abc", "abc" },
		{ "Multipart/Form-Data;charset=utf-8 ; BOUNDARY=\"a; b\"",
		    "a; b" },
		{ "multipart/form-data; boundary=---------------------------7d1",
		    "---------------------------7d1" },
		{ "multipart/form-data", NULL },
		{ "multipart/form-data; boundary=", NULL },
		{ "multipart/form-data; boundary", NULL },
		{ "multipart/mixed; boundary=abc", NULL },
		{ "application/x-www-form-urlencoded; boundary=abc", NULL },
		{ "", NULL },
		{ "multipart/form-data; boundary="
		  "12345678901234567890123456789012345"
		  "12345678901234567890123456789012345",
		    "12345678901234567890123456789012345"
		    "12345678901234567890123456789012345" },
		{ "multipart/form-data; boundary="
		  "12345678901234567890123456789012345"
		  "123456789012345678901234567890123456",
		    NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct slice got;
		bool found = multipart_boundary(slice_text(rows[i].type), &got);

		assert_int_equal(found, rows[i].want != NULL);
		if (found)
			assert_true(slice_eq_text(got, rows[i].want));
	}
}

static void
a_part_is_found_by_its_name(void **state)
{
	static const struct {
		const char *body, *want;
	} rows[] = {
		{ "--B\r\n" FORM "\"x\"\r\n\r\none\r\n--B--\r\n", "one" },
		/* a file, and a path that ends in a backslash */
		{ "--B\r\n" FORM "\"y\"\r\n\r\n--B\r\n--B\r\n" FORM
		  "\"x\"; filename=\"C:\\a\\\"\r\nContent-Type: text/csv\r\n"
		  "\r\na,b\r\n\r\nc\r\n\r\n--B--",
		    "a,b\r\n\r\nc\r\n" },
		{ "content-disposition: form-data; name=x\r\n\r\nno\r\n--B\r\n"
		  "content-type: text/plain\r\ncontent-disposition: "
		  "FORM-DATA;filename=\"\";NAME=x\r\n\r\n\r\n--B--",
		    "" },
		/* without a line of its own it parts nothing */
		{ "--B\r\n" FORM "\"x\"\r\n\r\none--B\n--B\r\n--B--",
		    "one--B\n--B" },
		{ "--B\r\n" FORM "\"x\"\r\n--B--", "" },
		{ "--B\r\n" FORM "\"x\"\r\n\r\none\r\n--B", "one" },
		{ "--B\r\n" FORM "\"xx\"\r\n\r\none\r\n--B--\r\n", NULL },
		{ "--B\r\n" FORM "\"X\"\r\n\r\none\r\n--B--\r\n", NULL },
		{ "--B\r\nContent-Disposition: attachment; name=\"x\"\r\n\r\n"
		  "one\r\n--B--\r\n",
		    NULL },
		/* cut off, and behind the end */
		{ "--B\r\n" FORM "\"x\"\r\n\r\none\r\n--", NULL },
		{ "--B--\r\n--B\r\n" FORM "\"x\"\r\n\r\none\r\n--B--", NULL },
		{ "--B", NULL },
		{ "x=one", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct slice got;
		bool found = multipart_find(slice_text(rows[i].body),
		    SLICE_LIT("B"), "x", &got);

		assert_int_equal(found, rows[i].want != NULL);
		if (found && !slice_eq_text(got, rows[i].want))
			fail_msg("row %zu: " SLICE_FMT, i, SLICE_ARG(got));
	}
}

static void
only_so_many_parts_are_looked_at(void **state)
{
	struct buf body = BUF_INIT(65536);
	struct slice got;

	(void)state;
	for (unsigned i = 0; i <= MULTIPART_PARTS_MAX; i++)
		buf_addf(&body, "--B\r\n" FORM "\"n%u\"\r\n\r\n%u\r\n", i, i);
	buf_add_text(&body, "--B--\r\n");
	assert_true(
	    multipart_find(buf_slice(&body), SLICE_LIT("B"), "n63", &got));
	assert_true(slice_eq_text(got, "63"));
	assert_false(
	    multipart_find(buf_slice(&body), SLICE_LIT("B"), "n64", &got));
	buf_free(&body);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_boundary_is_what_the_type_says),
		cmocka_unit_test(a_part_is_found_by_its_name),
		cmocka_unit_test(only_so_many_parts_are_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
