/* SPDX-License-Identifier: MIT */
#include "common/net/stream.h"

void
barrier_init(struct barrier *b)
{
	*b = (struct barrier){ 0 };
	list_init(&b->waiting);
}

static struct barrier_waiter *
waiter_of(struct list *node)
{
	return CONTAINER_OF(node, struct barrier_waiter, node);
}

static void
waiter_done(struct barrier_waiter *w, bool failed)
{
	list_remove(&w->node);
	w->done(w, failed);
}

void
barrier_release(struct barrier *b, uint64_t upto)
{
	uint64_t before = b->released;

	if (upto <= before)
		return;
	b->released = upto;
	LIST_EACH(node, &b->waiting) {
		struct barrier_waiter *w = waiter_of(node);

		if (outq_next_wait(w->out, before) <= upto)
			waiter_done(w, false);
	}
}

void
barrier_fail(struct barrier *b, uint64_t upto)
{
	unsigned i = b->nfailed % BARRIER_FAILURES;

	if (upto <= b->released)
		return;
	b->failed[i].after = b->released;
	b->failed[i].upto = upto;
	b->nfailed++;
	LIST_EACH(node, &b->waiting) {
		struct barrier_waiter *w = waiter_of(node);
		uint64_t seq = outq_next_wait(w->out, b->released);

		if (seq == 0 || seq > upto)
			continue;
		outq_cut(w->out, b->released);
		waiter_done(w, true);
	}
}

static bool
barrier_has_failed(const struct barrier *b, uint64_t seq)
{
	unsigned n = b->nfailed;

	if (n > BARRIER_FAILURES)
		n = BARRIER_FAILURES;
	for (unsigned i = 0; i < n; i++)
		if (seq > b->failed[i].after && seq <= b->failed[i].upto)
			return true;
	return false;
}

bool
barrier_check(const struct barrier *b, struct outq *q)
{
	uint64_t seq = 0;

	if (b == NULL || b->nfailed == 0)
		return true;
	while ((seq = outq_next_wait(q, seq)) != 0) {
		if (!barrier_has_failed(b, seq))
			continue;
		outq_cut(q, seq - 1);
		return false;
	}
	return true;
}

bool
barrier_holds(const struct barrier *b, const struct outq *q)
{
	return b != NULL && outq_next_wait(q, b->released) != 0;
}

void
barrier_wait(struct barrier *b, struct barrier_waiter *w)
{
	if (!list_linked(&w->node))
		list_push(&b->waiting, &w->node);
}

void
barrier_leave(struct barrier_waiter *w)
{
	list_remove(&w->node);
}
