/* SPDX-License-Identifier: MIT */
/* Everybody's share of what is said: conversation_dues(). */
#include "common/base/panic.h"
#include "core/private.h"
#include "core/talk/conversation.h"

#include <stdlib.h>

enum {
	NETWORK = 4,    /* a network may say as much as so many people */
	BUCKETS = 4096, /* two who meet in one share it: few, and by chance */
	BURST_MS = 1000,
	KEY_MAX = 16 /* bytes of an account's number, or of a network */
};

struct bucket {
	int64_t left; /* bytes; below zero they are still to be paid */
	uint64_t at;  /* loop_now() of the last look */
};

/* Whose bucket was last looked up: messages come many in one read. */
struct last {
	struct bucket *bucket; /* NULL: nobody's yet */
	unsigned char key[KEY_MAX];
};

struct dues {
	uint64_t seed[2];
	struct last person, network;
	struct bucket people[BUCKETS], networks[BUCKETS];
};

void
dues_start(struct core *c)
{
	c->dues = mem_alloc(sizeof(*c->dues));
	env_random(c->env, c->dues->seed, sizeof(c->dues->seed));
}

void
dues_stop(struct core *c)
{
	free(c->dues);
}

static struct bucket *
bucket_of(const struct dues *s, struct bucket all[BUCKETS], struct last *last,
    const void *key, size_t n)
{
	if (last->bucket != NULL && memcmp(last->key, key, n) == 0)
		return last->bucket;
	memcpy(last->key, key, n);
	last->bucket =
	    &all[map_siphash(s->seed[0], s->seed[1], slice_make(key, n)) %
		BUCKETS];
	return last->bucket;
}

/* Milliseconds until something is left; rate: bytes in a second. */
static uint64_t
wait_for(struct bucket *b, uint64_t now, uint64_t rate)
{
	int64_t most = (int64_t)(rate * BURST_MS / 1000);
	uint64_t passed = now - b->at;

	if (passed == 0 && b->left > 0 && b->left <= most)
		return 0;

	/* a fresh one is full, as is one that was not used for long */
	if (b->at == 0 || passed >= 60 * 1000)
		b->left = most;
	else
		b->left += (int64_t)(passed * rate / 1000);
	if (b->left > most)
		b->left = most;
	b->at = now;
	return b->left > 0 ? 0 : (uint64_t)-b->left * 1000 / rate + 1;
}

static uint64_t
longer(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

uint64_t
conversation_dues(const struct member *by, const struct addr *peer, size_t n)
{
	struct core *c = by->conv->core;
	struct dues *s = c->dues;
	uint64_t rate = c->cfg.talk_rate, now = loop_now(c->loop), ms;
	uint64_t others = by->conv->nmembers > 2 ? by->conv->nmembers - 1 : 1;
	const struct account *me = by->account;
	struct bucket *person, *network = NULL;
	unsigned char group[KEY_MAX];

	if (rate == 0)
		return 0;
	person = bucket_of(s, s->people, &s->person, &me->id, sizeof(me->id));
	ms = wait_for(person, now, rate);
	/* as with connections: this machine is no network */
	if (!addr_is_loopback(peer)) {
		addr_group(peer, group);
		network = bucket_of(s, s->networks, &s->network, group,
		    sizeof(group));
		ms = longer(ms, wait_for(network, now, rate * NETWORK));
	}
	if (ms > 0)
		return ms;
	person->left -= (int64_t)(n * others);
	if (network != NULL)
		network->left -= (int64_t)(n * others);
	return 0;
}
