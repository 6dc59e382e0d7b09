/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TLS_OLD_KDF_H
#define NUDGE_TLS_OLD_KDF_H
/*
 * From the premaster secret to keys and Finished messages, in the ways of
 * SSL 3.0 (RFC 6101 6 and 5.6.9) and TLS 1.0 (RFC 2246 5, 6.3, 7.4.9 and 8.1),
 * which are those of TLS 1.1 too.
 */
#include "common/net/tls_old_digest.h"

enum {
	TLS_OLD_RANDOM = 32,
	TLS_OLD_MASTER = 48,
	TLS_OLD_PREMASTER = 48, /* of RSA; no other is longer */
	TLS_OLD_HASHES = TLS_OLD_MD5 + TLS_OLD_SHA1,
	TLS_OLD_FINISHED_MAX = TLS_OLD_HASHES,
};

struct tls_old_secrets {
	uint16_t version;
	unsigned char client[TLS_OLD_RANDOM];
	unsigned char server[TLS_OLD_RANDOM];
	unsigned char master[TLS_OLD_MASTER];
};

/* What was said in the handshake so far. */
struct tls_old_transcript {
	struct tls_old_digest md5;
	struct tls_old_digest sha1;
};

/* Sets master. */
void tls_old_master(struct tls_old_secrets *s, struct slice premaster);
/* The same in the way of RFC 7627 4; t ends with the client's key exchange. */
void tls_old_master_extended(struct tls_old_secrets *s,
    const struct tls_old_transcript *t, struct slice premaster);
/* The key block. */
void tls_old_keys(const struct tls_old_secrets *s, unsigned char *to, size_t n);

void tls_old_transcript_init(struct tls_old_transcript *t);
void tls_old_transcript_add(struct tls_old_transcript *t, struct slice message);
/* What RSA signs before TLS 1.2: MD5 of all parts, and SHA-1 behind it. */
void tls_old_hashes(const struct slice *parts, size_t n,
    unsigned char to[TLS_OLD_HASHES]);
/* The body of the client's or the server's Finished; returns its length. */
size_t tls_old_finished(const struct tls_old_transcript *t,
    const struct tls_old_secrets *s, bool client,
    unsigned char to[TLS_OLD_FINISHED_MAX]);

#endif
