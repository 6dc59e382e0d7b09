/* SPDX-License-Identifier: MIT */
#include "common/net/public.h"
#include "common/net/subnet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct addr
ip(const char *text)
{
	struct addr a = { 0 };

	if (text[0] != '\0')
		assert_true(addr_parse_ip(&a, slice_text(text)));
	a.port = 1863;
	return a;
}

static void
a_network_has_its_addresses_and_no_others(void **state)
{
	/* clang-format off */
	static const struct {
		const char *net, *ip;
		bool has;
	} rows[] = {
		{ "192.168.1.0/24",        "192.168.1.255",      true },
		{ "192.168.1.0/24",        "192.168.2.0",        false },
		{ "192.168.1.77/24",       "192.168.1.1",        true },
		{ "10.0.0.0/9",            "10.127.255.255",     true },
		{ "10.0.0.0/9",            "10.128.0.0",         false },
		{ "10.0.0.4/31",           "10.0.0.5",           true },
		{ "10.0.0.4/31",           "10.0.0.6",           false },
		{ "10.0.0.4",              "10.0.0.4",           true },
		{ "10.0.0.4",              "10.0.0.5",           false },
		{ "10.0.0.4/32",           "10.0.0.4",           true },
		{ "0.0.0.0/0",             "203.0.113.9",        true },
		{ "0.0.0.0/0",             "::1",                false },
		{ "0.0.0.0/0",             "",                   false },
		{ "fd00::/8",              "fdff::1",            true },
		{ "fd00::/8",              "fe00::1",            false },
		{ "fd00::/7",              "fc00::1",            true },
		{ "2001:db8::/33",         "2001:db8:7fff::",    true },
		{ "2001:db8::/33",         "2001:db8:8000::",    false },
		{ "::1",                   "::1",                true },
		{ "::1",                   "::2",                false },
		{ "::/0",                  "2001:db8::1",        true },
		{ "::/0",                  "192.0.2.1",          false },
		{ "192.0.2.0/24",          "::ffff:192.0.2.9",   true },
		{ "::ffff:192.0.2.0/120",  "192.0.2.9",          true },
		{ "::ffff:192.0.2.0/120",  "192.0.3.9",          false },
		{ "::ffff:0:0/96",         "203.0.113.9",        true },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct addr a = ip(rows[i].ip);
		struct subnet s;

		assert_true(subnet_parse(&s, slice_text(rows[i].net)));
		if (subnet_has(&s, &a) != rows[i].has)
			fail_msg("%s in %s", rows[i].ip, rows[i].net);
	}
}

static void
what_is_no_network_is_refused(void **state)
{
	static const char *const rows[] = { "", "/", "/8", "10.0.0.0/",
		"10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0/8",
		"fd00::/129", "fd00::/ 8", "10.0.0.0/255.0.0.0", "example.org",
		"[fd00::]/8", "::ffff:192.0.2.0/95", "10.0.0.0/4294967304" };
	struct subnet s;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (subnet_parse(&s, slice_text(rows[i])))
			fail_msg("%s was taken", rows[i]);
}

static void
a_list_of_networks_is_for_all_or_for_who_is_named(void **state)
{
	struct slice list = SLICE_LIT("10.0.0.0/8, ns=192.0.2.1\tfd00::/8,,"
				      "http=198.51.100.0/24 ");
	struct slice wrong;
	struct subnets nets;
	struct addr a = ip("192.0.2.1"), b = ip("198.51.100.7");

	(void)state;
	assert_true(subnets_read(&nets, list, SLICE_LIT("ns"), &wrong));
	assert_int_equal(nets.n, 3);
	assert_true(subnets_have(&nets, &a));
	assert_false(subnets_have(&nets, &b));
	assert_true(subnets_read(&nets, list, SLICE_LIT("http"), &wrong));
	assert_int_equal(nets.n, 3);
	assert_false(subnets_have(&nets, &a));
	assert_true(subnets_have(&nets, &b));
	assert_true(subnets_read(&nets, list, SLICE_LIT("admin"), &wrong));
	assert_int_equal(nets.n, 2);
	assert_true(
	    subnets_read(&nets, SLICE_LIT(" , "), SLICE_LIT("ns"), &wrong));
	assert_int_equal(nets.n, 0);
	assert_false(subnets_have(&nets, &a));
}

