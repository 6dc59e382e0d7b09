/* SPDX-License-Identifier: MIT */
/* MSNP2 to MSNP7 from the first byte to USR OK. */
#include "tests/proto/play.h"

#include "core/private.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const char *const dialects[] = { "MSNP2", "MSNP3", "MSNP4", "MSNP5",
	"MSNP6", "MSNP7" };

static void
not_again(struct request *rq)
{
	(void)rq;
}

/* The loaded record, pinned by rq. */
static struct account *
get(struct world *w, struct request *rq, const char *address)
{
	struct account *a;
	enum result r;

	request_begin(rq, world_core(w), not_again);
	while ((r = account_get(rq, slice_text(address), &a)) == RESULT_WAIT ||
	    (r == RESULT_OK && (r = account_password(rq, a)) == RESULT_WAIT)) {
		world_settle(w);
		list_remove(&rq->waiting);
	}
	assert_int_equal(r, RESULT_OK);
	return a;
}

/* Somebody tries this password. */
static struct player *
tries(struct world *w, const char *address, const char *password)
{
	struct player *p = play_connect(w);

	play_sayf(p, "USR 3 MD5 S %s",
	    play_md5(play_challenge(p, address, "MSNP5"), password));
	return p;
}

static void
is_let_in(struct player *p)
{
	play_hears_like(p, "USR 3 OK *");
	play_ignore(p);
}

static void
is_refused(struct player *p)
{
	play_hears(p, "911 3");
	play_is_closed(p, CLOSE_AUTH_FAILED);
}

/* ---- VER, INF ---- */

/* covers: ns-classic 15 #14; field-notes 10 */
static void
the_answer_names_every_version_in_common(void **state)
{
	static const char *const cases[][2] = {
		{ "VER 1 MSNP2", "VER 1 MSNP2" },
		{ "VER 0 MSNP7 MSNP6 MSNP5 MSNP4 CVR0",
		    "VER 0 MSNP7 MSNP6 MSNP5 MSNP4" },
		{ "VER 1 MSNP4 MSNP5 MSNP99 msnp5", "VER 1 MSNP5 MSNP4" },
		/* later ones stand alone */
		{ "VER 1 MSNP8 MSNP7 CVR0", "VER 1 MSNP8 MSNP7 CVR0" },
	};
	struct world *w = world_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct player *p = play_connect(w);

		play_say(p, cases[i][0]);
		play_hears(p, cases[i][1]);
		play_hears_nothing(p);
	}
	world_free(w);
}

/* covers: ns-classic 15 #1, #22; field-notes 9 */
static void
inf_offers_md5_alone(void **state)
{
	struct world *w = world_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(dialects); i++) {
		struct player *p = play_connect(w);

		play_sayf(p, "VER 1 %s", dialects[i]);
		play_hearsf(p, "VER 1 %s", dialects[i]);
		play_say_bytes(p, "INF 2 \n", 7);
		play_hears(p, "INF 2 MD5");
		play_hears_nothing(p);
	}
	world_free(w);
}

/* ---- USR ---- */

