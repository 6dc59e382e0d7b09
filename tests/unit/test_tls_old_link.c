/* SPDX-License-Identifier: MIT */
/* Old clients on links: sockets, workers and queues around the old engine. */
#include "bench/oldsock.h"
#include "tests/unit/tls_world.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

/* A client on a thread of its own. */
struct visitor {
	struct oldclient client;
	uint16_t port;
	size_t bytes;       /* there and back; a "." is behind them */
	size_t leave_after; /* bytes, without a word; 0: never */
	bool open, echoed;
	_Atomic bool done;
};

static struct visitor visitor;

static bool
visitor_echo(struct visitor *v)
{
	static unsigned char chunk[7000], in[16384];
	size_t sent = 0, got = 0;

	memset(chunk, 'x', sizeof(chunk));
	while (got < v->bytes) {
		size_t n = size_min(sizeof(chunk), v->bytes - sent), part;

		if (n > 0 && (sent += n) == v->bytes)
			chunk[n - 1] = '.';
		if (n > 0 && !oldclient_write(&v->client, chunk, n))
			return false;
		if (v->leave_after > 0 && sent >= v->leave_after)
			return false;
		while (got < sent && (n == 0 || sent - got > 100000)) {
			part = oldclient_read(&v->client, in, sizeof(in));
			if (part == 0)
				return false;
			got += part;
			if (memchr(in, '.', part - 1) != NULL)
				return false;
		}
	}
	return true;
}

static void *
visitor_main(void *arg)
{
	struct visitor *v = arg;
	int fd = tls_client_connect(v->port);
	struct old_peer peer = oldsock_peer(&fd);

	v->open = oldclient_open(&v->client, &peer);
	v->echoed = v->open && visitor_echo(v);
	close(fd);
	v->done = true;
	return NULL;
}

static void
visit(struct tls_server *s)
{
	struct visitor *v = &visitor;
	pthread_t thread;

	v->port = listener_port(s->listener);
	v->done = v->open = v->echoed = false;
	assert_int_equal(pthread_create(&thread, NULL, visitor_main, v), 0);
	for (int i = 0; i < 2 * TLS_TURNS && !v->done; i++)
		tls_server_turn(s);
	for (int i = 0; i < TLS_TURNS && s->open > 0; i++)
		tls_server_turn(s);
	assert_true(v->done);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(s->open, 0);
}

static void
allow(struct tls_server *s, bool ssl3)
{
	s->cfg.allow_ssl3 = ssl3;
	s->cfg.allow_3des = s->cfg.allow_rc4 = true;
	assert_int_equal(tls_reload(s->tls, &s->cfg, NULL, 0), 0);
}

static int
setup(void **state)
{
	int rc = tls_server_make(state);

	memset(&visitor, 0, sizeof(visitor));
	oldclient_init(&visitor.client);
	visitor.client.suites[0] = 0x000a;
	visitor.bytes = 5;
	allow(*state, true);
	return rc;
}

static int
teardown(void **state)
{
	oldclient_free(&visitor.client);
	return tls_server_end(state);
}

static void
an_old_hello_gets_the_old_engine_and_the_legacy_leaf(void **state)
{
	static const struct {
		bool v2;
		unsigned version;
		const char *text;
	} rows[] = {
		{ true, 0x0300, "SSL3.0 RSA-3DES-EDE-CBC-SHA" },
		{ false, 0x0300, "SSL3.0 RSA-3DES-EDE-CBC-SHA" },
		{ true, 0x0301, "TLS1.0 RSA-3DES-EDE-CBC-SHA" },
		{ false, 0x0301, "TLS1.0 RSA-3DES-EDE-CBC-SHA" },
		{ true, 0x0302, "TLS1.1 RSA-3DES-EDE-CBC-SHA" },
		{ false, 0x0302, "TLS1.1 RSA-3DES-EDE-CBC-SHA" },
		/* GnuTLS 2.10 to 2.12 */
		{ false, 0x0303, "TLS1.1 RSA-3DES-EDE-CBC-SHA" },
	};
	struct tls_server *s = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		visitor.client.v2 = rows[i].v2;
		visitor.client.version = rows[i].version;
		visit(s);
		assert_true(visitor.echoed);
		assert_string_equal(s->text, rows[i].text);
		assert_int_equal(s->why, CLOSE_OUT);
		assert_non_null(memmem(visitor.client.cert,
		    visitor.client.certs, "legacy", 6));
	}
	assert_int_equal(tls_get_stats(s->tls)->full, ARRAY_LEN(rows));
	assert_int_equal(tls_get_stats(s->tls)->legacy, ARRAY_LEN(rows));
}

