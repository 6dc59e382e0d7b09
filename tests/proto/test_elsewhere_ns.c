/* SPDX-License-Identifier: MIT */
/* Tickets of every kind at the notification server. */
#include "tests/proto/elsewhere_play.h"

#include "core/door/relayed.h"

#include <stdio.h>

#define AMY   "amy@friends.example"
#define THEIR "t=EwCIAjwJBAAUu9wf&p="

static int
setup(void **state)
{
	struct away *w = away_setup(state);

	assert_int_equal(away_sign_in(w, AMY, "secret"), RESULT_OK);
	return 0;
}

static enum result
pass_on(struct away *w, const char *address, const char *ticket,
    const char *secret, int64_t life_s)
{
	struct core *c = world_core(w->world);
	const struct relayed_words words = { slice_text(ticket),
		(const unsigned char *)secret,
		secret != NULL ? TOKEN_TICKET_PROVEN : TOKEN_TICKET_LONG };

	return relayed_put(c, world_account(w->world, address), &words,
	    life_s == 0 ? 0 : env_wall(c->env) + life_s);
}

static enum result
opens(struct away *w, const char *address, const char *ticket)
{
	return signin_ticket(world_core(w->world),
	    world_account(w->world, address), slice_text(ticket), DOOR_SIGN_IN);
}

/* ---- tickets that were passed on ---- */

static void
a_ticket_that_was_passed_on_opens_whatever_long_tickets_do(void **state)
{
	static const char *const forms[] = { THEIR, "t=EwCIAjwJBAAUu9wf",
		"EwCIAjwJBAAUu9wf" };
	struct away *w = *state;
	struct core *c = world_core(w->world);
	struct account *a;
	struct request rq;

	assert_int_equal(pass_on(w, AMY, THEIR, NULL, 0), RESULT_OK);
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		assert_int_equal(opens(w, AMY, forms[i]), RESULT_OK);
		request_begin(&rq, c, away_not_again);
		assert_int_equal(signin_bearer(&rq, slice_text(forms[i]),
				     DOOR_SERVICES, &a),
		    RESULT_OK);
		assert_true(slice_eq_text(account_address(a), AMY));
		/* it is a ticket, and nothing else */
		assert_int_equal(signin_bearer(&rq, slice_text(forms[i]),
				     DOOR_PAGES, &a),
		    RESULT_BAD_TICKET);
		assert_int_equal(signin_bearer(&rq, slice_text(forms[i]),
				     DOOR_RESET, &a),
		    RESULT_BAD_TICKET);
		request_end(&rq);
	}
	world_add(w->world, "bob@here.example", "");
	assert_int_equal(opens(w, "bob@here.example", THEIR),
	    RESULT_BAD_TICKET);
	/* the epoch counts as with our own */
	world_account(w->world, AMY)->epoch++;
	assert_int_equal(opens(w, AMY, THEIR), RESULT_BAD_TICKET);
}

/* covers: real-accounts 13 #16 */
static void
tickets_of_different_lives_remain_findable(void **state)
{
	static const int lives[] = { 900, 30, 7000, 1, 300, 86400, 2, 60 };
	struct away *w = *state;
	char ticket[40];
	int64_t passed = 0;

	for (size_t i = 0; i < ARRAY_LEN(lives); i++) {
		(void)snprintf(ticket, sizeof(ticket), "t=life%d", lives[i]);
		assert_int_equal(pass_on(w, AMY, ticket, NULL, lives[i]),
		    RESULT_OK);
	}
	for (int at = 0; at < 400; at += 29) {
		world_pass_quickly(w->world, 29 * 1000);
		passed += 29;
		for (size_t i = 0; i < ARRAY_LEN(lives); i++) {
			(void)snprintf(ticket, sizeof(ticket), "t=life%d",
			    lives[i]);
			assert_int_equal(opens(w, AMY, ticket),
			    passed < lives[i] ? RESULT_OK : RESULT_BAD_TICKET);
		}
	}
}

/* covers: real-accounts 13 #18 */
static void
a_ticket_that_is_there_already_is_an_error_and_no_end(void **state)
{
	struct away *w = *state;

	world_add(w->world, "bob@here.example", "");
	assert_int_equal(pass_on(w, AMY, THEIR, NULL, 100), RESULT_OK);
	assert_int_equal(pass_on(w, AMY, THEIR, NULL, 900),
	    RESULT_ALREADY_THERE);
	assert_int_equal(pass_on(w, "bob@here.example", THEIR, NULL, 100),
	    RESULT_BAD_VALUE);
	assert_int_equal(opens(w, AMY, THEIR), RESULT_OK);
	assert_int_equal(opens(w, "bob@here.example", THEIR),
	    RESULT_BAD_TICKET);
	assert_int_equal(pass_on(w, AMY, "t=&p=", NULL, 100), RESULT_BAD_VALUE);
	assert_int_equal(pass_on(w, AMY, "t=old", NULL, -1), RESULT_BAD_VALUE);
	/* when its time is over it may come again, as anybody's */
	world_pass_quickly(w->world, 100 * 1000);
	assert_int_equal(pass_on(w, "bob@here.example", THEIR, NULL, 100),
	    RESULT_OK);
	assert_int_equal(opens(w, "bob@here.example", THEIR), RESULT_OK);
}

