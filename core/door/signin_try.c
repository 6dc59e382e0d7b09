/* SPDX-License-Identifier: MIT */
/*
 * Who may try a password, and how soon.  Guessing slows the guesser down and
 * keeps nobody else out: the pair of place and account is shut for the rest of
 * its minute after ten failures (passport 13 #35), but for a network from which
 * the account signed in well of late, which is slowed down as is any place or
 * account of which too much failed.
 */
#include "common/base/panic.h"
#include "core/door/signin.h"
#include "core/private.h"

#include <stdlib.h>

enum {
	PAIR_FREE = 10,    /* failures of a pair or place: then it is shut, */
			   /* or each further so many double its delay */
	ACCOUNT_FREE = 60, /* the same of an account, by strangers */
	LINKS_FREE = 60,   /* guesses at links until a place hears no more */
	STEPS_MAX = 6,     /* 1 s, 2 s, 4 s, ... */
	LINE_MS = 200,     /* until a full place is looked at again */
	WAITS_MAX = REQUEST_WAITS - 4
};

struct try_wait {
	struct store_network ask;
	struct addr peer;
	struct timer timer;
	uint64_t begun, due; /* due whatever its place does */
	bool in_line;        /* for its turn at its place */
	bool looked_at;      /* counted at its place as not yet decided */
	struct request *rq;  /* NULL: it ended while the store looks */
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
count_try(struct request *rq, const struct guess *g, bool known)
{
	struct core *c = rq->core;

	rq->tried = known ? TRIED_KNOWN : TRIED_STRANGE;
	for (unsigned i = 0; i < g->nets; i++)
		penalty_fail(c->penalty_pair, g->pair[i]);
	if (!known)
		penalty_fail(c->penalty_account, g->account);
}

static void
count_place(struct penalty *p, const struct addr *peer,
    void (*how)(struct penalty *p, struct slice key))
{
	struct guess g;

	guess_init(&g, peer, slice_text(""));
	for (unsigned i = 0; i < g.nets; i++)
		how(p, g.place[i]);
}

/* From now on it counts at its place, as undecided. */
static void
look_at(struct try_wait *w)
{
	w->in_line = false;
	w->looked_at = true;
	count_place(w->core->penalty_address, &w->peer, penalty_fail);
	count_place(w->core->penalty_looked_at, &w->peer, penalty_fail);
}

/* It is decided, or nobody waits for that any more: then it was a failure. */
static void
looked_at(struct try_wait *w, bool failed)
{
	if (w == NULL || !w->looked_at)
		return;
	w->looked_at = false;
	count_place(w->core->penalty_looked_at, &w->peer, penalty_take_back);
	if (!failed)
		count_place(w->core->penalty_address, &w->peer,
		    penalty_take_back);
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
	looked_at(rq->trying, r == RESULT_BAD_PASSWORD || rq->was_wrong);
	if (r != RESULT_BAD_PASSWORD && !rq->was_wrong) {
		guess_init(&g, peer, address);
		for (unsigned i = 0; i < g.nets; i++)
			penalty_take_back(rq->core->penalty_pair, g.pair[i]);
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

/* In how many seconds, when the pair is not shut, whatever its place does. */
static unsigned
delay_of(struct core *c, const struct guess *g, bool known)
{
	unsigned s = 0;

	if (!known)
		return seconds(c, penalty_count(c->penalty_account, g->account),
		    ACCOUNT_FREE);
	for (unsigned i = 0; i < g->nets; i++)
		s = longer(s,
		    seconds(c, penalty_count(c->penalty_pair, g->pair[i]),
			PAIR_FREE * addr_net_share(i)));
	return s;
}

/*
 * How long a try that began so long ago has to wait for its place: until as
 * much time went by as the place's failures cost, and then until fewer are
 * looked at than a place has free.  So of guesses made at once no more are
 * answered than one after another, and people who all come at once to a party
 * wait for each other's hashes alone.  Nobody waits longer than guess_delay.
 */
static uint64_t
place_delay(struct core *c, const struct guess *g, uint64_t ago)
{
	uint64_t ms = 0, most = (uint64_t)c->cfg.guess_delay_s * 1000;

	for (unsigned i = 0; i < g->nets; i++) {
		unsigned each = PAIR_FREE * addr_net_share(i);
		unsigned all = penalty_count(c->penalty_address, g->place[i]);
		unsigned now = penalty_count(c->penalty_looked_at, g->place[i]);
		uint64_t s = seconds(c, all > now ? all - now : 0, each);

		if (s * 1000 > ago + ms)
			ms = s * 1000 - ago;
		else if (now >= each && ms < LINE_MS)
			ms = LINE_MS;
	}
	return ago + ms <= most ? ms : ago < most ? most - ago : 0;
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
	free(w);
}

void
signin_try_forget(struct request *rq)
{
	struct try_wait *w = rq->trying;

	rq->trying = NULL;
	if (w == NULL)
		return;
	looked_at(w, true);
	timer_stop(&w->timer);
	w->rq = NULL;
	if (!w->asking)
		wait_free(w);
}

/* Its turn, now (0) or in so many milliseconds. */
static uint64_t
turn_of(struct try_wait *w)
{
	uint64_t now = env_mono_ms(w->core->env), ms = 0;
	struct guess g;

	guess_init(&g, &w->peer, slice_text(""));
	if (w->in_line)
		ms = place_delay(w->core, &g, now - w->begun);
	if (now + ms < w->due)
		ms = w->due - now;
	return ms;
}

static void
time_passed(struct timer *t)
{
	struct try_wait *w = CONTAINER_OF(t, struct try_wait, timer);
	uint64_t ms = turn_of(w);

	if (ms > 0) {
		timer_start(w->core->loop, &w->timer, ms);
		return;
	}
	look_at(w);
	request_wake(w->rq);
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

/* A try begins: at once, or when it is its turn. */
static enum result
begin(struct request *rq, const struct addr *peer, const struct guess *g,
    bool known)
{
	struct core *c = rq->core;
	struct try_wait *w = wait_of(rq);
	uint64_t ms;

	w->peer = *peer;
	w->begun = env_mono_ms(c->env);
	w->due = w->begun + delay_of(c, g, known) * UINT64_C(1000);
	w->in_line = !known;
	ms = turn_of(w);
	/* what comes after it may have to wait, too */
	if (ms > 0 && rq->waits >= WAITS_MAX)
		return RESULT_BUSY;
	count_try(rq, g, known);
	if (ms == 0) {
		look_at(w);
		return RESULT_OK;
	}
	/* who stands in line with others is not slowed for what they did */
	if (ms > LINE_MS)
		metrics_add(c->metrics, COUNTER_LOGIN_SLOWED, 1);
	timer_start(c->loop, &w->timer, ms);
	return request_wait(rq, &w->waiting);
}

enum result
signin_try(struct request *rq, const struct addr *peer, struct slice address)
{
	struct core *c = rq->core;
	bool known = false, shut;
	enum result r = RESULT_OK;
	struct guess g;

	if (rq->tried != TRIED_NOT)
		return RESULT_OK;
	guess_init(&g, peer, address);
	shut = pair_shut(c, &g);
	if (shut || delay_of(c, &g, false) > 0 || place_delay(c, &g, 0) > 0)
		r = signin_ask_known(rq, peer, address, &known);
	if (r != RESULT_OK)
		return r;
	if (shut && !known) {
		metrics_add(c->metrics, COUNTER_LOGIN_LOCKED, 1);
		return RESULT_LOCKED_OUT;
	}
	return begin(rq, peer, &g, known);
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
