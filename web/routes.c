/* SPDX-License-Identifier: MIT */
#include "web/front.h"

#include "common/base/panic.h"

#include <stdlib.h>

enum {
	FORM_MAX = 64 * 1024 /* a message with every byte escaped */
};

struct web *
web_new(struct core *core)
{
	struct web *w = mem_alloc(sizeof(*w));

	w->core = core;
	return w;
}

void
web_free(struct web *w)
{
	free(w);
}

/* The mailbox's cookie travels by TLS alone. */
static enum http_outcome
to_tls(struct http_request *rq, void *front)
{
	(void)front;
	web_reply_elsewhere(rq, "https://loginnet.passport.com" WEB_INBOX);
	return HTTP_DONE;
}

/*
 * The paths are those of the mail service, as the notification server tells
 * them (ns-classic 5.2); programs may have some of them built in.
 */
/* clang-format off */
static const struct http_route rows[] = {
	{ "/cgi-bin/read",      HTTP_GET | HTTP_POST, HTTP_TLS,   FORM_MAX, web_read },
	{ "/cgi-bin/compose",   HTTP_GET | HTTP_POST, HTTP_TLS,   FORM_MAX, web_compose },
	{ "/cgi-bin/*",         HTTP_GET,             HTTP_TLS,   0,        web_inbox },
	{ "/cgi-bin/*",         HTTP_GET,             HTTP_PLAIN, 0,        to_tls },
	{ "/msnchat/nickname",  HTTP_GET | HTTP_POST, HTTP_TLS,   4096,     web_nickname },
};
/* clang-format on */

const struct http_route *
web_routes(size_t *n)
{
	*n = ARRAY_LEN(rows);
	return rows;
}
