/* SPDX-License-Identifier: MIT */
/* What accounts keep under names of their own. */
#include "core/store/store_impl.h"

static void
bind_name(sqlite3_stmt *st, const struct store_kept *k)
{
	(void)sqlite3_bind_int64(st, 1, (sqlite3_int64)k->kind);
	(void)sqlite3_bind_text64(st, 2, k->name.p ? k->name.p : "", k->name.n,
	    SQLITE_STATIC, SQLITE_UTF8);
}

int
store_kept_put(struct store_db *d, uint64_t owner, const struct store_kept *k)
{
	sqlite3_stmt *st = store_db_stmt(d, STMT_KEPT_PUT);

	if (st == NULL)
		return SQLITE_ERROR;
	bind_name(st, k);
	(void)sqlite3_bind_int64(st, 3, (sqlite3_int64)owner);
	(void)sqlite3_bind_blob64(st, 4, k->value.p ? k->value.p : "",
	    k->value.n, SQLITE_STATIC);
	return store_db_run(st);
}

int
store_kept_delete(struct store_db *d, const struct store_kept *k)
{
	sqlite3_stmt *st = store_db_stmt(d, STMT_KEPT_DELETE);

	if (st == NULL)
		return SQLITE_ERROR;
	bind_name(st, k);
	return store_db_run(st);
}

static struct slice
column(sqlite3_stmt *st, int col)
{
	const void *p = sqlite3_column_blob(st, col);

	return slice_make(p, (size_t)sqlite3_column_bytes(st, col));
}

int
store_kept_run(struct store_db *d, const struct store_kept_reader *r)
{
	sqlite3_stmt *st = store_db_stmt(d, STMT_KEPT_ALL);
	int rc;

	if (st == NULL)
		return -1;
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		const struct store_kept k = {
			.kind = (uint32_t)sqlite3_column_int64(st, 0),
			.name = column(st, 1),
			.owner = (uint64_t)sqlite3_column_int64(st, 2),
			.value = column(st, 3)
		};

		r->row(r->ctx, &k);
	}
	store_db_done(st);
	return rc == SQLITE_DONE ? 0 : -1;
}
