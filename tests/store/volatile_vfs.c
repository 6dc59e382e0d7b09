/* SPDX-License-Identifier: MIT */
/*
 * Linked into a server, this makes kill -9 of it a power cut: it puts itself
 * before the system's VFS, and the database, its WAL and its journal stay in
 * the memory of the process until they are synced.
 *
 * NUDGE_TEST_SEED, a number: some sectors reach the disk before they are
 * synced, in no order.  NUDGE_TEST_DISK, a file read at each write and sync:
 * "full" and "slow MS" are what they say.
 */
#include "common/base/num.h"
#include "common/base/panic.h"
#include "tests/store/powercut_disk.h"

#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	SECTOR = 512,
	EARLY_ONE_IN = 8,
	WORDS_MAX = 64,
	SLOW_MAX_MS = 10000
};

/*
 * Stands behind the system's own file, whose methods are replaced: what is
 * not here goes straight to the system.
 */
struct extra {
	struct disk *disk; /* bytes: as written; later: what is not synced */
	const sqlite3_io_methods *system;
	sqlite3_io_methods methods;
};

static struct volatile_disks {
	sqlite3_vfs vfs;
	sqlite3_vfs *system;
	pthread_mutex_t lock;
	struct list disks;
	char *orders;    /* NULL: none */
	uint64_t random; /* 0: nothing gets through early */
} all = { .lock = PTHREAD_MUTEX_INITIALIZER };

static struct extra *
extra_of(sqlite3_file *f)
{
	return (struct extra *)(void *)((char *)f + all.system->szOsFile);
}

/* ---- orders ---- */

static bool
next_random_is_zero(unsigned of)
{
	all.random ^= all.random << 13;
	all.random ^= all.random >> 7;
	all.random ^= all.random << 17;
	return (all.random >> 33) % of == 0;
}

static struct slice
read_orders(char words[WORDS_MAX])
{
	ssize_t n = -1;
	int fd = -1;

	if (all.orders != NULL)
		fd = open(all.orders, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = read(fd, words, WORDS_MAX);
		(void)close(fd);
	}
	return slice_trim(slice_make(words, n > 0 ? (size_t)n : 0));
}

static bool
is_full(void)
{
	char words[WORDS_MAX];

	return slice_eq_text(read_orders(words), "full");
}

static void
sleep_if_slow(void)
{
	char words[WORDS_MAX];
	struct slice order = read_orders(words);
	struct timespec t;
	uint64_t ms;

	if (!slice_starts(order, SLICE_LIT("slow ")) ||
	    !num_parse_u64(slice_from(order, 5), &ms) || ms > SLOW_MAX_MS)
		return;
	t.tv_sec = (time_t)(ms / 1000);
	t.tv_nsec = (long)(ms % 1000) * 1000000;
	(void)nanosleep(&t, NULL);
}

/* ---- a file ---- */

static int
file_read(sqlite3_file *f, void *out, int n, sqlite3_int64 at)
{
	const struct disk *d = extra_of(f)->disk;
	size_t from = size_min((size_t)at, d->n);
	size_t have = size_min((size_t)n, d->n - from);

	(void)pthread_mutex_lock(&all.lock);
	if (have > 0)
		memcpy(out, d->bytes + from, have);
	memset((char *)out + have, 0, (size_t)n - have);
	(void)pthread_mutex_unlock(&all.lock);
	return have < (size_t)n ? SQLITE_IOERR_SHORT_READ : SQLITE_OK;
}

/* A cut may leave any sector of what was not synced. */
static int
write_early(sqlite3_file *f, const char *p, size_t n, size_t at)
{
	const sqlite3_io_methods *system = extra_of(f)->system;
	int rc = SQLITE_OK;

	for (size_t i = 0; i < n && rc == SQLITE_OK;) {
		size_t part = size_min(n - i, SECTOR - (at + i) % SECTOR);

		if (next_random_is_zero(EARLY_ONE_IN))
			rc = system->xWrite(f, p + i, (int)part,
			    (sqlite3_int64)(at + i));
		i += part;
	}
	return rc;
}

static int
file_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	struct disk *d = extra_of(f)->disk;
	int rc = SQLITE_OK;

	if (is_full())
		return SQLITE_FULL;
	(void)pthread_mutex_lock(&all.lock);
	disk_apply(d, false, (size_t)at, p, (size_t)n);
	disk_later(d, false, (size_t)at, p, (size_t)n);
	if (all.random != 0)
		rc = write_early(f, p, (size_t)n, (size_t)at);
	(void)pthread_mutex_unlock(&all.lock);
	return rc;
}

