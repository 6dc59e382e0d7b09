/* SPDX-License-Identifier: MIT */
/*
 * The contract of the store, in a file with the thread and in memory on the
 * loop.
 */
#include "tests/store/store_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

/* ---- what goes in comes out ---- */

static void
what_was_put_is_loaded_again_by_address_and_by_id(void **state)
{
	static const char odd[] = "it's \0 \xff \xf0\x9f\x98\x80 \"odd\"";
	struct slice odd_text = slice_make(odd, sizeof(odd) - 1);
	struct store_change c = { .kind = STORE_ACCOUNT_PUT, .id = 7 };
	struct store_rig *r = *state;
	struct store_answer a;

	c.u.account = (struct store_account){ .id = 7,
		.epoch = UINT32_MAX,
		.flags = ACCOUNT_ALLOW_ALL | ACCOUNT_PROMPT,
		.serial = 9,
		.created = -5,
		.lists_changed = INT64_MAX,
		.settings_changed = 123456789012,
		.address = SLICE_LIT("ann@example.org"),
		.name = odd_text,
		.password = SLICE_LIT("$y$j9T$salt$hash"),
		.sealed = SLICE_LIT("mAAAA+/=="),
		.home = SLICE_LIT("friends"),
		.remote_id = SLICE_LIT("0003BFFD00000007"),
		.verified = 1100000000,
		.group0 = SLICE_LIT("Others") };
	for (size_t i = 0; i < STORE_PROPS; i++)
		c.u.account.props[i] = slice_make("12345", i);
	(void)store_change(r->s, &c);
	for (unsigned pass = 0; pass < 2; pass++) {
		rig_load(r, &a, pass ? NULL : "ann@example.org", 7);
		assert_int_equal(a.how, STORE_FOUND);
		assert_true(a.account.id == 7);
		assert_true(a.account.epoch == UINT32_MAX);
		assert_int_equal(a.account.flags, 6);
		assert_int_equal(a.account.serial, 9);
		assert_true(a.account.created == -5);
		assert_true(a.account.lists_changed == INT64_MAX);
		assert_true(a.account.settings_changed == 123456789012);
		assert_true(
		    slice_eq_text(a.account.address, "ann@example.org"));
		assert_true(slice_eq(a.account.name, odd_text));
		assert_true(
		    slice_eq_text(a.account.password, "$y$j9T$salt$hash"));
		assert_true(slice_eq_text(a.account.sealed, "mAAAA+/=="));
		assert_true(slice_eq_text(a.account.home, "friends"));
		assert_true(
		    slice_eq_text(a.account.remote_id, "0003BFFD00000007"));
		assert_true(a.account.verified == 1100000000);
		assert_true(slice_eq_text(a.account.group0, "Others"));
		for (size_t i = 0; i < STORE_PROPS; i++)
			assert_true(slice_eq(a.account.props[i],
			    slice_make("12345", i)));
		assert_int_equal(a.ncontacts, 0);
		assert_int_equal(a.ngroups, 0);
		rig_answer_free(&a);
	}
}

static void
who_is_unknown_is_absent(void **state)
{
	struct store_rig *r = *state;
	struct store_answer a;

	rig_put_account(r, 1, "ann@x");
	rig_load(r, &a, "ANN@x", 0);
	assert_int_equal(a.how, STORE_ABSENT);
	rig_answer_free(&a);
	rig_load(r, &a, "", 0);
	assert_int_equal(a.how, STORE_ABSENT);
	rig_answer_free(&a);
	rig_load(r, &a, NULL, 2);
	assert_int_equal(a.how, STORE_ABSENT);
	rig_answer_free(&a);
}

static void
an_account_may_get_another_address(void **state)
{
	struct store_rig *r = *state;
	struct store_answer a;

	rig_put_account(r, 1, "old@x");
	rig_put_contact(r, 1, "bob@x", 1);
	rig_put_account(r, 1, "new@x");
	rig_load(r, &a, "old@x", 0);
	assert_int_equal(a.how, STORE_ABSENT);
	rig_answer_free(&a);
	rig_load(r, &a, "new@x", 0);
	assert_int_equal(a.how, STORE_FOUND);
	assert_int_equal(a.ncontacts, 1);
	rig_answer_free(&a);
}

