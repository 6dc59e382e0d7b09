/* SPDX-License-Identifier: MIT */
/* Records in memory: loading, pinning, forgetting. */
#include "common/base/panic.h"
#include "core/people/presence.h"
#include "core/private.h"

#include <stdlib.h>

struct person_load {
	struct store_load load;
	struct core *core;
	struct person *person; /* a reference */
	struct list waiting;
};

struct id_load {
	struct store_load load;
	struct core *core;
	struct request *rq; /* NULL: it ended meanwhile */
	struct list waiting;
};

struct password_load {
	struct store_load load;
	struct core *core;
	struct list waiting;
	uint16_t changes; /* the account's secret_changes when it began */
};

static struct blob *
blob_or_null(struct slice s)
{
	return s.n > 0 ? blob_new(s.p, s.n) : NULL;
}

struct account *
account_attach(struct core *c, struct person *p, uint64_t id)
{
	struct account *a = mem_alloc(sizeof(*a));

	ASSERT(p->account == NULL);
	a->person = p;
	a->id = id;
	list_init(&a->sessions);
	list_init(&a->members);
	list_init(&a->rings);
	p->account = a;
	p->state = PERSON_LOADED;
	map_put_id(&c->by_id, &a->node, id);
	if (p->pins == 0) {
		list_push(&c->unused, &a->unused);
		c->nunused++;
	}
	return a;
}

struct account_extra *
account_extra(struct account *a)
{
	if (a->extra == NULL)
		a->extra = mem_alloc(sizeof(*a->extra));
	return a->extra;
}

static void
extra_load(struct account *a, const struct store_account *row)
{
	if (row->group0.n > 0)
		account_extra(a)->group0 = blob_or_null(row->group0);
	for (size_t i = 0; i < PROPS; i++)
		if (row->props[i].n > 0)
			account_extra(a)->props[i] =
			    blob_or_null(row->props[i]);
	if (row->home.n > 0) {
		account_home_put(a, row->home, row->remote_id);
		account_extra(a)->home->verified = row->verified;
		account_extra(a)->home->keeps = row->password.n > 0;
	}
}

static void
extra_free(struct account *a)
{
	if (a->extra == NULL)
		return;
	free(a->extra->home);
	blob_unref(a->extra->group0);
	for (size_t i = 0; i < PROPS; i++)
		blob_unref(a->extra->props[i]);
	free(a->extra->left);
	free(a->extra);
}

static void
account_fill(struct core *c, struct account *a, const struct store_image *image)
{
	const struct store_account *row = &image->account;

	a->cid = row->cid != 0 ? row->cid : account_old_cid(row->id);
	a->epoch = row->epoch;
	a->flags = row->flags;
	a->serial = row->serial;
	a->created = row->created;
	a->lists_changed = row->lists_changed;
	a->settings_changed = row->settings_changed;
	a->stamp = row->stamp;
	a->messages = (uint16_t)row->messages;
	a->name = row->name.n > 0 ? name_blob(row->name) : NULL;
	a->password = slice_dup(row->password);
	a->sealed = slice_dup(row->sealed);
	extra_load(a, row);
	roster_load(c, a, image);
}

void
account_free(struct core *c, struct account *a)
{
	struct person *p = a->person;

	ASSERT(list_empty(&a->sessions) && list_empty(&a->members));
	ASSERT(p->pins == 0);
	list_remove(&a->dirty);
	if (list_linked(&a->unused)) {
		list_remove(&a->unused);
		c->nunused--;
	}
	map_remove(&c->by_id, &a->node);
	blob_unref(a->name);
	extra_free(a);
	account_forget_password(a);
	roster_free(c, &a->roster);
	free(a);
	p->account = NULL;
	p->state = PERSON_UNKNOWN;
	person_release(c, p);
}

void
account_trim(struct core *c)
{
	size_t spare = c->nunused;
	struct list *at = c->unused.next;

	while (c->nunused > c->cfg.cache_accounts && spare-- > 0) {
		struct account *a = CONTAINER_OF(at, struct account, unused);

		at = at->next;
		/* an uncommitted change must not be loaded around */
		if (a->seq > store_committed(c->store) ||
		    list_linked(&a->dirty))
			continue;
		account_free(c, a);
	}
}

static void
wake_waiting(struct list *waiting, bool failed)
{
	while (!list_empty(waiting)) {
		struct request *rq =
		    CONTAINER_OF(waiting->next, struct request, waiting);

		if (failed)
			rq->store_failed = true;
		request_wake(rq);
	}
}

