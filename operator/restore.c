/* SPDX-License-Identifier: MIT */
/*
 * "nudgectl restore": a backup becomes the database of a data folder that no
 * server uses.  What was there is kept beside it.
 */
#include "operator/here.h"

#include "common/ops/service.h"
#include "operator/mark.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	ERR = 512,
	CHUNK = 64 * 1024
};

static int
failed(const char *what)
{
	(void)fprintf(stderr, "nudgectl: cannot %s: %s\n", what,
	    strerror(errno));
	return -1;
}

/* A new file in the folder, for its owner alone. */
static FILE *
create(int dir, const char *name)
{
	int fd = openat(dir, name,
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);

	return fd < 0 ? NULL : fdopen(fd, "w");
}

/* The database of in, durable under another name. */
static int
copy(FILE *in, int dir, const char *name)
{
	static const char magic[] = "SQLite format 3"; /* its NUL counts */
	static char chunk[CHUNK];
	size_t n = fread(chunk, 1, sizeof(chunk), in);
	FILE *out;
	bool good;

	if (n < sizeof(magic) || memcmp(chunk, magic, sizeof(magic)) != 0) {
		(void)here_complain("this is no backup: it does not begin as "
				    "a database does");
		return -1;
	}
	out = create(dir, name);
	if (out == NULL)
		return failed("write in the data folder");
	for (; n > 0; n = fread(chunk, 1, sizeof(chunk), in))
		if (fwrite(chunk, 1, n, out) != n)
			break;
	good = n == 0 && !ferror(in) && fflush(out) == 0 &&
	    fsync(fileno(out)) == 0;
	if (!good)
		(void)failed("copy the backup");
	(void)fclose(out);
	if (!good)
		(void)unlinkat(dir, name, 0);
	return good ? 0 : -1;
}

/* It need not be there. */
static bool
move(int dir, const char *from, const char *to)
{
	return renameat(dir, from, dir, to) == 0 || errno == ENOENT;
}

/*
 * The mark of what is here fits no database from now on: numbers come again
 * with what is restored, and passwords, so no ticket given before may open
 * anything.
 */
static int
disown(int dir)
{
	FILE *out = create(dir, MARK_FILE);
	bool good = out != NULL && fputs("restored\n", out) >= 0 &&
	    fflush(out) == 0 && fsync(fileno(out)) == 0;

	if (out != NULL)
		(void)fclose(out);
	return good ? 0 : -1;
}

/* A database and its log belong together: both move, or the log is lost. */
static int
take_place(int dir)
{
	/* before all else: the next start must see that something changed */
	if (disown(dir) != 0)
		return failed("write in the data folder");
	(void)unlinkat(dir, "nudge.db.old-wal", 0);
	if (!move(dir, "nudge.db-wal", "nudge.db.old-wal") ||
	    !move(dir, "nudge.db", "nudge.db.old") ||
	    (unlinkat(dir, "nudge.db-shm", 0) != 0 && errno != ENOENT))
		return failed("move the old database aside");
	if (renameat(dir, "nudge.db.new", dir, "nudge.db") != 0 ||
	    fsync(dir) != 0)
		return failed("put the backup in its place");
	return 0;
}

int
here_restore(const char *dir, char **args, int n)
{
	FILE *in = strcmp(args[0], "-") == 0 ? stdin : fopen(args[0], "re");
	char err[ERR] = "";
	int rc = EXIT_FAILURE;
	int lock, folder;

	(void)n;
	if (in == NULL) {
		(void)failed("read the backup");
		return EXIT_FAILURE;
	}
	lock = service_lock_folder(dir, err, sizeof(err));
	if (lock < 0) {
		(void)fclose(in);
		return here_complain(err);
	}
	folder = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder >= 0 && copy(in, folder, "nudge.db.new") == 0 &&
	    take_place(folder) == 0) {
		(void)printf("restored; what was there is %s/nudge.db.old; "
			     "everybody must sign in again\n",
		    dir);
		rc = EXIT_SUCCESS;
	}
	if (folder >= 0)
		(void)close(folder);
	(void)close(lock);
	(void)fclose(in);
	return rc;
}
