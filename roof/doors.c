/* SPDX-License-Identifier: MIT */
#include "common/base/log.h"
#include "common/base/panic.h"
#include "common/net/log_peer.h"
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

	if (l == NULL) {
		conn_limits_leave(s->limits, peer);
		return;
	}
	stream_set_ends(l, peer, local);
	metrics_add(s->metrics, COUNTER_NS_CONNECTIONS, 1);
	ns_accept(s->ns, l);
	stream_start(l);
}

static void
chat_taken(struct server *s, int fd, const struct addr *ends[2],
    enum chat_stage stage)
{
	static const struct stream_limits limits = { .out_soft = 64 * 1024,
		.out_hard = 512 * 1024,
		.in_max = CHAT_HELD_MAX };
	struct link *l = stream_new(s->loop, fd, &limits, &s->barrier);

	if (l == NULL) {
		conn_limits_leave(s->limits, ends[0]);
		return;
	}
	stream_set_ends(l, ends[0], ends[1]);
	metrics_add(s->metrics, COUNTER_CHAT_CONNECTIONS, 1);
	chat_accept(s->chat, l, stage);
	stream_start(l);
}

static void
chat_accepted(void *ctx, int fd, const struct addr *peer,
    const struct addr *local)
{
	struct server *s = ctx;
	const struct addr *ends[2] = { peer, local };
	bool alone = number(s, CONF_CHAT_DIRECTORY) != 0;

	chat_taken(s, fd, ends, alone ? CHAT_ROOMS : CHAT_EITHER);
}

static void
directory_accepted(void *ctx, int fd, const struct addr *peer,
    const struct addr *local)
{
	const struct addr *ends[2] = { peer, local };

	chat_taken(ctx, fd, ends, CHAT_DIRECTORY);
}

static void
refused(void *ctx, const struct addr *peer, enum close_reason why)
{
	struct server *s = ctx;

	metrics_closed(s->metrics, why);
	if (!close_is_error(why))
		return;
	log_peer(LOG_WARN, LOG_PEER_FEW, "connection-refused", peer,
	    LOG_T("reason", close_name(why)));
}

static const struct listener_user ns_door = { ns_accepted, refused };
static const struct listener_user chat_door = { chat_accepted, refused };
static const struct listener_user directory_door = { directory_accepted,
	refused };

static const char *
door_advice(int err)
{
	if (err == -EACCES)
		return "ports below 1024 need root or CAP_NET_BIND_SERVICE; "
		       "choose another with --set";
	if (err == -EADDRINUSE)
		return "another program has it; stop that or choose another "
		       "port with --set";
	if (err == -EADDRNOTAVAIL)
		return "this machine has no such address; \"ip addr\" shows "
		       "what it has";
	if (err == -EAFNOSUPPORT)
		return "this system has no IPv6; take it out of the list";
	return "check listen.address";
}

/* ns=10.0.0.2 is for ns.port. */
static void
read_proxies(struct server *s, struct door *d)
{
	struct slice name = slice_text(d->name), wrong;

	name = slice_upto(name, slice_find(name, '.'));
	/* the settings were checked */
	if (!subnets_read(&d->proxies, text(s, CONF_LISTEN_PROXY), name,
		&wrong))
		d->proxies.n = 0;
}

void
roof_doors_apply(struct server *s)
{
	for (size_t i = 0; i < ROOF_DOORS; i++)
		read_proxies(s, &s->doors[i]);
}

static int
open_door(struct server *s, struct door *d, char *err, size_t errlen)
{
	uint16_t port = (uint16_t)number(s, d->port);
	struct slice rest = text(s, d->address), host;
	int why;

	if (port == 0)
		return 0;
	for (size_t i = 0; slice_cut_word(&rest, &host); i++) {
		/* the settings were checked */
		ASSERT(i < LISTENERS_MAX);
		d->listeners[i] = listener_open(s->loop, host, port, s->limits,
		    d->user, d->ctx, &why);
		if (d->listeners[i] != NULL) {
			listener_set_proxies(d->listeners[i], &d->proxies);
			continue;
		}
		(void)snprintf(err, errlen,
		    "cannot listen on " SLICE_FMT " port %u (%s): %s; %s",
		    SLICE_ARG(host), port, d->name, strerror(-why),
		    door_advice(why));
		/* it may come with the network */
		s->may_pass = why == -EADDRNOTAVAIL;
		return -1;
	}
	return 0;
}

int
roof_open_doors(struct server *s, char *err, size_t errlen)
{
	const struct door doors[ROOF_DOORS] = {
		{ .name = "ns.port",
		    .port = CONF_NS_PORT,
		    .address = CONF_LISTEN_ADDRESS,
		    .user = &ns_door,
		    .ctx = s },
		{ .name = "http.port",
		    .port = CONF_HTTP_PORT,
		    .address = CONF_LISTEN_ADDRESS,
		    .user = &http_listener_user,
		    .ctx = http_plain_ctx(s->http) },
		{ .name = "https.port",
		    .port = CONF_HTTPS_PORT,
		    .address = CONF_LISTEN_ADDRESS,
		    .user = &http_listener_user,
		    .ctx = http_tls_ctx(s->http, s->tls, false) },
		{ .name = "chat.port",
		    .port = CONF_CHAT_PORT,
		    .address = CONF_LISTEN_ADDRESS,
		    .user = &chat_door,
		    .ctx = s },
		{ .name = "chat.directory-port",
		    .port = CONF_CHAT_DIRECTORY,
		    .address = CONF_LISTEN_ADDRESS,
		    .user = &directory_door,
		    .ctx = s },
		{ .name = "admin.port",
		    .port = CONF_ADMIN_PORT,
		    .address = CONF_ADMIN_ADDRESS,
		    .user = &http_listener_user,
		    .ctx = http_tls_ctx(s->http, s->tls, true) },
	};

	for (size_t i = 0; i < ROOF_DOORS; i++) {
		s->doors[i] = doors[i];
		read_proxies(s, &s->doors[i]);
		if (open_door(s, &s->doors[i], err, errlen) != 0)
			return -1;
	}
	return 0;
}

/* "ns=1863 http=80,8080": the doors of one address, or of all. */
void
roof_say_ready(const struct server *s)
{
	struct slice dir = text(s, CONF_DATA_DIR);
	struct log_field fields[2 + 2 * ROOF_DOORS] = { LOG_S("data", dir),
		LOG_S("address", text(s, CONF_LISTEN_ADDRESS)) };
	struct buf status = BUF_INIT(4096);
	size_t n = 2;

	buf_add_text(&status, "ready:");
	for (size_t i = 0; i < ROOF_DOORS; i++) {
		const struct door *d = &s->doors[i];

		if (d->listeners[0] == NULL)
			continue;
		if (d->address != CONF_LISTEN_ADDRESS)
			fields[n++] =
			    LOG_S("admin.address", text(s, d->address));
		fields[n++] = LOG_N(d->name, listener_port(d->listeners[0]));
		buf_addf(&status, " %s %u", d->name,
		    listener_port(d->listeners[0]));
	}
	log_event(LOG_INFO, "ready", fields, n);
	buf_add_char(&status, '\0');
	service_status(status.p);
	buf_free(&status);
}

void
roof_close_doors(struct server *s, bool all)
{
	for (size_t i = 0; i < ROOF_DOORS; i++) {
		struct listener **li = s->doors[i].listeners;

		if (!all && s->doors[i].user != &ns_door)
			continue;
		for (size_t j = 0; j < LISTENERS_MAX && li[j] != NULL; j++) {
			listener_close(li[j]);
			li[j] = NULL;
		}
	}
}
