/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_ADMIN_H
#define NUDGE_ADMIN_H
/*
 * The pages for whoever runs the server, on the admin port alone.  There is
 * no password: nudgectl, which only the server's own user can run, makes a
 * link that opens them once, and the browser that used it is in for some
 * hours.  A restart, new ticket keys and signing out end that.
 */
#include "common/http/http.h"
#include "common/net/subnet.h"
#include "common/net/work.h"
#include "core/core.h"

struct admin;

/* Somebody who is signed in. */
struct admin_online {
	struct slice address;
	struct slice name; /* percent-encoded */
	const char *dialect;
	const char *client;
	const struct addr *peer;
	int64_t since; /* Unix seconds */
};

/* What only the roof knows. */
struct admin_hooks {
	const char *version;
	void (*each_online)(void *ctx,
	    void (*row)(void *row_ctx, const struct admin_online *who),
	    void *row_ctx);
	/* end every connection from there, as banned */
	void (*banned)(void *ctx, const struct subnet *network);
	/* the data folder */
	const char *(*folder)(void *ctx);
	struct workers *(*workers)(void *ctx);
	/* "https://host:port", where people reach their pages */
	void (*site)(void *ctx, struct buf *out);
	/* by which browsers may come, beside addresses; blanks between them */
	void (*names)(void *ctx, struct buf *out);
};

/* hooks must outlive it. */
struct admin *
admin_new(struct core *core, const struct admin_hooks *hooks, void *ctx);
/* No request may be open any more (http_free comes first). */
void admin_free(struct admin *a);
/* Rows for http_add_routes(h, rows, n, admin). */
const struct http_route *admin_routes(size_t *n);
/* "/admin/enter?t=...": good once, for ten minutes. */
void admin_add_link(struct admin *a, struct buf *out);

#endif
