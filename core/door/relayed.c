/* SPDX-License-Identifier: MIT */
#include "core/door/relayed.h"

#include "common/base/panic.h"
#include "common/codec/digest.h"
#include "core/private.h"

#include <stdlib.h>

struct relayed {
	struct map tickets;
	struct list by_age; /* the first that came is first */
};

struct relayed_ticket {
	struct map_node node;
	struct list age;
	struct token token;
	bool has_secret;
	unsigned char secret[RELAYED_SECRET_BYTES];
	unsigned char digest[SHA256_BYTES];
};

static struct slice
digest_of(const struct map_node *n)
{
	const struct relayed_ticket *t =
	    (const struct relayed_ticket *)(const void *)n;

	return slice_make(t->digest, sizeof(t->digest));
}

static void
forget(struct relayed *r, struct relayed_ticket *t)
{
	map_remove(&r->tickets, &t->node);
	list_remove(&t->age);
	mem_wipe(t, sizeof(*t));
	free(t);
}

static struct relayed_ticket *
oldest(const struct relayed *r)
{
	if (list_empty(&r->by_age))
		return NULL;
	return CONTAINER_OF(r->by_age.next, struct relayed_ticket, age);
}

void
relayed_start(struct core *c, const unsigned char *seed)
{
	c->relayed = mem_alloc(sizeof(*c->relayed));
	map_init(&c->relayed->tickets, digest_of, seed);
	list_init(&c->relayed->by_age);
}

void
relayed_stop(struct core *c)
{
	struct relayed_ticket *t;

	while ((t = oldest(c->relayed)) != NULL)
		forget(c->relayed, t);
	map_free(&c->relayed->tickets);
	free(c->relayed);
	c->relayed = NULL;
}

/* Of any age; NULL when it is not known. */
static struct relayed_ticket *
find(const struct core *c, struct slice ticket)
{
	unsigned char digest[SHA256_BYTES];
	struct map_node *n;

	/* most servers pass nothing on */
	if (c->relayed->tickets.count == 0)
		return NULL;
	digest_sha256(&ticket, 1, digest);
	n = map_get(&c->relayed->tickets, slice_make(digest, sizeof(digest)));
	return n != NULL ? CONTAINER_OF(n, struct relayed_ticket, node) : NULL;
}

static bool
is_over(const struct core *c, const struct relayed_ticket *t)
{
	int64_t now = env_wall(c->env);

	return t->token.expires <= now || t->token.issued - now > TOKEN_AHEAD_S;
}

enum result
relayed_put(struct core *c, const struct account *a,
    const struct relayed_words *words, int64_t expires)
{
	struct slice ticket = words->ticket;
	const unsigned char *secret = words->secret;
	struct slice body = signin_ticket_body(ticket);
	struct relayed_ticket *t = find(c, body), *first;
	int64_t now = env_wall(c->env), last = now + c->cfg.token_life_s;

	if (t != NULL && is_over(c, t)) {
		forget(c->relayed, t);
		t = NULL;
	}
	if (expires == 0 || expires > last)
		expires = last;
	if (t != NULL && t->token.account == a->id)
		return RESULT_ALREADY_THERE;
	if (t != NULL || body.n == 0 || expires <= now)
		return RESULT_BAD_VALUE;
	first = oldest(c->relayed);
	if (first != NULL && c->relayed->tickets.count >= RELAYED_MAX)
		forget(c->relayed, first);
	t = mem_alloc(sizeof(*t));
	t->token = (struct token){ .purpose = words->purpose,
		.account = a->id,
		.epoch = a->epoch,
		.issued = now,
		.expires = expires };
	env_random(c->env, t->token.nonce, sizeof(t->token.nonce));
	t->has_secret = secret != NULL;
	if (secret != NULL)
		memcpy(t->secret, secret, sizeof(t->secret));
	digest_sha256(&body, 1, t->digest);
	map_put(&c->relayed->tickets, &t->node);
	list_push(&c->relayed->by_age, &t->age);
	return RESULT_OK;
}

bool
relayed_open(const struct core *c, struct slice ticket, struct token *out)
{
	const struct relayed_ticket *t = find(c, signin_ticket_body(ticket));

	if (t == NULL || is_over(c, t))
		return false;
	*out = t->token;
	return true;
}

bool
relayed_secret(const struct core *c, struct slice ticket,
    unsigned char out[RELAYED_SECRET_BYTES])
{
	const struct relayed_ticket *t = find(c, signin_ticket_body(ticket));

	if (t == NULL || is_over(c, t) || !t->has_secret)
		return false;
	memcpy(out, t->secret, RELAYED_SECRET_BYTES);
	return true;
}