static void
sessions_are_resumed_until_a_reload(void **state)
{
	struct tls_server *s = *state;

	visitor.client.v2 = true;
	visitor.client.resume = true;
	for (int i = 0; i < 4; i++) {
		visit(s);
		assert_true(visitor.echoed);
		assert_int_equal(visitor.client.resumed, i > 0);
	}
	assert_int_equal(tls_get_stats(s->tls)->full, 1);
	assert_int_equal(tls_get_stats(s->tls)->resumed, 3);
	allow(s, true);
	visit(s);
	assert_false(visitor.client.resumed);
}

static void
what_is_off_is_refused_by_name(void **state)
{
	struct tls_server *s = *state;

	allow(s, false);
	for (int i = 0; i < 4; i++) {
		visitor.client.v2 = i % 2 == 0;
		visitor.client.version = i < 2 ? 0x0300 : 0x0301;
		s->modern_only = i >= 2;
		visit(s);
		assert_false(visitor.open);
		assert_int_equal(visitor.client.alert, 70);
		assert_int_equal(s->why, CLOSE_TLS_VERSION);
	}
	assert_int_equal(tls_get_stats(s->tls)->failed, 4);
}

/* covers: passport 13 #39 */
static void
nothing_in_common_is_told_from_nothing_but_export(void **state)
{
	struct tls_server *s = *state;

	for (int i = 0; i < 4; i++) {
		visitor.client.v2 = i % 2 == 0;
		visitor.client.suites[0] = i < 2 ? 0x0003 : 0x0009;
		visit(s);
		assert_false(visitor.open);
		assert_int_equal(visitor.client.alert, 40);
		assert_int_equal(s->why,
		    i < 2 ? CLOSE_TLS_EXPORT : CLOSE_TLS_SUITES);
	}
}

static void
many_bytes_pass_and_a_slow_reader_gets_them_too(void **state)
{
	static const uint16_t suites[] = { 0x0004, 0x0035 };
	struct tls_server *s = *state;

	visitor.bytes = TLS_BIG;
	for (size_t i = 0; i < 4; i++) {
		visitor.client.version = 0x0300;
		visitor.client.suites[0] = suites[i % 2];
		s->dawdle = i >= 2;
		visit(s);
		assert_true(visitor.echoed);
	}
}

static void
who_leaves_in_the_middle_is_forgotten(void **state)
{
	struct tls_server *s = *state;

	visitor.client.v2 = true;
	visitor.bytes = TLS_BIG;
	visitor.leave_after = 50000;
	visit(s);
	assert_true(visitor.open);
	assert_false(visitor.echoed);
}

static void
a_broken_secret_ends_in_a_failed_handshake(void **state)
{
	struct tls_server *s = *state;

	visitor.client.v2 = true;
	visitor.client.wrong = OLD_WRONG_TYPE;
	visit(s);
	assert_false(visitor.open);
	assert_int_equal(visitor.client.alert, 20);
	assert_int_equal(s->why, CLOSE_TLS_FAILED);
}

