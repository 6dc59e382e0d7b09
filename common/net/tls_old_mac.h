/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TLS_OLD_MAC_H
#define NUDGE_TLS_OLD_MAC_H
/*
 * What authenticates the records of one direction: HMAC in TLS 1.0 (RFC 2246
 * 6.2.3.1), its forerunner in SSL 3.0 (RFC 6101 5.2.3.1).  Both hash what they
 * put before the message once, so here they differ in that alone.
 */
#include "common/net/tls_old_digest.h"

enum {
	TLS_OLD_MAC_MAX = TLS_OLD_DIGEST_MAX
};

struct tls_old_mac {
	struct tls_old_digest inner, outer; /* with the key in them */
	uint64_t sequence;
	uint16_t version;
	size_t bytes;
};

/* Of MD5 or SHA-1; key is as long as the digest. */
void tls_old_mac_key(struct tls_old_mac *m, bool md5, uint16_t version,
    const unsigned char *key);
/* Of the next record. */
void tls_old_mac_make(struct tls_old_mac *m, unsigned char type,
    struct slice plain, unsigned char to[TLS_OLD_MAC_MAX]);

/* A record whose padding, and so its length, nobody must learn. */
struct tls_old_padded {
	unsigned char type;
	const unsigned char *p; /* plaintext, MAC, padding */
	size_t least, most;     /* the plaintext's length lies between */
	size_t length;          /* it is this: a secret */
};

/*
 * Ones when the next record's MAC, which stands behind its plaintext, is
 * right; else zero.  Time and memory touched do not depend on length.
 */
size_t
tls_old_mac_check(struct tls_old_mac *m, const struct tls_old_padded *rec);

#endif
