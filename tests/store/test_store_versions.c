/* SPDX-License-Identifier: MIT */
/*
 * Files that were begun by each version of this program, and hold what that
 * version knew: a newer one reads all of it.
 */
#include "core/store/store_schema.h"
#include "tests/store/store_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum {
	ME = 1,
	BEFORE_BANS = 7 /* a version whose next step makes them */
};

/* What could be kept from each version on.  A new one gets a row, and a check
 * below. */
static const char *const brought[] = {
	"INSERT INTO accounts (id, address, password, epoch, name, lists_changed)"
	" VALUES (1, 'me@x', '$y$hash', 4, 'Me', 5);"
	"INSERT INTO contacts (owner, address, position, id, lists, groups, name)"
	" VALUES (1, 'bob@x', 1, zeroblob(16), 3, 8, 'Bob');"
	"INSERT INTO groups (owner, number, id, name)"
	" VALUES (1, 3, zeroblob(16), 'Work');"
	"INSERT INTO secrets (name, value) VALUES ('key', x'0102')",
	"UPDATE contacts SET card = 'card of bob', changed = 80000;"
	"UPDATE accounts SET stamp = 90000;"
	"INSERT INTO groups_deleted (owner, id, number, changed, name)"
	" VALUES (1, x'01010101010101010101010101010101', 4, 90000, 'Old')",
	"INSERT INTO messages (position, id, owner, sender, name, sent, run,"
	" number, size, body) VALUES (7, zeroblob(16), 1, 'bob@x', 'Bob', 1234,"
	" zeroblob(16), 2, 5, 'hello')",
	"INSERT INTO profiles (owner, status_time, status, picture_time,"
	" picture_type, picture) VALUES (1, 70, 'away', 80, 3, x'474946')",
	"UPDATE accounts SET sealed = 'c2VhbGVk' WHERE id = 1",
	"INSERT INTO invites (code, uses, expires) VALUES ('code', 3, 4000000000)",
	"INSERT INTO kept (kind, name, owner, value) VALUES (1, 'Amy', 1, x'ab')",
	"INSERT INTO bans (network, note, since, until)"
	" VALUES ('192.0.2.7', 'why', 5, 0)",
	"UPDATE accounts SET home = 'friends', remote_id = '00FF', verified = 77",
	"INSERT INTO reports (id, author, target, about, kind, made, closed, text,"
	" note) VALUES (2, 1, NULL, 'bob@x', 'spam', 5, 6, 'words', 'seen')",
	"UPDATE accounts SET cid = 81 WHERE id = 1",
	"INSERT INTO networks (owner, mark, seen)"
	" VALUES (1, x'07070707070707070707070707070707', 20000)",
	"INSERT INTO messages (position, id, owner, sender, name, sent, run,"
	" number, size, body, read, kept) VALUES (8, x'0202020202020202020202"
	"0202020202', 1, 'eve@x', 'Eve', 1234, zeroblob(16), 2, 5, 'old', 9, 1);"
	"INSERT INTO signins (owner, peer, first, last)"
	" VALUES (1, '192.0.2.7', 3, 4)",
};

/* Something that is asked, and the loop turns until it is told. */
struct asked {
	struct store_rig *rig;
	struct store_mail mail;
	struct store_profile profile;
	struct store_invites invites;
	struct store_reports reports;
	struct store_signins signins;
	struct store_network network;
	bool answered;
};

static void
answered(struct asked *a, enum store_outcome how)
{
	assert_int_equal(how, STORE_FOUND);
	a->answered = true;
	loop_stop(a->rig->loop);
}

static void
on_mail(struct store_mail *m, enum store_outcome how)
{
	answered(CONTAINER_OF(m, struct asked, mail), how);
}

static void
on_profile(struct store_profile *p, enum store_outcome how)
{
	answered(CONTAINER_OF(p, struct asked, profile), how);
}

static void
on_invites(struct store_invites *q, enum store_outcome how)
{
	answered(CONTAINER_OF(q, struct asked, invites), how);
}

static void
on_reports(struct store_reports *q, enum store_outcome how)
{
	answered(CONTAINER_OF(q, struct asked, reports), how);
}

static bool
is_answered(void *ctx)
{
	return ((struct asked *)ctx)->answered;
}

