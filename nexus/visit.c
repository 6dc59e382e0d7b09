/* SPDX-License-Identifier: MIT */
#include "nexus/front.h"

#include "common/base/panic.h"
#include "core/door/signin.h"

#include <stdlib.h>

static void
visit_again(struct request *request)
{
	struct nexus_visit *v =
	    CONTAINER_OF(request, struct nexus_visit, request);

	http_again(v->http);
}

static void
visit_wipe(struct nexus_visit *v)
{
	passport_wipe(&v->asked);
	if (v->secret.n > 0)
		mem_wipe((void *)(uintptr_t)v->secret.p, v->secret.n);
	v->secret = (struct slice){ 0 };
	v->asker.body = (struct slice){ 0 };
}

static void
visit_end(void *state)
{
	struct nexus_visit *v = state;

	request_end(&v->request);
	visit_wipe(v);
	arena_free(&v->arena);
	free(v);
}

static struct nexus_visit *
visit_of(struct http_request *rq, struct nexus *n)
{
	struct nexus_visit *v = http_state(rq);

	if (v != NULL)
		return v;
	v = mem_alloc(sizeof(*v));
	v->http = rq;
	v->nexus = n;
	arena_init(&v->arena, NEXUS_ARENA_MAX);
	request_begin(&v->request, n->core, visit_again);
	nexus_asker_read(v);
	v->request.asker = &v->asker;
	http_set_state(rq, v, visit_end);
	return v;
}

enum http_outcome
nexus_visit_run(struct http_request *rq, struct nexus *n,
    const struct nexus_flow *flow)
{
	struct nexus_visit *v = visit_of(rq, n);

	if (v->verdict == NEXUS_WAIT) {
		v->verdict = flow->judge(v);
		if (v->verdict == NEXUS_WAIT)
			return HTTP_WAIT;
		visit_wipe(v);
	}
	if (!request_settled(&v->request))
		return HTTP_WAIT;
	if (v->request.store_failed)
		v->verdict = NEXUS_LATER;
	flow->reply(v);
	return HTTP_DONE;
}

enum nexus_verdict
nexus_verdict_of(enum result r)
{
	switch (r) {
	case RESULT_OK:
		return NEXUS_GOOD;
	case RESULT_WAIT:
		return NEXUS_WAIT;
	case RESULT_LOCKED_OUT:
	case RESULT_TOO_ACTIVE:
		return NEXUS_LOCKED;
	case RESULT_DISABLED:
		return NEXUS_DISABLED;
	case RESULT_MOVED:
		return NEXUS_MOVED;
	case RESULT_ELSEWHERE_DOWN:
	case RESULT_BUSY:
	case RESULT_STORE_FAILED:
	case RESULT_DRAINING:
		return NEXUS_LATER;
	case RESULT_BAD_ADDRESS:
	case RESULT_BAD_NAME:
	case RESULT_BAD_VALUE:
	case RESULT_NO_SUCH_ACCOUNT:
	case RESULT_ACCOUNT_EXISTS:
	case RESULT_LIST_FULL:
	case RESULT_ALREADY_THERE:
	case RESULT_NOT_THERE:
	case RESULT_ON_OPPOSITE_LIST:
	case RESULT_NO_SUCH_GROUP:
	case RESULT_NOT_IN_GROUP:
	case RESULT_TOO_MANY_GROUPS:
	case RESULT_GROUP_EXISTS:
	case RESULT_GROUP_NAME_TOO_LONG:
	case RESULT_GROUP_FIXED:
	case RESULT_UNCHANGED:
	case RESULT_NOT_REACHABLE:
	case RESULT_ALREADY_MEMBER:
	case RESULT_CONVERSATION_FULL:
	case RESULT_NOT_AVAILABLE:
	case RESULT_BAD_PASS:
	case RESULT_BAD_PASSWORD:
	case RESULT_BAD_TICKET:
	case RESULT_ELSEWHERE:
	case RESULTS:
		break;
	}
	return NEXUS_WRONG;
}

bool
nexus_was_sent_here(const struct http_request *rq)
{
	return slice_starts_nocase(http_query(rq), SLICE_LIT("lc="));
}

/* Chains end after one step, wherever they lead. */
static enum nexus_verdict
visit_moved(struct nexus_visit *v)
{
	v->url = arena_copy(&v->arena, signin_moved(&v->request));
	v->host = nexus_url_host(v->url);
	return v->host.n == 0 || nexus_was_sent_here(v->http) ? NEXUS_LATER
							      : NEXUS_MOVED;
}

enum nexus_verdict
nexus_visit_password(struct nexus_visit *v)
{
	const struct slice passwords[2] = { v->asked.password, v->asked.raw };
	enum result r = signin_password_either(&v->request, http_peer(v->http),
	    v->asked.sign_in, passwords, &v->account);

	signin_note(r, http_path(v->http), http_peer(v->http),
	    v->asked.sign_in);
	return r == RESULT_MOVED ? visit_moved(v) : nexus_verdict_of(r);
}
