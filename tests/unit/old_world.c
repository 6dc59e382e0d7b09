/* SPDX-License-Identifier: MIT */
#include "tests/unit/old_world.h"

#include "common/base/panic.h"
#include "common/net/tls_mbed.h"
#include "tests/unit/tls_certs.h"

#include <stdlib.h>

static uint64_t
world_ms(void *ctx)
{
	return ((struct old_world *)ctx)->ms;
}

static void
engine_send(void *ctx, const void *p, size_t n)
{
	struct old_world *w = ctx;

	buf_add(&w->out, p, n);
	ASSERT(buf_ok(&w->out));
}

static void
engine_turn(struct old_world *w)
{
	static unsigned char plain[TLS_OLD_PLAIN_MAX];
	struct slice in = buf_slice(&w->in);

	w->rc = tls_old_handshake(w->engine, &in);
	while (w->rc == TLS_OLD_OK) {
		int n = tls_old_read(w->engine, &in, plain);

		if (n > 0)
			buf_add(&w->plain, plain, (size_t)n);
		else
			w->rc = n;
	}
	buf_consume(&w->in, w->in.n - in.n);
}

void
old_world_feed(struct old_world *w, const void *p, size_t n)
{
	const char *at = p;

	while (n > 0) {
		size_t part = w->cut > 0 ? size_min(w->cut, n) : n;

		buf_add(&w->in, at, part);
		ASSERT(buf_ok(&w->in));
		engine_turn(w);
		at += part;
		n -= part;
	}
}

static bool
peer_send(void *ctx, const void *p, size_t n)
{
	struct old_world *w = ctx;
	unsigned char *copy = mem_alloc(n + 64);

	memcpy(copy, p, n);
	if (w->tamper != NULL)
		w->tamper(w, copy, &n);
	old_world_feed(w, copy, n);
	free(copy);
	return true;
}

static bool
peer_recv(void *ctx, void *p, size_t n)
{
	struct old_world *w = ctx;

	if (w->out.n < n)
		return false;
	if (n > 0)
		memcpy(p, w->out.p, n);
	buf_consume(&w->out, n);
	return true;
}

/* One certificate for all: a key takes long to make. */
static const struct tls_cert *
world_cert(void)
{
	static struct tls_cert cert;
	static bool made;

	if (!made)
		tls_cert_make(&cert, "old", NULL, true);
	made = true;
	return &cert;
}

static void
parse(struct old_world *w, const struct tls_pair *pair)
{
	ASSERT(mbedtls_x509_crt_parse(&w->chain,
		   (const unsigned char *)pair->cert_pem.p,
		   pair->cert_pem.n + 1) == 0);
	ASSERT(
	    mbed_pk_parse_key(&w->key, (const unsigned char *)pair->key_pem.p,
		pair->key_pem.n + 1, &w->drbg) == 0);
}

void
old_world_init(struct old_world *w)
{
	const struct tls_old_rng rng = { mbedtls_ctr_drbg_random, &w->drbg };

	*w = (struct old_world){ .ms = 1000 };
	w->env = *env_real();
	w->env.mono_ms = world_ms;
	w->env.ctx = w;
	mbedtls_entropy_init(&w->entropy);
	mbedtls_ctr_drbg_init(&w->drbg);
	ASSERT(tls_old_rc4_open(NULL, 0) == 0);
	mbedtls_x509_crt_init(&w->chain);
	mbedtls_pk_init(&w->key);
	ASSERT(mbedtls_ctr_drbg_seed(&w->drbg, mbedtls_entropy_func,
		   &w->entropy, NULL, 0) == 0);
	parse(w, &world_cert()->pair);
	buf_init(&w->certificates, 8192);
	tls_old_certificates(&w->chain, &w->certificates);
	w->cfg = (struct tls_old_config){
		.key = tls_old_key_new(mbedtls_pk_rsa(w->key), &rng, NULL),
		.certificates = buf_slice(&w->certificates),
		.rng = rng,
		.on = { true, true, true },
		.sessions = tls_old_sessions_new(8, 3600),
		.env = &w->env,
	};
	buf_init(&w->in, 1 << 20);
	buf_init(&w->out, 1 << 20);
	buf_init(&w->plain, 1 << 20);
	w->peer = (struct old_peer){ peer_send, peer_recv, w };
}

void
old_world_free(struct old_world *w)
{
	tls_old_free(w->engine);
	tls_old_sessions_free(w->cfg.sessions);
	buf_free(&w->certificates);
	buf_free(&w->in);
	buf_free(&w->out);
	buf_free(&w->plain);
	mbedtls_x509_crt_free(&w->chain);
	tls_old_key_free(w->cfg.key);
	mbedtls_pk_free(&w->key);
	mbedtls_ctr_drbg_free(&w->drbg);
	mbedtls_entropy_free(&w->entropy);
}

void
old_world_connect(struct old_world *w)
{
	const struct tls_old_io io = { engine_send, w };

	tls_old_free(w->engine);
	w->engine = tls_old_new(&w->cfg, &io);
	buf_reset(&w->in);
	buf_reset(&w->out);
	buf_reset(&w->plain);
	w->rc = TLS_OLD_WANT;
}

bool
old_world_open(struct old_world *w, struct oldclient *c)
{
	old_world_connect(w);
	return oldclient_open(c, &w->peer);
}

static bool
same_bytes(const struct buf *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (b->n != n || b->p[i] != (char)i)
			return false;
	return true;
}

bool
old_world_echo(struct old_world *w, struct oldclient *c, size_t n)
{
	static unsigned char text[OLD_ECHO_MAX];
	size_t got = 0;

	ASSERT(n <= TLS_OLD_PLAIN_MAX);
	buf_reset(&w->plain);
	for (size_t i = 0; i < n; i++)
		text[i] = (unsigned char)i;
	if (!oldclient_write(c, text, n) || w->plain.n != n ||
	    !same_bytes(&w->plain, n))
		return false;
	if (n == 0)
		return true;
	if (!tls_old_write(w->engine, buf_slice(&w->plain)))
		return false;
	memset(text, 0, n);
	while (got < n) {
		size_t part = oldclient_read(c, text + got, n - got);

		if (part == 0)
			return false;
		got += part;
	}
	return memcmp(text, w->plain.p, n) == 0;
}