static int
file_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	struct disk *d = extra_of(f)->disk;

	(void)pthread_mutex_lock(&all.lock);
	disk_apply(d, true, (size_t)size, NULL, 0);
	disk_later(d, true, (size_t)size, NULL, 0);
	(void)pthread_mutex_unlock(&all.lock);
	return SQLITE_OK;
}

/* Into the kernel, which outlives the process: no real sync is needed. */
static int
file_sync(sqlite3_file *f, int flags)
{
	struct extra *x = extra_of(f);
	int rc = SQLITE_OK;

	(void)flags;
	sleep_if_slow();
	(void)pthread_mutex_lock(&all.lock);
	LIST_EACH(it, &x->disk->later) {
		const struct disk_change *c =
		    CONTAINER_OF(it, struct disk_change, node);
		sqlite3_int64 at = (sqlite3_int64)c->at;

		if (c->truncate)
			rc = x->system->xTruncate(f, at);
		else
			rc = x->system->xWrite(f, c->bytes, (int)c->n, at);
		if (rc != SQLITE_OK)
			break;
	}
	if (rc == SQLITE_OK)
		disk_forget(x->disk);
	(void)pthread_mutex_unlock(&all.lock);
	return rc;
}

static int
file_size(sqlite3_file *f, sqlite3_int64 *out)
{
	(void)pthread_mutex_lock(&all.lock);
	*out = (sqlite3_int64)extra_of(f)->disk->n;
	(void)pthread_mutex_unlock(&all.lock);
	return SQLITE_OK;
}

/* ---- the VFS ---- */

static struct disk *
disk_find(const char *path)
{
	LIST_EACH(it, &all.disks) {
		struct disk *d = CONTAINER_OF(it, struct disk, node);

		if (strcmp(d->path, path) == 0)
			return d;
	}
	return NULL;
}

static struct disk *
disk_open(const char *path)
{
	struct disk *d = disk_find(path);

	if (d != NULL)
		return d;
	d = mem_alloc(sizeof(*d));
	d->path = mem_copy_text(path, strlen(path));
	list_init(&d->later);
	disk_read(d);
	list_push(&all.disks, &d->node);
	return d;
}

static int
vfs_open(sqlite3_vfs *v, const char *path, sqlite3_file *f, int flags, int *out)
{
	const int played =
	    SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL;
	struct extra *x = extra_of(f);
	int rc = all.system->xOpen(all.system, path, f, flags, out);

	(void)v;
	if (rc != SQLITE_OK || path == NULL || (flags & played) == 0)
		return rc;
	(void)pthread_mutex_lock(&all.lock);
	x->disk = disk_open(path);
	(void)pthread_mutex_unlock(&all.lock);
	x->system = f->pMethods;
	x->methods = *f->pMethods;
	x->methods.iVersion = 2; /* the third one maps the file */
	x->methods.xRead = file_read;
	x->methods.xWrite = file_write;
	x->methods.xTruncate = file_truncate;
	x->methods.xSync = file_sync;
	x->methods.xFileSize = file_size;
	f->pMethods = &x->methods;
	return SQLITE_OK;
}

static int
vfs_delete(sqlite3_vfs *v, const char *path, int sync_folder)
{
	struct disk *d;

	(void)v;
	(void)pthread_mutex_lock(&all.lock);
	d = disk_find(path);
	if (d != NULL) {
		disk_forget(d);
		d->n = 0;
	}
	(void)pthread_mutex_unlock(&all.lock);
	return all.system->xDelete(all.system, path, sync_folder);
}

/* The server takes what begins with NUDGE_ for its settings. */
static char *
take_environment(const char *name)
{
	const char *value = getenv(name);
	char *copy = value ? mem_copy_text(value, strlen(value)) : NULL;

	(void)unsetenv(name);
	return copy;
}

__attribute__((constructor)) static void
volatile_begin(void)
{
	char *seed = take_environment("NUDGE_TEST_SEED");

	ASSERT(sqlite3_initialize() == SQLITE_OK);
	list_init(&all.disks);
	all.orders = take_environment("NUDGE_TEST_DISK");
	if (seed != NULL && num_parse_u64(slice_text(seed), &all.random))
		all.random = all.random * 2654435761U + 88172645463325252U;
	free(seed);
	all.system = sqlite3_vfs_find(NULL);
	ASSERT(all.system != NULL);
	all.vfs = *all.system;
	all.vfs.iVersion = 2; /* the third one is about system calls */
	all.vfs.szOsFile += (int)sizeof(struct extra);
	all.vfs.pNext = NULL;
	all.vfs.zName = "volatile";
	all.vfs.xOpen = vfs_open;
	all.vfs.xDelete = vfs_delete;
	ASSERT(sqlite3_vfs_register(&all.vfs, 1) == SQLITE_OK);
}
