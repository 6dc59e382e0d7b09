/* SPDX-License-Identifier: MIT */
/*
 * What is kept of passwords that another server decides about: a verifier for
 * when it is down, a password made for old programs; and who moves.
 */
#include "tests/proto/elsewhere_play.h"

#include "common/codec/digest.h"
#include "core/door/signup.h"
#include "core/private.h"

#include <stdio.h>

#define AMY "amy@friends.example"

static int
setup(void **state)
{
	struct away *w = away_setup(state);

	w->right = "secret";
	w->rules.fallback_days = 7;
	return 0;
}

/* Amy has signed in, and what can be kept is kept. */
static void
amy_was_here(struct away *w)
{
	assert_int_equal(away_sign_in(w, AMY, "secret"), RESULT_OK);
	away_until_kept(w, AMY);
}

/* As after a restart: nothing is known but what is on disk. */
static void
forget_all(struct away *w)
{
	struct core *c = world_core(w->world);

	world_forget(w->world);
	assert_null(account_peek(c, slice_text(AMY)));
	passwords_free(c->passwords);
	c->passwords = passwords_new(c->env, w->workers, 64);
}

/* ---- while it is down ---- */

static void
a_kept_verifier_serves_as_many_days_as_are_set(void **state)
{
	struct away *w = *state;

	amy_was_here(w);
	w->verdict = ELSEWHERE_DOWN;
	for (unsigned pass = 0; pass < 2; pass++) {
		assert_int_equal(away_sign_in(w, AMY, "secret"), RESULT_OK);
		assert_int_equal(away_sign_in(w, AMY, "other"),
		    RESULT_ELSEWHERE_DOWN);
		forget_all(w);
	}
	assert_int_equal(away_count(w, COUNTER_LOGIN_KEPT), 2);
	away_pass_days(w, 7);
	assert_int_equal(away_sign_in(w, AMY, "secret"), RESULT_OK);
	world_pass_quickly(w->world, 1000);
	assert_int_equal(away_sign_in(w, AMY, "secret"), RESULT_ELSEWHERE_DOWN);
	/* it was up for a moment: the days begin anew */
	w->verdict = ELSEWHERE_GOOD;
	assert_int_equal(away_sign_in(w, AMY, "secret"), RESULT_OK);
	w->verdict = ELSEWHERE_DOWN;
	away_pass_days(w, 6);
	assert_int_equal(away_sign_in(w, AMY, "secret"), RESULT_OK);
	/* nobody else gets in by it */
	assert_int_equal(away_sign_in(w, "bob@friends.example", "secret"),
	    RESULT_ELSEWHERE_DOWN);
}

static void
guesses_while_it_is_down_are_counted(void **state)
{
	struct away *w = *state;
	struct core *c = world_core(w->world);

	amy_was_here(w);
	c->cfg.ask_per_minute = 5;
	w->verdict = ELSEWHERE_DOWN;
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(away_sign_in_from(w, "192.0.2.7", AMY,
				     "guess"),
		    RESULT_ELSEWHERE_DOWN);
	assert_int_equal(away_sign_in_from(w, "192.0.2.7", AMY, "secret"),
	    RESULT_LOCKED_OUT);
	assert_int_equal(away_count(w, COUNTER_LOGIN_BAD), 5);
}

/* covers: real-accounts 13 #23 */
static void
without_such_days_nothing_at_all_is_kept(void **state)
{
	struct away *w = *state;

	amy_was_here(w);
	w->rules.fallback_days = 0;
	assert_int_equal(away_sign_in(w, AMY, "secret"), RESULT_OK);
	assert_false(account_away(away_account(w, AMY))->keeps);
	forget_all(w);
	assert_false(account_away(away_account(w, AMY))->keeps);
	w->verdict = ELSEWHERE_DOWN;
	assert_int_equal(away_sign_in(w, AMY, "secret"), RESULT_ELSEWHERE_DOWN);
	w->rules.fallback_days = 7;
	assert_int_equal(away_sign_in(w, AMY, "secret"), RESULT_ELSEWHERE_DOWN);
}

