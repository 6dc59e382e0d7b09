/* SPDX-License-Identifier: MIT */
#include "core/session.h"

#include "common/base/panic.h"
#include "core/conversation.h"
#include "core/private.h"

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

/* One place at a time: whoever was here before is shown out. */
static void
show_out(struct session *s, struct account *a)
{
	struct session *old;

	if (list_empty(&a->sessions))
		return;
	old = session_at(a->sessions.next);
	/*
	 * Contacts must not see the change of hands (ns-classic 4.8): the
	 * account goes on looking as it did until the new session speaks.
	 */
	s->presence = old->presence;
	old->presence = (struct presence){ 0 };
	session_end_account(a, CLOSE_ELSEWHERE);
}

void
session_open(struct core *c, struct session *s, struct account *a)
{
	account_pin(a);
	show_out(s, a);
	s->account = a;
	account_forget_password(a);
	list_push(&a->sessions, &s->of_account);
	c->nsessions++;
	presence_changed(c, a);
}

void
session_close(struct core *c, struct session *s)
{
	struct account *a = s->account;

	list_remove(&s->of_account);
	presence_clear(&s->presence);
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