static void
a_list_is_refused_at_the_word_that_is_wrong(void **state)
{
	struct slice wrong = { 0 };
	struct buf many = BUF_INIT(4096);
	struct subnets nets;

	(void)state;
	assert_false(subnets_read(&nets, SLICE_LIT("10.0.0.1 ns=x 1.2.3"),
	    SLICE_LIT("http"), &wrong));
	assert_true(slice_eq_text(wrong, "ns=x"));
	for (int i = 0; i < SUBNETS_MAX; i++)
		buf_addf(&many, "ns=10.0.0.%d ", i);
	assert_true(
	    subnets_read(&nets, buf_slice(&many), SLICE_LIT("ns"), &wrong));
	assert_int_equal(nets.n, SUBNETS_MAX);
	buf_add_text(&many, "ns=10.9.9.9");
	assert_false(
	    subnets_read(&nets, buf_slice(&many), SLICE_LIT("http"), &wrong));
	assert_true(slice_eq_text(wrong, "ns=10.9.9.9"));
	buf_free(&many);
}

static void
the_most_specific_network_of_a_client_decides_its_host(void **state)
{
	static const char list[] =
	    "192.168.0.0/16=192.168.0.1, im.example.org "
	    "192.168.1.0/24=192.168.1.10,fd00::/8=[fd00::10], "
	    "fd00:1::/32=fd00:1::10 192.168.1.7=lan.example.org";
	/* clang-format off */
	static const struct {
		const char *list, *peer, *local, *host;
	} rows[] = {
		{ list,                "192.168.1.9",          "10.0.0.1",    "192.168.1.10" },
		{ list,                "::ffff:192.168.1.9",   "10.0.0.1",    "192.168.1.10" },
		{ list,                "192.168.1.7",          "10.0.0.1",    "lan.example.org" },
		{ list,                "192.168.2.9",          "10.0.0.1",    "192.168.0.1" },
		{ list,                "203.0.113.9",          "10.0.0.1",    "im.example.org" },
		{ list,                "fd00::99",             "fd00::1",     "[fd00::10]" },
		{ list,                "fd00:1::99",           "fd00::1",     "[fd00:1::10]" },
		{ list,                "2001:db8::9",          "2001:db8::1", "im.example.org" },
		{ list,                "",                     "10.0.0.1",    "im.example.org" },
		{ "",                  "203.0.113.9",          "192.0.2.1",   "192.0.2.1" },
		{ "",                  "2001:db8::9",          "2001:db8::1", "[2001:db8::1]" },
		{ "10.0.0.0/8=a.b",    "203.0.113.9",          "192.0.2.1",   "192.0.2.1" },
		{ "0.0.0.0/0=a.b c.d", "203.0.113.9",          "192.0.2.1",   "a.b" },
		{ "c.d 0.0.0.0/0=a.b", "203.0.113.9",          "192.0.2.1",   "a.b" },
		{ "::ffff:192.0.2.7",  "203.0.113.9",          "192.0.2.1",   "192.0.2.7" },
	};
	/* clang-format on */
	struct buf b = BUF_INIT(256);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct addr peer = ip(rows[i].peer), local = ip(rows[i].local);

		buf_reset(&b);
		public_add_host(slice_text(rows[i].list), &peer, &local, &b);
		if (!slice_eq_text(buf_slice(&b), rows[i].host))
			fail_msg("row %zu: " SLICE_FMT, i,
			    SLICE_ARG(buf_slice(&b)));
	}
	buf_free(&b);
}

