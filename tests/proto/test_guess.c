/* SPDX-License-Identifier: MIT */
/* Guessing slows the guesser down, and keeps nobody else out. */
#include "tests/proto/elsewhere_play.h"
#include "tests/proto/play.h"

#include "common/codec/digest.h"
#include "core/door/signin.h"
#include "core/door/signup.h"
#include "core/private.h"

#include <stdio.h>
#include <string.h>

#define AMY  "amy@here.example"
#define HOME "192.0.1.1"
#define NEW  "203.0.113.9"

/* One who proves a password at an address; another challenge every time. */
struct prover {
	struct request rq;
	struct world *w;
	struct addr peer;
	const char *word;
	bool over;
	enum result result;
	uint64_t begun, ended;
};

static void
prove(struct request *rq)
{
	struct prover *p = CONTAINER_OF(rq, struct prover, rq);
	const struct slice parts[] = { SLICE_LIT("challenge"),
		slice_text(p->word) };
	unsigned char proof[MD5_BYTES];
	struct account *a;

	digest_md5(parts, ARRAY_LEN(parts), proof);
	p->result =
	    signin_digest(rq, &p->peer, SLICE_LIT(AMY), parts[0], proof, &a);
	if (p->result == RESULT_WAIT)
		return;
	p->over = true;
	p->ended = env_mono_ms(world_core(p->w)->env);
}

static void
begin(struct prover *p, struct world *w, const char *ip, const char *word)
{
	*p = (struct prover){ .w = w, .word = word };
	assert_true(addr_parse_ip(&p->peer, slice_text(ip)));
	request_begin(&p->rq, world_core(w), prove);
	p->begun = env_mono_ms(world_core(w)->env);
	prove(&p->rq);
}

/* What it is told, and after how many seconds. */
static enum result
tell(struct prover *p, unsigned *seconds)
{
	for (unsigned i = 0; i < 100 && !p->over; i++) {
		world_settle(p->w);
		if (!p->over)
			world_pass(p->w, 250);
	}
	assert_true(p->over);
	request_end(&p->rq);
	if (seconds != NULL)
		*seconds = (unsigned)((p->ended - p->begun + 500) / 1000);
	return p->result;
}

static enum result
try_from(struct world *w, const char *ip, const char *word, unsigned *seconds)
{
	struct prover p;

	begin(&p, w, ip, word);
	return tell(&p, seconds);
}

/* Somebody who makes an account. */
struct maker {
	struct request rq;
	bool woken;
};

static void
wake(struct request *rq)
{
	CONTAINER_OF(rq, struct maker, rq)->woken = true;
}

static enum result
sign_up(struct away *w, const struct addr *peer, const char *address)
{
	const struct signup_wish wish = { .address = slice_text(address),
		.password = SLICE_LIT("right") };
	struct maker m = { 0 };
	struct account *a;
	enum result r;

	request_begin(&m.rq, world_core(w->world), wake);
	while ((r = signup_make(&m.rq, peer, &wish, &a)) == RESULT_WAIT)
		for (m.woken = false; !m.woken;)
			world_settle(w->world);
	request_end(&m.rq);
	world_settle(w->world);
	return r;
}

static void
make_amy(struct away *w)
{
	struct core *c = world_core(w->world);
	struct addr peer;

	c->elsewhere = NULL;
	c->cfg.signup = SIGNUP_OPEN;
	c->cfg.seal_passwords = true;
	c->cfg.guess_delay_s = 15;
	assert_true(addr_parse_ip(&peer, SLICE_LIT(HOME)));
	assert_int_equal(sign_up(w, &peer, AMY), RESULT_OK);
}

/* Guesses that are answered, so many from each of so many places. */
static void
guess(struct away *w, const char *net, unsigned places, unsigned each)
{
	struct prover p[64];
	char ip[64];

	assert_true(each <= ARRAY_LEN(p));
	for (unsigned i = 0; i < places; i++) {
		(void)snprintf(ip, sizeof(ip), "%s%u%s", net, i + 1,
		    strchr(net, ':') ? "::1" : ".1");
		for (unsigned k = 0; k < each; k++)
			begin(&p[k], w->world, ip, "wrong");
		for (unsigned k = 0; k < each; k++)
			(void)tell(&p[k], NULL);
	}
}

