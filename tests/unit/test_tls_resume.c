/* SPDX-License-Identifier: MIT */
/*
 * Sessions whose master secret is bound to their handshake, and others: RFC
 * 7627 5.3, with each engine, by id and by ticket.
 */
#include "common/net/tls_mbed.h"
#include "tests/unit/old_world.h"
#include "tests/unit/tls_world.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum {
	HANDSHAKE_FAILURE = 40
};

/* Of the second handshake, by what the first and the second are. */
enum outcome {
	RESUMED,
	FULL,
	REFUSED
};

static const struct {
	bool first, second; /* bound */
	enum outcome due;
} rows[] = {
	{ true, true, RESUMED },
	{ true, false, REFUSED },
	{ false, true, FULL },
	{ false, false, RESUMED },
};

/* ---- mbedTLS ---- */

static enum outcome
second_of(struct tls_server *s, struct tls_client *c)
{
	const uint64_t before = tls_get_stats(s->tls)->resumed;

	tls_client_run(s, c);
	if (c->rc != 0) {
		assert_int_equal(c->rc, MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE);
		assert_int_equal(s->why, CLOSE_TLS_FAILED);
		return REFUSED;
	}
	assert_true(c->echoed);
	return tls_get_stats(s->tls)->resumed > before ? RESUMED : FULL;
}

static void
mbedtls_resumes_what_is_bound_alike(void **state)
{
	struct tls_server *s = *state;

	for (size_t i = 0; i < 2 * ARRAY_LEN(rows); i++) {
		mbedtls_ssl_session session;
		struct tls_client a = { .max_minor = 3,
			.session = &session,
			.ticketless = i % 2 == 0,
			.unbound = !rows[i / 2].first };
		struct tls_client b = a;

		b.unbound = !rows[i / 2].second;
		mbedtls_ssl_session_init(&session);
		tls_client_run(s, &a);
		assert_true(a.echoed);
		assert_int_equal(second_of(s, &b), rows[i / 2].due);
		mbedtls_ssl_session_free(&session);
	}
}

/* ---- our own engine ---- */

static struct old_world world;
static struct oldclient client;

static int
old_setup(void **state)
{
	(void)state;
	old_world_init(&world);
	oldclient_init(&client);
	client.suites[0] = 0x002f;
	return 0;
}

static int
old_teardown(void **state)
{
	(void)state;
	oldclient_free(&client);
	old_world_free(&world);
	return 0;
}

static void
the_old_engine_resumes_what_is_bound_alike(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_LEN(rows); i++) {
		client.version = 0x0301 + i % 2;
		client.resume = false;
		client.extend = rows[i / 2].first;
		assert_true(old_world_open(&world, &client));
		assert_int_equal(client.extended, rows[i / 2].first);
		assert_true(old_world_echo(&world, &client, 100));
		client.resume = true;
		client.extend = rows[i / 2].second;
		if (rows[i / 2].due == REFUSED) {
			assert_false(old_world_open(&world, &client));
			assert_int_equal(client.alert, HANDSHAKE_FAILURE);
			continue;
		}
		assert_true(old_world_open(&world, &client));
		assert_int_equal(client.resumed, rows[i / 2].due == RESUMED);
		assert_int_equal(client.extended, rows[i / 2].second);
		assert_true(old_world_echo(&world, &client, 100));
	}
}

/* RFC 7627 is of TLS alone. */
static void
ssl_3_binds_nothing(void **state)
{
	(void)state;
	client.version = 0x0300;
	client.extend = true;
	for (int again = 0; again < 2; again++) {
		client.resume = again != 0;
		assert_true(old_world_open(&world, &client));
		assert_false(client.extended);
		assert_int_equal(client.resumed, again);
	}
}

/* An SSLv2-format hello has no room for an extension. */
static void
a_bound_session_is_not_resumed_in_the_format_of_sslv2(void **state)
{
	(void)state;
	client.extend = true;
	assert_true(old_world_open(&world, &client));
	client.v2 = client.resume = true;
	assert_false(old_world_open(&world, &client));
	assert_int_equal(client.alert, HANDSHAKE_FAILURE);
}

/* ---- hellos with something wrong in them ---- */

static const char head[] = "\3\1"
			   "0123456789abcdef0123456789abcdef";

/* The alert a hello of TLS 1.0 gets; 0: it is served. */
static int
answer(size_t session, const char *extension, size_t n)
{
	struct buf b = BUF_INIT(300);
	size_t length;

	buf_add(&b, "\x16\3\1\0\0\1\0\0\0", 9);
	buf_add(&b, head, sizeof(head) - 1);
	buf_add_char(&b, (char)session);
	for (size_t i = 0; i < session; i++)
		buf_add_char(&b, 'x');
	buf_add(&b, "\0\2\0\x2f\1\0\0", 7);
	buf_add_char(&b, (char)n);
	buf_add(&b, extension, n);
	length = b.n - 5;
	b.p[4] = (char)length;
	b.p[8] = (char)(length - 4);
	old_world_connect(&world);
	old_world_feed(&world, b.p, b.n);
	buf_free(&b);
	if (world.rc == TLS_OLD_WANT)
		return 0;
	assert_int_equal(world.rc, TLS_OLD_FAILED);
	assert_int_equal(world.out.n, 7);
	assert_int_equal(world.out.p[5], 2);
	return world.out.p[6];
}

static void
a_session_id_is_32_bytes_at_most(void **state)
{
	(void)state;
	assert_int_equal(answer(0, "", 0), 0);
	assert_int_equal(answer(32, "", 0), 0);
	assert_int_equal(answer(33, "", 0), HANDSHAKE_FAILURE);
}

/* RFC 5746 3.6: of a first handshake renegotiation_info is empty. */
static void
a_first_handshake_renegotiates_nothing(void **state)
{
	(void)state;
	assert_int_equal(answer(0, "\xff\1\0\1\0", 5), 0);
	assert_int_equal(answer(0, "\xff\1\0\5\4abcd", 9), HANDSHAKE_FAILURE);
	assert_int_equal(answer(0, "\xff\1\0\2\0x", 6), HANDSHAKE_FAILURE);
	assert_int_equal(answer(0, "\xff\1\0\0", 4), HANDSHAKE_FAILURE);
}

static void
extended_master_secret_has_nothing_in_it(void **state)
{
	(void)state;
	assert_int_equal(answer(0, "\0\x17\0\0", 4), 0);
	assert_int_equal(answer(0, "\0\x17\0\1x", 5), HANDSHAKE_FAILURE);
}

#define S(name) cmocka_unit_test_setup_teardown(name, old_setup, old_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    mbedtls_resumes_what_is_bound_alike, tls_server_make,
		    tls_server_end),
		S(the_old_engine_resumes_what_is_bound_alike),
		S(ssl_3_binds_nothing),
		S(a_bound_session_is_not_resumed_in_the_format_of_sslv2),
		S(a_session_id_is_32_bytes_at_most),
		S(a_first_handshake_renegotiates_nothing),
		S(extended_master_secret_has_nothing_in_it),
	};

	return cmocka_run_group_tests(tests, tls_server_certs, NULL);
}
