/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_CERTS_INTERNAL_H
#define NUDGE_CERTS_INTERNAL_H
/* What the files of certs/ share; nobody else includes it. */
#include "certs/certs.h"

#include "common/net/tls_mbed.h"

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/pk.h>
#include <mbedtls/x509_crt.h>

enum {
	CERTS_PEM_MAX = 64 * 1024,
	CERTS_DER_MAX = 32 * 1024,
	CERTS_RSA_BITS = 2048,
	CERTS_NAMES_MAX = 256,
	CERTS_EXTRA_MAX = 32,
	CERTS_NAME_BYTES = 253
};

/*
 * A general name: lower-case text, or an address of 4 or 16 bytes.  As a
 * constraint: a zone, or an address and a mask (8 or 32 bytes).
 */
struct certs_name {
	bool is_ip;
	size_t n;
	unsigned char bytes[CERTS_NAME_BYTES];
};

struct certs_names {
	size_t n;
	struct certs_name v[CERTS_NAMES_MAX];
};

/* ---- certs_names.c ---- */

/*
 * Names the leaves are for, and zones the authority is confined to; both
 * include the extra ones.  0, or -1 with a sentence in err.
 */
int certs_names_leaf(struct certs_names *out, struct slice extra, char *err,
    size_t errlen);
int certs_names_zones(struct certs_names *out, struct slice extra, char *err,
    size_t errlen);
bool certs_name_eq(const struct certs_name *a, const struct certs_name *b);
bool
certs_names_have(const struct certs_names *in, const struct certs_name *name);
/* Zones of a kind (names or addresses) that is not constrained permit all. */
bool certs_zones_permit(const struct certs_names *zones,
    const struct certs_name *name);
void certs_name_print(const struct certs_name *name, struct buf *out);

/* ---- certs_ext.c: X.509 extensions mbedTLS 2.28 cannot write or read ---- */

/* 0 or an mbedTLS error. */
int
certs_ext_alt_names(mbedtls_x509write_cert *w, const struct certs_names *names);
int certs_ext_constraints(mbedtls_x509write_cert *w,
    const struct certs_names *zones);
int certs_ext_server_auth(mbedtls_x509write_cert *w);
/* Empty when the certificate has none, or more than fit. */
void
certs_ext_read_alt_names(const mbedtls_x509_crt *cert, struct certs_names *out);
void certs_ext_read_constraints(const mbedtls_x509_crt *cert,
    struct certs_names *out);

/* ---- certs_make.c ---- */

struct certs_rng {
	mbedtls_entropy_context entropy;
	mbedtls_ctr_drbg_context drbg;
};

/* What is asked for.  Times are YYYYMMDDHHMMSS, both below 2050. */
struct certs_order {
	const char *subject;
	mbedtls_md_type_t md;
	const char *from;
	const char *to;
	const struct certs_names *names; /* of a leaf */
	const struct certs_names *zones; /* of an authority, then no names */
};

int certs_rng_open(struct certs_rng *rng);
void certs_rng_close(struct certs_rng *rng);
/* A new RSA key; also its PEM.  0 or an mbedTLS error. */
int
certs_make_key(struct certs_rng *rng, mbedtls_pk_context *key, struct buf *pem);
/*
 * A certificate for key; ca == NULL: signed by itself.  PEM into pem.
 * 0 or an mbedTLS error.
 */
int certs_make_cert(struct certs_rng *rng, const struct certs_order *order,
    mbedtls_pk_context *key, const mbedtls_x509_crt *ca,
    mbedtls_pk_context *ca_key, struct buf *pem);

/* ---- certs.c ---- */

/* 0 when there is a certificate in it. */
int certs_parse(struct slice pem, mbedtls_x509_crt *cert);
/* Unix seconds. */
int64_t certs_time(const mbedtls_x509_time *t);

#endif
