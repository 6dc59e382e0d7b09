/* SPDX-License-Identifier: MIT */
#include "common/base/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct row {
	int64_t seconds;
	const char *text;
} rows[] = {
	{ 0, "Thu 1970-01-01 00:00:00 001" },
	{ -1, "Wed 1969-12-31 23:59:59 365" },
	{ 951782400, "Tue 2000-02-29 00:00:00 060" },
	{ 978220800, "Sun 2000-12-31 00:00:00 366" },
	{ 2147483647, "Tue 2038-01-19 03:14:07 019" },
	{ 2147483648, "Tue 2038-01-19 03:14:08 019" },
	{ 2524607999, "Fri 2049-12-31 23:59:59 365" },
	{ 4107542400, "Mon 2100-03-01 00:00:00 060" },
	{ -2208988801, "Sun 1899-12-31 23:59:59 365" },
};

static void
dates_go_on_where_32_bits_end(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[40];
		struct tm tm;

		assert_true(calendar_date(rows[i].seconds, &tm));
		assert_true(strftime(text, sizeof(text), "%a %F %T %j", &tm));
		assert_string_equal(text, rows[i].text);
		assert_true(calendar_seconds(&tm) == rows[i].seconds);
	}
}

/* What time_t holds on this machine, in steps of some days. */
static void
dates_are_those_of_the_c_library(void **state)
{
	(void)state;
	for (int64_t t = -2147000000; t < 2147000000; t += 345678) {
		time_t same = (time_t)t;
		struct tm due, tm;

		assert_true(calendar_date(t, &tm));
		assert_non_null(gmtime_r(&same, &due));
		assert_int_equal(tm.tm_year, due.tm_year);
		assert_int_equal(tm.tm_yday, due.tm_yday);
		assert_int_equal(tm.tm_mon, due.tm_mon);
		assert_int_equal(tm.tm_mday, due.tm_mday);
		assert_int_equal(tm.tm_wday, due.tm_wday);
		assert_int_equal(tm.tm_sec, due.tm_sec);
		assert_true(calendar_seconds(&tm) == t);
	}
}

static void
a_year_that_no_int_holds_is_refused(void **state)
{
	struct tm tm;

	(void)state;
	assert_false(calendar_date(INT64_MAX, &tm));
	assert_false(calendar_date(INT64_MIN, &tm));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates_go_on_where_32_bits_end),
		cmocka_unit_test(dates_are_those_of_the_c_library),
		cmocka_unit_test(a_year_that_no_int_holds_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
