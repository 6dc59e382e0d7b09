/* SPDX-License-Identifier: MIT */
/*
 * Group commit: jobs in the order of the queue, one transaction for all the
 * changes of a batch, and what must happen when the disk says no.
 */
#include "core/store/store_impl.h"

#include "common/base/log.h"
#include "common/base/panic.h"

#include <stdlib.h>

enum {
	/*
	 * Work for one batch: enough to make an fsync cheap for each change,
	 * little enough that an answer is not long in coming.
	 */
	BATCH_MAX = 2048,
	CHANGE_COST = 1,
	READ_COST = 16
};

struct store_batch *
store_batch_new(void)
{
	struct store_batch *b = mem_alloc(sizeof(*b));

	list_init(&b->jobs);
	return b;
}

bool
store_batch_empty(const struct store_batch *b)
{
	return list_empty(&b->jobs) && b->committed == 0 && !b->failed &&
	    !b->recovered;
}

void
store_worker_take(struct list *queue, struct list *jobs)
{
	unsigned cost = 0;
	uint64_t turn = 0; /* of the change before, 0 if it was none */

	while (!list_empty(queue)) {
		struct store_job *job = STORE_JOB_OF(queue->next);

		if (cost >= BATCH_MAX &&
		    (job->kind != JOB_CHANGE || job->turn != turn))
			return;
		turn = job->kind == JOB_CHANGE ? job->turn : 0;
		/* a secret has a transaction of its own */
		if (job->kind == JOB_SECRET && !list_empty(jobs))
			return;
		list_remove(&job->node);
		list_push(jobs, &job->node);
		if (job->kind == JOB_SECRET)
			return;
		cost += job->kind == JOB_CHANGE ? CHANGE_COST : READ_COST;
	}
}

static void
read_again(struct store_worker *w, struct store_batch *b)
{
	LIST_EACH(it, &b->jobs) {
		struct store_job *job = STORE_JOB_OF(it);

		if (job->kind == JOB_LOAD)
			store_read_image(&w->db,
			    CONTAINER_OF(job, struct store_load_job, job));
		else if (job->kind == JOB_LIST)
			store_read_list(&w->db,
			    CONTAINER_OF(job, struct store_list_job, job));
		else if (job->kind == JOB_PROPS)
			store_read_props(&w->db,
			    CONTAINER_OF(job, struct store_props_job, job));
		else if (job->kind == JOB_PROFILE)
			store_profile_read(&w->db,
			    CONTAINER_OF(job, struct store_profile_job, job));
		else if (job->kind == JOB_BOOK)
			store_book_read(&w->db,
			    CONTAINER_OF(job, struct store_book_job, job));
		else if (job->kind == JOB_MAIL)
			store_mail_read(&w->db,
			    CONTAINER_OF(job, struct store_mail_job, job));
		else if (job->kind == JOB_INVITES)
			store_invites_read(&w->db,
			    CONTAINER_OF(job, struct store_invites_job, job));
		else if (job->kind == JOB_REPORTS)
			store_reports_read(&w->db,
			    CONTAINER_OF(job, struct store_reports_job, job));
		else if (job->kind == JOB_SIGNINS)
			store_signins_read(&w->db,
			    CONTAINER_OF(job, struct store_signins_job, job));
		else if (job->kind == JOB_NETWORK)
			store_network_read(&w->db,
			    CONTAINER_OF(job, struct store_network_job, job));
	}
}

/*
 * Nothing of this batch took effect, and nothing that was queued before the
 * loop hears of it will.  What was read may have shown what is now undone.
 */
static void
batch_fail(struct store_worker *w, struct store_batch *b)
{
	b->full = store_db_full(&w->db);
	store_db_log(&w->db, "store-commit-failed");
	store_db_rollback(&w->db);
	w->generation++;
	w->broken = true;
	b->failed = true;
	b->committed = 0;
	read_again(w, b);
}

/* False when the batch has failed over it. */
static bool
run_change(struct store_worker *w, struct store_change_job *j,
    struct store_batch *b)
{
	if (j->generation != w->generation)
		return true; /* lost already */
	ASSERT(!w->broken);
	if (b->committed == 0 && store_db_begin(&w->db) != SQLITE_OK)
		return false;
	b->committed = j->number;
	return store_write_apply(&w->db, &j->change) == SQLITE_OK;
}

static void
run_load(struct store_worker *w, struct store_load_job *j)
{
	j->how = STORE_ERROR;
	if (!w->closing)
		store_read_image(&w->db, j);
}

static void
run_list(struct store_worker *w, struct store_list_job *j)
{
	j->rows.how = STORE_ERROR;
	if (!w->closing)
		store_read_list(&w->db, j);
}

static void
run_props(struct store_worker *w, struct store_props_job *j)
{
	j->rows.how = STORE_ERROR;
	if (!w->closing)
		store_read_props(&w->db, j);
}

