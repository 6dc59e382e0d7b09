/* SPDX-License-Identifier: MIT */
#include "common/net/stream.h"

#include "common/base/panic.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

enum {
	FLUSH_MS = 5000, /* for what is queued when a link closes */
	VECTORS = 64,    /* of one write */
	WRITES = 8,      /* of one flush, when one does not hold all */
	DISCARDS = 4,    /* reads that empty a socket before it is closed */
};

/* One allocation per connection; buffers exist only while they hold bytes. */
struct stream {
	struct link link;
	uv_poll_t poll;
	struct loop *loop;
	struct barrier *barrier;
	struct barrier_waiter waiter;
	struct deferred offer; /* kept bytes, after a resume */
	struct deferred flush;
	struct timer deadline; /* of a flush while closing */
	char *keep;            /* bytes the user has not used */
	uint32_t keep_n;
	uint32_t in_max;
	int fd;
	int armed; /* UV_READABLE, UV_WRITABLE */
	enum close_reason why;
	bool started;
	bool paused;
	bool eof;
	bool blocked; /* the kernel refused bytes */
	bool over;    /* the queue has been above its soft limit */
	bool broken;  /* the socket takes no bytes any more */
	bool late;    /* the deadline of the flush has passed */
	bool store_failed;
	bool gone; /* closed() was called */
};

static struct stream *
stream_of(struct link *l)
{
	return CONTAINER_OF(l, struct stream, link);
}

static bool
stream_reads(const struct stream *s)
{
	return s->started && !s->paused && !s->eof && !s->link.closing &&
	    s->keep_n < s->in_max;
}

static void stream_on_poll(uv_poll_t *poll, int status, int events);

/*
 * Each change of what is watched costs system calls, so reading that is no
 * longer wanted stays armed until bytes really come (strict).
 */
static void
stream_arm(struct stream *s, bool strict)
{
	int wanted = 0;

	if (stream_reads(s))
		wanted |= UV_READABLE;
	if (s->blocked)
		wanted |= UV_WRITABLE;
	if (!strict)
		wanted |= s->armed & UV_READABLE;
	if (s->gone || wanted == s->armed)
		return;
	s->armed = wanted;
	if (wanted == 0)
		(void)uv_poll_stop(&s->poll);
	else
		(void)uv_poll_start(&s->poll, wanted, stream_on_poll);
}

/* ---- input ---- */

static void
stream_forget(struct stream *s)
{
	free(s->keep);
	s->keep = NULL;
	s->keep_n = 0;
}

/* Keep n bytes at p, which may be the end of what is kept already. */
static void
stream_keep(struct stream *s, const char *p, size_t n)
{
	if (n == 0) {
		stream_forget(s);
		return;
	}
	if (s->keep != NULL)
		memmove(s->keep, p, n);
	s->keep_n = (uint32_t)n;
	if (s->keep == NULL) {
		s->keep = mem_realloc_array(NULL, n, 1);
		memcpy(s->keep, p, n);
	} else {
		s->keep = mem_realloc_array(s->keep, n, 1);
	}
}

static void
stream_offer(struct stream *s, const char *p, size_t n)
{
	struct link *l = &s->link;
	size_t used = l->user->input(l, p, n);

	ASSERT(used <= n);
	if (l->closing) {
		stream_forget(s);
		return;
	}
	if (used > 0 || s->keep == NULL)
		stream_keep(s, p + used, n - used);
	if (used == 0 && !s->paused && s->keep_n >= s->in_max)
		link_close(l, CLOSE_LINE_TOO_LONG);
}

static void
stream_on_offer(struct deferred *d)
{
	struct stream *s = CONTAINER_OF(d, struct stream, offer);

	if (s->link.closing || s->paused)
		return;
	if (s->keep_n > 0)
		stream_offer(s, s->keep, s->keep_n);
	if (s->eof && !s->paused)
		link_close(&s->link, CLOSE_PEER);
	stream_arm(s, false);
}

