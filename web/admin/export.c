/* SPDX-License-Identifier: MIT */
/* All accounts as a table, without anything secret. */
#include "common/base/panic.h"
#include "common/codec/csv.h"
#include "common/codec/url.h"
#include "web/admin/parts.h"

#include <stdlib.h>

enum {
	TABLE_MAX = 16 * 1024 * 1024 - 65536
};

struct admin_csv {
	struct admin_walk walk;
	struct buf out;
	bool over, failed;
};

static bool
csv_row(struct admin_walk *w, const struct store_account *row)
{
	struct admin_csv *e = CONTAINER_OF(w, struct admin_csv, walk);
	struct buf name = BUF_INIT(row->name.n + 1), made = BUF_INIT(64);

	url_decode(&name, row->name);
	admin_add_time(&made, row->created);
	csv_add(&e->out, row->address);
	buf_add_char(&e->out, ',');
	csv_add(&e->out, buf_slice(&name));
	/* where an import has a password */
	buf_add_text(&e->out, ",,");
	csv_add(&e->out, buf_slice(&made));
	buf_add_text(&e->out, row->flags & ACCOUNT_DISABLED ? ",yes," : ",no,");
	csv_add(&e->out, row->home);
	buf_add_text(&e->out, "\r\n");
	buf_free(&name);
	buf_free(&made);
	return buf_ok(&e->out);
}

static void
csv_free(struct admin_csv *e)
{
	buf_free(&e->out);
	free(e);
}

static void
csv_done(struct admin_walk *w, bool well)
{
	struct admin_csv *e = CONTAINER_OF(w, struct admin_csv, walk);
	struct admin_visit *v = w->owner;

	if (v == NULL) {
		csv_free(e);
		return;
	}
	e->over = true;
	e->failed = !well || !buf_ok(&e->out);
	http_again(v->http);
}

void
admin_csv_forget(struct admin_visit *v)
{
	struct admin_csv *e = v->csv;

	if (e == NULL)
		return;
	e->walk.owner = NULL;
	if (e->over)
		csv_free(e);
	v->csv = NULL;
}

static enum result
export_judge(struct admin_visit *v)
{
	struct admin_csv *e = v->csv;

	if (e != NULL)
		return e->failed ? RESULT_STORE_FAILED : RESULT_OK;
	e = v->csv = mem_alloc(sizeof(*e));
	buf_init(&e->out, TABLE_MAX);
	buf_add_text(&e->out, "address,name,password,made,disabled,home\r\n");
	e->walk.store = v->admin->core->store;
	e->walk.owner = v;
	e->walk.rows_max = UINT32_MAX;
	e->walk.row = csv_row;
	e->walk.done = csv_done;
	admin_walk_start(&e->walk, slice_text(""));
	return RESULT_WAIT;
}

static void
export_reply(struct admin_visit *v)
{
	const struct admin_page sorry = { .title = "Import and export",
		.words = "The table is too large, or the disk is busy.",
		.bad = true,
		.status = 503 };

	admin_note(v, "export", slice_text(""));
	if (v->result != RESULT_OK)
		admin_reply(v, &sorry);
	else
		admin_reply_file(v, "text/csv; charset=utf-8", "accounts.csv",
		    buf_slice(&v->csv->out));
}

enum http_outcome
admin_export(struct http_request *rq, void *front)
{
	static const struct admin_flow flow = { export_judge, export_reply };

	return admin_run(rq, front, &flow);
}
