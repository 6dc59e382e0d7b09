/* SPDX-License-Identifier: MIT */
#include "certs/certs_internal.h"

#include "common/base/panic.h"
#include "common/codec/digest.h"

#include <stdlib.h>

static void
add_fingerprint(struct buf *out, const char *what, const unsigned char *p,
    size_t n)
{
	buf_addf(out, "  %-8s", what);
	for (size_t i = 0; i < n; i++)
		buf_addf(out, "%s%02X", i > 0 ? ":" : "", p[i]);
	buf_add_char(out, '\n');
}

static void
add_date(struct buf *out, const char *what, const mbedtls_x509_time *t)
{
	buf_addf(out, "  %-8s%04d-%02d-%02d %02d:%02d:%02d UTC\n", what,
	    t->year, t->mon, t->day, t->hour, t->min, t->sec);
}

static void
add_names(struct buf *out, const char *what, const struct certs_names *names)
{
	if (names->n == 0)
		return;
	buf_addf(out, "  %s\n", what);
	for (size_t i = 0; i < names->n; i++) {
		buf_add_text(out, "    ");
		certs_name_print(&names->v[i], out);
		buf_add_char(out, '\n');
	}
}

static void
describe(struct buf *out, const char *title, const struct buf *pem)
{
	unsigned char sum[SHA256_BYTES];
	struct certs_names *names = mem_alloc(sizeof(*names));
	mbedtls_x509_crt cert;
	char subject[512];
	struct slice raw;

	buf_addf(out, "%s\n", title);
	mbedtls_x509_crt_init(&cert);
	if (certs_parse(buf_slice(pem), &cert) != 0) {
		buf_add_text(out, "  missing or damaged\n");
		goto out;
	}
	if (mbedtls_x509_dn_gets(subject, sizeof(subject), &cert.subject) > 0)
		buf_addf(out, "  %-8s%s\n", "subject", subject);
	raw = slice_make(cert.raw.p, cert.raw.len);
	digest_sha1(&raw, 1, sum);
	add_fingerprint(out, "SHA-1", sum, SHA1_BYTES);
	digest_sha256(&raw, 1, sum);
	add_fingerprint(out, "SHA-256", sum, SHA256_BYTES);
	add_date(out, "from", &cert.valid_from);
	add_date(out, "until", &cert.valid_to);
	certs_ext_read_constraints(&cert, names);
	add_names(out, "signs only for", names);
	certs_ext_read_alt_names(&cert, names);
	add_names(out, "names", names);
out:
	mbedtls_x509_crt_free(&cert);
	free(names);
}

void
certs_describe(const struct certs *c, struct buf *out)
{
	describe(out, "authority", &c->ca_cert);
	describe(out, "modern leaf", &c->modern_cert);
	describe(out, "legacy leaf", &c->legacy_cert);
}
