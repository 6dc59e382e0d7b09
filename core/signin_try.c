/* SPDX-License-Identifier: MIT */
/*
 * Who may try a password, and how soon.  Guessing slows the guesser down and
 * keeps nobody else out: the pair of place and account is shut for the rest of
 * its minute after ten failures (passport 13 #35), but for a network from which
 * the account signed in well of late, which is slowed down as is any place or
 * account of which too much failed.
 */
#include "common/base/panic.h"
#include "core/private.h"
#include "core/signin.h"

#include <stdlib.h>

enum {
	PAIR_FREE = 10,    /* failures of a pair or place: then it is shut, */
			   /* or each further so many double its delay */
	ACCOUNT_FREE = 60, /* the same of an account, by strangers */
	LINKS_FREE = 60,   /* guesses at links until a place hears no more */
	STEPS_MAX = 6,     /* 1 s, 2 s, 4 s, ... */
	WAITS_MAX = REQUEST_WAITS - 4
};

struct try_wait {
	struct store_network ask;
	struct timer timer;
	struct request *rq; /* NULL: it ended while the store looks */
	struct core *core;
	struct list waiting;
	bool asking;
	bool asked;
	bool known;
};

static void
key_init(struct guess *g, unsigned net, struct slice address)
{
	unsigned char *p = g->bytes[net];

	if (address.n > 0)
		memcpy(p + 16, address.p, address.n);
	g->pair[net] = slice_make(p, 16 + address.n);
	g->place[net] = slice_make(p, 16);
}

void
guess_init(struct guess *g, const struct addr *peer, struct slice address)
{
	unsigned char nets[ADDR_NETS_MAX][16];

	ASSERT(address.n <= ADDRESS_MAX);
	g->nets = addr_nets(peer, nets);
	for (unsigned i = 0; i < g->nets; i++) {
		memcpy(g->bytes[i], nets[i], 16);
		key_init(g, i, address);
	}
	g->account = slice_from(g->pair[0], 16);
}

/* ---- counting ---- */

static void
count(struct core *c, const struct guess *g,
    void (*how)(struct penalty *p, struct slice key))
{
	for (unsigned i = 0; i < g->nets; i++) {
		how(c->penalty_pair, g->pair[i]);
		how(c->penalty_address, g->place[i]);
	}
}

static void
count_try(struct request *rq, const struct guess *g, bool known)
{
	rq->tried = known ? TRIED_KNOWN : TRIED_STRANGE;
	count(rq->core, g, penalty_fail);
	if (!known)
		penalty_fail(rq->core->penalty_account, g->account);
}

/*
 * A try counts when it begins: whoever hangs up before the answer has tried.
 * Unless it was wrong it is taken back.
 */
enum result
signin_tried(struct request *rq, const struct addr *peer, struct slice address,
    enum result r)
{
	struct guess g;

	if (r == RESULT_WAIT || rq->tried == TRIED_NOT ||
	    rq->tried == TRIED_RIGHT)
		return r;
	if (r != RESULT_BAD_PASSWORD && !rq->was_wrong) {
		guess_init(&g, peer, address);
		count(rq->core, &g, penalty_take_back);
		if (rq->tried == TRIED_STRANGE)
			penalty_take_back(rq->core->penalty_account, g.account);
	}
	rq->tried = r == RESULT_OK ? TRIED_RIGHT : TRIED_NOT;
	return r;
}

/* ---- deciding ---- */

/* Failures beyond what is free, as seconds: each step doubles them. */
static unsigned
seconds(const struct core *c, unsigned failures, unsigned each)
{
	unsigned step = failures / each;
	unsigned most = c->cfg.guess_delay_s;
	unsigned s;

	if (step == 0)
		return 0;
	s = 1u << (step > STEPS_MAX ? STEPS_MAX : step - 1);
	return s < most ? s : most;
}

static unsigned
longer(unsigned a, unsigned b)
{
	return a > b ? a : b;
}

/* In how many seconds, when the pair is not shut. */
static unsigned
delay_of(struct core *c, const struct guess *g, bool known)
{
	unsigned s = 0;

	for (unsigned i = 0; i < g->nets; i++) {
		unsigned share = addr_net_share(i);
		struct penalty *p =
		    known ? c->penalty_pair : c->penalty_address;
		struct slice key = known ? g->pair[i] : g->place[i];

		s = longer(s,
		    seconds(c, penalty_count(p, key), PAIR_FREE * share));
	}
	if (known)
		return s;
	return longer(s,
	    seconds(c, penalty_count(c->penalty_account, g->account),
		ACCOUNT_FREE));
}