/* The last words of USR OK, and the profile, as each version has them. */
static void
check_welcome(struct player *p, unsigned version, const char *auth)
{
	char want[1024];
	const char *got;

	play_hearsf(p, "USR 3 OK alice@a.com Alice%%20in%s",
	    version >= 6 ? " 1" : "");
	got = play_hears_with(p,
	    version == 2 ? "MSG Hotmail Hotmail 95" : "MSG Hotmail Hotmail *");
	(void)snprintf(want, sizeof(want),
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: text/x-msmsgsprofile; charset=UTF-8\r\n"
	    "LoginTime: 1100000005\r\n%s%s",
	    version == 2 ? "\r\n"
			 : "EmailEnabled: 1\r\n"
			   "MemberIdHigh: 0\r\nMemberIdLow: 1\r\n"
			   "lang_preference: 1033\r\n"
			   "preferredEmail: alice@a.com\r\ncountry: US\r\n"
			   "PostalCode: \r\nGender: \r\nKid: 0\r\nAge: \r\n"
			   "BDayPre: \r\nBirthday: \r\nWallet: \r\n"
			   "Flags: 1027\r\nsid: 507\r\nkv: 5\r\nMSPAuth: ",
	    auth);
	assert_memory_equal(got, want, strlen(want));
	got += strlen(want);
	if (version == 2) {
		assert_string_equal(got, "");
		return;
	}
	/* a token, and nothing behind it */
	assert_true(strspn(got,
			"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			"abcdefghijklmnopqrstuvwxyz0123456789*!") > 60);
	assert_string_equal(strchr(got, '\r'), "\r\n\r\n");
}

/* covers: ns-classic 15 #20, #24, #25, #26, #42 */
static void
the_md5_of_challenge_and_password_signs_in(void **state)
{
	struct world *w = world_new();

	(void)state;
	world_add(w, "alice@a.com", "Alice%20in");
	for (unsigned version = 2; version <= 7; version++) {
		struct player *p = play_connect(w);
		const char *challenge;
		char proof[33];

		challenge =
		    play_challenge(p, "Alice@a.com", dialects[version - 2]);
		/* the time, a dot, a number */
		assert_memory_equal(challenge, "1100000005.", 11);
		assert_int_equal(strspn(challenge + 11, "0123456789"),
		    strlen(challenge + 11));
		(void)snprintf(proof, sizeof(proof), "%s",
		    play_md5(challenge, PLAY_PASSWORD));
		if (version % 2 == 1)
			for (char *at = proof; *at != '\0'; at++)
				*at = (char)toupper((unsigned char)*at);
		play_sayf(p, "USR 3 MD5 S %s", proof);
		check_welcome(p, version, "");
		play_hears_nothing(p);
	}
	world_free(w);
}

/* The example in the pages: what a client of the time really said. */
static void
a_documented_answer_is_what_we_expect(void **state)
{
	(void)state;
	assert_string_equal(play_md5("1013928519.693957190", "secret"),
	    "0dc38e0c96e5ef37eb9451a0b2d5aaf9");
}

/* covers: ns-classic 15 #27, #28, #31 */
static void
who_does_not_know_the_password_is_refused(void **state)
{
	static const char *const refused[] = { "USR 3 MD5 I nodomain",
		"USR 3 MD5 S 0dc38e0c96e5ef37eb9451a0b2d5aaf9",
		"USR 3 MD5 X a@b", "USR 3 KERB I a@b", "USR 3 CTP I a@b" };
	static const char *const proofs[] = { "",
		"0dc38e0c96e5ef37eb9451a0b2d5aaf9",
		"0dc38e0c96e5ef37eb9451a0b2d5aaf", "xyz", PLAY_PASSWORD };
	struct world *w = world_new();
	struct player *p;
	char old[33];

	(void)state;
	world_add(w, "alice@a.com", "");
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		p = play_connect(w);
		play_sayf(p, "VER 1 MSNP7\r\n%s", refused[i]);
		play_hears(p, "VER 1 MSNP7");
		is_refused(p);
	}
	for (size_t i = 1; i < ARRAY_LEN(proofs); i++) {
		p = play_connect(w);
		play_challenge(p, "alice@a.com", "MSNP7");
		play_sayf(p, "USR 3 MD5 S %s", proofs[i]);
		is_refused(p);
	}
	is_refused(tries(w, "alice@a.com", "wrong"));
	/* an account nobody has is asked like any other */
	is_refused(tries(w, "ghost@b.com", PLAY_PASSWORD));
	/* an answer serves for its own challenge */
	p = play_connect(w);
	(void)snprintf(old, sizeof(old), "%s",
	    play_md5(play_challenge(p, "alice@a.com", "MSNP5"), PLAY_PASSWORD));
	play_say(p, "USR 2 MD5 I alice@a.com");
	play_hears_like(p, "USR 2 MD5 S *");
	play_sayf(p, "USR 3 MD5 S %s", old);
	is_refused(p);
	world_free(w);
}

/* covers: ns-classic 15 #23, #29, #37 */
static void
packages_of_another_era_end_the_connection(void **state)
{
	static const char *const cases[][2] = {
		{ "MSNP7", "USR 3 TWN I a@b" },
		{ "MSNP2", "USR 3 TWN S t=x" },
		{ "MSNP7", "USR 3 SSO I a@b" },
		{ "MSNP8", "USR 3 MD5 I a@b" },
		{ "MSNP8", "USR 3 CTP I a@b" },
		{ "MSNP18", "USR 3 MD5 I a@b" },
		{ "MSNP8", "INF 2" },
	};
	struct world *w = world_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct player *p = play_connect(w);

		play_sayf(p, "VER 1 %s\r\n%s", cases[i][0], cases[i][1]);
		play_hearsf(p, "VER 1 %s", cases[i][0]);
		play_is_closed(p, CLOSE_WRONG_DIALECT);
	}
	world_free(w);
}

/* covers: passport 13 #35 */
static void
guesses_are_counted_as_everywhere(void **state)
{
	struct world *w = world_new();
	struct player *p;

	(void)state;
	world_add(w, "alice@a.com", "");
	for (int i = 0; i < 10; i++)
		is_refused(tries(w, "alice@a.com", "guess"));
	is_refused(tries(w, "alice@a.com", PLAY_PASSWORD));
	assert_int_equal(metrics_get(world_core(w)->metrics,
			     COUNTER_LOGIN_LOCKED),
	    1);
	/* not at another address, and not for ever */
	p = play_connect_from(w, "198.51.100.7", false);
	play_sayf(p, "USR 3 MD5 S %s",
	    play_md5(play_challenge(p, "alice@a.com", "MSNP5"), PLAY_PASSWORD));
	is_let_in(p);
	world_pass(w, 61000);
	is_let_in(tries(w, "alice@a.com", PLAY_PASSWORD));
	world_free(w);
}

