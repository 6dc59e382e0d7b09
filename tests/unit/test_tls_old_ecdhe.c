/* SPDX-License-Identifier: MIT */
/* The old TLS engine and keys made for one handshake: RFC 4492. */
#include "tests/unit/old_world.h"

#include "common/base/panic.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum {
	HANDSHAKE_FAILURE = 40,
	ILLEGAL = 47,
	P256 = 23,
	P384 = 24,
	P521 = 25,
	X25519 = 29
};

static const unsigned groups[] = { P256, P384, X25519 };

static struct old_world world;
static struct oldclient client;

static int
setup(void **state)
{
	(void)state;
	old_world_init(&world);
	oldclient_init(&client);
	client.suites[0] = 0x002f;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	oldclient_free(&client);
	old_world_free(&world);
	return 0;
}

/* covers: passport 13 #37 */
static void
ecdhe_works_with_each_group_suite_and_version(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 8 * ARRAY_LEN(groups); i++) {
		client.version = 0x0301 + i % 2;
		client.suites[0] = 0xc013 + i / 2 % 2;
		client.extend = i / 4 % 2 != 0;
		client.group = groups[i / 8];
		for (int again = 0; again < 2; again++) {
			client.resume = again != 0;
			assert_true(old_world_open(&world, &client));
			assert_int_equal(client.chosen, client.version);
			assert_int_equal(client.suite, client.suites[0]);
			assert_int_equal(client.resumed, again);
			assert_int_equal(client.extended, client.extend);
			assert_true(old_world_echo(&world, &client, 300));
		}
	}
}

static void
ecdhe_goes_before_rsa_where_it_can_be_served_to_the_end(void **state)
{
	static const struct {
		unsigned version, group;
		bool v2;
		unsigned suite;
	} rows[] = {
		{ 0x0301, P256, false, 0xc014 },
		{ 0x0302, X25519, false, 0xc014 },
		/* a group nobody here has, none, no room for any, no TLS */
		{ 0x0301, P521, false, 0x002f },
		{ 0x0302, 0, false, 0x002f },
		{ 0x0301, P256, true, 0x002f },
		{ 0x0300, P256, false, 0x002f },
	};

	(void)state;
	client.suites[1] = 0xc014;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		client.version = rows[i].version;
		client.group = rows[i].group;
		client.v2 = rows[i].v2;
		assert_true(old_world_open(&world, &client));
		assert_int_equal(client.suite, rows[i].suite);
		assert_true(old_world_echo(&world, &client, 300));
	}
	client.suites[0] = 0xc013;
	client.version = 0x0301;
	client.group = P521;
	client.v2 = false;
	assert_false(old_world_open(&world, &client));
	assert_int_equal(client.alert, HANDSHAKE_FAILURE);
	assert_int_equal(world.rc, TLS_OLD_NO_SUITE);
}

static void
a_key_that_is_none_of_the_group_is_refused(void **state)
{
	(void)state;
	client.suites[0] = 0xc013;
	for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
		client.group = groups[i];
		for (int w = OLD_WRONG_POINT; w <= OLD_WRONG_EMPTY; w++) {
			client.wrong = (enum old_wrong)w;
			assert_false(old_world_open(&world, &client));
			assert_int_equal(client.alert, ILLEGAL);
		}
		client.wrong = OLD_WRONG_NOTHING;
		assert_true(old_world_open(&world, &client));
	}
}

#define S(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		S(ecdhe_works_with_each_group_suite_and_version),
		S(ecdhe_goes_before_rsa_where_it_can_be_served_to_the_end),
		S(a_key_that_is_none_of_the_group_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
