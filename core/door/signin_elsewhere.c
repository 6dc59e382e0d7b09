/* SPDX-License-Identifier: MIT */
/*
 * Sign-ins another server is asked about: who is asked at all, and what the
 * answer means for the account here.
 */
#include "core/door/signin.h"

#include "common/base/log.h"
#include "common/base/panic.h"
#include "core/door/signup.h"
#include "core/private.h"

#include <stdlib.h>

enum {
	ASKERS_MAX = 65536, /* who is counted at a time */
	MINUTE_S = 60,
	HOUR_S = 3600,
	DAY_S = 24 * HOUR_S
};

struct asking {
	struct penalty *pair;    /* who asks about whom, in a minute */
	struct penalty *account; /* who is asked about, in an hour */
	struct list claims;      /* struct elsewhere_wait */
};

enum stage {
	STAGE_ASKING,
	STAGE_ANSWERED,
	STAGE_LOOKING, /* for an account with that name over there */
	STAGE_LOOKED,
	STAGE_APPLIED /* the account is as the answer wants it */
};

/* A question at work for a request; it outlives the request if it must. */
struct elsewhere_wait {
	struct elsewhere_job job;
	struct store_load look;
	struct core *core;
	struct request *rq; /* NULL: it ended meanwhile */
	struct list waiting;
	struct list claim; /* in asking->claims, while it has a name there */
	enum stage stage;
	bool look_failed;
	uint64_t owner; /* who has that name; 0: nobody */
	char home[ELSEWHERE_HOME_MAX + 1];
};

void
elsewhere_start(struct core *c)
{
	struct asking *g = mem_alloc(sizeof(*g));

	g->pair = penalty_new(c->env, ASKERS_MAX, 1, MINUTE_S);
	g->account = penalty_new(c->env, ASKERS_MAX, 1, HOUR_S);
	list_init(&g->claims);
	c->asking = g;
}

void
elsewhere_stop(struct core *c)
{
	penalty_free(c->asking->pair);
	penalty_free(c->asking->account);
	free(c->asking);
	c->asking = NULL;
}

static void
wait_free(struct elsewhere_wait *w)
{
	list_remove(&w->claim);
	blob_unref(w->job.reply);
	mem_wipe(w, sizeof(*w));
	free(w);
}

void
elsewhere_forget(struct request *rq)
{
	struct elsewhere_wait *w = rq->asked;

	rq->asked = NULL;
	if (w == NULL)
		return;
	w->rq = NULL;
	if (w->stage != STAGE_ASKING && w->stage != STAGE_LOOKING)
		wait_free(w);
}

struct slice
signin_moved(const struct request *rq)
{
	return slice_text(rq->asked ? rq->asked->job.url : "");
}

const struct blob *
signin_elsewhere_reply(const struct request *rq)
{
	return rq->asked ? rq->asked->job.reply : NULL;
}

/* ---- who may ask, and how often ---- */

static bool
over(struct penalty *p, unsigned allowed, struct slice key)
{
	if (allowed == 0)
		return false;
	penalty_allow(p, allowed);
	return penalty_locked(p, key);
}

/*
 * OK, and counted; LOCKED_OUT when there were too many of late; WAIT.  What
 * strangers ask about an account does not count where its owner is known.
 */
static enum result
may_ask(struct request *rq, const struct attempt *at)
{
	struct core *c = rq->core;
	enum result r = RESULT_OK;
	bool known = true;
	struct guess g;

	guess_init(&g, at->peer, at->address);
	if (over(c->asking->account, c->cfg.ask_per_hour, g.account))
		r = signin_ask_known(rq, at->peer, at->address, &known);
	if (r != RESULT_OK)
		return r;
	if (!known || over(c->asking->pair, c->cfg.ask_per_minute, g.pair[0])) {
		metrics_add(c->metrics, COUNTER_LOGIN_LOCKED, 1);
		return RESULT_LOCKED_OUT;
	}
	penalty_fail(c->asking->pair, g.pair[0]);
	penalty_fail(c->asking->account, g.account);
	return RESULT_OK;
}

