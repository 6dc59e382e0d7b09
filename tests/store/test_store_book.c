/* SPDX-License-Identifier: MIT */
/*
 * Address books in the store: what changed since, the traces of what was
 * deleted, cards, and files from before all that.
 */
#include "tests/store/store_rig.h"

#include "core/store/store_schema.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum {
	FORWARD = 1,
	ALLOW = 2,
	REVERSE = 8,
	PENDING = 16,
	ME = 1,
	OTHER = 2,
	CONTACT_TRACES = 512
};

static const uint64_t day = 86400ull * 10000000;

static void
put(struct store_rig *r, const char *address, uint32_t lists, uint64_t when)
{
	struct store_change c = { .kind = STORE_CONTACT_PUT, .id = ME };

	c.u.contact = (struct store_contact){ .address = slice_text(address),
		.lists = lists,
		.changed = when };
	(void)store_change(r->s, &c);
}

static void
drop(struct store_rig *r, const char *address, uint64_t when)
{
	struct store_change c = { .kind = STORE_CONTACT_DELETE, .id = ME };

	c.u.contact = (struct store_contact){ .address = slice_text(address),
		.changed = when };
	(void)store_change(r->s, &c);
}

static void
set_card(struct store_rig *r, const char *address, const char *card,
    uint64_t when)
{
	struct store_change c = { .kind = STORE_CONTACT_CARD, .id = ME };

	c.u.contact = (struct store_contact){ .address = slice_text(address),
		.card = slice_text(card),
		.changed = when };
	(void)store_change(r->s, &c);
}

static void
group(struct store_rig *r, enum store_change_kind kind, unsigned char id,
    uint64_t when)
{
	struct store_change c = { .kind = kind, .id = ME };

	c.u.group = (struct store_group){ .number = 3,
		.name = SLICE_LIT("Work"),
		.card = SLICE_LIT("a=b"),
		.changed = when };
	memset(c.u.group.id, id, STORE_ID_BYTES);
	(void)store_change(r->s, &c);
}

static void
put_me(struct store_rig *r, uint64_t stamp)
{
	struct store_change c = { .kind = STORE_ACCOUNT_PUT, .id = ME };

	c.u.account = (struct store_account){ .id = ME,
		.created = 77,
		.stamp = stamp,
		.address = SLICE_LIT("me@x"),
		.password = SLICE_LIT("$y$hash") };
	(void)store_change(r->s, &c);
}

/* "address lists-gone#number@changed card" of each contact, then groups. */
static void
expect(struct store_rig *r, uint64_t since, const char *text)
{
	struct store_opened o;
	char found[2048];
	size_t n = 0;

	found[0] = '\0';
	rig_book(r, &o, ME, since);
	assert_int_equal(o.how, STORE_FOUND);
	for (size_t i = 0; i < o.book.ncontacts; i++) {
		const struct store_contact *c = &o.book.contacts[i];

		n += (size_t)snprintf(found + n, sizeof(found) - n,
		    SLICE_FMT " %u-%u#%u@%llu " SLICE_FMT "\n",
		    SLICE_ARG(c->address), c->lists, c->gone, c->number,
		    (unsigned long long)c->changed, SLICE_ARG(c->card));
		assert_true(n < sizeof(found));
	}
	for (size_t i = 0; i < o.book.ngroups; i++) {
		const struct store_group *g = &o.book.groups[i];

		n += (size_t)snprintf(found + n, sizeof(found) - n,
		    "%s%u:%u " SLICE_FMT "@%llu " SLICE_FMT "\n",
		    g->deleted ? "-" : "", g->number, g->id[0],
		    SLICE_ARG(g->name), (unsigned long long)g->changed,
		    SLICE_ARG(g->card));
		assert_true(n < sizeof(found));
	}
	assert_string_equal(found, text);
	rig_book_free(&o);
}

static uint64_t
forgotten(struct store_rig *r)
{
	struct store_opened o;
	uint64_t at;

	rig_book(r, &o, ME, 0);
	assert_int_equal(o.how, STORE_FOUND);
	at = o.book.forgotten;
	rig_book_free(&o);
	return at;
}

/* ---- deltas ---- */

