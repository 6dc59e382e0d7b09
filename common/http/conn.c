/* SPDX-License-Identifier: MIT */
/*
 * Accepted connections until MHD has them.  A plain one is handed over as it
 * is once its first line shows that MHD will understand it.
 */
#include "common/http/http_priv.h"

#include "common/base/panic.h"
#include "common/net/log_peer.h"

#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static struct http_conn *
conn_of_fd_node(struct map_node *node)
{
	return CONTAINER_OF(node, struct http_conn, by_fd);
}

static void
conn_forget_fd(struct http_conn *c)
{
	if (!c->given)
		return;
	c->given = false;
	if (c->http != NULL)
		map_remove(&c->http->by_fd, &c->by_fd);
}

static void
conn_leave(struct http_conn *c)
{
	struct http *h = c->http;

	if (h == NULL)
		return;
	list_remove(&c->node);
	conn_limits_leave(h->conns_limits, &c->peer);
	c->http = NULL;
}

static void
conn_unwatch(struct http_conn *c)
{
	if (c->watch != NULL)
		watch_close(c->watch);
	c->watch = NULL;
}

static void
conn_drop_fd(struct http_conn *c)
{
	conn_unwatch(c);
	if (c->fd >= 0)
		(void)close(c->fd);
	c->fd = -1;
}

void
http_conn_free_if_over(struct http_conn *c)
{
	if (c->fd >= 0 || c->front != NULL || c->back != NULL || c->given)
		return;
	timer_stop(&c->deadline);
	http_pace_end(c);
	conn_leave(c);
	free(c);
}

void
http_conn_count(struct http_conn *c, enum close_reason why, const char *tls)
{
	if (c->http != NULL)
		c->http->stats.closed[why]++;
	if (close_is_error(why))
		log_peer(LOG_INFO, LOG_PEER_FEW, "http-end", &c->peer,
		    LOG_T("reason", close_name(why)),
		    LOG_T("text", close_text(why)), LOG_T("tls", tls));
}

static void
conn_end(struct http_conn *c, enum close_reason why)
{
	http_conn_count(c, why, "");
	conn_drop_fd(c);
	http_conn_free_if_over(c);
}

struct http_conn *
http_conn_by_fd(struct http *h, int fd)
{
	struct map_node *node = map_get_id(&h->by_fd, (uint64_t)fd);

	return node != NULL ? conn_of_fd_node(node) : NULL;
}

void
http_conn_returned(struct http_conn *c)
{
	http_pace_end(c);
	conn_forget_fd(c);
	http_conn_free_if_over(c);
}

/* ---- handing over ---- */

union any_address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static socklen_t
address_make(union any_address *sa, const struct addr *a)
{
	memset(sa, 0, sizeof(*sa));
	if (a->family == 4) {
		sa->v4.sin_family = AF_INET;
		sa->v4.sin_port = htons(a->port);
		memcpy(&sa->v4.sin_addr, a->ip, sizeof(sa->v4.sin_addr));
		return sizeof(sa->v4);
	}
	sa->v6.sin6_family = AF_INET6;
	sa->v6.sin6_port = htons(a->port);
	memcpy(&sa->v6.sin6_addr, a->ip, sizeof(sa->v6.sin6_addr));
	return sizeof(sa->v6);
}

bool
http_conn_give(struct http_conn *c, int fd)
{
	struct http *h = c->http;
	struct http_conn *stale = http_conn_by_fd(h, fd);
	union any_address sa;
	socklen_t n = address_make(&sa, &c->peer);

	/* MHD closed that one before it had begun. */
	if (stale != NULL)
		http_conn_returned(stale);
	map_put_id(&h->by_fd, &c->by_fd, (uint64_t)fd);
	c->given = true;
	c->lent = fd;
	http_pace_headers(c);
	if (MHD_add_connection(h->daemon, fd, &sa.any, n) != MHD_YES) {
		conn_forget_fd(c);
		return false;
	}
	http_pump_soon(h);
	return true;
}

/* ---- the first line of a plain connection ---- */

/* Poll says readable again only when more than these bytes are there. */
static void
conn_want_more_than(struct http_conn *c, int n)
{
	int low = n + 1;

	if (c->peeked == n)
		return;
	c->peeked = n;
	(void)setsockopt(c->fd, SOL_SOCKET, SO_RCVLOWAT, &low, sizeof(low));
}

static void
conn_hand_over(struct http_conn *c)
{
	int fd = c->fd;

	conn_unwatch(c);
	timer_stop(&c->deadline);
	c->fd = -1;
	if (!http_conn_give(c, fd))
		conn_end(c, CLOSE_IO);
}