/* It said nothing about the password. */
static void
ask_was_none(struct core *c, const struct attempt *at)
{
	struct guess g;

	guess_init(&g, at->peer, at->address);
	penalty_take_back(c->asking->pair, g.pair[0]);
	penalty_take_back(c->asking->account, g.account);
}

static void
ask_was_right(struct core *c, const struct attempt *at)
{
	struct guess g;

	guess_init(&g, at->peer, at->address);
	penalty_forgive(c->asking->pair, g.pair[0]);
	penalty_forgive(c->asking->account, g.account);
}

static const struct elsewhere_rules *
rules_of(struct core *c, struct slice home)
{
	return c->elsewhere ? c->elsewhere->rules(c->elsewhere->ctx, home)
			    : NULL;
}

static enum result
unavailable(struct core *c)
{
	metrics_add(c->metrics, COUNTER_LOGIN_DOWN, 1);
	return RESULT_ELSEWHERE_DOWN;
}

static void
note(enum log_level level, const char *event, const struct attempt *at,
    const char *text)
{
	log_at(level, event, LOG_S("account", at->address),
	    LOG_S("home", at->home), LOG_T("text", text));
}

/* ---- asking ---- */

static void
answered(struct elsewhere_job *job)
{
	struct elsewhere_wait *w =
	    CONTAINER_OF(job, struct elsewhere_wait, job);

	w->stage = STAGE_ANSWERED;
	if (w->rq == NULL)
		wait_free(w);
	else
		request_wake(w->rq);
}

static enum result
ask(struct request *rq, const struct attempt *at)
{
	struct core *c = rq->core;
	struct elsewhere_wait *w;
	enum result r = may_ask(rq, at);

	if (r != RESULT_OK)
		return r;
	if (rules_of(c, at->home) == NULL) {
		note(LOG_WARN, "upstream-unknown", at,
		    "this account lives at a server that is not set any more: "
		    "set it again, or move the account with nudgectl user "
		    "home");
		return unavailable(c);
	}
	ASSERT(at->home.n <= ELSEWHERE_HOME_MAX);
	w = mem_alloc(sizeof(*w));
	w->core = c;
	w->rq = rq;
	list_init(&w->waiting);
	list_init(&w->claim);
	memcpy(w->home, at->home.p, at->home.n);
	w->job.home = slice_text(w->home);
	w->job.address = at->address;
	w->job.password = at->password;
	w->job.asker = rq->asker;
	w->job.done = answered;
	rq->asked = w;
	metrics_add(c->metrics, COUNTER_LOGIN_ELSEWHERE, 1);
	c->elsewhere->ask(c->elsewhere->ctx, &w->job);
	w->job.address = w->job.password = (struct slice){ 0 };
	return request_wait(rq, &w->waiting);
}

/* ---- its name over there is nobody else's here ---- */

static void
looked(struct store_load *load, enum store_outcome how,
    const struct store_image *image)
{
	struct elsewhere_wait *w =
	    CONTAINER_OF(load, struct elsewhere_wait, look);

	w->stage = STAGE_LOOKED;
	w->look_failed = how == STORE_ERROR;
	/* somebody who got the name meanwhile may have said so */
	if (how == STORE_FOUND)
		w->owner = image->account.id;
	if (w->rq == NULL)
		wait_free(w);
	else
		request_wake(w->rq);
}

static enum result
look(struct request *rq, struct elsewhere_wait *w)
{
	w->stage = STAGE_LOOKING;
	w->look = (struct store_load){ .home = slice_text(w->home),
		.remote_id = slice_text(w->job.remote_id),
		.done = looked };
	list_push(&rq->core->asking->claims, &w->claim);
	store_load(rq->core->store, &w->look);
	return request_wait(rq, &w->waiting);
}

/*
 * The account got the name.  Others who looked for it before that was written
 * found nobody: they are told.
 */
