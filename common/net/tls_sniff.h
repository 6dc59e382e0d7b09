/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TLS_SNIFF_H
#define NUDGE_TLS_SNIFF_H
/*
 * What the first bytes of a connection to a TLS port are.  mbedTLS knows
 * neither the SSLv2 format of a hello nor a way to choose the certificate and
 * the suites once it has started, so the hello is read before any engine is.
 */
#include "common/base/slice.h"

/* A hello is one record, no longer than this (without its header). */
#define TLS_HELLO_MAX 8192

enum tls_hello_kind {
	TLS_HELLO_MORE,   /* not all of it is there */
	TLS_HELLO_MODERN, /* offers TLS 1.2 or newer */
	TLS_HELLO_LEGACY, /* offers TLS 1.0 or 1.1 */
	TLS_HELLO_SSL3,   /* offers SSL 3.0 at most */
	TLS_HELLO_SSL2,   /* in the format of SSLv2, whatever it offers */
	TLS_HELLO_BROKEN, /* begins like a hello and is none */
	TLS_HELLO_HTTP,   /* a plaintext HTTP request */
	TLS_HELLO_JUNK,
	TLS_HELLO_KINDS
};

struct tls_hello {
	enum tls_hello_kind kind;
	uint16_t version; /* the highest one offered, 0x0303 is TLS 1.2 */
	struct slice sni; /* host name asked for; borrowed, n 0: none */
};

/* Look at the bytes that came so far. */
struct tls_hello tls_sniff_hello(struct slice in);

#endif
