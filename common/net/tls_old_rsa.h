/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TLS_OLD_RSA_H
#define NUDGE_TLS_OLD_RSA_H
/*
 * The premaster secret out of a ClientKeyExchange.
 *
 * The time mbedTLS takes for the last steps of a private operation depends on
 * what comes out of it, by which somebody with patience reads old recordings
 * (the Marvin attack, CVE-2024-23170).  So it gets numbers to decipher that
 * were multiplied by one it does not know, and what comes out is divided here,
 * in a time that depends on nothing.
 */
#include "common/net/tls_old_kdf.h"
#include "common/net/tls_old_rng.h"

#include <mbedtls/rsa.h>

struct tls_old_key;

/*
 * rsa must outlive it.  NULL when there are no random numbers.  like: another
 * copy of the same key, which outlives this one, or NULL.  A number to multiply
 * with takes milliseconds to make; copies take turns with one.
 */
struct tls_old_key *tls_old_key_new(mbedtls_rsa_context *rsa,
    const struct tls_old_rng *rng, const struct tls_old_key *like);
void tls_old_key_free(struct tls_old_key *key);
/* Bytes of the modulus. */
size_t tls_old_key_bytes(const struct tls_old_key *key);

/*
 * cipher is as long as the modulus.  version is what the client's hello
 * offered, with which the secret begins.  A secret that is malformed in any
 * way is replaced by a random one, with no branch: the handshake then ends at
 * Finished, and nobody is told why (RFC 2246 7.4.7.1).  Returns -1 only when
 * there are no random numbers or no memory.
 */
int tls_old_premaster(struct tls_old_key *key, const struct tls_old_rng *rng,
    struct slice cipher, uint16_t version, unsigned char to[TLS_OLD_PREMASTER]);

/*
 * sig, as long as the modulus: what was said before TLS 1.2 of a key that was
 * made for one handshake (RFC 4492 5.4).  0 or -1.
 */
int tls_old_sign(struct tls_old_key *key, const struct tls_old_rng *rng,
    const unsigned char hashes[TLS_OLD_HASHES], unsigned char *sig);

/*
 * The private operation alone, of a number below the modulus; 0 or -1.  to may
 * be cipher.
 */
int tls_old_decipher(struct tls_old_key *key, const struct tls_old_rng *rng,
    const unsigned char *cipher, unsigned char *to);

#endif
