/* SPDX-License-Identifier: MIT */
#include "common/codec/seal.h"

#include "common/base/panic.h"

#include <mbedtls/gcm.h>
#include <stdlib.h>

static void
start(mbedtls_gcm_context *gcm, const unsigned char key[SEAL_KEY_BYTES])
{
	mbedtls_gcm_init(gcm);
	ASSERT(mbedtls_gcm_setkey(gcm, MBEDTLS_CIPHER_ID_AES, key,
		   SEAL_KEY_BYTES * 8) == 0);
}

static const unsigned char *
bytes(struct slice s)
{
	return (const unsigned char *)s.p;
}

void
seal_make(const unsigned char key[SEAL_KEY_BYTES], const struct env *env,
    struct slice label, struct slice plain, struct buf *out)
{
	size_t n = plain.n + SEAL_MORE_BYTES;
	unsigned char *sealed = mem_alloc(n);
	mbedtls_gcm_context gcm;

	env_random(env, sealed, SEAL_NONCE_BYTES);
	start(&gcm, key);
	/* fails only for lengths that cannot be */
	ASSERT(mbedtls_gcm_crypt_and_tag(&gcm, MBEDTLS_GCM_ENCRYPT, plain.n,
		   sealed, SEAL_NONCE_BYTES, bytes(label), label.n,
		   bytes(plain), sealed + SEAL_NONCE_BYTES, SEAL_TAG_BYTES,
		   sealed + SEAL_NONCE_BYTES + plain.n) == 0);
	mbedtls_gcm_free(&gcm);
	buf_add(out, sealed, n);
	free(sealed);
}

bool
seal_open(const unsigned char key[SEAL_KEY_BYTES], struct slice label,
    struct slice sealed, struct buf *plain)
{
	const unsigned char *in = bytes(sealed);
	mbedtls_gcm_context gcm;
	unsigned char *text;
	size_t n;
	bool good;

	if (sealed.n < SEAL_MORE_BYTES)
		return false;
	n = sealed.n - SEAL_MORE_BYTES;
	text = mem_alloc(n + 1);
	start(&gcm, key);
	good = mbedtls_gcm_auth_decrypt(&gcm, n, in, SEAL_NONCE_BYTES,
		   bytes(label), label.n, in + SEAL_NONCE_BYTES + n,
		   SEAL_TAG_BYTES, in + SEAL_NONCE_BYTES, text) == 0;
	mbedtls_gcm_free(&gcm);
	if (good)
		buf_add(plain, text, n);
	mem_wipe(text, n);
	free(text);
	return good;
}