static void
stream_read(struct stream *s)
{
	char *scratch = loop_scratch(s->loop);
	size_t room = size_min(LOOP_SCRATCH, s->in_max - s->keep_n);
	ssize_t n = recv(s->fd, scratch, room, 0);

	if (n < 0) {
		if (errno == EAGAIN || errno == EINTR)
			return;
		s->broken = true;
		link_close(&s->link, CLOSE_PEER_RESET);
		return;
	}
	if (n == 0) {
		s->eof = true;
		/* bytes kept while paused may still be on their way to it */
		if (list_linked(&s->offer.node))
			return;
		link_close(&s->link, CLOSE_PEER);
		return;
	}
	if (s->keep_n == 0) {
		stream_offer(s, scratch, (size_t)n);
		return;
	}
	s->keep = mem_realloc_array(s->keep, s->keep_n + (size_t)n, 1);
	memcpy(s->keep + s->keep_n, scratch, (size_t)n);
	s->keep_n += (uint32_t)n;
	stream_offer(s, s->keep, s->keep_n);
}

/* ---- output ---- */

static void
stream_send(struct stream *s)
{
	struct iovec v[VECTORS];
	struct msghdr msg = { .msg_iov = v };
	struct outq *q = &s->link.out;

	for (int i = 0; i < WRITES; i++) {
		int nv = outq_peek(q, barrier_released(s->barrier), v, VECTORS);
		size_t all = 0;
		ssize_t n;

		if (nv == 0)
			return;
		for (int k = 0; k < nv; k++)
			all += v[k].iov_len;
		msg.msg_iovlen = (size_t)nv;
		if (nv == 1)
			n = send(s->fd, v[0].iov_base, all, MSG_NOSIGNAL);
		else
			n = sendmsg(s->fd, &msg, MSG_NOSIGNAL);
		if (n < 0 && errno != EAGAIN && errno != EINTR) {
			s->broken = true;
			return;
		}
		if (n > 0)
			outq_consume(q, (size_t)n);
		if (n < (ssize_t)all)
			break;
	}
	s->blocked = true;
}

static void
stream_on_deadline(struct timer *t)
{
	struct stream *s = CONTAINER_OF(t, struct stream, deadline);

	s->late = true;
	loop_defer_last(s->loop, &s->flush);
}

static void
stream_on_handle_closed(uv_handle_t *handle)
{
	free(handle->data);
}

/*
 * Unread bytes would turn the close into a reset, which can destroy what the
 * peer has not read yet (a last error line, for one).
 */
static void
stream_hang_up(struct stream *s)
{
	char *scratch = loop_scratch(s->loop);

	(void)shutdown(s->fd, SHUT_WR);
	for (int i = 0; i < DISCARDS; i++)
		if (recv(s->fd, scratch, LOOP_SCRATCH, 0) <= 0)
			return;
}

static void
stream_finish(struct stream *s)
{
	struct link *l = &s->link;

	s->gone = true;
	barrier_leave(&s->waiter);
	timer_stop(&s->deadline);
	deferred_cancel(&s->offer);
	deferred_cancel(&s->flush);
	uv_close((uv_handle_t *)&s->poll, stream_on_handle_closed);
	if (!s->broken)
		stream_hang_up(s);
	(void)close(s->fd);
	stream_forget(s);
	if (l->user != NULL)
		l->user->closed(l, s->why);
	outq_free(&l->out);
}

/* False: nothing more will leave this link. */
static bool
stream_try(struct stream *s)
{
	struct outq *q = &s->link.out;

	if (q->failed) {
		link_close(&s->link, CLOSE_OUTPUT_FULL);
		return false;
	}
	if (!barrier_check(s->barrier, &s->waiter))
		s->store_failed = true;
	if (s->store_failed)
		link_close(&s->link, CLOSE_STORE_FAILED);
	if (!s->blocked && !s->broken)
		stream_send(s);
	if (s->broken)
		link_close(&s->link, CLOSE_PEER_RESET);
	if (s->broken || s->late)
		return false;
	return !s->link.closing || q->bytes > 0;
}

