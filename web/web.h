/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_WEB_H
#define NUDGE_WEB_H
/*
 * The pages for people: an account of one's own, and the mailbox, where those
 * whose program knows no offline messages read them and leave some
 * (ns-classic 11.3).
 */
#include "common/http/http.h"
#include "core/core.h"

/* Plain values: copy it as you like. */
struct web_config {
	bool plain_passwords; /* may be typed over plain HTTP */
	uint16_t https_port;  /* 0: there is none */
};

struct web;

struct web *web_new(struct core *core, struct web_config cfg);
/* No request may be open any more (http_free comes first). */
void web_free(struct web *w);
/* From now on. */
void web_config_set(struct web *w, struct web_config cfg);
/* Rows for http_add_routes(h, rows, n, web). */
const struct http_route *web_routes(size_t *n);

#endif
