/* SPDX-License-Identifier: MIT */
#include "common/net/stream.h"

#include "common/base/panic.h"
#include "common/net/io.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	FLUSH_MS = 5000, /* for what is queued when a link closes */
	VECTORS = 64,    /* of one write */
	WRITES = 8,      /* of one flush, when one does not hold all */
	DISCARDS = 4,    /* reads that empty a socket before it is closed */
};

struct stream;

/* What an idle stream does not need; exists while any of it is at work. */
struct stream_wait {
	struct stream *of;
	struct barrier_waiter barrier;
	struct deferred offer; /* kept bytes, after a resume */
	struct timer deadline; /* of a flush while closing */
	struct addr local;     /* family 0: ask the system; else stays */
};

/*
 * One allocation per connection; buffers exist only while they hold bytes.
 * Thousands of these are idle: mind the size.
 */
struct stream {
	struct link link;
	struct io io;
	struct loop *loop;
	struct barrier *barrier;
	struct stream_wait *wait; /* NULL: waits for nothing */
	struct deferred flush;
	char *keep; /* bytes the user has not used */
	uint32_t keep_n;
	uint32_t in_max;
	uint8_t why; /* enum close_reason */
	bool started      : 1;
	bool paused       : 1;
	bool eof          : 1;
	bool blocked      : 1; /* the kernel refused bytes */
	bool over         : 1; /* the queue has been above its soft limit */
	bool broken       : 1; /* the socket takes no bytes any more */
	bool late         : 1; /* the deadline of the flush has passed */
	bool store_failed : 1;
	bool gone         : 1; /* closed() was called */
};

_Static_assert(CLOSE_REASONS <= UINT8_MAX, "a reason fits its field");

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

/*
 * Each change of what is watched costs system calls, so reading that is no
 * longer wanted stays armed until bytes really come (strict).
 */
static void
stream_arm(struct stream *s, bool strict)
{
	unsigned wanted = 0;

	if (stream_reads(s))
		wanted |= WATCH_READ;
	if (s->blocked)
		wanted |= WATCH_WRITE;
	if (!strict)
		wanted |= s->io.armed & WATCH_READ;
	if (s->gone || io_arm(s->loop, &s->io, wanted))
		return;
	s->broken = true;
	link_close(&s->link, CLOSE_PEER_RESET);
}

/* ---- waiting ---- */

static void stream_on_offer(struct deferred *d);
static void stream_on_deadline(struct timer *t);
static void stream_on_barrier(struct barrier_waiter *w, bool failed);

static struct stream_wait *
stream_wait(struct stream *s)
{
	struct stream_wait *w = s->wait;

	if (w != NULL)
		return w;
	w = mem_alloc(sizeof(*w));
	w->of = s;
	w->barrier.out = &s->link.out;
	w->barrier.done = stream_on_barrier;
	w->offer.run = stream_on_offer;
	w->deadline.fire = stream_on_deadline;
	s->wait = w;
	return w;
}

/* Let go of what is not at work any more. */
static void
stream_wait_end(struct stream *s)
{
	struct stream_wait *w = s->wait;

	if (w == NULL || list_linked(&w->barrier.node) ||
	    list_linked(&w->offer.node) || list_linked(&w->deadline.node) ||
	    w->local.family != 0)
		return;
	free(w);
	s->wait = NULL;
}

static void
stream_wait_cancel(struct stream *s)
{
	struct stream_wait *w = s->wait;

	if (w == NULL)
		return;
	barrier_leave(&w->barrier);
	deferred_cancel(&w->offer);
	timer_stop(&w->deadline);
	w->local.family = 0;
	stream_wait_end(s);
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
	if (s->keep != NULL) {
		s->keep = mem_realloc_array(s->keep, n, 1);
		return;
	}
	s->keep = mem_grow(NULL, n);
	if (s->keep != NULL) {
		memcpy(s->keep, p, n);
		return;
	}
	s->keep_n = 0;
	link_close(&s->link, CLOSE_NO_MEMORY);
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
	struct stream *s = CONTAINER_OF(d, struct stream_wait, offer)->of;

	stream_wait_end(s);
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
	ssize_t n = recv(s->io.fd, scratch, room, MSG_DONTWAIT);
	char *more;

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
		if (s->wait != NULL && list_linked(&s->wait->offer.node))
			return;
		link_close(&s->link, CLOSE_PEER);
		return;
	}
	if (s->keep_n == 0) {
		stream_offer(s, scratch, (size_t)n);
		return;
	}
	more = mem_grow(s->keep, s->keep_n + (size_t)n);
	if (more == NULL) {
		link_close(&s->link, CLOSE_NO_MEMORY);
		return;
	}
	s->keep = more;
	memcpy(s->keep + s->keep_n, scratch, (size_t)n);
	s->keep_n += (uint32_t)n;
	stream_offer(s, s->keep, s->keep_n);
}

/* ---- output ---- */