static bool
pair_shut(struct core *c, const struct guess *g)
{
	for (unsigned i = 0; i < g->nets; i++)
		if (penalty_count(c->penalty_pair, g->pair[i]) >=
		    PAIR_FREE * addr_net_share(i))
			return true;
	return false;
}

bool
signin_pair_shut(struct core *c, const struct addr *peer, struct slice address)
{
	struct guess g;

	guess_init(&g, peer, address);
	return pair_shut(c, &g);
}

/* ---- waiting ---- */

static void
wait_free(struct try_wait *w)
{
	timer_stop(&w->timer);
	free(w);
}

void
signin_try_forget(struct request *rq)
{
	struct try_wait *w = rq->trying;

	rq->trying = NULL;
	if (w == NULL)
		return;
	w->rq = NULL;
	if (!w->asking)
		wait_free(w);
}

static void
time_passed(struct timer *t)
{
	request_wake(CONTAINER_OF(t, struct try_wait, timer)->rq);
}

static void
answered(struct store_network *ask, enum store_outcome how)
{
	struct try_wait *w = CONTAINER_OF(ask, struct try_wait, ask);

	w->asking = false;
	w->known = how == STORE_FOUND;
	if (how == STORE_ABSENT)
		known_not(w->core, ask->mark);
	if (w->rq == NULL)
		wait_free(w);
	else
		request_wake(w->rq);
}

static struct try_wait *
wait_of(struct request *rq)
{
	struct try_wait *w = rq->trying;

	if (w != NULL)
		return w;
	w = rq->trying = mem_alloc(sizeof(*w));
	w->rq = rq;
	w->core = rq->core;
	w->timer.fire = time_passed;
	list_init(&w->waiting);
	return w;
}

enum result
signin_ask_known(struct request *rq, const struct addr *peer,
    struct slice address, bool *known)
{
	struct try_wait *w = rq->trying;
	unsigned char mark[STORE_ID_BYTES];
	enum known_state state;

	if (w != NULL && w->asked) {
		*known = w->known;
		return RESULT_OK;
	}
	known_mark(rq->core, peer, address, mark);
	state = known_state(rq->core, mark);
	*known = state == KNOWN_YES;
	if (state != KNOWN_MAYBE)
		return RESULT_OK;
	w = wait_of(rq);
	w->asked = w->asking = true;
	memcpy(w->ask.mark, mark, sizeof(mark));
	w->ask.since = known_since(rq->core);
	w->ask.done = answered;
	store_network(rq->core->store, &w->ask);
	return request_wait(rq, &w->waiting);
}

enum result
signin_try(struct request *rq, const struct addr *peer, struct slice address)
{
	struct core *c = rq->core;
	bool known = false, shut;
	enum result r = RESULT_OK;
	struct guess g;
	unsigned s;

	if (rq->tried != TRIED_NOT)
		return RESULT_OK;
	guess_init(&g, peer, address);
	shut = pair_shut(c, &g);
	if (shut || delay_of(c, &g, false) > 0)
		r = signin_ask_known(rq, peer, address, &known);
	if (r != RESULT_OK)
		return r;
	if (shut && !known) {
		metrics_add(c->metrics, COUNTER_LOGIN_LOCKED, 1);
		return RESULT_LOCKED_OUT;
	}
	s = delay_of(c, &g, known);
	/* what comes after it may have to wait, too */
	if (s > 0 && rq->waits >= WAITS_MAX)
		return RESULT_BUSY;
	count_try(rq, &g, known);
	if (s == 0)
		return RESULT_OK;
	metrics_add(c->metrics, COUNTER_LOGIN_SLOWED, 1);
	timer_start(c->loop, &wait_of(rq)->timer, s * 1000);
	return request_wait(rq, &rq->trying->waiting);
}

/* ---- links ---- */

bool
signin_peer_locked(struct core *c, const struct addr *peer)
{
	struct guess g;

	guess_init(&g, peer, slice_text(""));
	for (unsigned i = 0; i < g.nets; i++) {
		if (penalty_count(c->penalty_address, g.place[i]) <
		    LINKS_FREE * addr_net_share(i))
			continue;
		metrics_add(c->metrics, COUNTER_LOGIN_LOCKED, 1);
		return true;
	}
	return false;
}

void
signin_peer_guessed(struct core *c, const struct addr *peer)
{
	struct guess g;

	guess_init(&g, peer, slice_text(""));
	for (unsigned i = 0; i < g.nets; i++)
		penalty_fail(c->penalty_address, g.place[i]);
	metrics_add(c->metrics, COUNTER_LOGIN_BAD, 1);
}
