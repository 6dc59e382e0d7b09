/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TEST_OLD_WORLD_H
#define NUDGE_TEST_OLD_WORLD_H
/*
 * The old TLS engine and a client of its age in one thread: what the client
 * sends is handled at once, what the engine answers waits in a buffer.
 */
#include "bench/oldclient.h"
#include "common/net/tls_old.h"

#include <mbedtls/pk.h>

enum {
	OLD_ECHO_MAX = 20000
};

struct old_world {
	struct env env;
	uint64_t ms;
	mbedtls_entropy_context entropy;
	mbedtls_ctr_drbg_context drbg;
	mbedtls_x509_crt chain;
	mbedtls_pk_context key;
	struct buf certificates;
	struct tls_old_config cfg;
	/* the connection */
	struct tls_old *engine;
	struct buf in;    /* sent by the client, not taken by the engine */
	struct buf out;   /* from the engine */
	struct buf plain; /* application data that came */
	int rc;           /* of the last call */
	size_t cut;       /* feed so many bytes at a time; 0: all */
	/* may change what the client sends; NULL: nothing does */
	void (*tamper)(struct old_world *w, unsigned char *p, size_t *n);
	void *tamper_ctx;
	struct old_peer peer; /* for oldclient_open() */
};

/* Everything on; a certificate of RSA-2048 that is made once. */
void old_world_init(struct old_world *w);
void old_world_free(struct old_world *w);
/* A new connection; what was is forgotten. */
void old_world_connect(struct old_world *w);
/* Bytes for the engine, past the client. */
void old_world_feed(struct old_world *w, const void *p, size_t n);
/* The client's handshake on a new connection. */
bool old_world_open(struct old_world *w, struct oldclient *c);
/* n bytes there and back; asserts nothing. */
bool old_world_echo(struct old_world *w, struct oldclient *c, size_t n);

#endif
