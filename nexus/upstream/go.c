/* SPDX-License-Identifier: MIT */
/*
 * A document goes to a server, maybe on to another that it names, and what
 * comes back becomes a verdict.
 */
#include "nexus/upstream/priv.h"

#include "common/base/log.h"

#include <stdio.h>
#include <stdlib.h>

static void question_done(struct fetch_job *job);

static void
question_free(struct upstream_quest *q)
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

/*
 * Does that speak against the server?  Not when the time passed while others
 * were asked: who asks much at once could shut it out.
 */
static bool
is_failure(const struct upstream_quest *q)
{
	const struct fetch_job *job = &q->fetch;

	if (job->how == FETCH_TOO_LATE)
		return job->queued_ms < q->u->cfg->timeout_ms / 2;
	return job->how != FETCH_BUSY && job->how != FETCH_STOPPED;
}

static void
question_count(struct upstream_quest *q, const struct upstream_answer *a)
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
	else if (is_failure(q))
		upstream_peer_failed(u, p);
}

static void
question_end(struct upstream_quest *q, const struct upstream_answer *a)
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
		upstream_job_fill(CONTAINER_OF(it, struct upstream_waiter, node)
				      ->job,
		    a, reply);
	blob_unref(reply);
	list_splice(&u->ready, &q->waiters);
	question_free(q);
	upstream_ask_flush(u);
}

void
upstream_go(struct upstream_quest *q, struct fetch *f)
{
	uint64_t spent = loop_now(q->u->loop) - q->began;
	unsigned all = q->u->cfg->timeout_ms;

	q->fetch = (struct fetch_job){ .url = slice_text(q->been[q->hops]),
		.type = upstream_type(q->plan.kind),
		.body = buf_slice(&q->plan.body),
		.via = buf_slice(&q->plan.via),
		/* who is sent on has no more time than others */
		.within_ms = spent < all ? all - (unsigned)spent : 1,
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
follow(struct upstream_quest *q, struct upstream_answer *a)
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
	upstream_go(q, p->fetch);
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
	struct upstream_quest *q =
	    CONTAINER_OF(job, struct upstream_quest, fetch);
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
