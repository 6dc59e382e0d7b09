/* SPDX-License-Identifier: MIT */
#include "certs/certs_internal.h"

#include "common/base/panic.h"

#include <mbedtls/md.h>
#include <mbedtls/oid.h>
#include <mbedtls/pem.h>
#include <mbedtls/rsa.h>

#include <stdlib.h>

enum {
	SERIAL_BYTES = 16,
	PUBLIC_EXPONENT = 65537,
	UTC_TIME_BYTES = 13
};

int
certs_rng_open(struct certs_rng *rng)
{
	mbedtls_entropy_init(&rng->entropy);
	mbedtls_ctr_drbg_init(&rng->drbg);
	return mbedtls_ctr_drbg_seed(&rng->drbg, mbedtls_entropy_func,
	    &rng->entropy, NULL, 0);
}

void
certs_rng_close(struct certs_rng *rng)
{
	mbedtls_ctr_drbg_free(&rng->drbg);
	mbedtls_entropy_free(&rng->entropy);
}

/* Replace what is in pem; one allocation, so that no copy of a key stays. */
static void
set_pem(struct buf *pem, const char *text)
{
	if (pem->p != NULL)
		mem_wipe(pem->p, pem->cap);
	buf_free(pem);
	buf_add_text(pem, text);
}

int
certs_make_key(struct certs_rng *rng, mbedtls_pk_context *key, struct buf *pem)
{
	unsigned char text[8192];
	int rc;

	mbedtls_pk_free(key);
	mbedtls_pk_init(key);
	rc = mbedtls_pk_setup(key, mbedtls_pk_info_from_type(MBEDTLS_PK_RSA));
	if (rc == 0)
		rc = mbedtls_rsa_gen_key(mbedtls_pk_rsa(*key),
		    mbedtls_ctr_drbg_random, &rng->drbg, CERTS_RSA_BITS,
		    PUBLIC_EXPONENT);
	if (rc == 0)
		rc = mbedtls_pk_write_key_pem(key, text, sizeof(text));
	if (rc == 0)
		set_pem(pem, (const char *)text);
	mem_wipe(text, sizeof(text));
	return rc;
}

/*
 * mbedTLS writes UTF8String, which CryptoAPI before IE 5 does not know.  All
 * names here are plain enough for PrintableString.
 */
static void
make_printable(mbedtls_asn1_named_data *dn)
{
	for (; dn != NULL; dn = dn->next)
		dn->val.tag = MBEDTLS_ASN1_PRINTABLE_STRING;
}

static int
set_names(mbedtls_x509write_cert *w, const struct certs_order *order,
    const mbedtls_x509_crt *ca)
{
	char issuer[512];
	int rc;

	rc = mbedtls_x509write_crt_set_subject_name(w, order->subject);
	if (rc == 0 && ca != NULL) {
		rc = mbedtls_x509_dn_gets(issuer, sizeof(issuer), &ca->subject);
		if (rc > 0)
			rc = mbedtls_x509write_crt_set_issuer_name(w, issuer);
	} else if (rc == 0) {
		rc = mbedtls_x509write_crt_set_issuer_name(w, order->subject);
	}
	make_printable(w->subject);
	make_printable(w->issuer);
	return rc;
}

static int
set_serial(mbedtls_x509write_cert *w, struct certs_rng *rng)
{
	unsigned char bytes[SERIAL_BYTES];
	int rc = mbedtls_ctr_drbg_random(&rng->drbg, bytes, sizeof(bytes));

	if (rc != 0)
		return rc;
	/* positive, and always of the same length */
	bytes[0] = (bytes[0] & 0x3f) | 0x40;
	return mbed_crt_set_serial(w, bytes, sizeof(bytes));
}

static int
set_extensions(mbedtls_x509write_cert *w, const struct certs_order *order)
{
	bool is_ca = order->zones != NULL;
	unsigned usage = is_ca
	    ? MBEDTLS_X509_KU_KEY_CERT_SIGN | MBEDTLS_X509_KU_CRL_SIGN
	    : MBEDTLS_X509_KU_DIGITAL_SIGNATURE |
		MBEDTLS_X509_KU_KEY_ENCIPHERMENT;
	int rc;

	rc = mbedtls_x509write_crt_set_basic_constraints(w, is_ca,
	    is_ca ? 0 : -1);
	if (rc == 0)
		rc = mbedtls_x509write_crt_set_key_usage(w, usage);
	if (rc == 0)
		rc = mbedtls_x509write_crt_set_subject_key_identifier(w);
	if (rc == 0)
		rc = mbedtls_x509write_crt_set_authority_key_identifier(w);
	/* of the authority, too: it vouches for no mail and no program */
	if (rc == 0)
		rc = certs_ext_server_auth(w);
	if (rc == 0 && is_ca)
		rc = certs_ext_constraints(w, order->zones);
	if (rc == 0 && !is_ca)
		rc = certs_ext_alt_names(w, order->names);
	return rc;
}

