/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TLS_OLD_RECORD_H
#define NUDGE_TLS_OLD_RECORD_H
/*
 * The record layer of the old engine: MAC, then padding, then cipher; the
 * block ciphers' vector goes on from record to record (RFC 6101 5.2, RFC 2246
 * 6.2).  In TLS 1.1 a random block goes first, which makes the vector one that
 * nobody could foresee (RFC 4346 6.2.3.2, way 2b).
 */
#include "common/net/tls_old_mac.h"
#include "common/net/tls_old_rc4.h"
#include "common/net/tls_old_rng.h"
#include "common/net/tls_old_suite.h"

enum {
	TLS_OLD_HEADER = 5,
	TLS_OLD_PLAIN_MAX = 16384,
	TLS_OLD_BODY_MAX = TLS_OLD_PLAIN_MAX + 1024,
	TLS_OLD_WIRE_MAX = TLS_OLD_HEADER + TLS_OLD_BODY_MAX,
	/* two keys of each kind, at most */
	TLS_OLD_KEYS_MAX = 2 * (20 + 32 + 16),
};

enum tls_old_type {
	TLS_OLD_CHANGE_CIPHER = 20,
	TLS_OLD_ALERT,
	TLS_OLD_HANDSHAKE,
	TLS_OLD_DATA,
};

/* One direction; in the clear until it has keys. */
struct tls_old_half {
	const struct tls_old_suite *suite; /* NULL: in the clear */
	mbedtls_cipher_context_t cipher;   /* of blocks */
	struct tls_old_rc4 stream;
	struct tls_old_mac mac;
	const struct tls_old_rng *rng;
	uint16_t version;
};

void tls_old_half_init(struct tls_old_half *h);
void tls_old_half_free(struct tls_old_half *h);

/*
 * Take the keys of one side out of a key block, which holds
 * tls_old_keys_length() bytes.  client: those the client writes with.
 */
struct tls_old_key_use {
	const struct tls_old_suite *suite;
	const struct tls_old_rng *rng;
	uint16_t version;
	bool client;
	bool encrypt;
};
size_t tls_old_keys_length(const struct tls_old_suite *s);
/* False: there is no memory. */
bool tls_old_half_key(struct tls_old_half *h, const struct tls_old_key_use *use,
    const unsigned char *block);

/*
 * Write a whole record, of at most TLS_OLD_PLAIN_MAX bytes; its length, or 0
 * when there are no random bytes.
 */
size_t tls_old_seal(struct tls_old_half *h, unsigned char type,
    struct slice plain, unsigned char to[TLS_OLD_WIRE_MAX]);
/*
 * Decipher the body of a record where it stands.  The length of the
 * plaintext, or -1 when it is broken; how is told by nothing, time included.
 */
int tls_old_open(struct tls_old_half *h, unsigned char type, unsigned char *p,
    size_t n);

#endif
