/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_HERE_BACKUP_H
#define NUDGE_HERE_BACKUP_H
/*
 * The file that "nudgectl backup" makes of what the server sends.  It has its
 * name once all of it is on the disk.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	HERE_BACKUP_PATH = 4200
};

struct here_backup {
	char path[HERE_BACKUP_PATH];
	char fresh[HERE_BACKUP_PATH]; /* beside it, until all is there */
	unsigned keep;                /* 0: all */
	size_t folder; /* of the path, with its slash, if that was given */
	bool force;
	int fd;
	uint64_t size, got;
	unsigned head; /* bytes of the size that came */
	int64_t told;  /* when the progress was */
};

/*
 * to: a file, a folder, where it is named by the time, or "-".  keep: NULL or
 * how many of that folder stay.  False says why.
 */
bool here_backup_open(struct here_backup *b, const char *to, const char *keep,
    bool force);
/* What the server replies, and here_backup_end(); false says why. */
bool here_backup_receive(struct here_backup *b, int fd);
/* All was sent, or not: the file, and what it is; false says why. */
bool here_backup_end(struct here_backup *b, bool good);

#endif
