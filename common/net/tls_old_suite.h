/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TLS_OLD_SUITE_H
#define NUDGE_TLS_OLD_SUITE_H
/*
 * The cipher suites of the old engine: key exchange by ECDHE or RSA, and
 * ciphers that were never weakened for export (RFC 6101 A.6, 3268, 4492).
 */
#include "common/net/tls_sniff.h"

#include <mbedtls/cipher.h>

struct tls_old_suite {
	uint16_t id;
	const char *name; /* as in the log */
	bool ecdhe;
	mbedtls_cipher_type_t cipher; /* of blocks; the stream is RC4 */
	unsigned char key_bytes;
	unsigned char mac_bytes; /* of SHA-1, or of MD5 */
	unsigned char block;     /* 0: a stream */
};

struct tls_old_switches {
	bool ssl3;
	bool rc4;
	bool des3;
};

/*
 * The one to answer with, NULL when there is none in common.  SSL 3.0 prefers
 * RC4, as its block ciphers cannot tell false padding (POODLE); TLS 1.0 takes
 * the strongest first, ECDHE when the hello names a group for it.
 */
const struct tls_old_suite *tls_old_suite_choose(const struct tls_hello *h,
    uint16_t version, const struct tls_old_switches *on);
/* The suite of an earlier session, when the hello offers it and it is on. */
const struct tls_old_suite *tls_old_suite_again(const struct tls_hello *h,
    uint16_t id, const struct tls_old_switches *on);

#endif
