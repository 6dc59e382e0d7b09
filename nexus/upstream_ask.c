/* SPDX-License-Identifier: MIT */
/*
 * One question from the core: is the answer known, does somebody ask the same
 * at this moment, may the server be asked?  Then a document goes there, maybe
 * on to another that it names, and what comes back becomes a verdict.
 */
#include "nexus/upstream_priv.h"

#include "common/base/log.h"
#include "common/base/panic.h"

#include <stdio.h>
#include <stdlib.h>

/* One job, in the list of its question or of those that are answered. */
struct waiter {
	struct list node;
	struct elsewhere_job *job;
};

struct question {
	struct map_node node; /* in u->questions, when shared */
	bool shared;
	unsigned char key[SHA256_BYTES];
	struct upstream *u;
	struct list waiters;
	struct fetch_job fetch;
	struct upstream_plan plan;
	uint64_t began;
	unsigned hops;
	char been[UPSTREAM_HOPS_MAX + 1][FETCH_URL_MAX];
	char home[ELSEWHERE_HOME_MAX + 1];
	char *address; /* for the log */
};

static void question_done(struct fetch_job *job);

/* ---- jobs ---- */

static void
job_fill(struct elsewhere_job *job, const struct upstream_answer *a,
    struct blob *reply)
{
	job->verdict = a->verdict;
	snprintf(job->remote_id, sizeof(job->remote_id), "%s", a->remote_id);
	snprintf(job->name, sizeof(job->name), "%s", a->name);
	snprintf(job->url, sizeof(job->url), "%s", a->url);
	job->reply = reply != NULL ? blob_ref(reply) : NULL;
}

static void
waiter_end(struct waiter *w)
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
		waiter_end(CONTAINER_OF(u->ready.next, struct waiter, node));
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
	struct waiter *w = job->own;

	if (p != NULL)
		p->outcomes[how]++;
	log_at(how == UPSTREAM_CIRCLE ? LOG_WARN : LOG_INFO,
	    how == UPSTREAM_CIRCLE ? "upstream-circle" : "upstream",
	    LOG_S("account", job->address), LOG_S("upstream", job->home),
	    LOG_T("outcome", upstream_outcome_text(how)), LOG_N("ms", 0));
	job_fill(job, &a, NULL);
	list_push(&u->ready, &w->node);
	loop_defer(u->loop, &u->answer);
}

/* ---- questions ---- */

static struct slice
question_key(const struct map_node *node)
{
	const struct question *q = (const void *)node;

	return slice_make(q->key, SHA256_BYTES);
}

static void
question_free(struct question *q)
{
	upstream_plan_free(&q->plan);
	free(q->address);
	free(q);
}

static enum upstream_outcome
outcome_of(enum elsewhere_verdict v)
{
	switch (v) {
	case ELSEWHERE_GOOD:
		return UPSTREAM_GOOD;
	case ELSEWHERE_WRONG:
		return UPSTREAM_WRONG;
	case ELSEWHERE_LOCKED:
		return UPSTREAM_LOCKED;
	case ELSEWHERE_MOVED:
		return UPSTREAM_MOVED;
	case ELSEWHERE_DOWN:
		break;
	}
	return UPSTREAM_DOWN;
}

static void
question_count(struct question *q, const struct upstream_answer *a)
{
	struct upstream *u = q->u;
	struct upstream_peer *p = upstream_peer(u, slice_text(q->home));
	enum upstream_outcome how = outcome_of(a->verdict);
	uint64_t ms = loop_now(u->loop) - q->began;

	log_at(how == UPSTREAM_DOWN ? LOG_WARN : LOG_INFO, "upstream",
	    LOG_T("account", q->address), LOG_T("upstream", q->home),
	    LOG_T("outcome", upstream_outcome_text(how)), LOG_N("ms", ms),
	    LOG_T("http", fetch_end_text(q->fetch.how)),
	    LOG_N("status", q->fetch.status), LOG_T("why", a->why));
	if (p == NULL)
		return;
	p->outcomes[how]++;
	p->asked_ms += ms;
	if (a->understood)
		upstream_peer_answered(u, p, how == UPSTREAM_GOOD);
	else if (q->fetch.how != FETCH_BUSY && q->fetch.how != FETCH_STOPPED)
		upstream_peer_failed(u, p);
}

