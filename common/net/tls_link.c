/* SPDX-License-Identifier: MIT */
#include "common/net/tls_link.h"
#include "common/net/tls_gather.h"

#include "common/base/panic.h"

#include <stdlib.h>

enum {
	VECTORS = 16,
	HARD_SLACK = 256 * 1024, /* what encryption may add to a full queue */
};

static void
link_free_engine(struct tls_link *l)
{
	if (l->engine == NULL)
		return;
	l->engine->free(l);
	l->engine = NULL;
}

static void
buf_wipe(struct buf *b)
{
	if (b->p != NULL)
		mem_wipe(b->p, b->cap);
	buf_free(b);
}

void
tls_link_free(struct tls_link *l)
{
	struct tls *t = l->tls;

	ASSERT(!l->busy);
	link_free_engine(l);
	buf_free(&l->gathered);
	buf_free(&l->in);
	buf_free(&l->out);
	buf_wipe(&l->leftover);
	outq_free(&l->link.out);
	if (l->setup != NULL)
		tls_setup_unref(l->setup);
	free(l);
	tls_free(t);
}

/* ---- reading ---- */

static void
link_offer(struct tls_link *l, const char *p, size_t n)
{
	size_t used;

	if (l->leftover.n > 0) {
		buf_add(&l->leftover, p, n);
		p = l->leftover.p;
		n = l->leftover.n;
	}
	used = buf_ok(&l->leftover) ? l->link.user->input(&l->link, p, n) : 0;
	ASSERT(used <= n);
	if (l->link.closing) {
		buf_wipe(&l->leftover);
		return;
	}
	if (l->leftover.n > 0)
		buf_consume(&l->leftover, used);
	else if (used < n)
		buf_add(&l->leftover, p + used, n - used);
	if (!buf_ok(&l->leftover))
		link_close(&l->link, CLOSE_LINE_TOO_LONG);
	else if (l->leftover.n == 0 && l->leftover.p != NULL)
		buf_wipe(&l->leftover);
}

static enum close_reason
read_error(int rc)
{
	if (rc == 0 || rc == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY ||
	    rc == MBEDTLS_ERR_SSL_CONN_EOF)
		return CLOSE_PEER;
	return rc == TLS_ENGINE_FLOOD ? CLOSE_TLS_FLOOD : CLOSE_TLS_BROKEN;
}

size_t
tls_link_read(struct tls_link *l, struct slice in)
{
	unsigned char *p = l->tls->plain_in;
	size_t used;

	l->rd = in;
	while (!l->link.closing && !l->paused) {
		int rc = l->engine->read(l, p, TLS_RECORD_MAX);

		if (rc > 0) {
			link_offer(l, (const char *)p, (size_t)rc);
			continue;
		}
		if (rc != MBEDTLS_ERR_SSL_WANT_READ &&
		    rc != MBEDTLS_ERR_SSL_WANT_WRITE)
			link_close(&l->link, read_error(rc));
		break;
	}
	used = l->link.closing ? in.n : in.n - l->rd.n;
	l->rd = slice_make(NULL, 0);
	return used;
}

/* What came with the last flight of the handshake, or before a pause. */
static void
read_kept(struct tls_link *l)
{
	size_t used;

	if (l->in.n == 0)
		return;
	used = tls_link_read(l, buf_slice(&l->in));
	buf_consume(&l->in, used);
	if (l->in.n == 0)
		buf_free(&l->in);
}

static void
read_again(struct deferred *d)
{
	struct tls_link *l = CONTAINER_OF(d, struct tls_link, again);

	if (l->phase != TLS_OPEN || l->link.closing || l->paused)
		return;
	if (l->leftover.n > 0)
		link_offer(l, NULL, 0);
	if (!l->link.closing && !l->paused)
		read_kept(l);
	if (!l->link.closing && !l->paused)
		link_resume(l->tcp);
}

