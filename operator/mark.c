/* SPDX-License-Identifier: MIT */
#include "operator/mark.h"

#include "common/base/buf.h"
#include "common/base/log.h"
#include "common/codec/hex.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	MARK_BYTES = 16,
	MARK_TEXT = MARK_BYTES * 2,
	/* the old one and the new one, while both are good */
	FILE_MAX = 2 * (MARK_TEXT + 1)
};

static int
read_file(int dir, struct buf *out)
{
	char bytes[FILE_MAX];
	int fd = openat(dir, MARK_FILE, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t n;

	if (fd < 0)
		return errno == ENOENT ? 0 : -1;
	n = read(fd, bytes, sizeof(bytes));
	(void)close(fd);
	if (n > 0)
		buf_add(out, bytes, (size_t)n);
	/* of an empty one nobody knows what it said */
	if (n == 0)
		buf_add_char(out, '\n');
	return n < 0 ? -1 : 0;
}

static int
write_file(int dir, struct slice text)
{
	static const char fresh[] = MARK_FILE ".new";
	int fd = openat(dir, fresh,
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool good;

	if (fd < 0)
		return -1;
	good = write(fd, text.p, text.n) == (ssize_t)text.n && fsync(fd) == 0;
	(void)close(fd);
	if (good && renameat(dir, fresh, dir, MARK_FILE) == 0 &&
	    fsync(dir) == 0)
		return 0;
	(void)unlinkat(dir, fresh, 0);
	return -1;
}

static int
open_folder(const char *folder)
{
	return open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

int
mark_look(struct store *s, const char *folder, bool *other)
{
	struct buf kept = BUF_INIT(MARK_TEXT), file = BUF_INIT(FILE_MAX);
	struct slice rest, line;
	int dir = open_folder(folder);
	int r = store_secret_get(s, STORE_SECRET_MARK, &kept);

	*other = true;
	if (r == 0 && dir >= 0 && read_file(dir, &file) == 0) {
		rest = buf_slice(&file);
		*other = kept.n > 0 || file.n > 0;
		while (*other && slice_cut(&rest, '\n', &line))
			*other =
			    line.n == 0 || !slice_eq(line, buf_slice(&kept));
	}
	if (dir >= 0)
		(void)close(dir);
	buf_free(&kept);
	buf_free(&file);
	return r;
}

/*
 * The file has both first, then the database the new one, then the file too:
 * whenever the power goes, they fit.
 */
void
mark_renew(struct store *s, const char *folder, const struct env *env)
{
	struct buf kept = BUF_INIT(MARK_TEXT), fresh = BUF_INIT(MARK_TEXT + 1);
	struct buf both = BUF_INIT(FILE_MAX);
	unsigned char bytes[MARK_BYTES];
	int dir = open_folder(folder);
	bool good =
	    dir >= 0 && store_secret_get(s, STORE_SECRET_MARK, &kept) == 0;

	env_random(env, bytes, sizeof(bytes));
	hex_encode(&fresh, slice_make(bytes, sizeof(bytes)));
	buf_add_slice(&both, buf_slice(&fresh));
	buf_add_char(&both, '\n');
	buf_add_slice(&both, buf_slice(&kept));
	good = good && write_file(dir, buf_slice(&both)) == 0 &&
	    store_secret_put(s, STORE_SECRET_MARK, buf_slice(&fresh)) == 0 &&
	    write_file(dir, buf_slice(&fresh)) == 0;
	if (!good)
		log_warn("mark-not-kept", LOG_T("folder", folder),
		    LOG_T("text",
			"an older database in the place of this one might "
			"not be noticed"));
	if (dir >= 0)
		(void)close(dir);
	buf_free(&kept);
	buf_free(&fresh);
	buf_free(&both);
}
