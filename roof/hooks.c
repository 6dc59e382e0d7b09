/* SPDX-License-Identifier: MIT */
#include "common/base/log.h"
#include "roof/roof.h"

enum {
	DRAIN_POLL_MS = 50,
	DRAIN_FIRST_MS = 1, /* often nobody is there */
	DRAIN_HTTP_MS = 6000
};

/* A program here would reach "*" at this address. */
static struct slice
reached(struct slice host)
{
	if (slice_eq_text(host, "*") || slice_eq_text(host, "0.0.0.0"))
		return SLICE_LIT("127.0.0.1");
	return slice_eq_text(host, "::") ? SLICE_LIT("::1") : host;
}

static bool
hook_listeners(void *ctx, struct buf *out)
{
	struct server *s = ctx;
	bool well = true;

	for (size_t i = 0; i < ROOF_DOORS; i++) {
		const struct door *d = &s->doors[i];
		struct slice rest = text(s, d->address), host;

		for (size_t j = 0; j < LISTENERS_MAX && d->listeners[j]; j++) {
			bool good = listener_accepts(d->listeners[j]);

			(void)slice_cut_word(&rest, &host);
			host = reached(host);
			buf_addf(out, "%s %s on " SLICE_FMT " port %u\n",
			    d->name,
			    good ? "accepts" : "does not accept connections",
			    SLICE_ARG(host), listener_port(d->listeners[j]));
			well &= good;
		}
	}
	return well;
}

static void
online_row(void *ctx, const struct ns_online *who)
{
	char ip[ADDR_TEXT_MAX];

	buf_addf(ctx, SLICE_FMT "\t%s\t%s\t%s\n", SLICE_ARG(who->address),
	    who->dialect, addr_text(who->peer, ip), who->client);
}

static bool
hook_online(void *ctx, struct buf *out)
{
	ns_each_online(((struct server *)ctx)->ns, online_row, out);
	return true;
}

static bool
hook_reload(void *ctx, struct buf *out)
{
	struct server *s = ctx;
	char err[4096] = ""; /* a line for each wrong setting */
	struct conf *next = options_conf(&s->opts, out, err, sizeof(err));
	bool ok = false;

	service_reloading(s->service);
	if (next != NULL) {
		conf_adopt(s->conf, next, out);
		conf_free(next);
		ok = roof_apply(s, err, sizeof(err));
	}
	if (!ok) {
		buf_addf(out, "%s\n", err);
		log_error("reload-failed", LOG_T("why", err));
	} else {
		roof_kept_reload(s);
		log_info("reloaded",
		    LOG_T("config", s->opts.config ? s->opts.config : ""));
	}
	service_ready(s->service);
	return ok;
}

/* First the sessions, then what is left of HTTP; each has until its deadline. */
static void
drain_step(struct timer *t)
{
	struct server *s = CONTAINER_OF(t, struct server, drain_poll);
	bool waiting = loop_now(s->loop) < s->drain_until;
	/* an operator's change is not over when the last session is */
	bool busy = ns_connections(s->ns) > 0 ||
	    chat_connections(s->chat) > 0 || s->core.nrequests > 0;

	timer_start(s->loop, t, DRAIN_POLL_MS);
	if (s->http != NULL) {
		if (busy && waiting)
			return;
		roof_close_doors(s, true);
		/* its counts go with it */
		metrics_closed_by(s->metrics, NULL);
		http_free(s->http);
		s->http = NULL;
		s->drain_until = loop_now(s->loop) + DRAIN_HTTP_MS;
		timer_start(s->loop, t, DRAIN_FIRST_MS);
		return;
	}
	if (conn_limits_open(s->limits) > 0 && waiting)
		return;
	loop_stop(s->loop);
}

static void
drain(void *ctx)
{
	struct server *s = ctx;

	if (s->core.draining)
		return;
	log_info("draining", LOG_N("sessions", s->core.nsessions));
	service_stopping(s->service);
	/* the next poll of a gateway session may be a new connection */
	roof_close_doors(s, ns_relayed(s->ns) == 0);
	core_drain(&s->core);
	ns_drain(s->ns);
	chat_drain(s->chat);
	s->drain_until =
	    loop_now(s->loop) + number(s, CONF_LIMIT_DRAIN) * 1000u;
	s->drain_poll.fire = drain_step;
	timer_start(s->loop, &s->drain_poll, DRAIN_FIRST_MS);
}

