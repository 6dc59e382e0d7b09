/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TLS_OLD_MAC_H
#define NUDGE_TLS_OLD_MAC_H
/*
 * What authenticates the records of one direction: HMAC in TLS 1.0 (RFC 2246
 * 6.2.3.1), its forerunner in SSL 3.0 (RFC 6101 5.2.3.1).  Both hash what they
 * put before the message once, so here they differ in that alone.
 */
#include "common/base/slice.h"

#include <mbedtls/md.h>

enum {
	TLS_OLD_MAC_MAX = 20
};

struct tls_old_mac {
	mbedtls_md_context_t inner; /* has the key in it */
	mbedtls_md_context_t outer;
	mbedtls_md_context_t running;
	mbedtls_md_context_t scratch;
	uint64_t sequence;
	uint16_t version;
	size_t bytes;
};

void tls_old_mac_init(struct tls_old_mac *m);
void tls_old_mac_free(struct tls_old_mac *m);
/* key is as long as the digest. */
void tls_old_mac_key(struct tls_old_mac *m, mbedtls_md_type_t type,
    uint16_t version, const unsigned char *key);
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
