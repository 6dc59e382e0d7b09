/* SPDX-License-Identifier: MIT */
/* The settings file, changed by a program: one value, and the rest stays. */
#include "common/ops/conf_rows.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	FILE_MAX = 1024 * 1024
};

/* ---- the text ---- */

struct edit {
	enum conf_key k;
	struct slice value; /* p == NULL: none */
	const char *newline;
	bool done;
	struct buf *out;
};

static void
add_setting(struct edit *e)
{
	buf_addf(e->out, "%s =%s", conf_row(e->k)->name,
	    e->value.n > 0 ? " " : "");
	conf_add_quoted(e->value, e->out);
	e->done = true;
}

/* "#ns.port = 1863", with which a file shows what could be set. */
static bool
shows(struct slice line, enum conf_key k)
{
	struct slice s = slice_trim(line);

	if (s.n == 0 || s.p[0] != '#')
		return false;
	s = slice_from(s, 1);
	return slice_find(s, '=') < s.n &&
	    slice_eq_text(slice_trim(slice_upto(s, slice_find(s, '='))),
		conf_row(k)->name);
}

static bool
sets(struct slice line, enum conf_key k, struct conf_line *l)
{
	char err[256];

	return conf_read_line(line, l, err, sizeof(err)) == 0 &&
	    l->value.p != NULL && slice_eq_text(l->name, conf_row(k)->name);
}

/* Does a line of text, at or behind this one, set it? */
static bool
is_set(struct slice text, enum conf_key k)
{
	struct conf_line l;
	struct slice line;

	while (slice_cut(&text, '\n', &line))
		if (sets(line, k, &l))
			return true;
	return false;
}

static void
edit_line(struct edit *e, struct slice line, bool last, bool set_later)
{
	struct conf_line l;

	if (sets(line, e->k, &l)) {
		if (e->value.p == NULL)
			return;
		add_setting(e);
		buf_add_slice(e->out, l.rest);
	} else {
		buf_add_slice(e->out, line);
	}
	if (!last)
		buf_add_char(e->out, '\n');
	if (e->done || set_later || e->value.p == NULL || !shows(line, e->k))
		return;
	if (last)
		buf_add_text(e->out, e->newline);
	add_setting(e);
	buf_add_text(e->out, e->newline);
}

/* The file as it is now says what was asked for. */
static bool
says(struct slice text, enum conf_key k, struct slice value)
{
	struct conf_line l;
	struct slice line;

	while (slice_cut(&text, '\n', &line))
		if (sets(line, k, &l))
			return slice_eq(l.value, value);
	return value.p == NULL;
}

static int
edit_one(struct slice text, enum conf_key k, struct slice value,
    struct buf *out, char *err, size_t errlen)
{
	static const char mark[] = "\xef\xbb\xbf";
	struct edit e = { .k = k, .value = value, .out = out };
	bool set_later;
	struct slice line;

	if (slice_starts(text, slice_text(mark))) {
		buf_add_text(out, mark);
		text = slice_from(text, strlen(mark));
	}
	set_later = is_set(text, k);
	e.newline =
	    slice_find_slice(text, SLICE_LIT("\r\n")) < text.n ? "\r\n" : "\n";
	while (text.n > 0) {
		size_t end = slice_find(text, '\n');

		line = slice_upto(text, end);
		edit_line(&e, line, end == text.n, set_later);
		text = slice_from(text, end + 1);
	}
	if (!e.done && value.p != NULL) {
		if (out->n > 0 && out->p[out->n - 1] != '\n')
			buf_add_text(out, e.newline);
		add_setting(&e);
		buf_add_text(out, e.newline);
	}
	text = buf_slice(out);
	if (slice_starts(text, slice_text(mark)))
		text = slice_from(text, strlen(mark));
	if (buf_ok(out) && says(text, k, value))
		return 0;
	conf_complain(err, errlen,
	    "%s: a settings file cannot hold this value; leave out the quotes "
	    "in it",
	    conf_row(k)->name);
	return -1;
}

