/* SPDX-License-Identifier: MIT */
#include "certs/certs_internal.h"

#include "common/base/calendar.h"
#include "common/base/panic.h"
#include "common/codec/digest.h"

#include <mbedtls/error.h>
#include <mbedtls/md.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
	DAY = 24 * 3600,
	RENEW_BEFORE = 30 * DAY,
	/* Apple trusts no leaf beyond 825 days (macOS 10.15, iOS 13). */
	MODERN_DAYS = 800,
	DATE_BYTES = 16
};

/* Clocks with a dead battery start long before anything here was made. */
#define OLD_FROM  "19990101000000"
#define OLD_TO    "20491231235959"
/* Clients with 32-bit clocks must still see the end of the authority. */
#define ROOT_TO   "20371231235959"
#define LEAF_NAME "O=Nudge,CN=nexus.passport.com"

/* A key and its certificate, as far as the texts were any good. */
struct pair {
	mbedtls_pk_context key;
	mbedtls_x509_crt cert;
	bool has_key;
	bool has_cert; /* and it is the key's */
};

/* Everything one certs_ensure() works with. */
struct house {
	struct certs_rng rng;
	struct pair ca, modern, legacy;
	struct certs_names names; /* of the leaves */
	struct certs_names hosts; /* those of them that are no addresses */
	struct certs_names zones; /* what the authority is confined to */
	const struct certs_options *options;
	bool *changed;
	char *err;
	size_t errlen;
};

void
certs_init(struct certs *c)
{
	struct buf *all[] = { &c->ca_key, &c->ca_cert, &c->modern_key,
		&c->modern_cert, &c->modern_named, &c->legacy_key,
		&c->legacy_cert, &c->legacy_named };

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		buf_init(all[i], CERTS_PEM_MAX);
}

void
certs_free(struct certs *c)
{
	struct buf *all[] = { &c->ca_key, &c->ca_cert, &c->modern_key,
		&c->modern_cert, &c->modern_named, &c->legacy_key,
		&c->legacy_cert, &c->legacy_named };

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		if (all[i]->p != NULL)
			mem_wipe(all[i]->p, all[i]->cap);
		buf_free(all[i]);
	}
}

void
certs_forget(struct certs *c)
{
	certs_free(c);
	certs_init(c);
}

/* ---- reading ---- */

/* mbedTLS wants PEM with its NUL. */
static int
parse_key(struct slice pem, mbedtls_pk_context *key, struct certs_rng *rng)
{
	char *text = mem_copy_text(pem.p, pem.n);
	int rc = mbed_pk_parse_key(key, (const unsigned char *)text, pem.n + 1,
	    &rng->drbg);

	mem_wipe(text, pem.n);
	free(text);
	return rc;
}

int
certs_parse(struct slice pem, mbedtls_x509_crt *cert)
{
	char *text = mem_copy_text(pem.p, pem.n);
	int rc = mbedtls_x509_crt_parse(cert, (const unsigned char *)text,
	    pem.n + 1);

	free(text);
	/* a positive number counts certificates it could not read */
	return rc == 0 ? 0 : -1;
}

int64_t
certs_time(const mbedtls_x509_time *t)
{
	struct tm tm = { .tm_year = t->year - 1900,
		.tm_mon = t->mon - 1,
		.tm_mday = t->day,
		.tm_hour = t->hour,
		.tm_min = t->min,
		.tm_sec = t->sec };

	return calendar_seconds(&tm);
}

static void
pair_init(struct pair *p)
{
	mbedtls_pk_init(&p->key);
	mbedtls_x509_crt_init(&p->cert);
	p->has_key = p->has_cert = false;
}

static void
pair_free(struct pair *p)
{
	mbedtls_pk_free(&p->key);
	mbedtls_x509_crt_free(&p->cert);
}

