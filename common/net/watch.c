/* SPDX-License-Identifier: MIT */
#include "common/base/panic.h"
#include "common/net/io.h"

#include <stdlib.h>

struct watch {
	struct io io;
	struct loop *loop;
	void (*ready)(void *ctx, unsigned events);
	void *ctx;
};

static void
watch_on_ready(struct io *io, unsigned events)
{
	struct watch *w = CONTAINER_OF(io, struct watch, io);

	w->ready(w->ctx, events);
}

struct watch *
watch_open(struct loop *l, int fd, void (*ready)(void *ctx, unsigned events),
    void *ctx)
{
	struct watch *w = mem_alloc(sizeof(*w));

	w->io.ready = watch_on_ready;
	w->loop = l;
	w->ready = ready;
	w->ctx = ctx;
	if (!io_open(l, &w->io, fd)) {
		free(w);
		return NULL;
	}
	watch_set(w, 0);
	return w;
}

void
watch_set(struct watch *w, unsigned events)
{
	/* out of memory: nothing is watched, as with libuv, until next time */
	(void)io_arm(w->loop, &w->io, events);
}

void
watch_close(struct watch *w)
{
	io_close(w->loop, &w->io);
	free(w);
}
