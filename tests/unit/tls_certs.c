/* SPDX-License-Identifier: MIT */
#include "tests/unit/tls_certs.h"

#include "common/base/panic.h"
#include "common/net/tls_mbed.h"

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/oid.h>
#include <mbedtls/x509_crt.h>
#include <stdio.h>

static void
alt_name_set(mbedtls_x509write_cert *crt, const char *alt)
{
	unsigned char san[64] = { 0x30, 0, 0x82, 0 };
	size_t n = strlen(alt);

	ASSERT(n < 60);
	san[1] = (unsigned char)(n + 2);
	san[3] = (unsigned char)n;
	memcpy(san + 4, alt, n);
	ASSERT(mbedtls_x509write_crt_set_extension(crt,
		   MBEDTLS_OID_SUBJECT_ALT_NAME,
		   MBEDTLS_OID_SIZE(MBEDTLS_OID_SUBJECT_ALT_NAME), 0, san,
		   n + 4) == 0);
}

void
tls_cert_make(struct tls_cert *c, const char *name, const char *alt, bool sha1)
{
	mbedtls_entropy_context entropy;
	mbedtls_ctr_drbg_context rng;
	mbedtls_pk_context key;
	mbedtls_x509write_cert crt;
	unsigned char serial[1] = { 1 };
	char subject[128];

	mbedtls_entropy_init(&entropy);
	mbedtls_ctr_drbg_init(&rng);
	mbedtls_pk_init(&key);
	mbedtls_x509write_crt_init(&crt);
	ASSERT(mbedtls_ctr_drbg_seed(&rng, mbedtls_entropy_func, &entropy, NULL,
		   0) == 0);
	ASSERT(mbedtls_pk_setup(&key,
		   mbedtls_pk_info_from_type(MBEDTLS_PK_RSA)) == 0);
	ASSERT(mbedtls_rsa_gen_key(mbedtls_pk_rsa(key), mbedtls_ctr_drbg_random,
		   &rng, 2048, 65537) == 0);
	snprintf(subject, sizeof(subject), "CN=%s", name);
	ASSERT(mbedtls_x509write_crt_set_subject_name(&crt, subject) == 0);
	ASSERT(mbedtls_x509write_crt_set_issuer_name(&crt, subject) == 0);
	ASSERT(mbed_crt_set_serial(&crt, serial, 1) == 0);
	ASSERT(mbedtls_x509write_crt_set_validity(&crt, "20000101000000",
		   "20490101000000") == 0);
	mbedtls_x509write_crt_set_version(&crt, MBEDTLS_X509_CRT_VERSION_3);
	mbedtls_x509write_crt_set_md_alg(&crt,
	    sha1 ? MBEDTLS_MD_SHA1 : MBEDTLS_MD_SHA256);
	mbedtls_x509write_crt_set_subject_key(&crt, &key);
	mbedtls_x509write_crt_set_issuer_key(&crt, &key);
	if (alt != NULL)
		alt_name_set(&crt, alt);
	ASSERT(mbedtls_x509write_crt_pem(&crt, (unsigned char *)c->cert,
		   sizeof(c->cert), mbedtls_ctr_drbg_random, &rng) == 0);
	ASSERT(mbedtls_pk_write_key_pem(&key, (unsigned char *)c->key,
		   sizeof(c->key)) == 0);
	c->pair.cert_pem = slice_text(c->cert);
	c->pair.key_pem = slice_text(c->key);
	mbedtls_x509write_crt_free(&crt);
	mbedtls_pk_free(&key);
	mbedtls_ctr_drbg_free(&rng);
	mbedtls_entropy_free(&entropy);
}