static void
expect_order(struct store_rig *r, const char *order)
{
	struct store_answer a;

	rig_load(r, &a, "ann@x", 0);
	assert_int_equal(a.ncontacts, strlen(order));
	for (size_t i = 0; i < a.ncontacts; i++)
		assert_int_equal(a.contacts[i].address.p[0], order[i]);
	rig_answer_free(&a);
}

static void
contacts_keep_the_order_in_which_they_were_first_added(void **state)
{
	struct store_rig *r = *state;

	rig_put_account(r, 1, "ann@x");
	rig_put_contact(r, 1, "z@x", 1);
	rig_put_contact(r, 1, "m@x", 1);
	rig_put_contact(r, 1, "a@x", 1);
	expect_order(r, "zma");
	rig_put_contact(r, 1, "z@x", 3);
	expect_order(r, "zma");
	rig_delete_contact(r, 1, "z@x");
	expect_order(r, "ma");
	rig_put_contact(r, 1, "z@x", 3);
	expect_order(r, "maz");
}

static void
groups_come_in_order_of_their_number(void **state)
{
	struct store_change c = { .kind = STORE_GROUP_DELETE, .id = 1 };
	struct store_rig *r = *state;
	struct store_answer a;

	rig_put_account(r, 1, "ann@x");
	rig_put_group(r, 1, 5, "five");
	rig_put_group(r, 1, 2, "two");
	rig_put_group(r, 1, 29, "last");
	rig_put_group(r, 1, 5, "Five");
	c.u.group.number = 29;
	(void)store_change(r->s, &c);
	rig_load(r, &a, "ann@x", 0);
	assert_int_equal(a.ngroups, 2);
	assert_int_equal(a.groups[0].number, 2);
	assert_true(slice_eq_text(a.groups[0].name, "two"));
	assert_int_equal(a.groups[1].number, 5);
	assert_true(slice_eq_text(a.groups[1].name, "Five"));
	assert_int_equal(a.groups[1].id[15], 5);
	rig_answer_free(&a);
}

static void
a_deleted_account_leaves_everybodys_list(void **state)
{
	struct store_rig *r = *state;
	struct store_answer a;

	rig_put_account(r, 1, "ann@x");
	rig_put_account(r, 2, "bob@x");
	rig_put_contact(r, 1, "bob@x", 3);
	rig_put_contact(r, 1, "cat@x", 3);
	rig_put_contact(r, 2, "ann@x", 8);
	rig_put_group(r, 2, 1, "pals");
	rig_delete_account(r, 2);
	expect_order(r, "c");
	rig_load(r, &a, "bob@x", 0);
	assert_int_equal(a.how, STORE_ABSENT);
	rig_answer_free(&a);
	/* nothing waits for whoever comes after */
	rig_put_account(r, 2, "bob@x");
	rig_load(r, &a, "bob@x", 0);
	assert_int_equal(a.how, STORE_FOUND);
	assert_int_equal(a.ncontacts, 0);
	assert_int_equal(a.ngroups, 0);
	rig_answer_free(&a);
}

/* ---- order and numbers ---- */

static void
a_load_sees_the_changes_queued_before_it_and_none_after(void **state)
{
	struct store_rig *r = *state;
	struct store_answer before;
	struct store_answer after;

	rig_ask(r, &before, "ann@x", 0);
	rig_put_account(r, 1, "ann@x");
	rig_put_contact(r, 1, "bob@x", 1);
	rig_ask(r, &after, "ann@x", 0);
	rig_put_contact(r, 1, "cat@x", 1);
	rig_settle(r);
	rig_wait(r, &after);
	assert_true(before.answered);
	assert_int_equal(before.how, STORE_ABSENT);
	assert_int_equal(after.how, STORE_FOUND);
	assert_int_equal(after.ncontacts, 1);
	rig_answer_free(&before);
	rig_answer_free(&after);
}

