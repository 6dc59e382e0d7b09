/* SPDX-License-Identifier: MIT */
/* What people report of others. */
#include "core/store/store_impl.h"

#include <stdlib.h>

/* The columns of REPORTS. */
static bool
read_report(sqlite3_stmt *st, struct arena *text, struct store_report *r)
{
	*r = (struct store_report){
		.id = (uint64_t)sqlite3_column_int64(st, 0),
		.author = (uint64_t)sqlite3_column_int64(st, 1),
		.target = (uint64_t)sqlite3_column_int64(st, 2),
		.made = sqlite3_column_int64(st, 3),
		.closed = sqlite3_column_int64(st, 4),
	};
	return store_read_text(st, 5, text, &r->by) &&
	    store_read_text(st, 6, text, &r->about) &&
	    store_read_text(st, 7, text, &r->kind) &&
	    store_read_text(st, 8, text, &r->text) &&
	    store_read_text(st, 9, text, &r->note);
}

void
store_reports_read(struct store_db *d, struct store_reports_job *j)
{
	struct store_reports *q = j->reports;
	sqlite3_stmt *st = store_db_stmt(d, STMT_REPORTS);
	int rc = SQLITE_ERROR;
	bool ok = st != NULL;

	store_reports_free(q);
	arena_init(&q->text, STORE_ARENA_MAX);
	while (ok && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		q->all = store_read_room(q->all, q->n, sizeof(*q->all));
		ok = read_report(st, &q->text, &q->all[q->n++]);
	}
	if (st != NULL)
		store_db_done(st);
	j->how = ok && rc == SQLITE_DONE ? STORE_FOUND : STORE_ERROR;
	if (j->how == STORE_ERROR)
		store_db_log(d, "store-reports-failed");
}

void
store_reports_free(struct store_reports *q)
{
	free(q->all);
	arena_free(&q->text);
	q->all = NULL;
	q->n = 0;
}

int
store_report_put(struct store_db *d, const struct store_report *r)
{
	sqlite3_stmt *st = store_db_stmt(d,
	    r->made != 0 ? STMT_REPORT_PUT : STMT_REPORT_DELETE);

	if (st == NULL)
		return SQLITE_ERROR;
	(void)sqlite3_bind_int64(st, 1, (sqlite3_int64)r->id);
	if (r->made != 0) {
		(void)sqlite3_bind_int64(st, 2, (sqlite3_int64)r->author);
		(void)sqlite3_bind_int64(st, 3, (sqlite3_int64)r->target);
		store_bind_text(st, 4, r->about);
		store_bind_text(st, 5, r->kind);
		(void)sqlite3_bind_int64(st, 6, r->made);
		(void)sqlite3_bind_int64(st, 7, r->closed);
		store_bind_text(st, 8, r->text);
		store_bind_text(st, 9, r->note);
	}
	return store_db_run(st);
}
