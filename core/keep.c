/* SPDX-License-Identifier: MIT */
#include "core/keep.h"

#include "common/base/log.h"
#include "common/base/panic.h"
#include "core/private.h"

#include <stdlib.h>

static struct slice
key_of(const struct map_node *node)
{
	const struct kept *k = (const void *)node;

	return slice_make(k->key, k->n);
}

static struct slice
make_key(char out[KEEP_NAME_MAX + 1], enum keep_kind kind, struct slice name)
{
	ASSERT(name.n <= KEEP_NAME_MAX);
	out[0] = (char)kind;
	memcpy(out + 1, name.p, name.n);
	return slice_make(out, name.n + 1);
}

static struct kept *
insert(struct core *c, struct slice key, uint64_t owner)
{
	struct kept *k = mem_alloc(sizeof(*k) + key.n);

	k->owner = owner;
	k->n = (uint16_t)key.n;
	memcpy(k->key, key.p, key.n);
	map_put(&c->kept, &k->node);
	return k;
}

static void
set_value(struct kept *k, struct slice value)
{
	blob_unref(k->value);
	k->value = blob_new(value.p, value.n);
}

static void
drop(struct core *c, struct kept *k)
{
	map_remove(&c->kept, &k->node);
	blob_unref(k->value);
	free(k);
}

/* On the store's thread, while the loop waits for it. */
static void
loaded(void *ctx, const struct store_kept *row)
{
	char text[KEEP_NAME_MAX + 1];

	/* a newer program may know more kinds, and longer ones */
	if (row->kind > KEEP_ROOM || row->name.n > KEEP_NAME_MAX ||
	    row->value.n > KEEP_VALUE_MAX)
		return;
	set_value(insert(ctx,
		      make_key(text, (enum keep_kind)row->kind, row->name),
		      row->owner),
	    row->value);
}

void
keep_start(struct core *c, const unsigned char *seed)
{
	const struct store_kept_reader reader = { loaded, c };

	map_init(&c->kept, key_of, seed);
	if (store_kept_read(c->store, &reader) != 0)
		log_error("kept-not-read",
		    LOG_T("text", "nicknames and rooms are missing"));
}

static bool
free_one(struct map_node *node, void *ctx)
{
	struct kept *k = CONTAINER_OF(node, struct kept, node);

	(void)ctx;
	blob_unref(k->value);
	free(k);
	return true;
}

void
keep_stop(struct core *c)
{
	map_each(&c->kept, free_one, NULL);
	map_free(&c->kept);
}

static struct kept *
find(const struct core *c, enum keep_kind kind, struct slice name)
{
	char text[KEEP_NAME_MAX + 1];
	struct map_node *node;

	if (name.n > KEEP_NAME_MAX)
		return NULL;
	node = map_get(&c->kept, make_key(text, kind, name));
	return node ? CONTAINER_OF(node, struct kept, node) : NULL;
}

uint64_t
keep_waits_for(const struct core *c, enum keep_kind kind, struct slice name)
{
	const struct kept *k = find(c, kind, name);

	return k ? k->seq : c->kept_gone;
}

bool
keep_has(const struct core *c, enum keep_kind kind, struct slice name)
{
	return find(c, kind, name) != NULL;
}

struct kept *
keep_find(struct request *rq, enum keep_kind kind, struct slice name)
{
	request_saw(rq, keep_waits_for(rq->core, kind, name));
	return find(rq->core, kind, name);
}

struct visit {
	struct request *rq; /* who is told; NULL: nobody yet */
	struct core *core;
	enum keep_kind kind;
	uint64_t owner;
	uint64_t from;
	unsigned n;
	void (*each)(void *ctx, const struct kept *k);
	void *ctx;
};

static bool
visit_each(struct map_node *node, void *ctx)
{
	struct visit *v = ctx;
	struct kept *k = CONTAINER_OF(node, struct kept, node);

	if (k->key[0] != (char)v->kind)
		return true;
	if (v->rq != NULL)
		request_saw(v->rq, k->seq);
	v->each(v->ctx, k);
	return true;
}

