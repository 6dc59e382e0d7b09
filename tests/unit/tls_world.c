/* SPDX-License-Identifier: MIT */
#include "tests/unit/tls_world.h"

#include "common/base/panic.h"
#include "common/net/tls_mbed.h"
#include "tests/unit/tls_certs.h"

#include <arpa/inet.h>
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/net_sockets.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static struct tls_cert cert_modern, cert_legacy, cert_own;

int
tls_server_certs(void **state)
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
	struct tls_server *s = ctx;

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
	struct tls_server *s = l->session;

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
	struct tls_server *s = l->session;

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
	struct tls_server *s = ctx;
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

int
tls_server_make(void **state)
{
	static const struct work_limits limits[WORK_CLASSES] = {
		[WORK_TLS] = { 2, 100 },
		[WORK_HASH] = { 1, 1 },
		[WORK_COPY] = { 1, 1 },
	};
	struct tls_server *s = mem_alloc(sizeof(*s));
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

int
tls_server_end(void **state)
{
	struct tls_server *s = *state;

	for (int i = 0; i < TLS_TURNS && s->open > 0; i++) {
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

int
tls_client_connect(uint16_t port)
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
client_echo(struct tls_client *c, mbedtls_ssl_context *ssl)
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
client_ask(struct tls_client *c, mbedtls_ssl_context *ssl)
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
client_talk(struct tls_client *c, mbedtls_ssl_context *ssl)
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
	struct tls_client *c = arg;
	const int suites[] = { c->suite, 0 };
	mbedtls_net_context net = { tls_client_connect(c->port) };
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
	mbed_conf_client(&conf, c->max_minor);
	if (c->unbound)
		mbedtls_ssl_conf_extended_master_secret(&conf,
		    MBEDTLS_SSL_EXTENDED_MS_DISABLED);
	if (c->ticketless)
		mbedtls_ssl_conf_session_tickets(&conf,
		    MBEDTLS_SSL_SESSION_TICKETS_DISABLED);
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

void
tls_server_turn(struct tls_server *s)
{
	struct link *paused = s->paused;

	loop_turn(s->loop);
	if (paused != NULL && s->paused == paused) {
		s->paused = NULL;
		link_resume(paused);
	}
	usleep(20);
}

void
tls_client_run(struct tls_server *s, struct tls_client *c)
{
	pthread_t thread;

	c->port = listener_port(s->listener);
	if (c->bytes == 0)
		c->bytes = 5;
	assert_int_equal(pthread_create(&thread, NULL, client_main, c), 0);
	for (int i = 0; i < 2 * TLS_TURNS && !c->done; i++)
		tls_server_turn(s);
	for (int i = 0; i < TLS_TURNS && s->open > 0; i++)
		tls_server_turn(s);
	if (!c->done)
		fail_msg("the client hangs");
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(s->open, 0);
}

struct buf
tls_client_hello(unsigned version, const char *sni)
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
