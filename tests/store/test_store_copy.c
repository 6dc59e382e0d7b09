/* SPDX-License-Identifier: MIT */
/* Copies without keys, and with keys that are sealed. */
#include "core/store/store_copy.h"

#include "tests/store/store_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define CA   "the key of the authority"
#define OLD  "a key that was another's before"
#define MARK "the mark of the folder"

struct places {
	char from[128], to[128];
};

/* A database that had other keys, and is closed. */
static void
make(struct store_rig *r, struct places *p)
{
	char long_key[9000];

	memset(long_key, 'k', sizeof(long_key));
	rig_put_account(r, 1, "ann@x");
	rig_put_contact(r, 1, "bob@x", 1);
	rig_settle(r);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(store_secret_put(r->s, STORE_SECRET_AUTHORITY,
				     i == 0 ? SLICE_LIT(OLD) : SLICE_LIT(CA)),
		    0);
		assert_int_equal(store_secret_put(r->s, "seal-key",
				     SLICE_LIT("")),
		    0);
		assert_int_equal(store_secret_put(r->s, "long",
				     slice_make(long_key, sizeof(long_key))),
		    0);
	}
	assert_int_equal(store_secret_put(r->s, STORE_SECRET_MARK,
			     SLICE_LIT(MARK)),
	    0);
	rig_close(r);
	(void)snprintf(p->from, sizeof(p->from), "%s", r->path);
	(void)rig_file(r, "bare.db", p->to);
}

static bool
holds(const char *path, const char *text)
{
	struct buf b = BUF_INIT(1 << 24);
	FILE *f = fopen(path, "re");
	char chunk[4096];
	bool found;
	size_t n;

	assert_non_null(f);
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		buf_add(&b, chunk, n);
	assert_int_equal(fclose(f), 0);
	assert_true(buf_ok(&b));
	found = slice_find_slice(buf_slice(&b), slice_text(text)) < b.n;
	buf_free(&b);
	return found;
}

static void
expect_keys(const char *path, enum store_copy_keys want)
{
	char setting[STORE_COPY_SETTING_MAX + 1] = "";
	enum store_copy_keys which;

	assert_int_equal(store_copy_look(path, &which, setting), 0);
	assert_int_equal(which, want);
	assert_string_equal(setting,
	    want == STORE_COPY_SEALED ? "how it is made" : "");
}

static struct store_copy_seal
seal(void)
{
	return (struct store_copy_seal){ .env = env_real(),
		.key = { 1, 2, 3 },
		.setting = "how it is made" };
}

static void
expect_secret(struct store_rig *r, const char *name, const char *want)
{
	struct buf b = BUF_INIT(65536);

	assert_int_equal(store_secret_get(r->s, name, &b), 0);
	assert_true(slice_eq_text(buf_slice(&b), want));
	buf_free(&b);
}

/* As a server does that begins with it. */
static void
expect_people(struct store_rig *r, const char *path)
{
	struct store_answer a;

	assert_int_equal(rename(path, r->path), 0);
	assert_true(rig_open(r));
	rig_load(r, &a, "ann@x", 0);
	assert_int_equal(a.how, STORE_FOUND);
	assert_int_equal(a.ncontacts, 1);
	rig_answer_free(&a);
}

