/* SPDX-License-Identifier: MIT */
/* What the admin pages ask of the roof. */
#include "common/net/public.h"
#include "roof/roof.h"

struct asking {
	void (*row)(void *ctx, const struct admin_online *who);
	void *ctx;
};

static void
online_row(void *ctx, const struct ns_online *who)
{
	const struct asking *a = ctx;
	const struct admin_online row = { who->address, who->name, who->dialect,
		who->client, who->peer, who->since };

	a->row(a->ctx, &row);
}

static void
each_online(void *server, void (*row)(void *, const struct admin_online *),
    void *ctx)
{
	struct asking a = { row, ctx };

	ns_each_online(((struct server *)server)->ns, online_row, &a);
}

void
roof_banned(void *server, const struct subnet *network)
{
	struct server *s = server;

	ns_end_from(s->ns, network, CLOSE_BANNED);
	chat_end_from(s->chat, network);
	http_end_from(s->http, network, CLOSE_BANNED);
}

static const char *
folder(void *server)
{
	return text(server, CONF_DATA_DIR).p;
}

static struct workers *
workers(void *server)
{
	return ((struct server *)server)->workers;
}

static void
add_names(void *server, struct buf *out)
{
	buf_add_slice(out, text(server, CONF_ADMIN_NAMES));
	buf_add_char(out, ' ');
	public_add_names(text(server, CONF_PUBLIC_ADDRESS), out);
}

const struct admin_hooks roof_admin_hooks = { NUDGE_VERSION, each_online,
	roof_banned, folder, workers, roof_add_site, add_names };

/* The first address the port listens on, as a browser writes it. */
static void
add_admin_site(const struct server *s, struct buf *out)
{
	struct slice rest = text(s, CONF_ADMIN_ADDRESS), host = { 0 };

	(void)slice_cut_word(&rest, &host);
	if (slice_eq_text(host, "*") || slice_eq_text(host, "0.0.0.0") ||
	    slice_eq_text(host, "::"))
		host = SLICE_LIT("localhost");
	buf_addf(out,
	    slice_find(host, ':') < host.n ? "https://[" SLICE_FMT "]:%u"
					   : "https://" SLICE_FMT ":%u",
	    SLICE_ARG(host), number(s, CONF_ADMIN_PORT));
}

bool
roof_admin_link(void *server, struct buf *out)
{
	struct server *s = server;

	if (number(s, CONF_ADMIN_PORT) == 0) {
		buf_add_text(out,
		    "the admin port is switched off; set admin.port\n");
		return false;
	}
	add_admin_site(s, out);
	admin_add_link(s->admin, out);
	buf_add_char(out, '\n');
	return true;
}
