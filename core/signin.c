/* SPDX-License-Identifier: MIT */
#include "core/signin.h"

#include "common/base/panic.h"
#include "core/presence.h"
#include "core/private.h"
#include "core/signup.h"

#include <stdlib.h>

/* A hash at work for a request; it outlives the request if it must. */
struct password_wait {
	struct password_job job;
	struct request *rq; /* NULL: it ended meanwhile */
	struct list waiting;
	bool making; /* a new account's hash, not a check */
	bool finished;
	char sealed[SEALED_TEXT_MAX + 1];
};

static void
finished(struct password_job *job)
{
	struct password_wait *pw = CONTAINER_OF(job, struct password_wait, job);

	if (pw->rq == NULL) {
		mem_wipe(pw, sizeof(*pw));
		free(pw);
		return;
	}
	pw->finished = true;
	request_wake(pw->rq);
}

void
signin_forget(struct request *rq)
{
	struct password_wait *pw = rq->password;

	rq->password = NULL;
	if (pw == NULL)
		return;
	pw->rq = NULL;
	if (pw->finished) {
		mem_wipe(pw, sizeof(*pw));
		free(pw);
	}
}

/* The hash this request waits for, started if it is not; NULL when busy. */
static struct password_wait *
hash_at_work(struct request *rq, const struct account *a, bool making,
    struct slice password)
{
	struct password_wait *pw = rq->password;
	struct passwords *p = rq->core->passwords;
	int busy;

	if (pw != NULL && pw->making == making)
		return pw;
	/* somebody else made the account meanwhile: check it after all */
	signin_forget(rq);
	pw = mem_alloc(sizeof(*pw));
	pw->rq = rq;
	pw->making = making;
	list_init(&pw->waiting);
	if (making)
		busy = password_hash(p, &pw->job, password, finished);
	else
		busy =
		    password_verify(p, &pw->job, password, a ? a->password : "",
			a ? a->id : 0, a ? a->epoch : 0, finished);
	if (busy != 0) {
		free(pw);
		return NULL;
	}
	rq->password = pw;
	return pw;
}

void
guess_init(struct guess *g, const struct addr *peer, struct slice address)
{
	ASSERT(address.n <= ADDRESS_MAX);
	addr_group(peer, g->bytes);
	memcpy(g->bytes + 16, address.p, address.n);
	g->pair = slice_make(g->bytes, 16 + address.n);
	g->peer = slice_upto(g->pair, 16);
	g->account = slice_from(g->pair, 16);
}

enum result
signin_refuse(struct core *c, const struct addr *peer, struct slice address)
{
	struct guess g;

	guess_init(&g, peer, address);
	penalty_fail(c->penalty_pair, g.pair);
	penalty_fail(c->penalty_address, g.peer);
	penalty_fail(c->penalty_account, g.account);
	metrics_add(c->metrics, COUNTER_LOGIN_BAD, 1);
	return RESULT_BAD_PASSWORD;
}

enum result
signin_accept(struct core *c, struct account *a, struct account **out)
{
	if (a->flags & ACCOUNT_DISABLED)
		return RESULT_DISABLED;
	metrics_add(c->metrics, COUNTER_LOGIN_GOOD, 1);
	*out = a;
	return RESULT_OK;
}

static enum result
busy(struct core *c)
{
	metrics_add(c->metrics, COUNTER_LOGIN_BUSY, 1);
	return RESULT_BUSY;
}

bool
signin_locked(struct core *c, const struct addr *peer, struct slice address)
{
	struct guess g;

	guess_init(&g, peer, address);
	if (!penalty_locked(c->penalty_pair, g.pair) &&
	    !penalty_locked(c->penalty_address, g.peer) &&
	    !penalty_locked(c->penalty_account, g.account))
		return false;
	metrics_add(c->metrics, COUNTER_LOGIN_LOCKED, 1);
	return true;
}

bool
signin_peer_locked(struct core *c, const struct addr *peer)
{
	struct guess g;

	guess_init(&g, peer, slice_text(""));
	if (!penalty_locked(c->penalty_address, g.peer))
		return false;
	metrics_add(c->metrics, COUNTER_LOGIN_LOCKED, 1);
	return true;
}