static void
has_accounts(struct store_rig *r)
{
	struct buf key = BUF_INIT(64);
	struct store_answer a;

	rig_load(r, &a, "me@x", 0);
	assert_int_equal(a.how, STORE_FOUND);
	assert_int_equal(a.account.epoch, 4);
	assert_true(slice_eq_text(a.account.password, "$y$hash"));
	assert_int_equal(a.ncontacts, 1);
	assert_int_equal(a.contacts[0].lists, 3);
	assert_true(slice_eq_text(a.contacts[0].name, "Bob"));
	assert_int_equal(a.ngroups, 1);
	assert_true(slice_eq_text(a.groups[0].name, "Work"));
	rig_answer_free(&a);
	assert_int_equal(store_secret_get(r->s, "key", &key), 0);
	assert_true(slice_eq_text(buf_slice(&key), "\x01\x02"));
	buf_free(&key);
}

static void
has_cards(struct store_rig *r)
{
	struct store_opened o;

	rig_book(r, &o, ME, 70000);
	assert_true(o.book.stamp == 90000);
	assert_int_equal(o.book.ncontacts, 1);
	assert_true(slice_eq_text(o.book.contacts[0].card, "card of bob"));
	/* the trace of the one that is gone */
	assert_int_equal(o.book.ngroups, 1);
	assert_true(slice_eq_text(o.book.groups[0].name, "Old"));
	rig_book_free(&o);
}

static void
has_messages(struct store_rig *r)
{
	struct asked a = {
		.rig = r,
		.mail = { .owner = ME, .what = STORE_MAIL_ALL, .done = on_mail }
	};

	store_mail(r->s, &a.mail);
	rig_until(r, is_answered, &a);
	assert_true(a.mail.nmessages >= 1);
	assert_true(a.mail.messages[0].sent == 1234);
	assert_true(slice_eq_text(a.mail.messages[0].sender, "bob@x"));
	assert_true(slice_eq_text(a.mail.messages[0].text, "hello"));
	store_mail_free(&a.mail);
}

static void
has_profiles(struct store_rig *r)
{
	struct asked a = { .rig = r,
		.profile = { .id = ME, .picture = true, .done = on_profile } };

	store_profile(r->s, &a.profile);
	rig_until(r, is_answered, &a);
	assert_true(slice_eq_text(a.profile.row.status, "away"));
	assert_true(slice_eq_text(a.profile.row.picture, "GIF"));
	store_profile_free(&a.profile);
}

static void
has_sealed(struct store_rig *r)
{
	struct store_answer a;

	rig_load(r, &a, NULL, ME);
	assert_true(slice_eq_text(a.account.sealed, "c2VhbGVk"));
	rig_answer_free(&a);
}

static void
has_invites(struct store_rig *r)
{
	struct asked a = { .rig = r, .invites = { .done = on_invites } };

	store_invites(r->s, &a.invites);
	rig_until(r, is_answered, &a);
	assert_int_equal(a.invites.n, 1);
	assert_int_equal(a.invites.all[0].uses, 3);
	assert_true(slice_eq_text(a.invites.all[0].code, "code"));
	store_invites_free(&a.invites);
}

static void
add_kept(void *ctx, const struct store_kept *k)
{
	buf_addf(ctx, "%u " SLICE_FMT " %u %zu;", k->kind, SLICE_ARG(k->name),
	    (unsigned)k->owner, k->value.n);
}

static void
has_kept(struct store_rig *r)
{
	struct buf got = BUF_INIT(256);
	const struct store_kept_reader reader = { add_kept, &got };

	assert_int_equal(store_kept_read(r->s, &reader), 0);
	assert_true(slice_eq_text(buf_slice(&got), "1 Amy 1 1;"));
	buf_free(&got);
}

static void
has_bans(struct store_rig *r)
{
	struct store_bans bans;

	assert_int_equal(store_bans_get(r->s, &bans), 0);
	assert_int_equal(bans.n, 1);
	assert_true(slice_eq_text(bans.all[0].network, "192.0.2.7"));
	assert_true(slice_eq_text(bans.all[0].note, "why"));
	store_bans_free(&bans);
}

static void
has_homes(struct store_rig *r)
{
	struct store_answer a;

	rig_load(r, &a, NULL, ME);
	assert_true(slice_eq_text(a.account.home, "friends"));
	assert_true(slice_eq_text(a.account.remote_id, "00FF"));
	assert_int_equal(a.account.verified, 77);
	rig_answer_free(&a);
}

