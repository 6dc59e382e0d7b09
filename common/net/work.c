/* SPDX-License-Identifier: MIT */
#include "common/net/work.h"

#include "common/base/panic.h"
#include "common/net/work_turns.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
	WORKER_NICE = 10,
};

struct work_queue {
	struct turns waiting;
	unsigned nrunning;
	struct work_limits limits;
};

struct workers {
	struct loop *loop;
	pthread_mutex_t lock; /* over all below but threads */
	pthread_cond_t more;
	struct work_queue queues[WORK_CLASSES];
	struct list finished; /* done() is to be called */
	struct posted report;
	bool stopping;
	bool freeing; /* the loop's own */
	unsigned nthreads;
	pthread_t threads[];
};

/* Locked.  The first class goes first, but never beyond its bound. */
static struct work_queue *
workers_pick(struct workers *p)
{
	for (int i = 0; i < WORK_CLASSES; i++) {
		struct work_queue *q = &p->queues[i];

		if (q->waiting.count > 0 && q->nrunning < q->limits.running)
			return q;
	}
	return NULL;
}

/* Locked on entry and return. */
static void
workers_run_one(struct workers *p, struct work_queue *q)
{
	struct work *w = turns_next(&q->waiting);
	bool first;

	q->nrunning++;
	pthread_mutex_unlock(&p->lock);
	w->run(w);
	pthread_mutex_lock(&p->lock);
	q->nrunning--;
	first = list_empty(&p->finished);
	list_push(&p->finished, &w->node);
	/* this class may go on where its bound stopped others */
	if (q->waiting.count > 0)
		pthread_cond_signal(&p->more);
	if (!first)
		return;
	/*
	 * Unlocked: the write wakes the loop, which takes our processor at
	 * once and would then wait for the lock of a thread that is nicer.
	 */
	pthread_mutex_unlock(&p->lock);
	loop_post(p->loop, &p->report);
	pthread_mutex_lock(&p->lock);
}

static bool
workers_idle(const struct workers *p)
{
	for (int i = 0; i < WORK_CLASSES; i++)
		if (p->queues[i].waiting.count > 0)
			return false;
	return true;
}

static void *
workers_main(void *arg)
{
	struct workers *p = arg;

	/* of this thread alone on Linux; failure only costs smoothness */
	(void)setpriority(PRIO_PROCESS, (id_t)gettid(),
	    getpriority(PRIO_PROCESS, 0) + WORKER_NICE);
	pthread_mutex_lock(&p->lock);
	for (;;) {
		struct work_queue *q = workers_pick(p);

		if (q != NULL) {
			workers_run_one(p, q);
			continue;
		}
		if (p->stopping && workers_idle(p))
			break;
		pthread_cond_wait(&p->more, &p->lock);
	}
	/* the next one may be waiting for a bound that is free now */
	pthread_cond_broadcast(&p->more);
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

static void
workers_report(struct workers *p)
{
	struct list finished;

	list_init(&finished);
	pthread_mutex_lock(&p->lock);
	list_splice(&finished, &p->finished);
	pthread_mutex_unlock(&p->lock);
	while (!list_empty(&finished)) {
		struct work *w = CONTAINER_OF(finished.next, struct work, node);

		list_remove(&w->node);
		w->done(w);
	}
}

static void
workers_on_report(struct posted *report)
{
	workers_report(CONTAINER_OF(report, struct workers, report));
}

struct workers *
workers_new(struct loop *l, unsigned threads,
    const struct work_limits limits[WORK_CLASSES])
{
	struct workers *p;

	ASSERT(threads >= 1 && threads <= 1024);
	p = mem_alloc(sizeof(*p) + threads * sizeof(p->threads[0]));
	p->loop = l;
	p->report.run = workers_on_report;
	p->nthreads = threads;
	list_init(&p->finished);
	for (int i = 0; i < WORK_CLASSES; i++) {
		ASSERT(limits[i].running >= 1);
		turns_init(&p->queues[i].waiting);
		p->queues[i].limits = limits[i];
	}
	ASSERT(pthread_mutex_init(&p->lock, NULL) == 0);
	ASSERT(pthread_cond_init(&p->more, NULL) == 0);
	for (unsigned i = 0; i < threads; i++)
		ASSERT(
		    pthread_create(&p->threads[i], NULL, workers_main, p) == 0);
	return p;
}

void
workers_free(struct workers *p)
{
	if (p == NULL)
		return;
	p->freeing = true;
	pthread_mutex_lock(&p->lock);
	p->stopping = true;
	pthread_cond_broadcast(&p->more);
	pthread_mutex_unlock(&p->lock);
	for (unsigned i = 0; i < p->nthreads; i++)
		ASSERT(pthread_join(p->threads[i], NULL) == 0);
	posted_cancel(p->loop, &p->report);
	workers_report(p);
	for (int i = 0; i < WORK_CLASSES; i++)
		turns_free(&p->queues[i].waiting);
	pthread_cond_destroy(&p->more);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

void
work_from(struct work_from *from, const struct addr *peer, uint64_t who)
{
	const unsigned char *ip = peer->ip;
	uint64_t wide = 0, narrow = 0;

	for (int i = 0; i < (peer->family == 4 ? 3 : 6); i++)
		wide = wide << 8 | ip[i];
	narrow = wide << 8 | ip[peer->family == 4 ? 3 : 6];
	/* the families are apart: the upper byte is free in both */
	*from = (struct work_from){ .key = { wide << 8 | peer->family,
					narrow << 8 | peer->family, who } };
}

/* Locked.  The one that gave way, or NULL. */
static struct work *
make_room(struct work_queue *q, const struct work *w)
{
	struct work *gone = turns_give_way(&q->waiting, w);

	if (gone != NULL)
		gone->dropped = true;
	return gone;
}

bool
work_start(struct workers *p, struct work *w)
{
	struct work_queue *q = &p->queues[w->cls];
	struct work *gone = NULL;
	bool room, tell = false;

	if (p->freeing)
		return false;
	w->dropped = false;
	pthread_mutex_lock(&p->lock);
	room = (uint64_t)q->waiting.count + q->nrunning <
	    (uint64_t)q->limits.running + q->limits.waiting;
	if (!room)
		gone = make_room(q, w);
	if (gone != NULL) {
		tell = list_empty(&p->finished);
		list_push(&p->finished, &gone->node);
	}
	if (room || gone != NULL) {
		turns_add(&q->waiting, w);
		pthread_cond_signal(&p->more);
	}
	pthread_mutex_unlock(&p->lock);
	if (tell)
		loop_post(p->loop, &p->report);
	return room || gone != NULL;
}