static void
stream_on_flush(struct deferred *d)
{
	struct stream *s = CONTAINER_OF(d, struct stream, flush);
	struct outq *q = &s->link.out;

	if (outq_full(q))
		s->over = true;
	if (!stream_try(s)) {
		stream_finish(s);
		return;
	}
	if (!s->blocked)
		outq_sleep(q);
	barrier_wait(s->barrier, &s->waiter);
	stream_arm(s, false);
	if (s->link.closing) {
		if (!list_linked(&s->deadline.node))
			timer_start(s->loop, &s->deadline, FLUSH_MS);
		return;
	}
	if (s->over && q->bytes < q->soft / 2) {
		s->over = false;
		if (s->link.user->drained != NULL)
			s->link.user->drained(&s->link);
	}
}

static void
stream_on_wake(struct outq *q)
{
	struct stream *s = CONTAINER_OF(q, struct stream, link.out);

	if (!s->gone)
		loop_defer_last(s->loop, &s->flush);
}

static void
stream_on_barrier(struct barrier_waiter *w, bool failed)
{
	struct stream *s = CONTAINER_OF(w, struct stream, waiter);

	if (failed)
		s->store_failed = true;
	loop_defer_last(s->loop, &s->flush);
}

/* ---- both ---- */

static void
stream_on_poll(uv_poll_t *poll, int status, int events)
{
	struct stream *s = poll->data;
	bool wanted = stream_reads(s);

	if (status < 0) {
		/* libuv has stopped watching; recv() or send() knows why */
		s->armed = 0;
		events = UV_READABLE | UV_WRITABLE;
	}
	if ((events & UV_READABLE) && wanted)
		stream_read(s);
	if ((events & UV_WRITABLE) && s->blocked) {
		s->blocked = false;
		loop_defer_last(s->loop, &s->flush);
		return; /* the flush decides what to watch for */
	}
	stream_arm(s, (events & UV_READABLE) && !wanted);
}

static void
stream_pause(struct link *l)
{
	stream_of(l)->paused = true;
}

static void
stream_resume(struct link *l)
{
	struct stream *s = stream_of(l);

	if (!s->paused)
		return;
	s->paused = false;
	if (!s->gone)
		loop_defer(s->loop, &s->offer);
}

static void
stream_close(struct link *l, enum close_reason why)
{
	struct stream *s = stream_of(l);

	if (l->closing)
		return;
	l->closing = true;
	s->why = why;
	loop_defer_last(s->loop, &s->flush);
}

static const struct link_ops stream_ops = {
	.pause = stream_pause,
	.resume = stream_resume,
	.close = stream_close,
};

static void
stream_ask_addresses(struct stream *s)
{
	struct sockaddr_storage sa;
	socklen_t n = sizeof(sa);

	if (getpeername(s->fd, (struct sockaddr *)&sa, &n) == 0)
		(void)addr_from_sockaddr(&s->link.peer,
		    (const struct sockaddr *)&sa);
	n = sizeof(sa);
	if (getsockname(s->fd, (struct sockaddr *)&sa, &n) == 0)
		(void)addr_from_sockaddr(&s->link.local,
		    (const struct sockaddr *)&sa);
}

struct link *
stream_new(struct loop *l, int fd, const struct stream_limits *limits,
    struct barrier *barrier)
{
	struct stream *s = mem_alloc(sizeof(*s));

	if (uv_poll_init(loop_uv(l), &s->poll, fd) != 0) {
		(void)close(fd);
		free(s);
		return NULL;
	}
	s->poll.data = s;
	s->loop = l;
	s->fd = fd;
	s->in_max = limits->in_max;
	s->barrier = barrier;
	s->waiter.out = &s->link.out;
	s->waiter.done = stream_on_barrier;
	s->offer.run = stream_on_offer;
	s->flush.run = stream_on_flush;
	s->deadline.fire = stream_on_deadline;
	s->link.ops = &stream_ops;
	outq_init(&s->link.out, limits->out_soft, limits->out_hard,
	    stream_on_wake);
	stream_ask_addresses(s);
	return &s->link;
}

void
stream_start(struct link *l)
{
	struct stream *s = stream_of(l);

	s->started = true;
	stream_arm(s, false);
}