/* ---- another password over there ---- */

/* A ticket of before, which tells whether it still opens anything. */
static bool
opens(struct away *w, const char *ticket)
{
	return signin_ticket(world_core(w->world), away_account(w, AMY),
		   slice_text(ticket), DOOR_SIGN_IN) == RESULT_OK;
}

static void
a_new_password_ends_what_the_old_one_opened(void **state)
{
	struct away *w = *state;
	char ticket[200];

	amy_was_here(w);
	(void)snprintf(ticket, sizeof(ticket), "%s",
	    world_ticket(w->world, AMY, TOKEN_TICKET_LONG));
	for (unsigned pass = 0; pass < 2; pass++) {
		assert_int_equal(away_sign_in(w, AMY, "secret"), RESULT_OK);
		assert_true(opens(w, ticket));
		forget_all(w);
	}
	w->right = "fresh";
	assert_int_equal(away_sign_in(w, AMY, "fresh"), RESULT_OK);
	assert_false(opens(w, ticket));
	away_until_kept(w, AMY);
	w->verdict = ELSEWHERE_DOWN;
	assert_int_equal(away_sign_in(w, AMY, "secret"), RESULT_ELSEWHERE_DOWN);
	assert_int_equal(away_sign_in(w, AMY, "fresh"), RESULT_OK);
}

static void
an_old_password_that_is_refused_is_forgotten(void **state)
{
	struct away *w = *state;
	struct player *amy;
	char ticket[200];

	amy_was_here(w);
	(void)snprintf(ticket, sizeof(ticket), "%s",
	    world_ticket(w->world, AMY, TOKEN_TICKET_LONG));
	amy = play_sign_in(w->world, AMY, "MSNP12");
	w->right = "fresh";
	/* a wrong one is no reason */
	assert_int_equal(away_sign_in(w, AMY, "guess"), RESULT_BAD_PASSWORD);
	assert_true(opens(w, ticket));
	assert_int_equal(away_sign_in(w, AMY, "secret"), RESULT_BAD_PASSWORD);
	assert_false(opens(w, ticket));
	play_hears(amy, "OUT SSD");
	play_is_closed(amy, CLOSE_ACCOUNT_GONE);
	w->verdict = ELSEWHERE_DOWN;
	assert_int_equal(away_sign_in(w, AMY, "secret"), RESULT_ELSEWHERE_DOWN);
	assert_int_equal(away_sign_in(w, AMY, "fresh"), RESULT_ELSEWHERE_DOWN);
}

/* ---- nobody writes it down ---- */

static bool
file_has(const char *path, const char *text)
{
	FILE *f = fopen(path, "rb");
	size_t n, want = strlen(text);
	bool found = false;
	char *all;

	if (f == NULL)
		return false;
	all = malloc(8 << 20);
	assert_non_null(all);
	n = fread(all, 1, 8 << 20, f);
	assert_true(n < 8 << 20);
	for (size_t i = 0; !found && i + want <= n; i++)
		found = memcmp(all + i, text, want) == 0;
	free(all);
	(void)fclose(f);
	return found;
}

