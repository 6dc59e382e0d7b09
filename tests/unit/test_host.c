/* SPDX-License-Identifier: MIT */
#include "common/ops/host.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define PORTS_MAX 3

/* clang-format off */
static const struct row {
	bool container;
	const char *ports[PORTS_MAX]; /* "+" before one: a pair's end */
	bool bridged;
} rows[] = {
	{ true,  { "+172.17.0.2" },                    true },
	{ true,  { "+172.31.255.9", "+fe80::1" },      true },
	{ true,  { "+10.88.0.7" },                     true },
	{ true,  { "+172.17.0.2", "+172.18.0.2" },     true },
	/* no container */
	{ false, { "+172.17.0.2" },                    false },
	/* the host's network, which may have an address of that kind */
	{ true,  { "172.31.5.9", "172.17.0.1" },       false },
	{ true,  { "192.168.1.5", "172.17.0.1" },      false },
	{ true,  { "172.17.0.1", "+172.18.0.2" },      false },
	/* a second network, or one that makes it a neighbour of its clients */
	{ true,  { "+172.17.0.2", "+192.168.1.77" },   false },
	{ true,  { "+192.168.1.77" },                  false },
	{ true,  { "+172.32.0.1" },                    false },
	{ true,  { "+10.89.0.1" },                     false },
	/* nothing to tell of */
	{ true,  { NULL },                             false },
	{ true,  { "+fe80::1" },                       false },
};
/* clang-format on */

static void
a_container_with_nothing_but_a_bridge_is_told_from_others(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct host_port ports[PORTS_MAX];
		size_t n = 0;

		for (; n < PORTS_MAX && rows[i].ports[n] != NULL; n++) {
			struct slice s = slice_text(rows[i].ports[n]);

			ports[n].pair = s.p[0] == '+';
			assert_true(addr_parse_ip(&ports[n].address,
			    slice_from(s, ports[n].pair)));
		}
		if (host_is_bridged(rows[i].container, ports, n) !=
		    rows[i].bridged)
			fail_msg("row %zu", i);
	}
}

static void
an_address_of_this_machine_is_found_without_sending_anything(void **state)
{
	struct addr a;

	(void)state;
	if (!host_address(&a))
		skip();
	assert_int_equal(a.family, 4);
	assert_false(addr_is_loopback(&a));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_container_with_nothing_but_a_bridge_is_told_from_others),
		cmocka_unit_test(
		    an_address_of_this_machine_is_found_without_sending_anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
