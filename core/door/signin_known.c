/* SPDX-License-Identifier: MIT */
/*
 * Networks from which accounts signed in well within a month: whoever guesses
 * from elsewhere must not keep their owners out.  Of each account the latest
 * few are on disk, as marks from which no address can be read.
 */
#include "common/base/panic.h"
#include "common/codec/digest.h"
#include "core/private.h"

#include <stdlib.h>

enum {
	DAY_S = 24 * 3600,
	MARKS_MAX = 65536,   /* of which something is in memory */
	NETWORKS_MAX = 16384 /* that are in line with who is known */
};

struct known {
	unsigned char seal_key[SEAL_KEY_BYTES]; /* of which key was made */
	struct digest_key key;
	struct penalty *good;     /* marks that are on disk of today */
	struct penalty *none;     /* marks that are not on disk, lately */
	struct penalty *networks; /* from which anybody signed in well */
};

void
known_start(struct core *c)
{
	struct known *k = c->known = mem_alloc(sizeof(*k));

	digest_key_make(&k->key, slice_make(k->seal_key, sizeof(k->seal_key)));
	k->good = penalty_new(c->env, MARKS_MAX, 1, DAY_S);
	k->none = penalty_new(c->env, MARKS_MAX, 1, 60);
	k->networks =
	    penalty_new(c->env, NETWORKS_MAX, 1, STORE_NETWORK_DAYS * DAY_S);
}

void
known_stop(struct core *c)
{
	penalty_free(c->known->good);
	penalty_free(c->known->none);
	penalty_free(c->known->networks);
	mem_wipe(c->known, sizeof(*c->known));
	free(c->known);
	c->known = NULL;
}

/* The /24 of an IPv4 address, the /56 of an IPv6 one: homes change within. */
static struct slice
network_of(const struct addr *peer, unsigned char out[8])
{
	size_t n = peer->family == 4 ? 3 : 7;

	memset(out, 0, 8);
	memcpy(out, peer->ip, n);
	out[7] = peer->family;
	return slice_make(out, 8);
}

void
known_mark(const struct core *c, const struct addr *peer, struct slice address,
    unsigned char out[STORE_ID_BYTES])
{
	unsigned char network[8], mac[SHA256_BYTES];
	const struct slice parts[] = { SLICE_LIT("network of account "),
		network_of(peer, network), address };

	struct known *k = c->known;

	/* it is read from the store later than this begins */
	if (memcmp(k->seal_key, c->seal_key, sizeof(k->seal_key)) != 0) {
		memcpy(k->seal_key, c->seal_key, sizeof(k->seal_key));
		digest_key_make(&k->key,
		    slice_make(k->seal_key, sizeof(k->seal_key)));
	}
	digest_hmac_under(&k->key, parts, ARRAY_LEN(parts), mac);
	memcpy(out, mac, STORE_ID_BYTES);
}

int64_t
known_since(const struct core *c)
{
	return env_wall(c->env) / DAY_S - STORE_NETWORK_DAYS;
}

enum known_state
known_state(struct core *c, const unsigned char mark[STORE_ID_BYTES])
{
	struct slice key = slice_make(mark, STORE_ID_BYTES);

	if (penalty_locked(c->known->good, key))
		return KNOWN_YES;
	return penalty_locked(c->known->none, key) ? KNOWN_NO : KNOWN_MAYBE;
}

void
known_not(struct core *c, const unsigned char mark[STORE_ID_BYTES])
{
	penalty_fail(c->known->none, slice_make(mark, STORE_ID_BYTES));
}

/* In line with strangers, or with who is known? */
bool
known_network(struct core *c, const struct addr *peer)
{
	unsigned char network[8];

	return penalty_locked(c->known->networks, network_of(peer, network));
}

void
known_put(struct core *c, const struct addr *peer, struct account *a)
{
	struct store_change change = { .kind = STORE_NETWORK_PUT, .id = a->id };
	struct store_network_row *row = &change.u.network;
	struct slice key = slice_make(row->mark, sizeof(row->mark));
	unsigned char network[8];
	struct slice net = network_of(peer, network);

	signin_place_put(c, peer, a);
	penalty_forgive(c->known->networks, net);
	penalty_fail(c->known->networks, net);
	known_mark(c, peer, account_address(a), row->mark);
	if (penalty_locked(c->known->good, key) || !store_writable(c->store))
		return;
	row->seen = env_wall(c->env) / DAY_S;
	(void)store_change(c->store, &change);
	penalty_fail(c->known->good, key);
	penalty_forgive(c->known->none, key);
}
