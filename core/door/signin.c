/* SPDX-License-Identifier: MIT */
#include "core/door/signin.h"

#include "common/base/panic.h"
#include "core/door/signup.h"
#include "core/people/presence.h"
#include "core/private.h"

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

/* Whose turn it is when many wait; who asks on a page is signed in. */
static void
line_up(const struct request *rq, const struct account *a,
    struct work_from *from)
{
	uint64_t who = a != NULL ? a->id : 0;

	*from = (struct work_from){ .key = { 0, 0, who } };
	if (rq->peer == NULL)
		return;
	work_from(from, rq->peer, who);
	from->known = known_network(rq->core, rq->peer);
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
	line_up(rq, a, &pw->job.work.from);
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

enum result
signin_refuse(struct request *rq)
{
	rq->was_wrong = true;
	metrics_add(rq->core->metrics, COUNTER_LOGIN_BAD, 1);
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

	/* there is none, nor will there be */
	if (!address_new_acceptable(address))
		return signin_refuse(rq);
	/* once, before the costly part begins */
	if (r == RESULT_OK && rq->password == NULL &&
	    !signup_count(rq->core, peer))
		r = RESULT_TOO_ACTIVE;
	if (r != RESULT_OK)
		return r;
	r = signin_hash(rq, address, password, &secret);
	if (r == RESULT_OK)
		r = account_create(rq, address, slice_make("", 0), &secret,
		    out);
	if (r == RESULT_OK) {
		signup_note("first-login", peer, address);
		metrics_add(rq->core->metrics, COUNTER_LOGIN_GOOD, 1);
	} else if (r != RESULT_WAIT) {
		signup_uncount(rq->core, peer);
	}
	return r;
}

/* Was it compared with what is the password no more? */
static bool
is_stale(const struct password_wait *pw, const struct account *a)
{
	return pw != NULL && a != NULL && pw->finished && !pw->making &&
	    (pw->job.account != a->id || pw->job.epoch != a->epoch);
}

enum result
signin_compare(struct request *rq, struct account *a, struct slice password)
{
	struct core *c = rq->core;
	struct password_wait *pw;
	enum result r;

	if (is_stale(rq->password, a)) {
		signin_forget(rq);
		/* it may have to be loaded, and is hashed */
		if (rq->waits >= REQUEST_WAITS - 2)
			return busy(c);
	}
	if (a != NULL &&
	    password_known(c->passwords, password, a->id, a->epoch))
		return RESULT_OK;
	if (a != NULL && (rq->password == NULL || rq->password->making)) {
		r = account_password(rq, a);
		if (r != RESULT_OK)
			return r;
	}
	pw = hash_at_work(rq, a, false, password);
	if (pw != NULL && !pw->finished)
		return request_wait(rq, &pw->waiting);
	if (pw == NULL || pw->job.busy) {
		/* it is none of the remembered ones, so it was looked at */
		rq->was_wrong = rq->was_wrong ||
		    (a != NULL &&
			password_remembered(c->passwords, a->id, a->epoch));
		return busy(c);
	}
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

/* Either of two readings; the second is hashed only when it must be. */
static enum result
compare_either(struct request *rq, const struct attempt *at)
{
	bool second = at->other.n > 0;
	enum result r = RESULT_BAD_PASSWORD;

	if (!rq->second_password)
		r = signin_compare(rq, at->a, at->password);
	if (r != RESULT_BAD_PASSWORD || !second)
		return r;
	if (!rq->second_password)
		signin_forget(rq);
	rq->second_password = true;
	return signin_compare(rq, at->a, at->other);
}

/* Somebody may try: is it right? */
static enum result
decide(struct request *rq, const struct attempt *at, struct account **out)
{
	struct core *c = rq->core;
	enum result r;

	if (at->home.n > 0)
		return signin_elsewhere(rq, at, out);
	if (at->a == NULL && c->cfg.signup == SIGNUP_FIRST_LOGIN &&
	    !rq->known_only && !signup_reserved(c, at->address))
		return first_login(rq, at->peer, at->address, at->password,
		    out);
	r = compare_either(rq, at);
	if (r == RESULT_BAD_PASSWORD)
		return signin_refuse(rq);
	return r == RESULT_OK ? signin_accept(c, at->a, out) : r;
}

/*
 * What was right before in this run costs nothing and is no guess, unless
 * whoever asks has guessed at this very account.
 */
static bool
is_remembered(struct request *rq, const struct attempt *at)
{
	struct passwords *known = rq->core->passwords;

	if (at->a == NULL || at->home.n > 0 || rq->tried != TRIED_NOT ||
	    signin_pair_shut(rq->core, at->peer, at->address))
		return false;
	return password_known(known, at->password, at->a->id, at->a->epoch) ||
	    (at->other.n > 0 &&
		password_known(known, at->other, at->a->id, at->a->epoch));
}

enum result
signin_password_either(struct request *rq, const struct addr *peer,
    struct slice address, const struct slice passwords[2], struct account **out)
{
	struct attempt at = { .peer = peer,
		.password = passwords[0],
		.other = passwords[1] };
	struct core *c = rq->core;
	char key[ADDRESS_MAX + 1];
	enum result r;

	*out = NULL;
	if (c->draining)
		return RESULT_DRAINING;
	if (!address_canonical(address, key) ||
	    !password_acceptable(passwords[0]))
		return RESULT_BAD_PASSWORD;
	at.address = slice_text(key);
	r = account_get(rq, at.address, &at.a);
	if (r != RESULT_OK && r != RESULT_NO_SUCH_ACCOUNT)
		return r;
	at.home = signin_home(c, at.a, at.address);
	if (is_remembered(rq, &at)) {
		r = signin_accept(c, at.a, out);
	} else {
		r = signin_try(rq, peer, at.address);
		if (r != RESULT_OK)
			return r;
		rq->peer = peer;
		r = signin_tried(rq, peer, at.address, decide(rq, &at, out));
		rq->peer = NULL;
	}
	if (r == RESULT_OK)
		known_put(c, peer, *out);
	return r;
}

enum result
signin_password(struct request *rq, const struct addr *peer,
    struct slice address, struct slice password, struct account **out)
{
	const struct slice passwords[2] = { password, { 0 } };

	return signin_password_either(rq, peer, address, passwords, out);
}
