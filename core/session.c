/* SPDX-License-Identifier: MIT */
#include "core/session.h"

#include "common/base/panic.h"
#include "core/private.h"
#include "core/talk/conversation.h"

#include <stdlib.h>

static struct session *
session_at(struct list *node)
{
	return CONTAINER_OF(node, struct session, of_account);
}

void
session_tell(struct session *s, const struct event *ev)
{
	s->front->deliver(s, ev, NULL);
}

void
session_tell_others(struct account *a, const struct session *but,
    const struct event *ev)
{
	LIST_EACH(it, &a->sessions) {
		if (session_at(it) != but)
			session_tell(session_at(it), ev);
	}
}

void
session_tell_account(struct account *a, const struct event *ev)
{
	session_tell_others(a, NULL, ev);
}

void
session_end_account(struct account *a, enum close_reason why)
{
	const struct event ev = { .kind = EVENT_ENDED, .u.ended = { why } };

	/* what these sessions were promised ends with them */
	a->endings++;
	session_tell_account(a, &ev);
	LIST_EACH(it, &a->members) {
		struct member *m = CONTAINER_OF(it, struct member, of_account);

		m->ops->ended(m, why);
	}
}

void
session_end_made(struct account *a, enum close_reason why)
{
	LIST_EACH(it, &a->sessions) {
		/* these are always alone */
		if (session_at(it)->made) {
			ASSERT(session_at(it)->endpoint == NULL);
			session_end_account(a, why);
			return;
		}
	}
}

/* ---- several at once, or one after the other ---- */

static bool
same_place(const struct session *s, const unsigned char *id)
{
	return memcmp(s->endpoint->id, id, sizeof(s->endpoint->id)) == 0;
}

/* Only different endpoints can be there side by side. */
static bool
must_go(const struct session *old, const struct session *s)
{
	return s->endpoint == NULL || old->endpoint == NULL ||
	    same_place(old, s->endpoint->id);
}

/* This one goes and others stay: only what is its own ends with it. */
static void
end_one(struct core *c, struct account *a, struct session *old)
{
	const struct event ev = { .kind = EVENT_ENDED,
		.u.ended = { CLOSE_ELSEWHERE } };
	unsigned char id[sizeof(old->endpoint->id)] = { 0 };
	bool at_endpoint = old->endpoint != NULL;

	if (at_endpoint)
		memcpy(id, old->endpoint->id, sizeof(id));
	session_tell(old, &ev);
	if (!at_endpoint)
		return;
	pass_forget_endpoint(c, a, id);
	LIST_EACH(it, &a->members) {
		struct member *m = CONTAINER_OF(it, struct member, of_account);

		if (memcmp(m->endpoint, id, sizeof(id)) == 0)
			m->ops->ended(m, CLOSE_ELSEWHERE);
	}
}

/* Show out whoever cannot stay beside s, and make room for it. */
static void
show_out(struct core *c, struct session *s, struct account *a)
{
	struct session *heir = NULL;  /* s is the heir of this one */
	struct session *spare = NULL; /* who can be missed most easily */
	unsigned stay = 0;

	LIST_EACH(it, &a->sessions) {
		struct session *old = session_at(it);

		if (!must_go(old, s)) {
			spare = old;
			stay++;
		} else if (heir == NULL || old == presence_speaker(a)) {
			heir = old;
		}
	}
	/*
	 * Contacts must not see the change of hands (ns-classic 4.8): the
	 * account goes on looking as it did until the new session speaks.
	 */
	if (heir != NULL) {
		s->presence = heir->presence;
		heir->presence = (struct presence){ 0 };
	}
	if (heir != NULL && stay == 0)
		session_end_account(a, CLOSE_ELSEWHERE);
	if (stay == 0)
		return;
	if (heir != NULL)
		list_push(&heir->of_account, &s->of_account);
	LIST_EACH(it, &a->sessions) {
		struct session *old = session_at(it);

		if (old != s &&
		    (must_go(old, s) ||
			(old == spare && stay >= ENDPOINTS_MAX)))
			end_one(c, a, old);
	}
}