static void
pair_load(struct house *h, struct pair *p, const struct buf *key,
    const struct buf *cert)
{
	pair_free(p);
	pair_init(p);
	p->has_key = parse_key(buf_slice(key), &p->key, &h->rng) == 0 &&
	    mbedtls_pk_get_type(&p->key) == MBEDTLS_PK_RSA &&
	    mbedtls_pk_get_bitlen(&p->key) >= CERTS_RSA_BITS &&
	    mbed_pk_check_pair(&p->key, &p->key, &h->rng.drbg) == 0;
	p->has_cert = p->has_key &&
	    certs_parse(buf_slice(cert), &p->cert) == 0 &&
	    mbed_pk_check_pair(&p->cert.pk, &p->key, &h->rng.drbg) == 0;
}

static bool
same_bytes(const mbedtls_x509_buf *a, const mbedtls_x509_buf *b)
{
	return slice_eq(slice_make(a->p, a->len), slice_make(b->p, b->len));
}

static bool
signed_by(const mbedtls_x509_crt *cert, mbedtls_x509_crt *ca)
{
	const mbedtls_md_info_t *md = mbedtls_md_info_from_type(cert->sig_md);
	unsigned char hash[MBEDTLS_MD_MAX_SIZE];

	return same_bytes(&cert->issuer_raw, &ca->subject_raw) &&
	    cert->sig_pk == MBEDTLS_PK_RSA && md != NULL &&
	    mbedtls_md(md, cert->tbs.p, cert->tbs.len, hash) == 0 &&
	    mbed_pk_verify(&ca->pk, cert->sig_md, hash, cert->sig.p,
		cert->sig.len) == 0;
}

static bool
ca_good(struct pair *ca)
{
	return ca->has_cert && ca->cert.ca_istrue &&
	    mbedtls_x509_crt_check_key_usage(&ca->cert,
		MBEDTLS_X509_KU_KEY_CERT_SIGN) == 0 &&
	    signed_by(&ca->cert, &ca->cert);
}

/* How long until a leaf should be renewed; negative: it is late. */
static int64_t
leaf_rest(const mbedtls_x509_crt *cert, int64_t now)
{
	if (certs_time(&cert->valid_from) > now)
		return -1;
	return certs_time(&cert->valid_to) - RENEW_BEFORE - now;
}

/* It may have more: names come and go, and each change costs people time. */
static bool
leaf_has_names(const mbedtls_x509_crt *cert, const struct certs_names *want)
{
	struct certs_names *have = mem_alloc(sizeof(*have));
	bool all = true;

	certs_ext_read_alt_names(cert, have);
	for (size_t i = 0; all && i < want->n; i++)
		all = certs_names_have(have, &want->v[i]);
	free(have);
	return all;
}

static bool
leaf_good(struct house *h, const struct pair *leaf, mbedtls_md_type_t md,
    const struct certs_names *names)
{
	return leaf->has_cert && leaf->cert.sig_md == md &&
	    leaf_rest(&leaf->cert, h->options->now) > 0 &&
	    signed_by(&leaf->cert, &h->ca.cert) &&
	    leaf_has_names(&leaf->cert, names);
}

/* ---- making ---- */

static int
failed(struct house *h, const char *what, int rc)
{
	char why[128];

	mbedtls_strerror(rc, why, sizeof(why));
	(void)snprintf(h->err, h->errlen, "cannot make the %s: %s", what, why);
	return -1;
}

static void
format_date(int64_t when, char out[DATE_BYTES])
{
	struct tm tm;

	(void)calendar_date(when, &tm);
	(void)strftime(out, DATE_BYTES, "%Y%m%d%H%M%S", &tm);
}

/* Two houses' authorities can be told apart in a list of roots. */
static void
ca_subject(mbedtls_pk_context *key, char *out, size_t size)
{
	unsigned char text[4096];
	unsigned char sum[SHA256_BYTES] = { 0 };

	if (mbedtls_pk_write_pubkey_pem(key, text, sizeof(text)) == 0) {
		struct slice s = slice_text((const char *)text);

		digest_sha256(&s, 1, sum);
	}
	(void)snprintf(out, size, "O=Nudge,CN=Nudge Root %02X%02X%02X%02X",
	    sum[0], sum[1], sum[2], sum[3]);
}

