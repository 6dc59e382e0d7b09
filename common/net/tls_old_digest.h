/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TLS_OLD_DIGEST_H
#define NUDGE_TLS_OLD_DIGEST_H
/*
 * MD5 and SHA-1, of which all before TLS 1.2 is made.  One takes no memory, so
 * nothing here can fail; a copy goes on from where the original is.
 */
#include "common/base/slice.h"

#include <mbedtls/md5.h>
#include <mbedtls/sha1.h>

enum {
	TLS_OLD_MD5 = 16,
	TLS_OLD_SHA1 = 20,
	TLS_OLD_DIGEST_MAX = TLS_OLD_SHA1,
};

struct tls_old_digest {
	bool md5; /* or SHA-1 */
	union {
		mbedtls_md5_context md5;
		mbedtls_sha1_context sha1;
	} u;
};

void tls_old_digest_begin(struct tls_old_digest *d, bool md5);
void tls_old_digest_add(struct tls_old_digest *d, struct slice s);
/* Its length; nothing of what was added is left in d. */
size_t tls_old_digest_end(struct tls_old_digest *d, unsigned char *to);
/* The digest of all parts together. */
size_t tls_old_digest_of(bool md5, const struct slice *parts, size_t n,
    unsigned char *to);

#endif
