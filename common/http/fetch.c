/* SPDX-License-Identifier: MIT */
#include "common/http/fetch_priv.h"

#include "common/base/log.h"
#include "common/base/panic.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

const char *
fetch_end_text(enum fetch_end how)
{
	switch (how) {
	case FETCH_ANSWERED:
		return "answered";
	case FETCH_STOPPED:
		return "stopped";
	case FETCH_BUSY:
		return "busy";
	case FETCH_FORBIDDEN:
		return "forbidden";
	case FETCH_UNRESOLVED:
		return "unresolved";
	case FETCH_UNREACHABLE:
		return "unreachable";
	case FETCH_NO_TLS:
		return "no-tls";
	case FETCH_UNTRUSTED:
		return "untrusted";
	case FETCH_WRONG_PIN:
		return "wrong-pin";
	case FETCH_TOO_LATE:
		return "too-late";
	case FETCH_TOO_LARGE:
		return "too-large";
	case FETCH_CUT_OFF:
		return "cut-off";
	case FETCH_BROKEN:
		break;
	}
	return "broken";
}

static void
run_free(struct fetch_run *run)
{
	if (run->body.p != NULL)
		mem_wipe(run->body.p, run->body.n);
	/* an answer that is passed on holds tickets */
	if (run->reply.p != NULL)
		mem_wipe(run->reply.p, run->reply.n);
	buf_free(&run->body);
	buf_free(&run->reply);
	free(run);
}

/* Unlinked and told of; what it says was filled in. */
static void
run_end(struct fetch_run *run)
{
	struct fetch_job *job = run->job;

	list_remove(&run->node);
	if (job != NULL) {
		job->run = NULL;
		job->done(job);
	}
	fetch_easy_close(run);
	fetch_warm_close(run);
	run_free(run);
}

static void
run_refuse(struct fetch_run *run, enum fetch_end how)
{
	struct fetch_job *job = run->job;

	job->how = how;
	snprintf(job->why, sizeof(job->why), "%s", fetch_end_text(how));
	run_end(run);
}

/* A run of ours without a job only tells whether the file can be read. */
static void
warmed(const struct fetch_run *run, CURLcode code)
{
	if (code == CURLE_SSL_CACERT_BADFILE)
		log_error("upstream-ca-unreadable",
		    LOG_T("file", run->f->cfg.ca), LOG_T("why", run->error));
}

void
fetch_done(struct fetch_run *run, CURLcode code)
{
	struct fetch *f = run->f;

	(void)f->lib->multi_remove_handle(f->multi, run->easy);
	if (run->job == NULL) {
		warmed(run, code);
	} else {
		f->nrunning--;
		fetch_easy_read(run, code, run->job);
	}
	run_end(run);
	loop_defer(f->loop, &f->kick);
}

static void
run_start(struct fetch *f, struct fetch_run *run)
{
	uint64_t now = loop_now(f->loop);

	list_remove(&run->node);
	f->nwaiting--;
	run->job->queued_ms = (unsigned)(now - run->posted);
	if (now >= run->due) {
		run_refuse(run, FETCH_BUSY);
		return;
	}
	if (!fetch_easy_open(run, run->due - now) ||
	    f->lib->multi_add_handle(f->multi, run->easy) != CURLM_OK) {
		run_refuse(run, FETCH_BROKEN);
		return;
	}
	f->nrunning++;
	list_push(&f->running, &run->node);
}

static bool
is_idle(const struct fetch *f)
{
	return list_empty(&f->waiting) && list_empty(&f->running) &&
	    list_empty(&f->over);
}

static void
on_kick(struct deferred *d)
{
	struct fetch *f = CONTAINER_OF(d, struct fetch, kick);

	while (!list_empty(&f->over)) {
		struct fetch_run *run =
		    CONTAINER_OF(f->over.next, struct fetch_run, node);

		run_refuse(run, run->how);
	}
	while (!list_empty(&f->waiting) && f->nrunning < f->cfg.parallel)
		run_start(f,
		    CONTAINER_OF(f->waiting.next, struct fetch_run, node));
	if (f->act) {
		f->act = false;
		fetch_multi_act(f, CURL_SOCKET_TIMEOUT, 0);
	}
	if (f->retired && is_idle(f))
		fetch_free(f);
}

