/* SPDX-License-Identifier: MIT */
/* Its life, its settings, and what the core sees of it. */
#include "nexus/upstream/priv.h"

#include "common/base/panic.h"

#include <stdio.h>
#include <stdlib.h>

static struct slice
seam_home(void *ctx, struct slice address)
{
	const struct upstream *u = ctx;
	const struct upstream_server *s = upstream_config_home(u->cfg, address);

	return s == NULL ? (struct slice){ 0 } : slice_text(s->name);
}

static const struct elsewhere_rules *
seam_rules(void *ctx, struct slice home)
{
	const struct upstream *u = ctx;
	const struct upstream_server *s = upstream_config_server(u->cfg, home);

	return s == NULL ? NULL : &s->rules;
}

static struct slice
wrong_key(const struct map_node *node)
{
	const struct upstream_wrong *w = (const void *)node;

	return slice_make(w->key, SHA256_BYTES);
}

/* ---- servers ---- */

/*
 * Certificates may have changed in their files, so each begins anew.  What the
 * system trusts takes long to read: that is read once, unless it must be.
 */
static void
peer_connect(struct upstream *u, struct upstream_peer *p)
{
	const struct upstream_server *s = p->server;
	struct fetch_config c;

	memset(&c, 0, sizeof(c));
	c.timeout_ms = u->cfg->timeout_ms;
	c.parallel = u->cfg->parallel;
	c.waiting = UPSTREAM_WAITING_MAX;
	c.max_reply = u->cfg->max_reply;
	c.plain = s->plain;
	(void)snprintf(c.ca, sizeof(c.ca), "%s", s->ca);
	(void)snprintf(c.pin, sizeof(c.pin), "%s", s->pin);
	if (p->fetch != NULL && c.ca[0] == '\0' &&
	    memcmp(&c, &p->connected, sizeof(c)) == 0)
		return;
	if (p->fetch != NULL)
		fetch_retire(p->fetch);
	p->connected = c;
	p->fetch = fetch_new(u->loop, u->lib, &c);
}

static struct upstream_peer *
peer_make(struct upstream *u, const char *name)
{
	struct upstream_peer *p = upstream_peer(u, slice_text(name));

	if (p != NULL)
		return p;
	p = mem_alloc(sizeof(*p));
	(void)snprintf(p->name, sizeof(p->name), "%s", name);
	list_push(&u->peers, &p->node);
	return p;
}

static void
peer_drop(struct upstream_peer *p)
{
	if (p->fetch != NULL)
		fetch_retire(p->fetch);
	list_remove(&p->node);
	free(p);
}

static void
peers_set(struct upstream *u)
{
	LIST_EACH(it, &u->peers)
		CONTAINER_OF(it, struct upstream_peer, node)->server = NULL;
	for (unsigned i = 0; i < u->cfg->nservers; i++) {
		const struct upstream_server *s = &u->cfg->servers[i];
		struct upstream_peer *p = peer_make(u, s->name);

		p->server = s;
		peer_connect(u, p);
	}
	LIST_EACH(it, &u->peers) {
		struct upstream_peer *p =
		    CONTAINER_OF(it, struct upstream_peer, node);

		if (p->server == NULL)
			peer_drop(p);
	}
}

void
upstream_config_set(struct upstream *u, const struct upstream_config *cfg)
{
	*u->cfg = *cfg;
	peers_set(u);
}

/* ---- life ---- */

struct upstream *
upstream_new(struct loop *l, struct metrics *metrics,
    const struct upstream_config *cfg, struct slice id, char *err,
    size_t errlen)
{
	struct fetch_lib *lib = fetch_lib_open(err, errlen);
	unsigned char seed[16];
	struct upstream *u;

	if (lib == NULL)
		return NULL;
	u = mem_alloc(sizeof(*u));
	u->loop = l;
	u->env = loop_env(l);
	u->lib = lib;
	u->cfg = mem_alloc(sizeof(*u->cfg));
	u->seam = (struct elsewhere){ u, seam_home, seam_rules, upstream_ask };
	ASSERT(id.n > 0 && id.n <= UPSTREAM_ID_MAX);
	memcpy(u->id, id.p, id.n);
	env_random(u->env, u->secret, sizeof(u->secret));
	env_random(u->env, seed, sizeof(seed));
	map_init(&u->wrong, wrong_key, seed);
	list_init(&u->wrong_ages);
	list_init(&u->peers);
	upstream_ask_init(u);
	upstream_config_set(u, cfg);
	upstream_metrics(u, metrics);
	return u;
}

void
upstream_free(struct upstream *u)
{
	if (u == NULL)
		return;
	u->stopping = true;
	/* questions end while the servers they went to are still known */
	fetch_lib_close(u->lib);
	while (!list_empty(&u->peers)) {
		struct upstream_peer *p =
		    CONTAINER_OF(u->peers.next, struct upstream_peer, node);

		p->fetch = NULL;
		peer_drop(p);
	}
	upstream_ask_free(u);
	upstream_wrong_free(u);
	mem_wipe(u->secret, sizeof(u->secret));
	free(u->cfg);
	free(u);
}

struct elsewhere *
upstream_elsewhere(struct upstream *u)
{
	return &u->seam;
}