void
signin_peer_guessed(struct core *c, const struct addr *peer)
{
	struct guess g;

	guess_init(&g, peer, slice_text(""));
	penalty_fail(c->penalty_address, g.peer);
	metrics_add(c->metrics, COUNTER_LOGIN_BAD, 1);
}

enum result
signin_hash(struct request *rq, struct slice address, struct slice password,
    struct account_secret *out)
{
	struct password_wait *pw;

	if (!password_acceptable(password))
		return RESULT_BAD_VALUE;
	pw = hash_at_work(rq, NULL, true, password);
	if (pw == NULL)
		return busy(rq->core);
	if (!pw->finished)
		return request_wait(rq, &pw->waiting);
	if (rq->core->cfg.seal_passwords && pw->sealed[0] == '\0')
		signin_seal(rq->core, address, SEALED_OWN, password,
		    pw->sealed);
	*out = (struct account_secret){ pw->job.hash, pw->sealed };
	return pw->job.failed ? RESULT_BUSY : RESULT_OK;
}

static enum result
first_login(struct request *rq, const struct addr *peer, struct slice address,
    struct slice password, struct account **out)
{
	enum result r = account_writable(rq->core);
	struct account_secret secret;

	/* once, before the costly part begins */
	if (r == RESULT_OK && rq->password == NULL &&
	    !signup_count(rq->core, peer))
		r = RESULT_TOO_ACTIVE;
	if (r == RESULT_OK)
		r = signin_hash(rq, address, password, &secret);
	if (r != RESULT_OK)
		return r;
	r = account_create(rq, address, slice_make("", 0), &secret, out);
	if (r == RESULT_OK)
		metrics_add(rq->core->metrics, COUNTER_LOGIN_GOOD, 1);
	return r;
}

enum result
signin_compare(struct request *rq, struct account *a, struct slice password)
{
	struct core *c = rq->core;
	struct password_wait *pw;
	enum result r;

	if (a != NULL &&
	    password_known(c->passwords, password, a->id, a->epoch))
		return RESULT_OK;
	if (a != NULL && (rq->password == NULL || rq->password->making)) {
		r = account_password(rq, a);
		if (r != RESULT_OK)
			return r;
	}
	pw = hash_at_work(rq, a, false, password);
	if (pw == NULL)
		return busy(c);
	if (!pw->finished)
		return request_wait(rq, &pw->waiting);
	return a != NULL && pw->job.good ? RESULT_OK : RESULT_BAD_PASSWORD;
}

struct slice
signin_home(struct core *c, const struct account *a, struct slice address)
{
	if (a != NULL)
		return account_home(a);
	if (c->elsewhere == NULL)
		return slice_make("", 0);
	return c->elsewhere->home(c->elsewhere->ctx, address);
}

enum result
signin_password(struct request *rq, const struct addr *peer,
    struct slice address, struct slice password, struct account **out)
{
	struct attempt at = { .peer = peer, .password = password };
	struct core *c = rq->core;
	char key[ADDRESS_MAX + 1];
	enum result r;

	*out = NULL;
	if (c->draining)
		return RESULT_DRAINING;
	if (!address_canonical(address, key) || !password_acceptable(password))
		return RESULT_BAD_PASSWORD;
	at.address = slice_text(key);
	/*
	 * Asked before the costly part, and behind it: of many guesses made
	 * at once no more are answered than one after another.
	 */
	if (rq->asked == NULL &&
	    (rq->password == NULL ||
		(rq->password->finished && !rq->password->making)) &&
	    signin_locked(c, peer, at.address))
		return RESULT_LOCKED_OUT;
	r = account_get(rq, at.address, &at.a);
	if (r != RESULT_OK && r != RESULT_NO_SUCH_ACCOUNT)
		return r;
	at.home = signin_home(c, at.a, at.address);
	if (at.home.n > 0)
		return signin_elsewhere(rq, &at, out);
	if (r == RESULT_NO_SUCH_ACCOUNT && c->cfg.signup == SIGNUP_FIRST_LOGIN)
		return first_login(rq, peer, at.address, password, out);
	r = signin_compare(rq, at.a, password);
	if (r == RESULT_BAD_PASSWORD)
		return signin_refuse(c, peer, at.address);
	return r == RESULT_OK ? signin_accept(c, at.a, out) : r;
}
