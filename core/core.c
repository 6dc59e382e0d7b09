/* SPDX-License-Identifier: MIT */
#include "core/core.h"

#include "common/base/log.h"
#include "common/base/panic.h"
#include "core/people/presence.h"
#include "core/private.h"

#include <stdlib.h>

enum {
	RELATIONS_MAX = 16384, /* pairs that are counted at a time */
	RELATION_NOTICES = 10, /* of one pair in a minute */
	UPLOADERS_MAX = 16384
};

static struct slice
person_key(const struct map_node *node)
{
	return person_address((const struct person *)(const void *)node);
}

static void
flush_presence(struct deferred *d)
{
	presence_flush(CONTAINER_OF(d, struct core, flush));
}

void
core_start(struct core *c)
{
	unsigned char seed[16];

	env_random(c->env, seed, sizeof(seed));
	map_init(&c->people, person_key, seed);
	env_random(c->env, c->look_key, sizeof(c->look_key));
	map_init_id(&c->by_id);
	map_init_id(&c->conversations);
	list_init(&c->unused);
	list_init(&c->settling);
	list_init(&c->dirty);
	list_init(&c->traces);
	list_init(&c->books);
	c->flush.run = flush_presence;
	c->last_id = store_last_id(c->store);
	dues_start(c);
	pass_start(c, seed);
	mailbox_start(c);
	expire_start(c);
	env_random(c->env, seed, sizeof(seed));
	keep_start(c, seed);
	invite_start(c);
	ban_start(c);
	signin_start(c);
	known_start(c);
	c->relations = penalty_new(c->env, RELATIONS_MAX, RELATION_NOTICES, 60);
	c->uploads = penalty_new(c->env, UPLOADERS_MAX, 1, 60);
	report_start(c);
	signup_start(c);
	elsewhere_start(c);
	env_random(c->env, seed, sizeof(seed));
	relayed_start(c, seed);
}

/*
 * No server makes more accounts in a second; and of two that are started within
 * the same one, some of these are drawn.
 */
enum {
	NUMBERS_PER_S = 1024 * 1024
};

void
core_number_by_clock(struct core *c)
{
	int64_t now = env_wall(c->env);
	uint32_t drawn;
	uint64_t first;

	if (now <= 0 || now >= INT64_MAX / NUMBERS_PER_S)
		return;
	env_random(c->env, &drawn, sizeof(drawn));
	first = (uint64_t)now * NUMBERS_PER_S + drawn % NUMBERS_PER_S;
	if (first > c->last_id)
		c->last_id = first;
}

static bool
free_account(struct map_node *node, void *ctx)
{
	account_free(ctx, CONTAINER_OF(node, struct account, node));
	return true;
}

void
core_stop(struct core *c)
{
	ASSERT(c->nsessions == 0);
	/* the store is closed by now: nothing may ask it what is committed */
	c->cfg.cache_accounts = SIZE_MAX;
	presence_flush(c);
	deferred_cancel(&c->flush);
	pass_stop(c);
	dues_stop(c);
	expire_stop(c);
	mailbox_stop(c);
	keep_stop(c);
	invite_stop(c);
	ban_stop(c);
	report_stop(c);
	signup_stop(c);
	signin_stop(c);
	known_stop(c);
	penalty_free(c->relations);
	penalty_free(c->uploads);
	elsewhere_stop(c);
	relayed_stop(c);
	book_shelf_clear(c);
	map_each(&c->by_id, free_account, c);
	map_free(&c->by_id);
	map_free(&c->people);
	map_free(&c->conversations);
}

static void
settle(struct core *c, uint64_t from, uint64_t upto, bool failed)
{
	struct list now;

	list_init(&now);
	list_splice(&now, &c->settling);
	while (!list_empty(&now)) {
		struct request *rq =
		    CONTAINER_OF(now.next, struct request, waiting);

		list_remove(&rq->waiting);
		if (failed && rq->seq >= from)
			rq->store_failed = true;
		if (rq->store_failed || rq->seq <= upto)
			rq->again(rq);
		else
			list_push(&c->settling, &rq->waiting);
	}
}

void
core_committed(void *core, uint64_t upto)
{
	struct core *c = core;

	metrics_add(c->metrics, COUNTER_STORE_COMMITS, 1);
	barrier_release(c->barrier, upto);
	settle(c, 0, upto, false);
	account_trim(c);
}

struct breaking {
	uint64_t from;
	struct account **all;
	size_t n, cap;
};

static bool
find_broken(struct map_node *node, void *ctx)
{
	struct breaking *b = ctx;
	struct account *a = CONTAINER_OF(node, struct account, node);

	if (a->seq < b->from)
		return true;
	if (b->n == b->cap) {
		b->cap = b->cap ? b->cap * 2 : 64;
		b->all =
		    mem_realloc_array(b->all, b->cap, sizeof(struct account *));
	}
	b->all[b->n++] = a;
	return true;
}

const char *
core_disk_words(const struct core *c)
{
	if (store_full(c->store))
		return "the disk is full: changes are refused until there is "
		       "room";
	return store_writable(c->store)
	    ? "changes are kept"
	    : "the disk does not take changes; they are refused until it does";
}

void
core_failed(void *core, uint64_t from, uint64_t upto)
{
	struct core *c = core;
	struct breaking b = { .from = from };

	metrics_add(c->metrics, COUNTER_STORE_FAILURES, 1);
	log_error("store-failed", LOG_N("from", from), LOG_N("upto", upto),
	    LOG_T("text", core_disk_words(c)));
	keep_forget_lost(c, from);
	map_each(&c->by_id, find_broken, &b);
	for (size_t i = 0; i < b.n; i++)
		person_pin(c, b.all[i]->person);
	for (size_t i = 0; i < b.n; i++) {
		b.all[i]->broken = true;
		session_end_account(b.all[i], CLOSE_STORE_FAILED);
	}
	/* passes would keep them from being loaded anew for minutes */
	pass_forget_broken(c);
	invite_failed(c, from);
	ban_failed(c, from);
	report_failed(c, from);
	barrier_fail(c->barrier, upto);
	settle(c, from, 0, true);
	/* others still see these people, and nobody is left to tell them */
	presence_flush(c);
	/* the last hold on a broken record frees it */
	for (size_t i = 0; i < b.n; i++)
		person_unpin(c, b.all[i]->person);
	free(b.all);
}

bool
core_disk_full(const struct core *c)
{
	return store_full(c->store);
}

void
core_recovered(void *core)
{
	(void)core;
	log_info("store-recovered", LOG_T("text", "changes are taken again"));
}

void
core_drain(struct core *c)
{
	const struct event ev = { .kind = EVENT_ENDED,
		.u.ended = { CLOSE_DRAIN } };

	c->draining = true;
	session_tell_all(c, &ev);
}
