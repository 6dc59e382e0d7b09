/* SPDX-License-Identifier: MIT */
#include "common/base/panic.h"
#include "common/net/tls_link.h"
#include "common/net/tls_mbed.h"
#include "common/net/tls_route.h"
#include "tests/unit/tls_world.h"

#include <mbedtls/ssl_ciphersuites.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

/* Where mbedTLS has no TLS 1.0 its client cannot ask; tests/e2e does. */
#define NEEDS_OLD_CLIENT()          \
	do {                        \
		if (!MBED_HAS_TLS1) \
			skip();     \
	} while (0)

static void
a_modern_client_gets_tls_1_2_and_the_modern_leaf(void **state)
{
	struct tls_server *s = *state;
	struct tls_client c = { .max_minor = 3, .sni = "other.example" };

	tls_client_run(s, &c);
	assert_int_equal(c.rc, 0);
	assert_true(c.echoed);
	assert_string_equal(c.version, "TLSv1.2");
	assert_string_equal(c.name, "CN=modern");
	assert_string_equal(s->text, "TLS1.2 ECDHE-RSA-AES128-GCM-SHA256");
	assert_int_equal(s->why, CLOSE_OUT);
	assert_int_equal(tls_get_stats(s->tls)->full, 1);
	assert_int_equal(tls_get_stats(s->tls)->legacy, 0);
}

static void
an_old_client_gets_the_leaf_with_a_key_of_its_own(void **state)
{
	struct tls_server *s = *state;

	NEEDS_OLD_CLIENT();
	for (int minor = 1; minor <= 2; minor++) {
		struct tls_client c = { .max_minor = minor };

		tls_client_run(s, &c);
		assert_int_equal(c.rc, 0);
		assert_true(c.echoed);
		assert_string_equal(c.name, "CN=legacy");
		assert_string_equal(c.version,
		    minor == 1 ? "TLSv1.0" : "TLSv1.1");
	}
	assert_int_equal(tls_get_stats(s->tls)->legacy, 2);
}

/* It writes through NULL when memory fails at what is older. */
static void
the_library_is_given_tls_1_2_alone(void **state)
{
	static const unsigned versions[] = { 0x0300, 0x0301, 0x0302 };
	struct tls_server *s = *state;

	s->cfg.allow_ssl3 = true;
	assert_int_equal(tls_reload(s->tls, &s->cfg, NULL, 0), 0);
	for (size_t i = 0; i < ARRAY_LEN(versions); i++) {
		const struct tls_hello h = { .kind = i == 0 ? TLS_HELLO_SSL3
							    : TLS_HELLO_LEGACY,
			.version = (uint16_t)versions[i],
			.suites = slice_make("\xc0\x13\xc0\x14\0\x2f", 6),
			.suite_bytes = 2,
			.groups = slice_make("\0\x1d\0\x17\0\x18", 6) };
		struct tls_route r = tls_route_choose(s->tls->setup, &h, false);

		assert_ptr_equal(r.engine, &tls_engine_old);
		assert_int_equal(r.profile, TLS_PROFILE_LEGACY);
	}
}

static void
the_operators_certificate_is_served_to_who_asks_for_it(void **state)
{
	struct tls_client c = { .max_minor = 3, .sni = "im.own.example" };

	tls_client_run(*state, &c);
	assert_string_equal(c.name, "CN=own");
}

static void
sessions_are_resumed_in_both_configurations(void **state)
{
	struct tls_server *s = *state;

	NEEDS_OLD_CLIENT();
	for (int minor = 1; minor <= 3; minor += 2) {
		mbedtls_ssl_session session;

		mbedtls_ssl_session_init(&session);
		for (int i = 0; i < 3; i++) {
			struct tls_client c = { .max_minor = minor,
				.session = &session };

			tls_client_run(s, &c);
			assert_int_equal(c.rc, 0);
			assert_true(c.echoed);
		}
		mbedtls_ssl_session_free(&session);
	}
	assert_int_equal(tls_get_stats(s->tls)->full, 2);
	assert_int_equal(tls_get_stats(s->tls)->resumed, 4);
}

