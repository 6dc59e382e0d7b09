/* SPDX-License-Identifier: MIT */
/* Addresses from which accounts signed in. */
#include "core/store/store_impl.h"

#include <stdlib.h>

static bool
read_signin(sqlite3_stmt *st, struct arena *text, struct store_signin *s)
{
	*s = (struct store_signin){
		.first = sqlite3_column_int64(st, 1),
		.last = sqlite3_column_int64(st, 2),
	};
	return store_read_text(st, 0, text, &s->peer);
}

void
store_signins_read(struct store_db *d, struct store_signins_job *j)
{
	struct store_signins *q = j->signins;
	sqlite3_stmt *st = store_db_stmt(d, STMT_SIGNINS_OF);
	int rc = SQLITE_ERROR;
	bool ok = st != NULL;

	store_signins_free(q);
	arena_init(&q->text, STORE_ARENA_MAX);
	if (st != NULL) {
		(void)sqlite3_bind_int64(st, 1, (sqlite3_int64)q->owner);
		(void)sqlite3_bind_int64(st, 2, q->since);
	}
	while (ok && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		q->all = store_read_room(q->all, q->n, sizeof(*q->all));
		ok = read_signin(st, &q->text, &q->all[q->n++]);
	}
	if (st != NULL)
		store_db_done(st);
	j->how = ok && rc == SQLITE_DONE ? STORE_FOUND : STORE_ERROR;
	if (j->how == STORE_ERROR)
		store_db_log(d, "store-signins-failed");
}

void
store_signins_free(struct store_signins *q)
{
	free(q->all);
	arena_free(&q->text);
	q->all = NULL;
	q->n = 0;
}

static int
put(struct store_db *d, uint64_t owner, const struct store_signin *s)
{
	sqlite3_stmt *st = store_db_stmt(d, STMT_SIGNIN_PUT);
	sqlite3_stmt *trim = store_db_stmt(d, STMT_SIGNINS_TRIM);
	int rc;

	if (st == NULL || trim == NULL)
		return SQLITE_ERROR;
	(void)sqlite3_bind_int64(st, 1, (sqlite3_int64)owner);
	store_bind_text(st, 2, s->peer);
	(void)sqlite3_bind_int64(st, 3, s->last);
	rc = store_db_run(st);
	if (rc != SQLITE_OK)
		return rc;
	(void)sqlite3_bind_int64(trim, 1, (sqlite3_int64)owner);
	(void)sqlite3_bind_int64(trim, 2, STORE_SIGNINS - 1);
	return store_db_run(trim);
}

static int
expire_one(struct store_db *d, enum store_stmt which, int64_t before)
{
	sqlite3_stmt *st = store_db_stmt(d, which);

	if (st == NULL)
		return SQLITE_ERROR;
	(void)sqlite3_bind_int64(st, 1, before);
	return store_db_run(st);
}

static int
expire(struct store_db *d, const struct store_expiry *e)
{
	int rc = expire_one(d, STMT_MESSAGES_EXPIRE, e->read);

	if (rc == SQLITE_OK)
		rc = expire_one(d, STMT_SIGNINS_EXPIRE, e->signins);
	if (rc == SQLITE_OK)
		rc = expire_one(d, STMT_NETWORKS_OLD, e->networks);
	return rc;
}

int
store_signin_apply(struct store_db *d, const struct store_change *c)
{
	return c->kind == STORE_EXPIRE ? expire(d, &c->u.expiry)
				       : put(d, c->id, &c->u.signin);
}