void
keep_each(struct request *rq, enum keep_kind kind,
    void (*each)(void *ctx, const struct kept *k), void *ctx)
{
	struct visit v = { .rq = rq, .kind = kind, .each = each, .ctx = ctx };

	request_saw(rq, rq->core->kept_gone);
	map_each(&rq->core->kept, visit_each, &v);
}

void
keep_restore(struct core *c, enum keep_kind kind,
    void (*each)(void *ctx, const struct kept *k), void *ctx)
{
	struct visit v = { .kind = kind, .each = each, .ctx = ctx };

	map_each(&c->kept, visit_each, &v);
}

static bool
count_own(struct map_node *node, void *ctx)
{
	struct visit *v = ctx;
	const struct kept *k = CONTAINER_OF(node, struct kept, node);

	if (k->owner != v->owner || k->key[0] != (char)v->kind)
		return true;
	request_saw(v->rq, k->seq);
	v->n++;
	return true;
}

unsigned
keep_count(struct request *rq, enum keep_kind kind, const struct account *a)
{
	struct visit v = { .rq = rq, .kind = kind, .owner = a->id };

	request_saw(rq, rq->core->kept_gone);
	map_each(&rq->core->kept, count_own, &v);
	return v.n;
}

enum result
keep_put(struct request *rq, enum keep_kind kind, struct slice name,
    uint64_t owner, struct slice value, struct kept **out)
{
	struct core *c = rq->core;
	struct kept *k = keep_find(rq, kind, name);
	struct store_change change = { .kind = STORE_KEPT_PUT };
	char text[KEEP_NAME_MAX + 1];

	ASSERT(name.n <= KEEP_NAME_MAX && value.n <= KEEP_VALUE_MAX);
	if (!store_writable(c->store))
		return RESULT_STORE_FAILED;
	if (k == NULL)
		k = insert(c, make_key(text, kind, name), owner);
	change.id = k->owner;
	change.u.kept =
	    (struct store_kept){ .kind = kind, .name = name, .value = value };
	k->seq = store_change(c->store, &change);
	if (k->value == NULL)
		k->born = k->seq;
	request_saw(rq, k->seq);
	set_value(k, value);
	*out = k;
	return RESULT_OK;
}

bool
keep_delete(struct request *rq, struct kept *k)
{
	struct store_change change = { .kind = STORE_KEPT_DELETE,
		.id = k->owner };
	struct core *c = rq->core;

	if (!store_writable(c->store))
		return false;
	change.u.kept = (struct store_kept){ .kind = (uint32_t)k->key[0],
		.name = kept_name(k) };
	c->kept_gone = store_change(c->store, &change);
	request_saw(rq, c->kept_gone);
	drop(c, k);
	return true;
}

/* ---- what happens to others ---- */

static bool
forget_own(struct map_node *node, void *ctx)
{
	struct visit *v = ctx;
	struct kept *k = CONTAINER_OF(node, struct kept, node);

	if (k->owner == v->owner)
		drop(v->core, k);
	return true;
}

void
keep_forget_owner(struct core *c, const struct account *a)
{
	struct visit v = { .core = c, .owner = a->id };

	/* the store took them with the account, by its last change */
	if (a->seq > c->kept_gone)
		c->kept_gone = a->seq;
	map_each(&c->kept, forget_own, &v);
}

static bool
forget_lost(struct map_node *node, void *ctx)
{
	struct visit *v = ctx;
	struct kept *k = CONTAINER_OF(node, struct kept, node);

	/* what was there before is on disk as it was */
	if (k->born >= v->from)
		drop(v->core, k);
	else if (k->seq >= v->from)
		k->seq = 0;
	return true;
}

void
keep_forget_lost(struct core *c, uint64_t from)
{
	struct visit v = { .core = c, .from = from };

	/* what will never be committed is not waited for */
	if (c->kept_gone >= from)
		c->kept_gone = 0;
	map_each(&c->kept, forget_lost, &v);
}