static void
question_end(struct question *q, const struct upstream_answer *a)
{
	struct upstream *u = q->u;
	struct blob *reply = NULL;

	question_count(q, a);
	if (q->shared)
		map_remove(&u->questions, &q->node);
	if (a->verdict == ELSEWHERE_WRONG)
		upstream_wrong_add(u, q->key);
	if (a->verdict == ELSEWHERE_GOOD && q->plan.relay)
		reply = blob_new(q->fetch.reply.p, q->fetch.reply.n);
	LIST_EACH(it, &q->waiters)
		job_fill(CONTAINER_OF(it, struct waiter, node)->job, a, reply);
	blob_unref(reply);
	list_splice(&u->ready, &q->waiters);
	question_free(q);
	upstream_ask_flush(u);
}

static void
question_post(struct question *q, struct fetch *f)
{
	q->fetch = (struct fetch_job){ .url = slice_text(q->been[q->hops]),
		.type = upstream_type(q->plan.kind),
		.body = buf_slice(&q->plan.body),
		.via = buf_slice(&q->plan.via),
		.done = question_done };
	fetch_post(f, &q->fetch);
}

/* ---- redirects ---- */

static void
refuse_redirect(struct upstream_answer *a, const char *why)
{
	a->verdict = ELSEWHERE_DOWN;
	a->why = why;
	a->url[0] = '\0';
}

/*
 * On to where the answer points.  True: the question goes on.  Otherwise *a
 * says what to make of it.
 */
static bool
follow(struct question *q, struct upstream_answer *a)
{
	struct upstream_peer *p = upstream_peer(q->u, slice_text(q->home));
	struct fetch_url to;

	if (!fetch_url_parse(slice_text(a->url), &to)) {
		refuse_redirect(a, "a redirect to nowhere");
		return false;
	}
	if (p == NULL || !upstream_config_may_follow(p->server, &to)) {
		/* clients go there by themselves, with the password */
		if (!to.tls)
			refuse_redirect(a, "a redirect to plain HTTP");
		return false;
	}
	for (unsigned i = 0; i <= q->hops; i++)
		if (slice_eq_nocase(slice_text(a->url),
			slice_text(q->been[i]))) {
			refuse_redirect(a, "redirects in a circle");
			return false;
		}
	if (q->hops == UPSTREAM_HOPS_MAX) {
		refuse_redirect(a, "too many redirects");
		return false;
	}
	snprintf(q->been[++q->hops], FETCH_URL_MAX, "%s", a->url);
	question_post(q, p->fetch);
	return true;
}

static bool
is_there(unsigned status)
{
	return status == 301 || status == 302 || status == 303 ||
	    status == 307 || status == 308;
}

/* A status that says "there" means what a fault that says so means. */
static void
read_location(const struct fetch_job *job, struct upstream_answer *a)
{
	*a = (struct upstream_answer){ .verdict = ELSEWHERE_MOVED,
		.understood = true,
		.why = "a redirect" };
	if (job->location.n == 0 || job->location.n > ELSEWHERE_URL_MAX)
		refuse_redirect(a, "a redirect to nowhere");
	else
		snprintf(a->url, sizeof(a->url), SLICE_FMT,
		    SLICE_ARG(job->location));
}

static void
question_done(struct fetch_job *job)
{
	struct question *q = CONTAINER_OF(job, struct question, fetch);
	struct upstream_answer a = { .verdict = ELSEWHERE_DOWN,
		.why = job->why };

	if (job->how == FETCH_ANSWERED) {
		if (is_there(job->status))
			read_location(job, &a);
		else
			upstream_read(job->reply, job->status, &a);
	}
	if (a.verdict == ELSEWHERE_MOVED && !q->u->stopping && follow(q, &a))
		return;
	question_end(q, &a);
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
join(struct upstream *u, struct waiter *w, const unsigned char *key)
{
	struct map_node *n =
	    map_get(&u->questions, slice_make(key, SHA256_BYTES));

	if (n == NULL)
		return false;
	list_push(&CONTAINER_OF(n, struct question, node)->waiters, &w->node);
	return true;
}

static void
begin(struct upstream *u, struct upstream_peer *p, struct waiter *w,
    const struct upstream_plan *plan, const unsigned char *key)
{
	struct question *q = mem_alloc(sizeof(*q));

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
	question_post(q, p->fetch);
}

void
upstream_ask(void *ctx, struct elsewhere_job *job)
{
	struct upstream *u = ctx;
	struct upstream_peer *p = upstream_peer(u, job->home);
	struct waiter *w = mem_alloc(sizeof(*w));
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
