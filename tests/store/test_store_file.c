/* SPDX-License-Identifier: MIT */
/*
 * The store and its file: opening and refusing, copies, syncs, and other
 * programs that look into it.
 */
#include "tests/store/powercut_vfs.h"
#include "tests/store/store_rig.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- opening ---- */

static void
an_id_is_never_given_again(void **state)
{
	struct store_rig *r = *state;

	assert_true(store_last_id(r->s) == 0);
	rig_put_account(r, 5, "ann@x");
	rig_put_account(r, 9, "bob@x");
	rig_delete_account(r, 9);
	rig_settle(r);
	rig_close(r);
	assert_true(rig_open(r));
	assert_true(store_last_id(r->s) == 9);
}

static void
the_files_are_private_even_when_they_were_not(void **state)
{
	struct store_rig *r = *state;
	char wal[128];
	struct stat st;

	rig_put_account(r, 1, "ann@x");
	rig_settle(r);
	assert_int_equal(stat(r->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(stat(rig_file(r, "file.db-wal", wal), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	rig_close(r);
	assert_int_equal(chmod(r->path, 0644), 0);
	assert_true(rig_open(r));
	assert_int_equal(stat(r->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void
expect_refusal(struct store_rig *r, const char *word)
{
	assert_false(rig_open(r));
	if (strstr(r->err, word) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", r->err, word);
}

static void
a_newer_database_is_refused_naming_both_versions(void **state)
{
	struct store_rig *r = *state;
	char words[96];

	rig_close(r);
	rig_sql(r->path, "PRAGMA user_version = 4711");
	(void)snprintf(words, sizeof(words),
	    "version 4711, but this program "
	    "knows versions up to %d",
	    store_schema_version());
	expect_refusal(r, words);
	/* and is left as it was */
	rig_sql(r->path, "SELECT one FROM probe");
}

static void
what_is_no_database_of_ours_is_refused(void **state)
{
	static const char letter[] = "Dear diary, this is not a database. "
				     "It is not even close to being one, "
				     "however long it goes on like this.";
	struct store_rig *r = *state;
	FILE *f;

	rig_close(r);
	assert_int_equal(unlink(r->path), 0);
	f = fopen(r->path, "w");
	assert_non_null(f);
	for (unsigned i = 0; i < 20; i++)
		assert_true(fputs(letter, f) >= 0);
	assert_int_equal(fclose(f), 0);
	expect_refusal(r, "is not a database");
	assert_int_equal(unlink(r->path), 0);
	rig_sql(r->path, "CREATE TABLE songs (title)");
	expect_refusal(r, "another program");
	assert_int_equal(unlink(r->path), 0);
	rig_sql(r->path, "PRAGMA application_id = 77");
	expect_refusal(r, "another program");
	(void)snprintf(r->path, sizeof(r->path), "%s/no/such/file", r->dir);
	expect_refusal(r, "No such file");
	(void)snprintf(r->path, sizeof(r->path), "%s", r->dir);
	expect_refusal(r, "cannot open");
}

/* ---- backup ---- */

struct copy {
	struct store_backup backup;
	struct store_rig *rig;
	char path[128];
	char error[256];
	uint64_t committed; /* when it was done */
	bool done;
};

static void
copy_done(struct store_backup *b, const char *error)
{
	struct copy *c = CONTAINER_OF(b, struct copy, backup);

	assert_false(c->done);
	c->done = true;
	c->committed = c->rig->committed;
	if (error != NULL)
		(void)snprintf(c->error, sizeof(c->error), "%s", error);
	loop_stop(c->rig->loop);
}

static bool
copy_is_done(void *ctx)
{
	const struct copy *c = ctx;

	return c->done;
}

static void
copy_start(struct store_rig *r, struct copy *c, const char *name)
{
	*c = (struct copy){ .rig = r };
	c->backup.path = rig_file(r, name, c->path);
	c->backup.done = copy_done;
	store_backup(r->s, &c->backup);
}

static void
a_backup_opens_and_holds_everything(void **state)
{
	struct store_rig *r = *state;
	struct store_rig other;
	struct store_answer a;
	struct buf b = BUF_INIT(64);
	struct stat st;
	struct copy c;

	rig_put_account(r, 1, "ann@x");
	rig_put_contact(r, 1, "bob@x", 1);
	assert_int_equal(store_secret_put(r->s, "key", SLICE_LIT("k")), 0);
	copy_start(r, &c, "copy.db");
	rig_until(r, copy_is_done, &c);
	assert_string_equal(c.error, "");
	assert_int_equal(stat(c.path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	rig_init(&other, true);
	assert_int_equal(rename(c.path, other.path), 0);
	assert_true(rig_open(&other));
	rig_load(&other, &a, "ann@x", 0);
	assert_int_equal(a.how, STORE_FOUND);
	assert_int_equal(a.ncontacts, 1);
	rig_answer_free(&a);
	assert_int_equal(store_secret_get(other.s, "key", &b), 0);
	assert_true(slice_eq_text(buf_slice(&b), "k"));
	buf_free(&b);
	rig_free(&other);
}

static void
a_backup_never_overwrites(void **state)
{
	struct store_rig *r = *state;
	struct stat st;
	struct copy c;
	FILE *f;

	rig_put_account(r, 1, "ann@x");
	f = fopen(rig_file(r, "precious", c.path), "w");
	assert_non_null(f);
	assert_int_equal(fclose(f), 0);
	copy_start(r, &c, "precious");
	rig_until(r, copy_is_done, &c);
	assert_non_null(strstr(c.error, "File exists"));
	assert_int_equal(stat(c.path, &st), 0);
	assert_int_equal(st.st_size, 0);
}

/* Enough rows for many steps. */
static void
fill(struct store_rig *r, unsigned accounts)
{
	char address[32];

	for (unsigned i = 1; i <= accounts; i++) {
		(void)snprintf(address, sizeof(address), "user%06u@x", i);
		rig_put_account(r, i, address);
		rig_put_contact(r, i, "somebody@x", 1);
	}
	rig_settle(r);
}

static void
the_queue_keeps_moving_while_a_backup_runs(void **state)
{
	struct powercut *p = powercut_new("held", 1);
	struct store_rig *r = *state;
	struct store_answer a;
	struct copy c;
	uint64_t last;

	rig_close(r);
	r->vfs = "held";
	assert_true(rig_open(r));
	fill(r, 20000); /* many steps */
	powercut_hold(p, "/copy.db");
	copy_start(r, &c, "copy.db");
	last = rig_put_account(r, 1, "changed@x");
	rig_ask(r, &a, "changed@x", 0);
	powercut_hold(p, NULL);
	rig_until(r, copy_is_done, &c);
	assert_string_equal(c.error, "");
	assert_true(c.committed == last);
	assert_true(a.answered);
	assert_int_equal(a.how, STORE_FOUND);
	rig_answer_free(&a);
	rig_sql(c.path, "SELECT count(*) FROM accounts");
	rig_close(r);
	powercut_free(p);
}

/* It may have ended just before; half of it is never left. */
static void
a_backup_is_whole_or_gone_at_the_end(void **state)
{
	struct store_rig *r = *state;
	struct copy c;
	bool whole;

	fill(r, 5000);
	copy_start(r, &c, "copy.db");
	rig_close(r);
	assert_true(c.done);
	whole = c.error[0] == '\0';
	if (!whole)
		assert_non_null(strstr(c.error, "stopping"));
	assert_int_equal(access(c.path, F_OK), whole ? 0 : -1);
	r->on_loop = true;
	assert_true(rig_open(r));
	copy_start(r, &c, "other.db");
	rig_close(r);
	assert_true(c.done);
	assert_non_null(strstr(c.error, "stopping"));
	assert_int_not_equal(access(c.path, F_OK), 0);
}

static void
a_backup_that_fails_leaves_no_file(void **state)
{
	struct powercut *p = powercut_new("nospace", 1);
	struct store_rig *r = *state;
	struct copy c;

	rig_close(r);
	r->vfs = "nospace";
	assert_true(rig_open(r));
	fill(r, 100);
	powercut_fail(p, SQLITE_FULL, 5);
	copy_start(r, &c, "copy.db");
	rig_until(r, copy_is_done, &c);
	assert_non_null(strstr(c.error, "full"));
	assert_int_not_equal(access(c.path, F_OK), 0);
	powercut_heal(p);
	rig_close(r);
	powercut_free(p);
}

/* ---- together ---- */

static void
changes_that_wait_together_share_one_sync(void **state)
{
	struct powercut *p = powercut_new("counted", 1);
	struct store_rig *r = *state;
	unsigned before;

	rig_close(r);
	r->vfs = "counted";
	r->on_loop = true;
	assert_true(rig_open(r));
	before = powercut_syncs(p);
	rig_put_account(r, 1, "ann@x");
	for (unsigned i = 0; i < 1000; i++)
		rig_put_contact(r, 1, "bob@x", i);
	rig_settle(r);
	assert_int_equal(r->ncommitted, 1);
	/* one for the header of the new WAL, one for the commit */
	assert_true(powercut_syncs(p) - before <= 2);
	before = powercut_syncs(p);
	for (unsigned i = 0; i < 10; i++) {
		rig_put_contact(r, 1, "bob@x", i);
		rig_settle(r);
	}
	assert_int_equal(powercut_syncs(p) - before, 10);
	rig_close(r);
	powercut_free(p);
}

static void
a_lock_of_another_program_delays_but_does_not_fail(void **state)
{
	struct store_rig *r = *state;
	struct store_answer a;
	sqlite3 *db = NULL;

	rig_put_account(r, 1, "ann@x");
	rig_settle(r);
	assert_int_equal(sqlite3_open(r->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL),
	    SQLITE_OK);
	rig_put_contact(r, 1, "bob@x", 1);
	/* longer than one wait for the lock */
	assert_int_equal(sqlite3_sleep(1300), 1300);
	loop_turn(r->loop);
	assert_int_equal(r->nfailed, 0);
	assert_true(store_committed(r->s) == 1);
	assert_int_equal(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL),
	    SQLITE_OK);
	rig_settle(r);
	assert_int_equal(r->nfailed, 0);
	rig_load(r, &a, "ann@x", 0);
	assert_int_equal(a.ncontacts, 1);
	rig_answer_free(&a);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_THREAD(an_id_is_never_given_again),
		RIG_THREAD(the_files_are_private_even_when_they_were_not),
		RIG_THREAD(a_newer_database_is_refused_naming_both_versions),
		RIG_THREAD(what_is_no_database_of_ours_is_refused),
		RIG_BOTH(a_backup_opens_and_holds_everything),
		RIG_BOTH(a_backup_never_overwrites),
		RIG_THREAD(the_queue_keeps_moving_while_a_backup_runs),
		RIG_THREAD(a_backup_is_whole_or_gone_at_the_end),
		RIG_THREAD(a_backup_that_fails_leaves_no_file),
		RIG_THREAD(changes_that_wait_together_share_one_sync),
		RIG_THREAD(a_lock_of_another_program_delays_but_does_not_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
