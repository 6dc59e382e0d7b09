/* SPDX-License-Identifier: MIT */
#include "common/net/io.h"

#include "common/base/panic.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

void
io_set_turn(struct io_set *set, int timeout_ms)
{
	set->n = epoll_wait(set->epoll, set->batch, IO_BATCH, timeout_ms);
	for (set->next = 0; set->next < set->n;) {
		const struct epoll_event *e = &set->batch[set->next++];
		struct io *io = e->data.ptr;
		unsigned what = 0;

		if (io == NULL)
			continue;
		if (e->events & (EPOLLIN | EPOLLHUP | EPOLLERR))
			what |= WATCH_READ;
		if (e->events & (EPOLLOUT | EPOLLHUP | EPOLLERR))
			what |= WATCH_WRITE;
		io->ready(io, what);
	}
}

void
io_set_open(struct io_set *set)
{
	set->batch = mem_alloc_array(IO_BATCH, sizeof(set->batch[0]));
	set->epoll = epoll_create1(EPOLL_CLOEXEC);
	/* without it there is no program */
	ASSERT(set->epoll >= 0);
}

void
io_set_close(struct io_set *set)
{
	(void)close(set->epoll);
	free(set->batch);
}

static bool
io_control(struct io_set *set, struct io *io, int how, unsigned events)
{
	struct epoll_event e = { .data.ptr = io };

	if (events & WATCH_READ)
		e.events |= EPOLLIN;
	if (events & WATCH_WRITE)
		e.events |= EPOLLOUT;
	io->armed = events;
	if (epoll_ctl(set->epoll, how, io->fd, &e) == 0)
		return true;
	io->armed = 0;
	return false;
}

bool
io_open(struct loop *l, struct io *io, int fd)
{
	io->fd = fd;
	return io_control(loop_io(l), io, EPOLL_CTL_ADD, WATCH_READ);
}

bool
io_arm(struct loop *l, struct io *io, unsigned events)
{
	int how = EPOLL_CTL_MOD;

	if (events == io->armed)
		return true;
	/* errors are told whatever is asked: not to be in the set is silence */
	if (events == 0)
		how = EPOLL_CTL_DEL;
	else if (io->armed == 0)
		how = EPOLL_CTL_ADD;
	return io_control(loop_io(l), io, how, events);
}

void
io_close(struct loop *l, struct io *io)
{
	struct io_set *set = loop_io(l);

	(void)io_arm(l, io, 0);
	for (int i = set->next; i < set->n; i++)
		if (set->batch[i].data.ptr == io)
			set->batch[i].data.ptr = NULL;
}
