/* SPDX-License-Identifier: MIT */
/*
 * Passes: cookies that open a conversation once.  All live equally long, so
 * the oldest is always the first to go.
 */
#include "common/base/num.h"
#include "common/base/panic.h"
#include "core/private.h"
#include "core/talk/conversation.h"

#include <stdlib.h>

enum {
	PASSES_PER_ACCOUNT = 500,
	/* of one caller to one session: then the newest takes the place of
	 * the oldest, as nobody answers that many rings */
	PASSES_PER_CALLER = 8,
	SWEEP_MS = 10000
};

struct pass {
	struct map_node node;
	struct list age;
	struct list ring; /* in the account's, when it was rung */
	uint64_t caller;  /* account that rang; 0: it asked itself */
	struct pass_info info;
	uint64_t expires; /* loop_now() */
	uint32_t endings; /* the account's when it was issued */
	bool by_stranger; /* the caller is on no list that matters */
	uint8_t n;
	char cookie[PASS_TEXT_MAX];
};

static struct slice
pass_key(const struct map_node *node)
{
	const struct pass *p = (const struct pass *)(const void *)node;

	return slice_make(p->cookie, p->n);
}

/* Who rings somebody must not use up what that one may ask for. */
static uint16_t *
count_of(const struct pass_info *info)
{
	return info->conversation ? &info->account->nrings
				  : &info->account->npasses;
}

static void
pass_unlink(struct core *c, struct pass *p)
{
	map_remove(&c->passes, &p->node);
	list_remove(&p->age);
	list_remove(&p->ring);
	(*count_of(&p->info))--;
}

static void
pass_end(struct core *c, struct pass *p)
{
	pass_unlink(c, p);
	pass_drop(c, &p->info);
	free(p);
}

void
pass_forget_broken(struct core *c)
{
	LIST_EACH(it, &c->pass_age) {
		struct pass *p = CONTAINER_OF(it, struct pass, age);

		if (p->info.account->broken)
			pass_end(c, p);
	}
}

void
pass_forget_endpoint(struct core *c, const struct account *a,
    const unsigned char id[16])
{
	if (a->npasses + a->nrings == 0)
		return;
	LIST_EACH(it, &c->pass_age) {
		struct pass *p = CONTAINER_OF(it, struct pass, age);

		if (p->info.account == a &&
		    memcmp(p->info.endpoint, id, sizeof(p->info.endpoint)) == 0)
			pass_end(c, p);
	}
}

static void
sweep(struct timer *t)
{
	struct core *c = CONTAINER_OF(t, struct core, pass_sweep);

	while (!list_empty(&c->pass_age)) {
		struct pass *p =
		    CONTAINER_OF(c->pass_age.next, struct pass, age);

		if (p->expires > loop_now(c->loop) && !c->draining)
			break;
		pass_end(c, p);
	}
	if (!list_empty(&c->pass_age))
		timer_start(c->loop, t, SWEEP_MS);
}

void
pass_start(struct core *c, const unsigned char *seed)
{
	map_init(&c->passes, pass_key, seed);
	list_init(&c->pass_age);
	c->pass_sweep.fire = sweep;
}

void
pass_stop(struct core *c)
{
	timer_stop(&c->pass_sweep);
	c->draining = true;
	sweep(&c->pass_sweep);
	map_free(&c->passes);
}

/* Digits and a dot, as the cookies of the time; 128 random bits. */
static uint8_t
make_cookie(const struct core *c, char out[PASS_TEXT_MAX])
{
	uint64_t r[2];
	size_t n;

	env_random(c->env, r, sizeof(r));
	n = num_format_u64(r[0], out);
	out[n++] = '.';
	n += num_format_u64(r[1], out + n);
	out[n] = '\0';
	return (uint8_t)n;
}

static bool
is_friend(const struct account *a, const struct account *caller)
{
	const struct contact *k = roster_find(&a->roster, caller->person);

	/* one's own other places are no strangers either */
	if (a->person == caller->person)
		return true;
	return k != NULL && (k->lists & (LIST_ALLOW | LIST_FORWARD)) != 0;
}