static void
run_profile(struct store_worker *w, struct store_profile_job *j)
{
	j->how = STORE_ERROR;
	if (!w->closing)
		store_profile_read(&w->db, j);
}

static void
run_book(struct store_worker *w, struct store_book_job *j)
{
	j->how = STORE_ERROR;
	if (!w->closing)
		store_book_read(&w->db, j);
}

static void
run_mail(struct store_worker *w, struct store_mail_job *j)
{
	j->how = STORE_ERROR;
	if (!w->closing)
		store_mail_read(&w->db, j);
}

static void
run_invites(struct store_worker *w, struct store_invites_job *j)
{
	j->how = STORE_ERROR;
	if (!w->closing)
		store_invites_read(&w->db, j);
}

static void
run_reports(struct store_worker *w, struct store_reports_job *j)
{
	j->how = STORE_ERROR;
	if (!w->closing)
		store_reports_read(&w->db, j);
}

static void
run_signins(struct store_worker *w, struct store_signins_job *j)
{
	j->how = STORE_ERROR;
	if (!w->closing)
		store_signins_read(&w->db, j);
}

static void
run_network(struct store_worker *w, struct store_network_job *j)
{
	j->how = STORE_ERROR;
	if (!w->closing)
		store_network_read(&w->db, j);
}

static void
run_job(struct store_worker *w, struct store_job *job, struct store_batch *b)
{
	struct store_secret_job *secret;

	switch (job->kind) {
	case JOB_CHANGE:
		if (!run_change(w,
			CONTAINER_OF(job, struct store_change_job, job), b))
			batch_fail(w, b);
		free(CONTAINER_OF(job, struct store_change_job, job));
		break;
	case JOB_LOAD:
		run_load(w, CONTAINER_OF(job, struct store_load_job, job));
		list_push(&b->jobs, &job->node);
		break;
	case JOB_LIST:
		run_list(w, CONTAINER_OF(job, struct store_list_job, job));
		list_push(&b->jobs, &job->node);
		break;
	case JOB_PROPS:
		run_props(w, CONTAINER_OF(job, struct store_props_job, job));
		list_push(&b->jobs, &job->node);
		break;
	case JOB_PROFILE:
		run_profile(w,
		    CONTAINER_OF(job, struct store_profile_job, job));
		list_push(&b->jobs, &job->node);
		break;
	case JOB_BOOK:
		run_book(w, CONTAINER_OF(job, struct store_book_job, job));
		list_push(&b->jobs, &job->node);
		break;
	case JOB_MAIL:
		run_mail(w, CONTAINER_OF(job, struct store_mail_job, job));
		list_push(&b->jobs, &job->node);
		break;
	case JOB_INVITES:
		run_invites(w,
		    CONTAINER_OF(job, struct store_invites_job, job));
		list_push(&b->jobs, &job->node);
		break;
	case JOB_REPORTS:
		run_reports(w,
		    CONTAINER_OF(job, struct store_reports_job, job));
		list_push(&b->jobs, &job->node);
		break;
	case JOB_SIGNINS:
		run_signins(w,
		    CONTAINER_OF(job, struct store_signins_job, job));
		list_push(&b->jobs, &job->node);
		break;
	case JOB_NETWORK:
		run_network(w,
		    CONTAINER_OF(job, struct store_network_job, job));
		list_push(&b->jobs, &job->node);
		break;
	case JOB_BACKUP:
		list_push(&w->backups, &job->node);
		break;
	case JOB_SECRET:
		secret = CONTAINER_OF(job, struct store_secret_job, job);
		secret->result = store_secret_run(&w->db, secret);
		break;
	}
}

void
store_worker_batch(struct store_worker *w, struct list *jobs,
    struct store_batch *b)
{
	while (!list_empty(jobs)) {
		struct store_job *job = STORE_JOB_OF(jobs->next);

		list_remove(&job->node);
		run_job(w, job, b);
	}
	if (b->committed != 0 && store_db_commit(&w->db) != SQLITE_OK)
		batch_fail(w, b);
	ASSERT(sqlite3_get_autocommit(w->db.db));
}

void
store_worker_backup(struct store_worker *w, struct store_batch *b)
{
	struct store_backup_job *j;

	if (list_empty(&w->backups))
		return;
	j = CONTAINER_OF(STORE_JOB_OF(w->backups.next), struct store_backup_job,
	    job);
	if (w->closing)
		store_backup_abandon(j, "the server is stopping");
	else if (!store_backup_step(&w->db, j))
		return;
	list_remove(&j->job.node);
	list_push(&b->jobs, &j->job.node);
}

void
store_worker_probe(struct store_worker *w, struct store_batch *b)
{
	ASSERT(w->broken);
	if (store_db_probe(&w->db) != SQLITE_OK)
		return;
	log_info("store-recovered", LOG_N("generation", w->generation));
	w->broken = false;
	b->recovered = true;
}