int
conf_edit(struct slice text, const struct conf_change *changes, size_t n,
    struct buf *out, char *err, size_t errlen)
{
	struct buf was = BUF_INIT(FILE_MAX);
	int rc = 0;

	err[0] = '\0';
	buf_add_slice(out, text);
	for (size_t i = 0; i < n && rc == 0; i++) {
		buf_reset(&was);
		buf_add_slice(&was, buf_slice(out));
		buf_reset(out);
		rc = edit_one(buf_slice(&was), changes[i].k, changes[i].value,
		    out, err, errlen);
	}
	buf_free(&was);
	return rc;
}

/* ---- the file ---- */

int
conf_read_file(const char *path, struct buf *out, char *err, size_t errlen)
{
	FILE *f = fopen(path, "re");
	char chunk[4096];
	size_t n;
	int bad;

	if (f == NULL) {
		if (errno == ENOENT)
			return 0;
		goto fail;
	}
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		buf_add(out, chunk, n);
	bad = ferror(f);
	fclose(f);
	if (bad)
		goto fail;
	if (out->n <= FILE_MAX && buf_ok(out))
		return 0;
	snprintf(err, errlen, "%s is larger than %d bytes", path, FILE_MAX);
	return -1;
fail:
	snprintf(err, errlen, "cannot read the settings file %s: %s", path,
	    strerror(errno));
	return -1;
}

/* The folder that a path is in. */
static void
folder_of(const char *path, char out[PATH_MAX])
{
	const char *slash = strrchr(path, '/');
	size_t n = slash == NULL ? 0 : (size_t)(slash - path);

	if (slash == NULL)
		(void)snprintf(out, PATH_MAX, ".");
	else
		(void)snprintf(out, PATH_MAX, "%.*s", (int)(n > 0 ? n : 1),
		    path);
}

/* As the file of before, or as its folder and for nobody else. */
static int
like_before(int fd, const char *path, const char *folder)
{
	struct stat was, now;
	mode_t mode = 0600;

	if (stat(path, &was) == 0)
		mode = was.st_mode & 07777;
	else if (stat(folder, &was) != 0)
		return -1;
	if (fstat(fd, &now) != 0)
		return -1;
	if ((now.st_uid != was.st_uid || now.st_gid != was.st_gid) &&
	    fchown(fd, was.st_uid, was.st_gid) != 0)
		return -1;
	return fchmod(fd, mode);
}

static int
write_all(int fd, struct slice text)
{
	while (text.n > 0) {
		ssize_t n = write(fd, text.p, text.n);

		if (n < 0)
			return -1;
		text = slice_from(text, (size_t)n);
	}
	return fsync(fd);
}

/* A new file beside it, which then takes its place. */
static int
replace(const char *path, struct slice text)
{
	char folder[PATH_MAX], fresh[PATH_MAX + 8];
	int fd, dir, saved;

	folder_of(path, folder);
	(void)snprintf(fresh, sizeof(fresh), "%s.new", path);
	(void)unlink(fresh);
	fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
	    0600);
	if (fd < 0)
		return -1;
	if (like_before(fd, path, folder) != 0 || write_all(fd, text) != 0 ||
	    rename(fresh, path) != 0) {
		saved = errno;
		(void)close(fd);
		(void)unlink(fresh);
		errno = saved;
		return -1;
	}
	(void)close(fd);
	dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir >= 0) {
		(void)fsync(dir);
		(void)close(dir);
	}
	return 0;
}

int
conf_write_file(const char *path, struct slice text, char *err, size_t errlen)
{
	char real[PATH_MAX];

	/* a link stays one */
	if (realpath(path, real) == NULL)
		(void)snprintf(real, sizeof(real), "%s", path);
	if (replace(real, text) == 0)
		return 0;
	snprintf(err, errlen, "cannot write the settings file %s: %s%s", path,
	    strerror(errno),
	    errno == ENOSPC || errno == EDQUOT
		? "; the disk is full"
		: (errno == EACCES || errno == EPERM
			  ? "; run this as a user who may write it"
			  : ""));
	return -1;
}