static void
issue(struct core *c, struct session *s, const struct member *caller,
    char cookie[PASS_TEXT_MAX])
{
	struct account *a = s->account;
	const struct pass_info wanted = { .account = a,
		.conversation = caller ? caller->conv->id : 0 };
	struct slice name = account_name(a);
	struct pass *p = mem_alloc(sizeof(*p));

	p->n = make_cookie(c, p->cookie);
	memcpy(cookie, p->cookie, PASS_TEXT_MAX);
	p->expires = loop_now(c->loop) + c->cfg.pass_life_s * 1000u;
	p->endings = a->endings;
	p->info = wanted;
	account_pin(a);
	(*count_of(&p->info))++;
	p->info.name = a->name ? blob_ref(a->name) : blob_new(name.p, name.n);
	if (s->endpoint != NULL)
		memcpy(p->info.endpoint, s->endpoint->id,
		    sizeof(p->info.endpoint));
	p->info.caps = s->presence.caps;
	p->info.caps_more = s->presence.caps_more;
	p->info.shape = s->shape;
	map_put(&c->passes, &p->node);
	if (list_empty(&c->pass_age))
		timer_start(c->loop, &c->pass_sweep, SWEEP_MS);
	list_push(&c->pass_age, &p->age);
	if (caller == NULL)
		return;
	p->caller = caller->account->id;
	p->by_stranger = !is_friend(a, caller->account);
	list_push(&a->rings, &p->ring);
}

/* ---- who rings how often ---- */

static bool
is_of(const struct session *s, const struct pass *p)
{
	static const unsigned char none[sizeof(p->info.endpoint)];
	const unsigned char *id = s->endpoint ? s->endpoint->id : none;

	return memcmp(p->info.endpoint, id, sizeof(p->info.endpoint)) == 0;
}

/* This caller's passes for s, and the oldest of them. */
static unsigned
rings_of(const struct session *s, uint64_t caller, struct pass **oldest)
{
	unsigned n = 0;

	LIST_EACH(it, &s->account->rings) {
		struct pass *p = CONTAINER_OF(it, struct pass, ring);

		if (p->caller != caller || !is_of(s, p))
			continue;
		if (n++ == 0)
			*oldest = p;
	}
	return n;
}

/* The oldest that was given by a stranger. */
static struct pass *
of_a_stranger(const struct account *a)
{
	LIST_EACH(it, &a->rings) {
		struct pass *p = CONTAINER_OF(it, struct pass, ring);

		if (p->by_stranger)
			return p;
	}
	return NULL;
}

enum result
pass_issue_new(struct core *c, struct session *s, char cookie[PASS_TEXT_MAX])
{
	if (c->draining)
		return RESULT_DRAINING;
	if (!s->watching || s->presence.avail == AVAIL_OFFLINE)
		return RESULT_NOT_AVAILABLE;
	if (s->account->npasses >= PASSES_PER_ACCOUNT)
		return RESULT_TOO_ACTIVE;
	issue(c, s, NULL, cookie);
	return RESULT_OK;
}

enum result
pass_issue_place(struct core *c, struct session *s, const struct member *caller,
    char *cookie)
{
	struct account *a = s->account;
	struct pass *oldest = NULL;
	bool full = a->nrings >= PASSES_PER_ACCOUNT;

	if (rings_of(s, caller->account->id, &oldest) < PASSES_PER_CALLER &&
	    !full)
		oldest = NULL;
	/* full of others': a friend's ring takes the place of a stranger's */
	if (oldest == NULL && full && is_friend(a, caller->account))
		oldest = of_a_stranger(a);
	if (oldest == NULL && full)
		return RESULT_TOO_ACTIVE;
	if (oldest != NULL)
		pass_end(c, oldest);
	issue(c, s, caller, cookie);
	return RESULT_OK;
}

enum result
pass_take(struct core *c, struct slice cookie, struct slice address,
    struct pass_info *out)
{
	struct map_node *node = map_get(&c->passes, cookie);
	char key[ADDRESS_MAX + 1];
	struct pass *p;
	bool good;

	*out = (struct pass_info){ 0 };
	if (node == NULL)
		return RESULT_BAD_PASS;
	p = CONTAINER_OF(node, struct pass, node);
	good = p->expires > loop_now(c->loop) &&
	    p->endings == p->info.account->endings &&
	    address_canonical(address, key) &&
	    slice_eq_text(account_address(p->info.account), key) &&
	    !p->info.account->broken;
	pass_unlink(c, p);
	*out = p->info;
	free(p);
	if (!good) {
		pass_drop(c, out);
		return RESULT_BAD_PASS;
	}
	return RESULT_OK;
}

void
pass_drop(struct core *c, struct pass_info *info)
{
	if (info->account != NULL)
		account_unpin(c, info->account);
	blob_unref(info->name);
	*info = (struct pass_info){ 0 };
}
