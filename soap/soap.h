/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_SOAP_H
#define NUDGE_SOAP_H
/*
 * The web service front: membership lists, contacts and groups as SOAP
 * services for clients from MSNP13 on (soap.md 1-4), roaming profiles (6),
 * configuration and feeds (7).
 */
#include "common/http/http.h"
#include "core/core.h"

struct soap;

struct soap *soap_new(struct core *core);
/* No request may be open any more (http_free comes first). */
void soap_free(struct soap *s);
/* Rows for http_add_routes(h, rows, n, soap): services, and what is fetched. */
const struct http_route *soap_routes(size_t *n);
const struct http_route *soap_get_routes(size_t *n);

#endif
