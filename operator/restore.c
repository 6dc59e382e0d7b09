/* SPDX-License-Identifier: MIT */
/*
 * "nudgectl restore": a backup becomes the database of a data folder that no
 * server uses.  What was there is kept beside it.
 */
#include "operator/here.h"

#include "common/base/panic.h"
#include "common/ops/service.h"
#include "core/store/store_copy.h"
#include "operator/here_pass.h"
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

#define FRESH "nudge.db.new"

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
	if (renameat(dir, FRESH, dir, "nudge.db") != 0 || fsync(dir) != 0)
		return failed("put the backup in its place");
	return 0;
}

/* ---- its keys ---- */

static int
unseal(const char *path, const char *setting, const char *file)
{
	unsigned char key[PASSPHRASE_KEY_BYTES];
	char phrase[HERE_PASS_MAX];
	char err[ERR] = "";
	int r = -1;

	if (here_passphrase(file, false, phrase)) {
		r = passphrase_key(slice_text(phrase), slice_text(setting),
		    key);
		if (r != 0)
			(void)here_complain("the passphrase's key cannot be "
					    "made: the backup is damaged, or "
					    "there is no memory");
		else
			r = store_copy_unseal(path, key, err, sizeof(err));
	}
	if (err[0] != '\0')
		(void)here_complain(err);
	mem_wipe(phrase, sizeof(phrase));
	mem_wipe(key, sizeof(key));
	return r;
}

/* Of the copy in the folder: they are opened, if they are sealed. */
static int
take_keys(const char *dir, const char *file, bool *bare)
{
	char setting[STORE_COPY_SETTING_MAX + 1];
	struct buf path = BUF_INIT(8192);
	enum store_copy_keys which;
	int r = -1;

	buf_addf(&path, "%s/" FRESH, dir);
	buf_add_char(&path, '\0');
	if (!buf_ok(&path) || store_copy_look(path.p, &which, setting) != 0)
		(void)here_complain("this is no backup that can be read");
	else if (which == STORE_COPY_SEALED)
		r = unseal(path.p, setting, file);
	else
		r = 0;
	*bare = r == 0 && which == STORE_COPY_BARE;
	buf_free(&path);
	return r;
}

static const char bare_text[] =
    "This backup has no keys.  At its next start the server makes others:\n"
    "- everybody who installed its certificate must install the new one, from\n"
    "  the page /connect or of \"nudgectl certs export FOLDER\";\n"
    "- MSN 1 to 4 need a new app-password for each account that had one, and\n"
    "  with accounts.md5 = on everybody's own password must be set once more.\n";

static int
restore(FILE *in, const char *dir, const char *file)
{
	int folder = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool bare = false;
	int r = -1;

	if (folder < 0)
		return failed("open the data folder");
	if (copy(in, folder, FRESH) == 0) {
		r = take_keys(dir, file, &bare);
		if (r == 0)
			r = take_place(folder);
		else
			(void)unlinkat(folder, FRESH, 0);
	}
	(void)close(folder);
	if (r != 0)
		return -1;
	(void)printf("restored; what was there is %s/nudge.db.old; "
		     "everybody must sign in again\n%s",
	    dir, bare ? bare_text : "");
	return 0;
}

/* FILE [--passphrase-file F] */
int
here_restore(const char *dir, char **args, int n)
{
	const char *file = n == 3 ? args[2] : NULL;
	char err[ERR] = "";
	FILE *in;
	int lock, r;

	in = strcmp(args[0], "-") == 0 ? stdin : fopen(args[0], "re");
	if (in == NULL) {
		(void)failed("read the backup");
		return EXIT_FAILURE;
	}
	lock = service_lock_folder(dir, err, sizeof(err));
	if (lock < 0) {
		(void)fclose(in);
		return here_complain(err);
	}
	r = restore(in, dir, file);
	(void)close(lock);
	(void)fclose(in);
	return r == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
