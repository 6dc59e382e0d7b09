/* SPDX-License-Identifier: MIT */
/*
 * The connection: how the file is opened, what is kept prepared, and how a
 * transaction begins and ends.
 */
#include "core/store/store_impl.h"

#include "common/base/log.h"
#include "common/base/panic.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	/* another program may look into the file for so long at a time */
	BUSY_MS = 1000,
	/* after so many times its lock is no better than a broken disk */
	BUSY_TRIES = 10
};

/*
 * WAL with FULL is one fsync for each commit, and what is committed survives
 * a power cut.  The page cache is small: the kernel has one as well.
 */
static const char settings[] = "PRAGMA synchronous = FULL;"
			       "PRAGMA foreign_keys = ON;"
			       "PRAGMA cache_size = -128;"
			       "PRAGMA mmap_size = 0;"
			       "PRAGMA temp_store = MEMORY;"
			       "PRAGMA trusted_schema = OFF;"
			       "PRAGMA journal_size_limit = 8388608;";

static const char *const texts[] = {
#define X(name, sql) [STMT_##name] = sql,
#include "core/store/store_sql.def"
};

/*
 * SQLite would make the file with the mode the umask leaves; its companions
 * (-wal, -shm) take the mode of the file.
 */
static int
make_private(const char *path, char *err, size_t errlen)
{
	struct stat st;
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd >= 0) {
		(void)close(fd);
		return 0;
	}
	if (errno != EEXIST) {
		(void)snprintf(err, errlen, "cannot make %s: %s", path,
		    strerror(errno));
		return -1;
	}
	/* best effort: it may belong to somebody who lets us write */
	if (stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
	    (st.st_mode & 077) != 0)
		(void)chmod(path, 0600);
	return 0;
}

static bool
is_memory(const char *path)
{
	return strcmp(path, ":memory:") == 0;
}

static int
settle(struct store_db *d, const char *path, char *err, size_t errlen)
{
	char *why = NULL;
	int rc;

	rc = sqlite3_exec(d->db, settings, NULL, NULL, &why);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(d->db, "PRAGMA journal_mode = WAL", NULL,
		    NULL, &why);
	if (rc != SQLITE_OK) {
		(void)snprintf(err, errlen, "cannot use %s: %s", path,
		    why ? why : sqlite3_errstr(rc));
		sqlite3_free(why);
		return -1;
	}
	return 0;
}

int
store_db_open(struct store_db *d, const struct store_config *cfg, char *err,
    size_t errlen)
{
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
	    SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;
	int rc;

	*d = (struct store_db){ 0 };
	if (!is_memory(cfg->path) && make_private(cfg->path, err, errlen) < 0)
		return -1;
	rc = sqlite3_open_v2(cfg->path, &d->db, flags, cfg->vfs);
	if (rc != SQLITE_OK) {
		(void)snprintf(err, errlen, "cannot open %s: %s", cfg->path,
		    d->db ? sqlite3_errmsg(d->db) : sqlite3_errstr(rc));
		goto fail;
	}
	(void)sqlite3_db_config(d->db, SQLITE_DBCONFIG_LOOKASIDE, NULL, 128,
	    64);
	(void)sqlite3_busy_timeout(d->db, BUSY_MS);
	if (store_migrate_check(d->db, cfg->path, err, errlen) < 0 ||
	    settle(d, cfg->path, err, errlen) < 0 ||
	    store_migrate(d->db, cfg->path, err, errlen) < 0)
		goto fail;
	if (cfg->vfs != NULL)
		d->vfs = slice_dup(slice_text(cfg->vfs));
	return 0;
fail:
	store_db_close(d);
	return -1;
}

void
store_db_close(struct store_db *d)
{
	for (size_t i = 0; i < STMT_COUNT; i++)
		(void)sqlite3_finalize(d->stmts[i]);
	ASSERT(sqlite3_close(d->db) == SQLITE_OK);
	free(d->vfs);
	*d = (struct store_db){ 0 };
}

sqlite3_stmt *
store_db_stmt(struct store_db *d, enum store_stmt which)
{
	if (d->stmts[which] == NULL &&
	    sqlite3_prepare_v3(d->db, texts[which], -1,
		SQLITE_PREPARE_PERSISTENT, &d->stmts[which], NULL) != SQLITE_OK)
		return NULL;
	return d->stmts[which];
}

void
store_bind_text(sqlite3_stmt *st, int at, struct slice text)
{
	(void)sqlite3_bind_text64(st, at, text.p ? text.p : "", text.n,
	    SQLITE_STATIC, SQLITE_UTF8);
}

void
store_db_done(sqlite3_stmt *st)
{
	(void)sqlite3_reset(st);
	(void)sqlite3_clear_bindings(st);
}

int
store_db_run(sqlite3_stmt *st)
{
	int rc;

	if (st == NULL)
		return SQLITE_ERROR;
	rc = sqlite3_step(st);
	store_db_done(st);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

int
store_db_begin(struct store_db *d)
{
	int rc = SQLITE_BUSY;

	for (unsigned i = 0; i < BUSY_TRIES; i++) {
		rc = store_db_run(store_db_stmt(d, STMT_BEGIN));
		if ((rc & 0xff) != SQLITE_BUSY)
			break;
		log_warn("store-busy", LOG_N("tries", i + 1));
	}
	return rc;
}

int
store_db_commit(struct store_db *d)
{
	return store_db_run(store_db_stmt(d, STMT_COMMIT));
}

void
store_db_rollback(struct store_db *d)
{
	/* SQLite has often rolled back by itself, then this has no effect */
	if (!sqlite3_get_autocommit(d->db))
		(void)store_db_run(store_db_stmt(d, STMT_ROLLBACK));
	ASSERT(sqlite3_get_autocommit(d->db));
}

int
store_db_probe(struct store_db *d)
{
	int rc = store_db_run(store_db_stmt(d, STMT_PROBE));

	if (rc != SQLITE_OK)
		store_db_rollback(d);
	return rc;
}

int
store_db_last_id(struct store_db *d, uint64_t *out)
{
	sqlite3_stmt *st = NULL;
	int rc;

	/* both are found without a scan */
	rc = sqlite3_prepare_v2(d->db,
	    "SELECT max(coalesce((SELECT max(id) FROM accounts), 0), "
	    "coalesce((SELECT seq FROM sqlite_sequence "
	    "WHERE name = 'accounts'), 0))",
	    -1, &st, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		*out = (uint64_t)sqlite3_column_int64(st, 0);
	(void)sqlite3_finalize(st);
	return rc == SQLITE_ROW ? 0 : -1;
}

bool
store_db_full(struct store_db *d)
{
	int why = sqlite3_system_errno(d->db);

	return (sqlite3_extended_errcode(d->db) & 0xff) == SQLITE_FULL ||
	    why == ENOSPC || why == EDQUOT;
}

void
store_db_log(struct store_db *d, const char *event)
{
	log_error(event, LOG_N("code", sqlite3_extended_errcode(d->db)),
	    LOG_T("error", sqlite3_errmsg(d->db)),
	    LOG_N("errno", sqlite3_system_errno(d->db)));
}