static void
a_book_tells_what_changed_since(void **state)
{
	struct store_rig *r = *state;

	put_me(r, 10);
	put(r, "bob@x", FORWARD | ALLOW, 11);
	put(r, "ann@x", FORWARD | REVERSE, 12);
	put(r, "cat@x", ALLOW, 13);
	expect(r, 0, "ann@x 9-0#2@12 \nbob@x 3-0#1@11 \ncat@x 2-0#3@13 \n");
	expect(r, 12, "cat@x 2-0#3@13 \n");
	expect(r, 13, "");
	put(r, "bob@x", ALLOW, 14);
	expect(r, 13, "bob@x 2-1#1@14 \n");
	put(r, "bob@x", FORWARD | ALLOW, 15);
	expect(r, 13, "bob@x 3-0#1@15 \n");
}

static void
the_deleted_leave_a_trace_that_only_a_delta_shows(void **state)
{
	struct store_rig *r = *state;
	struct store_answer a;

	put_me(r, 10);
	put(r, "ann@x", FORWARD | REVERSE, 11);
	put(r, "bob@x", FORWARD, 12);
	drop(r, "ann@x", 13);
	expect(r, 0, "bob@x 1-0#2@12 \n");
	expect(r, 11, "ann@x 0-9#1@13 \nbob@x 1-0#2@12 \n");
	rig_load(r, &a, "me@x", 0);
	assert_int_equal(a.ncontacts, 1);
	assert_true(slice_eq_text(a.contacts[0].address, "bob@x"));
	rig_answer_free(&a);
	/* who comes back has the same place */
	put(r, "ann@x", ALLOW, 14);
	expect(r, 13, "ann@x 2-9#1@14 \n");
	rig_load(r, &a, "me@x", 0);
	assert_true(slice_eq_text(a.contacts[0].address, "ann@x"));
	rig_answer_free(&a);
	/* nobody was there: nothing to remember */
	drop(r, "dan@x", 15);
	expect(r, 14, "");
}

static void
a_deleted_group_leaves_a_trace_beside_its_successor(void **state)
{
	struct store_rig *r = *state;
	struct store_answer a;

	put_me(r, 10);
	group(r, STORE_GROUP_PUT, 1, 11);
	group(r, STORE_GROUP_CARD, 1, 12);
	expect(r, 0, "3:1 Work@12 a=b\n");
	group(r, STORE_GROUP_DELETE, 1, 13);
	expect(r, 0, "");
	expect(r, 12, "-3:1 Work@13 \n");
	group(r, STORE_GROUP_PUT, 2, 14);
	expect(r, 0, "3:2 Work@14 \n");
	expect(r, 12, "3:2 Work@14 \n-3:1 Work@13 \n");
	rig_load(r, &a, "me@x", 0);
	assert_int_equal(a.ngroups, 1);
	rig_answer_free(&a);
}

static void
a_card_goes_when_it_belongs_to_nobody_known(void **state)
{
	struct store_change c = { .kind = STORE_ACCOUNT_CARD, .id = ME };
	struct store_rig *r = *state;
	struct store_opened o;

	put_me(r, 10);
	put(r, "ann@x", FORWARD | REVERSE, 11);
	set_card(r, "ann@x", "nick=A", 12);
	expect(r, 0, "ann@x 9-0#1@12 nick=A\n");
	put(r, "ann@x", FORWARD | REVERSE | ALLOW, 13);
	expect(r, 0, "ann@x 11-0#1@13 nick=A\n");
	put(r, "ann@x", REVERSE | ALLOW, 14);
	put(r, "ann@x", FORWARD | REVERSE | ALLOW, 15);
	expect(r, 0, "ann@x 11-0#1@15 \n");
	put(r, "ann@x", REVERSE | PENDING, 15);
	set_card(r, "ann@x", "text=1", 15);
	put(r, "ann@x", REVERSE | PENDING | ALLOW, 15);
	expect(r, 14, "ann@x 26-1#1@15 text=1\n");
	put(r, "ann@x", REVERSE | ALLOW, 15);
	expect(r, 14, "ann@x 10-17#1@15 \n");
	put(r, "ann@x", FORWARD | REVERSE | ALLOW, 15);
	set_card(r, "ann@x", "nick=B", 16);
	drop(r, "ann@x", 17);
	expect(r, 16, "ann@x 0-27#1@17 \n");
	c.u.account.card = SLICE_LIT("own=1");
	(void)store_change(r->s, &c);
	put_me(r, 20);
	put_me(r, 19);
	rig_book(r, &o, ME, INT64_MAX);
	assert_true(slice_eq_text(o.book.card, "own=1"));
	/* it never sinks */
	assert_true(o.book.stamp == 20);
	assert_true(o.book.created == 77);
	rig_book_free(&o);
}

