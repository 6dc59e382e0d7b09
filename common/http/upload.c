/* SPDX-License-Identifier: MIT */
/*
 * What the people of one network may upload in a second.  Long bodies cost the
 * loop time that everybody waits for; whoever sends more is not read for a
 * moment, as commands of a session that come too fast are not.
 */
#include "common/http/http_priv.h"

#include "common/base/panic.h"

enum {
	PLACES = 512,      /* networks share one when they must */
	RATE = 512 * 1024, /* bytes a second */
	BURST = 2 * 1024 * 1024,
	V4_BYTES = 3,
	V6_BYTES = 6,
};

struct http_uploads {
	uint64_t seed[2];
	struct {
		uint64_t since;
		int64_t left; /* bytes; below 0: of the seconds to come */
	} places[PLACES];
};

struct http_uploads *
http_uploads_new(uint64_t now)
{
	struct http_uploads *u = mem_alloc(sizeof(*u));

	env_random(env_real(), u->seed, sizeof(u->seed));
	for (unsigned i = 0; i < PLACES; i++) {
		u->places[i].since = now;
		u->places[i].left = BURST;
	}
	return u;
}

uint64_t
http_uploads_pay(struct http_uploads *u, const struct addr *peer, size_t n,
    uint64_t now)
{
	struct slice network = slice_make((const char *)peer->ip,
	    peer->family == 4 ? V4_BYTES : V6_BYTES);
	uint64_t hash = map_siphash(u->seed[0], u->seed[1], network);
	int64_t *left = &u->places[hash % PLACES].left;
	uint64_t *since = &u->places[hash % PLACES].since;
	uint64_t gain = (now - *since) * RATE / 1000;

	*since = now;
	*left = gain >= BURST || *left + (int64_t)gain > BURST
	    ? BURST
	    : *left + (int64_t)gain;
	*left -= (int64_t)n;
	return *left >= 0 ? 0 : (uint64_t) - *left * 1000 / RATE + 1;
}