static void
conn_bridge(struct http_conn *c)
{
	struct link *front;

	conn_unwatch(c);
	front = stream_new(c->http->loop, c->fd, &http_bridge_limits, NULL);
	c->fd = -1;
	if (front == NULL) {
		conn_end(c, CLOSE_IO);
		return;
	}
	http_bridge_front(c, front);
	stream_start(front);
}

static void
conn_peek(struct http_conn *c)
{
	char line[HTTP_LINE_MAX];
	ssize_t n = recv(c->fd, line, sizeof(line), MSG_PEEK);
	size_t end;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0 || n == c->peeked) {
		conn_end(c, n < 0 ? CLOSE_PEER_RESET : CLOSE_PEER);
		return;
	}
	switch (http_line_look(slice_make(line, (size_t)n), &end)) {
	case HTTP_LINE_MORE:
		conn_want_more_than(c, (int)n);
		return;
	case HTTP_LINE_AS_IS:
		conn_want_more_than(c, 0);
		conn_hand_over(c);
		return;
	case HTTP_LINE_NO_VERSION:
		conn_want_more_than(c, 0);
		conn_bridge(c);
		return;
	}
}

static void
conn_on_ready(void *ctx, unsigned events)
{
	(void)events;
	conn_peek(ctx);
}

static void
conn_on_deadline(struct timer *t)
{
	conn_end(CONTAINER_OF(t, struct http_conn, deadline),
	    CLOSE_REQUEST_DEADLINE);
}

static struct http_conn *
conn_new(struct http_entry *e, const struct addr *peer,
    const struct addr *local)
{
	struct http_conn *c = mem_alloc(sizeof(*c));

	c->http = e->http;
	c->kind = e->kind;
	c->peer = *peer;
	c->local = *local;
	c->fd = -1;
	http_pace_init(c);
	list_push(&e->http->conns, &c->node);
	e->http->stats.connections++;
	return c;
}

static void
accept_plain(struct http_conn *c, int fd)
{
	struct http *h = c->http;

	c->fd = fd;
	c->watch = watch_open(h->loop, fd, conn_on_ready, c);
	if (c->watch == NULL) {
		conn_end(c, CLOSE_IO);
		return;
	}
	c->deadline.fire = conn_on_deadline;
	timer_start(h->loop, &c->deadline, h->limits.first_ms);
	watch_set(c->watch, WATCH_READ);
}

static void
accept_tls(struct http_conn *c, struct http_entry *e, int fd)
{
	struct link *front = tls_stream_new(e->tls, fd, &http_bridge_limits,
	    NULL, e->kind == HTTP_ADMIN);

	if (front == NULL) {
		conn_end(c, CLOSE_IO);
		return;
	}
	http_bridge_front(c, front);
	tls_start(front);
}

static void
on_accepted(void *ctx, int fd, const struct addr *peer,
    const struct addr *local)
{
	struct http_entry *e = ctx;
	struct http_conn *c = conn_new(e, peer, local);

	if (!http_pace_enter(c)) {
		(void)close(fd);
		conn_end(c, CLOSE_SERVER_FULL);
		return;
	}
	if (e->tls != NULL)
		accept_tls(c, e, fd);
	else
		accept_plain(c, fd);
}

static void
on_refused(void *ctx, const struct addr *peer, enum close_reason why)
{
	struct http_entry *e = ctx;

	e->http->stats.closed[why]++;
	if (close_is_error(why))
		log_peer(LOG_WARN, LOG_PEER_FEW, "http-refused", peer,
		    LOG_T("reason", close_name(why)));
}

const struct listener_user http_listener_user = {
	.accepted = on_accepted,
	.refused = on_refused,
};

/* MHD sees the end of what it has, and closes it itself. */
void
http_conn_cut(struct http_conn *c, enum close_reason why)
{
	if (c->fd >= 0) {
		conn_end(c, why);
	} else if (c->front != NULL) {
		link_close(c->front, why);
	} else if (c->given) {
		http_conn_count(c, why, "");
		(void)shutdown(c->lent, SHUT_RDWR);
	}
}

void
http_end_from(struct http *h, const struct subnet *from, enum close_reason why)
{
	LIST_EACH(it, &h->conns) {
		struct http_conn *c = CONTAINER_OF(it, struct http_conn, node);

		if (subnet_has(from, &c->peer))
			http_conn_cut(c, why);
	}
}

void
http_conn_abandon(struct http_conn *c)
{
	timer_stop(&c->deadline);
	http_pace_end(c);
	conn_forget_fd(c);
	conn_drop_fd(c);
	conn_leave(c);
	if (c->front != NULL)
		link_close(c->front, CLOSE_DRAIN);
	if (c->back != NULL)
		link_close(c->back, CLOSE_DRAIN);
	http_conn_free_if_over(c);
}