static void
loaded(struct store_load *load, enum store_outcome how,
    const struct store_image *image)
{
	struct person_load *pl = CONTAINER_OF(load, struct person_load, load);
	struct person *p = pl->person;
	struct core *c = pl->core;

	person_pin(c, p); /* waking may drop every other hold on it */
	/* a load by id may have been faster */
	if (p->waiting == &pl->waiting) {
		p->waiting = NULL;
		p->state = PERSON_UNKNOWN;
		if (how == STORE_ABSENT)
			p->state = PERSON_ABSENT;
		else if (how == STORE_FOUND)
			account_fill(c, account_attach(c, p, image->account.id),
			    image);
	}
	wake_waiting(&pl->waiting, how == STORE_ERROR);
	person_unpin(c, p);
	person_unref(c, p);
	free(pl);
}

static enum result
start_load(struct request *rq, struct person *p)
{
	struct person_load *pl = mem_alloc(sizeof(*pl));

	pl->core = rq->core;
	/* a load by id may be faster, and its record trimmed meanwhile */
	pl->person = person_ref(p);
	list_init(&pl->waiting);
	pl->load.address = person_address(p);
	pl->load.done = loaded;
	p->state = PERSON_LOADING;
	p->waiting = &pl->waiting;
	store_load(rq->core->store, &pl->load);
	return request_wait(rq, p->waiting);
}

static enum result
give(struct request *rq, struct account *a, struct account **out)
{
	if (a->broken)
		return RESULT_STORE_FAILED;
	request_saw(rq, a->seq);
	*out = a;
	return RESULT_OK;
}

enum result
account_get(struct request *rq, struct slice address, struct account **out)
{
	char key[ADDRESS_MAX + 1];
	struct person *p;

	*out = NULL;
	if (!address_canonical(address, key))
		return RESULT_BAD_ADDRESS;
	p = person_intern(rq->core, slice_text(key));
	request_pin(rq, p);
	person_unref(rq->core, p);
	switch ((enum person_state)p->state) {
	case PERSON_LOADED:
		return give(rq, p->account, out);
	case PERSON_ABSENT:
		return RESULT_NO_SUCH_ACCOUNT;
	case PERSON_LOADING:
		return request_wait(rq, p->waiting);
	case PERSON_UNKNOWN:
		break;
	}
	if (rq->store_failed)
		return RESULT_STORE_FAILED;
	return start_load(rq, p);
}

static void
loaded_by_id(struct store_load *load, enum store_outcome how,
    const struct store_image *image)
{
	struct id_load *il = CONTAINER_OF(load, struct id_load, load);
	struct request *rq = il->rq;
	struct core *c = il->core;
	bool by_cid = load->cid != 0;
	uint64_t id = load->id;

	/* off the list before its head goes */
	if (rq != NULL)
		list_remove(&rq->waiting);
	free(il);
	if (rq == NULL)
		return;
	rq->id_load = NULL;
	rq->store_failed = how == STORE_ERROR;
	if (how == STORE_ABSENT && !by_cid)
		rq->absent_id = id;
	if (how == STORE_FOUND) {
		struct person *p = person_intern(c, image->account.address);

		id = image->account.id;
		if (by_cid)
			rq->cid_id = id;
		request_pin(rq, p);
		person_unref(c, p);
		/* a load by address may have been faster */
		if (p->account == NULL) {
			account_fill(c, account_attach(c, p, id), image);
			if (p->waiting != NULL)
				wake_waiting(p->waiting, false);
			p->waiting = NULL;
		}
	}
	request_wake(rq);
}

static enum result
load_by_id(struct request *rq, int64_t cid, uint64_t id)
{
	struct id_load *il;

	if (rq->store_failed)
		return RESULT_STORE_FAILED;
	il = mem_alloc(sizeof(*il));
	il->core = rq->core;
	il->rq = rq;
	il->load.cid = cid;
	il->load.id = id;
	il->load.done = loaded_by_id;
	list_init(&il->waiting);
	rq->id_load = il;
	store_load(rq->core->store, &il->load);
	return request_wait(rq, &il->waiting);
}

enum result
account_get_id(struct request *rq, uint64_t id, struct account **out)
{
	struct map_node *node = map_get_id(&rq->core->by_id, id);

	*out = NULL;
	if (node != NULL) {
		struct account *a = CONTAINER_OF(node, struct account, node);

		request_pin(rq, a->person);
		return give(rq, a, out);
	}
	if (id == 0 || rq->absent_id == id)
		return RESULT_NO_SUCH_ACCOUNT;
	return load_by_id(rq, 0, id);
}

/* Each step can be undone within 63 bits, and leaves only 0 at 0. */
int64_t
account_old_cid(uint64_t id)
{
	const uint64_t mask = INT64_MAX;
	uint64_t x = id & mask;

	x ^= x >> 32;
	x = x * 0x9e3779b97f4a7c15u & mask;
	x ^= x >> 29;
	x = x * 0xbf58476d1ce4e5b9u & mask;
	x ^= x >> 32;
	return (int64_t)x;
}

