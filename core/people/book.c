/* SPDX-License-Identifier: MIT */
#include "core/people/book_load.h"

#include "common/base/panic.h"

#include <stdlib.h>

void
book_load_free(struct book_load *bl)
{
	store_book_free(&bl->ask);
	free(bl->book.entries);
	free(bl->book.groups);
	free(bl);
}

void
book_forget(struct request *rq)
{
	struct book_load *bl = rq->book;

	rq->book = NULL;
	if (bl == NULL)
		return;
	bl->rq = NULL;
	if (bl->finished && --bl->readers == 0 && !list_linked(&bl->shelf))
		book_load_free(bl);
}

/* ---- from rows to a book; texts stay where the store put them ---- */

/* What is older than stamps came with the account. */
static uint64_t
stamp_or(uint64_t changed, uint64_t created)
{
	return changed != 0 ? changed : created;
}

static void
fill_entry(struct book_entry *e, const struct store_contact *row, bool whole,
    uint64_t created)
{
	e->address = row->address;
	e->name = row->name.n > 0 ? row->name : row->address;
	e->card = row->card;
	memcpy(e->id, row->id, ROSTER_ID_BYTES);
	e->changed = stamp_or(row->changed, created);
	e->groups = row->groups;
	e->number = row->number;
	e->lists = (uint8_t)row->lists;
	e->gone = whole ? 0 : (uint8_t)row->gone;
}

static void
fill_group(struct book_group *g, const struct store_group *row,
    uint64_t created)
{
	g->name = row->name;
	g->card = row->card;
	memcpy(g->id, row->id, ROSTER_ID_BYTES);
	g->changed = stamp_or(row->changed, created);
	g->number = (uint8_t)row->number;
	g->deleted = row->deleted;
}

static void
fill(struct book *b, const struct store_book *from)
{
	b->created =
	    from->created > 0 ? (uint64_t)from->created * STAMPS_PER_S : 0;
	b->nentries = from->ncontacts;
	b->entries = mem_alloc_array(b->nentries + 1, sizeof(b->entries[0]));
	for (size_t i = 0; i < b->nentries; i++)
		fill_entry(&b->entries[i], &from->contacts[i], from->since == 0,
		    b->created);
	b->ngroups = from->ngroups;
	b->groups = mem_alloc_array(b->ngroups + 1, sizeof(b->groups[0]));
	for (size_t i = 0; i < b->ngroups; i++)
		fill_group(&b->groups[i], &from->groups[i], b->created);
	b->card = from->card;
	b->changed = from->stamp;
	b->forgotten = from->forgotten;
}

static void
finished(struct store_book *ask, enum store_outcome how)
{
	struct book_load *bl = CONTAINER_OF(ask, struct book_load, ask);
	struct request *rq = bl->rq;

	if (rq == NULL) {
		book_load_free(bl);
		return;
	}
	bl->rq = NULL;
	bl->finished = true;
	bl->readers = 1;
	/* an account that is gone from under the request is no book either */
	if (how == STORE_FOUND) {
		fill(&bl->book, ask);
		book_shelf_put(rq->core, bl);
	} else {
		rq->store_failed = true;
	}
	request_wake(rq);
}

static struct book_load *
load(struct request *rq, const struct account *a, uint64_t since)
{
	struct book_load *bl = mem_alloc(sizeof(*bl));

	bl->ask = (struct store_book){ .id = a->id,
		.since = since,
		.done = finished };
	bl->rq = rq;
	list_init(&bl->waiting);
	store_book(rq->core->store, &bl->ask);
	return bl;
}

enum result
book_get(struct request *rq, struct account *a, uint64_t since,
    const struct book **out)
{
	*out = NULL;
	if (rq->store_failed || a->broken)
		return RESULT_STORE_FAILED;
	if (since > INT64_MAX)
		since = INT64_MAX;
	if (rq->book == NULL && since == 0) {
		rq->book = book_shelf_find(rq->core, a);
		if (rq->book != NULL)
			rq->book->readers++;
	}
	if (rq->book == NULL)
		rq->book = load(rq, a, since);
	ASSERT(rq->book->ask.id == a->id && rq->book->ask.since == since);
	if (!rq->book->finished)
		return request_wait(rq, &rq->book->waiting);
	*out = &rq->book->book;
	return RESULT_OK;
}

/* ---- cards ---- */

/* Of who (NULL: a group or the owner): store it and tell other sessions. */
static void
change_card(struct request *rq, struct account *a, struct store_change *change,
    const struct person *who)
{
	struct event ev = { .kind = EVENT_LISTS, .u.lists = { .who = who } };

	change->id = a->id;
	(void)store_change(rq->core->store, change);
	/* the row has the stamp */
	account_changed(rq, a, 0);
	ev.seq = a->seq;
	session_tell_others(a, rq->origin, &ev);
}

enum result
book_set_card(struct request *rq, struct account *a, const struct person *who,
    struct slice card)
{
	struct store_change change = { .kind = STORE_CONTACT_CARD };
	const struct contact *k = roster_find(&a->roster, who);

	const unsigned own = LIST_FORWARD | LIST_CARD;

	if (k == NULL || !(k->lists & (own | LIST_PENDING)))
		return RESULT_NOT_THERE;
	if (card.n > (k->lists & own ? CARD_MAX : CARD_MAX_PENDING))
		return RESULT_BAD_VALUE;
	if (!store_writable(rq->core->store))
		return RESULT_STORE_FAILED;
	change.u.contact.address = person_address(who);
	change.u.contact.card = card;
	change.u.contact.changed = account_stamp(rq->core, a);
	change_card(rq, a, &change, who);
	return RESULT_OK;
}

enum result
book_set_group_card(struct request *rq, struct account *a, unsigned number,
    struct slice card)
{
	struct store_change change = { .kind = STORE_GROUP_CARD };

	if (roster_group(&a->roster, number) == NULL)
		return RESULT_NO_SUCH_GROUP;
	if (card.n > CARD_MAX)
		return RESULT_BAD_VALUE;
	if (!store_writable(rq->core->store))
		return RESULT_STORE_FAILED;
	change.u.group.number = number;
	change.u.group.card = card;
	change.u.group.changed = account_stamp(rq->core, a);
	change_card(rq, a, &change, NULL);
	return RESULT_OK;
}

enum result
book_set_own_card(struct request *rq, struct account *a, struct slice card)
{
	struct store_change change = { .kind = STORE_ACCOUNT_CARD };

	if (card.n > CARD_MAX)
		return RESULT_BAD_VALUE;
	if (!store_writable(rq->core->store))
		return RESULT_STORE_FAILED;
	change.u.account.card = card;
	(void)account_stamp(rq->core, a);
	change_card(rq, a, &change, NULL);
	return RESULT_OK;
}
