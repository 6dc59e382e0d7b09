/* SPDX-License-Identifier: MIT */
/*
 * Every purpose at every door, whatever front stands before it; and what is
 * derived, left or given by an odd clock.
 */
#include "core/door/signin.h"
#include "core/session.h"
#include "tests/proto/play.h"

#define ALICE "alice@a.com"

enum {
	DAY = 0,
	ONCE = 1,
	OFTEN = 0
};

#define AT(door) (1u << DOOR_##door)

static const struct row {
	const char *name;
	enum token_purpose purpose;
	unsigned doors;
} rows[] = {
#define DOOR(name, where)
#define TOKEN(name, number, life, use, doors, word, from) \
	{ #name, TOKEN_##name, doors },
#include "common/auth/tokens.def"
};

static void
not_again(struct request *rq)
{
	(void)rq;
	fail_msg("nothing is waited for here");
}

static enum result
shown(struct world *w, struct slice text, enum token_door door)
{
	struct account *a;
	struct request rq;
	enum result r;

	request_begin(&rq, world_core(w), not_again);
	r = signin_bearer(&rq, text, door, &a);
	assert_true((r == RESULT_OK) == (a != NULL));
	request_end(&rq);
	return r;
}

static bool
opens(struct world *w, struct slice text, enum token_door door)
{
	struct core *c = world_core(w);

	if (door == DOOR_SIGN_IN || door == DOOR_SIGN_IN_PROVEN ||
	    door == DOOR_SIGN_IN_BARE)
		return signin_ticket(c, world_account(w, ALICE), text, door) ==
		    RESULT_OK;
	return shown(w, text, door) == RESULT_OK;
}

/* The session that alice has was opened with this. */
static void
as_if_opened_with(struct world *w, struct slice text)
{
	struct account *a = world_account(w, ALICE);
	struct session *s =
	    CONTAINER_OF(a->sessions.next, struct session, of_account);

	s->ticket = signin_mark(world_core(w), text);
}

static void
each_purpose_opens_its_doors_and_no_other(void **state)
{
	struct world *w = world_new();

	(void)state;
	(void)play_online(w, ALICE, "MSNP12");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		for (unsigned d = 0; d < DOORS; d++) {
			struct buf text = BUF_INIT(TOKEN_TEXT_MAX);
			bool good = (rows[i].doors & 1u << d) != 0;

			signin_issue(world_core(w), world_account(w, ALICE),
			    rows[i].purpose, &text);
			/* of another session, or of none */
			if (d == DOOR_MENU)
				assert_false(opens(w, buf_slice(&text), d));
			as_if_opened_with(w, buf_slice(&text));
			if (opens(w, buf_slice(&text), d) != good)
				fail_msg("%s at door %u", rows[i].name, d);
			buf_free(&text);
		}
	world_free(w);
}

/* covers: design 6 */
static void
a_ticket_that_was_used_opens_no_chat_but_the_web_services(void **state)
{
	struct world *w = world_new();
	struct buf text = BUF_INIT(TOKEN_TEXT_MAX);
	struct slice ticket;

	(void)state;
	world_add(w, ALICE, "");
	signin_issue(world_core(w), world_account(w, ALICE), TOKEN_TICKET,
	    &text);
	ticket = buf_slice(&text);
	/* scripts come again with theirs */
	assert_true(opens(w, ticket, DOOR_CHAT));
	assert_true(opens(w, ticket, DOOR_CHAT));
	assert_true(opens(w, ticket, DOOR_SIGN_IN));
	assert_false(opens(w, ticket, DOOR_SIGN_IN));
	assert_false(opens(w, ticket, DOOR_CHAT));
	assert_true(opens(w, ticket, DOOR_SERVICES));
	/* nor when it is not remembered any more that it was */
	world_pass_quickly(w, 3600 * 1000);
	assert_false(opens(w, ticket, DOOR_SIGN_IN));
	assert_false(opens(w, ticket, DOOR_CHAT));
	assert_true(opens(w, ticket, DOOR_SERVICES));
	buf_free(&text);
	world_free(w);
}

static struct token
token_in(struct world *w, struct slice text)
{
	struct token t;

	assert_int_equal(token_open(&world_core(w)->keys, text, ~0u,
			     env_wall(world_core(w)->env), &t),
	    TOKEN_OK);
	return t;
}

static void
what_is_derived_lives_no_longer_and_ends_with_it(void **state)
{
	struct world *w = world_new();
	struct core *c = world_core(w);
	struct buf page = BUF_INIT(TOKEN_TEXT_MAX), chat = page, again = page;
	struct token t;

	(void)state;
	world_add(w, ALICE, "");
	signin_issue(c, world_account(w, ALICE), TOKEN_COOKIE, &page);
	world_pass_quickly(w, 23 * 3600 * 1000);
	t = token_in(w, buf_slice(&page));
	signin_derive(c, &t, TOKEN_CHAT, &chat);
	t = token_in(w, buf_slice(&chat));
	assert_int_equal(t.expires, token_in(w, buf_slice(&page)).expires);
	/* nor does a chain of them */
	signin_derive(c, &t, TOKEN_CHAT, &again);
	assert_int_equal(token_in(w, buf_slice(&again)).expires, t.expires);
	assert_true(opens(w, buf_slice(&again), DOOR_CHAT));
	signin_leave(c, buf_slice(&page));
	assert_false(opens(w, buf_slice(&page), DOOR_PAGES));
	assert_false(opens(w, buf_slice(&chat), DOOR_CHAT));
	assert_false(opens(w, buf_slice(&again), DOOR_CHAT));
	buf_free(&page);
	buf_free(&chat);
	buf_free(&again);
	world_free(w);
}

enum {
	MANY = 70000 /* more than were remembered once, of all together */
};

static void
no_number_of_sign_outs_brings_a_cookie_back(void **state)
{
	struct world *w = world_new();
	struct core *c = world_core(w);
	struct buf hers = BUF_INIT(TOKEN_TEXT_MAX), other = hers, text = hers;

	(void)state;
	world_add(w, ALICE, "");
	world_add(w, "eve@e.com", "");
	signin_issue(c, world_account(w, ALICE), TOKEN_COOKIE, &hers);
	signin_leave(c, buf_slice(&hers));
	world_pass_quickly(w, 2000);
	signin_issue(c, world_account(w, ALICE), TOKEN_COOKIE, &other);
	for (unsigned i = 0; i < MANY; i++) {
		buf_reset(&text);
		signin_issue(c, world_account(w, "eve@e.com"), TOKEN_COOKIE,
		    &text);
		signin_leave(c, buf_slice(&text));
	}
	assert_false(opens(w, buf_slice(&hers), DOOR_PAGES));
	assert_true(opens(w, buf_slice(&other), DOOR_PAGES));
	/* her own do not either: whatever she had before them ends as well */
	world_pass_quickly(w, 2000);
	for (unsigned i = 0; i < 1000; i++) {
		buf_reset(&text);
		signin_issue(c, world_account(w, ALICE), TOKEN_COOKIE, &text);
		signin_leave(c, buf_slice(&text));
	}
	assert_false(opens(w, buf_slice(&hers), DOOR_PAGES));
	assert_false(opens(w, buf_slice(&text), DOOR_PAGES));
	world_pass_quickly(w, 2000);
	buf_reset(&text);
	signin_issue(c, world_account(w, ALICE), TOKEN_COOKIE, &text);
	assert_true(opens(w, buf_slice(&text), DOOR_PAGES));
	buf_free(&hers);
	buf_free(&other);
	buf_free(&text);
	world_free(w);
}

static void
an_app_password_ends_what_it_opened_and_nothing_else(void **state)
{
	struct world *w = world_new();
	struct core *c = world_core(w);
	struct account *a;
	struct buf made = BUF_INIT(100), menu = BUF_INIT(TOKEN_TEXT_MAX);
	struct buf own = menu;
	struct request rq;

	(void)state;
	world_add(w, ALICE, "");
	a = world_account(w, ALICE);
	request_begin(&rq, c, not_again);
	assert_int_equal(signin_app_password(&rq, a, &made), RESULT_OK);
	assert_true(signin_issue_menu(c, a, &menu));
	signin_issue(c, a, TOKEN_MENU, &own);
	assert_true(opens(w, buf_slice(&menu), DOOR_MAIL));
	/* another one is another one */
	assert_int_equal(signin_app_password(&rq, a, &made), RESULT_OK);
	assert_false(opens(w, buf_slice(&menu), DOOR_MAIL));
	assert_true(opens(w, buf_slice(&own), DOOR_MAIL));
	buf_reset(&menu);
	assert_true(signin_issue_menu(c, a, &menu));
	assert_int_equal(signin_app_password(&rq, a, NULL), RESULT_OK);
	assert_false(opens(w, buf_slice(&menu), DOOR_MAIL));
	assert_true(opens(w, buf_slice(&own), DOOR_MAIL));
	request_end(&rq);
	buf_free(&made);
	buf_free(&menu);
	buf_free(&own);
	world_free(w);
}

static void
a_number_is_given_by_no_clock_twice(void **state)
{
	struct world *w = world_new();
	struct core *c = world_core(w);
	uint64_t first;

	(void)state;
	core_number_by_clock(c);
	world_add(w, ALICE, "");
	first = world_account(w, ALICE)->id;
	/* an older database, a second later */
	c->last_id = 0;
	world_pass_quickly(w, 1000);
	core_number_by_clock(c);
	world_add(w, "bob@b.com", "");
	assert_true(world_account(w, "bob@b.com")->id > first);
	/* a clock that went back changes nothing */
	first = c->last_id = UINT64_C(1) << 60;
	core_number_by_clock(c);
	assert_int_equal(c->last_id, first);
	world_free(w);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_purpose_opens_its_doors_and_no_other),
		cmocka_unit_test(
		    a_ticket_that_was_used_opens_no_chat_but_the_web_services),
		cmocka_unit_test(
		    what_is_derived_lives_no_longer_and_ends_with_it),
		cmocka_unit_test(no_number_of_sign_outs_brings_a_cookie_back),
		cmocka_unit_test(
		    an_app_password_ends_what_it_opened_and_nothing_else),
		cmocka_unit_test(a_number_is_given_by_no_clock_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
