/* SPDX-License-Identifier: MIT */
#include "common/base/panic.h"
#include "common/http/http.h"
#include "common/net/listener.h"
#include "common/net/tls.h"
#include "common/net/tls_setup.h"
#include "common/net/tls_sniff.h"
#include "tests/unit/tls_certs.h"

#include <arpa/inet.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl_ciphersuites.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum {
	TURNS = 50000,
	BIG = 700 * 1000, /* more than any queue on the way holds */
};

/* ---- the sniffer ---- */

static struct buf
hello_make(unsigned version, const char *sni)
{
	struct buf body = BUF_INIT(1024);
	struct buf b = BUF_INIT(2048);
	size_t n = sni != NULL ? strlen(sni) : 0;

	buf_add_char(&body, (char)(version >> 8));
	buf_add_char(&body, (char)version);
	for (int i = 0; i < 32; i++)
		buf_add_char(&body, 'r');
	buf_add(&body, "\0\0\4\0\x2f\0\x35\1\0", 9);
	if (sni != NULL) {
		buf_add(&body, "\0", 1);
		buf_add_char(&body, (char)(n + 9 + 4));
		buf_add(&body, "\0\x17\0\0", 4); /* another extension */
		buf_add(&body, "\0\0\0", 3);
		buf_add_char(&body, (char)(n + 5));
		buf_add(&body, "\0", 1);
		buf_add_char(&body, (char)(n + 3));
		buf_add(&body, "\0\0", 2);
		buf_add_char(&body, (char)n);
		buf_add(&body, sni, n);
	}
	buf_add(&b, "\x16\3\1", 3);
	buf_add_char(&b, (char)((body.n + 4) >> 8));
	buf_add_char(&b, (char)(body.n + 4));
	buf_add(&b, "\1\0", 2);
	buf_add_char(&b, (char)(body.n >> 8));
	buf_add_char(&b, (char)body.n);
	buf_add_slice(&b, buf_slice(&body));
	buf_free(&body);
	return b;
}

static void
hellos_are_told_apart_by_the_highest_version(void **state)
{
	static const struct {
		unsigned version;
		const char *sni;
		enum tls_hello_kind kind;
	} rows[] = {
		{ 0x0300, NULL, TLS_HELLO_SSL3 },
		{ 0x0301, NULL, TLS_HELLO_LEGACY },
		{ 0x0302, "login.live.com", TLS_HELLO_LEGACY },
		{ 0x0303, NULL, TLS_HELLO_MODERN },
		{ 0x0303, "nexus.passport.com", TLS_HELLO_MODERN },
		{ 0x0304, NULL, TLS_HELLO_MODERN },
		{ 0x0200, NULL, TLS_HELLO_BROKEN },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf b = hello_make(rows[i].version, rows[i].sni);
		struct tls_hello h = tls_sniff_hello(buf_slice(&b));

		assert_int_equal(h.kind, rows[i].kind);
		assert_int_equal(h.version, rows[i].version);
		assert_true(slice_eq_text(h.sni,
		    rows[i].sni != NULL ? rows[i].sni : ""));
		buf_free(&b);
	}
}

static void
a_cut_hello_is_incomplete_at_every_length(void **state)
{
	struct buf b = hello_make(0x0303, "a.example");

	(void)state;
	for (size_t n = 0; n < b.n; n++) {
		/* Of its own size, so that reading on is noticed. */
		char *copy = mem_copy_text(b.p, n);
		struct tls_hello h = tls_sniff_hello(slice_make(copy, n));

		assert_int_equal(h.kind, TLS_HELLO_MORE);
		free(copy);
	}
	buf_free(&b);
}

static void
a_hello_with_any_byte_changed_is_read_within_its_bounds(void **state)
{
	struct buf b = hello_make(0x0303, "a.example");

	(void)state;
	for (size_t i = 0; i < b.n; i++)
		for (int v = 0; v < 256; v += 5) {
			char *copy = mem_copy_text(b.p, b.n);
			struct tls_hello h;

			copy[i] = (char)v;
			h = tls_sniff_hello(slice_make(copy, b.n));
			assert_true(h.kind < TLS_HELLO_KINDS);
			free(copy);
		}
	buf_free(&b);
}

