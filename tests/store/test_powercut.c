/* SPDX-License-Identifier: MIT */
/*
 * What was acknowledged survives: power cuts at any write of a random
 * workload, disks that are full, disks whose sync fails.
 * NUDGE_ROUNDS sets how many cuts, NUDGE_SEED where the chance begins.
 */
#include "common/base/num.h"
#include "common/base/panic.h"
#include "tests/store/powercut_vfs.h"
#include "tests/store/powercut_world.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum {
	ROUNDS = 60,
	CHANGES_MAX = 6000,
	MUCH = 2500, /* more than the store likes in one transaction */
	NAME_MAX_BYTES = 3000
};

struct play {
	struct store_rig rig;
	struct powercut *power;
	struct world base;  /* when opened */
	struct world now;   /* with all deeds */
	struct deed *deeds; /* number n is at n - 1 */
	size_t ndeeds;
	bool expects_failure;
	uint64_t stamp; /* grows over all rounds */
	char name[NAME_MAX_BYTES];
};

static uint64_t
setting(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);
	uint64_t v;

	if (text != NULL && num_parse_u64(slice_text(text), &v) && v > 0)
		return v;
	return otherwise;
}

/* ---- the workload ---- */

static void
deed_choose(struct play *p, struct deed *d)
{
	unsigned dice = powercut_random(p->power, 100);

	d->who = powercut_random(p->power, PEOPLE);
	d->whom = powercut_random(p->power, PEOPLE);
	d->stamp = ++p->stamp;
	if (p->now.account[d->who] == 0 || dice < 20) {
		d->kind = STORE_ACCOUNT_PUT;
	} else if (dice < 25) {
		d->kind = STORE_ACCOUNT_DELETE;
	} else if (dice < 30) {
		d->kind = STORE_ACCOUNT_CARD;
	} else if (dice < 35) {
		d->kind = STORE_REPORT_PUT;
	} else if (dice < 60) {
		d->kind = STORE_CONTACT_PUT;
	} else if (dice < 70) {
		d->kind = STORE_CONTACT_DELETE;
	} else {
		d->kind = dice < 90 ? STORE_GROUP_PUT : STORE_GROUP_DELETE;
		d->whom %= GROUPS;
	}
}

static void
deed_issue(struct play *p, const struct deed *d)
{
	struct store_change c = { .kind = d->kind, .id = d->who + 1 };
	char card[32];
	struct slice name =
	    slice_make(p->name, powercut_random(p->power, NAME_MAX_BYTES));

	switch (d->kind) {
	case STORE_ACCOUNT_PUT:
		c.u.account.id = c.id;
		c.u.account.password = SLICE_LIT("$y$hash");
		c.u.account.created = (int64_t)d->stamp;
		c.u.account.address = slice_text(powercut_people[d->who]);
		c.u.account.name = name;
		c.u.account.password = SLICE_LIT("hash");
		c.u.account.verified = (int64_t)d->stamp;
		c.u.account.home =
		    slice_make("friends", (size_t)(d->stamp % 7));
		c.u.account.remote_id =
		    slice_make("0003BFFD", (size_t)(d->stamp % 8));
		break;
	case STORE_ACCOUNT_DELETE:
		break;
	case STORE_CONTACT_PUT:
		memcpy(c.u.contact.id, &d->stamp, sizeof(d->stamp));
		c.u.contact.address = slice_text(powercut_people[d->whom]);
		c.u.contact.name = name;
		c.u.contact.lists = 1;
		c.u.contact.changed = d->stamp;
		break;
	case STORE_CONTACT_DELETE:
		c.u.contact.address = slice_text(powercut_people[d->whom]);
		c.u.contact.changed = d->stamp;
		break;
	case STORE_ACCOUNT_CARD:
		c.u.account.card =
		    slice_make(card, num_format_u64(d->stamp, card));
		break;
	case STORE_GROUP_PUT:
		memcpy(c.u.group.id, &d->stamp, sizeof(d->stamp));
		c.u.group.number = d->whom + 1;
		c.u.group.name = name;
		break;
	case STORE_GROUP_DELETE:
		c.u.group.number = d->whom + 1;
		c.u.group.changed = d->stamp;
		break;
	case STORE_REPORT_PUT:
		c.u.report.id = c.u.report.author = c.id;
		c.u.report.about = slice_text(powercut_people[d->whom]);
		c.u.report.made = 1;
		c.u.report.closed = (int64_t)d->stamp;
		c.u.report.text = name;
		break;
	case STORE_PROFILE_PUT:
	case STORE_CONTACT_CARD:
	case STORE_GROUP_CARD:
	case STORE_MESSAGE_PUT:
	case STORE_MESSAGE_MARK:
	case STORE_SIGNIN_PUT:
	case STORE_EXPIRE:
	case STORE_MESSAGE_DELETE:
	case STORE_KEPT_PUT:
	case STORE_KEPT_DELETE:
	case STORE_INVITE_PUT:
	case STORE_BAN_PUT:
	case STORE_NETWORK_PUT:
		fail();
	}
	assert_true(store_change(p->rig.s, &c) == p->ndeeds);
}

