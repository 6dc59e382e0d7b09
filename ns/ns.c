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

bool
ns_relays(const struct ns *ns, struct slice id)
{
	const struct link *l = gateway_link(ns->gateway, id);
	const struct conn *c = l != NULL ? l->session : NULL;

	return c != NULL && (c->state & (CONN_SIGNED_IN | CONN_SEATED));
}

size_t
ns_relayed(const struct ns *ns)
{
	return gateway_open_sessions(ns->gateway);
}

void
ns_end_from(struct ns *ns, const struct subnet *from, enum close_reason why)
{
	LIST_EACH(it, &ns->conns) {
		struct conn *c = CONTAINER_OF(it, struct conn, node);

		if (c->state != CONN_ENDED && subnet_has(from, &c->link->peer))
			conn_end(c, why);
	}
}

void
ns_each_online(struct ns *ns,
    void (*row)(void *ctx, const struct ns_online *who), void *ctx)
{
	LIST_EACH(it, &ns->conns) {
		struct conn *c = CONTAINER_OF(it, struct conn, node);
		struct ns_online who;

		if (!(c->state & CONN_SIGNED_IN))
			continue;
		who = (struct ns_online){
			.address = account_address(c->session.account),
			.name = account_name(c->session.account),
			.dialect = c->dialect->name,
			.client = c->client != NULL ? c->client : "",
			.peer = &c->link->peer,
			.since = c->since,
		};
		row(ctx, &who);
	}
}