static void
changes_are_numbered_and_committed_later_in_order(void **state)
{
	struct store_rig *r = *state;

	assert_true(store_last(r->s) == 0);
	assert_true(store_committed(r->s) == 0);
	assert_true(store_writable(r->s));
	for (uint64_t i = 1; i <= 5000; i++) {
		assert_true(rig_put_account(r, 1, "ann@x") == i);
		assert_true(store_last(r->s) == i);
		/* never from inside a call */
		assert_true(store_committed(r->s) == 0);
	}
	rig_settle(r);
	assert_true(store_committed(r->s) == 5000);
	assert_int_equal(r->nfailed, 0);
}

static void
a_change_is_copied_when_it_is_given(void **state)
{
	struct store_rig *r = *state;
	struct store_answer a;
	char address[] = "ann@x";

	rig_put_account(r, 1, address);
	memset(address, 'q', sizeof(address) - 1);
	rig_load(r, &a, "ann@x", 0);
	assert_int_equal(a.how, STORE_FOUND);
	rig_answer_free(&a);
}

static void
a_change_without_a_password_leaves_the_stored_one(void **state)
{
	struct store_rig *r = *state;
	struct store_change c = { .kind = STORE_ACCOUNT_PUT, .id = 1 };
	struct store_answer a;

	rig_put_account(r, 1, "ann@x");
	c.u.account = (struct store_account){ .id = 1,
		.address = SLICE_LIT("ann@x"),
		.name = SLICE_LIT("Ann") };
	store_change(r->s, &c);
	rig_load(r, &a, "ann@x", 0);
	assert_true(slice_eq_text(a.account.name, "Ann"));
	assert_true(slice_eq_text(a.account.password, "$y$hash"));
	rig_answer_free(&a);
}

static void
a_sealed_password_stays_until_another_or_none_is_put(void **state)
{
	static const struct {
		const char *put; /* NULL: nothing is said of it */
		const char *kept;
	} steps[] = {
		{ "mFirst", "mFirst" },
		{ NULL, "mFirst" },
		{ "oSecond", "oSecond" },
		{ "", "" },
	};
	struct store_rig *r = *state;
	struct store_change c = { .kind = STORE_ACCOUNT_PUT, .id = 1 };
	struct store_answer a;

	rig_put_account(r, 1, "ann@x");
	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		c.u.account = (struct store_account){ .id = 1,
			.address = SLICE_LIT("ann@x") };
		if (steps[i].put != NULL)
			c.u.account.sealed = slice_text(steps[i].put);
		store_change(r->s, &c);
		rig_load(r, &a, "ann@x", 0);
		assert_true(slice_eq_text(a.account.sealed, steps[i].kept));
		assert_true(slice_eq_text(a.account.password, "$y$hash"));
		rig_answer_free(&a);
	}
}

static void
put_remote(struct store_rig *r, uint64_t id, const char *address,
    const char *remote)
{
	struct store_change c = { .kind = STORE_ACCOUNT_PUT, .id = id };

	c.u.account = (struct store_account){ .id = id,
		.address = slice_text(address),
		.password = slice_text(""),
		.home = SLICE_LIT("friends"),
		.remote_id = slice_text(remote) };
	store_change(r->s, &c);
}

/* Whose account the load finds: 0 for nobody's. */
static uint64_t
who_is(struct store_rig *r, const char *home, const char *remote)
{
	struct store_answer a;
	uint64_t id;

	rig_ask_remote(r, &a, home, remote);
	rig_wait(r, &a);
	id = a.how == STORE_FOUND ? a.account.id : 0;
	rig_answer_free(&a);
	return id;
}

static void
who_lives_elsewhere_is_found_by_the_name_there(void **state)
{
	struct store_rig *r = *state;

	rig_put_account(r, 1, "ann@x");
	put_remote(r, 2, "bob@x", "B0B");
	put_remote(r, 3, "cat@x", "");
	assert_int_equal(who_is(r, "friends", "B0B"), 2);
	assert_int_equal(who_is(r, "others", "B0B"), 0);
	assert_int_equal(who_is(r, "friends", "b0b"), 0);
	/* many have none: that is nobody's name */
	assert_int_equal(who_is(r, "friends", ""), 0);
	assert_int_equal(who_is(r, "", ""), 0);
	/* two of one name lose nobody's changes; the first one counts */
	put_remote(r, 4, "dan@x", "B0B");
	rig_put_account(r, 5, "eve@x");
	rig_settle(r);
	assert_int_equal(r->nfailed, 0);
	assert_int_equal(who_is(r, "friends", "B0B"), 2);
	put_remote(r, 2, "bob@x", "");
	assert_int_equal(who_is(r, "friends", "B0B"), 4);
}

