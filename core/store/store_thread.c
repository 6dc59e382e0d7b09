/* SPDX-License-Identifier: MIT */
/*
 * The store's thread: sleeps until there is work, leaves what came of it for
 * the loop to deliver.
 */
#include "core/store/store_impl.h"

#include "common/base/panic.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

static struct timespec
after_ms(unsigned ms)
{
	struct timespec t;

	ASSERT(clock_gettime(CLOCK_MONOTONIC, &t) == 0);
	t.tv_sec += (time_t)(ms / 1000);
	t.tv_nsec += (long)(ms % 1000) * 1000000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_nsec -= 1000000000;
		t.tv_sec++;
	}
	return t;
}

static bool
is_past(const struct timespec *t)
{
	struct timespec now = after_ms(0);

	return now.tv_sec > t->tv_sec ||
	    (now.tv_sec == t->tv_sec && now.tv_nsec >= t->tv_nsec);
}

/*
 * Wait for jobs, the next probe or the end, whatever comes first.  False at
 * the end, when nothing is left to do.
 */
static bool
wait_for_work(struct store *s, const struct timespec *probe_at,
    struct list *jobs)
{
	struct store_worker *w = &s->worker;
	bool more;

	(void)pthread_mutex_lock(&s->lock);
	while (list_empty(&s->queue) && !s->stop && list_empty(&w->backups)) {
		if (!w->broken)
			(void)pthread_cond_wait(&s->wake, &s->lock);
		else if (pthread_cond_timedwait(&s->wake, &s->lock, probe_at) ==
		    ETIMEDOUT)
			break;
	}
	w->closing = s->stop;
	more = !s->stop || !list_empty(&s->queue) || !list_empty(&w->backups);
	store_worker_take(&s->queue, jobs);
	(void)pthread_mutex_unlock(&s->lock);
	return more;
}

/* The caller's stack holds the job: it is gone as soon as this is told. */
static void
tell_secret(struct store *s, struct store_secret_job *j)
{
	(void)pthread_mutex_lock(&s->lock);
	j->answered = true;
	(void)pthread_cond_broadcast(&s->answered);
	(void)pthread_mutex_unlock(&s->lock);
}

static struct store_secret_job *
only_secret(struct list *jobs)
{
	struct store_job *first;

	if (list_empty(jobs))
		return NULL;
	first = STORE_JOB_OF(jobs->next);
	if (first->kind != JOB_SECRET)
		return NULL;
	return CONTAINER_OF(first, struct store_secret_job, job);
}

static void
post_batch(struct store *s, struct store_batch *b)
{
	if (store_batch_empty(b)) {
		free(b);
		return;
	}
	(void)pthread_mutex_lock(&s->lock);
	list_push(&s->batches, &b->node);
	(void)pthread_mutex_unlock(&s->lock);
	loop_post(s->cfg.loop, &s->posted);
}

static void *
thread_main(void *arg)
{
	struct store *s = arg;
	struct store_worker *w = &s->worker;
	struct timespec probe_at = after_ms(0);
	struct list jobs;

	list_init(&jobs);
	while (wait_for_work(s, &probe_at, &jobs)) {
		struct store_batch *b = store_batch_new();
		struct store_secret_job *secret = only_secret(&jobs);

		store_worker_batch(w, &jobs, b);
		if (b->failed)
			probe_at = after_ms(STORE_PROBE_MS);
		if (secret != NULL)
			tell_secret(s, secret);
		store_worker_backup(w, b);
		if (w->broken && is_past(&probe_at)) {
			store_worker_probe(w, b);
			probe_at = after_ms(STORE_PROBE_MS);
		}
		post_batch(s, b);
	}
	return NULL;
}

static void
deliver_all(struct posted *p)
{
	struct store *s = CONTAINER_OF(p, struct store, posted);
	struct list batches;

	list_init(&batches);
	(void)pthread_mutex_lock(&s->lock);
	list_splice(&batches, &s->batches);
	(void)pthread_mutex_unlock(&s->lock);
	while (!list_empty(&batches)) {
		struct store_batch *b =
		    CONTAINER_OF(batches.next, struct store_batch, node);

		list_remove(&b->node);
		store_deliver(s, b);
	}
}

int
store_thread_start(struct store *s)
{
	sigset_t all;
	sigset_t old;
	int rc;

	s->posted.run = deliver_all;
	/* signals are the loop's */
	(void)sigfillset(&all);
	ASSERT(pthread_sigmask(SIG_SETMASK, &all, &old) == 0);
	rc = pthread_create(&s->thread, NULL, thread_main, s);
	ASSERT(pthread_sigmask(SIG_SETMASK, &old, NULL) == 0);
	return rc == 0 ? 0 : -1;
}

void
store_thread_stop(struct store *s)
{
	store_hand_over(s);
	(void)pthread_mutex_lock(&s->lock);
	s->stop = true;
	(void)pthread_cond_signal(&s->wake);
	(void)pthread_mutex_unlock(&s->lock);
	ASSERT(pthread_join(s->thread, NULL) == 0);
	posted_cancel(s->cfg.loop, &s->posted);
	deliver_all(&s->posted);
}