static bool
hook_drain(void *ctx, struct buf *out)
{
	buf_add_text(out, "stopping\n");
	drain(ctx);
	return true;
}

static bool
hook_rotate(void *ctx, struct buf *out)
{
	struct server *s = ctx;

	(void)out;
	return keyring_rotate(&s->keyring, s->core.env) == 0;
}

static bool
hook_certs_show(void *ctx, struct buf *out)
{
	certs_describe(&((struct server *)ctx)->keyring.certs, out);
	return true;
}

static bool
hook_certs_export(void *ctx, const char *path, struct buf *out)
{
	struct server *s = ctx;
	char err[ROOF_ERR] = "";

	if (keyring_export(&s->keyring, path, err, sizeof(err)) != 0) {
		buf_addf(out, "%s\n", err);
		return false;
	}
	buf_addf(out,
	    "%s/ca.cer is for Windows, %s/ca.pem for everything else\n", path,
	    path);
	return true;
}

static void
authority_made(void *arg, const char *err)
{
	struct control_call *call = arg;

	if (err != NULL)
		buf_addf(control_out(call), "%s\n", err);
	else
		buf_add_text(control_out(call),
		    "A new certificate authority is in use.\n\n"
		    "On every computer that trusted the old one: open this "
		    "server's page /connect,\ninstall the new certificate, and "
		    "remove the old \"Nudge Root\" from the list of\ntrusted "
		    "authorities.  \"nudgectl certs show\" tells the new one's "
		    "name and\nfingerprints; \"nudgectl certs export FOLDER\" "
		    "writes it for a USB stick.\n");
	control_done(call, err == NULL);
}

static void
hook_certs_renew(void *ctx, struct control_call *call)
{
	struct server *s = ctx;

	if (keyring_renew_authority(&s->keyring, authority_made, call))
		return;
	buf_add_text(control_out(call),
	    "certificates are being made right now; try again in a moment\n");
	control_done(call, false);
}

/*
 * A name of the service would do on a computer that asks this server for it,
 * and would show the link to strangers on every other.
 */
void
roof_add_site(void *ctx, struct buf *out)
{
	const struct server *s = ctx;
	unsigned tls = number(s, CONF_HTTPS_PORT);
	unsigned port = tls != 0 ? tls : number(s, CONF_HTTP_PORT);
	struct slice host = text(s, CONF_PUBLIC_ADDRESS);

	if (host.n == 0)
		host = text(s, CONF_LISTEN_ADDRESS);
	if (slice_eq_text(host, "*") || slice_eq_text(host, "0.0.0.0") ||
	    slice_eq_text(host, "::"))
		host = SLICE_LIT("localhost");
	buf_add_text(out, tls != 0 ? "https://" : "http://");
	buf_addf(out,
	    slice_find(host, ':') < host.n ? "[" SLICE_FMT "]" : SLICE_FMT,
	    SLICE_ARG(host));
	if (port != (tls != 0 ? 443 : 80))
		buf_addf(out, ":%u", port);
}

const struct operator_hooks roof_hooks = { hook_listeners, hook_online,
	hook_reload, roof_settings, roof_settings_fit, hook_drain, hook_rotate,
	hook_certs_show, hook_certs_export, hook_certs_renew, roof_add_site,
	roof_banned, roof_admin_link, roof_upstream_list, roof_upstream_test };

static void
signal_reload(void *ctx)
{
	struct buf out = BUF_INIT(65536);

	(void)hook_reload(ctx, &out);
	buf_free(&out);
}

const struct service_user roof_signals = { signal_reload, drain };

void
roof_certs_renewed(void *ctx)
{
	struct server *s = ctx;
	struct tls_config cfg;
	char err[ROOF_ERR] = "";

	roof_connect_settings(s);
	roof_tls_settings(s, &cfg);
	if (tls_reload(s->tls, &cfg, err, sizeof(err)) != 0)
		log_error("certs-not-loaded", LOG_T("why", err));
	else
		log_info("certs-renewed", LOG_T("text", "new leaves in use"));
}
