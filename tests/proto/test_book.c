/* SPDX-License-Identifier: MIT */
/* The address book as a web service asks for it, and what goes with it. */
#include "tests/proto/place.h"

#include "common/base/panic.h"
#include "core/people/book.h"
#include "core/private.h"

#include <stdio.h>
#include <string.h>

static const char *const alice = "alice@a.com";
static const char *const bob = "bob@b.com";
static const char *const carol = "carol@c.com";

static struct world *
three_people(void)
{
	struct world *w = world_new();

	world_add(w, alice, "Alice");
	world_add(w, bob, "");
	world_add(w, carol, "");
	return w;
}

/* The book of this account, in a request of its own. */
static const struct book *
book_of(struct world *w, struct request *rq, const char *address,
    uint64_t since)
{
	struct account *a = place_begin(w, rq, address);
	const struct book *b;
	enum result r;

	while ((r = book_get(rq, a, since, &b)) == RESULT_WAIT) {
		world_settle(w);
		list_remove(&rq->waiting);
	}
	assert_int_equal(r, RESULT_OK);
	return b;
}

/* "letter lists-gone", groups as "[name]" or "-[name]". */
static uint64_t
expect(struct world *w, const char *address, uint64_t since, const char *text)
{
	struct request rq;
	const struct book *b = book_of(w, &rq, address, since);
	uint64_t changed = b->changed;
	char found[512] = "";
	size_t n = 0;

	for (size_t i = 0; i < b->nentries; i++) {
		const struct book_entry *e = &b->entries[i];

		assert_true(e->changed > since && e->changed <= b->changed);
		assert_true(e->name.n > 0);
		n += (size_t)snprintf(found + n, sizeof(found) - n, "%c%u-%u ",
		    e->address.p[0], e->lists, e->gone);
	}
	for (size_t i = 0; i < b->ngroups; i++)
		n += (size_t)snprintf(found + n, sizeof(found) - n,
		    "%s[" SLICE_FMT "] ", b->groups[i].deleted ? "-" : "",
		    SLICE_ARG(b->groups[i].name));
	if (n > 0)
		found[n - 1] = '\0';
	assert_string_equal(found, text);
	request_end(&rq);
	return changed;
}

static void
add(struct world *w, const char *who, const char *whom)
{
	struct request rq, other;
	struct account *a = place_begin(w, &rq, who);
	struct account *b = place_begin(w, &other, whom);

	assert_int_equal(roster_add_forward(&rq, a, b->person, b,
			     slice_make("", 0)),
	    RESULT_OK);
	request_end(&rq);
	request_end(&other);
}

static void
drop(struct world *w, const char *who, const char *whom)
{
	struct request rq, other;
	struct account *a = place_begin(w, &rq, who);
	struct account *b = place_begin(w, &other, whom);

	assert_int_equal(roster_remove_forward(&rq, a, b->person, b),
	    RESULT_OK);
	request_end(&rq);
	request_end(&other);
}

/* ---- books ---- */

static void
a_book_tells_what_changed_since_it_was_read(void **state)
{
	struct world *w = three_people();
	uint64_t t;

	(void)state;
	t = expect(w, alice, 0, "");
	assert_true(t > 0);
	add(w, alice, carol);
	add(w, alice, bob);
	t = expect(w, alice, t, "b1-0 c1-0");
	assert_true(expect(w, alice, t, "") == t);
	add(w, bob, alice);
	t = expect(w, alice, t, "b25-0");
	drop(w, alice, carol);
	drop(w, alice, bob);
	t = expect(w, alice, t, "b24-1 c0-1");
	/* the whole book tells of nothing that is deleted */
	(void)expect(w, alice, 0, "b24-0");
	add(w, alice, carol);
	world_forget(w);
	(void)expect(w, alice, t, "c1-0");
	/* beside the lists everybody's own row moved on */
	(void)expect(w, carol, 0, "a24-0");
	world_free(w);
}

