/* SPDX-License-Identifier: MIT */
#include "web/front.h"

#include "common/base/panic.h"

#include <stdlib.h>

#define EVERYWHERE (HTTP_PLAIN | HTTP_TLS)

enum {
	FORM_MAX = 64 * 1024, /* a message with every byte escaped */
	SMALL_MAX = 8 * 1024,
	EXPORTERS_MAX = 4096,
	EXPORTS = 10, /* in an hour: each is all there is of somebody */
	HOUR_S = 3600
};

struct web *
web_new(struct core *core, const struct web_config *cfg,
    const struct web_rooms *rooms, void *ctx)
{
	struct web *w = mem_alloc(sizeof(*w));

	w->core = core;
	w->cfg = *cfg;
	w->rooms = rooms;
	w->rooms_ctx = ctx;
	w->exports = penalty_new(core->env, EXPORTERS_MAX, EXPORTS, HOUR_S);
	return w;
}

void
web_free(struct web *w)
{
	penalty_free(w->exports);
	free(w);
}

void
web_config_set(struct web *w, const struct web_config *cfg)
{
	w->cfg = *cfg;
}

/* A name of the mail service, which programs were told to come by. */
static bool
is_of_service(struct slice host)
{
	static const char *const names[] = { "hotmail.com", "msn.com",
		"passport.com", "passport.net", "live.com" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (slice_ends_nocase(host, slice_text(names[i])))
			return true;
	return host.n == 0;
}

/*
 * The mailbox's cookie travels by TLS alone.  By a name of the service it is
 * that of the login pages; by one of the operator's it is that one.
 */
static enum http_outcome
to_tls(struct http_request *rq, void *front)
{
	struct buf link = BUF_INIT(1024);

	if (is_of_service(http_header(rq, "Host")))
		buf_add_text(&link, "https://loginnet.passport.com");
	else
		web_add_secure(&link, rq, front);
	buf_add(&link, WEB_INBOX, sizeof(WEB_INBOX)); /* its NUL, too */
	web_reply_elsewhere(rq, buf_ok(&link) ? link.p : "/");
	buf_free(&link);
	return HTTP_DONE;
}

/*
 * The paths below cgi-bin are those of the mail service, as the notification
 * server tells them (ns-classic 5.2); programs may have some of them built in.
 */
/* clang-format off */
static const struct http_route rows[] = {
	{ "/",                HTTP_GET,             EVERYWHERE, 0,         web_start },
	{ "/style.css",       HTTP_GET,             EVERYWHERE, 0,         web_style },
	{ "/sign-up",         HTTP_GET | HTTP_POST, EVERYWHERE, SMALL_MAX, web_sign_up },
	{ "/sign-in",         HTTP_GET | HTTP_POST, EVERYWHERE, SMALL_MAX, web_sign_in },
	{ "/sign-out",        HTTP_GET | HTTP_POST, EVERYWHERE, SMALL_MAX, web_sign_out },
	{ "/account",         HTTP_GET | HTTP_POST, EVERYWHERE, SMALL_MAX, web_account },
	{ "/account/password", HTTP_GET | HTTP_POST, EVERYWHERE, SMALL_MAX, web_password },
	{ "/account/app-password", HTTP_GET | HTTP_POST, EVERYWHERE, SMALL_MAX, web_app_password },
	{ "/account/export",  HTTP_GET,             EVERYWHERE, 0,         web_export },
	{ "/account/delete",  HTTP_GET | HTTP_POST, EVERYWHERE, SMALL_MAX, web_delete },
	{ "/report",          HTTP_GET | HTTP_POST, EVERYWHERE, FORM_MAX,  web_report },
	{ "/privacy",         HTTP_GET,             EVERYWHERE, 0,         web_privacy },
	{ "/reset",           HTTP_GET | HTTP_POST, EVERYWHERE, SMALL_MAX, web_reset },
	{ "/cgi-bin/message", HTTP_GET | HTTP_POST, HTTP_TLS,   SMALL_MAX, web_message },
	{ "/cgi-bin/compose", HTTP_GET | HTTP_POST, HTTP_TLS,   FORM_MAX,  web_compose },
	{ "/cgi-bin/*",       HTTP_GET,             HTTP_TLS,   0,         web_inbox },
	{ "/cgi-bin/*",       HTTP_GET,             HTTP_PLAIN, 0,         to_tls },
	{ "/chat",            HTTP_GET,             EVERYWHERE, 0,         web_chat },
	{ "/Messenger.msnw",  HTTP_GET,             EVERYWHERE, 0,         web_chat },
	{ "/default.msnw",    HTTP_GET,             EVERYWHERE, 0,         web_chat },
	{ "/create.msnw",     HTTP_GET,             EVERYWHERE, 0,         web_chat_create },
	{ "/subscribe.msnw",  HTTP_GET,             EVERYWHERE, 0,         web_chat_subscribe },
	{ "/chatroom.msnw",   HTTP_GET,             EVERYWHERE, 0,         web_chat_room },
	{ "/profile.msnw",    HTTP_GET,             EVERYWHERE, 0,         web_chat_profile },
	{ "/msnchat/nickname", HTTP_GET | HTTP_POST, EVERYWHERE, SMALL_MAX, web_nickname },
	{ "/msnchat/*",       HTTP_GET,             EVERYWHERE, 0,         web_chat_redirect },
	{ "/uixpwiz.srf",     HTTP_GET | HTTP_POST, EVERYWHERE, SMALL_MAX, web_wizard },
#define WAY(from, to) { from, HTTP_GET, EVERYWHERE, 0, web_lead },
#include "web/ways.def"
};
/* clang-format on */

const struct http_route *
web_routes(size_t *n)
{
	*n = ARRAY_LEN(rows);
	return rows;
}
