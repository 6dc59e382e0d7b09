/* SPDX-License-Identifier: MIT */
/*
 * The worker without a thread: batches run at the end of the loop's turn.
 */
#include "core/store/store_impl.h"

static void
run_batch(struct store *s, struct list *jobs)
{
	struct store_batch *b = store_batch_new();

	store_worker_batch(&s->worker, jobs, b);
	while (!list_empty(&s->worker.backups))
		store_worker_backup(&s->worker, b);
	if (b->failed && !s->closing)
		timer_start(s->cfg.loop, &s->probe, STORE_PROBE_MS);
	store_deliver(s, b);
}

void
store_onloop_drain(struct store *s)
{
	struct list jobs;

	list_init(&jobs);
	store_hand_over(s);
	while (!list_empty(&s->queue)) {
		store_worker_take(&s->queue, &jobs);
		run_batch(s, &jobs);
		store_hand_over(s);
	}
}

void
store_onloop_probe(struct timer *t)
{
	struct store *s = CONTAINER_OF(t, struct store, probe);
	struct store_batch *b = store_batch_new();

	store_worker_probe(&s->worker, b);
	if (!b->recovered)
		timer_start(s->cfg.loop, t, STORE_PROBE_MS);
	store_deliver(s, b);
}
