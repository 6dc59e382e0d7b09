/* SPDX-License-Identifier: MIT */
#include "common/http/http_priv.h"

#include "common/base/panic.h"

#include <microhttpd.h>
#include <stdlib.h>

enum {
	RUNS = 16, /* of MHD in one go; then the others have their turn */
};

/* ---- MHD on our loop ---- */

/* Its descriptors are one epoll descriptor to us, its deadlines one timer. */
static void
pump_run(struct http *h)
{
	while (!list_empty(&h->again)) {
		struct http_request *rq =
		    CONTAINER_OF(h->again.next, struct http_request, again);

		list_remove(&rq->again);
		if (rq->suspended)
			MHD_resume_connection(rq->mhd);
		rq->suspended = false;
	}
	for (int i = 0; i < RUNS; i++) {
		MHD_UNSIGNED_LONG_LONG ms = 0;

		(void)MHD_run(h->daemon);
		if (MHD_get_timeout(h->daemon, &ms) != MHD_YES) {
			timer_stop(&h->timer);
			return;
		}
		if (ms > 0) {
			timer_start(h->loop, &h->timer, ms);
			return;
		}
	}
	loop_post(h->loop, &h->kick);
}

static void
pump_on_deferred(struct deferred *d)
{
	pump_run(CONTAINER_OF(d, struct http, pump));
}

static void
pump_on_timer(struct timer *t)
{
	http_pump_soon(CONTAINER_OF(t, struct http, timer));
}

static void
pump_on_kick(struct posted *p)
{
	http_pump_soon(CONTAINER_OF(p, struct http, kick));
}

static void
pump_on_ready(void *ctx, unsigned events)
{
	(void)events;
	http_pump_soon(ctx);
}

void
http_pump_soon(struct http *h)
{
	loop_defer(h->loop, &h->pump);
}

/* ---- life ---- */

static bool
http_watch(struct http *h)
{
	const union MHD_DaemonInfo *info;

	h->daemon = http_serve_start(h);
	if (h->daemon == NULL)
		return false;
	info = MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	if (info == NULL)
		return false;
	h->watch = watch_open(h->loop, info->epoll_fd, pump_on_ready, h);
	if (h->watch == NULL)
		return false;
	watch_set(h->watch, WATCH_READ);
	return true;
}

struct http *
http_new(struct loop *l, const struct http_limits *limits,
    struct conn_limits *conns)
{
	struct http *h = mem_alloc(sizeof(*h));

	h->loop = l;
	h->limits = *limits;
	h->conns_limits = conns;
	h->uploads = http_uploads_new(loop_now(l));
	h->timer.fire = pump_on_timer;
	h->pump.run = pump_on_deferred;
	h->kick.run = pump_on_kick;
	list_init(&h->tables);
	list_init(&h->entries);
	list_init(&h->conns);
	list_init(&h->requests);
	list_init(&h->again);
	map_init_id(&h->by_fd);
	if (!http_watch(h)) {
		http_free(h);
		return NULL;
	}
	return h;
}

/* MHD must not stop with a connection suspended. */
static void
http_stop_daemon(struct http *h)
{
	if (h->daemon == NULL)
		return;
	LIST_EACH(it, &h->requests) {
		struct http_request *rq =
		    CONTAINER_OF(it, struct http_request, node);

		if (rq->suspended)
			MHD_resume_connection(rq->mhd);
		rq->suspended = false;
	}
	MHD_stop_daemon(h->daemon);
	while (!list_empty(&h->requests))
		http_request_free(
		    CONTAINER_OF(h->requests.next, struct http_request, node));
}

void
http_free(struct http *h)
{
	if (h == NULL)
		return;
	h->stopping = true;
	if (h->watch != NULL)
		watch_close(h->watch);
	http_stop_daemon(h);
	timer_stop(&h->timer);
	deferred_cancel(&h->pump);
	posted_cancel(h->loop, &h->kick);
	while (!list_empty(&h->conns))
		http_conn_abandon(
		    CONTAINER_OF(h->conns.next, struct http_conn, node));
	map_free(&h->by_fd);
	free(h->uploads);
	LIST_EACH(it, &h->tables)
		free(CONTAINER_OF(it, struct http_table, node));
	LIST_EACH(it, &h->entries)
		free(CONTAINER_OF(it, struct http_entry, node));
	free(h);
}

void
http_add_routes(struct http *h, const struct http_route *rows, size_t n,
    void *front)
{
	struct http_table *t = mem_alloc(sizeof(*t));

	t->rows = rows;
	t->n = n;
	t->front = front;
	list_push(&h->tables, &t->node);
}

void
http_set_known(struct http *h,
    bool (*known)(void *ctx, struct http_request *rq, struct slice head),
    void *ctx)
{
	h->known = known;
	h->known_ctx = ctx;
}

static void *
entry_new(struct http *h, enum http_listener_kind kind, struct tls *t)
{
	struct http_entry *e = mem_alloc(sizeof(*e));

	e->http = h;
	e->kind = kind;
	e->tls = t;
	list_push(&h->entries, &e->node);
	return e;
}

void *
http_plain_ctx(struct http *h)
{
	return entry_new(h, HTTP_PLAIN, NULL);
}

void *
http_tls_ctx(struct http *h, struct tls *t, bool admin)
{
	return entry_new(h, admin ? HTTP_ADMIN : HTTP_TLS, t);
}

const struct http_stats *
http_get_stats(const struct http *h)
{
	return &h->stats;
}
