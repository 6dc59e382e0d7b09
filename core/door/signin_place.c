/* SPDX-License-Identifier: MIT */
/*
 * From which addresses somebody signed in, for that one to see.  They go after
 * so many days as the settings say, and with the account.
 */
#include "core/door/signin.h"

#include "common/base/panic.h"
#include "core/private.h"

#include <stdlib.h>

enum {
	LATELY_MS = 3600 * 1000, /* in which an address is not written again */
	DAY_S = 24 * 3600
};

/* A query at work for a request; it outlives the request if it must. */
struct signin_load {
	struct store_signins ask;
	struct request *rq; /* NULL: it ended meanwhile */
	bool finished;
};

int64_t
signin_place_since(const struct core *c)
{
	return env_wall(c->env) - (int64_t)c->cfg.signin_days * DAY_S;
}

void
signin_place_put(struct core *c, const struct addr *peer, struct account *a)
{
	struct store_change change = { .kind = STORE_SIGNIN_PUT, .id = a->id };
	struct buf ip = BUF_INIT(ADDR_TEXT_MAX);
	uint32_t from;

	addr_add_ip(&ip, peer);
	from = (uint32_t)map_siphash(c->look_key[0],
	    env_mono_ms(c->env) / LATELY_MS, buf_slice(&ip));
	if (c->cfg.signin_days != 0 && store_writable(c->store) &&
	    a->came_from != from) {
		change.u.signin.peer = buf_slice(&ip);
		change.u.signin.last = env_wall(c->env);
		(void)store_change(c->store, &change);
		a->came_from = from;
	}
	buf_free(&ip);
}

/* ---- for whom they are about ---- */

static void
free_load(struct signin_load *sl)
{
	store_signins_free(&sl->ask);
	free(sl);
}

void
signin_place_forget(struct request *rq)
{
	struct signin_load *sl = rq->places;

	rq->places = NULL;
	if (sl == NULL)
		return;
	sl->rq = NULL;
	if (sl->finished)
		free_load(sl);
}

static void
finished(struct store_signins *ask, enum store_outcome how)
{
	struct signin_load *sl = CONTAINER_OF(ask, struct signin_load, ask);

	if (sl->rq == NULL) {
		free_load(sl);
		return;
	}
	sl->finished = true;
	if (how != STORE_FOUND)
		sl->rq->store_failed = true;
}

bool
signin_places(struct request *rq, const struct account *a,
    const struct store_signin **all, size_t *n)
{
	struct signin_load *sl = rq->places;

	*all = NULL;
	*n = 0;
	if (sl == NULL) {
		sl = rq->places = mem_alloc(sizeof(*sl));
		sl->rq = rq;
		sl->ask = (struct store_signins){ .owner = a->id,
			.since = signin_place_since(rq->core),
			.done = finished };
		store_signins(rq->core->store, &sl->ask);
	}
	ASSERT(sl->ask.owner == a->id);
	if (!sl->finished)
		return false;
	*all = sl->ask.all;
	*n = sl->ask.n;
	return true;
}