static void
six_places_with_ten_guesses_each_keep_nobody_out(void **state)
{
	struct away *w = *state;
	unsigned s;

	make_amy(w);
	assert_int_equal(try_from(w->world, HOME, "right", NULL), RESULT_OK);
	guess(w, "198.51.", 6, 10);
	/* at home, nothing happened */
	assert_int_equal(try_from(w->world, HOME, "right", &s), RESULT_OK);
	assert_int_equal(s, 0);
	/* in the same network, too: a home's address changes */
	assert_int_equal(try_from(w->world, "192.0.1.77", "right", &s),
	    RESULT_OK);
	assert_int_equal(s, 0);
	/* on a journey, it takes a moment */
	assert_int_equal(try_from(w->world, NEW, "right", &s), RESULT_OK);
	assert_in_range(s, 1, 15);
	/* and then that network is known */
	guess(w, "198.52.", 6, 10);
	assert_int_equal(try_from(w->world, NEW, "right", &s), RESULT_OK);
	assert_int_equal(s, 0);
}

static void
the_eleventh_guess_is_refused_where_the_account_is_not_known(void **state)
{
	struct away *w = *state;

	make_amy(w);
	for (unsigned i = 0; i < 10; i++)
		assert_int_equal(try_from(w->world, NEW, "wrong", NULL),
		    RESULT_BAD_PASSWORD);
	assert_int_equal(try_from(w->world, NEW, "wrong", NULL),
	    RESULT_LOCKED_OUT);
	assert_int_equal(try_from(w->world, NEW, "right", NULL),
	    RESULT_LOCKED_OUT);
	world_pass(w->world, 61000);
	assert_int_equal(try_from(w->world, NEW, "right", NULL), RESULT_OK);
}

static void
a_guesser_behind_the_same_address_costs_time_alone(void **state)
{
	struct away *w = *state;
	unsigned s;

	make_amy(w);
	assert_int_equal(try_from(w->world, HOME, "right", NULL), RESULT_OK);
	for (unsigned i = 0; i < 10; i++) {
		assert_int_equal(try_from(w->world, HOME, "wrong", &s),
		    RESULT_BAD_PASSWORD);
		assert_int_equal(s, 0);
	}
	assert_int_equal(try_from(w->world, HOME, "wrong", &s),
	    RESULT_BAD_PASSWORD);
	assert_int_equal(s, 1);
	assert_int_equal(try_from(w->world, HOME, "right", &s), RESULT_OK);
	assert_int_equal(s, 1);
}

static void
delays_grow_with_the_failures_of_a_place_and_have_an_end(void **state)
{
	static const unsigned want[] = { 0, 1, 2, 4, 8, 15, 15, 15 };
	struct away *w = *state;
	struct core *c = world_core(w->world);
	struct addr peer;
	unsigned s;

	make_amy(w);
	assert_true(addr_parse_ip(&peer, SLICE_LIT(NEW)));
	for (size_t i = 0; i < ARRAY_LEN(want); i++) {
		assert_int_equal(try_from(w->world, NEW, "wrong", &s),
		    RESULT_BAD_PASSWORD);
		assert_int_equal(s, want[i]);
		/* it guesses at others */
		for (unsigned k = 0; k < 9; k++)
			signin_peer_guessed(c, &peer);
	}
	/* somebody else's right password there is slow, not refused */
	world_pass(w->world, 61000);
	assert_int_equal(try_from(w->world, NEW, "right", &s), RESULT_OK);
	assert_int_equal(s, 15);
	/* and where the owner is known, not even that */
	assert_int_equal(try_from(w->world, NEW, "right", &s), RESULT_OK);
	assert_int_equal(s, 0);
}

static void
an_ipv6_guesser_is_counted_by_the_56_and_the_48_too(void **state)
{
	struct away *w = *state;

	make_amy(w);
	guess(w, "2001:db8:1:10", 2, 10);
	/* the third /64 of that /56 is no new place */
	assert_int_equal(try_from(w->world, "2001:db8:1:1ff::1", "right", NULL),
	    RESULT_LOCKED_OUT);
	/* another /56 is, until the /48 has made forty */
	guess(w, "2001:db8:1:20", 2, 10);
	assert_int_equal(try_from(w->world, "2001:db8:1:301::1", "right", NULL),
	    RESULT_LOCKED_OUT);
	assert_int_equal(try_from(w->world, "2001:db8:2:301::1", "right", NULL),
	    RESULT_OK);
}

