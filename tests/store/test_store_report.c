/* SPDX-License-Identifier: MIT */
/* Reports of abuse, in the store. */
#include "tests/store/store_rig.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum {
	AMY = 1,
	BOB = 2
};

struct asked {
	struct store_reports reports;
	struct store_rig *rig;
	bool answered;
	enum store_outcome how;
};

static void
on_reports(struct store_reports *q, enum store_outcome how)
{
	struct asked *a = CONTAINER_OF(q, struct asked, reports);

	a->answered = true;
	a->how = how;
	loop_stop(a->rig->loop);
}

static bool
is_answered(void *ctx)
{
	return ((const struct asked *)ctx)->answered;
}

static void
ask(struct store_rig *r, struct asked *a, size_t n)
{
	*a = (struct asked){ .rig = r, .reports.done = on_reports };
	store_reports(r->s, &a->reports);
	assert_false(a->answered);
	rig_until(r, is_answered, a);
	assert_int_equal(a->how, STORE_FOUND);
	assert_int_equal(a->reports.n, n);
}

static void
put(struct store_rig *r, uint64_t id, int64_t closed, const char *note)
{
	struct store_change c = { .kind = STORE_REPORT_PUT };

	c.u.report = (struct store_report){ .id = id,
		.author = AMY,
		.target = BOB,
		.made = 1000,
		.closed = closed,
		.about = SLICE_LIT("bob@x"),
		.kind = SLICE_LIT("spam"),
		.text = SLICE_LIT("one\r\n\xE2\x98\x83"),
		.note = slice_text(note) };
	(void)store_change(r->s, &c);
}

static void
drop(struct store_rig *r, uint64_t id)
{
	struct store_change c = { .kind = STORE_REPORT_PUT };

	c.u.report.id = id;
	(void)store_change(r->s, &c);
}

static void
reports_come_back_in_order_as_they_were_given(void **state)
{
	struct store_rig *r = *state;
	const struct store_report *one;
	struct asked a;

	ask(r, &a, 0);
	rig_put_account(r, AMY, "amy@x");
	rig_put_account(r, BOB, "bob@x");
	put(r, 7, 0, "");
	put(r, 3, 2000, "seen");
	put(r, 5, 0, "");
	drop(r, 5);
	put(r, 7, 3000, "late");
	ask(r, &a, 2);
	one = a.reports.all;
	assert_int_equal(one[0].id, 3);
	assert_int_equal(one[0].author, AMY);
	assert_int_equal(one[0].target, BOB);
	assert_int_equal(one[0].made, 1000);
	assert_int_equal(one[0].closed, 2000);
	assert_true(slice_eq_text(one[0].by, "amy@x"));
	assert_true(slice_eq_text(one[0].about, "bob@x"));
	assert_true(slice_eq_text(one[0].kind, "spam"));
	assert_true(slice_eq_text(one[0].text, "one\r\n\xE2\x98\x83"));
	assert_true(slice_eq_text(one[0].note, "seen"));
	assert_int_equal(one[1].id, 7);
	assert_int_equal(one[1].closed, 3000);
	assert_true(slice_eq_text(one[1].note, "late"));
	store_reports_free(&a.reports);
}

static void
a_report_stays_when_the_accounts_go(void **state)
{
	struct store_rig *r = *state;
	struct asked a;

	rig_put_account(r, AMY, "amy@x");
	rig_put_account(r, BOB, "bob@x");
	put(r, 1, 0, "");
	rig_delete_account(r, BOB);
	ask(r, &a, 1);
	assert_int_equal(a.reports.all[0].author, AMY);
	assert_int_equal(a.reports.all[0].target, 0);
	store_reports_free(&a.reports);
	rig_delete_account(r, AMY);
	rig_put_account(r, AMY + 2, "amy@x");
	/* closing it brings nobody back, and breaks nothing */
	put(r, 1, 9, "done");
	ask(r, &a, 1);
	assert_int_equal(a.reports.all[0].author, 0);
	assert_int_equal(a.reports.all[0].by.n, 0);
	assert_int_equal(a.reports.all[0].closed, 9);
	assert_true(slice_eq_text(a.reports.all[0].about, "bob@x"));
	store_reports_free(&a.reports);
	/* nor does one of somebody who is not there any more */
	put(r, 2, 0, "");
	ask(r, &a, 2);
	assert_int_equal(a.reports.all[1].author, 0);
	store_reports_free(&a.reports);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_BOTH(reports_come_back_in_order_as_they_were_given),
		RIG_BOTH(a_report_stays_when_the_accounts_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
