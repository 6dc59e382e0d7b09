/* SPDX-License-Identifier: MIT */
/* What accounts keep under names of their own, in the store. */
#include "tests/store/store_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum {
	ME = 1,
	OTHER = 2
};

static void
put(struct store_rig *r, uint64_t owner, uint32_t kind, const char *name,
    struct slice value)
{
	struct store_change c = { .kind = STORE_KEPT_PUT, .id = owner };

	c.u.kept = (struct store_kept){ .kind = kind,
		.name = slice_text(name),
		.value = value };
	(void)store_change(r->s, &c);
}

static void delete (struct store_rig *r, uint32_t kind, const char *name)
{
	struct store_change c = { .kind = STORE_KEPT_DELETE };

	c.u.kept =
	    (struct store_kept){ .kind = kind, .name = slice_text(name) };
	(void)store_change(r->s, &c);
}

static void
add_row(void *ctx, const struct store_kept *k)
{
	buf_addf(ctx, "%u/" SLICE_FMT "/%u/%zu;", k->kind, SLICE_ARG(k->name),
	    (unsigned)k->owner, k->value.n);
}

/* In order of kind and name. */
static void
expect(struct store_rig *r, const char *all)
{
	struct buf got = BUF_INIT(4096);
	const struct store_kept_reader reader = { add_row, &got };

	assert_int_equal(store_kept_read(r->s, &reader), 0);
	buf_add_char(&got, '\0');
	assert_string_equal(got.p, all);
	buf_free(&got);
}

static void
people(struct store_rig *r)
{
	(void)rig_put_account(r, ME, "me@x");
	(void)rig_put_account(r, OTHER, "other@x");
}

static void
a_name_is_unique_within_its_kind(void **state)
{
	struct store_rig *r = *state;

	people(r);
	expect(r, "");
	put(r, ME, 1, "zmic", SLICE_LIT("one"));
	put(r, OTHER, 2, "zmic", slice_make("a\0b", 3));
	put(r, OTHER, 1, "alice", SLICE_LIT(""));
	rig_settle(r);
	expect(r, "1/alice/2/0;1/zmic/1/3;2/zmic/2/3;");
	/* another value keeps the owner */
	put(r, OTHER, 1, "zmic", SLICE_LIT("longer"));
	delete (r, 2, "zmic");
	delete (r, 2, "nothing");
	rig_settle(r);
	expect(r, "1/alice/2/0;1/zmic/1/6;");
}

static void
it_survives_a_restart_and_goes_with_its_account(void **state)
{
	struct store_rig *r = *state;

	people(r);
	put(r, ME, 1, "zmic", SLICE_LIT("one"));
	put(r, OTHER, 1, "alice", SLICE_LIT("two"));
	rig_settle(r);
	if (!r->on_loop) {
		rig_close(r);
		assert_true(rig_open(r));
	}
	expect(r, "1/alice/2/3;1/zmic/1/3;");
	(void)rig_delete_account(r, ME);
	rig_settle(r);
	expect(r, "1/alice/2/3;");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    a_name_is_unique_within_its_kind, rig_setup_thread,
		    rig_teardown),
		cmocka_unit_test_setup_teardown(
		    a_name_is_unique_within_its_kind, rig_setup_memory,
		    rig_teardown),
		cmocka_unit_test_setup_teardown(
		    it_survives_a_restart_and_goes_with_its_account,
		    rig_setup_thread, rig_teardown),
		cmocka_unit_test_setup_teardown(
		    it_survives_a_restart_and_goes_with_its_account,
		    rig_setup_memory, rig_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