static void
nobody_has_no_book(void **state)
{
	struct store_rig *r = *state;
	struct store_opened o;

	rig_book(r, &o, 4711, 0);
	assert_int_equal(o.how, STORE_ABSENT);
	rig_book_free(&o);
}

/* ---- traces go ---- */

static void
old_traces_go_and_their_numbers_are_not_given_again(void **state)
{
	struct store_rig *r = *state;

	put_me(r, 10);
	put(r, "ann@x", FORWARD, 11);
	put(r, "bob@x", FORWARD, 12);
	put(r, "cat@x", FORWARD, 13);
	group(r, STORE_GROUP_PUT, 1, 14);
	group(r, STORE_GROUP_DELETE, 1, 15);
	drop(r, "cat@x", 16);
	assert_true(forgotten(r) == 0);
	/* that of the group is older than thirty days, that of cat is not */
	group(r, STORE_GROUP_PUT, 2, 17);
	group(r, STORE_GROUP_DELETE, 2, 15 + 30 * day);
	drop(r, "bob@x", 15 + 30 * day);
	assert_true(forgotten(r) == 15);
	expect(r, 15,
	    "bob@x 0-1#2@25920000000015 \n"
	    "cat@x 0-1#3@16 \n"
	    "-3:2 Work@25920000000015 \n");
	drop(r, "bob@x", 16 + 30 * day);
	assert_true(forgotten(r) == 16);
	put(r, "dan@x", FORWARD, 17 + 30 * day);
	expect(r, 16 + 30 * day, "dan@x 1-0#4@25920000000017 \n");
}

static void
there_are_never_many_traces(void **state)
{
	struct store_rig *r = *state;
	struct store_opened o;
	char address[32];

	put_me(r, 10);
	for (unsigned i = 0; i < CONTACT_TRACES + 10; i++) {
		(void)snprintf(address, sizeof(address), "%u@x", i);
		put(r, address, ALLOW, 1000 + 2 * i);
		drop(r, address, 1001 + 2 * i);
	}
	rig_book(r, &o, ME, 1);
	assert_int_equal(o.book.ncontacts, CONTACT_TRACES);
	/* the newest of the ten that went */
	assert_true(o.book.forgotten == 1001 + 2 * 9);
	rig_book_free(&o);
	put(r, "new@x", ALLOW, 5000);
	rig_book(r, &o, ME, 4999);
	assert_int_equal(o.book.ncontacts, 1);
	assert_int_equal(o.book.contacts[0].number, CONTACT_TRACES + 11);
	rig_book_free(&o);
}

static void
who_knew_a_deleted_account_must_read_all(void **state)
{
	struct store_rig *r = *state;
	struct store_opened o;

	put_me(r, 20);
	rig_put_account(r, OTHER, "ann@x");
	put(r, "ann@x", FORWARD, 15);
	put(r, "bob@x", FORWARD, 16);
	rig_delete_account(r, OTHER);
	expect(r, 0, "bob@x 1-0#2@16 \n");
	rig_book(r, &o, ME, 20);
	assert_true(o.book.stamp == 21);
	assert_true(o.book.forgotten == 21);
	rig_book_free(&o);
	/* only the trace is known of this one: who read it misses nothing */
	rig_put_account(r, OTHER, "bob@x");
	drop(r, "bob@x", 30);
	put_me(r, 30);
	rig_delete_account(r, OTHER);
	expect(r, 21, "");
	rig_book(r, &o, ME, 0);
	assert_true(o.book.stamp == 30);
	assert_true(o.book.forgotten == 30);
	rig_book_free(&o);
	/* numbers go on */
	put(r, "cat@x", FORWARD, 31);
	expect(r, 0, "cat@x 1-0#3@31 \n");
	rig_delete_account(r, ME);
	rig_book(r, &o, ME, 0);
	assert_int_equal(o.how, STORE_ABSENT);
	rig_book_free(&o);
	put_me(r, 1);
	expect(r, 1, "");
}

/* ---- files from before ---- */

