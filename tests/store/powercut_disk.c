/* SPDX-License-Identifier: MIT */
#include "tests/store/powercut_disk.h"

#include "common/base/panic.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void
disk_apply(struct disk *d, bool truncate, size_t at, const void *from, size_t n)
{
	size_t end = at + n;

	if (truncate) {
		d->n = size_min(d->n, at);
		return;
	}
	if (end > d->n) {
		if (end > d->cap) {
			d->cap = end * 2;
			d->bytes = mem_realloc_array(d->bytes, d->cap, 1);
		}
		memset(d->bytes + d->n, 0, end - d->n);
		d->n = end;
	}
	memcpy(d->bytes + at, from, n);
}

void
disk_forget(struct disk *d)
{
	LIST_EACH(it, &d->later) {
		list_remove(it);
		free(CONTAINER_OF(it, struct disk_change, node));
	}
}

void
disk_sync(struct disk *d)
{
	LIST_EACH(it, &d->later) {
		struct disk_change *c =
		    CONTAINER_OF(it, struct disk_change, node);

		disk_apply(d, c->truncate, c->at, c->bytes, c->n);
	}
	disk_forget(d);
	d->there = true;
}

void
disk_later(struct disk *d, bool truncate, size_t at, const void *p, size_t n)
{
	struct disk_change *c = mem_alloc(sizeof(*c) + n);

	c->truncate = truncate;
	c->at = at;
	c->n = n;
	if (n > 0)
		memcpy(c->bytes, p, n);
	list_push(&d->later, &c->node);
}

void
disk_read(struct disk *d)
{
	int fd = open(d->path, O_RDONLY | O_CLOEXEC);
	unsigned char part[4096];
	ssize_t n;

	if (fd < 0)
		return;
	d->there = true;
	while ((n = read(fd, part, sizeof(part))) > 0)
		disk_apply(d, false, d->n, part, (size_t)n);
	(void)close(fd);
}

void
disk_write(struct disk *d)
{
	int fd;

	if (!d->there) {
		(void)unlink(d->path);
		return;
	}
	fd = open(d->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ASSERT(fd >= 0);
	for (size_t at = 0; at < d->n;) {
		ssize_t n = write(fd, d->bytes + at, d->n - at);

		ASSERT(n > 0);
		at += (size_t)n;
	}
	ASSERT(close(fd) == 0);
}