static void
the_first_tickets_go_when_there_are_too_many(void **state)
{
	struct away *w = *state;
	char ticket[40];

	assert_int_equal(pass_on(w, AMY, THEIR, NULL, 0), RESULT_OK);
	for (unsigned i = 0; i < RELAYED_MAX; i++) {
		(void)snprintf(ticket, sizeof(ticket), "t=%u", i);
		assert_int_equal(pass_on(w, AMY, ticket, NULL, 0), RESULT_OK);
	}
	assert_int_equal(opens(w, AMY, THEIR), RESULT_BAD_TICKET);
	assert_int_equal(opens(w, AMY, "t=0"), RESULT_OK);
}

/* ---- at the notification server ---- */

/* covers: real-accounts 13 #26 */
static void
a_bare_ticket_opens_with_and_without_its_wrapping(void **state)
{
	struct away *w = *state;
	const char *ticket = world_ticket(w->world, AMY, TOKEN_TICKET_BARE);
	char bare[200];
	struct player *p;

	(void)snprintf(bare, sizeof(bare), "%.*s",
	    (int)strcspn(ticket + 2, "&"), ticket + 2);
	for (unsigned pass = 0; pass < 2; pass++) {
		p = play_connect(w->world);
		(void)play_challenge(p, AMY, "MSNP12");
		play_sayf(p, "USR 4 TWN S %s", bare);
		play_hears(p, "USR 4 OK " AMY " 1 0");
		play_hang_up(p);
		world_settle(w->world);
		p = play_connect(w->world);
		(void)play_challenge_sso(p, AMY, "MSNP15");
		play_sayf(p, "USR 4 SSO S %s", bare);
		play_hears(p, "USR 4 OK " AMY " 1 0");
		play_hang_up(p);
		world_settle(w->world);
	}
	/* where there are places, the proof is asked for from everybody */
	p = play_connect(w->world);
	(void)play_challenge_sso(p, AMY, "MSNP18");
	play_sayf(p, "USR 4 SSO S %s", bare);
	play_hears(p, "911 4 0");
	play_is_closed(p, CLOSE_AUTH_FAILED);
}

/* covers: real-accounts 13 #26 */
static void
a_ticket_with_a_secret_opens_nothing_unproven(void **state)
{
	static const enum token_purpose purposes[] = { TOKEN_TICKET,
		TOKEN_TICKET_LONG, TOKEN_TICKET_PROVEN };
	struct away *w = *state;
	struct player *p;

	for (size_t i = 0; i < ARRAY_LEN(purposes); i++) {
		p = play_connect(w->world);
		(void)play_challenge_sso(p, AMY, "MSNP15");
		play_sayf(p, "USR 4 SSO S %s",
		    world_ticket(w->world, AMY, purposes[i]));
		play_hears(p, "911 4 0");
		play_is_closed(p, CLOSE_AUTH_FAILED);
	}
	/* no more does one that was passed on */
	assert_int_equal(pass_on(w, AMY, THEIR, NULL, 0), RESULT_OK);
	p = play_connect(w->world);
	(void)play_challenge_sso(p, AMY, "MSNP15");
	play_say(p, "USR 4 SSO S " THEIR);
	play_hears(p, "911 4 0");
	play_is_closed(p, CLOSE_AUTH_FAILED);
}

static void
a_ticket_that_was_passed_on_is_proven_with_the_secret_of_there(void **state)
{
	struct away *w = *state;
	struct player *p = play_connect(w->world);
	char nonce[100], longest[1500] = "";

	assert_int_equal(pass_on(w, AMY, THEIR, "twentyfour bytes of key.", 0),
	    RESULT_OK);
	(void)snprintf(nonce, sizeof(nonce), "%s",
	    play_challenge_sso(p, AMY, "MSNP15"));
	play_sayf(p, "USR 4 SSO S %s %s", THEIR,
	    play_proof(w->world, THEIR, nonce));
	play_hears(p, "USR 4 OK " AMY " 1 0");
	/* alone it is no ticket that signs in */
	p = play_connect(w->world);
	(void)play_challenge(p, AMY, "MSNP12");
	play_say(p, "USR 4 TWN S " THEIR);
	play_hears(p, "911 4");
	/* those of the time had a thousand letters */
	memset(longest, 'x', sizeof(longest) - 1);
	assert_int_equal(pass_on(w, AMY, longest, NULL, 0), RESULT_OK);
	p = play_connect(w->world);
	(void)play_challenge(p, AMY, "MSNP12");
	play_sayf(p, "USR 4 TWN S %s", longest);
	play_hears(p, "USR 4 OK " AMY " 1 0");
}

