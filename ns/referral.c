/* SPDX-License-Identifier: MIT */
/*
 * Dispatch sends each sign-in here once (ns-classic 4.6).  A client that comes
 * back from the same address must be served, or it would be sent in circles;
 * when it has been, its next sign-in is sent here again, as some programs
 * cannot do without (field-runs 2.7).
 */
#include "common/base/panic.h"
#include "ns/conn.h"

#include <stdlib.h>

enum {
	REFERRAL_MS = 120000,
	REFERRALS_MAX = 65536,
	GROUP_BYTES = 16
};

struct referral {
	struct map_node node;
	struct list age;
	uint64_t until;
	uint8_t n;
	char key[GROUP_BYTES + ADDRESS_MAX];
};

static struct slice
key_of(const struct map_node *node)
{
	const struct referral *r = (const void *)node;

	return slice_make(r->key, r->n);
}

static void
forget(struct ns *ns, struct referral *r)
{
	map_remove(&ns->referrals, &r->node);
	list_remove(&r->age);
	free(r);
}

static void
forget_old(struct ns *ns)
{
	uint64_t now = loop_now(ns->loop);

	LIST_EACH(it, &ns->referral_age) {
		struct referral *r = CONTAINER_OF(it, struct referral, age);

		if (r->until > now && ns->referrals.count < REFERRALS_MAX)
			break;
		forget(ns, r);
	}
}

static struct referral *
find(struct ns *ns, struct slice address, const struct addr *a)
{
	unsigned char group[GROUP_BYTES];
	char key[GROUP_BYTES + ADDRESS_MAX];
	struct map_node *node;

	ASSERT(address.n <= ADDRESS_MAX);
	forget_old(ns);
	addr_group(a, group);
	memcpy(key, group, GROUP_BYTES);
	memcpy(key + GROUP_BYTES, address.p, address.n);
	node =
	    map_get(&ns->referrals, slice_make(key, GROUP_BYTES + address.n));
	return node ? CONTAINER_OF(node, struct referral, node) : NULL;
}

void
referral_init(struct ns *ns)
{
	unsigned char seed[16];

	env_random(ns->core->env, seed, sizeof(seed));
	map_init(&ns->referrals, key_of, seed);
	list_init(&ns->referral_age);
}

void
referral_free(struct ns *ns)
{
	LIST_EACH(it, &ns->referral_age) {
		forget(ns, CONTAINER_OF(it, struct referral, age));
	}
	map_free(&ns->referrals);
}

bool
referral_take(struct ns *ns, struct slice address, const struct addr *a)
{
	struct referral *r = find(ns, address, a);

	if (r != NULL)
		forget(ns, r);
	return r != NULL;
}

void
referral_note(struct ns *ns, struct slice address, const struct addr *a)
{
	struct referral *r = find(ns, address, a);
	unsigned char group[GROUP_BYTES];

	if (r == NULL) {
		r = mem_alloc(sizeof(*r));
		addr_group(a, group);
		memcpy(r->key, group, GROUP_BYTES);
		memcpy(r->key + GROUP_BYTES, address.p, address.n);
		r->n = (uint8_t)(GROUP_BYTES + address.n);
		map_put(&ns->referrals, &r->node);
	}
	list_remove(&r->age);
	r->until = loop_now(ns->loop) + REFERRAL_MS;
	list_push(&ns->referral_age, &r->age);
}