static void
weak_suites_work_when_switched_on_only(void **state)
{
	static const int weak[] = { 0x000a, 0x0005, 0x0004 };
	struct tls_server *s = *state;

	NEEDS_OLD_CLIENT();
	for (int on = 0; on < 2; on++) {
		s->cfg.allow_3des = s->cfg.allow_rc4 = on != 0;
		assert_int_equal(tls_reload(s->tls, &s->cfg, NULL, 0), 0);
		for (size_t i = 0; i < ARRAY_LEN(weak); i++) {
			struct tls_client old = { .max_minor = 1,
				.suite = weak[i] };
			struct tls_client new = { .max_minor = 3,
				.suite = weak[i] };

			tls_client_run(s, &old);
			assert_int_equal(old.echoed, on);
			/* At TLS 1.2 there is nothing without ECDHE. */
			tls_client_run(s, &new);
			assert_int_equal(new.echoed, on);
			if (on)
				assert_string_equal(new.version, "TLSv1.1");
			else
				assert_int_equal(s->why, CLOSE_TLS_SUITES);
		}
	}
}

static void
old_versions_are_refused_where_they_are_off(void **state)
{
	struct tls_server *s = *state;
	struct tls_client c = { .max_minor = 2 };
	struct tls_client d = { .max_minor = 2 };

	NEEDS_OLD_CLIENT();
	s->modern_only = true;
	tls_client_run(s, &c);
	assert_int_equal(c.rc, MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE);
	assert_int_equal(s->why, CLOSE_TLS_VERSION);
	s->modern_only = false;
	s->cfg.allow_legacy = false;
	s->cfg.legacy = (struct tls_pair){ .cert_pem = { NULL, 0 } };
	assert_int_equal(tls_reload(s->tls, &s->cfg, NULL, 0), 0);
	tls_client_run(s, &d);
	assert_int_equal(d.rc, MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE);
	assert_int_equal(s->why, CLOSE_TLS_VERSION);
	assert_int_equal(tls_get_stats(s->tls)->failed, 2);
}

static void
many_bytes_pass_a_slow_reader_unchanged(void **state)
{
	struct tls_server *s = *state;
	struct tls_client c = { .max_minor = 3, .bytes = TLS_BIG };
	struct tls_client d = { .max_minor = 1, .bytes = TLS_BIG };

	NEEDS_OLD_CLIENT();
	tls_client_run(s, &c);
	assert_true(c.echoed);
	s->dawdle = true;
	tls_client_run(s, &d);
	assert_true(d.echoed);
}

static void
bytes_go_on_whatever_the_queues_limit(void **state)
{
	static const uint32_t soft[] = { 2, 1000, 16384, 20000, 32768, 65535,
		131072, 300000 };
	struct tls_server *s = *state;

	for (size_t i = 0; i < ARRAY_LEN(soft); i++) {
		struct tls_client c = { .max_minor = 3, .bytes = TLS_BIG };

		s->soft = soft[i];
		tls_client_run(s, &c);
		assert_true(c.echoed);
	}
}

/* ---- bytes that are no handshake ---- */

/* Send, and return what comes until the server closes. */
static size_t
raw_ask(struct tls_server *s, struct slice in, char *out, size_t room)
{
	int fd = tls_client_connect(listener_port(s->listener));
	size_t n = 0;

	assert_int_equal(send(fd, in.p, in.n, MSG_NOSIGNAL), in.n);
	for (int i = 0; i < TLS_TURNS; i++) {
		ssize_t got;

		tls_server_turn(s);
		got = recv(fd, out + n, room - n, MSG_DONTWAIT);
		if (got == 0)
			break;
		if (got > 0)
			n += (size_t)got;
	}
	close(fd);
	assert_int_equal(s->open, 0);
	return n;
}

static void
old_formats_get_an_alert_they_know(void **state)
{
	struct buf ssl3 = tls_client_hello(0x0300, NULL);
	char out[64];

	assert_int_equal(raw_ask(*state, buf_slice(&ssl3), out, sizeof(out)),
	    7);
	assert_memory_equal(out, "\x15\3\0\0\2\2\x46", 7);
	assert_int_equal(raw_ask(*state, slice_make("\x80\x2e\1\0\2\0\x15", 7),
			     out, sizeof(out)),
	    7);
	assert_memory_equal(out, "\x15\3\0\0\2\2\x46", 7);
	assert_int_equal(((struct tls_server *)*state)->why, CLOSE_TLS_VERSION);
	buf_free(&ssl3);
}

