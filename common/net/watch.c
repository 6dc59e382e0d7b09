/* SPDX-License-Identifier: MIT */
#include "common/base/panic.h"
#include "common/net/loop.h"

#include <stdlib.h>
#include <uv.h>

struct watch {
	uv_poll_t poll;
	void (*ready)(void *ctx, unsigned events);
	void *ctx;
	unsigned wanted;
	unsigned armed;
	bool closed;
};

static void watch_arm(struct watch *w);

static void
watch_on_poll(uv_poll_t *poll, int status, int events)
{
	struct watch *w = poll->data;
	unsigned e = 0;

	if (status < 0) {
		/* libuv has stopped watching */
		w->armed = 0;
		e = WATCH_READ | WATCH_WRITE;
	} else {
		if (events & UV_READABLE)
			e |= WATCH_READ;
		if (events & UV_WRITABLE)
			e |= WATCH_WRITE;
	}
	w->ready(w->ctx, e);
	if (!w->closed)
		watch_arm(w);
}

static void
watch_arm(struct watch *w)
{
	int events = 0;

	if (w->armed == w->wanted)
		return;
	w->armed = w->wanted;
	if (w->wanted & WATCH_READ)
		events |= UV_READABLE;
	if (w->wanted & WATCH_WRITE)
		events |= UV_WRITABLE;
	if (events == 0)
		(void)uv_poll_stop(&w->poll);
	else
		(void)uv_poll_start(&w->poll, events, watch_on_poll);
}

struct watch *
watch_open(struct loop *l, int fd, void (*ready)(void *ctx, unsigned events),
    void *ctx)
{
	struct watch *w = mem_alloc(sizeof(*w));

	if (uv_poll_init(loop_uv(l), &w->poll, fd) != 0) {
		free(w);
		return NULL;
	}
	w->poll.data = w;
	w->ready = ready;
	w->ctx = ctx;
	return w;
}

void
watch_set(struct watch *w, unsigned events)
{
	ASSERT(!w->closed);
	w->wanted = events;
	watch_arm(w);
}

static void
watch_on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

void
watch_close(struct watch *w)
{
	ASSERT(!w->closed);
	w->closed = true;
	uv_close((uv_handle_t *)&w->poll, watch_on_closed);
}