static void
stamps_rise_with_every_change(void **state)
{
	struct world *w = three_people();
	struct request rq;
	uint64_t last = 0;

	(void)state;
	for (int i = 0; i < 10; i++) {
		struct account *a;
		uint64_t stamp;

		if (i & 1)
			drop(w, alice, bob);
		else
			add(w, alice, bob);
		world_settle(w);
		if (i > 4)
			world_forget(w);
		a = place_begin(w, &rq, alice);
		stamp = a->stamp;
		assert_true(stamp > last);
		last = stamp;
		request_end(&rq);
	}
	world_free(w);
}

static void
groups_come_and_go_in_a_book(void **state)
{
	struct world *w = three_people();
	struct account *a;
	struct request rq;
	unsigned work, home;
	uint64_t t, then;

	(void)state;
	add(w, alice, bob);
	a = place_begin(w, &rq, alice);
	(void)roster_group_add(&rq, a, slice_text("Work"), &work);
	t = expect(w, alice, 0, "b1-0 [Work]");
	(void)roster_group_join(&rq, a,
	    account_peek(world_core(w), slice_text(bob))->person, work);
	then = expect(w, alice, t, "b1-0");
	(void)roster_group_remove(&rq, a, work);
	(void)roster_group_add(&rq, a, slice_text("Home"), &home);
	assert_int_equal(work, home);
	(void)expect(w, alice, then, "b1-0 [Home] -[Work]");
	(void)roster_group_rename(&rq, a, home, slice_text("Hearth"));
	(void)expect(w, alice, 0, "b1-0 [Hearth]");
	request_end(&rq);
	world_free(w);
}

static void
who_knew_a_deleted_account_reads_all_anew(void **state)
{
	struct world *w = three_people();
	const struct book *b;
	struct account *a;
	struct request rq;
	uint64_t t;

	(void)state;
	add(w, alice, bob);
	add(w, alice, carol);
	add(w, carol, bob);
	t = expect(w, alice, 0, "b1-0 c1-0");
	a = place_begin(w, &rq, bob);
	assert_int_equal(account_delete(&rq, a), RESULT_OK);
	request_end(&rq);
	world_settle(w);
	b = book_of(w, &rq, alice, t);
	assert_true(t < b->forgotten);
	t = b->changed;
	assert_true(t >= b->forgotten);
	request_end(&rq);
	/* memory and disk agree */
	a = place_begin(w, &rq, alice);
	assert_true(a->stamp == t);
	request_end(&rq);
	world_free(w);
}

static void
what_is_older_than_stamps_came_with_the_account(void **state)
{
	struct world *w = world_on_disk();
	const struct book *b;
	struct request rq;

	(void)state;
	world_add(w, alice, "");
	world_add(w, bob, "");
	add(w, alice, bob);
	world_settle(w);
	world_sql(w, "UPDATE contacts SET changed = 0");
	b = book_of(w, &rq, alice, 0);
	assert_int_equal(b->nentries, 1);
	assert_true(b->created > 0);
	assert_true(b->entries[0].changed == b->created);
	request_end(&rq);
	(void)expect(w, alice, 1, "");
	world_free(w);
}

/* ---- cards ---- */

