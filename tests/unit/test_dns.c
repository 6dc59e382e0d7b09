/* SPDX-License-Identifier: MIT */
#include "common/base/names.h"
#include "operator/here.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static bool
answered(struct slice config, struct slice host)
{
	struct slice line, zone;

	while (slice_cut(&config, '\n', &line)) {
		if (!slice_starts(line, SLICE_LIT("address=/")))
			continue;
		zone = slice_from(line, 9);
		zone = slice_upto(zone, slice_find(zone, '/'));
		if (slice_ends_nocase(host, zone) &&
		    (host.n == zone.n || host.p[host.n - zone.n - 1] == '.'))
			return true;
	}
	return false;
}

static bool
holds(const struct buf *b, const char *text)
{
	return slice_find_slice(buf_slice(b), slice_text(text)) < b->n;
}

/* soap.md 8.2 and 8.3 */
static void
every_name_is_answered_and_little_of_microsoft_com(void **state)
{
	static const char *const ours[] = { "localhost", "127.0.0.1", "::1" };
	struct buf out = BUF_INIT(65536);

	(void)state;
	assert_int_equal(here_dns_config(SLICE_LIT("192.0.2.9"), &out), 0);
	for (size_t i = 0; i + ARRAY_LEN(ours) < name_nrows; i++)
		if (!answered(buf_slice(&out), slice_text(name_rows[i].host)))
			fail_msg("%s", name_rows[i].host);
	assert_true(holds(&out,
	    "\naddress=/svcs.microsoft.com/192.0.2.9\n"
	    "local=/svcs.microsoft.com/\n"));
	assert_false(holds(&out, "/microsoft.com/"));
	assert_false(holds(&out, "/localhost/"));
	buf_free(&out);
}

static void
the_answer_is_an_ipv4_address_only(void **state)
{
	static const char *const wrong[] = { "", "here", "::1", "192.0.2",
		"192.0.2.9\nserver=203.0.113.1" };
	struct buf out = BUF_INIT(65536);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		assert_int_equal(here_dns_config(slice_text(wrong[i]), &out),
		    -1);
		assert_int_equal(out.n, 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    every_name_is_answered_and_little_of_microsoft_com),
		cmocka_unit_test(the_answer_is_an_ipv4_address_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