static void
a_wrong_public_address_is_told_with_what_would_be_right(void **state)
{
	/* clang-format off */
	static const struct {
		const char *list, *says; /* NULL: it is right */
	} rows[] = {
		{ "",                                   NULL },
		{ " , ",                                NULL },
		{ "im.example.org",                     NULL },
		{ "im_1.example-2.org,",                NULL },
		{ "10.0.0.0/8=a 10.0.0.0/9=a a",        NULL },
		{ "[fd00::1]",                          NULL },
		{ "im.example.org:1863",                "\"im.example.org:1863\" is no host" },
		{ "192.0.2.1:1863",                     "without a port" },
		{ "[fd00::1]:1863",                     "without a port" },
		{ "[192.0.2.1]",                        "is no host" },
		{ "192.0.2.256",                        "is no host" },
		{ "192.0.2",                            "is no host" },
		{ "a..b",                               "is no host" },
		{ "a.b.",                               "is no host" },
		{ "http://a.b/",                        "is no host" },
		{ "*.example.org",                      "is no host" },
		{ "10.0.0.0/8=",                        "is no host" },
		{ "=a.b",                               "is no host" },
		{ "lan=a.b",                            "is no host" },
		{ "10.0.0.0/40=a.b",                    "192.168.1.0/24=192.168.1.10" },
		{ "a.b c.d",                            "\"c.d\" is a second host" },
		{ "10.0.0.0/8=a.b x 10.1.0.0/8=c.d",    "\"10.1.0.0/8=c.d\" is a second" },
		{ "1.0.0.0/8=a 2.0.0.0/8=a 3.0.0.0/8=a 4.0.0.0/8=a 5.0.0.0/8=a "
		  "6.0.0.0/8=a 7.0.0.0/8=a 8.0.0.0/8=a 9.0.0.0/8=a 10.0.0.0/8=a "
		  "11.0.0.0/8=a 12.0.0.0/8=a 13.0.0.0/8=a 14.0.0.0/8=a 15.0.0.0/8=a "
		  "16.0.0.0/8=a 17.0.0.0/8=a 18.0.0.0/8=a 19.0.0.0/8=a 20.0.0.0/8=a "
		  "21.0.0.0/8=a 22.0.0.0/8=a 23.0.0.0/8=a 24.0.0.0/8=a 25.0.0.0/8=a "
		  "26.0.0.0/8=a 27.0.0.0/8=a 28.0.0.0/8=a 29.0.0.0/8=a 30.0.0.0/8=a "
		  "31.0.0.0/8=a 32.0.0.0/8=a", "is one entry too many" },
	};
	/* clang-format on */
	char err[256];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int rc =
		    public_check(slice_text(rows[i].list), err, sizeof(err));

		assert_int_equal(rc, rows[i].says == NULL ? 0 : -1);
		if (rc != 0 && strstr(err, rows[i].says) == NULL)
			fail_msg("\"%s\" does not say \"%s\"", err,
			    rows[i].says);
	}
}

static void
certificates_are_for_every_host_of_the_list(void **state)
{
	struct buf b = BUF_INIT(256);

	(void)state;
	public_add_names(SLICE_LIT("10.0.0.0/8=10.0.0.9, fd00::/8=[FD00::9] "
				   "im.example.org"),
	    &b);
	assert_true(
	    slice_eq_text(buf_slice(&b), " 10.0.0.9 fd00::9 im.example.org"));
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_network_has_its_addresses_and_no_others),
		cmocka_unit_test(what_is_no_network_is_refused),
		cmocka_unit_test(
		    a_list_of_networks_is_for_all_or_for_who_is_named),
		cmocka_unit_test(a_list_is_refused_at_the_word_that_is_wrong),
		cmocka_unit_test(
		    the_most_specific_network_of_a_client_decides_its_host),
		cmocka_unit_test(
		    a_wrong_public_address_is_told_with_what_would_be_right),
		cmocka_unit_test(certificates_are_for_every_host_of_the_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
