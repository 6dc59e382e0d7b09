/* SPDX-License-Identifier: MIT */
/* Accounts by a part of their address or name. */
#include "common/base/panic.h"
#include "common/codec/url.h"
#include "web/admin/parts.h"

#include <stdio.h>
#include <stdlib.h>

static bool
has_nocase(struct slice text, struct slice part)
{
	for (size_t i = 0; i + part.n <= text.n; i++)
		if (slice_eq_nocase(slice_make(text.p + i, part.n), part))
			return true;
	return part.n == 0;
}

static bool
fits(const struct admin_find *f, const struct store_account *row)
{
	struct slice needle = buf_slice(&f->needle);
	struct buf name = BUF_INIT(row->name.n + 1);
	bool good;

	url_decode(&name, row->name);
	good = has_nocase(row->address, needle) ||
	    has_nocase(buf_slice(&name), needle);
	buf_free(&name);
	return good;
}

static bool
find_row(struct admin_walk *w, const struct store_account *row)
{
	struct admin_find *f = CONTAINER_OF(w, struct admin_find, walk);
	struct admin_found *one;

	if (f->nfound == ADMIN_FOUND_MAX)
		return false;
	if (!fits(f, row))
		return true;
	one = &f->found[f->nfound++];
	(void)snprintf(one->address, sizeof(one->address), SLICE_FMT,
	    SLICE_ARG(row->address));
	(void)snprintf(one->name, sizeof(one->name), SLICE_FMT,
	    SLICE_ARG(row->name));
	(void)snprintf(one->home, sizeof(one->home), SLICE_FMT,
	    SLICE_ARG(row->home));
	one->flags = row->flags;
	one->created = row->created;
	return true;
}

static void
find_free(struct admin_find *f)
{
	buf_free(&f->needle);
	free(f->found);
	free(f);
}

static void
find_done(struct admin_walk *w, bool well)
{
	struct admin_find *f = CONTAINER_OF(w, struct admin_find, walk);
	struct admin_visit *v = w->owner;

	if (v == NULL) {
		find_free(f);
		return;
	}
	f->over = true;
	f->failed = !well;
	http_again(v->http);
}

enum result
admin_find(struct admin_visit *v, struct slice needle, struct slice after)
{
	struct admin_find *f = v->find;

	if (f != NULL && f->over)
		return f->failed ? RESULT_STORE_FAILED : RESULT_OK;
	ASSERT(f == NULL);
	f = v->find = mem_alloc(sizeof(*f));
	f->found = mem_alloc_array(ADMIN_FOUND_MAX, sizeof(f->found[0]));
	buf_init(&f->needle, NAME_MAX_ENCODED);
	buf_add_slice(&f->needle, slice_upto(needle, NAME_MAX_ENCODED));
	f->walk.store = v->admin->core->store;
	f->walk.owner = v;
	f->walk.rows_max = ADMIN_SCAN_MAX;
	f->walk.row = find_row;
	f->walk.done = find_done;
	admin_walk_start(&f->walk, after);
	return RESULT_WAIT;
}

void
admin_find_forget(struct admin_visit *v)
{
	struct admin_find *f = v->find;

	if (f == NULL)
		return;
	f->walk.owner = NULL;
	if (f->over)
		find_free(f);
	v->find = NULL;
}