/* covers: real-accounts 13 #15 */
static void
a_ticket_to_sign_in_opens_no_switchboard_nor_its_pass_a_session(void **state)
{
	struct away *w = *state;
	struct player *amy = play_online(w->world, AMY, "MSNP12"), *p;
	char cookie[100];

	play_say(amy, "XFR 9 SB");
	play_hears_like(amy, "XFR 9 SB *");
	(void)snprintf(cookie, sizeof(cookie), "%s", play_word(amy, 5));
	p = play_connect(w->world);
	play_sayf(p, "USR 1 " AMY " %s",
	    world_ticket(w->world, AMY, TOKEN_TICKET_LONG));
	play_hears(p, "911 1");
	p = play_connect(w->world);
	(void)play_challenge(p, AMY, "MSNP12");
	play_sayf(p, "USR 4 TWN S %s", cookie);
	play_hears(p, "911 4");
}

/* covers: real-accounts 13 #17 */
static void
tickets_of_the_token_services_live_a_day_and_others_less(void **state)
{
	struct away *w = *state;
	char day[200], bare[200], once[200];

	(void)snprintf(day, sizeof(day), "%s",
	    world_ticket(w->world, AMY, TOKEN_TICKET_LONG));
	(void)snprintf(bare, sizeof(bare), "%s",
	    world_ticket(w->world, AMY, TOKEN_TICKET_BARE));
	(void)snprintf(once, sizeof(once), "%s",
	    world_ticket(w->world, AMY, TOKEN_TICKET));
	/* what passes on says nothing of a life */
	assert_int_equal(pass_on(w, AMY, THEIR, NULL, 0), RESULT_OK);
	world_pass_quickly(w->world, 301 * 1000);
	assert_int_equal(opens(w, AMY, once), RESULT_BAD_TICKET);
	world_pass_quickly(w->world, (86399 - 301) * 1000);
	assert_int_equal(opens(w, AMY, day), RESULT_OK);
	assert_int_equal(opens(w, AMY, bare), RESULT_OK);
	assert_int_equal(opens(w, AMY, THEIR), RESULT_OK);
	world_pass_quickly(w->world, 2000);
	assert_int_equal(opens(w, AMY, day), RESULT_BAD_TICKET);
	assert_int_equal(opens(w, AMY, bare), RESULT_BAD_TICKET);
	assert_int_equal(opens(w, AMY, THEIR), RESULT_BAD_TICKET);
}

/* ---- a password at the notification server itself ---- */

static void
msn_1_0_is_told_to_come_back_while_nobody_can_be_asked(void **state)
{
	struct away *w = *state;
	struct player *p;

	world_config(w->world)->ctp = true;
	world_reload(w->world);
	for (unsigned pass = 0; pass < 2; pass++) {
		w->verdict = pass == 0 ? ELSEWHERE_GOOD : ELSEWHERE_DOWN;
		w->silent = true;
		p = play_connect(w->world);
		play_say(p, "VER 1 MSNP2 CVR0");
		play_hears(p, "VER 1 MSNP2");
		play_say(p, "USR 2 CTP I " AMY);
		play_hears(p, "USR 2 CTP S");
		play_say(p, "USR 3 CTP S secret");
		play_hears_nothing(p);
		away_answer(w);
		world_settle(w->world);
		if (pass == 0) {
			play_hears(p, "USR 3 OK " AMY " " AMY);
			continue;
		}
		play_hears(p, "910 3");
		play_is_closed(p, CLOSE_BUSY);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, away_teardown)
		T(a_ticket_that_was_passed_on_opens_whatever_long_tickets_do),
		T(tickets_of_different_lives_remain_findable),
		T(a_ticket_that_is_there_already_is_an_error_and_no_end),
		T(the_first_tickets_go_when_there_are_too_many),
		T(a_bare_ticket_opens_with_and_without_its_wrapping),
		T(a_ticket_with_a_secret_opens_nothing_unproven),
		T(a_ticket_that_was_passed_on_is_proven_with_the_secret_of_there),
		T(a_ticket_to_sign_in_opens_no_switchboard_nor_its_pass_a_session),
		T(tickets_of_the_token_services_live_a_day_and_others_less),
		T(msn_1_0_is_told_to_come_back_while_nobody_can_be_asked),
#undef T
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
