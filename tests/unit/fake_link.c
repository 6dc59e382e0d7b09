/* SPDX-License-Identifier: MIT */
#include "tests/unit/fake_link.h"

#include "common/base/panic.h"

#include <stdlib.h>

enum {
	FAKE_SOFT = 64 * 1024,
	FAKE_HARD = 1024 * 1024,
	FAKE_IN_MAX = 1024 * 1024,
	FAKE_OUT_MAX = 64 * 1024 * 1024,
	FAKE_VECTORS = 16,
	FAKE_ROUNDS = 100,
};

static struct fake_link *
fake_link_of(struct link *l)
{
	return CONTAINER_OF(l, struct fake_link, link);
}

static void
fake_link_pause(struct link *l)
{
	fake_link_of(l)->paused = true;
}

static void
fake_link_resume(struct link *l)
{
	struct fake_link *f = fake_link_of(l);

	if (f->paused)
		f->offer = true;
	f->paused = false;
}

static void
fake_link_close(struct link *l, enum close_reason why)
{
	if (l->closing)
		return;
	l->closing = true;
	fake_link_of(l)->why = why;
}

static void
fake_link_local(struct link *l, struct addr *out)
{
	*out = fake_link_of(l)->local;
}

static const struct link_ops fake_link_ops = {
	.pause = fake_link_pause,
	.resume = fake_link_resume,
	.close = fake_link_close,
	.local = fake_link_local,
};

static void
fake_link_wake(struct outq *q)
{
	/* fake_link_turn() looks for itself */
	(void)q;
}

struct fake_link *
fake_link_new(void)
{
	struct fake_link *f = mem_alloc(sizeof(*f));

	f->link.ops = &fake_link_ops;
	outq_init(&f->link.out, FAKE_SOFT, FAKE_HARD, fake_link_wake);
	f->released = UINT64_MAX;
	f->in_max = FAKE_IN_MAX;
	buf_init(&f->in, SIZE_MAX / 4);
	buf_init(&f->out, FAKE_OUT_MAX);
	return f;
}

void
fake_link_free(struct fake_link *f)
{
	if (f == NULL)
		return;
	fake_link_close(&f->link, CLOSE_PEER);
	(void)fake_link_finish(f);
	outq_free(&f->link.out);
	buf_free(&f->in);
	buf_free(&f->out);
	free(f);
}

static void
fake_link_offer(struct fake_link *f)
{
	struct slice in = buf_slice(&f->in);
	struct buf given = f->in;
	size_t used;

	/* a copy the sanitizer watches: the user must not keep pointers */
	f->in = (struct buf){ .max = given.max };
	used = f->link.user->input(&f->link, in.p, in.n);
	ASSERT(used <= in.n);
	if (!f->link.closing)
		buf_add_slice(&f->in, slice_from(in, used));
	buf_free(&given);
	if (used == 0 && !f->paused && f->in.n >= f->in_max)
		fake_link_close(&f->link, CLOSE_LINE_TOO_LONG);
}

void
fake_link_feed(struct fake_link *f, const void *p, size_t n)
{
	if (f->link.closing || n == 0)
		return;
	buf_add(&f->in, p, n);
	ASSERT(buf_ok(&f->in));
	if (!f->paused)
		fake_link_offer(f);
}

void
fake_link_feed_text(struct fake_link *f, const char *text)
{
	fake_link_feed(f, text, strlen(text));
}

void
fake_link_hang_up(struct fake_link *f)
{
	fake_link_close(&f->link, CLOSE_PEER);
}

static void
fake_link_send(struct fake_link *f)
{
	struct iovec v[FAKE_VECTORS];
	struct outq *q = &f->link.out;
	int n;

	while (
	    !f->stuck && (n = outq_peek(q, f->released, v, FAKE_VECTORS)) > 0) {
		for (int i = 0; i < n; i++) {
			buf_add(&f->out, v[i].iov_base, v[i].iov_len);
			outq_consume(q, v[i].iov_len);
		}
	}
	ASSERT(buf_ok(&f->out));
}

/* One round; false when nothing is left to do in this turn. */
static bool
fake_link_round(struct fake_link *f)
{
	struct outq *q = &f->link.out;

	if (f->offer && !f->paused && !f->link.closing) {
		f->offer = false;
		if (f->in.n > 0)
			fake_link_offer(f);
	}
	if (outq_full(q))
		f->over = true;
	if (q->failed) {
		fake_link_close(&f->link, CLOSE_OUTPUT_FULL);
		outq_free(q);
	}
	fake_link_send(f);
	outq_sleep(q);
	if (f->over && q->bytes < q->soft / 2 && !f->link.closing) {
		f->over = false;
		if (f->link.user->drained != NULL)
			f->link.user->drained(&f->link);
	}
	return !f->link.closing && (f->offer || q->awake);
}

void
fake_link_turn(struct fake_link *f)
{
	for (int i = 0; i < FAKE_ROUNDS && !f->done; i++)
		if (!fake_link_round(f))
			break;
}

struct slice
fake_link_output(struct fake_link *f)
{
	fake_link_turn(f);
	return buf_slice(&f->out);
}

void
fake_link_take(struct fake_link *f)
{
	buf_reset(&f->out);
}

bool
fake_link_store_failed(struct fake_link *f)
{
	if (outq_next_wait(&f->link.out, f->released) == 0)
		return false;
	outq_cut(&f->link.out, f->released);
	fake_link_close(&f->link, CLOSE_STORE_FAILED);
	return true;
}

bool
fake_link_finish(struct fake_link *f)
{
	if (!f->link.closing)
		return false;
	if (f->done)
		return true;
	fake_link_turn(f);
	f->done = true;
	if (f->link.user != NULL)
		f->link.user->closed(&f->link, f->why);
	return true;
}