static size_t
tcp_input(struct link *tcp, const char *p, size_t n)
{
	struct tls_link *l = tcp->session;

	if (l->link.closing)
		return n;
	if (l->phase != TLS_OPEN)
		return tls_handshake_input(l, slice_make(p, n));
	if (l->paused)
		return 0;
	if (l->in.n == 0)
		return tls_link_read(l, slice_make(p, n));
	/* The beginning of this record came with the handshake. */
	buf_add(&l->in, p, n);
	if (buf_ok(&l->in))
		read_kept(l);
	else
		link_close(&l->link, CLOSE_TLS_BROKEN);
	return n;
}

/* ---- writing ---- */

bool
tls_link_send(struct tls_link *l, const void *p, size_t n)
{
	if (!l->busy) {
		outq_add(&l->tcp->out, p, n);
		return true;
	}
	buf_add(&l->out, p, n);
	return buf_ok(&l->out);
}

/* One record's worth: a long piece as it is, short ones put together. */
static struct slice
record_take(struct tls_link *l)
{
	struct iovec v[VECTORS];
	int count = outq_peek(&l->link.out, UINT64_MAX, v, VECTORS);
	unsigned char *to = l->tls->plain_out;
	size_t n = 0;

	if (count == 0)
		return slice_make(NULL, 0);
	if (count == 1 || v[0].iov_len >= TLS_RECORD_MAX)
		return slice_make(v[0].iov_base,
		    size_min(v[0].iov_len, TLS_RECORD_MAX));
	for (int i = 0; i < count && n < TLS_RECORD_MAX; i++) {
		size_t part = size_min(v[i].iov_len, TLS_RECORD_MAX - n);

		memcpy(to + n, v[i].iov_base, part);
		n += part;
	}
	return slice_make(to, n);
}

/* Returns false when the engine refuses. */
static bool
link_encrypt(struct tls_link *l, bool all)
{
	while (all || !outq_full(&l->tcp->out)) {
		struct slice s = record_take(l);
		int rc;

		if (s.n == 0)
			break;
		rc = l->engine->write(l, (const unsigned char *)s.p, s.n);
		if (rc <= 0)
			return false;
		outq_consume(&l->link.out, (size_t)rc);
	}
	return true;
}

static void
link_flush(struct deferred *d)
{
	struct tls_link *l = CONTAINER_OF(d, struct tls_link, flush);
	struct outq *q = &l->link.out;

	if (l->phase != TLS_OPEN || l->link.closing)
		return;
	if (q->failed) {
		link_close(&l->link, CLOSE_OUTPUT_FULL);
		return;
	}
	if (outq_full(q))
		l->full = true;
	if (!link_encrypt(l, false)) {
		link_close(&l->link, CLOSE_TLS_BROKEN);
		return;
	}
	/* Otherwise the TCP link will say when to go on. */
	if (!outq_full(&l->tcp->out))
		outq_sleep(q);
	if (l->full && q->bytes < q->soft / 2) {
		l->full = false;
		if (l->link.user->drained != NULL)
			l->link.user->drained(&l->link);
	}
}

static void
link_wake(struct outq *q)
{
	struct tls_link *l = tls_link_of(CONTAINER_OF(q, struct link, out));

	loop_defer_last(l->tls->loop, &l->flush);
}

static void
tcp_drained(struct link *tcp)
{
	struct tls_link *l = tcp->session;

	/* Even with nothing to say: the queue may not have gone to sleep. */
	loop_defer_last(l->tls->loop, &l->flush);
}

/* ---- life ---- */

static void
op_pause(struct link *link)
{
	struct tls_link *l = tls_link_of(link);

	l->paused = true;
	/* The handshake goes on: none of its bytes are the user's. */
	if (l->phase == TLS_OPEN && !link->closing)
		link_pause(l->tcp);
}

