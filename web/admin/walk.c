/* SPDX-License-Identifier: MIT */
/* All accounts, some hundred at a time. */
#include "web/admin/parts.h"

#include <stdio.h>

enum {
	ROWS = 500 /* asked for at once */
};

static void
walk_row(struct store_list *l, const struct store_account *row)
{
	struct admin_walk *w = CONTAINER_OF(l, struct admin_walk, list);

	w->rows++;
	if (w->more || w->owner == NULL)
		return;
	if (!w->row(w, row)) {
		w->more = true;
		return;
	}
	(void)snprintf(w->after, sizeof(w->after), SLICE_FMT,
	    SLICE_ARG(row->address));
}

static void
walk_done(struct store_list *l, enum store_outcome how)
{
	struct admin_walk *w = CONTAINER_OF(l, struct admin_walk, list);
	bool well = how != STORE_ERROR, all = w->rows < ROWS;

	w->seen += w->rows;
	if (well && !all && !w->more && w->owner != NULL &&
	    w->seen < w->rows_max) {
		w->rows = 0;
		w->list.after = slice_text(w->after);
		store_list(w->store, &w->list);
		return;
	}
	w->more = w->more || !all;
	w->done(w, well);
}

void
admin_walk_start(struct admin_walk *w, struct slice after)
{
	(void)snprintf(w->after, sizeof(w->after), SLICE_FMT,
	    SLICE_ARG(slice_upto(after, ADDRESS_MAX)));
	w->list = (struct store_list){ .after = slice_text(w->after),
		.limit = ROWS,
		.row = walk_row,
		.done = walk_done };
	store_list(w->store, &w->list);
}