static void
tell_claimants(struct core *c, const struct elsewhere_wait *mine, uint64_t id)
{
	LIST_EACH(it, &c->asking->claims) {
		struct elsewhere_wait *w =
		    CONTAINER_OF(it, struct elsewhere_wait, claim);

		if (strcmp(w->home, mine->home) == 0 &&
		    strcmp(w->job.remote_id, mine->job.remote_id) == 0)
			w->owner = id;
	}
}

/* Is the account over there the one that is meant here?  OK, WAIT, ... */
static enum result
same_account(struct request *rq, const struct attempt *at)
{
	const struct account_home *known = at->a ? account_away(at->a) : NULL;
	struct elsewhere_wait *w = rq->asked;
	const char *id = w->job.remote_id;

	if (id[0] == '\0' || (known && strcmp(known->remote_id, id) == 0))
		return RESULT_OK;
	if (known != NULL && known->remote_id[0] != '\0') {
		note(LOG_WARN, "upstream-id-changed", at,
		    "over there this address belongs to another account now; "
		    "delete the one here if that is right");
		return RESULT_DISABLED;
	}
	if (w->stage == STAGE_ANSWERED)
		return look(rq, w);
	if (w->look_failed)
		return RESULT_STORE_FAILED;
	if (w->owner == 0 || (at->a != NULL && w->owner == at->a->id))
		return RESULT_OK;
	note(LOG_WARN, "upstream-id-taken", at,
	    "over there this is an account that has another address here");
	return RESULT_DISABLED;
}

/* ---- it said yes ---- */

static enum result
newcomer(struct request *rq, const struct attempt *at,
    const struct elsewhere_rules *rules, struct account **out)
{
	struct elsewhere_wait *w = rq->asked;
	struct core *c = rq->core;
	struct account_birth birth = { .address = at->address,
		.name = slice_text(w->job.name),
		.home = at->home,
		.remote_id = slice_text(w->job.remote_id),
		.verified = env_wall(c->env) };
	enum result r = account_writable(c);
	struct account *a;

	if (r != RESULT_OK)
		return r;
	if (!address_new_acceptable(at->address)) {
		note(LOG_WARN, "upstream-not-made", at,
		    "this address cannot be a new account's here");
		return RESULT_DISABLED;
	}
	if (!signup_count(c, at->peer))
		return RESULT_TOO_ACTIVE;
	if (!name_acceptable(birth.name) || name_reserved(c, birth.name))
		birth.name = slice_make("", 0);
	if (rules->approve)
		birth.flags = ACCOUNT_DISABLED | ACCOUNT_WAITING;
	r = account_create_away(rq, &birth, &a);
	if (r != RESULT_OK) {
		signup_uncount(c, at->peer);
		return r;
	}
	w->stage = STAGE_APPLIED;
	tell_claimants(c, w, a->id);
	metrics_add(c->metrics, COUNTER_LOGIN_MADE, 1);
	note(LOG_INFO, "upstream-account-made", at,
	    rules->approve ? "it waits for nudgectl user enable" : "");
	if (rules->fallback_days > 0 && !rules->approve)
		signin_keep(c, a, at->password);
	return signin_accept(c, a, out);
}

/* What is kept of the password, and since when it is confirmed. */
static void
bring_up_to_date(struct request *rq, const struct attempt *at,
    const struct elsewhere_rules *rules, bool changed)
{
	struct elsewhere_wait *w = rq->asked;
	bool named = account_away(at->a)->remote_id[0] != '\0';
	struct account *a = at->a;

	w->stage = STAGE_APPLIED;
	if (changed)
		account_renew(rq, a);
	else if (rules->fallback_days == 0 && account_away(a)->keeps)
		account_keep(rq, a, "");
	account_confirm(rq, a, slice_text(w->job.remote_id));
	if (!named && w->job.remote_id[0] != '\0')
		tell_claimants(rq->core, w, a->id);
	if (rules->fallback_days > 0 && !account_away(a)->keeps)
		signin_keep(rq->core, a, at->password);
}

