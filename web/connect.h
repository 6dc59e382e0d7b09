/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_WEB_CONNECT_H
#define NUDGE_WEB_CONNECT_H
/*
 * "Connect your client": pages that tell how each Messenger program on each
 * system is pointed at this server, files that do it, and a test of what
 * works from the PC that opens it.  They ask the core nothing.
 */
#include "common/base/env.h"
#include "common/http/http.h"

struct connect;

struct connect_config {
	char public_address[256]; /* empty: the one each browser reached */
	uint16_t http_port;
	uint16_t ns_port;
};

/* env must outlive it. */
struct connect *connect_new(const struct env *env);
void connect_config_set(struct connect *c, const struct connect_config *cfg);
/* The authority's certificate in both forms; copied. */
void connect_set_ca(struct connect *c, struct slice pem, struct slice der);
/* No request may be open any more (http_free comes first). */
void connect_free(struct connect *c);
/* Rows for http_add_routes(h, rows, n, connect). */
const struct http_route *connect_routes(size_t *n);

#endif
