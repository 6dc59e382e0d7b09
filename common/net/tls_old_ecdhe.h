/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TLS_OLD_ECDHE_H
#define NUDGE_TLS_OLD_ECDHE_H
/*
 * Key exchange with a key made for it alone (RFC 4492), signed with RSA in the
 * way of TLS 1.0 and 1.1.
 */
#include "common/base/buf.h"
#include "common/net/tls_old_kdf.h"
#include "common/net/tls_old_rsa.h"
#include "common/net/tls_sniff.h"

struct tls_old_ecdhe;

/* The hello names a group that is served here. */
bool tls_old_ecdhe_meets(const struct tls_hello *h);
/*
 * A key in the best of these groups, and to's next bytes are those of a
 * ServerKeyExchange that says so.  NULL: no random numbers or no memory.
 */
struct tls_old_ecdhe *tls_old_ecdhe_new(const struct tls_hello *h,
    struct tls_old_key *key, const struct tls_old_rng *rng,
    const struct tls_old_secrets *s, struct buf *to);
void tls_old_ecdhe_free(struct tls_old_ecdhe *e);
/*
 * The secret that both have now, from the body of a ClientKeyExchange; its
 * length, or 0: that is no point of the group.
 */
size_t
tls_old_ecdhe_secret(struct tls_old_ecdhe *e, const struct tls_old_rng *rng,
    struct slice body, unsigned char to[TLS_OLD_PREMASTER]);

#endif
