/* SPDX-License-Identifier: MIT */
#include "core/people/profile.h"

#include "common/base/panic.h"
#include "common/base/utf8.h"
#include "core/people/props.h"
#include "core/private.h"

#include <stdlib.h>

/* A query at work for a request; it outlives the request if it must. */
struct profile_load {
	struct store_profile ask;
	struct request *rq; /* NULL: it ended meanwhile */
	struct list waiting;
	struct profile profile;
	uint64_t created;
	bool finished;
};

/* ---- pictures ---- */

enum picture_type
picture_type_of(struct slice bytes)
{
	if (slice_starts(bytes, SLICE_LIT("GIF87a")) ||
	    slice_starts(bytes, SLICE_LIT("GIF89a")))
		return PICTURE_GIF;
	if (slice_starts(bytes, SLICE_LIT("\xff\xd8\xff")))
		return PICTURE_JPEG;
	if (slice_starts(bytes, SLICE_LIT("\x89PNG\r\n\x1a\n")))
		return PICTURE_PNG;
	return PICTURE_NONE;
}

/* ---- reading ---- */

static void
free_load(struct profile_load *pl)
{
	store_profile_free(&pl->ask);
	free(pl);
}

void
profile_forget(struct request *rq)
{
	struct profile_load *pl = rq->profile;

	rq->profile = NULL;
	if (pl == NULL)
		return;
	pl->rq = NULL;
	if (pl->finished)
		free_load(pl);
}

static uint64_t
later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* Texts stay where the store put them. */
static void
fill(struct profile_load *pl)
{
	const struct store_profile_row *row = &pl->ask.row;
	struct profile *p = &pl->profile;

	p->status = row->status;
	p->picture = row->picture;
	/* its pages hold no more than they take in */
	p->picture_size =
	    row->size <= PROFILE_PICTURE_MAX ? (size_t)row->size : 0;
	/* a newer program may know more kinds */
	p->type = row->size > 0 && row->type <= PICTURE_PNG
	    ? (enum picture_type)row->type
	    : PICTURE_NONE;
	p->name_time = row->name_time != 0 ? row->name_time : pl->created;
	p->status_time = row->status_time;
	p->picture_time = row->picture_time;
	p->changed =
	    later(p->name_time, later(p->status_time, p->picture_time));
}

static void
finished(struct store_profile *ask, enum store_outcome how)
{
	struct profile_load *pl = CONTAINER_OF(ask, struct profile_load, ask);

	if (pl->rq == NULL) {
		free_load(pl);
		return;
	}
	pl->finished = true;
	if (how == STORE_ERROR)
		pl->rq->store_failed = true;
	else
		fill(pl);
	request_wake(pl->rq);
}

enum result
profile_get(struct request *rq, struct account *a, bool picture,
    const struct profile **out)
{
	struct profile_load *pl = rq->profile;

	*out = NULL;
	if (rq->store_failed || a->broken)
		return RESULT_STORE_FAILED;
	if (pl == NULL) {
		pl = mem_alloc(sizeof(*pl));
		pl->ask = (struct store_profile){ .id = a->id,
			.picture = picture,
			.done = finished };
		pl->rq = rq;
		pl->created =
		    a->created > 0 ? (uint64_t)a->created * STAMPS_PER_S : 0;
		list_init(&pl->waiting);
		rq->profile = pl;
		store_profile(rq->core->store, &pl->ask);
	}
	ASSERT(pl->ask.id == a->id && pl->ask.picture == picture);
	if (!pl->finished)
		return request_wait(rq, &pl->waiting);
	profile_address_make(rq->core, a, &pl->profile);
	*out = &pl->profile;
	return RESULT_OK;
}

bool
profile_visible(const struct account *of, const struct account *viewer)
{
	return of == viewer || props_visible(of, viewer->person);
}

/* ---- changes ---- */

static uint64_t
put(struct core *c, const struct account *a, struct store_profile_row *row)
{
	struct store_change change = { .kind = STORE_PROFILE_PUT, .id = a->id };
	int64_t now = env_wall(c->env);

	row->changed = now > 0 ? (uint64_t)now * STAMPS_PER_S : 0;
	change.u.profile = *row;
	return store_change(c->store, &change);
}

void
profile_note_name(struct core *c, const struct account *a)
{
	struct store_profile_row row = { .what = STORE_PROFILE_NAME };

	/* the account's own row follows, and covers it */
	(void)put(c, a, &row);
}

static enum result
set(struct request *rq, struct account *a, struct store_profile_row *row)
{
	if (!store_writable(rq->core->store))
		return RESULT_STORE_FAILED;
	a->seq = put(rq->core, a, row);
	request_saw(rq, a->seq);
	return RESULT_OK;
}

enum result
profile_set_status(struct request *rq, struct account *a, struct slice text)
{
	struct store_profile_row row = { .what = STORE_PROFILE_STATUS,
		.status = text };

	if (text.n > PROFILE_STATUS_MAX || !utf8_valid(text))
		return RESULT_BAD_VALUE;
	return set(rq, a, &row);
}

/* Has this account any of its share of the disk left for now? */
static bool
may_put(struct core *c, const struct account *a, size_t n)
{
	struct slice key = slice_make(&a->id, sizeof(a->id));
	unsigned pieces = 1 + (unsigned)(n / PROFILE_PIECE);

	if (penalty_count(c->uploads, key) + pieces > PROFILE_PIECES_PER_MINUTE)
		return false;
	while (pieces-- > 0)
		penalty_fail(c->uploads, key);
	return true;
}

enum result
profile_set_picture(struct request *rq, struct account *a, struct slice bytes)
{
	struct store_profile_row row = { .what = STORE_PROFILE_PICTURE,
		.picture = bytes,
		.type = picture_type_of(bytes) };

	if (bytes.n > PROFILE_PICTURE_MAX ||
	    (bytes.n > 0 && row.type == PICTURE_NONE))
		return RESULT_BAD_VALUE;
	if (!store_writable(rq->core->store))
		return RESULT_STORE_FAILED;
	if (!may_put(rq->core, a, bytes.n))
		return RESULT_TOO_ACTIVE;
	return set(rq, a, &row);
}