static void
stream_send(struct stream *s)
{
	const int flags = MSG_NOSIGNAL | MSG_DONTWAIT;
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
			n = send(s->io.fd, v[0].iov_base, all, flags);
		else
			n = sendmsg(s->io.fd, &msg, flags);
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
	struct stream *s = CONTAINER_OF(t, struct stream_wait, deadline)->of;

	s->late = true;
	loop_defer_last(s->loop, &s->flush);
}

/*
 * Unread bytes would turn the close into a reset, which can destroy what the
 * peer has not read yet (a last error line, for one).
 */
static void
stream_hang_up(struct stream *s)
{
	char *scratch = loop_scratch(s->loop);

	(void)shutdown(s->io.fd, SHUT_WR);
	for (int i = 0; i < DISCARDS; i++)
		if (recv(s->io.fd, scratch, LOOP_SCRATCH, MSG_DONTWAIT) <= 0)
			return;
}

static void
stream_finish(struct stream *s)
{
	struct link *l = &s->link;

	s->gone = true;
	stream_wait_cancel(s);
	deferred_cancel(&s->flush);
	io_close(s->loop, &s->io);
	if (!s->broken)
		stream_hang_up(s);
	(void)close(s->io.fd);
	stream_forget(s);
	if (l->user != NULL)
		l->user->closed(l, (enum close_reason)s->why);
	outq_free(&l->out);
	free(s);
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
	if (!barrier_check(s->barrier, q))
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
	if (barrier_holds(s->barrier, q))
		barrier_wait(s->barrier, &stream_wait(s)->barrier);
	stream_arm(s, false);
	if (s->link.closing) {
		struct timer *deadline = &stream_wait(s)->deadline;

		if (!list_linked(&deadline->node))
			timer_start(s->loop, deadline, FLUSH_MS);
		return;
	}
	stream_wait_end(s);
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
	struct stream *s = CONTAINER_OF(w, struct stream_wait, barrier)->of;

	if (failed)
		s->store_failed = true;
	loop_defer_last(s->loop, &s->flush);
}

/* ---- both ---- */

static void
stream_on_ready(struct io *io, unsigned events)
{
	struct stream *s = CONTAINER_OF(io, struct stream, io);
	bool wanted = stream_reads(s);

	if ((events & WATCH_READ) && wanted)
		stream_read(s);
	if ((events & WATCH_WRITE) && s->blocked) {
		s->blocked = false;
		loop_defer_last(s->loop, &s->flush);
		return; /* the flush decides what to watch for */
	}
	stream_arm(s, (events & WATCH_READ) && !wanted);
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
		loop_defer(s->loop, &stream_wait(s)->offer);
}

static void
stream_close(struct link *l, enum close_reason why)
{
	struct stream *s = stream_of(l);

	if (l->closing)
		return;
	l->closing = true;
	s->why = (uint8_t)why;
	loop_defer_last(s->loop, &s->flush);
}

static void
stream_local(struct link *l, struct addr *out)
{
	struct stream *s = stream_of(l);
	struct sockaddr_storage sa = { 0 };
	socklen_t n = sizeof(sa);

	if (s->wait != NULL && s->wait->local.family != 0) {
		*out = s->wait->local;
		return;
	}
	(void)getsockname(s->io.fd, (struct sockaddr *)&sa, &n);
	(void)addr_from_sockaddr(out, (const struct sockaddr *)&sa);
}

static const struct link_ops stream_ops = {
	.pause = stream_pause,
	.resume = stream_resume,
	.close = stream_close,
	.local = stream_local,
};

static void
stream_ask_peer(struct stream *s)
{
	struct sockaddr_storage sa = { 0 };
	socklen_t n = sizeof(sa);

	(void)getpeername(s->io.fd, (struct sockaddr *)&sa, &n);
	(void)addr_from_sockaddr(&s->link.peer, (const struct sockaddr *)&sa);
}

struct link *
stream_new(struct loop *l, int fd, const struct stream_limits *limits,
    struct barrier *barrier)
{
	struct stream *s = mem_alloc(sizeof(*s));

	s->io.ready = stream_on_ready;
	if (!io_open(l, &s->io, fd)) {
		(void)close(fd);
		free(s);
		return NULL;
	}
	s->loop = l;
	s->in_max = limits->in_max;
	s->barrier = barrier;
	s->flush.run = stream_on_flush;
	s->link.ops = &stream_ops;
	outq_init(&s->link.out, limits->out_soft, limits->out_hard,
	    stream_on_wake);
	stream_ask_peer(s);
	return &s->link;
}

void
stream_set_ends(struct link *l, const struct addr *peer,
    const struct addr *local)
{
	/* thousands are as the system says: those need no memory for it */
	if (!addr_eq(peer, &l->peer))
		stream_wait(stream_of(l))->local = *local;
	l->peer = *peer;
}

void
stream_start(struct link *l)
{
	struct stream *s = stream_of(l);

	s->started = true;
	stream_arm(s, false);
}
