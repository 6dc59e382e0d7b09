/* SPDX-License-Identifier: MIT */
/* Codes that let people make accounts. */
#include "core/store/store_impl.h"

#include <stdlib.h>

static bool
read_invite(sqlite3_stmt *st, struct arena *text, struct store_invite *i)
{
	*i = (struct store_invite){
		.uses = (uint32_t)sqlite3_column_int64(st, 1),
		.expires = sqlite3_column_int64(st, 2),
	};
	return store_read_text(st, 0, text, &i->code);
}

void
store_invites_read(struct store_db *d, struct store_invites_job *j)
{
	struct store_invites *q = j->invites;
	sqlite3_stmt *st = store_db_stmt(d, STMT_INVITES);
	int rc = SQLITE_ERROR;
	bool ok = st != NULL;

	store_invites_free(q);
	arena_init(&q->text, STORE_ARENA_MAX);
	while (ok && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		q->all = store_read_room(q->all, q->n, sizeof(*q->all));
		ok = read_invite(st, &q->text, &q->all[q->n++]);
	}
	if (st != NULL)
		store_db_done(st);
	j->how = ok && rc == SQLITE_DONE ? STORE_FOUND : STORE_ERROR;
	if (j->how == STORE_ERROR)
		store_db_log(d, "store-invites-failed");
}

void
store_invites_free(struct store_invites *q)
{
	free(q->all);
	arena_free(&q->text);
	q->all = NULL;
	q->n = 0;
}

int
store_invite_put(struct store_db *d, const struct store_invite *i)
{
	sqlite3_stmt *st = store_db_stmt(d,
	    i->uses > 0 ? STMT_INVITE_PUT : STMT_INVITE_DELETE);

	if (st == NULL)
		return SQLITE_ERROR;
	(void)sqlite3_bind_text64(st, 1, i->code.p ? i->code.p : "", i->code.n,
	    SQLITE_STATIC, SQLITE_UTF8);
	if (i->uses > 0) {
		(void)sqlite3_bind_int64(st, 2, i->uses);
		(void)sqlite3_bind_int64(st, 3, i->expires);
	}
	return store_db_run(st);
}
