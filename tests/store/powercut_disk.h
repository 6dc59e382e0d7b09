/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_POWERCUT_DISK_H
#define NUDGE_POWERCUT_DISK_H
/*
 * One file as the disk has it: what is surely there, and what was written
 * since.
 */
#include "common/base/list.h"

/* A write or truncation that is not on disk yet. */
struct disk_change {
	struct list node;
	size_t at;
	size_t n;
	bool truncate;
	unsigned char bytes[];
};

/* What the disk surely holds of one file, and what came later. */
struct disk {
	struct list node;
	char *path;
	unsigned char *bytes;
	size_t n;
	size_t cap;
	bool there;
	bool database;
	struct list later;
};

/* A write, or a truncation to at, takes effect. */
void disk_apply(struct disk *d, bool truncate, size_t at, const void *from,
    size_t n);
/* It will when synced. */
void
disk_later(struct disk *d, bool truncate, size_t at, const void *p, size_t n);
void disk_sync(struct disk *d);
/* What was not synced never happened. */
void disk_forget(struct disk *d);
/* Take over what the real file holds; it counts as synced. */
void disk_read(struct disk *d);
/* Make the real file what is surely there. */
void disk_write(struct disk *d);

#endif
