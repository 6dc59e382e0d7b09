/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_POWERCUT_VFS_H
#define NUDGE_POWERCUT_VFS_H
/*
 * A SQLite VFS above the system's that knows which bytes of the database,
 * its WAL and its journal a power cut could take: those written since the
 * last xSync.  It can cut the power at a chosen write, and it can play a disk
 * that is full or broken.
 */
#include <stdbool.h>
#include <stdint.h>

struct powercut;

/* Which operations powercut_arm() counts. */
enum powercut_count {
	POWERCUT_ANY,
	POWERCUT_DATABASE /* only those of the main file: checkpoints */
};

/* What a cut leaves of bytes that were not synced. */
enum powercut_keep {
	POWERCUT_NOTHING,
	POWERCUT_PREFIX, /* the first ones, the last of them torn */
	POWERCUT_SCATTER /* sectors here and there */
};

/* Registered as name, never as the default; the seed makes cuts repeatable. */
struct powercut *powercut_new(const char *name, uint64_t seed);
/* No file may be open. */
void powercut_free(struct powercut *p);

/* The power goes when that many more writes, truncations and syncs are done. */
void powercut_arm(struct powercut *p, enum powercut_count what, unsigned after);
void powercut_now(struct powercut *p);
bool powercut_is_dark(struct powercut *p);
/* With every file closed: the disk as the cut left it; the power is back. */
void powercut_restore(struct powercut *p, enum powercut_keep keep);

/*
 * From the write after that many on, every one fails with code, until healed;
 * SQLITE_IOERR_FSYNC fails the syncs instead.
 */
void powercut_fail(struct powercut *p, int code, unsigned after);
void powercut_heal(struct powercut *p);
/* Writes to files whose name ends so wait; NULL: they go on. */
void powercut_hold(struct powercut *p, const char *ending);
/* Syncs done so far. */
unsigned powercut_syncs(struct powercut *p);
/* A number below n from the seed. */
unsigned powercut_random(struct powercut *p, unsigned n);

#endif
