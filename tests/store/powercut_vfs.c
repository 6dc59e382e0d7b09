/* SPDX-License-Identifier: MIT */
#include "tests/store/powercut_vfs.h"

#include "tests/store/powercut_disk.h"

#include "common/base/panic.h"
#include "common/base/slice.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	SECTOR = 512
};

struct powercut {
	sqlite3_vfs vfs; /* pAppData leads back here */
	sqlite3_vfs *system;
	char *name;
	pthread_mutex_t lock;
	pthread_cond_t go_on;
	const char *held; /* NULL: nothing */
	struct list disks;
	uint64_t random;
	enum powercut_count counting;
	unsigned countdown; /* 0: not armed */
	bool dark;
	int fail_code; /* 0: healthy */
	unsigned fail_after;
	unsigned syncs;
};

struct file {
	sqlite3_file base;
	struct powercut *p;
	struct disk *disk; /* NULL: a file no power cut is played on */
	sqlite3_file *real;
};

unsigned
powercut_random(struct powercut *p, unsigned n)
{
	ASSERT(n > 0);
	p->random ^= p->random << 13;
	p->random ^= p->random >> 7;
	p->random ^= p->random << 17;
	return (unsigned)(p->random >> 33) % n;
}

/* ---- the disks ---- */

static struct disk *
disk_find(struct powercut *p, const char *path)
{
	struct disk *d;

	LIST_EACH(it, &p->disks) {
		d = CONTAINER_OF(it, struct disk, node);
		if (strcmp(d->path, path) == 0)
			return d;
	}
	d = mem_alloc(sizeof(*d));
	d->path = mem_copy_text(path, strlen(path));
	list_init(&d->later);
	list_push(&p->disks, &d->node);
	return d;
}

/* ---- the cut ---- */

/* Call before an operation takes effect: may it? */
static bool
has_power(struct powercut *p, const struct disk *d)
{
	if (p->dark)
		return false;
	if (p->countdown == 0 ||
	    (p->counting == POWERCUT_DATABASE && !d->database))
		return true;
	if (--p->countdown == 0)
		p->dark = true;
	return true;
}

static void
keep_sectors(struct powercut *p, struct disk *d, const struct disk_change *c)
{
	size_t from = 0;

	while (from < c->n) {
		size_t at = c->at + from;
		size_t n = size_min(c->n - from, SECTOR - at % SECTOR);

		if (powercut_random(p, 2) == 0)
			disk_apply(d, false, at, c->bytes + from, n);
		from += n;
	}
}

static void
keep_some(struct powercut *p, struct disk *d, enum powercut_keep keep)
{
	unsigned n = 0;

	LIST_EACH(it, &d->later)
		n++;
	n = powercut_random(p, n + 1);
	LIST_EACH(it, &d->later) {
		struct disk_change *c =
		    CONTAINER_OF(it, struct disk_change, node);

		if (keep == POWERCUT_PREFIX && n == 0)
			break;
		if (keep == POWERCUT_PREFIX && --n > 0)
			disk_apply(d, c->truncate, c->at, c->bytes, c->n);
		else if (!c->truncate)
			keep_sectors(p, d, c);
		else if (powercut_random(p, 2) == 0)
			disk_apply(d, true, c->at, NULL, 0);
		d->there = true;
	}
}

void
powercut_restore(struct powercut *p, enum powercut_keep keep)
{
	char path[4096];

	LIST_EACH(it, &p->disks) {
		struct disk *d = CONTAINER_OF(it, struct disk, node);
		size_t n = strlen(d->path);

		if (keep != POWERCUT_NOTHING)
			keep_some(p, d, keep);
		disk_forget(d);
		disk_write(d);
		/* the index of the WAL is not synced ever */
		ASSERT(n + sizeof("-shm") <= sizeof(path));
		memcpy(path, d->path, n);
		memcpy(path + n, "-shm", sizeof("-shm"));
		if (d->database)
			(void)unlink(path);
	}
	p->dark = false;
	p->countdown = 0;
}

/* ---- a file ---- */

static int
file_close(sqlite3_file *f)
{
	struct file *x = (struct file *)(void *)f;

	return x->real->pMethods->xClose(x->real);
}

static int
file_read(sqlite3_file *f, void *out, int n, sqlite3_int64 at)
{
	struct file *x = (struct file *)(void *)f;

	return x->real->pMethods->xRead(x->real, out, n, at);
}

static int
may_write(struct file *x)
{
	struct powercut *p = x->p;

	if (!has_power(p, x->disk))
		return SQLITE_IOERR_WRITE;
	if (p->fail_code == 0 || p->fail_code == SQLITE_IOERR_FSYNC)
		return SQLITE_OK;
	if (p->fail_after > 0) {
		p->fail_after--;
		return SQLITE_OK;
	}
	return p->fail_code;
}

