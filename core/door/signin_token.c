/* SPDX-License-Identifier: MIT */
/* What is sealed for whoever has signed in, and what it opens later. */
#include "core/door/relayed.h"
#include "core/door/signin.h"
#include "core/private.h"

#include "common/codec/digest.h"

/* ---- given ---- */

static struct token
token_of(const struct core *c, const struct account *a,
    enum token_purpose purpose)
{
	int64_t now = env_wall(c->env);

	return (struct token){ .purpose = purpose,
		.account = a != NULL ? a->id : 0,
		.epoch = a != NULL ? a->epoch : 0,
		.issued = now,
		.expires = now + token_life(purpose, c->cfg.token_life_s) };
}

void
signin_issue(struct core *c, const struct account *a,
    enum token_purpose purpose, struct buf *out)
{
	struct token t = token_of(c, a, purpose);

	token_seal(&c->keys, c->env, &t, out);
}

/*
 * In place of the epoch: it changes with that, and with the app-password, of
 * which no two are sealed alike.
 */
static uint32_t
made_epoch(const struct account *a)
{
	unsigned char sum[SHA256_BYTES];
	const struct slice parts[] = { SLICE_LIT("app-password"),
		slice_make(&a->epoch, sizeof(a->epoch)),
		slice_text(a->sealed) };
	uint32_t epoch;

	digest_sha256(parts, ARRAY_LEN(parts), sum);
	memcpy(&epoch, sum, sizeof(epoch));
	return epoch;
}

static bool
has_made(const struct account *a)
{
	return a->sealed != NULL && a->sealed[0] == SEALED_MADE;
}

bool
signin_issue_menu(struct core *c, const struct account *a, struct buf *out)
{
	struct token t = token_of(c, a, TOKEN_MENU);
	bool made = has_made(a);

	if (made)
		t.epoch = made_epoch(a);
	token_seal(&c->keys, c->env, &t, out);
	return made;
}

void
signin_derive(struct core *c, const struct token *from,
    enum token_purpose purpose, struct buf *out)
{
	/* nobody signs out of what is no cookie of pages */
	const unsigned pages = token_at(DOOR_PAGES) |
	    token_at(DOOR_PAGES_CLEAR) | token_at(DOOR_CHAT_PAGES);
	struct token t = token_of(c, NULL, purpose);

	t.account = from->account;
	t.epoch = from->epoch;
	if (t.expires > from->expires)
		t.expires = from->expires;
	memcpy(t.nonce, from->nonce, sizeof(t.nonce));
	if ((pages & 1u << from->purpose) != 0)
		token_seal_again(&c->keys, &t, out);
	else
		token_seal(&c->keys, c->env, &t, out);
}

/* ---- shown ---- */

struct slice
signin_ticket_body(struct slice ticket)
{
	if (slice_starts(ticket, SLICE_LIT("t=")))
		ticket = slice_from(ticket, 2);
	return slice_upto(ticket, slice_find(ticket, '&'));
}

/* Ours, or one of another server's that was passed on. */
static bool
open_any(const struct core *c, struct slice ticket, unsigned purposes,
    struct token *t)
{
	return token_open(&c->keys, signin_ticket_body(ticket), purposes,
		   env_wall(c->env), t) == TOKEN_OK ||
	    (relayed_open(c, ticket, t) && (purposes & 1u << t->purpose) != 0);
}

/* How long it is remembered that one was used. */
static int64_t
last_use(const struct core *c, const struct token *t)
{
	return t->issued + c->cfg.ticket_life_s;
}

static bool
is_unspent(const struct core *c, const struct token *t)
{
	return env_wall(c->env) <= last_use(c, t) &&
	    !token_once_taken(c->once, t->nonce);
}

/* What serves once serves now, and is used up. */
static bool
take_once(struct core *c, const struct token *t)
{
	int64_t now = env_wall(c->env), until = last_use(c, t);

	return now <= until && token_once_take(c->once, t->nonce, until, now);
}

enum result
signin_ticket(struct core *c, const struct account *a, struct slice ticket,
    enum token_door door)
{
	struct token t;

