/* SPDX-License-Identifier: MIT */
#include "common/net/crowd.h"

#include "common/base/map.h"
#include "common/base/panic.h"

#include <stdlib.h>

enum {
	RANKS = 2048,
	KEY_BYTES = 18,
	COUNT_FROM = 4, /* counted by network from a quarter of the ceiling */
	COUNT_TO = 8,   /* until less than an eighth is left */
	OVERFLOW = 2,   /* no more than so many ceilings, whoever comes */
};

/* One network that has strangers. */
struct crowd_net {
	struct map_node by_key;
	struct list rank;
	struct list strangers; /* the longest silent first */
	uint32_t amount;
	uint8_t share; /* one of so many parts of the ceiling is its due */
	unsigned char key[KEY_BYTES];
};

struct crowd {
	struct crowd_limits limits;
	struct list all;
	uint32_t amount;
	bool counted; /* by network */
	bool looking; /* for somebody to give way: counted until found */
	struct map nets;
	unsigned top;       /* no rank above it has a network */
	struct list *ranks; /* RANKS of them, since it was first counted */
};

static const struct level {
	uint8_t bytes;
	uint8_t share;
} levels_v4[CROWD_LEVELS] = { { 4, 12 }, { 3, 8 }, { 2, 1 } },
  levels_v6[CROWD_LEVELS] = { { 8, 12 }, { 7, 8 }, { 6, 2 }, { 4, 1 } };

static struct slice
net_key(const struct map_node *node)
{
	/* the node is its beginning */
	const struct crowd_net *net =
	    (const struct crowd_net *)(const void *)node;

	return slice_make(net->key, KEY_BYTES);
}

struct crowd *
crowd_new(const struct env *env, const struct crowd_limits *limits)
{
	struct crowd *c = mem_alloc(sizeof(*c));
	unsigned char seed[16];

	c->limits = *limits;
	list_init(&c->all);
	env_random(env, seed, sizeof(seed));
	map_init(&c->nets, net_key, seed);
	return c;
}

void
crowd_free(struct crowd *c)
{
	if (c == NULL)
		return;
	ASSERT(list_empty(&c->all));
	map_free(&c->nets);
	free(c->ranks);
	free(c);
}

uint32_t
crowd_amount(const struct crowd *c)
{
	return c->amount;
}

bool
crowd_is_crowded(const struct crowd *c)
{
	return c->limits.ceiling != 0 && c->amount > c->limits.ceiling;
}

/* ---- networks ---- */

/* The last rank is that of who holds its due. */
static unsigned
net_rank(const struct crowd *c, const struct crowd_net *net)
{
	uint64_t rank = (uint64_t)net->amount * net->share * (RANKS - 1);

	rank /= c->limits.ceiling;
	return rank < RANKS ? (unsigned)rank : RANKS - 1;
}

static void
net_place(struct crowd *c, struct crowd_net *net)
{
	unsigned rank = net_rank(c, net);

	list_remove(&net->rank);
	list_push(&c->ranks[rank], &net->rank);
	if (rank > c->top)
		c->top = rank;
}

static struct crowd_net *
net_of(struct crowd *c, const struct addr *a, const struct level *level)
{
	unsigned char key[KEY_BYTES] = { 0 };
	struct map_node *node;
	struct crowd_net *net;

	key[0] = a->family;
	key[1] = level->bytes;
	memcpy(key + 2, a->ip, level->bytes);
	node = map_get(&c->nets, slice_make(key, KEY_BYTES));
	if (node != NULL)
		return CONTAINER_OF(node, struct crowd_net, by_key);
	net = mem_alloc(sizeof(*net));
	memcpy(net->key, key, KEY_BYTES);
	net->share = level->share;
	list_init(&net->strangers);
	map_put(&c->nets, &net->by_key);
	return net;
}

static void
net_change(struct crowd *c, struct crowd_net *net, int64_t by)
{
	net->amount = (uint32_t)(net->amount + by);
	if (!list_empty(&net->strangers)) {
		net_place(c, net);
		return;
	}
	list_remove(&net->rank);
	map_remove(&c->nets, &net->by_key);
	free(net);
}

/* From now on its networks know of it. */
static void
count(struct crowd *c, struct stranger *s)
{
	const struct level *levels =
	    s->peer->family == 4 ? levels_v4 : levels_v6;

	if (s->peer->family == 0 || addr_is_loopback(s->peer))
		return;
	for (unsigned i = 0; i < CROWD_LEVELS && levels[i].share > 0; i++) {
		struct crowd_net *net = net_of(c, s->peer, &levels[i]);

		s->at[i].net = net;
		list_push(&net->strangers, &s->at[i].node);
		net_change(c, net, s->amount);
	}
}

static void
uncount(struct crowd *c, struct stranger *s)
{
	for (unsigned i = 0; i < CROWD_LEVELS && s->at[i].net != NULL; i++) {
		list_remove(&s->at[i].node);
		net_change(c, s->at[i].net, -(int64_t)s->amount);
		s->at[i].net = NULL;
	}
}

static void
ranks_make(struct crowd *c)
{
	c->ranks = mem_alloc_array(RANKS, sizeof(*c->ranks));
	for (unsigned i = 0; i < RANKS; i++)
		list_init(&c->ranks[i]);
}

static void
count_all(struct crowd *c, bool on)
{
	if (c->counted == on)
		return;
	if (c->ranks == NULL)
		ranks_make(c);
	c->counted = on;
	c->top = 0;
	LIST_EACH(it, &c->all) {
		struct stranger *s = CONTAINER_OF(it, struct stranger, node);

		if (on)
			count(c, s);
		else
			uncount(c, s);
	}
}

