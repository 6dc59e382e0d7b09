/* SPDX-License-Identifier: MIT */
/*
 * Everybody as everybody's contact: first all allow each other, so that nobody
 * is asked, then all are put on each other's forward list.  What is there
 * already stays; whoever somebody blocked stays blocked.
 */
#include "common/base/panic.h"
#include "web/admin/parts.h"

#include <stdio.h>
#include <stdlib.h>

/* Who they are; it outlives the admin when the store is slow. */
struct admin_gather {
	struct admin_walk walk;
	struct admin_person *people;
	size_t n, max;
};

/* ---- the job ---- */

static bool
everyone_next(struct admin_task *t)
{
	if (t->npeople < 2)
		return false;
	do {
		if (t->j == t->npeople) {
			t->j = 0;
			t->i++;
		}
		if (t->i == t->npeople) {
			t->i = 0;
			t->round++;
		}
		t->j++;
	} while (t->i == t->j - 1);
	return t->round < 2;
}

static enum result
everyone_run(struct admin_task *t)
{
	struct account *a, *b;
	enum result r =
	    account_get(&t->rq, slice_text(t->people[t->i].address), &a);

	if (r == RESULT_OK)
		r = account_get(&t->rq, slice_text(t->people[t->j - 1].address),
		    &b);
	if (r != RESULT_OK)
		return r;
	if (t->round == 0)
		return roster_add_privacy(&t->rq, a, b->person, LIST_ALLOW,
		    account_name(b));
	return roster_add_forward(&t->rq, a, b->person, b, account_name(b));
}

static void
everyone_told(struct admin_task *t, enum result r)
{
	t->changed += r == RESULT_OK;
	t->refused += r != RESULT_OK && r != RESULT_ALREADY_THERE;
}

static const struct admin_job everyone_job = { "everyone", everyone_next,
	everyone_run, everyone_told };

/* ---- gathering ---- */

static bool
gather_row(struct admin_walk *w, const struct store_account *row)
{
	struct admin_gather *g = CONTAINER_OF(w, struct admin_gather, walk);

	if (row->flags & ACCOUNT_DISABLED)
		return true;
	if (g->n == g->max)
		return false;
	(void)snprintf(g->people[g->n++].address, sizeof(g->people[0].address),
	    SLICE_FMT, SLICE_ARG(row->address));
	return true;
}

static void
gather_free(struct admin_gather *g)
{
	free(g->people);
	free(g);
}

static void
gather_done(struct admin_walk *w, bool well)
{
	struct admin_gather *g = CONTAINER_OF(w, struct admin_gather, walk);
	struct admin *a = w->owner;
	struct admin_task *t;

	if (a == NULL) {
		gather_free(g);
		return;
	}
	a->gather = NULL;
	t = admin_task_new(a, &everyone_job);
	ASSERT(t != NULL);
	if (!well)
		t->why = "The disk could not say who there is.";
	else if (w->more)
		t->why = "There are more accounts than one may have contacts.";
	t->over = t->why != NULL;
	t->people = g->people;
	t->npeople = g->n;
	t->total = g->n > 1 ? 2 * g->n * (g->n - 1) : 0;
	g->people = NULL;
	gather_free(g);
	if (!t->over)
		admin_task_begin(t);
}

static void
gather_start(struct admin *a)
{
	struct admin_gather *g = a->gather = mem_alloc(sizeof(*g));

	g->max = (size_t)a->core->cfg.max_forward + 1;
	g->people = mem_alloc_array(g->max, sizeof(g->people[0]));
	g->walk.store = a->core->store;
	g->walk.owner = a;
	g->walk.rows_max = UINT32_MAX;
	g->walk.row = gather_row;
	g->walk.done = gather_done;
	admin_walk_start(&g->walk, slice_text(""));
}

void
admin_gather_forget(struct admin *a)
{
	if (a->gather != NULL)
		a->gather->walk.owner = NULL;
	a->gather = NULL;
}

/* ---- the page ---- */

static void
everyone_reply(struct admin_visit *v)
{
	struct admin *a = v->admin;
	struct admin_page page = { .title = "Everybody",
		.words = "Shall everybody be everybody's contact?" };

	if (v->posted && a->gather == NULL &&
	    (a->task == NULL || a->task->over)) {
		admin_note(v, "everyone", slice_text(""));
		gather_start(a);
		web_reply_elsewhere(v->http, "/admin/task");
		return;
	}
	if (v->posted) {
		page.bad = true;
		page.words = "Something else is still being done.";
	}
	admin_add(v, web_page_admin_move, "everyone", NULL, 0);
	admin_reply(v, &page);
}

enum http_outcome
admin_everyone(struct http_request *rq, void *front)
{
	static const struct admin_flow flow = { NULL, everyone_reply };

	return admin_run(rq, front, &flow);
}
