/* SPDX-License-Identifier: MIT */
#include "bench/ssoproof.h"

#include "bench/meter.h"

#include <endian.h>
#include <mbedtls/base64.h>
#include <mbedtls/des.h>
#include <mbedtls/md.h>
#include <stdint.h>
#include <string.h>

enum {
	SSO_KEY = 24,
	SSO_HASH = 20,
	SSO_NONCE = 64,
	SSO_IV = 8,
	SSO_CIPHER = SSO_NONCE + 8,
	SSO_LABEL = 64
};

/* Both labels begin so. */
#define SSO_SESSION "WS-SecureConversationSESSION KEY "

/* Its own length, CBC, triple DES, SHA-1, and the lengths of the rest. */
static const uint32_t sso_head[] = { 28, 1, 0x6603, 0x8004, SSO_IV, SSO_HASH,
	SSO_CIPHER };

enum {
	SSO_HEAD = sizeof(sso_head) / sizeof(sso_head[0])
};

struct sso_proof {
	uint32_t head[SSO_HEAD]; /* little-endian */
	unsigned char iv[SSO_IV];
	unsigned char hash[SSO_HASH];
	unsigned char cipher[SSO_CIPHER];
};

static void
sso_hmac(const unsigned char key[SSO_KEY], const void *p, size_t n,
    unsigned char out[SSO_HASH])
{
	const mbedtls_md_info_t *sha1 =
	    mbedtls_md_info_from_type(MBEDTLS_MD_SHA1);

	if (mbedtls_md_hmac(sha1, key, SSO_KEY, p, n, out) != 0)
		meter_die("SHA-1 failed");
}

static void
sso_derive(const unsigned char secret[SSO_KEY], const char *label,
    unsigned char key[SSO_KEY])
{
	unsigned char text[SSO_HASH + SSO_LABEL], h[SSO_HASH];
	size_t n = strlen(label);

	memcpy(text + SSO_HASH, label, n);
	sso_hmac(secret, label, n, text);
	sso_hmac(secret, text, SSO_HASH + n, key);
	sso_hmac(secret, text, SSO_HASH, h);
	memcpy(text, h, SSO_HASH);
	sso_hmac(secret, text, SSO_HASH + n, h);
	memcpy(key + SSO_HASH, h, SSO_KEY - SSO_HASH);
}

static void
sso_encrypt(struct sso_proof *p, const unsigned char key[SSO_KEY],
    const char *nonce)
{
	unsigned char text[SSO_CIPHER], iv[SSO_IV];
	mbedtls_des3_context des;

	memcpy(text, nonce, SSO_NONCE);
	memset(text + SSO_NONCE, 8, SSO_CIPHER - SSO_NONCE);
	memcpy(iv, p->iv, sizeof(iv));
	mbedtls_des3_init(&des);
	if (mbedtls_des3_set3key_enc(&des, key) != 0 ||
	    mbedtls_des3_crypt_cbc(&des, MBEDTLS_DES_ENCRYPT, sizeof(text), iv,
		text, p->cipher) != 0)
		meter_die("triple DES failed");
	mbedtls_des3_free(&des);
}

bool
ssoproof_make(char out[SSOPROOF_TEXT], const char *secret, const char *nonce,
    mbedtls_ctr_drbg_context *drbg)
{
	unsigned char from[SSO_KEY], key[SSO_KEY];
	struct sso_proof p;
	size_t i, n;

	if (strlen(nonce) != SSO_NONCE ||
	    mbedtls_base64_decode(from, sizeof(from), &n,
		(const unsigned char *)secret, strlen(secret)) != 0 ||
	    n != SSO_KEY)
		return false;
	for (i = 0; i < SSO_HEAD; i++)
		p.head[i] = htole32(sso_head[i]);
	if (mbedtls_ctr_drbg_random(drbg, p.iv, sizeof(p.iv)) != 0)
		meter_die("no random numbers");
	sso_derive(from, SSO_SESSION "HASH", key);
	sso_hmac(key, nonce, SSO_NONCE, p.hash);
	sso_derive(from, SSO_SESSION "ENCRYPTION", key);
	sso_encrypt(&p, key, nonce);
	return mbedtls_base64_encode((unsigned char *)out, SSOPROOF_TEXT, &n,
		   (const unsigned char *)&p, sizeof(p)) == 0;
}