static void
cards_are_kept_and_told_of(void **state)
{
	struct world *w = three_people();
	const struct slice card = SLICE_LIT("nick=B%20B\nphone=1");
	static char much[CARD_MAX + 1];
	const struct book *b;
	struct request rq, other;
	struct account *a, *friend;
	struct place x;
	uint32_t serial;
	unsigned number;
	uint64_t t;

	(void)state;
	add(w, alice, bob);
	place_open(w, &x, alice, 'x');
	place_hears(w, &x, "self");
	a = place_begin(w, &rq, alice);
	friend = place_begin(w, &other, bob);
	(void)roster_group_add(&rq, a, slice_text("Work"), &number);
	place_hears(w, &x, "lists");
	serial = a->serial;
	t = a->stamp;
	assert_int_equal(book_set_card(&rq, a, friend->person, card),
	    RESULT_OK);
	place_hears(w, &x, "lists:b+0-0");
	assert_int_equal(book_set_group_card(&rq, a, number, card), RESULT_OK);
	assert_int_equal(book_set_own_card(&rq, a, SLICE_LIT("me=1")),
	    RESULT_OK);
	place_hears(w, &x, "lists lists");
	assert_int_equal(a->serial, serial);
	assert_int_equal(book_set_card(&rq, a, a->person, card),
	    RESULT_NOT_THERE);
	/* pending: what others may write is short */
	assert_int_equal(book_set_card(&rq, friend, a->person, card),
	    RESULT_OK);
	assert_int_equal(book_set_card(&rq, friend, a->person,
			     slice_make(much, CARD_MAX_PENDING + 1)),
	    RESULT_BAD_VALUE);
	assert_int_equal(roster_accept(&rq, friend, a->person), RESULT_OK);
	assert_int_equal(book_set_card(&rq, friend, a->person, card),
	    RESULT_NOT_THERE);
	assert_int_equal(book_set_group_card(&rq, a, 0, card),
	    RESULT_NO_SUCH_GROUP);
	memset(much, 'a', sizeof(much));
	assert_int_equal(book_set_card(&rq, a, friend->person,
			     slice_make(much, sizeof(much))),
	    RESULT_BAD_VALUE);
	request_end(&rq);
	request_end(&other);
	b = book_of(w, &rq, alice, t);
	assert_int_equal(b->nentries, 1);
	assert_true(slice_eq(b->entries[0].card, card));
	assert_int_equal(b->ngroups, 1);
	assert_true(slice_eq(b->groups[0].card, card));
	assert_true(slice_eq_text(b->card, "me=1"));
	request_end(&rq);
	b = book_of(w, &rq, bob, 0);
	assert_int_equal(b->nentries, 1);
	assert_int_equal(b->entries[0].card.n, 0);
	request_end(&rq);
	place_close(&x);
	world_free(w);
}

/* ---- requests ---- */

static void
a_request_may_end_before_its_book_is_there(void **state)
{
	struct world *w = three_people();
	const struct book *b;
	struct request rq;
	struct account *a;

	(void)state;
	a = place_begin(w, &rq, alice);
	assert_int_equal(book_get(&rq, a, 0, &b), RESULT_WAIT);
	assert_null(b);
	request_end(&rq);
	world_settle(w);
	assert_int_equal(world_core(w)->nrequests, 0);
	world_free(w);
}

static void
no_book_is_had_of_an_account_that_goes(void **state)
{
	struct store_change change = { .kind = STORE_ACCOUNT_DELETE };
	struct world *w = three_people();
	const struct book *b;
	struct request rq;
	struct account *a;

	(void)state;
	a = place_begin(w, &rq, alice);
	assert_int_equal(account_delete(&rq, a), RESULT_OK);
	assert_int_equal(book_get(&rq, a, 0, &b), RESULT_STORE_FAILED);
	request_end(&rq);
	a = place_begin(w, &rq, bob);
	/* behind the back of the record in memory */
	change.id = a->id;
	(void)store_change(world_core(w)->store, &change);
	assert_int_equal(book_get(&rq, a, 0, &b), RESULT_WAIT);
	world_settle(w);
	list_remove(&rq.waiting);
	assert_int_equal(book_get(&rq, a, 0, &b), RESULT_STORE_FAILED);
	request_end(&rq);
	world_free(w);
}

/* ---- numbers and secrets ---- */

static void
not_again(struct request *rq)
{
	(void)rq;
}

/* Who has this number. */
static const char *
owner_of(struct world *w, int64_t cid)
{
	static char address[ADDRESS_MAX + 1];
	struct request rq;
	struct account *a;
	enum result r;

	request_begin(&rq, world_core(w), not_again);
	while ((r = account_get_cid(&rq, cid, &a)) == RESULT_WAIT) {
		world_settle(w);
		list_remove(&rq.waiting);
	}
	(void)snprintf(address, sizeof(address), "%s",
	    r == RESULT_OK ? a->person->address : "nobody");
	request_end(&rq);
	return address;
}

