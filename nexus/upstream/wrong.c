/* SPDX-License-Identifier: MIT */
/*
 * Programs try a wrong password again by themselves.  The server it belongs to
 * would lock the account for that, so it is asked once a minute.
 */
#include "nexus/upstream/priv.h"

#include "common/base/panic.h"

#include <stdlib.h>

static void
wrong_drop(struct upstream *u, struct upstream_wrong *w)
{
	map_remove(&u->wrong, &w->node);
	list_remove(&w->age);
	u->nwrong--;
	free(w);
}

/* Those whose minute is over; or, with one too many, the oldest. */
static void
wrong_sweep(struct upstream *u)
{
	while (!list_empty(&u->wrong_ages)) {
		struct upstream_wrong *w = CONTAINER_OF(u->wrong_ages.next,
		    struct upstream_wrong, age);

		if (loop_now(u->loop) < w->until &&
		    u->nwrong < UPSTREAM_WRONG_MAX)
			return;
		wrong_drop(u, w);
	}
}

bool
upstream_wrong_has(struct upstream *u, const unsigned char *key)
{
	wrong_sweep(u);
	return map_get(&u->wrong, slice_make(key, SHA256_BYTES)) != NULL;
}

void
upstream_wrong_add(struct upstream *u, const unsigned char *key)
{
	struct upstream_wrong *w;

	wrong_sweep(u);
	if (map_get(&u->wrong, slice_make(key, SHA256_BYTES)) != NULL)
		return;
	w = mem_alloc(sizeof(*w));
	memcpy(w->key, key, SHA256_BYTES);
	w->until = loop_now(u->loop) + UPSTREAM_WRONG_MS;
	map_put(&u->wrong, &w->node);
	list_push(&u->wrong_ages, &w->age);
	u->nwrong++;
}

void
upstream_wrong_free(struct upstream *u)
{
	while (!list_empty(&u->wrong_ages))
		wrong_drop(u,
		    CONTAINER_OF(u->wrong_ages.next, struct upstream_wrong,
			age));
	map_free(&u->wrong);
}
