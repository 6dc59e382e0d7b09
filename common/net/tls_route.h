/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TLS_ROUTE_H
#define NUDGE_TLS_ROUTE_H
/*
 * Which engine answers a hello, with what, and how one is refused:
 *	TLS 1.2 with an ECDHE suite, a group and a signature that can be served:
 *	    mbedTLS, and nothing older
 *	else, and in SSLv2's format, and SSL 3.0: our own engine
 * So what is begun can be ended; and mbedTLS serves TLS 1.2 with ECDHE alone.
 */
#include "common/net/link.h"
#include "common/net/tls_engine.h"
#include "common/net/tls_setup.h"
#include "common/net/tls_sniff.h"

struct tls_route {
	const struct tls_engine *engine; /* NULL: refuse */
	enum tls_profile_id profile;
	unsigned char alert; /* of a refusal; 0: none */
	enum close_reason why;
};

/* h is whole.  modern_only: nothing below TLS 1.2. */
struct tls_route tls_route_choose(struct tls_setup *s,
    const struct tls_hello *h, bool modern_only);

#endif
