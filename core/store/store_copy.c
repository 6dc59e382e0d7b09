/* SPDX-License-Identifier: MIT */
/*
 * What is sealed is one row among the secrets: the setting, a line feed, and
 * sealed under it name and value of each, with their lengths before them.
 */
#include "core/store/store_copy.h"

#include "common/base/panic.h"
#include "core/store/store_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	KEYS_MAX = 1024 * 1024,
	LABEL_MAX = STORE_COPY_SETTING_MAX + 32
};

/* All but the mark is a key, or belongs to one. */
#define ARE_KEYS "WHERE name <> '" STORE_SECRET_MARK "'"

static int
say(char *err, size_t errlen, const char *what, const char *path,
    const char *why)
{
	(void)snprintf(err, errlen, "cannot %s %s: %s", what, path, why);
	return -1;
}

static sqlite3 *
open_copy(const char *path)
{
	sqlite3 *db = NULL;

	if (sqlite3_open_v2(path, &db,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
		    SQLITE_OPEN_PRIVATECACHE,
		NULL) == SQLITE_OK &&
	    sqlite3_exec(db, "PRAGMA trusted_schema = OFF", NULL, NULL, NULL) ==
		SQLITE_OK)
		return db;
	(void)sqlite3_close(db);
	return NULL;
}

/* One text or blob given in, if it is not NULL. */
static int
run(sqlite3 *db, const char *sql, struct slice text, struct slice blob)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &st, NULL);

	if (rc != SQLITE_OK)
		return rc;
	if (text.p != NULL)
		(void)sqlite3_bind_text64(st, 1, text.p, text.n, SQLITE_STATIC,
		    SQLITE_UTF8);
	if (blob.p != NULL)
		(void)sqlite3_bind_blob64(st, 2, blob.p, blob.n, SQLITE_STATIC);
	(void)sqlite3_step(st);
	return sqlite3_finalize(st);
}

#define NOTHING slice_make(NULL, 0)

static int
put_secret(sqlite3 *db, struct slice name, struct slice value)
{
	return run(db,
	    "INSERT OR REPLACE INTO secrets (name, value) VALUES (?1, ?2)",
	    name, value.p == NULL ? SLICE_LIT("") : value);
}

static struct slice
label(struct buf *b, struct slice setting)
{
	buf_add_text(b, "keys of a backup ");
	buf_add_slice(b, setting);
	ASSERT(buf_ok(b));
	return buf_slice(b);
}

/* ---- into a bare one ---- */

static void
add_item(struct buf *out, const void *p, int n)
{
	const uint32_t len = (uint32_t)n;
	const unsigned char head[4] = { (unsigned char)(len >> 24),
		(unsigned char)(len >> 16), (unsigned char)(len >> 8),
		(unsigned char)len };

	buf_add(out, head, sizeof(head));
	if (len > 0)
		buf_add(out, p, len);
}

static int
collect(sqlite3 *db, struct buf *out)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(db,
	    "SELECT name, value FROM secrets " ARE_KEYS, -1, &st, NULL);

	while (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		add_item(out, sqlite3_column_text(st, 0),
		    sqlite3_column_bytes(st, 0));
		add_item(out, sqlite3_column_blob(st, 1),
		    sqlite3_column_bytes(st, 1));
		rc = SQLITE_OK;
	}
	(void)sqlite3_finalize(st);
	return rc == SQLITE_DONE && buf_ok(out) ? SQLITE_OK : SQLITE_ERROR;
}

static int
seal_keys(sqlite3 *db, const struct store_copy_seal *how, struct buf *row)
{
	struct buf keys = BUF_INIT(KEYS_MAX), name = BUF_INIT(LABEL_MAX);
	struct slice setting = slice_text(how->setting);
	int rc = collect(db, &keys);

	if (rc == SQLITE_OK) {
		buf_add_slice(row, setting);
		buf_add_char(row, '\n');
		seal_make(how->key, how->env, label(&name, setting),
		    buf_slice(&keys), row);
	}
	if (keys.n > 0)
		mem_wipe(keys.p, keys.n);
	buf_free(&keys);
	buf_free(&name);
	return rc == SQLITE_OK && buf_ok(row) ? SQLITE_OK : SQLITE_ERROR;
}

/* Only what is still in use goes to the new file, so no old page does. */
static int
write_bare(sqlite3 *db, const char *to, const struct store_copy_seal *how)
{
	struct buf row = BUF_INIT(KEYS_MAX + LABEL_MAX);
	int rc = SQLITE_OK;

	if (how != NULL)
		rc = seal_keys(db, how, &row);
	if (rc == SQLITE_OK)
		rc = run(db, "DELETE FROM secrets " ARE_KEYS, NOTHING, NOTHING);
	if (rc == SQLITE_OK && how != NULL)
		rc = put_secret(db, SLICE_LIT(STORE_SECRET_SEALED),
		    buf_slice(&row));
	if (rc == SQLITE_OK)
		rc = run(db, "VACUUM INTO ?1", slice_text(to), NOTHING);
	buf_free(&row);
	return rc;
}

