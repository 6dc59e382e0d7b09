/* SPDX-License-Identifier: MIT */
/* Lines of the log, and values that would like to be lines. */
#include "common/base/log.h"
#include "common/base/panic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

enum {
	TIME_BYTES = 24
};

/* What one event with these values wrote, without its time; free it. */
static char *
logged(bool json, struct slice a, struct slice b)
{
	int fd = memfd_create("log", MFD_CLOEXEC);
	char *line = mem_alloc(16384);
	const char *key = json ? "{\"time\":\"" : "time=";
	ssize_t n;

	assert_true(fd >= 0);
	log_setup(LOG_INFO, json, fd);
	log_info("test", LOG_S("a", a), LOG_N("n", -7), LOG_S("b", b));
	log_debug("test", LOG_T("a", "nobody asked for this"));
	log_setup(LOG_ERROR, false, 2);
	n = pread(fd, line, 16383, 0);
	(void)close(fd);
	assert_true(n > TIME_BYTES);
	assert_memory_equal(line, key, strlen(key));
	memmove(line, line + strlen(key) + TIME_BYTES,
	    (size_t)n - strlen(key) - TIME_BYTES + 1);
	return line;
}

static void
expect(bool json, struct slice a, struct slice b, const char *want)
{
	char *line = logged(json, a, b);

	assert_string_equal(line, want);
	free(line);
}

static void
plain_values_are_written_as_they_are(void **state)
{
	(void)state;
	expect(false, SLICE_LIT("alice@a.com"), SLICE_LIT(""),
	    " level=info event=test a=alice@a.com n=-7 b=\"\"\n");
	expect(true, SLICE_LIT("alice@a.com"), SLICE_LIT(""),
	    "\",\"level\":\"info\",\"event\":\"test\",\"a\":\"alice@a.com\","
	    "\"n\":-7,\"b\":\"\"}\n");
}

static void
no_value_forges_a_line(void **state)
{
	const struct slice evil = SLICE_LIT("x\r\ntime=now a=\"\\\x7f\xff\x1b");

	(void)state;
	expect(false, evil, SLICE_LIT("c d"),
	    " level=info event=test a=\"x\\u000d\\u000atime=now "
	    "a=\\\"\\\\\\u007f\\u00ff\\u001b\" n=-7 b=\"c d\"\n");
	expect(true, evil, SLICE_LIT("=x"),
	    "\",\"level\":\"info\",\"event\":\"test\","
	    "\"a\":\"x\\u000d\\u000atime=now "
	    "a=\\\"\\\\\\u007f\\u00ff\\u001b\",\"n\":-7,\"b\":\"=x\"}\n");
}

static void
what_is_cut_is_a_value_and_never_a_line(void **state)
{
	char bytes[1000];

	(void)state;
	memset(bytes, 1, sizeof(bytes));
	for (unsigned i = 0; i < 4; i++) {
		char *line = logged(i & 1, slice_make(bytes, sizeof(bytes)),
		    slice_make(bytes, i & 2 ? sizeof(bytes) : 1));
		size_t n = strlen(line);

		assert_true(n > 500 && n < 1200);
		assert_string_equal(line + n - (i & 1 ? 3 : 2),
		    i & 1 ? "\"}\n" : "\"\n");
		/* no escape lost a part */
		assert_memory_equal(line + n - (i & 1 ? 9 : 8), "\\u0001", 6);
		free(line);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_values_are_written_as_they_are),
		cmocka_unit_test(no_value_forges_a_line),
		cmocka_unit_test(what_is_cut_is_a_value_and_never_a_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