/* A peer that goes while a worker computes with the key. */
static void
a_peer_that_leaves_a_busy_worker_is_forgotten(void **state)
{
	static const char hello[] = "\x80\x1c\1\3\1\0\3\0\0\0\x10\0\0\x2f"
				    "0123456789abcdef";
	struct tls_server *s = *state;

	for (int i = 0; i < 20; i++) {
		int fd = tls_client_connect(listener_port(s->listener));
		char key[11 + 256] = "\x16\3\1\1\6\x10\0\1\2\1";

		assert_int_equal(send(fd, hello, sizeof(hello) - 1, 0),
		    sizeof(hello) - 1);
		assert_int_equal(send(fd, key, sizeof(key), 0), sizeof(key));
		for (int k = 0; k < i; k++)
			loop_turn(s->loop);
		close(fd);
	}
	for (int i = 0; i < TLS_TURNS && s->open > 0; i++)
		tls_server_turn(s);
	assert_int_equal(s->open, 0);
}

/* ---- flights that arrive cut where they may be cut ---- */

/* What the client says after its hello is held and sent in two pieces. */
struct cutter {
	struct tls_server *server;
	int fd;
	size_t at; /* where */
	size_t n;
	unsigned records;
	bool over;
	unsigned char held[2048];
};

static void
cutter_say(struct cutter *c, const unsigned char *p, size_t n)
{
	assert_int_equal(send(c->fd, p, n, MSG_NOSIGNAL), n);
	/* long enough for a worker to have made of it what can be made */
	for (int i = 0; i < 150; i++)
		tls_server_turn(c->server);
}

static bool
cutter_send(void *ctx, const void *p, size_t n)
{
	struct cutter *c = ctx;

	if (c->records++ == 0 || c->over) {
		cutter_say(c, p, n);
		return true;
	}
	assert_true(c->n + n <= sizeof(c->held));
	memcpy(c->held + c->n, p, n);
	c->n += n;
	/* Finished was the fourth: data goes with it */
	if (c->records == 4)
		return oldclient_write(&visitor.client, "12345.", 6);
	if (c->records < 4)
		return true;
	c->over = true;
	c->at = size_min(c->at, c->n);
	cutter_say(c, c->held, c->at);
	cutter_say(c, c->held + c->at, c->n - c->at);
	return true;
}

static bool
cutter_recv(void *ctx, void *p, size_t n)
{
	struct cutter *c = ctx;
	unsigned char *at = p;

	for (int i = 0; i < TLS_TURNS && n > 0; i++) {
		ssize_t got = recv(c->fd, at, n, MSG_DONTWAIT);

		if (got == 0)
			return false;
		if (got > 0) {
			at += got;
			n -= (size_t)got;
		}
		tls_server_turn(c->server);
	}
	return n == 0;
}

static void
a_flight_may_be_cut_anywhere(void **state)
{
	struct tls_server *s = *state;

	visitor.client.v2 = true;
	for (size_t at = 1; at < 440; at += at < 260 ? 50 : 7) {
		struct cutter c = { .server = s, .at = at };
		const struct old_peer peer = { cutter_send, cutter_recv, &c };
		char reply[6];
		size_t n = 0, part;

		c.fd = tls_client_connect(listener_port(s->listener));
		assert_true(oldclient_open(&visitor.client, &peer));
		while (n < 6 &&
		    (part = oldclient_read(&visitor.client, reply + n, 6 - n)) >
			0)
			n += part;
		assert_int_equal(n, 6);
		assert_memory_equal(reply, "12345.", 6);
		close(c.fd);
		for (int i = 0; i < TLS_TURNS && s->open > 0; i++)
			tls_server_turn(s);
	}
}

#define S(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		S(an_old_hello_gets_the_old_engine_and_the_legacy_leaf),
		S(sessions_are_resumed_until_a_reload),
		S(what_is_off_is_refused_by_name),
		S(nothing_in_common_is_told_from_nothing_but_export),
		S(many_bytes_pass_and_a_slow_reader_gets_them_too),
		S(who_leaves_in_the_middle_is_forgotten),
		S(a_broken_secret_ends_in_a_failed_handshake),
		S(a_flight_may_be_cut_anywhere),
		S(a_peer_that_leaves_a_busy_worker_is_forgotten),
	};

	return cmocka_run_group_tests(tests, tls_server_certs, NULL);
}