/* covers: ns-classic 15 #30 */
static void
dispatch_refers_in_the_form_of_each_version(void **state)
{
	struct world *w = world_new();

	(void)state;
	world_add(w, "alice@a.com", "");
	world_config(w)->dispatch = true;
	world_reload(w);
	for (unsigned version = 2; version <= 7; version++) {
		const char *d = dialects[version - 2];
		struct player *p = play_connect(w);

		play_sayf(p, "VER 1 %s\r\nUSR 2 MD5 I alice@a.com", d);
		play_hearsf(p, "VER 1 %s", d);
		play_hearsf(p, "XFR 2 NS 192.0.2.1:1863 0%s",
		    version == 7 ? " 192.0.2.1:1863" : "");
		play_is_closed(p, CLOSE_REFERRED);
		p = play_connect(w);
		play_sayf(p, "USR 3 MD5 S %s",
		    play_md5(play_challenge(p, "alice@a.com", d),
			PLAY_PASSWORD));
		is_let_in(p);
		world_pass(w, 121000);
	}
	world_free(w);
}

static void
what_is_said_late_or_twice_is_answered_as_later(void **state)
{
	struct world *w = world_new();
	struct player *p = play_sign_in(w, "alice@a.com", "MSNP5");
	struct player *q = play_connect(w);

	(void)state;
	play_say(p, "USR 9 MD5 I alice@a.com");
	play_hears(p, "207 9");
	play_say(p, "VER 10 MSNP5");
	play_hears(p, "715 10");
	play_is_closed(p, CLOSE_WRONG_STATE);

	play_challenge(q, "alice@a.com", "MSNP5");
	core_drain(world_core(w));
	play_say(q, "USR 3 MD5 S 0dc38e0c96e5ef37eb9451a0b2d5aaf9");
	play_hears(q, "601 3");
	play_is_closed(q, CLOSE_DRAIN);
	world_free(w);
}

/* ---- which password ---- */

/* covers: design 6 */
static void
an_app_password_replaces_the_one_before_and_can_be_taken_away(void **state)
{
	struct world *w = world_new();
	struct buf made = BUF_INIT(64), again = BUF_INIT(64);
	struct request rq;
	struct account *a;
	struct player *on;

	(void)state;
	world_add(w, "alice@a.com", "");
	/* also while she is there, when no secret is in memory */
	on = play_online(w, "alice@a.com", "MSNP12");
	a = get(w, &rq, "alice@a.com");
	assert_int_equal(signin_app_password(&rq, a, &made), RESULT_OK);
	assert_int_equal(made.n, 16);
	assert_int_equal(signin_app_password(&rq, a, &again), RESULT_OK);
	request_end(&rq);
	world_settle(w);
	assert_false(slice_eq(buf_slice(&made), buf_slice(&again)));
	buf_add_char(&made, '\0');
	buf_add_char(&again, '\0');
	is_refused(tries(w, "alice@a.com", PLAY_PASSWORD));
	is_refused(tries(w, "alice@a.com", made.p));
	play_hears_nothing(on);
	is_let_in(tries(w, "alice@a.com", again.p));
	play_hears(on, "OUT OTH");
	/* from disk as well */
	play_hang_up(on);
	world_forget(w);
	is_let_in(tries(w, "alice@a.com", again.p));

	a = get(w, &rq, "alice@a.com");
	assert_int_equal(signin_app_password(&rq, a, NULL), RESULT_OK);
	request_end(&rq);
	is_refused(tries(w, "alice@a.com", again.p));
	is_refused(tries(w, "alice@a.com", ""));
	world_forget(w);
	is_refused(tries(w, "alice@a.com", again.p));
	buf_free(&made);
	buf_free(&again);
	world_free(w);
}

/* As a new password of the account does: with it sealed, or nothing. */
static void
set_password(struct world *w, const char *address, const char *password)
{
	char sealed[SEALED_TEXT_MAX + 1] = "";
	const struct account_secret secret = { "*", sealed };
	struct request rq;
	struct account *a = get(w, &rq, address);

	if (password != NULL)
		signin_seal(world_core(w), slice_text(address), SEALED_OWN,
		    slice_text(password), sealed);
	assert_int_equal(account_set_password(&rq, a, &secret), RESULT_OK);
	request_end(&rq);
	world_settle(w);
}

