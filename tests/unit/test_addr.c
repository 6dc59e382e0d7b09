/* SPDX-License-Identifier: MIT */
#include "common/net/link.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
an_ip_is_parsed_and_written_as_it_means(void **state)
{
	/* clang-format off */
	static const struct {
		const char *in, *out; /* out NULL: refused */
	} rows[] = {
		{ "192.0.2.1",          "192.0.2.1" },
		{ "::ffff:192.0.2.1",   "192.0.2.1" },
		{ "2001:DB8:0:0::1",    "2001:db8::1" },
		{ "::",                 "::" },
		{ "",                   NULL },
		{ "192.0.2",            NULL },
		{ "192.0.2.256",        NULL },
		{ "localhost",          NULL },
		{ "[::1]",              NULL },
		{ "1:2:3:4:5:6:7:8:9:a:b:c:d:e:f:0:1:2:3:4:5:6:7:8:9", NULL },
	};
	/* clang-format on */
	struct buf b = BUF_INIT(100);
	struct addr a;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		bool ok = addr_parse_ip(&a, slice_text(rows[i].in));

		assert_int_equal(ok, rows[i].out != NULL);
		if (!ok)
			continue;
		buf_reset(&b);
		addr_add_ip(&b, &a);
		assert_true(slice_eq_text(buf_slice(&b), rows[i].out));
	}
	assert_false(addr_parse_ip(&a, SLICE_LIT("1.2.3.4\0")));
	buf_free(&b);
}

static void
a_port_stands_behind_brackets_only_for_ipv6(void **state)
{
	char text[ADDR_TEXT_MAX];
	struct addr a;

	(void)state;
	assert_true(addr_parse_ip(&a, SLICE_LIT("192.0.2.1")));
	a.port = 1863;
	assert_string_equal(addr_text(&a, text), "192.0.2.1:1863");
	assert_true(addr_parse_ip(&a, SLICE_LIT("2001:db8::1")));
	a.port = 65535;
	assert_string_equal(addr_text(&a, text), "[2001:db8::1]:65535");
	a = (struct addr){ 0 };
	assert_string_equal(addr_text(&a, text), "-");
}

static void
a_mapped_socket_address_is_the_ipv4_address_it_means(void **state)
{
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6,
		.sin6_port = htons(80) };
	struct sockaddr_in in4 = { .sin_family = AF_INET,
		.sin_port = htons(80) };
	struct sockaddr other = { .sa_family = AF_UNIX };
	struct addr a, b;

	(void)state;
	in6.sin6_addr.s6_addr[10] = in6.sin6_addr.s6_addr[11] = 0xff;
	in6.sin6_addr.s6_addr[12] = 10;
	in6.sin6_addr.s6_addr[15] = 9;
	in4.sin_addr.s_addr = htonl(0x0a000009);
	assert_true(addr_from_sockaddr(&a, (struct sockaddr *)&in6));
	assert_true(addr_from_sockaddr(&b, (struct sockaddr *)&in4));
	assert_memory_equal(&a, &b, sizeof(a));
	assert_int_equal(a.family, 4);
	assert_int_equal(a.port, 80);
	assert_false(addr_from_sockaddr(&a, &other));
	assert_int_equal(a.family, 0);
}

static bool
same_group(const char *x, const char *y)
{
	unsigned char gx[16], gy[16];
	struct addr a;

	assert_true(addr_parse_ip(&a, slice_text(x)));
	a.port = 1;
	addr_group(&a, gx);
	assert_true(addr_parse_ip(&a, slice_text(y)));
	a.port = 2;
	addr_group(&a, gy);
	return memcmp(gx, gy, sizeof(gx)) == 0;
}

static void
limits_count_by_ipv4_address_and_by_slash_64(void **state)
{
	(void)state;
	assert_true(same_group("192.0.2.1", "::ffff:192.0.2.1"));
	assert_false(same_group("192.0.2.1", "192.0.2.2"));
	assert_true(same_group("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"));
	assert_false(same_group("2001:db8:1:2::1", "2001:db8:1:3::1"));
	assert_false(same_group("::", "0.0.0.0"));
}

static void
a_site_is_the_slash_48_of_an_ipv6_address_and_no_group(void **state)
{
	unsigned char one[16], two[16], group[16];
	struct addr a, b, c;

	(void)state;
	assert_true(addr_parse_ip(&a, SLICE_LIT("2001:db8:1:2::1")));
	assert_true(addr_parse_ip(&b, SLICE_LIT("2001:db8:1:ffff::9")));
	assert_true(addr_parse_ip(&c, SLICE_LIT("2001:db8:1::1")));
	assert_true(addr_site(&a, one) && addr_site(&b, two));
	assert_memory_equal(one, two, sizeof(one));
	addr_group(&c, group);
	assert_memory_not_equal(one, group, sizeof(one));
	assert_true(addr_parse_ip(&b, SLICE_LIT("2001:db8:2:2::1")));
	assert_true(addr_site(&b, two));
	assert_memory_not_equal(one, two, sizeof(one));
	assert_true(addr_parse_ip(&b, SLICE_LIT("192.0.2.1")));
	assert_false(addr_site(&b, two));
}

static void
loopback_is_127_slash_8_and_one(void **state)
{
	/* clang-format off */
	static const struct {
		const char *ip;
		bool loopback;
	} rows[] = {
		{ "127.0.0.1",        true },
		{ "127.9.9.9",        true },
		{ "::1",              true },
		{ "::ffff:127.0.0.1", true },
		{ "128.0.0.1",        false },
		{ "::2",              false },
		{ "::",               false },
	};
	/* clang-format on */
	struct addr a = { 0 };

	(void)state;
	assert_false(addr_is_loopback(&a));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_true(addr_parse_ip(&a, slice_text(rows[i].ip)));
		assert_int_equal(addr_is_loopback(&a), rows[i].loopback);
	}
}

static void
a_close_reason_has_a_name_a_sentence_and_a_side(void **state)
{
	(void)state;
	assert_string_equal(close_name(CLOSE_PEER), "peer");
	assert_string_equal(close_name(CLOSE_LINE_TOO_LONG), "line-too-long");
	assert_string_equal(close_name(CLOSE_REASONS - 1), "io");
	assert_string_equal(close_text(CLOSE_LINE_TOO_LONG),
	    "a line exceeded its ceiling");
	assert_false(close_is_error(CLOSE_OUT));
	assert_true(close_is_error(CLOSE_FLOOD));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_ip_is_parsed_and_written_as_it_means),
		cmocka_unit_test(a_port_stands_behind_brackets_only_for_ipv6),
		cmocka_unit_test(
		    a_mapped_socket_address_is_the_ipv4_address_it_means),
		cmocka_unit_test(limits_count_by_ipv4_address_and_by_slash_64),
		cmocka_unit_test(
		    a_site_is_the_slash_48_of_an_ipv6_address_and_no_group),
		cmocka_unit_test(loopback_is_127_slash_8_and_one),
		cmocka_unit_test(
		    a_close_reason_has_a_name_a_sentence_and_a_side),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
