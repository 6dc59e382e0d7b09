/* SPDX-License-Identifier: MIT */
/* Changes of lists: memory, store, the other party, and who must hear of it. */
#include "common/base/panic.h"
#include "core/people/presence.h"
#include "core/private.h"

enum {
	FORGET_AT_ONCE = 64 /* an older server may have kept more */
};

void
roster_put(struct request *rq, struct account *a, const struct contact *k)
{
	struct store_change change = { .kind = STORE_CONTACT_PUT, .id = a->id };
	struct store_contact *row = &change.u.contact;

	row->address = person_address(k->who);
	row->name = k->name ? blob_slice(k->name) : slice_make("", 0);
	memcpy(row->id, k->id, ROSTER_ID_BYTES);
	row->lists = k->lists;
	row->groups = k->groups;
	row->changed = account_stamp(rq->core, a);
	a->seq = store_change(rq->core->store, &change);
}

static void
put_or_drop(struct request *rq, struct account *a, struct contact *k)
{
	struct store_change change = { .kind = STORE_CONTACT_DELETE,
		.id = a->id };
	struct person *who = k->who;

	if (k->lists != 0) {
		roster_put(rq, a, k);
		return;
	}
	change.u.contact.address = person_address(who);
	change.u.contact.changed = account_stamp(rq->core, a);
	a->seq = store_change(rq->core->store, &change);
	roster_drop(a, k);
	person_unref(rq->core, who);
}

void
roster_commit(struct request *rq, struct account *a, struct contact *k,
    uint8_t was)
{
	struct person *who = person_ref(k->who);
	uint8_t is = k->lists;

	a->roster.nstrangers += roster_stranger(is);
	a->roster.nstrangers -= roster_stranger(was);
	a->roster.ncards += (is & LIST_CARD) != 0;
	a->roster.ncards -= (was & LIST_CARD) != 0;
	put_or_drop(rq, a, k);
	account_lists_changed(rq, a, who, was, is);
	person_unref(rq->core, who);
}

void
roster_name(struct contact *k, struct slice name)
{
	struct blob *old = k->name;

	k->name = name_keep(k->who, name);
	blob_unref(old);
}

static enum result
check_name(struct slice name)
{
	return name.n == 0 || name_acceptable(name) ? RESULT_OK
						    : RESULT_BAD_NAME;
}

/* Whom target blocks reaches target by nothing, and nobody by doing it often. */
static void
tell_relation(struct core *c, struct account *target, const struct event *ev)
{
	const struct person *by = ev->u.relation.by->person;

	if (!account_hears_of(c, target, by))
		return;
	session_tell_account(target, ev);
	account_heard_of(c, target, by);
}

/* The oldest of those who are on nobody's list but put a on theirs. */
static struct contact *
oldest_stranger(struct account *a)
{
	ROSTER_EACH(k, &a->roster)
	{
		if (roster_stranger(k->lists))
			return k;
	}
	return NULL;
}

static void
forget_stranger(struct request *rq, struct account *a, struct contact *k)
{
	struct person *who = person_ref(k->who);
	struct account *stranger = who->account;
	bool saw = k->told_look != 0;
	uint8_t was = k->lists;
	struct event ev = { .kind = EVENT_REMOVED };

	k->lists = 0;
	roster_commit(rq, a, k, was);
	if (stranger != NULL) {
		ev.seq = a->seq;
		ev.u.relation.by = stranger;
		if (was & LIST_REVERSE)
			session_tell_account(a, &ev);
		if (saw)
			presence_lose(rq->core, a, stranger);
	}
	person_unref(rq->core, who);
}

/* What others can put on one's lists has an end: the newest stay. */
static void
make_room(struct request *rq, struct account *a)
{
	unsigned most = rq->core->cfg.max_strangers;
	struct contact *k;

	for (unsigned i = 0; i < FORGET_AT_ONCE; i++) {
		if (most == 0 || a->roster.nstrangers < most)
			return;
		k = oldest_stranger(a);
		if (k != NULL)
			forget_stranger(rq, a, k);
	}
}