static void
op_resume(struct link *link)
{
	struct tls_link *l = tls_link_of(link);

	if (!l->paused)
		return;
	l->paused = false;
	if (l->phase == TLS_OPEN && !link->closing)
		loop_defer(l->tls->loop, &l->again);
}

static void
op_close(struct link *link, enum close_reason why)
{
	struct tls_link *l = tls_link_of(link);

	if (link->closing)
		return;
	link->closing = true;
	l->why = why;
	timer_stop(&l->deadline);
	/* Nothing stands behind a fatal alert. */
	if (l->phase == TLS_OPEN && why != CLOSE_TLS_BROKEN &&
	    why != CLOSE_TLS_FLOOD && link_encrypt(l, true))
		l->engine->goodbye(l);
	link_close(l->tcp, why);
}

static void
op_local(struct link *link, struct addr *out)
{
	struct tls_link *l = tls_link_of(link);

	*out = (struct addr){ 0 };
	if (l->tcp != NULL)
		link_local(l->tcp, out);
}

static const struct link_ops tls_link_ops = {
	.pause = op_pause,
	.resume = op_resume,
	.close = op_close,
	.local = op_local,
};

static void
tcp_closed(struct link *tcp, enum close_reason why)
{
	struct tls_link *l = tcp->session;

	if (!l->link.closing)
		l->why = why;
	if (l->phase == TLS_SHAKING && !l->link.closing)
		l->tls->stats.failed++;
	l->link.closing = true;
	l->tcp = NULL;
	timer_stop(&l->deadline);
	deferred_cancel(&l->flush);
	deferred_cancel(&l->again);
	l->link.user->closed(&l->link, l->why);
	l->gone = true;
	if (!l->busy)
		tls_link_free(l);
}

static const struct link_user tcp_user = {
	.input = tcp_input,
	.drained = tcp_drained,
	.closed = tcp_closed,
};

void
tls_link_open(struct tls_link *l)
{
	timer_stop(&l->deadline);
	l->phase = TLS_OPEN;
	if (l->link.out.bytes > 0)
		loop_defer_last(l->tls->loop, &l->flush);
	if (l->paused) {
		link_pause(l->tcp);
		return;
	}
	read_kept(l);
	if (!l->link.closing && !l->paused)
		link_resume(l->tcp);
}

struct link *
tls_stream_new(struct tls *t, int fd, const struct stream_limits *limits,
    struct barrier *barrier, bool modern_only)
{
	struct stream_limits below = {
		.out_soft = TLS_AHEAD,
		.out_hard = limits->out_hard + limits->out_hard / 8 +
		    TLS_AHEAD + HARD_SLACK,
		.in_max = 2 * TLS_RECORD_MAX,
	};
	struct link *tcp;
	struct tls_link *l;

	/* The store's numbers stop at sessions, and those run on plain TCP. */
	ASSERT(barrier == NULL);
	tcp = stream_new(t->loop, fd, &below, NULL);
	if (tcp == NULL)
		return NULL;
	l = mem_alloc(sizeof(*l));
	l->link.ops = &tls_link_ops;
	l->link.peer = tcp->peer;
	l->link.secure = true;
	outq_init(&l->link.out, limits->out_soft, limits->out_hard, link_wake);
	l->tcp = tcp;
	l->tls = t;
	t->refs++;
	l->in_max = limits->in_max;
	l->modern_only = modern_only;
	l->flush.run = link_flush;
	l->again.run = read_again;
	buf_init(&l->gathered, TLS_GATHERED_MAX);
	buf_init(&l->in, TLS_FLIGHT_MAX);
	buf_init(&l->out, TLS_FLIGHT_MAX);
	buf_init(&l->leftover, (size_t)limits->in_max + TLS_RECORD_MAX);
	tcp->user = &tcp_user;
	tcp->session = l;
	return &l->link;
}

void
tls_start(struct link *link)
{
	struct tls_link *l = tls_link_of(link);

	tls_handshake_begin(l);
	stream_start(l->tcp);
}