	if (!open_any(c, ticket, token_at(door), &t) || t.account != a->id ||
	    t.epoch != a->epoch)
		return RESULT_BAD_TICKET;
	if (a->flags & ACCOUNT_DISABLED)
		return RESULT_DISABLED;
	if (token_serves_once(t.purpose) && !take_once(c, &t))
		return RESULT_BAD_TICKET;
	return RESULT_OK;
}

bool
signin_secret(const struct core *c, struct slice ticket,
    unsigned char out[SIGNIN_SECRET_BYTES])
{
	return token_derive(&c->keys, signin_ticket_body(ticket), "proof", out,
		   SIGNIN_SECRET_BYTES) ||
	    relayed_secret(c, ticket, out);
}

bool
signin_knows(const struct core *c, struct slice token)
{
	struct token t;

	return token_open(&c->keys, token, ~0u, env_wall(c->env), &t) ==
	    TOKEN_OK ||
	    relayed_open(c, token, &t);
}

void
signin_note_proof(struct request *rq, struct account *a)
{
	if (signin_proves(a))
		return;
	a->flags |= ACCOUNT_PROVES;
	if (store_writable(rq->core->store))
		account_note_flags(rq, a);
}

bool
signin_proves(const struct account *a)
{
	return (a->flags & ACCOUNT_PROVES) != 0;
}

static uint64_t
mark_of(const struct token *t)
{
	uint64_t mark;

	_Static_assert(sizeof(mark) <= TOKEN_NONCE_BYTES, "a part of it");
	memcpy(&mark, t->nonce, sizeof(mark));
	return mark;
}

uint64_t
signin_mark(const struct core *c, struct slice ticket)
{
	struct token t;

	return open_any(c, ticket, token_at(DOOR_MENU), &t) ? mark_of(&t) : 0;
}

/* Is somebody signed in with it at this moment? */
static bool
is_signed_in(const struct account *a, const struct token *t)
{
	LIST_EACH(it, &a->sessions) {
		const struct session *s =
		    CONTAINER_OF(it, struct session, of_account);

		if (s->ticket == mark_of(t))
			return true;
	}
	return false;
}

/* Neither switched off, nor given before the account had another password. */
static enum result
is_valid(struct request *rq, struct account *a, const struct token *t)
{
	enum result r;

	if (t->account != a->id)
		return RESULT_BAD_TICKET;
	/* first, as switching it off ended all that was given */
	if (a->flags & ACCOUNT_DISABLED)
		return RESULT_DISABLED;
	if (t->epoch == a->epoch)
		return RESULT_OK;
	if (t->purpose != TOKEN_MENU)
		return RESULT_BAD_TICKET;
	r = account_password(rq, a);
	if (r == RESULT_OK && (!has_made(a) || t->epoch != made_epoch(a)))
		r = RESULT_BAD_TICKET;
	return r;
}

enum result
signin_token(struct request *rq, struct slice ticket, enum token_door door,
    struct token *token, struct account **out)
{
	struct core *c = rq->core;
	struct account *a;
	enum result r;
	struct token t;

	*out = NULL;
	if (!open_any(c, ticket, token_at(door), &t) || signin_left(c, &t))
		return RESULT_BAD_TICKET;
	r = account_get_id(rq, t.account, &a);
	if (r == RESULT_OK)
		r = is_valid(rq, a, &t);
	if (r == RESULT_NO_SUCH_ACCOUNT)
		return RESULT_BAD_TICKET;
	if (r != RESULT_OK)
		return r;
	if (door == DOOR_MENU && !is_signed_in(a, &t))
		return RESULT_BAD_TICKET;
	/* scripts show theirs again and again, but none that signed in */
	if (door == DOOR_CHAT && token_serves_once(t.purpose) &&
	    !is_unspent(c, &t))
		return RESULT_BAD_TICKET;
	*token = t;
	*out = a;
	return RESULT_OK;
}

enum result
signin_bearer(struct request *rq, struct slice ticket, enum token_door door,
    struct account **out)
{
	struct token t;

	return signin_token(rq, ticket, door, &t, out);
}
