/* SPDX-License-Identifier: MIT */
#include "common/codec/digest.h"

#include "common/base/panic.h"

#include <mbedtls/des.h>
#include <mbedtls/md.h>
#include <mbedtls/sha256.h>
#include <mbedtls/version.h>

/* The names of 2.28; mbedTLS 3 has them without the end. */
#if MBEDTLS_VERSION_NUMBER >= 0x03000000
#define mbedtls_sha256_starts_ret mbedtls_sha256_starts
#define mbedtls_sha256_update_ret mbedtls_sha256_update
#define mbedtls_sha256_finish_ret mbedtls_sha256_finish
#endif

enum {
	SHA256_BLOCK = 64
};

/*
 * The generic interface fails only for an unknown algorithm or without
 * memory, and both end the program.  Freeing a context wipes it.
 */
static void
hash(mbedtls_md_type_t type, const struct slice *parts, size_t n,
    unsigned char *out)
{
	mbedtls_md_context_t md;

	mbedtls_md_init(&md);
	ASSERT(mbedtls_md_setup(&md, mbedtls_md_info_from_type(type), 0) == 0);
	ASSERT(mbedtls_md_starts(&md) == 0);
	for (size_t i = 0; i < n; i++)
		ASSERT(mbedtls_md_update(&md, (const unsigned char *)parts[i].p,
			   parts[i].n) == 0);
	ASSERT(mbedtls_md_finish(&md, out) == 0);
	mbedtls_md_free(&md);
}

static void
hmac(mbedtls_md_type_t type, struct slice key, const struct slice *parts,
    size_t n, unsigned char *out)
{
	mbedtls_md_context_t md;

	mbedtls_md_init(&md);
	ASSERT(mbedtls_md_setup(&md, mbedtls_md_info_from_type(type), 1) == 0);
	ASSERT(mbedtls_md_hmac_starts(&md, (const unsigned char *)key.p,
		   key.n) == 0);
	for (size_t i = 0; i < n; i++)
		ASSERT(mbedtls_md_hmac_update(&md,
			   (const unsigned char *)parts[i].p, parts[i].n) == 0);
	ASSERT(mbedtls_md_hmac_finish(&md, out) == 0);
	mbedtls_md_free(&md);
}

/*
 * SHA-256, several times in each sign-in, without the generic interface's
 * memory.
 */
static void
sha256_add(mbedtls_sha256_context *c, const struct slice *parts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		ASSERT(mbedtls_sha256_update_ret(c,
			   (const unsigned char *)parts[i].p, parts[i].n) == 0);
}

static void
sha256(const struct slice *parts, size_t n, unsigned char out[SHA256_BYTES])
{
	mbedtls_sha256_context c;

	mbedtls_sha256_init(&c);
	ASSERT(mbedtls_sha256_starts_ret(&c, 0) == 0);
	sha256_add(&c, parts, n);
	ASSERT(mbedtls_sha256_finish_ret(&c, out) == 0);
	mbedtls_sha256_free(&c);
}

/* The same where something was hashed before. */
static void
sha256_on(const unsigned char state[DIGEST_STATE_BYTES],
    const struct slice *parts, size_t n, unsigned char out[SHA256_BYTES])
{
	mbedtls_sha256_context c;

	memcpy(&c, state, sizeof(c));
	sha256_add(&c, parts, n);
	ASSERT(mbedtls_sha256_finish_ret(&c, out) == 0);
	mbedtls_sha256_free(&c);
}

void
digest_md5(const struct slice *parts, size_t n, unsigned char out[MD5_BYTES])
{
	hash(MBEDTLS_MD_MD5, parts, n, out);
}

void
digest_sha1(const struct slice *parts, size_t n, unsigned char out[SHA1_BYTES])
{
	hash(MBEDTLS_MD_SHA1, parts, n, out);
}

void
digest_sha256(const struct slice *parts, size_t n,
    unsigned char out[SHA256_BYTES])
{
	sha256(parts, n, out);
}

void
digest_hmac_md5(struct slice key, const struct slice *parts, size_t n,
    unsigned char out[MD5_BYTES])
{
	hmac(MBEDTLS_MD_MD5, key, parts, n, out);
}

void
digest_hmac_sha1(struct slice key, const struct slice *parts, size_t n,
    unsigned char out[SHA1_BYTES])
{
	hmac(MBEDTLS_MD_SHA1, key, parts, n, out);
}

_Static_assert(sizeof(mbedtls_sha256_context) <= DIGEST_STATE_BYTES,
    "a state fits");

/* Software alone: a context is plain bytes (all of mbedTLS's builds here). */
static void
make_state(unsigned char state[DIGEST_STATE_BYTES],
    const unsigned char pad[SHA256_BLOCK])
{
	const struct slice block = slice_make(pad, SHA256_BLOCK);
	mbedtls_sha256_context c;

	mbedtls_sha256_init(&c);
	ASSERT(mbedtls_sha256_starts_ret(&c, 0) == 0);
	sha256_add(&c, &block, 1);
	memcpy(state, &c, sizeof(c));
	mbedtls_sha256_free(&c);
}

void
digest_key_make(struct digest_key *k, struct slice key)
{
	unsigned char pad[SHA256_BLOCK] = { 0 };

	if (key.n > sizeof(pad))
		sha256(&key, 1, pad);
	else if (key.n > 0)
		memcpy(pad, key.p, key.n);
	for (size_t i = 0; i < sizeof(pad); i++)
		pad[i] ^= 0x36;
	make_state(k->inner, pad);
	for (size_t i = 0; i < sizeof(pad); i++)
		pad[i] ^= 0x36 ^ 0x5c;
	make_state(k->outer, pad);
	mem_wipe(pad, sizeof(pad));
}

void
digest_hmac_under(const struct digest_key *k, const struct slice *parts,
    size_t n, unsigned char out[SHA256_BYTES])
{
	unsigned char inner[SHA256_BYTES];
	const struct slice middle = slice_make(inner, sizeof(inner));

	sha256_on(k->inner, parts, n, inner);
	sha256_on(k->outer, &middle, 1, out);
	mem_wipe(inner, sizeof(inner));
}

void
digest_hmac_sha256(struct slice key, const struct slice *parts, size_t n,
    unsigned char out[SHA256_BYTES])
{
	struct digest_key k;

	digest_key_make(&k, key);
	digest_hmac_under(&k, parts, n, out);
	mem_wipe(&k, sizeof(k));
}

void
digest_des3_cbc(const unsigned char key[DES3_KEY_BYTES],
    const unsigned char iv[DES_BLOCK], struct slice in, unsigned char *out)
{
	mbedtls_des3_context des;
	unsigned char chain[DES_BLOCK];

	ASSERT(in.n % DES_BLOCK == 0);
	memcpy(chain, iv, sizeof(chain));
	mbedtls_des3_init(&des);
	ASSERT(mbedtls_des3_set3key_enc(&des, key) == 0);
	ASSERT(mbedtls_des3_crypt_cbc(&des, MBEDTLS_DES_ENCRYPT, in.n, chain,
		   (const unsigned char *)in.p, out) == 0);
	mbedtls_des3_free(&des);
}

uint32_t
digest_crc32(struct slice s)
{
	uint32_t crc = 0xffffffffu;

	for (size_t i = 0; i < s.n; i++) {
		crc ^= (unsigned char)s.p[i];
		for (unsigned bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
	}
	return ~crc;
}