static void
wait_while_held(struct file *x)
{
	struct powercut *p = x->p;

	while (p->held != NULL &&
	    slice_ends_nocase(slice_text(x->disk->path), slice_text(p->held)))
		(void)pthread_cond_wait(&p->go_on, &p->lock);
}

static int
file_write(sqlite3_file *f, const void *from, int n, sqlite3_int64 at)
{
	struct file *x = (struct file *)(void *)f;
	int rc = SQLITE_OK;

	(void)pthread_mutex_lock(&x->p->lock);
	if (x->disk != NULL) {
		wait_while_held(x);
		rc = may_write(x);
	}
	if (rc == SQLITE_OK && x->disk != NULL)
		disk_later(x->disk, false, (size_t)at, from, (size_t)n);
	if (rc == SQLITE_OK)
		rc = x->real->pMethods->xWrite(x->real, from, n, at);
	(void)pthread_mutex_unlock(&x->p->lock);
	return rc;
}

static int
file_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	struct file *x = (struct file *)(void *)f;
	int rc = SQLITE_OK;

	(void)pthread_mutex_lock(&x->p->lock);
	if (x->disk != NULL && !has_power(x->p, x->disk))
		rc = SQLITE_IOERR_TRUNCATE;
	if (rc == SQLITE_OK && x->disk != NULL)
		disk_later(x->disk, true, (size_t)size, NULL, 0);
	if (rc == SQLITE_OK)
		rc = x->real->pMethods->xTruncate(x->real, size);
	(void)pthread_mutex_unlock(&x->p->lock);
	return rc;
}

/* Nothing real is synced: the tests ask for thousands. */
static int
file_sync(sqlite3_file *f, int flags)
{
	struct file *x = (struct file *)(void *)f;
	int rc = SQLITE_OK;

	(void)flags;
	if (x->disk == NULL)
		return SQLITE_OK;
	(void)pthread_mutex_lock(&x->p->lock);
	if (!has_power(x->p, x->disk) || x->p->fail_code == SQLITE_IOERR_FSYNC)
		rc = SQLITE_IOERR_FSYNC;
	if (rc == SQLITE_OK) {
		disk_sync(x->disk);
		x->p->syncs++;
	}
	(void)pthread_mutex_unlock(&x->p->lock);
	return rc;
}

static int
file_size(sqlite3_file *f, sqlite3_int64 *out)
{
	struct file *x = (struct file *)(void *)f;

	return x->real->pMethods->xFileSize(x->real, out);
}

static int
file_lock(sqlite3_file *f, int how)
{
	struct file *x = (struct file *)(void *)f;

	return x->real->pMethods->xLock(x->real, how);
}

static int
file_unlock(sqlite3_file *f, int how)
{
	struct file *x = (struct file *)(void *)f;

	return x->real->pMethods->xUnlock(x->real, how);
}

static int
file_reserved(sqlite3_file *f, int *out)
{
	struct file *x = (struct file *)(void *)f;

	return x->real->pMethods->xCheckReservedLock(x->real, out);
}

static int
file_control(sqlite3_file *f, int op, void *arg)
{
	struct file *x = (struct file *)(void *)f;

	return x->real->pMethods->xFileControl(x->real, op, arg);
}

static int
file_sector(sqlite3_file *f)
{
	(void)f;
	return SECTOR;
}

