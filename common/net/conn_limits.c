/* SPDX-License-Identifier: MIT */
#include "common/base/map.h"
#include "common/base/panic.h"
#include "common/net/listener.h"

#include <stdlib.h>

enum {
	KEY_BYTES = 16,
	FIRST_CAP = 64,
	CROWDS_MAX = 4,
	SITE_SHARE = 4 /* a /48 may have as many connections as so many /64 */
};

/* Connections of one group; count 0: the place is free. */
struct conn_group {
	unsigned char key[KEY_BYTES];
	uint32_t count;
};

/* An array with open addressing, which grows as it fills. */
struct conn_limits {
	struct conn_group *groups;
	uint32_t cap, ngroups;
	bool trusts_loopback;
	unsigned total, max_total;
	unsigned max_group;
	uint64_t seed[2];
	bool (*banned)(void *ctx, const struct addr *peer); /* or NULL */
	void *ctx;
	const struct env *env;
	struct crowd *crowds[CROWDS_MAX];
	unsigned ncrowds;
};

static uint32_t
home(const struct conn_limits *c, const unsigned char key[KEY_BYTES])
{
	uint64_t hash =
	    map_siphash(c->seed[0], c->seed[1], slice_make(key, KEY_BYTES));

	return (uint32_t)((hash >> 32) * c->cap >> 32);
}

static uint32_t
next(const struct conn_limits *c, uint32_t at)
{
	return at + 1 < c->cap ? at + 1 : 0;
}

/* How far behind from at lies. */
static uint32_t
distance(const struct conn_limits *c, uint32_t from, uint32_t at)
{
	return at >= from ? at - from : at + c->cap - from;
}

/* Where the group is, or the free place where it belongs. */
static uint32_t
place(const struct conn_limits *c, const unsigned char key[KEY_BYTES])
{
	uint32_t at = home(c, key);

	while (c->groups[at].count != 0 &&
	    memcmp(c->groups[at].key, key, KEY_BYTES) != 0)
		at = next(c, at);
	return at;
}

static void
grow(struct conn_limits *c)
{
	struct conn_group *old = c->groups;
	uint32_t n = c->cap;

	c->cap = n ? n + n / 4 : FIRST_CAP;
	c->groups = mem_alloc_array(c->cap, sizeof(c->groups[0]));
	for (uint32_t i = 0; i < n; i++)
		if (old[i].count != 0)
			c->groups[place(c, old[i].key)] = old[i];
	free(old);
}

/* Free the place; those behind that would have liked it move up. */
static void
drop(struct conn_limits *c, uint32_t hole)
{
	for (uint32_t at = next(c, hole); c->groups[at].count != 0;
	     at = next(c, at)) {
		uint32_t want = home(c, c->groups[at].key);

		if (distance(c, want, at) < distance(c, hole, at))
			continue;
		c->groups[hole] = c->groups[at];
		hole = at;
	}
	c->groups[hole].count = 0;
	c->ngroups--;
}

struct conn_limits *
conn_limits_new(const struct env *env, unsigned total, unsigned per_address)
{
	struct conn_limits *c = mem_alloc(sizeof(*c));

	c->env = env;
	env_random(env, c->seed, sizeof(c->seed));
	conn_limits_set(c, total, per_address);
	return c;
}

void
conn_limits_free(struct conn_limits *c)
{
	if (c == NULL)
		return;
	free(c->groups);
	free(c);
}

void
conn_limits_set(struct conn_limits *c, unsigned total, unsigned per_address)
{
	c->max_total = total;
	c->max_group = per_address;
}

void
conn_limits_trust_loopback(struct conn_limits *c)
{
	c->trusts_loopback = true;
}

void
conn_limits_ban(struct conn_limits *c,
    bool (*banned)(void *ctx, const struct addr *peer), void *ctx)
{
	c->banned = banned;
	c->ctx = ctx;
}

void
conn_limits_crowds(struct conn_limits *c, struct crowd *const *crowds,
    unsigned n)
{
	ASSERT(n <= CROWDS_MAX);
	for (unsigned i = 0; i < n; i++)
		c->crowds[i] = crowds[i];
	c->ncrowds = n;
}

/* The greatest crowd first. */
bool
conn_limits_make_way(struct conn_limits *c)
{
	uint64_t now = env_mono_ms(c->env);
	unsigned first = 0;

	for (unsigned i = 1; i < c->ncrowds; i++)
		if (crowd_amount(c->crowds[i]) > crowd_amount(c->crowds[first]))
			first = i;
	for (unsigned i = 0; i < c->ncrowds; i++)
		if (crowd_make_way(c->crowds[(first + i) % c->ncrowds], now))
			return true;
	return false;
}

/*
 * The place of who gives way is free at the end of this turn: until then there
 * is one more.
 */
static bool
is_full(struct conn_limits *c)
{
	return c->max_total != 0 && c->total >= c->max_total &&
	    !conn_limits_make_way(c);
}

/* Has it fewer than most, 0 being no ceiling? */
static bool
has_room(const struct conn_limits *c, const unsigned char key[KEY_BYTES],
    unsigned most)
{
	return most == 0 || c->cap == 0 ||
	    c->groups[place(c, key)].count < most;
}

static void
group_enter(struct conn_limits *c, const unsigned char key[KEY_BYTES])
{
	struct conn_group *g;

	/* four of five places at most are taken */
	if (c->ngroups >= c->cap / 5 * 4)
		grow(c);
	g = &c->groups[place(c, key)];
	if (g->count++ == 0) {
		memcpy(g->key, key, KEY_BYTES);
		c->ngroups++;
	}
}

static void
group_leave(struct conn_limits *c, const unsigned char key[KEY_BYTES])
{
	uint32_t at;

	ASSERT(c->cap > 0);
	at = place(c, key);
	ASSERT(c->groups[at].count > 0);
	if (c->groups[at].count == 1)
		drop(c, at);
	else
		c->groups[at].count--;
}

bool
conn_limits_enter(struct conn_limits *c, const struct addr *peer,
    enum close_reason *why)
{
	unsigned char key[KEY_BYTES], site[KEY_BYTES];
	bool sited = addr_site(peer, site);
	bool trusted = c->trusts_loopback && addr_is_loopback(peer);

	*why = CLOSE_BANNED;
	if (c->banned != NULL && c->banned(c->ctx, peer))
		return false;
	addr_group(peer, key);
	*why = CLOSE_TOO_MANY;
	if (!trusted &&
	    (!has_room(c, key, c->max_group) ||
		(sited && !has_room(c, site, c->max_group * SITE_SHARE))))
		return false;
	*why = CLOSE_SERVER_FULL;
	if (is_full(c))
		return false;
	group_enter(c, key);
	if (sited)
		group_enter(c, site);
	c->total++;
	return true;
}

void
conn_limits_leave(struct conn_limits *c, const struct addr *peer)
{
	unsigned char key[KEY_BYTES];

	addr_group(peer, key);
	group_leave(c, key);
	if (addr_site(peer, key))
		group_leave(c, key);
	ASSERT(c->total > 0);
	c->total--;
}

bool
conn_limits_enter_unknown(struct conn_limits *c)
{
	if (is_full(c))
		return false;
	c->total++;
	return true;
}

void
conn_limits_leave_unknown(struct conn_limits *c)
{
	ASSERT(c->total > 0);
	c->total--;
}

unsigned
conn_limits_open(const struct conn_limits *c)
{
	return c->total;
}
