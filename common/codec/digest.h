/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_DIGEST_H
#define NUDGE_DIGEST_H
/* Digests, on mbedTLS.  The parts are hashed one after another. */
#include "common/base/slice.h"

enum {
	MD5_BYTES = 16,
	SHA1_BYTES = 20,
	SHA256_BYTES = 32,
	DES3_KEY_BYTES = 24,
	DES_BLOCK = 8,
	DIGEST_STATE_BYTES = 128
};

/*
 * A key of HMAC-SHA-256 that serves many times: what is hashed of the key alone
 * was hashed once.  It is as secret as the key.
 */
struct digest_key {
	_Alignas(8) unsigned char inner[DIGEST_STATE_BYTES];
	_Alignas(8) unsigned char outer[DIGEST_STATE_BYTES];
};

void
digest_md5(const struct slice *parts, size_t n, unsigned char out[MD5_BYTES]);
void
digest_sha1(const struct slice *parts, size_t n, unsigned char out[SHA1_BYTES]);
void digest_sha256(const struct slice *parts, size_t n,
    unsigned char out[SHA256_BYTES]);
void digest_hmac_md5(struct slice key, const struct slice *parts, size_t n,
    unsigned char out[MD5_BYTES]);
void digest_hmac_sha1(struct slice key, const struct slice *parts, size_t n,
    unsigned char out[SHA1_BYTES]);
void digest_hmac_sha256(struct slice key, const struct slice *parts, size_t n,
    unsigned char out[SHA256_BYTES]);
void digest_key_make(struct digest_key *k, struct slice key);
void digest_hmac_under(const struct digest_key *k, const struct slice *parts,
    size_t n, unsigned char out[SHA256_BYTES]);

/* Triple DES (EDE, CBC), enciphering; in is whole blocks, out as long. */
void digest_des3_cbc(const unsigned char key[DES3_KEY_BYTES],
    const unsigned char iv[DES_BLOCK], struct slice in, unsigned char *out);

/* CRC32 (IEEE) for file formats. */
uint32_t digest_crc32(struct slice s);

#endif
