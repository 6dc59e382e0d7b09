/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TLS_MBED_H
#define NUDGE_TLS_MBED_H
/*
 * What differs between mbedTLS 2.28 and 3.6.  Members that are private in 3.6
 * are there by MBEDTLS_ALLOW_PRIVATE_ACCESS, see the Makefile.
 */
#if __has_include(<mbedtls/build_info.h>)
#include <mbedtls/build_info.h>
#else
#include <mbedtls/version.h>
#endif
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/md5.h>
#include <mbedtls/pk.h>
#include <mbedtls/rsa.h>
#include <mbedtls/sha1.h>
#include <mbedtls/ssl.h>
#include <mbedtls/ssl_cache.h>
#include <mbedtls/ssl_ciphersuites.h>
#include <mbedtls/threading.h>
#include <mbedtls/x509_crt.h>
#include <stdbool.h>
#include <string.h>

/* One of a kind: what follows is either for 2.28 or for 3.6. */
#define MBED_3 (MBEDTLS_VERSION_NUMBER >= 0x03000000)

/* It writes through NULL when memory runs out (CVE-2025-27810). */
#if MBED_3 && MBEDTLS_VERSION_NUMBER < 0x03060300
#error "of mbedTLS 3, 3.6.3 or later is needed"
#endif

/* For tests: its client can ask for TLS 1.0 and 1.1. */
#ifdef MBEDTLS_SSL_PROTO_TLS1
#define MBED_HAS_TLS1 true
#else
#define MBED_HAS_TLS1 false
#endif

#if MBED_3
#define MBED_ERR_VERSION MBEDTLS_ERR_SSL_BAD_PROTOCOL_VERSION
#else
#define MBED_ERR_VERSION MBEDTLS_ERR_SSL_BAD_HS_PROTOCOL_VERSION
#endif

/*
 * Nothing in common with the client; 3.6 has no number for that alone, and is
 * asked for nothing it cannot serve.
 */
static inline bool
mbed_is_no_suite(int rc)
{
#if MBED_3
	(void)rc;
	return false;
#else
	return rc == MBEDTLS_ERR_SSL_NO_CIPHER_CHOSEN ||
	    rc == MBEDTLS_ERR_SSL_NO_USABLE_CIPHERSUITE;
#endif
}

/* ---- keys ---- */

static inline int
mbed_pk_parse_key(mbedtls_pk_context *key, const unsigned char *text, size_t n,
    mbedtls_ctr_drbg_context *rng)
{
#if MBED_3
	return mbedtls_pk_parse_key(key, text, n, NULL, 0,
	    mbedtls_ctr_drbg_random, rng);
#else
	(void)rng;
	return mbedtls_pk_parse_key(key, text, n, NULL, 0);
#endif
}

static inline int
mbed_pk_check_pair(const mbedtls_pk_context *pub,
    const mbedtls_pk_context *private, mbedtls_ctr_drbg_context *rng)
{
#if MBED_3
	return mbedtls_pk_check_pair(pub, private, mbedtls_ctr_drbg_random,
	    rng);
#else
	(void)rng;
	return mbedtls_pk_check_pair(pub, private);
#endif
}

/* sig has room for MBEDTLS_PK_SIGNATURE_MAX_SIZE. */
static inline int
mbed_pk_sign(mbedtls_pk_context *key, mbedtls_md_type_t md,
    const unsigned char *hash, unsigned char *sig, size_t *n,
    mbedtls_ctr_drbg_context *rng)
{
#if MBED_3
	return mbedtls_pk_sign(key, md, hash,
	    mbedtls_md_get_size(mbedtls_md_info_from_type(md)), sig,
	    MBEDTLS_PK_SIGNATURE_MAX_SIZE, n, mbedtls_ctr_drbg_random, rng);
#else
	return mbedtls_pk_sign(key, md, hash, 0, sig, n,
	    mbedtls_ctr_drbg_random, rng);
#endif
}

/* hash is as long as md's. */
static inline int
mbed_pk_verify(mbedtls_pk_context *key, mbedtls_md_type_t md,
    const unsigned char *hash, const unsigned char *sig, size_t n)
{
	return mbedtls_pk_verify(key, md, hash,
	    mbedtls_md_get_size(mbedtls_md_info_from_type(md)), sig, n);
}

static inline void
mbed_rsa_init(mbedtls_rsa_context *rsa)
{
#if MBED_3
	mbedtls_rsa_init(rsa);
#else
	mbedtls_rsa_init(rsa, MBEDTLS_RSA_PKCS_V15, 0);
#endif
}

