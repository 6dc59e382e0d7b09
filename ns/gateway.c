/* SPDX-License-Identifier: MIT */
/* The sessions there are, and which of their requests one is. */
#include "common/base/panic.h"
#include "common/net/log_peer.h"
#include "ns/gateway_link.h"

#include <stdlib.h>

enum {
	ANSWER_MAX = 4 * 1024 * 1024, /* more than any queue may hold */
	CALLS_MAX = 16,               /* connections that hold one request */
	/* what is over is remembered for its last request's repeat */
	GONE_MAX = 1024,
	GONE_MS = 10000,
	NEAR_V4 = 2, /* bytes of an address that name a network */
	NEAR_V6 = 6,
};

static struct gateway_session *
session_of_node(struct map_node *node)
{
	return node ? CONTAINER_OF(node, struct gateway_session, by_prefix)
		    : NULL;
}

static const struct env *
env_of(const struct gateway *g)
{
	return g->ns->core->env;
}

static void
count(struct gateway *g, enum counter which)
{
	metrics_add(g->ns->core->metrics, which, 1);
}

/* ---- the table ---- */

struct gateway *
gateway_new(struct ns *ns)
{
	struct gateway *g = mem_alloc(sizeof(*g));

	g->ns = ns;
	map_init_id(&g->by_prefix);
	list_init(&g->gone);
	env_random(env_of(g), &g->k0, sizeof(g->k0));
	env_random(env_of(g), &g->k1, sizeof(g->k1));
	buf_init(&g->answer, ANSWER_MAX);
	return g;
}

static void
bury(struct gateway_session *s)
{
	struct gateway *g = s->gateway;

	if (list_linked(&s->gone))
		g->ngone--;
	list_remove(&s->gone);
	map_remove(&g->by_prefix, &s->by_prefix);
	gateway_link_free(s);
}

void
gateway_free(struct gateway *g)
{
	ASSERT(g->nopen == 0);
	LIST_EACH(it, &g->gone) {
		bury(CONTAINER_OF(it, struct gateway_session, gone));
	}
	map_free(&g->by_prefix);
	buf_free(&g->answer);
	free(g);
}

size_t
gateway_open_sessions(const struct gateway *g)
{
	return g->nopen;
}

static void
gone_too_long(struct timer *t)
{
	bury(CONTAINER_OF(t, struct gateway_session, timer));
}

void
gateway_over(struct gateway_session *s)
{
	struct gateway *g = s->gateway;

	g->nopen--;
	if (g->ns->cfg.limits != NULL)
		conn_limits_leave(g->ns->cfg.limits, &s->link.peer);
	/* nobody heard a last word, or nobody can ask for it */
	if (s->last_head == NULL || s->before == 0) {
		bury(s);
		return;
	}
	if (g->ngone >= GONE_MAX)
		bury(CONTAINER_OF(g->gone.next, struct gateway_session, gone));
	list_push(&g->gone, &s->gone);
	g->ngone++;
	s->timer.fire = gone_too_long;
	timer_start(g->ns->loop, &s->timer, GONE_MS);
}

/* ---- opening ---- */

static void
refuse(struct gateway *g, struct gateway_call *call, unsigned status)
{
	count(g, COUNTER_GATEWAY_REFUSED);
	call->answer(call, status, slice_make("", 0), slice_make("", 0));
}

static bool
room_for(struct gateway *g, const struct addr *peer)
{
	enum close_reason why;

	if (g->ns->cfg.limits == NULL ||
	    conn_limits_enter(g->ns->cfg.limits, peer, &why))
		return true;
	metrics_closed(g->ns->core->metrics, why);
	log_peer(LOG_WARN, LOG_PEER_FEW, "gateway-refused", peer,
	    LOG_T("reason", close_name(why)));
	return false;
}

static void
session_begin(struct gateway *g, struct gateway_call *call)
{
	struct gateway_session *s;

	if (g->ns->core->draining || !room_for(g, call->peer)) {
		refuse(g, call, 503);
		return;
	}
	s = gateway_link_new(g, call);
	do
		s->id.prefix = gateway_id_prefix(env_of(g));
	while (map_get_id(&g->by_prefix, s->id.prefix) != NULL);
	s->id.turn = gateway_id_turn(env_of(g));
	map_put_id(&g->by_prefix, &s->by_prefix, s->id.prefix);
	g->nopen++;
	ns_accept(g->ns, &s->link);
	s->digest = call->body.n > 0;
	gateway_link_work(s, call);
}

