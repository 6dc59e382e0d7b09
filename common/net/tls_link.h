/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TLS_LINK_H
#define NUDGE_TLS_LINK_H
/*
 * A TLS connection: a link for its user above, the user of the TCP link
 * below.  While a worker has the engine's context (busy) the loop touches
 * neither it nor what the step reads and writes.
 */
#include "common/net/tls_engine.h"
#include "common/net/tls_gate.h"
#include "common/net/tls_setup.h"

enum {
	TLS_RECORD_MAX = 16384,
	TLS_AHEAD = 64 * 1024,       /* encrypted and not taken by TCP yet */
	TLS_FLIGHT_MAX = 128 * 1024, /* bytes in or out of one step */
};

/* Counted: open connections keep it after tls_free(). */
struct tls {
	struct loop *loop;
	struct workers *workers;
	struct tls_setup *setup;
	struct tls_stats stats;
	unsigned refs;
	unsigned char plain_in[TLS_RECORD_MAX];
	unsigned char plain_out[TLS_RECORD_MAX];
};

enum tls_phase {
	TLS_SNIFFING,
	TLS_SHAKING,
	TLS_OPEN
};

struct tls_link {
	struct link link;
	struct link *tcp;
	struct tls *tls;
	struct tls_setup *setup;         /* from the hello on */
	const struct tls_engine *engine; /* NULL: not chosen yet */
	mbedtls_ssl_context *ssl;        /* of tls_engine_mbedtls */
	struct tls_gate gate;            /* the same */
	struct tls_old *old;             /* of tls_engine_old */
	enum tls_phase phase;
	enum close_reason why;
	uint32_t in_max;
	bool modern_only;
	bool export_only; /* what the hello offers */
	bool stepped;     /* the first step of the handshake was made */
	bool resumed;
	bool busy;   /* a worker has it */
	bool gone;   /* closed() was delivered; freed when not busy */
	bool paused; /* by the user */
	bool full;   /* the user's queue was seen above its soft limit */
	struct timer deadline;
	struct deferred flush;
	struct deferred again;
	struct work work;
	int rc;              /* of the step */
	struct slice rd;     /* what the engine reads next */
	struct buf gathered; /* a hello of several records */
	struct buf in;       /* bytes handed to a step */
	struct buf out;      /* bytes a step wrote */
	struct buf leftover; /* plaintext the user did not use */
	char text[64];       /* tls_describe() */
};

static inline struct tls_link *
tls_link_of(struct link *l)
{
	return CONTAINER_OF(l, struct tls_link, link);
}

/* tls_link.c: an open connection. */
/* Decrypt and offer; returns how many bytes were used. */
size_t tls_link_read(struct tls_link *l, struct slice in);
/* For engines: bytes for the peer; false when there are too many. */
bool tls_link_send(struct tls_link *l, const void *p, size_t n);
/* The handshake is done: say what waits and read what came with it. */
void tls_link_open(struct tls_link *l);
void tls_link_free(struct tls_link *l);

/* tls_handshake.c: what comes before; returns how many bytes were used. */
size_t tls_handshake_input(struct tls_link *l, struct slice in);
void tls_handshake_begin(struct tls_link *l);

#endif
