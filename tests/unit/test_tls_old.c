/* SPDX-License-Identifier: MIT */
/* The old TLS engine against a client written from the RFCs. */
#include "tests/unit/old_world.h"

#include "common/base/panic.h"
#include "common/net/tls_mbed.h"

#include <mbedtls/ssl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum {
	UNEXPECTED = 10,
	BAD_MAC = 20,
	HANDSHAKE_FAILURE = 40,
	ILLEGAL = 47,
	FALLBACK = 86
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

/* covers: passport 13 #37 */
static void
every_suite_works_in_both_formats_and_every_version(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 6 * ARRAY_LEN(all_suites); i++) {
		client.v2 = i % 2 == 0;
		client.version = 0x0300 + i / 2 % 3;
		client.suites[0] = all_suites[i / 6];
		for (int again = 0; again < 2; again++) {
			client.resume = again != 0;
			assert_true(old_world_open(&world, &client));
			assert_int_equal(client.chosen, client.version);
			assert_int_equal(client.suite, all_suites[i / 6]);
			assert_int_equal(client.resumed, again);
			assert_int_equal(tls_old_version(world.engine),
			    client.version);
			assert_false(client.secure_renegotiation);
			for (size_t n = 0; n < 300; n += 7)
				assert_true(old_world_echo(&world, &client, n));
			assert_true(old_world_echo(&world, &client, 16384));
		}
	}
}

/* covers: passport 13 #37, soap 11 #114 */
static void
the_list_of_internet_explorer_5_is_answered_with_what_is_on(void **state)
{
	static const uint16_t ie5[] = { 4, 5, 10, 9, 0x64, 0x62, 3, 6, 0x13,
		0x12, 0x63 };
	static const struct {
		unsigned version;
		bool rc4, des3;
		unsigned suite;
	} rows[] = {
		{ 0x0301, true, true, 0x000a },
		{ 0x0301, false, true, 0x000a },
		{ 0x0301, true, false, 0x0005 },
		{ 0x0300, true, true, 0x0005 },
		{ 0x0300, false, true, 0x000a },
	};

	(void)state;
	client.v2 = true;
	memcpy(client.suites, ie5, sizeof(ie5));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		world.cfg.on.rc4 = rows[i].rc4;
		world.cfg.on.des3 = rows[i].des3;
		client.version = rows[i].version;
		assert_true(old_world_open(&world, &client));
		assert_int_equal(client.suite, rows[i].suite);
	}
	world.cfg.on.rc4 = world.cfg.on.des3 = false;
	assert_false(old_world_open(&world, &client));
	assert_int_equal(client.alert, HANDSHAKE_FAILURE);
	assert_int_equal(world.rc, TLS_OLD_NO_SUITE);
}

/* covers: passport 13 #39 */
static void
export_suites_are_refused_by_an_alert(void **state)
{
	static const uint16_t export[] = { 0x0003, 0x0006, 0x0062, 0x0064 };

	(void)state;
	memcpy(client.suites, export, sizeof(export));
	for (int i = 0; i < 2; i++) {
		client.v2 = i == 0;
		assert_false(old_world_open(&world, &client));
		assert_int_equal(client.alert, HANDSHAKE_FAILURE);
		assert_int_equal(world.rc, TLS_OLD_NO_SUITE);
	}
}

static void
a_hello_that_offers_more_is_answered_with_tls_1_1(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		client.v2 = i % 2 == 0;
		client.version = 0x0303 + i / 2;
		/* the secret begins with what was offered */
		assert_true(old_world_open(&world, &client));
		assert_int_equal(client.chosen, 0x0302);
		assert_true(old_world_echo(&world, &client, 100));
	}
}

static void
ssl_3_is_refused_where_it_is_off_in_both_formats(void **state)
{
	(void)state;
	world.cfg.on.ssl3 = false;
	client.version = 0x0300;
	for (int i = 0; i < 2; i++) {
		client.v2 = i == 0;
		assert_false(old_world_open(&world, &client));
		assert_int_equal(client.alert, HANDSHAKE_FAILURE);
	}
}

static void
a_hello_marked_as_a_fallback_is_refused(void **state)
{
	(void)state;
	client.suites[1] = 0x5600;
	for (unsigned i = 0; i < 6; i++) {
		client.v2 = i % 2 == 0;
		client.version = 0x0300 + i / 2;
		assert_false(old_world_open(&world, &client));
		assert_int_equal(client.alert, FALLBACK);
	}
}

