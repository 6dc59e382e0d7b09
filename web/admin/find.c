/* SPDX-License-Identifier: MIT */
/* Accounts by a part of their address or name. */
#include "common/base/panic.h"
#include "common/codec/url.h"
#include "web/admin/parts.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	ROWS = 500 /* asked for at once */
};

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

static void
find_row(struct store_list *l, const struct store_account *row)
{
	struct admin_find *f = CONTAINER_OF(l, struct admin_find, list);
	struct admin_found *one;

	f->rows++;
	/* the page is full: the rest is behind it */
	if (f->more)
		return;
	if (f->nfound == ADMIN_FOUND_MAX) {
		f->more = true;
		return;
	}
	(void)snprintf(f->after, sizeof(f->after), SLICE_FMT,
	    SLICE_ARG(row->address));
	if (!fits(f, row))
		return;
	one = &f->found[f->nfound++];
	(void)snprintf(one->address, sizeof(one->address), SLICE_FMT,
	    SLICE_ARG(row->address));
	(void)snprintf(one->name, sizeof(one->name), SLICE_FMT,
	    SLICE_ARG(row->name));
	one->flags = row->flags;
	one->created = row->created;
}

static void
find_free(struct admin_find *f)
{
	buf_free(&f->needle);
	free(f->found);
	free(f);
}

static void
find_done(struct store_list *l, enum store_outcome how)
{
	struct admin_find *f = CONTAINER_OF(l, struct admin_find, list);
	bool all = f->rows < ROWS;

	if (f->visit == NULL) {
		find_free(f);
		return;
	}
	f->scanned += f->rows;
	f->failed = how == STORE_ERROR;
	if (!f->failed && !all && !f->more && f->scanned < ADMIN_SCAN_MAX) {
		f->rows = 0;
		f->list.after = slice_text(f->after);
		store_list(f->store, &f->list);
		return;
	}
	f->more = f->more || !all;
	f->over = true;
	http_again(f->visit->http);
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
	f->visit = v;
	f->store = v->admin->core->store;
	buf_init(&f->needle, NAME_MAX_ENCODED);
	buf_add_slice(&f->needle, slice_upto(needle, NAME_MAX_ENCODED));
	(void)snprintf(f->after, sizeof(f->after), SLICE_FMT,
	    SLICE_ARG(slice_upto(after, ADDRESS_MAX)));
	f->list = (struct store_list){ .after = slice_text(f->after),
		.limit = ROWS,
		.row = find_row,
		.done = find_done };
	store_list(f->store, &f->list);
	return RESULT_WAIT;
}

void
admin_find_forget(struct admin_visit *v)
{
	if (v->find == NULL)
		return;
	v->find->visit = NULL;
	if (v->find->over)
		find_free(v->find);
	v->find = NULL;
}