static void
a_change_without_a_password_makes_no_account(void **state)
{
	struct store_rig *r = *state;
	struct store_change c = { .kind = STORE_ACCOUNT_PUT, .id = 1 };
	struct store_answer a;

	c.u.account =
	    (struct store_account){ .id = 1, .address = SLICE_LIT("ann@x") };
	store_change(r->s, &c);
	rig_settle(r);
	assert_int_equal(r->nfailed, 0);
	rig_load(r, &a, "ann@x", 0);
	assert_int_equal(a.how, STORE_ABSENT);
	rig_answer_free(&a);
}

static void
a_change_that_breaks_the_schema_fails_and_writing_recovers(void **state)
{
	struct store_rig *r = *state;
	struct store_answer a;

	rig_put_account(r, 1, "ann@x");
	rig_settle(r);
	rig_put_contact(r, 99, "bob@x", 1); /* nobody has this id */
	rig_until_failed(r, 1);
	assert_true(r->failed_from == 2);
	assert_true(r->failed_upto == 2);
	rig_until_recovered(r, 1);
	rig_put_contact(r, 1, "bob@x", 1);
	rig_settle(r);
	rig_load(r, &a, "ann@x", 0);
	assert_int_equal(a.ncontacts, 1);
	rig_answer_free(&a);
}

/* ---- lists ---- */

struct page {
	struct store_list list;
	struct store_rig *rig;
	char first[8];
	char last[8];
	unsigned rows;
	bool done;
};

static void
page_row(struct store_list *l, const struct store_account *a)
{
	struct page *p = CONTAINER_OF(l, struct page, list);

	assert_true(a->address.n < sizeof(p->last));
	assert_true(slice_eq_text(a->password, "$y$hash"));
	memset(p->last, 0, sizeof(p->last));
	memcpy(p->last, a->address.p, a->address.n);
	if (p->rows++ == 0)
		memcpy(p->first, p->last, sizeof(p->first));
}

static void
page_done(struct store_list *l, enum store_outcome how)
{
	struct page *p = CONTAINER_OF(l, struct page, list);

	assert_int_equal(how, STORE_FOUND);
	p->done = true;
	loop_stop(p->rig->loop);
}

static bool
page_is_done(void *ctx)
{
	const struct page *p = ctx;

	return p->done;
}

static void
page_load(struct store_rig *r, struct page *p, const char *after,
    unsigned limit)
{
	*p = (struct page){ .rig = r };
	p->list.after = slice_text(after);
	p->list.limit = limit;
	p->list.row = page_row;
	p->list.done = page_done;
	store_list(r->s, &p->list);
	rig_until(r, page_is_done, p);
}

static void
accounts_are_listed_in_pages_by_address(void **state)
{
	struct store_rig *r = *state;
	char address[8];
	struct page p;

	for (unsigned i = 0; i < 25; i++) {
		(void)snprintf(address, sizeof(address), "%02u@x", 24 - i);
		rig_put_account(r, i + 1, address);
	}
	page_load(r, &p, "", 10);
	assert_int_equal(p.rows, 10);
	assert_string_equal(p.first, "00@x");
	assert_string_equal(p.last, "09@x");
	page_load(r, &p, "19@x", 10);
	assert_int_equal(p.rows, 5);
	assert_string_equal(p.first, "20@x");
	assert_string_equal(p.last, "24@x");
	page_load(r, &p, "24@x", 10);
	assert_int_equal(p.rows, 0);
}

/* ---- secrets ---- */

