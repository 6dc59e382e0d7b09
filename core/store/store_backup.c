/* SPDX-License-Identifier: MIT */
/*
 * A copy of the live database, some pages at a time between batches.  The
 * copy is one file without companions, on disk before success is told.
 */
#include "core/store/store_impl.h"

#include "common/base/log.h"
#include "common/base/panic.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	STEP_PAGES = 100
};

static void
complain(struct store_backup_job *j, const char *what, const char *why)
{
	if (!j->failed)
		(void)snprintf(j->error, sizeof(j->error), "cannot %s %s: %s",
		    what, j->backup->path, why);
	j->failed = true;
}

static int
sync_path(const char *path, int flags)
{
	int fd = open(path, flags | O_RDONLY | O_CLOEXEC);
	int rc = -1;

	if (fd < 0)
		return -1;
	if (fsync(fd) == 0)
		rc = 0;
	(void)close(fd);
	return rc;
}

/* The folder too, or a power cut could take the name of the file. */
int
store_backup_sync(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder;
	int rc;

	if (slash == NULL)
		folder = mem_copy_text(".", 1);
	else
		folder = mem_copy_text(path,
		    slash == path ? 1 : (size_t)(slash - path));
	rc = sync_path(path, 0);
	if (rc == 0)
		rc = sync_path(folder, O_DIRECTORY);
	free(folder);
	return rc;
}

static int
backup_begin(struct store_db *d, struct store_backup_job *j)
{
	const char *path = j->backup->path;
	int fd;
	int rc;

	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0) {
		complain(j, "make", strerror(errno));
		return -1;
	}
	j->made = true;
	(void)close(fd);
	rc = sqlite3_open_v2(path, &j->to,
	    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, d->vfs);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(j->to,
		    "PRAGMA journal_mode = OFF; PRAGMA cache_size = -256", NULL,
		    NULL, NULL);
	if (rc != SQLITE_OK) {
		complain(j, "write", sqlite3_errstr(rc));
		return -1;
	}
	j->steps = sqlite3_backup_init(j->to, "main", d->db, "main");
	if (j->steps == NULL) {
		complain(j, "write", sqlite3_errmsg(j->to));
		return -1;
	}
	return 0;
}

/* Closes what is open; after a failure nothing of the copy stays. */
static void
backup_end(struct store_backup_job *j)
{
	int rc = SQLITE_OK;

	if (j->steps != NULL)
		rc = sqlite3_backup_finish(j->steps);
	/* the copied header says WAL: make it a file that stands alone */
	if (rc == SQLITE_OK && !j->failed)
		rc = sqlite3_exec(j->to,
		    "PRAGMA journal_mode = DELETE; PRAGMA secure_delete = ON; "
		    "DELETE FROM secrets WHERE name = '" STORE_SECRET_LIVE "'",
		    NULL, NULL, NULL);
	if (rc != SQLITE_OK)
		complain(j, "write", sqlite3_errstr(rc));
	ASSERT(sqlite3_close(j->to) == SQLITE_OK);
	j->steps = NULL;
	j->to = NULL;
	if (!j->failed && store_backup_sync(j->backup->path) < 0)
		complain(j, "sync", strerror(errno));
	if (!j->failed)
		return;
	if (j->made)
		(void)unlink(j->backup->path);
	log_warn("backup-failed", LOG_T("error", j->error));
}

bool
store_backup_step(struct store_db *d, struct store_backup_job *j)
{
	int rc;

	if (j->steps == NULL && backup_begin(d, j) < 0) {
		backup_end(j);
		return true;
	}
	rc = sqlite3_backup_step(j->steps, STEP_PAGES);
	if (rc == SQLITE_OK)
		return false;
	if (rc != SQLITE_DONE)
		complain(j, "write", sqlite3_errstr(rc));
	backup_end(j);
	return true;
}

void
store_backup_abandon(struct store_backup_job *j, const char *why)
{
	complain(j, "write", why);
	backup_end(j);
}
