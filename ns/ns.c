/* SPDX-License-Identifier: MIT */
#include "ns/ns.h"

#include "common/base/panic.h"
#include "ns/conn.h"
#include "ns/gateway.h"

#include <stdlib.h>

enum {
	/* a UBX of 64 KiB and its line; a profile with a long ticket */
	SCRATCH_MAX = 256 * 1024,
	ARENA_MAX = 1024 * 1024
};

struct ns *
ns_new(struct core *c, const struct ns_config *cfg)
{
	struct ns *ns = mem_alloc(sizeof(*ns));

	ns->core = c;
	ns->loop = c->loop;
	ns->cfg = *cfg;
	list_init(&ns->conns);
	buf_init(&ns->scratch, SCRATCH_MAX);
	arena_init(&ns->arena, ARENA_MAX);
	ns->gateway = gateway_new(ns);
	referral_init(ns);
	command_index(ns->verbs);
	return ns;
}

void
ns_config_set(struct ns *ns, const struct ns_config *cfg)
{
	ns->cfg = *cfg;
}

void
ns_free(struct ns *ns)
{
	ASSERT(list_empty(&ns->conns));
	gateway_free(ns->gateway);
	referral_free(ns);
	buf_free(&ns->scratch);
	arena_free(&ns->arena);
	free(ns->spare);
	free(ns);
}

void
ns_drain(struct ns *ns)
{
	LIST_EACH(it, &ns->conns) {
		struct conn *c = CONTAINER_OF(it, struct conn, node);

		if (!(c->state & CONN_SIGNED_IN))
			conn_end(c, CLOSE_DRAIN);
	}
}

size_t
ns_connections(const struct ns *ns)
{
	return ns->nconns;
}

size_t
ns_relayed(const struct ns *ns)
{
	return gateway_open_sessions(ns->gateway);
}

void
ns_each_online(struct ns *ns,
    void (*row)(void *ctx, struct slice address, const char *dialect,
	const struct addr *peer),
    void *ctx)
{
	LIST_EACH(it, &ns->conns) {
		struct conn *c = CONTAINER_OF(it, struct conn, node);

		if (c->state & CONN_SIGNED_IN)
			row(ctx, account_address(c->session.account),
			    c->dialect->name, &c->link->peer);
	}
}
