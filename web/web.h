/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_WEB_H
#define NUDGE_WEB_H
/*
 * The pages for people.  So far: the mailbox, where those whose program knows
 * no offline messages read them and leave some (ns-classic 11.3).
 */
#include "common/http/http.h"
#include "core/core.h"

struct web;

struct web *web_new(struct core *core);
/* No request may be open any more (http_free comes first). */
void web_free(struct web *w);
/* Rows for http_add_routes(h, rows, n, web). */
const struct http_route *web_routes(size_t *n);

#endif
