/* SPDX-License-Identifier: MIT */
/* The old TLS engine's records: how long they are and how they begin. */
#include "tests/unit/old_world.h"

#include "common/base/panic.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum {
	BAD_MAC = 20,
};

static const uint16_t all_suites[] = { 0x0004, 0x0005, 0x000a, 0x002f, 0x0035 };

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

/* Records of one size are not alike: each begins with a block of its own. */
static void
in_tls_1_1_no_two_records_begin_alike(void **state)
{
	unsigned char first[2][16];

	(void)state;
	client.version = 0x0302;
	for (int i = 0; i < 2; i++) {
		client.resume = true;
		assert_true(old_world_open(&world, &client));
		assert_true(tls_old_write(world.engine, SLICE_LIT("same")));
		assert_int_equal(world.out.n, 5 + 16 + 32);
		memcpy(first[i], world.out.p + 5, 16);
	}
	assert_memory_not_equal(first[0], first[1], 16);
}

static int
no_random(void *ctx, unsigned char *to, size_t n)
{
	(void)ctx;
	(void)to;
	(void)n;
	return -1;
}

static void
without_random_bytes_nothing_is_said_in_tls_1_1(void **state)
{
	const struct tls_old_rng good = world.cfg.rng;

	(void)state;
	client.version = 0x0302;
	assert_true(old_world_open(&world, &client));
	world.cfg.rng.random = no_random;
	assert_false(tls_old_write(world.engine, SLICE_LIT("x")));
	assert_int_equal(world.out.n, 0);
	assert_false(tls_old_write(world.engine, SLICE_LIT("x")));
	world.cfg.rng = good;
}

/* A length below zero in another library (CVE-2023-43615). */
static void
a_record_shorter_than_its_mac_is_a_broken_one(void **state)
{
	static unsigned char rubbish[64];

	(void)state;
	for (unsigned i = 0; i < 6 * ARRAY_LEN(all_suites); i++) {
		client.version = 0x0300 + i / 2 % 3;
		client.suites[0] = all_suites[i / 6];
		for (unsigned char n = 0; n < sizeof(rubbish); n++) {
			unsigned char head[5] = { i % 2 ? 22 : 23, 3,
				(unsigned char)client.version, 0, n };
			unsigned char byte;

			client.resume = true;
			assert_true(old_world_open(&world, &client));
			old_world_feed(&world, head, sizeof(head));
			old_world_feed(&world, rubbish, n);
			assert_int_equal(world.rc, TLS_OLD_FAILED);
			assert_int_equal(oldclient_read(&client, &byte, 1), 0);
			assert_int_equal(client.alert, BAD_MAC);
		}
	}
}

#define S(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		S(in_tls_1_1_no_two_records_begin_alike),
		S(without_random_bytes_nothing_is_said_in_tls_1_1),
		S(a_record_shorter_than_its_mac_is_a_broken_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