/*
 * mbedTLS writes a year of 19xx as GeneralizedTime, which RFC 5280 forbids
 * before 2050 and which old clients need not understand.  So a date of 2000 is
 * written, put back here, and the certificate is signed once more.
 */
static int
backdate(struct certs_rng *rng, const struct certs_order *order,
    mbedtls_pk_context *ca_key, unsigned char *der, size_t n)
{
	static const char placed[] = "\x17\x0d" /* UTCTime */ "000101000000Z";
	unsigned char hash[MBEDTLS_MD_MAX_SIZE];
	unsigned char sig[MBEDTLS_PK_SIGNATURE_MAX_SIZE];
	const mbedtls_md_info_t *md = mbedtls_md_info_from_type(order->md);
	mbedtls_x509_crt parsed;
	unsigned char *date;
	size_t sig_n = 0;
	int rc;

	mbedtls_x509_crt_init(&parsed);
	rc = mbedtls_x509_crt_parse_der_nocopy(&parsed, der, n);
	if (rc != 0)
		goto out;
	date = memmem(parsed.tbs.p, parsed.tbs.len, placed, sizeof(placed) - 1);
	ASSERT(date != NULL);
	memcpy(date + 2, order->from + 2, UTC_TIME_BYTES - 1);
	rc = mbedtls_md(md, parsed.tbs.p, parsed.tbs.len, hash);
	if (rc == 0)
		rc = mbed_pk_sign(ca_key, order->md, hash, sig, &sig_n,
		    &rng->drbg);
	if (rc == 0) {
		ASSERT(sig_n == parsed.sig.len);
		memcpy(parsed.sig.p, sig, sig_n);
	}
out:
	mbedtls_x509_crt_free(&parsed);
	return rc;
}

/* The certificate ends at der + CERTS_DER_MAX; its length or an error. */
static int
write_der(struct certs_rng *rng, const struct certs_order *order,
    mbedtls_x509write_cert *w, unsigned char *der)
{
	bool old = order->from[0] == '1';
	int rc, n;

	rc = mbedtls_x509write_crt_set_validity(w,
	    old ? "20000101000000" : order->from, order->to);
	if (rc != 0)
		return rc;
	n = mbedtls_x509write_crt_der(w, der, CERTS_DER_MAX,
	    mbedtls_ctr_drbg_random, &rng->drbg);
	if (n <= 0 || !old)
		return n;
	rc = backdate(rng, order, w->issuer_key, der + CERTS_DER_MAX - n,
	    (size_t)n);
	return rc != 0 ? rc : n;
}

int
certs_make_cert(struct certs_rng *rng, const struct certs_order *order,
    mbedtls_pk_context *key, const mbedtls_x509_crt *ca,
    mbedtls_pk_context *ca_key, struct buf *pem)
{
	unsigned char *der = mem_alloc(CERTS_DER_MAX);
	unsigned char *text = mem_alloc(CERTS_PEM_MAX);
	mbedtls_x509write_cert w;
	size_t text_n;
	int rc;

	mbedtls_x509write_crt_init(&w);
	mbedtls_x509write_crt_set_version(&w, MBEDTLS_X509_CRT_VERSION_3);
	mbedtls_x509write_crt_set_md_alg(&w, order->md);
	mbedtls_x509write_crt_set_subject_key(&w, key);
	mbedtls_x509write_crt_set_issuer_key(&w, ca != NULL ? ca_key : key);
	rc = set_names(&w, order, ca);
	if (rc == 0)
		rc = set_serial(&w, rng);
	if (rc == 0)
		rc = set_extensions(&w, order);
	if (rc == 0)
		rc = write_der(rng, order, &w, der);
	if (rc > 0)
		rc = mbedtls_pem_write_buffer("-----BEGIN CERTIFICATE-----\n",
		    "-----END CERTIFICATE-----\n", der + CERTS_DER_MAX - rc,
		    (size_t)rc, text, CERTS_PEM_MAX, &text_n);
	if (rc == 0)
		set_pem(pem, (const char *)text);
	mbedtls_x509write_crt_free(&w);
	free(text);
	free(der);
	return rc;
}
