/* SPDX-License-Identifier: MIT */
/*
 * RFC 5280 4.2.1.6 (subjectAltName), 4.2.1.10 (nameConstraints) and 4.2.1.12
 * (extKeyUsage).  DER is written backwards: what comes last goes first.
 */
#include "certs/certs_internal.h"

#include "common/base/panic.h"

#include <mbedtls/asn1write.h>
#include <mbedtls/oid.h>

#include <stdlib.h>

enum {
	EXT_MAX = 16 * 1024,
	TAG_SEQUENCE = MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE,
	TAG_PERMITTED =
	    MBEDTLS_ASN1_CONTEXT_SPECIFIC | MBEDTLS_ASN1_CONSTRUCTED | 0,
	TAG_DNS = MBEDTLS_ASN1_CONTEXT_SPECIFIC | 2,
	TAG_IP = MBEDTLS_ASN1_CONTEXT_SPECIFIC | 7
};

struct der {
	unsigned char *start;
	unsigned char *end;
	unsigned char *p; /* what is written lies from here to end */
	int error;        /* the first one sticks */
};

static void
der_init(struct der *d)
{
	d->start = mem_alloc(EXT_MAX);
	d->end = d->p = d->start + EXT_MAX;
	d->error = 0;
}

static void
der_check(struct der *d, int result)
{
	if (result < 0 && d->error == 0)
		d->error = result;
}

static void
der_bytes(struct der *d, const unsigned char *p, size_t n)
{
	der_check(d, mbedtls_asn1_write_raw_buffer(&d->p, d->start, p, n));
}

/* Make one value of everything between p and mark. */
static void
der_wrap(struct der *d, const unsigned char *mark, unsigned char tag)
{
	der_check(d,
	    mbedtls_asn1_write_len(&d->p, d->start, (size_t)(mark - d->p)));
	der_check(d, mbedtls_asn1_write_tag(&d->p, d->start, tag));
}

static void
der_name(struct der *d, const struct certs_name *name)
{
	const unsigned char *mark = d->p;

	der_bytes(d, name->bytes, name->n);
	der_wrap(d, mark, name->is_ip ? TAG_IP : TAG_DNS);
}

static int
der_finish(struct der *d, mbedtls_x509write_cert *w, const char *oid,
    size_t oid_n)
{
	int rc = d->error;

	if (rc == 0)
		rc = mbedtls_x509write_crt_set_extension(w, oid, oid_n, 0, d->p,
		    (size_t)(d->end - d->p));
	free(d->start);
	return rc;
}

int
certs_ext_alt_names(mbedtls_x509write_cert *w, const struct certs_names *names)
{
	struct der d;

	der_init(&d);
	for (size_t i = names->n; i > 0; i--)
		der_name(&d, &names->v[i - 1]);
	der_wrap(&d, d.end, TAG_SEQUENCE);
	return der_finish(&d, w, MBEDTLS_OID_SUBJECT_ALT_NAME,
	    MBEDTLS_OID_SIZE(MBEDTLS_OID_SUBJECT_ALT_NAME));
}

/*
 * Not critical, against the letter of RFC 5280: Windows before XP would refuse
 * the authority for it, and whoever knows the extension obeys it anyway.
 */
int
certs_ext_constraints(mbedtls_x509write_cert *w,
    const struct certs_names *zones)
{
	struct der d;

	der_init(&d);
	for (size_t i = zones->n; i > 0; i--) {
		const unsigned char *mark = d.p;

		der_name(&d, &zones->v[i - 1]);
		der_wrap(&d, mark, TAG_SEQUENCE);
	}
	der_wrap(&d, d.end, TAG_PERMITTED);
	der_wrap(&d, d.end, TAG_SEQUENCE);
	return der_finish(&d, w, MBEDTLS_OID_NAME_CONSTRAINTS,
	    MBEDTLS_OID_SIZE(MBEDTLS_OID_NAME_CONSTRAINTS));
}

int
certs_ext_server_auth(mbedtls_x509write_cert *w)
{
	struct der d;

	der_init(&d);
	der_check(&d,
	    mbedtls_asn1_write_oid(&d.p, d.start, MBEDTLS_OID_SERVER_AUTH,
		MBEDTLS_OID_SIZE(MBEDTLS_OID_SERVER_AUTH)));
	der_wrap(&d, d.end, TAG_SEQUENCE);
	return der_finish(&d, w, MBEDTLS_OID_EXTENDED_KEY_USAGE,
	    MBEDTLS_OID_SIZE(MBEDTLS_OID_EXTENDED_KEY_USAGE));
}

/* ---- reading ---- */

struct span {
	unsigned char *p;
	const unsigned char *end;
};

/* Step into a value of this tag at in->p, and over it. */
static bool
enter(struct span *in, int tag, struct span *value)
{
	size_t n;

	if (in->p >= in->end ||
	    mbedtls_asn1_get_tag(&in->p, in->end, &n, tag) != 0)
		return false;
	*value = (struct span){ in->p, in->p + n };
	in->p += n;
	return true;
}

/* The content of one extension; false when there is none of that kind. */
static bool
find_extension(const mbedtls_x509_crt *cert, struct slice oid,
    struct span *value)
{
	struct span all = { cert->v3_ext.p, cert->v3_ext.p + cert->v3_ext.len };
	struct span list, one, id, flag;

	if (cert->v3_ext.p == NULL || !enter(&all, TAG_SEQUENCE, &list))
		return false;
	while (enter(&list, TAG_SEQUENCE, &one)) {
		if (!enter(&one, MBEDTLS_ASN1_OID, &id))
			return false;
		if (!slice_eq(slice_make(id.p, (size_t)(id.end - id.p)), oid))
			continue;
		(void)enter(&one, MBEDTLS_ASN1_BOOLEAN, &flag);
		return enter(&one, MBEDTLS_ASN1_OCTET_STRING, value);
	}
	return false;
}

/* A list of general names; kinds other than ours are stepped over. */
static void
read_names(struct span *in, struct certs_names *out)
{
	while (in->p < in->end) {
		unsigned char tag = *in->p;
		struct certs_name name = { .is_ip = tag == TAG_IP };
		struct span value;

		if (!enter(in, tag, &value))
			return;
		name.n = (size_t)(value.end - value.p);
		if (tag != TAG_DNS && tag != TAG_IP)
			continue;
		if (name.n > sizeof(name.bytes) || out->n >= CERTS_NAMES_MAX)
			continue;
		memcpy(name.bytes, value.p, name.n);
		out->v[out->n++] = name;
	}
}

void
certs_ext_read_alt_names(const mbedtls_x509_crt *cert, struct certs_names *out)
{
	struct span value, list;

	out->n = 0;
	if (find_extension(cert, SLICE_LIT(MBEDTLS_OID_SUBJECT_ALT_NAME),
		&value) &&
	    enter(&value, TAG_SEQUENCE, &list))
		read_names(&list, out);
}

void
certs_ext_read_constraints(const mbedtls_x509_crt *cert,
    struct certs_names *out)
{
	struct span value, both, permitted, one;

	out->n = 0;
	if (!find_extension(cert, SLICE_LIT(MBEDTLS_OID_NAME_CONSTRAINTS),
		&value) ||
	    !enter(&value, TAG_SEQUENCE, &both) ||
	    !enter(&both, TAG_PERMITTED, &permitted))
		return;
	while (enter(&permitted, TAG_SEQUENCE, &one))
		read_names(&one, out);
}
