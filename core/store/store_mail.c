/* SPDX-License-Identifier: MIT */
/* Messages for people who were away. */
#include "core/store/store_impl.h"

#include <stdlib.h>

enum {
	/* an id whose letters are capitals has a byte more */
	RUN_CAPITALS_BYTES = STORE_ID_BYTES + 1
};

static bool
read_run(sqlite3_stmt *st, int col, struct store_message *m)
{
	int n = sqlite3_column_bytes(st, col);
	const void *p = sqlite3_column_blob(st, col);

	if (p == NULL || (n != STORE_ID_BYTES && n != RUN_CAPITALS_BYTES))
		return false;
	memcpy(m->run, p, STORE_ID_BYTES);
	m->run_capitals = n == RUN_CAPITALS_BYTES;
	return true;
}

static void
bind_run(sqlite3_stmt *st, int at, const struct store_message *m)
{
	unsigned char run[RUN_CAPITALS_BYTES] = { 0 };

	memcpy(run, m->run, STORE_ID_BYTES);
	(void)sqlite3_bind_blob(st, at, run,
	    m->run_capitals ? RUN_CAPITALS_BYTES : STORE_ID_BYTES,
	    SQLITE_TRANSIENT);
}

static bool
read_message(sqlite3_stmt *st, struct arena *text, struct store_message *m)
{
	*m = (struct store_message){
		.number = (uint32_t)sqlite3_column_int64(st, 2),
		.size = (uint32_t)sqlite3_column_int64(st, 3),
		.sent = sqlite3_column_int64(st, 4),
		.read = sqlite3_column_int64(st, 7),
		.kept = sqlite3_column_int64(st, 8) != 0,
	};
	return store_read_id(st, 0, m->id) && read_run(st, 1, m) &&
	    store_read_text(st, 5, text, &m->sender) &&
	    store_read_text(st, 6, text, &m->name) &&
	    store_read_text(st, 9, text, &m->text);
}

static sqlite3_stmt *
ask(struct store_db *d, const struct store_mail *m)
{
	static const enum store_stmt questions[] = {
		[STORE_MAIL_LIST] = STMT_MESSAGES_OF,
		[STORE_MAIL_HEADS] = STMT_MESSAGE_HEADS_OF,
		[STORE_MAIL_ONE] = STMT_MESSAGE_OF,
		[STORE_MAIL_ALL] = STMT_MESSAGE_TEXTS_OF,
	};
	sqlite3_stmt *st = store_db_stmt(d, questions[m->what]);

	if (st == NULL)
		return NULL;
	(void)sqlite3_bind_int64(st, 1, (sqlite3_int64)m->owner);
	if (m->what != STORE_MAIL_LIST)
		(void)sqlite3_bind_int64(st, 2, m->since);
	if (m->what == STORE_MAIL_ONE)
		(void)sqlite3_bind_blob(st, 3, m->id, STORE_ID_BYTES,
		    SQLITE_STATIC);
	return st;
}

void
store_mail_read(struct store_db *d, struct store_mail_job *j)
{
	struct store_mail *m = j->mail;
	sqlite3_stmt *st = ask(d, m);
	int rc = SQLITE_ERROR;
	bool ok = st != NULL;

	store_mail_free(m);
	arena_init(&m->text, STORE_ARENA_MAX);
	while (ok && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		m->messages = store_read_room(m->messages, m->nmessages,
		    sizeof(*m->messages));
		ok = read_message(st, &m->text, &m->messages[m->nmessages++]);
	}
	if (st != NULL)
		store_db_done(st);
	j->how = ok && rc == SQLITE_DONE ? STORE_FOUND : STORE_ERROR;
	if (j->how == STORE_ERROR)
		store_db_log(d, "store-mail-failed");
}

void
store_mail_free(struct store_mail *m)
{
	free(m->messages);
	arena_free(&m->text);
	m->messages = NULL;
	m->nmessages = 0;
}

/* ---- changes ---- */

static void
bind_text(sqlite3_stmt *st, int at, struct slice s)
{
	(void)sqlite3_bind_text64(st, at, s.p ? s.p : "", s.n, SQLITE_STATIC,
	    SQLITE_UTF8);
}

static void
bind_id(sqlite3_stmt *st, int at, const unsigned char id[STORE_ID_BYTES])
{
	(void)sqlite3_bind_blob(st, at, id, STORE_ID_BYTES, SQLITE_STATIC);
}

static int
put(struct store_db *d, uint64_t owner, const struct store_message *m)
{
	sqlite3_stmt *st = store_db_stmt(d, STMT_MESSAGE_PUT);

	if (st == NULL)
		return SQLITE_ERROR;
	(void)sqlite3_bind_int64(st, 1, (sqlite3_int64)owner);
	bind_id(st, 2, m->id);
	bind_run(st, 3, m);
	(void)sqlite3_bind_int64(st, 4, m->number);
	(void)sqlite3_bind_int64(st, 5, m->size);
	(void)sqlite3_bind_int64(st, 6, m->sent);
	bind_text(st, 7, m->sender);
	bind_text(st, 8, m->name);
	bind_text(st, 9, m->text);
	return store_db_run(st);
}

static int
drop(struct store_db *d, uint64_t owner, const unsigned char id[STORE_ID_BYTES])
{
	sqlite3_stmt *st = store_db_stmt(d, STMT_MESSAGE_DELETE);

	if (st == NULL)
		return SQLITE_ERROR;
	(void)sqlite3_bind_int64(st, 1, (sqlite3_int64)owner);
	bind_id(st, 2, id);
	return store_db_run(st);
}

static int
mark(struct store_db *d, uint64_t owner, const struct store_message *m)
{
	sqlite3_stmt *st = store_db_stmt(d, STMT_MESSAGE_MARK);
	sqlite3_stmt *trim = store_db_stmt(d, STMT_MESSAGE_TRIM);
	int rc;

	if (st == NULL || trim == NULL)
		return SQLITE_ERROR;
	(void)sqlite3_bind_int64(st, 1, (sqlite3_int64)owner);
	bind_id(st, 2, m->id);
	(void)sqlite3_bind_int64(st, 3, m->read);
	(void)sqlite3_bind_int64(st, 4, m->kept);
	rc = store_db_run(st);
	if (rc != SQLITE_OK)
		return rc;
	(void)sqlite3_bind_int64(trim, 1, (sqlite3_int64)owner);
	(void)sqlite3_bind_int64(trim, 2, STORE_MAIL_READ);
	return store_db_run(trim);
}

int
store_mail_apply(struct store_db *d, const struct store_change *c)
{
	const struct store_message *m = &c->u.message;

	if (c->kind == STORE_MESSAGE_PUT)
		return put(d, c->id, m);
	if (c->kind == STORE_MESSAGE_MARK)
		return mark(d, c->id, m);
	return drop(d, c->id, m->id);
}