static int
ensure_ca(struct house *h, struct certs *c)
{
	char subject[64];
	struct certs_order order = { .subject = subject,
		.md = MBEDTLS_MD_SHA1,
		.from = OLD_FROM,
		.to = ROOT_TO,
		.zones = &h->zones };
	int rc = 0;

	pair_load(h, &h->ca, &c->ca_key, &c->ca_cert);
	if (!ca_good(&h->ca)) {
		if (!h->ca.has_key)
			rc = certs_make_key(&h->rng, &h->ca.key, &c->ca_key);
		if (rc == 0) {
			ca_subject(&h->ca.key, subject, sizeof(subject));
			rc = certs_make_cert(&h->rng, &order, &h->ca.key, NULL,
			    NULL, &c->ca_cert);
		}
		*h->changed = true;
		pair_load(h, &h->ca, &c->ca_key, &c->ca_cert);
	}
	if (rc != 0)
		return failed(h, "authority", rc);
	ASSERT(ca_good(&h->ca));
	/* an older authority may be confined to less than we would choose */
	certs_ext_read_constraints(&h->ca.cert, &h->zones);
	return 0;
}

/*
 * A leaf with one name the authority must not sign is worth nothing where the
 * constraints are known, so such a name is left out, and told.
 */
static void
drop_forbidden_names(struct house *h)
{
	struct buf list = BUF_INIT(200);
	size_t kept = 0;

	for (size_t i = 0; i < h->names.n; i++) {
		const struct certs_name *name = &h->names.v[i];

		if (certs_zones_permit(&h->zones, name)) {
			h->names.v[kept++] = *name;
			continue;
		}
		buf_add_char(&list, ' ');
		certs_name_print(name, &list);
	}
	h->names.n = kept;
	if (list.n > 0)
		(void)snprintf(h->err, h->errlen,
		    "left out, because the present authority may not sign for "
		    "them (a new one could):" SLICE_FMT,
		    SLICE_ARG(buf_slice(&list)));
	buf_free(&list);
}

/* Host names without addresses. */
static void
take_hosts(struct house *h)
{
	h->hosts.n = 0;
	for (size_t i = 0; i < h->names.n; i++)
		if (!h->names.v[i].is_ip)
			h->hosts.v[h->hosts.n++] = h->names.v[i];
}

struct leaf_kind {
	const char *what;
	mbedtls_md_type_t md;
	const char *from;
	const char *to;
};

static int
make_leaf(struct house *h, const struct leaf_kind *kind, struct pair *leaf,
    const struct certs_names *names, struct buf *cert)
{
	struct certs_order order = { .subject = LEAF_NAME,
		.md = kind->md,
		.from = kind->from,
		.to = kind->to,
		.names = names };
	int rc = certs_make_cert(&h->rng, &order, &leaf->key, &h->ca.cert,
	    &h->ca.key, cert);

	*h->changed = true;
	return rc == 0 ? 0 : failed(h, kind->what, rc);
}

/* The same key, the names without the addresses. */
static int
ensure_named(struct house *h, const struct leaf_kind *kind, struct pair *leaf,
    const struct buf *key, struct buf *cert)
{
	struct pair named;
	int rc = 0;

	pair_init(&named);
	pair_load(h, &named, key, cert);
	if (!leaf_good(h, &named, kind->md, &h->hosts))
		rc = make_leaf(h, kind, leaf, &h->hosts, cert);
	pair_free(&named);
	return rc;
}

static int
ensure_leaf(struct house *h, const struct leaf_kind *kind, struct pair *leaf,
    struct buf *key, struct buf *cert, struct buf *named)
{
	int rc = 0;

	if (!leaf_good(h, leaf, kind->md, &h->names)) {
		if (!leaf->has_key)
			rc = certs_make_key(&h->rng, &leaf->key, key);
		if (rc != 0)
			return failed(h, kind->what, rc);
		if (make_leaf(h, kind, leaf, &h->names, cert) != 0)
			return -1;
	}
	return ensure_named(h, kind, leaf, key, named);
}