static void
do_deed(struct play *p)
{
	struct deed *d = &p->deeds[p->ndeeds++];

	d->last = false;
	deed_choose(p, d);
	deed_issue(p, d);
	powercut_world_apply(&p->now, d);
}

/* Changes in bursts until the power is gone, or the limit is reached. */
static void
work_until_dark(struct play *p, size_t limit)
{
	while (p->ndeeds < limit && p->rig.nfailed == 0 &&
	    !powercut_is_dark(p->power)) {
		unsigned burst = 1 + powercut_random(p->power, 12);

		if (powercut_random(p->power, 100) == 0)
			burst = MUCH;
		for (unsigned i = 0; i < burst && p->ndeeds < limit; i++)
			do_deed(p);
		p->deeds[p->ndeeds - 1].last = true;
		if (powercut_random(p->power, 3) == 0)
			loop_turn(p->rig.loop);
		else
			loop_run(p->rig.loop);
	}
	/* nothing but the disk makes a change fail */
	assert_true(p->rig.nfailed == 0 || p->expects_failure ||
	    powercut_is_dark(p->power));
}

/* ---- the rounds ---- */

static void
check_integrity(struct play *p)
{
	sqlite3_stmt *st = NULL;
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(p->rig.path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1,
			     &st, NULL),
	    SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	assert_string_equal((const char *)(const void *)sqlite3_column_text(st,
				0),
	    "ok");
	(void)sqlite3_finalize(st);
	assert_int_equal(sqlite3_prepare_v2(db, "PRAGMA foreign_key_check", -1,
			     &st, NULL),
	    SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_DONE);
	(void)sqlite3_finalize(st);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/*
 * What is there must be what some number of turns made, in their order and
 * each of them whole, and no fewer than what the loop was told.
 */
static void
check_world(struct play *p, uint64_t told, const struct world *found)
{
	struct world w = p->base;

	for (size_t n = 0;; n++) {
		if (n >= told && (n == 0 || p->deeds[n - 1].last) &&
		    memcmp(&w, found, sizeof(w)) == 0)
			return;
		if (n == p->ndeeds)
			break;
		powercut_world_apply(&w, &p->deeds[n]);
	}
	fail_msg("%llu changes of %zu were told, the disk has less or else",
	    (unsigned long long)told, p->ndeeds);
}

static void
play_begin(struct play *p)
{
	p->ndeeds = 0;
	assert_true(rig_open(&p->rig));
	powercut_world_load(&p->rig, &p->base);
	p->now = p->base;
}

static void
play_round(struct play *p)
{
	struct world found;
	uint64_t told;

	play_begin(p);
	if (powercut_random(p->power, 3) == 0) {
		powercut_arm(p->power, POWERCUT_DATABASE,
		    1 + powercut_random(p->power, 40));
		work_until_dark(p, CHANGES_MAX);
	} else {
		powercut_arm(p->power, POWERCUT_ANY,
		    1 + powercut_random(p->power, 400));
		work_until_dark(p, 50 + powercut_random(p->power, 300));
	}
	powercut_now(p->power);
	told = store_committed(p->rig.s);
	rig_close(&p->rig);
	powercut_restore(p->power,
	    (enum powercut_keep)powercut_random(p->power, 3));
	assert_true(rig_open(&p->rig));
	powercut_world_load(&p->rig, &found);
	check_world(p, told, &found);
	check_integrity(p);
	rig_close(&p->rig);
}

static void
play_init(struct play *p, bool on_loop)
{
	uint64_t seed = setting("NUDGE_SEED", 1);

	*p = (struct play){ 0 };
	rig_init(&p->rig, on_loop);
	p->power = powercut_new("powercut", seed);
	p->rig.vfs = "powercut";
	p->deeds = mem_alloc_array(CHANGES_MAX, sizeof(*p->deeds));
	memset(p->name, 'n', sizeof(p->name));
}

static void
play_free(struct play *p)
{
	rig_free(&p->rig);
	powercut_free(p->power);
	free(p->deeds);
}

static void
what_was_acknowledged_survives_power_cuts(void **state)
{
	uint64_t rounds = setting("NUDGE_ROUNDS", ROUNDS);
	struct play p;

	(void)state;
	play_init(&p, false);
	for (uint64_t i = 0; i < rounds; i++)
		play_round(&p);
	play_free(&p);
}

static void
the_same_holds_without_a_thread(void **state)
{
	uint64_t rounds = setting("NUDGE_ROUNDS", ROUNDS) / 2;
	struct play p;

	(void)state;
	play_init(&p, true);
	for (uint64_t i = 0; i < rounds; i++)
		play_round(&p);
	play_free(&p);
}

/* The database may be cut while it is made, and is made whole next time. */
static void
a_power_cut_while_the_database_is_made_does_no_harm(void **state)
{
	(void)state;
	for (unsigned i = 1; i < 40; i++) {
		struct play p;

		play_init(&p, true);
		powercut_arm(p.power, POWERCUT_ANY, i);
		if (rig_open(&p.rig))
			rig_close(&p.rig);
		powercut_now(p.power);
		powercut_restore(p.power, (enum powercut_keep)(i % 3));
		assert_true(rig_open(&p.rig));
		rig_put_account(&p.rig, 1, "a@x");
		rig_settle(&p.rig);
		check_integrity(&p);
		play_free(&p);
	}
}

/* ---- disks that refuse ---- */

/* A disk fails in the middle of work and heals; then all is well again. */
static void
survive_failure(struct play *p, int code, unsigned after)
{
	struct store_answer a;
	struct world found;
	uint64_t told;

	play_begin(p);
	powercut_fail(p->power, code, after);
	p->expects_failure = true;
	work_until_dark(p, CHANGES_MAX);
	rig_until_failed(&p->rig, 1);
	told = store_committed(p->rig.s);
	assert_true(p->rig.failed_from == told + 1);
	assert_true(p->rig.failed_upto == p->ndeeds);
	assert_false(store_writable(p->rig.s));
	/* reading goes on, and shows what was committed and nothing else */
	powercut_world_load(&p->rig, &found);
	assert_true(store_committed(p->rig.s) == told);
	p->ndeeds = (size_t)told;
	check_world(p, told, &found);
	assert_int_equal(p->rig.nfailed, 1);
	assert_int_equal(p->rig.nrecovered, 0);
	powercut_heal(p->power);
	rig_until_recovered(&p->rig, 1);
	assert_true(store_writable(p->rig.s));
	assert_true(rig_put_account(&p->rig, 1, "a@x") > p->rig.failed_upto);
	rig_settle(&p->rig);
	assert_int_equal(p->rig.nfailed, 1);
	rig_load(&p->rig, &a, "a@x", 0);
	assert_int_equal(a.how, STORE_FOUND);
	rig_answer_free(&a);
	check_integrity(p);
	rig_close(&p->rig);
}

static void
a_disk_that_refuses_loses_nothing_acknowledged(void **state)
{
	static const struct {
		int code;
		unsigned after;
		bool on_loop;
	} rows[] = {
		{ SQLITE_FULL, 0, false },
		{ SQLITE_FULL, 7, false },
		{ SQLITE_FULL, 50, false },
		{ SQLITE_IOERR_WRITE, 20, false },
		{ SQLITE_IOERR_FSYNC, 0, false },
		{ SQLITE_FULL, 33, true },
		{ SQLITE_IOERR_FSYNC, 0, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct play p;

		play_init(&p, rows[i].on_loop);
		play_begin(&p);
		for (unsigned j = 0; j < 40; j++)
			do_deed(&p);
		rig_settle(&p.rig);
		rig_close(&p.rig);
		survive_failure(&p, rows[i].code, rows[i].after);
		play_free(&p);
	}
}

/* On the loop all of this is one batch, which fails when it is committed. */
static void
a_load_never_shows_what_is_lost(void **state)
{
	struct store_answer before;
	struct store_answer after;
	struct play p;

	(void)state;
	play_init(&p, true);
	assert_true(rig_open(&p.rig));
	powercut_fail(p.power, SQLITE_IOERR_FSYNC, 0);
	rig_put_account(&p.rig, 1, "a@x");
	rig_ask(&p.rig, &before, "a@x", 0);
	/* this one breaks the schema: the batch fails here already */
	rig_put_contact(&p.rig, 9, "b@x", 1);
	rig_put_account(&p.rig, 2, "b@x");
	rig_ask(&p.rig, &after, "b@x", 0);
	rig_until_failed(&p.rig, 1);
	assert_true(p.rig.failed_from == 1);
	assert_true(p.rig.failed_upto == 3);
	assert_true(before.answered && after.answered);
	assert_int_equal(before.how, STORE_ABSENT);
	assert_int_equal(after.how, STORE_ABSENT);
	rig_answer_free(&before);
	rig_answer_free(&after);
	play_free(&p);
}

static void
a_second_failure_tells_only_what_was_not_told_yet(void **state)
{
	struct play p;
	uint64_t last;

	(void)state;
	play_init(&p, false);
	assert_true(rig_open(&p.rig));
	for (unsigned i = 1; i <= 2; i++) {
		powercut_fail(p.power, SQLITE_FULL, 0);
		last = rig_put_account(&p.rig, 1, "a@x");
		rig_until_failed(&p.rig, i);
		assert_true(p.rig.failed_from == last);
		assert_true(p.rig.failed_upto == last);
		powercut_heal(p.power);
		rig_until_recovered(&p.rig, i);
	}
	play_free(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_acknowledged_survives_power_cuts),
		cmocka_unit_test(the_same_holds_without_a_thread),
		cmocka_unit_test(
		    a_power_cut_while_the_database_is_made_does_no_harm),
		cmocka_unit_test(
		    a_disk_that_refuses_loses_nothing_acknowledged),
		cmocka_unit_test(a_load_never_shows_what_is_lost),
		cmocka_unit_test(
		    a_second_failure_tells_only_what_was_not_told_yet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
