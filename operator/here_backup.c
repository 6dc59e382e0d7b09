/* SPDX-License-Identifier: MIT */
#include "operator/here_backup.h"

#include "operator/here.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define NAME_FORM "nudge-%Y%m%d-%H%M%S.db"
#define NAME_LOOK                                         \
	"nudge-[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]-" \
	"[0-9][0-9][0-9][0-9][0-9][0-9].db"

enum {
	KEEP_MAX = 100000,
	HEAD = 8,            /* bytes of the size */
	COPY_MS = 600 * 1000 /* of silence, while the server copies */
};

static bool
failed(const char *what, const char *path)
{
	(void)fprintf(stderr, "nudgectl: cannot %s %s: %s\n", what, path,
	    strerror(errno));
	return false;
}

static bool
complain(const char *text)
{
	(void)here_complain(text);
	return false;
}

static bool
is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* The name by the time behind the folder's. */
static bool
name_it(struct here_backup *b, const char *folder)
{
	time_t now = time(NULL);
	struct tm tm;
	char name[64];
	int n;

	if (gmtime_r(&now, &tm) == NULL ||
	    strftime(name, sizeof(name), NAME_FORM, &tm) == 0)
		return complain("what time is it?");
	b->folder = strlen(folder) + 1;
	n = snprintf(b->path, sizeof(b->path), "%s/%s", folder, name);
	return (n > 0 && (size_t)n < sizeof(b->path)) ||
	    complain("the name of the folder is too long");
}

static bool
read_keep(struct here_backup *b, const char *keep)
{
	char *rest;
	unsigned long n;

	if (keep == NULL)
		return true;
	errno = 0;
	n = strtoul(keep, &rest, 10);
	if (keep[0] < '0' || keep[0] > '9' || *rest != '\0' || errno != 0 ||
	    n < 1 || n > KEEP_MAX)
		return complain("--keep takes a number of backups, 1 or more");
	b->keep = (unsigned)n;
	return true;
}

bool
here_backup_open(struct here_backup *b, const char *to, const char *keep,
    bool force)
{
	int n;

	memset(b, 0, sizeof(*b));
	b->force = force;
	b->fd = STDOUT_FILENO;
	if (!read_keep(b, keep))
		return false;
	if (keep != NULL && !is_folder(to))
		return complain("--keep needs a folder that is there in the "
				"place of FILE");
	if (strcmp(to, "-") == 0)
		return !isatty(STDOUT_FILENO) ||
		    complain("a backup is not for a terminal; name a file, or "
			     "send it on: nudgectl backup - | ...");
	if (is_folder(to)) {
		if (!name_it(b, to))
			return false;
	} else {
		n = snprintf(b->path, sizeof(b->path), "%s", to);
		if (n < 0 || (size_t)n >= sizeof(b->path))
			return complain("the name of the file is too long");
	}
	n = snprintf(b->fresh, sizeof(b->fresh), "%s.XXXXXX", b->path);
	if (n < 0 || (size_t)n >= sizeof(b->fresh))
		return complain("the name of the file is too long");
	if (!force && access(b->path, F_OK) == 0) {
		(void)fprintf(stderr,
		    "nudgectl: there is a file %s; --force replaces it\n",
		    b->path);
		return false;
	}
	/* for its owner alone, and a name that nobody can foresee */
	b->fd = mkostemp(b->fresh, O_CLOEXEC);
	return b->fd >= 0 || failed("write", b->path);
}

static void
tell_progress(struct here_backup *b, bool last)
{
	struct timespec now;

	if (!isatty(STDERR_FILENO))
		return;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	if (b->told == 0)
		b->told = now.tv_sec;
	if (!last && now.tv_sec == b->told)
		return;
	b->told = now.tv_sec;
	(void)fprintf(stderr, "\r%" PRIu64 " of %" PRIu64 " MiB%s",
	    b->got >> 20, b->size >> 20, last ? "\n" : "");
}