static void
who_hangs_up_before_the_answer_has_guessed(void **state)
{
	struct away *w = *state;
	struct core *c = world_core(w->world);
	struct addr peer;
	struct request rq;
	struct account *a;

	make_amy(w);
	assert_true(addr_parse_ip(&peer, SLICE_LIT(NEW)));
	for (unsigned i = 0; i < 10; i++) {
		request_begin(&rq, c, away_not_again);
		while (rq.password == NULL &&
		    signin_password(&rq, &peer, SLICE_LIT(AMY),
			SLICE_LIT("wrong"), &a) == RESULT_WAIT)
			world_settle(w->world);
		request_end(&rq);
	}
	assert_int_equal(try_from(w->world, NEW, "right", NULL),
	    RESULT_LOCKED_OUT);
	world_settle(w->world);
}

static void
known_networks_outlive_the_memory_of_them(void **state)
{
	struct away *w = *state;
	struct core *c = world_core(w->world);

	make_amy(w);
	assert_int_equal(try_from(w->world, HOME, "right", NULL), RESULT_OK);
	world_settle(w->world);
	known_stop(c);
	known_start(c);
	guess(w, "192.0.", 1, 10);
	/* slowed down, not refused */
	assert_int_equal(try_from(w->world, HOME, "right", NULL), RESULT_OK);
	/* a month later it is like any */
	away_pass_days(w, 32);
	known_stop(c);
	known_start(c);
	guess(w, "192.0.", 1, 10);
	assert_int_equal(try_from(w->world, HOME, "right", NULL),
	    RESULT_LOCKED_OUT);
}

static void
a_sign_up_that_is_refused_as_busy_uses_nothing_up(void **state)
{
	static const struct work_limits small[WORK_CLASSES] = {
		[WORK_TLS] = { 1, 1 },
		[WORK_HASH] = { 1, 1 },
		[WORK_COPY] = { 1, 1 },
	};
	struct away *w = *state;
	struct core *c = world_core(w->world);
	struct passwords *usual = c->passwords;
	struct workers *few = workers_new(c->loop, 1, small);
	struct account_secret secret;
	struct request many[2];
	struct addr peer;

	make_amy(w);
	c->passwords = passwords_new(c->env, few, 4);
	c->cfg.signups = 1;
	assert_true(addr_parse_ip(&peer, SLICE_LIT("192.0.3.200")));
	/* as many as there is room for, of the same network */
	for (unsigned i = 0; i < ARRAY_LEN(many); i++) {
		request_begin(&many[i], c, away_not_again);
		many[i].peer = &peer;
		assert_int_equal(signin_hash(&many[i], slice_text(AMY),
				     SLICE_LIT("x"), &secret),
		    RESULT_WAIT);
	}
	assert_int_equal(sign_up(w, &peer, "bob@here.example"), RESULT_BUSY);
	for (unsigned i = 0; i < ARRAY_LEN(many); i++)
		request_end(&many[i]);
	workers_free(few);
	passwords_free(c->passwords);
	c->passwords = usual;
	assert_int_equal(sign_up(w, &peer, "bob@here.example"), RESULT_OK);
	/* and that one was the one */
	assert_int_equal(sign_up(w, &peer, "cid@here.example"),
	    RESULT_TOO_ACTIVE);
}

static void
sign_ups_are_counted_by_the_56_and_the_48_too(void **state)
{
	struct away *w = *state;
	struct core *c = world_core(w->world);
	static const struct {
		const char *ip;
		bool good;
	} tries[] = {
		{ "2001:db8:1:101::1", true },
		{ "2001:db8:1:101::2", false },
		{ "2001:db8:1:102::1", true },
		{ "2001:db8:1:103::1", false },
		{ "2001:db8:1:201::1", true },
		{ "2001:db8:1:301::1", true },
		{ "2001:db8:1:401::1", false },
		{ "2001:db8:2:401::1", true },
	};

	c->cfg.signups = 1;
	for (size_t i = 0; i < ARRAY_LEN(tries); i++) {
		struct addr peer;

		assert_true(addr_parse_ip(&peer, slice_text(tries[i].ip)));
		assert_int_equal(signup_count(c, &peer), tries[i].good);
	}
}

static int
setup(void **state)
{
	(void)away_setup(state);
	return 0;
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, away_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(six_places_with_ten_guesses_each_keep_nobody_out),
		T(the_eleventh_guess_is_refused_where_the_account_is_not_known),
		T(a_guesser_behind_the_same_address_costs_time_alone),
		T(delays_grow_with_the_failures_of_a_place_and_have_an_end),
		T(an_ipv6_guesser_is_counted_by_the_56_and_the_48_too),
		T(who_hangs_up_before_the_answer_has_guessed),
		T(known_networks_outlive_the_memory_of_them),
		T(a_sign_up_that_is_refused_as_busy_uses_nothing_up),
		T(sign_ups_are_counted_by_the_56_and_the_48_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