/* Nobody who knows one number finds the next by it. */
static void
numbers_of_new_accounts_do_not_follow_from_one_another(void **state)
{
	struct world *w = three_people();
	int64_t cids[3];
	const char *const who[] = { alice, bob, carol };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(who); i++) {
		struct account *a = world_account(w, who[i]);

		cids[i] = account_cid(a);
		assert_true(cids[i] > 0);
		assert_true(cids[i] != account_old_cid(a->id));
	}
	for (unsigned turns = 0; turns < 2; turns++) {
		for (size_t i = 0; i < ARRAY_LEN(who); i++) {
			assert_string_equal(owner_of(w, cids[i]), who[i]);
			assert_true(
			    account_cid(world_account(w, who[i])) == cids[i]);
			assert_string_equal(owner_of(w,
						account_old_cid(
						    world_account(w, who[i])
							->id)),
			    "nobody");
		}
		world_forget(w);
	}
	assert_string_equal(owner_of(w, 0), "nobody");
	assert_string_equal(owner_of(w, -5), "nobody");
	assert_string_equal(owner_of(w, INT64_MAX), "nobody");
	world_free(w);
}

static void
old_accounts_keep_their_numbers(void **state)
{
	struct world *w = world_on_disk();
	uint64_t id;

	(void)state;
	world_add(w, alice, "Alice");
	id = world_account(w, alice)->id;
	world_settle(w);
	world_forget(w);
	world_sql(w, "UPDATE accounts SET cid = 0");
	assert_string_equal(owner_of(w, account_old_cid(id)), alice);
	assert_true(
	    account_cid(world_account(w, alice)) == account_old_cid(id));
	world_free(w);
}

static void
a_ticket_has_a_secret_of_its_own(void **state)
{
	unsigned char one[SIGNIN_SECRET_BYTES], two[SIGNIN_SECRET_BYTES];
	struct world *w = three_people();
	struct core *c = world_core(w);
	char bare[TOKEN_TEXT_MAX + 1];
	const char *ticket;
	size_t n;

	(void)state;
	ticket = world_ticket(w, alice, TOKEN_TICKET_LONG);
	assert_true(signin_secret(c, slice_text(ticket), one));
	n = strcspn(ticket + 2, "&");
	memcpy(bare, ticket + 2, n);
	bare[n] = '\0';
	assert_true(signin_secret(c, slice_text(bare), two));
	assert_memory_equal(one, two, sizeof(one));
	bare[40] = bare[40] == 'A' ? 'B' : 'A';
	assert_false(signin_secret(c, slice_text(bare), two));
	assert_false(signin_secret(c, slice_make("", 0), two));
	ticket = world_ticket(w, alice, TOKEN_TICKET_LONG);
	assert_true(signin_secret(c, slice_text(ticket), two));
	assert_memory_not_equal(one, two, sizeof(one));
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_book_tells_what_changed_since_it_was_read),
		cmocka_unit_test(stamps_rise_with_every_change),
		cmocka_unit_test(groups_come_and_go_in_a_book),
		cmocka_unit_test(who_knew_a_deleted_account_reads_all_anew),
		cmocka_unit_test(
		    what_is_older_than_stamps_came_with_the_account),
		cmocka_unit_test(cards_are_kept_and_told_of),
		cmocka_unit_test(a_request_may_end_before_its_book_is_there),
		cmocka_unit_test(no_book_is_had_of_an_account_that_goes),
		cmocka_unit_test(
		    numbers_of_new_accounts_do_not_follow_from_one_another),
		cmocka_unit_test(old_accounts_keep_their_numbers),
		cmocka_unit_test(a_ticket_has_a_secret_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
