/* SPDX-License-Identifier: MIT */
/*
 * Keys and certificates: asked for by name, and the caller waits.
 */
#include "core/store/store_impl.h"

#include "common/base/panic.h"

static int
secret_get(struct store_db *d, const char *name, struct buf *out)
{
	sqlite3_stmt *st = store_db_stmt(d, STMT_SECRET_GET);
	int rc;

	if (st == NULL)
		return -1;
	(void)sqlite3_bind_text(st, 1, name, -1, SQLITE_STATIC);
	rc = sqlite3_step(st);
	if (rc == SQLITE_ROW) {
		const void *p = sqlite3_column_blob(st, 0);

		buf_add(out, p, (size_t)sqlite3_column_bytes(st, 0));
	}
	store_db_done(st);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return -1;
	return buf_ok(out) ? 0 : -1;
}

static int
secret_put(struct store_db *d, const char *name, struct slice value)
{
	sqlite3_stmt *st = store_db_stmt(d, STMT_SECRET_PUT);
	int rc;

	if (st == NULL)
		return -1;
	rc = store_db_begin(d);
	if (rc == SQLITE_OK) {
		(void)sqlite3_bind_text(st, 1, name, -1, SQLITE_STATIC);
		(void)sqlite3_bind_blob64(st, 2, value.p ? value.p : "",
		    value.n, SQLITE_STATIC);
		rc = store_db_run(st);
	}
	if (rc == SQLITE_OK)
		rc = store_db_commit(d);
	if (rc != SQLITE_OK) {
		store_db_log(d, "store-secret-failed");
		store_db_rollback(d);
	}
	return rc == SQLITE_OK ? 0 : -1;
}

int
store_secret_run(struct store_db *d, struct store_secret_job *j)
{
	if (j->kept != NULL)
		return store_kept_run(d, j->kept);
	if (j->bans != NULL)
		return store_bans_read(d, j->bans);
	if (j->out != NULL)
		return secret_get(d, j->name, j->out);
	return secret_put(d, j->name, j->value);
}

int
store_secret_ask(struct store *s, struct store_secret_job *j)
{
	ASSERT(!s->closing);
	if (s->cfg.on_loop)
		return store_secret_run(&s->worker.db, j);
	store_hand_over(s);
	(void)pthread_mutex_lock(&s->lock);
	list_push(&s->queue, &j->job.node);
	(void)pthread_cond_signal(&s->wake);
	while (!j->answered)
		(void)pthread_cond_wait(&s->answered, &s->lock);
	(void)pthread_mutex_unlock(&s->lock);
	return j->result;
}

int
store_secret_get(struct store *s, const char *name, struct buf *out)
{
	struct store_secret_job j = { .job.kind = JOB_SECRET,
		.name = name,
		.out = out };

	buf_reset(out);
	return store_secret_ask(s, &j);
}

int
store_secret_put(struct store *s, const char *name, struct slice value)
{
	struct store_secret_job j = { .job.kind = JOB_SECRET,
		.name = name,
		.value = value };

	ASSERT(value.n <= STORE_TEXT_MAX);
	return store_secret_ask(s, &j);
}

int
store_kept_read(struct store *s, const struct store_kept_reader *r)
{
	struct store_secret_job j = { .job.kind = JOB_SECRET, .kept = r };

	return store_secret_ask(s, &j);
}