/*
 * A key that serves twice serves the more important end: a flaw in the old
 * protocols must not reach sessions of the new.
 */
static void
part_keys(struct house *h)
{
	struct pair *order[] = { &h->ca, &h->modern, &h->legacy };

	for (size_t i = 1; i < ARRAY_LEN(order); i++)
		for (size_t k = 0; k < i; k++)
			if (order[i]->has_key && order[k]->has_key &&
			    mbed_pk_check_pair(&order[i]->key, &order[k]->key,
				&h->rng.drbg) == 0)
				order[i]->has_key = order[i]->has_cert = false;
}

static int
ensure(struct house *h, struct certs *c)
{
	char from[DATE_BYTES], to[DATE_BYTES];
	const struct leaf_kind modern = { "modern leaf", MBEDTLS_MD_SHA256,
		from, to };
	const struct leaf_kind legacy = { "legacy leaf", MBEDTLS_MD_SHA1,
		OLD_FROM, OLD_TO };
	int64_t start = h->options->now - DAY;
	int rc;

	rc = certs_rng_open(&h->rng);
	if (rc != 0)
		return failed(h, "random numbers", rc);
	format_date(start, from);
	format_date(start + (int64_t)MODERN_DAYS * DAY, to);
	if (ensure_ca(h, c) != 0)
		return -1;
	drop_forbidden_names(h);
	take_hosts(h);
	pair_load(h, &h->modern, &c->modern_key, &c->modern_cert);
	pair_load(h, &h->legacy, &c->legacy_key, &c->legacy_cert);
	part_keys(h);
	if (ensure_leaf(h, &modern, &h->modern, &c->modern_key, &c->modern_cert,
		&c->modern_named) != 0)
		return -1;
	return ensure_leaf(h, &legacy, &h->legacy, &c->legacy_key,
	    &c->legacy_cert, &c->legacy_named);
}

int
certs_ensure(struct certs *c, const struct certs_options *o, bool *changed,
    char *err, size_t errlen)
{
	struct house *h;
	int rc = -1;

	ASSERT(errlen > 0);
	*changed = false;
	err[0] = '\0';
	h = mem_alloc(sizeof(*h));
	h->options = o;
	h->changed = changed;
	h->err = err;
	h->errlen = errlen;
	pair_init(&h->ca);
	pair_init(&h->modern);
	pair_init(&h->legacy);
	if (certs_names_leaf(&h->names, o->extra_names, err, errlen) == 0 &&
	    certs_names_zones(&h->zones, o->extra_names, err, errlen) == 0) {
		rc = ensure(h, c);
		certs_rng_close(&h->rng);
	}
	pair_free(&h->ca);
	pair_free(&h->modern);
	pair_free(&h->legacy);
	mem_wipe(h, sizeof(*h));
	free(h);
	return rc;
}

int64_t
certs_renew_in(const struct certs *c, int64_t now)
{
	const struct buf *leaves[] = { &c->modern_cert, &c->modern_named,
		&c->legacy_cert, &c->legacy_named };
	int64_t least = INT64_MAX;

	for (size_t i = 0; i < ARRAY_LEN(leaves); i++) {
		mbedtls_x509_crt cert;
		int64_t rest = 0;

		mbedtls_x509_crt_init(&cert);
		if (certs_parse(buf_slice(leaves[i]), &cert) == 0)
			rest = leaf_rest(&cert, now);
		mbedtls_x509_crt_free(&cert);
		if (rest < least)
			least = rest;
	}
	return least > 0 ? least : 0;
}

int
certs_der(struct slice pem, struct buf *out)
{
	mbedtls_x509_crt cert;
	int rc;

	mbedtls_x509_crt_init(&cert);
	rc = certs_parse(pem, &cert);
	if (rc == 0) {
		buf_add(out, cert.raw.p, cert.raw.len);
		rc = buf_ok(out) ? 0 : -1;
	}
	mbedtls_x509_crt_free(&cert);
	return rc;
}