/* covers: real-accounts 13 #23 */
static void
no_password_of_elsewhere_is_in_the_database_or_the_log(void **state)
{
	static const char *const tails[] = { "", "-wal" };
	struct away w;
	char path[200];

	(void)state;
	away_begin_on_disk(&w);
	world_core(w.world)->cfg.seal_passwords = true;
	w.rules.fallback_days = 7;
	assert_int_equal(away_sign_in(&w, AMY, "Canary-77-sings"), RESULT_OK);
	away_until_kept(&w, AMY);
	assert_int_equal(away_sign_in(&w, AMY, "Canary-77-sings"), RESULT_OK);
	w.right = "nothing";
	assert_int_equal(away_sign_in(&w, AMY, "Canary-77-sings"),
	    RESULT_BAD_PASSWORD);
	w.verdict = ELSEWHERE_DOWN;
	assert_int_equal(away_sign_in(&w, AMY, "Canary-77-sings"),
	    RESULT_ELSEWHERE_DOWN);
	for (size_t i = 0; i < ARRAY_LEN(tails); i++) {
		(void)snprintf(path, sizeof(path), "%s%s", world_path(w.world),
		    tails[i]);
		assert_false(file_has(path, "Canary-77"));
	}
	(void)snprintf(path, sizeof(path), "%s-wal", world_path(w.world));
	assert_true(file_has(path, AMY));
	assert_true(world_logged(w.world, AMY));
	assert_false(world_logged(w.world, "Canary-77"));
	away_end(&w);
}

/* ---- programs that prove theirs by a digest ---- */

static enum result
digest(struct away *w, const char *password)
{
	const struct slice parts[] = { SLICE_LIT("1013928519.693957190"),
		slice_text(password) };
	unsigned char proof[SIGNIN_DIGEST_BYTES];
	struct account *a;
	struct request rq;
	struct addr peer;
	enum result r;

	digest_md5(parts, ARRAY_LEN(parts), proof);
	if (strcmp(password, "password") == 0)
		assert_memory_equal(proof,
		    "\x7f\x91\x9f\xab\x30\x95\x32\xdf"
		    "\x35\x3c\x90\x14\x30\xdf\x36\xfa",
		    sizeof(proof));
	assert_true(addr_parse_ip(&peer, SLICE_LIT("192.0.2.1")));
	request_begin(&rq, world_core(w->world), away_not_again);
	while ((r = signin_digest(&rq, &peer, SLICE_LIT(AMY), parts[0], proof,
		    &a)) == RESULT_WAIT)
		world_settle(w->world);
	request_end(&rq);
	return r;
}

/* As somebody might who changes the file by hand. */
static void
seal_as_own(struct away *w, const char *password)
{
	char sealed[SEALED_TEXT_MAX + 1];
	struct account *a = away_account(w, AMY);
	struct request rq;

	signin_seal(world_core(w->world), SLICE_LIT(AMY), SEALED_OWN,
	    slice_text(password), sealed);
	request_begin(&rq, world_core(w->world), away_not_again);
	while (account_password(&rq, a) == RESULT_WAIT)
		world_settle(w->world);
	assert_int_equal(account_set_sealed(&rq, a, sealed), RESULT_OK);
	request_end(&rq);
	world_settle(w->world);
}

static void
make_app_password(struct away *w, char out[64])
{
	struct buf made = BUF_INIT(63);
	struct account *a = away_account(w, AMY);
	struct request rq;
	enum result r;

	request_begin(&rq, world_core(w->world), away_not_again);
	while ((r = signin_app_password(&rq, a, &made)) == RESULT_WAIT)
		world_settle(w->world);
	assert_int_equal(r, RESULT_OK);
	request_end(&rq);
	world_settle(w->world);
	memcpy(out, made.p, made.n);
	out[made.n] = '\0';
	buf_free(&made);
}