static void
a_bare_copy_holds_all_but_the_keys(void **state)
{
	struct store_rig *r = *state;
	char err[256] = "";
	struct places p;
	struct stat st;

	make(r, &p);
	expect_keys(p.from, STORE_COPY_HAS_KEYS);
	assert_true(holds(p.from, CA));
	assert_int_equal(store_copy_bare(p.from, p.to, NULL, err, sizeof(err)),
	    0);
	assert_int_equal(stat(p.to, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_false(
	    holds(p.to, CA) || holds(p.to, OLD) || holds(p.to, "kkkkkkkk"));
	expect_keys(p.to, STORE_COPY_BARE);
	expect_people(r, p.to);
	expect_secret(r, STORE_SECRET_MARK, MARK);
	expect_secret(r, STORE_SECRET_AUTHORITY, "");
}

static void
sealed_keys_come_back_with_their_key_and_no_other(void **state)
{
	struct store_rig *r = *state;
	struct store_copy_seal how = seal(), other = seal();
	struct buf b = BUF_INIT(65536);
	char err[256] = "";
	struct places p;

	make(r, &p);
	assert_int_equal(store_copy_bare(p.from, p.to, &how, err, sizeof(err)),
	    0);
	assert_false(
	    holds(p.to, CA) || holds(p.to, OLD) || holds(p.to, "kkkkkkkk"));
	expect_keys(p.to, STORE_COPY_SEALED);
	other.key[SEAL_KEY_BYTES - 1] ^= 1;
	assert_int_equal(store_copy_unseal(p.to, other.key, err, sizeof(err)),
	    -1);
	assert_non_null(strstr(err, "passphrase"));
	expect_keys(p.to, STORE_COPY_SEALED);
	assert_int_equal(store_copy_unseal(p.to, how.key, err, sizeof(err)), 0);
	expect_keys(p.to, STORE_COPY_HAS_KEYS);
	assert_int_equal(store_copy_unseal(p.to, how.key, err, sizeof(err)),
	    -1);
	expect_people(r, p.to);
	expect_secret(r, STORE_SECRET_AUTHORITY, CA);
	expect_secret(r, "seal-key", "");
	expect_secret(r, STORE_SECRET_SEALED, "");
	assert_int_equal(store_secret_get(r->s, "long", &b), 0);
	assert_int_equal(b.n, 9000);
	buf_free(&b);
}

static void
what_was_changed_in_it_is_not_opened(void **state)
{
	struct store_rig *r = *state;
	struct store_copy_seal how = seal();
	char setting[STORE_COPY_SETTING_MAX + 1];
	enum store_copy_keys which;
	char err[256] = "";
	struct places p;

	make(r, &p);
	assert_int_equal(store_copy_bare(p.from, p.to, &how, err, sizeof(err)),
	    0);
	/* the setting belongs to what is sealed */
	rig_sql(p.to,
	    "UPDATE secrets SET value = 'H' || substr(value, 2) "
	    "WHERE name = 'sealed-keys'");
	assert_int_equal(store_copy_unseal(p.to, how.key, err, sizeof(err)),
	    -1);
	rig_sql(p.to,
	    "UPDATE secrets SET value = zeroblob(300) "
	    "WHERE name = 'sealed-keys'");
	assert_int_equal(store_copy_look(p.to, &which, setting), -1);
	assert_int_equal(store_copy_unseal(p.to, how.key, err, sizeof(err)),
	    -1);
	rig_sql(p.to, "DROP TABLE secrets");
	assert_int_equal(store_copy_look(p.to, &which, setting), -1);
}

static void
a_copy_that_fails_leaves_no_file_and_overwrites_none(void **state)
{
	struct store_rig *r = *state;
	char err[256] = "", none[128];
	struct places p;

	make(r, &p);
	assert_int_equal(store_copy_bare(rig_file(r, "none.db", none), p.to,
			     NULL, err, sizeof(err)),
	    -1);
	assert_int_not_equal(access(p.to, F_OK), 0);
	assert_int_not_equal(access(none, F_OK), 0);
	rig_sql(p.to, "CREATE TABLE precious (x)");
	assert_int_equal(store_copy_bare(p.from, p.to, NULL, err, sizeof(err)),
	    -1);
	assert_non_null(strstr(err, "File exists"));
	rig_sql(p.to, "SELECT * FROM precious");
	expect_keys(p.from, STORE_COPY_HAS_KEYS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_THREAD(a_bare_copy_holds_all_but_the_keys),
		RIG_THREAD(sealed_keys_come_back_with_their_key_and_no_other),
		RIG_THREAD(what_was_changed_in_it_is_not_opened),
		RIG_THREAD(
		    a_copy_that_fails_leaves_no_file_and_overwrites_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