void
roster_reverse_add(struct request *rq, struct account *a,
    struct account *target)
{
	struct contact *k = roster_find(&target->roster, a->person);
	struct event out = { .kind = EVENT_ADDED, .u.relation = { a } };
	uint8_t was;

	if (k == NULL)
		make_room(rq, target);
	k = roster_ensure(target, a->person);
	was = k->lists;

	if (was == 0)
		roster_name(k, account_name(a));
	if (!(k->lists & (LIST_ALLOW | LIST_BLOCK)))
		k->lists |= LIST_PENDING;
	k->lists |= LIST_REVERSE;
	k->told_look = k->told_note = 0;
	roster_commit(rq, target, k, was);
	out.seq = target->seq;
	tell_relation(rq->core, target, &out);
	presence_changed(rq->core, target);
}

void
roster_reverse_remove(struct request *rq, struct account *a,
    struct account *target)
{
	struct contact *k = roster_find(&target->roster, a->person);
	struct event ev = { .kind = EVENT_REMOVED, .u.relation = { a } };
	uint8_t was = k != NULL ? k->lists : 0;

	if (!(was & LIST_REVERSE))
		return;
	k->lists &= (uint8_t) ~(LIST_REVERSE | LIST_PENDING);
	k->told_look = k->told_note = 0;
	roster_commit(rq, target, k, was);
	ev.seq = target->seq;
	tell_relation(rq->core, target, &ev);
}

enum result
roster_add_forward(struct request *rq, struct account *a, struct person *who,
    struct account *target, struct slice name)
{
	struct contact *k = roster_find(&a->roster, who);
	uint8_t was = k != NULL ? k->lists : 0;

	if (check_name(name) != RESULT_OK)
		return RESULT_BAD_NAME;
	if (was & LIST_FORWARD)
		return RESULT_ALREADY_THERE;
	if (a->roster.nforward >= rq->core->cfg.max_forward)
		return RESULT_LIST_FULL;
	if (!store_writable(rq->core->store))
		return RESULT_STORE_FAILED;
	k = roster_ensure(a, who);
	k->lists |= LIST_FORWARD;
	if (!(was & LIST_CARD))
		k->groups = 0;
	k->lists &= (uint8_t)~LIST_CARD;
	a->roster.nforward++;
	if (name.n > 0)
		roster_name(k, name);
	roster_commit(rq, a, k, was);
	if (target != NULL)
		roster_reverse_add(rq, a, target);
	return RESULT_OK;
}

enum result
roster_remove_forward(struct request *rq, struct account *a, struct person *who,
    struct account *target)
{
	struct contact *k = roster_find(&a->roster, who);
	uint8_t was = k != NULL ? k->lists : 0;

	if (!(was & LIST_FORWARD))
		return RESULT_NOT_THERE;
	if (!store_writable(rq->core->store))
		return RESULT_STORE_FAILED;
	k->lists &= (uint8_t)~LIST_FORWARD;
	k->groups = 0;
	a->roster.nforward--;
	roster_commit(rq, a, k, was);
	if (target != NULL)
		roster_reverse_remove(rq, a, target);
	return RESULT_OK;
}

enum result
roster_add_privacy(struct request *rq, struct account *a, struct person *who,
    enum list_bit list, struct slice name)
{
	const uint8_t both = LIST_ALLOW | LIST_BLOCK;
	struct contact *k = roster_find(&a->roster, who);
	uint8_t was = k != NULL ? k->lists : 0;