/* ---- which request is it? ---- */

static void
next_turn(struct gateway_session *s)
{
	uint32_t old = s->id.turn;

	while (s->id.turn == old || s->id.turn == s->before)
		s->id.turn = gateway_id_turn(env_of(s->gateway));
}

/* 0: no commands. */
static uint64_t
digest_of(const struct gateway *g, struct slice body)
{
	return body.n > 0 ? map_siphash(g->k0, g->k1, body) | 1 : 0;
}

static bool
is_near(const struct addr *a, const struct addr *b)
{
	size_t n = a->family == 4 ? NEAR_V4 : NEAR_V6;

	return a->family == b->family && memcmp(a->ip, b->ip, n) == 0;
}

/* It shows what the last answer told. */
static void
go_on(struct gateway_session *s, struct gateway_call *call, uint64_t digest)
{
	gateway_link_heard(s);
	s->before = s->id.turn;
	next_turn(s);
	s->digest = digest;
	s->from = *call->peer;
	gateway_link_work(s, call);
}

/* Commands where only polls came before, whose answer nobody has heard. */
static void
come_between(struct gateway_session *s, struct gateway_call *call,
    uint64_t digest)
{
	LIST_EACH(it, &s->calls) {
		CONTAINER_OF(it, struct gateway_call, node)->released = true;
	}
	/* what was said goes out once more, with more behind it */
	if (!s->working)
		next_turn(s);
	s->digest = digest;
	s->from = *call->peer;
	gateway_link_work(s, call);
}

/* The oldest connection is the least likely to be listened to. */
static void
hold_too(struct gateway_session *s, struct gateway_call *call)
{
	struct gateway_call *oldest =
	    CONTAINER_OF(s->calls.next, struct gateway_call, node);
	unsigned n = 0;

	LIST_EACH(it, &s->calls)
		n++;
	if (n == CALLS_MAX) {
		gateway_forget(oldest);
		refuse(s->gateway, oldest, 400);
	}
	gateway_link_hold(s, call);
}

/* It shows what the last request showed. */
static void
come_again(struct gateway_session *s, struct gateway_call *call,
    uint64_t digest)
{
	struct gateway *g = s->gateway;
	bool same = digest == s->digest;

	if (s->working && same) {
		count(g, COUNTER_GATEWAY_REPEATS);
		hold_too(s, call);
	} else if (!s->working && (same || digest == 0)) {
		count(g, COUNTER_GATEWAY_REPEATS);
		gateway_link_repeat(s, call);
	} else if (s->digest == 0 && !same && !s->ended) {
		come_between(s, call, digest);
	} else {
		refuse(g, call, 400);
	}
}

const struct link *
gateway_link(const struct gateway *g, struct slice id)
{
	struct gateway_session *s = NULL;
	struct gateway_id own;

	if (gateway_id_parse(id, &own))
		s = session_of_node(map_get_id(&g->by_prefix, own.prefix));
	return s != NULL && !s->ended &&
		(own.turn == s->id.turn || own.turn == s->before)
	    ? &s->link
	    : NULL;
}

void
gateway_ask(struct gateway *g, struct gateway_call *call)
{
	struct gateway_session *s = NULL;
	struct gateway_id id;
	uint64_t digest = digest_of(g, call->body);

	ASSERT(call->body.n <= GATEWAY_BODY_MAX);
	count(g, COUNTER_GATEWAY_REQUESTS);
	if (call->lifespan_s > GATEWAY_LIFESPAN_MAX_S)
		call->lifespan_s = GATEWAY_LIFESPAN_MAX_S;
	if (call->open) {
		session_begin(g, call);
		return;
	}
	if (gateway_id_parse(call->id, &id))
		s = session_of_node(map_get_id(&g->by_prefix, id.prefix));
	if (s != NULL && id.turn == s->id.turn && !s->working && !s->ended)
		go_on(s, call, digest);
	else if (s != NULL && id.turn == s->before &&
	    is_near(&s->from, call->peer))
		come_again(s, call, digest);
	else
		refuse(g, call, 400);
}

void
gateway_forget(struct gateway_call *call)
{
	list_remove(&call->node);
	call->session = NULL;
}
