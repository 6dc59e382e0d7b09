/* SPDX-License-Identifier: MIT */
/* What others show to an account: one question for a whole list. */
#include "tests/store/store_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum {
	FORWARD = 1,
	ALLOW = 2,
	BLOCK = 4,
	REVERSE = 8,
	ME = 1
};

struct shown {
	struct store_props props;
	struct store_rig *rig;
	char text[4096];
	size_t n;
	unsigned rows;
	bool done;
	enum store_outcome how;
};

static void
shown_row(struct store_props *p, const struct store_account *a)
{
	struct shown *s = CONTAINER_OF(p, struct shown, props);

	assert_false(s->done);
	s->rows++;
	/* what nobody asked for was not read */
	assert_int_equal(a->password.n, 0);
	assert_int_equal(a->props[3].n, 0);
	if (s->n + 200 > sizeof(s->text))
		return;
	s->n += (size_t)snprintf(s->text + s->n, sizeof(s->text) - s->n,
	    "%d:" SLICE_FMT " " SLICE_FMT "/" SLICE_FMT "/" SLICE_FMT " %d\n",
	    (int)a->id, SLICE_ARG(a->address), SLICE_ARG(a->props[0]),
	    SLICE_ARG(a->props[1]), SLICE_ARG(a->props[2]),
	    (a->flags & ACCOUNT_PAGES) != 0);
}

static void
shown_done(struct store_props *p, enum store_outcome how)
{
	struct shown *s = CONTAINER_OF(p, struct shown, props);

	assert_false(s->done);
	s->done = true;
	s->how = how;
	loop_stop(s->rig->loop);
}

static bool
is_done(void *ctx)
{
	return ((const struct shown *)ctx)->done;
}

static void
ask(struct store_rig *r, struct shown *s)
{
	*s = (struct shown){ .rig = r,
		.props = { .id = ME,
		    .mine = FORWARD,
		    .theirs = ALLOW,
		    .row = shown_row,
		    .done = shown_done } };
	store_props(r->s, &s->props);
	assert_false(s->done);
}

static void
expect(struct store_rig *r, const char *text)
{
	struct shown s;

	ask(r, &s);
	rig_until(r, is_done, &s);
	assert_int_equal(s.how, STORE_FOUND);
	assert_string_equal(s.text, text);
}

/* phones: home, work, mobile; reserve is always there */
static void
put(struct store_rig *r, uint64_t id, const char *address,
    const char *const phones[3], uint32_t flags)
{
	struct store_change c = { .kind = STORE_ACCOUNT_PUT, .id = id };

	c.u.account = (struct store_account){ .id = id,
		.flags = flags,
		.address = slice_text(address),
		.password = SLICE_LIT("$y$hash") };
	for (size_t i = 0; phones != NULL && i < 3; i++)
		c.u.account.props[i] = slice_text(phones[i]);
	c.u.account.props[3] = SLICE_LIT("hidden");
	(void)store_change(r->s, &c);
}

static const char *const home[] = { "1", "", "" };
static const char *const work[] = { "", "2", "" };
static const char *const mobile[] = { "", "", "3" };
static const char *const all[] = { "01%20234", "5", "6" };

static void
telephones_of_those_who_allow_it_are_shown_in_order_of_address(void **state)
{
	struct store_rig *r = *state;

	put(r, ME, "me@x", all, ACCOUNT_PAGES);
	put(r, 2, "zoe@x", all, 0);
	put(r, 3, "bob@x", home, ACCOUNT_PROMPT);
	put(r, 4, "cat@x", work, 0);
	put(r, 5, "dan@x", mobile, ACCOUNT_PAGES);
	put(r, 6, "eve@x", NULL, ACCOUNT_PAGES);
	for (unsigned i = 2; i <= 6; i++)
		rig_put_contact(r, i, "me@x", REVERSE | ALLOW);
	rig_put_contact(r, ME, "zoe@x", FORWARD | ALLOW | REVERSE);
	rig_put_contact(r, ME, "bob@x", FORWARD);
	rig_put_contact(r, ME, "dan@x", FORWARD | BLOCK);
	rig_put_contact(r, ME, "cat@x", FORWARD);
	rig_put_contact(r, ME, "eve@x", FORWARD);
	expect(r,
	    "3:bob@x 1// 0\n"
	    "4:cat@x /2/ 0\n"
	    "5:dan@x //3 1\n"
	    "6:eve@x // 1\n"
	    "2:zoe@x 01%20234/5/6 0\n");
}