/* covers: real-accounts 13 #19 */
static void
old_programs_get_in_by_a_password_made_for_them_alone(void **state)
{
	struct away *w = *state;
	struct core *c = world_core(w->world);
	char made[64];

	c->cfg.seal_passwords = true;
	c->cfg.md5_days = 90;
	assert_int_equal(digest(w, "password"), RESULT_BAD_PASSWORD);
	amy_was_here(w);
	assert_int_equal(digest(w, "secret"), RESULT_BAD_PASSWORD);
	seal_as_own(w, "secret");
	assert_int_equal(digest(w, "secret"), RESULT_BAD_PASSWORD);
	make_app_password(w, made);
	assert_int_equal(digest(w, made), RESULT_OK);
	assert_int_equal(digest(w, "secret"), RESULT_BAD_PASSWORD);
	/* what is kept beside it changes nothing of it */
	forget_all(w);
	w->right = "fresh";
	assert_int_equal(away_sign_in(w, AMY, "fresh"), RESULT_OK);
	away_until_kept(w, AMY);
	assert_int_equal(digest(w, made), RESULT_OK);
	away_pass_days(w, 90);
	assert_int_equal(digest(w, made), RESULT_OK);
	world_pass_quickly(w->world, 1000);
	assert_int_equal(digest(w, made), RESULT_BAD_PASSWORD);
	assert_int_equal(away_sign_in(w, AMY, "fresh"), RESULT_OK);
	assert_int_equal(digest(w, made), RESULT_OK);
}

/* ---- who moves ---- */

static void
move(struct away *w, const char *home)
{
	struct account *a = away_account(w, AMY);
	struct request rq;

	request_begin(&rq, world_core(w->world), away_not_again);
	assert_int_equal(account_set_home(&rq, a, slice_text(home)), RESULT_OK);
	assert_int_equal(account_set_home(&rq, a, slice_text(home)),
	    RESULT_UNCHANGED);
	request_end(&rq);
	world_settle(w->world);
}

static void
who_moves_here_keeps_nothing_of_before_but_the_account(void **state)
{
	struct away *w = *state;
	struct account *a;
	struct request rq;
	char ticket[200], made[64];

	amy_was_here(w);
	make_app_password(w, made);
	(void)snprintf(ticket, sizeof(ticket), "%s",
	    world_ticket(w->world, AMY, TOKEN_TICKET_LONG));
	/* nobody gives it a password while it lives there */
	request_begin(&rq, world_core(w->world), away_not_again);
	assert_int_equal(signup_set_password(&rq, away_account(w, AMY),
			     SLICE_LIT("long enough")),
	    RESULT_ELSEWHERE);
	request_end(&rq);
	move(w, "");
	forget_all(w);
	a = away_account(w, AMY);
	assert_null(account_away(a));
	assert_false(opens(w, ticket));
	w->asked = 0;
	assert_int_equal(away_sign_in(w, AMY, "secret"), RESULT_BAD_PASSWORD);
	assert_int_equal(digest(w, made), RESULT_BAD_PASSWORD);
	assert_int_equal(w->asked, 0);
	/* and back: over there it may be another one by now */
	move(w, "friends");
	w->remote_id = "0003BFFD00000099";
	assert_int_equal(away_sign_in(w, AMY, "secret"), RESULT_OK);
	assert_string_equal(account_away(away_account(w, AMY))->remote_id,
	    "0003BFFD00000099");
}

static void
whoever_moves_while_asked_about_is_not_let_in(void **state)
{
	struct away *w = *state;
	struct trial t;

	assert_int_equal(away_sign_in(w, AMY, "secret"), RESULT_OK);
	w->silent = true;
	trial_begin(&t, w, "192.0.2.7", AMY, "secret");
	world_settle(w->world);
	move(w, "others");
	w->silent = false;
	trial_end(&t);
	assert_int_equal(t.result, RESULT_ELSEWHERE_DOWN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, away_teardown)
		T(a_kept_verifier_serves_as_many_days_as_are_set),
		T(guesses_while_it_is_down_are_counted),
		T(without_such_days_nothing_at_all_is_kept),
		T(a_new_password_ends_what_the_old_one_opened),
		T(an_old_password_that_is_refused_is_forgotten),
		cmocka_unit_test(
		    no_password_of_elsewhere_is_in_the_database_or_the_log),
		T(old_programs_get_in_by_a_password_made_for_them_alone),
		T(who_moves_here_keeps_nothing_of_before_but_the_account),
		T(whoever_moves_while_asked_about_is_not_let_in),
#undef T
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
