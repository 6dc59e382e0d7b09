/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TLS_OLD_RSA_H
#define NUDGE_TLS_OLD_RSA_H
/* The premaster secret out of a ClientKeyExchange. */
#include "common/net/tls_old_kdf.h"
#include "common/net/tls_old_rng.h"

#include <mbedtls/rsa.h>

/*
 * cipher is as long as the modulus.  version is what the client's hello
 * offered, with which the secret begins.  A secret that is malformed in any
 * way is replaced by a random one, with no branch: the handshake then ends at
 * Finished, and nobody is told why (RFC 2246 7.4.7.1).  Returns -1 only when
 * there are no random numbers or no memory.
 */
int tls_old_premaster(mbedtls_rsa_context *key, const struct tls_old_rng *rng,
    struct slice cipher, uint16_t version, unsigned char to[TLS_OLD_PREMASTER]);

#endif