/* The same steps undone, the last one first. */
static uint64_t
id_of_old_cid(int64_t cid)
{
	const uint64_t mask = INT64_MAX;
	uint64_t x = (uint64_t)cid & mask;

	x ^= x >> 32;
	x = x * 0x16de1b173f119089u & mask;
	x ^= x >> 29 ^ x >> 58;
	x = x * 0x71de83e19937733du & mask;
	x ^= x >> 32;
	return x;
}

enum result
account_get_cid(struct request *rq, int64_t cid, struct account **out)
{
	*out = NULL;
	if (cid <= 0)
		return RESULT_NO_SUCH_ACCOUNT;
	if (rq->cid == cid && rq->id_load == NULL && !rq->store_failed)
		return account_get_id(rq, rq->cid_id, out);
	rq->cid = cid;
	rq->cid_id = 0;
	return load_by_id(rq, cid, id_of_old_cid(cid));
}

void
account_load_forget(struct request *rq)
{
	if (rq->id_load != NULL)
		rq->id_load->rq = NULL;
	rq->id_load = NULL;
}

/* ---- what is kept of the password ---- */

void
account_forget_password(struct account *a)
{
	free(a->password);
	a->password = NULL;
	if (a->sealed != NULL)
		mem_wipe(a->sealed, slice_text(a->sealed).n);
	free(a->sealed);
	a->sealed = NULL;
}

static void
loaded_password(struct store_load *load, enum store_outcome how,
    const struct store_image *image)
{
	struct password_load *pl =
	    CONTAINER_OF(load, struct password_load, load);
	struct map_node *node = map_get_id(&pl->core->by_id, load->id);
	struct account *a =
	    node ? CONTAINER_OF(node, struct account, node) : NULL;

	/* it may have been changed meanwhile */
	if (how == STORE_FOUND && a != NULL && a->password == NULL &&
	    a->epoch == image->account.epoch &&
	    a->secret_changes == pl->changes) {
		a->password = slice_dup(image->account.password);
		a->sealed = slice_dup(image->account.sealed);
	}
	wake_waiting(&pl->waiting, how != STORE_FOUND);
	free(pl);
}

enum result
account_password(struct request *rq, struct account *a)
{
	struct password_load *pl;

	if (a->password != NULL)
		return RESULT_OK;
	if (rq->store_failed || a->broken)
		return RESULT_STORE_FAILED;
	/* who signs in over and over makes it go again: not for ever */
	if (rq->waits >= REQUEST_WAITS - 2)
		return RESULT_BUSY;
	pl = mem_alloc(sizeof(*pl));
	pl->core = rq->core;
	pl->changes = a->secret_changes;
	pl->load.id = a->id;
	pl->load.done = loaded_password;
	list_init(&pl->waiting);
	store_load(rq->core->store, &pl->load);
	return request_wait(rq, &pl->waiting);
}

/* ---- what is known of a loaded one ---- */

struct account *
account_peek_kept(struct core *c, struct slice address)
{
	struct map_node *node = map_get(&c->people, address);

	if (node == NULL)
		return NULL;
	return CONTAINER_OF(node, struct person, node)->account;
}

struct account *
account_peek(struct core *c, struct slice address)
{
	char key[ADDRESS_MAX + 1];

	if (!address_canonical(address, key))
		return NULL;
	return account_peek_kept(c, slice_text(key));
}

void
account_pin(struct account *a)
{
	/* pinning needs no core unless it leaves the unused list */
	ASSERT(!list_linked(&a->unused));
	a->person->pins++;
}

void
account_unpin(struct core *c, struct account *a)
{
	person_unpin(c, a->person);
}

struct slice
account_name(const struct account *a)
{
	return a->name ? blob_slice(a->name) : account_address(a);
}

struct slice
account_address(const struct account *a)
{
	return person_address(a->person);
}

int64_t
account_cid(const struct account *a)
{
	return a->cid;
}

static struct slice
blob_or_empty(const struct blob *b)
{
	return b ? blob_slice(b) : slice_make("", 0);
}

struct slice
account_prop(const struct account *a, enum prop which)
{
	return blob_or_empty(a->extra ? a->extra->props[which] : NULL);
}

struct slice
account_group0(const struct account *a)
{
	return blob_or_empty(a->extra ? a->extra->group0 : NULL);
}

const struct account_home *
account_away(const struct account *a)
{
	return a->extra ? a->extra->home : NULL;
}

struct slice
account_home(const struct account *a)
{
	const struct account_home *home = account_away(a);

	return home ? slice_text(home->name) : slice_make("", 0);
}