	ASSERT(list == LIST_ALLOW || list == LIST_BLOCK);
	if (check_name(name) != RESULT_OK)
		return RESULT_BAD_NAME;
	if (was & list)
		return RESULT_ALREADY_THERE;
	if (was & both)
		return RESULT_ON_OPPOSITE_LIST;
	if (a->roster.nprivacy >= rq->core->cfg.max_privacy)
		return RESULT_LIST_FULL;
	if (!store_writable(rq->core->store))
		return RESULT_STORE_FAILED;
	k = roster_ensure(a, who);
	if (was == 0)
		roster_name(k, name);
	k->lists = (uint8_t)(was | list);
	a->roster.nprivacy++;
	roster_commit(rq, a, k, was);
	presence_changed(rq->core, a);
	return RESULT_OK;
}

enum result
roster_accept(struct request *rq, struct account *a, struct person *who)
{
	struct contact *k = roster_find(&a->roster, who);
	uint8_t was = k != NULL ? k->lists : 0;

	if (!(was & LIST_PENDING))
		return RESULT_NOT_THERE;
	if (!store_writable(rq->core->store))
		return RESULT_STORE_FAILED;
	k->lists &= (uint8_t)~LIST_PENDING;
	roster_commit(rq, a, k, was);
	return RESULT_OK;
}

enum result
roster_remove(struct request *rq, struct account *a, struct person *who,
    enum list_bit list)
{
	struct contact *k = roster_find(&a->roster, who);
	uint8_t was = k != NULL ? k->lists : 0;

	ASSERT(
	    list == LIST_ALLOW || list == LIST_BLOCK || list == LIST_PENDING);
	if (!(was & list))
		return RESULT_NOT_THERE;
	if (!store_writable(rq->core->store))
		return RESULT_STORE_FAILED;
	k->lists = (uint8_t)(k->lists & ~(unsigned)list);
	if (list != LIST_PENDING)
		a->roster.nprivacy--;
	roster_commit(rq, a, k, was);
	presence_changed(rq->core, a);
	return RESULT_OK;
}

enum result
roster_rename(struct request *rq, struct account *a, struct person *who,
    struct slice name)
{
	struct contact *k = roster_find(&a->roster, who);

	if (k == NULL)
		return RESULT_NOT_THERE;
	if (check_name(name) != RESULT_OK)
		return RESULT_BAD_NAME;
	if (!store_writable(rq->core->store))
		return RESULT_STORE_FAILED;
	roster_name(k, name);
	roster_commit(rq, a, k, k->lists);
	return RESULT_OK;
}

/*
 * The store deletes an account's row in every roster by itself; here the
 * rosters in memory follow.
 */
struct forgetting {
	struct core *core;
	struct account *gone;
};

static bool
forget_in(struct map_node *node, void *ctx)
{
	struct forgetting *f = ctx;
	struct account *a = CONTAINER_OF(node, struct account, node);
	struct contact *k = roster_find(&a->roster, f->gone->person);
	struct event ev = { .kind = EVENT_REMOVED,
		.seq = f->gone->seq,
		.u.relation = { f->gone } };
	struct event own = { .kind = EVENT_LISTS, .seq = f->gone->seq };
	uint8_t lists;

	if (a == f->gone || k == NULL)
		return true;
	lists = k->lists;
	a->roster.nforward -= (lists & LIST_FORWARD) != 0;
	a->roster.nprivacy -= (lists & (LIST_ALLOW | LIST_BLOCK)) != 0;
	a->roster.nstrangers -= roster_stranger(lists);
	a->roster.ncards -= (lists & LIST_CARD) != 0;
	roster_drop(a, k);
	/* the gone account itself still holds the person */
	person_unref(f->core, f->gone->person);
	a->seq = f->gone->seq;
	/* as the store does */
	a->stamp++;
	own.u.lists.who = f->gone->person;
	own.u.lists.removed = lists;
	session_tell_account(a, &own);
	if ((lists & LIST_REVERSE) && !(lists & LIST_BLOCK))
		session_tell_account(a, &ev);
	return true;
}

void
roster_forget_person(struct core *c, struct account *gone)
{
	struct forgetting f = { c, gone };

	map_each(&c->by_id, forget_in, &f);
	/* an account that is just being loaded may have the old stamp */
	book_shelf_clear(c);
}
