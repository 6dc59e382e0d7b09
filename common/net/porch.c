/* SPDX-License-Identifier: MIT */
#include "common/net/porch.h"

#include "common/base/panic.h"
#include "common/net/io.h"
#include "common/net/proxy.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	HEADER_MS = 5000,
};

struct guest {
	struct list node; /* unlinked: it does not wait yet */
	struct io io;
	struct timer deadline;
	struct porch *porch;
	struct arrival at;
	struct buf head; /* what came of the header */
};

/* ---- leaving ---- */

static void
guest_leave(struct guest *g)
{
	struct porch *p = g->porch;

	if (list_linked(&g->node)) {
		list_remove(&g->node);
		p->nguests--;
		timer_stop(&g->deadline);
		io_close(p->loop, &g->io);
		if (p->limits != NULL)
			conn_limits_leave_unknown(p->limits);
	}
	buf_free(&g->head);
	free(g);
}

static void
guest_refuse(struct guest *g, enum close_reason why)
{
	struct porch *p = g->porch;
	struct arrival at = g->at;

	guest_leave(g);
	(void)close(at.fd);
	p->refused(p, &at.peer, why);
}

static void
guest_admit(struct guest *g)
{
	struct porch *p = g->porch;
	struct arrival at = g->at;

	guest_leave(g);
	p->known(p, &at);
}

/* ---- waiting ---- */

static void guest_step(struct guest *g);

static void
guest_on_ready(struct io *io, unsigned events)
{
	(void)events;
	guest_step(CONTAINER_OF(io, struct guest, io));
}

static void
guest_on_deadline(struct timer *t)
{
	guest_refuse(CONTAINER_OF(t, struct guest, deadline),
	    CLOSE_PROXY_DEADLINE);
}

static void
guest_wait(struct guest *g)
{
	struct porch *p = g->porch;

	if (p->nguests >= p->most ||
	    (p->limits != NULL && !conn_limits_enter_unknown(p->limits))) {
		guest_refuse(g, CLOSE_SERVER_FULL);
		return;
	}
	list_push(&p->guests, &g->node);
	p->nguests++;
	g->deadline.fire = guest_on_deadline;
	timer_start(p->loop, &g->deadline, HEADER_MS);
	g->io.ready = guest_on_ready;
	if (!io_open(p->loop, &g->io, g->at.fd))
		guest_refuse(g, CLOSE_IO);
}

/* ---- reading ---- */

/* Take n bytes that were seen already off the socket. */
static bool
guest_take(struct guest *g, char *to, size_t n)
{
	return recv(g->at.fd, to, n, 0) == (ssize_t)n;
}

/*
 * What has come of the header is read, or all of it.  On failure false and
 * *why.
 */
static bool
guest_read(struct guest *g, struct proxy_header *h, enum close_reason *why)
{
	char bytes[PROXY_HEADER_MAX];
	size_t had = g->head.n;
	char *fresh = bytes + had;
	ssize_t n =
	    recv(g->at.fd, fresh, sizeof(bytes) - had, MSG_PEEK | MSG_DONTWAIT);

	*h = (struct proxy_header){ .result = PROXY_MORE };
	*why = n == 0 ? CLOSE_PEER : CLOSE_PEER_RESET;
	if (n <= 0)
		return n < 0 && (errno == EAGAIN || errno == EINTR);
	if (had > 0)
		memcpy(bytes, g->head.p, had);
	*h = proxy_read(slice_make(bytes, had + (size_t)n));
	switch (h->result) {
	case PROXY_MORE:
		buf_add(&g->head, fresh, (size_t)n);
		ASSERT(buf_ok(&g->head) && g->head.n < PROXY_HEADER_MAX);
		return guest_take(g, fresh, (size_t)n);
	case PROXY_KNOWN:
	case PROXY_SELF:
		ASSERT(h->n > had);
		return guest_take(g, fresh, h->n - had);
	case PROXY_BROKEN:
		break;
	}
	*why = CLOSE_PROXY_HEADER;
	return false;
}

static void
guest_step(struct guest *g)
{
	struct proxy_header h;
	enum close_reason why;

	if (!guest_read(g, &h, &why)) {
		guest_refuse(g, why);
		return;
	}
	if (h.result == PROXY_MORE) {
		if (!list_linked(&g->node))
			guest_wait(g);
		return;
	}
	if (h.result == PROXY_KNOWN) {
		g->at.peer = h.client;
		g->at.local = h.reached;
	}
	guest_admit(g);
}

/* ---- the porch ---- */

void
porch_init(struct porch *p)
{
	list_init(&p->guests);
	p->nguests = 0;
}

void
porch_take(struct porch *p, const struct arrival *a)
{
	struct guest *g = mem_alloc(sizeof(*g));

	g->porch = p;
	g->at = *a;
	buf_init(&g->head, PROXY_HEADER_MAX);
	/* often the header has come with the connection */
	guest_step(g);
}

void
porch_close(struct porch *p)
{
	while (!list_empty(&p->guests))
		guest_refuse(CONTAINER_OF(p->guests.next, struct guest, node),
		    CLOSE_DRAIN);
}
