/* SPDX-License-Identifier: MIT */
/*
 * The loop's side of the store: numbers for changes, jobs into the queue,
 * the beginning and the end.
 */
#include "core/store/store.h"

#include "core/store/store_impl.h"

#include "common/base/panic.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- the queue ---- */

/*
 * A handler makes several changes, and all of them are one deed: nobody is on
 * a list whose owner is missing on theirs.  So whatever one turn of the loop
 * asked for is handed over at once, and is never parted.
 */
static void
enqueue(struct store *s, struct store_job *job)
{
	job->turn = s->turn;
	list_push(&s->staged, &job->node);
	if (!s->closing)
		loop_defer(s->cfg.loop, &s->at_end);
}

void
store_hand_over(struct store *s)
{
	s->turn++;
	if (list_empty(&s->staged))
		return;
	(void)pthread_mutex_lock(&s->lock);
	list_splice(&s->queue, &s->staged);
	(void)pthread_mutex_unlock(&s->lock);
	/* woken while the lock is held, it would go to sleep again at once */
	(void)pthread_cond_signal(&s->wake);
}

static void
end_of_turn(struct deferred *d)
{
	struct store *s = CONTAINER_OF(d, struct store, at_end);

	if (s->cfg.on_loop)
		store_onloop_drain(s);
	else
		store_hand_over(s);
}

void
store_load(struct store *s, struct store_load *load)
{
	struct store_load_job *j = mem_alloc(sizeof(*j));

	ASSERT(load->done != NULL);
	ASSERT(load->address.p != NULL || load->home.p != NULL ||
	    load->id <= INT64_MAX);
	j->job.kind = JOB_LOAD;
	j->load = load;
	load->job = j;
	enqueue(s, &j->job);
}

void
store_list(struct store *s, struct store_list *l)
{
	struct store_list_job *j = mem_alloc(sizeof(*j));

	ASSERT(l->row != NULL && l->done != NULL);
	j->job.kind = JOB_LIST;
	j->list = l;
	l->job = j;
	enqueue(s, &j->job);
}

void
store_props(struct store *s, struct store_props *p)
{
	struct store_props_job *j = mem_alloc(sizeof(*j));

	ASSERT(p->row != NULL && p->done != NULL && p->id <= INT64_MAX);
	j->job.kind = JOB_PROPS;
	j->props = p;
	p->job = j;
	enqueue(s, &j->job);
}

void
store_profile(struct store *s, struct store_profile *p)
{
	struct store_profile_job *j = mem_alloc(sizeof(*j));

	ASSERT(p->done != NULL && p->id <= INT64_MAX);
	j->job.kind = JOB_PROFILE;
	j->profile = p;
	p->job = j;
	enqueue(s, &j->job);
}

void
store_book(struct store *s, struct store_book *b)
{
	struct store_book_job *j = mem_alloc(sizeof(*j));

	ASSERT(b->done != NULL && b->id <= INT64_MAX && b->since <= INT64_MAX);
	j->job.kind = JOB_BOOK;
	j->book = b;
	b->job = j;
	enqueue(s, &j->job);
}

void
store_mail(struct store *s, struct store_mail *m)
{
	struct store_mail_job *j = mem_alloc(sizeof(*j));

	ASSERT(m->done != NULL && m->owner <= INT64_MAX);
	j->job.kind = JOB_MAIL;
	j->mail = m;
	m->job = j;
	enqueue(s, &j->job);
}

void
store_invites(struct store *s, struct store_invites *q)
{
	struct store_invites_job *j = mem_alloc(sizeof(*j));

	ASSERT(q->done != NULL);
	j->job.kind = JOB_INVITES;
	j->invites = q;
	q->job = j;
	enqueue(s, &j->job);
}

void
store_reports(struct store *s, struct store_reports *q)
{
	struct store_reports_job *j = mem_alloc(sizeof(*j));

	ASSERT(q->done != NULL);
	j->job.kind = JOB_REPORTS;
	j->reports = q;
	q->job = j;
	enqueue(s, &j->job);
}