int
store_copy_bare(const char *from, const char *to,
    const struct store_copy_seal *how, char *err, size_t errlen)
{
	int fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	sqlite3 *db;
	int rc;

	if (fd < 0)
		return say(err, errlen, "make", to, strerror(errno));
	(void)close(fd);
	db = open_copy(from);
	rc = db == NULL ? SQLITE_CANTOPEN : write_bare(db, to, how);
	(void)sqlite3_close(db);
	if (rc == SQLITE_OK && store_backup_sync(to) == 0)
		return 0;
	(void)say(err, errlen, "write", to,
	    rc != SQLITE_OK ? sqlite3_errstr(rc) : strerror(errno));
	(void)unlink(to);
	return -1;
}

/* ---- and back ---- */

/* 1: there is one, 0: there is none, -1: it cannot be read. */
static int
get_secret(sqlite3 *db, const char *name, struct buf *out)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(db,
	    "SELECT value FROM secrets WHERE name = ?1", -1, &st, NULL);

	if (rc == SQLITE_OK) {
		(void)sqlite3_bind_text(st, 1, name, -1, SQLITE_STATIC);
		rc = sqlite3_step(st);
	}
	if (rc == SQLITE_ROW && sqlite3_column_bytes(st, 0) > 0)
		buf_add(out, sqlite3_column_blob(st, 0),
		    (size_t)sqlite3_column_bytes(st, 0));
	(void)sqlite3_finalize(st);
	if (!buf_ok(out) || (rc != SQLITE_ROW && rc != SQLITE_DONE))
		return -1;
	return rc == SQLITE_ROW ? 1 : 0;
}

int
store_copy_look(const char *path, enum store_copy_keys *which,
    char setting[STORE_COPY_SETTING_MAX + 1])
{
	struct buf row = BUF_INIT(KEYS_MAX + LABEL_MAX);
	struct slice rest, head;
	sqlite3 *db = open_copy(path);
	int r = -1;

	*which = STORE_COPY_HAS_KEYS;
	if (db != NULL)
		r = get_secret(db, STORE_SECRET_SEALED, &row);
	rest = buf_slice(&row);
	if (r == 1 && slice_cut(&rest, '\n', &head) &&
	    head.n <= STORE_COPY_SETTING_MAX) {
		*which = STORE_COPY_SEALED;
		memcpy(setting, head.p, head.n);
		setting[head.n] = '\0';
	} else if (r == 1) {
		r = -1;
	} else if (r == 0) {
		r = get_secret(db, STORE_SECRET_AUTHORITY, &row);
		if (r == 0)
			*which = STORE_COPY_BARE;
	}
	(void)sqlite3_close(db);
	buf_free(&row);
	return r < 0 ? -1 : 0;
}

static bool
take_item(struct slice *rest, struct slice *item)
{
	const unsigned char *p = (const unsigned char *)rest->p;
	size_t n;

	if (rest->n < 4)
		return false;
	n = (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
	*rest = slice_from(*rest, 4);
	if (rest->n < n)
		return false;
	*item = slice_upto(*rest, n);
	*rest = slice_from(*rest, n);
	return true;
}

static int
put_back(sqlite3 *db, struct slice keys)
{
	struct slice name, value;
	int rc = run(db, "PRAGMA secure_delete = ON", NOTHING, NOTHING);

	if (rc == SQLITE_OK)
		rc = run(db, "BEGIN IMMEDIATE", NOTHING, NOTHING);
	while (rc == SQLITE_OK && keys.n > 0)
		rc = take_item(&keys, &name) && take_item(&keys, &value)
		    ? put_secret(db, name, value)
		    : SQLITE_CORRUPT;
	if (rc == SQLITE_OK)
		rc = run(db, "DELETE FROM secrets WHERE name = ?1",
		    SLICE_LIT(STORE_SECRET_SEALED), NOTHING);
	/* what is not committed goes when it is closed */
	return rc == SQLITE_OK ? run(db, "COMMIT", NOTHING, NOTHING) : rc;
}

static int
unseal(sqlite3 *db, const unsigned char key[SEAL_KEY_BYTES], const char *path,
    char *err, size_t errlen)
{
	struct buf row = BUF_INIT(KEYS_MAX + LABEL_MAX);
	struct buf keys = BUF_INIT(KEYS_MAX), name = BUF_INIT(LABEL_MAX);
	struct slice rest, setting = SLICE_LIT("");
	int rc = SQLITE_CORRUPT;
	int r = -1;

	if (get_secret(db, STORE_SECRET_SEALED, &row) == 1) {
		rest = buf_slice(&row);
		if (slice_cut(&rest, '\n', &setting) &&
		    setting.n <= STORE_COPY_SETTING_MAX)
			rc = SQLITE_OK;
	}
	if (rc == SQLITE_OK &&
	    !seal_open(key, label(&name, setting), rest, &keys)) {
		(void)snprintf(err, errlen,
		    "this is not the passphrase that the keys were sealed "
		    "with");
	} else {
		if (rc == SQLITE_OK)
			rc = put_back(db, buf_slice(&keys));
		r = rc == SQLITE_OK ? 0
				    : say(err, errlen, "open the keys of", path,
					  sqlite3_errstr(rc));
	}
	if (keys.n > 0)
		mem_wipe(keys.p, keys.n);
	buf_free(&keys);
	buf_free(&name);
	buf_free(&row);
	return r;
}

int
store_copy_unseal(const char *path, const unsigned char key[SEAL_KEY_BYTES],
    char *err, size_t errlen)
{
	sqlite3 *db = open_copy(path);
	int r;

	if (db == NULL)
		return say(err, errlen, "open", path, "it is no database");
	r = unseal(db, key, path, err, errlen);
	(void)sqlite3_close(db);
	return r;
}