static void
who_does_not_allow_it_or_has_nothing_to_show_is_left_out(void **state)
{
	struct store_rig *r = *state;

	put(r, ME, "me@x", NULL, 0);
	put(r, 2, "blocks@x", home, 0);
	put(r, 3, "strange@x", home, ACCOUNT_ALLOW_ALL | ACCOUNT_PAGES);
	put(r, 4, "empty@x", NULL, ACCOUNT_ALLOW_ALL | ACCOUNT_PROMPT);
	put(r, 5, "unlisted@x", home, 0);
	put(r, 6, "reverse@x", home, 0);
	rig_put_contact(r, 2, "me@x", REVERSE | BLOCK);
	rig_put_contact(r, 4, "me@x", REVERSE | ALLOW);
	rig_put_contact(r, 5, "me@x", FORWARD | ALLOW);
	rig_put_contact(r, 6, "me@x", FORWARD | ALLOW);
	rig_put_contact(r, ME, "blocks@x", FORWARD);
	rig_put_contact(r, ME, "strange@x", FORWARD);
	rig_put_contact(r, ME, "empty@x", FORWARD);
	rig_put_contact(r, ME, "reverse@x", REVERSE | ALLOW);
	rig_put_contact(r, ME, "nobody@x", FORWARD);
	expect(r, "");
}

static void
an_unknown_account_is_shown_nothing(void **state)
{
	expect(*state, "");
}

static void
what_is_asked_sees_the_changes_queued_before_it_and_none_after(void **state)
{
	struct store_rig *r = *state;
	struct shown before, after;

	put(r, ME, "me@x", NULL, 0);
	put(r, 2, "bob@x", home, 0);
	rig_put_contact(r, ME, "bob@x", FORWARD);
	ask(r, &before);
	rig_put_contact(r, 2, "me@x", ALLOW);
	put(r, 2, "bob@x", work, 0);
	ask(r, &after);
	rig_delete_account(r, 2);
	rig_until(r, is_done, &after);
	assert_true(before.done);
	assert_string_equal(before.text, "");
	assert_string_equal(after.text, "2:bob@x /2/ 0\n");
	expect(r, "");
}

static void
a_commit_that_failed_is_not_shown(void **state)
{
	struct store_rig *r = *state;
	struct shown s;

	put(r, ME, "me@x", NULL, 0);
	put(r, 2, "bob@x", home, 0);
	rig_put_contact(r, ME, "bob@x", FORWARD);
	rig_put_contact(r, 2, "me@x", ALLOW);
	rig_settle(r);
	/* 5 and 6; the thread may take both at once, or one by one */
	put(r, 2, "bob@x", work, 0);
	rig_put_contact(r, 99, "bob@x", 1); /* nobody has this id */
	ask(r, &s);
	rig_until_failed(r, 1);
	rig_until(r, is_done, &s);
	rig_until_recovered(r, 1);
	assert_string_equal(s.text,
	    r->failed_from == 6 ? "2:bob@x /2/ 0\n" : "2:bob@x 1// 0\n");
}

static void
six_hundred_are_one_question(void **state)
{
	struct store_rig *r = *state;
	char address[16];
	struct shown s;

	put(r, ME, "me@x", NULL, 0);
	for (unsigned i = 0; i < 600; i++) {
		(void)snprintf(address, sizeof(address), "%03u@x", 599 - i);
		put(r, i + 2, address, all, 0);
		rig_put_contact(r, i + 2, "me@x", ALLOW | REVERSE);
		rig_put_contact(r, ME, address, FORWARD | ALLOW);
	}
	ask(r, &s);
	rig_until(r, is_done, &s);
	assert_int_equal(s.how, STORE_FOUND);
	assert_int_equal(s.rows, 600);
	assert_memory_equal(s.text, "601:000@x ", 10);
}

static void
closing_answers_it_with_an_error(void **state)
{
	struct store_rig *r = *state;
	struct shown s;

	put(r, ME, "me@x", NULL, 0);
	ask(r, &s);
	rig_close(r);
	assert_true(s.done);
	assert_int_equal(s.how, STORE_ERROR);
	assert_int_equal(s.rows, 0);
}

static void
what_cannot_be_read_is_an_error(void **state)
{
	struct store_rig *r = *state;
	struct shown s;

	put(r, ME, "me@x", NULL, 0);
	rig_settle(r);
	rig_sql(r->path, "ALTER TABLE contacts RENAME TO elsewhere");
	ask(r, &s);
	rig_until(r, is_done, &s);
	assert_int_equal(s.how, STORE_ERROR);
	assert_int_equal(s.rows, 0);
	rig_sql(r->path, "ALTER TABLE elsewhere RENAME TO contacts");
	expect(r, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_BOTH(
		    telephones_of_those_who_allow_it_are_shown_in_order_of_address),
		RIG_BOTH(
		    who_does_not_allow_it_or_has_nothing_to_show_is_left_out),
		RIG_BOTH(an_unknown_account_is_shown_nothing),
		RIG_BOTH(
		    what_is_asked_sees_the_changes_queued_before_it_and_none_after),
		RIG_BOTH(a_commit_that_failed_is_not_shown),
		RIG_BOTH(six_hundred_are_one_question),
		RIG_BOTH(closing_answers_it_with_an_error),
		RIG_THREAD(what_cannot_be_read_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
