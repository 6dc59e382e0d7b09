/* SPDX-License-Identifier: MIT */
/*
 * /gateway/gateway.dll.  Host is never looked at: some clients connect to the
 * address of a switchboard and still write the gateway's name (sb 12.1).
 */
#include "common/base/num.h"
#include "common/base/panic.h"
#include "common/http/http.h"
#include "ns/conn.h"
#include "ns/gateway.h"

struct visit {
	struct gateway_call call;
	struct http_request *http;
	bool answered;
	bool waiting;
};

static void
visit_answer(struct gateway_call *call, unsigned status, struct slice head,
    struct slice body)
{
	struct visit *v = CONTAINER_OF(call, struct visit, call);

	http_reply(v->http, status);
	if (head.n > 0)
		http_reply_header(v->http, "X-MSN-Messenger", head);
	http_reply_header(v->http, "Content-Type",
	    SLICE_LIT("application/x-msn-messenger"));
	http_reply_body(v->http, body);
	v->answered = true;
	if (v->waiting)
		http_again(v->http);
}

static void
visit_end(void *state)
{
	struct visit *v = state;

	gateway_forget(&v->call);
}

/*
 * What is neither known nor told has the id of no session.  Not all programs
 * write the keys as they are documented (field-runs 4).
 */
static void
visit_read(struct visit *v)
{
	struct gateway_call *call = &v->call;
	struct slice arg;
	bool poll = false;

	if (http_query_arg_nocase(v->http, "Action", &arg)) {
		call->open = slice_eq_nocase(arg, SLICE_LIT("open"));
		poll = slice_eq_nocase(arg, SLICE_LIT("poll"));
		if (!call->open && !poll)
			return;
	}
	if (http_query_arg_nocase(v->http, "Lifespan", &arg) &&
	    !num_parse_u32(arg, &call->lifespan_s))
		call->lifespan_s = 0;
	(void)http_query_arg_nocase(v->http, "SessionID", &call->id);
}

static enum http_outcome
route_gateway(struct http_request *rq, void *front)
{
	struct visit *v = http_state(rq);
	struct ns *ns = front;

	if (v != NULL)
		return v->answered ? HTTP_DONE : HTTP_WAIT;
	v = arena_alloc(http_arena(rq), sizeof(*v));
	ASSERT(v != NULL);
	*v = (struct visit){ .http = rq,
		.call = { .secure = http_is_tls(rq),
		    .body = http_body(rq),
		    .peer = http_peer(rq),
		    .local = http_local(rq),
		    .answer = visit_answer } };
	http_set_state(rq, v, visit_end);
	visit_read(v);
	gateway_ask(ns->gateway, &v->call);
	/* a poll is held for a minute */
	http_body_done(rq);
	v->waiting = true;
	return v->answered ? HTTP_DONE : HTTP_WAIT;
}

/* clang-format off */
static const struct http_route rows[] = {
	{ "/gateway/gateway.dll", HTTP_POST, HTTP_PLAIN | HTTP_TLS, GATEWAY_BODY_MAX, route_gateway },
};
/* clang-format on */

const struct http_route *
ns_routes(size_t *n)
{
	*n = ARRAY_LEN(rows);
	return rows;
}