/* Is it worth knowing who holds how much? */
static void
count_or_not(struct crowd *c)
{
	uint32_t ceiling = c->limits.ceiling;

	if (!c->counted && ceiling != 0 && c->amount > ceiling / COUNT_FROM)
		count_all(c, true);
	else if (c->counted && !c->looking && c->amount < ceiling / COUNT_TO)
		count_all(c, false);
}

void
crowd_set_ceiling(struct crowd *c, uint32_t ceiling)
{
	if (ceiling == c->limits.ceiling)
		return;
	count_all(c, false);
	c->limits.ceiling = ceiling;
	count_or_not(c);
}

static struct crowd_net *
greediest(struct crowd *c)
{
	while (c->top > 0 && list_empty(&c->ranks[c->top]))
		c->top--;
	if (list_empty(&c->ranks[c->top]))
		return NULL;
	return CONTAINER_OF(c->ranks[c->top].next, struct crowd_net, rank);
}

/* ---- coming and going ---- */

void
crowd_leave(struct stranger *s)
{
	struct crowd *c = s->crowd;

	if (c == NULL)
		return;
	uncount(c, s);
	list_remove(&s->node);
	c->amount -= s->amount;
	s->amount = 0;
	s->crowd = NULL;
	count_or_not(c);
}

static void
send_away(struct stranger *s)
{
	crowd_leave(s);
	s->give_way(s);
}

/* The longest silent of a list that is not the one for whom room is made. */
static struct stranger *
oldest(struct list *head, size_t node, const struct stranger *but)
{
	LIST_EACH(it, head) {
		struct stranger *s = (void *)((char *)it - node);

		if (s != but)
			return s;
	}
	return NULL;
}

static struct stranger *
oldest_of(struct crowd_net *net, unsigned level, const struct stranger *but)
{
	return oldest(&net->strangers,
	    offsetof(struct stranger, at[0].node) +
		level * sizeof(((struct stranger *)0)->at[0]),
	    but);
}

static unsigned
net_level(const struct crowd_net *net)
{
	const struct level *levels = net->key[0] == 4 ? levels_v4 : levels_v6;
	unsigned i = 0;

	while (levels[i].bytes != net->key[1])
		i++;
	return i;
}

static struct stranger *
victim(struct crowd *c, const struct stranger *but, uint64_t now)
{
	struct crowd_net *net = c->counted ? greediest(c) : NULL;
	struct stranger *s = NULL;

	if (net != NULL && net->amount > c->limits.few)
		s = oldest_of(net, net_level(net), but);
	if (s != NULL)
		return s;
	s = oldest(&c->all, offsetof(struct stranger, node), but);
	return s != NULL && now - s->heard >= c->limits.patience_ms ? s : NULL;
}

bool
crowd_make_way(struct crowd *c, uint64_t now)
{
	struct stranger *s;

	/* what is not counted while there is plenty counts now */
	if (c->limits.ceiling != 0)
		count_all(c, true);
	s = victim(c, NULL, now);
	if (s != NULL)
		send_away(s);
	count_or_not(c);
	return s != NULL;
}

/* Who holds more than its due sends away its own. */
static bool
within_due(struct crowd *c, struct stranger *s)
{
	for (unsigned i = 0; i < CROWD_LEVELS && s->at[i].net != NULL; i++) {
		struct crowd_net *net = s->at[i].net;

		while (net->amount > c->limits.few &&
		    (uint64_t)net->amount * net->share > c->limits.ceiling) {
			struct stranger *o = oldest_of(net, i, s);

			if (o == NULL)
				return false;
			send_away(o);
		}
	}
	return true;
}

static bool
find_room(struct crowd *c, struct stranger *s, uint64_t now)
{
	uint32_t ceiling = c->limits.ceiling;

	if (!within_due(c, s))
		return false;
	while (c->amount > ceiling) {
		struct stranger *v = victim(c, s, now);

		if (v == NULL)
			return c->amount <= (uint64_t)OVERFLOW * ceiling;
		send_away(v);
	}
	return true;
}

bool
crowd_hold(struct crowd *c, struct stranger *s, uint32_t amount, uint64_t now)
{
	bool room;

	if (s->crowd == c && amount == s->amount)
		return true;
	if (s->crowd != c)
		crowd_leave(s);
	/* not by crowd_leave(), which might stop counting for a moment */
	if (s->crowd != NULL) {
		uncount(c, s);
		list_remove(&s->node);
		c->amount -= s->amount;
	}
	s->crowd = c;
	s->amount = amount;
	s->heard = now;
	list_push(&c->all, &s->node);
	c->amount += amount;
	if (c->counted)
		count(c, s);
	else
		count_or_not(c);
	c->looking = true;
	room = c->limits.ceiling == 0 || find_room(c, s, now);
	c->looking = false;
	if (!room)
		crowd_leave(s);
	return room;
}

void
crowd_heard(struct stranger *s, uint64_t now)
{
	if (s->crowd == NULL)
		return;
	s->heard = now;
	list_remove(&s->node);
	list_push(&s->crowd->all, &s->node);
	for (unsigned i = 0; i < CROWD_LEVELS && s->at[i].net != NULL; i++) {
		list_remove(&s->at[i].node);
		list_push(&s->at[i].net->strangers, &s->at[i].node);
	}
}
