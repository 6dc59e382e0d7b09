/* SPDX-License-Identifier: MIT */
#include "common/net/crowd.h"
#include "common/net/listener.h"
#include "tests/unit/fake_clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum {
	MANY = 4000,
	CEILING = 200,
	FEW = 4,
	PATIENCE = 5000,
};

struct one {
	struct stranger stranger;
	struct addr peer;
	bool sent_away;
};

struct place {
	struct fake_clock clock;
	struct crowd *crowd;
	struct one all[MANY];
	unsigned n;
	uint64_t now;
};

static void
give_way(struct stranger *s)
{
	CONTAINER_OF(s, struct one, stranger)->sent_away = true;
}

static int
setup(void **state)
{
	const struct crowd_limits limits = { CEILING, FEW, PATIENCE };
	struct place *p = calloc(1, sizeof(*p));

	p->crowd = crowd_new(fake_clock_init(&p->clock), &limits);
	*state = p;
	return 0;
}

static int
teardown(void **state)
{
	struct place *p = *state;

	for (unsigned i = 0; i < p->n; i++)
		crowd_leave(&p->all[i].stranger);
	assert_int_equal(crowd_amount(p->crowd), 0);
	crowd_free(p->crowd);
	free(p);
	return 0;
}

static struct one *
make(struct place *p, const char *ip)
{
	struct one *o = &p->all[p->n++];

	assert_true(p->n <= MANY);
	assert_true(addr_parse_ip(&o->peer, slice_text(ip)));
	o->stranger.peer = &o->peer;
	o->stranger.give_way = give_way;
	return o;
}

/* NULL: there was no room. */
static struct one *
come(struct place *p, const char *ip)
{
	struct one *o = make(p, ip);

	p->now++;
	return crowd_hold(p->crowd, &o->stranger, 1, p->now) ? o : NULL;
}

static void
come_many(struct place *p, const char *form, unsigned from, unsigned n)
{
	char ip[64];

	for (unsigned i = from; i < from + n; i++) {
		/* the forms are literals of this file */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		(void)snprintf(ip, sizeof(ip), form, i);
#pragma GCC diagnostic pop
		(void)come(p, ip);
	}
}

static unsigned
sent_away(const struct place *p, unsigned from, unsigned n)
{
	unsigned count = 0;

	for (unsigned i = from; i < from + n; i++)
		count += p->all[i].sent_away;
	return count;
}

static void
an_address_that_fills_everything_makes_room_for_who_is_alone(void **state)
{
	struct place *p = *state;
	struct one *alone;

	come_many(p, "192.0.2.1", 0, 3000);
	alone = come(p, "198.51.100.7");
	assert_non_null(alone);
	come_many(p, "192.0.2.1", 0, 500);
	assert_false(alone->sent_away);
	assert_true(crowd_amount(p->crowd) <= CEILING);
}

static void
an_address_has_a_twelfth_once_it_is_counted(void **state)
{
	struct place *p = *state;

	come_many(p, "192.0.2.1", 0, CEILING);
	assert_int_equal(crowd_amount(p->crowd), CEILING / 12);
	/* the longest silent went first */
	assert_int_equal(sent_away(p, 0, CEILING - CEILING / 12),
	    CEILING - CEILING / 12);
}

static void
sixteen_addresses_and_a_48_keep_nobody_out(void **state)
{
	struct place *p = *state;
	struct one *good;
	char ip[64];

	for (unsigned round = 0; round < 30; round++) {
		come_many(p, "192.0.%u.9", 0, 16);
		come_many(p, "2001:db8:7:%x::1", round * 64, 64);
		(void)snprintf(ip, sizeof(ip), "203.0.113.%u", round);
		good = come(p, ip);
		assert_non_null(good);
		/* it has signed in before the next two hundred came */
		come_many(p, "192.0.%u.9", 0, 16);
		come_many(p, "2001:db8:7:%x::2", round * 64, 8);
		assert_false(good->sent_away);
		crowd_leave(&good->stranger);
	}
}

static void
a_net_is_judged_by_its_56_and_by_its_48(void **state)
{
	struct place *p = *state;

	/* a /64 each, all of one /56: an eighth */
	come_many(p, "2001:db8:1:%x::1", 0, 200);
	assert_true(crowd_amount(p->crowd) <= CEILING / 8);
	/* a /56 each, all of one /48: half, and no more */
	come_many(p, "2001:db8:2:%x00::1", 0, 255);
	assert_true(crowd_amount(p->crowd) <= CEILING / 8 + CEILING / 2);
	assert_true(crowd_amount(p->crowd) > CEILING / 2);
}

static void
of_the_greediest_the_longest_silent_goes(void **state)
{
	struct place *p = *state;
	struct one *talks = come(p, "192.0.2.1");

	come_many(p, "192.0.2.1", 0, 15);
	come_many(p, "10.%u.0.1", 0, CEILING - 16);
	p->now++;
	crowd_heard(&talks->stranger, p->now);
	assert_non_null(come(p, "198.51.100.1"));
	assert_false(talks->sent_away);
	assert_true(p->all[1].sent_away);
}

