/* SPDX-License-Identifier: MIT */
/* Books that are not read again, because nothing in them has changed. */
#include "tests/proto/place.h"

#include "common/base/panic.h"
#include "core/people/book.h"
#include "core/private.h"

#include <stdio.h>
#include <string.h>

static const char *const alice = "alice@a.com";
static const char *const bob = "bob@b.com";
static const char *const carol = "carol@c.com";

/* The book, in a request that goes on; how often it had to wait. */
static unsigned
book_begin(struct world *w, struct request *rq, const char *address,
    uint64_t since, const struct book **b)
{
	struct account *a = place_begin(w, rq, address);
	unsigned waits = 0;
	enum result r;

	while ((r = book_get(rq, a, since, b)) == RESULT_WAIT) {
		waits++;
		world_settle(w);
		list_remove(&rq->waiting);
	}
	assert_int_equal(r, RESULT_OK);
	return waits;
}

static unsigned
read_once(struct world *w, const char *address)
{
	const struct book *b;
	struct request rq;
	unsigned waits = book_begin(w, &rq, address, 0, &b);

	request_end(&rq);
	return waits;
}

/* All of the book that a client could be told. */
static void
book_text(struct world *w, const char *address, char *out, size_t size)
{
	const struct book *b;
	struct request rq;
	size_t n;

	(void)book_begin(w, &rq, address, 0, &b);
	n = (size_t)snprintf(out, size, "%llu " SLICE_FMT "\n",
	    (unsigned long long)b->changed, SLICE_ARG(b->card));
	for (size_t i = 0; i < b->nentries; i++) {
		const struct book_entry *e = &b->entries[i];

		n += (size_t)snprintf(out + n, size - n,
		    SLICE_FMT " " SLICE_FMT " " SLICE_FMT
			      " %llu %u %u %u %02x%02x\n",
		    SLICE_ARG(e->address), SLICE_ARG(e->name),
		    SLICE_ARG(e->card), (unsigned long long)e->changed,
		    e->groups, e->number, e->lists, e->id[0], e->id[1]);
	}
	for (size_t i = 0; i < b->ngroups; i++)
		n += (size_t)snprintf(out + n, size - n,
		    SLICE_FMT " " SLICE_FMT " %llu %u\n",
		    SLICE_ARG(b->groups[i].name), SLICE_ARG(b->groups[i].card),
		    (unsigned long long)b->groups[i].changed,
		    b->groups[i].number);
	assert_true(n < size);
	request_end(&rq);
}

/* ---- every change there is, of alice's book ---- */

struct change {
	struct request *rq;
	struct account *a, *bob, *carol;
};

static void
add_bob(struct change *c)
{
	(void)roster_add_forward(c->rq, c->a, c->bob->person, c->bob,
	    slice_make("", 0));
}

static void
be_added(struct change *c)
{
	(void)roster_add_forward(c->rq, c->carol, c->a->person, c->a,
	    slice_make("", 0));
}

static void
accept_carol(struct change *c)
{
	(void)roster_accept(c->rq, c->a, c->carol->person);
}

static void
rename_bob(struct change *c)
{
	(void)roster_rename(c->rq, c->a, c->bob->person, SLICE_LIT("Bobby"));
}

static void
add_group(struct change *c)
{
	unsigned number;

	(void)roster_group_add(c->rq, c->a, SLICE_LIT("Work"), &number);
}

static void
join_group(struct change *c)
{
	(void)roster_group_join(c->rq, c->a, c->bob->person, 1);
}

static void
rename_group(struct change *c)
{
	(void)roster_group_rename(c->rq, c->a, 1, SLICE_LIT("Home"));
}

static void
card_of_bob(struct change *c)
{
	(void)book_set_card(c->rq, c->a, c->bob->person, SLICE_LIT("x=1"));
}

static void
card_of_group(struct change *c)
{
	(void)book_set_group_card(c->rq, c->a, 1, SLICE_LIT("y=1"));
}

static void
own_card(struct change *c)
{
	(void)book_set_own_card(c->rq, c->a, SLICE_LIT("z=1"));
}

