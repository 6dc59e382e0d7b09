/* SPDX-License-Identifier: MIT */
#include "common/base/log.h"
#include "roof/roof.h"

#include <errno.h>
#include <stdio.h>

static void
ns_accepted(void *ctx, int fd, const struct addr *peer,
    const struct addr *local)
{
	static const struct stream_limits limits = { .out_soft = MSNP_OUT_SOFT,
		.out_hard = MSNP_OUT_HARD,
		.in_max = MSNP_HELD_MAX };
	struct server *s = ctx;
	struct link *l = stream_new(s->loop, fd, &limits, &s->barrier);

	(void)local;
	if (l == NULL) {
		conn_limits_leave(s->limits, peer);
		return;
	}
	/* a connection that was reset meanwhile cannot tell any more */
	l->peer = *peer;
	metrics_add(s->metrics, COUNTER_NS_CONNECTIONS, 1);
	ns_accept(s->ns, l);
	stream_start(l);
}

static void
ns_refused(void *ctx, const struct addr *peer, int which)
{
	struct server *s = ctx;
	enum close_reason why = which == 0 ? CLOSE_TOO_MANY : CLOSE_SERVER_FULL;
	char ip[ADDR_TEXT_MAX];

	metrics_closed(s->metrics, why);
	log_warn("connection-refused", LOG_T("peer", addr_text(peer, ip)),
	    LOG_T("reason", close_name(why)));
}

static const struct listener_user ns_door = { ns_accepted, ns_refused };

static const char *
door_advice(int err)
{
	if (err == -EACCES)
		return "ports below 1024 need root or CAP_NET_BIND_SERVICE; "
		       "choose another with --set";
	if (err == -EADDRINUSE)
		return "another program has it; stop that or choose another "
		       "port with --set";
	return "check listen.address";
}

static int
open_door(struct server *s, struct door *d, char *err, size_t errlen)
{
	uint16_t port = (uint16_t)number(s, d->port);
	int why;

	if (port == 0)
		return 0;
	d->listener = listener_open(s->loop, text(s, d->address), port,
	    s->limits, d->user, d->ctx, &why);
	if (d->listener != NULL)
		return 0;
	(void)snprintf(err, errlen, "cannot listen on port %u (%s): %s; %s",
	    port, d->name, strerror(-why), door_advice(why));
	return -1;
}

int
roof_open_doors(struct server *s, char *err, size_t errlen)
{
	const struct door doors[ROOF_DOORS] = {
		{ "ns.port", CONF_NS_PORT, CONF_LISTEN_ADDRESS, NULL, &ns_door,
		    s },
		{ "http.port", CONF_HTTP_PORT, CONF_LISTEN_ADDRESS, NULL,
		    &http_listener_user, http_plain_ctx(s->http) },
		{ "https.port", CONF_HTTPS_PORT, CONF_LISTEN_ADDRESS, NULL,
		    &http_listener_user, http_tls_ctx(s->http, s->tls, false) },
		{ "admin.port", CONF_ADMIN_PORT, CONF_ADMIN_ADDRESS, NULL,
		    &http_listener_user, http_tls_ctx(s->http, s->tls, true) },
	};

	for (size_t i = 0; i < ROOF_DOORS; i++) {
		s->doors[i] = doors[i];
		if (open_door(s, &s->doors[i], err, errlen) != 0)
			return -1;
	}
	return 0;
}

void
roof_close_doors(struct server *s, bool all)
{
	for (size_t i = 0; i < ROOF_DOORS; i++) {
		if (!all && s->doors[i].user != &ns_door)
			continue;
		if (s->doors[i].listener != NULL)
			listener_close(s->doors[i].listener);
		s->doors[i].listener = NULL;
	}
}