static void
when_all_hold_few_the_newcomer_waits_for_the_silent(void **state)
{
	struct place *p = *state;

	come_many(p, "%u.1.1.1", 1, CEILING);
	assert_false(crowd_is_crowded(p->crowd));
	/* nobody is to blame: it is crowded, and somebody may say so */
	assert_non_null(come(p, "201.1.1.1"));
	assert_true(crowd_is_crowded(p->crowd));
	assert_int_equal(sent_away(p, 0, CEILING), 0);
	p->now += PATIENCE;
	assert_non_null(come(p, "202.1.1.1"));
	assert_false(crowd_is_crowded(p->crowd));
	assert_true(p->all[0].sent_away && p->all[1].sent_away);
	assert_false(p->all[2].sent_away);
}

static void
there_is_an_end_to_it_even_then(void **state)
{
	struct place *p = *state;
	unsigned refused = 0;
	char ip[64];

	for (unsigned i = 0; i < 3 * CEILING; i++) {
		(void)snprintf(ip, sizeof(ip), "%u.%u.1.1", 1 + i % 200,
		    i / 200);
		refused += come(p, ip) == NULL;
	}
	assert_int_equal(crowd_amount(p->crowd), 2 * CEILING);
	assert_int_equal(refused, CEILING);
}

static void
this_machine_is_no_greedy_network(void **state)
{
	struct place *p = *state;

	come_many(p, "127.0.0.1", 0, CEILING);
	assert_int_equal(sent_away(p, 0, CEILING), 0);
	p->now += PATIENCE;
	assert_non_null(come(p, "127.0.0.1"));
	assert_true(p->all[0].sent_away);
}

static void
amounts_grow_and_are_weighed(void **state)
{
	struct place *p = *state;
	struct one *big = make(p, "192.0.2.1"), *small = make(p, "192.0.3.1");

	assert_true(crowd_hold(p->crowd, &small->stranger, 1, p->now));
	for (uint32_t n = 1; n <= CEILING / 12; n++)
		assert_true(crowd_hold(p->crowd, &big->stranger, n, p->now));
	assert_int_equal(crowd_amount(p->crowd), CEILING / 12 + 1);
	come_many(p, "10.%u.0.1", 0, CEILING);
	assert_true(big->sent_away);
	assert_false(small->sent_away);
	/* alone beyond its due: it is refused, and not told so twice */
	big = make(p, "192.0.2.2");
	assert_false(crowd_hold(p->crowd, &big->stranger, CEILING / 2, p->now));
	assert_false(big->sent_away);
	assert_null(big->stranger.crowd);
}

static void
who_goes_to_another_crowd_leaves_the_first(void **state)
{
	const struct crowd_limits limits = { 10, 1, PATIENCE };
	struct place *p = *state;
	struct crowd *other = crowd_new(&p->clock.env, &limits);
	struct one *o = make(p, "192.0.2.1");

	for (int i = 0; i < 3; i++) {
		assert_true(crowd_hold(p->crowd, &o->stranger, 2, p->now));
		assert_true(crowd_hold(other, &o->stranger, 1, p->now));
		assert_int_equal(crowd_amount(p->crowd), 0);
		assert_int_equal(crowd_amount(other), 1);
	}
	crowd_leave(&o->stranger);
	crowd_leave(&o->stranger);
	assert_int_equal(crowd_amount(other), 0);
	crowd_free(other);
}

static void
a_lower_ceiling_holds_for_who_comes(void **state)
{
	struct place *p = *state;

	come_many(p, "192.0.%u.1", 0, 100);
	crowd_set_ceiling(p->crowd, 50);
	assert_true(crowd_is_crowded(p->crowd));
	come_many(p, "192.0.2.1", 0, 1);
	crowd_set_ceiling(p->crowd, 0);
	assert_false(crowd_is_crowded(p->crowd));
	come_many(p, "192.0.2.1", 0, 500);
	assert_true(crowd_amount(p->crowd) > 500);
}

static void
a_full_server_takes_who_is_alone_for_one_who_is_not(void **state)
{
	struct place *p = *state;
	struct conn_limits *c =
	    conn_limits_new(fake_clock_init(&p->clock), 100, 100);
	enum close_reason why;
	struct one *alone;

	for (unsigned i = 0; i < 100; i++) {
		struct one *o = make(p, "192.0.2.1");

		assert_true(conn_limits_enter(c, &o->peer, &why));
		assert_true(crowd_hold(p->crowd, &o->stranger, 1, p->now));
	}
	alone = make(p, "198.51.100.1");
	assert_false(conn_limits_enter(c, &alone->peer, &why));
	assert_int_equal(why, CLOSE_SERVER_FULL);
	conn_limits_crowds(c, &p->crowd, 1);
	assert_true(conn_limits_enter(c, &alone->peer, &why));
	assert_int_equal(sent_away(p, 0, 100), 1 + 100 - CEILING / 12);
	conn_limits_free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(
		    an_address_that_fills_everything_makes_room_for_who_is_alone),
		TEST(an_address_has_a_twelfth_once_it_is_counted),
		TEST(sixteen_addresses_and_a_48_keep_nobody_out),
		TEST(a_net_is_judged_by_its_56_and_by_its_48),
		TEST(of_the_greediest_the_longest_silent_goes),
		TEST(when_all_hold_few_the_newcomer_waits_for_the_silent),
		TEST(there_is_an_end_to_it_even_then),
		TEST(this_machine_is_no_greedy_network),
		TEST(amounts_grow_and_are_weighed),
		TEST(who_goes_to_another_crowd_leaves_the_first),
		TEST(a_lower_ceiling_holds_for_who_comes),
		TEST(a_full_server_takes_who_is_alone_for_one_who_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
