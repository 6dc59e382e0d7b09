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

#include <mbedtls/ssl_internal.h>
#include <mbedtls/version.h>

enum {
	MENDED = 0x021c0a00, /* 2.28.10 */
};

/* Of the step this thread is in. */
static _Thread_local bool derivation_failed;

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
	h->tls_prf = suite_is_sha384(ssl) ? derive_sha384 : derive_sha256;
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
