/* SPDX-License-Identifier: MIT */
#include "common/net/tls_finished.h"

#include "common/net/tls_mbed.h"

#if MBED_3

int
tls_finished_handshake(mbedtls_ssl_context *ssl)
{
	return mbedtls_ssl_handshake(ssl);
}

#else

#include "common/base/panic.h"
#include "common/base/slice.h"

#include <mbedtls/md5.h>
#include <mbedtls/sha1.h>
#include <mbedtls/ssl_internal.h>
#include <mbedtls/version.h>

enum {
	MENDED = 0x021c0a00, /* 2.28.10 */
	HALF = 24,           /* of a master secret */
	HMAC_BLOCK = 64,
	MD5_BYTES = 16,
	SHA1_BYTES = 20,
};

/* Of the step this thread is in. */
static _Thread_local bool derivation_failed;

/* ---- TLS 1.0 and 1.1: without memory, where mbedTLS writes through NULL ---- */

struct digest {
	bool is_md5;
	mbedtls_md5_context md5;
	mbedtls_sha1_context sha1;
};

static void
digest_add(struct digest *d, struct slice s)
{
	if (d->is_md5)
		(void)mbedtls_md5_update_ret(&d->md5, (const void *)s.p, s.n);
	else
		(void)mbedtls_sha1_update_ret(&d->sha1, (const void *)s.p, s.n);
}

static void
digest_end(struct digest *d, unsigned char *to)
{
	if (d->is_md5)
		(void)mbedtls_md5_finish_ret(&d->md5, to);
	else
		(void)mbedtls_sha1_finish_ret(&d->sha1, to);
	mbedtls_md5_free(&d->md5);
	mbedtls_sha1_free(&d->sha1);
}

/* Neither fails: both compute in what they were given. */
static void
digest_begin(struct digest *d, const unsigned char *key, unsigned char pad)
{
	unsigned char block[HMAC_BLOCK];

	memset(block, pad, sizeof(block));
	for (size_t i = 0; i < HALF; i++)
		block[i] ^= key[i];
	mbedtls_md5_init(&d->md5);
	mbedtls_sha1_init(&d->sha1);
	(void)mbedtls_md5_starts_ret(&d->md5);
	(void)mbedtls_sha1_starts_ret(&d->sha1);
	digest_add(d, slice_make(block, sizeof(block)));
	mem_wipe(block, sizeof(block));
}

static void
hmac(struct digest *d, const unsigned char *key, const struct slice parts[3],
    unsigned char *to)
{
	digest_begin(d, key, 0x36);
	for (size_t i = 0; i < 3; i++)
		digest_add(d, parts[i]);
	digest_end(d, to);
	digest_begin(d, key, 0x5c);
	digest_add(d, slice_make(to, d->is_md5 ? MD5_BYTES : SHA1_BYTES));
	digest_end(d, to);
}

/* P_hash of RFC 2246 5, mixed into what is there. */
static void
p_hash(bool is_md5, const unsigned char *key, const struct slice seed[2],
    unsigned char *to, size_t n)
{
	const size_t width = is_md5 ? MD5_BYTES : SHA1_BYTES;
	unsigned char chain[SHA1_BYTES], out[SHA1_BYTES];
	const struct slice link = slice_make(chain, width);
	const struct slice first[3] = { seed[0], seed[1] };
	const struct slice next[3] = { link };
	const struct slice more[3] = { link, seed[0], seed[1] };
	struct digest d = { .is_md5 = is_md5 };

	hmac(&d, key, first, chain);
	for (size_t at = 0; at < n; at += width) {
		hmac(&d, key, more, out);
		for (size_t i = 0; i < width && at + i < n; i++)
			to[at + i] ^= out[i];
		hmac(&d, key, next, chain);
	}
	mem_wipe(chain, sizeof(chain));
	mem_wipe(out, sizeof(out));
}

/* Of a master secret, as all derivations are that come here. */
static int
derive_tls1(const unsigned char *secret, size_t n, const char *label,
    const unsigned char *seed, size_t seed_n, unsigned char *to, size_t to_n)
{
	const struct slice seeds[2] = { slice_text(label),
		slice_make(seed, seed_n) };

	if (n != 2 * HALF) {
		derivation_failed = true;
		return MBEDTLS_ERR_SSL_BAD_INPUT_DATA;
	}
	memset(to, 0, to_n);
	p_hash(true, secret, seeds, to, to_n);
	p_hash(false, secret + HALF, seeds, to, to_n);
	return 0;
}

/* ---- TLS 1.2 ---- */

static int
watched(int rc)
{
	if (rc != 0)
		derivation_failed = true;
	return rc;
}

static int
derive_sha256(const unsigned char *secret, size_t n, const char *label,
    const unsigned char *seed, size_t seed_n, unsigned char *to, size_t to_n)
{
	return watched(mbedtls_ssl_tls_prf(MBEDTLS_SSL_TLS_PRF_SHA256, secret,
	    n, label, seed, seed_n, to, to_n));
}

static int
derive_sha384(const unsigned char *secret, size_t n, const char *label,
    const unsigned char *seed, size_t seed_n, unsigned char *to, size_t to_n)
{
	return watched(mbedtls_ssl_tls_prf(MBEDTLS_SSL_TLS_PRF_SHA384, secret,
	    n, label, seed, seed_n, to, to_n));
}

static bool
suite_is_sha384(const mbedtls_ssl_context *ssl)
{
	const mbedtls_ssl_ciphersuite_t *suite =
	    mbedtls_ssl_ciphersuite_from_id(
		ssl->session_negotiate->ciphersuite);

	return suite != NULL && suite->mac == MBEDTLS_MD_SHA384;
}

/* The library's own derivation gives way to the same that is watched. */
static void
watch(mbedtls_ssl_context *ssl)
{
	mbedtls_ssl_handshake_params *h = ssl->handshake;

	if (h == NULL || h->tls_prf == NULL || ssl->session_negotiate == NULL)
		return;
	if (ssl->minor_ver < MBEDTLS_SSL_MINOR_VERSION_3)
		h->tls_prf = derive_tls1;
	else
		h->tls_prf =
		    suite_is_sha384(ssl) ? derive_sha384 : derive_sha256;
}

int
tls_finished_handshake(mbedtls_ssl_context *ssl)
{
	/* What is inside is known of the library this was built with. */
	const bool needed = MBEDTLS_VERSION_NUMBER < MENDED &&
	    mbedtls_version_get_number() == MBEDTLS_VERSION_NUMBER;
	int rc = 0;

	derivation_failed = false;
	while (rc == 0 && ssl->state != MBEDTLS_SSL_HANDSHAKE_OVER) {
		if (needed)
			watch(ssl);
		rc = mbedtls_ssl_handshake_step(ssl);
		if (derivation_failed)
			rc = MBEDTLS_ERR_SSL_ALLOC_FAILED;
	}
	return rc;
}

#endif