static void
who_asks_is_told_that_renegotiation_is_safe(void **state)
{
	(void)state;
	client.suites[1] = 0x00ff;
	for (unsigned i = 0; i < 4; i++) {
		client.v2 = i % 2 == 0;
		client.version = 0x0300 + i / 2;
		assert_true(old_world_open(&world, &client));
		assert_true(client.secure_renegotiation);
	}
}

/* covers: passport 13 #41 */
static void
renegotiation_ends_the_connection(void **state)
{
	unsigned char byte;

	(void)state;
	assert_true(old_world_open(&world, &client));
	assert_true(oldclient_record(&client, 22, "\1\0\0\0", 4));
	assert_int_equal(oldclient_read(&client, &byte, 1), 0);
	assert_int_equal(client.alert, HANDSHAKE_FAILURE);
	assert_int_equal(world.rc, TLS_OLD_FAILED);
	assert_false(tls_old_write(world.engine, SLICE_LIT("x")));
	/* and such a session is over for good */
	client.resume = true;
	assert_true(old_world_open(&world, &client));
	assert_false(client.resumed);
}

/* covers: passport 13 #41 */
static void
a_session_is_resumed_by_its_id_until_it_is_old_or_crowded_out(void **state)
{
	(void)state;
	client.resume = true;
	assert_true(old_world_open(&world, &client));
	assert_true(old_world_open(&world, &client));
	assert_true(client.resumed);
	/* not in another version, and not with a suite that went off */
	client.version = 0x0300;
	assert_true(old_world_open(&world, &client));
	assert_false(client.resumed);
	world.ms += 3599 * 1000;
	assert_true(old_world_open(&world, &client));
	assert_true(client.resumed);
	world.ms += 2000;
	assert_true(old_world_open(&world, &client));
	assert_false(client.resumed);
	client.resume = false;
	for (int i = 0; i < 8; i++) {
		struct oldclient c;

		oldclient_init(&c);
		c.suites[0] = 0x002f;
		assert_true(old_world_open(&world, &c));
		oldclient_free(&c);
	}
	client.resume = true;
	assert_true(old_world_open(&world, &client));
	assert_false(client.resumed);
}

static void
a_session_is_not_resumed_with_another_suite(void **state)
{
	(void)state;
	client.resume = true;
	client.suites[0] = 0x000a;
	assert_true(old_world_open(&world, &client));
	client.suites[0] = 0x0035;
	assert_true(old_world_open(&world, &client));
	assert_false(client.resumed);
	client.suites[0] = 0x000a;
	assert_true(old_world_open(&world, &client));
	assert_true(old_world_open(&world, &client));
	assert_true(client.resumed);
	world.cfg.on.des3 = false;
	assert_false(old_world_open(&world, &client));
	assert_int_equal(world.rc, TLS_OLD_NO_SUITE);
}

/* What the server answers to a secret with something wrong in it. */
static size_t
answer_to_wrong(enum old_wrong wrong, unsigned char *to, size_t room)
{
	client.wrong = wrong;
	assert_false(old_world_open(&world, &client));
	assert_int_equal(world.rc, TLS_OLD_FAILED);
	assert_int_equal(client.alert, BAD_MAC);
	memcpy(to, client.record, size_min(client.n, room));
	return client.n;
}

static void
malformed_secrets_all_get_the_same_answer(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 3 * ARRAY_LEN(all_suites); i++) {
		client.version = 0x0300 + i % 3;
		client.suites[0] = all_suites[i / 3];
		for (int w = OLD_WRONG_VERSION; w < OLD_WRONGS; w++) {
			unsigned char got[8];

			assert_int_equal(answer_to_wrong((enum old_wrong)w, got,
					     sizeof(got)),
			    2);
			assert_memory_equal(got, "\2\x14", 2);
		}
		client.wrong = OLD_WRONG_NOTHING;
		assert_true(old_world_open(&world, &client));
	}
}

static void
records_may_come_in_pieces_of_any_size(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 8; i++) {
		client.v2 = i % 2 == 0;
		world.cut = i / 2 + 1;
		assert_true(old_world_open(&world, &client));
		assert_true(old_world_echo(&world, &client, 500));
	}
}

static void
empty_records_pass_but_a_flood_of_them_does_not(void **state)
{
	unsigned char byte;

	(void)state;
	assert_true(old_world_open(&world, &client));
	for (int i = 0; i < 100; i++) {
		assert_true(old_world_echo(&world, &client, 0));
		assert_true(old_world_echo(&world, &client, 5));
	}
	for (int i = 0; i < 33; i++)
		assert_true(oldclient_record(&client, 23, "", 0));
	assert_int_equal(oldclient_read(&client, &byte, 1), 0);
	assert_int_equal(client.alert, UNEXPECTED);
}