/* TLS up to where the certificates that are trusted have been read. */
static void
warm(struct fetch *f)
{
	struct fetch_run *run = mem_alloc(sizeof(*run));

	run->f = f;
	if (!fetch_warm_open(run) || !fetch_easy_open(run, f->cfg.timeout_ms) ||
	    f->lib->multi_add_handle(f->multi, run->easy) != CURLM_OK) {
		fetch_easy_close(run);
		fetch_warm_close(run);
		run_free(run);
		return;
	}
	list_push(&f->running, &run->node);
}

struct fetch *
fetch_new(struct loop *l, struct fetch_lib *lib, const struct fetch_config *cfg)
{
	struct fetch *f = mem_alloc(sizeof(*f));

	ASSERT(cfg->parallel > 0 && cfg->timeout_ms > 0);
	f->loop = l;
	f->lib = lib;
	f->cfg = *cfg;
	f->kick.run = on_kick;
	list_init(&f->waiting);
	list_init(&f->running);
	list_init(&f->over);
	list_push(&lib->fetches, &f->node);
	fetch_multi_open(f);
	warm(f);
	return f;
}

static void
stop_all(struct fetch *f, struct list *runs)
{
	while (!list_empty(runs)) {
		struct fetch_run *run =
		    CONTAINER_OF(runs->next, struct fetch_run, node);

		if (run->easy != NULL)
			(void)f->lib->multi_remove_handle(f->multi, run->easy);
		if (run->job != NULL)
			run_refuse(run, FETCH_STOPPED);
		else
			run_end(run);
	}
}

void
fetch_free(struct fetch *f)
{
	if (f == NULL)
		return;
	stop_all(f, &f->over);
	stop_all(f, &f->running);
	stop_all(f, &f->waiting);
	fetch_multi_close(f);
	list_remove(&f->node);
	free(f);
}

void
fetch_lib_close(struct fetch_lib *lib)
{
	if (lib == NULL)
		return;
	while (!list_empty(&lib->fetches))
		fetch_free(CONTAINER_OF(lib->fetches.next, struct fetch, node));
	lib->global_cleanup();
	(void)dlclose(lib->handle);
	free(lib);
}

void
fetch_retire(struct fetch *f)
{
	f->retired = true;
	loop_defer(f->loop, &f->kick);
}

/* Whether to ask at all; everything else is known. */
static enum fetch_end
judge(const struct fetch *f, const struct fetch_job *job)
{
	struct fetch_url url;

	if (!fetch_url_parse(job->url, &url) ||
	    (!url.tls && !f->cfg.plain && !fetch_url_is_here(&url)))
		return FETCH_FORBIDDEN;
	if (job->body.n > FETCH_BODY_MAX)
		return FETCH_TOO_LARGE;
	return f->nwaiting >= f->cfg.waiting && f->nrunning >= f->cfg.parallel
	    ? FETCH_BUSY
	    : FETCH_ANSWERED;
}

void
fetch_post(struct fetch *f, struct fetch_job *job)
{
	struct fetch_run *run = mem_alloc(sizeof(*run));

	run->f = f;
	run->job = job;
	run->how = judge(f, job);
	run->posted = loop_now(f->loop);
	run->due = run->posted +
	    (job->within_ms > 0 ? job->within_ms : f->cfg.timeout_ms);
	buf_init(&run->body, FETCH_BODY_MAX);
	buf_init(&run->reply, f->cfg.max_reply);
	job->run = run;
	job->status = job->queued_ms = 0;
	job->reply = job->location = (struct slice){ 0 };
	job->resolved = job->connected = job->secured = job->ended = 0;
	if (run->how == FETCH_ANSWERED) {
		/* at once, so that nothing is left behind by growing */
		buf_reserve(&run->body, job->body.n);
		buf_add_slice(&run->body, job->body);
		snprintf(run->url, sizeof(run->url), SLICE_FMT,
		    SLICE_ARG(job->url));
		list_push(&f->waiting, &run->node);
		f->nwaiting++;
	} else {
		list_push(&f->over, &run->node);
	}
	loop_defer(f->loop, &f->kick);
}
