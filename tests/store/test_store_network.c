/* SPDX-License-Identifier: MIT */
/* Networks from which accounts signed in well, in the store. */
#include "tests/store/store_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum {
	AMY = 1,
	BOB = 2,
	TODAY = 20000
};

struct asked {
	struct store_network network;
	struct store_rig *rig;
	bool answered;
	enum store_outcome how;
};

static void
on_network(struct store_network *q, enum store_outcome how)
{
	struct asked *a = CONTAINER_OF(q, struct asked, network);

	a->answered = true;
	a->how = how;
	loop_stop(a->rig->loop);
}

static bool
is_answered(void *ctx)
{
	return ((const struct asked *)ctx)->answered;
}

static bool
is_there(struct store_rig *r, unsigned char mark)
{
	struct asked a = { .rig = r,
		.network = { .since = TODAY - STORE_NETWORK_DAYS,
		    .done = on_network } };

	memset(a.network.mark, mark, sizeof(a.network.mark));
	store_network(r->s, &a.network);
	rig_until(r, is_answered, &a);
	assert_int_not_equal(a.how, STORE_ERROR);
	return a.how == STORE_FOUND;
}

static void
put(struct store_rig *r, uint64_t id, unsigned char mark, int64_t seen)
{
	struct store_change c = { .kind = STORE_NETWORK_PUT, .id = id };

	memset(c.u.network.mark, mark, sizeof(c.u.network.mark));
	c.u.network.seen = seen;
	(void)store_change(r->s, &c);
}

static void
of_an_account_the_latest_few_networks_are_kept(void **state)
{
	struct store_rig *r = *state;

	rig_put_account(r, AMY, "amy@x");
	assert_false(is_there(r, 1));
	for (unsigned char n = 1; n <= STORE_NETWORKS_MAX; n++)
		put(r, AMY, n, TODAY - 10 + n);
	/* seen again, it is not the oldest any more */
	put(r, AMY, 1, TODAY);
	put(r, AMY, 99, TODAY);
	assert_true(is_there(r, 1));
	assert_true(is_there(r, 99));
	assert_false(is_there(r, 2));
	assert_true(is_there(r, 3));
}

static void
a_network_is_forgotten_after_a_month_and_with_its_account(void **state)
{
	struct store_rig *r = *state;

	rig_put_account(r, AMY, "amy@x");
	rig_put_account(r, BOB, "bob@x");
	put(r, AMY, 1, TODAY - STORE_NETWORK_DAYS - 1);
	/* too old to count, and gone when anybody signs in */
	assert_false(is_there(r, 1));
	put(r, AMY, 2, TODAY - STORE_NETWORK_DAYS);
	put(r, BOB, 3, TODAY);
	assert_true(is_there(r, 2));
	rig_delete_account(r, AMY);
	assert_false(is_there(r, 2));
	/* nor does whoever is deleted get one, or break anything */
	put(r, AMY, 4, TODAY);
	assert_false(is_there(r, 4));
	assert_true(is_there(r, 3));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_BOTH(of_an_account_the_latest_few_networks_are_kept),
		RIG_BOTH(
		    a_network_is_forgotten_after_a_month_and_with_its_account),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