static void
good_bye_is_said_and_heard(void **state)
{
	unsigned char byte;

	(void)state;
	assert_true(old_world_open(&world, &client));
	oldclient_bye(&client);
	assert_int_equal(world.rc, TLS_OLD_CLOSED);
	tls_old_goodbye(world.engine);
	assert_int_equal(oldclient_read(&client, &byte, 1), 0);
	assert_int_equal(client.alert, 0);
}

static void
who_needs_the_key_does_not_stay_on_the_loop(struct old_world *w,
    unsigned char *p, size_t *n)
{
	/* a ClientKeyExchange, or anything before */
	bool dear = p[0] == 0x16 && *n > 200;

	if (dear || p[0] & 0x80)
		assert_false(tls_old_only_finished_is_left(w->engine));
	if (p[0] == 0x14 || (p[0] == 0x16 && *n < 80))
		assert_true(tls_old_only_finished_is_left(w->engine));
}

static void
only_finished_is_left_when_no_private_key_is_needed(void **state)
{
	(void)state;
	world.tamper = who_needs_the_key_does_not_stay_on_the_loop;
	client.v2 = true;
	for (int again = 0; again < 2; again++) {
		client.resume = again != 0;
		assert_true(old_world_open(&world, &client));
	}
}

/* ---- what must not be said in a handshake ---- */

struct flip {
	int record; /* counted from 0 */
	int seen;
	size_t at;
	unsigned char bits;
};

static void
flip_bits(struct old_world *w, unsigned char *p, size_t *n)
{
	struct flip *f = w->tamper_ctx;

	if (f->seen++ == f->record)
		p[f->at < *n ? f->at : *n - 1] ^= f->bits;
}

static void
no_byte_of_a_protected_record_may_change(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 3 * ARRAY_LEN(all_suites); i++) {
		client.version = 0x0300 + i % 3;
		client.suites[0] = all_suites[i / 3];
		for (size_t at = 5; at < 5 + 48; at++) {
			struct flip f = { 0, 0, at, 0x81 };
			unsigned char byte;

			client.resume = true;
			world.tamper = NULL;
			assert_true(old_world_open(&world, &client));
			world.tamper = flip_bits;
			world.tamper_ctx = &f;
			/* SSL 3.0 does not look into padding */
			assert_true(oldclient_write(&client,
			    "0123456789abcdef0123456789a", 27));
			if (world.rc == TLS_OLD_WANT) {
				assert_int_equal(client.version, 0x0300);
				assert_int_not_equal(client.suite, 5);
				assert_int_not_equal(client.suite, 4);
				continue;
			}
			assert_int_equal(oldclient_read(&client, &byte, 1), 0);
			assert_int_equal(client.alert, BAD_MAC);
		}
	}
}