/* Filled when it was of version 1, and brought to that version since. */
static void
make_version(struct store_rig *r, int version)
{
	char mark[128];

	rig_sql(r->path, store_schema_sql[0]);
	rig_sql(r->path,
	    "INSERT INTO accounts (id, address, password, epoch, flags, serial,"
	    " created, lists_changed, settings_changed, name, group0,"
	    " phone_home) VALUES (1, 'me@x', '$y$hash', 4, 6, 9, 5, 1234, 7,"
	    " 'Me', 'Others', '555'), (2, 'odd@x', '$y$hash', 1, 0, 0, 0,"
	    " 9223372036854775807, 0, '', '', '');"
	    "INSERT INTO contacts (owner, address, position, id, lists, groups,"
	    " name) VALUES (1, 'bob@x', 1, zeroblob(16), 3, 8, 'Bob'),"
	    " (1, 'ann@x', 4, zeroblob(16), 9, 0, ''),"
	    " (2, 'me@x', 1, zeroblob(16), 1, 0, '');"
	    "INSERT INTO groups (owner, number, id, name) VALUES"
	    " (1, 3, zeroblob(16), 'Work');"
	    "INSERT INTO secrets (name, value) VALUES ('key', x'0102')");
	for (int i = 1; i < version; i++)
		rig_sql(r->path, store_schema_sql[i]);
	(void)snprintf(mark, sizeof(mark),
	    "PRAGMA application_id = %d; PRAGMA user_version = %d", 0x4e756467,
	    version);
	rig_sql(r->path, mark);
}

static void
keeps_everything(int version)
{
	struct store_rig rig;
	struct store_rig *r = &rig;
	struct store_answer a;
	struct store_opened o;

	rig_init(r, false);
	make_version(r, version);
	assert_true(rig_open(r));
	rig_load(r, &a, "me@x", 0);
	assert_int_equal(a.how, STORE_FOUND);
	assert_int_equal(a.account.epoch, 4);
	assert_int_equal(a.account.serial, 9);
	assert_true(a.account.lists_changed == 1234);
	assert_true(a.account.stamp == 12340000);
	assert_true(slice_eq_text(a.account.password, "$y$hash"));
	/* nobody could be asked for a password to seal */
	assert_int_equal(a.account.sealed.n, 0);
	/* all of them lived here */
	assert_int_equal(a.account.home.n, 0);
	assert_int_equal(a.account.remote_id.n, 0);
	assert_true(a.account.verified == 0);
	assert_true(slice_eq_text(a.account.name, "Me"));
	assert_true(slice_eq_text(a.account.props[0], "555"));
	assert_int_equal(a.ncontacts, 2);
	assert_true(slice_eq_text(a.contacts[0].address, "bob@x"));
	assert_true(slice_eq_text(a.contacts[0].name, "Bob"));
	assert_int_equal(a.contacts[0].groups, 8);
	assert_int_equal(a.contacts[1].lists, 9);
	assert_int_equal(a.ngroups, 1);
	assert_true(slice_eq_text(a.groups[0].name, "Work"));
	rig_answer_free(&a);
	expect(r, 0,
	    "ann@x 9-0#4@0 \nbob@x 3-0#1@0 \n"
	    "3:0 Work@0 \n");
	expect(r, 12340000, "");
	/* before that day nothing is known of what was deleted */
	assert_true(forgotten(r) == 12340000);
	rig_book(r, &o, 2, 0);
	assert_true(o.book.stamp == 9000000000000000000u);
	rig_book_free(&o);
	rig_free(r);
}

static void
a_file_of_any_version_before_keeps_everything(void **state)
{
	(void)state;
	assert_true(store_schema_count > 1);
	for (int version = 1; version <= store_schema_count; version++)
		keeps_everything(version);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_BOTH(a_book_tells_what_changed_since),
		RIG_BOTH(the_deleted_leave_a_trace_that_only_a_delta_shows),
		RIG_BOTH(a_deleted_group_leaves_a_trace_beside_its_successor),
		RIG_BOTH(a_card_goes_when_it_belongs_to_nobody_known),
		RIG_BOTH(nobody_has_no_book),
		RIG_BOTH(old_traces_go_and_their_numbers_are_not_given_again),
		RIG_BOTH(there_are_never_many_traces),
		RIG_BOTH(who_knew_a_deleted_account_must_read_all),
		cmocka_unit_test(a_file_of_any_version_before_keeps_everything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
