/* SPDX-License-Identifier: MIT */
/*
 * One question from the core: is the answer known, does somebody ask the same
 * at this moment, may the server be asked?
 */
#include "nexus/upstream/priv.h"

#include "common/base/log.h"
#include "common/base/panic.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- jobs ---- */

void
upstream_job_fill(struct elsewhere_job *job, const struct upstream_answer *a,
    struct blob *reply)
{
	job->verdict = a->verdict;
	snprintf(job->remote_id, sizeof(job->remote_id), "%s", a->remote_id);
	snprintf(job->name, sizeof(job->name), "%s", a->name);
	snprintf(job->url, sizeof(job->url), "%s", a->url);
	job->reply = reply != NULL ? blob_ref(reply) : NULL;
}

static void
waiter_end(struct upstream_waiter *w)
{
	struct elsewhere_job *job = w->job;

	list_remove(&w->node);
	free(w);
	job->own = NULL;
	job->done(job);
}

void
upstream_ask_flush(struct upstream *u)
{
	while (!list_empty(&u->ready))
		waiter_end(
		    CONTAINER_OF(u->ready.next, struct upstream_waiter, node));
}

static void
on_answer(struct deferred *d)
{
	upstream_ask_flush(CONTAINER_OF(d, struct upstream, answer));
}

/* Answered without asking anybody, at the end of this turn. */
static void
settle(struct upstream *u, struct upstream_peer *p, struct elsewhere_job *job,
    enum upstream_outcome how)
{
	const struct upstream_answer a = {
		.verdict = how == UPSTREAM_WRONG || how == UPSTREAM_KNOWN
		    ? ELSEWHERE_WRONG
		    : ELSEWHERE_DOWN,
	};
	struct upstream_waiter *w = job->own;

	if (p != NULL)
		p->outcomes[how]++;
	log_at(how == UPSTREAM_CIRCLE ? LOG_WARN : LOG_INFO,
	    how == UPSTREAM_CIRCLE ? "upstream-circle" : "upstream",
	    LOG_S("account", job->address), LOG_S("upstream", job->home),
	    LOG_T("outcome", upstream_outcome_text(how)), LOG_N("ms", 0));
	upstream_job_fill(job, &a, NULL);
	list_push(&u->ready, &w->node);
	loop_defer(u->loop, &u->answer);
}

/* ---- questions ---- */

static struct slice
question_key(const struct map_node *node)
{
	const struct upstream_quest *q = (const void *)node;

	return slice_make(q->key, SHA256_BYTES);
}

/* ---- the seam ---- */

/* What is asked, as a key that tells nobody what it was. */
static void
key_of(const struct upstream *u, const struct elsewhere_job *job,
    unsigned char out[SHA256_BYTES])
{
	const struct slice parts[] = { job->home, slice_make("\0", 1),
		job->address, slice_make("\0", 1), job->password };

	digest_hmac_sha256(slice_make(u->secret, sizeof(u->secret)), parts,
	    ARRAY_LEN(parts), out);
}

static bool
join(struct upstream *u, struct upstream_waiter *w, const unsigned char *key)
{
	struct map_node *n =
	    map_get(&u->questions, slice_make(key, SHA256_BYTES));

	if (n == NULL)
		return false;
	list_push(&CONTAINER_OF(n, struct upstream_quest, node)->waiters,
	    &w->node);
	return true;
}

static void
begin(struct upstream *u, struct upstream_peer *p, struct upstream_waiter *w,
    const struct upstream_plan *plan, const unsigned char *key)
{
	struct upstream_quest *q = mem_alloc(sizeof(*q));

	q->u = u;
	q->plan = *plan;
	q->began = loop_now(u->loop);
	q->address = slice_dup(w->job->address);
	snprintf(q->home, sizeof(q->home), "%s", p->name);
	snprintf(q->been[0], FETCH_URL_MAX, "%s", plan->url);
	memcpy(q->key, key, SHA256_BYTES);
	list_init(&q->waiters);
	list_push(&q->waiters, &w->node);
	/* an answer that is passed on is for one client alone */
	q->shared = !plan->relay;
	if (q->shared)
		map_put(&u->questions, &q->node);
	upstream_go(q, p->fetch);
}

void
upstream_ask(void *ctx, struct elsewhere_job *job)
{
	struct upstream *u = ctx;
	struct upstream_peer *p = upstream_peer(u, job->home);
	struct upstream_waiter *w = mem_alloc(sizeof(*w));
	enum upstream_outcome how = UPSTREAM_DOWN;
	unsigned char key[SHA256_BYTES];
	struct upstream_plan plan;

	w->job = job;
	job->own = w;
	if (p == NULL || u->stopping) {
		settle(u, p, job, how);
		return;
	}
	/* first of all, as a circle would wait for itself */
	how = upstream_plan_make(u, p->server, job, &plan);
	if (how != UPSTREAM_GOOD) {
		settle(u, p, job, how);
		return;
	}
	key_of(u, job, key);
	if (upstream_wrong_has(u, key))
		settle(u, p, job, UPSTREAM_KNOWN);
	else if (!plan.relay && join(u, w, key))
		;
	else if (!upstream_peer_open(u, p))
		settle(u, p, job, UPSTREAM_PAUSED);
	else {
		begin(u, p, w, &plan, key);
		return;
	}
	upstream_plan_free(&plan);
}

void
upstream_ask_init(struct upstream *u)
{
	unsigned char seed[16];

	env_random(u->env, seed, sizeof(seed));
	map_init(&u->questions, question_key, seed);
	list_init(&u->ready);
	u->answer.run = on_answer;
}

void
upstream_ask_free(struct upstream *u)
{
	upstream_ask_flush(u);
	deferred_cancel(&u->answer);
	map_free(&u->questions);
}