static void
plaintext_gets_one_line_and_garbage_nothing(void **state)
{
	struct tls_server *s = *state;
	char out[64];
	size_t n = raw_ask(s, SLICE_LIT("GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
	    out, sizeof(out));

	assert_true(slice_eq_text(slice_make(out, n),
	    "HTTP/1.0 400 Bad Request\r\n\r\n"));
	assert_int_equal(s->why, CLOSE_TLS_NOT_TLS);
	assert_int_equal(raw_ask(s, SLICE_LIT("VER 1 MSNP8 CVR0\r\n"), out,
			     sizeof(out)),
	    0);
	assert_int_equal(s->why, CLOSE_TLS_NOT_TLS);
}

static void
a_broken_handshake_fails_and_is_counted(void **state)
{
	struct tls_server *s = *state;
	struct buf b = tls_client_hello(0x0301, NULL);
	struct buf again = tls_client_hello(0x0301, NULL);
	char out[4096];
	size_t n;

	/* A second hello where the client's key exchange belongs. */
	buf_add_slice(&b, buf_slice(&again));
	buf_free(&again);
	n = raw_ask(s, buf_slice(&b), out, sizeof(out));
	assert_true(n > 7);
	assert_int_equal(s->why, CLOSE_TLS_FAILED);
	assert_int_equal(tls_get_stats(s->tls)->failed, 1);
	buf_free(&b);
}

static void
a_slow_hello_and_a_slow_handshake_meet_their_deadlines(void **state)
{
	struct tls_server *s = *state;
	struct buf b = tls_client_hello(0x0301, NULL);

	for (int pass = 0; pass < 2; pass++) {
		int fd = tls_client_connect(listener_port(s->listener));
		size_t n = pass == 0 ? 20 : b.n;

		assert_int_equal(send(fd, b.p, n, MSG_NOSIGNAL), n);
		for (int i = 0; i < 300; i++)
			tls_server_turn(s);
		assert_int_equal(s->open, 1);
		s->ms += pass == 0 ? 4800 : 9500;
		tls_server_turn(s);
		assert_int_equal(s->open, 1);
		s->ms += 1000;
		for (int i = 0; i < TLS_TURNS && s->open > 0; i++)
			tls_server_turn(s);
		assert_int_equal(s->open, 0);
		assert_int_equal(s->why,
		    pass == 0 ? CLOSE_HELLO_DEADLINE : CLOSE_TLS_FAILED);
		close(fd);
	}
	buf_free(&b);
}

static void
a_peer_that_leaves_while_a_worker_has_it_is_forgotten(void **state)
{
	struct tls_server *s = *state;
	struct buf b = tls_client_hello(0x0301, NULL);

	for (int i = 0; i < 20; i++) {
		int fd = tls_client_connect(listener_port(s->listener));
		struct linger now = { 1, 0 };

		assert_int_equal(send(fd, b.p, b.n, MSG_NOSIGNAL), b.n);
		for (int k = 0; k < i % 5; k++)
			loop_turn(s->loop);
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
		close(fd);
	}
	for (int i = 0; i < TLS_TURNS && s->open > 0; i++)
		tls_server_turn(s);
	assert_int_equal(s->open, 0);
	buf_free(&b);
}

static void
a_wrong_key_is_refused_with_a_sentence(void **state)
{
	struct tls_server *s = *state;
	struct tls_config bad = s->cfg;
	char err[256];

	bad.modern.key_pem = s->cfg.own.key_pem;
	assert_int_equal(tls_reload(s->tls, &bad, err, sizeof(err)), -1);
	assert_string_equal(err,
	    "the modern certificate has another certificate's key");
	bad.modern = (struct tls_pair){ .cert_pem = SLICE_LIT("x"),
		.key_pem = SLICE_LIT("y") };
	assert_int_equal(tls_reload(s->tls, &bad, err, sizeof(err)), -1);
	assert_non_null(strstr(err, "the modern certificate does not parse"));
}

#define S(name) \
	cmocka_unit_test_setup_teardown(name, tls_server_make, tls_server_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		S(a_modern_client_gets_tls_1_2_and_the_modern_leaf),
		S(an_old_client_gets_the_leaf_with_a_key_of_its_own),
		S(the_library_is_given_tls_1_2_alone),
		S(the_operators_certificate_is_served_to_who_asks_for_it),
		S(sessions_are_resumed_in_both_configurations),
		S(weak_suites_work_when_switched_on_only),
		S(old_versions_are_refused_where_they_are_off),
		S(many_bytes_pass_a_slow_reader_unchanged),
		S(bytes_go_on_whatever_the_queues_limit),
		S(old_formats_get_an_alert_they_know),
		S(plaintext_gets_one_line_and_garbage_nothing),
		S(a_broken_handshake_fails_and_is_counted),
		S(a_slow_hello_and_a_slow_handshake_meet_their_deadlines),
		S(a_peer_that_leaves_while_a_worker_has_it_is_forgotten),
		S(a_wrong_key_is_refused_with_a_sentence),
	};

	return cmocka_run_group_tests(tests, tls_server_certs, NULL);
}
