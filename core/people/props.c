/* SPDX-License-Identifier: MIT */
#include "core/people/props.h"

#include "common/base/arena.h"
#include "common/base/panic.h"
#include "core/private.h"

#include <stdlib.h>

enum {
	/* far more than the longest list of the longest telephones */
	TEXT_MAX = 4 << 20
};

struct shown {
	struct slice address;
	struct props props;
};

/* A query at work for a request; it outlives the request if it must. */
struct props_load {
	struct store_props ask;
	struct request *rq; /* NULL: it ended meanwhile */
	struct list waiting;
	struct shown *rows; /* in order of address */
	size_t n, cap;
	struct arena text;
	bool finished;
};

bool
props_visible(const struct account *of, const struct person *viewer)
{
	const struct contact *k = roster_find(&of->roster, viewer);

	return k != NULL && (k->lists & LIST_ALLOW);
}

void
props_of_account(const struct account *of, struct props *out)
{
	*out = (struct props){ .pages = (of->flags & ACCOUNT_PAGES) != 0 };
	for (unsigned i = 0; i < PROP_SPARE; i++)
		out->phones[i] = account_prop(of, (enum prop)i);
}

/* ---- the query ---- */

static void
free_load(struct props_load *pl)
{
	arena_free(&pl->text);
	free(pl->rows);
	free(pl);
}

static void
take_row(struct store_props *ask, const struct store_account *row)
{
	struct props_load *pl = CONTAINER_OF(ask, struct props_load, ask);
	struct shown *s;

	if (pl->n == pl->cap) {
		pl->cap = pl->cap ? pl->cap * 2 : 16;
		pl->rows =
		    mem_realloc_array(pl->rows, pl->cap, sizeof(pl->rows[0]));
	}
	s = &pl->rows[pl->n];
	*s = (struct shown){ .address = arena_copy(&pl->text, row->address) };
	if (s->address.p == NULL)
		return;
	s->props.pages = (row->flags & ACCOUNT_PAGES) != 0;
	for (unsigned i = 0; i < PROP_SPARE; i++)
		s->props.phones[i] = arena_copy(&pl->text, row->props[i]);
	pl->n++;
}

static void
finished(struct store_props *ask, enum store_outcome how)
{
	struct props_load *pl = CONTAINER_OF(ask, struct props_load, ask);

	if (pl->rq == NULL) {
		free_load(pl);
		return;
	}
	pl->finished = true;
	if (how == STORE_ERROR)
		pl->rq->store_failed = true;
	request_wake(pl->rq);
}

void
props_forget(struct request *rq)
{
	struct props_load *pl = rq->props;

	rq->props = NULL;
	if (pl == NULL)
		return;
	pl->rq = NULL;
	if (pl->finished)
		free_load(pl);
}

/* The record that says best what this contact shows, or NULL. */
static const struct account *
in_memory(const struct contact *k)
{
	const struct account *of = k->who->account;

	return of != NULL && !of->broken ? of : NULL;
}

static bool
somebody_is_unknown(const struct account *a)
{
	ROSTER_EACH(k, &a->roster)
	{
		if ((k->lists & LIST_FORWARD) && in_memory(k) == NULL)
			return true;
	}
	return false;
}

enum result
roster_props(struct request *rq, struct account *a)
{
	struct props_load *pl = rq->props;

	if (rq->store_failed)
		return RESULT_STORE_FAILED;
	if (pl == NULL && !somebody_is_unknown(a))
		return RESULT_OK;
	if (pl == NULL) {
		pl = mem_alloc(sizeof(*pl));
		pl->ask = (struct store_props){ .id = a->id,
			.mine = LIST_FORWARD,
			.theirs = LIST_ALLOW,
			.row = take_row,
			.done = finished };
		pl->rq = rq;
		list_init(&pl->waiting);
		arena_init(&pl->text, TEXT_MAX);
		rq->props = pl;
		store_props(rq->core->store, &pl->ask);
	}
	ASSERT(pl->ask.id == a->id);
	return pl->finished ? RESULT_OK : request_wait(rq, &pl->waiting);
}

/* ---- the answer ---- */

static int
compare(const void *key, const void *row)
{
	const struct slice *a = key;
	const struct slice *b = &((const struct shown *)row)->address;
	int order = memcmp(a->p, b->p, size_min(a->n, b->n));

	if (order != 0)
		return order;
	return a->n < b->n ? -1 : a->n > b->n;
}

bool
roster_props_of(struct request *rq, const struct account *a,
    const struct contact *k, struct props *out)
{
	const struct props_load *pl = rq->props;
	const struct account *of = in_memory(k);
	struct slice key = person_address(k->who);
	const struct shown *s;

	if (of != NULL) {
		request_saw(rq, of->seq);
		props_of_account(of, out);
		return props_visible(of, a->person);
	}
	if (pl == NULL || pl->n == 0)
		return false;
	s = bsearch(&key, pl->rows, pl->n, sizeof(pl->rows[0]), compare);
	if (s != NULL)
		*out = s->props;
	return s != NULL;
}