static void
messages_out_of_order_are_refused(void **state)
{
	static const struct {
		const char *p;
		size_t n;
		int alert;
	} rows[] = {
		/* ChangeCipherSpec before any key (CVE-2014-0224) */
		{ "\x14\3\1\0\1\1", 6, UNEXPECTED },
		/* Finished, a second hello, an unknown message */
		{ "\x16\3\1\0\4\x14\0\0\0", 9, UNEXPECTED },
		{ "\x16\3\1\0\4\1\0\0\0", 9, UNEXPECTED },
		{ "\x16\3\1\0\4\x63\0\0\0", 9, UNEXPECTED },
		/* data; no such type; another protocol */
		{ "\x17\3\1\0\1x", 6, UNEXPECTED },
		{ "\x18\3\1\0\1x", 6, UNEXPECTED },
		{ "\x16\2\1\0\1x", 6, UNEXPECTED },
		/* too long: record, message; a key of another length */
		{ "\x16\3\1\x44\1", 5, ILLEGAL },
		{ "\x16\3\1\0\4\x10\1\0\0", 9, ILLEGAL },
		{ "\x16\3\1\0\6\x10\0\0\2\0\0", 11, ILLEGAL },
		/* an alert of three bytes */
		{ "\x15\3\1\0\3\1\1\1", 8, ILLEGAL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf hello = BUF_INIT(200);

		old_world_connect(&world);
		buf_add(&hello, "\x80\x1c\1\3\1\0\3\0\0\0\x10\0\0\x2f", 14);
		buf_add(&hello, "0123456789abcdef", 16);
		old_world_feed(&world, hello.p, hello.n);
		buf_free(&hello);
		assert_int_equal(world.rc, TLS_OLD_WANT);
		buf_reset(&world.out);
		old_world_feed(&world, rows[i].p, rows[i].n);
		assert_int_equal(world.rc, TLS_OLD_FAILED);
		assert_int_equal(world.out.n, 7);
		assert_memory_equal(world.out.p, "\x15\3\1\0\2\2", 6);
		assert_int_equal(world.out.p[6], rows[i].alert);
		/* dead is dead */
		old_world_feed(&world, "\x14\3\1\0\1\1", 6);
		assert_int_equal(world.rc, TLS_OLD_FAILED);
		assert_int_equal(world.out.n, 7);
	}
}

/* ---- sessions, which all workers share ---- */

static void *
keep_and_find(void *arg)
{
	struct tls_old_sessions *all = arg;

	for (unsigned i = 0; i < 20000; i++) {
		struct tls_old_session s = { .version = 0x0301 }, found;
		struct slice id = slice_make(s.id, sizeof(s.id));

		memset(s.id, (int)(i % 5), sizeof(s.id));
		memset(s.master, (int)(i % 5), sizeof(s.master));
		if (i % 7 == 0)
			tls_old_sessions_forget(all, id);
		else
			tls_old_sessions_keep(all, &s, i);
		if (tls_old_sessions_find(all, id, 0x0301, i, &found) &&
		    memcmp(found.master, s.master, sizeof(s.master)) != 0)
			return all;
	}
	return NULL;
}

static void
workers_may_all_keep_and_find_sessions_at_once(void **state)
{
	pthread_t threads[3];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL,
				     keep_and_find, world.cfg.sessions),
		    0);
	for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
		void *wrong = NULL;

		assert_int_equal(pthread_join(threads[i], &wrong), 0);
		assert_null(wrong);
	}
}

/* ---- derivation, against what others say ---- */

#if !MBED_3 /* which derives none */
static void
tls_1_0_keys_are_those_mbedtls_derives(void **state)
{
	struct tls_old_secrets s = { .version = 0x0301 };
	unsigned char premaster[48], due[104], got[104], randoms[64];

	(void)state;
	memset(premaster, 0x5a, sizeof(premaster));
	for (unsigned i = 0; i < 32; i++) {
		s.client[i] = randoms[i] = (unsigned char)i;
		s.server[i] = randoms[32 + i] = (unsigned char)(200 - i);
	}
	tls_old_master(&s, slice_make(premaster, sizeof(premaster)));
	assert_int_equal(mbedtls_ssl_tls_prf(MBEDTLS_SSL_TLS_PRF_TLS1,
			     premaster, 48, "master secret", randoms, 64, due,
			     48),
	    0);
	assert_memory_equal(s.master, due, 48);
	memcpy(randoms, s.server, 32);
	memcpy(randoms + 32, s.client, 32);
	tls_old_keys(&s, got, sizeof(got));
	assert_int_equal(mbedtls_ssl_tls_prf(MBEDTLS_SSL_TLS_PRF_TLS1, s.master,
			     48, "key expansion", randoms, 64, due,
			     sizeof(due)),
	    0);
	assert_memory_equal(got, due, sizeof(due));
}
#endif

#define S(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		S(every_suite_works_in_both_formats_and_every_version),
		S(the_list_of_internet_explorer_5_is_answered_with_what_is_on),
		S(export_suites_are_refused_by_an_alert),
		S(a_hello_that_offers_more_is_answered_with_tls_1_1),
		S(ssl_3_is_refused_where_it_is_off_in_both_formats),
		S(a_hello_marked_as_a_fallback_is_refused),
		S(who_asks_is_told_that_renegotiation_is_safe),
		S(renegotiation_ends_the_connection),
		S(a_session_is_resumed_by_its_id_until_it_is_old_or_crowded_out),
		S(a_session_is_not_resumed_with_another_suite),
		S(malformed_secrets_all_get_the_same_answer),
		S(records_may_come_in_pieces_of_any_size),
		S(empty_records_pass_but_a_flood_of_them_does_not),
		S(good_bye_is_said_and_heard),
		S(only_finished_is_left_when_no_private_key_is_needed),
		S(no_byte_of_a_protected_record_may_change),
		S(messages_out_of_order_are_refused),
		S(workers_may_all_keep_and_find_sessions_at_once),
#if !MBED_3
		S(tls_1_0_keys_are_those_mbedtls_derives),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
