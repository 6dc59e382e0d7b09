/* SPDX-License-Identifier: MIT */
#include "tests/unit/certs_world.h"

struct certs certs_world_made;
int64_t certs_world_now;

int
certs_world_make(void **state)
{
	struct certs_options o = { .extra_names = SLICE_LIT(
				       " Chat.Example.org\t203.0.113.7"
				       " *.retro.example 2001:db8::7 ") };
	char err[200];
	bool changed;

	(void)state;
	certs_world_now = (int64_t)time(NULL);
	o.now = certs_world_now;
	certs_init(&certs_world_made);
	if (certs_ensure(&certs_world_made, &o, &changed, err, sizeof(err)) ==
		0 &&
	    changed)
		return 0;
	(void)fprintf(stderr, "%s\n", err);
	return -1;
}

int
certs_world_free(void **state)
{
	(void)state;
	certs_free(&certs_world_made);
	return 0;
}

void
certs_world_parse(const struct buf *pem, mbedtls_x509_crt *cert)
{
	mbedtls_x509_crt_init(cert);
	assert_int_equal(certs_parse(buf_slice(pem), cert), 0);
}
