/* SPDX-License-Identifier: MIT */
/* Profiles in the store: parts put one by one, and what becomes of them. */
#include "tests/store/store_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum {
	ME = 1
};

struct asked {
	struct store_profile profile;
	struct store_rig *rig;
	bool answered;
	enum store_outcome how;
};

static void
answered(struct store_profile *p, enum store_outcome how)
{
	struct asked *a = CONTAINER_OF(p, struct asked, profile);

	a->answered = true;
	a->how = how;
	loop_stop(a->rig->loop);
}

static bool
is_answered(void *ctx)
{
	return ((struct asked *)ctx)->answered;
}

static struct store_profile_row *
ask(struct store_rig *r, struct asked *a, bool picture)
{
	*a = (struct asked){ .rig = r };
	a->profile.id = ME;
	a->profile.picture = picture;
	a->profile.done = answered;
	store_profile(r->s, &a->profile);
	rig_until(r, is_answered, a);
	return &a->profile.row;
}

static void
put(struct store_rig *r, enum store_profile_part what, const char *text,
    uint64_t when)
{
	struct store_change c = { .kind = STORE_PROFILE_PUT, .id = ME };

	c.u.profile = (struct store_profile_row){ .what = what,
		.changed = when,
		.type = 3 };
	if (what == STORE_PROFILE_STATUS)
		c.u.profile.status = slice_text(text);
	if (what == STORE_PROFILE_PICTURE)
		c.u.profile.picture = slice_text(text);
	(void)store_change(r->s, &c);
}

static void
each_part_is_put_without_the_others(void **state)
{
	struct store_rig *r = *state;
	struct store_profile_row *row;
	struct asked a;

	(void)rig_put_account(r, ME, "me@example.com");
	(void)ask(r, &a, true);
	assert_int_equal(a.how, STORE_ABSENT);
	put(r, STORE_PROFILE_STATUS, "away", 5);
	put(r, STORE_PROFILE_PICTURE, "GIF89a\xff\xfe", 7);
	put(r, STORE_PROFILE_NAME, "", 9);
	row = ask(r, &a, false);
	assert_int_equal(a.how, STORE_FOUND);
	assert_true(slice_eq_text(row->status, "away"));
	assert_int_equal(row->picture.n, 0);
	assert_int_equal(row->size, 8);
	assert_int_equal(row->type, 3);
	assert_int_equal(row->status_time, 5);
	assert_int_equal(row->picture_time, 7);
	assert_int_equal(row->name_time, 9);
	store_profile_free(&a.profile);
	row = ask(r, &a, true);
	assert_true(slice_eq_text(row->picture, "GIF89a\xff\xfe"));
	store_profile_free(&a.profile);
	/* the same words again are no change, others are */
	put(r, STORE_PROFILE_STATUS, "away", 20);
	row = ask(r, &a, false);
	assert_int_equal(row->status_time, 5);
	store_profile_free(&a.profile);
	put(r, STORE_PROFILE_STATUS, "", 30);
	row = ask(r, &a, false);
	assert_int_equal(row->status_time, 30);
	assert_int_equal(row->status.n, 0);
	store_profile_free(&a.profile);
}

static void
a_profile_goes_with_its_account_and_cannot_come_before(void **state)
{
	struct store_rig *r = *state;
	struct asked a;

	/* who is not there has no profile, and the batch does not fail */
	put(r, STORE_PROFILE_STATUS, "x", 5);
	put(r, STORE_PROFILE_PICTURE, "x", 5);
	put(r, STORE_PROFILE_NAME, "x", 5);
	rig_settle(r);
	assert_int_equal(r->nfailed, 0);
	(void)rig_put_account(r, ME, "me@example.com");
	(void)ask(r, &a, true);
	assert_int_equal(a.how, STORE_ABSENT);
	put(r, STORE_PROFILE_STATUS, "x", 5);
	(void)rig_delete_account(r, ME);
	(void)rig_put_account(r, ME, "me@example.com");
	(void)ask(r, &a, true);
	assert_int_equal(a.how, STORE_ABSENT);
	assert_int_equal(r->nfailed, 0);
}

static void
what_was_committed_is_there_after_opening_again(void **state)
{
	struct store_rig *r = *state;
	struct store_profile_row *row;
	struct asked a;

	(void)rig_put_account(r, ME, "me@example.com");
	put(r, STORE_PROFILE_PICTURE, "picture", 5);
	rig_close(r);
	assert_true(rig_open(r));
	row = ask(r, &a, true);
	assert_true(slice_eq_text(row->picture, "picture"));
	store_profile_free(&a.profile);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_BOTH(each_part_is_put_without_the_others),
		RIG_BOTH(
		    a_profile_goes_with_its_account_and_cannot_come_before),
		RIG_THREAD(what_was_committed_is_there_after_opening_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