void
store_signins(struct store *s, struct store_signins *q)
{
	struct store_signins_job *j = mem_alloc(sizeof(*j));

	ASSERT(q->done != NULL);
	j->job.kind = JOB_SIGNINS;
	j->signins = q;
	q->job = j;
	enqueue(s, &j->job);
}

void
store_network(struct store *s, struct store_network *q)
{
	struct store_network_job *j = mem_alloc(sizeof(*j));

	ASSERT(q->done != NULL);
	j->job.kind = JOB_NETWORK;
	j->network = q;
	q->job = j;
	enqueue(s, &j->job);
}

void
store_backup(struct store *s, struct store_backup *b)
{
	struct store_backup_job *j = mem_alloc(sizeof(*j));

	ASSERT(b->path != NULL && b->done != NULL);
	j->job.kind = JOB_BACKUP;
	j->backup = b;
	b->job = j;
	enqueue(s, &j->job);
}

uint64_t
store_change(struct store *s, const struct store_change *c)
{
	struct store_change_job *j;

	ASSERT(s->writable && !s->closing);
	j = store_write_copy(c);
	j->number = ++s->last;
	j->generation = s->generation;
	enqueue(s, &j->job);
	return s->last;
}

uint64_t
store_committed(const struct store *s)
{
	return s->committed;
}

uint64_t
store_last(const struct store *s)
{
	return s->last;
}

bool
store_writable(const struct store *s)
{
	return s->writable;
}

bool
store_full(const struct store *s)
{
	return s->full;
}

uint64_t
store_last_id(const struct store *s)
{
	return s->last_id;
}

/* ---- beginning and end ---- */

static void
locks_init(struct store *s)
{
	pthread_condattr_t attr;

	ASSERT(pthread_mutex_init(&s->lock, NULL) == 0);
	ASSERT(pthread_condattr_init(&attr) == 0);
	ASSERT(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0);
	ASSERT(pthread_cond_init(&s->wake, &attr) == 0);
	ASSERT(pthread_cond_init(&s->answered, NULL) == 0);
	(void)pthread_condattr_destroy(&attr);
}

static void
store_free(struct store *s)
{
	store_db_close(&s->worker.db);
	(void)pthread_cond_destroy(&s->answered);
	(void)pthread_cond_destroy(&s->wake);
	(void)pthread_mutex_destroy(&s->lock);
	free(s);
}

struct store *
store_open(const struct store_config *cfg, char *err, size_t errlen)
{
	struct store *s;

	ASSERT(cfg->loop != NULL && cfg->path != NULL);
	ASSERT(cfg->committed != NULL && cfg->failed != NULL);
	ASSERT(cfg->recovered != NULL);
	s = mem_alloc(sizeof(*s));
	s->cfg = *cfg;
	s->writable = true;
	s->turn = 1;
	s->at_end.run = end_of_turn;
	s->probe.fire = store_onloop_probe;
	list_init(&s->staged);
	list_init(&s->queue);
	list_init(&s->batches);
	list_init(&s->worker.backups);
	locks_init(s);
	if (store_db_open(&s->worker.db, cfg, err, errlen) < 0)
		goto fail;
	if (store_db_last_id(&s->worker.db, &s->last_id) < 0) {
		(void)snprintf(err, errlen, "cannot read %s: %s", cfg->path,
		    sqlite3_errmsg(s->worker.db.db));
		goto fail;
	}
	/* what the caller passed is not ours to keep */
	s->cfg.path = NULL;
	s->cfg.vfs = NULL;
	if (!cfg->on_loop && store_thread_start(s) < 0) {
		(void)snprintf(err, errlen, "cannot start the store's thread");
		goto fail;
	}
	return s;
fail:
	store_free(s);
	return NULL;
}

void
store_close(struct store *s)
{
	ASSERT(!s->delivering);
	s->closing = true;
	deferred_cancel(&s->at_end);
	if (s->cfg.on_loop)
		timer_stop(&s->probe);
	else
		store_thread_stop(s);
	/* on_loop: all of it; else what those callbacks asked for meanwhile */
	s->worker.closing = true;
	store_onloop_drain(s);
	store_free(s);
}
