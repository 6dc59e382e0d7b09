/* SPDX-License-Identifier: MIT */
/*
 * Work that is too long for a request: some items in a turn, then it waits
 * until they are on disk, and lets others go before the next ones.
 */
#include "common/base/log.h"
#include "common/base/panic.h"
#include "web/admin/parts.h"

#include <stdlib.h>

enum {
	BATCH = 400, /* items in a turn */
	PAUSE_MS = 50,
	BUSY_MS = 500,
	AGAIN_S = 2,
	TABLE_MAX = 3 * 1024 * 1024
};

static const char NO_STORE[] = "Stopped: the disk could not take it all.";

static void go(struct admin_task *t);

static void
finish(struct admin_task *t)
{
	t->over = true;
	/* passwords of an import */
	web_wipe(buf_slice(&t->text));
	log_info("admin-task", LOG_T("do", t->job->title),
	    LOG_N("items", t->done), LOG_N("changed", t->changed),
	    LOG_N("refused", t->refused), LOG_T("end", t->why));
}

static void
fire(struct timer *timer)
{
	go(CONTAINER_OF(timer, struct admin_task, timer));
}

/* What was done must be durable before there is more. */
static void
settle(struct admin_task *t)
{
	if (!request_settled(&t->rq))
		return;
	t->settling = t->at_work = false;
	if (t->rq.store_failed)
		t->why = NO_STORE;
	request_end(&t->rq);
	if (t->why != NULL)
		finish(t);
	else
		timer_start(t->admin->core->loop, &t->timer,
		    t->again ? BUSY_MS : PAUSE_MS);
}

static void
task_again(struct request *rq)
{
	struct admin_task *t = CONTAINER_OF(rq, struct admin_task, rq);

	if (t->settling)
		settle(t);
	else
		go(t);
}

static void
end_item(struct admin_task *t, enum result r)
{
	if (t->rq.seq > t->seq)
		t->seq = t->rq.seq;
	t->again = r == RESULT_BUSY;
	if (!t->again) {
		t->done++;
		t->job->told(t, r);
	}
	request_end(&t->rq);
	t->at_work = false;
}

/* False: nothing more is to be run in this turn. */
static bool
one_item(struct admin_task *t)
{
	struct core *c = t->admin->core;
	enum result r;

	if (!t->at_work && c->draining) {
		t->why = "Stopped with the server.";
		return false;
	}
	if (!t->at_work && !t->again && !t->job->next(t)) {
		t->why = "Done.";
		return false;
	}
	if (!t->at_work)
		request_begin(&t->rq, c, task_again);
	t->at_work = true;
	r = t->job->run(t);
	if (r == RESULT_WAIT)
		return false;
	end_item(t, r);
	if (r == RESULT_STORE_FAILED)
		t->why = NO_STORE;
	return t->why == NULL && !t->again;
}

static void
go(struct admin_task *t)
{
	for (unsigned n = 0; n < BATCH && one_item(t); n++)
		;
	if (t->at_work)
		return; /* it waits */
	request_begin(&t->rq, t->admin->core, task_again);
	t->at_work = t->settling = true;
	request_saw(&t->rq, t->seq);
	settle(t);
}

struct admin_task *
admin_task_new(struct admin *a, const struct admin_job *job)
{
	struct admin_task *t;

	if (a->gather != NULL || (a->task != NULL && !a->task->over))
		return NULL;
	admin_task_free(a->task);
	t = a->task = mem_alloc(sizeof(*t));
	t->admin = a;
	t->job = job;
	t->timer.fire = fire;
	buf_init(&t->table, TABLE_MAX);
	buf_init(&t->text, ADMIN_IMPORT_MAX);
	arena_init(&t->arena, 4 * ADMIN_IMPORT_MAX);
	return t;
}

void
admin_task_begin(struct admin_task *t)
{
	timer_start(t->admin->core->loop, &t->timer, 0);
}

void
admin_task_free(struct admin_task *t)
{
	if (t == NULL)
		return;
	timer_stop(&t->timer);
	if (t->at_work)
		request_end(&t->rq);
	web_wipe(buf_slice(&t->text));
	buf_free(&t->text);
	buf_free(&t->table);
	arena_free(&t->arena);
	mem_wipe(t->password, sizeof(t->password));
	free(t->people);
	free(t);
}

/* ---- the page ---- */

static void
add_progress(struct admin_visit *v, const struct admin_task *t)
{
	struct buf done = BUF_INIT(32), total = BUF_INIT(32),
		   changed = BUF_INIT(32), refused = BUF_INIT(32);

	buf_add_u64(&done, t->done);
	buf_add_u64(&total, t->total);
	buf_add_u64(&changed, t->changed);
	buf_add_u64(&refused, t->refused);
	admin_add(v, web_page_admin_move, "progress",
	    (const struct page_field[]){ { "title", slice_text(t->job->title) },
		{ "done", buf_slice(&done) }, { "total", buf_slice(&total) },
		{ "changed", buf_slice(&changed) },
		{ "refused", buf_slice(&refused) } },
	    5);
	buf_free(&done);
	buf_free(&total);
	buf_free(&changed);
	buf_free(&refused);
	if (t->table.n == 0)
		return;
	admin_add(v, web_page_admin_move, "head", NULL, 0);
	buf_add_slice(&v->body, buf_slice(&t->table));
	admin_add(v, web_page_admin_move, "end", NULL, 0);
}

static void
task_reply(struct admin_visit *v)
{
	struct admin *a = v->admin;
	struct admin_page page = { .title = "Long work",
		.words = "Nothing is being done." };

	if (admin_pressed(v, "forget") && a->task != NULL && a->task->over) {
		admin_task_free(a->task);
		a->task = NULL;
	}
	if (a->gather != NULL) {
		page.words = "It begins.";
		page.again = AGAIN_S;
	} else if (a->task != NULL) {
		page.words = a->task->over ? a->task->why : "It goes on.";
		page.again = a->task->over ? 0 : AGAIN_S;
		add_progress(v, a->task);
		if (a->task->over)
			admin_add(v, web_page_admin_move, "forget", NULL, 0);
	}
	admin_reply(v, &page);
}

enum http_outcome
admin_task(struct http_request *rq, void *front)
{
	static const struct admin_flow flow = { NULL, task_reply };

	return admin_run(rq, front, &flow);
}