/*
 * PKCS #1 1.5 of MD5 and SHA-1 side by side, which no OID names; sig is as long
 * as the modulus.
 */
static inline int
mbed_rsa_sign_bare(mbedtls_rsa_context *rsa, const unsigned char *hashes,
    unsigned n, unsigned char *sig,
    int (*random)(void *ctx, unsigned char *to, size_t n), void *ctx)
{
#if MBED_3
	return mbedtls_rsa_pkcs1_sign(rsa, random, ctx, MBEDTLS_MD_NONE, n,
	    hashes, sig);
#else
	return mbedtls_rsa_pkcs1_sign(rsa, random, ctx, MBEDTLS_RSA_PRIVATE,
	    MBEDTLS_MD_NONE, n, hashes, sig);
#endif
}

/*
 * After a private operation that failed.  If memory failed it in the midst of
 * changing the numbers it blinds with, they do not belong together any more,
 * and no operation with this key would succeed again.
 */
static inline void
mbed_rsa_blind_anew(mbedtls_rsa_context *rsa)
{
	if (mbedtls_mutex_lock(&rsa->mutex) != 0)
		return;
	mbedtls_mpi_free(&rsa->Vi);
	mbedtls_mpi_free(&rsa->Vf);
	(void)mbedtls_mutex_unlock(&rsa->mutex);
}

/* For tests: the other side of it. */
static inline int
mbed_rsa_verify_bare(mbedtls_rsa_context *rsa, const unsigned char *hashes,
    unsigned n, const unsigned char *sig)
{
#if MBED_3
	return mbedtls_rsa_pkcs1_verify(rsa, MBEDTLS_MD_NONE, n, hashes, sig);
#else
	return mbedtls_rsa_pkcs1_verify(rsa, NULL, NULL, MBEDTLS_RSA_PUBLIC,
	    MBEDTLS_MD_NONE, n, hashes, sig);
#endif
}

/* ---- digests, in what they are given: of these functions none fails ---- */

#if MBED_3
#define mbedtls_md5_starts_ret  mbedtls_md5_starts
#define mbedtls_md5_update_ret  mbedtls_md5_update
#define mbedtls_md5_finish_ret  mbedtls_md5_finish
#define mbedtls_sha1_starts_ret mbedtls_sha1_starts
#define mbedtls_sha1_update_ret mbedtls_sha1_update
#define mbedtls_sha1_finish_ret mbedtls_sha1_finish
#endif

static inline void
mbed_md5_begin(mbedtls_md5_context *md5)
{
	mbedtls_md5_init(md5);
	(void)mbedtls_md5_starts_ret(md5);
}

static inline void
mbed_md5_add(mbedtls_md5_context *md5, const void *p, size_t n)
{
	(void)mbedtls_md5_update_ret(md5, p, n);
}

static inline void
mbed_md5_end(mbedtls_md5_context *md5, unsigned char *to)
{
	(void)mbedtls_md5_finish_ret(md5, to);
}

static inline void
mbed_sha1_begin(mbedtls_sha1_context *sha1)
{
	mbedtls_sha1_init(sha1);
	(void)mbedtls_sha1_starts_ret(sha1);
}

static inline void
mbed_sha1_add(mbedtls_sha1_context *sha1, const void *p, size_t n)
{
	(void)mbedtls_sha1_update_ret(sha1, p, n);
}

static inline void
mbed_sha1_end(mbedtls_sha1_context *sha1, unsigned char *to)
{
	(void)mbedtls_sha1_finish_ret(sha1, to);
}

/* ---- certificates ---- */

/* serial is positive, its first byte is below 0x80. */
static inline int
mbed_crt_set_serial(mbedtls_x509write_cert *w, unsigned char *serial, size_t n)
{
#if MBED_3
	return mbedtls_x509write_crt_set_serial_raw(w, serial, n);
#else
	mbedtls_mpi number;
	int rc;

	mbedtls_mpi_init(&number);
	rc = mbedtls_mpi_read_binary(&number, serial, n);
	if (rc == 0)
		rc = mbedtls_x509write_crt_set_serial(w, &number);
	mbedtls_mpi_free(&number);
	return rc;
#endif
}

static inline void
mbed_alt_name_free(mbedtls_x509_subject_alternative_name *name)
{
#if MBED_3
	mbedtls_x509_free_subject_alt_name(name);
#else
	(void)name;
#endif
}

/* ---- suites ---- */