static bool
take(struct here_backup *b, const char *p, size_t n)
{
	while (n > 0 && b->head < HEAD) {
		b->size = b->size << 8 | (unsigned char)*p;
		b->head++;
		p++;
		n--;
	}
	while (n > 0) {
		ssize_t w = write(b->fd, p, n);

		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0)
			return failed("write",
			    b->fresh[0] != '\0' ? b->path : "standard output");
		b->got += (uint64_t)w;
		p += w;
		n -= (size_t)w;
	}
	tell_progress(b, false);
	return true;
}

static int
is_ours(const struct dirent *e)
{
	return fnmatch(NAME_LOOK, e->d_name, 0) == 0;
}

/* The names are in the order of time. */
static bool
thin_out(const struct here_backup *b)
{
	char folder[HERE_BACKUP_PATH];
	char path[HERE_BACKUP_PATH + 256];
	struct dirent **all;
	bool good = true;
	int n;

	(void)snprintf(folder, sizeof(folder), "%.*s", (int)b->folder, b->path);
	n = scandir(folder, &all, is_ours, alphasort);
	if (n < 0)
		return failed("read", folder);
	for (int i = 0; i < n; i++) {
		(void)snprintf(path, sizeof(path), "%s%s", folder,
		    all[i]->d_name);
		if (n - i > (int)b->keep && unlink(path) != 0)
			good = failed("delete", path);
		free(all[i]);
	}
	free(all);
	return good;
}

/* The name itself must outlive a power failure, too. */
static bool
sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[HERE_BACKUP_PATH];
	bool good;
	int fd;

	(void)snprintf(folder, sizeof(folder), "%.*s",
	    slash != NULL ? (int)(slash - path) + 1 : 1,
	    slash != NULL ? path : ".");
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	good = fd >= 0 && (fsync(fd) == 0 || errno == EINVAL);
	if (fd >= 0)
		(void)close(fd);
	return good;
}

/* link() replaces nothing that came meanwhile. */
static bool
take_name(const struct here_backup *b)
{
	if (b->force)
		return rename(b->fresh, b->path) == 0;
	if (link(b->fresh, b->path) == 0)
		return unlink(b->fresh) == 0;
	/* a file system without links */
	return errno != EEXIST && access(b->path, F_OK) != 0 &&
	    rename(b->fresh, b->path) == 0;
}

bool
here_backup_end(struct here_backup *b, bool good)
{
	if (b->told != 0)
		tell_progress(b, true);
	if (good && (b->head < HEAD || b->got != b->size))
		good = complain("the server broke off: this is no backup");
	if (b->fresh[0] == '\0')
		return good;
	if (good && fsync(b->fd) != 0)
		good = failed("write", b->path);
	if (close(b->fd) != 0 && good)
		good = failed("write", b->path);
	if (good && (!take_name(b) || !sync_folder(b->path)))
		good = failed("write", b->path);
	if (!good) {
		(void)unlink(b->fresh);
		return false;
	}
	(void)printf("the backup is in %s (%" PRIu64 " bytes)\n", b->path,
	    b->size);
	return b->keep == 0 || thin_out(b);
}

/* The status, and then a file or what went wrong. */
static bool
receive(struct here_backup *b, int fd)
{
	char chunk[64 * 1024];
	int status = -1;
	size_t at = 0;
	ssize_t n;

	while (here_wait(fd, POLLIN, COPY_MS)) {
		n = recv(fd, chunk, sizeof(chunk), 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return status <= 0;
		at = status < 0;
		if (status < 0)
			status = (unsigned char)chunk[0];
		if (status > 0)
			fwrite(chunk + at, 1, (size_t)n - at, stderr);
		else if (!take(b, chunk + at, (size_t)n - at))
			return false;
	}
	fputs("nudgectl: the server does not answer\n", stderr);
	return false;
}

bool
here_backup_receive(struct here_backup *b, int fd)
{
	return here_backup_end(b, receive(b, fd));
}