static int
file_traits(sqlite3_file *f)
{
	(void)f;
	return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static int
file_shm_map(sqlite3_file *f, int page, int size, int extend,
    void volatile **out)
{
	struct file *x = (struct file *)(void *)f;

	return x->real->pMethods->xShmMap(x->real, page, size, extend, out);
}

static int
file_shm_lock(sqlite3_file *f, int at, int n, int flags)
{
	struct file *x = (struct file *)(void *)f;

	return x->real->pMethods->xShmLock(x->real, at, n, flags);
}

static void
file_shm_barrier(sqlite3_file *f)
{
	struct file *x = (struct file *)(void *)f;

	x->real->pMethods->xShmBarrier(x->real);
}

static int
file_shm_unmap(sqlite3_file *f, int drop)
{
	struct file *x = (struct file *)(void *)f;

	return x->real->pMethods->xShmUnmap(x->real, drop);
}

static const sqlite3_io_methods methods = {
	.iVersion = 2,
	.xClose = file_close,
	.xRead = file_read,
	.xWrite = file_write,
	.xTruncate = file_truncate,
	.xSync = file_sync,
	.xFileSize = file_size,
	.xLock = file_lock,
	.xUnlock = file_unlock,
	.xCheckReservedLock = file_reserved,
	.xFileControl = file_control,
	.xSectorSize = file_sector,
	.xDeviceCharacteristics = file_traits,
	.xShmMap = file_shm_map,
	.xShmLock = file_shm_lock,
	.xShmBarrier = file_shm_barrier,
	.xShmUnmap = file_shm_unmap,
};

/* ---- the VFS ---- */

static int
vfs_open(sqlite3_vfs *v, const char *path, sqlite3_file *f, int flags, int *out)
{
	const int played =
	    SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL;
	struct powercut *p = v->pAppData;
	struct file *x = (struct file *)(void *)f;
	struct disk *d;
	int rc;

	*x = (struct file){ .p = p, .real = (sqlite3_file *)(void *)(x + 1) };
	(void)pthread_mutex_lock(&p->lock);
	if (path != NULL && (flags & played) != 0) {
		d = x->disk = disk_find(p, path);
		d->database = (flags & SQLITE_OPEN_MAIN_DB) != 0;
		if (!d->there && list_empty(&d->later))
			disk_read(d);
	}
	rc = p->system->xOpen(p->system, path, x->real, flags, out);
	(void)pthread_mutex_unlock(&p->lock);
	if (rc == SQLITE_OK)
		x->base.pMethods = &methods;
	return rc;
}

static int
vfs_delete(sqlite3_vfs *v, const char *path, int sync_folder)
{
	struct powercut *p = v->pAppData;
	struct disk *d;
	int rc = SQLITE_IOERR_DELETE;

	(void)pthread_mutex_lock(&p->lock);
	d = disk_find(p, path);
	if (has_power(p, d)) {
		rc = p->system->xDelete(p->system, path, sync_folder);
		disk_forget(d);
		d->n = 0;
		d->there = false;
	}
	(void)pthread_mutex_unlock(&p->lock);
	return rc;
}

static int
vfs_access(sqlite3_vfs *v, const char *path, int flags, int *out)
{
	struct powercut *p = v->pAppData;

	return p->system->xAccess(p->system, path, flags, out);
}

static int
vfs_full_path(sqlite3_vfs *v, const char *path, int n, char *out)
{
	struct powercut *p = v->pAppData;

	return p->system->xFullPathname(p->system, path, n, out);
}

struct powercut *
powercut_new(const char *name, uint64_t seed)
{
	struct powercut *p = mem_alloc(sizeof(*p));

	p->system = sqlite3_vfs_find(NULL);
	ASSERT(p->system != NULL);
	p->name = mem_copy_text(name, strlen(name));
	p->random = seed * 2654435761U + 88172645463325252U;
	list_init(&p->disks);
	ASSERT(pthread_mutex_init(&p->lock, NULL) == 0);
	ASSERT(pthread_cond_init(&p->go_on, NULL) == 0);
	p->vfs = *p->system;
	p->vfs.iVersion = 2; /* the third one is about system calls */
	p->vfs.szOsFile += (int)sizeof(struct file);
	p->vfs.pNext = NULL;
	p->vfs.zName = p->name;
	p->vfs.pAppData = p;
	p->vfs.xOpen = vfs_open;
	p->vfs.xDelete = vfs_delete;
	p->vfs.xAccess = vfs_access;
	p->vfs.xFullPathname = vfs_full_path;
	ASSERT(sqlite3_vfs_register(&p->vfs, 0) == SQLITE_OK);
	return p;
}

void
powercut_free(struct powercut *p)
{
	(void)sqlite3_vfs_unregister(&p->vfs);
	LIST_EACH(it, &p->disks) {
		struct disk *d = CONTAINER_OF(it, struct disk, node);

		disk_forget(d);
		free(d->bytes);
		free(d->path);
		free(d);
	}
	(void)pthread_cond_destroy(&p->go_on);
	(void)pthread_mutex_destroy(&p->lock);
	free(p->name);
	free(p);
}

/* ---- switches ---- */

void
powercut_arm(struct powercut *p, enum powercut_count what, unsigned after)
{
	(void)pthread_mutex_lock(&p->lock);
	p->counting = what;
	p->countdown = after;
	(void)pthread_mutex_unlock(&p->lock);
}

void
powercut_now(struct powercut *p)
{
	(void)pthread_mutex_lock(&p->lock);
	p->dark = true;
	(void)pthread_mutex_unlock(&p->lock);
}

bool
powercut_is_dark(struct powercut *p)
{
	bool dark;

	(void)pthread_mutex_lock(&p->lock);
	dark = p->dark;
	(void)pthread_mutex_unlock(&p->lock);
	return dark;
}

void
powercut_fail(struct powercut *p, int code, unsigned after)
{
	(void)pthread_mutex_lock(&p->lock);
	p->fail_code = code;
	p->fail_after = after;
	(void)pthread_mutex_unlock(&p->lock);
}

void
powercut_heal(struct powercut *p)
{
	powercut_fail(p, 0, 0);
}

void
powercut_hold(struct powercut *p, const char *ending)
{
	(void)pthread_mutex_lock(&p->lock);
	p->held = ending;
	(void)pthread_cond_broadcast(&p->go_on);
	(void)pthread_mutex_unlock(&p->lock);
}

unsigned
powercut_syncs(struct powercut *p)
{
	unsigned n;

	(void)pthread_mutex_lock(&p->lock);
	n = p->syncs;
	(void)pthread_mutex_unlock(&p->lock);
	return n;
}