/* The key that a suite of ECDHE signs with. */
static inline mbedtls_pk_type_t
mbed_suite_key(int id)
{
	const mbedtls_ssl_ciphersuite_t *suite =
	    mbedtls_ssl_ciphersuite_from_id(id);

	if (suite == NULL)
		return MBEDTLS_PK_NONE;
	return suite->key_exchange == MBEDTLS_KEY_EXCHANGE_ECDHE_ECDSA
	    ? MBEDTLS_PK_ECDSA
	    : MBEDTLS_PK_RSA;
}

/* ---- what is configured ---- */

/* Groups are named by TLS's numbers in 3.6, which has no others one day. */
#if MBED_3
typedef uint16_t mbed_group;
#define MBED_GROUP_NONE   MBEDTLS_SSL_IANA_TLS_GROUP_NONE
#define MBED_GROUP_X25519 MBEDTLS_SSL_IANA_TLS_GROUP_X25519
#define MBED_GROUP_P256   MBEDTLS_SSL_IANA_TLS_GROUP_SECP256R1
#define MBED_GROUP_P384   MBEDTLS_SSL_IANA_TLS_GROUP_SECP384R1
#else
typedef mbedtls_ecp_group_id mbed_group;
#define MBED_GROUP_NONE   MBEDTLS_ECP_DP_NONE
#define MBED_GROUP_X25519 MBEDTLS_ECP_DP_CURVE25519
#define MBED_GROUP_P256   MBEDTLS_ECP_DP_SECP256R1
#define MBED_GROUP_P384   MBEDTLS_ECP_DP_SECP384R1
#endif

/* TLS's number of an elliptic key's group; 0: it has none. */
static inline uint16_t
mbed_ec_tls_id(mbedtls_ecp_group_id id)
{
	const mbedtls_ecp_curve_info *info =
	    mbedtls_ecp_curve_info_from_grp_id(id);

	return info == NULL ? 0 : info->tls_id;
}

static inline uint16_t
mbed_group_tls_id(mbed_group group)
{
#if MBED_3
	return group;
#else
	return mbed_ec_tls_id(group);
#endif
}

/* MBED_GROUP_NONE is behind the last; the list is not copied. */
static inline void
mbed_conf_groups(mbedtls_ssl_config *conf, const mbed_group *groups)
{
#if MBED_3
	mbedtls_ssl_conf_groups(conf, groups);
#else
	mbedtls_ssl_conf_curves(conf, groups);
#endif
}

/* TLS 1.2 alone, which is the same in both. */
static inline void
mbed_conf_modern(mbedtls_ssl_config *conf)
{
#if MBED_3
	mbedtls_ssl_conf_min_tls_version(conf, MBEDTLS_SSL_VERSION_TLS1_2);
	mbedtls_ssl_conf_max_tls_version(conf, MBEDTLS_SSL_VERSION_TLS1_2);
#else
	mbedtls_ssl_conf_min_version(conf, MBEDTLS_SSL_MAJOR_VERSION_3,
	    MBEDTLS_SSL_MINOR_VERSION_3);
#endif
}

/* For tests: a client that offers up to TLS 1.(most_minor - 1), and RC4. */
static inline void
mbed_conf_client(mbedtls_ssl_config *conf, int most_minor)
{
#if MBED_3
	mbedtls_ssl_conf_max_tls_version(conf,
	    (mbedtls_ssl_protocol_version)(0x0300 + most_minor));
#else
	mbedtls_ssl_conf_arc4_support(conf, MBEDTLS_SSL_ARC4_ENABLED);
	mbedtls_ssl_conf_max_version(conf, MBEDTLS_SSL_MAJOR_VERSION_3,
	    most_minor);
#endif
}

/* ---- connections and sessions ---- */

/* 0x0301 is TLS 1.0. */
static inline void
mbed_ssl_set_version(mbedtls_ssl_context *ssl, unsigned version)
{
#if MBED_3
	ssl->tls_version = (mbedtls_ssl_protocol_version)version;
#else
	ssl->minor_ver = (int)(version & 0xff);
#endif
}

static inline unsigned
mbed_ssl_version(const mbedtls_ssl_context *ssl)
{
#if MBED_3
	return (unsigned)mbedtls_ssl_get_version_number(ssl);
#else
	return 0x0300 + (unsigned)ssl->minor_ver;
#endif
}

/* session is to be freed whatever comes. */
static inline bool
mbed_cache_has(mbedtls_ssl_cache_context *cache, const unsigned char *id,
    size_t n, mbedtls_ssl_session *session)
{
#if MBED_3
	return mbedtls_ssl_cache_get(cache, id, n, session) == 0;
#else
	session->id_len = n;
	memcpy(session->id, id, n);
	return mbedtls_ssl_cache_get(cache, session) == 0;
#endif
}

#endif
