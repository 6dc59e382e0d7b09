/* SPDX-License-Identifier: MIT */
#include "tests/proto/elsewhere_play.h"

#include "common/base/panic.h"
#include "core/private.h"

#include <stdio.h>
#include <time.h>

enum {
	PATIENCE = 20000 /* naps */
};

/* ---- the other server ---- */

static struct slice
script_home(void *ctx, struct slice address)
{
	const struct away *w = ctx;

	return !w->forgotten &&
		slice_ends_nocase(address, SLICE_LIT("@friends.example"))
	    ? SLICE_LIT("friends")
	    : (struct slice){ 0 };
}

static const struct elsewhere_rules *
script_rules(void *ctx, struct slice home)
{
	struct away *w = ctx;

	return !w->forgotten && slice_eq_text(home, "friends") ? &w->rules
							       : NULL;
}

static void
put_text(char *out, const char *text)
{
	if (text != NULL)
		memcpy(out, text, strlen(text) + 1);
}

static void
answer(const struct away *w, struct elsewhere_job *job)
{
	bool wrong = job->own != NULL;

	job->own = NULL;
	job->verdict = wrong ? ELSEWHERE_WRONG : w->verdict;
	if (job->verdict == ELSEWHERE_MOVED)
		put_text(job->url, w->url);
	if (job->verdict == ELSEWHERE_GOOD) {
		put_text(job->remote_id, w->remote_id);
		put_text(job->name, w->name);
		if (w->reply != NULL)
			job->reply = blob_new(w->reply, strlen(w->reply));
	}
	job->done(job);
}

static void
script_ask(void *ctx, struct elsewhere_job *job)
{
	struct away *w = ctx;

	assert_true(slice_eq_text(job->home, "friends"));
	(void)snprintf(w->address, sizeof(w->address), SLICE_FMT,
	    SLICE_ARG(job->address));
	(void)snprintf(w->password, sizeof(w->password), SLICE_FMT,
	    SLICE_ARG(job->password));
	w->asker = job->asker;
	w->asked++;
	/* what is asked may not be read later: judge it now */
	job->own = w->verdict == ELSEWHERE_GOOD && w->right != NULL &&
		strcmp(w->right, w->password) != 0
	    ? w
	    : NULL;
	assert_true(w->njobs < ANSWERS_MAX);
	w->jobs[w->njobs++] = job;
}

void
away_answer(struct away *w)
{
	struct elsewhere_job *now[ANSWERS_MAX];
	unsigned n = w->njobs;

	memcpy(now, w->jobs, sizeof(now));
	w->njobs = 0;
	for (unsigned i = 0; i < n; i++)
		answer(w, now[i]);
}

/* ---- the world ---- */

static void
begin(struct away *w, struct world *world)
{
	static const struct work_limits limits[WORK_CLASSES] = {
		[WORK_TLS] = { 1, 1 },
		[WORK_HASH] = { 2, ANSWERS_MAX * 2 },
		[WORK_COPY] = { 1, 1 },
	};
	struct core *c = world_core(world);

	*w = (struct away){ .world = world };
	w->workers = workers_new(c->loop, 2, limits);
	c->passwords = passwords_new(c->env, w->workers, 64);
	w->rules.make = true;
	w->elsewhere = (struct elsewhere){ .ctx = w,
		.home = script_home,
		.rules = script_rules,
		.ask = script_ask };
	c->elsewhere = &w->elsewhere;
	w->remote_id = "0003BFFD00000007";
}

void
away_begin(struct away *w)
{
	begin(w, world_new());
}

void
away_begin_on_disk(struct away *w)
{
	begin(w, world_on_disk());
}

void
away_end(struct away *w)
{
	struct core *c = world_core(w->world);

	away_answer(w);
	workers_free(w->workers);
	world_settle(w->world);
	assert_int_equal(c->nrequests, 0);
	passwords_free(c->passwords);
	c->passwords = NULL;
	world_free(w->world);
}

struct away *
away_setup(void **state)
{
	struct away *w = mem_alloc(sizeof(*w));

	away_begin(w);
	*state = w;
	return w;
}

int
away_teardown(void **state)
{
	away_end(*state);
	free(*state);
	return 0;
}

void
away_not_again(struct request *rq)
{
	(void)rq;
}

/* Workers have real work: give them time. */
static void
nap(void)
{
	const struct timespec ms = { .tv_nsec = 500000 };

	(void)nanosleep(&ms, NULL);
}

static void
turn(struct away *w)
{
	world_settle(w->world);
	if (w->njobs > 0 && !w->silent)
		away_answer(w);
	else
		nap();
}

void
away_until_kept(struct away *w, const char *address)
{
	for (int i = 0; i < PATIENCE; i++) {
		const struct account *a = away_account(w, address);

		assert_non_null(a);
		if (account_away(a)->keeps &&
		    a->seq <= store_committed(world_core(w->world)->store))
			return;
		turn(w);
	}
	fail_msg("no verifier was kept of %s", address);
}

void
away_pass_days(struct away *w, unsigned days)
{
	world_pass_quickly(w->world, (uint64_t)days * 24 * 3600 * 1000);
}

/* ---- trials ---- */

static void
trial_step(struct request *rq)
{
	struct trial *t = CONTAINER_OF(rq, struct trial, rq);

	t->result = signin_password(rq, &t->peer, slice_text(t->address),
	    slice_text(t->password), &t->account);
	t->over = t->result != RESULT_WAIT;
	if (t->over)
		(void)snprintf(t->url, sizeof(t->url), SLICE_FMT,
		    SLICE_ARG(signin_moved(rq)));
	if (t->over)
		t->passed_on = signin_elsewhere_reply(rq) != NULL;
}

void
trial_begin(struct trial *t, struct away *w, const char *ip,
    const char *address, const char *password)
{
	*t = (struct trial){ .away = w,
		.address = address,
		.password = password };
	assert_true(addr_parse_ip(&t->peer, slice_text(ip)));
	request_begin(&t->rq, world_core(w->world), trial_step);
	t->rq.asker = t;
	trial_step(&t->rq);
}

void
trial_end(struct trial *t)
{
	for (int i = 0; i < PATIENCE && !t->over; i++)
		turn(t->away);
	assert_true(t->over);
	world_settle(t->away->world);
	assert_true(
	    t->rq.seq <= store_committed(world_core(t->away->world)->store));
	request_end(&t->rq);
}

enum result
away_sign_in_from(struct away *w, const char *ip, const char *address,
    const char *password)
{
	struct trial t;

	trial_begin(&t, w, ip, address, password);
	trial_end(&t);
	return t.result;
}

enum result
away_sign_in(struct away *w, const char *address, const char *password)
{
	char ip[32];

	w->peers++;
	(void)snprintf(ip, sizeof(ip), "10.0.%u.%u", w->peers / 200,
	    w->peers % 200 + 1);
	return away_sign_in_from(w, ip, address, password);
}

/* ---- looking ---- */

struct account *
away_account(struct away *w, const char *address)
{
	struct account *a;
	struct request rq;
	enum result r;

	request_begin(&rq, world_core(w->world), away_not_again);
	while ((r = account_get(&rq, slice_text(address), &a)) == RESULT_WAIT)
		world_settle(w->world);
	request_end(&rq);
	return r == RESULT_OK ? a : NULL;
}

uint64_t
away_count(struct away *w, enum counter which)
{
	return metrics_get(world_core(w->world)->metrics, which);
}