static void
a_secret_is_read_back_and_an_absent_one_is_empty(void **state)
{
	struct store_rig *r = *state;
	struct buf b = BUF_INIT(64);
	struct buf small = BUF_INIT(3);
	struct slice key = SLICE_LIT("\0key\0");

	buf_add_text(&b, "what was there before goes");
	assert_int_equal(store_secret_get(r->s, "ca", &b), 0);
	assert_int_equal(b.n, 0);
	assert_int_equal(store_secret_put(r->s, "ca", SLICE_LIT("old")), 0);
	assert_int_equal(store_secret_put(r->s, "ca", key), 0);
	assert_int_equal(store_secret_get(r->s, "ca", &b), 0);
	assert_true(slice_eq(buf_slice(&b), key));
	assert_int_equal(store_secret_put(r->s, "ca", slice_make(NULL, 0)), 0);
	assert_int_equal(store_secret_get(r->s, "ca", &b), 0);
	assert_int_equal(b.n, 0);
	assert_int_equal(store_secret_put(r->s, "ca", key), 0);
	assert_int_equal(store_secret_get(r->s, "ca", &small), -1);
	buf_free(&small);
	buf_free(&b);
}

static void
secrets_do_not_disturb_changes_around_them(void **state)
{
	struct store_rig *r = *state;
	struct buf b = BUF_INIT(64);

	rig_put_account(r, 1, "ann@x");
	assert_int_equal(store_secret_put(r->s, "key", SLICE_LIT("k")), 0);
	rig_put_account(r, 2, "bob@x");
	assert_int_equal(store_secret_get(r->s, "key", &b), 0);
	assert_true(slice_eq_text(buf_slice(&b), "k"));
	rig_settle(r);
	assert_true(store_committed(r->s) == 2);
	buf_free(&b);
}

/* ---- closing and opening ---- */

static void
closing_commits_what_waits_and_answers_loads_with_an_error(void **state)
{
	struct store_rig *r = *state;
	struct store_answer a;

	for (uint64_t i = 1; i <= 3000; i++)
		rig_put_account(r, 1, "ann@x");
	rig_put_contact(r, 1, "bob@x", 1);
	rig_ask(r, &a, "ann@x", 0);
	rig_close(r);
	assert_true(a.answered);
	assert_int_equal(a.how, STORE_ERROR);
	rig_answer_free(&a);
	assert_true(rig_open(r));
	rig_load(r, &a, "ann@x", 0);
	assert_int_equal(a.how,
	    strcmp(r->path, ":memory:") ? STORE_FOUND : STORE_ABSENT);
	rig_answer_free(&a);
}

static void
what_is_left_unread_at_the_end_is_given_up(void **state)
{
	struct store_rig *r = *state;
	struct store_answer a;

	/* answered by the thread, not delivered by the loop */
	rig_ask(r, &a, "ann@x", 0);
	assert_int_equal(store_secret_put(r->s, "key", SLICE_LIT("k")), 0);
	assert_false(a.answered);
	rig_close(r);
	assert_true(a.answered);
	assert_int_equal(a.how, STORE_ERROR);
	rig_answer_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_BOTH(what_was_put_is_loaded_again_by_address_and_by_id),
		RIG_BOTH(who_is_unknown_is_absent),
		RIG_BOTH(an_account_may_get_another_address),
		RIG_BOTH(
		    contacts_keep_the_order_in_which_they_were_first_added),
		RIG_BOTH(groups_come_in_order_of_their_number),
		RIG_BOTH(a_deleted_account_leaves_everybodys_list),
		RIG_BOTH(
		    a_load_sees_the_changes_queued_before_it_and_none_after),
		RIG_BOTH(changes_are_numbered_and_committed_later_in_order),
		RIG_BOTH(a_change_is_copied_when_it_is_given),
		RIG_BOTH(a_change_without_a_password_leaves_the_stored_one),
		RIG_BOTH(who_lives_elsewhere_is_found_by_the_name_there),
		RIG_BOTH(a_sealed_password_stays_until_another_or_none_is_put),
		RIG_BOTH(a_change_without_a_password_makes_no_account),
		RIG_BOTH(
		    a_change_that_breaks_the_schema_fails_and_writing_recovers),
		RIG_BOTH(accounts_are_listed_in_pages_by_address),
		RIG_BOTH(a_secret_is_read_back_and_an_absent_one_is_empty),
		RIG_BOTH(secrets_do_not_disturb_changes_around_them),
		RIG_BOTH(
		    closing_commits_what_waits_and_answers_loads_with_an_error),
		RIG_BOTH(what_is_left_unread_at_the_end_is_given_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