/* Of an account that is known here. */
static enum result
returning(struct request *rq, const struct attempt *at,
    const struct elsewhere_rules *rules, struct account **out)
{
	const struct account_home *home = account_away(at->a);
	bool changed = false;
	enum result r;

	if (rq->asked->stage == STAGE_APPLIED)
		return signin_accept(rq->core, at->a, out);
	ASSERT(home != NULL);
	if (home->keeps) {
		r = signin_compare(rq, at->a, at->password);
		if (r != RESULT_OK && r != RESULT_BAD_PASSWORD)
			return r;
		changed = r == RESULT_BAD_PASSWORD;
	}
	r = account_writable(rq->core);
	if (r == RESULT_OK)
		bring_up_to_date(rq, at, rules, changed);
	else if (changed)
		return r;
	return signin_accept(rq->core, at->a, out);
}

static enum result
good(struct request *rq, const struct attempt *at, struct account **out)
{
	struct core *c = rq->core;
	const struct elsewhere_rules *rules = rules_of(c, at->home);
	enum result r;

	/* moved, or set anew, while it was asked */
	if (rules == NULL || !slice_eq_text(at->home, rq->asked->home))
		return unavailable(c);
	r = same_account(rq, at);
	if (r != RESULT_OK)
		return r;
	ask_was_right(c, at);
	if (at->a != NULL)
		return returning(rq, at, rules, out);
	if (rules->make)
		return newcomer(rq, at, rules, out);
	note(LOG_INFO, "upstream-not-made", at,
	    "accounts of that server are not made here; nudgectl user add, "
	    "then nudgectl user home, lets this one in");
	return RESULT_DISABLED;
}

/* ---- it said no, or nothing ---- */

/* What was right until now is not any more: it was changed over there. */
static enum result
wrong(struct request *rq, const struct attempt *at)
{
	enum result r = RESULT_OK;

	if (at->a != NULL && account_away(at->a)->keeps)
		r = signin_compare(rq, at->a, at->password);
	else
		return signin_refuse(rq);
	if (r == RESULT_WAIT)
		return r;
	if (r == RESULT_OK && account_writable(rq->core) == RESULT_OK) {
		note(LOG_INFO, "upstream-password-changed", at,
		    "tickets and sessions of the old one end");
		account_renew(rq, at->a);
	}
	return signin_refuse(rq);
}

static bool
may_fall_back(struct core *c, const struct attempt *at)
{
	const struct elsewhere_rules *rules = rules_of(c, at->home);
	const struct account_home *home = at->a ? account_away(at->a) : NULL;

	return rules != NULL && home != NULL && home->keeps &&
	    env_wall(c->env) - home->verified <=
	    (int64_t)rules->fallback_days * DAY_S;
}

static enum result
down(struct request *rq, const struct attempt *at, struct account **out)
{
	struct core *c = rq->core;
	enum result r;

	if (!may_fall_back(c, at)) {
		ask_was_none(c, at);
		return unavailable(c);
	}
	r = signin_compare(rq, at->a, at->password);
	if (r == RESULT_BAD_PASSWORD) {
		/* nobody here knows whether it is wrong, but guesses count */
		(void)signin_refuse(rq);
		return unavailable(c);
	}
	if (r != RESULT_OK)
		return r;
	ask_was_right(c, at);
	metrics_add(c->metrics, COUNTER_LOGIN_KEPT, 1);
	return signin_accept(c, at->a, out);
}

enum result
signin_elsewhere(struct request *rq, const struct attempt *at,
    struct account **out)
{
	if (rq->asked == NULL)
		return ask(rq, at);
	switch (rq->asked->job.verdict) {
	case ELSEWHERE_GOOD:
		return good(rq, at, out);
	case ELSEWHERE_WRONG:
		return wrong(rq, at);
	case ELSEWHERE_LOCKED:
		metrics_add(rq->core->metrics, COUNTER_LOGIN_LOCKED, 1);
		return RESULT_LOCKED_OUT;
	case ELSEWHERE_MOVED:
		ask_was_none(rq->core, at);
		return RESULT_MOVED;
	case ELSEWHERE_DOWN:
		break;
	}
	return down(rq, at, out);
}