/* covers: design 6 */
static void
the_accounts_own_password_serves_only_while_that_is_allowed(void **state)
{
	struct world *w = world_new();
	struct core_config *cfg = &world_core(w)->cfg;

	(void)state;
	world_add(w, "alice@a.com", "");
	is_let_in(tries(w, "alice@a.com", PLAY_PASSWORD));
	set_password(w, "alice@a.com", "my own");
	is_refused(tries(w, "alice@a.com", PLAY_PASSWORD));
	is_refused(tries(w, "alice@a.com", "my own"));
	cfg->seal_passwords = true;
	is_let_in(tries(w, "alice@a.com", "my own"));
	world_forget(w);
	is_let_in(tries(w, "alice@a.com", "my own"));
	cfg->seal_passwords = false;
	is_refused(tries(w, "alice@a.com", "my own"));
	/* a change without it leaves nothing behind */
	set_password(w, "alice@a.com", NULL);
	cfg->seal_passwords = true;
	is_refused(tries(w, "alice@a.com", "my own"));
	world_free(w);
}

static void
what_is_sealed_serves_no_other_account_and_no_other_key(void **state)
{
	struct world *w = world_new();
	struct request rq;
	struct account *a;
	char *stolen;

	(void)state;
	world_add(w, "alice@a.com", "");
	world_add(w, "eve@e.com", "");
	a = get(w, &rq, "alice@a.com");
	stolen = slice_dup(slice_text(a->sealed));
	request_end(&rq);
	a = get(w, &rq, "eve@e.com");
	assert_int_equal(account_set_sealed(&rq, a, stolen), RESULT_OK);
	request_end(&rq);
	is_refused(tries(w, "eve@e.com", PLAY_PASSWORD));
	is_let_in(tries(w, "alice@a.com", PLAY_PASSWORD));
	/* nor as what it is not */
	stolen[0] = SEALED_OWN;
	world_core(w)->cfg.seal_passwords = true;
	a = get(w, &rq, "alice@a.com");
	assert_int_equal(account_set_sealed(&rq, a, stolen), RESULT_OK);
	request_end(&rq);
	is_refused(tries(w, "alice@a.com", PLAY_PASSWORD));
	stolen[0] = SEALED_MADE;
	a = get(w, &rq, "alice@a.com");
	assert_int_equal(account_set_sealed(&rq, a, stolen), RESULT_OK);
	request_end(&rq);
	world_core(w)->seal_key[0] ^= 1;
	is_refused(tries(w, "alice@a.com", PLAY_PASSWORD));
	world_core(w)->seal_key[0] ^= 1;
	is_let_in(tries(w, "alice@a.com", PLAY_PASSWORD));
	free(stolen);
	world_free(w);
}

static void
who_is_disabled_is_refused(void **state)
{
	struct world *w = world_new();
	struct request rq;
	struct account *a;

	(void)state;
	world_add(w, "alice@a.com", "");
	a = get(w, &rq, "alice@a.com");
	assert_int_equal(account_set_disabled(&rq, a, true), RESULT_OK);
	request_end(&rq);
	is_refused(tries(w, "alice@a.com", PLAY_PASSWORD));
	world_free(w);
}

/* covers: design 6 */
static void
what_proves_a_password_is_in_no_log(void **state)
{
	struct world *w = world_new();
	struct player *p = play_connect(w);
	char proof[33];

	(void)state;
	world_add(w, "alice@a.com", "");
	(void)snprintf(proof, sizeof(proof), "%s",
	    play_md5(play_challenge(p, "alice@a.com", "MSNP5"), PLAY_PASSWORD));
	play_sayf(p, "USR 3 MD5 S %s", proof);
	is_let_in(p);
	assert_true(world_logged(w, "MD5 S ***"));
	assert_false(world_logged(w, proof));
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_answer_names_every_version_in_common),
		cmocka_unit_test(inf_offers_md5_alone),
		cmocka_unit_test(the_md5_of_challenge_and_password_signs_in),
		cmocka_unit_test(a_documented_answer_is_what_we_expect),
		cmocka_unit_test(who_does_not_know_the_password_is_refused),
		cmocka_unit_test(packages_of_another_era_end_the_connection),
		cmocka_unit_test(guesses_are_counted_as_everywhere),
		cmocka_unit_test(dispatch_refers_in_the_form_of_each_version),
		cmocka_unit_test(
		    what_is_said_late_or_twice_is_answered_as_later),
		cmocka_unit_test(
		    an_app_password_replaces_the_one_before_and_can_be_taken_away),
		cmocka_unit_test(
		    the_accounts_own_password_serves_only_while_that_is_allowed),
		cmocka_unit_test(
		    what_is_sealed_serves_no_other_account_and_no_other_key),
		cmocka_unit_test(who_is_disabled_is_refused),
		cmocka_unit_test(what_proves_a_password_is_in_no_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
