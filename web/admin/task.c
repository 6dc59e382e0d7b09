/* SPDX-License-Identifier: MIT */
/*
 * Work that is too long for a request: some items in a turn, then it waits
 * until they are on disk, and lets others go before the next ones.
 */
#include "common/base/log.h"
#include "common/base/panic.h"
#include "common/codec/csv.h"
#include "web/admin/parts.h"

#include <stdlib.h>

enum {
	BATCH = 400, /* items in a turn */
	PAUSE_MS = 50,
	BUSY_MS = 500,
	AGAIN_S = 2,
	ITEM_MAX = 2 * ADMIN_IMPORT_MAX, /* memory for one */
	REPORT_MAX = 64 * 1024 * 1024,
	SAID_MAX = 4096,    /* a row of it takes less */
	ROW_MAX = 8 * 1024, /* on the page */
	MINUTE_MS = 60 * 1000
};

static const char NO_STORE[] = "Stopped: the disk could not take it all.";
static const char NO_ROOM[] =
    "Stopped: there is no room to tell more. Take the "
    "table below, and bring the rows that are left.";

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
	if (!t->at_work && t->stop) {
		t->why = "Stopped, as you wished. What is left was not done.";
		return false;
	}
	if (!t->at_work && !t->again && !t->job->next(t)) {
		t->why = t->why ? t->why : "Done.";
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
	buf_init(&t->report, REPORT_MAX);
	for (size_t i = 0; i < ADMIN_RECENT; i++)
		buf_init(&t->recent[i], ROW_MAX);
	buf_init(&t->text, ADMIN_IMPORT_MAX);
	arena_init(&t->arena, ITEM_MAX);
	return t;
}

void
admin_task_begin(struct admin_task *t)
{
	t->began = loop_now(t->admin->core->loop);
	timer_start(t->admin->core->loop, &t->timer, 0);
}

/* ---- what is told of it ---- */

static void
add_number(struct buf *out, size_t n)
{
	if (n > 0)
		buf_add_u64(out, n);
}

void
admin_task_tell(struct admin_task *t, const struct admin_said *said)
{
	struct buf *page = &t->recent[t->told++ % ADMIN_RECENT];
	struct buf row = BUF_INIT(32);

	add_number(&row, said->row);
	if (t->report.n == 0)
		buf_add_text(&t->report,
		    "row,address,what came of it,link to choose a password\n");
	csv_add(&t->report, buf_slice(&row));
	buf_add_char(&t->report, ',');
	csv_add(&t->report, said->address);
	buf_add_char(&t->report, ',');
	csv_add(&t->report, slice_text(said->words));
	buf_add_char(&t->report, ',');
	csv_add(&t->report, said->link);
	buf_add_char(&t->report, '\n');
	if (t->report.n > REPORT_MAX - SAID_MAX && t->why == NULL)
		t->why = NO_ROOM;
	buf_reset(page);
	page_add(page, page_part(web_page_admin_move, "row"),
	    (const struct page_field[]){ { "row", buf_slice(&row) },
		{ "address", said->address },
		{ "words", slice_text(said->words) }, { "made", said->link } },
	    4);
	buf_free(&row);
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
	buf_free(&t->report);
	for (size_t i = 0; i < ADMIN_RECENT; i++)
		buf_free(&t->recent[i]);
	arena_free(&t->arena);
	mem_wipe(t->password, sizeof(t->password));
	free(t->people);
	free(t);
}

/* ---- the page ---- */

/* How many in a minute, and how long for those that are left. */
static void
add_rate(struct admin_visit *v, const struct admin_task *t)
{
	uint64_t ms = loop_now(v->admin->core->loop) - t->began;
	struct buf rate = BUF_INIT(32), left = BUF_INIT(64);
	uint64_t each;

	if (t->over || t->done == 0 || ms == 0)
		return;
	each = t->done * MINUTE_MS / ms;
	buf_add_u64(&rate, each);
	if (each > 0 && t->total > t->done)
		admin_add_span(&left,
		    (int64_t)((t->total - t->done) * 60 / each));
	admin_add(v, web_page_admin_move, left.n > 0 ? "rate" : "pace",
	    (const struct page_field[]){ { "rate", buf_slice(&rate) },
		{ "left", buf_slice(&left) } },
	    2);
	buf_free(&rate);
	buf_free(&left);
}

/* The newest rows; all of them are in the file. */
static void
add_recent(struct admin_visit *v, const struct admin_task *t)
{
	size_t n = t->told < ADMIN_RECENT ? t->told : ADMIN_RECENT;
	struct buf told = BUF_INIT(32);

	if (n == 0)
		return;
	buf_add_u64(&told, t->told);
	admin_add(v, web_page_admin_move, "head",
	    (const struct page_field[]){ { "told", buf_slice(&told) } }, 1);
	for (size_t i = t->told - n; i < t->told; i++)
		buf_add_slice(&v->body,
		    buf_slice(&t->recent[i % ADMIN_RECENT]));
	admin_add(v, web_page_admin_move, "end", NULL, 0);
	buf_free(&told);
}

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
	add_rate(v, t);
	add_recent(v, t);
	admin_add(v, web_page_admin_move, t->over ? "forget" : "stop", NULL, 0);
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
	if (admin_pressed(v, "stop") && a->task != NULL && !a->task->over) {
		admin_note(v, "stop-task", slice_text(a->task->job->title));
		a->task->stop = true;
	}
	if (a->gather != NULL) {
		page.words = "It begins.";
		page.again = AGAIN_S;
	} else if (a->task != NULL) {
		page.words = a->task->over ? a->task->why
		    : a->task->stop        ? "It stops."
					   : "It goes on.";
		page.again = a->task->over ? 0 : AGAIN_S;
		add_progress(v, a->task);
	}
	admin_reply(v, &page);
}

enum http_outcome
admin_task(struct http_request *rq, void *front)
{
	static const struct admin_flow flow = { NULL, task_reply };

	return admin_run(rq, front, &flow);
}

static void
file_reply(struct admin_visit *v)
{
	const struct admin_page none = { .title = "Long work",
		.words = "Nothing is being done.",
		.status = 404 };

	if (v->admin->task == NULL)
		admin_reply(v, &none);
	else
		admin_reply_file(v, "text/csv; charset=utf-8", "report.csv",
		    buf_slice(&v->admin->task->report));
}

enum http_outcome
admin_task_file(struct http_request *rq, void *front)
{
	static const struct admin_flow flow = { NULL, file_reply };

	return admin_run(rq, front, &flow);
}
