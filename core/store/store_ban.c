/* SPDX-License-Identifier: MIT */
/* Networks that are turned away. */
#include "core/store/store_impl.h"

#include <stdlib.h>

static bool
read_ban(sqlite3_stmt *st, struct arena *text, struct store_ban *b)
{
	*b = (struct store_ban){
		.since = sqlite3_column_int64(st, 2),
		.until = sqlite3_column_int64(st, 3),
	};
	return store_read_text(st, 0, text, &b->network) &&
	    store_read_text(st, 1, text, &b->note);
}

int
store_bans_read(struct store_db *d, struct store_bans *out)
{
	sqlite3_stmt *st = store_db_stmt(d, STMT_BANS);
	int rc = SQLITE_ERROR;
	bool ok = st != NULL;

	while (ok && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		out->all = store_read_room(out->all, out->n, sizeof(*out->all));
		ok = read_ban(st, &out->text, &out->all[out->n++]);
	}
	if (st != NULL)
		store_db_done(st);
	return ok && rc == SQLITE_DONE ? 0 : -1;
}

int
store_bans_get(struct store *s, struct store_bans *out)
{
	struct store_secret_job j = { .job.kind = JOB_SECRET, .bans = out };

	*out = (struct store_bans){ .n = 0 };
	arena_init(&out->text, STORE_ARENA_MAX);
	return store_secret_ask(s, &j);
}

void
store_bans_free(struct store_bans *b)
{
	free(b->all);
	arena_free(&b->text);
	b->all = NULL;
	b->n = 0;
}

int
store_ban_put(struct store_db *d, const struct store_ban *b)
{
	sqlite3_stmt *st =
	    store_db_stmt(d, b->since != 0 ? STMT_BAN_PUT : STMT_BAN_DELETE);

	if (st == NULL)
		return SQLITE_ERROR;
	store_bind_text(st, 1, b->network);
	if (b->since != 0) {
		store_bind_text(st, 2, b->note);
		(void)sqlite3_bind_int64(st, 3, b->since);
		(void)sqlite3_bind_int64(st, 4, b->until);
	}
	return store_db_run(st);
}
