/* SPDX-License-Identifier: MIT */
/*
 * Handshakes of the old engine in which the library's memory fails at each
 * place in turn: one ends, and the process does not.
 */
#include "tests/unit/old_world.h"

#include "common/base/panic.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum {
	RESERVE = 1 << 20,
	NEAR = 48, /* places at the end that are all tried */
	STEP = 61  /* of those before them, in numbers of many digits */
};

static unsigned allocations; /* by the engine */
static unsigned fails_at;    /* 0: never */
static bool armed;

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
void *__libc_calloc(size_t n, size_t size);
void *calloc(size_t n, size_t size);

/* mbedTLS's calls come here, too; ours are asked again, for the reserve. */
void *
calloc(size_t n, size_t size)
{
	if (armed && ++allocations == fails_at)
		return NULL;
	return __libc_calloc(n, size);
}
#endif

static struct old_world world;
static struct oldclient client;

static bool
send_armed(void *ctx, const void *p, size_t n)
{
	bool ok;

	(void)ctx;
	armed = true;
	ok = world.peer.send(world.peer.ctx, p, n);
	armed = false;
	return ok;
}

static bool
recv_from_world(void *ctx, void *p, size_t n)
{
	(void)ctx;
	return world.peer.recv(world.peer.ctx, p, n);
}

/* Is the client in, when this one fails? */
static bool
shake(unsigned at)
{
	const struct old_peer peer = { send_armed, recv_from_world, NULL };

	mem_reserve(RESERVE);
	allocations = 0;
	fails_at = at;
	old_world_connect(&world);
	return oldclient_open(&client, &peer);
}

static void
try_all(uint16_t suite, unsigned group)
{
	unsigned n, refused = 0;

	client.suites[0] = suite;
	client.group = group;
	assert_true(shake(0));
	n = allocations;
	assert_true(n > NEAR);
	for (unsigned at = 1; at <= n; at += n - at > NEAR ? STEP : 1) {
		if (!shake(at)) {
			refused++;
			continue;
		}
		/* it was one of ours, or nothing hung on it */
		assert_true(old_world_echo(&world, &client, 100));
	}
	assert_true(refused > 0);
	assert_true(shake(0));
}

static void
a_handshake_without_memory_ends_alone(void **state)
{
	(void)state;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	skip();
#endif
	for (unsigned version = 0x0301; version <= 0x0302; version++) {
		client.version = version;
		try_all(0x002f, 0);
		try_all(0x000a, 0);
		try_all(0xc013, 23);
		try_all(0xc014, 29);
	}
	client.version = 0x0300;
	try_all(0x0035, 0);
}

/* An operation that failed must leave the key as it was. */
static void
a_key_serves_on_after_each_failure(void **state)
{
	const struct tls_old_rng *rng = &world.cfg.rng;
	unsigned char hashes[TLS_OLD_HASHES] = { 1 }, plain[256] = { 0, 2, 3 };
	unsigned char c[256], got[MBEDTLS_MPI_MAX_SIZE];

	(void)state;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	skip();
#endif
	assert_int_equal(mbedtls_rsa_public(mbedtls_pk_rsa(world.key), plain,
			     c),
	    0);
	for (unsigned at = 1; at <= 2 * NEAR; at++) {
		const bool sign = at > NEAR;

		mem_reserve(RESERVE);
		allocations = 0;
		fails_at = sign ? at - NEAR : at;
		armed = true;
		(void)(sign ? tls_old_sign(world.cfg.key, rng, hashes, got)
			    : tls_old_decipher(world.cfg.key, rng, c, got));
		armed = false;
		assert_true(allocations >= fails_at);
		assert_int_equal(tls_old_decipher(world.cfg.key, rng, c, got),
		    0);
		assert_memory_equal(got, plain, sizeof(plain));
		assert_int_equal(tls_old_sign(world.cfg.key, rng, hashes, got),
		    0);
	}
}

/*
 * What the master secret, the keys, MACs and Finished are made of; sanitizers,
 * under which nothing is counted, look at it as well.
 */
static void
keys_are_derived_without_memory(void **state)
{
	(void)state;
	for (unsigned version = 0x0300; version <= 0x0302; version++) {
		struct tls_old_secrets s = { .version = (uint16_t)version };
		unsigned char secret[48] = { 1 }, block[100], body[36];
		struct tls_old_transcript t;
		struct tls_old_mac mac = { .bytes = 0 };

		allocations = fails_at = 0;
		armed = true;
		tls_old_transcript_init(&t);
		tls_old_transcript_add(&t, SLICE_LIT("hello"));
		tls_old_master(&s, slice_make(secret, sizeof(secret)));
		tls_old_master_extended(&s, &t,
		    slice_make(secret, sizeof(secret)));
		tls_old_keys(&s, block, sizeof(block));
		tls_old_mac_key(&mac, version == 0x0301, s.version, block);
		tls_old_mac_make(&mac, 23, SLICE_LIT("hello"), body);
		(void)tls_old_finished(&t, &s, true, body);
		armed = false;
		assert_int_equal(allocations, 0);
	}
}

static int
setup(void **state)
{
	(void)state;
	old_world_init(&world);
	oldclient_init(&client);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	mem_reserve(0);
	oldclient_free(&client);
	old_world_free(&world);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_handshake_without_memory_ends_alone),
		cmocka_unit_test(a_key_serves_on_after_each_failure),
		cmocka_unit_test(keys_are_derived_without_memory),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
