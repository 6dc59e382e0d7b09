/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TLS_ENGINE_H
#define NUDGE_TLS_ENGINE_H
/*
 * What turns the bytes of a connection into those of its user: mbedTLS, or
 * our own engine for what mbedTLS has no more.  Both read from l->rd, write by
 * tls_link_send(), and answer in mbedTLS's numbers and two of our own.
 */
#include "common/base/buf.h"

struct tls_link;
struct tls_hello;
struct tls_lane;

enum {
	/* No numbers of mbedTLS's: too many records that bring nothing, */
	TLS_ENGINE_FLOOD = -1,
	TLS_ENGINE_NO_SUITE = -2, /* and nothing in common */
};

struct tls_engine {
	/* Make the context of a connection. */
	bool (*begin)(struct tls_link *l, const struct tls_lane *lane,
	    const struct tls_hello *h);
	void (*free)(struct tls_link *l);
	/* 0: open; MBEDTLS_ERR_SSL_WANT_READ: more is needed. */
	int (*handshake)(struct tls_link *l);
	/* Nothing is left but what takes symmetric operations alone. */
	bool (*only_finished_is_left)(const struct tls_link *l);
	int (*read)(struct tls_link *l, unsigned char *to, size_t n);
	int (*write)(struct tls_link *l, const unsigned char *p, size_t n);
	void (*goodbye)(struct tls_link *l); /* close_notify */
	/* Of an open connection: 0x0301 is TLS 1.0. */
	unsigned (*version)(const struct tls_link *l);
	/* As in the log, "RSA-AES128-CBC-SHA". */
	void (*suite)(const struct tls_link *l, struct buf *to);
};

extern const struct tls_engine tls_engine_mbedtls;
extern const struct tls_engine tls_engine_old;

#endif
