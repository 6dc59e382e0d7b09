/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TLS_OLD_SUITE_H
#define NUDGE_TLS_OLD_SUITE_H
/*
 * The cipher suites of the old engine: RSA key exchange, and ciphers that
 * were never weakened for export (RFC 6101 A.6, RFC 3268).
 */
#include "common/net/tls_sniff.h"

#include <mbedtls/cipher.h>
#include <mbedtls/md.h>

struct tls_old_suite {
	uint16_t id;
	const char *name;             /* as in the log */
	mbedtls_cipher_type_t cipher; /* of blocks; the stream is RC4 */
	mbedtls_md_type_t mac;
	unsigned char key_bytes;
	unsigned char mac_bytes;
	unsigned char block; /* 0: a stream */
};

struct tls_old_switches {
	bool ssl3;
	bool rc4;
	bool des3;
};

/*
 * The one to answer with, NULL when there is none in common.  SSL 3.0 prefers
 * RC4, as its block ciphers cannot tell false padding (POODLE); TLS 1.0 takes
 * the strongest first.
 */
const struct tls_old_suite *tls_old_suite_choose(const struct tls_hello *h,
    uint16_t version, const struct tls_old_switches *on);
/* The suite of an earlier session, when the hello offers it and it is on. */
const struct tls_old_suite *tls_old_suite_again(const struct tls_hello *h,
    uint16_t id, const struct tls_old_switches *on);

#endif