static void
endpoint_free(struct endpoint *e)
{
	if (e == NULL)
		return;
	blob_unref(e->shown);
	blob_unref(e->kept);
	free(e);
}

struct session *
session_at_endpoint(const struct account *a, const unsigned char id[16])
{
	LIST_EACH(it, &a->sessions) {
		struct session *s = session_at(it);

		if (s->endpoint != NULL && same_place(s, id))
			return s;
	}
	return NULL;
}

static bool
is_at(struct session *s, const unsigned char group[16])
{
	const struct addr *peer =
	    s->front->peer != NULL ? s->front->peer(s) : NULL;
	unsigned char own[16];

	if (peer == NULL)
		return false;
	addr_group(peer, own);
	return memcmp(own, group, sizeof(own)) == 0;
}

struct session *
session_from(const struct account *a, const struct addr *peer)
{
	struct session *found = NULL;
	unsigned char group[16];

	addr_group(peer, group);
	LIST_EACH(it, &a->sessions) {
		if (!is_at(session_at(it), group))
			continue;
		if (found != NULL)
			return NULL;
		found = session_at(it);
	}
	return found;
}

/* Told at the end of the turn: nobody must end while others are told. */
static void
places_changed(struct core *c, struct account *a)
{
	a->places_changed = true;
	presence_changed(c, a);
}

void
session_endpoint_changed(struct core *c, struct session *s)
{
	struct account *a = s->account;

	list_remove(&s->of_account);
	list_push_front(&a->sessions, &s->of_account);
	places_changed(c, a);
}

void
session_announced(struct core *c, struct session *s)
{
	s->account->place_announced = true;
	session_endpoint_changed(c, s);
}

void
session_tell_places(struct account *a)
{
	const struct event ev = { .kind = EVENT_SELF,
		.seq = a->broken ? 0 : a->seq,
		.u.self = { a, a->place_announced } };

	if (!a->places_changed)
		return;
	a->places_changed = a->place_announced = false;
	LIST_EACH(it, &a->sessions) {
		if (session_at(it)->endpoint != NULL)
			session_tell(session_at(it), &ev);
	}
}

void
session_open(struct core *c, struct session *s, struct account *a)
{
	account_pin(a);
	s->account = a;
	show_out(c, s, a);
	account_forget_password(a);
	/* where its predecessor was, or who has not spoken comes last */
	if (!list_linked(&s->of_account))
		list_push(&a->sessions, &s->of_account);
	c->nsessions++;
	if (s->endpoint != NULL)
		places_changed(c, a);
	else
		presence_changed(c, a);
}

void
session_close(struct core *c, struct session *s)
{
	struct account *a = s->account;

	list_remove(&s->of_account);
	presence_clear(&s->presence);
	a->places_changed |= s->endpoint != NULL;
	endpoint_free(s->endpoint);
	s->endpoint = NULL;
	s->watching = false;
	s->account = NULL;
	ASSERT(c->nsessions > 0);
	c->nsessions--;
	presence_changed(c, a);
	account_unpin(c, a);
}

struct collecting {
	struct accounts *to;
	size_t cap;
};

static bool
collect(struct map_node *node, void *ctx)
{
	struct collecting *k = ctx;
	struct account *a = CONTAINER_OF(node, struct account, node);

	if (list_empty(&a->sessions))
		return true;
	if (k->to->n == k->cap) {
		k->cap = k->cap ? k->cap * 2 : 64;
		k->to->all = mem_realloc_array(k->to->all, k->cap,
		    sizeof(struct account *));
	}
	account_pin(a);
	k->to->all[k->to->n++] = a;
	return true;
}

struct accounts
accounts_online(struct core *c)
{
	struct accounts found = { 0 };
	struct collecting k = { &found, 0 };

	map_each(&c->by_id, collect, &k);
	return found;
}

void
accounts_free(struct core *c, struct accounts *a)
{
	for (size_t i = 0; i < a->n; i++)
		account_unpin(c, a->all[i]);
	free(a->all);
}

void
session_tell_all(struct core *c, const struct event *ev)
{
	struct accounts online = accounts_online(c);

	for (size_t i = 0; i < online.n; i++)
		session_tell_account(online.all[i], ev);
	accounts_free(c, &online);
}
