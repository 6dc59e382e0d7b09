/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TEST_TLS_CERTS_H
#define NUDGE_TEST_TLS_CERTS_H
/* Self-signed certificates for tests. */
#include "common/net/tls.h"

struct tls_cert {
	char cert[4096];
	char key[4096];
	struct tls_pair pair;
};

/* name is the subject's CN, and a DNS name beside it when alt is not NULL. */
void
tls_cert_make(struct tls_cert *c, const char *name, const char *alt, bool sha1);

#endif