static void
has_reports(struct store_rig *r)
{
	struct asked a = { .rig = r, .reports = { .done = on_reports } };
	const struct store_report *one;

	store_reports(r->s, &a.reports);
	rig_until(r, is_answered, &a);
	assert_int_equal(a.reports.n, 1);
	one = &a.reports.all[0];
	assert_true(one->id == 2 && one->author == ME && one->target == 0);
	assert_true(one->made == 5 && one->closed == 6);
	assert_true(slice_eq_text(one->about, "bob@x"));
	assert_true(slice_eq_text(one->text, "words"));
	assert_true(slice_eq_text(one->note, "seen"));
	store_reports_free(&a.reports);
}

static void
has_numbers(struct store_rig *r)
{
	struct store_answer a;

	rig_load(r, &a, NULL, ME);
	assert_int_equal(a.account.cid, 81);
	rig_answer_free(&a);
}

static void
on_network(struct store_network *q, enum store_outcome how)
{
	answered(CONTAINER_OF(q, struct asked, network), how);
}

static void
has_networks(struct store_rig *r)
{
	struct asked a = { .rig = r };

	memset(a.network.mark, 7, sizeof(a.network.mark));
	a.network.since = 20000;
	a.network.done = on_network;
	store_network(r->s, &a.network);
	rig_until(r, is_answered, &a);
}

static void
on_signins(struct store_signins *q, enum store_outcome how)
{
	answered(CONTAINER_OF(q, struct asked, signins), how);
}

static void
has_read(struct store_rig *r)
{
	struct asked a = { .rig = r };
	struct store_answer in;

	/* what came before this version was not read */
	rig_load(r, &in, NULL, ME);
	assert_int_equal(in.account.messages, 1);
	rig_answer_free(&in);
	a.mail = (struct store_mail){ .owner = ME,
		.what = STORE_MAIL_HEADS,
		.since = 10,
		.done = on_mail };
	store_mail(r->s, &a.mail);
	rig_until(r, is_answered, &a);
	assert_int_equal(a.mail.nmessages, 2);
	assert_true(a.mail.messages[1].read == 9 && a.mail.messages[1].kept);
	store_mail_free(&a.mail);
	a.signins = (struct store_signins){ .owner = ME, .done = on_signins };
	store_signins(r->s, &a.signins);
	a.answered = false;
	rig_until(r, is_answered, &a);
	assert_int_equal(a.signins.n, 1);
	assert_true(slice_eq_text(a.signins.all[0].peer, "192.0.2.7"));
	assert_true(a.signins.all[0].first == 3 && a.signins.all[0].last == 4);
	store_signins_free(&a.signins);
}

static void (*const checks[])(struct store_rig *) = { has_accounts, has_cards,
	has_messages, has_profiles, has_sealed, has_invites, has_kept, has_bans,
	has_homes, has_reports, has_numbers, has_networks, has_read };

/* It has lived through all versions up to this one. */
static void
make_file(struct store_rig *r, int version)
{
	char mark[128];

	for (int i = 0; i < version; i++) {
		rig_sql(r->path, store_schema_sql[i]);
		rig_sql(r->path, brought[i]);
	}
	(void)snprintf(mark, sizeof(mark),
	    "PRAGMA application_id = %d; PRAGMA user_version = %d", 0x4e756467,
	    version);
	rig_sql(r->path, mark);
}

static void
what_each_version_kept_is_read_by_this_one(void **state)
{
	(void)state;
	assert_int_equal(ARRAY_LEN(brought), store_schema_count);
	assert_int_equal(ARRAY_LEN(checks), store_schema_count);
	for (int version = 1; version <= store_schema_count; version++) {
		struct store_rig r;

		rig_init(&r, false);
		make_file(&r, version);
		assert_true(rig_open(&r));
		for (int i = 0; i < version; i++)
			checks[i](&r);
		/* and once more, now that it is of this version */
		rig_close(&r);
		assert_true(rig_open(&r));
		for (int i = 0; i < version; i++)
			checks[i](&r);
		rig_free(&r);
	}
}

/* A step that fails leaves the file as the version before had it. */
static void
a_step_that_fails_leaves_the_version_before(void **state)
{
	struct store_rig r;

	(void)state;
	rig_init(&r, false);
	make_file(&r, BEFORE_BANS);
	rig_sql(r.path, "CREATE TABLE bans (in_the_way)");
	assert_false(rig_open(&r));
	if (strstr(r.err, "cannot bring") == NULL)
		fail_msg("%s", r.err);
	rig_sql(r.path, "DROP TABLE bans");
	assert_true(rig_open(&r));
	for (int i = 0; i < BEFORE_BANS; i++)
		checks[i](&r);
	rig_free(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_each_version_kept_is_read_by_this_one),
		cmocka_unit_test(a_step_that_fails_leaves_the_version_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
