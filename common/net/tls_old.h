/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TLS_OLD_H
#define NUDGE_TLS_OLD_H
/*
 * A server's side of SSL 3.0 (RFC 6101), TLS 1.0 (RFC 2246) and TLS 1.1 (RFC
 * 4346) with key exchange by ECDHE or RSA.  mbedTLS has no ear for hellos in the
 * format of SSLv2 and for SSL 3.0, 3.6 has none for what is older than TLS 1.2,
 * and in 2.28 several things are not fit for strangers (docs/SECURITY.md).  Memory in, memory out: it knows no socket, no
 * loop and no thread, and keeps nothing but keys between two records.
 *
 * It refuses SSL 2.0 itself, renegotiation, export suites, compression,
 * client certificates, and hellos marked as a fallback (RFC 7507).
 */
#include "common/base/buf.h"
#include "common/base/env.h"
#include "common/net/tls_old_record.h"
#include "common/net/tls_old_rsa.h"
#include "common/net/tls_old_sessions.h"
#include "common/net/tls_old_suite.h"

#include <mbedtls/x509_crt.h>

enum {
	/*
	 * Records in a row that bring nothing.  Internet Explorer's guard
	 * against chosen blocks is an empty one before each; a flood is none.
	 */
	TLS_OLD_IDLE_MAX = 32,
};

/* What connections share; it must outlive them. */
struct tls_old_config {
	struct tls_old_key *key;
	struct slice certificates; /* of tls_old_certificates() */
	struct slice named; /* likewise, for who names a host; may be empty */
	struct tls_old_rng rng;
	struct tls_old_switches on;
	struct tls_old_sessions *sessions;
	const struct env *env;
};

/* The message that shows a chain, leaf first. */
void tls_old_certificates(const mbedtls_x509_crt *chain, struct buf *to);

/* Bytes for the peer. */
struct tls_old_io {
	void (*send)(void *ctx, const void *p, size_t n);
	void *ctx;
};

enum tls_old_result {
	TLS_OLD_OK = 0,
	TLS_OLD_WANT = -1,     /* more bytes */
	TLS_OLD_CLOSED = -2,   /* the peer said good-bye */
	TLS_OLD_FAILED = -3,   /* an alert went out, or one came */
	TLS_OLD_NO_SUITE = -4, /* the same, for want of a common suite */
	TLS_OLD_FLOOD = -5,    /* the same, for records that bring nothing */
};

struct tls_old;

struct tls_old *
tls_old_new(const struct tls_old_config *cfg, const struct tls_old_io *io);
/* Wipes its secrets; NULL is none. */
void tls_old_free(struct tls_old *o);

/*
 * Take whole records off *in until the connection is open (OK) or more is
 * needed (WANT).  What follows the last one stays in *in.
 */
enum tls_old_result tls_old_handshake(struct tls_old *o, struct slice *in);
/* Nothing but the client's Finished is awaited: no private key is needed. */
bool tls_old_only_finished_is_left(const struct tls_old *o);
/*
 * The plaintext of the next record that has some, at most TLS_OLD_PLAIN_MAX
 * bytes; its length, or a tls_old_result other than OK.
 */
int tls_old_read(struct tls_old *o, struct slice *in, unsigned char *to);
/* One record of at most TLS_OLD_PLAIN_MAX bytes; false: it is not open. */
bool tls_old_write(struct tls_old *o, struct slice plain);
/* close_notify */
void tls_old_goodbye(struct tls_old *o);

/* What was agreed on: 0x0300 to 0x0302, and the name of a suite. */
uint16_t tls_old_version(const struct tls_old *o);
const char *tls_old_suite_name(const struct tls_old *o);

#endif
