/* SPDX-License-Identifier: MIT */
/*
 * On the loop: what came of a batch, told in an order callers can rely on.
 */
#include "core/store/store_impl.h"

#include "common/base/log.h"
#include "common/base/panic.h"

#include <stdlib.h>

static void
finish_load(struct store *s, struct store_load_job *j)
{
	struct store_load *load = j->load;

	if (s->closing)
		j->how = STORE_ERROR;
	load->job = NULL;
	load->done(load, j->how, j->how == STORE_FOUND ? &j->image : NULL);
	store_read_free_image(j);
	free(j);
}

static void
finish_list(struct store *s, struct store_list_job *j)
{
	struct store_list *list = j->list;

	if (s->closing)
		j->rows.how = STORE_ERROR;
	list->job = NULL;
	if (j->rows.how == STORE_FOUND)
		for (size_t i = 0; i < j->rows.n; i++)
			list->row(list, &j->rows.all[i]);
	list->done(list, j->rows.how);
	store_read_free_rows(&j->rows);
	free(j);
}

static void
finish_props(struct store *s, struct store_props_job *j)
{
	struct store_props *props = j->props;

	if (s->closing)
		j->rows.how = STORE_ERROR;
	props->job = NULL;
	if (j->rows.how == STORE_FOUND)
		for (size_t i = 0; i < j->rows.n; i++)
			props->row(props, &j->rows.all[i]);
	props->done(props, j->rows.how);
	store_read_free_rows(&j->rows);
	free(j);
}

static void
finish_profile(struct store *s, struct store_profile_job *j)
{
	struct store_profile *profile = j->profile;
	enum store_outcome how = s->closing ? STORE_ERROR : j->how;

	profile->job = NULL;
	free(j);
	profile->done(profile, how);
}

static void
finish_book(struct store *s, struct store_book_job *j)
{
	struct store_book *book = j->book;
	enum store_outcome how = s->closing ? STORE_ERROR : j->how;

	book->job = NULL;
	free(j);
	book->done(book, how);
}

static void
finish_mail(struct store *s, struct store_mail_job *j)
{
	struct store_mail *mail = j->mail;
	enum store_outcome how = s->closing ? STORE_ERROR : j->how;

	mail->job = NULL;
	free(j);
	mail->done(mail, how);
}

static void
finish_invites(struct store *s, struct store_invites_job *j)
{
	struct store_invites *invites = j->invites;
	enum store_outcome how = s->closing ? STORE_ERROR : j->how;

	invites->job = NULL;
	free(j);
	invites->done(invites, how);
}

static void
finish_reports(struct store *s, struct store_reports_job *j)
{
	struct store_reports *reports = j->reports;
	enum store_outcome how = s->closing ? STORE_ERROR : j->how;

	reports->job = NULL;
	free(j);
	reports->done(reports, how);
}

static void
finish_signins(struct store *s, struct store_signins_job *j)
{
	struct store_signins *signins = j->signins;
	enum store_outcome how = s->closing ? STORE_ERROR : j->how;

	signins->job = NULL;
	free(j);
	signins->done(signins, how);
}

static void
finish_network(struct store *s, struct store_network_job *j)
{
	struct store_network *network = j->network;
	enum store_outcome how = s->closing ? STORE_ERROR : j->how;

	network->job = NULL;
	free(j);
	network->done(network, how);
}

static void
finish_backup(struct store_backup_job *j)
{
	struct store_backup *backup = j->backup;

	backup->job = NULL;
	backup->done(backup, j->failed ? j->error : NULL);
	free(j);
}

static void
finish_job(struct store *s, struct store_job *job)
{
	switch (job->kind) {
	case JOB_LOAD:
		finish_load(s, CONTAINER_OF(job, struct store_load_job, job));
		break;
	case JOB_LIST:
		finish_list(s, CONTAINER_OF(job, struct store_list_job, job));
		break;
	case JOB_PROPS:
		finish_props(s, CONTAINER_OF(job, struct store_props_job, job));
		break;
	case JOB_PROFILE:
		finish_profile(s,
		    CONTAINER_OF(job, struct store_profile_job, job));
		break;
	case JOB_BOOK:
		finish_book(s, CONTAINER_OF(job, struct store_book_job, job));
		break;
	case JOB_MAIL:
		finish_mail(s, CONTAINER_OF(job, struct store_mail_job, job));
		break;
	case JOB_INVITES:
		finish_invites(s,
		    CONTAINER_OF(job, struct store_invites_job, job));
		break;
	case JOB_REPORTS:
		finish_reports(s,
		    CONTAINER_OF(job, struct store_reports_job, job));
		break;
	case JOB_SIGNINS:
		finish_signins(s,
		    CONTAINER_OF(job, struct store_signins_job, job));
		break;
	case JOB_NETWORK:
		finish_network(s,
		    CONTAINER_OF(job, struct store_network_job, job));
		break;
	case JOB_BACKUP:
		finish_backup(CONTAINER_OF(job, struct store_backup_job, job));
		break;
	case JOB_CHANGE:
	case JOB_SECRET:
		panic_at(__FILE__, __LINE__, "a job without a callback");
	}
}

/* Everything that has a number and is not committed is lost. */
static void
tell_failure(struct store *s)
{
	uint64_t done = s->committed > s->lost ? s->committed : s->lost;

	ASSERT(s->last > done);
	s->generation++;
	s->writable = false;
	s->lost = s->last;
	if (s->closing)
		log_error("store-lost", LOG_N("from", done + 1),
		    LOG_N("upto", s->last));
	else
		s->cfg.failed(s->cfg.ctx, done + 1, s->last);
}

void
store_deliver(struct store *s, struct store_batch *b)
{
	ASSERT(!s->delivering);
	s->delivering = true;
	/* first, so that what was loaded since the loss is not taken for it */
	if (b->failed) {
		s->full = b->full;
		tell_failure(s);
	}
	while (!list_empty(&b->jobs)) {
		struct store_job *job = STORE_JOB_OF(b->jobs.next);

		list_remove(&job->node);
		finish_job(s, job);
	}
	if (b->committed != 0) {
		ASSERT(b->committed > s->committed && b->committed <= s->last);
		s->committed = b->committed;
		if (!s->closing)
			s->cfg.committed(s->cfg.ctx, s->committed);
	}
	if (b->recovered) {
		s->writable = true;
		s->full = false;
		if (!s->closing)
			s->cfg.recovered(s->cfg.ctx);
	}
	s->delivering = false;
	free(b);
}