static void
what_is_no_hello_is_named(void **state)
{
	/* clang-format off */
	static const struct { const char *in; size_t n; enum tls_hello_kind kind; } rows[] = {
	{ "", 0, TLS_HELLO_MORE },
	{ "\x16", 1, TLS_HELLO_MORE },
	{ "\x16\x02", 2, TLS_HELLO_JUNK },
	{ "\x16\3\1\0\3", 5, TLS_HELLO_BROKEN },
	{ "\x16\3\1\x20\1", 5, TLS_HELLO_BROKEN },
	{ "\x16\3\1\0\x40\2", 6, TLS_HELLO_BROKEN },
	{ "\x16\3\1\0\4\1\0\0\1", 9, TLS_HELLO_BROKEN },
	{ "\x80\x2e\1", 3, TLS_HELLO_MORE },
	{ "\x80\x2e\1\3\1", 5, TLS_HELLO_SSL2 },
	{ "\x80\x2e\1\0\2", 5, TLS_HELLO_SSL2 },
	{ "\x80\x2e\1\7\7", 5, TLS_HELLO_JUNK },
	{ "\x80\x2e\4", 3, TLS_HELLO_JUNK },
	{ "GE", 2, TLS_HELLO_MORE },
	{ "GET / HTTP/1.0", 14, TLS_HELLO_HTTP },
	{ "POST", 4, TLS_HELLO_HTTP },
	{ "VER 1 MSNP8", 11, TLS_HELLO_JUNK },
	{ "\0\0\0\0\0", 5, TLS_HELLO_JUNK },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(tls_sniff_hello(
				     slice_make(rows[i].in, rows[i].n))
				     .kind,
		    rows[i].kind);
}

static void
names_match_without_case_and_a_star_is_one_label(void **state)
{
	/* clang-format off */
	static const struct { const char *pattern, *host; bool same; } rows[] = {
	{ "a.example", "A.Example", true },
	{ "a.example", "b.example", false },
	{ "*.example", "a.example", true },
	{ "*.example", "a.b.example", false },
	{ "*.example", ".example", false },
	{ "*.example", "example", false },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(tls_setup_name_matches(slice_text(
							    rows[i].pattern),
				     slice_text(rows[i].host)),
		    rows[i].same);
}

/* ---- a server that echoes ---- */

struct server {
	struct env env;
	_Atomic uint64_t ms;
	struct tls_config cfg;
	struct loop *loop;
	struct workers *workers;
	struct tls *tls;
	struct conn_limits *limits;
	struct listener *listener;
	struct addr peer; /* all come from one */
	bool modern_only;
	bool dawdle; /* pause after each input, go on a turn later */
	struct link *paused;
	uint32_t soft; /* limit of the output */
	unsigned open;
	enum close_reason why;
	char text[64];
};

static struct tls_cert cert_modern, cert_legacy, cert_own;

static int
certs_make(void **state)
{
	(void)state;
	tls_cert_make(&cert_modern, "modern", NULL, false);
	tls_cert_make(&cert_legacy, "legacy", NULL, true);
	tls_cert_make(&cert_own, "own", "*.own.example", false);
	return 0;
}

static uint64_t
server_ms(void *ctx)
{
	struct server *s = ctx;

	return env_mono_ms(env_real()) + s->ms;
}

static int64_t
server_wall(void *ctx)
{
	(void)ctx;
	return env_wall(env_real());
}

static void
server_random(void *ctx, void *out, size_t n)
{
	(void)ctx;
	env_random(env_real(), out, n);
}

/* "." ends what the client has to say. */
static size_t
echo_input(struct link *l, const char *p, size_t n)
{
	struct server *s = l->session;

	snprintf(s->text, sizeof(s->text), "%s", tls_describe(l));
	outq_add(&l->out, p, n);
	if (memchr(p, '.', n) != NULL)
		link_close(l, CLOSE_OUT);
	else if (outq_full(&l->out))
		link_pause(l);
	if (s->dawdle && !l->closing) {
		link_pause(l);
		s->paused = l;
	}
	return n;
}

static void
echo_closed(struct link *l, enum close_reason why)
{
	struct server *s = l->session;

	s->why = why;
	s->open--;
	if (s->paused == l)
		s->paused = NULL;
	conn_limits_leave(s->limits, &s->peer);
}

static const struct link_user echo_user = {
	.input = echo_input,
	.drained = NULL,
	.closed = echo_closed,
};

static void
echo_drained(struct link *l)
{
	link_resume(l);
}

static const struct link_user echo_drained_user = {
	.input = echo_input,
	.drained = echo_drained,
	.closed = echo_closed,
};

static void
server_accepted(void *ctx, int fd, const struct addr *peer,
    const struct addr *local)
{
	struct server *s = ctx;
	const struct stream_limits limits = { s->soft, 4 << 20, 65536 };
	struct link *l =
	    tls_stream_new(s->tls, fd, &limits, NULL, s->modern_only);

	(void)local;
	s->peer = *peer;
	ASSERT(l != NULL);
	l->user = s->dawdle ? &echo_user : &echo_drained_user;
	l->session = s;
	s->open++;
	tls_start(l);
}

static const struct listener_user server_user = {
	.accepted = server_accepted,
};

static int
server_make(void **state)
{
	static const struct work_limits limits[WORK_CLASSES] = {
		[WORK_TLS] = { 2, 100 },
		[WORK_HASH] = { 1, 1 },
	};
	struct server *s = mem_alloc(sizeof(*s));
	char err[256] = "";
	int code = 0;

	s->env = (struct env){ server_ms, server_wall, server_random, s };
	s->cfg = (struct tls_config){
		.modern = cert_modern.pair,
		.legacy = cert_legacy.pair,
		.own = cert_own.pair,
		.allow_legacy = true,
		.hello_ms = 5000,
		.handshake_ms = 10000,
	};
	s->soft = 65536;
	s->loop = loop_new(&s->env);
	s->workers = workers_new(s->loop, 2, limits);
	s->tls = tls_new(s->loop, s->workers, &s->cfg, err, sizeof(err));
	assert_non_null(s->tls);
	s->limits = conn_limits_new(&s->env, 100, 100);
	s->listener = listener_open(s->loop, SLICE_LIT("127.0.0.1"), 0,
	    s->limits, &server_user, s, &code);
	assert_non_null(s->listener);
	*state = s;
	return 0;
}

static int
server_end(void **state)
{
	struct server *s = *state;

	for (int i = 0; i < TURNS && s->open > 0; i++) {
		loop_turn(s->loop);
		usleep(100);
	}
	assert_int_equal(s->open, 0);
	listener_close(s->listener);
	tls_free(s->tls);
	workers_free(s->workers);
	loop_turn(s->loop);
	conn_limits_free(s->limits);
	loop_free(s->loop);
	free(s);
	return 0;
}

/* ---- a client on a thread of its own ---- */

struct client {
	uint16_t port;
	int max_minor; /* 1: TLS 1.0 */
	const char *sni;
	int suite; /* 0: any */
	size_t bytes;
	mbedtls_ssl_session *session; /* kept and offered again */
	const char *request;          /* sent instead of what is echoed */
	char *reply;
	size_t room, n;
	/* results */
	int rc;
	bool echoed;
	char name[64];
	char version[16];
	_Atomic bool done;
};

static int
connect_to(uint16_t port)
{
	struct sockaddr_in sa = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ASSERT(fd >= 0 && connect(fd, (struct sockaddr *)&sa, sizeof(sa)) == 0);
	return fd;
}

static bool
client_echo(struct client *c, mbedtls_ssl_context *ssl)
{
	unsigned char chunk[7000];
	size_t sent = 0, got = 0;

	memset(chunk, 'x', sizeof(chunk));
	while (got < c->bytes) {
		size_t n = size_min(sizeof(chunk), c->bytes - sent);
		int rc;

		if (n > 0 && (sent += n) == c->bytes)
			chunk[n - 1] = '.';
		for (size_t at = 0; at < n; at += (size_t)rc)
			if ((rc = mbedtls_ssl_write(ssl, chunk + at, n - at)) <=
			    0)
				return false;
		while (got < sent && (n == 0 || sent - got > 100000)) {
			unsigned char in[9000];

			rc = mbedtls_ssl_read(ssl, in, sizeof(in));
			if (rc <= 0)
				return false;
			got += (size_t)rc;
			if (got == c->bytes && in[rc - 1] != '.')
				return false;
		}
	}
	return got == c->bytes;
}

/* The answer is whole when the server says that it has no more. */
static bool
client_ask(struct client *c, mbedtls_ssl_context *ssl)
{
	const unsigned char *p = (const unsigned char *)c->request;
	size_t n = strlen(c->request);
	int rc = 0;

	for (size_t at = 0; at < n; at += (size_t)rc)
		if ((rc = mbedtls_ssl_write(ssl, p + at, n - at)) <= 0)
			return false;
	while (c->n < c->room) {
		rc = mbedtls_ssl_read(ssl, (unsigned char *)c->reply + c->n,
		    c->room - c->n);
		if (rc <= 0)
			break;
		c->n += (size_t)rc;
	}
	return rc == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY;
}

static void
client_talk(struct client *c, mbedtls_ssl_context *ssl)
{
	c->rc = mbedtls_ssl_handshake(ssl);
	if (c->rc != 0)
		return;
	snprintf(c->version, sizeof(c->version), "%s",
	    mbedtls_ssl_get_version(ssl));
	if (mbedtls_ssl_get_peer_cert(ssl) != NULL)
		mbedtls_x509_dn_gets(c->name, sizeof(c->name),
		    &mbedtls_ssl_get_peer_cert(ssl)->subject);
	if (c->session != NULL)
		(void)mbedtls_ssl_get_session(ssl, c->session);
	c->echoed =
	    c->request != NULL ? client_ask(c, ssl) : client_echo(c, ssl);
	mbedtls_ssl_close_notify(ssl);
}

static void *
client_main(void *arg)
{
	struct client *c = arg;
	const int suites[] = { c->suite, 0 };
	mbedtls_net_context net = { connect_to(c->port) };
	mbedtls_entropy_context entropy;
	mbedtls_ctr_drbg_context rng;
	mbedtls_ssl_config conf;
	mbedtls_ssl_context ssl;

	mbedtls_entropy_init(&entropy);
	mbedtls_ctr_drbg_init(&rng);
	mbedtls_ssl_config_init(&conf);
	mbedtls_ssl_init(&ssl);
	ASSERT(mbedtls_ctr_drbg_seed(&rng, mbedtls_entropy_func, &entropy, NULL,
		   0) == 0);
	ASSERT(
	    mbedtls_ssl_config_defaults(&conf, MBEDTLS_SSL_IS_CLIENT,
		MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT) == 0);
	mbedtls_ssl_conf_rng(&conf, mbedtls_ctr_drbg_random, &rng);
	mbedtls_ssl_conf_authmode(&conf, MBEDTLS_SSL_VERIFY_NONE);
	mbedtls_ssl_conf_arc4_support(&conf, MBEDTLS_SSL_ARC4_ENABLED);
	mbedtls_ssl_conf_max_version(&conf, 3, c->max_minor);
	if (c->suite != 0)
		mbedtls_ssl_conf_ciphersuites(&conf, suites);
	ASSERT(mbedtls_ssl_setup(&ssl, &conf) == 0);
	if (c->sni != NULL)
		ASSERT(mbedtls_ssl_set_hostname(&ssl, c->sni) == 0);
	if (c->session != NULL && c->session->ciphersuite != 0)
		ASSERT(mbedtls_ssl_set_session(&ssl, c->session) == 0);
	mbedtls_ssl_set_bio(&ssl, &net, mbedtls_net_send, mbedtls_net_recv,
	    NULL);
	client_talk(c, &ssl);
	mbedtls_ssl_free(&ssl);
	mbedtls_ssl_config_free(&conf);
	mbedtls_ctr_drbg_free(&rng);
	mbedtls_entropy_free(&entropy);
	mbedtls_net_free(&net);
	c->done = true;
	return NULL;
}

static void
server_turn(struct server *s)
{
	struct link *paused = s->paused;

	loop_turn(s->loop);
	if (paused != NULL && s->paused == paused) {
		s->paused = NULL;
		link_resume(paused);
	}
	usleep(20);
}

/* Connect, send bytes, get them back. */
static void
client_run(struct server *s, struct client *c)
{
	pthread_t thread;

	c->port = listener_port(s->listener);
	if (c->bytes == 0)
		c->bytes = 5;
	assert_int_equal(pthread_create(&thread, NULL, client_main, c), 0);
	for (int i = 0; i < 2 * TURNS && !c->done; i++)
		server_turn(s);
	for (int i = 0; i < TURNS && s->open > 0; i++)
		server_turn(s);
	if (!c->done)
		fail_msg("the client hangs");
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(s->open, 0);
}

static void
a_modern_client_gets_tls_1_2_and_the_modern_leaf(void **state)
{
	struct server *s = *state;
	struct client c = { .max_minor = 3, .sni = "other.example" };

	client_run(s, &c);
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
	struct server *s = *state;

	for (int minor = 1; minor <= 2; minor++) {
		struct client c = { .max_minor = minor };

		client_run(s, &c);
		assert_int_equal(c.rc, 0);
		assert_true(c.echoed);
		assert_string_equal(c.name, "CN=legacy");
		assert_string_equal(c.version,
		    minor == 1 ? "TLSv1.0" : "TLSv1.1");
	}
	assert_int_equal(tls_get_stats(s->tls)->legacy, 2);
}

static void
the_operators_certificate_is_served_to_who_asks_for_it(void **state)
{
	struct client c = { .max_minor = 3, .sni = "im.own.example" };

	client_run(*state, &c);
	assert_string_equal(c.name, "CN=own");
}

static void
sessions_are_resumed_in_both_configurations(void **state)
{
	struct server *s = *state;

	for (int minor = 1; minor <= 3; minor += 2) {
		mbedtls_ssl_session session;

		mbedtls_ssl_session_init(&session);
		for (int i = 0; i < 3; i++) {
			struct client c = { .max_minor = minor,
				.session = &session };

			client_run(s, &c);
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
	static const int weak[] = { MBEDTLS_TLS_RSA_WITH_3DES_EDE_CBC_SHA,
		MBEDTLS_TLS_RSA_WITH_RC4_128_SHA,
		MBEDTLS_TLS_RSA_WITH_RC4_128_MD5 };
	struct server *s = *state;

	for (int on = 0; on < 2; on++) {
		s->cfg.allow_3des = s->cfg.allow_rc4 = on != 0;
		assert_int_equal(tls_reload(s->tls, &s->cfg, NULL, 0), 0);
		for (size_t i = 0; i < ARRAY_LEN(weak); i++) {
			struct client old = { .max_minor = 1,
				.suite = weak[i] };
			struct client new = { .max_minor = 3,
				.suite = weak[i] };

			client_run(s, &old);
			assert_int_equal(old.echoed, on);
			/* A modern hello never gets them. */
			client_run(s, &new);
			assert_int_not_equal(new.rc, 0);
			assert_int_equal(s->why, CLOSE_TLS_FAILED);
		}
	}
}

static void
old_versions_are_refused_where_they_are_off(void **state)
{
	struct server *s = *state;
	struct client c = { .max_minor = 2 };
	struct client d = { .max_minor = 2 };

	s->modern_only = true;
	client_run(s, &c);
	assert_int_equal(c.rc, MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE);
	assert_int_equal(s->why, CLOSE_TLS_VERSION);
	s->modern_only = false;
	s->cfg.allow_legacy = false;
	s->cfg.legacy = (struct tls_pair){ .cert_pem = { NULL, 0 } };
	assert_int_equal(tls_reload(s->tls, &s->cfg, NULL, 0), 0);
	client_run(s, &d);
	assert_int_equal(d.rc, MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE);
	assert_int_equal(s->why, CLOSE_TLS_VERSION);
	assert_int_equal(tls_get_stats(s->tls)->failed, 2);
}

static void
many_bytes_pass_a_slow_reader_unchanged(void **state)
{
	struct server *s = *state;
	struct client c = { .max_minor = 3, .bytes = BIG };
	struct client d = { .max_minor = 1, .bytes = BIG };

	client_run(s, &c);
	assert_true(c.echoed);
	s->dawdle = true;
	client_run(s, &d);
	assert_true(d.echoed);
}

static void
bytes_go_on_whatever_the_queues_limit(void **state)
{
	static const uint32_t soft[] = { 2, 1000, 16384, 20000, 32768, 65535,
		131072, 300000 };
	struct server *s = *state;

	for (size_t i = 0; i < ARRAY_LEN(soft); i++) {
		struct client c = { .max_minor = 3, .bytes = BIG };

		s->soft = soft[i];
		client_run(s, &c);
		assert_true(c.echoed);
	}
}

/* ---- bytes that are no handshake ---- */

/* Send, and return what comes until the server closes. */
static size_t
raw_ask(struct server *s, struct slice in, char *out, size_t room)
{
	int fd = connect_to(listener_port(s->listener));
	size_t n = 0;

	assert_int_equal(send(fd, in.p, in.n, MSG_NOSIGNAL), in.n);
	for (int i = 0; i < TURNS; i++) {
		ssize_t got;

		server_turn(s);
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
	struct buf ssl3 = hello_make(0x0300, NULL);
	char out[64];

	assert_int_equal(raw_ask(*state, buf_slice(&ssl3), out, sizeof(out)),
	    7);
	assert_memory_equal(out, "\x15\3\0\0\2\2\x46", 7);
	assert_int_equal(raw_ask(*state, slice_make("\x80\x2e\1\0\2\0\x15", 7),
			     out, sizeof(out)),
	    7);
	assert_memory_equal(out, "\x15\3\0\0\2\2\x46", 7);
	assert_int_equal(((struct server *)*state)->why, CLOSE_TLS_VERSION);
	buf_free(&ssl3);
}

static void
plaintext_gets_one_line_and_garbage_nothing(void **state)
{
	struct server *s = *state;
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
	struct server *s = *state;
	struct buf b = hello_make(0x0301, NULL);
	struct buf again = hello_make(0x0301, NULL);
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
	struct server *s = *state;
	struct buf b = hello_make(0x0301, NULL);

	for (int pass = 0; pass < 2; pass++) {
		int fd = connect_to(listener_port(s->listener));
		size_t n = pass == 0 ? 20 : b.n;

		assert_int_equal(send(fd, b.p, n, MSG_NOSIGNAL), n);
		for (int i = 0; i < 300; i++)
			server_turn(s);
		assert_int_equal(s->open, 1);
		s->ms += pass == 0 ? 4800 : 9500;
		server_turn(s);
		assert_int_equal(s->open, 1);
		s->ms += 1000;
		for (int i = 0; i < TURNS && s->open > 0; i++)
			server_turn(s);
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
	struct server *s = *state;
	struct buf b = hello_make(0x0301, NULL);

	for (int i = 0; i < 20; i++) {
		int fd = connect_to(listener_port(s->listener));
		struct linger now = { 1, 0 };

		assert_int_equal(send(fd, b.p, b.n, MSG_NOSIGNAL), b.n);
		for (int k = 0; k < i % 5; k++)
			loop_turn(s->loop);
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
		close(fd);
	}
	for (int i = 0; i < TURNS && s->open > 0; i++)
		server_turn(s);
	assert_int_equal(s->open, 0);
	buf_free(&b);
}

static void
a_wrong_key_is_refused_with_a_sentence(void **state)
{
	struct server *s = *state;
	struct tls_config bad = s->cfg;
	char err[256];

	bad.modern.key_pem = s->cfg.own.key_pem;
	assert_int_equal(tls_reload(s->tls, &bad, err, sizeof(err)), -1);
	assert_string_equal(err,
	    "the modern certificate has another certificate's key");
	bad.modern = (struct tls_pair){ SLICE_LIT("x"), SLICE_LIT("y") };
	assert_int_equal(tls_reload(s->tls, &bad, err, sizeof(err)), -1);
	assert_non_null(strstr(err, "the modern certificate does not parse"));
}

/* ---- HTTP above it ---- */

static enum http_outcome
say_much(struct http_request *rq, void *front)
{
	struct buf b = BUF_INIT(BIG + 100);

	(void)front;
	buf_addf(&b, "tls=%d;loopback=%d;port=%d;", (int)http_is_tls(rq),
	    (int)addr_is_loopback(http_peer(rq)), (int)http_local(rq)->port);
	while (b.n < BIG)
		buf_add_text(&b, "0123456789");
	buf_add_slice(&b, http_body(rq));
	http_reply(rq, 200);
	http_reply_header(rq, "Content-Type", SLICE_LIT("text/plain"));
	http_reply_body(rq, buf_slice(&b));
	http_reply_close(rq);
	buf_free(&b);
	return HTTP_DONE;
}

static enum http_outcome
say_size(struct http_request *rq, void *front)
{
	struct buf b = BUF_INIT(32);

	(void)front;
	buf_addf(&b, "size=%zu", http_body(rq).n);
	http_reply(rq, 200);
	http_reply_body(rq, buf_slice(&b));
	buf_free(&b);
	return HTTP_DONE;
}

static const struct http_route https_routes[] = {
	{ "/sink", HTTP_POST, HTTP_TLS, 2 * BIG, say_size },
	{ "/much", HTTP_GET | HTTP_POST, HTTP_TLS, 10, say_much },
	{ "/admin", HTTP_GET | HTTP_POST, HTTP_ADMIN, 10, say_much },
};

static void
https_ask(struct server *s, struct listener *li, struct client *c)
{
	struct listener *old = s->listener;

	s->listener = li;
	client_run(s, c);
	s->listener = old;
}

/* More than the bridge's queues hold. */
static void
https_upload(struct server *s, struct listener *li)
{
	struct buf b = BUF_INIT(3 * BIG);
	char reply[1000] = "";
	struct client c = { .max_minor = 3,
		.reply = reply,
		.room = sizeof(reply) - 1 };

	buf_addf(&b, "POST /sink HTTP/1.0\r\nContent-Length: %d\r\n\r\n",
	    2 * BIG);
	for (int i = 0; i < BIG / 5; i++)
		buf_add_text(&b, "0123456789");
	buf_add(&b, "", 1);
	c.request = b.p;
	https_ask(s, li, &c);
	assert_non_null(strstr(reply, "size=1400000"));
	buf_free(&b);
}

static void
http_is_spoken_over_tls_of_any_age(void **state)
{
	static const char *const requests[] = {
		"GET /much HTTP/1.1\r\nConnection: close\r\n\r\n",
		"GET //much\r\n\r\n",
		"POST /much HTTP/1.0\r\nContent-Length: 2\r\n\r\nab",
		"GET /admin HTTP/1.0\r\n\r\n",
	};
	const struct http_limits limits = { 32768, 5, 5000 };
	struct server *s = *state;
	struct http *h = http_new(s->loop, &limits, s->limits);
	static char reply[BIG * 2];
	struct listener *li[2];
	int err;

	http_add_routes(h, https_routes, ARRAY_LEN(https_routes), NULL);
	for (int admin = 0; admin < 2; admin++)
		li[admin] = listener_open(s->loop, SLICE_LIT("127.0.0.1"), 0,
		    s->limits, &http_listener_user,
		    http_tls_ctx(h, s->tls, admin != 0), &err);
	for (size_t i = 0; i < 2 * ARRAY_LEN(requests); i++) {
		bool admin = i >= ARRAY_LEN(requests);
		struct client c = { .max_minor = i % 2 == 0 || admin ? 3 : 1,
			.request = requests[i % ARRAY_LEN(requests)],
			.reply = reply,
			.room = sizeof(reply) - 1 };
		bool ours = (strstr(c.request, "/admin") != NULL) == admin;

		https_ask(s, li[admin], &c);
		reply[c.n] = '\0';
		assert_int_equal(c.rc, 0);
		assert_true(c.echoed);
		assert_memory_equal(reply, ours ? "HTTP/1.1 2" : "HTTP/1.1 4",
		    10);
		assert_true(!ours || c.n > BIG);
		assert_int_equal(strstr(reply, "tls=1;loopback=1;") != NULL,
		    ours);
	}
	https_upload(s, li[0]);
	for (int admin = 0; admin < 2; admin++)
		listener_close(li[admin]);
	http_free(h);
	for (int i = 0; i < 100; i++)
		server_turn(s);
}

#define S(name) cmocka_unit_test_setup_teardown(name, server_make, server_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hellos_are_told_apart_by_the_highest_version),
		cmocka_unit_test(a_cut_hello_is_incomplete_at_every_length),
		cmocka_unit_test(
		    a_hello_with_any_byte_changed_is_read_within_its_bounds),
		cmocka_unit_test(what_is_no_hello_is_named),
		cmocka_unit_test(
		    names_match_without_case_and_a_star_is_one_label),
		S(a_modern_client_gets_tls_1_2_and_the_modern_leaf),
		S(an_old_client_gets_the_leaf_with_a_key_of_its_own),
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
		S(http_is_spoken_over_tls_of_any_age),
	};

	return cmocka_run_group_tests(tests, certs_make, NULL);
}