static void
block_bob(struct change *c)
{
	(void)roster_add_privacy(c->rq, c->a, c->bob->person, LIST_BLOCK,
	    slice_make("", 0));
}

static void
unblock_bob(struct change *c)
{
	(void)roster_remove(c->rq, c->a, c->bob->person, LIST_BLOCK);
}

static void
be_dropped(struct change *c)
{
	(void)roster_remove_forward(c->rq, c->carol, c->a->person, c->a);
}

static void
leave_group(struct change *c)
{
	(void)roster_group_leave(c->rq, c->a, c->bob->person, 1);
}

static void
remove_group(struct change *c)
{
	(void)roster_group_remove(c->rq, c->a, 1);
}

static void
lose_bob(struct change *c)
{
	assert_int_equal(account_delete(c->rq, c->bob), RESULT_OK);
}

static void
every_change_is_seen_by_who_reads_next(void **state)
{
	/* each builds on those before */
	static void (*const steps[])(struct change * c) = { add_bob, be_added,
		accept_carol, rename_bob, add_group, join_group, rename_group,
		card_of_bob, card_of_group, own_card, block_bob, unblock_bob,
		be_dropped, leave_group, remove_group, lose_bob };
	struct world *w = world_new();
	static char before[8192], after[8192], anew[8192];

	(void)state;
	world_add(w, alice, "Alice");
	world_add(w, bob, "");
	world_add(w, carol, "");
	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		struct request rq[3];
		struct change c = { .rq = rq };

		book_text(w, alice, before, sizeof(before));
		assert_int_equal(read_once(w, alice), 0);
		c.a = place_begin(w, &rq[0], alice);
		c.bob = place_begin(w, &rq[1], bob);
		c.carol = place_begin(w, &rq[2], carol);
		steps[i](&c);
		for (size_t k = 0; k < ARRAY_LEN(rq); k++)
			request_end(&rq[k]);
		book_text(w, alice, after, sizeof(after));
		book_shelf_clear(world_core(w));
		book_text(w, alice, anew, sizeof(anew));
		if (strcmp(before, after) == 0)
			fail_msg("change %zu is not seen", i);
		assert_string_equal(after, anew);
	}
	world_free(w);
}

/* ---- how long they stay ---- */

static void
a_book_is_read_again_only_when_it_has_changed(void **state)
{
	struct world *w = world_new();
	const struct book *b;
	struct request rq;

	(void)state;
	world_add(w, alice, "Alice");
	world_add(w, bob, "");
	assert_int_equal(read_once(w, alice), 1);
	assert_int_equal(read_once(w, alice), 0);
	place_befriend(w, alice, bob);
	assert_int_equal(read_once(w, alice), 1);
	assert_int_equal(read_once(w, alice), 0);
	/* what changed since is another question */
	assert_int_equal(book_begin(w, &rq, alice, 1, &b), 1);
	request_end(&rq);
	/* the account may leave memory meanwhile */
	world_forget(w);
	assert_int_equal(read_once(w, alice), 0);
	world_free(w);
}

static void
a_few_books_are_kept_and_a_reader_has_its_own_to_the_end(void **state)
{
	struct world *w = world_new();
	const struct book *b;
	struct request rq;
	char name[32];

	(void)state;
	world_add(w, alice, "Alice");
	world_add(w, bob, "");
	place_befriend(w, alice, bob);
	(void)book_begin(w, &rq, alice, 0, &b);
	for (int i = 0; i < 20; i++) {
		(void)snprintf(name, sizeof(name), "p%d@x.com", i);
		world_add(w, name, "");
		(void)read_once(w, name);
	}
	assert_true(world_core(w)->nbooks < 20);
	assert_int_equal(read_once(w, name), 0);
	/* the oldest is gone from the shelf, not from who reads in it */
	assert_int_equal(b->nentries, 1);
	assert_true(slice_eq_text(b->entries[0].address, bob));
	assert_int_equal(read_once(w, alice), 1);
	request_end(&rq);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_change_is_seen_by_who_reads_next),
		cmocka_unit_test(a_book_is_read_again_only_when_it_has_changed),
		cmocka_unit_test(
		    a_few_books_are_kept_and_a_reader_has_its_own_to_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
