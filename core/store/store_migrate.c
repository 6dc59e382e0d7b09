/* SPDX-License-Identifier: MIT */
/*
 * The schema, one version after the other.  A file that is not ours is not
 * touched.
 */
#include "core/store/store_impl.h"
#include "core/store/store_schema.h"

#include <stdio.h>

enum {
	/* "Nudg" in the header of the file, for file(1) and for us */
	APPLICATION_ID = 0x4e756467
};

int
store_schema_version(void)
{
	return store_schema_count;
}

/* The number a query answers with; an SQLite result code. */
static int
ask_number(sqlite3 *db, const char *sql, sqlite3_int64 *out)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &st, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		*out = sqlite3_column_int64(st, 0);
	(void)sqlite3_finalize(st);
	return rc == SQLITE_ROW ? SQLITE_OK : rc;
}

int
store_migrate_check(sqlite3 *db, const char *path, char *err, size_t errlen)
{
	sqlite3_int64 app = 0;
	sqlite3_int64 version = 0;
	sqlite3_int64 tables = 0;
	int rc;

	rc = ask_number(db, "SELECT count(*) FROM sqlite_schema", &tables);
	if (rc == SQLITE_OK)
		rc = ask_number(db, "PRAGMA application_id", &app);
	if (rc == SQLITE_OK)
		rc = ask_number(db, "PRAGMA user_version", &version);
	if ((rc & 0xff) == SQLITE_NOTADB) {
		(void)snprintf(err, errlen,
		    "%s is not a database; move it away or choose another file",
		    path);
		return -1;
	}
	if (rc != SQLITE_OK) {
		(void)snprintf(err, errlen, "cannot read %s: %s", path,
		    sqlite3_errmsg(db));
		return -1;
	}
	if (app == APPLICATION_ID ? version < 0
				  : app != 0 || version != 0 || tables != 0) {
		(void)snprintf(err, errlen,
		    "%s is the database of another program", path);
		return -1;
	}
	if (version > store_schema_count) {
		(void)snprintf(err, errlen,
		    "%s has schema version %lld, but this program knows "
		    "versions up to %d only; use a newer program",
		    path, (long long)version, store_schema_count);
		return -1;
	}
	return 0;
}

static int
one_step(sqlite3 *db, int version)
{
	char mark[96];
	int rc;

	(void)snprintf(mark, sizeof(mark),
	    "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT",
	    APPLICATION_ID, version);
	rc = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db, store_schema_sql[version - 1], NULL, NULL,
		    NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db, mark, NULL, NULL, NULL);
	return rc;
}

int
store_migrate(sqlite3 *db, const char *path, char *err, size_t errlen)
{
	sqlite3_int64 version = 0;
	int rc = ask_number(db, "PRAGMA user_version", &version);

	while (rc == SQLITE_OK && version < store_schema_count) {
		version++;
		rc = one_step(db, (int)version);
	}
	if (rc == SQLITE_OK)
		return 0;
	(void)snprintf(err, errlen,
	    "cannot bring %s to schema version %lld: %s", path,
	    (long long)version, sqlite3_errmsg(db));
	if (!sqlite3_get_autocommit(db))
		(void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	return -1;
}
